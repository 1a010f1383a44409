//! What a live account shows, and what is missing where it shows less.

use std::collections::BTreeMap;

use super::super::http::{self, Fault};
use super::super::{ConnectorError, Sink, aws_last_accessed};
use crate::model::pull::{Lack, Missing, Sight};

pub use super::super::aws_authorization::{POLICIES, PRINCIPALS, ROLE_USE};
pub use super::super::aws_credential_report::{KEYS, SIGN_IN};

/// Uses of services; asking for them is a choice.
pub const USES: Sight = Sight {
    needs: "the setting `last-accessed`; iam:GenerateServiceLastAccessedDetails, iam:GetServiceLastAccessedDetails",
    ..aws_last_accessed::USES
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

    /// Takes note of what others miss too; the order of accounts is their own, whoever was read first.
    pub fn join(&mut self, others: Self) {
        for other in others.0.into_values() {
            for account in &other.accounts {
                self.note(&[other.sight], other.why, account);
            }
        }
        self.0.values_mut().for_each(|miss| miss.accounts.sort());
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
        Fault::NotLicensed(_) => Ok(Lack::NotLicensed),
        Fault::Rejected(said) if UNPAID.iter().any(|code| said.starts_with(code)) => Ok(Lack::NotLicensed),
        Fault::NoSuch | Fault::Rejected(_) => Ok(Lack::NotCollected),
        // Not every region has every service.
        Fault::Failed(error) if http::is_nowhere(&error) => Ok(Lack::NotCollected),
        Fault::Failed(error) => Err(error),
    }
}
