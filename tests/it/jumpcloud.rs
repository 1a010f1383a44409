//! `JumpCloud`, behind the vendor's own description of its API where there is one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use serde_json::json;
use trueup::config::Source;
use trueup::model::inventory::{Class, Fact, Record, SecondFactor, Tool};
use trueup::model::pull::{Lack, Outcome, Pulled};

use crate::kit;
use crate::live::{Desk, by_id, classes, credentials, grants, requests, source, why};
use crate::systems::fake::{Fake, Reply};
use crate::systems::jumpcloud::{DERIVED, KEY, ORGANISATION, SPECS, World};
use crate::systems::prism::Prism;

type Denied = Arc<Mutex<BTreeSet<&'static str>>>;

fn organisation(users: usize, systems: usize) -> Option<(Prism, Denied)> {
    let denied = Denied::default();
    let hides = Arc::clone(&denied);
    let prism = Prism::before(SPECS, move |_| {
        let world = World { denied: hides, ..World::new(users, systems) };
        Fake::start(move |question, _| world.answer(question))
    })?;
    Some((prism, denied))
}

fn at(desk: &Desk, address: &str, more: &[(&str, &str)]) -> Source {
    let key = desk.secret("key", KEY);
    let (base, insights) = (format!("{address}/api"), format!("{address}/insights/directory/v1"));
    let own = [
        ("address", base.as_str()),
        ("insights-address", insights.as_str()),
        ("key", key.as_str()),
        ("organisation", ORGANISATION),
    ];
    source("jumpcloud", "jumpcloud", &own.into_iter().chain(more.iter().copied()).collect::<Vec<_>>())
}

fn tools(pulled: &Pulled) -> BTreeMap<&str, &Tool> {
    let all = pulled.records.iter().filter_map(|record| match record {
        Record::Tool(one) => Some((one.name.as_str(), one)),
        _ => None,
    });
    all.collect()
}

/// Memberships, applications, systems, and the one who administers them all.
fn granted(users: usize, systems: usize) -> usize {
    (users + 3) + (2 + 150.min(users)) + 3 * systems + 1
}

#[tokio::test]
async fn everything_that_an_organisation_has_is_pulled_page_by_page() {
    let (users, systems) = kit::volume();
    let Some((prism, _)) = organisation(users, systems) else { return };
    let desk = Desk::new().await;
    let source = at(&desk, &prism.address, &[("log-days", "30")]);
    let told = desk.look(&source).await.unwrap();
    assert!(told.recognised.contains("Acme"), "{told:?}");
    let counts: BTreeMap<_, _> = told.counts.iter().cloned().collect();
    let expected =
        [("users", users as u64), ("systems", systems as u64), ("applications", 2), ("events", 1_003)];
    assert_eq!(counts, expected.map(|(word, count)| (word.to_owned(), count)).into());

    let begun = Instant::now();
    let pulled = desk.pull(&source).await.unwrap();
    let seconds = begun.elapsed().as_secs_f64();
    assert_eq!(classes(&pulled), [users - 1, systems + 1, 0]);
    assert_eq!(grants(&pulled).len(), granted(users, systems));
    assert_eq!(credentials(&pulled).len(), users + 1);
    assert_eq!(pulled.manifest.refusals, []);
    assert_eq!(pulled.manifest.source, format!("jumpcloud:{ORGANISATION}"));
    let requests = requests(&pulled.manifest);
    println!(
        "jumpcloud: {users} users, {systems} systems: {} records, {seconds:.1} s, {} MiB, {requests} requests, {:.0} for 1,000 objects",
        pulled.records.len(),
        pulled.manifest.bytes >> 20,
        requests as f64 * 1_000.0 / (users + systems) as f64,
    );
    // One question for each system, two lists of all users, the pages of systems, and some dozens.
    assert!(
        requests <= (systems + 2 * users.div_ceil(100) + systems.div_ceil(100) + 40) as u64,
        "{requests}"
    );
}

#[tokio::test]
async fn each_identity_shows_what_jumpcloud_knows_of_it() {
    let Some((prism, _)) = organisation(40, 4) else { return };
    let desk = Desk::new().await;
    let wishes = [("log-days", "30"), ("extensions", "yes")];
    let pulled = desk.pull(&at(&desk, &prism.address, &wishes)).await.unwrap();
    let all = by_id(&pulled);
    let day = Fact::Known("2026-03-04T05:06:07Z".parse().unwrap());
    let ann = all["u-0"];
    assert_eq!(
        (ann.created, ann.last_seen, ann.job.clone()),
        (day, day, Fact::Known("Accountant".to_owned()))
    );
    let factors = ["u-0", "u-1", "u-2"].map(|id| all[id].second_factor);
    let (strong, weak) = (SecondFactor::PhishingResistant, SecondFactor::Any);
    assert_eq!(factors, [Fact::Known(strong), Fact::Known(weak), Fact::Absent]);
    assert_eq!(
        all["u-2"].last_seen,
        Fact::Hidden,
        "only sign-ins that succeeded count, and no absence is proven"
    );
    assert_eq!((all["u-9"].is_enabled, all["u-8"].is_enabled), (Fact::Known(false), Fact::Known(true)));
    assert_eq!(
        (all["u-7"].class, all["u-7"].class_rule.as_str()),
        (Fact::Known(Class::Machine), "jumpcloud.binding-user/1")
    );
    assert_eq!((all["sys-0"].last_seen, all["sys-1"].last_seen), (day, Fact::Hidden));
    let passwords = ["u-7", "u-8"].map(|id| {
        credentials(&pulled)
            .iter()
            .find(|one| one.id == format!("{id}#password"))
            .unwrap()
            .expires
            .known()
            .is_some()
    });
    assert_eq!(passwords, [false, true]);
    let held = |account: &str, right: &str, resource: Option<&str>| {
        let all = grants(&pulled);
        let mut found = all.iter().filter(|one| {
            one.account == account && one.entitlement == right && one.resource.as_deref() == resource
        });
        found.next().map(|one| one.via.join(" "))
    };
    assert_eq!(held("u-0", "passwordless sudo", Some("system:host2")), Some(String::new()));
    assert_eq!(held("u-1", "sudo", Some("system:host2")), Some("group ops".to_owned()));
    assert_eq!(held("u-2", "system user", Some("system:host2")), Some(String::new()));
    assert_eq!(held("u-3", "global administrator on systems", None), Some(String::new()));
    assert_eq!(held("u-1", "app:a-sales", Some("application:Salesforce")), Some("group ops".to_owned()));
    let found = tools(&pulled);
    let extension = found.values().find(|tool| tool.rule == "catalogue.id/1").unwrap();
    assert_eq!(
        (extension.users, extension.name.contains("Claude")),
        (Fact::Known(13), true),
        "{extension:?}"
    );
    let chat = found["ChatGPT"];
    assert_eq!((chat.users, chat.is_sanctioned), (Fact::Known(40), Fact::Hidden));
}

#[tokio::test]
async fn discovered_ai_tools_carry_what_was_decided_and_service_accounts_their_state() {
    let started = Prism::before(DERIVED, |_| {
        let world = World::new(40, 4);
        Fake::start(move |question, _| world.answer(question))
    });
    let Some(prism) = started else { return };
    let desk = Desk::new().await;
    let pulled = desk.pull(&at(&desk, &prism.address, &[])).await.unwrap();
    let found = tools(&pulled);
    let decided = |name: &str| (found[name].is_sanctioned, found[name].users);
    assert_eq!(decided("Claude"), (Fact::Known(true), Fact::Known(120)));
    assert_eq!(decided("ChatGPT"), (Fact::Known(false), Fact::Known(1)));
    assert_eq!(decided("Perplexity"), (Fact::Absent, Fact::Known(1)));
    assert_eq!(found.len(), 3, "what is no AI product is no tool");
    assert_eq!(found["Claude"].channel, Fact::Known("endpoint".to_owned()));
    let all = by_id(&pulled);
    let states = ["svc-0", "svc-1", "svc-2"].map(|id| all[id].is_enabled);
    assert_eq!(states, [Fact::Known(true), Fact::Known(true), Fact::Known(false)]);
    assert_eq!(credentials(&pulled).len(), 3);
    assert_eq!(grants(&pulled).len(), 0, "users and groups are not there, so that no right is counted");
}

#[tokio::test]
async fn administrators_are_people_with_roles_who_join_users_by_their_address() {
    // The vendor's description leaves the list of administrators out.
    let world = World::new(10, 2);
    let fake = Fake::start(move |question, _| world.answer(question));
    let desk = Desk::new().await;
    let pulled = desk.pull(&at(&desk, &fake.address, &[])).await.unwrap();
    let all = by_id(&pulled);
    let (one, other) = (all["adm-0"], all["adm-1"]);
    assert_eq!((one.class, one.second_factor), (Fact::Known(Class::Human), Fact::Known(SecondFactor::Any)));
    assert_eq!((other.last_seen, other.second_factor), (Fact::Absent, Fact::Absent));
    assert_eq!(one.aliases, all["u-0"].aliases);
    let general = pulled.records.iter().filter_map(|record| match record {
        Record::Entitlement(right) if right.is_general_admin == Fact::Known(true) => Some(right.id.as_str()),
        _ => None,
    });
    assert_eq!(general.collect::<Vec<_>>(), ["Administrator"]);
    let held: Vec<_> = grants(&pulled)
        .iter()
        .filter(|one| one.entitlement == "Administrator")
        .map(|one| one.account.as_str())
        .collect();
    assert_eq!(held, ["adm-0", "svc-0"]);
}

#[tokio::test]
async fn without_one_part_it_is_named_and_the_rest_is_pulled() {
    let (denied, world) = (Denied::default(), World::new(30, 3));
    let world = World { denied: Arc::clone(&denied), ..world };
    let fake = Fake::start(move |question, _| world.answer(question));
    let desk = Desk::new().await;
    let source = at(&desk, &fake.address, &[("log-days", "7")]);
    let whole = 30 + 2 + 3 + 3;
    let cases = [
        ("/systemusers", "Users,", whole - 30, true),
        ("/api/users", "Administrators", whole - 2, false),
        ("/v2/usergroups", "User groups", whole, true),
        ("/applications", "Applications", whole, true),
        ("/api/systems", "Systems", whole - 3, true),
        ("/service-accounts", "Service accounts", whole - 3, false),
        ("/saas-management/applications", "AI tools among the applications", whole, false),
        ("/v1/events", "Last sign-in", whole, false),
    ];
    for (part, sight, left, hides_rights) in cases {
        *denied.lock().unwrap() = [part].into();
        if part != "/v1/events" {
            let told = desk.look(&source).await.unwrap();
            assert_eq!(why(&told, sight), Some(Lack::Forbidden), "{part}: {:?}", told.misses);
        }
        let pulled = desk.pull(&source).await.unwrap();
        assert_eq!(why(&pulled.manifest.preflight, sight), Some(Lack::Forbidden), "{part}");
        assert_eq!((by_id(&pulled).len(), grants(&pulled).is_empty()), (left, hides_rights), "{part}");
        let says = pulled.manifest.refusals.iter().any(|one| one.subject == "rights");
        assert_eq!(says, hides_rights, "{part}: a part of the rights would look like fewer");
    }
    *denied.lock().unwrap() = cases.map(|(part, ..)| part).into();
    let error = desk.pull(&source).await.unwrap_err().to_string();
    assert!(error.contains("shows nothing to this reader"), "{error}");
}

#[tokio::test]
async fn busy_answers_are_asked_again_and_a_wrong_key_is_a_sentence() {
    let world = World::new(450, 5);
    let fake = Fake::start(move |question, before| match before % 4 {
        2 => Reply::with(429, &json!({"message": "Too many requests"})).header("retry-after", "0"),
        _ => world.answer(question),
    });
    let desk = Desk::new().await;
    let mut source = at(&desk, &fake.address, &[]);
    let pulled = desk.pull(&source).await.unwrap();
    assert_eq!((by_id(&pulled).len(), grants(&pulled).len()), (450 + 5 + 5, granted(450, 5) + 5));
    assert!(pulled.manifest.asked.iter().map(|asked| asked.again).sum::<u64>() > 5);
    source.values.insert("key".to_owned(), desk.secret("other", "expired"));
    let error = desk.pull(&source).await.unwrap_err().to_string();
    assert!(error.contains("does not accept the credentials: Unauthorized"), "{error}");
    let outcomes: Vec<_> = desk.receipts().await.iter().map(|one| one.outcome).collect();
    assert_eq!(outcomes, [Outcome::Whole, Outcome::Failed]);
}

#[tokio::test]
async fn a_key_that_ends_in_the_middle_keeps_nothing() {
    for after in [6, 9, 14, 20] {
        let (world, so_far) = (World::new(450, 5), AtomicUsize::new(0));
        let fake = Fake::start(move |question, _| match so_far.fetch_add(1, Ordering::Relaxed) {
            before if before >= after => Reply::with(401, &json!({"message": "Unauthorized"})),
            _ => world.answer(question),
        });
        let desk = Desk::new().await;
        let error = desk.pull(&at(&desk, &fake.address, &[])).await.unwrap_err().to_string();
        assert!(error.contains("does not accept the credentials"), "{error}");
        assert!(
            desk.receipts().await.iter().all(|one| one.outcome == Outcome::Failed && one.rows.is_empty())
        );
    }
}

#[tokio::test]
async fn pages_that_repeat_are_never_taken_for_the_whole() {
    let world = World::new(5, 2);
    let fake = Fake::start(move |question, _| match question.path.as_str() {
        "/api/systemusers" => {
            let rows: Vec<_> = (0..100).map(|at| json!({"_id": format!("x{at}")})).collect();
            Reply::json(&json!({"results": rows, "totalCount": 150}))
        }
        _ => world.answer(question),
    });
    let desk = Desk::new().await;
    let error = desk.pull(&at(&desk, &fake.address, &[])).await.unwrap_err().to_string();
    assert!(error.contains("150 users") && error.contains("repeat"), "{error}");
}

#[tokio::test]
async fn a_service_account_gets_a_token_for_its_secret() {
    let world = World::new(5, 2);
    let fake = Fake::start(move |question, _| {
        let shown = question.headers.get("authorization").cloned().unwrap_or_default();
        if question.path == "/oauth2/token" {
            assert_eq!(
                (shown.as_str(), question.body.contains("grant_type=client_credentials")),
                ("Basic bWU6aHVzaA==", true)
            );
            return Reply::json(&json!({"access_token": "tok", "expires_in": 3600}));
        }
        if shown == "Bearer tok" { world.shown(question) } else { Reply::with(401, &json!({})) }
    });
    let desk = Desk::new().await;
    let secret = desk.secret("secret", "hush");
    let base = format!("{}/api", fake.address);
    let own = [
        ("address", base.as_str()),
        ("token-address", fake.address.as_str()),
        ("client", "me"),
        ("client-secret", &secret),
    ];
    let pulled = desk.pull(&source("jumpcloud", "jumpcloud", &own)).await.unwrap();
    assert_eq!(by_id(&pulled).len(), 5 + 2 + 2 + 3);
    assert_eq!(pulled.manifest.source, format!("jumpcloud:{ORGANISATION}"), "the only one that is shown");
    assert_eq!(pulled.manifest.asked.iter().filter(|asked| asked.what == "POST token").count(), 1);
}

#[tokio::test]
async fn settings_that_clash_and_keys_of_several_organisations_are_sentences() {
    let world = World::new(5, 2);
    let fake = Fake::start(move |question, _| match question.path.as_str() {
        "/api/organizations" => {
            Reply::json(&json!({"results": [{"_id": "a"}, {"_id": "b"}], "totalCount": 2}))
        }
        _ => world.answer(question),
    });
    let desk = Desk::new().await;
    let (key, base) = (desk.secret("key", KEY), format!("{}/api", fake.address));
    let error = async |own: &[(&str, &str)]| {
        let own: Vec<_> = [("address", base.as_str())].into_iter().chain(own.iter().copied()).collect();
        desk.look(&source("jumpcloud", "jumpcloud", &own)).await.unwrap_err().to_string()
    };
    assert!(error(&[("key", &key)]).await.contains("several organisations"));
    assert!(error(&[]).await.contains("`key` is missing"));
    assert!(error(&[("client", "x")]).await.contains("`client-secret` is missing"));
    assert!(error(&[("key", &key), ("client", "x")]).await.contains("service account is set too"));
    assert!(error(&[("key", &key), ("log-days", "91")]).await.contains("no number of days"));
}

#[tokio::test]
async fn odd_objects_are_read_as_far_as_they_say_something() {
    let world = World::new(5, 2);
    let fake = Fake::start(move |question, _| match question.path.as_str() {
        "/api/systemusers" => Reply::json(&json!({"totalCount": 4, "results": [
            {"_id": "a", "state": "NEW", "activated": null, "ssh_keys": 7, "mfaEnrollment": []},
            {"_id": "b", "email": "c\u{1b}]0;x\u{7}", "created": "yesterday", "employeeType": {}}, {"email": "d@x.example"}, null,
        ]})),
        "/api/v2/systems/sys-0/users" => {
            Reply::json(&json!([{"type": "user"}, {"id": "a", "paths": [7, null, [{"to": 3}]]}]))
        }
        _ => world.answer(question),
    });
    let desk = Desk::new().await;
    let pulled = desk.pull(&at(&desk, &fake.address, &[])).await.unwrap();
    let all = by_id(&pulled);
    let a = all["a"];
    assert_eq!(
        (a.class, a.is_enabled, a.has_password, a.second_factor),
        (Fact::Hidden, Fact::Hidden, Fact::Hidden, Fact::Hidden)
    );
    assert_eq!(all["b"].created, Fact::Hidden);
    let reasons: Vec<_> = pulled.manifest.refusals.iter().map(|one| one.reason.as_str()).collect();
    assert_eq!(reasons, ["it has no id"]);
    assert_eq!(
        grants(&pulled).iter().filter(|one| one.account == "a" && one.entitlement == "system user").count(),
        1
    );
}
