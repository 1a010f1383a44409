//! Grants: how many people hold, how many are unused, and the risk points of what machines and agents may
//! effectively do.

use super::finding::{Because, Finding, Gap};
use super::judge;
use super::needs::RIGHTS;
use super::registry::Computation;
use super::tally::{Counted, Subject, Tally, View};
use crate::model::inventory::{Class, Fact};
use crate::model::merged::{Feed, Held};
use crate::model::metric::Measured;
use crate::model::privilege::Privilege;

const USE: Gap = Gap {
    fact: "whether the grant is used",
    remedy: "pull a source with last use by grant, or fill the column `last_used` of a register of grants",
};

const RIGHT_USE: Gap = Gap {
    fact: "whether all of its rights are used",
    remedy: "pull service last accessed details or CloudTrail events, or fill the column `last_used` of a register of grants",
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
        rule: "risk.effective/2",
        population: "machine identities whose rights a source tells",
        needs: &[Feed::Grants],
        compute: |view| risk(view, Class::Machine, granted),
    },
    Computation {
        metric: "machine.permissions.used_risk_90d",
        rule: "risk.effective-used/2",
        population: "machine identities whose rights a source tells",
        needs: &[Feed::Grants],
        compute: |view| risk(view, Class::Machine, used_points),
    },
    Computation {
        metric: "ai.permissions.granted_risk",
        rule: "risk.effective/2",
        population: "AI agents' identities whose rights a source tells",
        needs: &[Feed::Grants],
        compute: |view| risk(view, Class::Ai, granted),
    },
    Computation {
        metric: "ai.permissions.used_risk_90d",
        rule: "risk.effective-used/2",
        population: "AI agents' identities whose rights a source tells",
        needs: &[Feed::Grants],
        compute: |view| risk(view, Class::Ai, used_points),
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

/// Risk points that surely count, and those that only may.
type Points = (u64, u64);

fn granted(privilege: &Privilege) -> Points {
    (privilege.points, 0)
}

fn used_points(privilege: &Privilege) -> Points {
    let (low, high) = privilege.used_points;
    (low, high.saturating_sub(low))
}

/// Adds up the risk points of effective rights, identity by identity. One of which no source tells the rights is in
/// neither sum and stands among the silent rows.
fn risk(view: &View<'_>, class: Class, points: fn(&Privilege) -> Points) -> Tally {
    let (mut rows, mut untold) = (Vec::new(), Vec::new());
    for (at, identity) in view.inventory.identities.iter().enumerate() {
        let holder = judge::is(identity, class);
        if holder.holds == Some(false) {
            continue;
        }
        let row = |finding| Counted::new(Subject::Identity(at), holder, || finding);
        match view.privilege(at) {
            Some(privilege) => {
                let (sure, open) = points(privilege);
                if sure > 0 || open == 0 {
                    rows.push(row(Finding::points(sure)).weighing(u32::try_from(sure).unwrap_or(u32::MAX)));
                }
                if open > 0 {
                    rows.push(
                        row(Finding::open(RIGHT_USE)).weighing(u32::try_from(open).unwrap_or(u32::MAX)),
                    );
                }
            }
            None => untold.push(row(Finding::open(RIGHTS)).weighing(0)),
        }
    }
    if rows.is_empty() && !untold.is_empty() {
        return Tally { value: Measured::Unknown(RIGHTS.why()), rows: untold };
    }
    let mut tally = Tally::count(rows);
    tally.rows.extend(untold);
    tally
}
