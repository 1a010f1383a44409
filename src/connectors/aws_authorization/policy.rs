//! What a policy's document says, as far as classes and the general-admin list need it. The effective permissions
//! are computed elsewhere, from the documents themselves.

use serde_json::Value;

use crate::connectors::links;

/// Whether a document alone makes its holder administrator of the account; `Err` says why that cannot be told.
pub fn is_general_admin(document: &Value) -> Result<bool, String> {
    let statements = statements(document)?;
    let everything = |effect: &str| {
        statements.iter().any(|statement| {
            text(statement, "Effect").eq_ignore_ascii_case(effect)
                && !has_condition(statement)
                && strings(statement.get("Action")).any(is_any)
                && strings(statement.get("Resource")).any(is_any)
        })
    };
    Ok(everything("Allow") && !everything("Deny"))
}

/// Who may become a role.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trust {
    /// Services of AWS, such as `lambda.amazonaws.com`.
    pub services: Vec<String>,
    /// Identity providers: ARNs of SAML and OIDC providers, or the hosts of AWS's own.
    pub federations: Vec<String>,
    /// Accounts, users, roles and sessions of AWS; `*` is anybody.
    pub principals: Vec<String>,
}

/// The one workload that may become a role, by the name that its issuer gives it (see [`links::federated`]); `None` when
/// anybody else may too, or when it is not named exactly.
pub fn workload(document: &Value) -> Option<String> {
    let statements = statements(document).ok()?;
    let mut allows = statements.iter().filter(|one| text(one, "Effect").eq_ignore_ascii_case("Allow"));
    let (Some(only), None) = (allows.next(), allows.next()) else { return None };
    let kinds = only.get("Principal")?.as_object()?;
    let provider = strings(kinds.get("Federated").filter(|_| kinds.len() == 1)).collect::<Vec<_>>();
    let [provider] = provider.as_slice() else { return None };
    let (_, issuer) = provider.split_once(":oidc-provider/")?;
    let exact = only.get("Condition")?.get("StringEquals")?.as_object()?;
    let subject = exact.iter().find(|(key, _)| key.eq_ignore_ascii_case(&format!("{issuer}:sub")))?;
    let subjects: Vec<_> = strings(Some(subject.1)).collect();
    let [subject] = subjects.as_slice() else { return None };
    links::federated(issuer, subject)
}

/// Reads a role's trust policy; `Err` says why it cannot be read.
pub fn trust(document: &Value) -> Result<Trust, String> {
    let mut trust = Trust::default();
    for statement in statements(document)? {
        if !text(statement, "Effect").eq_ignore_ascii_case("Allow") {
            continue;
        }
        match statement.get("Principal") {
            Some(Value::String(anybody)) => trust.principals.push(anybody.clone()),
            Some(Value::Object(kinds)) => {
                for (kind, who) in kinds {
                    let who = strings(Some(who)).map(str::to_owned);
                    match kind.as_str() {
                        "Service" => trust.services.extend(who),
                        "Federated" => trust.federations.extend(who),
                        _ => trust.principals.extend(who),
                    }
                }
            }
            _ => {}
        }
    }
    Ok(trust)
}

/// The statements of a document: a list, or one alone.
fn statements(document: &Value) -> Result<Vec<&Value>, String> {
    match document.get("Statement") {
        Some(Value::Array(statements)) if statements.iter().all(Value::is_object) => {
            Ok(statements.iter().collect())
        }
        Some(statement @ Value::Object(_)) => Ok(vec![statement]),
        Some(_) => Err("its `Statement` is neither an object nor a list of objects".to_owned()),
        None => Err("its document has no `Statement`".to_owned()),
    }
}

fn text<'a>(statement: &'a Value, key: &str) -> &'a str {
    statement.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// The texts of a field that may hold one or a list.
fn strings(field: Option<&Value>) -> impl Iterator<Item = &str> {
    let many = field.and_then(Value::as_array).into_iter().flatten();
    field.into_iter().chain(many).filter_map(Value::as_str)
}

fn has_condition(statement: &Value) -> bool {
    statement.get("Condition").is_some_and(|condition| match condition {
        Value::Object(operators) => !operators.is_empty(),
        other => !other.is_null(),
    })
}

/// Whether a pattern fits every action or every resource: `*`, `**`, `*:*`.
fn is_any(pattern: &str) -> bool {
    matches!(pattern.trim_matches('*'), "" | ":") && pattern.contains('*')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_everything_on_everything_without_a_condition_is_general_admin() {
        let cases = [
            (json!({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}), true),
            (json!({"Statement": [{"Effect": "Allow", "Action": ["s3:*", "*:*"], "Resource": ["*"]}]}), true),
            (
                json!({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {}}}),
                true,
            ),
            (
                json!({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*",
                "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}}),
                false,
            ),
            (json!({"Statement": {"Effect": "Allow", "Action": "iam:*", "Resource": "*"}}), false),
            (json!({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:::b"}}), false),
            (json!({"Statement": {"Effect": "Allow", "NotAction": "*", "Resource": "*"}}), false),
            (json!({"Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}), false),
            (
                json!({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"},
                {"Effect": "Deny", "Action": "*", "Resource": "*"}]}),
                false,
            ),
            (
                json!({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "x"},
                {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}),
                false,
            ),
            (json!({"Statement": []}), false),
        ];
        for (document, expected) in cases {
            assert_eq!(is_general_admin(&document), Ok(expected), "{document}");
        }
        for unreadable in
            [json!({}), json!({"Statement": 5}), json!({"Statement": [5]}), json!("x"), json!(null)]
        {
            assert!(is_general_admin(&unreadable).is_err(), "{unreadable}");
        }
    }

    #[test]
    fn trust_takes_allowed_principals_of_every_shape() {
        let document = json!({"Statement": [
            {"Effect": "Allow", "Principal": {"Service": ["a", "b"], "AWS": "c"}},
            {"Effect": "Allow", "Principal": {"Federated": "d"}},
            {"Effect": "Allow", "Principal": "*"},
            {"Effect": "Deny", "Principal": {"Service": "e"}},
        ]});
        let list = |texts: &[&str]| texts.iter().map(ToString::to_string).collect::<Vec<_>>();
        let expected =
            Trust { services: list(&["a", "b"]), federations: list(&["d"]), principals: list(&["c", "*"]) };
        assert_eq!(trust(&document), Ok(expected));
    }

    #[test]
    fn a_role_belongs_to_a_workload_that_alone_may_become_it() {
        let issuer = "token.actions.githubusercontent.com";
        let (sub, subject) = (format!("{issuer}:sub"), "repo:acme/agent:environment:copilot");
        let statement = |condition: Value| {
            json!({"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity", "Condition": condition,
                "Principal": {"Federated": format!("arn:aws:iam::1:oidc-provider/{issuer}")}})
        };
        let one = statement(json!({"StringEquals": {&sub: subject, "x:aud": "sts.amazonaws.com"}}));
        let name = Some(format!("oidc:{issuer}#{subject}"));
        assert_eq!(workload(&json!({"Statement": one})), name);
        assert_eq!(workload(&json!({"Statement": [one, {"Effect": "Deny", "Principal": "*"}]})), name);
        let other = json!({"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::1:root"}});
        for open in [
            json!([one, other]),
            json!([statement(json!({"StringLike": {&sub: "repo:acme/*"}}))]),
            json!([statement(json!({"StringEquals": {&sub: [subject, "repo:acme/b:ref:x"]}}))]),
            json!([statement(json!({"StringEquals": {"other:sub": subject}}))]),
            json!([statement(Value::Null)]),
            json!([]),
        ] {
            assert_eq!(workload(&json!({"Statement": open})), None, "{open}");
        }
    }
}
