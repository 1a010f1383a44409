//! What Microsoft Graph shows of a tenant, and what each part needs.

use crate::model::pull::Sight;

/// People and agent users.
pub const USERS: Sight = Sight {
    id: "users",
    title: "Users and guests, their state and their job",
    needs: "User.Read.All",
    feeds: &["human.users.total", "org.identities.total"],
};
/// When users signed in.
pub const SIGN_INS: Sight = Sight {
    id: "sign-ins",
    title: "Last sign-in of users",
    needs: "AuditLog.Read.All, and a tenant with Entra ID P1",
    feeds: &["human.users.dormant_90d"],
};
/// Second factors.
pub const FACTORS: Sight = Sight {
    id: "factors",
    title: "Second factors of users, and whether they resist phishing",
    needs: "AuditLog.Read.All, and a tenant with Entra ID P1",
    feeds: &[
        "human.users.mfa_registered",
        "human.users.mfa_phishing_resistant",
        "human.admins.mfa_phishing_resistant",
    ],
};
/// Service principals.
pub const SERVICES: Sight = Sight {
    id: "service-principals",
    title: "Service principals and managed identities, their owners, and AI products among them",
    needs: "Application.Read.All",
    feeds: &[
        "machine.identities.total",
        "machine.identities.owned",
        "org.identities.total",
        "ai.shadow.detected_90d",
    ],
};
/// Application objects.
pub const APPLICATIONS: Sight = Sight {
    id: "applications",
    title: "Applications of the tenant with their secrets and certificates",
    needs: "Application.Read.All",
    feeds: &["machine.credentials.total", "machine.credentials.older_than_90d", "ai.credentials.total"],
};
/// Workloads that applications trust.
pub const FEDERATED: Sight = Sight {
    id: "federated",
    title: "Workloads elsewhere that applications trust instead of a secret",
    needs: "Application.Read.All",
    feeds: &["org.identities.total", "machine.credentials.weak_auth"],
};
/// When service principals and their keys were used.
pub const SERVICE_SIGN_INS: Sight = Sight {
    id: "service-sign-ins",
    title: "Last sign-in of service principals, and last use of their secrets and certificates",
    needs: "the setting `service-sign-ins`; AuditLog.Read.All, and the global cloud",
    feeds: &["machine.identities.unused_90d", "machine.identities.usage_seen_90d", "ai.agents.idle_60d"],
};
/// Agent identities and blueprints.
pub const AGENTS: Sight = Sight {
    id: "agents",
    title: "AI agents: agent identities, their blueprints and their users",
    needs: "AgentIdentity.Read.All, AgentIdentityBlueprintPrincipal.Read.All",
    feeds: &["ai.agents.total", "ai.agents.unregistered"],
};
/// Who answers for agents.
pub const SPONSORS: Sight = Sight {
    id: "sponsors",
    title: "Who sponsors each AI agent (20 agents for each question)",
    needs: "AgentIdentity.Read.All",
    feeds: &["ai.agents.owned", "ai.agents.owner_departed"],
};
/// What agents take over.
pub const INHERITED: Sight = Sight {
    id: "inherited",
    title: "Which consents AI agents take over from their blueprints (20 blueprints for each question)",
    needs: "AgentIdentityBlueprint.Read.All, and a blueprint of this tenant",
    feeds: &["ai.permissions.granted_risk", "ai.agents.high_risk"],
};
/// Directory roles.
pub const ROLES: Sight = Sight {
    id: "roles",
    title: "Directory roles and who holds them",
    needs: "RoleManagement.Read.Directory",
    feeds: &["human.admins.total", "human.admins.standing", "human.entitlements.granted"],
};
/// Roles for a time.
pub const ELIGIBLE: Sight = Sight {
    id: "eligible",
    title: "Roles that somebody may activate, and when assignments end",
    needs: "RoleManagement.Read.Directory, and a tenant with Entra ID P2",
    feeds: &["human.admins.standing", "ai.agents.standing_high_risk"],
};
/// Groups that hold roles.
pub const GROUPS: Sight = Sight {
    id: "role-groups",
    title: "Members of groups that hold roles (20 groups for each question)",
    needs: "GroupMember.Read.All",
    feeds: &["human.admins.total", "human.entitlements.granted"],
};
/// Delegated permissions.
pub const CONSENTS: Sight = Sight {
    id: "consents",
    title: "What users and administrators consented to",
    needs: "Directory.Read.All",
    feeds: &["machine.permissions.granted_risk", "ai.permissions.granted_risk", "ai.agents.high_risk"],
};
/// Application permissions.
pub const PERMISSIONS: Sight = Sight {
    id: "permissions",
    title: "Application permissions of service principals (20 APIs for each question)",
    needs: "Application.Read.All",
    feeds: &["machine.permissions.granted_risk", "ai.permissions.granted_risk", "ai.agents.high_risk"],
};
/// Packages of Copilot.
pub const PACKAGES: Sight = Sight {
    id: "packages",
    title: "Agents and apps in the catalogue of Microsoft 365 Copilot",
    needs: "CopilotPackages.Read.All, and a tenant with Microsoft 365 Copilot or Agent 365",
    feeds: &["ai.shadow.channels_covered", "ai.shadow.detected_90d"],
};

/// All of them, in the order in which they are shown.
pub const ALL: &[Sight] = &[
    USERS,
    SIGN_INS,
    FACTORS,
    SERVICES,
    APPLICATIONS,
    FEDERATED,
    SERVICE_SIGN_INS,
    AGENTS,
    SPONSORS,
    INHERITED,
    ROLES,
    ELIGIBLE,
    GROUPS,
    CONSENTS,
    PERMISSIONS,
    PACKAGES,
];

/// What no question of this connector shows.
pub static NEVER: &[Sight] = &[
    Sight {
        id: "permission-use",
        title: "Which permissions are used",
        needs: "logs of sign-ins and of Microsoft Graph, which are not asked",
        feeds: &[
            "human.entitlements.unused_90d",
            "machine.permissions.used_risk_90d",
            "ai.permissions.used_risk_90d",
        ],
    },
    Sight {
        id: "other-groups",
        title: "Groups that hold no directory role, and what they give elsewhere",
        needs: "the systems that take the groups for rights",
        feeds: &["human.entitlements.granted"],
    },
    Sight {
        id: "staff",
        title: "When an employment ended",
        needs: "a register of identities with the column `ended`",
        feeds: &["human.users.orphaned", "human.leavers.disabled_24h"],
    },
];
