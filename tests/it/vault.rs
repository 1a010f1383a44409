//! Vault: a server by others, one of our own making behind the vendor's description, and answers that no description has.

use std::collections::BTreeMap;
use std::time::Instant;

use serde_json::json;
use trueup::config::Source;
use trueup::connectors::REGISTRY;
use trueup::model::inventory::{Class, Record};
use trueup::model::pull::{Lack, Outcome};

use crate::kit;
use crate::live::{Desk, by_class, requests, source, why};
use crate::systems::fake::Reply;
use crate::systems::vault::{Server, TOKEN, World};

fn at(desk: &Desk, address: &str, more: &[(&str, &str)]) -> Source {
    let token = desk.secret("token", TOKEN);
    let mut values = vec![("address", address), ("token", token.as_str())];
    values.extend(more);
    source("secrets", "vault", &values)
}

#[tokio::test]
async fn a_server_is_pulled_whole_and_counted_before() {
    let (people, services) = kit::volume();
    let Some(prism) = World::new(people, services).described() else { return };
    let desk = Desk::new().await;
    let source = at(&desk, &prism.address, &[]);
    let told = desk.look(&source).await.unwrap();
    let counts: BTreeMap<_, _> = told.counts.iter().map(|(word, count)| (word.as_str(), *count)).collect();
    assert_eq!((counts["role of approle"], counts["entities"]), (services as u64, people as u64));
    let begun = Instant::now();
    let pulled = desk.pull(&source).await.unwrap();
    // One user of the server's own is in no entity.
    let expected = [(Some(Class::Human), people + 1), (Some(Class::Machine), services)];
    assert_eq!(by_class(&pulled), expected.into());
    let reads = pulled.records.iter().filter(|one| {
        matches!(one, Record::Grant(one) if one.entitlement == "reader" && one.action.as_deref() == Some("read"))
    });
    assert_eq!(reads.count(), services);
    let asked = requests(&pulled.manifest);
    eprintln!("vault: {people} people, {services} services: {asked} requests, {:?}", begun.elapsed());
    assert!(asked <= services as u64 + 40, "{asked}: one for each role, which no list tells");
}

#[tokio::test]
async fn entities_groups_and_tokens_are_asked_for_where_that_is_chosen() {
    let fake = World::new(10, 5).alone(|_| None);
    let desk = Desk::new().await;
    let secret = desk.secret("secret", "canary-secret");
    let values = [
        ("address", fake.address.as_str()),
        ("role-id", "r"),
        ("secret-id", secret.as_str()),
        ("entities", "yes"),
        ("tokens", "yes"),
        ("namespace", "team-a/"),
    ];
    let pulled = desk.pull(&source("secrets", "vault", &values)).await.unwrap();
    let counts = by_class(&pulled);
    assert_eq!((counts[&Some(Class::Human)], counts[&Some(Class::Machine)], counts[&None]), (11, 5, 1));
    let by_group =
        pulled.records.iter().filter(|one| matches!(one, Record::Grant(one) if one.via == ["group ops"]));
    assert_eq!(by_group.count(), 2);
    assert_eq!(pulled.records.iter().filter(|one| matches!(one, Record::Credential(_))).count(), 2);
    let asked = fake.asked();
    assert!(
        asked.iter().all(|one| one.headers.get("x-vault-namespace").map(String::as_str) == Some("team-a"))
    );
    assert_eq!(asked.iter().filter(|one| one.path.ends_with("/login")).count(), 1);
    assert!(asked.iter().any(|one| one.method == "LIST"));
    assert!(asked.iter().all(|one| !one.path.contains("/secret/")), "no secret is asked for");
}

#[tokio::test]
async fn what_a_reader_may_not_see_is_named_and_the_rest_is_pulled() {
    for (path, sight, people, machines) in [
        ("/v1/sys/auth", "Roles of auth methods", 10, 0),
        ("/v1/auth/approle/role", "Roles of auth methods", 11, 0),
        ("/v1/identity/entity/id", "Entities", 1, 5),
        ("/v1/sys/policies/acl", "What policies allow", 11, 5),
    ] {
        let refusal = Reply::with(403, &json!({"errors": ["1 error occurred:\n\t* permission denied\n\n"]}));
        let fake = World::new(10, 5).alone(move |asked| (asked.path == path).then(|| refusal.clone()));
        let desk = Desk::new().await;
        let source = at(&desk, &fake.address, &[]);
        assert_eq!(why(&desk.look(&source).await.unwrap(), sight), Some(Lack::Forbidden), "{path}");
        let pulled = desk.pull(&source).await.unwrap();
        assert_eq!(why(&pulled.manifest.preflight, sight), Some(Lack::Forbidden), "{path}");
        let counts = by_class(&pulled);
        let count = |class| counts.get(&Some(class)).copied().unwrap_or(0);
        assert_eq!((count(Class::Human), count(Class::Machine)), (people, machines), "{path}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_the_way_in_is_a_sentence() {
    let desk = Desk::new().await;
    let fake = World::new(1, 1).alone(|_| None);
    let token = desk.secret("other", "hvs.ended");
    let ended = source("secrets", "vault", &[("address", &fake.address), ("token", &token)]);
    let secret = desk.secret("secret", "wrong");
    let wrong = [("address", fake.address.as_str()), ("role-id", "r"), ("secret-id", secret.as_str())];
    let wrong = source("secrets", "vault", &wrong);
    let sealed = World::new(1, 1).alone(|_| Some(Reply::with(503, &json!({"errors": ["Vault is sealed"]}))));
    let sealed = at(&desk, &sealed.address, &[]);
    let cases = [
        (ended, "does not accept the token: 2 errors occurred:"),
        (wrong, "invalid role or secret ID"),
        (sealed, "it is sealed"),
    ];
    for (source, words) in cases {
        let error = desk.pull(&source).await.unwrap_err().to_string();
        assert!(error.contains(words) && !error.contains("hvs."), "{words}: {error}");
    }
    assert!(desk.receipts().await.iter().all(|one| one.outcome == Outcome::Failed && one.rows.is_empty()));
}

#[tokio::test]
async fn a_quota_is_waited_for_and_a_token_that_ends_in_the_middle_keeps_nothing() {
    let busy = std::sync::atomic::AtomicUsize::new(0);
    let fake = World::new(10, 5).alone(move |asked| {
        let is_first =
            asked.path.ends_with("/batch-3") && busy.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 0;
        is_first.then(|| {
            Reply::with(429, &json!({"errors": ["request path: rate limit quota exceeded"]}))
                .header("retry-after", "0")
        })
    });
    let desk = Desk::new().await;
    let pulled = desk.pull(&at(&desk, &fake.address, &[])).await.unwrap();
    assert_eq!(by_class(&pulled)[&Some(Class::Machine)], 5);
    assert_eq!(pulled.manifest.asked.iter().map(|one| one.again).sum::<u64>(), 1);
    let fake = World::new(10, 5).alone(|asked| {
        asked.path.ends_with("/batch-3").then(|| Reply::with(403, &json!({"errors": ["permission denied"]})))
    });
    let desk = Desk::new().await;
    let pulled = desk.pull(&at(&desk, &fake.address, &[])).await.unwrap();
    let hidden = pulled.records.iter().filter(|one| {
        matches!(one, Record::Grant(one) if one.entitlement == "policies:not-shown" && one.account.ends_with("batch-3"))
    });
    assert_eq!(hidden.count(), 1, "a role that is not shown holds something unknown");
}

/// The policy that is printed for readers.
fn permit() -> &'static str {
    let spec = REGISTRY.iter().find(|spec| spec.id == "vault").unwrap();
    spec.permits[0].text
}

#[tokio::test]
async fn a_server_by_others_shows_its_roles_to_a_token_and_to_an_approle() {
    let Some(server) = Server::start().await else { return };
    server
        .send("sys/policy/reader", json!({"policy": "path \"secret/*\" {\n  capabilities = [\"read\"]\n}\n"}))
        .await;
    server.send("sys/policy/trueup", json!({"policy": permit()})).await;
    server.send("sys/auth/approle", json!({"type": "approle"})).await;
    for at in 0..30 {
        server.send(&format!("auth/approle/role/batch-{at}"), json!({"token_policies": "reader"})).await;
    }
    server.send("auth/approle/role/trueup", json!({"token_policies": "trueup"})).await;
    let role =
        server.get("auth/approle/role/trueup/role-id").await["data"]["role_id"].as_str().unwrap().to_owned();
    let made = server.send("auth/approle/role/trueup/secret-id", json!({})).await;
    let desk = Desk::new().await;
    let (root, secret) = (desk.secret("root", &server.root), made["data"]["secret_id"].as_str().unwrap());
    let secret = desk.secret("secret-id", secret);
    let address = ("address", server.address.as_str());
    for values in [vec![address, ("token", &root)], vec![address, ("role-id", &role), ("secret-id", &secret)]]
    {
        let pulled = desk.pull(&source("secrets", "vault", &values)).await.unwrap();
        assert_eq!(by_class(&pulled)[&Some(Class::Machine)], 31);
    }
    let wrong = desk.secret("wrong", "no-token");
    assert!(desk.pull(&source("secrets", "vault", &[address, ("token", &wrong)])).await.is_err());
}
