//! The declared systems, and all identities whatever their class.

use jiff::SignedDuration;

use super::finding::{Finding, Gap};
use super::judge;
use super::registry::Computation;
use super::tally::{Counted, Subject, Tally, View};
use crate::model::inventory::{Class, Fact};
use crate::model::merged::{Feed, Identity, Inventory, Seen};

/// How many days before the newest snapshot a pull still counts as fresh.
pub const FRESH_DAYS: i64 = 7;

const OBSERVED: Gap = Gap {
    fact: "both a recorded and an observed class",
    remedy: "pull the systems that it uses beside a register of identities with the column `class`",
};

/// The computations of this subject.
pub static COMPUTATIONS: &[Computation] = &[
    Computation {
        metric: "scope.systems.declared",
        rule: "scope.declared/1",
        population: "systems in the scope file",
        needs: &[Feed::Scope],
        compute: |view| systems(view, |_| Finding::yes("the scope file lists it")),
    },
    Computation {
        metric: "scope.systems.reporting",
        rule: "scope.reporting/1",
        population: "systems in the scope file",
        needs: &[Feed::Scope],
        compute: |view| systems(view, |at| reports(view.inventory, at)),
    },
    Computation {
        metric: "org.identities.total",
        rule: "org.enabled/1",
        population: "identities of all classes",
        needs: &[Feed::Identities],
        compute: |view| identities(view, judge::is_enabled, None),
    },
    Computation {
        metric: "org.identities.classified",
        rule: "org.classified/1",
        population: "identities of all classes, enabled",
        needs: &[Feed::Identities],
        compute: |view| identities(view, judge::is_enabled, Some(is_classified)),
    },
    Computation {
        metric: "org.identities.class_mismatch_open",
        rule: "org.class-mismatch/1",
        population: "identities with a recorded and an observed class, enabled",
        needs: &[Feed::Identities],
        compute: |view| identities(view, judge::is_enabled, Some(is_mismatched)),
    },
];

fn systems(view: &View<'_>, counts: impl Fn(usize) -> Finding) -> Tally {
    let places = 0..view.inventory.systems.len();
    Tally::count(places.map(|at| Counted::member(Subject::System(at), counts(at)).among()))
}

/// Whether a whole, fresh pull is about a declared system.
fn reports(inventory: &Inventory, at: usize) -> Finding {
    if covered(inventory, None).contains(&at) {
        Finding::yes("a fresh pull is about it")
    } else {
        Finding::no("no pull of the last 7 days is about it")
    }
}

/// The places of declared systems that fresh pulls are about; of one kind of thing, or of any.
pub fn covered(inventory: &Inventory, feed: Option<Feed>) -> Vec<usize> {
    let Some(taken) = inventory.taken else { return Vec::new() };
    let limit = SignedDuration::from_hours(24 * FRESH_DAYS);
    let fresh = || inventory.sources.iter().filter(|seen| taken.duration_since(seen.taken) <= limit);
    let is_seen = |at: &usize| {
        let id = &inventory.systems[*at].id;
        fresh().any(|seen| {
            (seen.source == *id || seen.covers.contains(id))
                && feed.map_or_else(|| reads_systems(seen), |feed| seen.feeds.contains(&feed))
        })
    };
    (0..inventory.systems.len()).filter(is_seen).collect()
}

/// Whether a pull lists what is in systems; a register of agents or tools only mentions them.
fn reads_systems(seen: &Seen) -> bool {
    [Feed::Identities, Feed::Grants, Feed::Credentials].iter().any(|feed| seen.feeds.contains(feed))
}

/// Judges identities: those that belong, and of them those that count.
pub fn identities(
    view: &View<'_>,
    belongs: impl Fn(&Identity) -> Finding,
    counts: Option<fn(&View<'_>, &Identity) -> Finding>,
) -> Tally {
    Tally::count(view.inventory.identities.iter().enumerate().map(|(at, identity)| {
        let belongs = belongs(identity);
        match counts {
            Some(counts) => Counted::new(Subject::Identity(at), belongs, || counts(view, identity)),
            None => Counted::member(Subject::Identity(at), belongs),
        }
    }))
}

fn is_classified(_: &View<'_>, identity: &Identity) -> Finding {
    if identity.recorded.known().is_some() {
        Finding::yes("its class is written down")
    } else {
        Finding::no("its class is not written down at the source or in a register")
    }
}

fn is_mismatched(_: &View<'_>, identity: &Identity) -> Finding {
    if !identity.disputed.is_empty() {
        return Finding::yes("sources write down different classes");
    }
    match (identity.recorded, identity.observed) {
        (Fact::Known(Class::Ai), Fact::Known(Class::Machine)) => {
            Finding::no("an agent may act with a machine identity")
        }
        (Fact::Known(recorded), Fact::Known(observed)) if recorded != observed => {
            Finding::yes("what was observed contradicts the class that is written down")
        }
        (Fact::Known(_), Fact::Known(_)) => Finding::no("what was observed fits the class"),
        _ => Finding::open(OBSERVED),
    }
}
