//! Grants: how many people hold, how many are unused, and the risk points of what machines and agents hold.

use super::finding::{Because, Finding, Gap};
use super::judge;
use super::needs::EFFECTIVE;
use super::registry::Computation;
use super::tally::{Counted, Subject, Tally, View};
use crate::model::inventory::{Class, EntitlementKind, Fact};
use crate::model::merged::{Feed, Held};

const USE: Gap = Gap {
    fact: "whether the grant is used",
    remedy: "pull a source with last use by grant, or fill the column `last_used` of a register of grants",
};

/// The computations of this subject.
///
/// Grants whose use no source reports count neither as granted nor as unused for sure: they widen both figures.
pub static COMPUTATIONS: &[Computation] = &[
    Computation {
        metric: "human.entitlements.granted",
        rule: "human.granted/1",
        population: "grants held by people",
        needs: &[Feed::Grants],
        compute: |view| grants(view, Class::Human, |_, grant| reports_use(grant)),
    },
    Computation {
        metric: "human.entitlements.unused_90d",
        rule: "human.unused/1",
        population: "grants held by people",
        needs: &[Feed::Grants],
        compute: |view| grants(view, Class::Human, |view, grant| used(view, grant).opposite()),
    },
    Computation {
        metric: "machine.permissions.granted_risk",
        rule: "risk.verb/1",
        population: "grants held by machine identities",
        needs: &[Feed::Grants],
        compute: |view| risk(view, Class::Machine, |_, _| Finding::yes("it is granted")),
    },
    Computation {
        metric: "machine.permissions.used_risk_90d",
        rule: "risk.verb-used/1",
        population: "grants held by machine identities",
        needs: &[Feed::Grants],
        compute: |view| risk(view, Class::Machine, used),
    },
    Computation {
        metric: "ai.permissions.granted_risk",
        rule: "risk.verb/1",
        population: "grants held by AI agents",
        needs: &[Feed::Grants],
        compute: |view| risk(view, Class::Ai, |_, _| Finding::yes("it is granted")),
    },
    Computation {
        metric: "ai.permissions.used_risk_90d",
        rule: "risk.verb-used/1",
        population: "grants held by AI agents",
        needs: &[Feed::Grants],
        compute: |view| risk(view, Class::Ai, used),
    },
];

fn grants(view: &View<'_>, class: Class, counts: fn(&View<'_>, &Held) -> Finding) -> Tally {
    Tally::count(view.inventory.grants.iter().enumerate().map(|(at, grant)| {
        let holder = judge::is(&view.inventory.identities[grant.identity], class);
        Counted::new(Subject::Grant(at), holder, || counts(view, grant))
    }))
}

fn reports_use(grant: &Held) -> Finding {
    if grant.last_used.is_told() { Finding::yes("its use is reported") } else { Finding::open(USE) }
}

fn used(view: &View<'_>, grant: &Held) -> Finding {
    match grant.last_used {
        Fact::Known(at) => {
            Finding { holds: Some(at >= view.days_ago(90)), because: Because::At("it was last used on", at) }
        }
        Fact::Absent => Finding::no("it was never used"),
        Fact::Hidden => Finding::open(USE),
    }
}

/// Adds up risk points. One policy can hold any number of rights, so that a single grant without an action
/// leaves the whole sum open.
fn risk(view: &View<'_>, class: Class, counts: fn(&View<'_>, &Held) -> Finding) -> Tally {
    let mut rows = Vec::new();
    for (at, grant) in view.inventory.grants.iter().enumerate() {
        let holder = judge::is(&view.inventory.identities[grant.identity], class);
        if holder.holds == Some(false) {
            continue;
        }
        match grant.action.as_deref().filter(|_| is_single(grant)) {
            Some(action) => rows.push(
                Counted::new(Subject::Grant(at), holder, || counts(view, grant)).weighing(points(action)),
            ),
            None => {
                return Tally::unknown(
                    EFFECTIVE,
                    "pull a register of grants with the column `action`, or report the figure in a measurement file",
                );
            }
        }
    }
    Tally::count(rows)
}

/// Whether a grant is one action rather than a bundle of many.
fn is_single(grant: &Held) -> bool {
    grant.kind == EntitlementKind::Permission && !grant.action.as_deref().unwrap_or_default().contains('*')
}

/// The verbs of actions that delete, move, deploy or change permissions.
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
    "grant",
    "attach",
    "detach",
    "assume",
    "impersonate",
    "pass",
    "admin",
    "permission",
    "policy",
    "role",
];
/// The verbs of actions that only read.
const READING: &[&str] = &["get", "list", "describe", "read", "view", "search", "query", "head", "select"];

/// Risk points of an action by its verb: read 1, write 3, delete, move, deploy or permission change 9. What is
/// not understood counts as a write.
pub fn points(action: &str) -> u32 {
    let name = action.rsplit([':', '/']).next().unwrap_or(action).to_lowercase();
    if READING.iter().any(|verb| name.starts_with(verb)) {
        1
    } else if GRAVE.iter().any(|verb| name.contains(verb)) {
        9
    } else {
        3
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_give_the_points_of_the_dictionary() {
        let cases = [
            ("s3:GetObject", 1),
            ("read", 1),
            ("iam:ListRolePolicies", 1),
            ("s3:PutObject", 3),
            ("write", 3),
            ("frobnicate", 3),
            ("s3:DeleteObject", 9),
            ("iam:PassRole", 9),
            ("iam:AttachUserPolicy", 9),
            ("deploy", 9),
        ];
        for (action, expected) in cases {
            assert_eq!(points(action), expected, "{action}");
        }
    }
}
