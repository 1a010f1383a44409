//! AI agents that AWS runs: each becomes an account of its own, one with the role that it alone acts with.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;
use serde_json::{Map, Value, json};

use super::super::aws_authorization::arn;
use super::super::aws_authorization::wire::When;
use super::super::http::{Fault, Trail};
use super::super::{ConnectorError, Progress, Sink};
use super::account::{AT_ONCE, Account};
use super::session::{AGENTCORE, Api, BEDROCK, Caller, partition};
use super::sights::{self, Misses, lack};
use crate::model::SourceId;
use crate::model::inventory::{Account as Identity, Class, Fact, Grant, Record};
use crate::model::pull::{Lack, Refusal, Sight};

/// A list of agents, and where what it leaves out is asked for.
pub struct Listing {
    pub service: &'static Api,
    pub sight: Sight,
    action: &'static str,
    path: &'static str,
    way: Way,
    /// How many are asked for at once; the service's most or less.
    most: &'static str,
    /// The key of the list in an answer.
    list: &'static str,
    id: &'static str,
    names: &'static [&'static str],
    arns: &'static [&'static str],
    /// What stands before the id in an ARN, where no answer has it whole.
    kind: &'static str,
    rule: &'static str,
    detail: Option<Detail>,
}

/// Where the rest of one agent is asked for.
struct Detail {
    action: &'static str,
    /// The key under which it stands; empty for the answer itself.
    within: &'static str,
    role: &'static str,
}

/// How a list is asked for.
#[derive(Clone, Copy)]
enum Way {
    Get,
    /// With the page in the address.
    Post,
    /// With the page in the body.
    PostBody,
}

/// Every list; identities last, for agents name their own.
pub static LISTINGS: &[Listing] = &[
    Listing {
        service: &BEDROCK,
        sight: sights::BEDROCK_AGENTS,
        action: "ListAgents",
        path: "agents/",
        way: Way::PostBody,
        most: "100",
        list: "agentSummaries",
        id: "agentId",
        names: &["agentName"],
        arns: &["agentArn"],
        kind: "agent/",
        rule: "aws.bedrock-agent/1",
        detail: Some(Detail { action: "GetAgent", within: "agent", role: "agentResourceRoleArn" }),
    },
    Listing {
        service: &AGENTCORE,
        sight: sights::AGENTCORE_AGENTS,
        action: "ListAgentRuntimes",
        path: "runtimes/",
        way: Way::Post,
        most: "100",
        list: "agentRuntimes",
        id: "agentRuntimeId",
        names: &["agentRuntimeName"],
        arns: &["agentRuntimeArn"],
        kind: "runtime/",
        rule: "aws.agentcore-runtime/1",
        detail: Some(Detail { action: "GetAgentRuntime", within: "", role: "roleArn" }),
    },
    Listing {
        service: &AGENTCORE,
        sight: sights::AGENTCORE_AGENTS,
        action: "ListGateways",
        path: "gateways/",
        way: Way::Get,
        most: "100",
        list: "items",
        id: "gatewayId",
        names: &["name"],
        arns: &["gatewayArn"],
        kind: "gateway/",
        rule: "aws.agentcore-gateway/1",
        detail: Some(Detail { action: "GetGateway", within: "", role: "roleArn" }),
    },
    Listing {
        service: &AGENTCORE,
        sight: sights::WORKLOADS,
        action: "ListWorkloadIdentities",
        path: "identities/ListWorkloadIdentities",
        way: Way::PostBody,
        most: "20",
        list: "workloadIdentities",
        id: "name",
        names: &["name"],
        arns: &["workloadIdentityArn"],
        kind: "workload-identity/",
        rule: "aws.agentcore-workload-identity/1",
        detail: None,
    },
];

/// An agent as it was found.
struct Found {
    account: Identity,
    role: Option<String>,
    /// The identity that `AgentCore` gave it.
    workload: Option<String>,
}

impl Listing {
    /// Whether anything is shown in a region; the first page is asked for.
    pub async fn look(&self, account: &Account<'_>, region: &str) -> Result<(), Fault> {
        let caller = account.session.service_in(self.service, region).map_err(Fault::Failed)?;
        self.page(&caller, None).await.map(drop)
    }

    async fn page(&self, caller: &Caller, token: Option<&str>) -> Result<Map<String, Value>, Fault> {
        let query: Vec<_> =
            [("maxResults", self.most)].into_iter().chain(token.map(|token| ("nextToken", token))).collect();
        match self.way {
            Way::Get => caller.get(self.action, self.path, &query).await,
            Way::Post => caller.post(self.action, (self.path, &query), None).await,
            Way::PostBody => {
                let mut body = json!({ "maxResults": self.most.parse::<u32>().unwrap_or(20) });
                if let Some(token) = token {
                    body["nextToken"] = token.into();
                }
                caller.post(self.action, (self.path, &[]), Some(&body)).await
            }
        }
    }

    async fn all(&self, caller: &Caller) -> Result<Vec<Value>, Fault> {
        let (mut all, mut token, mut trail) = (Vec::new(), None::<String>, Trail::default());
        loop {
            let mut page = self.page(caller, token.as_deref()).await?;
            let Some(Value::Array(some)) = page.remove(self.list) else {
                let reason = format!("its answer to {} has no list", self.action);
                return Err(Fault::Failed(caller.http().fails(reason)));
            };
            caller.counted(self.action, some.len());
            all.extend(some);
            token = page.get("nextToken").and_then(Value::as_str).map(str::to_owned);
            match &token {
                Some(token) => trail.step(caller.http(), token).map_err(Fault::Failed)?,
                None => return Ok(all),
            }
        }
    }

    /// What the list leaves out of one agent.
    async fn rest(&self, caller: &Caller, one: &Value) -> Option<Result<Value, Fault>> {
        let detail = self.detail.as_ref()?;
        let id = text(one, &[self.id])?;
        let path = format!("{}{id}/", self.path);
        let answer = caller.get::<Value>(detail.action, &path, &[]).await;
        Some(answer.map(|mut answer| match answer.get_mut(detail.within) {
            Some(within) => within.take(),
            None => answer,
        }))
    }
}

impl Account<'_> {
    /// Reads the agents of some regions.
    pub async fn agents(
        &self,
        regions: &[String],
        misses: &mut Misses,
        out: &mut Sink,
    ) -> Result<(), ConnectorError> {
        let mut found = Vec::new();
        for region in regions {
            for listing in LISTINGS {
                let caller = self.session.service_in(listing.service, region)?;
                match listing.all(&caller).await {
                    Ok(all) => self.each(listing, &caller, (region, &all), (misses, &mut found)).await?,
                    Err(fault) => misses.note(&[listing.sight], lack(fault)?, &self.number),
                }
                let done = found.len() as u64;
                out.progress(Progress { what: "AI agents".to_owned(), done, of: None });
            }
        }
        self.hand_over(found, out).await
    }

    async fn each(
        &self,
        listing: &Listing,
        caller: &Caller,
        (region, all): (&str, &[Value]),
        (misses, found): (&mut Misses, &mut Vec<Found>),
    ) -> Result<(), ConnectorError> {
        for some in all.chunks(AT_ONCE) {
            let rests = join_all(some.iter().map(|one| listing.rest(caller, one))).await;
            for (one, rest) in some.iter().zip(rests) {
                let rest = match rest {
                    None => Value::Null,
                    Some(Ok(rest)) => rest,
                    Some(Err(fault)) => {
                        misses.note(&[sights::AGENT_ROLES], lack(fault)?, &self.number);
                        Value::Null
                    }
                };
                found.extend(self.found(listing, region, one, &rest));
            }
        }
        Ok(())
    }

    fn found(&self, listing: &Listing, region: &str, one: &Value, rest: &Value) -> Option<Found> {
        let either = |keys: &[&str]| text(rest, keys).or_else(|| text(one, keys));
        let id = either(listing.arns).or_else(|| {
            let (partition, service) = (partition(region), listing.service.name);
            let id = text(one, &[listing.id])?;
            Some(format!("arn:{partition}:{service}:{region}:{}:{}{id}", self.number, listing.kind))
        })?;
        let status = either(&["status", "agentStatus"]);
        let created = ["createdAt"].iter().find_map(|key| rest.get(*key).or_else(|| one.get(*key)));
        let account = Identity {
            source: arn::system(&id).or_else(|| Some(self.source())),
            name: either(listing.names).unwrap_or_else(|| arn::name(&id).to_owned()),
            aliases: vec![id.clone()],
            id,
            class: Fact::Known(Class::Ai),
            class_rule: listing.rule.to_owned(),
            // One that failed or is not ready yet can be made to run; one that is being deleted cannot.
            is_enabled: Fact::Known(status.is_none_or(|status| status != "DELETING")),
            is_guest: Fact::Known(false),
            has_password: Fact::Known(false),
            created: created.map_or(Fact::Hidden, time),
            ..Identity::default()
        };
        let role = listing.detail.as_ref().and_then(|detail| text(rest, &[detail.role]));
        let workload = rest.get("workloadIdentityDetails").and_then(|of| text(of, &["workloadIdentityArn"]));
        Some(Found { account, role, workload })
    }

    /// An agent and a role that only it acts with are one identity. A role of several stays beside them.
    async fn hand_over(&self, found: Vec<Found>, out: &mut Sink) -> Result<(), ConnectorError> {
        let mut users: BTreeMap<String, usize> = BTreeMap::new();
        for role in found.iter().filter_map(|found| found.role.clone()) {
            *users.entry(role).or_default() += 1;
        }
        let known: BTreeSet<String> = found.iter().filter_map(|found| found.workload.clone()).collect();
        let mut records = Vec::new();
        for Found { mut account, role, workload } in found {
            if known.contains(&account.id) {
                continue;
            }
            account.aliases.extend(workload);
            let shares = role.filter(|role| {
                let is_own = users.get(role) == Some(&1);
                account.aliases.extend(is_own.then(|| role.clone()));
                !is_own
            });
            if let Some(role) = shares {
                let reason =
                    format!("other AI agents act with its role {role} too, which counts beside them");
                out.refuse(Refusal { subject: account.id.clone(), reason }).await?;
                records.push(Record::Grant(Grant {
                    account: account.id.clone(),
                    entitlement: format!("{role}#trust"),
                    source: account.source.clone(),
                    expires: Fact::Absent,
                    ..Grant::default()
                }));
            }
            records.push(Record::Account(account));
        }
        out.push(records).await
    }

    /// The system that the account is.
    pub fn source(&self) -> SourceId {
        SourceId::new(format!("aws:{}", self.number))
    }

    /// Takes note of what a look at the agents of a region shows.
    pub async fn look_at_agents(&self, region: &str, misses: &mut Misses) -> Result<(), ConnectorError> {
        for listing in LISTINGS {
            if let Err(fault) = listing.look(self, region).await {
                let why: Lack = lack(fault)?;
                misses.note(&[listing.sight], why, &self.number);
            }
        }
        Ok(())
    }
}

fn text(of: &Value, keys: &[&str]) -> Option<String> {
    let found = keys.iter().find_map(|key| of.get(*key)?.as_str());
    found.filter(|text| !text.is_empty()).map(str::to_owned)
}

fn time(value: &Value) -> Fact<jiff::Timestamp> {
    match serde_json::from_value::<When>(value.clone()) {
        Ok(When::At(at)) => Fact::Known(at),
        _ => Fact::Hidden,
    }
}
