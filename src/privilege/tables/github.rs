//! GitHub: roles in repositories and organisations, permissions of GitHub Apps and fine-grained tokens, scopes of
//! classic tokens.
//!
//! A permission of an app is written `contents:write`, or as the entitlement `contents` with the action `write`.

use super::family::{Asked, Family, Gives, Meant, Way, plain};
use crate::model::inventory::EntitlementKind;
use crate::model::privilege::{Access, Scope, Tier};

/// The family.
pub static FAMILY: Family = Family { systems: &["github"], judge, scope };

const ROLES: &str = "GitHub repository and organisation roles: GitHub documentation";
const PERMISSIONS: &str =
    "GitHub App permissions: @octokit/app-permissions 2.1.0 (MIT), 20, extended by GitHub documentation";
const SCOPES: &str = "GitHub scopes of classic tokens: GitHub documentation";

use Access::{Admin, List, Read, Write};
use Tier::{Control, Management, Ordinary};

/// Roles in an organisation or an enterprise.
static OF_ORGANISATIONS: &[(&[&str], Access, Tier)] = &[
    (
        &["owner", "org owner", "organization owner", "org:owner", "org:admin", "enterprise owner"],
        Admin,
        Control,
    ),
    (&["ci/cd admin", "ci_cd_admin", "all_repo_admin", "all-repository admin"], Admin, Control),
    (&["app manager", "github app manager"], Admin, Management),
    (&["all_repo_maintain", "all-repository maintain"], Write, Management),
    (&["all_repo_write", "all-repository write"], Write, Management),
    (&["security manager", "security_manager"], Write, Management),
    (&["billing manager", "billing_manager"], Write, Ordinary),
    (&["moderator", "all_repo_triage", "all-repository triage"], Write, Ordinary),
    (&["all_repo_read", "all-repository read"], Read, Management),
    (&["member", "org member", "direct_member"], Read, Ordinary),
    (&["outside collaborator", "outside_collaborator", "guest collaborator"], List, Ordinary),
];

/// Roles in repositories.
static OF_REPOSITORIES: &[(&[&str], Access, Tier)] = &[
    (&["admin", "repo:admin"], Admin, Management),
    (&["maintain", "repo:maintain"], Write, Management),
    (&["write", "push", "repo:write"], Write, Management),
    (&["triage", "repo:triage"], Write, Ordinary),
    (&["read", "pull", "repo:read"], Read, Ordinary),
];

/// A permission of an app: its name, the tier of reading, and what writing is.
type Permission = (&'static str, Tier, Access, Tier);

static IN_REPOSITORIES: &[Permission] = &[
    ("actions", Ordinary, Write, Management),
    ("actions_variables", Ordinary, Write, Management),
    ("administration", Management, Admin, Management),
    ("attestations", Ordinary, Write, Management),
    ("checks", Ordinary, Write, Ordinary),
    ("codespaces", Ordinary, Write, Management),
    ("codespaces_lifecycle_admin", Ordinary, Write, Management),
    ("codespaces_metadata", Ordinary, Write, Ordinary),
    ("codespaces_secrets", Management, Admin, Control),
    ("content_references", Ordinary, Write, Ordinary),
    ("contents", Management, Write, Management),
    ("dependabot_secrets", Management, Admin, Control),
    ("deployments", Ordinary, Write, Management),
    ("discussions", Ordinary, Write, Ordinary),
    ("environments", Management, Write, Management),
    ("issues", Ordinary, Write, Ordinary),
    ("merge_queues", Ordinary, Write, Management),
    ("metadata", Ordinary, Write, Ordinary),
    ("packages", Management, Write, Management),
    ("pages", Ordinary, Write, Ordinary),
    ("pull_requests", Ordinary, Write, Ordinary),
    ("repository_advisories", Management, Write, Management),
    ("repository_custom_properties", Ordinary, Write, Ordinary),
    ("repository_hooks", Management, Write, Management),
    ("repository_projects", Ordinary, Write, Ordinary),
    ("secret_scanning_alerts", Control, Write, Control),
    ("secrets", Management, Admin, Control),
    ("security_events", Management, Write, Management),
    ("single_file", Ordinary, Write, Ordinary),
    ("statuses", Ordinary, Write, Ordinary),
    ("vulnerability_alerts", Management, Write, Management),
    ("workflows", Ordinary, Write, Control),
];

static IN_ORGANISATIONS: &[Permission] = &[
    ("members", Ordinary, Admin, Control),
    ("organization_administration", Management, Admin, Control),
    ("organization_announcement_banners", Ordinary, Write, Ordinary),
    ("organization_api_insights", Management, Write, Management),
    ("organization_codespaces", Management, Write, Management),
    ("organization_codespaces_secrets", Management, Admin, Control),
    ("organization_copilot_seat_management", Ordinary, Write, Ordinary),
    ("organization_custom_org_roles", Management, Admin, Control),
    ("organization_custom_properties", Ordinary, Write, Management),
    ("organization_custom_roles", Management, Admin, Control),
    ("organization_dependabot_secrets", Management, Admin, Control),
    ("organization_events", Ordinary, Write, Ordinary),
    ("organization_hooks", Management, Write, Management),
    ("organization_packages", Management, Write, Management),
    ("organization_personal_access_token_requests", Management, Admin, Control),
    ("organization_personal_access_tokens", Management, Admin, Control),
    ("organization_plan", Ordinary, Write, Ordinary),
    ("organization_projects", Ordinary, Write, Ordinary),
    ("organization_secrets", Management, Admin, Control),
    ("organization_self_hosted_runners", Management, Admin, Control),
    ("organization_user_blocking", Ordinary, Write, Ordinary),
    ("team_discussions", Ordinary, Write, Ordinary),
];

static OF_USERS: &[Permission] = &[
    ("blocking", Ordinary, Write, Ordinary),
    ("emails", Ordinary, Write, Management),
    ("followers", Ordinary, Write, Ordinary),
    ("gists", Ordinary, Write, Ordinary),
    ("git_ssh_keys", Ordinary, Admin, Management),
    ("gpg_keys", Ordinary, Write, Management),
    ("interaction_limits", Ordinary, Write, Ordinary),
    ("keys", Ordinary, Admin, Management),
    ("plan", Ordinary, Write, Ordinary),
    ("profile", Ordinary, Write, Ordinary),
    ("starring", Ordinary, Write, Ordinary),
    ("watching", Ordinary, Write, Ordinary),
];

/// Scopes of classic tokens; they reach what their owner reaches.
static OF_TOKENS: &[(&str, Access, Tier)] = &[
    ("repo", Admin, Management),
    ("repo:status", Write, Ordinary),
    ("repo_deployment", Write, Management),
    ("public_repo", Write, Ordinary),
    ("repo:invite", Write, Ordinary),
    ("delete_repo", Write, Management),
    ("workflow", Write, Control),
    ("admin:org", Admin, Control),
    ("write:org", Write, Management),
    ("read:org", Read, Ordinary),
    ("admin:enterprise", Admin, Control),
    ("manage_runners:enterprise", Admin, Control),
    ("manage_billing:enterprise", Write, Ordinary),
    ("read:enterprise", Read, Management),
    ("admin:repo_hook", Write, Management),
    ("write:repo_hook", Write, Management),
    ("read:repo_hook", Read, Management),
    ("admin:org_hook", Write, Management),
    ("admin:public_key", Admin, Management),
    ("write:public_key", Admin, Management),
    ("read:public_key", Read, Ordinary),
    ("admin:gpg_key", Write, Management),
    ("write:gpg_key", Write, Management),
    ("read:gpg_key", Read, Ordinary),
    ("admin:ssh_signing_key", Write, Management),
    ("write:packages", Write, Management),
    ("read:packages", Read, Management),
    ("delete:packages", Write, Management),
    ("audit_log", Read, Management),
    ("read:audit_log", Read, Management),
    ("security_events", Write, Management),
    ("codespace", Write, Management),
    ("copilot", Read, Ordinary),
    ("manage_billing:copilot", Write, Ordinary),
    ("project", Write, Ordinary),
    ("read:project", Read, Ordinary),
    ("write:discussion", Write, Ordinary),
    ("read:discussion", Read, Ordinary),
    ("gist", Write, Ordinary),
    ("notifications", Write, Ordinary),
    ("user", Write, Ordinary),
    ("read:user", Read, Ordinary),
    ("user:email", Read, Ordinary),
    ("user:follow", Write, Ordinary),
];

static MAKE_OWNER: Way = Way {
    id: "github-make-owner",
    title: "Make somebody an owner of the organisation",
    leads_to: "the whole organisation",
    assumes: &[],
};

fn judge(asked: &Asked<'_>) -> Option<Meant> {
    let small = asked.name.trim().to_lowercase();
    let role = || role(asked, &small);
    let other = || permission(&small).or_else(|| of_token(&small));
    if asked.kind == EntitlementKind::Permission { other().or_else(role) } else { role().or_else(other) }
}

fn role(asked: &Asked<'_>, name: &str) -> Option<Meant> {
    let wanted = plain(name);
    let is_called = |names: &[&str]| names.iter().any(|name| plain(name) == wanted);
    if let Some((names, access, tier)) = OF_ORGANISATIONS.iter().find(|(names, _, _)| is_called(names)) {
        let meant = Meant::one(ROLES, Gives::one("organization", asked.name, *access, *tier, Scope::Tenant));
        return Some(if names.contains(&"owner") { meant.control() } else { meant });
    }
    let (_, access, tier) = OF_REPOSITORIES.iter().find(|(names, _, _)| is_called(names))?;
    let gives = Gives::one("repositories", asked.name, *access, *tier, Scope::Account);
    Some(Meant::one(ROLES, gives.grave(wanted.ends_with("maintain"))))
}

/// `contents:write`; read and admin are levels too.
fn permission(name: &str) -> Option<Meant> {
    let (name, level) = name.split_once([':', '=', ' ']).unwrap_or((name, ""));
    let find = |table: &'static [Permission]| table.iter().find(|(own, ..)| *own == name);
    let found = find(IN_REPOSITORIES).map(|one| (one, Scope::Account));
    let found = found.or_else(|| find(IN_ORGANISATIONS).map(|one| (one, Scope::Tenant)));
    let found = found.or_else(|| find(OF_USERS).map(|one| (one, Scope::Resource)));
    let ((name, read, access, write), scope) = found?;
    let text = format!("{name}:{level}");
    let (access, tier) = match level.trim() {
        "read" => (Read, *read),
        "admin" => (Admin, *write),
        "write" => (*access, *write),
        // Without a level it may be any.
        "" if scope != Scope::Resource || !matches!(*name, "user") => (*access, *write),
        _ => return None,
    };
    let meant = Meant::one(PERMISSIONS, Gives::one(name, text.trim_end_matches(':'), access, tier, scope));
    let is_way = *name == "members" && access == Admin;
    Some(meant.way(is_way.then_some(&MAKE_OWNER)))
}

fn of_token(name: &str) -> Option<Meant> {
    let (name, access, tier) = OF_TOKENS.iter().find(|(own, _, _)| *own == name)?;
    let service = name.rsplit(':').next().unwrap_or(name);
    let gives = Gives::one(service, name, *access, *tier, Scope::Account).grave(name.contains("delete"));
    let is_way = matches!(*name, "admin:org" | "admin:enterprise");
    Some(Meant::one(SCOPES, gives).way(is_way.then_some(&MAKE_OWNER)))
}

/// An enterprise or organisation, all or some of its repositories, or one.
fn scope(resource: &str) -> Option<Scope> {
    let small = resource.trim().to_lowercase();
    let (kind, rest) = small.split_once([':', '/']).unwrap_or((&small, ""));
    match kind {
        "enterprise" | "org" | "organization" => Some(Scope::Tenant),
        "*" | "all" => Some(Scope::Account),
        "selected" => Some(Scope::Group),
        _ if rest == "*" => Some(Scope::Account),
        _ if small.contains(',') => Some(Scope::Group),
        _ if !rest.is_empty() => Some(Scope::Resource),
        _ => None,
    }
}

/// Every name of the tables, with the kind under which it is asked for.
#[cfg(test)]
pub fn names() -> Vec<(String, EntitlementKind)> {
    let roles = OF_ORGANISATIONS.iter().chain(OF_REPOSITORIES);
    let roles =
        roles.flat_map(|(names, _, _)| names.iter().map(|name| ((*name).to_owned(), EntitlementKind::Role)));
    let permissions = IN_REPOSITORIES.iter().chain(IN_ORGANISATIONS).chain(OF_USERS);
    let permissions =
        permissions.flat_map(|(name, ..)| ["", ":read", ":write"].map(|level| format!("{name}{level}")));
    let tokens = OF_TOKENS.iter().map(|(name, _, _)| (*name).to_owned());
    roles.chain(permissions.chain(tokens).map(|name| (name, EntitlementKind::Permission))).collect()
}
