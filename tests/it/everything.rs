//! A whole assessment over every vendor's system, the systems of an organisation's own and a workstation, at once: what was
//! given to them is counted by class, an agent that three of them know is one, a scorecard comes of it, and no secret of
//! any of them is anywhere.

use std::collections::BTreeMap;
use std::process::Stdio;

use serde_json::json;
use trueup::ops::{self, Ctx};

use crate::desk::{Desk, demo, ran};
use crate::live::classes;
use crate::systems::fake::Fake;
use crate::systems::prism::Prism;
use crate::systems::{entra, github, google, jumpcloud, keycloak, okta, vault};
use crate::together;

/// How many people and service identities each vendor's system has.
const PEOPLE: usize = 120;
const SERVICES: usize = 90;
/// Tokens of every scope, as the fake of Google reads them.
const GOOGLE: &str = "canary-google+admin.directory.user.readonly+admin.directory.rolemanagement.readonly+\
                      admin.directory.group.member.readonly+admin.directory.group.readonly+admin.reports.audit.readonly+\
                      admin.reports.usage.readonly+cloud-platform";
/// An agent's key as it lies in the configuration of its client.
const LEAKED: &str = "ghp_canary7b1fcanary7b1fcanary7b1fcan0";
/// Accounts by class as a source has them: human, machine, ai.
type Classes = [usize; 3];

/// A vendor's system, what its source is called and set to, where its secret lies, and what it was given.
struct Vendor {
    name: &'static str,
    connector: &'static str,
    values: Vec<String>,
    secret: (&'static str, String),
    given: Classes,
    _running: Prism,
}

fn vendor(
    (name, connector): (&'static str, &'static str),
    running: Prism,
    values: &[(&str, &str)],
    secret: (&'static str, &str),
    given: Classes,
) -> Vendor {
    let address = format!("address={}", running.address);
    let values = values.iter().map(|(key, value)| format!("{key}={}", value.replace("{}", &running.address)));
    Vendor {
        name,
        connector,
        values: std::iter::once(address).chain(values).collect(),
        secret: (secret.0, secret.1.to_owned()),
        given,
        _running: running,
    }
}

/// Every vendor's system; `None` where what they need is not installed.
fn vendors() -> Option<Vec<Vendor>> {
    let company = google::Company::new((PEOPLE, SERVICES));
    let code = vendor(
        ("github", "github"),
        github::World::new(PEOPLE, SERVICES)?.described(None)?,
        &[("organization", github::NAME), ("token", "env:S_GITHUB")],
        ("S_GITHUB", github::TOKEN),
        [PEOPLE, 47, 2 + (SERVICES - 50) / 2],
    );
    let office = vendor(
        ("office", "google-workspace"),
        company.clone().described(|_, _| None)?,
        &[("token", "env:S_GOOGLE"), ("use-days", "180")],
        ("S_GOOGLE", GOOGLE),
        [PEOPLE, google::APPS.len(), 1],
    );
    let projects = vendor(
        ("projects", "google-cloud"),
        company.described(|_, _| None)?,
        &[("token", "env:S_GOOGLE"), ("scope", "organizations/12")],
        ("S_GOOGLE", GOOGLE),
        [1, SERVICES + 1, 2],
    );
    let secrets = vendor(
        ("secrets", "vault"),
        vault::World::new(PEOPLE, SERVICES).described()?,
        &[("token", "env:S_VAULT")],
        ("S_VAULT", vault::TOKEN),
        [PEOPLE + 1, SERVICES, 0],
    );
    Some(vec![tenant()?, sso()?, devices()?, code, office, projects, realm()?, secrets])
}

/// A tenant of Entra; the fake itself gives out its tokens.
fn tenant() -> Option<Vendor> {
    let size = entra::Size::of(PEOPLE, SERVICES);
    let machines = 1 + (size.microsoft - 1) + size.managed + size.own + size.blueprints;
    let tenant = entra::Tenant::of(PEOPLE, SERVICES).described()?;
    let login = tenant.fake.address.clone();
    Some(vendor(
        ("entra", "entra"),
        tenant,
        &[("tenant", entra::TENANT), ("client", entra::TENANT), ("secret", "env:S_ENTRA"), ("login", &login)],
        ("S_ENTRA", entra::SECRET),
        [size.people + size.guests, machines, size.agents + size.agent_users + 1],
    ))
}

fn sso() -> Option<Vendor> {
    let organisation = Prism::before(okta::SPECS, |address| {
        let world = okta::World::new(address, PEOPLE, SERVICES);
        Fake::start(move |question, _| world.answer(question))
    })?;
    let given = [PEOPLE - 1, SERVICES + 6, 3];
    Some(vendor(("okta", "okta"), organisation, &[("token", "env:S_OKTA")], ("S_OKTA", okta::TOKEN), given))
}

fn devices() -> Option<Vendor> {
    let organisation = Prism::before(jumpcloud::SPECS, |_| {
        let world = jumpcloud::World::new(PEOPLE, SERVICES);
        Fake::start(move |question, _| world.answer(question))
    })?;
    let mut devices = vendor(
        ("jumpcloud", "jumpcloud"),
        organisation,
        &[
            ("insights-address", "{}/insights/directory/v1"),
            ("key", "env:S_JUMPCLOUD"),
            ("organisation", jumpcloud::ORGANISATION),
        ],
        ("S_JUMPCLOUD", jumpcloud::KEY),
        [PEOPLE - 1, SERVICES + 1, 0],
    );
    devices.values[0].push_str("/api");
    Some(devices)
}

fn realm() -> Option<Vendor> {
    let desk = Fake::start(|question, _| keycloak::desk(question));
    let running = keycloak::World::new(PEOPLE, SERVICES).described()?;
    Some(vendor(
        ("realm", "keycloak"),
        running,
        &[
            ("realm", keycloak::REALM),
            ("client", "trueup"),
            ("secret", "env:S_KEYCLOAK"),
            ("token-address", &desk.address),
        ],
        ("S_KEYCLOAK", keycloak::SECRET),
        [PEOPLE, SERVICES, 0],
    ))
}

/// A role of the cloud account that only Copilot's coding agent of one repository may become.
fn trusting() -> String {
    let trust = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
        "Principal": {"Federated": "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"},
        "Condition": {"StringEquals": {"token.actions.githubusercontent.com:sub": entra::SUBJECT}},
    }]});
    format!(
        "iam = client('iam')\niam.create_role(RoleName='loom-agent', AssumeRolePolicyDocument='''{trust}''')\ntold = {{}}\n"
    )
}

/// The home of somebody who works with agents, with a key in the wrong place.
fn workstation(desk: &Desk) -> String {
    let home = desk.path("home/anna");
    std::fs::create_dir_all(home.join(".cursor")).unwrap();
    let servers = json!({"mcpServers": {"github": {"command": "npx", "args": ["-y", "server"], "env": {"GITHUB_TOKEN": LEAKED}}}});
    std::fs::write(home.join(".cursor/mcp.json"), servers.to_string()).unwrap();
    desk.path("home").display().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_system_at_once_ends_in_a_scorecard_that_counts_what_they_have() {
    let Some(peers) = together::peers().await else { return };
    peers.cloud.seed(&trusting());
    let Some(vendors) = vendors() else { return };
    let desk = Desk::begun();
    desk.file("config.toml", "log = \"debug\"\n");
    let cluster = match &peers.cluster {
        Some(cluster) => Some(together::reader_of(cluster).await),
        None => None,
    };
    together::set_up(&desk, &peers, cluster.as_ref());
    for one in &vendors {
        let values: Vec<&str> = one.values.iter().map(String::as_str).collect();
        desk.done(&[&["sources", "add", one.name, one.connector][..], &values].concat());
    }
    let home = workstation(&desk);
    desk.done(&["sources", "add", "laptops", "workstation", &format!("path={home}")]);

    let mut secrets = together::secrets(cluster.as_ref());
    secrets.extend(vendors.iter().map(|one| one.secret.clone()));
    let mut command = desk.command(&["pull", "--all", "--json"]);
    command.envs(secrets.iter().map(|(name, value)| (*name, value.as_str())));
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let shown = std::fs::read(format!("/proc/{}/cmdline", child.id())).unwrap_or_default();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));

    let given: BTreeMap<&str, Classes> = vendors.iter().map(|one| (one.name, one.given)).collect();
    assert_eq!(pulled(&desk, &given).await, given);
    is_one_agent(&desk);
    desk.done(&["ask", "--from", &demo("answers.csv")]);
    let score = desk.json(&["score"]);
    assert!(score["claimed"].as_f64().is_some() && score["rows"].as_array().unwrap().len() > 50);
    desk.done(&["sources", "receipt", "--verify"]);
    let board = desk.path("board").display().to_string();
    desk.done(&["export", "png", "svg", "json", "csv", "--out", &board]);
    let tools = ran(&mut desk.command(&["shadow", "--json"]));
    assert_eq!(tools.code, 0, "{}", tools.err);

    // The leaked key lies in the fixture itself, and nowhere else.
    let leak = desk.path("home/anna/.cursor/mcp.json");
    assert!(together::holds(&std::fs::read(leak).unwrap(), LEAKED));
    std::fs::remove_dir_all(&home).unwrap();
    let canaries = together::canaries(&secrets).into_iter().chain([LEAKED, "canary-google"]);
    for canary in canaries {
        for said in [&shown, &output.stdout, &output.stderr, &tools.out.clone().into_bytes()] {
            assert!(!together::holds(said, canary), "a secret was said");
        }
        together::search(&desk.path(""), canary);
    }
}

/// The accounts that were pulled, by source and class, of the sources that are asked for.
async fn pulled(desk: &Desk, of: &BTreeMap<&'static str, Classes>) -> BTreeMap<&'static str, Classes> {
    let ctx = Ctx::open(&desk.path("trueup.db"), None, "anna".to_owned()).await.unwrap();
    let opened = ops::open(&ctx, None).await.unwrap();
    let mut found = BTreeMap::new();
    for manifest in &opened.manifests {
        let Some((name, _)) = of.get_key_value(manifest.origin.as_str()) else { continue };
        let pulled = ctx.store.pulled(&manifest.id).await.unwrap().unwrap();
        found.insert(*name, classes(&pulled));
    }
    found
}

/// The coding agent of one repository, the application of Entra that trusts it and the role of AWS that does are one.
fn is_one_agent(desk: &Desk) {
    let found = desk.json(&["identities", "--text", "loom-agent"]);
    let [one] = found.as_array().unwrap().as_slice() else { panic!("{found}") };
    assert_eq!(one["class"], json!("ai"), "{one}");
    let accounts: Vec<&str> =
        one["accounts"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
    let knows = |start: &str| accounts.iter().any(|id| id.starts_with(start));
    let systems = ["arn:aws:iam::", "coding-agent:", "00000002-"];
    assert!(accounts.len() == 3 && systems.into_iter().all(knows), "{accounts:?}");
}
