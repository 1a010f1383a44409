//! Installed apps, Copilot's coding agent, and deploy keys: what acts without a person.

use super::super::catalogue::{self, Channel, IdKind, Match, Seen};
use super::super::links;
use super::super::listing::{Ids, Made, Object};
use super::evidence::Evidence;
use super::people::told;
use super::rights::Rights;
use crate::model::SourceId;
use crate::model::inventory::{
    Account, Agent, Class, Confidence, Credential, CredentialKind, Fact, Record, Tool,
};
use jiff::Timestamp;

/// The app behind Copilot's coding agent.
const CODING_AGENT: &str = "copilot-swe-agent";
/// Who vouches for what runs in GitHub Actions, the coding agent among it.
const ISSUER: &str = "https://token.actions.githubusercontent.com";

/// What acts in an organisation.
#[derive(Debug)]
pub struct Apps {
    source: SourceId,
    now: Timestamp,
    ids: Ids,
    /// The coding agent's app, where it is installed, and whether any repository stands for it.
    agent: Option<Object>,
    has_agents: bool,
    /// Whether the coding agent's repositories are known, so that its app is no identity beside them.
    pub tells_agents: bool,
}

impl Apps {
    /// Nothing yet; `now` is when the reading began.
    pub fn new(source: SourceId, now: Timestamp) -> Self {
        Self { source, now, ids: Ids::default(), agent: None, has_agents: false, tells_agents: false }
    }

    /// Takes an installed app.
    pub fn app(&mut self, app: &Object, (rights, evidence): (&mut Rights, &Evidence), to: &mut Made) {
        let slug = app.text("app_slug");
        if slug.as_deref() == Some(CODING_AGENT) && self.tells_agents {
            self.agent = Some(app.clone());
            return;
        }
        let id = app.text("app_id").or_else(|| app.text("id")).map(|id| format!("app:{id}"));
        let permissions = app.object("permissions");
        let found = slug.as_deref().and_then(found);
        self.tool(found.as_ref(), to);
        let Some(id) = self.ids.take(id, slug.clone(), to) else { return };
        let slug = slug.unwrap_or_else(|| id.clone());
        let account = self.app_account(&id, &slug, (app, found.as_ref()), evidence);
        if found.is_some() {
            to.records.push(Record::Agent(agent(&account)));
        }
        let place = match app.text("repository_selection").as_deref() {
            Some("selected") => "selected",
            _ => "all",
        };
        match permissions {
            Some(permissions) => rights.permissions(&id, &permissions, (place, &[]), to),
            None => rights.untold(&id, place, to),
        }
        to.records.push(Record::Account(account));
    }

    fn tool(&self, found: Option<&Match>, to: &mut Made) {
        let (source, at) = (Some(self.source.clone()), Fact::Known(self.now));
        let tool = found.map(|found| catalogue::tool(found, source, Channel::Consent, at, Fact::Hidden));
        to.records.extend(tool.map(Record::Tool));
    }

    /// The coding agent's app is an identity of its own where no repository is shown in which it works.
    pub fn finish(&mut self, shared: (&mut Rights, &Evidence), to: &mut Made) {
        let Some(app) = self.agent.take() else { return };
        if self.has_agents {
            self.tool(found(CODING_AGENT).as_ref(), to);
        } else {
            self.tells_agents = false;
            self.app(&app, shared, to);
        }
    }

    fn app_account(
        &self,
        id: &str,
        slug: &str,
        (app, found): (&Object, Option<&Match>),
        evidence: &Evidence,
    ) -> Account {
        let (class, class_rule) = match found {
            Some(found) => (Class::Ai, found.rule),
            None => (Class::Machine, "github.app/1"),
        };
        let is_told = app.pairs().any(|(key, _)| key == "suspended_at");
        Account {
            id: id.to_owned(),
            source: Some(self.source.clone()),
            name: slug.to_owned(),
            class: Fact::Known(class),
            class_rule: class_rule.to_owned(),
            is_enabled: if is_told { Fact::Known(app.get("suspended_at").is_none()) } else { Fact::Hidden },
            created: app.time("created_at"),
            last_seen: evidence.last(&format!("{slug}[bot]")),
            has_password: Fact::Known(false),
            ..Account::default()
        }
    }

    /// Takes a repository in which the coding agent may work.
    pub fn coding_agent(
        &mut self,
        repository: &Object,
        (rights, evidence): (&mut Rights, &Evidence),
        to: &mut Made,
    ) {
        let is_over = |key| repository.flag(key) == Fact::Known(true);
        if is_over("archived") || is_over("disabled") {
            // Nothing runs in it.
            return;
        }
        let name = repository.text("full_name");
        let id = repository.text("id").map(|id| format!("coding-agent:{id}"));
        let Some(id) = self.ids.take(id, name.clone(), to) else { return };
        self.has_agents = true;
        let name = name.unwrap_or_else(|| id.clone());
        let account = Account {
            source: Some(self.source.clone()),
            aliases: links::federated(ISSUER, &format!("repo:{name}:environment:copilot"))
                .into_iter()
                .collect(),
            name: format!("Copilot coding agent in {name}"),
            class: Fact::Known(Class::Ai),
            class_rule: "github.coding-agent/1".to_owned(),
            is_class_declared: true,
            is_enabled: Fact::Known(true),
            last_seen: evidence.last_in(&name),
            has_password: Fact::Known(false),
            id,
            ..Account::default()
        };
        // That an owner of the organisation lets it in is a decision.
        to.records.push(Record::Agent(Agent { is_sanctioned: Fact::Known(true), ..agent(&account) }));
        match self.agent.as_ref().and_then(|app| app.object("permissions")) {
            Some(permissions) => {
                let via = [format!("app {CODING_AGENT}")];
                rights.permissions(&account.id, &permissions, (&name, &via), to);
            }
            None => rights.untold(&account.id, &name, to),
        }
        to.records.push(Record::Account(account));
    }

    /// Takes a deploy key of a repository.
    pub fn deploy_key(&mut self, repository: &str, key: &Object, rights: &mut Rights, to: &mut Made) {
        let title = key.text("title");
        let id = key.text("id").map(|id| format!("deploy-key:{id}"));
        let Some(id) = self.ids.take(id, title.clone(), to) else { return };
        let title = title.unwrap_or_else(|| "deploy key".to_owned());
        let (created, used) = (key.time("created_at"), told(key, "last_used"));
        rights.deploy_key(&id, repository, key.flag("read_only"), to);
        to.records.push(Record::Credential(Credential {
            id: id.clone(),
            account: id.clone(),
            source: Some(self.source.clone()),
            kind: CredentialKind::Key,
            is_active: key.flag("enabled"),
            created,
            last_used: used,
            expires: Fact::Absent,
            rotated: Fact::Hidden,
        }));
        to.records.push(Record::Account(Account {
            name: format!("{title} ({repository})"),
            source: Some(self.source.clone()),
            class: Fact::Known(Class::Machine),
            class_rule: "github.deploy-key/1".to_owned(),
            is_enabled: key.flag("enabled"),
            created,
            last_seen: used,
            has_password: Fact::Known(false),
            owner: key.text("added_by").map_or(Fact::Hidden, Fact::Known),
            id,
            ..Account::default()
        }));
    }

    /// Seats of Copilot, as the tool that they are for.
    pub fn copilot(&self, seats: u64, users: u32) -> Option<Record> {
        let product = catalogue::named("github-copilot").filter(|_| seats > 0)?;
        Some(Record::Tool(Tool {
            id: product.key.clone(),
            name: product.name.clone(),
            vendor: product.vendor.clone(),
            source: Some(self.source.clone()),
            channel: Fact::Known(Channel::Purchases.word().to_owned()),
            found: Fact::Known(self.now),
            users: Fact::Known(users),
            rule: "github.copilot-seats/1".to_owned(),
            confidence: Some(Confidence::High),
            evidence: vec![format!("{seats} seats of Copilot")],
            ..Tool::default()
        }))
    }
}

/// The AI product that an app is; its name alone would not do.
fn found(slug: &str) -> Option<Match> {
    catalogue::find(&Seen { ids: &[(IdKind::GithubApp, slug)], ..Seen::default() })
}

/// An AI identity as an agent that nobody registered yet.
fn agent(account: &Account) -> Agent {
    Agent {
        id: account.id.clone(),
        name: account.name.clone(),
        source: account.source.clone(),
        identity: Fact::Known(account.id.clone()),
        created: account.created,
        last_seen: account.last_seen,
        ..Agent::default()
    }
}
