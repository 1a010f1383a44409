//! Okta's lists: where each lies and how its pages follow.

use super::super::listing::{List, Next};
use super::sights;
use crate::model::pull::Sight;

/// The smallest question.
const ONE: &[(&str, &str)] = &[("limit", "1")];
const NOTHING: &[(&str, &str)] = &[];
/// Where lists of newer parts of the API say how they go on.
const IN_BODY: Next = Next::Address("_links.next.href");

const fn list(word: &'static str, path: &'static str, sight: &'static Sight) -> List {
    List { word, path, query: NOTHING, items: "", next: Next::Header, total: "", probe: NOTHING, sight }
}

/// Users that are not deactivated.
pub static USERS: List =
    List { query: &[("limit", "200")], probe: ONE, ..list("users", "api/v1/users", &sights::USERS) };
/// What one user enrolled.
pub static FACTORS: List = list("second factors", "api/v1/users/{}/factors", &sights::FACTORS);
/// Groups, with how many are in each and whether it has a role.
pub static GROUPS: List = List {
    query: &[("limit", "200"), ("expand", "stats")],
    probe: ONE,
    ..list("groups", "api/v1/groups", &sights::GROUPS)
};
/// The group of everybody, which tells how many users there are.
pub static EVERYBODY: List = List {
    query: &[("filter", "type eq \"BUILT_IN\""), ("expand", "stats")],
    ..list("everybody", "api/v1/groups", &sights::GROUPS)
};
/// Who is in one group.
pub static MEMBERS: List = List {
    query: &[("limit", "1000")],
    probe: ONE,
    ..list("members of groups", "api/v1/groups/{}/users", &sights::GROUPS)
};
/// Applications, switched on or off.
pub static APPS: List =
    List { query: &[("limit", "200")], probe: ONE, ..list("applications", "api/v1/apps", &sights::APPS) };
/// Who may sign in to one application.
pub static ASSIGNED: List = List {
    query: &[("limit", "500")],
    probe: ONE,
    ..list("assignments to applications", "api/v1/apps/{}/users", &sights::APPS)
};
/// Scopes of the API that one application has.
pub static SCOPES: List = list("granted scopes", "api/v1/apps/{}/grants", &sights::SCOPES);
/// Public keys of one application.
pub static APP_KEYS: List = list("keys of applications", "api/v1/apps/{}/credentials/jwks", &sights::KEYS);
/// Secrets of one application; only their ages are read.
pub static APP_SECRETS: List =
    list("secrets of applications", "api/v1/apps/{}/credentials/secrets", &sights::SECRETS);
/// Secrets of one API service; only their ages are read.
pub static SERVICE_SECRETS: List = list(
    "secrets of API services",
    "integrations/api/v1/api-services/{}/credentials/secrets",
    &sights::SECRETS,
);
/// Tokens that administrators made; they come all at once.
pub static API_TOKENS: List = list("API tokens", "api/v1/api-tokens", &sights::API_TOKENS);
/// Integrations of services of others.
pub static API_SERVICES: List =
    list("API services", "integrations/api/v1/api-services", &sights::API_SERVICES);
/// Accounts of applications whose passwords Okta keeps.
pub static APP_ACCOUNTS: List = List {
    query: &[("limit", "200")],
    probe: ONE,
    ..list("service accounts", "privileged-access/api/v1/service-accounts", &sights::SERVICE_ACCOUNTS)
};
/// Users that stand for services.
pub static OKTA_ACCOUNTS: List = List {
    query: &[("limit", "200")],
    probe: ONE,
    ..list("managed users", "privileged-access/api/v1/okta-service-accounts", &sights::SERVICE_ACCOUNTS)
};
/// Users that have any role, be it by a group.
pub static ADMINISTRATORS: List = List {
    query: &[("limit", "100")],
    items: "value",
    next: IN_BODY,
    probe: ONE,
    ..list("administrators", "api/v1/iam/assignees/users", &sights::ROLES)
};
/// Roles that the organisation made itself.
pub static CUSTOM_ROLES: List =
    List { items: "roles", next: IN_BODY, ..list("custom roles", "api/v1/iam/roles", &sights::ROLES) };
/// What one such role allows.
pub static PERMISSIONS: List = List {
    items: "permissions",
    next: IN_BODY,
    ..list("permissions of roles", "api/v1/iam/roles/{}/permissions", &sights::ROLES)
};
/// AI agents.
pub static AGENTS: List = List {
    query: &[("limit", "200")],
    items: "data",
    next: IN_BODY,
    probe: ONE,
    ..list("AI agents", "workload-principals/api/v1/ai-agents", &sights::AGENTS)
};
/// What one AI agent is connected with.
pub static CONNECTIONS: List = List {
    query: &[("limit", "200")],
    items: "data",
    next: IN_BODY,
    ..list("connections of AI agents", "workload-principals/api/v1/ai-agents/{}/connections", &sights::AGENTS)
};
/// Public keys of one AI agent.
pub static AGENT_KEYS: List = List {
    items: "data",
    next: IN_BODY,
    ..list("keys of AI agents", "workload-principals/api/v1/ai-agents/{}/credentials/jwks", &sights::AGENTS)
};
/// The part of the system log that tells of use.
pub static LOG: List = List {
    query: &[("limit", "1000"), ("filter", LOGGED)],
    // A day of which nothing is kept; what matters is whether one may ask.
    probe: &[("limit", "1"), ("since", "2001-01-01T00:00:00Z"), ("until", "2001-01-02T00:00:00Z")],
    ..list("events of the system log", "api/v1/logs", &sights::LOG)
};

/// Sign-ins to applications, tokens that were given out, and whatever was done with an API token.
const LOGGED: &str = "eventType eq \"user.authentication.sso\" or eventType sw \"app.oauth2\" \
                      or transaction.detail.requestApiTokenId pr";

/// Who holds administrators' roles, each asked by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    User,
    Group,
    Client,
}

/// Where the roles of one holder lie, with the groups that they are limited to, then with the applications.
#[derive(Debug)]
pub struct HolderRoles {
    pub groups: List,
    pub apps: List,
}

static OF_USERS: HolderRoles = holder("roles of users", "api/v1/users/{}/roles");
static OF_GROUPS: HolderRoles = holder("roles of groups", "api/v1/groups/{}/roles");
static OF_CLIENTS: HolderRoles = holder("roles of applications", "oauth2/v1/clients/{}/roles");

const fn holder(word: &'static str, path: &'static str) -> HolderRoles {
    HolderRoles {
        groups: List { query: &[("expand", "targets/groups")], ..list(word, path, &sights::ROLES) },
        apps: List { query: &[("expand", "targets/catalog/apps")], ..list(word, path, &sights::ROLES) },
    }
}

impl Holder {
    /// Its lists.
    pub fn lists(self) -> &'static HolderRoles {
        match self {
            Self::User => &OF_USERS,
            Self::Group => &OF_GROUPS,
            Self::Client => &OF_CLIENTS,
        }
    }
}
