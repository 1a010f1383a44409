//! From objects to records, with the odd ones among them.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::records::{Mapping, joined, method_of};
use crate::connectors::listing::{Made, Object};
use crate::model::SourceId;
use crate::model::inventory::{Account, Class, Credential, Fact, Grant, Record};

fn object(value: Value) -> Object {
    Object::of(value).unwrap()
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

/// What the grants give: the policy, the verb, the path.
fn held(made: &Made) -> Vec<(&str, &str, &str)> {
    let all = grants(made).into_iter();
    all.map(|one| {
        (one.entitlement.as_str(), one.action.as_deref().unwrap_or(""), one.resource.as_deref().unwrap_or(""))
    })
    .collect()
}

fn mapping() -> Mapping {
    let mut mapping = Mapping::new(SourceId::new("vault:vault.example.com"));
    let mut made = Made::default();
    mapping.policy(
        "reader",
        Some("path \"secret/data/*\" { capabilities = [\"read\", \"list\"] }"),
        &mut made,
    );
    mapping.policy("everything", Some("path \"*\" { capabilities = [\"sudo\", \"create\"] }"), &mut made);
    mapping.policy("default", Some(""), &mut made);
    mapping.policy("hidden", None, &mut made);
    mapping.policy("broken", Some("path \"x"), &mut made);
    assert_eq!(made.refusals.len(), 1);
    mapping
}

#[test]
fn a_role_holds_what_its_policies_allow_path_by_path() {
    let mut mapping = mapping();
    let approle = method_of("approle").unwrap();
    let role = object(json!({"token_policies": ["reader", "everything", "hidden", "gone"]}));
    let mut made = Made::default();
    mapping.role(("approle", "batch", approle), (Some(&role), None, joined("approle/", "id-1")), &mut made);
    let account = accounts(&made)[0];
    assert_eq!(
        (account.id.as_str(), account.class),
        ("auth/approle/role/batch", Fact::Known(Class::Machine))
    );
    assert_eq!(account.aliases, ["vault:approle#id-1"]);
    assert_eq!(
        held(&made),
        [
            ("reader", "read", "secret/data/*"),
            ("everything", "administer", ""),
            ("hidden", "", ""),
            ("gone", "", ""),
        ],
        "the policy that everybody has allows nothing here"
    );
    let admins: Vec<_> = made
        .records
        .iter()
        .filter_map(|one| if let Record::Entitlement(one) = one { Some(one.is_general_admin) } else { None })
        .collect();
    assert_eq!(
        admins,
        [Fact::Known(false), Fact::Known(true), Fact::Hidden, Fact::Hidden, Fact::Known(false)]
    );
    let mut made = Made::default();
    mapping.role(("approle", "dark", approle), (None, None, None), &mut made);
    assert_eq!(held(&made), [("policies:not-shown", "", "")]);
}

#[test]
fn a_role_that_trusts_one_subject_is_known_by_it() {
    let mut mapping = mapping();
    let jwt = method_of("jwt").unwrap();
    let issuer = Some("https://token.actions.githubusercontent.com");
    let subject = "repo:acme/web:environment:copilot";
    for (role, aliases) in [
        (json!({"bound_subject": subject}), 1),
        (json!({"bound_claims": {"sub": subject}}), 1),
        (json!({"bound_claims": {"sub": ["a", "b"]}}), 0),
        (json!({"bound_subject": "repo:acme/*"}), 0),
    ] {
        let mut made = Made::default();
        mapping.role(("jwt", &role.to_string(), jwt), (Some(&object(role.clone())), issuer, None), &mut made);
        let name = format!("oidc:token.actions.githubusercontent.com#{subject}");
        assert_eq!(accounts(&made)[0].aliases, vec![name; aliases], "{role}");
    }
}

#[test]
fn entities_are_people_or_workloads_by_how_they_sign_in() {
    let mut mapping = mapping();
    let mut made = Made::default();
    let alias = |kind: &str, name: &str| json!({"aliases": [{"mount_type": kind, "mount_path": "auth/x/", "name": name}]});
    let is_listed = |kind: &str| kind == "approle";
    let whole =
        object(json!({"policies": ["reader"], "disabled": true, "creation_time": "2026-01-01T00:00:00Z"}));
    let groups = [("ops".to_owned(), vec!["everything".to_owned()])];
    mapping.entity(
        ("1", &object(alias("oidc", "Anna@acme.example")), Some(&whole)),
        Some(&groups),
        is_listed,
        &mut made,
    );
    mapping.entity(("2", &object(alias("approle", "id-1")), None), None, is_listed, &mut made);
    mapping.entity(("3", &object(alias("kubernetes", "sa")), None), None, is_listed, &mut made);
    mapping.entity(("4", &Object::default(), None), None, is_listed, &mut made);
    let classes: Vec<_> = accounts(&made).iter().map(|one| (one.id.as_str(), one.class)).collect();
    let machine = Fact::Known(Class::Machine);
    assert_eq!(
        classes,
        [("entity:1", Fact::Known(Class::Human)), ("entity:3", machine), ("entity:4", Fact::Hidden)],
        "the second one is the role that is listed"
    );
    let anna = accounts(&made)[0];
    assert_eq!(anna.is_enabled, Fact::Known(false));
    assert_eq!(anna.aliases, ["anna@acme.example", "vault:x#Anna@acme.example"]);
    let of_anna: Vec<_> = grants(&made).into_iter().filter(|one| one.account == "entity:1").collect();
    assert_eq!(of_anna.len(), 3, "what a sign-in gives stays unknown");
    assert_eq!(of_anna[1].via, ["group ops"]);
}

#[test]
fn a_token_belongs_to_whom_it_was_given_or_stands_for_itself() {
    let mut mapping = mapping();
    let mut made = Made::default();
    let approle = method_of("approle").unwrap();
    mapping.role(("approle", "batch", approle), (Some(&Object::default()), None, None), &mut made);
    let mut made = Made::default();
    for token in [
        json!({"accessor": "a", "path": "auth/approle/login", "meta": {"role_name": "batch"}, "creation_time": 1_790_000_000,
               "expire_time": "2026-12-24T00:00:00Z", "id": ""}),
        json!({"accessor": "b", "display_name": "root", "policies": ["root"], "expire_time": null}),
        json!({"display_name": "nameless"}),
    ] {
        mapping.token(&object(token), &mut made);
    }
    let all: Vec<_> =
        credentials(&made).iter().map(|one| (one.account.as_str(), one.expires.is_told())).collect();
    assert_eq!(all, [("auth/approle/role/batch", true), ("token:b", true)]);
    assert_eq!(credentials(&made)[1].expires, Fact::Absent);
    assert_eq!((accounts(&made).len(), held(&made)), (1, vec![("root", "", "")]));
    assert_eq!(made.refusals.len(), 1);
}

fn anything() -> impl Strategy<Value = Object> {
    let value = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-3_i64..4).prop_map(Value::from),
        prop::sample::select(vec!["a", "reader", "auth/approle/login", "\u{1b}[2J"]).prop_map(Value::from),
        Just(json!(["reader", null, 3])),
        Just(json!([{"mount_type": "oidc", "name": 7}, {"mount_type": [], "mount_path": "auth/x/"}])),
        Just(json!({"role_name": "batch", "sub": {}})),
    ];
    let keys = prop::sample::select(vec![
        "accessor",
        "aliases",
        "bound_claims",
        "bound_subject",
        "creation_time",
        "disabled",
        "display_name",
        "entity_id",
        "expire_time",
        "meta",
        "name",
        "path",
        "policies",
        "token_policies",
    ]);
    prop::collection::vec((keys, value), 0..8).prop_map(|pairs| {
        let fields: Map<String, Value> = pairs.into_iter().map(|(key, one)| (key.to_owned(), one)).collect();
        object(Value::Object(fields))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn whatever_is_sent_counts_once_and_holds_something(objects in prop::collection::vec(anything(), 0..8)) {
        let mut mapping = mapping();
        for (at, one) in objects.iter().enumerate() {
            let name = at.to_string();
            let mut made = Made::default();
            mapping.role(("kubernetes", &name, method_of("kubernetes").unwrap()), (Some(one), None, None), &mut made);
            prop_assert_eq!(accounts(&made).len(), 1);
            let mut made = Made::default();
            mapping.entity((&name, one, Some(one)), None, |_| false, &mut made);
            prop_assert_eq!((accounts(&made).len(), held(&made).len()), (1, 1));
            let mut made = Made::default();
            mapping.token(one, &mut made);
            prop_assert_eq!(credentials(&made).len() + made.refusals.len(), 1);
        }
    }
}
