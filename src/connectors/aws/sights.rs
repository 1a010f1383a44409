//! What a live account shows, and what is missing where it shows less.

use std::collections::BTreeMap;

use super::super::http::{self, Fault};
use super::super::{ConnectorError, Sink};
use crate::model::pull::{Lack, Missing, Sight};

/// Users and roles.
pub const PRINCIPALS: Sight = Sight {
    id: "principals",
    title: "Users and roles, their owner, job and class by tags, who may assume a role",
    needs: "iam:GetAccountAuthorizationDetails",
    feeds: &[
        "org.identities.total",
        "org.identities.classified",
        "machine.identities.total",
        "machine.identities.owned",
        "ai.agents.dedicated_identity",
    ],
};
/// Policies and who holds them.
pub const POLICIES: Sight = Sight {
    id: "policies",
    title: "Policies and how each is held: direct, inline, by a group; boundaries",
    needs: "iam:GetAccountAuthorizationDetails",
    feeds: &[
        "human.admins.total",
        "human.admins.standing",
        "human.entitlements.granted",
        "machine.permissions.granted_risk",
        "ai.agents.general_admin",
        "ai.agents.high_risk",
    ],
};
/// The last use of roles.
pub const ROLE_USE: Sight = Sight {
    id: "role-use",
    title: "When roles were last used",
    needs: "iam:GetAccountAuthorizationDetails",
    feeds: &["machine.identities.unused_90d", "machine.identities.usage_seen_90d"],
};
/// How users sign in.
pub const SIGN_IN: Sight = Sight {
    id: "sign-in",
    title: "Users' passwords, second factors and sign-ins",
    needs: "iam:GenerateCredentialReport, iam:GetCredentialReport",
    feeds: &[
        "human.users.total",
        "human.users.mfa_registered",
        "human.users.password_only",
        "human.users.dormant_90d",
    ],
};
/// Keys and certificates.
pub const KEYS: Sight = Sight {
    id: "keys",
    title: "Access keys and certificates, their age; for keys, the last use",
    needs: "iam:GenerateCredentialReport, iam:GetCredentialReport",
    feeds: &["machine.credentials.total", "machine.credentials.older_than_90d", "ai.credentials.total"],
};
/// Uses of services.
pub const USES: Sight = Sight {
    id: "service-use",
    title: "Which services users and roles used, and when; for some services which actions",
    needs: "the setting `last-accessed`; iam:GenerateServiceLastAccessedDetails, iam:GetServiceLastAccessedDetails",
    feeds: &["machine.permissions.used_risk_90d", "ai.permissions.used_risk_90d"],
};
/// Agents of Bedrock.
pub const BEDROCK_AGENTS: Sight = Sight {
    id: "bedrock-agents",
    title: "AI agents of Bedrock",
    needs: "bedrock:ListAgents",
    feeds: &["ai.agents.total", "ai.agents.unregistered"],
};
/// Runtimes and gateways of `AgentCore`.
pub const AGENTCORE_AGENTS: Sight = Sight {
    id: "agentcore-agents",
    title: "AI agents of AgentCore: runtimes and gateways",
    needs: "bedrock-agentcore:ListAgentRuntimes, bedrock-agentcore:ListGateways",
    feeds: &["ai.agents.total", "ai.agents.unregistered"],
};
/// Identities of agents that run elsewhere.
pub const WORKLOADS: Sight = Sight {
    id: "workload-identities",
    title: "Identities that AgentCore gives to agents that run elsewhere",
    needs: "bedrock-agentcore:ListWorkloadIdentities",
    feeds: &["ai.agents.total"],
};
/// What agents act with.
pub const AGENT_ROLES: Sight = Sight {
    id: "agent-roles",
    title: "Which role each AI agent acts with",
    needs: "bedrock:GetAgent, bedrock-agentcore:GetAgentRuntime, bedrock-agentcore:GetGateway",
    feeds: &["ai.agents.dedicated_identity", "ai.agents.general_admin", "ai.agents.high_risk"],
};
/// The accounts of an organisation.
pub const ACCOUNTS: Sight = Sight {
    id: "accounts",
    title: "All accounts of the organisation",
    needs: "the setting `role`; organizations:ListAccounts and sts:AssumeRole of that role in every account",
    feeds: &["org.identities.total", "scope.systems.reporting"],
};
/// What no question of this connector shows.
pub static NEVER: &[Sight] = &[
    Sight {
        id: "factor-kind",
        title: "Whether a second factor resists phishing",
        needs: "iam:ListMFADevices, which is not asked",
        feeds: &["human.users.mfa_phishing_resistant", "human.admins.mfa_phishing_resistant"],
    },
    Sight {
        id: "bounds",
        title: "What service and resource control policies forbid in the account",
        needs: "`aws organizations list-policies` and the like, as `docs/formats.md` shows",
        feeds: &["machine.permissions.granted_risk", "ai.agents.high_risk"],
    },
];

/// What the details of an account show.
pub static DETAILS: &[Sight] = &[PRINCIPALS, POLICIES, ROLE_USE];
/// What the credential report shows.
pub static REPORT: &[Sight] = &[SIGN_IN, KEYS];

/// What turned out to be missing, in one account or several.
#[derive(Debug, Default)]
pub struct Misses(BTreeMap<&'static str, Miss>);

#[derive(Debug)]
struct Miss {
    sight: Sight,
    why: Lack,
    accounts: Vec<String>,
}

impl Misses {
    /// Takes note that an account does not show something. Of several reasons a missing right is the one to act on.
    pub fn note(&mut self, sights: &[Sight], why: Lack, account: &str) {
        for sight in sights {
            let new = || Miss { sight: *sight, why, accounts: Vec::new() };
            let miss = self.0.entry(sight.id).or_insert_with(new);
            if why == Lack::Forbidden {
                miss.why = why;
            }
            if !miss.accounts.iter().any(|known| known == account) {
                miss.accounts.push(account.to_owned());
            }
        }
    }

    /// Whether something is missing.
    pub fn has(&self, sight: &Sight) -> bool {
        self.0.contains_key(sight.id)
    }

    /// What is missing; the accounts are named where there are several.
    pub fn all(&self, has_several: bool) -> Vec<Missing> {
        let told = self.0.values().map(|miss| {
            let mut missing = Missing::from(&miss.sight).because(miss.why);
            if has_several {
                missing.needs = format!("{} (in {})", missing.needs, miss.accounts.join(", "));
            }
            missing
        });
        told.collect()
    }

    /// Says what is missing.
    pub async fn tell(&self, has_several: bool, out: &mut Sink) -> Result<(), ConnectorError> {
        for missing in self.all(has_several) {
            out.misses(missing).await?;
        }
        Ok(())
    }
}

/// Why nothing is shown of something that a pull can do without; an error where nothing else will be shown either.
pub fn lack(fault: Fault) -> Result<Lack, ConnectorError> {
    const UNPAID: [&str; 2] = ["SubscriptionRequired", "OptInRequired"];
    match fault {
        Fault::Forbidden(_) => Ok(Lack::Forbidden),
        Fault::Rejected(said) if UNPAID.iter().any(|code| said.starts_with(code)) => Ok(Lack::NotLicensed),
        Fault::NoSuch | Fault::Rejected(_) => Ok(Lack::NotCollected),
        // Not every region has every service.
        Fault::Failed(error) if http::is_nowhere(&error) => Ok(Lack::NotCollected),
        Fault::Failed(error) => Err(error),
    }
}
