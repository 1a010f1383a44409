//! AI agents of Entra: agent identities with the blueprints that they are made of, and who answers for them.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::super::listing::{Ids, Made, Object};
use super::inherit::Inherited;
use super::people::People;
use super::services::{called, is_type, owner};
use crate::model::inventory::{Account, Agent, Fact, Record};
use crate::model::pull::Lack;

/// Agents and blueprints, as their own lists have them.
#[derive(Debug, Default)]
pub struct Agents {
    /// By id.
    listed: BTreeMap<String, Object>,
    /// Service principals of blueprints, and application ids that agents name as theirs.
    blueprints: HashSet<String>,
    sponsors: HashMap<String, Result<Vec<Object>, Lack>>,
    pub inherited: Inherited,
    /// Agents whose blueprint is not told.
    rootless: Vec<String>,
    /// Whether all users are known, so that a sponsor who is none is gone.
    knows_users: bool,
}

impl Agents {
    /// None yet; `knows_users` says whether all users are known.
    pub fn new(knows_users: bool) -> Self {
        Self { knows_users, ..Self::default() }
    }

    /// Takes an agent identity.
    pub fn take(&mut self, agent: Object) {
        self.blueprints.extend(agent.text("agentIdentityBlueprintId").map(|app| app.to_lowercase()));
        if let Some(id) = agent.text("id") {
            self.listed.insert(id, agent);
        }
    }

    /// Takes what a blueprint is in the tenant.
    pub fn take_blueprint(&mut self, blueprint: &Object) {
        self.blueprints.extend(blueprint.text("id"));
    }

    /// Takes who sponsors an agent.
    pub fn sponsored(&mut self, agent: String, sponsors: Result<Vec<Object>, Lack>) {
        self.sponsors.insert(agent, sponsors);
    }

    /// The agents that are made of a blueprint, by its application id.
    pub fn made_of(&self, blueprint: &str) -> Vec<&str> {
        let is_it = |agent: &Object| {
            agent.text("agentIdentityBlueprintId").is_some_and(|app| app.to_lowercase() == blueprint)
        };
        self.listed.iter().filter(|(_, agent)| is_it(agent)).map(|(id, _)| id.as_str()).collect()
    }

    /// Agents of which it is not told what they are made of.
    pub fn rootless(&self) -> &[String] {
        &self.rootless
    }

    /// The ids of all agents.
    pub fn ids(&self) -> Vec<String> {
        self.listed.keys().cloned().collect()
    }

    /// Whether an id is an agent's.
    pub fn is_agent(&self, id: &str) -> bool {
        self.listed.contains_key(id)
    }

    /// Whether a service principal is a blueprint's, by its id or its application id.
    pub fn is_blueprint(&self, id: &str, app: &str) -> bool {
        self.blueprints.contains(id) || (!app.is_empty() && self.blueprints.contains(app))
    }

    /// Agents that the list of service principals did not show.
    pub fn left(&self, seen: &Ids) -> Vec<Object> {
        self.listed.iter().filter(|(id, _)| !seen.has(id)).map(|(_, agent)| agent.clone()).collect()
    }

    /// The account of an agent with who answers for it, and its row; sponsors come before owners, who only change it.
    pub fn account(&mut self, service: &Object, account: Account, people: &People, to: &mut Made) -> Account {
        let id = account.id.as_str();
        let listed = self.listed.get(id);
        let is_rooted = listed.is_some_and(|agent| agent.text("agentIdentityBlueprintId").is_some());
        let created = match listed.map(|agent| agent.time("createdDateTime")) {
            Some(Fact::Known(at)) => Fact::Known(at),
            _ => account.created,
        };
        let sponsors = self.sponsors.get(id).and_then(|sponsors| sponsors.as_ref().ok());
        let owners = service.objects("owners");
        let lists = [sponsors.map(Vec::as_slice), owners.as_deref()];
        let owner = owner(&lists, people);
        let first = lists.into_iter().flatten().flatten().find(|one| called(one, people).is_some());
        let is_owner_active = first.map_or(Fact::Hidden, |first| self.is_active(first, people));
        to.records.push(Record::Agent(Agent {
            id: id.to_owned(),
            name: account.name.clone(),
            source: account.source.clone(),
            owner: owner.clone(),
            is_owner_active,
            identity: Fact::Known(id.to_owned()),
            created,
            last_seen: account.last_seen,
            ..Agent::default()
        }));
        self.rootless.extend((!is_rooted).then(|| id.to_owned()));
        Account { created, owner, ..account }
    }

    /// Whether somebody who answers for an agent is still there: a group and a program say nothing of that.
    fn is_active(&self, who: &Object, people: &People) -> Fact<bool> {
        let person = who.text("id").and_then(|id| people.get(&id));
        let is_other = who.text("@odata.type").is_some() && !is_type(who, "user");
        match person {
            Some(person) => person.is_enabled,
            None if self.knows_users && !is_other => Fact::Known(false),
            None => Fact::Hidden,
        }
    }
}
