//! Google Cloud: roles by their names, permissions by their verbs, and the OAuth scopes with which agents act.
//!
//! Roles of an organisation's own come permission by permission. What no list names is judged by how Google names roles:
//! `admin`, `viewer` and the like at the end.

use super::family::{Asked, Family, Gives, Meant, Way};
use super::google;
use crate::model::inventory::EntitlementKind;
use crate::model::privilege::{Access, Scope, Tier};

/// The family.
pub static FAMILY: Family = Family { systems: &["gcp"], judge, scope };

const SOURCE: &str = "Google Cloud roles and permissions: Google Cloud documentation";

const SCOPES: &[&str] = &["https://www.googleapis.com/auth/", "https://mail.google.com"];
const ROLES: &str = "roles/";

use Access::{Admin, List, Read, Write};
use Tier::{Control, Management, Ordinary, Unknown};

static GRANT: Way = Way {
    id: "gcp-set-policy",
    title: "Give itself a role",
    leads_to: "Owner of all that the grant covers",
    assumes: &[],
};
static WIDEN: Way = Way {
    id: "gcp-widen-role",
    title: "Widen a role that it holds",
    leads_to: "any permission on all that the grant covers",
    assumes: &["a role that the organisation wrote itself is assigned to it"],
};

/// A role: its name, access, tier, and what it opens.
struct Role {
    name: &'static str,
    access: Access,
    tier: Tier,
    opens: Opens,
}

/// What a right opens beside itself.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Opens {
    Nothing,
    /// All of it.
    All,
    Way(&'static Way),
    /// Whatever service accounts may do, of whom no table tells.
    Others,
}

const fn role(name: &'static str, access: Access, tier: Tier, opens: Opens) -> Role {
    Role { name, access, tier, opens }
}

/// Roles whose names do not tell what they are.
static KNOWN: &[Role] = &[
    role("owner", Admin, Control, Opens::All),
    role("editor", Write, Management, Opens::Others),
    role("viewer", Read, Management, Opens::Nothing),
    role("browser", List, Ordinary, Opens::Nothing),
    role("resourcemanager.organizationAdmin", Admin, Control, Opens::Way(&GRANT)),
    role("resourcemanager.folderAdmin", Admin, Control, Opens::Way(&GRANT)),
    role("resourcemanager.folderIamAdmin", Admin, Control, Opens::Way(&GRANT)),
    role("resourcemanager.projectIamAdmin", Admin, Control, Opens::Way(&GRANT)),
    role("iam.securityAdmin", Admin, Control, Opens::Way(&GRANT)),
    role("iam.organizationRoleAdmin", Admin, Control, Opens::Way(&WIDEN)),
    role("iam.roleAdmin", Admin, Control, Opens::Way(&WIDEN)),
    role("iam.serviceAccountAdmin", Admin, Control, Opens::Others),
    role("iam.serviceAccountKeyAdmin", Admin, Control, Opens::Others),
    role("iam.serviceAccountTokenCreator", Admin, Control, Opens::Others),
    role("iam.serviceAccountOpenIdTokenCreator", Admin, Management, Opens::Others),
    role("iam.serviceAccountUser", Admin, Control, Opens::Others),
    role("iam.workloadIdentityUser", Admin, Management, Opens::Others),
    role("iam.workloadIdentityPoolAdmin", Admin, Control, Opens::Others),
    role("iam.workforcePoolAdmin", Admin, Control, Opens::Others),
    role("iam.denyAdmin", Admin, Control, Opens::Nothing),
    role("iam.securityReviewer", Read, Management, Opens::Nothing),
    role("orgpolicy.policyAdmin", Admin, Control, Opens::Nothing),
    role("compute.instanceAdmin", Write, Management, Opens::Others),
    role("compute.instanceAdmin.v1", Write, Management, Opens::Others),
    role("cloudfunctions.developer", Write, Management, Opens::Others),
    role("run.developer", Write, Management, Opens::Others),
    role("cloudbuild.builds.editor", Write, Control, Opens::Others),
    role("deploymentmanager.editor", Write, Control, Opens::Others),
    role("dataflow.developer", Write, Management, Opens::Others),
    role("secretmanager.secretAccessor", Admin, Management, Opens::Nothing),
    role("cloudkms.cryptoKeyDecrypter", Read, Management, Opens::Nothing),
    role("logging.privateLogViewer", Read, Management, Opens::Nothing),
];

/// How roles end that administer, only look, and run what is there.
const ADMINISTERING: &[&str] = &["admin", "owner"];
const READING: &[&str] = &["viewer", "reader", "auditor", "reviewer", "getter", "lister", "metadataviewer"];
const USING: &[&str] = &["user", "invoker", "subscriber", "consumer"];

/// Permissions that give rights or act as somebody else.
const IMPERSONATING: &[&str] =
    &["actAs", "getAccessToken", "getOpenIdToken", "implicitDelegation", "signBlob", "signJwt"];

fn judge(asked: &Asked<'_>) -> Option<Meant> {
    if SCOPES.iter().any(|start| asked.name.starts_with(start)) {
        return (google::FAMILY.judge)(asked);
    }
    match asked.name.strip_prefix(ROLES) {
        Some(name) => Some(of_role(name)),
        None if asked.kind == EntitlementKind::Permission => of_permission(asked.name),
        None => None,
    }
}

fn of_role(name: &str) -> Meant {
    let service = name.split('.').next().unwrap_or(name);
    let known = KNOWN.iter().find(|role| role.name == name);
    let (access, tier, opens) = match known {
        Some(role) => (role.access, role.tier, role.opens),
        None => by_name(name),
    };
    let is_basic = !name.contains('.');
    let service = if is_basic { "all services" } else { service };
    let mut gives = Gives::one(service, &format!("{ROLES}{name}"), access, tier, Scope::Account);
    gives.is_whole = is_basic && access > Read;
    opened(Meant::one(SOURCE, gives), opens)
}

fn by_name(name: &str) -> (Access, Tier, Opens) {
    let small = name.to_lowercase();
    let last = small.rsplit('.').next().unwrap_or(&small);
    let ends = |words: &[&str]| words.iter().any(|word| last.ends_with(word));
    // Whoever administers the accounts of others acts as them.
    let is_iam = small.starts_with("iam.") || small.starts_with("resourcemanager.");
    if ends(READING) {
        (Read, if is_iam { Management } else { Ordinary }, Opens::Nothing)
    } else if ends(ADMINISTERING) {
        (Admin, if is_iam { Control } else { Management }, Opens::Nothing)
    } else if ends(USING) {
        (Write, Ordinary, Opens::Nothing)
    } else {
        (Write, Unknown, Opens::Nothing)
    }
}

/// A permission is written `service.resource.verb`.
fn of_permission(name: &str) -> Option<Meant> {
    let (before, verb) = name.rsplit_once('.')?;
    let (service, resource) = before.split_once('.')?;
    let is_plain = |text: &str| {
        text.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '.' || letter == '-')
    };
    if !(is_plain(before) && is_plain(verb)) || verb.is_empty() {
        return None;
    }
    let is_over_all = service == "resourcemanager" && verb == "setIamPolicy";
    let is_role = service == "iam" && resource == "roles";
    let (access, tier, opens) = if is_over_all {
        (Admin, Control, Opens::Way(&GRANT))
    } else if verb.starts_with("setIamPolicy") {
        (Admin, if service == "iam" { Control } else { Management }, Opens::Nothing)
    } else if IMPERSONATING.contains(&verb) {
        (Admin, Control, Opens::Others)
    } else if is_role && matches!(verb, "update" | "create" | "undelete") {
        (Admin, Control, Opens::Way(&WIDEN))
    } else if resource == "serviceAccountKeys" && verb == "create" {
        (Admin, Control, Opens::Others)
    } else if verb == "access" && resource == "versions" {
        (Admin, Management, Opens::Nothing)
    } else {
        let access = by_verb(verb);
        let tier = if service == "iam" { Management } else { Ordinary };
        (access, if access > Read { Unknown } else { tier }, Opens::Nothing)
    };
    let gives = Gives::one(service, name, access, tier, Scope::Account);
    Some(opened(Meant::one(SOURCE, gives.grave(verb.starts_with("delete") || verb == "purge")), opens))
}

fn by_verb(verb: &str) -> Access {
    let starts = |words: &[&str]| words.iter().any(|word| verb.starts_with(word));
    if starts(&["list"]) {
        List
    } else if starts(&["get", "read", "query", "search", "view", "lookup", "export", "check"]) {
        Read
    } else {
        Write
    }
}

fn opened(meant: Meant, opens: Opens) -> Meant {
    match opens {
        Opens::Nothing => meant,
        Opens::All => meant.way(Some(&GRANT)).control(),
        Opens::Way(way) => meant.way(Some(way)),
        Opens::Others => meant.open(),
    }
}

/// An organisation, a folder or a project, or something in one.
fn scope(resource: &str) -> Option<Scope> {
    if resource.starts_with("user:") {
        return Some(Scope::Resource);
    }
    let path = resource.strip_prefix("//")?;
    let (service, rest) = path.split_once('/')?;
    let kind = rest.split('/').next().unwrap_or_default();
    match (service, kind) {
        ("cloudresourcemanager.googleapis.com", "organizations") => Some(Scope::Tenant),
        ("cloudresourcemanager.googleapis.com", "folders" | "projects") => Some(Scope::Account),
        _ => Some(Scope::Resource),
    }
}

/// Every name of the table.
#[cfg(test)]
pub fn names() -> Vec<String> {
    KNOWN.iter().map(|role| format!("{ROLES}{}", role.name)).collect()
}
