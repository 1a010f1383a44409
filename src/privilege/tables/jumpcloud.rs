//! `JumpCloud`: roles of administrators, and what users may do on systems.

use super::family::{Asked, Family, Gives, Meant, plain};
use crate::model::inventory::EntitlementKind;
use crate::model::privilege::{Access, Scope, Tier};

/// The family.
pub static FAMILY: Family = Family { systems: &["jumpcloud"], judge, scope };

const SOURCE: &str = "JumpCloud administrator roles and rights on systems: JumpCloud documentation";

use Access::{Admin, List, Read, Write};
use Tier::{Control, Management, Ordinary};

/// Roles, compared by letters and digits only.
static ROLES: &[(&[&str], Access, Tier)] = &[
    (&["Administrator With Billing", "Administrator", "Super Admin"], Admin, Control),
    (&["Manager", "Manager With Billing"], Admin, Control),
    (&["Command Runner", "Command Runner With Billing"], Admin, Management),
    (&["Help Desk"], Admin, Management),
    (&["Billing Only", "Billing"], Write, Ordinary),
    (&["Read Only"], Read, Management),
];

/// Rights on a system.
static ON_SYSTEMS: &[(&[&str], Access, Tier)] = &[
    (&["passwordless sudo", "sudo without password", "sudo nopasswd"], Admin, Management),
    (&["sudo", "system administrator", "global administrator on systems"], Admin, Management),
    (&["system user", "system access", "ssh"], Write, Management),
    (&["application", "sso application", "application access"], Read, Ordinary),
    (&["radius", "ldap", "ldap bind"], Read, Ordinary),
];

fn judge(asked: &Asked<'_>) -> Option<Meant> {
    if asked.kind == EntitlementKind::Group {
        // Whatever a group gives is connected with it: its systems and applications are grants of their own.
        return Some(Meant::one(SOURCE, Gives::one("groups", asked.name, List, Ordinary, Scope::Resource)));
    }
    let wanted = plain(asked.name);
    let find = |table: &'static [(&'static [&'static str], Access, Tier)]| {
        table.iter().find(|(names, _, _)| names.iter().any(|name| plain(name) == wanted))
    };
    if let Some((names, access, tier)) = find(ROLES) {
        let gives = Gives::one("administration", asked.name, *access, *tier, Scope::Tenant);
        let meant = Meant::one(SOURCE, gives);
        return Some(if names.contains(&"Administrator") { meant.control() } else { meant });
    }
    let (names, access, tier) = find(ON_SYSTEMS)?;
    let service = names.first().copied().unwrap_or_default();
    let service = if *tier == Ordinary { service } else { "systems" };
    Some(Meant::one(SOURCE, Gives::one(service, asked.name, *access, *tier, Scope::Account)))
}

/// A group of systems, one system, or the organisation.
fn scope(resource: &str) -> Option<Scope> {
    let small = resource.to_lowercase();
    let (kind, _) = small.split_once([':', '/']).unwrap_or((&small, ""));
    match kind {
        "*" | "org" | "organization" => Some(Scope::Tenant),
        "group" | "system-group" | "systemgroup" | "device-group" => Some(Scope::Group),
        "system" | "device" | "application" | "user" => Some(Scope::Resource),
        _ => None,
    }
}

/// Every name of the tables.
#[cfg(test)]
pub fn names() -> Vec<String> {
    let all = ROLES.iter().chain(ON_SYSTEMS);
    all.flat_map(|(names, _, _)| names.iter().map(|name| (*name).to_owned())).collect()
}
