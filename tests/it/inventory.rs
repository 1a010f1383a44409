//! Merging and measuring: what counts, what does not, and what stays open.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use serde_json::Value;
use trueup::metrics::{Inventory, NEEDS, REGISTRY, computation, explain, measure, merge};
use trueup::model::catalog::Catalog;
use trueup::model::inventory::{
    Account, Agent, Class, Confidence, Credential, Entitlement, Fact, Grant, Record, Reported, SecondFactor,
    System, Tool,
};
use trueup::model::metric::{Measured, Measurements};
use trueup::model::pull::{Manifest, Outcome, Preflight, Pulled};
use trueup::model::{MetricName, PullId, SourceId};
use trueup::packs::Library;

use super::kit;
use super::registers::{pull, records};

static CATALOG: LazyLock<Catalog> = LazyLock::new(|| Library::open(None).unwrap().catalog.clone());
static NOW: LazyLock<Timestamp> = LazyLock::new(|| "2026-04-01T00:00:00Z".parse().unwrap());

fn days_ago(days: i64) -> Timestamp {
    *NOW - SignedDuration::from_hours(24 * days)
}

/// A whole pull of these records.
pub fn pulled(connector: &str, source: &str, records: Vec<Record>) -> Pulled {
    let manifest = Manifest {
        id: PullId::new(format!("{connector} {source}")),
        connector: connector.to_owned(),
        source: source.to_owned(),
        origin: "file".to_owned(),
        started: *NOW,
        ended: *NOW,
        taken: *NOW,
        outcome: Outcome::Whole,
        bytes: 1,
        rows: Vec::new(),
        preflight: Preflight::default(),
        asked: Vec::new(),
        refusals: Vec::new(),
        more_refusals: 0,
        digest: String::new(),
        tool: String::new(),
    };
    Pulled { manifest, records }
}

fn register(kind: &str, text: &str) -> Pulled {
    let connector = format!("register-{kind}");
    pulled(&connector, "register", records(&connector, text))
}

fn ends(measurements: &Measurements, metric: &str) -> Option<(f64, f64)> {
    measurements.ends(&MetricName::from(metric))
}

fn why(measurements: &Measurements, metric: &str) -> String {
    match &measurements.by_name[metric].value {
        Measured::Unknown(why) => format!("{}; {}", why.reason, why.remedy),
        value => panic!("{metric} is {value:?}"),
    }
}

/// An invented company in five registers.
fn company() -> Vec<Pulled> {
    vec![
        register(
            "identities",
            "id,class,enabled,guest,last_seen,owner,password,mfa,ended,created\n\
             anna,human,yes,no,2026-03-30,none,yes,phishing_resistant,none,2020-01-01\n\
             bert,human,yes,no,2025-01-01,none,yes,none,none,2020-01-01\n\
             cleo,human,yes,no,,none,yes,any,2026-02-15,2020-01-01\n\
             dora,human,no,no,,none,yes,any,2026-03-31T12:00:00Z,2020-01-01\n\
             eve,human,yes,yes,2026-03-30,none,yes,none,none,2020-01-01\n\
             m1,machine,yes,no,2026-03-30,team-a,,,,\n\
             m2,machine,yes,no,never,none,,,,\n\
             m3,machine,no,no,never,team-a,,,,\n\
             a1,ai,yes,no,,none,,,,\n\
             a2,ai,yes,no,,none,,,,\n\
             x1,,yes,no,2026-03-01,none,,,none,2020-01-01\n",
        ),
        register(
            "grants",
            "identity,entitlement,general_admin,action,last_used,expires\n\
             anna,root,yes,,2026-03-01,permanent\n\
             anna,reader,no,,never,\n\
             bert,root,yes,,,2026-12-31\n\
             m1,remover,no,delete,2026-03-01,\n\
             m1,lister,no,read,never,\n\
             a1,root,yes,,,\n",
        ),
        register(
            "credentials",
            "id,identity,active,created,rotated\n\
             k1,m1,yes,2025-01-01,never\n\
             k2,m1,yes,2025-01-01,2026-03-20\n\
             k3,m2,no,2025-01-01,never\n\
             k4,a1,yes,2026-03-25,never\n\
             k5,m2,yes,,\n",
        ),
        register(
            "agents",
            "id,owner,owner_active,identity,own_identity,writes_production,approval_gate,general_admin,\
             peer_role,stop_tested\n\
             r1,anna,yes,a1,yes,yes,board,no,accountant,2026-03-01\n\
             r2,cleo,,m1,no,yes,none,no,none,never\n\
             r3,,,none,,,,,,\n",
        ),
        register(
            "tools",
            "id,channel,found,sanctioned,decided\n\
             t1,consent,2026-03-25,undecided,\n\
             t2,network,2026-03-10,no,2026-03-12\n\
             t3,consent,2026-02-15,yes,2026-01-01\n\
             t4,code,2025-06-01,no,never\n",
        ),
    ]
}

#[test]
fn every_metric_of_the_registers_is_counted_as_its_definition_says() {
    let measured = measure(&merge(&company()), &CATALOG);
    let cases = [
        ("org.identities.total", (9.0, 9.0)),
        ("org.identities.classified", (8.0, 8.0)),
        ("human.users.total", (3.0, 4.0)),
        ("human.users.dormant_90d", (1.0, 2.0)),
        ("human.users.orphaned", (1.0, 1.0)),
        ("human.users.mfa_registered", (2.0, 3.0)),
        ("human.users.mfa_phishing_resistant", (1.0, 2.0)),
        ("human.users.password_only", (1.0, 2.0)),
        ("human.admins.total", (2.0, 2.0)),
        ("human.admins.standing", (1.0, 1.0)),
        ("human.admins.mfa_phishing_resistant", (1.0, 1.0)),
        ("human.leavers.total_90d", (2.0, 2.0)),
        ("human.leavers.disabled_24h", (1.0, 1.0)),
        ("human.entitlements.granted", (2.0, 3.0)),
        ("human.entitlements.unused_90d", (1.0, 2.0)),
        ("machine.identities.total", (2.0, 3.0)),
        ("machine.identities.owned", (1.0, 1.0)),
        ("machine.identities.unused_90d", (1.0, 1.0)),
        ("machine.credentials.total", (3.0, 3.0)),
        ("machine.credentials.older_than_90d", (1.0, 2.0)),
        ("ai.credentials.total", (1.0, 1.0)),
        ("ai.credentials.older_than_30d", (0.0, 0.0)),
        ("ai.agents.total", (4.0, 5.0)),
        ("ai.agents.unregistered", (1.0, 2.0)),
        ("ai.agents.owned", (1.0, 2.0)),
        ("ai.agents.owner_departed", (1.0, 2.0)),
        ("ai.agents.dedicated_identity", (1.0, 3.0)),
        ("ai.agents.shared_or_borrowed", (1.0, 4.0)),
        ("ai.agents.general_admin", (1.0, 2.0)),
        ("ai.agents.peer_mapped", (1.0, 4.0)),
        ("ai.agents.prod_write", (2.0, 5.0)),
        ("ai.agents.prod_write_gated", (1.0, 4.0)),
        ("ai.agents.stop_tested_180d", (1.0, 4.0)),
        ("ai.shadow.detected_90d", (2.0, 2.0)),
        ("ai.shadow.decided_30d", (1.0, 1.0)),
        ("ai.shadow.channels_covered", (2.0, 6.0)),
        ("ai.shadow.scan_age_days", (0.0, 22.0)),
    ];
    let wrong: Vec<_> = cases
        .into_iter()
        .filter(|(metric, expected)| ends(&measured, metric) != Some(*expected))
        .map(|(metric, expected)| (metric, expected, measured.by_name[metric].value.clone()))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(why(&measured, "org.identities.class_mismatch_open").contains("observed class"));
    assert!(why(&measured, "ai.permissions.granted_risk").contains("effectively do"));
    assert!(why(&measured, "scope.systems.declared").contains("scope file"));
}

#[test]
fn what_nothing_shows_is_unknown_and_never_zero() {
    let nothing = measure(&merge(&[]), &CATALOG);
    assert!(nothing.by_name.values().all(|one| one.value.ends().is_none()));
    assert!(!nothing.by_name.contains_key("trueup.evidence.coverage"), "it follows from the scoring");
    let people = measure(&merge(&[register("identities", "id,class,enabled\nanna,human,yes\n")]), &CATALOG);
    assert_eq!(ends(&people, "ai.agents.total"), None);
    assert!(why(&people, "ai.agents.total").contains("no source of AI agents was pulled"));
    assert!(why(&people, "human.users.total").contains("`guest`"));
    assert!(why(&people, "human.users.orphaned").contains("guest"));
    assert!(why(&people, "machine.credentials.total").contains("register of credentials"));
    let empty = measure(&merge(&[pulled("register-agents", "register", Vec::new())]), &CATALOG);
    assert_eq!(ends(&empty, "ai.agents.total"), Some((0.0, 0.0)), "an empty register is a zero");
}

#[test]
fn every_computation_has_a_definition_and_every_important_metric_a_way() {
    let mut rules = BTreeMap::new();
    for one in REGISTRY.iter().copied().flatten() {
        assert!(CATALOG.metrics.contains_key(one.metric), "{} is not in the dictionary", one.metric);
        assert!(one.rule.contains('/') && !one.needs.is_empty() && !one.population.is_empty());
        assert!(rules.insert(one.metric, one.rule).is_none(), "{} is computed twice", one.metric);
    }
    for definition in CATALOG.metrics.values().filter(|definition| definition.tier == 1) {
        let name = definition.name.as_str();
        let is_needed = NEEDS.iter().any(|(metric, ..)| *metric == name);
        assert!(
            computation(name).is_some() != is_needed,
            "{name} is computed or needs something, never both"
        );
    }
    for (metric, ..) in NEEDS {
        assert!(CATALOG.metrics.contains_key(*metric), "{metric} is not in the dictionary");
    }
}

#[test]
fn the_explanation_shows_the_rows_that_the_number_counts() {
    let inventory = merge(&company());
    let measured = measure(&inventory, &CATALOG);
    for (name, measurement) in &measured.by_name {
        let origin = explain(&inventory, &CATALOG, name).unwrap();
        assert_eq!((&origin.value, &origin.rule), (&measurement.value, &measurement.rule));
        let is_count =
            !["permissions", "shadow.channels", "scan_age"].iter().any(|part| name.as_str().contains(part));
        if let (Some((low, high)), true) = (measurement.value.ends(), is_count) {
            let (counted, silent) = (origin.counted.len(), origin.silent.len());
            assert!((counted as f64 - low).abs() < 1e-9, "{name}");
            assert!(((counted + silent) as f64 - high).abs() < 1e-9, "{name}");
        }
        let rows = origin.counted.iter().chain(&origin.not_counted).chain(&origin.silent);
        assert!(rows.into_iter().all(|row| !row.id.is_empty() && !row.because.is_empty()));
    }
    let owned = explain(&inventory, &CATALOG, &"machine.identities.owned".into()).unwrap();
    assert_eq!((owned.of, owned.counted[0].id.as_str(), owned.not_counted[0].id.as_str()), (2, "m1", "m2"));
    assert_eq!(owned.counted[0].because, "an owner is named");
    assert!(explain(&inventory, &CATALOG, &"nonsense".into()).is_none());
    let derived = explain(&inventory, &CATALOG, &"machine.per_human".into()).unwrap();
    assert_eq!(derived.made_of.len(), 2);
}

#[test]
fn reported_figures_come_through_as_they_are_given() {
    let figure = |metric: &str, value: f64, coverage| {
        Record::Reported(Reported {
            metric: metric.into(),
            value: Some(value),
            coverage,
            counted_by: "siem".to_owned(),
            date: Fact::Hidden,
        })
    };
    let figures = vec![
        figure("ai.actions.total_30d", 55_000.0, Some(0.5)),
        figure("human.users.total", 0.0, None),
        figure("machine.identities.owned", 4300.0, None),
        Record::DefaultCoverage(0.83),
    ];
    let alone = measure(&merge(&[pulled("measurements", "measurements", figures.clone())]), &CATALOG);
    assert_eq!(ends(&alone, "ai.actions.total_30d"), Some((55_000.0, 55_000.0)));
    assert_eq!(alone.coverage(&"ai.actions.total_30d".into()), Some(0.5));
    assert_eq!(ends(&alone, "human.users.total"), Some((0.0, 0.0)));
    assert_eq!(alone.coverage(&"human.users.total".into()), Some(0.83));
    assert_eq!(alone.by_name.values().filter(|one| one.value.ends().is_some()).count(), 3);
    let mut both = company();
    both.push(pulled("measurements", "measurements", figures));
    let both = measure(&merge(&both), &CATALOG);
    assert_eq!(ends(&both, "machine.identities.owned"), Some((1.0, 1.0)), "what was computed wins");
    assert!(both.by_name["machine.identities.owned"].sources.iter().any(|source| source.contains("4300")));
    assert_eq!(ends(&both, "ai.actions.total_30d"), Some((55_000.0, 55_000.0)));
    assert_eq!(both.coverage(&"human.admins.total".into()), None, "the file's coverage is not ours");
}

#[test]
fn the_figures_of_the_invented_company_come_through_untouched() {
    let Some(path) = kit::shared("oracle/measurements.toml") else { return };
    let file: toml::Table = std::fs::read_to_string(path).unwrap().parse().unwrap();
    let number = |value: &toml::Value| value.as_float().or(value.as_integer().map(|whole| whole as f64));
    let coverage = file["coverage"].as_table().unwrap();
    let given: Vec<_> = file["value"].as_table().unwrap().iter().collect();
    let mut records: Vec<_> = given
        .iter()
        .map(|(metric, value)| {
            Record::Reported(Reported {
                metric: metric.as_str().into(),
                value: Some(number(value).unwrap()),
                coverage: coverage.get(*metric).and_then(number),
                counted_by: String::new(),
                date: Fact::Hidden,
            })
        })
        .collect();
    records.extend(coverage.get("*").and_then(number).map(Record::DefaultCoverage));
    let measured = measure(&merge(&[pulled("measurements", "measurements", records)]), &CATALOG);
    for (metric, value) in &given {
        let value = number(value).map(|value| (value, value));
        assert_eq!(ends(&measured, metric), value, "{metric}");
        let share = coverage.get(*metric).or(coverage.get("*")).and_then(number);
        assert_eq!(measured.coverage(&metric.as_str().into()), share, "{metric}");
    }
    let known = measured.by_name.values().filter(|one| one.value.ends().is_some()).count();
    assert_eq!(known, given.len(), "nothing else is known");
}

#[test]
fn coverage_is_the_share_of_declared_systems_that_reported_lately() {
    let system = |id: &str| {
        Record::System(System { id: id.into(), title: id.to_owned(), kind: "directory".to_owned() })
    };
    let text = "id,system,class,enabled,guest\nanna,okta:x,human,yes,no\n";
    let mut pulls = vec![
        pulled(
            "scope",
            "scope",
            vec![system("okta:x"), system("aws:1"), system("github:y"), system("k8s:z")],
        ),
        pulled("register-identities", "okta:x", records("register-identities", text)),
        pulled("aws-authorization", "aws:1", Vec::new()),
    ];
    let mention = "id,system,owner\nr1,github:y,anna\n";
    pulls.push(pulled("register-agents", "github:y", records("register-agents", mention)));
    let measured = measure(&merge(&pulls), &CATALOG);
    assert_eq!(ends(&measured, "scope.systems.declared"), Some((4.0, 4.0)));
    assert_eq!(ends(&measured, "scope.systems.reporting"), Some((2.0, 2.0)));
    assert_eq!(measured.coverage(&"human.users.total".into()), Some(0.5));
    pulls[2].manifest.taken = days_ago(8);
    let measured = measure(&merge(&pulls), &CATALOG);
    assert_eq!(measured.coverage(&"human.users.total".into()), Some(0.25), "eight days are too old");
    pulls.remove(0);
    let measured = measure(&merge(&pulls), &CATALOG);
    assert_eq!(measured.coverage(&"human.users.total".into()), None);
}

#[test]
fn one_identity_over_several_sources_is_counted_once() {
    let account = |id: &str, aliases: &[&str]| Account {
        id: id.to_owned(),
        aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
        is_enabled: Fact::Known(true),
        ..Account::default()
    };
    let arn = "arn:aws:iam::1:user/anna";
    let of = |source: &str, accounts: Vec<Account>| {
        pulled("any", source, accounts.into_iter().map(Record::Account).collect())
    };
    let pulls = [
        of("aws:1", vec![account(arn, &["anna@x.org"]), account("7", &[])]),
        of("okta:x", vec![account("00u", &["Anna@X.org "]), account("7", &[])]),
        pulled(
            "register-identities",
            "register",
            records("register-identities", &format!("id,class,owner\n{arn},human,none\n")),
        ),
    ];
    let inventory = merge(&pulls);
    assert_eq!(inventory.identities.len(), 3, "the id 7 means something else in every system");
    let anna = inventory.identities.iter().find(|identity| identity.accounts.len() == 2).unwrap();
    assert_eq!((anna.class(), &anna.owner), (Fact::Known(Class::Human), &Fact::Absent));
}

/// A role: a machine's or not, unused or not, owned or not.
type Role = (bool, bool, bool);

/// What the example says of its roles, read again without the product: machine or not, unused or not, owned.
fn roles(taken: Timestamp) -> Option<(usize, Vec<Role>)> {
    let text = std::fs::read_to_string(kit::shared("samples/aws/authz-details-example.json")?).unwrap();
    let file: Value = serde_json::from_str(&text).unwrap();
    let limit = taken - SignedDuration::from_hours(24 * 90);
    let role = |role: &Value| {
        let statements = match &role["AssumeRolePolicyDocument"]["Statement"] {
            Value::Array(all) => all.clone(),
            one => vec![one.clone()],
        };
        let serves = statements.iter().any(|statement| statement["Principal"].get("Service").is_some());
        let used = role["RoleLastUsed"]["LastUsedDate"].as_str();
        let is_unused = used.is_none_or(|used| used.parse::<Timestamp>().unwrap() < limit);
        let tags = role["Tags"].as_array().cloned().unwrap_or_default();
        let owner = |tag: &Value| {
            let key = tag["Key"].as_str().unwrap().to_lowercase();
            (key == "owner" || key == "team") && !tag["Value"].as_str().unwrap().is_empty()
        };
        (serves, is_unused, tags.iter().any(owner))
    };
    let users = file["UserDetailList"].as_array().unwrap().len();
    Some((users, file["RoleDetailList"].as_array().unwrap().iter().map(role).collect()))
}

#[test]
fn the_aws_example_gives_the_numbers_that_a_second_reading_gives() {
    let Some(path) = kit::shared("samples/aws/authz-details-example.json") else { return };
    let haul = pull("aws-authorization", &path).unwrap();
    let taken = haul.taken.at;
    let mut pulled = pulled("aws-authorization", haul.taken.source.as_str(), haul.records);
    pulled.manifest.taken = taken;
    let inventory = merge(&[pulled]);
    let measured = measure(&inventory, &CATALOG);
    let (users, roles) = roles(taken).unwrap();
    let count = |counts: &dyn Fn(&Role) -> bool| roles.iter().filter(|role| counts(role)).count();
    let between = |low: usize, high: usize| Some((low as f64, high as f64));
    let (machines, open) = (count(&|role| role.0), count(&|role| !role.0));
    assert_eq!(inventory.identities.len(), users + roles.len());
    assert_eq!(ends(&measured, "org.identities.total"), between(roles.len(), roles.len() + users));
    assert_eq!(ends(&measured, "machine.identities.total"), between(machines, machines + open + users));
    let unused = count(&|role| role.0 && role.1);
    let perhaps = count(&|role| !role.0 && role.1);
    assert_eq!(ends(&measured, "machine.identities.unused_90d"), between(unused, unused + perhaps + users));
    let owned = ends(&measured, "machine.identities.owned").map(|(low, _)| low);
    assert_eq!(owned, Some(count(&|role| role.0 && role.2) as f64));
    assert!(why(&measured, "machine.permissions.granted_risk").contains("effectively do"));
    assert!(why(&measured, "ai.agents.total").contains("register of AI agents"));
    assert!(why(&measured, "machine.credentials.total").contains("credential report"));
}

fn fact<T: Clone + std::fmt::Debug + 'static>(values: Vec<T>) -> impl Strategy<Value = Fact<T>> {
    prop_oneof![2 => proptest::sample::select(values).prop_map(Fact::Known), 1 => Just(Fact::Absent), 2 => Just(Fact::Hidden)]
}

fn time() -> impl Strategy<Value = Fact<Timestamp>> {
    fact(vec![days_ago(0), days_ago(10), days_ago(60), days_ago(120), days_ago(400)])
}

fn flag() -> impl Strategy<Value = Fact<bool>> {
    fact(vec![true, false])
}

fn account(number: usize) -> impl Strategy<Value = Account> {
    let class = proptest::option::of(proptest::sample::select(Class::ALL.to_vec()));
    let facts = (flag(), flag(), flag(), time(), time(), time());
    let factor = fact(vec![SecondFactor::Any, SecondFactor::PhishingResistant]);
    (class, any::<bool>(), facts, factor, fact(vec!["team".to_owned()])).prop_map(
        move |(class, is_declared, facts, second_factor, owner)| {
            let (is_enabled, is_guest, has_password, last_seen, created, ended) = facts;
            Account {
                id: format!("account-{number}"),
                class: class.map_or(Fact::Hidden, Fact::Known),
                is_class_declared: class.is_some() && is_declared,
                is_enabled,
                is_guest,
                has_password,
                last_seen,
                created,
                ended,
                second_factor,
                owner,
                ..Account::default()
            }
        },
    )
}

fn grant(number: usize) -> impl Strategy<Value = [Record; 2]> {
    (0..8usize, flag(), time(), time()).prop_map(move |(account, is_general_admin, last_used, expires)| {
        let entitlement = format!("right-{number}");
        [
            Record::Entitlement(Entitlement {
                id: entitlement.clone(),
                is_general_admin,
                ..Entitlement::default()
            }),
            Record::Grant(Grant {
                account: format!("account-{account}"),
                entitlement,
                action: Some(if number.is_multiple_of(2) { "read" } else { "delete" }.to_owned()),
                last_used,
                expires,
                ..Grant::default()
            }),
        ]
    })
}

fn credential(number: usize) -> impl Strategy<Value = Record> {
    (0..8usize, flag(), time(), any::<bool>()).prop_map(move |(account, is_active, created, is_rotated)| {
        let rotated = if is_rotated { Fact::Known(days_ago(0)) } else { Fact::Absent };
        let id = format!("key-{number}");
        let account = format!("account-{account}");
        Record::Credential(Credential { id, account, is_active, created, rotated, ..Credential::default() })
    })
}

fn agent(number: usize) -> impl Strategy<Value = Record> {
    let facts = (flag(), flag(), flag(), flag(), flag(), flag());
    let texts = (fact(vec!["somebody".to_owned()]), fact(vec!["gate".to_owned()]));
    (facts, texts, time(), time()).prop_map(move |(facts, (owner, approval_gate), stop_tested, last_seen)| {
        let (own, writes, admin, scoped, enforced, active) = facts;
        Record::Agent(Agent {
            id: format!("agent-{number}"),
            owner,
            approval_gate,
            stop_tested,
            last_seen,
            identity: Fact::Known(format!("elsewhere-{number}")),
            has_own_identity: own,
            writes_production: writes,
            has_general_admin: admin,
            is_task_scoped: scoped,
            is_runtime_enforced: enforced,
            is_owner_active: active,
            is_registered: true,
            ..Agent::default()
        })
    })
}

fn tool(number: usize) -> impl Strategy<Value = Record> {
    let channel = fact(["consent", "network", "code"].map(str::to_owned).to_vec());
    let confidence = prop_oneof![Just(None), Just(Some(Confidence::Low)), Just(Some(Confidence::High))];
    (channel, time(), flag(), confidence).prop_map(move |(channel, found, is_sanctioned, confidence)| {
        // What a rule found says nothing of a decision; what people list may.
        let is_sanctioned = if confidence.is_some() { Fact::Hidden } else { is_sanctioned };
        let decided = found.map(|at| at + SignedDuration::from_hours(48));
        let decided = if is_sanctioned == Fact::Absent { Fact::Absent } else { decided };
        let id = format!("tool-{number}");
        let rule = confidence.map_or("", |_| "catalogue.name/1").to_owned();
        let evidence = confidence.iter().map(|sure| format!("seen {number} {}", sure.word())).collect();
        let told = Tool { is_sanctioned, decided, rule, confidence, evidence, ..Tool::default() };
        Record::Tool(Tool { id, channel, found, ..told })
    })
}

/// Everything that one system says, each thing once.
fn world() -> impl Strategy<Value = Vec<Record>> {
    let accounts: Vec<_> = (0..8).map(|number| account(number).prop_map(Record::Account)).collect();
    let grants: Vec<_> = (0..6).map(grant).collect();
    let credentials: Vec<_> = (0..4).map(credential).collect();
    let agents: Vec<_> = (0..3).map(agent).collect();
    let tools: Vec<_> = (0..4).map(tool).collect();
    (accounts, grants, credentials, agents, tools).prop_map(
        |(accounts, grants, credentials, agents, tools)| {
            let all = [accounts, grants.into_iter().flatten().collect(), credentials, agents, tools];
            all.into_iter().flatten().collect()
        },
    )
}

/// A tool that a connector found ten days ago.
fn discovered(id: &str, confidence: Confidence, evidence: &str) -> Record {
    Record::Tool(Tool {
        id: id.to_owned(),
        channel: Fact::Known("network".to_owned()),
        found: Fact::Known(days_ago(10)),
        rule: "catalogue.host/1".to_owned(),
        confidence: Some(confidence),
        evidence: vec![evidence.to_owned()],
        ..Tool::default()
    })
}

#[test]
fn a_weak_sign_leaves_open_whether_a_tool_counts() {
    let list = "id,sanctioned,decided,found\nkept,yes,2026-01-01,2026-03-01\n";
    let found = |records: Vec<Record>, list: &str| {
        measure(&merge(&[pulled("any", "system:x", records), register("tools", list)]), &CATALOG)
    };
    let sure = discovered("sure", Confidence::Medium, "host a");
    let maybe = discovered("maybe", Confidence::Low, "name B");
    let both = found(vec![sure.clone(), maybe.clone()], list);
    assert_eq!(ends(&both, "ai.shadow.detected_90d"), Some((1.0, 2.0)));
    // Nobody has decided on either: none counts as decided, whatever the weak one is.
    assert_eq!(ends(&both, "ai.shadow.decided_30d"), Some((0.0, 0.0)));
    // A list that names it settles that it is a tool.
    let listed = format!("{list}maybe,no,2026-03-25,2026-03-22\n");
    assert_eq!(ends(&found(vec![sure, maybe.clone()], &listed), "ai.shadow.detected_90d"), Some((2.0, 2.0)));
    // Without any list nothing is known of decisions, and nothing is counted.
    let alone = measure(&merge(&[pulled("any", "system:x", vec![maybe])]), &CATALOG);
    assert_eq!(ends(&alone, "ai.shadow.detected_90d"), None);
}

#[test]
fn the_surest_sign_counts_and_evidence_is_united_and_bounded() {
    let many = (0..40).map(|at| discovered("one", Confidence::Low, &format!("sign {at:02}")));
    let other = vec![discovered("ONE", Confidence::High, "app 1")];
    let merged = merge(&[pulled("any", "x", many.collect()), pulled("other", "y", other)]);
    let [tool] = merged.tools.as_slice() else { panic!("{:?}", merged.tools) };
    assert_eq!(tool.confidence, Some(Confidence::High));
    assert_eq!(tool.evidence.len(), 12);
    assert!(tool.evidence.contains("app 1") && tool.evidence.contains("sign 00"));
    assert!(!tool.is_listed);
}

/// The same record with one fact hidden.
fn hide(record: &mut Record, which: usize) {
    match record {
        Record::Account(account) => match which % 9 {
            0 => account.class = Fact::Hidden,
            1 => account.is_enabled = Fact::Hidden,
            2 => account.is_guest = Fact::Hidden,
            3 => account.has_password = Fact::Hidden,
            4 => account.last_seen = Fact::Hidden,
            5 => account.created = Fact::Hidden,
            6 => account.ended = Fact::Hidden,
            7 => account.second_factor = Fact::Hidden,
            _ => account.owner = Fact::Hidden,
        },
        Record::Entitlement(entitlement) => entitlement.is_general_admin = Fact::Hidden,
        Record::Grant(grant) if which.is_multiple_of(2) => grant.last_used = Fact::Hidden,
        Record::Grant(grant) => grant.expires = Fact::Hidden,
        Record::Credential(credential) => match which % 3 {
            0 => credential.is_active = Fact::Hidden,
            1 => credential.created = Fact::Hidden,
            _ => credential.rotated = Fact::Hidden,
        },
        Record::Agent(agent) => match which % 10 {
            0 => agent.owner = Fact::Hidden,
            1 => agent.approval_gate = Fact::Hidden,
            2 => agent.stop_tested = Fact::Hidden,
            3 => agent.last_seen = Fact::Hidden,
            4 => agent.has_own_identity = Fact::Hidden,
            5 => agent.writes_production = Fact::Hidden,
            6 => agent.has_general_admin = Fact::Hidden,
            7 => agent.is_task_scoped = Fact::Hidden,
            8 => agent.identity = Fact::Hidden,
            _ => agent.is_owner_active = Fact::Hidden,
        },
        Record::Tool(tool) => match which % 4 {
            0 => tool.channel = Fact::Hidden,
            1 => tool.found = Fact::Hidden,
            2 => tool.is_sanctioned = Fact::Hidden,
            _ => tool.decided = Fact::Hidden,
        },
        _ => {}
    }
}

fn inventory(records: Vec<Record>) -> Inventory {
    merge(&[pulled("any", "system:x", records)])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn hiding_a_fact_never_narrows_what_is_known(
        records in world(),
        at in any::<proptest::sample::Index>(),
        which in 0..1000usize,
    ) {
        let before = measure(&inventory(records.clone()), &CATALOG);
        let mut less = records;
        hide(at.get_mut(&mut less), which);
        let after = measure(&inventory(less), &CATALOG);
        for (metric, measurement) in &before.by_name {
            // A class that is not written down is exactly what this metric counts.
            if metric.as_str() == "org.identities.classified" {
                continue;
            }
            let Some((low, high)) = after.ends(metric) else { continue };
            let Some((known_low, known_high)) = measurement.value.ends() else {
                prop_assert!(false, "{metric} became known by hiding a fact");
                continue;
            };
            prop_assert!(low <= known_low && high >= known_high, "{metric}: {known_low}..{known_high} became {low}..{high}");
        }
    }

    #[test]
    fn merging_does_not_depend_on_order_or_repetition(
        first in world(),
        second in world(),
        joins in proptest::collection::vec((0..8usize, 0..8usize), 0..6),
        turn in 0..3usize,
    ) {
        let mut second = second;
        for (place, key) in joins {
            if let Record::Account(account) = &mut second[place] {
                account.aliases.push(format!("key-{key}@x.org"));
            }
        }
        let mut first = first;
        for (place, record) in first.iter_mut().enumerate() {
            if let Record::Account(account) = record {
                account.aliases.push(format!("key-{place}@x.org"));
            }
        }
        let mut register = second.clone();
        register.reverse();
        let mut pulls = vec![
            pulled("any", "system:x", first),
            pulled("other", "system:y", second),
            pulled("register-identities", "register", register),
        ];
        let merged = merge(&pulls);
        pulls.rotate_left(turn);
        prop_assert_eq!(&merge(&pulls), &merged);
        pulls.reverse();
        prop_assert_eq!(&merge(&pulls), &merged);
        for pulled in &mut pulls {
            pulled.records.reverse();
        }
        prop_assert_eq!(&merge(&pulls), &merged);
        let twice: Vec<_> = pulls.iter().chain(&pulls).cloned().collect();
        prop_assert_eq!(&merge(&twice), &merged);
    }
}

#[test]
fn a_source_is_named_by_the_system_that_its_rows_are_about() {
    let inventory = merge(&company());
    assert!(
        inventory
            .sources
            .iter()
            .all(|seen| seen.covers.is_empty() && seen.source == SourceId::from("register"))
    );
}
