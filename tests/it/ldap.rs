//! Directories over LDAP against OpenLDAP, with the rights and limits that a reader may meet.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use trueup::config::Source;
use trueup::connectors::REGISTRY;
use trueup::model::inventory::{Account, Class, Fact, Grant, Record};
use trueup::model::pull::{Lack, Outcome, Pulled};
use trueup::ops;

use crate::live::{Desk, source, why};
use crate::systems::slapd::{self, ADMIN, PASSWORD, READER, Setup, group, group_name, person, person_name};

fn at(desk: &Desk, address: &str, user: &str, password: &str) -> Source {
    let password = desk.secret("password", password);
    source("dir", "ldap", &[("address", address), ("user", user), ("password", &password)])
}

/// The accounts by name without the domain.
pub fn accounts(pulled: &Pulled) -> BTreeMap<String, &Account> {
    let all = pulled.records.iter().filter_map(|record| match record {
        Record::Account(one) => Some((one.name.split('@').next().unwrap().to_owned(), one)),
        _ => None,
    });
    all.collect()
}

pub fn grants(pulled: &Pulled) -> impl Iterator<Item = &Grant> {
    pulled.records.iter().filter_map(|record| match record {
        Record::Grant(one) => Some(one),
        _ => None,
    })
}

/// The titles of groups that somebody is in, each with the way.
pub fn groups(pulled: &Pulled, account: &str) -> BTreeMap<String, Vec<String>> {
    let titles: BTreeMap<&str, &str> = pulled
        .records
        .iter()
        .filter_map(|record| match record {
            Record::Entitlement(one) => Some((one.id.as_str(), one.title.as_str())),
            _ => None,
        })
        .collect();
    let id = &accounts(pulled)[account].id;
    let own = grants(pulled).filter(|grant| grant.account == *id && grant.action.is_none());
    own.map(|grant| (titles[grant.entitlement.as_str()].to_owned(), grant.via.clone())).collect()
}

fn people(count: usize) -> String {
    let mut made = String::new();
    for at in 0..count {
        let _ = writeln!(made, "{}", person(&format!("p{at}"), ""));
    }
    made
}

/// Everybody reads everything.
const OPEN: &str = "access to * by * read";
/// The limits of a server that was set up with care.
const LIMITS: &str = "sizelimit size.soft=500 size.hard=500 size.prtotal=unlimited";

#[tokio::test]
async fn twenty_thousand_entries_come_whole_where_500_are_sent_at_once() {
    let members: Vec<String> = (0..2_000).map(|at| person_name(&format!("p{at}"))).collect();
    let entries = format!("{}{}", people(20_000), group("crowd", &members));
    let setup = Setup { global: LIMITS.to_owned(), database: OPEN.to_owned(), entries, ..Setup::default() };
    let Some(server) = slapd::Server::start(&setup) else { return };
    let desk = Desk::new().await;
    let source = at(&desk, &server.address, READER, PASSWORD);
    let begun = std::time::Instant::now();
    let pulled = desk.pull(&source).await.unwrap();
    eprintln!("20,000 entries in {:?}: {:?}", begun.elapsed(), pulled.manifest.asked);
    // The reader is one of them.
    assert_eq!(accounts(&pulled).len(), 20_001);
    assert_eq!(grants(&pulled).count(), 2_000);
    let asked = &pulled.manifest.asked;
    let searched = asked.iter().find(|one| one.what == "search accounts").unwrap();
    assert_eq!((searched.requests, searched.rows), (41, 20_001));
    assert_eq!(pulled.manifest.source, "ldap:corp.example");
    let found = accounts(&pulled);
    let human = found.values().filter(|one| one.class == Fact::Known(Class::Human)).count();
    assert_eq!((human, found["trueup"].class), (20_000, Fact::Known(Class::Machine)));
}

#[tokio::test]
async fn what_a_limit_cuts_is_an_error_and_not_fewer_people() {
    for limits in [
        "sizelimit size.soft=500 size.hard=500 size.prtotal=disabled",
        "sizelimit size.soft=500 size.hard=500 size.prtotal=600",
        "sizelimit size.soft=500 size.hard=500 size.prtotal=hard",
    ] {
        let setup = Setup {
            global: limits.to_owned(),
            database: OPEN.to_owned(),
            entries: people(1_000),
            ..Setup::default()
        };
        let Some(server) = slapd::Server::start(&setup) else { return };
        let desk = Desk::new().await;
        let error = desk.pull(&at(&desk, &server.address, READER, PASSWORD)).await.unwrap_err().to_string();
        assert!(error.contains("fewer entries than there are"), "{limits}: {error}");
        let kept: Vec<_> = desk.receipts().await.iter().map(|one| (one.outcome, one.rows.len())).collect();
        assert_eq!(kept, [(Outcome::Failed, 0)]);
        assert!(!desk.receipts().await[0].asked.is_empty(), "what was asked is told");
    }
    let smaller = "sizelimit size.soft=500 size.hard=500 size.pr=100 size.prtotal=unlimited";
    let setup = Setup {
        global: smaller.to_owned(),
        database: OPEN.to_owned(),
        entries: people(1_000),
        ..Setup::default()
    };
    let Some(server) = slapd::Server::start(&setup) else { return };
    let desk = Desk::new().await;
    let pulled = desk.pull(&at(&desk, &server.address, READER, PASSWORD)).await.unwrap();
    assert_eq!(accounts(&pulled).len(), 1_001, "smaller pages are taken");
}

/// People, programs and groups of every schema.
fn estate() -> String {
    let nested = [person_name("ada"), group_name("inner"), group_name("outer")];
    [
        person("ada", "title: Analyst\nauthTimestamp: 20260901080000Z\ncreateTimestamp: 20200101000000Z\n"),
        person("bob", "pwdAccountLockedTime: 000001010000Z\ncreateTimestamp: 20260905000000Z\n"),
        person("cid", "createTimestamp: 20200101000000Z\npwdChangedTime: 20260101000000Z\n"),
        slapd::service("svc-backup"),
        format!(
            "dn: uid=dan,ou=people,{0}\nobjectClass: inetOrgPerson\nobjectClass: posixAccount\nuid: dan\ncn: Dan\n\
             sn: D\ndisplayName:: RGFuG1sySiBF\nuidNumber: 7\ngidNumber: 70\nhomeDirectory: /h\n\n",
            slapd::SUFFIX
        ),
        group("inner", &[person_name("bob"), group_name("inner")]),
        group("outer", &nested),
        format!(
            "dn: cn=unique,ou=groups,{0}\nobjectClass: groupOfUniqueNames\ncn: unique\n\
             uniqueMember: UID = Cid , OU=People,{0}\n\n",
            slapd::SUFFIX
        ),
        format!(
            "dn: cn=staff,ou=groups,{}\nobjectClass: posixGroup\ncn: staff\ngidNumber: 70\nmemberUid: svc-backup\n\
             memberUid: nobody\n\n",
            slapd::SUFFIX
        ),
    ]
    .concat()
}

#[tokio::test]
async fn every_schema_of_people_programs_and_groups_is_read() {
    let setup = Setup { database: OPEN.to_owned(), entries: estate(), ..Setup::default() };
    let Some(server) = slapd::Server::start(&setup) else { return };
    let desk = Desk::new().await;
    let source = at(&desk, &server.address, READER, PASSWORD);
    let told = desk.look(&source).await.unwrap();
    assert!(told.recognised.starts_with("OpenLDAP at ldap://127.0.0.1:"), "{}", told.recognised);
    let whys = ["Which accounts", "When accounts", "When passwords", "Groups"].map(|start| why(&told, start));
    assert_eq!(whys, [None; 4]);
    let pulled = desk.pull(&source).await.unwrap();
    let found = accounts(&pulled);
    assert_eq!(found.keys().collect::<Vec<_>>(), ["ada", "bob", "cid", "dan", "svc-backup", "trueup"]);
    let classes = ["ada", "dan", "svc-backup"].map(|name| found[name].class);
    assert_eq!(classes, [Class::Human, Class::Human, Class::Machine].map(Fact::Known));
    assert_eq!((found["ada"].is_enabled, found["bob"].is_enabled), (Fact::Known(true), Fact::Known(false)));
    // Bob is younger than the oldest sign-in that is kept, so that he never did; of Cid nobody knows.
    assert!(found["ada"].last_seen.known().is_some());
    assert_eq!((found["bob"].last_seen, found["cid"].last_seen), (Fact::Absent, Fact::Hidden));
    let steps = |name: &str| groups(&pulled, name);
    let named = |pairs: &[(&str, &[&str])]| -> BTreeMap<String, Vec<String>> {
        let way = |way: &[&str]| way.iter().map(|step| format!("group {step} in corp.example")).collect();
        pairs.iter().map(|(title, through)| (format!("{title} in corp.example"), way(through))).collect()
    };
    assert_eq!(steps("ada"), named(&[("outer", &[])]));
    assert_eq!(steps("bob"), named(&[("inner", &[]), ("outer", &["inner"])]));
    assert_eq!(steps("cid"), named(&[("unique", &[])]));
    assert_eq!((steps("dan"), steps("svc-backup")), (named(&[("staff", &[])]), named(&[("staff", &[])])));
    let refused: Vec<_> = pulled.manifest.refusals.iter().map(|one| one.subject.as_str()).collect();
    assert_eq!(refused, ["UID:NOBODY"]);
}

#[tokio::test]
async fn what_a_reader_may_not_see_is_missing_and_the_rest_is_pulled() {
    let hidden = format!(
        "access to dn.subtree=\"ou=groups,{0}\" by * none\naccess to attrs=authTimestamp,pwdChangedTime by * none\n\
         access to * by * read",
        slapd::SUFFIX
    );
    let no_members = format!("access to attrs=member,uniqueMember,memberUid by * none\n{OPEN}");
    for (rights, use_hidden) in [(hidden, true), (no_members, false)] {
        let setup = Setup { database: rights, entries: estate(), ..Setup::default() };
        let Some(server) = slapd::Server::start(&setup) else { return };
        let desk = Desk::new().await;
        let source = at(&desk, &server.address, READER, PASSWORD);
        let told = desk.look(&source).await.unwrap();
        let pulled = desk.pull(&source).await.unwrap();
        for preflight in [&told, &pulled.manifest.preflight] {
            assert_eq!(why(preflight, "Groups"), Some(Lack::Forbidden));
            assert_eq!(why(preflight, "When accounts"), use_hidden.then_some(Lack::NotCollected));
            assert_eq!(why(preflight, "When passwords"), use_hidden.then_some(Lack::NotCollected));
        }
        let found = accounts(&pulled);
        assert_eq!((found.len(), grants(&pulled).count()), (6, 0));
        let seen = found.values().filter(|one| one.last_seen.is_told()).count();
        assert_eq!(seen == 0, use_hidden);
    }
}

#[tokio::test]
async fn the_rights_that_are_printed_suffice() {
    let spec = REGISTRY.iter().find(|spec| spec.id == "ldap").unwrap();
    let printed = spec.permits.iter().find(|one| one.how.starts_with("OpenLDAP")).unwrap().text;
    // Whoever is not named may sign in and nothing else, and nobody is sent more than a few.
    let database = format!("{printed}\naccess to attrs=userPassword by * auth\naccess to * by * none");
    let entries = format!("{}{}", estate(), people(1_000));
    let setup = Setup { global: LIMITS.to_owned(), database, entries: entries.clone(), ..Setup::default() };
    let Some(server) = slapd::Server::start(&setup) else { return };
    let desk = Desk::new().await;
    let pulled = desk.pull(&at(&desk, &server.address, READER, PASSWORD)).await.unwrap();
    let open = Setup { database: OPEN.to_owned(), global: LIMITS.to_owned(), entries, ..Setup::default() };
    let Some(open) = slapd::Server::start(&open) else { return };
    let all = desk.pull(&at(&desk, &open.address, ADMIN, PASSWORD)).await.unwrap();
    assert_eq!(pulled.manifest.rows, all.manifest.rows);
    assert_eq!(pulled.manifest.preflight.misses, all.manifest.preflight.misses);
    assert_eq!(accounts(&pulled).len(), 1_006);
}

#[tokio::test]
async fn refusals_of_a_server_are_sentences_and_the_password_is_nowhere() {
    let setup = Setup {
        global: "disallow bind_anon".to_owned(),
        database: OPEN.to_owned(),
        entries: estate(),
        ..Setup::default()
    };
    let Some(server) = slapd::Server::start(&setup) else { return };
    let desk = Desk::new().await;
    desk.pull(&at(&desk, &server.address, READER, PASSWORD)).await.unwrap();
    let error = |source: Source| {
        let desk = &desk;
        async move { desk.pull(&source).await.unwrap_err().to_string() }
    };
    let wrong = error(at(&desk, &server.address, READER, "hunter2-wrong")).await;
    assert!(wrong.contains("does not accept the credentials"), "{wrong}");
    let odd = error(at(&desk, &server.address, "not a name", PASSWORD)).await;
    assert!(odd.contains("is not written as one"), "{odd}");
    let mut elsewhere = at(&desk, &server.address, READER, PASSWORD);
    elsewhere.values.insert("base".to_owned(), "dc=other,dc=example".to_owned());
    let elsewhere = error(elsewhere).await;
    assert!(elsewhere.contains("no entry where the search should begin"), "{elsewhere}");
    let gone = error(at(&desk, "ldap://127.0.0.1:1", READER, PASSWORD)).await;
    assert!(gone.contains("cannot be reached"), "{gone}");
    drop(server);
    let database = std::fs::read(desk.folder.path().join("t.db")).unwrap();
    for secret in [PASSWORD, "hunter2-wrong"] {
        let is_there = database.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!is_there && !wrong.contains(secret));
    }
    for (address, word) in
        [("https://x.example", "no address of a directory"), ("ldaps://x.example/dc=x", "path")]
    {
        let refused = ops::check_source(&at(&desk, address, READER, PASSWORD)).err().unwrap().to_string();
        assert!(refused.contains(word), "{refused}");
    }
}

#[tokio::test]
async fn a_part_of_the_tree_shows_accounts_and_nobodys_rights() {
    let setup = Setup { database: OPEN.to_owned(), entries: estate(), ..Setup::default() };
    let Some(server) = slapd::Server::start(&setup) else { return };
    let desk = Desk::new().await;
    let mut source = at(&desk, &server.address, READER, PASSWORD);
    source.values.insert("base".to_owned(), format!("ou=people,{}", slapd::SUFFIX));
    let pulled = desk.pull(&source).await.unwrap();
    assert_eq!((accounts(&pulled).len(), grants(&pulled).count()), (4, 0));
    assert_eq!(why(&pulled.manifest.preflight, "Groups"), Some(Lack::NotCollected));
}

#[tokio::test]
async fn certificates_are_looked_at_from_the_beginning_and_after_starttls() {
    let authority = Authority::new();
    let start = |name: &str| {
        let setup = Setup {
            database: OPEN.to_owned(),
            entries: estate(),
            identity: Some(authority.identity(name)),
            ..Setup::default()
        };
        slapd::Server::start(&setup)
    };
    let (Some(own), Some(other)) = (start("127.0.0.1"), start("dc1.corp.example")) else { return };
    let desk = Desk::new().await;
    let file = desk.folder.path().join("ca.pem");
    std::fs::write(&file, &authority.pem).unwrap();
    let with = |address: String, is_known: bool| {
        let mut source = at(&desk, &address, READER, PASSWORD);
        if is_known {
            source.values.insert("ca".to_owned(), file.display().to_string());
        }
        source
    };
    let safe = |server: &slapd::Server| format!("ldaps://127.0.0.1:{}", server.safe);
    let error = desk.pull(&with(safe(&own), false)).await.unwrap_err().to_string();
    assert!(error.contains("certificate is not trusted"), "{error}");
    // An address that begins unencrypted is encrypted before the password is sent, where an authority is named.
    for address in [safe(&own), own.address.clone()] {
        let pulled = desk.pull(&with(address, true)).await.unwrap();
        assert_eq!(accounts(&pulled).len(), 6);
    }
    for address in [safe(&other), other.address.clone()] {
        let error = desk.pull(&with(address, true)).await.unwrap_err().to_string();
        assert!(error.contains("certificate is for another name"), "{error}");
    }
}

/// An authority that nobody knows.
pub struct Authority {
    pub pem: String,
    issuer: rcgen::Issuer<'static, rcgen::KeyPair>,
}

impl Authority {
    pub fn new() -> Self {
        let mut own = rcgen::CertificateParams::new(Vec::new()).unwrap();
        own.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let key = rcgen::KeyPair::generate().unwrap();
        let pem = own.self_signed(&key).unwrap().pem();
        Self { pem, issuer: rcgen::Issuer::new(own, key) }
    }

    /// A certificate for a name, or for none where that is empty, and its key.
    pub fn identity(&self, name: &str) -> (String, String) {
        let key = rcgen::KeyPair::generate().unwrap();
        let names: Vec<String> =
            [name].iter().filter(|name| !name.is_empty()).map(ToString::to_string).collect();
        let params = rcgen::CertificateParams::new(names).unwrap();
        (params.signed_by(&key, &self.issuer).unwrap().pem(), key.serialize_pem())
    }
}
