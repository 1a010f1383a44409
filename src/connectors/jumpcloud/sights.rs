//! What `JumpCloud` can show, what each needs, and the least rights for all of it.

use super::super::Permit;
use crate::model::pull::Sight;

/// People, and accounts that services bind with.
pub const USERS: Sight = Sight {
    id: "users",
    title: "Users, their state, passwords, keys and second factors",
    needs: "the role Read Only",
    feeds: &["human.users.total", "org.identities.total", "human.users.mfa_registered"],
};
/// Those who sign in to the console.
pub const ADMINISTRATORS: Sight = Sight {
    id: "administrators",
    title: "Administrators, their roles and last sign-in",
    needs: "the role Read Only, and a key that may list administrators",
    feeds: &["human.admins.total", "human.users.total"],
};
/// Groups and their members.
pub const GROUPS: Sight = Sight {
    id: "groups",
    title: "User groups and who is in them",
    needs: "the role Read Only (one question for each group)",
    feeds: &["human.entitlements.granted"],
};
/// Applications and their users.
pub const APPS: Sight = Sight {
    id: "apps",
    title: "Applications and who may sign in to them",
    needs: "the role Read Only (one question for each application)",
    feeds: &["human.entitlements.granted", "ai.shadow.channels_covered"],
};
/// Computers and their users.
pub const SYSTEMS: Sight = Sight {
    id: "systems",
    title: "Systems, their last contact, and who may sign in to or administer them",
    needs: "the role Read Only (one question for each system)",
    feeds: &["machine.identities.total", "human.entitlements.granted"],
};
/// Programs that administer the organisation.
pub const SERVICE_ACCOUNTS: Sight = Sight {
    id: "service-accounts",
    title: "Service accounts, their roles and credentials",
    needs: "the role Read Only, and an organisation that has service accounts",
    feeds: &["machine.identities.total", "machine.credentials.total"],
};
/// AI tools that were found in use.
pub const SAAS: Sight = Sight {
    id: "saas",
    title: "AI tools among the applications that AI and SaaS Management found, and what was decided on them",
    needs: "the role Read Only, and AI and SaaS Management",
    feeds: &["ai.shadow.channels_covered"],
};
/// Browser extensions; reading them is a choice.
pub const EXTENSIONS: Sight = Sight {
    id: "extensions",
    title: "AI tools among the browser extensions of systems",
    needs: "the setting `extensions`, the role Read Only, and System Insights",
    feeds: &["ai.shadow.channels_covered"],
};
/// Sign-ins; reading them is a choice.
pub const EVENTS: Sight = Sight {
    id: "insights",
    title: "Last sign-in of users, from Directory Insights",
    needs: "the setting `log-days`, and Directory Insights",
    feeds: &["human.users.dormant_90d"],
};
/// What no list of the API tells.
pub const USE_OF_KEYS: Sight = Sight {
    id: "use-of-credentials",
    title: "When keys and service accounts were last used",
    needs: "another source: no part of the API tells",
    feeds: &["machine.identities.unused_90d"],
};

/// Everything, in the order in which it is shown.
pub const SIGHTS: &[Sight] =
    &[USERS, ADMINISTRATORS, GROUPS, APPS, SYSTEMS, SERVICE_ACCOUNTS, SAAS, EXTENSIONS, EVENTS, USE_OF_KEYS];

/// The least rights that show all of it.
pub const PERMITS: &[Permit] = &[Permit {
    how: "What to make in the console: a service account is better than a person's API key, because it has no more than this \
          role.",
    language: "text",
    text: "Settings > Service Accounts > new service account
Role: Read Only
Sign in with: client credentials (settings `client` and `client-secret`)

or, for an API key (setting `key`): an administrator with the role Read Only, Account > My API Key
",
}];
