//! Objects as systems send them, read leniently: what has another type than its description says counts as not told.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::model::inventory::Fact;

/// One object of JSON.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct Object(Map<String, Value>);

impl Object {
    /// Takes over an object; `None` for any other value.
    pub fn of(value: Value) -> Option<Self> {
        match value {
            Value::Object(fields) => Some(Self(fields)),
            _ => None,
        }
    }

    /// A value as it is. A dot leads into an object: `profile.email`; keys that hold a dot themselves come first.
    pub fn get(&self, path: &str) -> Option<&Value> {
        if let Some(value) = self.0.get(path) {
            return Some(value).filter(|value| !value.is_null());
        }
        let (first, rest) = path.split_once('.')?;
        rest.split('.')
            .try_fold(self.0.get(first)?, |value, key| value.get(key))
            .filter(|value| !value.is_null())
    }

    /// A text that says anything; numbers are taken as they are written.
    pub fn text(&self, path: &str) -> Option<String> {
        text(self.get(path)?)
    }

    /// A yes or no, also where it is written as text.
    pub fn flag(&self, path: &str) -> Fact<bool> {
        match self.get(path) {
            Some(Value::Bool(is)) => Fact::Known(*is),
            Some(Value::String(word)) => word.to_lowercase().parse().map_or(Fact::Hidden, Fact::Known),
            _ => Fact::Hidden,
        }
    }

    /// A whole number that is not below zero, also where it is written as text.
    pub fn number(&self, path: &str) -> Option<u64> {
        match self.get(path)? {
            Value::String(word) => word.trim().parse().ok(),
            other => other.as_u64(),
        }
    }

    /// A time: as RFC 3339 has it, or in seconds of the epoch. Not told where it is missing or no time.
    pub fn time(&self, path: &str) -> Fact<Timestamp> {
        self.get(path).and_then(time).map_or(Fact::Hidden, Fact::Known)
    }

    /// A time that the system writes down as nothing where it is "never"; not told where the key is missing too.
    pub fn time_or_null(&self, key: &str) -> Fact<Timestamp> {
        if self.0.contains_key(key) { self.time_or_never(key) } else { Fact::Hidden }
    }

    /// A time that the system always tells: missing, it is "never".
    pub fn time_or_never(&self, path: &str) -> Fact<Timestamp> {
        if self.get(path).is_some() { self.time(path) } else { Fact::Absent }
    }

    /// The objects of a list; `None` where there is no list.
    pub fn objects(&self, path: &str) -> Option<Vec<Self>> {
        let Value::Array(listed) = self.get(path)? else { return None };
        Some(listed.iter().cloned().filter_map(Self::of).collect())
    }

    /// The texts of a list; `None` where there is no list.
    pub fn texts(&self, path: &str) -> Option<Vec<String>> {
        let Value::Array(listed) = self.get(path)? else { return None };
        Some(listed.iter().filter_map(text).collect())
    }

    /// An object in it.
    pub fn object(&self, path: &str) -> Option<Self> {
        Self::of(self.get(path)?.clone())
    }

    /// Takes a value out of it.
    pub fn take(&mut self, key: &str) -> Option<Value> {
        self.0.remove(key)
    }

    /// Its keys with their values.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }
}

fn text(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    Some(text).filter(|text| !text.is_empty())
}

/// Times in milliseconds of the epoch are at least this large: 10^11 seconds are three thousand years.
const MILLISECONDS: i64 = 100_000_000_000;

fn time(value: &Value) -> Option<Timestamp> {
    match value {
        Value::String(text) => text.trim().parse().ok(),
        Value::Number(number) => {
            let at = number.as_i64()?;
            if at >= MILLISECONDS { Timestamp::from_millisecond(at) } else { Timestamp::from_second(at) }.ok()
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn object(value: Value) -> Object {
        Object::of(value).unwrap()
    }

    #[test]
    fn other_types_than_expected_are_read_as_far_as_they_say_something() {
        let odd = object(json!({
            "id": 7, "active": "False", "name": null, "at": "yesterday", "epoch": 1_767_225_600, "ms": 1_767_225_600_000_i64,
            "profile": {"mail": " a@x.example ", "deep": {"er": true}}, "@odata.count": "12", "n": -1,
            "list": [{"id": "a"}, null, "b", 3, {"id": "c"}],
        }));
        assert_eq!(odd.text("id").as_deref(), Some("7"));
        assert_eq!(
            (odd.flag("active"), odd.flag("profile.deep.er")),
            (Fact::Known(false), Fact::Known(true))
        );
        assert_eq!((odd.text("name"), odd.time("at"), odd.number("n")), (None, Fact::Hidden, None));
        assert_eq!(odd.text("profile.mail").as_deref(), Some("a@x.example"));
        assert_eq!((odd.number("@odata.count"), odd.number("id")), (Some(12), Some(7)));
        let new_year: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        assert_eq!((odd.time("epoch"), odd.time("ms")), (Fact::Known(new_year), Fact::Known(new_year)));
        assert_eq!((odd.time_or_never("at"), odd.time_or_never("none")), (Fact::Hidden, Fact::Absent));
        assert_eq!((odd.time_or_null("name"), odd.time_or_null("none")), (Fact::Absent, Fact::Hidden));
        assert_eq!(odd.objects("list").unwrap().len(), 2);
        assert_eq!(odd.texts("list").unwrap(), ["b", "3"]);
        assert_eq!((odd.objects("profile"), odd.texts("none")), (None, None));
    }

    proptest! {
        #[test]
        fn paths_lead_only_where_objects_are(path in "[a-b.]{0,5}", word in "[ -~]{1,6}") {
            let nested = object(json!({"a": {"b": word}, "b": [1], "a.b.": 2}));
            let found = nested.text(&path);
            if path == "a.b" {
                let word = word.trim();
                prop_assert_eq!(found.as_deref(), Some(word).filter(|word| !word.is_empty()));
            } else if path != "a.b." {
                prop_assert_eq!(found, None);
            }
        }
    }
}
