//! Keys, secrets, certificates and passwords of machines and agents, and their age.

use super::finding::{Finding, Gap};
use super::judge::{self, Words};
use super::registry::Computation;
use super::tally::{Counted, Subject, Tally, View};
use crate::model::inventory::{Class, Fact};
use crate::model::merged::{Feed, Kept};

const ACTIVE: Gap =
    Gap { fact: "whether it is active", remedy: "fill the column `active` of a register of credentials" };
const AGE: Gap = Gap {
    fact: "when it was created or last rotated",
    remedy: "fill the columns `created` and `rotated` of a register of credentials",
};

/// The computations of this subject.
pub static COMPUTATIONS: &[Computation] = &[
    Computation {
        metric: "machine.credentials.total",
        rule: "machine.credentials/1",
        population: "active credentials of machine identities",
        needs: &[Feed::Credentials],
        compute: |view| credentials(view, Class::Machine, None),
    },
    Computation {
        metric: "machine.credentials.older_than_90d",
        rule: "machine.credentials-age/1",
        population: "active credentials of machine identities",
        needs: &[Feed::Credentials],
        compute: |view| credentials(view, Class::Machine, Some(90)),
    },
    Computation {
        metric: "ai.credentials.total",
        rule: "ai.credentials/1",
        population: "active credentials of AI agents",
        needs: &[Feed::Credentials],
        compute: |view| credentials(view, Class::Ai, None),
    },
    Computation {
        metric: "ai.credentials.older_than_30d",
        rule: "ai.credentials-age/1",
        population: "active credentials of AI agents",
        needs: &[Feed::Credentials],
        compute: |view| credentials(view, Class::Ai, Some(30)),
    },
];

/// Counts the active credentials of a class; those older than some days, where days are given.
fn credentials(view: &View<'_>, class: Class, days: Option<i64>) -> Tally {
    Tally::count(view.inventory.credentials.iter().enumerate().map(|(at, credential)| {
        let active = Finding::of(credential.is_active, "it is active", "it is not active", ACTIVE);
        let belongs = judge::is(&view.inventory.identities[credential.identity], class).and(active);
        match days {
            Some(days) => Counted::new(Subject::Credential(at), belongs, || is_old(view, credential, days)),
            None => Counted::member(Subject::Credential(at), belongs),
        }
    }))
}

/// Whether both its creation and its last rotation lie further back.
fn is_old(view: &View<'_>, credential: &Kept, days: i64) -> Finding {
    let limit = view.days_ago(days);
    let created = Words { known: "it was created on", absent: "it has no creation date", gap: AGE };
    let rotated = Words { known: "it was last rotated on", absent: "it was never rotated", gap: AGE };
    match (credential.created, credential.rotated) {
        (_, Fact::Known(_)) => judge::at(credential.rotated, |at| at < limit, &rotated),
        (Fact::Known(at), Fact::Hidden) if at < limit => Finding::open(AGE),
        (Fact::Known(_), _) => judge::at(credential.created, |at| at < limit, &created),
        (Fact::Absent | Fact::Hidden, _) => Finding::open(AGE),
    }
}
