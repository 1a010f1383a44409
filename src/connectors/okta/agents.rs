//! AI agents, as Okta's interface in beta shows them: what each may reach, and its keys. It names no owners.

use std::collections::HashMap;

use super::super::listing::{AT_ONCE, Made, Object, below};
use super::super::{ConnectorError, Sink};
use super::lists;
use super::reading::Reading;
use super::records::{active, last};
use crate::model::inventory::{Account, Agent, Class, CredentialKind, EntitlementKind, Fact, Grant, Record};

impl Reading<'_> {
    /// Hands over all agents; then what each is connected with, and its keys.
    pub async fn read_agents(&mut self, out: &mut Sink) -> Result<(), ConnectorError> {
        let agents = std::mem::take(&mut self.agents);
        // An application that several agents sign in through is none's own.
        let mut shared: HashMap<String, usize> = HashMap::new();
        for app in agents.iter().filter_map(|agent| agent.text("appId")) {
            *shared.entry(app).or_default() += 1;
        }
        let mut made = Made::default();
        let mut ids = Vec::new();
        for agent in &agents {
            let Some(id) = self.ids.take(agent.text("id"), agent.text("profile.name"), &mut made) else {
                continue;
            };
            let app = agent.text("appId").filter(|app| shared.get(app) == Some(&1));
            made.records.extend(self.agent(&id, agent, app));
            ids.push(id);
        }
        made.hand_over(out).await?;
        self.read_connections(&ids, out).await
    }

    fn agent(&self, id: &str, agent: &Object, app: Option<String>) -> [Record; 2] {
        let name = agent.text("profile.name").unwrap_or_else(|| id.to_owned());
        let seen = match (self.heard.seen(id), app.as_deref().map(|app| self.heard.seen(app))) {
            (Fact::Hidden, Some(by_app)) => by_app,
            (own, _) => own,
        };
        let account = Account {
            aliases: app.into_iter().collect(),
            class: Fact::Known(Class::Ai),
            class_rule: "okta.ai-agent/1".to_owned(),
            is_class_declared: true,
            is_enabled: active(agent),
            is_guest: Fact::Known(false),
            created: agent.time("created"),
            last_seen: seen,
            has_password: Fact::Known(false),
            ..self.make.account(id, name.clone())
        };
        let row = Agent {
            id: id.to_owned(),
            name,
            source: Some(self.make.0.clone()),
            identity: Fact::Known(id.to_owned()),
            has_own_identity: Fact::Known(true),
            task: agent.text("profile.description").map_or(Fact::Hidden, Fact::Known),
            created: agent.time("created"),
            last_seen: seen,
            is_registered: self.wants.is_register,
            ..Agent::default()
        };
        [Record::Account(account), Record::Agent(row)]
    }

    async fn read_connections(&mut self, ids: &[String], out: &mut Sink) -> Result<(), ConnectorError> {
        let Some(first) = ids.first() else { return Ok(()) };
        if !self.shows(&lists::CONNECTIONS, first, out).await? {
            return Ok(());
        }
        for some in ids.chunks(AT_ONCE) {
            let places: Vec<&str> = some.iter().map(String::as_str).collect();
            let connections = below(self.http, &lists::CONNECTIONS, &places).await?;
            let keys = below(self.http, &lists::AGENT_KEYS, &places).await?;
            let mut made = Made::default();
            for (id, (connections, keys)) in some.iter().zip(connections.into_iter().zip(keys)) {
                let Some(connections) = connections else {
                    self.deleted(id, out).await?;
                    continue;
                };
                for one in connections.iter().filter(|one| active(one) != Fact::Known(false)) {
                    let records = self.connection(id, one);
                    made.records.extend(records.into_iter().filter(|_| self.tells_rights));
                }
                let keys = keys.unwrap_or_default();
                let keys = keys.iter().filter_map(|key| self.make.credential(id, CredentialKind::Key, key));
                made.records.extend(keys.map(Record::Credential));
            }
            made.hand_over(out).await?;
        }
        Ok(())
    }

    /// What an agent reaches by a connection: an application, scopes of a server that gives out tokens, a secret, or an
    /// account that it acts as.
    pub fn connection(&mut self, agent: &str, connection: &Object) -> Vec<Record> {
        let Some((word, target)) = ["serviceAccount", "secret", "app", "authorizationServer"]
            .iter()
            .zip(["service-account", "secret", "app", "authorization-server"])
            .find_map(|(key, word)| Some((word, connection.object(key)?)))
        else {
            return Vec::new();
        };
        let orn = target.text("orn").unwrap_or_default();
        let name = target.text("name").unwrap_or_else(|| orn.clone());
        let id = format!("{word}:{}", last(&orn).unwrap_or(&name));
        let right = self.make.entitlement(&id, &name, EntitlementKind::Permission);
        // Only where the scopes are named one by one is it known that there are no others.
        let is_named = connection.text("scopeCondition").as_deref() == Some("INCLUDE_ONLY");
        let scopes = connection.texts("scopes").filter(|_| is_named).unwrap_or_default();
        let mut records: Vec<Record> = self.name(right).into_iter().collect();
        let grant = |action: Option<String>| Record::Grant(Grant { action, ..self.make.grant(agent, &id) });
        if scopes.is_empty() {
            records.push(grant(None));
        }
        records.extend(scopes.into_iter().map(|scope| grant(Some(scope))));
        records
    }
}
