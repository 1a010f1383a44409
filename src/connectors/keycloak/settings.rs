//! What is set for Keycloak, what it shows, and the least rights that show all of it.

use std::sync::Arc;

use serde_json::Value;

use super::super::http::{ADDRESS, Auth, Body, CA, Http, Issue, Issued, PROXY, RATE, Tokens, form_of_token};
use super::super::listing::{List, Next};
use super::super::secret::Secret;
use super::super::{ConnectorError, Form, Permit, Setting, Settings};
use crate::model::pull::Sight;

const REALM: &str = "realm";
const CLIENT: &str = "client";
const SECRET: &str = "secret";
const HOME: &str = "sign-in-realm";
const DESK: &str = "token-address";
const EVENTS: &str = "events";
const BY_PERSON: &str = "consents";
const ACCEPT: &str = "application/json";

/// Every setting.
pub static ALL: &[Setting] = &[
    Setting {
        key: ADDRESS,
        title: "Address",
        help: "The address of the server; older ones lie below /auth.",
        is_required: true,
        form: Form::Address("https://id.example.com"),
    },
    Setting {
        key: REALM,
        title: "Realm",
        help: "The realm whose identities are read.",
        is_required: true,
        form: Form::Text("acme"),
    },
    Setting {
        key: CLIENT,
        title: "Client",
        help: "The client whose service account reads.",
        is_required: true,
        form: Form::Text("trueup"),
    },
    Setting {
        key: SECRET,
        title: "Secret",
        help: "Where the secret of that client lies.",
        is_required: true,
        form: Form::Secret,
    },
    Setting {
        key: HOME,
        title: "Realm of the client",
        help: "The realm that the client belongs to, where that is another one, such as master.",
        is_required: false,
        form: Form::Text("master"),
    },
    Setting {
        key: DESK,
        title: "Address of tokens",
        help: "Where the server gives out tokens, where administration has an address of its own.",
        is_required: false,
        form: Form::Address("https://login.example.com"),
    },
    Setting {
        key: EVENTS,
        title: "Events",
        help: "`yes` reads the sign-ins that the realm has saved, to tell who was last seen when.",
        is_required: false,
        form: Form::YesNo,
    },
    Setting {
        key: BY_PERSON,
        title: "Consents",
        help: "`yes` asks each person's consents to clients, one question for each.",
        is_required: false,
        form: Form::YesNo,
    },
    CA,
    PROXY,
    RATE,
];

/// The least rights.
pub static PERMITS: &[Permit] = &[Permit {
    how: "Commands for Keycloak's own `kcadm.sh`: a client whose service account may look at users, clients, roles and events \
          of one realm, and change nothing. Put the realm's name in the place of REALM; the last command prints the secret.",
    language: "sh",
    text: "kcadm.sh create clients -r REALM -s clientId=trueup -s enabled=true -s publicClient=false \\
  -s serviceAccountsEnabled=true -s standardFlowEnabled=false -s directAccessGrantsEnabled=false -i
kcadm.sh add-roles -r REALM --uusername service-account-trueup --cclientid realm-management \\
  --rolename view-users --rolename view-clients --rolename view-realm --rolename view-events
kcadm.sh get clients/ID/client-secret -r REALM
",
}];

/// Users.
pub const USERS: Sight = Sight {
    id: "users",
    title: "Users and their state",
    needs: "the role view-users of the client realm-management",
    feeds: &["human.users.total", "org.identities.total", "human.users.mfa_registered"],
};
/// Clients with accounts of their own.
pub const CLIENTS: Sight = Sight {
    id: "clients",
    title: "Clients with service accounts, their secrets' age, AI applications among all clients",
    needs: "the role view-clients of the client realm-management",
    feeds: &[
        "machine.identities.total",
        "machine.credentials.total",
        "machine.credentials.older_than_90d",
        "ai.tools.total",
    ],
};
/// Roles.
pub const ROLES: Sight = Sight {
    id: "roles",
    title: "Roles of the realm and of its administration, and who has them, also by groups",
    needs: "the roles view-realm, view-clients and view-users of the client realm-management",
    feeds: &["human.entitlements.granted", "human.admins.total", "machine.permissions.granted_risk"],
};
/// Saved sign-ins; reading them is a choice.
pub const SIGN_INS: Sight = Sight {
    id: "events",
    title: "Last sign-in of users and service accounts",
    needs: "the setting `events`; the role view-events of the client realm-management, and a realm that saves events",
    feeds: &["human.users.dormant_90d", "machine.identities.unused_90d"],
};
/// What people let clients do; reading it is a choice.
pub const CONSENTS: Sight = Sight {
    id: "consents",
    title: "Consents of people to clients",
    needs: "the setting `consents`; the role view-users of the client realm-management",
    feeds: &["ai.shadow.detected_90d", "machine.permissions.granted_risk"],
};
/// All of them.
pub static SIGHTS: &[Sight] = &[USERS, CLIENTS, ROLES, SIGN_INS, CONSENTS];
/// What no question of this connector shows.
pub static NEVER: &[Sight] = &[
    Sight {
        id: "other-roles",
        title: "Roles of other clients that are held without a group",
        needs: "a question for each client, which is not asked",
        feeds: &["human.entitlements.unused_90d", "thirdparty.apps.total"],
    },
    Sight {
        id: "credentials",
        title: "Passkeys and passwords",
        needs: "a question for each user, which is not asked",
        feeds: &["human.users.mfa_phishing_resistant", "human.users.password_only"],
    },
];

/// How many are asked for at a time.
const SIZE: usize = 500;
const NEXT: Next = Next::Skip { parameter: "first", size: SIZE };

/// A list that is read by places; Keycloak never says how many there are.
const fn list(word: &'static str, path: &'static str, sight: &'static Sight) -> List {
    List {
        word,
        path,
        query: &[("max", "500")],
        items: "",
        next: NEXT,
        total: "",
        probe: &[("max", "1")],
        sight,
    }
}

/// Users without those of service accounts, which Keycloak leaves out.
pub static ALL_USERS: List = List {
    query: &[("briefRepresentation", "false"), ("max", "500")],
    ..list("users", "admin/realms/{}/users", &USERS)
};
/// Clients.
pub static ALL_CLIENTS: List = list("clients", "admin/realms/{}/clients", &CLIENTS);
/// Roles of the realm.
pub static REALM_ROLES: List = list("realm roles", "admin/realms/{}/roles", &ROLES);
/// Roles of a client; the place is `REALM/clients/ID`. All come at once.
pub static CLIENT_ROLES: List = List {
    query: &[],
    next: Next::Never,
    probe: &[],
    ..list("client roles", "admin/realms/{}/roles", &ROLES)
};
/// Who has a role; the place is `REALM/roles/NAME` or `REALM/clients/ID/roles/NAME`.
pub static HOLDERS: List = list("holders of roles", "admin/realms/{}/users", &ROLES);
/// What a role consists of; the place is `REALM/roles-by-id/ID`. All come at once.
pub static PARTS: List = List {
    query: &[],
    next: Next::Never,
    probe: &[],
    ..list("parts of roles", "admin/realms/{}/composites", &ROLES)
};
/// Groups with the roles that they give; those in others are asked for below each.
pub static GROUPS: List = List {
    query: &[("briefRepresentation", "false"), ("max", "500")],
    ..list("groups", "admin/realms/{}/groups", &ROLES)
};
/// Groups in a group; the place is `REALM/groups/ID`.
pub static CHILDREN: List = List {
    query: &[("briefRepresentation", "false"), ("max", "500")],
    ..list("groups in groups", "admin/realms/{}/children", &ROLES)
};
/// Who is in a group.
pub static MEMBERS: List = list("members of groups", "admin/realms/{}/members", &ROLES);
/// Sign-ins, the newest first.
pub static LOGINS: List = List {
    query: &[("type", "LOGIN"), ("type", "CLIENT_LOGIN"), ("max", "500")],
    ..list("sign-ins", "admin/realms/{}/events", &SIGN_INS)
};

/// What is set, and the way in.
#[derive(Debug)]
pub struct Door {
    pub http: Http,
    pub realm: String,
    pub asks_events: bool,
    pub asks_consents: bool,
}

impl Door {
    /// Reads the settings.
    pub fn open(settings: &Settings) -> Result<Self, ConnectorError> {
        let realm = name(REALM, settings.needed(REALM)?)?;
        let home = settings.value(HOME).map_or_else(|| Ok(realm.clone()), |home| name(HOME, home))?;
        let secret = settings.secret(SECRET).ok_or(ConnectorError::Setting { key: SECRET })?.clone();
        let client = settings.needed(CLIENT)?.trim().to_owned();
        let nobody = Http::open(settings, Auth::Nobody, ACCEPT)?;
        let desk = nobody.beside(settings.value(DESK).unwrap_or(&nobody.origin()), Auth::Nobody)?;
        let path = format!("realms/{home}/protocol/openid-connect/token");
        let tokens = Tokens::new(desk, &path, Box::new(Client { client, secret }));
        let http = nobody.beside(&nobody.origin(), Auth::Issued(Arc::new(tokens)))?;
        let (asks_events, asks_consents) = (settings.is_on(EVENTS)?, settings.is_on(BY_PERSON)?);
        Ok(Self { http, realm, asks_events, asks_consents })
    }
}

/// A client that signs in by its secret.
#[derive(Debug)]
struct Client {
    client: String,
    secret: Secret,
}

impl Issue for Client {
    fn body(&self) -> Result<Body, ConnectorError> {
        Ok(Body::form(&[
            ("grant_type", "client_credentials"),
            ("client_id", &self.client),
            ("client_secret", self.secret.reveal()),
        ]))
    }

    fn read(&self, answer: &Value) -> Option<Issued> {
        form_of_token(answer)
    }
}

/// A realm becomes a part of the path that is asked for, so it may be nothing else.
fn name(key: &'static str, text: &str) -> Result<String, ConnectorError> {
    let text = text.trim();
    if !text.is_empty() && text != "." && text != ".." && !text.contains(['/', '\\', '?', '#']) {
        return Ok(text.to_owned());
    }
    Err(ConnectorError::Value {
        key,
        reason: format!("`{text}` is no realm"),
        help: "write the realm's name, as it stands in its address behind /realms/".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_realm_is_a_name_and_never_a_path() {
        assert_eq!(name(REALM, " acme west ").unwrap(), "acme west");
        for wrong in ["", "..", "a/b", "acme?x=1"] {
            assert!(name(REALM, wrong).unwrap_err().to_string().contains("is no realm"), "{wrong}");
        }
    }
}
