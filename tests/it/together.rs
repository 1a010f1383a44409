//! A whole assessment over six live systems at once (five where no cluster is built): what was given to them is counted, a scorecard comes of it, and no
//! secret of any of them is anywhere.

use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;

use serde_json::{Value, json};
use trueup::connectors::{Form, REGISTRY, Spec};

use crate::desk::{Desk, demo, ran};
use crate::live::{Desk as Live, source};
use crate::systems::kubernetes::Cluster;
use crate::systems::slapd::{self, ADMIN, Setup, person};
use crate::systems::{aws, hostile, scim, sql};

const DATABASE: &str = "\
create table people (login text, mail text);
insert into people select 'p' || i, 'p' || i || '@corp.example' from generate_series(1, 40) i;
create role reader login password 'canary-postgres-secret'; grant select on people to reader;";
const MARIA: &str = "\
create database hr; use hr; create table people (login varchar(20));
insert into people select concat('m', seq) from hr_seq; create user reader@'127.0.0.1' identified by 'canary-mariadb-secret';
grant select on hr.* to reader@'127.0.0.1';";
const ACCOUNT: &str = "\
iam = client('iam')
for at in range(25):
    iam.create_user(UserName=f'u{at}')
told = {}
";

/// The systems.
pub struct Peers {
    directory: slapd::Server,
    users: scim::Server,
    pub cloud: aws::Server,
    people: sql::Server,
    staff: sql::Server,
    /// Only where the API server was built.
    pub cluster: Option<Arc<Cluster>>,
}

pub async fn peers() -> Option<Peers> {
    let entries = (0..60).map(|at| person(&format!("l{at}"), "")).collect::<Vec<_>>().join("\n");
    let database = "access to * by * read".to_owned();
    let directory = slapd::Server::start(&Setup { database, entries, ..Setup::default() })?;
    let users = scim::Server::start(false)?;
    users.users(30).await;
    let cloud = aws::Server::start(None)?;
    cloud.seed(ACCOUNT);
    let people = sql::Server::postgres()?;
    people.run(DATABASE);
    let staff = sql::Server::mariadb()?;
    staff.run(&MARIA.replace("hr_seq", "seq_1_to_20"));
    Some(Peers { directory, users, cloud, people, staff, cluster: Cluster::shared().await })
}

#[tokio::test(flavor = "multi_thread")]
async fn six_systems_at_once_end_in_a_scorecard_and_leave_no_secret_anywhere() {
    let Some(peers) = peers().await else { return };
    let desk = Desk::begun();
    desk.file("config.toml", "log = \"debug\"\n");
    let cluster = match &peers.cluster {
        Some(cluster) => Some(reader_of(cluster).await),
        None => None,
    };
    let secrets = secrets(cluster.as_ref());
    set_up(&desk, &peers, cluster.as_ref());
    let with = |arguments: &[&str]| {
        let mut command = desk.command(arguments);
        command.envs(secrets.iter().map(|(name, value)| (*name, value.as_str())));
        command
    };
    let looked = ran(&mut with(&["sources", "test"]));
    assert_eq!(looked.code, 0, "{}", looked.err);

    let child =
        with(&["pull", "--all", "--json"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let shown = std::fs::read(format!("/proc/{}/cmdline", child.id())).unwrap_or_default();
    let output = child.wait_with_output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{err}");
    let receipts: Vec<Value> = serde_json::from_str(&out).unwrap();
    is_counted(&receipts, cluster.is_some());

    desk.done(&["ask", "--from", &demo("answers.csv")]);
    let score = desk.json(&["score"]);
    assert!(score["claimed"].as_f64().is_some() && score["rows"].as_array().unwrap().len() > 50);
    desk.done(&["sources", "receipt", "--verify"]);
    let board = desk.path("board").display().to_string();
    desk.done(&["export", "png", "svg", "json", "csv", "--out", &board]);

    let said = [
        shown,
        output.stdout.clone(),
        output.stderr.clone(),
        looked.out.into_bytes(),
        looked.err.into_bytes(),
    ];
    for canary in canaries(&secrets) {
        assert!(said.iter().all(|said| !holds(said, canary)), "a secret was said");
        search(&desk.path(""), canary);
    }
}

/// The secrets of all of them, by the variables in which they lie.
pub fn secrets(cluster: Option<&(String, String)>) -> Vec<(&'static str, String)> {
    let keys =
        json!({"Version": 1, "AccessKeyId": "AKIATESTING", "SecretAccessKey": aws::SECRET}).to_string();
    vec![
        ("S_LDAP", slapd::PASSWORD.to_owned()),
        ("S_SCIM", scim::TOKEN.to_owned()),
        ("S_AWS", keys),
        ("S_PG", "canary-postgres-secret".to_owned()),
        ("S_MARIA", "canary-mariadb-secret".to_owned()),
        ("S_KUBE", cluster.map_or("canary-of-nobody", |(_, token)| token).to_owned()),
    ]
}

/// The parts of them that may stand nowhere.
pub fn canaries<'a>(secrets: &'a [(&'static str, String)]) -> Vec<&'a str> {
    secrets.iter().map(|(name, value)| if *name == "S_AWS" { aws::SECRET } else { value }).collect()
}

/// Sets up every peer as a source; of secrets it says in which variable they lie.
pub fn set_up(desk: &Desk, peers: &Peers, cluster: Option<&(String, String)>) {
    let query = |columns: &str| format!("identities=select {columns} from people");
    let at = |scheme: &str, port: u16, name: &str| format!("address={scheme}://127.0.0.1:{port}/{name}");
    let sources: [&[&str]; 5] = [
        &[
            "dir",
            "ldap",
            &format!("address={}", peers.directory.address),
            &format!("user={ADMIN}"),
            "password=env:S_LDAP",
        ],
        &["sso", "scim", &format!("address={}", peers.users.address), "token=env:S_SCIM"],
        &["cloud", "aws", &format!("address={}", peers.cloud.address), "credentials=env:S_AWS"],
        &[
            "crm",
            "sql",
            &at("postgres", peers.people.port, "postgres"),
            &query("login as id, mail as email"),
            "user=reader",
            "password=env:S_PG",
        ],
        &[
            "shop",
            "sql",
            &at("mysql", peers.staff.port, "hr"),
            &query("login as id"),
            "user=reader",
            "password=env:S_MARIA",
        ],
    ];
    for source in sources {
        desk.done(&[&["sources", "add"], source].concat());
    }
    if let (Some(peer), Some((authority, _))) = (&peers.cluster, cluster) {
        let (address, ca) = (format!("address={}", peer.address), format!("ca={authority}"));
        desk.done(&["sources", "add", "prod", "kubernetes", &address, &ca, "token=env:S_KUBE"]);
    }
}

/// Looks whether every source counts what its peer was given.
fn is_counted(receipts: &[Value], has_cluster: bool) {
    let mut accounts: Vec<(String, u64)> = receipts
        .iter()
        .map(|receipt| {
            let rows = receipt["rows"].as_array().unwrap().iter();
            let of = |row: &Value| (row[0] == "accounts").then(|| row[1].as_u64().unwrap());
            (receipt["origin"].as_str().unwrap().to_owned(), rows.filter_map(of).sum())
        })
        .collect();
    accounts.sort();
    for (name, count) in [("crm", 40), ("shop", 20), ("sso", 30)] {
        assert!(accounts.contains(&(name.to_owned(), count)), "{name}: {accounts:?}");
    }
    let of = |name: &str| accounts.iter().find(|(own, _)| own == name).unwrap().1;
    assert!(of("cloud") >= 25 && of("dir") >= 60 && (!has_cluster || of("prod") >= 502), "{accounts:?}");
}

/// The authority of a cluster, and the token of a reader with the printed rights.
pub async fn reader_of(cluster: &Cluster) -> (String, String) {
    let printed = REGISTRY.iter().find(|spec| spec.id == "kubernetes").unwrap().permits;
    for permit in printed.iter().filter(|permit| permit.language == "yaml") {
        cluster.kubectl(&["apply", "-f", "-"], permit.text);
    }
    (cluster.authority().display().to_string(), cluster.token_for("trueup", "trueup").await)
}

pub fn holds(content: &[u8], canary: &str) -> bool {
    content.windows(canary.len()).any(|part| part == canary.as_bytes())
}

/// Fails on a file below a folder that holds a secret.
pub fn search(folder: &Path, canary: &str) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        if entry.path().is_dir() {
            search(&entry.path(), canary);
        } else {
            assert!(
                !holds(&std::fs::read(entry.path()).unwrap(), canary),
                "a secret stands in {}",
                entry.path().display()
            );
        }
    }
}

/// What a source of each web connector is set to, but its address.
fn web(desk: &Live, tokens: &str) -> Vec<(&'static str, Vec<(&'static str, String)>)> {
    let set = |name: &str| desk.secret(name, "canary");
    let client = |desk: &'static str, name: &str| {
        vec![("client", "trueup".to_owned()), ("secret", set(name)), (desk, tokens.to_owned())]
    };
    let with = |mut values: Vec<(&'static str, String)>, key: &'static str, value: &str| {
        values.push((key, value.to_owned()));
        values
    };
    let keys = json!({"Version": 1, "AccessKeyId": "AKIATESTING", "SecretAccessKey": "canary"}).to_string();
    vec![
        ("scim", vec![("token", desk.secret("scim", "canary"))]),
        ("kubernetes", vec![("token", desk.secret("kubernetes", "canary"))]),
        ("aws", vec![("credentials", desk.secret("aws", &keys))]),
        ("google-workspace", vec![("token", desk.secret("google", "canary"))]),
        (
            "google-cloud",
            vec![("token", desk.secret("gcp", "canary")), ("scope", "organizations/1".to_owned())],
        ),
        ("entra", with(client("login", "entra"), "tenant", "11111111-2222-4333-8444-555555555555")),
        ("okta", vec![("token", set("okta"))]),
        ("jumpcloud", vec![("key", set("jumpcloud"))]),
        ("github", with(vec![("token", set("github"))], "organization", "acme")),
        ("keycloak", with(client("token-address", "keycloak"), "realm", "acme")),
        ("vault", vec![("token", set("vault"))]),
    ]
}

#[tokio::test]
async fn no_connector_sends_anything_to_another_place_than_the_one_that_is_set() {
    let desk = Live::new().await;
    let own_address = |spec: &&&Spec| {
        spec.settings.iter().any(|one| matches!(one.form, Form::Address(_)) && one.key == "address")
    };
    let known = REGISTRY.iter().filter(own_address).count();
    let issued = json!({"access_token": "canary", "expires_in": 3600, "token_type": "Bearer"});
    let tokens = hostile::Server::start(move |_, _| hostile::json(&issued));
    let all = web(&desk, &tokens.address);
    assert_eq!(all.len(), known, "every connector that is given a web address is tried");
    for (connector, values) in all {
        let foreign = hostile::Server::start(|_, _| hostile::json(&json!({})));
        let place = format!("location: {}/taken", foreign.address);
        let system =
            hostile::Server::start(move |_, _| hostile::reply("307 Temporary Redirect", &[&place], ""));
        let address = [("address", system.address.as_str())];
        let own: Vec<(&str, &str)> = values.iter().map(|(key, value)| (*key, value.as_str())).collect();
        let source = source("x", connector, &[&address[..], &own].concat());
        let error = desk.pull(&source).await.unwrap_err().to_string();
        assert!(!error.contains("canary"), "{connector}: {error}");
        assert!(!system.asked().is_empty(), "{connector} was asked");
        assert!(foreign.asked().is_empty(), "{connector}: {:?}", foreign.asked());
    }
}

#[test]
fn a_pull_that_is_killed_leaves_nothing_of_it_and_the_next_one_is_whole() {
    // The second page waits for ever, as a system does that hangs.
    let (begun, started) = std::sync::mpsc::channel();
    let server = hostile::Server::start(move |question, _| {
        let list = |from: usize| json!({"totalResults": 4, "Resources": [{"id": format!("a{from}"), "userName": format!("u{from}"), "active": true}, {"id": format!("b{from}"), "userName": format!("v{from}"), "active": true}]});
        if question.contains("startIndex=3") {
            let _ = begun.send(());
            loop {
                std::thread::park();
            }
        }
        if question.contains("/Users") {
            hostile::json(&list(1))
        } else {
            hostile::reply("404 Not Found", &[], "")
        }
    });
    let desk = Desk::begun();
    desk.done(&["sources", "add", "hr", "scim", &format!("address={}", server.address)]);
    let mut child =
        desk.command(&["pull", "hr"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    started.recv_timeout(std::time::Duration::from_mins(1)).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(desk.json(&["sources", "receipt"]).as_array().unwrap().len(), 0);
    assert_eq!(
        desk.json(&["resolve"])["counts"][0]["counts"],
        json!({"human": 0, "machine": 0, "ai": 0, "unclassified": 0})
    );
    let file = desk.file("people.csv", "id,class,enabled\nanna,human,yes\n");
    desk.done(&["pull", &file]);
    assert_eq!(desk.json(&["resolve"])["counts"][0]["counts"]["human"], 1);
}
