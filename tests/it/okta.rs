//! Okta, behind Okta's own description of its API: everything that an organisation has, and what a reader does not see.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use serde_json::{Value, json};
use trueup::config::Source;
use trueup::model::inventory::{Class, Confidence, CredentialKind, Fact, Record, SecondFactor};
use trueup::model::pull::{Lack, Outcome, Pulled};
use trueup::ops;

use crate::kit;
use crate::live::{Desk, by_id, classes, grants, requests, source, why};
use crate::systems::fake::{Fake, Question, Reply};
use crate::systems::okta::{SPECS, TOKEN, World, error, scope};
use crate::systems::prism::{self, Prism};

type Denied = Arc<Mutex<BTreeSet<&'static str>>>;

/// An organisation behind the description, and what it hides.
fn organisation(users: usize, services: usize) -> Option<(Prism, Denied)> {
    let denied = Denied::default();
    let hides = Arc::clone(&denied);
    let prism = Prism::before(SPECS, move |address| {
        let world = World { denied: hides, ..World::new(address, users, services) };
        Fake::start(move |question, _| world.answer(question))
    })?;
    Some((prism, denied))
}

fn at(desk: &Desk, address: &str, more: &[(&str, &str)]) -> Source {
    let token = desk.secret("token", TOKEN);
    let own = [("address", address), ("token", token.as_str())];
    source("okta", "okta", &own.into_iter().chain(more.iter().copied()).collect::<Vec<_>>())
}

fn count(pulled: &Pulled, test: impl Fn(&Record) -> bool) -> usize {
    pulled.records.iter().filter(|record| test(record)).count()
}

/// How many grants there are: memberships, assignments, scopes, roles, connections.
fn granted(users: usize, services: usize) -> usize {
    let staff = users / 2;
    (users + 3 + staff) + (staff + 1 + 5) + (services + 1 + 4) + (1 + 3 + 2) + 4
}

#[tokio::test]
async fn everything_that_an_organisation_has_is_pulled_page_by_page() {
    let (users, services) = kit::volume();
    let Some((prism, _)) = organisation(users, services) else { return };
    let desk = Desk::new().await;
    let source = at(&desk, &prism.address, &[]);
    let told = desk.look(&source).await.unwrap();
    assert!(told.recognised.contains("Acme"), "{told:?}");
    assert_eq!(told.counts, [("users".to_owned(), users as u64)]);
    for kind in ["Second factors", "Ages of secrets", "Last use"] {
        assert_eq!(why(&told, kind), Some(Lack::NotCollected), "{kind}: only where it is wished for");
    }
    assert_eq!(told.misses.len(), 3, "{:?}", told.misses);

    let begun = Instant::now();
    let pulled = desk.pull(&source).await.unwrap();
    let seconds = begun.elapsed().as_secs_f64();
    assert_eq!(classes(&pulled), [users - 1, services + 1 + 2 + 2 + 1, 3]);
    assert_eq!(by_id(&pulled).len(), users + services + 8);
    assert_eq!(grants(&pulled).len(), granted(users, services));
    assert_eq!(count(&pulled, |one| matches!(one, Record::Agent(_))), 3);
    assert_eq!(count(&pulled, |one| matches!(one, Record::Credential(_))), users + services + 8);
    assert_eq!(pulled.manifest.refusals, []);
    let requests = requests(&pulled.manifest);
    let objects = (users + services) as f64;
    println!(
        "okta: {users} users, {services} services: {} records, {seconds:.1} s, {} MiB, {requests} requests, {:.0} for 1,000 objects",
        pulled.records.len(),
        pulled.manifest.bytes >> 20,
        requests as f64 * 1_000.0 / objects,
    );
    // Three questions for each service application, the pages of the rest, and some dozens.
    assert!(requests <= (3 * services + users.div_ceil(200) * 3 + 80) as u64, "{requests}");
}

#[tokio::test]
async fn each_identity_shows_what_okta_knows_of_it() {
    let Some((prism, _)) = organisation(40, 4) else { return };
    let desk = Desk::new().await;
    let wishes =
        [("second-factors", "yes"), ("client-secrets", "yes"), ("log-days", "30"), ("register", "yes")];
    let source = at(&desk, &prism.address, &wishes);
    assert_eq!(desk.look(&source).await.unwrap().misses, []);
    let pulled = desk.pull(&source).await.unwrap();
    let all = by_id(&pulled);
    let day = Fact::Known("2026-03-04T05:06:07Z".parse().unwrap());
    let ann = all["00u0"];
    assert_eq!(
        (ann.name.as_str(), ann.job.clone()),
        ("u0@acme.example", Fact::Known("Accountant".to_owned()))
    );
    assert_eq!((ann.last_seen, ann.created, ann.has_password), (day, day, Fact::Known(true)));
    assert_eq!(all["00u3"].last_seen, Fact::Absent, "never signed in");
    assert_eq!(all["00u9"].is_enabled, Fact::Known(false));
    let factors = ["00u0", "00u1", "00u2"].map(|id| all[id].second_factor);
    let (strong, weak) = (SecondFactor::PhishingResistant, SecondFactor::Any);
    assert_eq!(factors, [Fact::Known(strong), Fact::Known(weak), Fact::Absent]);
    let backup = all["00u7"];
    assert_eq!(
        (backup.class, backup.class_rule.as_str()),
        (Fact::Known(Class::Machine), "okta.managed-service-account/1")
    );
    assert_eq!(backup.owner, Fact::Known("u39@acme.example".to_owned()));
    let owner = |id: &str| all[id].owner.clone();
    assert_eq!(owner("00000000-0000-4000-8000-000000000002"), Fact::Known("u1@acme.example".to_owned()));
    assert_eq!(owner("00000000-0000-4000-8000-000000000003"), Fact::Absent);
    assert_eq!((all["0oa-s0"].last_seen, all["0oa-s1"].last_seen), (day, Fact::Hidden), "only the log tells");
    assert_eq!(all["0oa-i2"].suspected.as_ref().map(|guess| guess.class), Some(Class::Ai));
    assert_eq!((all["wlp-1"].is_enabled, all["wlp-3"].is_enabled), (Fact::Known(true), Fact::Known(false)));
    // Its application is its own; that of the other two is shared.
    assert_eq!((all["wlp-1"].aliases.join(" "), all["wlp-2"].aliases.len()), ("0oa-s0".to_owned(), 0));
    assert!(pulled.records.iter().all(|one| !matches!(one, Record::Agent(row) if !row.is_registered)));
}

#[tokio::test]
async fn rights_carry_their_way_their_limits_and_their_last_use() {
    let Some((prism, _)) = organisation(40, 4) else { return };
    let desk = Desk::new().await;
    let pulled = desk.pull(&at(&desk, &prism.address, &[("log-days", "30")])).await.unwrap();
    let held = |account: &str, right: &str| {
        let all = grants(&pulled);
        let found: Vec<_> =
            all.iter().filter(|one| one.account == account && one.entitlement == right).copied().collect();
        assert_eq!(found.len(), 1, "{account} {right}: {found:?}");
        found[0].clone()
    };
    assert_eq!((held("00u0", "SUPER_ADMIN").via.len(), held("00u0", "SUPER_ADMIN").resource), (0, None));
    let desk_admin = held("00u2", "HELP_DESK_ADMIN");
    assert_eq!(
        (desk_admin.via, desk_admin.resource.as_deref()),
        (vec!["group admins".to_owned()], Some("group:staff"))
    );
    assert_eq!(held("0oa-s0", "APP_ADMIN").resource.as_deref(), Some("app:0oa-salesforce"));
    assert_eq!(held("0oa-s1", "cr0-keys").resource.as_deref(), Some("resource-set:iam-staff"));
    assert_eq!(held("00u4", "app:0oa-salesforce").via, ["group staff"]);
    assert_eq!(held("00u39", "app:0oa-salesforce").via, Vec::<String>::new());
    assert!(held("00u0", "app:0oa-chat").last_used.known().is_some());
    assert_eq!(held("00u1", "app:0oa-chat").last_used, Fact::Hidden, "a month of the log proves no absence");
    assert_eq!(held("wlp-2", "service-account:4923").via.len(), 0);
    let document = pulled.records.iter().find_map(|one| match one {
        Record::Entitlement(one) if one.id == "cr0-keys" => one.document.clone(),
        _ => None,
    });
    assert!(document.unwrap().contains("okta.users.credentials.manage"));
    let tool =
        pulled.records.iter().find_map(|one| if let Record::Tool(one) = one { Some(one) } else { None });
    let tool = tool.unwrap();
    assert_eq!(
        (tool.name.as_str(), tool.users, tool.confidence),
        ("ChatGPT", Fact::Known(5), Some(Confidence::Low))
    );
    let token = pulled.records.iter().filter_map(|one| match one {
        Record::Credential(one) if one.kind == CredentialKind::Token => {
            Some((one.account.as_str(), one.last_used.is_told(), one.expires.is_told()))
        }
        _ => None,
    });
    assert_eq!(token.collect::<Vec<_>>(), [("00u0", true, true), ("00u7", false, true)]);
}

#[tokio::test]
async fn no_secret_of_okta_is_kept() {
    let Some((prism, _)) = organisation(10, 2) else { return };
    let desk = Desk::new().await;
    desk.pull(&at(&desk, &prism.address, &[("client-secrets", "yes")])).await.unwrap();
    assert!(prism.fake.asked().iter().any(|asked| asked.path.ends_with("/credentials/secrets")));
    std::fs::remove_file(desk.folder.path().join("token")).unwrap();
    desk.ctx.store.close().await;
    let mut searched = 0;
    for file in std::fs::read_dir(desk.folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        searched += bytes.len();
        assert!(!bytes.windows(13).any(|window| window == b"canary-secret"));
        assert!(!bytes.windows(TOKEN.len()).any(|window| window == TOKEN.as_bytes()));
    }
    assert!(searched > 10_000);
}

#[tokio::test]
async fn without_one_scope_it_is_named_and_the_rest_is_pulled() {
    let Some((prism, denied)) = organisation(30, 3) else { return };
    let desk = Desk::new().await;
    let source = at(&desk, &prism.address, &[("log-days", "7")]);
    let cases = [
        ("okta.users.read", "Users", 11, false),
        ("okta.groups.read", "Groups", 41, true),
        ("okta.apps.read", "Applications", 37, true),
        ("okta.appGrants.read", "Scopes of", 40, true),
        ("okta.roles.read", "Administrator roles", 41, true),
        ("okta.apiTokens.read", "API tokens", 41, false),
        ("okta.oauthIntegrations.read", "API service", 39, false),
        ("okta.serviceAccounts.read", "Service accounts", 39, false),
        ("okta.aiAgents.read", "AI agents", 38, false),
        ("okta.logs.read", "Last use", 41, false),
    ];
    for (scope, sight, left, hides_rights) in cases {
        *denied.lock().unwrap() = [scope].into();
        let told = desk.look(&source).await.unwrap();
        assert_eq!(why(&told, sight), Some(Lack::Forbidden), "{scope}: {:?}", told.misses);
        let pulled = desk.pull(&source).await.unwrap();
        assert_eq!(why(&pulled.manifest.preflight, sight), Some(Lack::Forbidden), "{scope}");
        assert_eq!((by_id(&pulled).len(), grants(&pulled).is_empty()), (left, hides_rights), "{scope}");
        let says = pulled.manifest.refusals.iter().any(|one| one.subject == "rights");
        assert_eq!(says, hides_rights, "{scope}: a part of the rights would look like fewer");
    }
    *denied.lock().unwrap() = cases.map(|(scope, ..)| scope).into();
    let error = desk.pull(&source).await.unwrap_err().to_string();
    assert!(error.contains("shows nothing to this reader"), "{error}");
}

#[tokio::test]
async fn a_busy_organisation_is_asked_again_and_no_row_is_lost() {
    let started = Prism::before(SPECS, |address| {
        let world = World::new(address, 650, 5);
        Fake::start(move |question, before| match before % 5 {
            3 => error(429, "E0000047", "API call exceeded rate limit due to too many requests.")
                .header("x-rate-limit-limit", "600")
                .header("x-rate-limit-remaining", "0")
                .header("x-rate-limit-reset", "1767225600")
                .header("date", "Thu, 01 Jan 2026 00:00:00 GMT"),
            _ => world.answer(question),
        })
    });
    let Some(prism) = started else { return };
    let desk = Desk::new().await;
    let pulled = desk.pull(&at(&desk, &prism.address, &[])).await.unwrap();
    assert_eq!((by_id(&pulled).len(), grants(&pulled).len()), (650 + 5 + 8, granted(650, 5)));
    let again: u64 = pulled.manifest.asked.iter().map(|asked| asked.again).sum();
    assert!(again >= requests(&pulled.manifest) / 6, "{again} of {}", requests(&pulled.manifest));
}

#[tokio::test]
async fn a_token_that_is_revoked_in_the_middle_leaves_the_former_pull() {
    let revoked_after = Arc::new(AtomicUsize::new(usize::MAX));
    let after = Arc::clone(&revoked_after);
    let started = Prism::before(SPECS, |address| {
        let world = World::new(address, 650, 5);
        Fake::start(move |question, before| match before {
            before if before >= after.load(Ordering::Relaxed) => {
                error(401, "E0000011", "Invalid token provided")
            }
            _ => world.answer(question),
        })
    });
    let Some(prism) = started else { return };
    let desk = Desk::new().await;
    let source = at(&desk, &prism.address, &[]);
    desk.pull(&source).await.unwrap();
    let so_far = prism.fake.asked().len();
    for more in [0, 8, 12, 25] {
        revoked_after.store(prism.fake.asked().len() + more, Ordering::Relaxed);
        let error = desk.pull(&source).await.unwrap_err().to_string();
        assert!(error.contains("does not accept the credentials: Invalid token provided"), "{error}");
    }
    assert!(prism.fake.asked().len() > so_far);
    let outcomes: Vec<_> = desk.receipts().await.iter().map(|one| one.outcome).collect();
    assert_eq!(outcomes.iter().filter(|one| **one == Outcome::Whole).count(), 1);
    let kept = ops::open(&desk.ctx, Some(&desk.id)).await.unwrap();
    let failed: Vec<_> = kept.manifests.iter().filter(|one| one.outcome == Outcome::Failed).collect();
    assert!(!failed.is_empty() && failed.iter().all(|one| one.rows.is_empty()), "{failed:?}");
}

#[tokio::test]
async fn what_was_not_bought_is_no_failure() {
    for (refusal, lack) in [
        (error(404, "E0000007", "Not found"), Lack::NotLicensed),
        (error(403, "E0000015", "You do not have permission to access the feature"), Lack::NotLicensed),
        (error(400, "E0000001", "Api validation failed"), Lack::NotCollected),
    ] {
        let world = World::new("", 5, 2);
        let fake = Fake::start(move |question, _| {
            let is_bought =
                !question.path.starts_with("/workload") && !question.path.starts_with("/privileged");
            if is_bought { world.answer(question) } else { refusal.clone() }
        });
        let desk = Desk::new().await;
        let pulled = desk.pull(&at(&desk, &fake.address, &[])).await.unwrap();
        assert_eq!(by_id(&pulled).len(), 5 + 2 + 3);
        for sight in ["AI agents", "Service accounts"] {
            assert_eq!(why(&pulled.manifest.preflight, sight), Some(lack), "{sight}");
        }
    }
}

/// The scopes and the signed word that a desk was asked with.
fn asked(question: &Question) -> BTreeMap<String, String> {
    let url = reqwest::Url::parse(&format!("http://x/?{}", question.body)).unwrap();
    url.query_pairs().map(|(key, value)| (key.into_owned(), value.into_owned())).collect()
}

/// An organisation with a service application that has some scopes.
fn with_application(granted: &'static [&'static str]) -> Fake {
    let world = World::new("", 5, 2);
    Fake::start(move |question, _| {
        if question.path == "/oauth2/v1/token" {
            let scopes = asked(question)["scope"].clone();
            if scopes.split(' ').all(|scope| granted.contains(&scope)) {
                return Reply::json(
                    &json!({"access_token": scopes.replace(' ', "+"), "expires_in": 3600, "token_type": "Bearer"}),
                );
            }
            let said = "The access token request contains scopes that are not granted";
            return Reply::with(400, &json!({"error": "invalid_scope", "error_description": said}));
        }
        let shown = question.headers["authorization"].strip_prefix("Bearer ").unwrap().to_owned();
        match scope(&question.path) {
            Some(scope) if shown.split('+').any(|one| one == scope) => world.shown(question),
            _ => error(403, "E0000006", "The access token provided does not contain the required scopes."),
        }
    })
}

#[tokio::test]
async fn a_service_application_signs_with_its_key_and_is_content_with_the_scopes_it_has() {
    let Some(key) = prism::rsa_key() else { return };
    let fake =
        with_application(&["okta.users.read", "okta.groups.read", "okta.apps.read", "okta.aiAgents.read"]);
    let desk = Desk::new().await;
    let pem = desk.secret("key", &key);
    let own =
        [("address", fake.address.as_str()), ("client", "0oa-me"), ("key", pem.as_str()), ("kid", "k7")];
    let pulled = desk.pull(&source("okta", "okta", &own)).await.unwrap();
    // Users, service applications, agents; the scopes of applications and all rights stay hidden.
    assert_eq!((by_id(&pulled).len(), grants(&pulled).len()), (5 + 2 + 3, 0));
    for sight in ["Administrator roles", "Scopes of", "API tokens", "API service", "Service accounts"] {
        assert_eq!(why(&pulled.manifest.preflight, sight), Some(Lack::Forbidden), "{sight}");
    }
    let question = fake.asked().into_iter().find(|one| one.path == "/oauth2/v1/token").unwrap();
    let form = asked(&question);
    assert_eq!(form["grant_type"], "client_credentials");
    let word = &form["client_assertion"];
    assert_eq!(prism::is_signed(&key, word), Some(true));
    let part = |at: usize| -> Value {
        let text = word.split('.').nth(at).unwrap();
        serde_json::from_slice(
            &base64::Engine::decode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, text).unwrap(),
        )
        .unwrap()
    };
    assert_eq!((part(0)["alg"].clone(), part(0)["kid"].clone()), (json!("RS256"), json!("k7")));
    let desk_at = format!("{}/oauth2/v1/token", fake.address);
    assert_eq!(
        (part(1)["iss"].clone(), part(1)["sub"].clone(), part(1)["aud"].clone()),
        (json!("0oa-me"), json!("0oa-me"), json!(desk_at))
    );
}

#[tokio::test]
async fn an_application_without_any_scope_and_settings_that_clash_are_sentences() {
    let Some(key) = prism::rsa_key() else { return };
    let fake = with_application(&[]);
    let desk = Desk::new().await;
    let pem = desk.secret("key", &key);
    let own = [("address", fake.address.as_str()), ("client", "0oa-me"), ("key", pem.as_str())];
    let error = desk.pull(&source("okta", "okta", &own)).await.unwrap_err().to_string();
    assert!(error.contains("0oa-me has none of the scopes"), "{error}");
    let error =
        async |own: &[(&str, &str)]| desk.look(&source("okta", "okta", own)).await.unwrap_err().to_string();
    let token = desk.secret("token", TOKEN);
    let here = ("address", fake.address.as_str());
    assert!(error(&[here]).await.contains("`token` is missing"));
    assert!(error(&[here, ("client", "x")]).await.contains("`key` is missing"));
    assert!(error(&[here, ("key", &pem)]).await.contains("`client` is missing"));
    assert!(
        error(&[here, ("token", &token), ("client", "x"), ("key", &pem)])
            .await
            .contains("service application is set too")
    );
    assert!(error(&[here, ("token", &token), ("log-days", "400")]).await.contains("no number of days"));
    assert!(
        error(&[("address", "https://acme-admin.okta.com"), ("token", &token)])
            .await
            .contains("administrators' console")
    );
}

#[tokio::test]
async fn a_next_page_elsewhere_is_not_followed() {
    let foreign = Fake::start(|_, _| Reply::json(&json!([])));
    let (world, to) = (World::new("", 5, 2), foreign.address.clone());
    let fake = Fake::start(move |question, _| match question.path.as_str() {
        "/api/v1/users" => {
            Reply::json(&json!([])).header("link", format!("<{to}/api/v1/users?after=1>; rel=\"next\""))
        }
        _ => world.answer(question),
    });
    let desk = Desk::new().await;
    let error = desk.pull(&at(&desk, &fake.address, &[])).await.unwrap_err().to_string();
    assert!(error.contains("a next page at another address"), "{error}");
    assert_eq!(foreign.asked().len(), 0);
}

#[tokio::test]
async fn odd_objects_are_read_as_far_as_they_say_something() {
    let world = World::new("", 5, 2);
    let fake = Fake::start(move |question, _| match question.path.as_str() {
        "/api/v1/users" => Reply::json(&json!([
            {"id": "a", "status": "NEW_STATE", "profile": null, "lastLogin": {}, "credentials": []},
            {"id": "a"}, {"profile": {"login": "nobody@x.example"}}, null, 3,
            {"id": "b", "status": null, "created": "yesterday", "lastLogin": null, "profile": {"login": "c\u{1b}]0;x\u{7}"}},
        ])),
        "/api/v1/users/00u0/roles" => {
            Reply::json(&json!([{"id": "x"}, {"type": "NEW_ADMIN", "status": null}, 7]))
        }
        "/api/v1/api-tokens" => Reply::json(&json!([{"id": "t1", "name": "x"}, {"name": "y"}])),
        "/api/v1/apps" => Reply::json(
            &json!([{"id": "p", "signOnMode": "NEW_MODE"}, {"label": "no id"}, {"id": "q", "signOnMode": "OPENID_CONNECT", "settings": 7}]),
        ),
        _ => world.answer(question),
    });
    let desk = Desk::new().await;
    let pulled = desk.pull(&at(&desk, &fake.address, &[])).await.unwrap();
    let all = by_id(&pulled);
    let (a, b) = (all["a"], all["b"]);
    assert_eq!(
        (a.is_enabled, a.last_seen, a.class, a.has_password),
        (Fact::Hidden, Fact::Hidden, Fact::Hidden, Fact::Hidden)
    );
    assert_eq!((b.created, b.last_seen), (Fact::Hidden, Fact::Absent));
    let mut reasons: Vec<_> = pulled.manifest.refusals.iter().map(|one| one.reason.as_str()).collect();
    reasons.sort_unstable();
    let expected = [
        "it came twice and counts once",
        "it has no id",
        "it has no id",
        "it has no id",
        "this API token does not name its user",
    ];
    assert_eq!(reasons, expected);
    assert_eq!(grants(&pulled).iter().filter(|one| one.entitlement == "NEW_ADMIN").count(), 1);
}
