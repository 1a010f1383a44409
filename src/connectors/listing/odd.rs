//! Objects as no system should send them, for tests of whatever reads them.

use proptest::prelude::*;
use serde_json::{Map, Value};

use super::Object;

/// Any value, and often one that has some of the keys below others.
fn value(keys: &'static [&'static str]) -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[a-cA-C@.\u{1b}]{0,4}".prop_map(Value::from),
        Just(Value::from("2026-01-01T00:00:00Z")),
        prop::sample::select(&["ACTIVE", "GROUP", "CUSTOM", "ENROLLED", "agent"][..]).prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, move |inner| {
        let pairs = prop::collection::vec((prop::sample::select(keys), inner.clone()), 0..4);
        let object = pairs.prop_map(|pairs| {
            Value::Object(pairs.into_iter().map(|(key, one)| (key.to_owned(), one)).collect())
        });
        prop_oneof![prop::collection::vec(inner, 0..4).prop_map(Value::from), object]
    })
}

/// Objects with some of these keys.
pub fn object(keys: &'static [&'static str]) -> impl Strategy<Value = Object> {
    let pairs = prop::collection::vec((prop::sample::select(keys), value(keys)), 0..8);
    pairs.prop_map(|pairs| {
        let fields: Map<String, Value> = pairs.into_iter().map(|(key, one)| (key.to_owned(), one)).collect();
        Object::of(Value::Object(fields)).unwrap_or_default()
    })
}
