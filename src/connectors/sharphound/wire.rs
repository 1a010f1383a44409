//! The objects as `SharpHound` writes them. Whatever a collector leaves out or writes as `null` is not told.

use serde::Deserialize;
use serde_json::Value;

/// What stands at the end of a file: what its objects are.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Meta {
    #[serde(rename = "type")]
    pub kind: String,
    pub count: Option<u64>,
    pub version: Option<u64>,
}

/// An object of any kind; each kind fills other fields.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Item {
    pub object_identifier: Option<String>,
    pub properties: Option<Box<Properties>>,
    pub is_deleted: Option<bool>,
    #[serde(rename = "PrimaryGroupSID")]
    pub primary_group: Option<String>,
    pub members: Option<Vec<Reference>>,
    pub aces: Option<Vec<Ace>>,
    pub allowed_to_delegate: Option<Vec<Pointed>>,
    pub allowed_to_act: Option<Vec<Reference>>,
    #[serde(rename = "DumpSMSAPassword")]
    pub dump_smsa_password: Option<Vec<Reference>>,
    #[serde(rename = "HasSIDHistory")]
    pub has_sid_history: Option<Vec<Reference>>,
    pub local_groups: Option<Vec<LocalGroup>>,
    pub links: Option<Vec<Link>>,
}

/// Another object and its kind.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Reference {
    pub object_identifier: Option<String>,
    pub object_type: Option<String>,
}

/// Another object, which older collectors write as a bare identifier.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Pointed {
    Bare(String),
    Whole(Reference),
}

/// A right on the object.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Ace {
    #[serde(rename = "PrincipalSID")]
    pub principal: Option<String>,
    pub principal_type: Option<String>,
    pub right_name: Option<String>,
}

/// Members of a group of one computer.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct LocalGroup {
    pub object_identifier: Option<String>,
    pub results: Option<Vec<Reference>>,
}

/// A group policy that applies to what is below.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Link {
    #[serde(rename = "GUID")]
    pub policy: Option<String>,
}

/// The attributes that are read; numbers and switches may come as text.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Properties {
    pub name: Option<Value>,
    pub domain: Option<Value>,
    pub samaccountname: Option<Value>,
    pub distinguishedname: Option<Value>,
    pub userprincipalname: Option<Value>,
    pub displayname: Option<Value>,
    pub email: Option<Value>,
    pub title: Option<Value>,
    pub description: Option<Value>,
    pub enabled: Option<Value>,
    pub pwdneverexpires: Option<Value>,
    pub smartcardrequired: Option<Value>,
    pub unconstraineddelegation: Option<Value>,
    pub useraccountcontrol: Option<Value>,
    pub hasspn: Option<Value>,
    pub serviceprincipalnames: Option<Value>,
    pub gmsa: Option<Value>,
    pub msa: Option<Value>,
    pub dmsa: Option<Value>,
    pub whencreated: Option<Value>,
    pub pwdlastset: Option<Value>,
    pub lastlogon: Option<Value>,
    pub lastlogontimestamp: Option<Value>,
}

/// A text that is not empty.
pub fn text(value: Option<&Value>) -> Option<String> {
    let text = value?.as_str()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// A switch, also as text or number.
pub fn switch(value: Option<&Value>) -> Option<bool> {
    match value? {
        Value::Bool(switch) => Some(*switch),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        other => number(Some(other)).filter(|number| (0..=1).contains(number)).map(|number| number == 1),
    }
}

/// A whole number, also as text or with a fraction.
pub fn number(value: Option<&Value>) -> Option<i64> {
    match value? {
        Value::Number(number) => number.as_i64().or_else(|| number.as_f64().and_then(whole)),
        Value::String(text) => text.trim().parse().ok().or_else(|| whole(text.trim().parse().ok()?)),
        _ => None,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "only numbers far inside the range come here")]
fn whole(number: f64) -> Option<i64> {
    (number.abs() < 9e15).then_some(number as i64)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_read_in_every_spelling_and_others_are_not_told() {
        let cases = [
            (json!(1_795_470_638), Some(1_795_470_638), None),
            (json!(1_795_470_638.0), Some(1_795_470_638), None),
            (json!("-1"), Some(-1), None),
            (json!("True"), None, Some(true)),
            (json!(false), None, Some(false)),
            (json!(1), Some(1), Some(true)),
            (json!(1e300), None, None),
            (json!("NaN"), None, None),
            (json!([]), None, None),
            (json!(null), None, None),
        ];
        for (value, as_number, as_switch) in cases {
            assert_eq!((number(Some(&value)), switch(Some(&value))), (as_number, as_switch), "{value}");
        }
        assert_eq!(text(Some(&json!("  "))), None);
        assert_eq!(text(Some(&json!(" a "))).as_deref(), Some("a"));
    }
}
