//! Consents begin, are used, are taken back, and are listed.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

const DAY: &str = "T10:00:00.000Z";

fn entry(day: &str, user: &str, client: &str, scopes: &[&str]) -> Object {
    let parameters = json!([
        {"name": "client_id", "value": client}, {"name": "app_name", "value": format!("App {client}")},
        {"name": "scope", "multiValue": scopes},
    ]);
    Object::of(json!({
        "id": {"time": format!("{day}{DAY}")}, "actor": {"email": user},
        "events": [{"name": "x", "parameters": parameters}],
    }))
    .unwrap()
}

fn finish(consents: Consents, use_days: i64, tells_rights: bool) -> Vec<Record> {
    let source = SourceId::new("google:C1");
    let at = "2026-11-29T00:00:00Z".parse().unwrap();
    let how = Telling { source: &source, at, use_days, tells_rights };
    let mut all = Vec::new();
    consents.finish(&how, |made| all.extend(made.records));
    all
}

fn grants(records: &[Record]) -> Vec<String> {
    let grants = records.iter().filter_map(|record| match record {
        Record::Grant(one) => Some(one),
        _ => None,
    });
    let mut lines: Vec<String> = grants
        .map(|one| {
            let used = one.last_used.known().map(ToString::to_string).unwrap_or_default();
            format!(
                "{} {} {} {used}",
                one.account,
                one.entitlement,
                one.resource.as_deref().unwrap_or_default()
            )
        })
        .collect();
    lines.sort();
    lines
}

#[test]
fn a_consent_stands_until_it_is_taken_back_and_again_when_it_is_given_anew() {
    let mut consents = Consents::default();
    let mut made = Made::default();
    consents.take(Happening::Revoked, &entry("2026-10-02", "a@x.example", "c1", &[]), &mut made);
    consents.take(Happening::Revoked, &entry("2026-10-02", "b@x.example", "c1", &[]), &mut made);
    for (day, user) in
        [("2026-10-01", "A@x.example"), ("2026-10-01", "b@x.example"), ("2026-10-03", "b@x.example")]
    {
        consents.take(Happening::Authorized, &entry(day, user, "c1", &["drive", "openid"]), &mut made);
    }
    consents.take(Happening::Used, &entry("2026-11-28", "b@x.example", "c1", &[]), &mut made);
    consents.take(Happening::Used, &entry("2026-11-28", "c@x.example", "c2", &[]), &mut made);
    let records = finish(consents, 7, true);
    assert_eq!(
        grants(&records),
        [
            "c1 drive user:b@x.example 2026-11-28T10:00:00Z",
            "c1 openid user:b@x.example 2026-11-28T10:00:00Z",
            "c2 scopes-not-told user:c@x.example 2026-11-28T10:00:00Z",
        ]
    );
    assert!(made.refusals.is_empty());
}

#[test]
fn what_a_user_lists_is_all_that_stands_of_him() {
    let mut consents = Consents::default();
    let mut made = Made::default();
    for user in ["a@x.example", "b@x.example"] {
        consents.take(Happening::Authorized, &entry("2026-11-01", user, "c1", &["drive"]), &mut made);
    }
    let tokens =
        [json!({"clientId": "c9", "displayText": "Old", "scopes": ["openid"]}), json!({"scopes": []})];
    consents.listed("A@x.example", &tokens.map(|one| Object::of(one).unwrap()), &mut made);
    let records = finish(consents, 0, true);
    assert_eq!(grants(&records), ["c1 drive user:b@x.example ", "c9 openid user:a@x.example "]);
    assert_eq!(made.refusals.len(), 1);
}

#[test]
fn known_products_are_found_by_their_ids_and_only_guessed_by_their_names() {
    let mut consents = Consents::default();
    let mut made = Made::default();
    let cli = "681255809395-oo8ft2oprdrnp9e3aqf6av3hmdib135j.apps.googleusercontent.com";
    consents.take(Happening::Authorized, &entry("2026-11-01", "a@x.example", cli, &["openid"]), &mut made);
    let mut named = entry("2026-11-02", "a@x.example", "c2", &["openid"]);
    let Some(Value::Array(mut events)) = named.take("events") else { panic!() };
    events[0]["parameters"][1]["value"] = json!("Otter.ai Notetaker");
    let mut whole = json!({"id": {"time": "2026-11-02T00:00:00Z"}, "actor": {"email": "a@x.example"}});
    whole["events"] = Value::Array(events);
    consents.take(Happening::Authorized, &Object::of(whole).unwrap(), &mut made);
    let records = finish(consents, 7, false);
    assert!(grants(&records).is_empty(), "no rights are told");
    let classes: Vec<_> = records
        .iter()
        .filter_map(|record| match record {
            Record::Account(one) => Some((one.class, one.class_rule.as_str(), one.suspected.is_some())),
            _ => None,
        })
        .collect();
    assert_eq!(
        classes,
        [
            (Fact::Known(Class::Ai), "catalogue.id/1", false),
            (Fact::Known(Class::Machine), "google.oauth-client/1", true)
        ]
    );
    let tools = records.iter().filter(|record| matches!(record, Record::Tool(_))).count();
    assert_eq!(tools, 2);
}

#[test]
fn an_old_consent_tells_of_no_end_where_the_log_of_uses_is_short() {
    for (use_days, is_told) in [(7, false), (120, true)] {
        let mut consents = Consents::default();
        consents.take(
            Happening::Authorized,
            &entry("2026-07-01", "a@x.example", "c", &["x"]),
            &mut Made::default(),
        );
        let records = finish(consents, use_days, true);
        let Some(Record::Account(app)) = records.first() else { panic!("{records:?}") };
        assert_eq!(app.last_seen.is_told(), is_told, "{use_days}");
    }
}

#[test]
fn delegation_is_for_everybody_until_it_ends() {
    let event = |day: &str, client: &str| {
        let parameters = json!([{"name": "API_CLIENT_NAME", "value": client}, {"name": "API_SCOPES", "value": "drive,openid"}]);
        let whole = json!({"id": {"time": format!("{day}{DAY}")}, "events": [{"parameters": parameters}]});
        Object::of(whole).unwrap()
    };
    let (mut consents, mut made) = (Consents::default(), Made::default());
    consents.take(Happening::Undelegated, &event("2026-11-03", "1"), &mut made);
    consents.take(Happening::Delegated, &event("2026-11-02", "1"), &mut made);
    consents.take(Happening::Delegated, &event("2026-11-02", "2"), &mut made);
    let records = finish(consents, 7, true);
    assert_eq!(grants(&records), ["2 drive domain-wide-delegation ", "2 openid domain-wide-delegation "]);
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[a-c@\u{1b}]{0,3}".prop_map(Value::from),
        Just(json!("2026-11-01T00:00:00Z")),
        Just(json!([{"parameters": [{"name": "client_id", "value": "c"}]}])),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        let keys = prop::sample::select(vec![
            "id",
            "time",
            "actor",
            "email",
            "profileId",
            "events",
            "parameters",
            "name",
            "value",
            "multiValue",
        ]);
        let pairs = prop::collection::vec((keys, inner.clone()), 0..5);
        let object = pairs.prop_map(|pairs| {
            Value::Object(pairs.into_iter().map(|(key, one)| (key.to_owned(), one)).collect())
        });
        prop_oneof![prop::collection::vec(inner, 0..3).prop_map(Value::from), object]
    })
}

proptest! {
    #[test]
    fn whatever_the_log_holds_each_app_is_told_once(entries in prop::collection::vec(value(), 0..12)) {
        let (mut consents, mut made) = (Consents::default(), Made::default());
        let entries: Vec<Object> = entries.into_iter().filter_map(Object::of).collect();
        for (entry, what) in entries.iter().zip([Happening::Revoked, Happening::Authorized, Happening::Used].into_iter().cycle()) {
            consents.take(what, entry, &mut made);
        }
        let records = finish(consents, 7, true);
        let apps: Vec<&str> = records.iter().filter_map(|record| match record {
            Record::Account(one) => Some(one.id.as_str()),
            _ => None,
        }).collect();
        let once: BTreeSet<&str> = apps.iter().copied().collect();
        prop_assert_eq!(once.len(), apps.len());
        for record in &records {
            if let Record::Grant(one) = record {
                prop_assert!(once.contains(one.account.as_str()));
            }
        }
    }
}
