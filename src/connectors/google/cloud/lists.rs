//! What Google Cloud shows: every list, and what it needs.

use super::super::super::listing::{List, Next};
use super::super::Api;
use crate::model::pull::Sight;

/// The inventory of all resources and their policies.
pub const ASSETS: Api = Api("cloudasset");
/// The last use of service accounts and keys.
pub const ACTIVITY: Api = Api("policyanalyzer");
/// The register of agents and their tools.
pub const REGISTRY: Api = Api("agentregistry");
/// What agents were let do, by whom.
pub const IDENTITY: Api = Api("agentidentity");
/// The directory, for members of groups.
pub const DIRECTORY: Api = Api("admin");

/// Service accounts.
pub static ACCOUNTS: Sight = Sight {
    id: "accounts",
    title: "Service accounts of all projects in the scope",
    needs: "roles/cloudasset.viewer on the scope",
    feeds: &["org.identities.total", "machine.identities.total"],
};
/// Their keys.
pub static KEYS: Sight = Sight {
    id: "keys",
    title: "Keys of service accounts that people hold, their age and end",
    needs: "roles/cloudasset.viewer on the scope",
    feeds: &["machine.credentials.total", "machine.credentials.older_than_90d", "ai.credentials.total"],
};
/// Who may do what.
pub static POLICIES: Sight = Sight {
    id: "policies",
    title: "Who holds which role on what: people, service accounts, workloads, agents, everybody",
    needs: "roles/cloudasset.viewer on the scope",
    feeds: &[
        "human.admins.total",
        "human.entitlements.granted",
        "machine.permissions.granted_risk",
        "ai.agents.total",
        "ai.agents.general_admin",
    ],
};
/// Roles of the organisation's own.
pub static ROLES: Sight = Sight {
    id: "roles",
    title: "What roles of the organisation's own give",
    needs: "roles/cloudasset.viewer on the scope",
    feeds: &["machine.permissions.granted_risk", "ai.agents.high_risk"],
};
/// Trusts in other issuers.
pub static POOLS: Sight = Sight {
    id: "pools",
    title: "Whose tokens are trusted instead of keys: pools of workload identities",
    needs: "roles/cloudasset.viewer on the scope",
    feeds: &["machine.identities.multi_workload"],
};
/// Projects.
pub static PROJECTS: Sight = Sight {
    id: "projects",
    title: "The projects of the scope, in which agents and uses are asked for one by one",
    needs: "roles/cloudasset.viewer on the scope",
    feeds: &["ai.agents.total", "machine.identities.usage_seen_90d"],
};
/// The last use.
pub static USES: Sight = Sight {
    id: "uses",
    title: "When service accounts and their keys were last used",
    needs: "roles/policyanalyzer.activityAnalysisViewer on the scope, and the Policy Analyzer API; \
            two questions for each project with service accounts",
    feeds: &["machine.identities.unused_90d", "machine.identities.usage_seen_90d"],
};
/// Registered agents.
pub static AGENTS: Sight = Sight {
    id: "agents",
    title: "AI agents and MCP servers of Agent Registry",
    needs: "roles/agentregistry.viewer on the scope, and the Agent Registry API; some questions for each project",
    feeds: &["ai.agents.total", "ai.agents.unregistered", "ai.mcp.servers.total"],
};
/// What agents used.
pub static SUMMARIES: Sight = Sight {
    id: "agent-uses",
    title: "For which people AI agents acted, with which scopes, and when last",
    needs: "roles/agentidentity.viewer on the scope, and the Agent Identity API; some questions for each project",
    feeds: &["ai.agents.idle_60d", "ai.permissions.used_risk_90d"],
};
/// Members of groups.
pub static MEMBERS: Sight = Sight {
    id: "members",
    title: "Who holds a role by a group",
    needs: "the setting `admin`, and for the service account's client the scope admin.directory.group.member.readonly; \
            one question for each group that holds a role",
    feeds: &["human.admins.total", "human.entitlements.granted", "machine.permissions.granted_risk"],
};

/// What Google Cloud does not keep, or is not asked for.
pub static NEVER: &[Sight] = &[
    Sight {
        id: "owners",
        title: "Who answers for a service account",
        needs: "another source, such as a register: Google Cloud does not keep it",
        feeds: &["machine.identities.owned", "ai.agents.owned"],
    },
    Sight {
        id: "people",
        title: "Second steps, jobs and sign-ins of people",
        needs: "the connector `google-workspace`, or whoever signs them in",
        feeds: &["human.users.mfa_registered", "human.users.dormant_90d"],
    },
    Sight {
        id: "denials",
        title: "Deny policies and principal access boundaries, which take some of it away",
        needs: "a look at them: they are not asked, so that rights may look larger than they are",
        feeds: &["machine.permissions.granted_risk", "ai.agents.high_risk"],
    },
];

const PAGE: Next = Next::Token { key: "nextPageToken", parameter: "pageToken" };

/// Assets of some types, whole.
const fn assets(
    word: &'static str,
    query: &'static [(&'static str, &'static str)],
    sight: &'static Sight,
) -> List {
    List { query, ..list(word, "v1/{}/assets", "assets", sight) }
}

const fn list(word: &'static str, path: &'static str, items: &'static str, sight: &'static Sight) -> List {
    List { word, path, query: &[], items, next: PAGE, total: "", probe: &[("pageSize", "1")], sight }
}

/// Service accounts.
pub static ACCOUNT_LIST: List = assets(
    "service accounts",
    &[("contentType", "RESOURCE"), ("assetTypes", "iam.googleapis.com/ServiceAccount"), ("pageSize", "1000")],
    &ACCOUNTS,
);
/// Their keys.
pub static KEY_LIST: List = assets(
    "keys",
    &[
        ("contentType", "RESOURCE"),
        ("assetTypes", "iam.googleapis.com/ServiceAccountKey"),
        ("pageSize", "1000"),
    ],
    &KEYS,
);
/// Roles of the organisation's own.
pub static ROLE_LIST: List = assets(
    "roles",
    &[("contentType", "RESOURCE"), ("assetTypes", "iam.googleapis.com/Role"), ("pageSize", "1000")],
    &ROLES,
);
/// What pools of workload identities trust.
pub static PROVIDER_LIST: List = assets(
    "identity providers",
    &[
        ("contentType", "RESOURCE"),
        ("assetTypes", "iam.googleapis.com/WorkloadIdentityPoolProvider"),
        ("pageSize", "1000"),
    ],
    &POOLS,
);
/// Projects.
pub static PROJECT_LIST: List = assets(
    "projects",
    &[
        ("contentType", "RESOURCE"),
        ("assetTypes", "cloudresourcemanager.googleapis.com/Project"),
        ("pageSize", "1000"),
    ],
    &PROJECTS,
);
/// All policies.
pub static POLICY_LIST: List = List {
    query: &[("pageSize", "500")],
    ..list("policies", "v1/{}:searchAllIamPolicies", "results", &POLICIES)
};
/// The last use of service accounts of a project.
pub static ACCOUNT_USES: List = List {
    query: &[("pageSize", "1000")],
    ..list(
        "uses of service accounts",
        "v1/projects/{}/locations/global/activityTypes/serviceAccountLastAuthentication/activities:query",
        "activities",
        &USES,
    )
};
/// The last use of keys of a project.
pub static KEY_USES: List = List {
    query: &[("pageSize", "1000")],
    ..list(
        "uses of keys",
        "v1/projects/{}/locations/global/activityTypes/serviceAccountKeyLastAuthentication/activities:query",
        "activities",
        &USES,
    )
};
/// Where a project has a register of agents.
pub static REGISTRY_PLACES: List = list("places of agents", "v1/projects/{}/locations", "locations", &AGENTS);
/// Where a project has identities of agents.
pub static IDENTITY_PLACES: List =
    list("places of agents' identities", "v1/projects/{}/locations", "locations", &SUMMARIES);
/// Agents of a place.
pub static AGENT_LIST: List =
    List { query: &[("pageSize", "100")], ..list("agents", "v1/{}/agents", "agents", &AGENTS) };
/// MCP servers of a place.
pub static SERVER_LIST: List =
    List { query: &[("pageSize", "100")], ..list("MCP servers", "v1/{}/mcpServers", "mcpServers", &AGENTS) };
/// What agents of a place used.
pub static SUMMARY_LIST: List = List {
    query: &[("pageSize", "1000")],
    ..list("uses by agents", "v1/{}/accessSummaries", "accessSummaries", &SUMMARIES)
};
/// Members of one group, those of groups in it among them.
pub static MEMBER_LIST: List = List {
    query: &[("maxResults", "200"), ("includeDerivedMembership", "true")],
    ..list("members", "admin/directory/v1/groups/{}/members", "members", &MEMBERS)
};
