//! Who may do what: directory roles with eligibility and groups, application permissions, consents.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jiff::Timestamp;
use serde_json::json;

use super::super::listing::{Made, Object};
use super::services::{Program, is_type};
use crate::model::SourceId;
use crate::model::inventory::{Declared, Entitlement, EntitlementKind, Fact, Grant, Record};
use crate::model::privilege::Standing;

const GLOBAL_ADMINISTRATOR: &str = "62e90394-69f5-4237-9190-012177145e10";
/// The permission of those who were assigned an application without one.
const DEFAULT_ACCESS: &str = "00000000-0000-0000-0000-000000000000";

/// A directory role, held or eligible.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Holding {
    principal: String,
    role: String,
    /// Where it holds; `None` is the whole directory.
    place: Option<String>,
}

/// How long a role is held.
#[derive(Debug, Clone)]
struct Schedule {
    is_activated: bool,
    ends: Fact<Timestamp>,
}

/// How a role is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    Held,
    Eligible,
}

/// Everything that gives rights, so far.
pub struct Rights<'a> {
    pub source: SourceId,
    pub services: &'a HashMap<String, Program>,
    roles: HashMap<String, Object>,
    held: BTreeMap<Holding, Object>,
    eligible: BTreeMap<Holding, Object>,
    schedules: HashMap<Holding, Schedule>,
    /// What is known of ends where no schedule names one.
    pub ends_otherwise: Fact<Timestamp>,
    /// Members by group.
    members: HashMap<String, Vec<Object>>,
    given: HashSet<String>,
    made: Made,
}

impl<'a> Rights<'a> {
    /// None yet.
    pub fn new(source: SourceId, services: &'a HashMap<String, Program>) -> Self {
        Self {
            source,
            services,
            roles: HashMap::new(),
            held: BTreeMap::new(),
            eligible: BTreeMap::new(),
            schedules: HashMap::new(),
            ends_otherwise: Fact::Hidden,
            members: HashMap::new(),
            given: HashSet::new(),
            made: Made::default(),
        }
    }

    /// Takes what a role is.
    pub fn role(&mut self, role: Object) {
        if let Some(id) = role.text("id") {
            self.roles.insert(id, role);
        }
    }

    /// Takes who holds a role.
    pub fn assignment(&mut self, assignment: Object) {
        match holding(&assignment) {
            Some(holding) => drop(self.held.insert(holding, assignment)),
            None => self.made.refuse("a role assignment", "it names no role or nobody who holds it"),
        }
    }

    /// Takes who may activate a role.
    pub fn eligibility(&mut self, eligibility: Object) {
        match holding(&eligibility) {
            Some(holding) => drop(self.eligible.insert(holding, eligibility)),
            None => self.made.refuse("an eligible role", "it names no role or nobody who may activate it"),
        }
    }

    /// Takes how long a role is held.
    pub fn schedule(&mut self, schedule: &Object) {
        if let Some(holding) = holding(schedule) {
            let kind = schedule.text("assignmentType");
            let is_activated = kind.is_some_and(|kind| kind.eq_ignore_ascii_case("Activated"));
            let ends = schedule.time_or_never("endDateTime");
            self.schedules.insert(holding, Schedule { is_activated, ends });
        }
    }

    /// The groups that hold roles, or may activate some.
    pub fn groups(&self) -> BTreeSet<String> {
        let all = self.held.iter().chain(&self.eligible);
        all.filter(|(_, one)| is_group(one)).map(|(holding, _)| holding.principal.clone()).collect()
    }

    /// Takes who is in a group, itself or by others.
    pub fn group(&mut self, group: String, members: Vec<Object>) {
        self.members.insert(group, members);
    }

    /// Makes records of all roles; `is_listed` says whether a list shows somebody, where lists are shown.
    pub fn roles(&mut self, is_listed: &dyn Fn(&str) -> bool) {
        let (held, eligible) = (std::mem::take(&mut self.held), std::mem::take(&mut self.eligible));
        for (holding, one) in &held {
            let schedule = self.schedules.get(holding);
            // What somebody activated for now, that somebody is eligible for.
            if schedule.is_some_and(|schedule| schedule.is_activated) && eligible.contains_key(holding) {
                continue;
            }
            let grant = self.grant(holding, How::Held);
            self.hand(holding, one, grant, is_listed);
        }
        for (holding, one) in &eligible {
            let begun = one.time("startDateTime");
            let ends = one.time("endDateTime");
            let grant = Grant { granted_at: begun, expires: ends, ..self.grant(holding, How::Eligible) };
            self.hand(holding, one, grant, is_listed);
        }
    }

    /// A grant of a role to whoever it is made out to later.
    fn grant(&mut self, holding: &Holding, how: How) -> Grant {
        let schedule = self.schedules.get(holding);
        let is_activated = schedule.is_some_and(|schedule| schedule.is_activated);
        let standing = (how == How::Eligible || is_activated).then_some(Standing::SelfActivated);
        let expires = schedule.map_or(self.ends_otherwise, |schedule| schedule.ends);
        Grant {
            entitlement: self.entitlement_of(&holding.role),
            source: Some(self.source.clone()),
            resource: holding.place.clone(),
            expires,
            declared: Declared { standing, ..Declared::default() },
            ..Grant::default()
        }
    }

    /// Gives it to its holder, or to all members of the group that holds it.
    fn hand(&mut self, holding: &Holding, one: &Object, grant: Grant, is_listed: &dyn Fn(&str) -> bool) {
        let principal = &holding.principal;
        if !is_group(one) {
            if !is_listed(principal) {
                let name = one.text("principal.displayName").unwrap_or_else(|| principal.clone());
                let title = self.title(&holding.role);
                self.made.refuse(name, format!("it holds the role {title}, and no list shows it"));
            }
            self.made.records.push(Record::Grant(Grant { account: principal.clone(), ..grant }));
            return;
        }
        let name = one.text("principal.displayName").unwrap_or_else(|| principal.clone());
        let is_new = self.give(principal, &name, EntitlementKind::Group, (Fact::Known(false), None));
        let members = self.members.get(principal).cloned().unwrap_or_default();
        for member in members.iter().filter_map(|member| holder(member, is_listed)) {
            if is_new {
                let own = Grant {
                    account: member.clone(),
                    entitlement: principal.clone(),
                    source: Some(self.source.clone()),
                    expires: Fact::Absent,
                    ..Grant::default()
                };
                self.made.records.push(Record::Grant(own));
            }
            let via = vec![format!("group {name}")];
            self.made.records.push(Record::Grant(Grant { account: member, via, ..grant.clone() }));
        }
    }

    /// The entitlement that a role is, handed over where it was not yet.
    fn entitlement_of(&mut self, role: &str) -> String {
        let known = self.roles.get(role);
        let template = known.and_then(|known| known.text("templateId"));
        let is_own = known.is_some_and(|known| known.flag("isBuiltIn") == Fact::Known(false));
        let id = if is_own { role.to_owned() } else { template.unwrap_or_else(|| role.to_owned()) };
        let document = known.filter(|_| is_own).map(actions);
        let is_admin = Fact::Known(id == GLOBAL_ADMINISTRATOR);
        let title = self.title(role);
        self.give(&id, &title, EntitlementKind::Role, (is_admin, document));
        id
    }

    fn title(&self, role: &str) -> String {
        self.roles.get(role).and_then(|known| known.text("displayName")).unwrap_or_else(|| role.to_owned())
    }

    /// Takes permissions that a resource gave to programs.
    pub fn permissions(&mut self, resource: &str, assignments: &[Object]) {
        for one in assignments {
            let kind = one.text("principalType");
            if kind.is_some_and(|kind| !kind.eq_ignore_ascii_case("ServicePrincipal")) {
                continue;
            }
            let (Some(account), Some(role)) = (one.text("principalId"), one.text("appRoleId")) else {
                let name = one
                    .text("principalDisplayName")
                    .unwrap_or_else(|| "an application permission".to_owned());
                self.made.refuse(name, "it names no permission or nobody who holds it");
                continue;
            };
            self.is_listed_or_named(&account, one.text("principalDisplayName"));
            let entitlement = self.permission(resource, &role.to_lowercase());
            self.made.records.push(Record::Grant(Grant {
                account,
                entitlement,
                source: Some(self.source.clone()),
                granted_at: one.time("createdDateTime"),
                expires: Fact::Absent,
                ..Grant::default()
            }));
        }
    }

    fn is_listed_or_named(&mut self, account: &str, name: Option<String>) {
        if !self.services.is_empty() && !self.services.contains_key(account) {
            let name = name.unwrap_or_else(|| account.to_owned());
            self.made.refuse(name, "it holds application permissions, and no list shows it");
        }
    }

    /// An application permission. Tables know it by its id; of the tenant's own, only its name says anything.
    fn permission(&mut self, resource: &str, role: &str) -> String {
        let service = self.services.get(resource);
        let name = service.and_then(|service| service.roles.get(role).cloned());
        let id = if role == DEFAULT_ACCESS {
            format!("{resource}/default-access")
        } else {
            format!("application:{role}")
        };
        let title = match (service, name) {
            (Some(service), _) if role == DEFAULT_ACCESS => format!("{}: default access", service.name),
            (Some(service), Some(name)) if !service.is_of_microsoft => format!("{}: {name}", service.name),
            (_, Some(name)) => format!("application:{name}"),
            (_, None) => format!("application:{role}"),
        };
        let is_admin = self.is_admin(resource);
        self.give(&id, &title, EntitlementKind::Permission, (is_admin, None));
        id
    }

    /// Takes a consent: each of its scopes is a right of the application on behalf of everybody or of one user.
    pub fn consent(&mut self, consent: &Consent) {
        for scope in consent.scope.split_whitespace() {
            let grant = self.delegated(consent, scope);
            self.made.records.push(Record::Grant(grant));
        }
    }

    /// Takes what agents take over of a consent to their blueprint: `hands_on` says it of an API and a scope, `None`
    /// where nobody tells, and then it counts. Whether something is not told.
    pub fn inherit(
        &mut self,
        consent: &Consent,
        heirs: &[&str],
        hands_on: &dyn Fn(&str, &str) -> Option<bool>,
    ) -> bool {
        let api = self.services.get(&consent.resource).map(|service| service.app.clone()).unwrap_or_default();
        let name = self.services.get(&consent.client).map(|service| service.name.clone()).unwrap_or_default();
        let mut is_dark = false;
        for scope in consent.scope.split_whitespace() {
            let told = hands_on(&api, scope);
            is_dark |= told.is_none();
            if told == Some(false) {
                continue;
            }
            let grant = Grant { via: vec![format!("blueprint {name}")], ..self.delegated(consent, scope) };
            let grants = heirs.iter().map(|heir| Grant { account: (*heir).to_owned(), ..grant.clone() });
            self.made.records.extend(grants.map(Record::Grant));
        }
        is_dark
    }

    /// Says of an agent that what it takes over from its blueprint is not shown: a right whose meaning nobody tells.
    pub fn dark(&mut self, agent: &str) {
        let id = "blueprint/not-shown";
        let title = "what its blueprint hands on, which is not shown";
        self.give(id, title, EntitlementKind::Permission, (Fact::Hidden, None));
        self.made.records.push(Record::Grant(Grant {
            account: agent.to_owned(),
            entitlement: id.to_owned(),
            source: Some(self.source.clone()),
            ..Grant::default()
        }));
    }

    /// One scope of a consent.
    fn delegated(&mut self, consent: &Consent, scope: &str) -> Grant {
        let service = self.services.get(&consent.resource);
        let app = service.map_or(&consent.resource, |service| &service.app);
        let id = format!("{app}/delegated/{scope}");
        // What is meant by the names of an API that nobody shows is taken for the worst that goes by them.
        let title = match service.filter(|service| !service.is_of_microsoft) {
            Some(own) => format!("{}: {scope}", own.name),
            None => format!("delegated:{scope}"),
        };
        let is_admin = self.is_admin(&consent.resource);
        self.give(&id, &title, EntitlementKind::Permission, (is_admin, None));
        Grant {
            account: consent.client.clone(),
            entitlement: id,
            source: Some(self.source.clone()),
            resource: consent.principal.as_ref().map(|user| format!("users/{user}")),
            expires: Fact::Absent,
            ..Grant::default()
        }
    }

    /// Names something that is not used, or whose holder nobody shows.
    pub fn refuse(&mut self, subject: impl Into<String>, reason: impl Into<String>) {
        self.made.refuse(subject, reason);
    }

    /// No permission of Microsoft's APIs is on the list of general administration; of others nobody tells.
    fn is_admin(&self, resource: &str) -> Fact<bool> {
        let service = self.services.get(resource);
        if service.is_some_and(|service| service.is_of_microsoft) { Fact::Known(false) } else { Fact::Hidden }
    }

    /// Hands an entitlement over; whether it is new.
    fn give(
        &mut self,
        id: &str,
        title: &str,
        kind: EntitlementKind,
        (is_general_admin, document): (Fact<bool>, Option<String>),
    ) -> bool {
        let is_new = self.given.insert(id.to_owned());
        if is_new {
            self.made.records.push(Record::Entitlement(Entitlement {
                id: id.to_owned(),
                source: Some(self.source.clone()),
                title: title.to_owned(),
                kind,
                is_general_admin,
                document,
            }));
        }
        is_new
    }

    /// All that came together.
    pub fn finish(self) -> Made {
        self.made
    }
}

/// What somebody consented to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// The service principal that may act.
    pub client: String,
    /// The service principal of the API.
    pub resource: String,
    /// For whom it may; `None` for everybody.
    pub principal: Option<String>,
    pub scope: String,
}

impl Consent {
    /// Reads one; `None` when it names no client or no API. One whose kind is not told is taken for everybody's, unless
    /// it names somebody.
    pub fn read(consent: &Object) -> Option<Self> {
        Some(Self {
            client: consent.text("clientId")?,
            resource: consent.text("resourceId")?,
            principal: consent.text("principalId"),
            scope: consent.text("scope").unwrap_or_default(),
        })
    }
}

fn holding(one: &Object) -> Option<Holding> {
    let place = one.text("appScopeId").filter(|place| place != "/").or_else(|| one.text("directoryScopeId"));
    Some(Holding {
        principal: one.text("principalId").or_else(|| one.text("principal.id"))?,
        role: one.text("roleDefinitionId")?,
        place: place.map(|place| place.trim_matches('/').to_owned()).filter(|place| !place.is_empty()),
    })
}

fn is_group(one: &Object) -> bool {
    one.object("principal").is_some_and(|principal| is_type(&principal, "group"))
}

/// A member that can hold something: groups are read with those who are in them.
fn holder(member: &Object, is_listed: &dyn Fn(&str) -> bool) -> Option<String> {
    let id = member.text("id")?;
    let is_somebody =
        ["user", "agentUser", "servicePrincipal", "agentIdentity", "agentIdentityBlueprintPrincipal"]
            .iter()
            .any(|kind| is_type(member, kind));
    (is_somebody || is_listed(&id)).then_some(id)
}

/// What a role of the tenant's own gives, action by action.
fn actions(role: &Object) -> String {
    let parts = role.objects("rolePermissions").unwrap_or_default();
    let all = parts.iter().flat_map(|part| part.texts("allowedResourceActions").unwrap_or_default());
    let rules: Vec<_> = all.map(|action| json!({ "rule": action })).collect();
    json!({ "is_partly_read": rules.is_empty(), "rules": rules }).to_string()
}

#[cfg(test)]
mod tests;
