//! The lists of `JumpCloud`, in both versions of its interface.

use super::super::listing::{List, Next};
use super::sights;
use crate::model::pull::Sight;

/// The most that a page has.
const SIZE: usize = 100;
const FULL: &[(&str, &str)] = &[("limit", "100")];
/// In the order of ids, so that objects that come and go move no page.
const SORTED: &[(&str, &str)] = &[("limit", "100"), ("sort", "_id")];
const ONE: &[(&str, &str)] = &[("limit", "1")];

/// A list of the first version, wrapped and counted.
const fn counted(word: &'static str, path: &'static str, sight: &'static Sight) -> List {
    List {
        word,
        path,
        query: SORTED,
        items: "results",
        next: Next::Skip { parameter: "skip", size: SIZE },
        total: "totalCount",
        probe: ONE,
        sight,
    }
}

/// A list of the second version, which is nothing but its objects.
const fn bare(word: &'static str, path: &'static str, sight: &'static Sight) -> List {
    List { query: FULL, items: "", total: "", ..counted(word, path, sight) }
}

/// Organisations that the key may read.
pub static ORGANIZATIONS: List =
    List { query: FULL, ..counted("organisations", "organizations", &sights::USERS) };
/// Users of systems and applications.
pub static USERS: List = counted("users", "systemusers", &sights::USERS);
/// Administrators are called users where users are called users of systems.
pub static ADMINISTRATORS: List = counted("administrators", "users", &sights::ADMINISTRATORS);
/// Computers with the agent.
pub static SYSTEMS: List = counted("systems", "systems", &sights::SYSTEMS);
/// Applications that users sign in to.
pub static APPS: List = counted("applications", "applications", &sights::APPS);
/// Groups of users.
pub static GROUPS: List = bare("groups", "v2/usergroups", &sights::GROUPS);
/// Who is in one group.
pub static MEMBERS: List = bare("members of groups", "v2/usergroups/{}/members", &sights::GROUPS);
/// Who may sign in to one application, with the ways that lead there.
pub static APP_USERS: List = bare("users of applications", "v2/applications/{}/users", &sights::APPS);
/// Who may sign in to one system, with the ways that lead there.
pub static SYSTEM_USERS: List = bare("users of systems", "v2/systems/{}/users", &sights::SYSTEMS);
/// Programs that administer the organisation.
pub static SERVICE_ACCOUNTS: List =
    List { query: FULL, ..counted("service accounts", "v2/service-accounts", &sights::SERVICE_ACCOUNTS) };
/// Applications that were found in use.
pub static SAAS: List = List {
    query: FULL,
    next: Next::Skip { parameter: "offset", size: SIZE },
    ..counted("discovered applications", "v2/saas-management/applications", &sights::SAAS)
};
/// Who has an account of one of them.
pub static SAAS_ACCOUNTS: List = List {
    query: FULL,
    next: Next::Skip { parameter: "offset", size: SIZE },
    ..counted(
        "accounts of discovered applications",
        "v2/saas-management/applications/{}/accounts",
        &sights::SAAS,
    )
};
/// Extensions of Chrome and of browsers built on it, on all systems.
pub static CHROME: List = extensions("extensions of Chrome", "v2/systeminsights/chrome_extensions");
/// Extensions of Firefox, on all systems.
pub static FIREFOX: List = extensions("extensions of Firefox", "v2/systeminsights/firefox_addons");

/// A list of what lies on systems; it is long, and comes in larger pages.
const fn extensions(word: &'static str, path: &'static str) -> List {
    let next = Next::Skip { parameter: "skip", size: 1_000 };
    List { query: &[("limit", "1000")], next, ..bare(word, path, &sights::EXTENSIONS) }
}
