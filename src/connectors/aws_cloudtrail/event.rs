//! One event: who called what, whether it was allowed, on what.
#![expect(clippy::struct_field_names, reason = "the fields are named as AWS names them")]

use jiff::Timestamp;
use serde::de::{Deserialize, DeserializeOwned, Deserializer};
use serde_json::Value;

use super::names;
use crate::connectors::aws_authorization::arn;
use crate::connectors::aws_authorization::wire::When;

/// An event as AWS writes it: in a log file, or as text inside an answer of `lookup-events`. Fields of another
/// type than expected count as missing.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Event {
    #[serde(deserialize_with = "lenient")]
    user_identity: Option<Caller>,
    #[serde(deserialize_with = "lenient")]
    event_time: Option<When>,
    #[serde(deserialize_with = "lenient")]
    event_source: Option<String>,
    #[serde(deserialize_with = "lenient")]
    event_name: Option<String>,
    #[serde(deserialize_with = "lenient")]
    event_type: Option<String>,
    #[serde(deserialize_with = "lenient")]
    error_code: Option<String>,
    #[serde(deserialize_with = "lenient")]
    error_message: Option<String>,
    #[serde(deserialize_with = "lenient")]
    resources: Option<Vec<Resource>>,
    #[serde(deserialize_with = "lenient")]
    read_only: Option<bool>,
    #[serde(deserialize_with = "lenient")]
    management_event: Option<bool>,
    #[serde(deserialize_with = "lenient")]
    event_category: Option<String>,
    #[serde(deserialize_with = "lenient")]
    recipient_account_id: Option<String>,
    /// The whole event once more, as text, where `lookup-events` wrote it.
    #[serde(rename = "CloudTrailEvent", deserialize_with = "lenient")]
    wrapped: Option<String>,
}

/// Who called.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Caller {
    arn: Option<String>,
    session_context: Option<Session>,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Session {
    session_issuer: Option<Issuer>,
}

/// The user or role that a session was made from.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
struct Issuer {
    arn: Option<String>,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
struct Resource {
    #[serde(rename = "ARN", alias = "arn")]
    arn: Option<String>,
}

/// What an event tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub at: Timestamp,
    /// The account of AWS in whose log it stands.
    pub account: Option<String>,
    /// Whether it is a management event that reads; `None` for data events and where it is not said.
    pub manages: Option<bool>,
    /// Who did what; `None` when it was denied, or done by AWS itself or by somebody without an identity of AWS.
    pub act: Option<Act>,
}

/// One allowed call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// The ARN of the user or role.
    pub who: String,
    pub service: String,
    pub action: String,
    pub resource: Option<String>,
}

impl Event {
    /// What it tells; `None` when it has no time or no name.
    pub fn told(self) -> Option<Told> {
        let event = match &self.wrapped {
            Some(text) => serde_json::from_str(text).ok()?,
            None => self,
        };
        let (Some(When::At(at)), Some(_)) = (&event.event_time, &event.event_name) else { return None };
        Some(Told {
            at: *at,
            account: event.recipient_account_id.clone(),
            manages: event.manages(),
            act: event.act(),
        })
    }

    fn manages(&self) -> Option<bool> {
        let is_management =
            self.management_event.or_else(|| Some(self.event_category.as_deref()? == "Management"));
        self.read_only.filter(|_| is_management == Some(true))
    }

    fn act(&self) -> Option<Act> {
        let is_call = match self.event_type.as_deref() {
            None | Some("AwsApiCall" | "AwsConsoleAction" | "AwsConsoleSignIn") => true,
            Some(_) => false,
        };
        if !is_call || self.is_denied() {
            return None;
        }
        let (source, name) = (self.event_source.as_deref()?, self.event_name.as_deref()?);
        let service = names::service(source);
        let action = names::action(&service, name);
        Some(Act { who: self.user_identity.as_ref()?.account()?, service, action, resource: self.resource() })
    }

    fn is_denied(&self) -> bool {
        let denied = |code: &str| names::DENIALS.iter().any(|denial| code.contains(denial));
        self.error_code.as_deref().is_some_and(denied)
            || self.error_message.as_deref() == Some("Failed authentication")
    }

    /// What it was done to: of several, such as an object and its bucket, the one with the longest name.
    fn resource(&self) -> Option<String> {
        let named = self.resources.iter().flatten().filter_map(|resource| resource.arn.as_ref());
        named.filter(|arn| arn.starts_with("arn:")).max_by_key(|arn| (arn.len(), arn.as_str())).cloned()
    }
}

impl Caller {
    /// The user or role behind it: sessions are those of whom they were made from.
    fn account(&self) -> Option<String> {
        let issuer = self.session_context.as_ref().and_then(|session| session.session_issuer.as_ref());
        if let Some(arn) = issuer.and_then(|issuer| issuer.arn.as_ref()).filter(|arn| arn.starts_with("arn:"))
        {
            return Some(arn.clone());
        }
        let own = self.arn.as_ref().filter(|arn| arn.starts_with("arn:"))?;
        let Some((account, role)) = arn::session_role(own) else {
            return own.contains(":iam::").then(|| own.clone());
        };
        let partition = own.split(':').nth(1).unwrap_or("aws");
        Some(format!("arn:{partition}:iam::{account}:role/{role}"))
    }
}

/// A value of another type counts as missing: an odd field must not hide the rest of a log.
fn lenient<'de, T: DeserializeOwned, D: Deserializer<'de>>(from: D) -> Result<Option<T>, D::Error> {
    Ok(serde_json::from_value(Value::deserialize(from)?).ok())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(event: &Value) -> Option<Told> {
        Event::deserialize(event).unwrap().told()
    }

    fn event(caller: &Value) -> Value {
        json!({
            "eventTime": "2026-03-01T10:00:00Z", "eventSource": "s3.amazonaws.com", "eventName": "HeadObject",
            "userIdentity": caller, "recipientAccountId": "111122223333",
            "resources": [{"type": "AWS::S3::Bucket", "ARN": "arn:aws:s3:::a"},
                          {"type": "AWS::S3::Object", "ARN": "arn:aws:s3:::a/b"}],
        })
    }

    #[test]
    fn the_caller_is_the_user_or_the_role_behind_a_session() {
        let role = "arn:aws:iam::111122223333:role/path/ops";
        let user = "arn:aws:iam::111122223333:user/anna";
        let root = "arn:aws:iam::111122223333:root";
        let session = "arn:aws:sts::111122223333:assumed-role/ops/i-1";
        let cases = [
            (json!({"type": "IAMUser", "arn": user}), Some(user)),
            (json!({"type": "Root", "arn": root}), Some(root)),
            (
                json!({"type": "AssumedRole", "arn": session, "sessionContext": {"sessionIssuer": {"type": "Role", "arn": role}}}),
                Some(role),
            ),
            (json!({"type": "AssumedRole", "arn": session}), Some("arn:aws:iam::111122223333:role/ops")),
            (
                json!({"type": "FederatedUser", "arn": "arn:aws:sts::111122223333:federated-user/x",
                       "sessionContext": {"sessionIssuer": {"type": "IAMUser", "arn": user}}}),
                Some(user),
            ),
            (json!({"type": "AWSService", "invokedBy": "ec2.amazonaws.com"}), None),
            (json!({"type": "AWSAccount", "accountId": "1"}), None),
            (json!({"type": "WebIdentityUser", "userName": "x"}), None),
            (json!("odd"), None),
        ];
        for (caller, who) in cases {
            let act = told(&event(&caller)).unwrap().act;
            assert_eq!(act.as_ref().map(|act| act.who.as_str()), who, "{caller}");
            if let Some(act) = act {
                assert_eq!((act.service.as_str(), act.action.as_str()), ("s3", "GetObject"));
                assert_eq!(act.resource.as_deref(), Some("arn:aws:s3:::a/b"));
            }
        }
    }

    #[test]
    fn what_was_denied_is_no_use_and_what_failed_otherwise_is() {
        let user = json!({"arn": "arn:aws:iam::1:user/a"});
        let cases = [
            ("AccessDenied", false),
            ("AccessDeniedException", false),
            ("Client.UnauthorizedOperation", false),
            ("NoSuchBucket", true),
            ("ValidationException", true),
        ];
        for (code, is_use) in cases {
            let mut event = event(&user);
            event["errorCode"] = code.into();
            assert_eq!(told(&event).unwrap().act.is_some(), is_use, "{code}");
        }
        let mut failed = event(&user);
        failed["errorMessage"] = "Failed authentication".into();
        assert_eq!(told(&failed).unwrap().act, None);
        let mut service = event(&user);
        service["eventType"] = "AwsServiceEvent".into();
        assert_eq!(told(&service).unwrap().act, None);
    }

    #[test]
    fn management_is_told_by_its_mark_or_its_category() {
        let cases = [
            (json!({"managementEvent": true, "readOnly": false}), Some(false)),
            (json!({"eventCategory": "Management", "readOnly": true}), Some(true)),
            (json!({"managementEvent": false, "readOnly": true}), None),
            (json!({"eventCategory": "Data", "readOnly": true}), None),
            (json!({"readOnly": true}), None),
            (json!({"managementEvent": true, "readOnly": "true"}), None),
        ];
        for (fields, manages) in cases {
            let mut event = event(&json!({}));
            event.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
            assert_eq!(told(&event).unwrap().manages, manages, "{fields}");
        }
    }

    #[test]
    fn an_event_may_be_wrapped_in_text_and_one_without_time_or_name_tells_nothing() {
        let plain = event(&json!({"arn": "arn:aws:iam::1:user/a"}));
        let wrapped = json!({"EventId": "x", "EventTime": 5, "CloudTrailEvent": plain.to_string()});
        assert_eq!(told(&wrapped), told(&plain));
        for odd in [
            json!({}),
            json!({"eventTime": "soon", "eventName": "x"}),
            json!({"eventTime": "2026-03-01T10:00:00Z"}),
            json!({"CloudTrailEvent": "{"}),
        ] {
            assert_eq!(told(&odd), None, "{odd}");
        }
    }
}
