//! What the name of an action tells where no table does. What is not understood counts as a change.

use crate::model::privilege::Access;

/// Verbs that change permissions or act as somebody else.
const ADMINISTERING: &[&str] = &["grant", "attach", "assume", "impersonate", "pass", "admin", "permission"];
const READING: &[&str] =
    &["get", "describe", "read", "view", "search", "query", "head", "select", "batchget", "lookup", "check"];
/// Verbs that delete, move, deploy or change permissions.
const GRAVE: &[&str] = &[
    "delete",
    "remove",
    "destroy",
    "drop",
    "purge",
    "terminate",
    "move",
    "transfer",
    "deploy",
    "release",
    "revoke",
    "deregister",
    "disable",
    "detach",
    "policy",
    "role",
];

/// The level of an action, such as `s3:GetObject` or `repository/write`, by its verb.
pub fn access(action: &str) -> Access {
    let name = verb(action);
    if name.starts_with("list") {
        Access::List
    } else if is_reading(&name) {
        Access::Read
    } else if ADMINISTERING.iter().any(|verb| name.contains(verb)) {
        Access::Admin
    } else if name.starts_with("tag") || name.starts_with("untag") {
        Access::Tag
    } else {
        Access::Write
    }
}

/// Whether an action deletes, moves, deploys or changes permissions, by its verb.
pub fn is_grave(action: &str) -> bool {
    let name = verb(action);
    let names = |verbs: &[&str]| verbs.iter().any(|verb| name.contains(verb));
    !is_reading(&name) && !name.starts_with("list") && (names(GRAVE) || names(ADMINISTERING))
}

fn is_reading(name: &str) -> bool {
    READING.iter().any(|verb| name.starts_with(verb))
}

fn verb(action: &str) -> String {
    action.rsplit([':', '/']).next().unwrap_or(action).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_tell_the_level_and_what_is_grave() {
        let cases = [
            ("s3:GetObject", Access::Read, false),
            ("read", Access::Read, false),
            ("iam:ListRolePolicies", Access::List, false),
            ("iam:GetRolePolicy", Access::Read, false),
            ("s3:PutObject", Access::Write, false),
            ("frobnicate", Access::Write, false),
            ("*", Access::Write, false),
            ("s3:DeleteObject", Access::Write, true),
            ("iam:PassRole", Access::Admin, true),
            ("iam:AttachUserPolicy", Access::Admin, true),
            ("deploy", Access::Write, true),
            ("UntagResource", Access::Tag, false),
        ];
        for (action, level, grave) in cases {
            assert_eq!((access(action), is_grave(action)), (level, grave), "{action}");
        }
    }
}
