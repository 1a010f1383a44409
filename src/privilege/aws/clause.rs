//! Conditions of policy statements: each holds, fails, or depends on something that no policy shows. What cannot be
//! read depends on something: it neither opens a right nor closes one.

use jiff::Timestamp;
use serde_json::Value;

use super::glob;
use crate::model::privilege::{Condition, Conditions};

/// The longest life of a session, in seconds.
const SESSION: i64 = 36 * 3600;

/// What is known of a request before it is made; keys in small letters.
#[derive(Debug, Clone, Default)]
pub struct Request<'a> {
    pub keys: Vec<(&'static str, &'a str)>,
    pub now: Option<Timestamp>,
}

/// What becomes of the conditions of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    Yes,
    No,
    /// If something holds that no policy shows; the set may be empty where it is nothing that weakens a right.
    Perhaps(Conditions),
}

/// One line of a condition: an operator, a key and the values that fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// Small letters, without `IfExists` and set operators.
    operator: Box<str>,
    /// Whether it holds where the key is not there: `IfExists`, `ForAllValues`.
    is_if_exists: bool,
    key: Box<str>,
    values: Vec<Box<str>>,
}

/// Reads the `Condition` of a statement.
pub fn read(condition: Option<&Value>) -> Vec<Clause> {
    let operators = match condition {
        None | Some(Value::Null) => return Vec::new(),
        Some(Value::Object(operators)) => operators,
        Some(_) => return vec![Clause::unread()],
    };
    let mut clauses = Vec::new();
    for (operator, keys) in operators {
        let Some(keys) = keys.as_object() else {
            clauses.push(Clause::unread());
            continue;
        };
        let operator = operator.to_lowercase();
        let plain = operator.rsplit(':').next().unwrap_or_default();
        let base = plain.strip_suffix("ifexists").unwrap_or(plain);
        clauses.extend(keys.iter().map(|(key, values)| {
            let key = key.to_lowercase();
            Clause {
                operator: base.into(),
                is_if_exists: base.len() < plain.len() || operator.starts_with("forallvalues:"),
                values: texts(values).into_iter().map(|value| in_common(&key, value)).collect(),
                key: key.into(),
            }
        }));
    }
    clauses
}

/// Whether all clauses hold.
pub fn hold(clauses: &[Clause], request: &Request<'_>) -> Holds {
    let mut asks = None;
    for clause in clauses {
        match clause.holds(request) {
            Holds::Yes => {}
            Holds::No => return Holds::No,
            Holds::Perhaps(more) => asks = Some(asks.unwrap_or(Conditions::NONE).both(more)),
        }
    }
    asks.map_or(Holds::Yes, Holds::Perhaps)
}

impl Clause {
    /// A condition that is none: whether it holds is not known.
    fn unread() -> Self {
        Self { operator: "".into(), is_if_exists: false, key: "".into(), values: Vec::new() }
    }

    /// Whether who asks decides it.
    pub fn is_personal(&self) -> bool {
        self.key.starts_with("aws:principal") || &*self.key == "aws:username" || self.has_variable()
    }

    fn has(&self, value: &str) -> bool {
        self.values.iter().any(|known| known.eq_ignore_ascii_case(value))
    }

    fn has_variable(&self) -> bool {
        self.values.iter().any(|value| value.contains("${"))
    }

    fn holds(&self, request: &Request<'_>) -> Holds {
        if self.has_variable() || self.values.is_empty() {
            return self.perhaps();
        }
        if let Some(now) = request.now.filter(|_| is_time(&self.key)) {
            return self.at(now);
        }
        if let Some(now) = request.now.filter(|_| &*self.key == "aws:tokenissuetime" && !self.is_if_exists) {
            return self.issued(now);
        }
        let Some((_, value)) = request.keys.iter().find(|(key, _)| *key == &*self.key) else {
            return self.perhaps();
        };
        let any = |test: fn(&str, &str) -> bool| self.values.iter().any(|known| test(known, value));
        let same = |known: &str, value: &str| known == value;
        let fits = |known: &str, value: &str| glob::fits(known, value);
        let holds = match &*self.operator {
            "stringequals" => any(same),
            "stringequalsignorecase" => any(str::eq_ignore_ascii_case),
            "stringnotequals" => !any(same),
            "stringnotequalsignorecase" => !any(str::eq_ignore_ascii_case),
            "stringlike" | "arnlike" | "arnequals" => any(fits),
            "stringnotlike" | "arnnotlike" | "arnnotequals" => !any(fits),
            "null" => any(|known, _| known.eq_ignore_ascii_case("false")),
            _ => return self.perhaps(),
        };
        if holds { Holds::Yes } else { Holds::No }
    }

    /// Times: what ended does not come back; what is still to begin will.
    fn at(&self, now: Timestamp) -> Holds {
        let bounds: Vec<_> = self.values.iter().map(|value| time(value)).collect();
        let is_past = |bound: &Option<Timestamp>| bound.is_some_and(|bound| bound <= now);
        match &*self.operator {
            "datelessthan" | "datelessthanequals" | "dateequals" if bounds.iter().all(is_past) => Holds::No,
            "datelessthan" | "datelessthanequals" if bounds.iter().all(Option::is_some) => Holds::Yes,
            "dategreaterthan" | "dategreaterthanequals" if bounds.iter().any(is_past) => Holds::Yes,
            _ => Holds::Perhaps(Conditions::NONE),
        }
    }

    /// When a session began: none lives for longer than 36 hours, and who has no session has no such time.
    fn issued(&self, now: Timestamp) -> Holds {
        let oldest = now.as_second().saturating_sub(SESSION);
        let is_over = |value: &str| time(value).is_some_and(|bound| bound.as_second() < oldest);
        match &*self.operator {
            "datelessthan" | "datelessthanequals" if self.values.iter().all(|value| is_over(value)) => {
                Holds::No
            }
            _ => Holds::Perhaps(Conditions::NONE),
        }
    }

    fn perhaps(&self) -> Holds {
        let none = Conditions::NONE;
        let is_weak = self.operator.contains("not") || &*self.operator == "null" || self.is_if_exists;
        if is_weak {
            // It holds where the key is not there, or is not that.
            return Holds::Perhaps(none);
        }
        if self.values.iter().any(|value| matches!(&**value, "*" | "0.0.0.0/0" | "::/0")) {
            // What fits everything weakens nothing.
            return Holds::Perhaps(none);
        }
        let key = &*self.key;
        Holds::Perhaps(match key {
            "aws:multifactorauthpresent" if self.has("false") => none,
            "aws:multifactorauthpresent" | "aws:multifactorauthage" => none.with(Condition::SecondFactor),
            "aws:sourceip" | "aws:vpcsourceip" | "aws:sourcevpc" | "aws:sourcevpce" => {
                none.with(Condition::Network)
            }
            "aws:principalorgid" | "aws:resourceorgid" | "aws:sourceorgid" | "aws:principalorgpaths" => {
                none.with(Condition::Organisation)
            }
            _ if key.contains("tag/") => none.with(Condition::Attribute),
            _ => none,
        })
    }
}

/// Times that every request has; when a session began is not known of keys that have none.
fn is_time(key: &str) -> bool {
    matches!(key, "aws:currenttime" | "aws:epochtime")
}

fn time(text: &str) -> Option<Timestamp> {
    let day =
        || jiff::tz::Offset::UTC.to_timestamp(text.parse::<jiff::civil::Date>().ok()?.at(0, 0, 0, 0)).ok();
    let epoch = || Timestamp::from_second(text.parse().ok()?).ok();
    text.parse().ok().or_else(epoch).or_else(day)
}

/// A service without the ending that it has in China.
pub fn service(name: &str) -> &str {
    name.strip_suffix(".cn").filter(|name| name.ends_with(".amazonaws.com")).unwrap_or(name)
}

/// A value as it is called in the common partition, where what is compared with it is called so.
fn in_common(key: &str, value: Box<str>) -> Box<str> {
    match key {
        "iam:passedtoservice" => service(&value).into(),
        "iam:policyarn" => match value.strip_prefix("arn:aws-").and_then(|rest| rest.split_once(':')) {
            Some((_, rest)) => format!("arn:aws:{rest}").into(),
            None => value,
        },
        _ => value,
    }
}

/// A text or several; numbers and truth values as JSON writes them.
fn texts(values: &Value) -> Vec<Box<str>> {
    let one = |value: &Value| match value {
        Value::String(text) => Some(text.as_str().into()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string().into()),
        _ => None,
    };
    match values {
        Value::Array(many) => many.iter().filter_map(one).collect(),
        single => one(single).into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn conditions_hold_fail_or_ask() {
        let request = Request {
            keys: vec![("iam:passedtoservice", "lambda.amazonaws.com")],
            now: Some("2026-01-01T00:00:00Z".parse().unwrap()),
        };
        let perhaps = |condition| Holds::Perhaps(Conditions::NONE.with(condition));
        let cases = [
            (json!({}), Holds::Yes),
            (json!({"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}), Holds::Yes),
            (json!({"StringEquals": {"iam:PassedToService": ["a", "lambda.amazonaws.com"]}}), Holds::Yes),
            (json!({"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com.cn"}}), Holds::Yes),
            (json!({"stringlikeifexists": {"IAM:PASSEDTOSERVICE": "ec2*"}}), Holds::No),
            (json!({"StringNotLike": {"iam:PassedToService": "lambda*"}}), Holds::No),
            (
                json!({"DateLessThan": {"aws:TokenIssueTime": "2025-12-31T00:00:01Z"}}),
                Holds::Perhaps(Conditions::NONE),
            ),
            (json!({"DateLessThan": {"aws:TokenIssueTime": "2020-01-01T00:00:01Z"}}), Holds::No),
            (
                json!({"DateLessThanIfExists": {"aws:TokenIssueTime": "2020-01-01T00:00:01Z"}}),
                Holds::Perhaps(Conditions::NONE),
            ),
            (json!({"DateLessThan": {"aws:CurrentTime": []}}), Holds::Perhaps(Conditions::NONE)),
            (json!({"StringNotEquals": {"iam:PassedToService": []}}), Holds::Perhaps(Conditions::NONE)),
            (json!({"DateLessThan": 5}), Holds::Perhaps(Conditions::NONE)),
            (json!("nonsense"), Holds::Perhaps(Conditions::NONE)),
            (json!({"Bool": {"aws:MultiFactorAuthPresent": "false"}}), Holds::Perhaps(Conditions::NONE)),
            (json!({"Null": {"aws:MultiFactorAuthAge": "true"}}), Holds::Perhaps(Conditions::NONE)),
            (json!({"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}}), Holds::Perhaps(Conditions::NONE)),
            (json!({"IpAddressIfExists": {"aws:SourceIp": "10.0.0.0/8"}}), Holds::Perhaps(Conditions::NONE)),
            (
                json!({"ForAllValues:StringEquals": {"aws:ResourceTag/team": "a"}}),
                Holds::Perhaps(Conditions::NONE),
            ),
            (json!({"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}), Holds::Perhaps(Conditions::NONE)),
            (json!({"DateLessThan": {"aws:CurrentTime": "2030-01-01"}}), Holds::Yes),
            (json!({"DateGreaterThan": {"aws:CurrentTime": 1_577_836_800}}), Holds::Yes),
            (json!({"DateGreaterThan": {"aws:CurrentTime": "2030-01-01"}}), Holds::Perhaps(Conditions::NONE)),
            (json!({"Bool": {"aws:MultiFactorAuthPresent": true}}), perhaps(Condition::SecondFactor)),
            (json!({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}), perhaps(Condition::Network)),
            (json!({"StringEquals": {"aws:PrincipalOrgID": "o-1"}}), perhaps(Condition::Organisation)),
            (json!({"StringEquals": {"aws:ResourceTag/team": "a"}}), perhaps(Condition::Attribute)),
            (json!({"Whatever": {"x": {"y": 1}}}), Holds::Perhaps(Conditions::NONE)),
            (
                json!({"Bool": {"aws:MultiFactorAuthPresent": true},
                    "StringEquals": {"iam:PassedToService": "x"}}),
                Holds::No,
            ),
        ];
        for (condition, expected) in cases {
            assert_eq!(hold(&read(Some(&condition)), &request), expected, "{condition}");
        }
    }
}
