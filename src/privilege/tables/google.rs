//! Google Workspace: OAuth scopes, roles of administrators, privileges of roles.
//!
//! A scope that an application may use for everybody of the domain is written with the resource
//! `domain-wide-delegation`.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::family::{Asked, Family, Gives, Meant, Way, plain};
use crate::model::privilege::{Access, Scope, Tier};

/// The family.
pub static FAMILY: Family = Family { systems: &["google", "gws"], judge, scope };

const SCOPES: &str = "Google OAuth scopes: google-api-python-client 2.202.0 (Apache-2.0), 525 scopes; restricted ones by Google's list";
const ROLES: &str = "Google Workspace administrator roles and privileges: Google Workspace documentation";

const PREFIX: &str = "https://www.googleapis.com/auth/";
const DELEGATION: &str = "domain-wide-delegation";

static LISTED: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    include_str!("../../../assets/privilege/google-scopes.txt").lines().map(short).collect()
});

/// Scopes that Google calls restricted: mail and files, and health.
const RESTRICTED: &[&str] = &[
    "https://mail.google.com",
    "gmail.readonly",
    "gmail.metadata",
    "gmail.modify",
    "gmail.insert",
    "gmail.compose",
    "gmail.settings.basic",
    "gmail.settings.sharing",
    "drive",
    "drive.readonly",
    "drive.activity",
    "drive.activity.readonly",
    "drive.metadata",
    "drive.metadata.readonly",
    "drive.scripts",
    "chat.admin.delete",
    "chat.delete",
    "chat.import",
    "chat.messages",
    "chat.messages.readonly",
];

use Access::{Admin, Read, Write};
use Tier::{Control, Management, Ordinary};

/// Scopes whose holder grants rights or sets how people sign in.
static ADMINISTERING: &[(&str, Tier)] = &[
    ("admin.directory.rolemanagement", Control),
    ("admin.directory.user", Control),
    ("admin.directory.user.security", Control),
    ("admin.directory.group", Control),
    ("admin.directory.group.member", Control),
    ("cloud-identity.inboundsso", Control),
    ("cloud-identity.policies", Control),
    ("cloud-identity.groups", Management),
    ("cloud-platform", Management),
    ("cloudkms", Management),
    ("apikeys", Management),
    ("organizationpolicy", Management),
];

/// Roles that Google makes, by their names in the API and on the console.
static BUILT_IN: &[(&[&str], Access, Tier)] = &[
    (&["_SEED_ADMIN_ROLE", "Super Admin", "Super Administrator", "isAdmin"], Admin, Control),
    (&["_USER_MANAGEMENT_ADMIN_ROLE", "User Management Admin"], Admin, Management),
    (&["_HELP_DESK_ADMIN_ROLE", "Help Desk Admin"], Admin, Management),
    (&["_RESELLER_ADMIN_ROLE", "Reseller Admin"], Admin, Control),
    (&["_GROUPS_ADMIN_ROLE", "Groups Admin"], Write, Control),
    (&["_GROUPS_EDITOR_ROLE", "Groups Editor"], Write, Control),
    (&["_GROUPS_READER_ROLE", "Groups Reader"], Read, Management),
    (&["_SERVICE_ADMIN_ROLE", "Services Admin"], Write, Management),
    (&["_MOBILE_ADMIN_ROLE", "Mobile Admin"], Write, Management),
    (&["_STORAGE_ADMIN_ROLE", "Storage Admin"], Write, Management),
    (&["_DIRECTORY_SYNC_ADMIN_ROLE", "Directory Sync Admin"], Write, Control),
    (&["_INVENTORY_REPORTING_ADMIN_ROLE", "Inventory Reporting Admin"], Read, Management),
];

/// Privileges of roles that do not say by their names what they let do.
static PRIVILEGES: &[(&str, Access, Tier)] = &[
    ("SUPER_ADMIN", Admin, Control),
    ("ADMIN_DASHBOARD", Read, Management),
    ("ADMIN_DOMAIN_SETTINGS", Write, Control),
    ("APP_ADMIN", Write, Management),
    ("BILLING", Write, Management),
    ("CHROME_MANAGEMENT", Write, Management),
    ("DATATRANSFER_ACCESS", Write, Management),
    ("DOMAIN_MANAGEMENT", Admin, Control),
    ("GROUPS_ALL", Write, Control),
    ("GROUPS_CREATE", Write, Management),
    ("GROUPS_DELETE", Write, Management),
    ("GROUPS_RETRIEVE", Read, Management),
    ("GROUPS_UPDATE", Write, Control),
    ("LICENSING", Write, Ordinary),
    ("MANAGE_DEVICES", Write, Management),
    ("ORGANIZATION_UNITS_ALL", Write, Management),
    ("ORGANIZATION_UNITS_CREATE", Write, Management),
    ("ORGANIZATION_UNITS_DELETE", Write, Management),
    ("ORGANIZATION_UNITS_RETRIEVE", Read, Management),
    ("ORGANIZATION_UNITS_UPDATE", Write, Management),
    ("REPORTS_ACCESS", Read, Management),
    ("ROLE_MANAGEMENT", Admin, Control),
    ("SCHEMA_MANAGEMENT", Write, Ordinary),
    ("SCHEMA_RETRIEVE", Read, Ordinary),
    ("SECURITY_ALL", Admin, Control),
    ("SERVICES", Write, Management),
    ("SUPPORT", Write, Ordinary),
    ("USERS_ALL", Admin, Management),
    ("USERS_ALIAS", Write, Management),
    ("USERS_CREATE", Write, Management),
    ("USERS_DELETE", Write, Management),
    ("USERS_FORCE_PASSWORD_CHANGE", Admin, Management),
    ("USERS_MOVE", Write, Management),
    ("USERS_RENAME", Write, Management),
    ("USERS_RESET_PASSWORD", Admin, Management),
    ("USERS_RETRIEVE", Read, Management),
    ("USERS_SUSPEND", Write, Management),
    ("USERS_UPDATE", Admin, Management),
    ("USER_SECURITY_ALL", Admin, Management),
];

static GRANT_ROLE: Way = Way {
    id: "google-grant-role",
    title: "Give itself the role of a super administrator",
    leads_to: "the whole domain",
    assumes: &["it may act for a super administrator"],
};
static RESET_SIGN_IN: Way = Way {
    id: "google-reset-sign-in",
    title: "Set a super administrator's password",
    leads_to: "the account of a super administrator",
    assumes: &["it may act for a super administrator"],
};

fn judge(asked: &Asked<'_>) -> Option<Meant> {
    let is_delegated = asked.resource.is_some_and(|resource| plain(resource) == plain(DELEGATION));
    if plain(asked.name) == plain(DELEGATION) {
        // Nothing says for which scopes: it acts as anybody.
        let gives = Gives::one("delegation", asked.name, Admin, Control, Scope::Tenant);
        return Some(Meant::one(ROLES, gives).control());
    }
    let short = short(asked.name);
    if LISTED.contains(short) {
        return Some(of_scope(short, is_delegated));
    }
    let wanted = plain(asked.name);
    let role = BUILT_IN.iter().find(|(names, _, _)| names.iter().any(|name| plain(name) == wanted));
    let role = role.map(|(names, access, tier)| (names.contains(&"Super Admin"), *access, *tier));
    let privilege = || PRIVILEGES.iter().find(|(name, _, _)| plain(name) == wanted);
    let (is_control, access, tier) =
        role.or_else(|| privilege().map(|(name, access, tier)| (*name == "SUPER_ADMIN", *access, *tier)))?;
    let service = asked.name.split('_').next().filter(|first| !first.is_empty());
    let service = if role.is_some() { "administration" } else { service.unwrap_or("administration") };
    let gives = Gives::one(&service.to_lowercase(), asked.name, access, tier, Scope::Tenant);
    let meant = Meant::one(ROLES, gives.grave(asked.name.ends_with("_DELETE")));
    let meant = meant.way((wanted == "rolemanagement").then_some(&GRANT_ROLE));
    Some(if is_control { meant.control() } else { meant })
}

/// A scope without what all scopes begin with.
fn short(name: &str) -> &str {
    name.strip_prefix(PREFIX).unwrap_or(name).trim_end_matches('/')
}

fn of_scope(name: &str, is_delegated: bool) -> Meant {
    let is_admin = name.starts_with("admin.");
    let access = access(name);
    let administering = ADMINISTERING.iter().find(|(own, _)| *own == name);
    let tier = match administering {
        Some((_, tier)) => *tier,
        None if is_admin => Control,
        None if RESTRICTED.contains(&name) || name.starts_with("fitness.") => Management,
        None if name.starts_with("googlehealth.") || name.starts_with("cloud-identity.") => Management,
        None => Ordinary,
    };
    let scope = match (is_delegated, is_admin) {
        (true, _) => Scope::Tenant,
        // An administrator's token reaches everybody; anybody else's reaches his own.
        (false, true) => Scope::Account,
        (false, false) => Scope::Resource,
    };
    let access = if administering.is_some() { Admin } else { access };
    let service = name.split(['.', '/']).next().unwrap_or(name);
    let service =
        name.strip_prefix("admin.directory.").and_then(|rest| rest.split('.').next()).unwrap_or(service);
    let gives = Gives::one(service, name, access, tier, scope)
        .grave(name.contains("delet") || name.contains("full_control"));
    let way = match name {
        "admin.directory.rolemanagement" => Some(&GRANT_ROLE),
        "admin.directory.user" => Some(&RESET_SIGN_IN),
        _ => None,
    };
    Meant::one(SCOPES, gives).way(way)
}

fn access(name: &str) -> Access {
    let last = name.rsplit('.').next().unwrap_or(name);
    let small = last.replace(['-', '_'], "");
    let lists =
        name == "openid" || name.contains(".metadata.") || ["metadata", "freebusy"].contains(&small.as_str());
    let reads = small.ends_with("readonly")
        || ["read", "lookup", "query"].contains(&small.as_str())
        || name.contains(".readonly.")
        || ["userinfo.", "dataportability."].iter().any(|start| name.starts_with(start));
    match name {
        // Unlike Gmail's, it changes what it lists.
        "drive.metadata" => Write,
        _ if lists => Access::List,
        _ if reads => Read,
        _ => Write,
    }
}

/// One user, an organisational unit, or the domain.
fn scope(resource: &str) -> Option<Scope> {
    let small = resource.to_lowercase();
    let (kind, _) = small.split_once([':', '/']).unwrap_or((&small, ""));
    match kind {
        "*" | "customer" | "domain" | DELEGATION => Some(Scope::Tenant),
        "orgunit" | "ou" | "org_unit" | "group" => Some(Scope::Group),
        "user" => Some(Scope::Resource),
        _ => None,
    }
}

/// Every name of the tables.
#[cfg(test)]
pub fn names() -> Vec<String> {
    let scopes = include_str!("../../../assets/privilege/google-scopes.txt").lines().map(str::to_owned);
    let roles = BUILT_IN.iter().flat_map(|(names, _, _)| names.iter().map(|name| (*name).to_owned()));
    scopes.chain(roles).chain(PRIVILEGES.iter().map(|(name, _, _)| (*name).to_owned())).collect()
}
