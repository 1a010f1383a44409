//! Answers of AWS's older services: XML, turned into the JSON that its tools write of it, so that files and answers are
//! read by the same readers.

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, Event};
use serde_json::{Map, Value};

use super::super::http::Unread;

/// Lists that are lists even when they are empty.
const LISTS: &[&str] = &[
    "UserDetailList",
    "GroupDetailList",
    "RoleDetailList",
    "Policies",
    "UserPolicyList",
    "GroupPolicyList",
    "RolePolicyList",
    "GroupList",
    "AttachedManagedPolicies",
    "PolicyVersionList",
    "InstanceProfileList",
    "Tags",
    "ServicesLastAccessed",
    "TrackedActionsLastAccessed",
];
/// Objects whose being empty says something: a role that was never used.
const OBJECTS: &[&str] = &["RoleLastUsed"];
const FLAGS: &[&str] = &["IsTruncated", "IsDefaultVersion"];
/// How many elements may lie in each other.
const DEEPEST: usize = 64;

/// An element that is open.
#[derive(Default)]
struct Open {
    name: String,
    text: String,
    inner: Vec<(String, Value)>,
}

/// Reads an answer: the object in its `…Result`.
pub fn read(body: &[u8]) -> Result<Value, Unread> {
    let (name, root) = document(body)?;
    let Value::Object(root) = root else { return Err(Unread::Strange(format!("`{name}` is empty"))) };
    if !name.ends_with("Response") {
        return Err(Unread::Strange(format!("it is a `{name}`")));
    }
    let result = root.into_iter().find(|(key, _)| key.ends_with("Result"));
    Ok(result.map_or(Value::Null, |(_, result)| result))
}

/// Reads any document: the name of its root, and what it holds.
pub fn document(body: &[u8]) -> Result<(String, Value), Unread> {
    let Ok(text) = std::str::from_utf8(body) else {
        return Err(Unread::Strange("it is no UTF-8 text".to_owned()));
    };
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Open> = Vec::new();
    loop {
        let is_whole = text.trim_end().ends_with('>');
        let event = reader
            .read_event()
            .map_err(|error| if is_whole { Unread::Strange(error.to_string()) } else { Unread::Short })?;
        let closed = match event {
            Event::Start(start) => {
                if open.len() >= DEEPEST {
                    return Err(Unread::Strange("its elements lie too deep in each other".to_owned()));
                }
                open.push(named(start.local_name().as_ref()));
                None
            }
            Event::Empty(empty) => Some(named(empty.local_name().as_ref())),
            Event::End(_) => open.pop(),
            Event::Text(text) => {
                if let Some(last) = open.last_mut() {
                    last.text.push_str(&text.xml10_content());
                }
                None
            }
            Event::CData(text) => {
                if let Some(last) = open.last_mut() {
                    last.text.push_str(&text.xml10_content());
                }
                None
            }
            Event::GeneralRef(reference) => {
                if let Some(last) = open.last_mut() {
                    refer(&reference, &mut last.text)?;
                }
                None
            }
            Event::Eof => return Err(Unread::Short),
            _ => None,
        };
        let Some(closed) = closed else { continue };
        let (name, value) = close(closed);
        match open.last_mut() {
            Some(outer) => outer.inner.push((name, value)),
            None => return Ok((name, value)),
        }
    }
}

fn named(name: &str) -> Open {
    Open { name: name.to_owned(), ..Open::default() }
}

/// Puts the letter that a reference such as `&amp;` means.
fn refer(reference: &BytesRef<'_>, text: &mut String) -> Result<(), Unread> {
    let name = reference.clone().into_inner();
    let letter = reference.resolve_char_ref().map_err(|error| Unread::Strange(error.to_string()))?;
    match (letter, resolve_predefined_entity(&name)) {
        (Some(letter), _) => text.push(letter),
        (None, Some(known)) => text.push_str(known),
        (None, None) => return Err(Unread::Strange(format!("it names an unknown letter `{name}`"))),
    }
    Ok(())
}

fn close(closed: Open) -> (String, Value) {
    let Open { name, text, inner } = closed;
    let is_list = |key: &str| inner.iter().all(|(inner, _)| inner == key);
    let value = if inner.is_empty() {
        leaf(&name, text)
    } else if is_list("member") || is_list("entry") {
        Value::Array(inner.into_iter().map(|(_, value)| value).collect())
    } else {
        Value::Object(inner.into_iter().collect::<Map<_, _>>())
    };
    (name, value)
}

fn leaf(name: &str, text: String) -> Value {
    if text.trim().is_empty() {
        return match name {
            list if LISTS.contains(&list) => Value::Array(Vec::new()),
            object if OBJECTS.contains(&object) => Value::Object(Map::new()),
            _ => Value::Null,
        };
    }
    match text.trim().parse::<bool>() {
        Ok(flag) if FLAGS.contains(&name) => Value::Bool(flag),
        _ => Value::String(text),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const PAGE: &str =
        "<?xml version=\"1.0\"?><GetResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\">
        <GetResult><IsTruncated>true</IsTruncated><Marker>a&amp;b&#x3c;</Marker><UserDetailList>
        <member><UserName>true</UserName><Tags/><GroupList>\n </GroupList></member></UserDetailList>
        <RoleDetailList><member><RoleLastUsed/></member><member/></RoleDetailList>
        <SummaryMap><entry><key>Users</key><value>3</value></entry></SummaryMap><Nothing/></GetResult>
        <ResponseMetadata><RequestId>x</RequestId></ResponseMetadata></GetResponse>";

    #[test]
    fn an_answer_becomes_the_json_of_the_tools() {
        let expected = json!({
            "IsTruncated": true, "Marker": "a&b<", "Nothing": null,
            "UserDetailList": [{"UserName": "true", "Tags": [], "GroupList": []}],
            "RoleDetailList": [{"RoleLastUsed": {}}, null],
            "SummaryMap": [{"key": "Users", "value": "3"}],
        });
        assert_eq!(read(PAGE.as_bytes()).unwrap(), expected);
    }

    #[test]
    fn what_is_cut_off_is_short_and_a_page_for_people_is_strange() {
        for end in 0..PAGE.len() {
            let cut = read(&PAGE.as_bytes()[..end]);
            assert!(matches!(cut, Err(Unread::Short)), "{end}: {cut:?}");
        }
        for strange in ["<html><body>x</body></html>", "<a>&boom;</a>", "<AResponse/>"] {
            assert!(matches!(read(strange.as_bytes()), Err(Unread::Strange(_))), "{strange}");
        }
        let deep = "<a>".repeat(100_000);
        assert!(matches!(read(deep.as_bytes()), Err(Unread::Strange(_))));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_fall(bytes in prop::collection::vec(any::<u8>(), 0..64), text in "[<>/a&;#! \\[\\]-]{0,40}") {
            let _ = document(&bytes);
            let _ = document(text.as_bytes());
        }
    }
}
