//! GitHub: an organisation of our own making behind the vendor's description, which judges questions and answers; and answers
//! that no description has.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use serde_json::json;
use trueup::config::Source;
use trueup::model::inventory::{Class, Fact, Record};
use trueup::model::pull::{Lack, Outcome};

use crate::kit;
use crate::live::{Desk, by_class, requests, source, why};
use crate::systems::fake::Reply;
use crate::systems::github::{NAME, Odd, TOKEN, World};
use crate::systems::prism;

fn at(desk: &Desk, address: &str, more: &[(&str, &str)]) -> Source {
    let token = desk.secret("token", TOKEN);
    let mut values = vec![("address", address), ("organization", NAME), ("token", token.as_str())];
    values.extend(more);
    source("code", "github", &values)
}

#[tokio::test]
async fn an_organisation_is_pulled_whole_and_counted_before() {
    let (people, services) = kit::volume();
    let Some(world) = World::new(people, services) else { return };
    let Some(prism) = world.described(None) else { return };
    let desk = Desk::new().await;
    let source = at(&desk, &prism.address, &[("audit-log", "yes")]);
    let told = desk.look(&source).await.unwrap();
    let counts: BTreeMap<_, _> = told.counts.iter().map(|(word, count)| (word.as_str(), *count)).collect();
    let outsiders = people / 50;
    assert_eq!((counts["owners"], counts["outside collaborators"]), (5, outsiders as u64));
    assert_eq!(counts["members"], (people - outsiders - 5) as u64);
    assert_eq!((counts["installed apps"], counts["copilot seats"]), (50, (people / 4) as u64));
    assert_eq!(counts["members without a second factor"], 7);
    assert_eq!((why(&told, "Deploy keys"), why(&told, "Last use")), (Some(Lack::NotCollected), None));

    let begun = Instant::now();
    let pulled = desk.pull(&source).await.unwrap();
    let repositories = (services - 50) / 2;
    // The app behind the coding agent is no identity beside those of its repositories.
    let expected =
        [(Some(Class::Human), people), (Some(Class::Machine), 47), (Some(Class::Ai), 2 + repositories)];
    assert_eq!(by_class(&pulled), expected.into());
    let asked = requests(&pulled.manifest);
    eprintln!("github: {people} people, {services} services: {asked} requests, {:?}", begun.elapsed());
    let pages = |rows: usize| rows.div_ceil(100) as u64;
    // Members, and the log; two lists are small, and thirty questions do not grow, those before the pull among them.
    let most = 2 * pages(people) + pages(people / 4) + pages(people / 10) + pages(repositories) + 30;
    assert!(asked <= most, "{asked} of {most}");

    let account = |name: &str| {
        pulled.records.iter().find_map(|one| match one {
            Record::Account(one) if one.name == name => Some(one),
            _ => None,
        })
    };
    assert!(account("Copilot coding agent in acme/r00000").unwrap().last_seen.is_told());
    assert_eq!(account("Copilot coding agent in acme/r00001").unwrap().last_seen, Fact::Hidden);
    assert!(account("user-7").unwrap().last_seen.is_told());
    let of_seat = pulled.records.iter().filter(|one| matches!(one, Record::Tool(one) if one.users.is_told()));
    assert_eq!(of_seat.count(), 1);
    assert_eq!(why(&pulled.manifest.preflight, "Deploy keys"), Some(Lack::NotCollected));
}

#[tokio::test]
async fn repositories_are_asked_for_keys_and_collaborators_where_that_is_chosen() {
    let Some(world) = World::new(300, 90) else { return };
    let Some(prism) = world.described(None) else { return };
    let desk = Desk::new().await;
    let source = at(&desk, &prism.address, &[("repositories", "yes")]);
    let pulled = desk.pull(&source).await.unwrap();
    let repositories = 20;
    let expected = [
        (Some(Class::Human), 300),
        (Some(Class::Machine), 47 + repositories),
        (Some(Class::Ai), 2 + repositories),
    ];
    assert_eq!(by_class(&pulled), expected.into());
    let held = |entitlement: &str| {
        pulled
            .records
            .iter()
            .filter(|one| matches!(one, Record::Grant(one) if one.entitlement == entitlement))
            .count()
    };
    assert_eq!(
        (held("repositories:not-shown"), held("organization-roles:not-shown")),
        (0, 0),
        "all was read"
    );
    // Four teams of 120 members write, and so does one outside collaborator who was let into all repositories.
    assert_eq!((held("repo:write"), held("owner"), held("Custom Role Manager")), (4 * 120 + 1, 5, 1));
    assert_eq!((held("contents:read"), held("outside_collaborator")), (repositories / 2, 6));
}

#[tokio::test]
async fn an_app_signs_in_with_its_own_key() {
    let Some(pem) = prism::rsa_key() else { return };
    let Some(prism) = World::new(60, 60).and_then(|world| world.described(None)) else { return };
    let desk = Desk::new().await;
    let key = desk.secret("key", &pem);
    let values = [
        ("address", prism.address.as_str()),
        ("organization", NAME),
        ("app", "4711"),
        ("key", &key),
        ("installation", "25381"),
    ];
    desk.pull(&source("code", "github", &values)).await.unwrap();
    let asked = prism.fake.asked();
    let desks: Vec<_> =
        asked.iter().filter(|one| one.path == "/app/installations/25381/access_tokens").collect();
    assert_eq!((desks.len(), desks[0].method.as_str()), (1, "POST"), "one token for the whole pull");
    let word = desks[0].headers["authorization"].strip_prefix("Bearer ").unwrap();
    assert_eq!(prism::is_signed(&pem, word), Some(true));
    let rest = asked.iter().filter(|one| one.method == "GET");
    assert!(rest.map(|one| &one.headers["authorization"]).all(|shown| *shown == format!("Bearer {TOKEN}")));
}

#[tokio::test]
async fn an_installation_is_looked_up_and_its_lack_is_a_sentence() {
    let Some(pem) = prism::rsa_key() else { return };
    for is_there in [true, false] {
        let odd: Odd = Arc::new(move |question, _| {
            let is_asked = question.path == "/orgs/acme/installation";
            let found = Reply::json(&json!({"id": 25381}));
            is_asked
                .then(|| if is_there { found } else { Reply::with(404, &json!({"message": "Not Found"})) })
        });
        let Some(world) = World::new(60, 60) else { return };
        let fake = world.alone(odd);
        let desk = Desk::new().await;
        let key = desk.secret("key", &pem);
        let values =
            [("address", fake.address.as_str()), ("organization", NAME), ("app", "4711"), ("key", &key)];
        let pulled = desk.pull(&source("code", "github", &values)).await;
        match pulled {
            Ok(_) => assert!(is_there),
            Err(error) => {
                assert!(!is_there && error.to_string().contains("is not installed in the organisation acme"));
            }
        }
    }
}

/// A small organisation that answers oddly.
fn odd(
    odd: impl Fn(&str, usize) -> Option<Reply> + Send + Sync + 'static,
) -> Option<crate::systems::fake::Fake> {
    Some(World::new(60, 60)?.alone(Arc::new(move |question, before| odd(&question.path, before))))
}

#[tokio::test]
async fn what_a_reader_may_not_see_is_named_and_the_rest_is_pulled() {
    // GitHub says "not found" of what it does not show, and refuses some filters like wrong words.
    let hidden: [(&str, u16, &str); 5] = [
        ("/orgs/acme/installations", 404, "Installed apps"),
        ("/orgs/acme/personal-access-tokens", 403, "Fine-grained tokens"),
        ("/orgs/acme/copilot/billing/seats", 404, "Copilot: seats"),
        ("/orgs/acme/organization-roles", 403, "Roles in the organisation"),
        ("/orgs/acme/repos", 403, "Copilot's coding agent"),
    ];
    for (path, status, sight) in hidden {
        let Some(fake) = odd(move |asked, _| {
            (asked == path).then(|| Reply::with(status, &json!({"message": "Resource not accessible"})))
        }) else {
            return;
        };
        let desk = Desk::new().await;
        let pulled = desk.pull(&at(&desk, &fake.address, &[])).await.unwrap();
        let expected = if path.ends_with("seats") { Lack::NotCollected } else { Lack::Forbidden };
        assert_eq!(why(&pulled.manifest.preflight, sight), Some(expected), "{path}");
        assert_eq!(by_class(&pulled)[&Some(Class::Human)], 60, "{path}");
    }
}

#[tokio::test]
async fn to_whom_no_outside_collaborators_are_shown_the_members_are_a_part() {
    let Some(fake) = odd(|path, _| {
        (path == "/orgs/acme/outside_collaborators").then(|| Reply::with(403, &json!({"message": "no"})))
    }) else {
        return;
    };
    let desk = Desk::new().await;
    let source = at(&desk, &fake.address, &[]);
    let told = desk.look(&source).await.unwrap();
    assert_eq!(why(&told, "Members"), Some(Lack::Forbidden));
    assert!(told.counts.iter().all(|(word, _)| word != "members"), "{:?}", told.counts);
    let pulled = desk.pull(&source).await.unwrap();
    assert_eq!(why(&pulled.manifest.preflight, "Members"), Some(Lack::Forbidden));
    assert_eq!(by_class(&pulled).get(&Some(Class::Human)), None);
    assert!(by_class(&pulled)[&Some(Class::Machine)] > 0);
}

#[tokio::test]
async fn both_limits_are_waited_for_and_no_row_is_lost() {
    let limits = [
        Reply::with(403, &json!({"message": "You have exceeded a secondary rate limit"}))
            .header("retry-after", "0"),
        Reply::with(403, &json!({"message": "API rate limit exceeded"}))
            .header("x-ratelimit-remaining", "0")
            .header("x-ratelimit-reset", "0"),
        Reply::with(429, &json!({})).header("retry-after", "0"),
    ];
    for limit in limits {
        let seen = std::sync::atomic::AtomicUsize::new(0);
        let Some(fake) = odd(move |path, _| {
            let is_first =
                path == "/orgs/acme/members" && seen.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 0;
            is_first.then(|| limit.clone())
        }) else {
            return;
        };
        let desk = Desk::new().await;
        let pulled = desk.pull(&at(&desk, &fake.address, &[])).await.unwrap();
        assert_eq!(by_class(&pulled)[&Some(Class::Human)], 60);
        assert_eq!(pulled.manifest.asked.iter().map(|one| one.again).sum::<u64>(), 1);
    }
}

#[tokio::test]
async fn what_breaks_off_keeps_nothing_and_says_why() {
    let stop = |status: u16, said: &'static str| {
        move |path: &str, _: usize| {
            (path == "/orgs/acme/installations").then(|| Reply::with(status, &json!({"message": said})))
        }
    };
    let circle = |path: &str, _: usize| {
        let link = "<https://elsewhere.example/orgs/acme/members?page=2>; rel=\"next\"";
        (path == "/orgs/acme/members").then(|| Reply::json(&json!([])).header("link", link))
    };
    let nowhere = |path: &str, _: usize| {
        (path == "/orgs/acme").then(|| Reply::with(404, &json!({"message": "Not Found"})))
    };
    let cases = [
        (odd(stop(401, "Bad credentials")), "does not accept the credentials: Bad credentials"),
        (
            odd(stop(403, "Resource protected by organization SAML enforcement")),
            "does not let the token into",
        ),
        (odd(circle), "another address, https://elsewhere.example"),
        (odd(nowhere), "shows no organisation acme"),
    ];
    for (fake, words) in cases {
        let Some(fake) = fake else { return };
        let desk = Desk::new().await;
        let error = desk.pull(&at(&desk, &fake.address, &[])).await.unwrap_err().to_string();
        assert!(error.contains(words) && !error.contains(TOKEN), "{error}");
        let receipts = desk.receipts().await;
        assert!(
            receipts.iter().all(|one| one.outcome == Outcome::Failed && one.rows.is_empty()),
            "{receipts:?}"
        );
    }
}
