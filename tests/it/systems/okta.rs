//! An Okta organisation of our own making, for Okta's own description to judge.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::fake::{Question, Reply, window};
use super::prism::Spec;

/// The API token that it takes.
pub const TOKEN: &str = "00canary-7b1f-okta";
/// Okta's descriptions.
pub const SPECS: &[Spec<'static>] =
    &[("okta/okta-management-trimmed.json", ""), ("okta/okta-ai-agents-trimmed.json", "")];
const DAY: &str = "2026-03-04T05:06:07.000Z";
/// The parts of the API by the scope that shows each; the first that fits counts.
const SCOPES: &[(&str, &str)] = &[
    ("/roles", "okta.roles.read"),
    ("/api/v1/iam/", "okta.roles.read"),
    ("/grants", "okta.appGrants.read"),
    ("/api/v1/org", "okta.orgs.read"),
    ("/api/v1/users", "okta.users.read"),
    ("/api/v1/groups", "okta.groups.read"),
    ("/api/v1/apps", "okta.apps.read"),
    ("/api/v1/api-tokens", "okta.apiTokens.read"),
    ("/api/v1/logs", "okta.logs.read"),
    ("/integrations/", "okta.oauthIntegrations.read"),
    ("/privileged-access/api/v1/okta-", "okta.serviceAccounts.okta.read"),
    ("/privileged-access/", "okta.serviceAccounts.read"),
    ("/workload-principals/", "okta.aiAgents.read"),
];

/// What is in the organisation, and what may not be seen just now.
pub struct World {
    /// The address under which it is asked, for its links; those of an empty one are relative.
    pub address: String,
    pub users: usize,
    /// Service applications, of which there are two at least.
    pub services: usize,
    /// Scopes that the reader does not have.
    pub denied: Arc<Mutex<BTreeSet<&'static str>>>,
}

impl World {
    /// An organisation where everything is shown.
    pub fn new(address: &str, users: usize, services: usize) -> Self {
        Self { address: address.to_owned(), users, services, denied: Arc::default() }
    }

    /// Half of the users.
    pub fn staff(&self) -> usize {
        self.users / 2
    }

    /// Answers one question of whoever shows the API token.
    pub fn answer(&self, question: &Question) -> Reply {
        if question.headers.get("authorization").map(String::as_str) != Some(&format!("SSWS {TOKEN}")) {
            return error(401, "E0000011", "Invalid token provided");
        }
        let is_denied = |scope: &&str| self.denied.lock().unwrap().contains(*scope);
        if scope(&question.path).as_ref().is_some_and(is_denied) {
            return error(403, "E0000006", "You do not have permission to perform the requested action");
        }
        let left =
            |reply: Reply| reply.header("x-rate-limit-limit", "600").header("x-rate-limit-remaining", "599");
        left(self.shown(question)).header("x-rate-limit-reset", "1767225600")
    }

    /// Answers one question of somebody who may see everything.
    pub fn shown(&self, question: &Question) -> Reply {
        let parts: Vec<&str> = question.path.split('/').filter(|part| !part.is_empty()).collect();
        match parts.as_slice() {
            ["api", "v1", "org"] => Reply::json(
                &json!({"id": "00o1", "companyName": "Acme", "subdomain": "acme", "status": "ACTIVE"}),
            ),
            ["api", "v1", "users"] => {
                self.linked(question, &(0..self.users).map(|at| self.user(at)).collect::<Vec<_>>())
            }
            ["api", "v1", "users", id, "roles"] => Reply::json(&self.roles_of_user(id)),
            ["api", "v1", "users", id, "factors"] => Reply::json(&factors(id)),
            ["api", "v1", "groups"] => self.groups(question),
            ["api", "v1", "groups", id, "users"] => {
                self.linked(question, &(0..self.size(id)).map(|at| self.user(at)).collect::<Vec<_>>())
            }
            ["api", "v1", "groups", id, "roles"] => Reply::json(&roles_of_group(id)),
            ["api", "v1", "apps", rest @ ..] => self.apps(question, rest),
            ["oauth2", "v1", "clients", id, "roles"] => Reply::json(&roles_of_client(id, question)),
            ["api", "v1", "iam", rest @ ..] => self.iam(question, rest),
            ["api", "v1", "api-tokens"] => Reply::json(&tokens()),
            ["api", "v1", "logs"] => self.linked(question, &events(question)),
            ["integrations", "api", "v1", "api-services", rest @ ..] => self.api_services(question, rest),
            ["privileged-access", "api", "v1", "service-accounts"] => self.linked(question, &app_accounts()),
            ["privileged-access", "api", "v1", "okta-service-accounts"] => {
                self.linked(question, &[self.managed()])
            }
            ["workload-principals", "api", "v1", "ai-agents", rest @ ..] => self.agents(question, rest),
            _ => error(404, "E0000007", "Not found: Resource not found"),
        }
    }

    /// A part of some rows, with the next page in the header.
    fn linked(&self, question: &Question, rows: &[Value]) -> Reply {
        let (from, size) =
            (question.number("after").unwrap_or(0), question.number("limit").unwrap_or(200).min(1_000));
        let reply = Reply::json(&Value::from(window(rows, from, size)));
        let own = format!("<{}{}>; rel=\"self\"", self.address, question.path);
        if from + size >= rows.len() {
            return reply.header("link", own);
        }
        let others = question.query.iter().filter(|(key, _)| *key != "after");
        let mut url = reqwest::Url::parse(&format!("http://x{}", question.path)).unwrap();
        url.query_pairs_mut().extend_pairs(others).append_pair("after", &(from + size).to_string());
        let next = url.as_str().replacen("http://x", &self.address, 1);
        reply.header("link", format!("{own}, <{next}>; rel=\"next\""))
    }

    /// The same with the next page in the body.
    fn nested(&self, question: &Question, key: &str, rows: &[Value], most: usize) -> Reply {
        let (from, size) =
            (question.number("after").unwrap_or(0), question.number("limit").unwrap_or(20).min(most));
        let at = format!("{}{}", self.address, question.path);
        let mut links = json!({"self": {"href": at}});
        if from + size < rows.len() {
            links["next"] = json!({"href": format!("{at}?limit={size}&after={}", from + size)});
        }
        Reply::json(&json!({key: window(rows, from, size), "_links": links}))
    }

    fn user(&self, at: usize) -> Value {
        let status = if at % 10 == 9 { "SUSPENDED" } else { "ACTIVE" };
        let login =
            if at == 7 { "svc-backup@acme.example".to_owned() } else { format!("u{at}@acme.example") };
        let seen = if at % 4 == 3 { Value::Null } else { json!(DAY) };
        json!({
            "id": user(at), "status": status, "created": DAY, "activated": DAY, "statusChanged": DAY, "lastLogin": seen,
            "lastUpdated": DAY, "passwordChanged": DAY, "type": {"id": "oty1"},
            "profile": {
                "login": login, "email": login, "firstName": "U", "lastName": format!("N{at}"), "title": "Accountant",
                "mobilePhone": null,
            },
            "credentials": {"password": {}, "provider": {"type": "OKTA", "name": "OKTA"}},
            "_links": {"self": {"href": format!("{}/api/v1/users/{}", self.address, user(at))}},
        })
    }

    fn size(&self, group: &str) -> usize {
        match group {
            "00g-everyone" => self.users,
            "00g-admins" => 3,
            "00g-staff" => self.staff(),
            _ => 0,
        }
    }

    fn groups(&self, question: &Question) -> Reply {
        let group = |(id, name, kind): (&str, &str, &str)| {
            let stats = json!({"usersCount": self.size(id), "appsCount": 1, "groupPushMappingsCount": 0,
                               "hasAdminPrivlege": id == "00g-admins"});
            json!({"id": id, "created": DAY, "lastUpdated": DAY, "type": kind, "objectClass": ["okta:user_group"],
                   "profile": {"name": name, "description": "of ours"}, "_embedded": {"stats": stats}})
        };
        let all = [
            ("00g-everyone", "Everyone", "BUILT_IN"),
            ("00g-admins", "admins", "OKTA_GROUP"),
            ("00g-staff", "staff", "OKTA_GROUP"),
            ("00g-empty", "empty", "OKTA_GROUP"),
        ];
        let is_asked = |(_, _, kind): &&(&str, &str, &str)| {
            question.query.get("filter").is_none_or(|filter| filter.contains(kind))
        };
        self.linked(question, &all.iter().filter(is_asked).map(|one| group(*one)).collect::<Vec<_>>())
    }

    fn apps(&self, question: &Question, rest: &[&str]) -> Reply {
        match rest {
            [] => self.linked(question, &self.app_list()),
            ["0oa-salesforce", "users"] => {
                let by_group = (0..self.staff()).map(|at| self.assigned(at, "GROUP"));
                self.linked(
                    question,
                    &by_group.chain([self.assigned(self.users - 1, "USER")]).collect::<Vec<_>>(),
                )
            }
            ["0oa-chat", "users"] => {
                self.linked(question, &(0..5).map(|at| self.assigned(at, "USER")).collect::<Vec<_>>())
            }
            [_, "users"] => Reply::json(&json!([])),
            [id, "grants"] => {
                let has = *id == "0oa-portal" || id.starts_with("0oa-s");
                let all = if has && *id != "0oa-salesforce" { json!([grant(id)]) } else { json!([]) };
                Reply::json(&all)
            }
            [id, "credentials", "jwks"] => Reply::json(&json!([{
                "id": format!("pks-{id}"), "kid": "k1", "kty": "RSA", "use": "sig", "e": "AQAB", "n": "AJnc", "alg": "RS256",
                "status": "ACTIVE", "created": DAY, "lastUpdated": DAY,
            }])),
            [id, "credentials", "secrets"] => Reply::json(&json!([{
                "id": format!("ocs-{id}"), "client_secret": "canary-secret", "secret_hash": "x", "status": "ACTIVE",
                "created": DAY, "lastUpdated": DAY,
            }])),
            _ => error(404, "E0000007", "Not found"),
        }
    }

    fn app_list(&self) -> Vec<Value> {
        let saml = |id: &str, label: &str, name: &str| {
            json!({"id": id, "name": name, "label": label, "status": "ACTIVE", "signOnMode": "SAML_2_0", "created": DAY,
                   "lastUpdated": DAY, "features": [], "settings": {"app": {}}})
        };
        let portal = json!({"id": "0oa-portal", "name": "oidc_client", "label": "Portal", "status": "ACTIVE",
            "signOnMode": "OPENID_CONNECT", "created": DAY,
            "credentials": {"oauthClient": {"client_id": "0oa-portal", "token_endpoint_auth_method": "client_secret_basic"}},
            "settings": {"oauthClient": {"application_type": "web", "grant_types": ["authorization_code"],
                "redirect_uris": ["https://portal.acme.example/back"], "response_types": ["code"]}}});
        let fixed = [
            saml("0oa-salesforce", "Salesforce", "salesforce"),
            saml("0oa-chat", "ChatGPT Enterprise", "chatgpt"),
            portal,
        ];
        fixed.into_iter().chain((0..self.services).map(service)).collect()
    }

    fn assigned(&self, at: usize, scope: &str) -> Value {
        let mut links = json!({"user": {"href": format!("{}/api/v1/users/{}", self.address, user(at))}});
        if scope == "GROUP" {
            links["group"] = json!({"href": format!("{}/api/v1/groups/00g-staff", self.address)});
        }
        json!({"id": user(at), "scope": scope, "status": "ACTIVE", "created": DAY, "lastUpdated": DAY, "_links": links})
    }

    fn roles_of_user(&self, id: &str) -> Value {
        let mut roles = Vec::new();
        if id == user(0) {
            roles.push(role("irb-u0", "SUPER_ADMIN", "Super Administrator", "USER"));
        }
        if (0..3).any(|at| user(at) == id) {
            let mut by_group = role("grb-a", "HELP_DESK_ADMIN", "Help Desk Administrator", "GROUP");
            by_group["_embedded"] = json!({"targets": {"groups": [staff()]}});
            by_group["_links"] =
                json!({"assignee": {"href": format!("{}/api/v1/groups/00g-admins", self.address)}});
            roles.push(by_group);
        }
        Value::from(roles)
    }

    fn iam(&self, question: &Question, rest: &[&str]) -> Reply {
        match rest {
            ["assignees", "users"] => {
                let rows: Vec<Value> =
                    (0..3).map(|at| json!({"id": user(at), "orn": "orn:okta:x"})).collect();
                self.nested(question, "value", &rows, 2)
            }
            ["roles"] => Reply::json(&json!({"roles": [
                {"id": "cr0-keys", "label": "Key keepers", "description": "x", "created": DAY, "lastUpdated": DAY}]})),
            ["roles", "cr0-keys", "permissions"] => Reply::json(&json!({"permissions": [
                {"label": "okta.users.credentials.manage", "created": DAY, "lastUpdated": DAY},
                {"label": "okta.apps.read", "created": DAY, "lastUpdated": DAY}]})),
            _ => error(404, "E0000007", "Not found"),
        }
    }

    fn api_services(&self, question: &Question, rest: &[&str]) -> Reply {
        match rest {
            [] => {
                let one = |id: &str, name: &str| {
                    json!({"id": id, "name": name, "type": "x", "createdAt": DAY, "createdBy": user(0),
                           "configGuideUrl": "https://x.example", "grantedScopes": ["okta.logs.read", "okta.users.manage"]})
                };
                self.linked(question, &[one("0oa-i1", "Siem Reader"), one("0oa-i2", "Copilot Connector")])
            }
            [id, "credentials", "secrets"] => Reply::json(&json!([{
                "id": format!("ocs-{id}"), "client_secret": "canary-secret", "secret_hash": "x", "status": "ACTIVE",
                "created": DAY, "lastUpdated": DAY, "_links": {},
            }])),
            _ => error(404, "E0000007", "Not found"),
        }
    }

    /// The user that stands for a service.
    fn managed(&self) -> Value {
        json!({"id": "00000000-0000-4000-8000-000000000001", "name": "backup", "oktaUserId": user(7),
               "username": "svc-backup@acme.example", "email": "svc-backup@acme.example", "created": DAY, "lastUpdated": DAY,
               "ownerUserIds": [user(self.users - 1)], "ownerGroupIds": [], "status": "NO_ISSUES", "statusDetail": "VAULTED"})
    }

    fn agents(&self, question: &Question, rest: &[&str]) -> Reply {
        let agent = |id: &str, name: &str, status: &str, app: &str| {
            json!({"id": id, "status": status, "appId": app, "created": DAY, "lastUpdated": DAY,
                   "profile": {"name": name, "description": format!("{name} for all")}, "_links": {}})
        };
        match rest {
            [] => {
                let rows = [
                    agent("wlp-1", "Invoice helper", "ACTIVE", "0oa-s0"),
                    agent("wlp-2", "Ticket sorter", "ACTIVE", "0oa-portal"),
                    agent("wlp-3", "Old one", "INACTIVE", "0oa-portal"),
                ];
                self.nested(question, "data", &rows, 2)
            }
            [id, "connections"] => self.nested(question, "data", &self.connections(id), 200),
            [id, "credentials", "jwks"] => Reply::json(&json!({"data": [{
                "id": format!("pks-{id}"), "kid": "k", "kty": "RSA", "alg": "RS256", "use": "sig", "e": "AQAB", "n": "AJnc",
                "status": "ACTIVE", "created": DAY, "lastUpdated": DAY}], "_links": {"self": {"href": self.address}}})),
            _ => error(404, "E0000007", "Not found"),
        }
    }

    fn connections(&self, agent: &str) -> Vec<Value> {
        let links = json!({"self": {"href": self.address}});
        let app = json!({"orn": "orn:okta:idp:00o1:apps:salesforce:0oa-salesforce", "name": "Salesforce", "_links": links});
        let server = json!({"orn": "orn:okta:idp:00o1:authorization_servers:aus1", "name": "CRM",
                            "issuerUrl": "https://crm.acme.example", "_links": links});
        match agent {
            "wlp-1" => vec![
                json!({"connectionType": "IDENTITY_ASSERTION_APP_INSTANCE", "protocolType": "IDENTITY_ASSERTION", "id": "mcn1",
                       "orn": "orn:x", "status": "ACTIVE", "app": app, "scopeCondition": "ALL_SCOPES",
                       "authorizationServer": {"issuerUrl": "https://x.example"}, "_links": links}),
                json!({"connectionType": "IDENTITY_ASSERTION_CUSTOM_AS", "protocolType": "IDENTITY_ASSERTION", "id": "mcn2",
                       "orn": "orn:x", "status": "ACTIVE", "authorizationServer": server, "scopeCondition": "INCLUDE_ONLY",
                       "scopes": ["crm.read", "crm.write"], "_links": links}),
            ],
            "wlp-2" => {
                vec![json!({"connectionType": "STS_SERVICE_ACCOUNT", "protocolType": "STS", "id": "mcn3",
                "orn": "orn:x", "status": "ACTIVE", "app": app, "_links": links,
                "serviceAccount": {"orn": "orn:okta:pam:00o1:service_accounts:4923", "name": "Slack bot", "_links": links}})]
            }
            _ => vec![
                json!({"connectionType": "STS_VAULT_SECRET", "protocolType": "STS", "id": "mcn4", "orn": "orn:x",
                "status": "INACTIVE", "_links": links,
                "secret": {"orn": "orn:okta:pam:00o1:secrets:d264", "name": "Root password", "path": "/x", "_links": links}}),
            ],
        }
    }
}

/// The scope that shows a part of the API.
pub fn scope(path: &str) -> Option<&'static str> {
    SCOPES.iter().find(|(part, _)| path.contains(part)).map(|(_, scope)| *scope)
}

/// A refusal in Okta's form.
pub fn error(status: u16, code: &str, summary: &str) -> Reply {
    let body = json!({"errorCode": code, "errorSummary": summary, "errorLink": code, "errorId": "oae1", "errorCauses": []});
    Reply::with(status, &body)
}

/// The id of a user.
pub fn user(at: usize) -> String {
    format!("00u{at}")
}

fn service(at: usize) -> Value {
    let id = format!("0oa-s{at}");
    json!({"id": id, "name": "oidc_client", "label": format!("job {at}"), "status": "ACTIVE", "signOnMode": "OPENID_CONNECT",
           "created": DAY, "lastUpdated": DAY,
           "credentials": {"oauthClient": {"client_id": id, "token_endpoint_auth_method": "private_key_jwt"}},
           "settings": {"oauthClient": {"application_type": "service", "grant_types": ["client_credentials"],
                                        "response_types": ["token"]}}})
}

fn grant(app: &str) -> Value {
    json!({"id": format!("oag-{app}"), "status": "ACTIVE", "created": DAY, "lastUpdated": DAY, "issuer": "https://x.example",
           "clientId": app, "scopeId": "okta.users.read", "source": "ADMIN", "createdBy": {"id": "00u0", "type": "User"}})
}

fn staff() -> Value {
    json!({"id": "00g-staff", "type": "OKTA_GROUP", "profile": {"name": "staff", "description": "x"}})
}

/// A role. The description takes one for either of two kinds, and has a role of the one fit the other too, so that a field
/// of the other kind that is `null` has to tell them apart.
fn role(id: &str, kind: &str, label: &str, by: &str) -> Value {
    let mut one = json!({"id": id, "type": kind, "label": label, "status": "ACTIVE", "created": DAY, "lastUpdated": DAY,
                         "assignmentType": by});
    one[if kind == "CUSTOM" { "_embedded" } else { "resource-set" }] = Value::Null;
    one
}

/// One application may manage one other, another has a role of the organisation's own.
fn roles_of_client(id: &str, question: &Question) -> Value {
    let is_by_app = question.query.get("expand").is_some_and(|expand| expand.contains("apps"));
    match id {
        "0oa-s0" => {
            let mut one = role("irb-s0", "APP_ADMIN", "Application Administrator", "CLIENT");
            if is_by_app {
                one["_embedded"] = json!({"targets": {"catalog": {"apps": [
                    {"id": "0oa-salesforce", "name": "salesforce", "displayName": "Salesforce"}]}}});
            }
            json!([one])
        }
        "0oa-s1" => {
            let mut one = role("irb-s1", "CUSTOM", "Key keepers", "CLIENT");
            one["role"] = json!("cr0-keys");
            one["resource-set"] = json!("iam-staff");
            json!([one])
        }
        _ => json!([]),
    }
}

fn factors(id: &str) -> Value {
    let one = |kind: &str| json!({"id": format!("f-{id}"), "factorType": kind, "provider": "OKTA", "status": "ACTIVE"});
    match id {
        "00u0" => json!([one("push"), one("webauthn")]),
        "00u1" => json!([one("push")]),
        _ => json!([]),
    }
}

fn app_accounts() -> Vec<Value> {
    let one = |id: &str, name: &str, owners: Value, detail: &str| {
        json!({"id": id, "name": name, "username": name, "containerOrn": "orn:okta:idp:00o1:apps:salesforce:0oa-salesforce",
               "containerGlobalName": "salesforce", "containerInstanceName": "Salesforce", "created": DAY, "lastUpdated": DAY,
               "ownerUserIds": owners, "ownerGroupIds": [], "status": "NO_ISSUES", "statusDetail": detail, "password": "x"})
    };
    vec![
        one("00000000-0000-4000-8000-000000000002", "integration", json!([user(1)]), "VAULTED"),
        one("00000000-0000-4000-8000-000000000003", "nightly", json!([]), "MISSING_PASSWORD"),
    ]
}

fn roles_of_group(id: &str) -> Value {
    assert_eq!(id, "00g-admins", "no other group has a role");
    let mut one = role("grb-a", "HELP_DESK_ADMIN", "Help Desk Administrator", "GROUP");
    one["_embedded"] = json!({"targets": {"groups": [staff()]}});
    json!([one])
}

/// Without `tokenWindow`: the pattern that the description has for it fits nothing but `P`.
fn tokens() -> Value {
    let token = |at: usize| {
        json!({"id": format!("00T-{at}"), "name": format!("token {at}"), "userId": user(at), 
               "clientName": "Okta API", "created": DAY, "lastUpdated": DAY, "expiresAt": "2026-12-28T00:00:00.000Z",
               "network": {"connection": "ANYWHERE"}})
    };
    json!([token(0), token(7)])
}

fn events(question: &Question) -> Vec<Value> {
    assert!(question.query.contains_key("until"), "without an end the pages never stop");
    let event = |number: u32, kind: &str, actor: &str, target: &str, token: Option<&str>| {
        let detail = token.map_or_else(|| json!({}), |token| json!({"requestApiTokenId": token}));
        json!({"uuid": format!("e{number}"), "published": DAY, "eventType": kind, "version": "0", "severity": "INFO",
               "outcome": {"result": "SUCCESS"}, "actor": {"id": actor, "type": "User", "alternateId": "x"},
               "target": [{"id": target, "type": "AppInstance", "alternateId": "x"}],
               "transaction": {"id": "t", "type": "WEB", "detail": detail}})
    };
    vec![
        event(1, "user.authentication.sso", &user(0), "0oa-chat", None),
        event(2, "app.oauth2.token.grant.access_token", "0oa-s0", "x", None),
        event(3, "user.lifecycle.suspend", &user(0), "x", Some("00T-0")),
    ]
}
