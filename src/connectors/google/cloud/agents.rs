//! AI agents, MCP servers and what agents used, as their registers have it.

use std::collections::{BTreeMap, BTreeSet};

use super::super::super::catalogue::{self, Channel};
use super::super::super::listing::{Ids, Made, Object};
use super::accounts::{Accounts, newer};
use super::member::{Kind, Member, One};
use crate::model::SourceId;
use crate::model::inventory::{
    Agent, Class, Confidence, Entitlement, EntitlementKind, Fact, Grant, Record, Tool,
};

/// The identity with which an agent runs.
const IDENTITY: &str = "agentregistry.googleapis.com/system/RuntimeIdentity";

/// What was seen so far.
#[derive(Debug)]
pub struct Agents {
    source: SourceId,
    ids: Ids,
    servers: Ids,
    rows: Vec<(Agent, Option<String>)>,
    /// How many agents run with an identity.
    users: BTreeMap<String, usize>,
    scopes: BTreeSet<String>,
}

impl Agents {
    /// Nothing of a system yet.
    pub fn new(source: SourceId) -> Self {
        let (ids, servers, rows) = Default::default();
        Self { source, ids, servers, rows, users: BTreeMap::new(), scopes: BTreeSet::new() }
    }

    /// Takes an agent of the register.
    pub fn agent(&mut self, agent: &Object, accounts: &mut Accounts, to: &mut Made) {
        let name = agent.text("displayName");
        let Some(id) = self.ids.take(agent.text("name"), name.clone(), to) else { return };
        let title = name.unwrap_or_else(|| id.rsplit('/').next().unwrap_or(&id).to_owned());
        let principal = identity(agent).and_then(|text| match Member::read(&text) {
            Member::One(one) => Some(one),
            _ => None,
        });
        // One whose identity is not told is one all the same.
        let own = principal.clone().unwrap_or_else(|| One { id: id.clone(), kind: Kind::Agent });
        let account = accounts.member(&own);
        if let Some(known) = accounts.get(&account) {
            known.class = Fact::Known(Class::Ai);
            known.class_rule = "gcp.agent-registry/1".to_owned();
            known.suspected = None;
            if own.kind == Kind::Agent {
                known.name.clone_from(&title);
                known.created = agent.time("createTime");
            }
            if own.id == id {
                known.aliases.extend(agent.text("agentId"));
            }
        }
        *self.users.entry(account.clone()).or_default() += 1;
        let row = Agent {
            id: agent.text("agentId").unwrap_or_else(|| id.clone()),
            name: title,
            source: Some(self.source.clone()),
            task: agent.text("description").map_or(Fact::Hidden, Fact::Known),
            identity: Fact::Known(account),
            created: agent.time("createTime"),
            ..Agent::default()
        };
        self.rows.push((row, principal.map(|one| one.id)));
    }

    /// Takes an MCP server of the register.
    pub fn server(&mut self, server: &Object, to: &mut Made) {
        let name = server.text("displayName");
        let Some(id) = self.servers.take(server.text("name"), name.clone(), to) else { return };
        let places = server.objects("interfaces").unwrap_or_default();
        let urls: Vec<String> = places.iter().filter_map(|place| place.text("url")).collect();
        let hosts: Vec<&str> = urls.iter().map(String::as_str).collect();
        let title = name.unwrap_or_else(|| id.clone());
        let seen = catalogue::Seen { hosts: &hosts, name: &title, ..catalogue::Seen::default() };
        let found = server.time("createTime");
        let known = catalogue::find(&seen).filter(|found| found.confidence > Confidence::Low);
        let tool = match known {
            Some(known) => {
                catalogue::tool(&known, Some(self.source.clone()), Channel::Code, found, Fact::Hidden)
            }
            None => Tool {
                id: server.text("mcpServerId").unwrap_or(id),
                name: title,
                source: Some(self.source.clone()),
                channel: Fact::Known(Channel::Code.word().to_owned()),
                found,
                rule: "gcp.mcp-server/1".to_owned(),
                confidence: Some(Confidence::High),
                evidence: urls.into_iter().map(|url| format!("MCP server {url}")).take(1).collect(),
                ..Tool::default()
            },
        };
        to.records.push(Record::Tool(tool));
    }

    /// Takes what an agent used for somebody. Without `tells_rights` nobody's rights are told.
    pub fn summary(&mut self, used: &Object, accounts: &mut Accounts, tells_rights: bool, to: &mut Made) {
        let subject = || used.text("name").unwrap_or_else(|| "a use by an agent".to_owned());
        let workload = used.text("workloadId").map(|text| Member::read(&text));
        let Some(Member::One(one)) = workload else {
            to.refuse(subject(), "it does not say which agent used it");
            return;
        };
        let id = accounts.member(&one);
        let last = used.time("lastAccessTime");
        if let Some(account) = accounts.get(&id) {
            account.last_seen = newer(account.last_seen, last);
        }
        if !tells_rights {
            return;
        }
        let user = used.text("userId").map(|user| format!("user:{user}"));
        for scope in used.texts("scopes").unwrap_or_default() {
            if self.scopes.insert(scope.clone()) {
                to.records.push(Record::Entitlement(Entitlement {
                    id: scope.clone(),
                    source: Some(self.source.clone()),
                    title: scope.clone(),
                    kind: EntitlementKind::Permission,
                    is_general_admin: Fact::Known(false),
                    document: None,
                }));
            }
            to.records.push(Record::Grant(Grant {
                account: id.clone(),
                entitlement: scope,
                source: Some(self.source.clone()),
                resource: user.clone(),
                granted_at: used.time("firstAccessTime"),
                last_used: last,
                expires: Fact::Absent,
                ..Grant::default()
            }));
        }
    }

    /// Hands over the agents, with when they were last seen and whether their identity is theirs alone.
    pub fn finish(self, accounts: &mut Accounts) -> Made {
        let mut made = Made::default();
        for (mut row, principal) in self.rows {
            let users = row.identity.known().and_then(|identity| self.users.get(identity)).copied();
            let is_agents = principal.as_deref().is_some_and(|id| id.starts_with("principal://agents."));
            row.has_own_identity = match (users, principal) {
                (Some(2..), _) => Fact::Known(false),
                // Such a principal is made for one agent and ends with it.
                (_, Some(_)) if is_agents => Fact::Known(true),
                _ => Fact::Hidden,
            };
            if let Some(identity) = row.identity.known() {
                row.last_seen = accounts.get(identity).map_or(Fact::Hidden, |account| account.last_seen);
            }
            made.records.push(Record::Agent(row));
        }
        made
    }
}

fn identity(agent: &Object) -> Option<String> {
    agent.object("attributes")?.object(IDENTITY)?.text("principal")
}
