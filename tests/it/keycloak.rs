//! Keycloak: a realm of our own making behind the vendor's description, and answers that no description has.

use std::time::Instant;

use serde_json::json;
use trueup::config::Source;
use trueup::model::inventory::{Class, Entitlement, Fact, Record};
use trueup::model::pull::{Lack, Outcome};

use crate::kit;
use crate::live::{Desk, by_class, requests, source, why};
use crate::systems::fake::{Fake, Reply};
use crate::systems::keycloak::{self, REALM, SECRET, TOKEN, World};

fn at(desk: &Desk, (address, tokens): (&str, &str), secret: &str) -> Source {
    let secret = desk.secret("secret", secret);
    let values = [
        ("address", address),
        ("token-address", tokens),
        ("realm", REALM),
        ("client", "trueup"),
        ("secret", &secret),
        ("events", "yes"),
    ];
    source("sso", "keycloak", &values)
}

fn held(records: &[Record], entitlement: &str) -> usize {
    records.iter().filter(|one| matches!(one, Record::Grant(one) if one.entitlement == entitlement)).count()
}

fn entitlement<'a>(records: &'a [Record], id: &str) -> &'a Entitlement {
    let found = records.iter().find_map(|one| match one {
        Record::Entitlement(one) if one.id == id => Some(one),
        _ => None,
    });
    found.unwrap_or_else(|| panic!("{id}"))
}

#[tokio::test]
async fn a_realm_is_pulled_whole_and_counted_before() {
    let (people, services) = kit::volume();
    let Some(prism) = World::new(people, services).described() else { return };
    let tokens = Fake::start(|question, _| keycloak::desk(question));
    let desk = Desk::new().await;
    let source = at(&desk, (&prism.address, &tokens.address), SECRET);
    let told = desk.look(&source).await.unwrap();
    assert_eq!(told.counts, [("users".to_owned(), people as u64)]);
    assert_eq!(why(&told, "Last sign-in"), None);

    let begun = Instant::now();
    let pulled = desk.pull(&source).await.unwrap();
    assert_eq!(by_class(&pulled), [(Some(Class::Human), people), (Some(Class::Machine), services)].into());
    assert_eq!((held(&pulled.records, "default-roles-acme"), held(&pulled.records, "ops")), (people, 3));
    let seen =
        pulled.records.iter().filter(|one| matches!(one, Record::Account(one) if one.last_seen.is_told()));
    assert_eq!(seen.count(), people / 2 + 1);
    assert_eq!(pulled.records.iter().filter(|one| matches!(one, Record::Credential(_))).count(), services);
    let asked = requests(&pulled.manifest);
    eprintln!("keycloak: {people} people, {services} services: {asked} requests, {:?}", begun.elapsed());
    let pages = |rows: usize| (rows / 500 + 1) as u64;
    assert!(asked <= 2 * pages(people) + pages(services + 1) + pages(people / 2 + 1) + 14, "{asked}");
    assert!(!format!("{:?}", pulled.records).contains("canary"), "no secret of a client is kept");
}

#[tokio::test]
async fn what_people_let_clients_do_is_asked_for_where_that_is_chosen() {
    let people = 30;
    let Some(prism) = World::new(people, 5).described() else { return };
    let tokens = Fake::start(|question, _| keycloak::desk(question));
    let desk = Desk::new().await;
    let plain = at(&desk, (&prism.address, &tokens.address), SECRET);
    assert_eq!(why(&desk.look(&plain).await.unwrap(), "Consents"), Some(Lack::NotCollected));
    let mut source = plain;
    source.values.insert("consents".to_owned(), "yes".to_owned());
    assert_eq!(why(&desk.look(&source).await.unwrap(), "Consents"), None);
    let pulled = desk.pull(&source).await.unwrap();
    let of = |id: &str| {
        let grants = pulled.records.iter().filter_map(|one| match one {
            Record::Grant(one) if one.account == id && one.entitlement.starts_with("scope:") => Some(one),
            _ => None,
        });
        grants.map(|one| (one.entitlement.as_str(), one.via.clone())).collect::<Vec<_>>()
    };
    let via = vec![format!("consent of {} people", people / 3)];
    assert_eq!(of("client:c1"), [("scope:email", via.clone()), ("scope:profile", via)]);
    let users = pulled.records.iter().filter_map(|one| match one {
        Record::Tool(one) if one.id == "openai-chatgpt" => one.users.known(),
        _ => None,
    });
    assert_eq!(users.collect::<Vec<_>>(), [&10]);
    let refused: Vec<_> = pulled.manifest.refusals.iter().map(|one| one.subject.as_str()).collect();
    assert_eq!(refused, ["gone"]);
    let mut world = World::new(people, 5);
    world.hides_consents = true;
    let fake = world.alone(|_| None);
    let mut source = at(&desk, (&fake.address, &fake.address), SECRET);
    source.values.insert("consents".to_owned(), "yes".to_owned());
    let pulled = desk.pull(&source).await.unwrap();
    assert_eq!(why(&pulled.manifest.preflight, "Consents"), Some(Lack::Forbidden));
    assert!(of_scopes(&pulled.records).is_empty(), "a part of the consents would look like all");
}

/// The rights that were given by consent.
fn of_scopes(records: &[Record]) -> Vec<&str> {
    let grants = records.iter().filter_map(|one| match one {
        Record::Grant(one) => Some(one.entitlement.as_str()).filter(|id| id.starts_with("scope:")),
        _ => None,
    });
    grants.collect()
}

#[tokio::test]
async fn who_administers_the_realm_is_told_also_by_a_role_in_a_role() {
    let fake = World::new(30, 5).administered().alone(|_| None);
    let desk = Desk::new().await;
    let pulled = desk.pull(&at(&desk, (&fake.address, &fake.address), SECRET)).await.unwrap();
    let is_admin = |id: &str| entitlement(&pulled.records, id).is_general_admin;
    assert_eq!(
        (is_admin("realm-management/realm-admin"), is_admin("boss")),
        (Fact::Known(true), Fact::Known(true))
    );
    assert_eq!(
        (is_admin("realm-management/view-users"), is_admin("ops")),
        (Fact::Known(false), Fact::Known(false))
    );
    assert_eq!(
        (held(&pulled.records, "boss"), held(&pulled.records, "realm-management/realm-admin")),
        (1, 2)
    );
    // A group in a group gives what the outer one gives too.
    let by_group = |group: &str| {
        let via = [format!("group {group}")];
        pulled.records.iter().filter(|one| matches!(one, Record::Grant(one) if one.via == via)).count()
    };
    assert_eq!((by_group("/it"), by_group("/it/boss")), (1, 2));
    assert_eq!(held(&pulled.records, "roles:not-shown"), 0);
    let tokens = fake.asked().into_iter().filter(|one| one.method == "POST").count();
    assert_eq!(tokens, 1, "one token for look and pull");
}

#[tokio::test]
async fn what_a_reader_may_not_see_is_named_and_the_rest_is_pulled() {
    for (list, sight, people, machines) in [
        ("/admin/realms/acme/users", "Users", 0, 5),
        ("/admin/realms/acme/clients", "Clients", 30, 0),
        ("/admin/realms/acme/roles", "Roles of the realm", 30, 5),
        ("/admin/realms/acme/groups", "Roles of the realm", 30, 5),
        ("/admin/realms/acme/events", "Last sign-in", 30, 5),
    ] {
        let fake = World::new(30, 5).alone(move |asked| {
            (asked.path == list).then(|| Reply::with(403, &json!({"error": "HTTP 403 Forbidden"})))
        });
        let desk = Desk::new().await;
        let source = at(&desk, (&fake.address, &fake.address), SECRET);
        assert_eq!(why(&desk.look(&source).await.unwrap(), sight), Some(Lack::Forbidden), "{list}");
        let pulled = desk.pull(&source).await.unwrap();
        assert_eq!(why(&pulled.manifest.preflight, sight), Some(Lack::Forbidden), "{list}");
        let counts = by_class(&pulled);
        let count = |class| counts.get(&Some(class)).copied().unwrap_or(0);
        assert_eq!((count(Class::Human), count(Class::Machine)), (people, machines), "{list}");
        assert!(
            people * machines > 0 || held(&pulled.records, "ops") == 0,
            "{list}: whoever is hidden holds nothing"
        );
        let untold = if list.ends_with("/roles") || list.ends_with("/groups") { 35 } else { 0 };
        assert_eq!(held(&pulled.records, "roles:not-shown"), untold, "{list}: hidden ones are unknown ones");
    }
}

#[tokio::test]
async fn a_part_is_never_taken_for_the_whole() {
    let cases: [(&str, Reply, &str); 4] = [
        ("/admin/realms/acme/users/count", Reply::json(&json!(31)), "says that it has 31 users, and sent 30"),
        (
            "/admin/realms/acme/roles/ops/users",
            Reply::with(403, &json!({"error": "unknown_error"})),
            "stopped showing holders of roles",
        ),
        ("/admin/realms/acme", Reply::with(404, &json!({"error": "Realm not found."})), "has no realm acme"),
        (
            "/admin/realms/acme/roles",
            Reply::with(401, &json!({"error": "HTTP 401"})),
            "does not accept the credentials",
        ),
    ];
    for (path, reply, words) in cases {
        let fake = World::new(30, 5).alone(move |asked| (asked.path == path).then(|| reply.clone()));
        let desk = Desk::new().await;
        let error =
            desk.pull(&at(&desk, (&fake.address, &fake.address), SECRET)).await.unwrap_err().to_string();
        assert!(error.contains(words) && !error.contains(TOKEN), "{path}: {error}");
        let receipts = desk.receipts().await;
        assert!(
            receipts.iter().all(|one| one.outcome == Outcome::Failed && one.rows.is_empty()),
            "{receipts:?}"
        );
    }
}

#[tokio::test]
async fn a_wrong_secret_is_a_sentence_and_wrong_numbers_are_no_counts() {
    let fake =
        World::new(30, 5).alone(|asked| asked.path.ends_with("/count").then(|| Reply::json(&json!(-7))));
    let desk = Desk::new().await;
    let error = desk.look(&at(&desk, (&fake.address, &fake.address), "wrong")).await.unwrap_err().to_string();
    assert!(error.contains("Invalid client credentials") && !error.contains("canary"), "{error}");
    let source = at(&desk, (&fake.address, &fake.address), SECRET);
    assert_eq!(desk.look(&source).await.unwrap().counts, []);
    assert_eq!(by_class(&desk.pull(&source).await.unwrap())[&Some(Class::Human)], 30);
}

#[tokio::test]
async fn a_busy_server_is_asked_again_and_no_row_is_lost() {
    let busy = std::sync::atomic::AtomicUsize::new(0);
    let fake = World::new(30, 5).alone(move |asked| {
        let is_first =
            asked.path.ends_with("/users") && busy.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 0;
        is_first.then(|| Reply::with(429, &json!({})).header("retry-after", "0"))
    });
    let desk = Desk::new().await;
    let pulled = desk.pull(&at(&desk, (&fake.address, &fake.address), SECRET)).await.unwrap();
    assert_eq!(by_class(&pulled)[&Some(Class::Human)], 30);
    assert_eq!(pulled.manifest.asked.iter().map(|one| one.again).sum::<u64>(), 1);
}
