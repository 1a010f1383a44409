//! Microsoft Entra ID: a tenant of our own making, behind the description of Microsoft Graph where whole answers count.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use serde_json::{Value, json};
use trueup::config::Source;
use trueup::connectors::REGISTRY;
use trueup::metrics::{measure, merge};
use trueup::model::inventory::{Account, Class, Fact, SecondFactor};
use trueup::model::privilege::Standing;
use trueup::model::pull::{Lack, Outcome, Pulled};
use trueup::packs::Library;

use crate::kit;
use crate::live::{Desk, accounts, agents, credentials, grants, requests, source, tools, why};
use crate::systems::entra::{self, SECRET, Size, TENANT, Tenant, refused};
use crate::systems::fake::{Fake, Question, Reply};

const CLIENT: &str = "99999999-2222-4333-8444-555555555555";

/// A source that signs in with a secret; `login` gives out tokens.
fn at(desk: &Desk, address: &str, login: &str) -> Source {
    let secret = desk.secret("secret", SECRET);
    let values =
        [("tenant", TENANT), ("client", CLIENT), ("secret", &secret), ("address", address), ("login", login)];
    source("entra", "entra", &values)
}

fn alone(desk: &Desk, fake: &Fake) -> Source {
    at(desk, &fake.address, &fake.address)
}

fn with(mut source: Source, key: &str, value: &str) -> Source {
    source.values.insert(key.to_owned(), value.to_owned());
    source
}

fn account<'a>(pulled: &'a Pulled, id: &str) -> &'a Account {
    accounts(pulled).into_iter().find(|one| one.id == id).unwrap()
}

/// How many accounts there are of each class.
fn classes(pulled: &Pulled) -> BTreeMap<Fact<Class>, usize> {
    let mut classes = BTreeMap::new();
    for account in accounts(pulled) {
        *classes.entry(account.class).or_default() += 1;
    }
    classes
}

fn expected(size: &Size) -> BTreeMap<Fact<Class>, usize> {
    let machines = 1 + (size.microsoft - 1) + size.managed + size.own + size.blueprints;
    [
        (Fact::Known(Class::Human), size.people + size.guests),
        (Fact::Known(Class::Machine), machines),
        (Fact::Known(Class::Ai), size.agents + size.agent_users + 1),
        (Fact::Hidden, size.rooms + size.named_services),
    ]
    .into()
}

fn whole(pulled: &Pulled, size: &Size) {
    assert_eq!(classes(pulled), expected(size));
    assert_eq!(credentials(pulled).len(), 3 * size.own);
    assert_eq!(agents(pulled).len(), size.agents);
    assert_eq!(grants(pulled).len(), all_grants(size));
}

/// Two consents and a permission for each application, and those that stand once in the tenant; each agent takes over one
/// scope.
fn all_grants(size: &Size) -> usize {
    3 * size.own + 21 + size.agents
}

#[tokio::test]
async fn everything_in_a_tenant_is_pulled_over_pages_and_counted_exactly() {
    let (users, services) = kit::volume();
    let tenant = Tenant::of(users, services);
    let size = tenant.size;
    let Some(prism) = tenant.described() else { return };
    let desk = Desk::new().await;
    let source = at(&desk, &prism.address, &prism.fake.address);
    let told = desk.look(&source).await.unwrap();
    let counts: BTreeMap<&str, u64> =
        told.counts.iter().map(|(kind, count)| (kind.as_str(), *count)).collect();
    assert_eq!(
        [counts["users"], counts["service principals"], counts["applications"], counts["agent identities"]],
        [users + size.agent_users, services, size.own, size.agents].map(|count| count as u64)
    );
    let begun = Instant::now();
    let pulled = desk.pull(&source).await.unwrap();
    let seconds = begun.elapsed().as_secs_f64();
    whole(&pulled, &size);
    let objects = accounts(&pulled).len();
    eprintln!(
        "entra: {objects} accounts, {} records in {seconds:.1} s, {} requests, {:.1} for 1,000 accounts",
        pulled.records.len(),
        requests(&pulled.manifest),
        requests(&pulled.manifest) as f64 * 1_000.0 / objects as f64
    );
    for asked in &pulled.manifest.asked {
        eprintln!("  {} {} requests, {} rows", asked.what, asked.requests, asked.rows);
    }
    assert_eq!(pulled.manifest.source, format!("entra:{TENANT}"));
    let missing: Vec<_> = pulled.manifest.preflight.misses.iter().map(|one| one.sight.as_str()).collect();
    assert_eq!(missing.len(), 4, "nothing but what is never shown or not wanted: {missing:?}");
    people_are_told(&pulled);
    programs_are_told(&pulled);
    rights_are_told(&pulled);
    let refusals: Vec<_> =
        pulled.manifest.refusals.iter().map(|one| format!("{}: {}", one.subject, one.reason)).collect();
    assert_eq!(
        refusals,
        [
            format!("{}: it holds the role Global Administrator, and no list shows it", entra::user(800_000)),
            format!("{}: 2 consents were given to it, and no list shows it", entra::service(700_000)),
            "blueprint 1: it is not shown what its agents take over of its consents, so that all of it counts"
                .to_owned(),
        ]
    );
}

fn people_are_told(pulled: &Pulled) {
    let ada = account(pulled, &entra::user(1));
    assert_eq!((ada.name.as_str(), ada.aliases[0].as_str()), ("u1@acme.example", "u1@acme.example"));
    assert_eq!(ada.second_factor, Fact::Known(SecondFactor::PhishingResistant));
    assert_eq!(account(pulled, &entra::user(4)).second_factor, Fact::Absent);
    assert_eq!(
        account(pulled, &entra::user(20)).second_factor,
        Fact::Hidden,
        "the report leaves out who is disabled"
    );
    assert_eq!(account(pulled, &entra::user(7)).last_seen, Fact::Absent);
    assert!(ada.last_seen.known().is_some() && ada.job == Fact::Known("Clerk".to_owned()));
}

fn programs_are_told(pulled: &Pulled) {
    let first = account(pulled, &entra::service(30_000));
    let trusted = format!("oidc:token.actions.githubusercontent.com#{}", entra::SUBJECT);
    assert_eq!(first.aliases, [entra::id(4, 30_000), trusted], "a subject with a star names nobody");
    assert_eq!(first.owner, Fact::Known("u0@acme.example".to_owned()));
    assert_eq!(account(pulled, &entra::service(30_001)).owner, Fact::Absent);
    let active = credentials(pulled).into_iter().filter(|one| one.is_active == Fact::Known(true)).count();
    assert_eq!(active * 3, credentials(pulled).len() * 2);
    let of = |at: usize| agents(pulled).into_iter().find(|one| one.id == entra::agent(at)).unwrap();
    assert_eq!((&of(0).owner, of(0).is_owner_active), (&Fact::Absent, Fact::Hidden));
    assert_eq!(
        (&of(1).owner, of(1).is_owner_active),
        (&Fact::Known(entra::user(900_001)), Fact::Known(false))
    );
    assert_eq!(of(2).owner, Fact::Known("u2@acme.example".to_owned()));
    let key = format!("entra-agent:{}", entra::agent(0));
    for id in [entra::agent(0), entra::id(9, 0)] {
        assert!(account(pulled, &id).aliases.contains(&key), "an agent and its user are one");
    }
    let tools: Vec<_> =
        tools(pulled).into_iter().map(|one| (one.name.as_str(), one.users, one.is_sanctioned)).collect();
    assert!(tools.contains(&("Travel helper", Fact::Hidden, Fact::Known(true))), "{tools:?}");
    assert!(tools.contains(&("Odd helper", Fact::Hidden, Fact::Known(false))), "{tools:?}");
    let chat = tools.iter().filter(|(name, ..)| name.contains("ChatGPT")).collect::<Vec<_>>();
    assert_eq!((chat.len(), tools.len(), chat[0].1), (1, 3, Fact::Known(3)));
}

fn rights_are_told(pulled: &Pulled) {
    let admins: BTreeMap<&str, Option<Standing>> = grants(pulled)
        .into_iter()
        .filter(|one| one.entitlement == entra::GLOBAL_ADMINISTRATOR)
        .map(|one| (one.account.as_str(), one.declared.standing))
        .collect();
    let eligible = Some(Standing::SelfActivated);
    let who = [(1, None), (2, eligible), (4, None), (5, None), (6, eligible), (800_000, None)];
    let mut expected: BTreeMap<String, Option<Standing>> =
        who.map(|(at, standing)| (entra::user(at), standing)).into();
    expected.insert(entra::service(30_000), None);
    assert_eq!(admins, expected.iter().map(|(id, standing)| (id.as_str(), *standing)).collect());
    let taken_over = |at: usize| {
        let own = grants(pulled)
            .into_iter()
            .filter(move |one| one.account == entra::agent(at) && !one.via.is_empty());
        own.map(|one| (one.entitlement.rsplit('/').next().unwrap(), one.via[0].as_str())).collect::<Vec<_>>()
    };
    assert_eq!(taken_over(0), [("Chat.Read", "blueprint blueprint 0")]);
    assert_eq!(taken_over(1), [("Files.Read.All", "blueprint blueprint 1")]);
    let unit = grants(pulled).into_iter().find(|one| one.account == entra::user(3)).unwrap();
    assert!(unit.resource.as_ref().unwrap().starts_with("administrativeUnits/"));
}

#[tokio::test]
async fn the_permissions_that_are_printed_suffice_and_no_more_are_needed() {
    let Some(table) = kit::shared("data/entra-tiers/Classification_ApiPermissions.json") else { return };
    let table: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(table).unwrap()).unwrap();
    let spec = REGISTRY.iter().find(|spec| spec.id == "entra").unwrap();
    let permit: Value = serde_json::from_str(spec.permits[0].text).unwrap();
    let name = |id: &Value| {
        let is_it = |row: &&Value| {
            row["PermissionId"] == *id
                && row["PermissionType"] == "Application"
                && row["TargetAppId"] == entra::GRAPH
        };
        table.iter().find(is_it).unwrap()["PermissionValue"].as_str().unwrap().to_owned()
    };
    assert_eq!(permit[0]["resourceAppId"], entra::GRAPH);
    let access = permit[0]["resourceAccess"].as_array().unwrap();
    let rights: BTreeSet<String> = access.iter().map(|one| name(&one["id"])).collect();
    for right in &rights {
        assert!(spec.permits[0].how.contains(right) && !right.contains("Write"), "{right}");
    }
    let tenant = Tenant { rights, ..Tenant::of(60, 40) };
    let size = tenant.size;
    let fake = tenant.start(|_, _| None);
    let desk = Desk::new().await;
    let pulled = desk.pull(&with(alone(&desk, &fake), "service-sign-ins", "yes")).await.unwrap();
    whole(&pulled, &size);
    assert!(pulled.manifest.preflight.misses.iter().all(|one| one.why == Lack::NotCollected));
    assert_eq!(pulled.manifest.preflight.misses.len(), 3);
    assert!(account(&pulled, &entra::service(30_000)).last_seen.known().is_some());
    assert_eq!(
        account(&pulled, &entra::service(30_001)).last_seen,
        Fact::Hidden,
        "a report does not say never"
    );
    let used = credentials(&pulled).into_iter().filter(|one| one.last_used.known().is_some()).count();
    assert_eq!(used, 1);
}

#[tokio::test]
async fn what_one_permission_hides_is_named_and_the_rest_is_pulled() {
    let cases = [
        ("AuditLog.Read.All", "Last sign-in of users"),
        ("AuditLog.Read.All", "Second factors"),
        ("AgentIdentity.Read.All", "AI agents"),
        ("AgentIdentityBlueprint.Read.All", "Which consents AI agents take over"),
        ("AgentIdentity.Read.All", "Who sponsors"),
        ("CopilotPackages.Read.All", "Agents and apps in the catalogue"),
        ("RoleManagement.Read.Directory", "Roles that somebody may activate"),
    ];
    for (right, sight) in cases {
        let tenant = Tenant::of(60, 40).without(&[right]);
        let size = tenant.size;
        let fake = tenant.start(|_, _| None);
        let desk = Desk::new().await;
        let source = alone(&desk, &fake);
        assert_eq!(why(&desk.look(&source).await.unwrap(), sight), Some(Lack::Forbidden), "{right}");
        let pulled = desk.pull(&source).await.unwrap();
        assert_eq!(why(&pulled.manifest.preflight, sight), Some(Lack::Forbidden), "{right}");
        assert_eq!(classes(&pulled), expected(&size), "{right}: agents are told by their kind too");
        let holds = right != "RoleManagement.Read.Directory";
        // What is not shown of an agent stands as one right of unknown meaning; what blueprints hand on, as all of it.
        let more = if right == "AgentIdentityBlueprint.Read.All" { size.agents.div_ceil(2) } else { 0 };
        assert_eq!(grants(&pulled).len(), if holds { all_grants(&size) + more } else { 0 }, "{right}");
        assert_eq!(pulled.manifest.refusals.iter().any(|one| one.subject == "rights"), !holds);
        let is_seen = account(&pulled, &entra::user(1)).last_seen.is_told();
        assert_eq!(is_seen, right != "AuditLog.Read.All");
        let owner = &agents(&pulled).into_iter().find(|one| one.id == entra::agent(2)).unwrap().owner;
        assert_eq!(owner.is_told(), right != "AgentIdentity.Read.All", "{right}: {owner:?}");
    }
}

#[tokio::test]
async fn without_users_or_programs_no_account_passes_for_all() {
    let only = ["Application.Read.All", "AgentIdentity.Read.All"].map(str::to_owned).into();
    let fake = Tenant { rights: only, ..Tenant::of(60, 40) }.start(|_, _| None);
    let desk = Desk::new().await;
    let source = alone(&desk, &fake);
    assert_eq!(why(&desk.look(&source).await.unwrap(), "Users and guests"), Some(Lack::Forbidden));
    let pulled = desk.pull(&source).await.unwrap();
    assert!(accounts(&pulled).is_empty() && grants(&pulled).is_empty() && !agents(&pulled).is_empty());
    let subjects: Vec<_> = pulled.manifest.refusals.iter().map(|one| one.subject.as_str()).collect();
    assert!(subjects.contains(&"accounts") && subjects.contains(&"rights"), "{subjects:?}");
    let none = Tenant { rights: BTreeSet::new(), ..Tenant::of(60, 40) }.start(|_, _| None);
    let error = desk.pull(&alone(&desk, &none)).await.unwrap_err().to_string();
    assert!(error.contains("neither users nor service principals"), "{error}");
}

#[tokio::test]
async fn what_is_not_licensed_is_told_from_what_is_forbidden_and_never() {
    let fake = Tenant { has_p1: false, has_p2: false, ..Tenant::of(60, 40) };
    let size = fake.size;
    let Some(prism) = fake.described() else { return };
    let desk = Desk::new().await;
    let pulled = desk.pull(&at(&desk, &prism.address, &prism.fake.address)).await.unwrap();
    for sight in ["Last sign-in of users", "Second factors", "Roles that somebody may activate"] {
        assert_eq!(why(&pulled.manifest.preflight, sight), Some(Lack::NotLicensed), "{sight}");
    }
    assert_eq!(classes(&pulled), expected(&size));
    let ada = account(&pulled, &entra::user(1));
    assert_eq!((ada.last_seen, ada.second_factor), (Fact::Hidden, Fact::Hidden));
    // Nobody is eligible without that licence, and so two stand who were eligible or active.
    assert_eq!(grants(&pulled).len(), all_grants(&size) - 1);
    let admin = grants(&pulled).into_iter().find(|one| one.account == entra::user(1)).unwrap();
    assert_eq!(admin.expires, Fact::Absent);
}

#[tokio::test]
async fn a_busy_graph_is_asked_again_and_no_row_is_lost() {
    let tenant = Tenant { page: 7, ..Tenant::of(60, 45) };
    let size = tenant.size;
    let busy = || refused(429, "TooManyRequests", "slow down").header("retry-after", "0");
    let seen = AtomicUsize::new(0);
    let inner = tenant.clone();
    let fake = tenant.start(move |question, before| {
        let is_graph = question.path.starts_with("/v1.0/");
        if is_graph && before % 3 == 2 {
            return Some(busy());
        }
        // Inside a batch, every fifth answer is busy too.
        if question.path != "/v1.0/$batch" {
            return None;
        }
        let mut reply = inner.batched(question);
        let mut body: Value = serde_json::from_str(&reply.body).unwrap();
        for answer in body["responses"].as_array_mut().unwrap() {
            if seen.fetch_add(1, Ordering::Relaxed) % 5 == 1 {
                *answer = json!({"id": answer["id"], "status": 429, "headers": {"Retry-After": "0"},
                                 "body": {"error": {"code": "TooManyRequests", "message": "x"}}});
            }
        }
        reply.body = body.to_string();
        Some(reply)
    });
    let desk = Desk::new().await;
    let pulled = desk.pull(&alone(&desk, &fake)).await.unwrap();
    whole(&pulled, &size);
    assert!(pulled.manifest.asked.iter().map(|one| one.again).sum::<u64>() > 5);
}

#[tokio::test]
async fn what_is_withdrawn_in_the_middle_keeps_nothing() {
    let tenant = Tenant { page: 20, ..Tenant::of(60, 40) };
    let fake = tenant.start(|question, _| {
        let is_later = question.path == "/v1.0/users" && question.query.contains_key("$skiptoken");
        is_later.then(|| refused(403, "Authorization_RequestDenied", "Insufficient privileges"))
    });
    let desk = Desk::new().await;
    let error = desk.pull(&alone(&desk, &fake)).await.unwrap_err().to_string();
    assert!(error.contains("stopped showing users in the middle"), "{error}");
    let receipts = desk.receipts().await;
    assert!(receipts.iter().all(|one| one.outcome == Outcome::Failed && one.rows.is_empty()), "{receipts:?}");
}

#[tokio::test]
async fn who_cannot_sign_in_reads_why() {
    let fake = Tenant::of(20, 20).start(|_, _| None);
    let desk = Desk::new().await;
    let wrong = with(alone(&desk, &fake), "secret", &desk.secret("wrong", "canary-wrong"));
    let error = desk.pull(&wrong).await.unwrap_err().to_string();
    assert!(error.contains("AADSTS7000215: Invalid client secret provided."), "{error}");
    assert!(!error.contains("Trace ID") && !error.contains("canary"), "{error}");
    let id = "22222222-2222-4333-8444-555555555555";
    let error = desk.pull(&with(alone(&desk, &fake), "tenant", id)).await.unwrap_err().to_string();
    assert!(error.contains("AADSTS90002"), "{error}");
    let error = desk.pull(&with(alone(&desk, &fake), "tenant", "a/b")).await.unwrap_err().to_string();
    assert!(error.contains("`tenant`"), "{error}");
    let error = desk.pull(&with(alone(&desk, &fake), "device-code", "yes")).await.unwrap_err().to_string();
    assert!(error.contains("more than one way"), "{error}");
    let error =
        desk.pull(&with(alone(&desk, &fake), "key", &desk.secret("key", "no key"))).await.unwrap_err();
    assert!(error.to_string().contains("more than one way"), "{error}");
    let mut nothing = alone(&desk, &fake);
    nothing.values.remove("secret");
    assert!(desk.pull(&nothing).await.unwrap_err().to_string().contains("`secret` is missing"));
}

#[tokio::test]
async fn a_domain_stands_for_its_tenant() {
    let fake = Tenant::of(20, 20).start(|_, _| None);
    let desk = Desk::new().await;
    let pulled = desk.pull(&with(alone(&desk, &fake), "tenant", "acme.example")).await.unwrap();
    assert_eq!(pulled.manifest.source, format!("entra:{TENANT}"));
}

/// An answer to a batch in which each question gets the same page.
fn each_with(question: &Question, page: &Value) -> Reply {
    let body: Value = serde_json::from_str(&question.body).unwrap();
    let asked = body["requests"].as_array().unwrap();
    let answers: Vec<Value> =
        asked.iter().map(|one| json!({"id": one["id"], "status": 200, "body": page})).collect();
    Reply::json(&json!({ "responses": answers }))
}

#[tokio::test]
async fn no_next_page_is_followed_to_a_foreign_host_nor_in_a_circle() {
    let foreign = Fake::start(|_, _| Reply::json(&json!({"value": []})));
    for path in ["/v1.0/users", "/v1.0/servicePrincipals", "/v1.0/$batch"] {
        for link in [format!("{}/v1.0/users?page=2", foreign.address), "/v1.0/users?again".to_owned()] {
            let next = link.clone();
            let fake = Tenant::of(20, 20).start(move |question, _| {
                let is_asked = question.path == path && !question.query.contains_key("$count");
                let is_again = question.query.contains_key("again");
                let page = json!({"value": [], "@odata.nextLink": next});
                let is_whole = is_again || !path.ends_with("batch");
                let answer = || if is_whole { Reply::json(&page) } else { each_with(question, &page) };
                (is_asked || is_again).then(answer)
            });
            let desk = Desk::new().await;
            let error = desk.pull(&alone(&desk, &fake)).await.unwrap_err().to_string();
            let expected = if link.starts_with("http") { "another address" } else { "lead in a circle" };
            assert!(error.contains(expected), "{path} {link}: {error}");
        }
    }
    assert!(foreign.asked().is_empty());
}

#[tokio::test]
async fn odd_numbers_and_objects_are_no_reason_to_stop() {
    let fake = Tenant::of(20, 20).start(|question: &Question, _| {
        if question.query.contains_key("$count") {
            let odd = if question.path.contains("users") { json!(-7) } else { json!("many") };
            return Some(Reply::json(&json!({"@odata.count": odd, "value": [{"id": "x"}]})));
        }
        (question.path == "/v1.0/users" && !question.query.contains_key("$skiptoken")).then(|| {
            Reply::json(&json!({"value": [
                null, 7, {}, {"id": "a", "userType": "Alien", "accountEnabled": "maybe", "signInActivity": 3},
                {"id": "a"}, {"id": "b", "userType": null, "displayName": null, "createdDateTime": "0001-01-01"},
            ]}))
        })
    });
    let desk = Desk::new().await;
    let source = alone(&desk, &fake);
    assert!(desk.look(&source).await.unwrap().counts.is_empty());
    let pulled = desk.pull(&source).await.unwrap();
    let odd = account(&pulled, "a");
    assert_eq!((odd.class, odd.is_enabled, odd.is_guest), (Fact::Hidden, Fact::Hidden, Fact::Hidden));
    let reasons: Vec<_> = pulled.manifest.refusals.iter().map(|one| one.reason.as_str()).collect();
    assert!(
        reasons.contains(&"it has no id") && reasons.contains(&"it came twice and counts once"),
        "{reasons:?}"
    );
}

#[tokio::test]
async fn what_a_tenant_shows_is_measured() {
    let fake = Tenant::of(60, 40).start(|_, _| None);
    let desk = Desk::new().await;
    let pulled = desk.pull(&alone(&desk, &fake)).await.unwrap();
    let catalog = Library::open(None).unwrap().catalog.clone();
    let told = measure(&merge(&[pulled]), &catalog);
    let ends = |metric: &str| told.ends(&metric.into());
    // 53 people, of whom three are disabled. A room, and two whom no list shows, may be one more of whatever is counted.
    assert_eq!(ends("human.users.total"), Some((50.0, 53.0)));
    // Five agents, two of them with a user that is one with its agent, and the AI product that somebody consented to.
    assert_eq!(ends("ai.agents.total"), Some((6.0, 9.0)));
    assert_eq!(ends("ai.agents.owned"), Some((3.0, 6.0)));
    assert_eq!(ends("ai.agents.owner_departed"), Some((1.0, 4.0)));
    // Five people may be Global Administrator; somebody whom no list shows may be one more.
    assert_eq!(ends("human.admins.total"), Some((5.0, 6.0)));
    // Those who are only eligible hold nothing that stands.
    let (least, most) = ends("human.admins.standing").unwrap();
    assert!(least < 5.0 && most <= 6.0, "{least} to {most}");
}
