//! What an organisation at GitHub shows, and where each list of it lies.

use super::super::listing::{List, Next};
use crate::model::pull::{Lack, Sight};

/// Members, owners and outside collaborators.
pub const MEMBERS: Sight = Sight {
    id: "members",
    title: "Members, owners and outside collaborators",
    needs: "members: read (an app, a fine-grained token), or the scope read:org of an owner",
    feeds: &["human.users.total", "org.identities.total", "human.admins.total", "human.admins.standing"],
};
/// Second factors.
pub const FACTORS: Sight = Sight {
    id: "second-factor",
    title: "Who has no second factor",
    needs: "members: read, or the scope read:org; GitHub shows it to owners alone",
    feeds: &["human.users.mfa_registered", "human.users.password_only"],
};
/// Roles in the organisation.
pub const ROLES: Sight = Sight {
    id: "organization-roles",
    title: "Roles in the organisation beside owner and member",
    needs: "organization_custom_org_roles: read and members: read, or the scope admin:org",
    feeds: &["human.entitlements.granted", "human.admins.total"],
};
/// Installed apps.
pub const APPS: Sight = Sight {
    id: "installations",
    title: "Installed apps and their permissions, AI apps among them",
    needs: "organization_administration: read, or the scope read:org of an owner",
    feeds: &[
        "machine.identities.total",
        "ai.agents.total",
        "machine.permissions.granted_risk",
        "ai.permissions.granted_risk",
    ],
};
/// Tokens with fine-grained permissions.
pub const TOKENS: Sight = Sight {
    id: "fine-grained-tokens",
    title: "Fine-grained tokens of members, their ends and last use",
    needs: "organization_personal_access_tokens: read; GitHub shows them to apps alone",
    feeds: &["human.users.dormant_90d"],
};
/// What members let in by single sign-on.
pub const AUTHORISED: Sight = Sight {
    id: "authorized-credentials",
    title: "Classic tokens and SSH keys that members let in by single sign-on",
    needs: "organization_administration: read, or the scope read:org of an owner; an organisation with SAML single sign-on",
    feeds: &["human.users.dormant_90d"],
};
/// Seats of Copilot.
pub const SEATS: Sight = Sight {
    id: "copilot-seats",
    title: "Copilot: seats and last use",
    needs: "organization_copilot_seat_management: read, or the scope manage_billing:copilot; a plan with Copilot",
    feeds: &["ai.tools.total", "ai.users.total_30d", "ai.shadow.channels_covered"],
};
/// The coding agent.
pub const AGENTS: Sight = Sight {
    id: "coding-agent",
    title: "Copilot's coding agent, repository by repository",
    needs: "organization_copilot_agent_settings: read or organization_administration: read, or the scope admin:org; the \
            right to list all repositories (metadata: read)",
    feeds: &["ai.agents.total", "ai.agents.unregistered"],
};
/// Keys and collaborators of repositories; asking for them is a choice.
pub const REPOSITORIES: Sight = Sight {
    id: "repositories",
    title: "Deploy keys, and who has which rights in which repository",
    needs: "the setting `repositories`; administration: read, members: read and metadata: read in all repositories, or the \
            scope repo",
    feeds: &[
        "machine.identities.total",
        "machine.credentials.total",
        "human.entitlements.granted",
        "machine.identities.unused_90d",
    ],
};
/// The audit log; reading it is a choice.
pub const LOG: Sight = Sight {
    id: "audit-log",
    title: "Last use, from the audit log",
    needs: "the setting `audit-log`; organization_administration: read, or the scope read:audit_log; GitHub Enterprise Cloud",
    feeds: &["human.users.dormant_90d", "machine.identities.unused_90d", "ai.agents.idle_60d"],
};

/// All of them, in the order in which they are shown.
pub static SIGHTS: &[Sight] =
    &[MEMBERS, FACTORS, ROLES, APPS, TOKENS, AUTHORISED, SEATS, AGENTS, REPOSITORIES, LOG];

/// What no question of this connector shows.
pub static NEVER: &[Sight] = &[Sight {
    id: "people",
    title: "When people joined, their jobs, and the strength of second factors",
    needs: "another source: GitHub does not tell an organisation",
    feeds: &["human.users.mfa_phishing_resistant", "human.users.orphaned", "ai.agents.above_human_peer"],
}];

const HUNDRED: &[(&str, &str)] = &[("per_page", "100")];
const ONE: &[(&str, &str)] = &[("per_page", "1")];

/// A list whose answer is the list itself.
const fn list(word: &'static str, path: &'static str, sight: &'static Sight) -> List {
    List { word, path, query: HUNDRED, items: "", next: Next::Header, total: "", probe: ONE, sight }
}

/// Owners of the organisation.
pub static OWNERS: List = List {
    query: &[("role", "admin"), ("per_page", "100")],
    probe: &[("role", "admin"), ("per_page", "1")],
    ..list("owners", "orgs/{}/members", &MEMBERS)
};
/// Members who are no owners.
pub static PLAIN: List = List {
    query: &[("role", "member"), ("per_page", "100")],
    probe: &[("role", "member"), ("per_page", "1")],
    ..list("members", "orgs/{}/members", &MEMBERS)
};
/// Outside collaborators.
pub static OUTSIDERS: List = list("outside collaborators", "orgs/{}/outside_collaborators", &MEMBERS);
/// Members without a second factor.
pub static UNSAFE_MEMBERS: List = List {
    query: &[("filter", "2fa_disabled"), ("per_page", "100")],
    probe: &[("filter", "2fa_disabled"), ("per_page", "1")],
    ..list("members without a second factor", "orgs/{}/members", &FACTORS)
};
/// Outside collaborators without one.
pub static UNSAFE_OUTSIDERS: List = List {
    query: &[("filter", "2fa_disabled"), ("per_page", "100")],
    probe: &[("filter", "2fa_disabled"), ("per_page", "1")],
    ..list("outside collaborators without a second factor", "orgs/{}/outside_collaborators", &FACTORS)
};
/// Roles of the organisation; all come at once.
pub static ORGANISATION_ROLES: List = List {
    query: &[],
    items: "roles",
    next: Next::Never,
    total: "total_count",
    probe: &[],
    ..list("organization roles", "orgs/{}/organization-roles", &ROLES)
};
/// Who has one of them, also by a team; the place is `ORGANISATION/organization-roles/ROLE`.
pub static HOLDERS: List = list("holders of organization roles", "orgs/{}/users", &ROLES);
/// Installed apps.
pub static INSTALLATIONS: List = List {
    items: "installations",
    total: "total_count",
    ..list("installed apps", "orgs/{}/installations", &APPS)
};
/// Fine-grained tokens.
pub static FINE_TOKENS: List = list("fine-grained tokens", "orgs/{}/personal-access-tokens", &TOKENS);
/// Credentials that single sign-on lets in.
pub static AUTHORISATIONS: List =
    list("authorized credentials", "orgs/{}/credential-authorizations", &AUTHORISED);
/// Seats of Copilot.
pub static COPILOT_SEATS: List = List {
    items: "seats",
    total: "total_seats",
    ..list("copilot seats", "orgs/{}/copilot/billing/seats", &SEATS)
};
/// Repositories that the coding agent may work in, where not all are.
pub static AGENT_REPOSITORIES: List = List {
    items: "repositories",
    total: "total_count",
    ..list(
        "repositories of the coding agent",
        "orgs/{}/copilot/coding-agent/permissions/repositories",
        &AGENTS,
    )
};
/// Repositories.
pub static ALL_REPOSITORIES: List = List {
    query: &[("type", "all"), ("sort", "full_name"), ("per_page", "100")],
    probe: &[("type", "all"), ("per_page", "1")],
    ..list("repositories", "orgs/{}/repos", &REPOSITORIES)
};
/// Deploy keys of a repository; the place is `ORGANISATION/REPOSITORY`.
pub static DEPLOY_KEYS: List = list("deploy keys", "repos/{}/keys", &REPOSITORIES);
/// People who were let into a repository themselves.
pub static COLLABORATORS: List = List {
    query: &[("affiliation", "direct"), ("per_page", "100")],
    ..list("collaborators", "repos/{}/collaborators", &REPOSITORIES)
};
/// Teams.
pub static TEAMS: List = list("teams", "orgs/{}/teams", &REPOSITORIES);
/// Members of a team and of those below it; the place is `ORGANISATION/teams/TEAM`.
pub static TEAM_MEMBERS: List = list("members of teams", "orgs/{}/members", &REPOSITORIES);
/// Repositories of a team.
pub static TEAM_REPOSITORIES: List = list("repositories of teams", "orgs/{}/repos", &REPOSITORIES);
/// Events, the newest first.
pub static EVENTS: List = List {
    query: &[("include", "all"), ("order", "desc"), ("per_page", "100")],
    ..list("audit events", "orgs/{}/audit-log", &LOG)
};

/// Lists that every organisation has: GitHub says "not found" of them to whom it does not show them.
/// Others are not there without single sign-on, a plan with Copilot, or GitHub Enterprise.
pub fn why(list: &List, lack: Lack) -> Lack {
    let may_be_none = [AUTHORISED.id, SEATS.id, AGENTS.id, LOG.id, ROLES.id];
    match lack {
        Lack::NotCollected if !may_be_none.contains(&list.sight.id) => Lack::Forbidden,
        lack => lack,
    }
}
