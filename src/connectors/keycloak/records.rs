//! From Keycloak's objects to records.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;

use super::super::catalogue::{self, Channel, Match, Seen};
use super::super::listing::{Ids, Made, Object};
use super::super::suspect::suspect;
use super::consents::Given;
use crate::model::SourceId;
use crate::model::inventory::{
    Account, Agent, Class, Confidence, Credential, CredentialKind, Entitlement, EntitlementKind, Fact, Grant,
    Record, SecondFactor,
};

/// What stands before the id of a client's account.
const CLIENT: &str = "client:";
/// How the user of a service account is called.
const SERVICE: &str = "service-account-";
/// The client whose roles administer a realm.
pub const ADMINISTRATION: &str = "realm-management";

/// What stands for roles that were not read: unknown rights, where none would look like few.
const NOT_SHOWN: &str = "roles:not-shown";

/// What was seen so far.
#[derive(Debug)]
pub struct Mapping {
    source: SourceId,
    now: Timestamp,
    ids: Ids,
    /// Service accounts by the names of their users.
    services: HashMap<String, String>,
    /// The last sign-in, by users' ids and by `client:` with the client's name.
    seen: HashMap<String, Timestamp>,
    given: BTreeSet<String>,
    /// Accounts, in the order in which they came.
    accounts: Vec<String>,
    /// Clients by their names.
    clients: HashMap<String, Known>,
    /// How many clients do not tell whether they have service accounts.
    pub untold_clients: u64,
}

/// What was seen of a client.
#[derive(Debug)]
struct Known {
    /// Its account, where it has one.
    account: Option<String>,
    /// The AI product that it is.
    found: Option<Match>,
}

/// A role, as it is granted.
#[derive(Debug, Clone)]
pub struct Role {
    /// The entitlement's id: the name, for roles of a client with the client's before it.
    pub id: String,
    /// Where its holders are listed.
    pub place: String,
    /// Whether it makes its holder the administrator of the realm.
    pub is_admin: Fact<bool>,
}

impl Mapping {
    /// Nothing yet; `now` is when the reading began.
    pub fn new(source: SourceId, now: Timestamp) -> Self {
        Self {
            source,
            now,
            ids: Ids::default(),
            services: HashMap::new(),
            seen: HashMap::new(),
            given: BTreeSet::new(),
            accounts: Vec::new(),
            clients: HashMap::new(),
            untold_clients: 0,
        }
    }

    /// Takes a sign-in.
    pub fn event(&mut self, event: &Object) {
        let Fact::Known(at) = event.time("time") else { return };
        let client = event.text("clientId").filter(|_| event.text("type").as_deref() == Some("CLIENT_LOGIN"));
        let keys = [event.text("userId"), client.map(|client| format!("client:{client}"))];
        for key in keys.into_iter().flatten() {
            let kept = self.seen.entry(key).or_insert(at);
            *kept = (*kept).max(at);
        }
    }

    fn last(&self, key: &str) -> Fact<Timestamp> {
        self.seen.get(key).map_or(Fact::Hidden, |at| Fact::Known(*at))
    }

    /// Takes a client: an identity where it has a service account, an AI tool where the catalogue knows it.
    pub fn client(&mut self, client: &Object, to: &mut Made) {
        let name = client.text("clientId");
        let Some(id) = self.ids.take(client.text("id").map(|id| format!("{CLIENT}{id}")), name.clone(), to)
        else {
            return;
        };
        let found = found(client);
        if let Some(found) = &found {
            let (source, at) = (Some(self.source.clone()), Fact::Known(self.now));
            to.records.push(Record::Tool(catalogue::tool(found, source, Channel::Consent, at, Fact::Hidden)));
        }
        let has_account = client.flag("serviceAccountsEnabled") == Fact::Known(true);
        let known = Known { account: has_account.then(|| id.clone()), found: found.clone() };
        self.clients.insert(name.clone().unwrap_or_else(|| id.clone()), known);
        match client.flag("serviceAccountsEnabled") {
            Fact::Known(true) => {}
            Fact::Hidden => {
                self.untold_clients += 1;
                return;
            }
            _ => return,
        }
        let name = name.unwrap_or_else(|| id.clone());
        self.accounts.push(id.clone());
        self.services.insert(format!("{SERVICE}{}", name.to_lowercase()), id.clone());
        // What only looks like an AI product is none yet.
        let sure = found.filter(|found| found.confidence > Confidence::Low);
        let account = self.service(&id, &name, client, sure.as_ref());
        if sure.is_some() {
            to.records.push(Record::Agent(agent(&account)));
        }
        to.records.extend(self.credential(&id, client));
        to.records.push(Record::Account(account));
    }

    fn service(&self, id: &str, name: &str, client: &Object, found: Option<&Match>) -> Account {
        let (class, class_rule) = match found {
            Some(found) => (Class::Ai, found.rule),
            None => (Class::Machine, "keycloak.service-account/1"),
        };
        let title = client.text("name").filter(|title| !title.starts_with("${"));
        let guess = suspect(name).or_else(|| suspect(title.as_deref()?));
        Account {
            id: id.to_owned(),
            source: Some(self.source.clone()),
            name: name.to_owned(),
            class: Fact::Known(class),
            class_rule: class_rule.to_owned(),
            suspected: guess.filter(|guess| guess.class != class),
            is_enabled: client.flag("enabled"),
            last_seen: self.last(&format!("client:{name}")),
            has_password: Fact::Known(false),
            ..Account::default()
        }
    }

    /// What a client signs in with: when its secret was made, never the secret.
    fn credential(&self, id: &str, client: &Object) -> Option<Record> {
        let kind = match client.text("clientAuthenticatorType")?.as_str() {
            "client-secret" | "client-secret-jwt" => CredentialKind::Secret,
            "client-x509" => CredentialKind::Certificate,
            "client-jwt" => CredentialKind::Key,
            // Of others, such as tokens of another issuer, nothing lies here.
            _ => return None,
        };
        let time = |key: &str| match client.object("attributes").and_then(|all| all.number(key)) {
            Some(0) => Fact::Absent,
            Some(at) => i64::try_from(at)
                .ok()
                .and_then(|at| Timestamp::from_second(at).ok())
                .map_or(Fact::Hidden, Fact::Known),
            None => Fact::Hidden,
        };
        Some(Record::Credential(Credential {
            id: id.to_owned(),
            account: id.to_owned(),
            source: Some(self.source.clone()),
            kind,
            is_active: client.flag("enabled"),
            created: time("client.secret.creation.time"),
            last_used: self.last(&format!("client:{}", client.text("clientId").unwrap_or_default())),
            expires: time("client.secret.expiration.time"),
            ..Credential::default()
        }))
    }

    /// Takes a user.
    pub fn user(&mut self, user: &Object, to: &mut Made) {
        let name = user.text("username");
        if user.text("serviceAccountClientId").is_some()
            || name.as_deref().is_some_and(|name| self.services.contains_key(name))
        {
            // It is the client's account, which the clients show.
            return;
        }
        let Some(id) = self.ids.take(user.text("id"), name.clone(), to) else { return };
        self.accounts.push(id.clone());
        let name = name.unwrap_or_else(|| id.clone());
        let mail = user
            .text("email")
            .filter(|mail| mail.contains('@') && user.flag("emailVerified") == Fact::Known(true));
        let job = ["title", "department"]
            .iter()
            .find_map(|key| user.texts(&format!("attributes.{key}"))?.into_iter().next());
        to.records.push(Record::Account(Account {
            source: Some(self.source.clone()),
            aliases: mail.map(|mail| mail.to_lowercase()).into_iter().collect(),
            class: Fact::Known(Class::Human),
            class_rule: "keycloak.user/1".to_owned(),
            suspected: suspect(&name).filter(|guess| guess.class != Class::Human),
            is_enabled: user.flag("enabled"),
            created: user.time("createdTimestamp"),
            last_seen: self.last(&id),
            // Passkeys are not told here, so that without codes there may be one.
            second_factor: match user.flag("totp") {
                Fact::Known(true) => Fact::Known(SecondFactor::Any),
                _ => Fact::Hidden,
            },
            job: job.map_or(Fact::Hidden, Fact::Known),
            name,
            id,
            ..Account::default()
        }));
    }

    /// Takes one who has a role, itself or by a group.
    pub fn holder(&mut self, role: &Role, user: &Object, via: &[String], to: &mut Made) {
        let name = user.text("username").unwrap_or_default();
        let own = || user.text("id").filter(|id| self.ids.has(id));
        let Some(account) = self.services.get(&name.to_lowercase()).cloned().or_else(own) else {
            return to.refuse(name, format!("it has the role {}, and no list shows it", role.id));
        };
        self.entitle(role, to);
        to.records.push(self.grant(account, &role.id, via));
    }

    /// The ids of all people.
    pub fn people(&self) -> impl Iterator<Item = &str> {
        self.accounts.iter().map(String::as_str).filter(|id| !id.starts_with(CLIENT))
    }

    /// Takes what people let a client do: rights of its account, and how many use an AI product.
    pub fn consented(&mut self, client: &str, given: Given, to: &mut Made) {
        let Some(known) = self.clients.get(client) else {
            return to.refuse(client, format!("{} people consent to it, and no list shows it", given.people));
        };
        if let Some(found) = &known.found {
            let at = if given.last.is_told() { given.last } else { Fact::Known(self.now) };
            let users = Fact::Known(given.people);
            let tool = catalogue::tool(found, Some(self.source.clone()), Channel::Consent, at, users);
            to.records.push(Record::Tool(tool));
        }
        let Some(account) = known.account.clone() else { return };
        let via = [format!("consent of {} people", given.people)];
        for scope in given.scopes {
            let role =
                Role { id: format!("scope:{scope}"), place: String::new(), is_admin: Fact::Known(false) };
            self.entitle(&role, to);
            to.records.push(self.grant(account.clone(), &role.id, &via));
        }
    }

    /// Rights that nothing tells, for everybody: somebody may hold them.
    pub fn untold(&mut self, to: &mut Made) {
        let role = Role { id: NOT_SHOWN.to_owned(), place: String::new(), is_admin: Fact::Hidden };
        self.entitle(&role, to);
        to.records.extend(self.accounts.iter().map(|account| self.grant(account.clone(), NOT_SHOWN, &[])));
    }

    fn grant(&self, account: String, role: &str, via: &[String]) -> Record {
        Record::Grant(Grant {
            account,
            entitlement: role.to_owned(),
            source: Some(self.source.clone()),
            via: via.to_vec(),
            ..Grant::default()
        })
    }

    /// Takes a role itself, whoever has it.
    pub fn entitle(&mut self, role: &Role, to: &mut Made) {
        if self.given.insert(role.id.clone()) {
            to.records.push(Record::Entitlement(Entitlement {
                id: role.id.clone(),
                source: Some(self.source.clone()),
                title: role.id.clone(),
                kind: EntitlementKind::Role,
                is_general_admin: role.is_admin,
                document: None,
            }));
        }
    }
}

/// The AI product that a client is; hosts tell, and a name that it may be one.
fn found(client: &Object) -> Option<Match> {
    let mut hosts: Vec<String> = client.texts("redirectUris").unwrap_or_default();
    hosts.extend(["rootUrl", "baseUrl", "adminUrl"].iter().filter_map(|key| client.text(key)));
    let hosts: Vec<&str> = hosts.iter().map(String::as_str).filter(|host| host.contains("://")).collect();
    let name = client.text("name").filter(|name| !name.starts_with("${")).or_else(|| client.text("clientId"));
    catalogue::find(&Seen { hosts: &hosts, name: name.as_deref().unwrap_or_default(), ..Seen::default() })
}

/// An AI identity as an agent that nobody registered yet.
fn agent(account: &Account) -> Agent {
    Agent {
        id: account.id.clone(),
        name: account.name.clone(),
        source: account.source.clone(),
        identity: Fact::Known(account.id.clone()),
        last_seen: account.last_seen,
        ..Agent::default()
    }
}
