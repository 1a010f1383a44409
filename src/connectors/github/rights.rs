//! What people and apps may do: roles in the organisation, in repositories, by teams, permissions of apps.

use std::collections::{BTreeMap, BTreeSet};

use super::super::listing::{Made, Object};
use super::people::{People, Person, Standing, id_of};
use crate::model::SourceId;
use crate::model::inventory::{Entitlement, EntitlementKind, Fact, Grant, Record};

/// What stands for rights that were not read: unknown rights, where none would look like few.
const IN_REPOSITORIES: &str = "repositories:not-shown";
const IN_ORGANISATION: &str = "organization-roles:not-shown";
const OF_APP: &str = "app-permissions:not-shown";

/// Permissions of apps that hold in the organisation and not in repositories, beside those that begin with its name.
const OF_ORGANISATION: [&str; 3] = ["members", "team_discussions", "custom_properties_for_organizations"];
/// How many repositories are named where a right holds in several.
const NAMED: usize = 8;

/// Roles in repositories, the highest first, by the names of the API.
const LEVELS: [(&str, &str); 5] =
    [("admin", "admin"), ("maintain", "maintain"), ("push", "write"), ("triage", "triage"), ("pull", "read")];

/// What of the rights of people was read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Shown {
    /// Roles in the organisation beside owner and member.
    pub roles: bool,
    /// All repositories with their collaborators, and all teams.
    pub repositories: bool,
}

/// Hands out grants, and each entitlement once.
#[derive(Debug)]
pub struct Rights {
    source: SourceId,
    organisation: String,
    given: BTreeSet<String>,
    /// Direct rights in repositories, by account and role.
    direct: BTreeMap<(String, String), Vec<String>>,
}

impl Rights {
    /// Nothing yet.
    pub fn new(source: SourceId, organisation: &str) -> Self {
        let (given, direct) = (BTreeSet::new(), BTreeMap::new());
        Self { source, organisation: organisation.to_owned(), given, direct }
    }

    /// What somebody holds by belonging to the organisation; `base` is what its members may do in every repository.
    pub fn belongs(&mut self, person: &Person, base: Option<&str>, shown: Shown, to: &mut Made) {
        let whole = format!("org:{}", self.organisation);
        let (role, title) = match person.standing {
            Standing::Owner => ("owner", "Organization owner"),
            Standing::Member => ("member", "Organization member"),
            Standing::Outside => ("outside_collaborator", "Outside collaborator"),
        };
        let is_owner = person.standing == Standing::Owner;
        self.entitle((role, title), EntitlementKind::Role, Fact::Known(is_owner), to);
        self.grant((&person.id, role), Some(whole), Vec::new(), to);
        if is_owner {
            return;
        }
        let mut is_whole = shown.repositories;
        match (person.standing, base) {
            (Standing::Member, Some(base @ ("read" | "write" | "admin"))) => {
                let role = self.in_repositories(base, to);
                let resource = Some(format!("{}/*", self.organisation));
                self.grant((&person.id, &role), resource, vec!["base permission".to_owned()], to);
            }
            (Standing::Outside, _) | (_, Some("none")) => {}
            _ => is_whole = false,
        }
        if !is_whole {
            let title = "rights in repositories that were not read";
            self.entitle((IN_REPOSITORIES, title), EntitlementKind::Role, Fact::Known(false), to);
            self.grant((&person.id, IN_REPOSITORIES), None, Vec::new(), to);
        }
        if !shown.roles && person.standing == Standing::Member {
            let title = "roles in the organisation that were not read";
            self.entitle((IN_ORGANISATION, title), EntitlementKind::Role, Fact::Hidden, to);
            self.grant((&person.id, IN_ORGANISATION), None, Vec::new(), to);
        }
    }

    /// A role in the organisation and one who has it.
    pub fn role(&mut self, role: &Object, holder: &Object, people: &People, to: &mut Made) {
        let name = role.text("name").unwrap_or_else(|| role.text("id").unwrap_or_default());
        let Some(account) = id_of(holder).filter(|id| people.has(id)) else {
            let subject = holder.text("login").unwrap_or_else(|| "somebody".to_owned());
            return to.refuse(subject, format!("it has the role {name}, and is in no list of people"));
        };
        let teams = holder.objects("inherited_from").unwrap_or_default();
        let via: Vec<String> =
            teams.iter().filter_map(|team| team.text("name")).map(|team| format!("team {team}")).collect();
        let is_direct = holder.text("assignment").is_none_or(|word| word != "indirect");
        let ways = via.into_iter().map(|team| vec![team]).chain(is_direct.then(Vec::new));
        let base = role.text("base_role");
        for way in ways {
            self.entitle((&name, &name), EntitlementKind::Role, Fact::Known(false), to);
            self.grant((&account, &name), Some(format!("org:{}", self.organisation)), way.clone(), to);
            if let Some(base) = &base {
                let in_all = self.in_repositories(base, to);
                let by = way.into_iter().chain([format!("role {name}")]).collect();
                self.grant((&account, &in_all), Some(format!("{}/*", self.organisation)), by, to);
            }
        }
    }

    /// What the members of a team may do in its repositories.
    pub fn team(
        &mut self,
        team: &Object,
        (members, repositories): (&[Object], &[Object]),
        people: &People,
        to: &mut Made,
    ) {
        let name = team.text("name").unwrap_or_else(|| "without a name".to_owned());
        let mut by_role: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for repository in repositories {
            let place = repository.text("full_name").unwrap_or_default();
            for role in roles(repository) {
                by_role.entry(role).or_default().push(place.clone());
            }
        }
        for (role, places) in by_role {
            let entitlement = self.in_repositories(&role, to);
            for member in members.iter().filter_map(id_of).filter(|id| people.has(id)) {
                self.grant((&member, &entitlement), Some(several(&places)), vec![format!("team {name}")], to);
            }
        }
    }

    /// Somebody who was let into a repository.
    pub fn collaborator(&mut self, repository: &str, user: &Object, people: &People, to: &mut Made) {
        let Some(account) = id_of(user).filter(|id| people.has(id)) else {
            let subject = user.text("login").unwrap_or_else(|| "somebody".to_owned());
            return to.refuse(
                subject,
                format!("it may use the repository {repository}, and is in no list of people"),
            );
        };
        for role in roles(user) {
            self.direct.entry((account.clone(), role)).or_default().push(repository.to_owned());
        }
    }

    /// Direct rights in repositories, once all are known.
    pub fn finish(&mut self, to: &mut Made) {
        for ((account, role), places) in std::mem::take(&mut self.direct) {
            let entitlement = self.in_repositories(&role, to);
            self.grant((&account, &entitlement), Some(several(&places)), Vec::new(), to);
        }
    }

    /// The permissions of an app; `place` is the repositories in which they hold.
    pub fn permissions(
        &mut self,
        account: &str,
        permissions: &Object,
        (place, via): (&str, &[String]),
        to: &mut Made,
    ) {
        for (name, level) in permissions.pairs() {
            let Some(level) = level.as_str().filter(|level| *level != "none") else { continue };
            let permission = format!("{name}:{level}");
            self.entitle((&permission, &permission), EntitlementKind::Permission, Fact::Known(false), to);
            let is_of_all = name.starts_with("organization_")
                || name.starts_with("enterprise_")
                || OF_ORGANISATION.contains(&name);
            let resource = if is_of_all { format!("org:{}", self.organisation) } else { place.to_owned() };
            self.grant((account, &permission), Some(resource), via.to_vec(), to);
        }
    }

    /// What an app or an agent may do of whose permissions nothing tells.
    pub fn untold(&mut self, account: &str, place: &str, to: &mut Made) {
        self.entitle((OF_APP, "permissions that are not shown"), EntitlementKind::Role, Fact::Hidden, to);
        self.grant((account, OF_APP), Some(place.to_owned()), Vec::new(), to);
    }

    /// What a deploy key may do.
    pub fn deploy_key(&mut self, account: &str, repository: &str, is_read_only: Fact<bool>, to: &mut Made) {
        // A key of which it is not told may write.
        let level = if is_read_only == Fact::Known(true) { "read" } else { "write" };
        let permission = format!("contents:{level}");
        self.entitle((&permission, &permission), EntitlementKind::Permission, Fact::Known(false), to);
        self.grant((account, &permission), Some(repository.to_owned()), Vec::new(), to);
    }

    /// The entitlement of a role in repositories.
    fn in_repositories(&mut self, role: &str, to: &mut Made) -> String {
        let is_usual = LEVELS.iter().any(|(_, usual)| *usual == role);
        let id = if is_usual { format!("repo:{role}") } else { format!("repo-role:{role}") };
        self.entitle((&id, &format!("Repository {role}")), EntitlementKind::Role, Fact::Known(false), to);
        id
    }

    fn entitle(
        &mut self,
        (id, title): (&str, &str),
        kind: EntitlementKind,
        is_admin: Fact<bool>,
        to: &mut Made,
    ) {
        if self.given.insert(id.to_owned()) {
            to.records.push(Record::Entitlement(Entitlement {
                id: id.to_owned(),
                source: Some(self.source.clone()),
                title: title.to_owned(),
                kind,
                is_general_admin: is_admin,
                document: None,
            }));
        }
    }

    fn grant(
        &self,
        (account, entitlement): (&str, &str),
        resource: Option<String>,
        via: Vec<String>,
        to: &mut Made,
    ) {
        to.records.push(Record::Grant(Grant {
            account: account.to_owned(),
            entitlement: entitlement.to_owned(),
            source: Some(self.source.clone()),
            via,
            resource,
            ..Grant::default()
        }));
    }
}

/// The highest usual role that an object's permissions tell, and one of the organisation's own beside it.
fn roles(object: &Object) -> Vec<String> {
    let holds = |name: &str| object.flag(&format!("permissions.{name}")) == Fact::Known(true);
    let usual = LEVELS.iter().find(|(name, _)| holds(name)).map(|(_, role)| (*role).to_owned());
    let named = object.text("role_name");
    let own = named.filter(|name| !LEVELS.iter().any(|(api, role)| name == api || name == role));
    let all: Vec<String> = usual.into_iter().chain(own).collect();
    // Somebody who is in a list may do something.
    if all.is_empty() { vec![object.text("role_name").unwrap_or_else(|| "not told".to_owned())] } else { all }
}

/// Repositories as a resource: its name, or how many with the first of them.
fn several(places: &[String]) -> String {
    if let [one] = places {
        return one.clone();
    }
    let named: Vec<&str> = places.iter().take(NAMED).map(String::as_str).collect();
    let more = places.len().saturating_sub(NAMED);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("selected: {}{rest}", named.join(", "))
}
