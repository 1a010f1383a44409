//! From service principals and applications to accounts: programs, managed identities, AI agents and what agents are
//! made of.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use super::super::listing::{Ids, Made, Object};
use super::super::suspect::suspect;
use super::agents::Agents;
use super::keys::Keys;
use super::people::{People, agent_key};
use super::products::{self, Product};
use crate::model::SourceId;
use crate::model::inventory::{Account, Class, Fact, Record};

/// Tenants of Microsoft, to which its own applications belong.
const MICROSOFT: &[&str] = &["f8cdef31-a31e-4b4a-93e4-5f571e91255a", "72f988bf-86f1-41af-91ab-2d7cd011db47"];

/// What a service principal is, as its kind says.
static KINDS: &[(&str, Class, &str)] = &[
    ("application", Class::Machine, "entra.service-principal/1"),
    ("legacy", Class::Machine, "entra.service-principal/1"),
    ("socialidp", Class::Machine, "entra.service-principal/1"),
    ("managedidentity", Class::Machine, "entra.managed-identity/1"),
    ("serviceidentity", Class::Ai, AGENT),
];
/// The rule for agent identities.
const AGENT: &str = "entra.agent-identity/1";
/// The rule for what a blueprint is in a tenant: it makes agents, and is none.
const BLUEPRINT: &str = "entra.agent-blueprint/1";
/// The rule for applications of Microsoft's own.
const OF_MICROSOFT: &str = "entra.microsoft-application/1";

/// An application of the tenant.
#[derive(Debug, Clone, Default)]
pub struct Application {
    pub id: String,
    pub name: String,
    pub created: Fact<Timestamp>,
    pub owners: Option<Vec<Object>>,
    pub keys: Object,
    /// Names of workloads that it trusts.
    pub federated: Vec<String>,
    /// Whether it can sign in nowhere but here.
    pub is_for_this_tenant: bool,
    is_here: bool,
}

/// A service principal, as far as rights need it.
#[derive(Debug, Clone, Default)]
pub struct Program {
    pub name: String,
    pub app: String,
    pub is_of_microsoft: bool,
    /// Permissions that programs can hold, by id.
    pub roles: BTreeMap<String, String>,
}

/// Program principals so far, and what is known beside them.
pub struct Services<'a> {
    pub source: SourceId,
    pub people: &'a People,
    pub agents: Agents,
    pub keys: Keys,
    /// By application id; empty where they are not shown.
    pub applications: HashMap<String, Application>,
    /// When applications signed in, by application id.
    pub sign_ins: HashMap<String, Fact<Timestamp>>,
    /// How many people consented to each, by the service principal's id.
    pub consents: HashMap<String, Fact<u32>>,
    pub tells_consents: bool,
    pub at: Timestamp,
    pub ids: Ids,
    pub known: HashMap<String, Program>,
}

impl Services<'_> {
    /// Takes one service principal.
    pub fn take(&mut self, service: &Object, to: &mut Made) {
        let name = service.text("displayName").or_else(|| service.text("appId"));
        let Some(id) = self.ids.take(service.text("id"), name.clone(), to) else { return };
        let name = name.unwrap_or_else(|| id.clone());
        let app = service.text("appId").map(|app| app.to_lowercase()).unwrap_or_default();
        let is_of_microsoft = is_of_microsoft(service);
        let roles = roles(service);
        self.known
            .insert(id.clone(), Program { name: name.clone(), app: app.clone(), is_of_microsoft, roles });
        if let Some(own) = self.applications.get_mut(&app) {
            own.is_here = true;
        }
        let (class, rule) = self.class(&id, &app, service, is_of_microsoft);
        let is_agent = rule == AGENT;
        let product = if is_agent { None } else { self.product(&id, &app, service, is_of_microsoft) };
        let account = self.account(&id, (&name, &app), service, is_agent);
        let account = match &product {
            Some(Product { is_its_own: true, found }) if class == Fact::Known(Class::Machine) => Account {
                class: Fact::Known(Class::Ai),
                class_rule: found.rule.to_owned(),
                is_class_declared: false,
                ..account
            },
            _ => Account {
                suspected: suspect(&name)
                    .filter(|guess| class.known().is_none_or(|class| *class != guess.class)),
                class,
                class_rule: rule.to_owned(),
                is_class_declared: is_agent,
                ..account
            },
        };
        if let Some(product) = product {
            let users = if self.tells_consents { self.consents.get(&id).copied() } else { None };
            to.records.push(Record::Tool(product.tool(&self.source, self.at, users)));
        }
        let account = if is_agent { self.agents.account(service, account, self.people, to) } else { account };
        self.keys.of_service(&id, service, to);
        if let Some(own) = self.applications.get(&app) {
            self.keys.of_application(&id, &own.keys, to);
        }
        to.records.push(Record::Account(account));
    }

    /// What was listed among the agents alone, and applications that are in this tenant by their registration only.
    pub fn finish(&mut self, to: &mut Made) {
        for agent in self.agents.left(&self.ids) {
            self.take(&agent, to);
        }
        let mut rest: Vec<(&String, &Application)> =
            self.applications.iter().filter(|(_, own)| !own.is_here).collect();
        rest.sort_by_key(|(app, _)| *app);
        for (app, own) in rest {
            self.keys.of_application(&own.id, &own.keys, to);
            to.records.push(Record::Account(Account {
                id: own.id.clone(),
                source: Some(self.source.clone()),
                name: own.name.clone(),
                aliases: std::iter::once(app.clone()).chain(own.federated.iter().cloned()).collect(),
                class: Fact::Known(Class::Machine),
                class_rule: "entra.application/1".to_owned(),
                suspected: suspect(&own.name).filter(|guess| guess.class == Class::Ai),
                // Nothing signs in here without a service principal; elsewhere it may.
                is_enabled: if own.is_for_this_tenant { Fact::Known(false) } else { Fact::Hidden },
                is_guest: Fact::Known(false),
                has_password: Fact::Known(false),
                created: own.created,
                owner: owner(&[own.owners.as_deref()], self.people),
                ..Account::default()
            }));
        }
    }

    fn class(
        &self,
        id: &str,
        app: &str,
        service: &Object,
        is_of_microsoft: bool,
    ) -> (Fact<Class>, &'static str) {
        if self.agents.is_agent(id) || is_type(service, "agentIdentity") {
            return (Fact::Known(Class::Ai), AGENT);
        }
        if self.agents.is_blueprint(id, app) || is_type(service, "agentIdentityBlueprintPrincipal") {
            return (Fact::Known(Class::Machine), BLUEPRINT);
        }
        let kind = service.text("servicePrincipalType").map(|kind| kind.to_lowercase());
        match kind.and_then(|kind| KINDS.iter().find(|(known, ..)| *known == kind)) {
            Some((_, Class::Machine, "entra.service-principal/1")) if is_of_microsoft => {
                (Fact::Known(Class::Machine), OF_MICROSOFT)
            }
            Some((_, class, rule)) => (Fact::Known(*class), rule),
            // A kind that is not known yet may be one more kind of agents.
            None => (Fact::Hidden, ""),
        }
    }

    fn account(&self, id: &str, (name, app): (&str, &str), service: &Object, is_agent: bool) -> Account {
        let own = self.applications.get(app);
        let of_azure = service.texts("alternativeNames").unwrap_or_default();
        let mut aliases: Vec<String> =
            of_azure.into_iter().filter(|name| name.starts_with("/subscriptions/")).collect();
        // All agents of a blueprint may carry its application id.
        aliases.extend(Some(app.to_owned()).filter(|app| !app.is_empty() && !is_agent));
        aliases.extend(is_agent.then(|| agent_key(id)));
        aliases.extend(own.iter().flat_map(|own| own.federated.iter().cloned()));
        let is_disabled = service.flag("isDisabled") == Fact::Known(true)
            || service.text("disabledByMicrosoftStatus").is_some_and(|word| word.starts_with("Disabled"));
        let owners = service.objects("owners");
        let created = match service.time("createdDateTime") {
            Fact::Known(at) => Fact::Known(at),
            _ => own.map_or(Fact::Hidden, |own| own.created),
        };
        let asked = [owners.as_deref(), own.map_or(Some(&[][..]), |own| own.owners.as_deref())];
        Account {
            id: id.to_owned(),
            source: Some(self.source.clone()),
            name: name.to_owned(),
            aliases,
            is_enabled: if is_disabled { Fact::Known(false) } else { service.flag("accountEnabled") },
            is_guest: Fact::Known(false),
            has_password: Fact::Known(false),
            created,
            last_seen: self.sign_ins.get(app).copied().unwrap_or(Fact::Hidden),
            owner: owner(&asked, self.people),
            ..Account::default()
        }
    }

    /// The AI product that it is, if it is one. Those of Microsoft are in every tenant, also where nobody uses them.
    fn product(&self, id: &str, app: &str, service: &Object, is_of_microsoft: bool) -> Option<Product> {
        if is_of_microsoft && !self.consents.contains_key(id) {
            return None;
        }
        products::find(app, service, self.applications.contains_key(app) || is_of_microsoft)
    }
}

/// Who owns it, by the first name; several lists of owners count together, and one that is hidden leaves open that there
/// is nobody.
pub fn owner(lists: &[Option<&[Object]>], people: &People) -> Fact<String> {
    let mut listed = lists.iter().flatten().flat_map(|list| list.iter());
    match listed.find_map(|owner| called(owner, people)) {
        Some(name) => Fact::Known(name),
        None if lists.iter().any(Option::is_none) => Fact::Hidden,
        None => Fact::Absent,
    }
}

/// What an owner or a sponsor is called: as the users' list has it, else as it stands there.
pub fn called(owner: &Object, people: &People) -> Option<String> {
    let id = owner.text("id");
    let listed = id.as_ref().and_then(|id| people.get(id)).map(|person| person.name.clone());
    let own = || owner.text("userPrincipalName").map(|name| name.to_lowercase());
    listed.or_else(own).or_else(|| owner.text("displayName")).or(id)
}

/// Whether an object says of itself that it is of a type.
pub fn is_type(object: &Object, name: &str) -> bool {
    let kind = object.text("@odata.type").unwrap_or_default();
    kind.strip_prefix("#microsoft.graph.").is_some_and(|kind| kind.eq_ignore_ascii_case(name))
}

fn is_of_microsoft(service: &Object) -> bool {
    service
        .text("appOwnerOrganizationId")
        .is_some_and(|owner| MICROSOFT.contains(&owner.to_lowercase().as_str()))
}

/// Permissions that programs can hold.
fn roles(service: &Object) -> BTreeMap<String, String> {
    let for_programs = |role: &Object| {
        let kinds = role.texts("allowedMemberTypes");
        kinds.is_none_or(|kinds| kinds.iter().any(|kind| kind.eq_ignore_ascii_case("Application")))
    };
    let roles = service.objects("appRoles").unwrap_or_default().into_iter().filter(for_programs);
    roles
        .filter_map(|role| {
            Some((role.text("id")?.to_lowercase(), role.text("value").or_else(|| role.text("displayName"))?))
        })
        .collect()
}

impl Application {
    /// Reads one; its application id stands beside it.
    pub fn read(object: &Object) -> Option<(String, Self)> {
        let id = object.text("id")?;
        let app = object.text("appId")?.to_lowercase();
        let name = object.text("displayName").unwrap_or_else(|| id.clone());
        let is_for_this_tenant = object.text("signInAudience").is_some_and(|who| who == "AzureADMyOrg");
        let created = object.time("createdDateTime");
        let owners = object.objects("owners");
        let keys = super::keys::only(object);
        let made = Self { id, name, created, owners, keys, is_for_this_tenant, ..Self::default() };
        Some((app, made))
    }
}

#[cfg(test)]
mod tests;
