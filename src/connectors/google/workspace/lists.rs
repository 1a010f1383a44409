//! What Workspace shows: every list, and what it needs.

use super::super::super::listing::{List, Next};
use super::super::Api;
use crate::model::pull::Sight;

/// The directory and its logs.
pub const ADMIN: Api = Api("admin");

/// Users.
pub static USERS: Sight = Sight {
    id: "users",
    title: "Users, their state, job, last sign-in and second step",
    needs: "the scope admin.directory.user.readonly",
    feeds: &[
        "org.identities.total",
        "human.users.total",
        "human.users.dormant_90d",
        "human.users.mfa_registered",
    ],
};
/// What kind of second step they have.
pub static FACTORS: Sight = Sight {
    id: "factor-kind",
    title: "Who has a passkey or a security key, and how many users there are",
    needs: "the scope admin.reports.usage.readonly",
    feeds: &["human.users.mfa_phishing_resistant", "human.admins.mfa_phishing_resistant"],
};
/// Roles.
pub static ROLES: Sight = Sight {
    id: "roles",
    title: "Roles of administrators and who holds them",
    needs: "the scope admin.directory.rolemanagement.readonly",
    feeds: &["human.admins.total", "human.admins.standing", "human.entitlements.granted"],
};
/// Members of groups.
pub static MEMBERS: Sight = Sight {
    id: "members",
    title: "Who holds a role by a group",
    needs: "the scope admin.directory.group.member.readonly; one question for each group with a role",
    feeds: &["human.admins.total", "human.admins.standing"],
};
/// Groups; asking for them is a choice.
pub static GROUPS: Sight = Sight {
    id: "groups",
    title: "Groups and who is in them",
    needs: "the setting `groups`; the scopes admin.directory.group.readonly and admin.directory.group.member.readonly; \
            one question for each group",
    feeds: &["human.entitlements.granted"],
};
/// Consents in the log.
pub static CONSENTS: Sight = Sight {
    id: "consents",
    title: "Apps that people let in during the last 180 days, with their scopes",
    needs: "the scope admin.reports.audit.readonly",
    feeds: &["thirdparty.apps.total", "ai.shadow.detected_90d", "machine.permissions.granted_risk"],
};
/// Uses in the log.
pub static USES: Sight = Sight {
    id: "uses",
    title: "When an app last used a consent, in as many days as `use-days` says",
    needs: "the scope admin.reports.audit.readonly; one question for a thousand uses",
    feeds: &["machine.identities.unused_90d", "machine.permissions.used_risk_90d", "ai.agents.idle_60d"],
};
/// Consents of each user; asking for them is a choice.
pub static TOKENS: Sight = Sight {
    id: "tokens",
    title: "Every consent that stands, also older ones",
    needs: "the setting `tokens`; the scope admin.directory.user.security, which could also take consents and passwords \
            away: Google has none that only reads; one question for each user",
    feeds: &["thirdparty.apps.total", "machine.permissions.granted_risk"],
};
/// Domain-wide delegation.
pub static DELEGATION: Sight = Sight {
    id: "delegation",
    title: "Clients that were let act for everybody during the last 180 days",
    needs: "the scope admin.reports.audit.readonly",
    feeds: &["machine.permissions.granted_risk", "ai.agents.high_risk"],
};

/// What Workspace does not keep.
pub static NEVER: &[Sight] = &[
    Sight {
        id: "delegation-before",
        title: "Clients that were let act for everybody more than 180 days ago",
        needs: "a look at domain-wide delegation in the Admin console: no interface lists it",
        feeds: &["machine.permissions.granted_risk", "ai.agents.high_risk"],
    },
    Sight {
        id: "owners",
        title: "Who answers for an app",
        needs: "another source, such as a register: Google does not keep it",
        feeds: &["machine.identities.owned", "ai.agents.owned"],
    },
];

const PAGE: Next = Next::Token { key: "nextPageToken", parameter: "pageToken" };

/// A list of the directory or the logs, but for what differs.
const fn list(word: &'static str, path: &'static str, items: &'static str, sight: &'static Sight) -> List {
    List { word, path, query: &[], items, next: PAGE, total: "", probe: &[("maxResults", "1")], sight }
}

/// All users; the rest of what Google keeps of them is not asked for.
pub static USER_LIST: List = List {
    query: &[
        ("maxResults", "500"),
        ("projection", "full"),
        (
            "fields",
            "nextPageToken,users(id,customerId,primaryEmail,aliases,name(fullName),suspended,archived,\
             isGuestUser,isEnrolledIn2Sv,creationTime,lastLoginTime,organizations(title,department,primary))",
        ),
    ],
    ..list("users", "admin/directory/v1/users", "users", &USERS)
};
/// Roles.
pub static ROLE_LIST: List = List {
    query: &[("maxResults", "100")],
    ..list("roles", "admin/directory/v1/customer/{}/roles", "items", &ROLES)
};
/// Who holds them.
pub static ASSIGNMENT_LIST: List = List {
    query: &[("maxResults", "200")],
    ..list("role assignments", "admin/directory/v1/customer/{}/roleassignments", "items", &ROLES)
};
/// Groups.
pub static GROUP_LIST: List = List {
    query: &[("maxResults", "200")],
    ..list("groups", "admin/directory/v1/groups", "groups", &GROUPS)
};
/// Members of one group, those of groups in it among them.
pub static MEMBER_LIST: List = List {
    query: &[("maxResults", "200"), ("includeDerivedMembership", "true")],
    ..list("members", "admin/directory/v1/groups/{}/members", "members", &MEMBERS)
};
/// Consents of one user.
pub static TOKEN_LIST: List = List {
    next: Next::Never,
    probe: &[],
    ..list("tokens", "admin/directory/v1/users/{}/tokens", "items", &TOKENS)
};
/// When people let apps in.
pub static AUTHORIZED: List = List {
    query: &[("maxResults", "1000"), ("eventName", "authorize")],
    ..list("consents", "admin/reports/v1/activity/users/all/applications/token", "items", &CONSENTS)
};
/// When they, or administrators, took that back.
pub static REVOKED: List = List {
    query: &[("maxResults", "1000"), ("eventName", "revoke")],
    ..list(
        "consents taken back",
        "admin/reports/v1/activity/users/all/applications/token",
        "items",
        &CONSENTS,
    )
};
/// When apps used it.
pub static USED: List = List {
    query: &[("maxResults", "1000"), ("eventName", "activity")],
    ..list("uses", "admin/reports/v1/activity/users/all/applications/token", "items", &USES)
};
/// When clients were let act for everybody.
pub static DELEGATED: List = List {
    query: &[("maxResults", "1000"), ("eventName", "AUTHORIZE_API_CLIENT_ACCESS")],
    ..list("delegations", "admin/reports/v1/activity/users/all/applications/admin", "items", &DELEGATION)
};
/// When that was taken back.
pub static UNDELEGATED: List = List {
    query: &[("maxResults", "1000"), ("eventName", "REMOVE_API_CLIENT_ACCESS")],
    ..list(
        "delegations taken back",
        "admin/reports/v1/activity/users/all/applications/admin",
        "items",
        &DELEGATION,
    )
};
/// Passkeys and security keys by user, of one day.
pub static FACTOR_LIST: List = List {
    query: &[
        ("maxResults", "1000"),
        ("parameters", "accounts:num_security_keys,accounts:num_passkeys_enrolled"),
    ],
    ..list("factors", "admin/reports/v1/usage/users/all/dates/{}", "usageReports", &FACTORS)
};
/// How many users there were on one day.
pub static NUMBERS: List = List {
    query: &[("parameters", "accounts:num_users")],
    probe: &[],
    ..list("numbers", "admin/reports/v1/usage/dates/{}", "usageReports", &FACTORS)
};
