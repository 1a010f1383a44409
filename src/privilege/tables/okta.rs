//! Okta: types of administrators, OAuth scopes, permissions of custom roles.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::family::{Asked, Family, Gives, Meant, Way, plain};
use crate::model::inventory::EntitlementKind;
use crate::model::privilege::{Access, Scope, Tier};

/// The family.
pub static FAMILY: Family = Family { systems: &["okta"], judge, scope };

const ROLES: &str = "Okta administrator roles: Okta API reference, 13 role types";
const GROUPS: &str = "Okta groups: Okta documentation of groups";
const SCOPES: &str = "Okta OAuth scopes: okta/okta-management-openapi-spec fdda229 (Apache-2.0), 109 scopes";
const PERMISSIONS: &str = "Okta permissions of custom roles: Okta API reference";

static LISTED: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    include_str!("../../../assets/privilege/okta-scopes.txt").lines().map(str::to_lowercase).collect()
});

use Access::{Admin, List, Read, Write};
use Tier::{Control, Management, Ordinary};

/// Types of administrators and how consoles call them, compared by letters and digits only.
static TYPES: &[(&[&str], Access, Tier)] = &[
    (&["SUPER_ADMIN", "Super Administrator"], Admin, Control),
    (&["ORG_ADMIN", "Organization Administrator", "Org Administrator"], Admin, Control),
    (&["API_ACCESS_MANAGEMENT_ADMIN", "API Access Management Administrator"], Admin, Control),
    (&["APP_ADMIN", "Application Administrator"], Admin, Management),
    (&["USER_ADMIN", "Group Administrator", "GROUP_ADMIN"], Admin, Management),
    (&["HELP_DESK_ADMIN", "Help Desk Administrator"], Admin, Management),
    (&["WORKFLOWS_ADMIN", "Workflows Administrator"], Admin, Management),
    (&["GROUP_MEMBERSHIP_ADMIN", "Group Membership Administrator"], Write, Management),
    (&["MOBILE_ADMIN", "Mobile Administrator"], Write, Management),
    (&["ACCESS_CERTIFICATIONS_ADMIN", "Access Certifications Administrator"], Write, Management),
    (&["ACCESS_REQUESTS_ADMIN", "Access Requests Administrator"], Write, Management),
    (&["READ_ONLY_ADMIN", "Read-only Administrator", "Read Only Administrator"], Read, Management),
    (&["REPORT_ADMIN", "Report Administrator"], Read, Management),
];

/// What some scopes manage, by the second word: their keys open everything, or they concern everybody.
static SUBJECTS: &[(&str, Access, Tier)] = &[
    ("apitokens", Admin, Control),
    ("appgrants", Admin, Control),
    ("authenticators", Admin, Control),
    ("authorizationservers", Admin, Control),
    ("idps", Admin, Control),
    ("oauthintegrations", Admin, Control),
    ("policies", Admin, Control),
    ("roles", Admin, Control),
    ("serviceaccounts", Admin, Control),
    ("apps", Admin, Management),
    ("sessions", Admin, Management),
    ("users", Admin, Management),
    ("agentpools", Write, Management),
    ("devices", Write, Management),
    ("directories", Write, Management),
    ("domains", Write, Management),
    ("groups", Write, Management),
    ("identitysources", Write, Management),
    ("inlinehooks", Write, Management),
    ("eventhooks", Write, Management),
    ("logs", Write, Management),
    ("logstreams", Write, Management),
    ("networkzones", Write, Management),
    ("orgs", Write, Management),
    ("profilemappings", Write, Management),
    ("pushproviders", Write, Management),
    ("realms", Write, Management),
    ("realmassignments", Write, Management),
    ("trustedorigins", Write, Management),
    ("userrisk", Write, Management),
];

/// Permissions of custom roles that are no scopes.
static OF_CUSTOM_ROLES: &[(&str, Access, Tier)] = &[
    ("okta.users.create", Write, Management),
    ("okta.users.userprofile.manage", Write, Management),
    ("okta.users.userprofile.read", Read, Management),
    ("okta.users.lifecycle.manage", Write, Management),
    ("okta.users.lifecycle.activate", Write, Management),
    ("okta.users.lifecycle.deactivate", Write, Management),
    ("okta.users.lifecycle.suspend", Write, Management),
    ("okta.users.lifecycle.unsuspend", Write, Management),
    ("okta.users.lifecycle.delete", Write, Management),
    ("okta.users.lifecycle.unlock", Write, Management),
    ("okta.users.lifecycle.clearsessions", Write, Management),
    ("okta.users.credentials.manage", Admin, Management),
    ("okta.users.credentials.resetfactors", Admin, Management),
    ("okta.users.credentials.resetpassword", Admin, Management),
    ("okta.users.credentials.expirepassword", Admin, Management),
    ("okta.users.groupmembership.manage", Write, Management),
    ("okta.users.appassignment.manage", Write, Management),
    ("okta.groups.create", Write, Management),
    ("okta.groups.members.manage", Write, Management),
    ("okta.groups.appassignment.manage", Write, Management),
    ("okta.apps.assignment.manage", Write, Management),
    ("okta.apps.managefirstpartyapps", Write, Management),
    ("okta.apps.clientcredentials.read", Admin, Management),
    ("okta.profilesources.import.run", Write, Management),
    ("okta.authzservers.manage", Admin, Control),
    ("okta.authzservers.read", Read, Management),
    ("okta.customizations.manage", Write, Ordinary),
    ("okta.customizations.read", Read, Ordinary),
    ("okta.identityproviders.manage", Admin, Control),
    ("okta.identityproviders.read", Read, Management),
    ("okta.iam.read", Read, Management),
    ("okta.workflows.invoke", Write, Management),
    ("okta.workflows.read", Read, Management),
    ("okta.agents.manage", Write, Management),
    ("okta.agents.read", Read, Management),
    ("okta.agents.register", Write, Management),
    ("okta.governance.accesscertifications.manage", Write, Management),
    ("okta.governance.accessrequests.manage", Write, Management),
    ("okta.support.cases.manage", Write, Ordinary),
];

static GRANT_ROLE: Way = Way {
    id: "okta-grant-role",
    title: "Give itself the role of a super administrator",
    leads_to: "the whole organisation",
    assumes: &["the administrator's role behind the scope lets it give roles"],
};
static FORGE_SIGN_IN: Way = Way {
    id: "okta-forge-sign-in",
    title: "Sign in as anybody through an identity provider of its own",
    leads_to: "a super administrator's account",
    assumes: &["the sign-in policy lets accounts be linked to an identity provider"],
};

fn judge(asked: &Asked<'_>) -> Option<Meant> {
    if asked.kind == EntitlementKind::Group {
        // Whatever a group gives is assigned to it: its roles and applications are grants of their own.
        return Some(Meant::one(GROUPS, Gives::one("groups", asked.name, List, Ordinary, Scope::Resource)));
    }
    let small = asked.name.to_lowercase();
    if small.starts_with("app:") || small.starts_with("app/") {
        let gives = Gives::one("apps", asked.name, Read, Ordinary, Scope::Resource);
        return Some(Meant::one(PERMISSIONS, gives));
    }
    if LISTED.contains(&small) {
        return Some(of_scope(&small));
    }
    if let Some((name, access, tier)) = OF_CUSTOM_ROLES.iter().find(|(name, _, _)| *name == small) {
        let gives = Gives::one(subject(name), asked.name, *access, *tier, Scope::Tenant);
        let way = (*name == "okta.identityproviders.manage").then_some(&FORGE_SIGN_IN);
        return Some(Meant::one(PERMISSIONS, gives.grave(name.ends_with("delete"))).way(way));
    }
    let wanted = plain(asked.name);
    let (names, access, tier) =
        TYPES.iter().find(|(names, _, _)| names.iter().any(|name| plain(name) == wanted))?;
    let meant = Meant::one(ROLES, Gives::one("administration", asked.name, *access, *tier, Scope::Tenant));
    Some(if names.contains(&"SUPER_ADMIN") { meant.control() } else { meant })
}

/// What an OAuth scope in small letters means.
fn of_scope(name: &str) -> Meant {
    let subject = subject(name);
    let known = SUBJECTS.iter().find(|(own, _, _)| *own == subject);
    let (access, tier) = known.map_or((Write, Ordinary), |(_, access, tier)| (*access, *tier));
    let is_read = name.rsplit('.').next() == Some("read");
    // To read how something is set up is no control of it.
    let gives = if is_read {
        Gives::one(subject, name, Read, tier.min(Management), Scope::Tenant)
    } else {
        Gives::one(subject, name, access, tier, Scope::Tenant).grave(true)
    };
    let way = match name {
        "okta.roles.manage" => Some(&GRANT_ROLE),
        "okta.idps.manage" => Some(&FORGE_SIGN_IN),
        _ => None,
    };
    Meant::one(SCOPES, gives).way(way)
}

/// `users` of `okta.users.read`, `ssf` of `ssf.read`.
fn subject(name: &str) -> &str {
    name.strip_prefix("okta.").unwrap_or(name).split('.').next().unwrap_or(name)
}

/// A target of a role, one user, or the organisation.
fn scope(resource: &str) -> Option<Scope> {
    let small = resource.to_lowercase();
    let (kind, _) = small.split_once([':', '/']).unwrap_or((&small, ""));
    match kind {
        "org" | "organization" | "*" => Some(Scope::Tenant),
        "group" | "groups" | "app" | "apps" | "resource-set" | "resourceset" => Some(Scope::Group),
        "user" => Some(Scope::Resource),
        _ => None,
    }
}

/// Every name of the tables.
#[cfg(test)]
pub fn names() -> Vec<String> {
    let types = TYPES.iter().flat_map(|(names, _, _)| names.iter().map(|name| (*name).to_owned()));
    let permissions = OF_CUSTOM_ROLES.iter().map(|(name, _, _)| (*name).to_owned());
    LISTED.iter().cloned().chain(types).chain(permissions).collect()
}
