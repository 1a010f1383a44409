//! Azure: built-in roles by their actions, and actions of roles that an organisation wrote itself.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::family::{Asked, Family, Gives, Meant, Way};
use super::roles::{Role, Roles};
use crate::model::privilege::{Access, Scope, Tier};

/// The family.
pub static FAMILY: Family = Family { systems: &["azure"], judge, scope };

const SOURCE: &str =
    "Azure roles: Cloud-Architekt/AzurePrivilegedIAM f14538f (MIT), 928 built-in roles by their actions";

static KNOWN: LazyLock<Roles> =
    LazyLock::new(|| Roles::read(include_bytes!("../../../assets/privilege/azure-roles.txt.gz")));
/// What `*` covers: every provider with the greatest tier of what it has to read and to change.
static PROVIDERS: LazyLock<BTreeMap<String, [Option<Tier>; 2]>> = LazyLock::new(|| {
    let mut providers: BTreeMap<String, [Option<Tier>; 2]> = BTreeMap::new();
    for (name, tier) in KNOWN.actions().filter(|(name, _)| !name.starts_with('*')) {
        let tiers = providers.entry(provider(name).to_owned()).or_default();
        let [reads, writes] = tiers;
        let place = if access(name) == Access::Read { reads } else { writes };
        *place = (*place).max(Some(tier));
    }
    providers
});

static ASSIGN: Way = Way {
    id: "azure-assign-role",
    title: "Give itself a role",
    leads_to: "Owner of all that the grant covers",
    assumes: &[],
};
static DEFINE: Way = Way {
    id: "azure-define-role",
    title: "Widen a role that it holds",
    leads_to: "any action on all that the grant covers",
    assumes: &["a role that the organisation wrote itself is assigned to it"],
};

/// Built-in roles that may do everything but what their exclusions say, which the origin does not list: Contributor
/// may not change authorization.
const CONTRIBUTOR: &str = "b24988ac-6180-42a0-ab88-20f7382dd24c";
const AUTHORIZATION: &str = "microsoft.authorization";

/// Parts of actions that hand out keys or run code as somebody else.
const HANDING_OUT: &[&str] = &[
    "/assign/action",
    "accountsas",
    "beginget",
    "connectionstring",
    "credential",
    "delegationkey",
    "/exec/",
    "getsecret",
    "impersonat",
    "listkey",
    "listsecret",
    "loginasadmin",
    "regeneratekey",
    "runcommand",
    "sas/action",
    "servicesas",
    "showfullkey",
];

fn judge(asked: &Asked<'_>) -> Option<Meant> {
    if let Some(role) = KNOWN.find(asked.name) {
        return Some(of_role(role));
    }
    let small = asked.name.to_lowercase();
    let verb = small.rsplit('/').next().unwrap_or_default();
    let is_action = small.contains('/') && matches!(verb, "read" | "write" | "delete" | "action" | "*");
    let known = KNOWN.tier_of(&small);
    let is_ours = is_action && (small.starts_with("microsoft.") || small.starts_with("*/"));
    if !(is_ours || known.is_some() || small == "*") {
        return None;
    }
    let meant = Meant::all(SOURCE, rights(&small, known.unwrap_or_default(), false, false));
    let meant = if small == "*" { meant.control() } else { meant };
    Some(meant.way(way(&small)))
}

fn of_role(role: &Role) -> Meant {
    let is_bounded = role.id == CONTRIBUTOR;
    let mut gives: Vec<Gives> = Vec::new();
    for one in &role.actions {
        gives.extend(rights(&one.name.to_lowercase(), one.tier, one.is_data, is_bounded));
    }
    if gives.is_empty() {
        let access = if role.name.ends_with("Reader") { Access::Read } else { Access::Write };
        gives.push(Gives::one(AUTHORIZATION, &role.name, access, role.tier, Scope::Account));
    }
    let is_whole = !is_bounded && role.actions.iter().any(|one| one.name == "*");
    let ways = role.actions.iter().filter(|_| !is_bounded).filter_map(|one| way(&one.name.to_lowercase()));
    let meant = ways.fold(Meant::all(SOURCE, gives), |meant, way| {
        if meant.ways.contains(&way) { meant } else { meant.way(Some(way)) }
    });
    if is_whole { meant.control() } else { meant }
}

/// The rights of one action in small letters; `*` and `*/read` are rights in every provider.
fn rights(name: &str, tier: Tier, is_data: bool, is_bounded: bool) -> Vec<Gives> {
    if !name.starts_with('*') {
        let tier = if is_data { tier.max(Tier::Management) } else { tier };
        let gives = Gives::one(provider(name), name, access(name), tier, Scope::Account);
        return vec![gives.grave(name.ends_with("/delete") || name.ends_with("/*"))];
    }
    let mut all = Vec::new();
    for (provider, [reads, writes]) in PROVIDERS.iter() {
        let right = |access, tier| Gives {
            is_whole: true,
            ..Gives::one(provider, name, access, tier, Scope::Account).grave(access > Access::Read)
        };
        let may_change = name != "*/read" && !(is_bounded && provider == AUTHORIZATION);
        all.extend(reads.filter(|_| matches!(name, "*" | "*/read")).map(|tier| right(Access::Read, tier)));
        let change = if provider == AUTHORIZATION { Access::Admin } else { Access::Write };
        all.extend(writes.filter(|_| may_change).map(|tier| right(change, tier)));
    }
    all
}

fn provider(name: &str) -> &str {
    name.split('/').next().unwrap_or(name)
}

/// The level of an action in small letters.
fn access(name: &str) -> Access {
    let verb = name.rsplit('/').next().unwrap_or_default();
    if verb == "read" {
        Access::Read
    } else if provider(name) == AUTHORIZATION || HANDING_OUT.iter().any(|part| name.contains(part)) {
        Access::Admin
    } else {
        Access::Write
    }
}

/// The way that an action in small letters opens.
fn way(name: &str) -> Option<&'static Way> {
    let fits = |wanted: &str| {
        name == wanted || name.strip_suffix('*').is_some_and(|start| wanted.starts_with(start))
    };
    if fits("microsoft.authorization/roleassignments/write") {
        Some(&ASSIGN)
    } else if fits("microsoft.authorization/roledefinitions/write") {
        Some(&DEFINE)
    } else {
        None
    }
}

/// A management group or the root, a subscription, a resource group, or what lies in one.
fn scope(resource: &str) -> Option<Scope> {
    let small = resource.to_lowercase();
    let parts: Vec<&str> = small.split('/').filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        [] | ["tenant" | "root"] => Some(Scope::Tenant),
        ["providers", "microsoft.management", "managementgroups", ..] | ["managementgroups", ..] => {
            Some(Scope::Tenant)
        }
        ["subscriptions", _] => Some(Scope::Account),
        ["subscriptions", _, "resourcegroups", _] => Some(Scope::Group),
        ["subscriptions", _, "resourcegroups", _, ..] => Some(Scope::Resource),
        _ => None,
    }
}

/// Every name of the table.
#[cfg(test)]
pub fn names() -> Vec<String> {
    let roles = KNOWN.all.iter().flat_map(|role| [role.id.clone(), role.name.clone()]);
    roles.chain(KNOWN.actions().map(|(name, _)| name.to_owned())).collect()
}
