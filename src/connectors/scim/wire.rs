//! The shapes of SCIM 2.0 (RFC 7643, 7644), read leniently: whatever has another type than the standard says counts as
//! not told.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::model::inventory::Fact;

/// A page of a list.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Page {
    pub total_results: Option<u64>,
    #[serde(rename = "Resources")]
    pub resources: Option<Vec<Resource>>,
    /// Of paging by cursor (RFC 9865).
    pub next_cursor: Option<String>,
}

/// What the service can do.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ServiceProvider {
    pub pagination: Option<Pagination>,
}

/// How it parts long lists.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Pagination {
    pub cursor: Option<bool>,
}

/// One object: a user, a group, an agent, a type of resources.
#[derive(Debug, Default, Deserialize)]
#[serde(transparent)]
pub struct Resource(Map<String, Value>);

impl Resource {
    /// A text; numbers are taken as they are written.
    pub fn text(&self, key: &str) -> Option<String> {
        text(self.get(key)?)
    }

    /// A yes or no, also where it is written as text.
    pub fn flag(&self, key: &str) -> Fact<bool> {
        match self.get(key) {
            Some(Value::Bool(is)) => Fact::Known(*is),
            Some(Value::String(word)) => word.to_lowercase().parse().map_or(Fact::Hidden, Fact::Known),
            _ => Fact::Hidden,
        }
    }

    /// The time of `meta`.
    pub fn created(&self) -> Fact<Timestamp> {
        let text = self.get("meta").and_then(|meta| meta.get("created")?.as_str());
        text.and_then(|text| text.parse().ok()).map_or(Fact::Hidden, Fact::Known)
    }

    /// The values of an attribute that has several; `None` where the object does not have it.
    pub fn many(&self, key: &str) -> Option<Vec<Entry>> {
        let Value::Array(listed) = self.get(key)? else { return None };
        Some(listed.iter().filter_map(Entry::read).collect())
    }

    /// A part of an attribute, such as `givenName` of `name`.
    pub fn part(&self, key: &str, part: &str) -> Option<String> {
        text(self.get(key)?.get(part)?)
    }

    /// An attribute of an extension, whose keys are names such as `urn:…:enterprise:2.0:User`.
    pub fn extension(&self, ends: &str, key: &str) -> Option<String> {
        let is_meant = |name: &str| name.to_lowercase().ends_with(ends);
        let (_, found) = self.0.iter().find(|(name, _)| is_meant(name))?;
        text(found.get(key)?)
    }

    /// Names of attributes are the same in any case.
    fn get(&self, key: &str) -> Option<&Value> {
        let found = self.0.get(key);
        found.or_else(|| {
            self.0.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value)
        })
    }
}

/// One value of an attribute that has several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub value: String,
    pub display: Option<String>,
    pub kind: Option<String>,
}

impl Entry {
    fn read(value: &Value) -> Option<Self> {
        let part = |key: &str| value.get(key).and_then(text);
        match value {
            Value::Object(_) => {
                let id = part("value").or_else(|| part("$ref")?.rsplit('/').next().map(str::to_owned));
                Some(Self {
                    value: id.or_else(|| part("display"))?,
                    display: part("display"),
                    kind: part("type"),
                })
            }
            other => Some(Self { value: text(other)?, display: None, kind: None }),
        }
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn resource(value: Value) -> Resource {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn other_types_than_the_standard_has_are_read_as_far_as_they_say_something() {
        let odd = resource(json!({
            "ID": 7, "active": "False", "displayName": null, "userName": ["x"], "meta": {"created": "yesterday"},
            "members": [{"value": "a", "display": "A"}, {"$ref": "https://x/Users/b"}, "c", null, {}],
        }));
        assert_eq!(odd.text("id").as_deref(), Some("7"));
        assert_eq!(odd.flag("active"), Fact::Known(false));
        assert_eq!((odd.text("displayName"), odd.text("userName")), (None, None));
        assert_eq!(odd.created(), Fact::Hidden);
        let members: Vec<String> = odd.many("members").unwrap().into_iter().map(|one| one.value).collect();
        assert_eq!(members, ["a", "b", "c"]);
        assert_eq!(odd.many("groups"), None);
    }
}
