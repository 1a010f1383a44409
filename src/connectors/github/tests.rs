//! From objects to records, with the odd ones among them.

use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::apps::Apps;
use super::evidence::Evidence;
use super::people::{People, Standing};
use super::rights::{Rights, Shown};
use crate::connectors::listing::{Made, Object};
use crate::model::SourceId;
use crate::model::inventory::{Account, Class, Credential, Fact, Grant, Record, SecondFactor};

fn object(value: Value) -> Object {
    Object::of(value).unwrap()
}

fn source() -> SourceId {
    SourceId::new("github:acme")
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn now() -> Timestamp {
    at("2026-11-29T00:00:00Z")
}

fn accounts(made: &Made) -> Vec<&Account> {
    made.records.iter().filter_map(Record::account).collect()
}

fn grants(made: &Made) -> Vec<&Grant> {
    made.records.iter().filter_map(Record::grant).collect()
}

fn credentials(made: &Made) -> Vec<&Credential> {
    made.records.iter().filter_map(Record::credential).collect()
}

/// What the grants give, and where.
fn held(made: &Made) -> Vec<(&str, &str)> {
    grants(made)
        .into_iter()
        .map(|one| (one.entitlement.as_str(), one.resource.as_deref().unwrap_or("")))
        .collect()
}

fn people() -> People {
    let mut people = People::new(source());
    let mut made = Made::default();
    for (standing, user) in [
        (Standing::Outside, json!({"id": 3, "login": "olga", "type": "User"})),
        (Standing::Owner, json!({"id": 1, "login": "Anna", "type": "User", "email": "Anna@Acme.example"})),
        (Standing::Member, json!({"id": 2, "login": "deploy-bot", "type": "User"})),
        (Standing::Member, json!({"id": 1, "login": "Anna", "type": "User"})),
        (Standing::Member, json!({"login": "nobody"})),
    ] {
        people.take(standing, &object(user), &mut made);
    }
    let reasons: Vec<_> = made.refusals.iter().map(|one| one.reason.as_str()).collect();
    assert_eq!(reasons, ["it came twice and counts once", "it has no id"]);
    people
}

#[test]
fn people_are_told_by_their_kind_and_second_factors_by_who_has_none() {
    let mut people = people();
    let evidence = Evidence::new(now());
    let account = |people: &People, login: &str| people.account(people.called(login).unwrap(), &evidence);
    let anna = account(&people, "anna");
    assert_eq!((anna.id.as_str(), anna.name.as_str()), ("user:1", "Anna"));
    assert_eq!(anna.aliases, ["anna@acme.example"]);
    assert_eq!(
        (anna.class, anna.is_guest, anna.second_factor),
        (Fact::Known(Class::Human), Fact::Known(false), Fact::Hidden)
    );
    people.unsafe_members = Some(["user:2".to_owned()].into());
    assert_eq!(account(&people, "anna").second_factor, Fact::Known(SecondFactor::Any));
    let bot = account(&people, "deploy-bot");
    assert_eq!((bot.second_factor, bot.suspected.unwrap().class), (Fact::Absent, Class::Machine));
    let olga = account(&people, "olga");
    assert_eq!(
        (olga.is_guest, olga.second_factor),
        (Fact::Known(true), Fact::Hidden),
        "nothing tells of outsiders"
    );
    people.requires_factor = true;
    assert_eq!(account(&people, "olga").second_factor, Fact::Known(SecondFactor::Any));
}

#[test]
fn rights_that_were_not_read_are_held_as_unknown_ones_and_an_owner_needs_none() {
    let people = people();
    let belongs = |login: &str, base: Option<&str>, shown: Shown| {
        let mut made = Made::default();
        Rights::new(source(), "acme").belongs(people.called(login).unwrap(), base, shown, &mut made);
        made
    };
    let (none, all) = (Shown::default(), Shown { roles: true, repositories: true });
    assert_eq!(held(&belongs("anna", Some("read"), none)), [("owner", "org:acme")]);
    let member = belongs("deploy-bot", Some("write"), none);
    assert_eq!(
        held(&member),
        [
            ("member", "org:acme"),
            ("repo:write", "acme/*"),
            ("repositories:not-shown", ""),
            ("organization-roles:not-shown", "")
        ]
    );
    assert_eq!(grants(&member)[1].via, ["base permission"]);
    assert_eq!(held(&belongs("deploy-bot", Some("none"), all)), [("member", "org:acme")]);
    let untold = belongs("deploy-bot", None, all);
    assert_eq!(held(&untold), [("member", "org:acme"), ("repositories:not-shown", "")]);
    assert_eq!(held(&belongs("olga", Some("read"), all)), [("outside_collaborator", "org:acme")]);
}

#[test]
fn roles_and_repositories_are_held_by_teams_and_directly() {
    let people = people();
    let mut rights = Rights::new(source(), "acme");
    let role = object(json!({"id": 9, "name": "ops", "base_role": "maintain"}));
    let holder =
        json!({"id": 2, "login": "deploy-bot", "assignment": "mixed", "inherited_from": [{"name": "core"}]});
    let mut made = Made::default();
    rights.role(&role, &object(holder), &people, &mut made);
    rights.role(&role, &object(json!({"id": 99, "login": "stranger"})), &people, &mut made);
    assert_eq!(
        held(&made),
        [("ops", "org:acme"), ("repo:maintain", "acme/*"), ("ops", "org:acme"), ("repo:maintain", "acme/*")]
    );
    let ways: Vec<_> = grants(&made).iter().map(|one| one.via.join(" > ")).collect();
    assert_eq!(ways, ["team core", "team core > role ops", "", "role ops"]);
    assert!(made.refusals[0].reason.contains("in no list of people"));

    let repositories = [
        json!({"full_name": "acme/web", "permissions": {"pull": true, "push": true}, "role_name": "write"}),
        json!({"full_name": "acme/api", "permissions": {"pull": true, "push": true}, "role_name": "deployer"}),
    ]
    .map(object);
    let mut made = Made::default();
    let members = [object(json!({"id": 2})), object(json!({"id": 77}))];
    rights.team(&object(json!({"name": "core"})), (&members, &repositories), &people, &mut made);
    assert_eq!(
        held(&made),
        [("repo-role:deployer", "acme/api"), ("repo:write", "selected: acme/web, acme/api")]
    );

    for place in 0..10 {
        let user = json!({"id": 3, "permissions": {"admin": true, "pull": true}, "role_name": "admin"});
        rights.collaborator(&format!("acme/r{place}"), &object(user), &people, &mut made);
    }
    let mut made = Made::default();
    rights.finish(&mut made);
    let all = held(&made);
    assert_eq!((all.len(), all[0].0), (1, "repo:admin"));
    assert!(all[0].1.starts_with("selected: acme/r0, ") && all[0].1.ends_with(" and 2 more"), "{}", all[0].1);
}

#[test]
fn apps_hold_their_permissions_and_those_of_the_catalogue_are_ai() {
    let (mut apps, mut rights) = (Apps::new(source(), now()), Rights::new(source(), "acme"));
    let mut evidence = Evidence::new(now());
    evidence.used("coderabbitai[bot]", at("2026-11-20T00:00:00Z"));
    let app = json!({
        "id": 7, "app_id": 70, "app_slug": "coderabbitai", "repository_selection": "selected", "suspended_at": null,
        "created_at": "2025-01-01T00:00:00Z", "permissions": {"contents": "write", "members": "read", "checks": "none"},
    });
    let mut made = Made::default();
    apps.app(&object(app), (&mut rights, &evidence), &mut made);
    let account = accounts(&made)[0];
    assert_eq!((account.id.as_str(), account.class), ("app:70", Fact::Known(Class::Ai)));
    assert_eq!((account.class_rule.as_str(), account.is_enabled), ("catalogue.id/1", Fact::Known(true)));
    assert_eq!(account.last_seen, Fact::Known(at("2026-11-20T00:00:00Z")));
    assert_eq!(held(&made), [("contents:write", "selected"), ("members:read", "org:acme")]);
    assert!(made.records.iter().any(|one| matches!(one, Record::Tool(_))));
    assert!(made.records.iter().any(|one| matches!(one, Record::Agent(one) if !one.is_registered)));

    let mut made = Made::default();
    let app = json!({"app_id": 71, "app_slug": "acme-ci", "suspended_at": "2026-01-01T00:00:00Z"});
    apps.app(&object(app), (&mut rights, &evidence), &mut made);
    let account = accounts(&made)[0];
    assert_eq!((account.class, account.is_enabled), (Fact::Known(Class::Machine), Fact::Known(false)));
    assert_eq!(
        held(&made),
        [("app-permissions:not-shown", "all")],
        "without permissions nothing tells what it may do"
    );
}

#[test]
fn the_coding_agent_is_one_identity_for_each_repository_and_known_by_its_tokens() {
    let (mut apps, mut rights) = (Apps::new(source(), now()), Rights::new(source(), "acme"));
    let evidence = Evidence::new(now());
    apps.tells_agents = true;
    let mut made = Made::default();
    let app = json!({"app_id": 1, "app_slug": "copilot-swe-agent", "permissions": {"contents": "write"}});
    apps.app(&object(app), (&mut rights, &evidence), &mut made);
    assert_eq!(accounts(&made).len(), 0, "it acts in repositories, each by itself");
    for repository in [
        json!({"id": 5, "full_name": "acme/web"}),
        json!({"id": 6, "full_name": "acme/old", "archived": true}),
        json!({"id": 5, "full_name": "acme/web"}),
    ] {
        apps.coding_agent(&object(repository), (&mut rights, &evidence), &mut made);
    }
    let all = accounts(&made);
    assert_eq!((all.len(), made.refusals.len()), (1, 1));
    let subject = "oidc:token.actions.githubusercontent.com#repo:acme/web:environment:copilot";
    assert_eq!(
        (all[0].class, all[0].aliases.as_slice()),
        (Fact::Known(Class::Ai), &[subject.to_owned()][..])
    );
    assert_eq!(held(&made), [("contents:write", "acme/web")]);
    assert_eq!(grants(&made)[0].via, ["app copilot-swe-agent"]);
    let mut made = Made::default();
    apps.finish((&mut rights, &evidence), &mut made);
    assert!(accounts(&made).is_empty() && matches!(made.records.as_slice(), [Record::Tool(_)]), "{made:?}");

    // Without a repository in which it works it is an app like others.
    let mut apps = Apps::new(source(), now());
    apps.tells_agents = true;
    let app = json!({"app_id": 1, "app_slug": "copilot-swe-agent", "permissions": {"contents": "write"}});
    apps.app(&object(app), (&mut rights, &evidence), &mut made);
    apps.finish((&mut rights, &evidence), &mut made);
    assert_eq!((accounts(&made).len(), accounts(&made)[0].class), (1, Fact::Known(Class::Ai)));
}

#[test]
fn keys_and_tokens_say_never_apart_from_nothing() {
    let (mut apps, mut rights) = (Apps::new(source(), now()), Rights::new(source(), "acme"));
    let mut made = Made::default();
    let key = json!({"id": 4, "title": "ci", "read_only": false, "created_at": "2024-01-01T00:00:00Z",
                     "added_by": "anna", "last_used": null, "enabled": true});
    apps.deploy_key("acme/web", &object(key), &mut rights, &mut made);
    apps.deploy_key("acme/web", &object(json!({"id": 5, "read_only": true})), &mut rights, &mut made);
    let used: Vec<_> = credentials(&made).iter().map(|one| (one.last_used, one.is_active)).collect();
    assert_eq!(used, [(Fact::Absent, Fact::Known(true)), (Fact::Hidden, Fact::Hidden)]);
    assert_eq!(held(&made), [("contents:write", "acme/web"), ("contents:read", "acme/web")]);
    assert_eq!(accounts(&made)[0].owner, Fact::Known("anna".to_owned()));

    let people = people();
    let mut evidence = Evidence::new(now());
    let mut made = Made::default();
    let token = json!({"id": 1, "token_id": 11, "owner": {"id": 1, "login": "Anna"}, "token_expired": false,
                       "token_expires_at": null, "token_last_used_at": "2026-11-01T00:00:00Z"});
    people.token(&object(token), &mut evidence, &mut made);
    people.token(&object(json!({"id": 2, "owner": {"id": 88}})), &mut evidence, &mut made);
    let key = json!({"login": "anna", "credential_id": 5, "credential_type": "SSH key", "credential_accessed_at": null});
    people.authorised(&object(key), &mut evidence, &mut made);
    people.authorised(&object(json!({"login": "gone", "credential_id": 6})), &mut evidence, &mut made);
    let told: Vec<_> = credentials(&made).iter().map(|one| (one.account.as_str(), one.expires)).collect();
    assert_eq!(told, [("user:1", Fact::Absent), ("user:1", Fact::Absent)]);
    assert_eq!((made.refusals.len(), evidence.last("anna").is_told()), (2, true));
}

/// Any value, and often one that GitHub has at this place.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-3_i64..4).prop_map(Value::from),
        prop::sample::select(vec![
            "User",
            "write",
            "selected",
            "acme/web",
            "2026-01-01T00:00:00Z",
            "\u{1b}[2J"
        ])
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        let keys = prop::sample::select(vec!["id", "login", "name", "contents", "push", "pull"]);
        let pairs = prop::collection::vec((keys, inner.clone()), 0..3);
        let object = pairs.prop_map(|pairs| {
            Value::Object(pairs.into_iter().map(|(key, one)| (key.to_owned(), one)).collect())
        });
        prop_oneof![prop::collection::vec(inner, 0..3).prop_map(Value::from), object]
    })
}

fn anything() -> impl Strategy<Value = Object> {
    let keys = prop::sample::select(vec![
        "id",
        "login",
        "type",
        "email",
        "app_id",
        "app_slug",
        "permissions",
        "suspended_at",
        "full_name",
        "archived",
        "title",
        "read_only",
        "owner",
        "token_id",
        "credential_id",
        "assignment",
        "inherited_from",
        "role_name",
        "name",
    ]);
    prop::collection::vec((keys, value()), 0..8).prop_map(|pairs| {
        let fields: Map<String, Value> = pairs.into_iter().map(|(key, one)| (key.to_owned(), one)).collect();
        object(Value::Object(fields))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn whatever_is_sent_is_a_record_or_is_named(objects in prop::collection::vec(anything(), 0..10)) {
        let (mut people, mut apps) = (People::new(source()), Apps::new(source(), now()));
        let (mut rights, mut evidence) = (Rights::new(source(), "acme"), Evidence::new(now()));
        let mut named = 0;
        for one in &objects {
            let mut made = Made::default();
            people.take(Standing::Member, one, &mut made);
            named += made.refusals.len();
        }
        prop_assert_eq!(people.all.len() + named, objects.len());
        for one in &objects {
            for kind in 0..5 {
                let mut made = Made::default();
                match kind {
                    0 => apps.app(one, (&mut rights, &evidence), &mut made),
                    1 => apps.deploy_key("acme/web", one, &mut rights, &mut made),
                    2 => people.token(one, &mut evidence, &mut made),
                    3 => people.authorised(one, &mut evidence, &mut made),
                    _ => rights.collaborator("acme/web", one, &people, &mut made),
                }
                let things = accounts(&made).len().max(credentials(&made).len());
                prop_assert!(things + made.refusals.len() == 1 || kind == 4, "{:?}", made);
                // Nobody holds anything whom no list shows.
                for grant in grants(&made) {
                    prop_assert!(accounts(&made).iter().any(|account| account.id == grant.account));
                }
            }
        }
    }
}
