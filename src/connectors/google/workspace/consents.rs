//! Apps that people let in: what the log says of their coming, their use and their end, and what stands now.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};

use super::super::super::catalogue::{self, Channel, IdKind};
use super::super::super::listing::{Made, Object};
use super::super::super::suspect::suspect;
use crate::model::SourceId;
use crate::model::inventory::{
    Account, Agent, Class, Confidence, Entitlement, EntitlementKind, Fact, Grant, Record, Suspicion,
};

/// What stands for everybody of the organisation, as the tables of rights have it.
const EVERYBODY: &str = "domain-wide-delegation";
/// A consent that is used and whose scopes were given before the log begins.
const UNTOLD: &str = "scopes-not-told";
/// How many days without a use are a sign.
const WINDOW: i64 = 90;

/// What was seen so far.
#[derive(Debug, Default)]
pub struct Consents {
    scopes: Vec<String>,
    numbers: HashMap<String, usize>,
    /// By client id.
    apps: BTreeMap<String, App>,
    agents: BTreeMap<String, Acting>,
    /// Users all of whose consents were listed.
    told: HashSet<String>,
}

#[derive(Debug, Default)]
struct App {
    name: String,
    /// By user; [`EVERYBODY`] is one of them.
    by: BTreeMap<String, Consent>,
}

#[derive(Debug, Default)]
struct Consent {
    scopes: BTreeSet<usize>,
    /// The first and the last time that it was given, after it was last taken back.
    since: Option<Timestamp>,
    renewed: Option<Timestamp>,
    used: Option<Timestamp>,
    revoked: Option<Timestamp>,
    is_listed: bool,
}

/// An AI agent that the log names.
#[derive(Debug)]
struct Acting {
    name: String,
    client: String,
    last: Option<Timestamp>,
}

/// What the log tells of one thing that happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happening {
    Revoked,
    Authorized,
    Used,
    Undelegated,
    Delegated,
}

impl Consents {
    /// Takes an entry of the log. What ended a consent has to be taken before what began it.
    pub fn take(&mut self, what: Happening, entry: &Object, to: &mut Made) {
        let at = entry.time("id.time").known().copied();
        let user = entry.text("actor.email").map(|mail| mail.to_lowercase());
        let user = user.or_else(|| entry.text("actor.profileId"));
        let is_about_all = matches!(what, Happening::Delegated | Happening::Undelegated);
        let user = if is_about_all { Some(EVERYBODY.to_owned()) } else { user };
        for event in entry.objects("events").unwrap_or_default() {
            let seen = Event::read(&event, is_about_all);
            match (at, &user, &seen.client) {
                (Some(at), Some(user), Some(client)) => {
                    self.agent(entry, client, at);
                    self.event(what, (client, user, at), &seen);
                }
                _ => to.refuse("an entry of the log", "it does not say when, for whom or by which app"),
            }
        }
    }

    fn event(&mut self, what: Happening, (client, user, at): (&str, &str, Timestamp), seen: &Event) {
        let scopes: Vec<usize> = seen.scopes.iter().map(|scope| self.number(scope)).collect();
        let app = self.apps.entry(client.to_owned()).or_default();
        if app.name.is_empty() {
            app.name = seen.name.clone().unwrap_or_default();
        }
        let consent = app.by.entry(user.to_owned()).or_default();
        if matches!(what, Happening::Revoked | Happening::Undelegated) {
            consent.revoked = consent.revoked.max(Some(at));
            return;
        }
        if consent.revoked.is_some_and(|revoked| at <= revoked) {
            return;
        }
        consent.scopes.extend(scopes);
        if what == Happening::Used {
            consent.used = consent.used.max(Some(at));
        } else {
            consent.since = Some(consent.since.map_or(at, |since| since.min(at)));
            consent.renewed = consent.renewed.max(Some(at));
        }
    }

    /// Takes all consents of a user that stand.
    pub fn listed(&mut self, user: &str, tokens: &[Object], to: &mut Made) {
        let user = user.to_lowercase();
        for token in tokens {
            let Some(client) = token.text("clientId") else {
                to.refuse(user.clone(), "one of its consents does not name the app");
                continue;
            };
            let scopes = token.texts("scopes").unwrap_or_default();
            let scopes: BTreeSet<usize> = scopes.iter().map(|scope| self.number(scope)).collect();
            let app = self.apps.entry(client).or_default();
            if let Some(name) = token.text("displayText") {
                app.name = name;
            }
            let consent = app.by.entry(user.clone()).or_default();
            if !consent.is_listed {
                consent.scopes.clear();
            }
            consent.scopes.extend(scopes);
            consent.is_listed = true;
        }
        self.told.insert(user);
    }

    fn agent(&mut self, entry: &Object, client: &str, at: Timestamp) {
        let Some(id) = entry.text("actor.agentAttributionInfo.agentId") else { return };
        let name = entry.text("actor.agentAttributionInfo.agentName").unwrap_or_else(|| id.clone());
        let new = || Acting { name, client: client.to_owned(), last: None };
        let acting = self.agents.entry(id).or_insert_with(new);
        acting.last = acting.last.max(Some(at));
    }

    fn number(&mut self, scope: &str) -> usize {
        if let Some(number) = self.numbers.get(scope) {
            return *number;
        }
        self.scopes.push(scope.to_owned());
        self.numbers.insert(scope.to_owned(), self.scopes.len() - 1);
        self.scopes.len() - 1
    }

    /// Hands over what stands, app by app. Without `tells_rights` nobody's rights are told.
    pub fn finish(mut self, how: &Telling<'_>, mut take: impl FnMut(Made)) {
        let mut given = BTreeSet::new();
        for (client, mut app) in std::mem::take(&mut self.apps) {
            app.by.retain(|user, consent| self.stands(user, consent));
            if app.by.is_empty() {
                continue;
            }
            let mut made = Made::default();
            how.app(&client, &app, &mut made);
            if how.tells_rights {
                self.grants(how.source, (&client, &app), &mut given, &mut made);
            }
            take(made);
        }
        let mut made = Made::default();
        let agents = self.agents.iter().map(|(id, acting)| how.agent(id, acting));
        made.records.extend(agents);
        take(made);
    }

    fn stands(&self, user: &str, consent: &Consent) -> bool {
        let is_seen = consent.renewed.is_some() || consent.used.is_some();
        consent.is_listed || (is_seen && !self.told.contains(user))
    }

    fn grants(
        &self,
        source: &SourceId,
        (client, app): (&str, &App),
        given: &mut BTreeSet<String>,
        to: &mut Made,
    ) {
        for (user, consent) in &app.by {
            let own = consent.scopes.iter().filter_map(|number| self.scopes.get(*number));
            let mut scopes: Vec<&str> = own.map(String::as_str).collect();
            if scopes.is_empty() {
                scopes.push(UNTOLD);
            }
            for scope in scopes {
                if given.insert(scope.to_owned()) {
                    to.records.push(entitlement(source, scope));
                }
                let is_all = user == EVERYBODY;
                to.records.push(Record::Grant(Grant {
                    account: client.to_owned(),
                    entitlement: scope.to_owned(),
                    source: Some(source.clone()),
                    resource: Some(if is_all { user.clone() } else { format!("user:{user}") }),
                    granted_at: consent.since.map_or(Fact::Hidden, Fact::Known),
                    // The log does not record every use, so that none there is no "never".
                    last_used: consent.used.map_or(Fact::Hidden, Fact::Known),
                    expires: Fact::Absent,
                    ..Grant::default()
                }));
            }
        }
    }
}

/// How apps are told of.
#[derive(Debug)]
pub struct Telling<'a> {
    pub source: &'a SourceId,
    /// The moment of the pull.
    pub at: Timestamp,
    /// For how many days back uses were read.
    pub use_days: i64,
    pub tells_rights: bool,
}

impl Telling<'_> {
    fn app(&self, client: &str, app: &App, to: &mut Made) {
        let name = if app.name.is_empty() { client } else { &app.name };
        let found = catalogue::find(&catalogue::Seen {
            ids: &[(IdKind::GoogleClient, client)],
            name,
            ..catalogue::Seen::default()
        });
        let is_sure = found.as_ref().is_some_and(|found| found.confidence > Confidence::Low);
        let guess = found.as_ref().filter(|_| !is_sure).map(|found| Suspicion {
            class: Class::Ai,
            because: format!("{} is possible: {}", found.product.name, found.evidence),
        });
        let rule = found.as_ref().filter(|_| is_sure).map_or("google.oauth-client/1", |found| found.rule);
        let class = if is_sure { Class::Ai } else { Class::Machine };
        let suspected = guess.or_else(|| suspect(name)).filter(|guess| guess.class != class);
        to.records.push(Record::Account(Account {
            id: client.to_owned(),
            source: Some(self.source.clone()),
            name: name.to_owned(),
            // Google numbers all clients once, those of service accounts among them.
            aliases: vec![client.to_owned()],
            class: Fact::Known(class),
            class_rule: rule.to_owned(),
            suspected,
            has_password: Fact::Known(false),
            last_seen: self.last_seen(app),
            ..Account::default()
        }));
        if let Some(found) = found {
            let first = app.by.values().filter_map(|consent| consent.since).min();
            let first = first.map_or(Fact::Hidden, Fact::Known);
            let people = app.by.keys().filter(|user| *user != EVERYBODY).count();
            let users = u32::try_from(people).map_or(Fact::Hidden, Fact::Known);
            let tool = catalogue::tool(&found, Some(self.source.clone()), Channel::Consent, first, users);
            to.records.push(Record::Tool(tool));
        }
    }

    /// When an app was last seen. Where the log of uses is short, an old consent does not tell that nothing came later.
    fn last_seen(&self, app: &App) -> Fact<Timestamp> {
        let last = app.by.values().filter_map(|consent| consent.used.max(consent.renewed)).max();
        let days = SignedDuration::from_hours(24 * WINDOW);
        let recent = self.at.checked_sub(days).unwrap_or(Timestamp::MIN);
        match last {
            Some(last) if self.use_days >= WINDOW || last >= recent => Fact::Known(last),
            _ => Fact::Hidden,
        }
    }

    fn agent(&self, id: &str, acting: &Acting) -> Record {
        Record::Agent(Agent {
            id: id.to_owned(),
            name: acting.name.clone(),
            source: Some(self.source.clone()),
            identity: Fact::Known(acting.client.clone()),
            last_seen: acting.last.map_or(Fact::Hidden, Fact::Known),
            ..Agent::default()
        })
    }
}

/// One event of an entry.
struct Event {
    client: Option<String>,
    name: Option<String>,
    scopes: Vec<String>,
}

impl Event {
    fn read(event: &Object, is_about_all: bool) -> Self {
        let parameters = event.objects("parameters").unwrap_or_default();
        let named =
            |name: &str| parameters.iter().find(|one| one.text("name").is_some_and(|own| own == name));
        let text = |name: &str| named(name)?.text("value");
        let many = |name: &str| {
            let one = named(name)?;
            one.texts("multiValue").or_else(|| Some(parts(&one.text("value")?)))
        };
        let keys = if is_about_all { ("API_CLIENT_NAME", "API_SCOPES") } else { ("client_id", "scope") };
        Self { client: text(keys.0), name: text("app_name"), scopes: many(keys.1).unwrap_or_default() }
    }
}

fn parts(text: &str) -> Vec<String> {
    let parts = text.split([',', ' ', '\n']).filter(|part| !part.is_empty());
    parts.map(str::to_owned).collect()
}

fn entitlement(source: &SourceId, scope: &str) -> Record {
    let title = if scope == UNTOLD { "Scopes that were given before the log begins" } else { scope };
    Record::Entitlement(Entitlement {
        id: scope.to_owned(),
        source: Some(source.clone()),
        title: title.to_owned(),
        kind: EntitlementKind::Permission,
        is_general_admin: Fact::Known(false),
        ..Entitlement::default()
    })
}

#[cfg(test)]
mod tests;
