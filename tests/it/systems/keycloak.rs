//! A realm of Keycloak, of our own making, for the vendor's description has neither rows nor pages.

use serde_json::{Value, json};

use super::fake::{Fake, Question, Reply, window};
use super::prism::Prism;

/// The realm.
pub const REALM: &str = "acme";
/// The token that it takes.
pub const TOKEN: &str = "canary-token";
/// The secret of the reader.
pub const SECRET: &str = "canary&secret";
const SPEC: &str = "keycloak/keycloak-admin-trimmed.json";

/// What is in it.
pub struct World {
    users: Vec<Value>,
    clients: Vec<Value>,
    /// Roles with the users that have them.
    roles: Vec<(Value, Vec<Value>)>,
    /// Roles of its administration, which the description does not have.
    administration: Vec<(Value, Vec<Value>)>,
    events: Vec<Value>,
    /// Whether the consents of one person are hidden.
    pub hides_consents: bool,
}

/// Every third person lets a service and an AI product act; one lets something act that no list shows.
fn consents(id: &str) -> Value {
    let at: usize = id.trim_start_matches('u').parse().unwrap();
    let given = |client: &str, scopes: &[&str]| {
        json!({"clientId": client, "grantedClientScopes": scopes, "createdDate": 1_790_000_000_000_i64,
               "lastUpdatedDate": 1_795_000_000_000_u64 + at as u64, "additionalGrants": []})
    };
    match at {
        1 => json!([given("gone", &["email"])]),
        at if at.is_multiple_of(3) => {
            json!([given("service-1", &["profile", "email"]), given("chat", &["profile"])])
        }
        _ => json!([]),
    }
}

fn user(at: usize) -> Value {
    json!({"id": format!("u{at}"), "username": format!("user{at}"), "email": format!("user{at}@acme.example"),
           "emailVerified": at.is_multiple_of(2), "enabled": !at.is_multiple_of(10), "totp": at.is_multiple_of(3),
           "createdTimestamp": 1_700_000_000_000_i64, "attributes": {"department": ["Sales"]}})
}

fn client(at: usize) -> Value {
    json!({"id": format!("c{at}"), "clientId": format!("service-{at}"), "enabled": true, "serviceAccountsEnabled": true,
           "publicClient": false, "clientAuthenticatorType": "client-secret", "secret": "canary-of-a-client",
           "attributes": {"client.secret.creation.time": "1735689600"}})
}

fn service_user(at: usize) -> Value {
    json!({"id": format!("s{at}"), "username": format!("service-account-service-{at}")})
}

fn role(name: &str, is_composite: bool) -> Value {
    json!({"id": format!("id-of-{name}"), "name": name, "composite": is_composite, "clientRole": false, "containerId": REALM})
}

impl World {
    /// A realm of a size.
    pub fn new(people: usize, services: usize) -> Self {
        let users: Vec<Value> = (0..people).map(user).collect();
        let mut clients: Vec<Value> = (0..services).map(client).collect();
        clients.push(
            json!({"id": "p", "clientId": "portal", "publicClient": true, "serviceAccountsEnabled": false}),
        );
        clients.push(
            json!({"id": "gpt", "clientId": "chat", "publicClient": true, "serviceAccountsEnabled": false,
                            "redirectUris": ["https://chatgpt.com/callback"]}),
        );
        let ops = vec![user(1), user(2), service_user(0)];
        let roles = vec![(role("default-roles-acme", false), users.clone()), (role("ops", false), ops)];
        let login =
            |at: usize| json!({"type": "LOGIN", "userId": format!("u{at}"), "time": 1_795_000_000_000_i64});
        let mut events: Vec<Value> = (0..people / 2).map(login).collect();
        events.push(json!({"type": "CLIENT_LOGIN", "clientId": "service-0", "userId": "s0", "time": 1_795_000_000_000_i64}));
        Self { users, clients, roles, administration: Vec::new(), events, hides_consents: false }
    }

    /// The same with the client that administers the realm, and a role of the realm that holds one of its roles.
    pub fn administered(mut self) -> Self {
        self.clients
            .push(json!({"id": "rm", "clientId": "realm-management", "serviceAccountsEnabled": false}));
        self.roles.push((role("boss", true), vec![user(3)]));
        self.administration =
            vec![(role("realm-admin", false), vec![user(4)]), (role("view-users", false), vec![user(5)])];
        self
    }

    /// Starts it behind the vendor's description; `None` where that is not there.
    pub fn described(self) -> Option<Prism> {
        Prism::before(&[(SPEC, "")], |_| self.alone(|_| None))
    }

    /// Starts it without the description; `odd` comes before the usual answer.
    pub fn alone(self, odd: impl Fn(&Question) -> Option<Reply> + Send + Sync + 'static) -> Fake {
        Fake::start(move |question, _| odd(question).unwrap_or_else(|| self.answer(question)))
    }

    fn answer(&self, question: &Question) -> Reply {
        if question.path.ends_with("/protocol/openid-connect/token") {
            return desk(question);
        }
        if question.headers.get("authorization").map(String::as_str) != Some(&format!("Bearer {TOKEN}")) {
            return Reply::with(401, &json!({"error": "HTTP 401 Unauthorized"}));
        }
        let parts: Vec<&str> = question.path.split('/').skip(1).collect();
        let rows = |rows: &[Value]| {
            let (first, max) = (question.number("first").unwrap_or(0), question.number("max").unwrap_or(100));
            Reply::json(&json!(window(rows, first, max)))
        };
        let names =
            |all: &[(Value, Vec<Value>)]| all.iter().map(|(role, _)| role.clone()).collect::<Vec<_>>();
        let holders = |all: &[(Value, Vec<Value>)], name: &str| {
            let found = all.iter().find(|(role, _)| role["name"] == name);
            found.map_or_else(
                || Reply::with(404, &json!({"error": "Could not find role"})),
                |(_, users)| rows(users),
            )
        };
        match parts.as_slice() {
            ["admin", "realms", REALM] => {
                Reply::json(&json!({"realm": REALM, "enabled": true, "eventsEnabled": true}))
            }
            [.., REALM, "users", "count"] => Reply::json(&json!(self.users.len())),
            [.., REALM, "users"] => rows(&self.users),
            [.., REALM, "users", "u3", "consents"] if self.hides_consents => {
                Reply::with(403, &json!({"error": "unknown_error"}))
            }
            [.., REALM, "users", id, "consents"] => Reply::json(&consents(id)),
            [.., REALM, "clients"] => rows(&self.clients),
            [.., REALM, "events"] => rows(&self.events),
            [.., REALM, "roles"] => rows(&names(&self.roles)),
            [.., REALM, "roles", name, "users"] => holders(&self.roles, name),
            [.., REALM, "groups"] if self.administration.is_empty() => Reply::json(&json!([])),
            [.., REALM, "groups"] => Reply::json(
                &json!([{"id": "g", "path": "/it", "realmRoles": ["ops"], "subGroupCount": 1, "subGroups": []}]),
            ),
            [.., "groups", "g", "children"] => {
                let inner = json!({"id": "h", "path": "/it/boss", "clientRoles": {"realm-management": ["realm-admin"]}});
                Reply::json(&json!([inner]))
            }
            [.., "groups", "g", "members"] => rows(&[user(6)]),
            [.., "groups", "h", "members"] => rows(&[user(7)]),
            [.., "clients", "rm", "roles"] => Reply::json(&json!(names(&self.administration))),
            [.., "clients", "rm", "roles", name, "users"] => holders(&self.administration, name),
            [.., "roles-by-id", "id-of-boss", "composites"] => {
                let mut part = self.administration[0].0.clone();
                part["clientRole"] = json!(true);
                part["containerId"] = json!("rm");
                Reply::json(&json!([part]))
            }
            _ => Reply::with(404, &json!({"error": "HTTP 404 Not Found"})),
        }
    }
}

/// A desk that gives out the token to the reader alone.
pub fn desk(question: &Question) -> Reply {
    if question.body.contains("client_secret=canary%26secret&")
        || question.body.ends_with("client_secret=canary%26secret")
    {
        return Reply::json(&json!({"access_token": TOKEN, "expires_in": 300}));
    }
    let said = "Invalid client or Invalid client credentials";
    Reply::with(401, &json!({"error": "unauthorized_client", "error_description": said}))
}
