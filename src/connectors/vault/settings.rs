//! What is set for Vault and `OpenBao`, what they show, and the least rights that show all of it.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::super::http::ADDRESS;
use super::super::http::{Auth, Body, CA, Http, Issue, Issued, PROXY, RATE, Refused, Tokens, Verdict};
use super::super::listing::Object;
use super::super::secret::Secret;
use super::super::{ConnectorError, Form, Permit, Setting, Settings};
use crate::model::pull::Sight;

const TOKEN: &str = "token";
const ROLE: &str = "role-id";
const SECRET: &str = "secret-id";
const MOUNT: &str = "approle-mount";
const NAMESPACE: &str = "namespace";
const ENTITIES: &str = "entities";
const TOKENS: &str = "tokens";
const HEADER: &str = "x-vault-token";

/// Every setting.
pub static ALL: &[Setting] = &[
    Setting {
        key: ADDRESS,
        title: "Address",
        help: "The address of the server, without /v1.",
        is_required: true,
        form: Form::Address("https://vault.example.com:8200"),
    },
    Setting {
        key: TOKEN,
        title: "Token",
        help: "Where a token lies, such as command:vault print token",
        is_required: false,
        form: Form::Secret,
    },
    Setting {
        key: ROLE,
        title: "Role id",
        help: "The id of an AppRole to sign in with, instead of a token.",
        is_required: false,
        form: Form::Text("675a50e7-cfe0-be76-e35f-49ec009731ea"),
    },
    Setting {
        key: SECRET,
        title: "Secret id",
        help: "Where a secret id of that role lies.",
        is_required: false,
        form: Form::Secret,
    },
    Setting {
        key: MOUNT,
        title: "Mount of AppRole",
        help: "Where the method AppRole is mounted, where that is not `approle`.",
        is_required: false,
        form: Form::Text("approle"),
    },
    Setting {
        key: NAMESPACE,
        title: "Namespace",
        help: "The namespace that is read, where there are several.",
        is_required: false,
        form: Form::Text("admin/team-a"),
    },
    Setting {
        key: ENTITIES,
        title: "Entities one by one",
        help: "`yes` asks for every entity and every group by itself: its policies, and whether it is disabled.",
        is_required: false,
        form: Form::YesNo,
    },
    Setting {
        key: TOKENS,
        title: "Tokens",
        help: "`yes` asks for every token that is in use by its accessor. The right to that (`sudo`) is a strong one.",
        is_required: false,
        form: Form::YesNo,
    },
    CA,
    PROXY,
    RATE,
];

/// The least rights.
pub static PERMITS: &[Permit] = &[Permit {
    how: "A policy for `vault policy write trueup -`, and a token of it: `vault token create -policy=trueup -period=24h`. It \
          reads no secret. Leave out what is not to be shown; the rest is pulled all the same.",
    language: "hcl",
    text: include_str!("permit.hcl"),
}];

/// What can sign in without a person.
pub const ROLES: Sight = Sight {
    id: "roles",
    title: "Roles of auth methods (AppRole, Kubernetes, JWT, clouds, certificates) and their policies",
    needs: "sys/auth: read; auth/+/role and the like: list and read",
    feeds: &["machine.identities.total", "org.identities.total", "machine.permissions.granted_risk"],
};
/// People and whoever else has signed in.
pub const PEOPLE: Sight = Sight {
    id: "entities",
    title: "Entities and users: who signs in, by which method",
    needs: "identity/entity/id: list; auth/+/users: list and read",
    feeds: &["human.users.total", "org.identities.total"],
};
/// What entities and groups hold; asking for them is a choice.
pub const HELD: Sight = Sight {
    id: "entity-policies",
    title: "Policies and state of entities, also by groups",
    needs: "the setting `entities`; identity/entity/id/+ and identity/group/id/+: read, identity/group/id: list",
    feeds: &["human.entitlements.granted", "human.admins.total"],
};
/// What policies allow.
pub const POLICIES: Sight = Sight {
    id: "policies",
    title: "What policies allow, path by path",
    needs: "sys/policies/acl: list; sys/policies/acl/+: read",
    feeds: &["machine.permissions.granted_risk", "human.admins.total", "human.entitlements.granted"],
};
/// Tokens; asking for them is a choice.
pub const IN_USE: Sight = Sight {
    id: "tokens",
    title: "Tokens in use, their ends and policies",
    needs: "the setting `tokens`; auth/token/accessors: list and sudo, auth/token/lookup-accessor: update",
    feeds: &["machine.credentials.total", "machine.credentials.older_than_90d"],
};
/// All of them.
pub static SIGHTS: &[Sight] = &[ROLES, PEOPLE, HELD, POLICIES, IN_USE];
/// What no question of this connector shows.
pub static NEVER: &[Sight] = &[
    Sight {
        id: "last-use",
        title: "Last use",
        needs: "the audit device of the server, or its export of client activity",
        feeds: &["machine.identities.unused_90d", "human.users.dormant_90d"],
    },
    Sight {
        id: "secret-ids",
        title: "Secret ids of AppRoles",
        needs: "a question for each of them, which is not asked",
        feeds: &["machine.credentials.total"],
    },
];

/// What is set, and the way in.
#[derive(Debug)]
pub struct Door {
    pub http: Http,
    pub namespace: Option<String>,
    pub asks_entities: bool,
    pub asks_tokens: bool,
}

impl Door {
    /// Reads the settings.
    pub fn open(settings: &Settings) -> Result<Self, ConnectorError> {
        let namespace = settings.value(NAMESPACE).map(|name| name.trim().trim_matches('/').to_owned());
        let headers = namespace.iter().map(|name| ("x-vault-namespace", name.clone()));
        let headers = headers.chain([("x-vault-request", "true".to_owned())]).collect();
        let nobody = Http::open(settings, Auth::Nobody, "application/json")?.judged(judge).with(headers);
        let auth = match (settings.secret(TOKEN), settings.value(ROLE), settings.secret(SECRET)) {
            (Some(token), None, None) => Auth::Header(HEADER, token.clone()),
            (None, Some(role), Some(secret)) => {
                let mount = settings.value(MOUNT).unwrap_or("approle").trim().trim_matches('/');
                let desk = nobody.beside(&nobody.origin(), Auth::Nobody)?;
                let role = Role { role: role.trim().to_owned(), secret: secret.clone() };
                Auth::Issued(Arc::new(Tokens::new(desk, &format!("v1/auth/{mount}/login"), Box::new(role))))
            }
            (None, Some(_), None) => return Err(ConnectorError::Setting { key: SECRET }),
            (None, None, Some(_)) => return Err(ConnectorError::Setting { key: ROLE }),
            (None, None, None) => return Err(ConnectorError::Setting { key: TOKEN }),
            (Some(_), ..) => {
                return Err(ConnectorError::Value {
                    key: TOKEN,
                    reason: "a role is set too".to_owned(),
                    help: "set either the token, or the role id and the secret id".to_owned(),
                });
            }
        };
        let http = nobody.beside(&nobody.origin(), auth)?;
        let (asks_entities, asks_tokens) = (settings.is_on(ENTITIES)?, settings.is_on(TOKENS)?);
        Ok(Self { http, namespace, asks_entities, asks_tokens })
    }
}

/// An `AppRole` that signs in.
#[derive(Debug)]
struct Role {
    role: String,
    secret: Secret,
}

impl Issue for Role {
    fn body(&self) -> Result<Body, ConnectorError> {
        Ok(Body::json(&json!({ "role_id": self.role, "secret_id": self.secret.reveal() })))
    }

    fn read(&self, answer: &Value) -> Option<Issued> {
        let auth = Object::of(answer.get("auth")?.clone())?;
        let lasts = auth.number("lease_duration").filter(|lasts| *lasts > 0).map(Duration::from_secs);
        Some(Issued { token: Secret::new(auth.text("client_token")?), lasts })
    }

    fn header(&self) -> Option<&'static str> {
        Some(HEADER)
    }
}

/// Refusals in the words of Vault.
fn judge(refused: &Refused<'_>) -> Option<Verdict> {
    let body = serde_json::from_slice::<Object>(refused.body).unwrap_or_default();
    let errors = body.texts("errors").unwrap_or_else(|| body.text("error").into_iter().collect());
    let said = errors.join("; ").replace(['\n', '\t'], " ");
    let has = |word: &str| said.to_lowercase().contains(word);
    match refused.status {
        503 if has("sealed") => {
            let help = "unseal it, or ask another server of the cluster";
            Some(Verdict::Failed("it is sealed".to_owned(), help.to_owned()))
        }
        403 => Some(Verdict::Forbidden(said)),
        // An empty list is "not found" without a word; with one, there is no such path.
        404 if !said.is_empty() => Some(Verdict::Rejected(format!("404: {said}"))),
        500 if has("mount not found") || has("unsupported") => {
            Some(Verdict::Rejected(format!("404: {said}")))
        }
        // A proxy between may not know the verb of lists.
        400 | 405 | 501 => Some(Verdict::Rejected(format!("{}: {said}", refused.status))),
        _ => None,
    }
}
