//! Active Directory over LDAP against Samba's controller: nesting, primary groups, classes, rights of a plain reader,
//! sign-ins that are refused, and certificates.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use trueup::config::Source;
use trueup::model::inventory::{Class, Fact, Record};
use trueup::model::pull::Pulled;

use crate::ldap::{Authority, accounts, grants, groups};
use crate::live::{Desk, source, why};
use crate::systems::samba::{self, ADMIN, Domain, PASSWORD, READER, SUFFIX, change, group, user};

/// People beside those with names of their own, which is more than a page.
const CROWD: usize = 560;
/// Accounts that every domain is made with.
const BUILT_IN: [&str; 5] = ["administrator", "dc1$", "dns-dc1", "guest", "krbtgt"];
/// What `userAccountControl` says: an account of a person, disabled; with a password that never expires; of a computer.
const USUAL: u32 = 0x200;
const DISABLED: u32 = 0x202;
const LASTING: u32 = 0x1_0200;
const COMPUTER: u32 = 0x1000;
/// 2025-08-19, as the directory counts.
const SEEN: &str = "lastLogonTimestamp: 134000000000000000\n";
/// Controllers that take a password over an open connection, for this machine alone.
const OPEN: &str = "ldap server require strong auth=no";
const PEOPLE: &str = "OU=People";

fn name(of: &str) -> String {
    format!("CN={of},{PEOPLE},{SUFFIX}")
}

fn unit(name: &str, more: &str) -> String {
    format!("dn: OU={name},{SUFFIX}\nobjectClass: organizationalUnit\n{more}\n")
}

/// Everybody with a name.
fn estate() -> String {
    let admins = format!("CN=Domain Admins,CN=Users,{SUFFIX}");
    let mut made = unit("People", "");
    for at in 0..CROWD {
        let seen = if at % 2 == 0 { SEEN } else { "" };
        let more = format!("displayName: Person {at}\nmail: p{at}@corp.example\n{seen}");
        made.push_str(&user(&format!("p{at}"), PEOPLE, USUAL, &more));
    }
    let signs_in = format!("userPrincipalName: off@corp.example\nunicodePwd: {PASSWORD}\n");
    made.extend([
        user("ada", PEOPLE, USUAL, "displayName: Ada Lind\n"),
        user("bea", PEOPLE, USUAL, "displayName: Bea Holm\n"),
        user("off", PEOPLE, DISABLED, &format!("displayName: Gone\n{signs_in}")),
        user("lasting", PEOPLE, LASTING, "displayName: Lasting\n"),
        user("mssql", PEOPLE, USUAL, "servicePrincipalName: MSSQLSvc/db1.corp.example:1433\n"),
        // A bell, an escape sequence and a line feed.
        user("ring\\07", PEOPLE, USUAL, "displayName:: QmVsbAcbWzMxbVJpbmcK\n")
            .replace("e: ring\\07", "e: ring"),
        format!(
            "dn: CN=gm,CN=Managed Service Accounts,{SUFFIX}\nobjectClass: msDS-GroupManagedServiceAccount\n\
             sAMAccountName: gm$\nmsDS-ManagedPasswordInterval: 30\n\n"
        ),
        format!(
            "dn: CN=WS1,CN=Computers,{SUFFIX}\nobjectClass: computer\nsAMAccountName: WS1$\n\
             dNSHostName: ws1.corp.example\nuserAccountControl: {COMPUTER}\n\n"
        ),
        group("inner", PEOPLE, &[name("ada")], ""),
        group("middle", PEOPLE, &[name("inner")], ""),
        group("outer", PEOPLE, &[name("middle")], ""),
        change(&name("inner"), "add", "member", &name("outer")),
        change(&admins, "add", "member", &name("outer")),
        change(&admins, "add", "member", &name("bea")),
        change(&name("bea"), "replace", "primaryGroupID", "512"),
    ]);
    made + &hidden()
}

/// What a plain reader does not see: a folder and what lies in it, rights on a folder, and who is in a group.
fn hidden() -> String {
    let members = [name("ada"), format!("CN=unseen,OU=Closed,{SUFFIX}")];
    let mut made = unit("Closed", "nTSecurityDescriptor: O:DAG:DAD:PAI(A;OICI;GA;;;DA)(A;OICI;GA;;;SY)\n");
    made.push_str(&user("unseen", "OU=Closed", USUAL, "displayName: Unseen\n"));
    made.push_str(&unit(
        "Mute",
        "nTSecurityDescriptor: O:DAG:DAD:PAI(A;;RPLCLO;;;AU)(A;;GA;;;DA)(A;;GA;;;SY)\n",
    ));
    made.push_str(&group("mixed", PEOPLE, &members, ""));
    let closed = "nTSecurityDescriptor: O:DAG:DAD:PAI(OD;;RP;bf9679c0-0de6-11d0-a285-00aa003049e2;;AU)\
                  (A;;RPLCLORC;;;AU)(A;;GA;;;DA)(A;;GA;;;SY)\n";
    let _ = write!(made, "{}", group("closed", PEOPLE, &members, closed));
    made
}

fn at(desk: &Desk, address: &str, user: &str, password: &str) -> Source {
    let password = desk.secret("password", password);
    source("dir", "ldap", &[("address", address), ("user", user), ("password", &password)])
}

const HERE: &str = "ldap://127.0.0.1";

// One test, because there is one domain on a machine at a time.
#[tokio::test]
async fn a_domain_of_samba_is_read_as_it_was_made() {
    let Some(domain) = Domain::new(&estate()) else { return };
    let desk = Desk::new().await;
    {
        let _served = domain.serve(&[OPEN.to_owned()]);
        let source = at(&desk, HERE, ADMIN, PASSWORD);
        let whole = desk.pull(&source).await.unwrap();
        is_counted(&whole);
        is_classed(&whole);
        is_nested(&whole);
        let reader = at(&desk, HERE, READER, PASSWORD);
        let told = desk.look(&reader).await.unwrap();
        assert_eq!(
            told.recognised,
            "Active Directory at ldap://127.0.0.1, DC=corp,DC=example; directories do not count, so numbers come with the pull"
        );
        let seen = desk.pull(&reader).await.unwrap();
        is_less(&whole, &seen);
        refuses(&desk).await;
    }
    encrypts(&desk, &domain).await;
}

/// Everybody comes, over two pages.
fn is_counted(whole: &Pulled) {
    let found = accounts(whole);
    let own = ["ada", "bea", "gm$", "lasting", "mssql", "off", "ring", "trueup", "unseen", "ws1$"];
    for name in own.iter().chain(&BUILT_IN) {
        assert!(found.contains_key(*name), "{name} is not among {:?}", found.keys());
    }
    assert_eq!(found.len(), CROWD + own.len() + BUILT_IN.len());
    let searched = whole.manifest.asked.iter().find(|one| one.what == "search accounts").unwrap();
    assert_eq!((searched.requests, searched.rows), (2, found.len() as u64));
    assert_eq!(whole.manifest.source, "ad:corp.example");
    let seen = (0..CROWD).filter(|at| found[&format!("p{at}")].last_seen.known().is_some()).count();
    assert_eq!(seen, CROWD / 2);
    assert_eq!(found["p1"].last_seen, Fact::Absent, "it is shown of others, so that there is none");
    assert!(why(&whole.manifest.preflight, "Groups").is_none());
}

fn is_classed(whole: &Pulled) {
    let found = accounts(whole);
    let classes: BTreeMap<&str, (Fact<Class>, &str)> =
        ["ada", "ws1$", "gm$", "mssql", "dc1$", "administrator"]
            .into_iter()
            .map(|name| (name, (found[name].class, found[name].class_rule.as_str())))
            .collect();
    let machine = Fact::Known(Class::Machine);
    assert_eq!(classes["ada"], (Fact::Known(Class::Human), "ad.person/1"));
    assert_eq!(classes["ws1$"], (machine, "ad.computer/1"));
    assert_eq!(classes["dc1$"], (machine, "ad.computer/1"));
    assert_eq!(classes["gm$"].0, machine);
    assert_eq!(classes["mssql"], (machine, "ad.service-principal-name/1"));
    assert_eq!(classes["administrator"].0, Fact::Hidden, "nobody says who uses it");
    let enabled = ["ada", "off", "guest"].map(|name| found[name].is_enabled);
    assert_eq!(enabled, [true, false, false].map(Fact::Known));
    let lasting = found["lasting"].suspected.as_ref().unwrap();
    assert_eq!(lasting.because, "the password never expires and nobody ever signed in");
    assert_eq!(found["lasting"].class, Fact::Hidden);
}

/// Groups over three levels and a circle, and the primary group, which no group lists.
fn is_nested(whole: &Pulled) {
    let ada = groups(whole, "ada");
    let way = |names: &[&str]| -> Vec<String> {
        names.iter().map(|name| format!("group {name}@corp.example")).collect()
    };
    assert_eq!(ada["inner@corp.example"], way(&[]));
    assert_eq!(ada["outer@corp.example"], way(&["middle", "inner"]));
    assert_eq!(ada["Domain Admins@corp.example"], way(&["outer", "middle", "inner"]));
    let bea = groups(whole, "bea");
    assert_eq!(bea["Domain Admins@corp.example"], way(&[]));
    // The directory makes whoever gets another primary group a member of the former.
    assert!([&ada, &bea].iter().all(|one| one.contains_key("Domain Users@corp.example")));
    let general: Vec<&str> = whole
        .records
        .iter()
        .filter_map(|record| match record {
            Record::Entitlement(one) if one.is_general_admin == Fact::Known(true) => Some(one.id.as_str()),
            _ => None,
        })
        .collect();
    let found = accounts(whole);
    let rules = |name: &str| {
        let id = &found[name].id;
        grants(whole).any(|grant| grant.account == *id && general.contains(&grant.entitlement.as_str()))
    };
    let admins: Vec<_> = found.keys().filter(|name| rules(name)).map(String::as_str).collect();
    assert_eq!(admins, ["ada", "administrator", "bea"]);
}

/// A plain account of the domain sees all but what was closed to it, and what it cannot see is named.
fn is_less(whole: &Pulled, seen: &Pulled) {
    let (all, found) = (accounts(whole), accounts(seen));
    assert!(all.keys().filter(|name| !found.contains_key(*name)).eq(["unseen"]));
    let refused: Vec<String> =
        seen.manifest.refusals.iter().map(|one| format!("{}: {}", one.subject, one.reason)).collect();
    assert!(
        refused.iter().any(|one| one.starts_with("CN=UNSEEN,OU=CLOSED,DC=CORP,DC=EXAMPLE: it is in `mixed")),
        "{refused:?}"
    );
    assert!(refused.iter().any(|one| one.contains("their rights are hidden")), "{refused:?}");
    assert!(!refused.iter().any(|one| one.contains("another server")), "{refused:?}");
    assert_eq!(
        groups(seen, "ada").get("Domain Admins@corp.example"),
        groups(whole, "ada").get("Domain Admins@corp.example")
    );
    assert!(whole.manifest.refusals.is_empty(), "{:?}", whole.manifest.refusals);
}

/// Sign-ins that are refused are sentences.
async fn refuses(desk: &Desk) {
    for (user, password, word) in [
        (READER, "canary-wrong", "the user or the password is wrong"),
        ("nobody@corp.example", PASSWORD, "the user or the password is wrong"),
        ("off@corp.example", PASSWORD, "this account is disabled"),
    ] {
        let error = desk.pull(&at(desk, HERE, user, password)).await.unwrap_err().to_string();
        assert!(error.contains(word) && !error.contains(password), "{user}: {error}");
    }
    let nobody = source("dir", "ldap", &[("address", HERE)]);
    let error = desk.pull(&nobody).await.unwrap_err().to_string();
    assert!(error.contains("answers nobody who has not signed in"), "{error}");
}

/// Certificates are looked at, over LDAPS and after `StartTLS`; an open connection is refused where the domain says so.
async fn encrypts(desk: &Desk, domain: &Domain) {
    let authority = Authority::new();
    let file = desk.folder.path().join("ca.pem");
    std::fs::write(&file, &authority.pem).unwrap();
    let names_none = "its certificate names no host";
    for (held, word) in [("127.0.0.1", ""), ("dc9.corp.example", "is for another name"), ("", names_none)] {
        let _served = domain.serve(&with_certificate(domain, &authority.identity(held)));
        for address in ["ldaps://127.0.0.1", HERE] {
            let mut source = at(desk, address, READER, PASSWORD);
            source.values.insert("ca".to_owned(), file.display().to_string());
            match desk.pull(&source).await {
                Ok(pulled) => assert!(word.is_empty() && accounts(&pulled).len() > CROWD, "{address} {held}"),
                Err(error) => {
                    assert!(!word.is_empty() && error.to_string().contains(word), "{held}: {error}");
                }
            }
        }
        let error = desk.pull(&at(desk, HERE, READER, PASSWORD)).await.unwrap_err().to_string();
        assert!(error.contains("a password over an encrypted connection only"), "{error}");
    }
}

fn with_certificate(domain: &Domain, (certificate, key): &(String, String)) -> Vec<String> {
    [("certfile", certificate), ("keyfile", key)]
        .iter()
        .map(|(name, pem)| {
            let file = domain.path().join(name);
            samba::secret(&file, pem);
            format!("tls {name}={}", file.display())
        })
        .collect()
}
