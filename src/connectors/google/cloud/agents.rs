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
            "gcp.agent-registry/1".clone_into(&mut known.class_rule);
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
        let place = used.text("userId").map(|user| format!("user:{user}"));
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
                resource: place.clone(),
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    const OWN: &str = "principal://agents.global.org-1.system.id.goog/resources/x/1";

    fn object(value: Value) -> Object {
        Object::of(value).unwrap()
    }

    fn agent(name: &str, principal: &Value) -> Object {
        object(json!({
            "name": name, "displayName": name, "attributes": {IDENTITY: {"principal": principal}},
        }))
    }

    fn parts() -> (Agents, Accounts, Made) {
        let source = SourceId::new("gcp:projects/p");
        (Agents::new(source.clone()), Accounts::new(source), Made::default())
    }

    #[test]
    fn an_agent_is_the_identity_that_it_runs_with_and_seen_when_that_was() {
        let (mut agents, mut accounts, mut made) = parts();
        agents.agent(&agent("a", &json!(OWN)), &mut accounts, &mut made);
        agents.agent(&agent("b", &Value::Null), &mut accounts, &mut made);
        let used = json!({"workloadId": OWN.replace("principal", "spiffe"), "scopes": ["s"], "userId": "u",
            "lastAccessTime": "2026-11-01T00:00:00Z"});
        agents.summary(&object(used.clone()), &mut accounts, true, &mut made);
        agents.summary(&object(json!({"scopes": ["s"]})), &mut accounts, true, &mut made);
        let mut silent = Made::default();
        agents.summary(&object(used), &mut accounts, false, &mut silent);
        assert!(silent.records.is_empty(), "without policies nobody's rights are told");
        assert_eq!((made.records.len(), made.refusals.len()), (2, 1));
        let rows = agents.finish(&mut accounts).records;
        let told: Vec<_> = rows
            .iter()
            .filter_map(|record| match record {
                Record::Agent(one) => {
                    Some((one.identity.clone(), one.has_own_identity, one.last_seen.is_told()))
                }
                _ => None,
            })
            .collect();
        assert_eq!(told[0], (Fact::Known(OWN.to_owned()), Fact::Known(true), true));
        assert_eq!(told[1], (Fact::Known("b".to_owned()), Fact::Hidden, false));
        let classes: Vec<_> = accounts
            .finish()
            .records
            .into_iter()
            .filter_map(|record| match record {
                Record::Account(one) => Some((one.class, one.class_rule)),
                _ => None,
            })
            .collect();
        assert_eq!(classes, vec![(Fact::Known(Class::Ai), "gcp.agent-registry/1".to_owned()); 2]);
    }

    #[test]
    fn a_server_that_is_a_known_product_is_that_product() {
        let (mut agents, _, mut made) = parts();
        let server = |name: &str, url: &str| object(json!({"name": name, "interfaces": [{"url": url}]}));
        agents.server(&server("m1", "https://api.openai.com/mcp"), &mut made);
        agents.server(&server("m2", "https://tickets.acme.example/mcp"), &mut made);
        agents.server(&server("m2", "https://tickets.acme.example/mcp"), &mut made);
        let ids: Vec<_> = made
            .records
            .iter()
            .filter_map(|record| match record {
                Record::Tool(tool) => Some((tool.id.as_str(), tool.rule.as_str())),
                _ => None,
            })
            .collect();
        assert_eq!((ids[0].1, ids[1]), ("catalogue.host/1", ("m2", "gcp.mcp-server/1")));
        assert_eq!((ids.len(), made.refusals.len()), (2, 1));
    }

    proptest! {
        #[test]
        fn each_agent_of_the_register_is_a_row_or_named(
            names in prop::collection::vec(
                (prop::option::of("[a-c]"), prop::sample::select(vec![json!(OWN), json!("x"), json!(7), Value::Null, json!("group:g")])),
                0..8,
            )
        ) {
            let (mut agents, mut accounts, mut made) = parts();
            for (name, principal) in &names {
                let whole = json!({"name": name, "attributes": {IDENTITY: {"principal": principal}}});
                agents.agent(&object(whole), &mut accounts, &mut made);
            }
            let rows = agents.finish(&mut accounts).records.len();
            prop_assert_eq!(rows + made.refusals.len(), names.len());
        }
    }
}
