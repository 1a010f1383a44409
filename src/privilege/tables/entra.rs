//! Entra: permissions of Microsoft Graph and other APIs, directory roles, actions of roles.
//!
//! A permission is written by its name or id, after `application:` or `delegated:` where that is known.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::family::{Asked, Family, Gives, Meant, Way, plain};
use super::roles::{Role, Roles, tier, unpack};
use crate::model::inventory::EntitlementKind;
use crate::model::privilege::{Access, Scope, Tier};

/// The family.
pub static FAMILY: Family = Family { systems: &["entra", "azuread"], judge, scope };

const PERMISSIONS: &str =
    "Entra API permissions: Cloud-Architekt/AzurePrivilegedIAM f14538f (MIT), 2,100 permissions";
const ROLES: &str =
    "Entra and Intune roles: Cloud-Architekt/AzurePrivilegedIAM f14538f (MIT), 155 roles by their actions";

static KNOWN: LazyLock<Permissions> = LazyLock::new(|| {
    Permissions::read(&unpack(include_bytes!("../../../assets/privilege/entra-permissions.txt.gz")))
});
static DIRECTORY: LazyLock<Roles> =
    LazyLock::new(|| Roles::read(include_bytes!("../../../assets/privilege/entra-roles.txt.gz")));

/// Permissions that grant rights or credentials where they write; by the first word of their names.
const GRANTING: &[&str] = &[
    "agentidentity",
    "agentidentityblueprint",
    "agentidentityblueprintprincipal",
    "application",
    "approleassignment",
    "delegatedadminrelationship",
    "delegatedpermissiongrant",
    "devicemanagementrbac",
    "domain",
    "entitlementmanagement",
    "identityprovider",
    "organization",
    "privilegedaccess",
    "privilegedassignmentschedule",
    "privilegedeligibilityschedule",
    "publickeyinfrastructure",
    "roleassignmentschedule",
    "roleeligibilityschedule",
    "rolemanagement",
    "rolemanagementpolicy",
    "user-passwordprofile",
    "userauthenticationmethod",
];

/// Parts of actions of roles that grant rights or credentials where they do not only read.
const ADMINISTERING: &[&str] = &[
    "/alltasks/roles",
    "/approleassigned",
    "/approleassignments",
    "/authentication",
    "/credentials/",
    "/crosstenantaccesspolicy/",
    "/directoryroles/",
    "/domains/",
    "/entitlementmanagement/",
    "/federat",
    "/hybridauthenticationpolicy/",
    "/identityproviders/",
    "/keysets/",
    "/managepermissiongrants",
    "/oauth2permissiongrants/",
    "/owners/",
    "/password",
    "/permissiongrantpolicies/",
    "/permissions/",
    "/privilegedidentitymanagement/",
    "/provisioning",
    "/roleassignments/",
    "/roledefinitions/",
    "/roles/",
    "assignedtorole",
    "assignabletoroles",
    "getpasswordsinglesignoncredentials",
    "applications/allproperties/alltasks",
    "serviceprincipals/allproperties/alltasks",
    "users/allproperties/alltasks",
];

static GRANT_ROLE: Way = Way {
    id: "entra-grant-role",
    title: "Give itself a directory role",
    leads_to: "Global Administrator",
    assumes: &[],
};
static GRANT_PERMISSION: Way = Way {
    id: "entra-grant-permission",
    title: "Give itself any application permission",
    leads_to: "RoleManagement.ReadWrite.Directory, then Global Administrator",
    assumes: &[],
};
static ADD_CREDENTIAL: Way = Way {
    id: "entra-app-credential",
    title: "Add a credential to an application that may do more",
    leads_to: "the rights of that application",
    assumes: &["an application of the tenant holds administration of tier 0"],
};
static ADD_TO_GROUP: Way = Way {
    id: "entra-privileged-group",
    title: "Become a member of a group that holds a role",
    leads_to: "the role of that group",
    assumes: &["a group holds a role of tier 0"],
};
static RESET_SIGN_IN: Way = Way {
    id: "entra-reset-sign-in",
    title: "Set how an administrator signs in",
    leads_to: "the account of a Global Administrator",
    assumes: &[],
};
static FORGE_SIGN_IN: Way = Way {
    id: "entra-forge-sign-in",
    title: "Make the tenant trust another issuer",
    leads_to: "any account whose sign-in that issuer vouches for",
    assumes: &["an administrator's sign-in can be federated or made by certificate"],
};
static ASSIGN_PACKAGE: Way = Way {
    id: "entra-access-package",
    title: "Give itself an access package with a role",
    leads_to: "the role of that package",
    assumes: &["a catalogue holds a group or a role of tier 0"],
};

/// Which permissions open a way, by the beginning of their names in small letters.
static WAYS_OF_PERMISSIONS: &[(&str, &Way)] = &[
    ("rolemanagement.readwrite.directory", &GRANT_ROLE),
    ("roleassignmentschedule.readwrite.directory", &GRANT_ROLE),
    ("roleeligibilityschedule.readwrite.directory", &GRANT_ROLE),
    ("privilegedaccess.readwrite.azuread", &GRANT_ROLE),
    ("approleassignment.readwrite.all", &GRANT_PERMISSION),
    ("application.readwrite.all", &ADD_CREDENTIAL),
    ("privilegedaccess.readwrite.azureadgroup", &ADD_TO_GROUP),
    ("privilegedassignmentschedule.readwrite.azureadgroup", &ADD_TO_GROUP),
    ("privilegedeligibilityschedule.readwrite.azureadgroup", &ADD_TO_GROUP),
    ("userauthenticationmethod.readwrite.all", &RESET_SIGN_IN),
    ("domain.readwrite.all", &FORGE_SIGN_IN),
    ("organization.readwrite.all", &FORGE_SIGN_IN),
    ("entitlementmanagement.readwrite.all", &ASSIGN_PACKAGE),
];

/// Which roles open a way, by the ids of their templates; Microsoft documents what each may change.
static WAYS_OF_ROLES: &[(&str, &Way)] = &[
    // Privileged Role Administrator.
    ("e8611ab8-c189-46e8-94e1-60213ab1f814", &GRANT_ROLE),
    // Privileged Authentication Administrator, Partner Tier2 Support.
    ("7be44c8a-adaf-4e2a-84d6-ab2649e08a13", &RESET_SIGN_IN),
    ("e00e864a-17c5-4a4b-9c06-f5b95a8d5bd8", &RESET_SIGN_IN),
    // Application, Cloud Application and Hybrid Identity Administrator.
    ("9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3", &ADD_CREDENTIAL),
    ("158c047a-c907-4556-b7ef-446551a6b5f7", &ADD_CREDENTIAL),
    ("8ac3fc64-6eca-42ea-9e69-59f4c7b60eb2", &ADD_CREDENTIAL),
    // Domain Name Administrator.
    ("8329153b-31d0-4727-b945-745eb3bc5f31", &FORGE_SIGN_IN),
];

const GLOBAL_ADMINISTRATOR: &str = "62e90394-69f5-4237-9190-012177145e10";

/// Permissions by name, the worse tier where several APIs have one of the same name.
struct Permissions {
    /// Tiers as a permission of an application and as a delegated one.
    by_name: HashMap<String, [Option<Tier>; 2]>,
    /// Names by id, and whether they are delegated.
    by_id: HashMap<String, (String, bool)>,
}

impl Permissions {
    fn read(text: &str) -> Self {
        let mut made = Self { by_name: HashMap::new(), by_id: HashMap::new() };
        for line in text.lines() {
            let mut parts = line.splitn(3, ' ');
            let (Some(kind), Some(id), Some(name)) = (parts.next(), parts.next(), parts.next()) else {
                continue;
            };
            let is_delegated = kind.starts_with('D');
            let tier = tier(kind.trim_start_matches(['A', 'D']));
            let tiers = made.by_name.entry(name.to_lowercase()).or_default();
            let place = if is_delegated { &mut tiers[1] } else { &mut tiers[0] };
            *place = (*place).max(Some(tier));
            made.by_id.insert(id.to_lowercase(), (name.to_owned(), is_delegated));
        }
        made
    }
}

fn judge(asked: &Asked<'_>) -> Option<Meant> {
    let permission = || permission(asked.name);
    let role = || DIRECTORY.find(named(asked.name)).map(role);
    // A user is a role, and a permission is called so as well.
    let named = if asked.kind == EntitlementKind::Permission {
        permission().or_else(role)
    } else {
        role().or_else(permission)
    };
    named.or_else(|| {
        let tier = DIRECTORY.tier_of(asked.name)?;
        let gives = action(asked.name, tier);
        let is_role_granting =
            gives.access == Access::Admin && asked.name.to_lowercase().contains("/roleassignments/");
        Some(Meant::one(ROLES, gives).way(is_role_granting.then_some(&GRANT_ROLE)))
    })
}

/// The name of a role by which the table has it.
fn named(name: &str) -> &str {
    match plain(name).as_str() {
        "companyadministrator" | "globaladmin" => GLOBAL_ADMINISTRATOR,
        _ => name,
    }
}

fn role(role: &Role) -> Meant {
    let mut gives: Vec<Gives> = role.actions.iter().map(|one| action(&one.name, one.tier)).collect();
    if gives.is_empty() {
        let access = if role.name.ends_with("Reader") { Access::Read } else { Access::Write };
        gives.push(Gives::one("microsoft.directory", &role.name, access, role.tier, Scope::Tenant));
    }
    let way = WAYS_OF_ROLES.iter().find(|(id, _)| *id == role.id).map(|(_, way)| *way);
    let meant = Meant::all(ROLES, gives).way(way);
    if role.id == GLOBAL_ADMINISTRATOR { meant.control() } else { meant }
}

/// One action of a role, such as `microsoft.directory/users/password/update`.
fn action(name: &str, tier: Tier) -> Gives {
    let small = name.to_lowercase();
    let (service, _) = small.split_once('/').unwrap_or((&small, ""));
    let verb = small.rsplit('/').next().unwrap_or_default();
    let is_read = verb.ends_with("read") || verb.starts_with("view") || verb.starts_with("getavail");
    let access = if is_read {
        Access::Read
    } else if ADMINISTERING.iter().any(|part| small.contains(part)) {
        Access::Admin
    } else {
        Access::Write
    };
    let is_grave = !is_read
        && ["delete", "alltasks", "manage", "restore", "disable"].iter().any(|one| verb.contains(one));
    Gives::one(service, name, access, tier, Scope::Tenant).grave(is_grave)
}

fn permission(name: &str) -> Option<Meant> {
    let (word, rest) = name.split_once(':').unwrap_or(("", name));
    let (wanted, name) = match word.to_lowercase().as_str() {
        "application" | "app" => (Some(0), rest),
        "delegated" | "scope" => (Some(1), rest),
        _ => (None, name),
    };
    let by_id = KNOWN.by_id.get(&name.to_lowercase());
    let name = by_id.map_or(name, |(name, _)| name);
    let wanted = by_id.map(|(_, is_delegated)| usize::from(*is_delegated)).or(wanted);
    let tiers = KNOWN.by_name.get(&name.to_lowercase())?;
    // Where nobody tells, it is taken for the stronger one: a permission of the application itself.
    let at = wanted.filter(|at| tiers.get(*at).is_some_and(Option::is_some));
    let at = at.unwrap_or_else(|| usize::from(tiers[0].is_none()));
    let tier = (*tiers.get(at)?)?;
    let scope = if at == 0 { Scope::Tenant } else { Scope::Account };
    let small = name.to_lowercase();
    let access = access(&small);
    let service = name.split('.').next().unwrap_or(name);
    let gives = Gives::one(service, name, access, tier, scope).grave(small.contains("delete"));
    let way = WAYS_OF_PERMISSIONS.iter().find(|(own, _)| *own == small).map(|(_, way)| *way);
    Some(Meant::one(PERMISSIONS, gives).way(way))
}

/// The level of a permission by the words of its name, in small letters.
fn access(name: &str) -> Access {
    match name {
        "openid" | "offline_access" => return Access::List,
        "profile" | "email" | "readonly" => return Access::Read,
        _ => {}
    }
    let stem = name.split('.').next().unwrap_or(name);
    let words = || name.split(['.', '_']).skip(1);
    // Azure DevOps: without a word behind it, a scope reads.
    let is_bare = name.starts_with("vso.") && !name.contains('_');
    let is_write = words()
        .any(|word| ["readwrite", "readupdate", "write", "manage"].iter().any(|one| word.starts_with(one)));
    let is_granting = GRANTING.contains(&stem) || stem.starts_with("userauthmethod-");
    let reads = |word: &str| ["read", "view", "query"].iter().any(|one| word.starts_with(one));
    let grants = name == "policy.readwrite.permissiongrant" || name.contains("addremovecreds");
    if !is_write && words().any(|word| word.starts_with("readbasic") || word.starts_with("list")) {
        Access::List
    } else if !is_write && (is_bare || words().any(reads)) {
        Access::Read
    } else if is_granting || grants || name.contains("fullcontrol") {
        Access::Admin
    } else {
        Access::Write
    }
}

/// One user, an administrative unit, one object, or the directory.
fn scope(resource: &str) -> Option<Scope> {
    let small = resource.to_lowercase();
    let last = small.rsplit('/').next().unwrap_or_default();
    let is_id = last.len() == 36 && last.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    match small.trim_start_matches('/') {
        "" | "tenant" | "directory" => Some(Scope::Tenant),
        text if text.starts_with("administrativeunit") => Some(Scope::Group),
        text if text.starts_with("user/") || text.starts_with("users/") || text.contains('@') || is_id => {
            Some(Scope::Resource)
        }
        _ => None,
    }
}

/// Every name of the tables, with the kind under which it is asked for.
#[cfg(test)]
pub fn names() -> Vec<(String, EntitlementKind)> {
    let permissions = KNOWN.by_name.keys().chain(KNOWN.by_id.keys());
    let permissions = permissions.map(|name| (name.clone(), EntitlementKind::Permission));
    let roles = DIRECTORY.all.iter().flat_map(|role| [role.id.clone(), role.name.clone()]);
    let roles = roles.map(|name| (name, EntitlementKind::Role));
    let actions = DIRECTORY.actions().map(|(name, _)| (name.to_owned(), EntitlementKind::Permission));
    permissions.chain(roles).chain(actions).collect()
}
