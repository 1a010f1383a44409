//! A `JumpCloud` organisation of our own making, for `JumpCloud`'s own description to judge.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::fake::{Question, Reply, window};
use super::prism::Spec;

/// The API key that it takes.
pub const KEY: &str = "canary-7b1f-jumpcloud";
/// The organisation's id.
pub const ORGANISATION: &str = "5ee0a4d5c6a1f84d4f2b1a3c";
/// The vendor's descriptions of both versions and of Directory Insights.
pub const SPECS: &[Spec<'static>] = &[
    ("jumpcloud/jumpcloud-v1-trimmed.json", "/api"),
    ("jumpcloud/jumpcloud-v2-trimmed.json", "/api/v2"),
    ("jumpcloud/jumpcloud-insights-trimmed.json", "/insights/directory/v1"),
];
/// What is known of the parts that the vendor's description leaves out.
pub const DERIVED: &[Spec<'static>] = &[("jumpcloud/jumpcloud-saas-derived.json", "/api/v2")];
const DAY: &str = "2026-03-04T05:06:07.000Z";

/// What is in the organisation, and which paths are forbidden just now.
pub struct World {
    pub users: usize,
    pub systems: usize,
    pub denied: Arc<Mutex<BTreeSet<&'static str>>>,
}

impl World {
    /// An organisation where everything is shown.
    pub fn new(users: usize, systems: usize) -> Self {
        Self { users, systems, denied: Arc::default() }
    }

    /// Answers one question of whoever shows the key.
    pub fn answer(&self, question: &Question) -> Reply {
        if question.headers.get("x-api-key").map(String::as_str) != Some(KEY) {
            return Reply::with(401, &json!({"message": "Unauthorized: api key is not valid"}));
        }
        self.shown(question)
    }

    /// Answers one question of somebody who may see what is not denied.
    pub fn shown(&self, question: &Question) -> Reply {
        let path = question.path.as_str();
        if self.denied.lock().unwrap().iter().any(|part| path.ends_with(part)) {
            return Reply::with(403, &json!({"message": "Forbidden"}));
        }
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        match parts.as_slice() {
            ["api", "organizations"] => {
                counted(question, &[json!({"_id": ORGANISATION, "displayName": "Acme"})])
            }
            ["api", "systemusers"] => counted(question, &(0..self.users).map(person).collect::<Vec<_>>()),
            ["api", "users"] => counted(question, &administrators()),
            ["api", "systems"] => counted(question, &(0..self.systems).map(system).collect::<Vec<_>>()),
            ["api", "applications"] => counted(question, &applications()),
            ["api", "v2", "usergroups"] => bare(question, &groups()),
            ["api", "v2", "usergroups", id, "members"] => {
                let size = if *id == "g-all" { self.users } else { 3 };
                let edge = |at: usize| json!({"to": {"id": user(at), "type": "user"}});
                bare(question, &(0..size).map(edge).collect::<Vec<_>>())
            }
            ["api", "v2", "applications", id, "users"] => {
                let size = if *id == "a-chat" { 150.min(self.users) } else { 2 };
                let one = |at: usize| connected(at, (*id != "a-chat").then_some("g-ops"), &json!({}));
                bare(question, &(0..size).map(one).collect::<Vec<_>>())
            }
            ["api", "v2", "systems", _, "users"] => {
                let sudo = |without: bool| json!({"sudo": {"enabled": true, "withoutPassword": without}});
                let rows = [
                    connected(0, None, &sudo(true)),
                    connected(1, Some("g-ops"), &sudo(false)),
                    connected(2, None, &json!({})),
                ];
                bare(question, &rows)
            }
            ["api", "v2", "systeminsights", "chrome_extensions"] => {
                let one = |at: usize| {
                    let id = if at.is_multiple_of(100) { "fcoeoabgfenejglbffodgkkbkcdhcgfn" } else { "x" };
                    json!({"identifier": id, "name": "Tabs", "system_id": format!("sys-{}", at / 100), "version": "1"})
                };
                let (from, size) = (question.number("skip").unwrap_or(0), question.number("limit").unwrap());
                Reply::json(&Value::from(window(&(0..1_203).map(one).collect::<Vec<_>>(), from, size)))
            }
            ["api", "v2", "systeminsights", "firefox_addons"] => Reply::json(&json!([])),
            ["api", "v2", "service-accounts"] => counted(question, &service_accounts()),
            ["api", "v2", "saas-management", "applications"] => counted(question, &discovered()),
            ["api", "v2", "saas-management", "applications", id, "accounts"] => {
                let size = if *id == "s-claude" { 120 } else { 1 };
                let one =
                    |at: usize| json!({"id": format!("{id}-{at}"), "email": format!("u{at}@acme.example")});
                counted(question, &(0..size).map(one).collect::<Vec<_>>())
            }
            ["insights", "directory", "v1", "events", "count"] => Reply::json(&json!({"count": 1_003})),
            ["insights", "directory", "v1", "events"] => {
                events(&serde_json::from_str(&question.body).unwrap())
            }
            _ => Reply::with(404, &json!({"message": "Not Found"})),
        }
    }
}

/// A part of a log, as it is asked for.
fn events(asked: &Value) -> Reply {
    assert!(asked["end_time"].is_string());
    let event = |at: usize| {
        json!({"id": format!("e{at}"), "event_type": "sso_auth", "success": at < 2, "timestamp": DAY,
               "initiated_by": {"id": user(at % 5), "type": "user"}})
    };
    let rows: Vec<Value> = (0..1_003).map(event).collect();
    let number = |key: &str| usize::try_from(asked[key].as_u64().unwrap()).unwrap();
    Reply::json(&Value::from(window(&rows, number("skip"), number("limit"))))
}

fn place(question: &Question) -> (usize, usize) {
    let from = question.number("skip").or_else(|| question.number("offset")).unwrap_or(0);
    (from, question.number("limit").unwrap_or(10).min(100))
}

fn counted(question: &Question, rows: &[Value]) -> Reply {
    let (from, size) = place(question);
    Reply::json(&json!({"results": window(rows, from, size), "totalCount": rows.len()}))
}

fn bare(question: &Question, rows: &[Value]) -> Reply {
    let (from, size) = place(question);
    Reply::json(&Value::from(window(rows, from, size)))
}

/// The id of a user.
pub fn user(at: usize) -> String {
    format!("u-{at}")
}

fn person(at: usize) -> Value {
    let state = if at % 10 == 9 { "SUSPENDED" } else { "ACTIVATED" };
    let enrolled = if at == 0 { "ENROLLED" } else { "NOT_ENROLLED" };
    json!({
        "_id": user(at), "username": format!("u{at}"), "email": format!("u{at}@acme.example"), "firstname": "U",
        "lastname": format!("N{at}"), "state": state, "activated": true, "suspended": at % 10 == 9, "created": DAY,
        "jobTitle": "Accountant", "organization": ORGANISATION, "password_date": DAY, "password_never_expires": at == 7,
        "password_expiration_date": "2026-12-01T00:00:00.000Z", "ldap_binding_user": at == 7, "sudo": at == 3,
        "passwordless_sudo": false, "totp_enabled": at == 1,
        "mfaEnrollment": {"overallStatus": enrolled, "webAuthnStatus": enrolled, "totpStatus": "NOT_ENROLLED",
                          "pushStatus": "NOT_ENROLLED"},
        "ssh_keys": if at == 0 { json!([{"_id": "k1", "name": "laptop", "create_date": DAY, "public_key": "ssh-rsa x"}]) } else { json!([]) },
    })
}

fn administrators() -> Vec<Value> {
    let one = |at: usize, role: &str, seen: Value| {
        json!({"_id": format!("adm-{at}"), "email": format!("U{at}@acme.example"), "roleName": role, "lastLogin": seen,
               "enableMultiFactor": at == 0, "suspended": false, "created": DAY})
    };
    vec![one(0, "Administrator", json!(DAY)), one(1, "Help Desk", Value::Null)]
}

fn system(at: usize) -> Value {
    json!({"_id": format!("sys-{at}"), "displayName": format!("host{at}"), "hostname": format!("host{at}"), "created": DAY,
           "lastContact": if at == 1 { Value::Null } else { json!(DAY) }, "os": "Ubuntu", "active": true}
    )
    .as_object()
    .map(|all| Value::Object(all.iter().filter(|(_, value)| !value.is_null()).map(|(k, v)| (k.clone(), v.clone())).collect()))
    .unwrap()
}

fn applications() -> Vec<Value> {
    let one = |id: &str, name: &str, label: &str| {
        json!({"_id": id, "name": name, "displayLabel": label, "displayName": label, "active": true, "created": DAY,
               "ssoUrl": format!("https://sso.jumpcloud.com/saml2/{name}"), "organization": ORGANISATION,
               "config": {}})
    };
    vec![one("a-sales", "salesforce", "Salesforce"), one("a-chat", "chatgpt", "ChatGPT")]
}

fn groups() -> Vec<Value> {
    let one = |id: &str, name: &str| json!({"id": id, "name": name, "type": "user_group", "membershipMethod": "STATIC"});
    vec![one("g-all", "everybody"), one("g-ops", "ops")]
}

fn connected(at: usize, group: Option<&str>, attributes: &Value) -> Value {
    let end = json!({"to": {"id": user(at), "type": "user"}});
    let path = match group {
        Some(group) => json!([{"to": {"id": group, "type": "user_group"}}, end]),
        None => json!([end]),
    };
    json!({"id": user(at), "type": "user", "compiledAttributes": attributes, "paths": [path]})
}

fn service_accounts() -> Vec<Value> {
    let one = |at: usize, role: &str, status: &str| {
        json!({"objectId": format!("svc-{at}"), "name": format!("job {at}"), "roleId": "r", "roleName": role, "status": status,
               "expiresAt": "2027-01-01T00:00:00Z", "authConfigList": [{"clientId": format!("c{at}")}]})
    };
    vec![one(0, "Administrator", "ACTIVE"), one(1, "Read Only", "ACTIVE"), one(2, "Manager", "EXPIRED")]
}

fn discovered() -> Vec<Value> {
    let one = |id: &str, catalog: &str, name: &str, status: &str, restriction: &str| {
        json!({"id": id, "catalog_app_id": catalog, "name": name, "status": status, "access_restriction": restriction,
               "discovered_at": DAY})
    };
    let known = [
        one("s-claude", "claude", "Claude", "APPROVED", "NO_ACTION"),
        one("s-chat", "chatgpt", "ChatGPT", "UNAPPROVED", "BLOCK"),
        one("s-perplexity", "perplexity", "Perplexity", "UNAPPROVED", "DEFAULT_ACTION"),
    ];
    let others = (0..130).map(|at| {
        let name = format!("Payroll {at}");
        one(&format!("s-{at}"), &format!("payroll-{at}"), &name, "IGNORED", "NO_ACTION")
    });
    known.into_iter().chain(others).collect()
}
