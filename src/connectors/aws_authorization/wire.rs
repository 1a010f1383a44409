//! The shapes that AWS writes, read leniently: every field may be missing or null, unknown ones are passed over.
#![expect(clippy::struct_field_names, reason = "the fields are named as AWS names them")]

use std::fmt;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde_json::Value;

/// A user of `UserDetailList`.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct User {
    pub user_name: Option<String>,
    pub user_id: Option<String>,
    pub arn: Option<String>,
    pub create_date: Option<When>,
    pub user_policy_list: Option<Vec<Inline>>,
    pub group_list: Option<Vec<String>>,
    pub attached_managed_policies: Option<Vec<Attached>>,
    pub permissions_boundary: Option<Boundary>,
    pub tags: Option<Vec<Tag>>,
}

/// A role of `RoleDetailList`.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Role {
    pub path: Option<String>,
    pub role_name: Option<String>,
    pub role_id: Option<String>,
    pub arn: Option<String>,
    pub create_date: Option<When>,
    pub assume_role_policy_document: Option<Document>,
    pub role_policy_list: Option<Vec<Inline>>,
    pub attached_managed_policies: Option<Vec<Attached>>,
    pub permissions_boundary: Option<Boundary>,
    pub tags: Option<Vec<Tag>>,
    /// Missing: not told. Present without a date: not used as long as AWS has kept track.
    pub role_last_used: Option<LastUsed>,
}

/// A group of `GroupDetailList`.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Group {
    pub group_name: Option<String>,
    pub arn: Option<String>,
    pub create_date: Option<When>,
    pub group_policy_list: Option<Vec<Inline>>,
    pub attached_managed_policies: Option<Vec<Attached>>,
}

/// A managed policy of `Policies`.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Policy {
    pub policy_name: Option<String>,
    pub arn: Option<String>,
    pub default_version_id: Option<String>,
    pub create_date: Option<When>,
    pub update_date: Option<When>,
    pub policy_version_list: Option<Vec<Version>>,
}

/// One version of a managed policy.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Version {
    pub version_id: Option<String>,
    pub is_default_version: Option<bool>,
    pub document: Option<Document>,
}

/// A policy that is written into its holder.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Inline {
    pub policy_name: Option<String>,
    pub policy_document: Option<Document>,
}

/// A reference to a managed policy.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Attached {
    pub policy_name: Option<String>,
    pub policy_arn: Option<String>,
}

/// A reference to the policy that bounds a user or a role.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Boundary {
    pub permissions_boundary_arn: Option<String>,
}

/// A label of a user or a role.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Tag {
    pub key: Option<String>,
    pub value: Option<String>,
}

/// When a role was last used; without a date, not as long as AWS has kept track.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct LastUsed {
    pub last_used_date: Option<When>,
}

impl Policy {
    /// The document of the version that is in force.
    pub fn document(&mut self) -> Option<Document> {
        let versions = self.policy_version_list.take()?;
        let named = self.default_version_id.take();
        let is_default = |version: &Version| {
            version.is_default_version.unwrap_or_else(|| named.is_some() && version.version_id == named)
        };
        let only = versions.len() == 1;
        versions.into_iter().find(|version| only || is_default(version))?.document
    }
}

/// A time in any of the shapes that AWS's tools write: with `T` or a blank, with or without a zone, seconds since
/// 1970.
#[derive(Debug, Clone, PartialEq)]
pub enum When {
    At(Timestamp),
    /// Text that is no time.
    Odd(String),
}

impl When {
    /// Reads a time as text.
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        let zoned = text.parse::<Timestamp>().ok();
        let bare = || TimeZone::UTC.to_timestamp(text.parse::<DateTime>().ok()?).ok();
        zoned.or_else(bare).map_or_else(|| Self::Odd(text.to_owned()), Self::At)
    }

    fn from_seconds(seconds: f64) -> Self {
        // Milliseconds are told from seconds by their size: 10^11 seconds are the year 5138.
        let milliseconds = if seconds.abs() > 1e11 { seconds } else { seconds * 1000.0 };
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a float cast saturates, and jiff refuses the ends"
        )]
        let at = Timestamp::from_millisecond(milliseconds as i64);
        at.map_or_else(|_| Self::Odd(seconds.to_string()), Self::At)
    }
}

impl<'de> Deserialize<'de> for When {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Moment)
    }
}

struct Moment;

impl Visitor<'_> for Moment {
    type Value = When;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a time, such as `2026-03-09T10:41:45Z`")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<When, E> {
        Ok(When::parse(text))
    }

    fn visit_u64<E: Error>(self, seconds: u64) -> Result<When, E> {
        Ok(When::from_seconds(seconds as f64))
    }

    fn visit_i64<E: Error>(self, seconds: i64) -> Result<When, E> {
        Ok(When::from_seconds(seconds as f64))
    }

    fn visit_f64<E: Error>(self, seconds: f64) -> Result<When, E> {
        Ok(When::from_seconds(seconds))
    }
}

/// A policy's document: an object, or text that holds one, percent-encoded as the API sends it or plain.
#[derive(Debug, serde::Deserialize)]
#[serde(transparent)]
pub struct Document(pub Value);

impl Document {
    /// The document itself; an error says in words why it cannot be read.
    pub fn open(self) -> Result<Value, String> {
        let Value::String(text) = self.0 else { return Ok(self.0) };
        let is_encoded = text.trim_start().starts_with('%');
        let plain = if is_encoded {
            percent_encoding::percent_decode_str(&text)
                .decode_utf8()
                .map_err(|_| "its percent-encoded document is not UTF-8 text")?
        } else {
            text.as_str().into()
        };
        serde_json::from_str(&plain).map_err(|error| format!("its document is not JSON: {error}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_of_a_time_is_the_same_moment() {
        let expected = When::At("2023-03-09T10:41:45Z".parse().unwrap());
        let shapes = [
            r#""2023-03-09 10:41:45+00:00""#,
            r#""2023-03-09T10:41:45Z""#,
            r#""2023-03-09T11:41:45+01:00""#,
            r#""2023-03-09 10:41:45""#,
            "1678358505",
            "1678358505.0",
            "1678358505000",
        ];
        for shape in shapes {
            assert_eq!(serde_json::from_str::<When>(shape).unwrap(), expected, "{shape}");
        }
        assert_eq!(When::parse("yesterday"), When::Odd("yesterday".to_owned()));
        assert!(matches!(serde_json::from_str::<When>("1e300").unwrap(), When::Odd(_)));
    }

    #[test]
    fn a_document_is_read_as_object_text_and_percent_encoded() {
        let expected = serde_json::json!({"Statement": [], "Id": "ä"});
        let encoded = "%7B%22Statement%22%3A%5B%5D%2C%22Id%22%3A%22%C3%A4%22%7D";
        for shape in [expected.clone(), expected.to_string().into(), encoded.into()] {
            assert_eq!(Document(shape).open().unwrap(), expected);
        }
        assert!(Document("%7B%22".into()).open().is_err());
        assert!(Document("%FF".into()).open().is_err());
    }

    #[test]
    fn the_version_in_force_is_found_by_mark_by_name_or_by_being_alone() {
        let document = |text: &str| {
            let mut policy: Policy = serde_json::from_str(text).unwrap();
            policy.document().map(|document| document.0)
        };
        let marked = r#"{"PolicyVersionList": [{"VersionId": "v1", "Document": 1, "IsDefaultVersion": false},
            {"VersionId": "v2", "Document": 2, "IsDefaultVersion": true}]}"#;
        let named = r#"{"DefaultVersionId": "v2", "PolicyVersionList":
            [{"VersionId": "v1", "Document": 1}, {"VersionId": "v2", "Document": 2}]}"#;
        let alone = r#"{"PolicyVersionList": [{"Document": 2}]}"#;
        for text in [marked, named, alone] {
            assert_eq!(document(text), Some(2.into()), "{text}");
        }
        assert_eq!(document(r#"{"PolicyVersionList": null}"#), None);
    }
}
