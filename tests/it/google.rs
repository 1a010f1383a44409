//! Google Workspace and Google Cloud, against fakes that Google's own descriptions judge.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use trueup::config::Source;
use trueup::connectors::REGISTRY;
use trueup::model::inventory::{Account, Class, Fact, Record, SecondFactor};
use trueup::model::pull::{Lack, Outcome, Pulled};

use crate::kit;
use crate::live::{Desk, accounts, by_class, grants, requests, source, why};
use crate::systems::fake::{Fake, Question, Reply};
use crate::systems::google::{self, APPS, Company, WORKLOAD};
use crate::systems::prism;

/// Tokens of every scope, as the fake reads them.
const ALL: &str = "admin.directory.user.readonly+admin.directory.rolemanagement.readonly+\
                   admin.directory.group.member.readonly+admin.directory.group.readonly+\
                   admin.directory.user.security+admin.reports.audit.readonly+admin.reports.usage.readonly+cloud-platform";

fn plainly(_: &Question, _: usize) -> Option<Reply> {
    None
}

fn workspace(desk: &Desk, address: &str, token: &str, more: &[(&str, &str)]) -> Source {
    let token = desk.secret("token", token);
    let values = [&[("address", address), ("token", token.as_str())], more].concat();
    source("google", "google-workspace", &values)
}

fn cloud(desk: &Desk, address: &str, more: &[(&str, &str)]) -> Source {
    let token = desk.secret("cloud-token", ALL);
    let values =
        [&[("address", address), ("token", token.as_str()), ("scope", "organizations/12")], more].concat();
    source("gcp", "google-cloud", &values)
}

/// Says what a pull took, for people who measure.
fn report(peer: &str, company: &Company, pulled: &Pulled, began: std::time::Instant) {
    let objects = pulled.records.len() as u64;
    let asked = requests(&pulled.manifest);
    println!(
        "{peer}: {} people, {} service accounts; {objects} records in {:.1} s, {} MiB, {asked} requests",
        company.people,
        company.services,
        began.elapsed().as_secs_f64(),
        pulled.manifest.bytes >> 20,
    );
}

#[tokio::test]
async fn a_directory_is_pulled_whole_with_its_apps() {
    let company = Company::new(kit::volume());
    let Some(prism) = company.clone().described(plainly) else { return };
    let desk = Desk::new().await;
    let source = workspace(&desk, &prism.address, ALL, &[("use-days", "180")]);
    let told = desk.look(&source).await.unwrap();
    assert_eq!(told.counts, [("users".to_owned(), company.people as u64)]);
    assert!(why(&told, "Users").is_none() && why(&told, "Roles of admin").is_none(), "{:?}", told.misses);
    assert_eq!(why(&told, "Every consent"), Some(Lack::NotCollected));

    let began = std::time::Instant::now();
    let pulled = desk.pull(&source).await.unwrap();
    report("google-workspace", &company, &pulled, began);
    let people = company.people;
    let expected = BTreeMap::from([
        (Some(Class::Human), people),
        (Some(Class::Machine), APPS.len()), // Two apps, and the client that acts for everybody.
        (Some(Class::Ai), 1),
    ]);
    assert_eq!(by_class(&pulled), expected);
    let count =
        |test: &dyn Fn(&Account) -> bool| accounts(&pulled).into_iter().filter(|one| test(one)).count();
    assert_eq!(count(&|one| one.is_enabled == Fact::Known(false)), people / 10);
    assert_eq!(count(&|one| one.last_seen == Fact::Absent), people.div_ceil(7));
    let factor = |kind: Fact<SecondFactor>| count(&move |one| one.second_factor == kind);
    assert_eq!(factor(Fact::Absent), people.div_ceil(3));
    assert_eq!(factor(Fact::Known(SecondFactor::PhishingResistant)), (people + 4) / 6);

    let all = grants(&pulled);
    let roles: Vec<_> = all.iter().filter(|one| one.account.len() == 6).collect();
    assert_eq!(roles.len(), 2 + 2, "two users, and two by a group");
    let revoked = (0..people).filter(|at| at % 10 == 4).count();
    let used = (0..people).filter(|at| at % 10 == 4 && at % 2 == 0).count();
    assert_eq!(revoked, used, "whoever took a consent back used it later all the same");
    let consents =
        all.iter().filter(|one| one.resource.as_deref().is_some_and(|place| place.starts_with("user:")));
    assert_eq!(consents.count(), 2 * (people - revoked) + used);
    let everybody = all.iter().filter(|one| one.resource.as_deref() == Some("domain-wide-delegation"));
    assert_eq!(everybody.count(), 2);
    let tools: Vec<_> = pulled
        .records
        .iter()
        .filter_map(|record| match record {
            Record::Tool(tool) => Some((tool.id.as_str(), tool.users)),
            _ => None,
        })
        .collect();
    assert_eq!(
        tools,
        [("google-gemini-cli", Fact::Known(u32::try_from(people.div_ceil(APPS.len())).unwrap()))]
    );
    // Lists of users, of three kinds of events and of keys; the rest is a handful.
    let pages = people.div_ceil(500) + people.div_ceil(1000) * 3;
    assert!(requests(&pulled.manifest) <= pages as u64 + 20, "{:?}", pulled.manifest.asked);
}

#[tokio::test]
async fn an_organisation_in_the_cloud_is_pulled_whole() {
    let company = Company::new(kit::volume());
    let Some(prism) = company.clone().described(plainly) else { return };
    let desk = Desk::new().await;
    let source = cloud(&desk, &prism.address, &[]);
    let told = desk.look(&source).await.unwrap();
    assert!(
        why(&told, "Service accounts").is_none() && why(&told, "AI agents").is_none(),
        "{:?}",
        told.misses
    );
    let began = std::time::Instant::now();
    let pulled = desk.pull(&source).await.unwrap();
    report("google-cloud", &company, &pulled, began);
    let services = company.services;
    let expected = BTreeMap::from([
        (Some(Class::Human), 1),
        // One acts for agents; a workload and an agent of a service of Google's come with policies.
        (Some(Class::Machine), services - 1 + 2),
        (Some(Class::Ai), 2),
    ]);
    assert_eq!(by_class(&pulled), expected);
    let keys: Vec<_> = pulled
        .records
        .iter()
        .filter_map(|record| match record {
            Record::Credential(key) => Some(key),
            _ => None,
        })
        .collect();
    assert_eq!(keys.len(), services.div_ceil(2), "those that Google manages are nobody's");
    assert!(keys.iter().all(|key| key.expires == Fact::Absent && key.created.known().is_some()));
    assert_eq!(keys.iter().filter(|key| key.last_used.known().is_some()).count(), services.div_ceil(4));
    let seen = accounts(&pulled).into_iter().filter(|one| one.last_seen.known().is_some()).count();
    assert_eq!(seen, services.div_ceil(4) + 1, "service accounts, and the agent with a summary");
    // One for each service account; the owner, the workload, the agent, its scope, Google's own.
    assert_eq!(grants(&pulled).len(), services + 5);
    let workload = accounts(&pulled).into_iter().find(|one| one.id == WORKLOAD).unwrap();
    assert_eq!(
        workload.aliases,
        ["oidc:token.actions.githubusercontent.com#repo:acme/shop:environment:prod"]
    );
    holds_agents(&pulled);
    let sets: Vec<&str> = pulled.manifest.refusals.iter().map(|one| one.subject.as_str()).collect();
    assert!(sets.contains(&"allUsers") && sets.contains(&"group desk@acme.example"), "{sets:?}");
    // All projects but the first have the services for agents switched off, which is no right that lacks.
    let registry = pulled.manifest.preflight.misses.iter().find(|one| one.sight.starts_with("AI agents"));
    let registry = registry.unwrap();
    assert!(registry.why == Lack::NotCollected && registry.needs.contains("switched off"), "{registry:?}");
    let pages = services.div_ceil(500) * 5 + company.projects() * 4;
    assert!(requests(&pulled.manifest) <= pages as u64 + 30, "{:?}", pulled.manifest.asked);
}

/// The agents of the register, each with the identity that it runs with, and what they call.
fn holds_agents(pulled: &Pulled) {
    let agents: BTreeMap<_, _> = pulled
        .records
        .iter()
        .filter_map(|record| match record {
            Record::Agent(one) => Some((one.name.as_str(), (one.has_own_identity, one.last_seen.is_told()))),
            _ => None,
        })
        .collect();
    let own = |is: bool, seen: bool| (Fact::Known(is), seen);
    assert_eq!(agents["Own"], own(true, true));
    assert_eq!(
        (agents["Shares one"].0, agents["Shares the other"].0),
        (Fact::Known(false), Fact::Known(false))
    );
    assert!(
        pulled.records.iter().any(|record| matches!(record, Record::Tool(tool) if tool.name == "Tickets"))
    );
}

#[tokio::test]
async fn members_of_groups_hold_what_their_groups_do_and_people_are_one_in_both() {
    let company = Company::new((12, 2));
    let Some(prism) = company.clone().described(plainly) else { return };
    let desk = Desk::new().await;
    let (key, desk_of_tokens) = signer(&desk, scopes(ALL)).unwrap();
    let values = [
        ("address", prism.address.as_str()),
        ("scope", "organizations/12"),
        ("key", &key),
        ("admin", "u0@acme.example"),
        ("token-address", &desk_of_tokens.address),
    ];
    let pulled = desk.pull(&source("gcp", "google-cloud", &values)).await.unwrap();
    let by_group: Vec<_> = grants(&pulled).into_iter().filter(|one| !one.via.is_empty()).collect();
    let holders: Vec<&str> = by_group.iter().map(|one| one.account.as_str()).collect();
    assert_eq!(holders, [google::mail(1), google::mail(2)]);
    desk.pull(&workspace(&desk, &prism.address, ALL, &[])).await.unwrap();
    let records: Vec<Pulled> = {
        let mut all = Vec::new();
        for receipt in desk.receipts().await {
            all.push(desk.ctx.store.pulled(&receipt.id).await.unwrap().unwrap());
        }
        all
    };
    let whole = trueup::metrics::merge(&records);
    let joined = |id: &str| {
        let identity =
            whole.identities.iter().find(|one| one.accounts.iter().any(|own| own.id == id)).unwrap();
        identity.accounts.len()
    };
    assert_eq!(joined(&google::mail(0)), 2, "the owner of the organisation is a user of the directory");
    assert_eq!(
        joined("s0@p0.iam.gserviceaccount.com"),
        2,
        "the client that acts for everybody is a service account"
    );
}

/// A key of a service account, and the desk that takes it for some scopes.
fn signer(desk: &Desk, allowed: Vec<String>) -> Option<(String, Fake)> {
    let pem = prism::rsa_key()?;
    let file = json!({"type": "service_account", "client_email": "reader@p.iam.gserviceaccount.com",
        "client_id": "4711", "private_key_id": "k1", "private_key": pem});
    std::fs::write(desk.folder.path().join("pem"), pem).unwrap();
    Some((desk.secret("key", &file.to_string()), google::desk(allowed)))
}

fn scopes(text: &str) -> Vec<String> {
    text.split('+').map(str::to_owned).collect()
}

/// The scopes of the first text that is printed for pasting.
fn permitted() -> Vec<String> {
    let spec = REGISTRY.iter().find(|spec| spec.id == "google-workspace").unwrap();
    let text = spec.permits[0].text.trim();
    text.split(',')
        .map(|scope| scope.trim_start_matches("https://www.googleapis.com/auth/").to_owned())
        .collect()
}

#[tokio::test]
async fn a_key_signs_for_an_administrator_and_the_printed_scopes_suffice() {
    let company = Company::new((30, 3));
    let Some(prism) = company.described(plainly) else { return };
    let desk = Desk::new().await;
    let (key, tokens) = signer(&desk, permitted()).unwrap();
    let values = [
        ("address", prism.address.as_str()),
        ("key", key.as_str()),
        ("admin", "u0@acme.example"),
        ("token-address", tokens.address.as_str()),
    ];
    let pulled = desk.pull(&source("google", "google-workspace", &values)).await.unwrap();
    assert_eq!(by_class(&pulled)[&Some(Class::Human)], 30);
    let misses = &pulled.manifest.preflight.misses;
    assert!(misses.iter().all(|one| one.why == Lack::NotCollected), "{misses:?}");
    let asked = tokens.asked();
    let claims = google::claims(&asked[0]);
    assert_eq!(
        (claims["sub"].as_str(), claims["iss"].as_str()),
        (Some("u0@acme.example"), Some("reader@p.iam.gserviceaccount.com"))
    );
    assert_eq!(claims["aud"].as_str(), Some(tokens.address.as_str()));
    let pem = std::fs::read_to_string(desk.folder.path().join("pem")).unwrap();
    assert_eq!(prism::is_signed(&pem, &google::assertion(&asked[0])), Some(true));
}

#[tokio::test]
async fn each_scope_that_is_not_allowed_is_named_and_the_rest_is_pulled() {
    let company = Company::new((30, 3));
    let Some(prism) = company.described(plainly) else { return };
    for (scope, sight) in [
        ("admin.directory.user.readonly", "Users"),
        ("admin.directory.rolemanagement.readonly", "Roles of admin"),
        ("admin.directory.group.member.readonly", "Who holds a role by a group"),
        ("admin.reports.audit.readonly", "Apps that people let in"),
        ("admin.reports.usage.readonly", "Who has a passkey"),
    ] {
        let desk = Desk::new().await;
        let allowed = permitted().into_iter().filter(|one| one != scope).collect();
        let (key, tokens) = signer(&desk, allowed).unwrap();
        let values = [
            ("address", prism.address.as_str()),
            ("key", key.as_str()),
            ("admin", "u0@acme.example"),
            ("token-address", tokens.address.as_str()),
        ];
        let source = source("google", "google-workspace", &values);
        if !sight.starts_with("Who holds") {
            let told = desk.look(&source).await.unwrap();
            assert_eq!(why(&told, sight), Some(Lack::Forbidden), "{scope}: {:?}", told.misses);
        }
        let pulled = desk.pull(&source).await.unwrap();
        assert_eq!(why(&pulled.manifest.preflight, sight), Some(Lack::Forbidden), "{scope}");
        let people = by_class(&pulled).get(&Some(Class::Human)).copied().unwrap_or_default();
        assert_eq!(people, if sight == "Users" { 0 } else { 30 }, "{scope}");
        let rights = grants(&pulled).len();
        assert_eq!(
            rights == 0,
            sight == "Roles of admin",
            "without roles nobody's rights are told: {rights}"
        );
    }
}

#[tokio::test]
async fn each_right_in_the_cloud_that_lacks_is_named_and_the_rest_is_pulled() {
    for (part, sight) in [
        ("/assets", "Service accounts"),
        (":searchAllIamPolicies", "Who holds which role"),
        ("activityTypes", "When service accounts"),
        ("/mcpServers", "AI agents and MCP"),
        ("/accessSummaries", "For which people"),
    ] {
        let fake = Company::new((3, 60)).forbidding(part).start(plainly);
        let desk = Desk::new().await;
        let source = cloud(&desk, &fake.address, &[]);
        let pulled = desk.pull(&source).await.unwrap();
        assert_eq!(
            why(&pulled.manifest.preflight, sight),
            Some(Lack::Forbidden),
            "{part}: {:?}",
            pulled.manifest.preflight
        );
        let machines = by_class(&pulled).get(&Some(Class::Machine)).copied().unwrap_or_default();
        assert!(machines >= 60 - 1, "{part}: bindings or lists still tell of {machines}");
        assert_eq!(grants(&pulled).is_empty(), part.contains("Policies"), "{part}");
    }
    let fake = Company::new((3, 60)).forbidding("/v1/").start(plainly);
    let desk = Desk::new().await;
    let error = desk.pull(&cloud(&desk, &fake.address, &[])).await.unwrap_err().to_string();
    assert!(error.contains("neither service accounts nor policies"), "{error}");
}

#[tokio::test]
async fn groups_that_the_directory_does_not_open_are_named_and_the_cloud_is_pulled() {
    let desk = Desk::new().await;
    let allowed = vec!["cloud-platform".to_owned()];
    let Some((key, tokens)) = signer(&desk, allowed) else { return };
    let fake = Company::new((3, 3)).start(plainly);
    let values = [
        ("address", fake.address.as_str()),
        ("scope", "organizations/12"),
        ("key", &key),
        ("admin", "u0@acme.example"),
        ("token-address", &tokens.address),
    ];
    let source = source("gcp", "google-cloud", &values);
    assert_eq!(why(&desk.look(&source).await.unwrap(), "Who holds a role by"), Some(Lack::Forbidden));
    let pulled = desk.pull(&source).await.unwrap();
    assert!(grants(&pulled).iter().all(|one| one.via.is_empty()) && grants(&pulled).len() == 3 + 5);
    let group = pulled.manifest.refusals.iter().find(|one| one.subject == "group desk@acme.example").unwrap();
    assert!(group.reason.contains("roles/viewer"), "{group:?}");
}

#[tokio::test]
async fn a_busy_google_is_asked_again_whatever_its_status_and_nothing_is_lost() {
    let busy = AtomicUsize::new(0);
    let company = Company::new((1_200, 3));
    let started = company.described(move |question, _| {
        let is_later = question.query.contains_key("pageToken");
        let replies = [
            google::refused("userRateLimitExceeded", "User Rate Limit Exceeded"),
            google::refused("quotaExceeded", "Quota exceeded"),
            Reply::with(
                429,
                &json!({"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "message": "later"}}),
            ),
            Reply::with(503, &json!({})),
        ];
        let turn = is_later.then(|| busy.fetch_add(1, Ordering::Relaxed))?;
        (turn % 2 == 0).then(|| replies.into_iter().nth(turn / 2)).flatten()
    });
    let Some(prism) = started else { return };
    let desk = Desk::new().await;
    let pulled = desk.pull(&workspace(&desk, &prism.address, ALL, &[])).await.unwrap();
    assert_eq!(by_class(&pulled)[&Some(Class::Human)], 1_200);
    assert!(
        pulled.manifest.asked.iter().map(|one| one.again).sum::<u64>() >= 3,
        "{:?}",
        pulled.manifest.asked
    );
}

#[tokio::test]
async fn what_is_taken_back_in_the_middle_leaves_nothing_but_a_sentence() {
    for (status, words) in [(401, "does not accept the credentials"), (403, "stopped showing users")] {
        let fake = Company::new((1_200, 3)).start(move |question, _| {
            let is_later = question.path.ends_with("/users") && question.query.contains_key("pageToken");
            is_later.then(|| {
                Reply::with(status, &json!({"error": {"code": status, "message": "Invalid Credentials"}}))
            })
        });
        let desk = Desk::new().await;
        let error = desk.pull(&workspace(&desk, &fake.address, ALL, &[])).await.unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
        let receipts = desk.receipts().await;
        assert!(
            receipts.iter().all(|one| one.outcome == Outcome::Failed && one.rows.is_empty()),
            "{receipts:?}"
        );
    }
}

#[tokio::test]
async fn a_wrong_key_administrator_or_client_is_a_sentence() {
    let desk = Desk::new().await;
    let fake = Company::new((3, 3)).start(plainly);
    for (reply, words) in [
        (
            Reply::with(
                400,
                &json!({"error": "invalid_grant", "error_description": "Invalid email or User ID"}),
            ),
            "Invalid email",
        ),
        (
            Reply::with(
                401,
                &json!({"error": "unauthorized_client", "error_description": "Client is unauthorized"}),
            ),
            "unauthorized",
        ),
    ] {
        let tokens = Fake::start(move |_, _| reply.clone());
        let Some((key, _)) = signer(&desk, Vec::new()) else { return };
        let values = [
            ("address", fake.address.as_str()),
            ("key", key.as_str()),
            ("admin", "nobody@acme.example"),
            ("token-address", tokens.address.as_str()),
        ];
        let error = desk.pull(&source("google", "google-workspace", &values)).await.unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
    }
    let error = desk.pull(&workspace(&desk, &fake.address, "nothing", &[])).await.unwrap_err().to_string();
    assert!(error.contains("neither users nor roles nor apps"), "{error}");
}

#[tokio::test]
async fn every_consent_is_asked_for_by_choice_and_no_user_without_one_is_a_fault() {
    let company = Company::new((61, 3));
    let started = company.described(|question, _| {
        // Somebody was suspended since the list was made.
        let is_gone = question.path.ends_with("/100001/tokens");
        is_gone.then(|| Reply::with(401, &json!({"error": {"code": 401, "message": "User is suspended"}})))
    });
    let Some(prism) = started else { return };
    let desk = Desk::new().await;
    let source = workspace(&desk, &prism.address, ALL, &[("tokens", "yes"), ("groups", "yes")]);
    let told = desk.look(&source).await.unwrap();
    assert!(
        why(&told, "Every consent").is_none() && why(&told, "Groups and who").is_none(),
        "{:?}",
        told.misses
    );
    let pulled = desk.pull(&source).await.unwrap();
    let active: Vec<usize> = (0..61).filter(|at| at % 10 != 9).collect();
    let old = active.iter().filter(|at| **at % 3 == 0 && **at != 60).count();
    let of = |client: &str| grants(&pulled).into_iter().filter(|one| one.account == client).count();
    assert_eq!(of("old.apps.googleusercontent.com"), old);
    // Of the others the log counts only for those who are suspended, whom nobody asks.
    assert_eq!(of(APPS[0].0), 2 * (0..61).filter(|at| at % 10 == 9 && at % 3 == 0).count());
    assert_eq!(of(APPS[1].0), 2 * (0..61).filter(|at| (at % 10 == 9 || *at == 1) && at % 3 == 1).count());
    assert!(pulled.manifest.refusals.iter().any(|one| one.subject == google::mail(1)));
    let asked = prism.fake.asked();
    assert_eq!(
        asked.iter().filter(|one| one.path.ends_with("/tokens")).count(),
        active.len() + 3,
        "one for each look, and one to try"
    );
    let members = grants(&pulled).into_iter().filter(|one| one.entitlement == "g1").count();
    assert_eq!(members, 2);
}

#[tokio::test]
async fn odd_answers_are_read_as_far_as_they_say_something() {
    let fake = Company::new((0, 0)).start(|question, _| {
        let odd = json!([
            {"id": "1", "customerId": "C01", "primaryEmail": null, "suspended": "no", "lastLoginTime": 7, "newField": {}},
            {"id": 2, "primaryEmail": "b@acme.example", "organizations": "none", "aliases": [null, 3], "name": []},
            null, "text", {"primaryEmail": "c@acme.example"}, {"id": "1"},
        ]);
        match question.path.as_str() {
            "/admin/directory/v1/users" => Some(Reply::json(&json!({"users": odd, "nextPageToken": null}))),
            path if path.ends_with("/roles") => Some(Reply::json(&json!({"items": null}))),
            path if path.ends_with("/roleassignments") => Some(Reply::json(&json!({"items": [
                {"roleAssignmentId": 5, "assignedTo": "1", "roleId": "9", "assigneeType": "robot", "scopeType": null}]}))),
            path if path.contains("applications/token") => Some(Reply::json(&json!({"items": [
                {"id": null, "events": [{}]}, {"id": {"time": "now"}, "actor": null, "events": {"a": 1}}]}))),
            _ => None,
        }
    });
    let desk = Desk::new().await;
    let pulled = desk.pull(&workspace(&desk, &fake.address, ALL, &[])).await.unwrap();
    assert_eq!(accounts(&pulled).iter().filter(|one| one.class_rule.starts_with("google.user")).count(), 2);
    assert!(grants(&pulled).iter().any(|one| one.account == "1" && one.entitlement == "9"));
    let refused: Vec<&str> = pulled.manifest.refusals.iter().map(|one| one.subject.as_str()).collect();
    for subject in ["c@acme.example", "1", "role 9", "an entry of the log"] {
        assert!(refused.contains(&subject), "{subject}: {refused:?}");
    }
}

#[tokio::test]
async fn a_list_that_is_not_whole_is_no_list() {
    type Answer = fn(&Question) -> Option<Value>;
    let cases: [(Answer, &str); 3] = [
        (|_| Some(json!({"users": [{"id": "1", "customerId": "C"}], "nextPageToken": "same"})), "circle"),
        (|_| Some(json!({"users": {"id": "1"}})), "no list of users"),
        (
            |_| Some(json!({"users": [{"id": "1", "customerId": "C"}], "unreachable": ["eu"]})),
            "could not reach",
        ),
    ];
    for (answer, words) in cases {
        let fake = Company::new((0, 0)).start(move |question, _| {
            let is_list =
                question.path == "/admin/directory/v1/users" && question.number("maxResults") != Some(1);
            let first = json!({"users": [{"id": "1", "customerId": "C"}]});
            match question.path.as_str() {
                "/admin/directory/v1/users" if !is_list => Some(Reply::json(&first)),
                "/admin/directory/v1/users" => answer(question).map(|value| Reply::json(&value)),
                _ => None,
            }
        });
        let desk = Desk::new().await;
        let error = desk.pull(&workspace(&desk, &fake.address, ALL, &[])).await.unwrap_err().to_string();
        assert!(error.contains(words), "{words}: {error}");
    }
}
