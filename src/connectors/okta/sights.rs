//! What Okta can show, what each needs, and the least rights for all of it.

use super::super::Permit;
use crate::model::pull::Sight;

/// People, and accounts that services sign in with.
pub const USERS: Sight = Sight {
    id: "users",
    title: "Users, their state and last sign-in",
    needs: "the scope okta.users.read",
    feeds: &["human.users.total", "org.identities.total", "human.users.dormant_90d"],
};
/// Groups and their members.
pub const GROUPS: Sight = Sight {
    id: "groups",
    title: "Groups and who is in them",
    needs: "the scope okta.groups.read",
    feeds: &["human.entitlements.granted"],
};
/// Applications of all kinds.
pub const APPS: Sight = Sight {
    id: "apps",
    title: "Applications, service applications, and who is assigned to them",
    needs: "the scope okta.apps.read",
    feeds: &["machine.identities.total", "human.entitlements.granted", "ai.shadow.channels_covered"],
};
/// What applications may do with the API.
pub const SCOPES: Sight = Sight {
    id: "app-grants",
    title: "Scopes of Okta's API that are granted to applications",
    needs: "the scope okta.appGrants.read",
    feeds: &["machine.permissions.granted_risk"],
};
/// Who administers what.
pub const ROLES: Sight = Sight {
    id: "roles",
    title: "Administrator roles of users, groups and service applications, and their targets",
    needs: "the scope okta.roles.read, and an administrator's role with the permission okta.iam.read",
    feeds: &["human.admins.total", "machine.permissions.granted_risk", "ai.agents.high_risk"],
};
/// Tokens that carry the rights of those who made them.
pub const API_TOKENS: Sight = Sight {
    id: "api-tokens",
    title: "API tokens and when they end",
    needs: "the scope okta.apiTokens.read",
    feeds: &["machine.credentials.total", "machine.credentials.older_than_90d"],
};
/// Services of others that use the API.
pub const API_SERVICES: Sight = Sight {
    id: "api-services",
    title: "API service integrations and the scopes that are granted to them",
    needs: "the scope okta.oauthIntegrations.read",
    feeds: &["machine.identities.total", "machine.permissions.granted_risk"],
};
/// Accounts whose passwords Okta keeps.
pub const SERVICE_ACCOUNTS: Sight = Sight {
    id: "service-accounts",
    title: "Service accounts that Okta manages, and their owners",
    needs: "the scopes okta.serviceAccounts.read and okta.serviceAccounts.okta.read, and Okta Privileged Access",
    feeds: &["machine.identities.total", "machine.identities.owned"],
};
/// AI agents that Okta knows as such.
pub const AGENTS: Sight = Sight {
    id: "ai-agents",
    title: "AI agents and their connections (beta)",
    needs: "the scope okta.aiAgents.read, and a subscription to Okta for AI Agents; the interface is a beta and does not \
            name owners",
    feeds: &["ai.agents.total", "ai.credentials.total"],
};
/// Second factors; asking for them is a choice.
pub const FACTORS: Sight = Sight {
    id: "second-factors",
    title: "Second factors of users",
    needs: "the setting `second-factors` (one question for each user)",
    feeds: &["human.users.mfa_registered"],
};
/// Keys with which applications sign in.
pub const KEYS: Sight = Sight {
    id: "client-keys",
    title: "Keys of service applications",
    needs: "the scope okta.apps.read",
    feeds: &["machine.credentials.total", "machine.credentials.older_than_90d"],
};
/// Secrets with which applications sign in; asking for them is a choice.
pub const SECRETS: Sight = Sight {
    id: "client-secrets",
    title: "Ages of secrets of service applications",
    needs: "the setting `client-secrets`, and a right that also shows the secrets themselves",
    feeds: &["machine.credentials.total"],
};
/// Use; reading it is a choice.
pub const LOG: Sight = Sight {
    id: "system-log",
    title: "Last use of service applications, tokens and applications, from the system log",
    needs: "the setting `log-days`, and the scope okta.logs.read",
    feeds: &["machine.identities.unused_90d"],
};

/// Everything, in the order in which it is shown.
pub const SIGHTS: &[Sight] = &[
    USERS,
    GROUPS,
    APPS,
    SCOPES,
    ROLES,
    API_TOKENS,
    API_SERVICES,
    SERVICE_ACCOUNTS,
    AGENTS,
    KEYS,
    FACTORS,
    SECRETS,
    LOG,
];

/// The scopes that a service application is asked for.
pub const WANTED: &[&str] = &[
    "okta.orgs.read",
    "okta.users.read",
    "okta.groups.read",
    "okta.apps.read",
    "okta.appGrants.read",
    "okta.roles.read",
    "okta.apiTokens.read",
    "okta.oauthIntegrations.read",
    "okta.serviceAccounts.read",
    "okta.serviceAccounts.okta.read",
    "okta.aiAgents.read",
    "okta.logs.read",
];

/// The least rights that show all of it.
pub const PERMITS: &[Permit] = &[
    Permit {
        how: "Scopes to grant to a service application (API Services, signing in with a public key, without DPoP) under \
              “Okta API Scopes”. Scopes that are not granted leave their part out; `okta.orgs.read` only names the \
              organisation, and `okta.logs.read` is for the setting `log-days` alone.",
        language: "text",
        text: "okta.orgs.read
okta.users.read
okta.groups.read
okta.apps.read
okta.appGrants.read
okta.roles.read
okta.apiTokens.read
okta.oauthIntegrations.read
okta.serviceAccounts.read
okta.serviceAccounts.okta.read
okta.aiAgents.read
okta.logs.read
",
    },
    Permit {
        how: "A role for the same application (or for the user whose API token is used), to be made with \
              POST /api/v1/iam/roles and assigned with a resource set of all identity and access management resources. \
              It goes beside the standard role Read-only Administrator, which does not show who has which role.",
        language: "json",
        text: r#"{
  "label": "trueup reader of roles",
  "description": "Shows who has which administrator role.",
  "permissions": ["okta.iam.read"]
}
"#,
    },
];
