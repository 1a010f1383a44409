//! From objects to records, with the odd ones among them.

use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::records::{Mapping, Role};
use crate::connectors::listing::{Made, Object};
use crate::model::SourceId;
use crate::model::inventory::{Account, Class, CredentialKind, Fact, Record, SecondFactor};

fn object(value: Value) -> Object {
    Object::of(value).unwrap()
}

fn mapping() -> Mapping {
    Mapping::new(SourceId::new("keycloak:id.example.com/acme"), "2026-11-29T00:00:00Z".parse().unwrap())
}

fn accounts(made: &Made) -> Vec<&Account> {
    made.records.iter().filter_map(Record::account).collect()
}

fn role() -> Role {
    Role { id: "ops".to_owned(), place: String::new(), is_admin: Fact::Known(false) }
}

#[test]
fn clients_with_service_accounts_are_machines_and_the_rest_are_not_identities() {
    let mut mapping = mapping();
    let at: Timestamp = "2026-11-20T00:00:00Z".parse().unwrap();
    let login =
        json!({"type": "CLIENT_LOGIN", "clientId": "batch", "userId": "u9", "time": at.as_millisecond()});
    mapping.event(&object(login));
    let mut made = Made::default();
    for client in [
        json!({"id": "1", "clientId": "batch", "enabled": true, "serviceAccountsEnabled": true, "secret": "canary",
               "clientAuthenticatorType": "client-secret",
               "attributes": {"client.secret.creation.time": "1735689600", "client.secret.expiration.time": "0"}}),
        json!({"id": "2", "clientId": "portal", "serviceAccountsEnabled": false, "publicClient": true}),
        json!({"id": "3", "clientId": "claude", "serviceAccountsEnabled": true, "redirectUris": ["https://claude.ai/cb"],
               "clientAuthenticatorType": "federated-jwt"}),
        json!({"id": "4", "clientId": "hidden"}),
        json!({"id": "1", "clientId": "batch", "serviceAccountsEnabled": true}),
    ] {
        mapping.client(&object(client), &mut made);
    }
    let all = accounts(&made);
    assert_eq!(all.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["batch", "claude"]);
    assert_eq!((all[0].class, all[1].class), (Fact::Known(Class::Machine), Fact::Known(Class::Ai)));
    assert_eq!((all[0].last_seen, all[1].last_seen), (Fact::Known(at), Fact::Hidden));
    assert_eq!((mapping.untold_clients, made.refusals.len()), (1, 1));
    let credentials: Vec<_> = made
        .records
        .iter()
        .filter_map(|one| if let Record::Credential(one) = one { Some(one) } else { None })
        .collect();
    assert_eq!((credentials.len(), credentials[0].kind), (1, CredentialKind::Secret));
    assert_eq!(credentials[0].created, Fact::Known("2025-01-01T00:00:00Z".parse().unwrap()));
    assert_eq!(credentials[0].expires, Fact::Absent);
    assert!(!format!("{made:?}").contains("canary"));
    // Its user is the same account.
    let mut made = Made::default();
    mapping.user(&object(json!({"id": "u9", "username": "service-account-batch"})), &mut made);
    mapping.holder(
        &role(),
        &object(json!({"id": "u9", "username": "service-account-batch"})),
        &[],
        &mut made,
    );
    assert!(accounts(&made).is_empty());
    assert!(
        made.records.iter().any(|one| matches!(one, Record::Grant(grant) if grant.account == "client:1"))
    );
}

#[test]
fn users_are_people_and_no_code_is_not_no_second_factor() {
    let mut mapping = mapping();
    let mut made = Made::default();
    mapping.event(&object(json!({"type": "LOGIN", "userId": "a", "time": 1_795_000_000_000_i64})));
    for user in [
        json!({"id": "a", "username": "anna", "email": "Anna@Acme.example", "emailVerified": true, "totp": true,
               "enabled": true, "createdTimestamp": 1_700_000_000_000_i64, "attributes": {"department": ["Sales"]}}),
        json!({"id": "b", "username": "ben-bot", "email": "ben@acme.example", "emailVerified": false, "totp": false}),
        json!({"username": "nobody"}),
    ] {
        mapping.user(&object(user), &mut made);
    }
    let all = accounts(&made);
    assert_eq!((all[0].aliases.as_slice(), all[1].aliases.len()), (&["anna@acme.example".to_owned()][..], 0));
    assert_eq!((all[0].second_factor, all[1].second_factor), (Fact::Known(SecondFactor::Any), Fact::Hidden));
    assert_eq!((all[0].last_seen.is_told(), all[1].last_seen), (true, Fact::Hidden));
    assert_eq!(all[0].job, Fact::Known("Sales".to_owned()));
    assert_eq!(all[1].suspected.as_ref().unwrap().class, Class::Machine);
    assert_eq!(made.refusals.len(), 1);
    let mut made = Made::default();
    mapping.holder(&role(), &object(json!({"id": "gone", "username": "gone"})), &[], &mut made);
    assert_eq!((made.records.len(), made.refusals.len()), (0, 1));
}

fn anything() -> impl Strategy<Value = Object> {
    let value = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-3_i64..4).prop_map(Value::from),
        prop::sample::select(vec!["a", "service-account-a", "client-secret", "true", "\u{1b}[2J"])
            .prop_map(Value::from),
        Just(json!({"client.secret.creation.time": "x", "department": [null, 3]})),
        Just(json!(["https://claude.ai", null, {}])),
    ];
    let keys = prop::sample::select(vec![
        "id",
        "clientId",
        "username",
        "serviceAccountsEnabled",
        "enabled",
        "attributes",
        "redirectUris",
        "email",
        "totp",
        "clientAuthenticatorType",
        "createdTimestamp",
        "time",
        "type",
        "userId",
        "name",
    ]);
    prop::collection::vec((keys, value), 0..8).prop_map(|pairs| {
        let fields: Map<String, Value> = pairs.into_iter().map(|(key, one)| (key.to_owned(), one)).collect();
        object(Value::Object(fields))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn whatever_is_sent_counts_once_or_is_named(objects in prop::collection::vec(anything(), 0..10)) {
        let mut mapping = mapping();
        for one in &objects {
            mapping.event(one);
            for is_client in [true, false] {
                let mut made = Made::default();
                if is_client { mapping.client(one, &mut made) } else { mapping.user(one, &mut made) }
                prop_assert!(accounts(&made).len() + made.refusals.len() <= 1);
            }
            let mut made = Made::default();
            mapping.holder(&role(), one, &[], &mut made);
            let grants = made.records.iter().filter(|one| matches!(one, Record::Grant(_))).count();
            prop_assert_eq!(grants + made.refusals.len(), 1);
        }
    }
}
