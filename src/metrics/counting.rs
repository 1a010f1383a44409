//! How many identities there are, by other rules than the one that counts: a number is only worth what its rule says.

use std::collections::BTreeMap;

use serde::Serialize;

use super::resolution::Doubt;
use crate::model::inventory::{Class, Fact};
use crate::model::merged::{Identity, IdentityAt, Inventory};

/// The rule by which the program counts.
pub const USED: &str = "identity.same/1";

/// A rule of counting.
pub struct Rule {
    /// Its name and version.
    pub id: &'static str,
    pub title: &'static str,
    count: fn(&Inventory, &[Doubt]) -> Counts,
}

/// How many identities there are, by class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Counts {
    pub human: u64,
    pub machine: u64,
    pub ai: u64,
    /// Those whose class no source and no rule tells.
    pub unclassified: u64,
}

/// What a rule comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Counted {
    pub rule: &'static str,
    pub title: &'static str,
    pub counts: Counts,
    /// Whether figures and scores use it.
    pub is_used: bool,
}

/// Every rule, the one that counts first.
pub static RULES: &[Rule] = &[
    Rule {
        id: USED,
        title: "joined by shared keys and decisions",
        count: |inventory, _| counts(inventory, |identity| (class(identity), 1)),
    },
    Rule {
        id: "identity.accounts/1",
        title: "every account counts",
        count: |inventory, _| counts(inventory, |own| (class(own), own.accounts.len() as u64)),
    },
    Rule { id: "identity.likely/1", title: "those called alike in doubt are one", count: likely },
    Rule { id: "identity.sure/1", title: "those joined in doubt are several", count: sure },
    Rule {
        id: "identity.enabled/1",
        title: "without those known to be disabled",
        count: |inventory, _| counts(inventory, |own| (class(own), u64::from(!is_disabled(own)))),
    },
    Rule {
        id: "class.recorded/1",
        title: "only classes that a source records",
        count: |inventory, _| counts(inventory, |own| (own.recorded.known().copied(), 1)),
    },
    Rule {
        id: "class.suspected/1",
        title: "guessed classes count too",
        count: |inventory, _| {
            counts(inventory, |own| (class(own).or(own.suspected.as_ref().map(|guess| guess.class)), 1))
        },
    },
];

/// What every rule comes to; `doubts` are those of the same inventory.
pub fn counted(inventory: &Inventory, doubts: &[Doubt]) -> Vec<Counted> {
    let of = |rule: &Rule| Counted {
        rule: rule.id,
        title: rule.title,
        counts: (rule.count)(inventory, doubts),
        is_used: rule.id == USED,
    };
    RULES.iter().map(of).collect()
}

impl Counts {
    /// All of them.
    pub fn total(self) -> u64 {
        self.human + self.machine + self.ai + self.unclassified
    }

    fn add(&mut self, class: Option<Class>, many: u64) {
        let own = match class {
            Some(Class::Human) => &mut self.human,
            Some(Class::Machine) => &mut self.machine,
            Some(Class::Ai) => &mut self.ai,
            None => &mut self.unclassified,
        };
        *own += many;
    }
}

fn class(identity: &Identity) -> Option<Class> {
    identity.class().known().copied()
}

/// Only what is known counts against it: an account of which nobody says whether it is enabled, is one.
fn is_disabled(identity: &Identity) -> bool {
    let mut accounts = identity.accounts.iter();
    !identity.accounts.is_empty() && accounts.all(|account| account.is_enabled == Fact::Known(false))
}

fn counts(inventory: &Inventory, of: impl Fn(&Identity) -> (Option<Class>, u64)) -> Counts {
    let mut counts = Counts::default();
    for identity in &inventory.identities {
        let (class, many) = of(identity);
        counts.add(class, many);
    }
    counts
}

/// Joins what the open doubts would join, and counts each set once, by its strictest class.
fn likely(inventory: &Inventory, doubts: &[Doubt]) -> Counts {
    let mut first: Vec<IdentityAt> = (0..inventory.identities.len()).collect();
    for doubt in doubts.iter().filter(|doubt| !doubt.sign.is_joined()) {
        let (one, other) = (root(&first, doubt.places.0), root(&first, doubt.places.1));
        if let Some(place) = first.get_mut(one.max(other)) {
            *place = one.min(other);
        }
    }
    let mut sets: BTreeMap<IdentityAt, Option<Class>> = BTreeMap::new();
    for (place, identity) in inventory.identities.iter().enumerate() {
        let kept = sets.entry(root(&first, place)).or_default();
        *kept = (*kept).max(class(identity));
    }
    let mut counts = Counts::default();
    for class in sets.into_values() {
        counts.add(class, 1);
    }
    counts
}

fn root(first: &[IdentityAt], mut place: IdentityAt) -> IdentityAt {
    while let Some(next) = first.get(place).filter(|next| **next != place) {
        place = *next;
    }
    place
}

/// Takes apart what is joined in doubt: each account of it counts.
fn sure(inventory: &Inventory, doubts: &[Doubt]) -> Counts {
    let mut counts = counts(inventory, |identity| (class(identity), 1));
    for doubt in doubts.iter().filter(|doubt| doubt.sign.is_joined()) {
        if let Some(identity) = inventory.identities.get(doubt.places.0) {
            counts.add(class(identity), (identity.accounts.len() as u64).saturating_sub(1));
        }
    }
    counts
}
