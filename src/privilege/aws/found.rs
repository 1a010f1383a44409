//! Whom an action can be done to, under which conditions: joined, crossed and limited.

use std::collections::{BTreeMap, BTreeSet};

use super::set::Set;
use crate::model::privilege::{Conditions, Use};

/// Whom an action can be done to.
#[derive(Debug, Clone, Default)]
pub struct Found {
    pub ways: Vec<(Conditions, Set)>,
    pub uses: Vec<Use>,
}

/// Those who are in both, under what both ask for.
pub fn cross(one: &[(Conditions, Set)], other: &[(Conditions, Set)]) -> Vec<(Conditions, Set)> {
    let mut all: BTreeMap<Conditions, Set> = BTreeMap::new();
    for (asked, set) in one {
        for (more, limit) in other {
            all.entry(asked.both(*more)).or_default().add(&set.common(limit));
        }
    }
    all.into_iter().filter(|(_, set)| !set.is_empty()).collect()
}

/// What is in both, with what is known of the use of either.
pub fn both(one: &Found, other: &Found) -> Found {
    let uses: BTreeSet<Use> = one.uses.iter().chain(&other.uses).copied().collect();
    Found { ways: cross(&one.ways, &other.ways), uses: uses.into_iter().collect() }
}

/// What is in one or the other.
pub fn either(one: Found, other: Found) -> Found {
    let mut all: BTreeMap<Conditions, Set> = BTreeMap::new();
    for (asked, set) in one.ways.into_iter().chain(other.ways) {
        all.entry(asked).or_default().add(&set);
    }
    let uses: BTreeSet<Use> = one.uses.into_iter().chain(other.uses).collect();
    Found { ways: all.into_iter().collect(), uses: uses.into_iter().collect() }
}

/// Without some targets.
pub fn minus(mut found: Found, less: &Set) -> Found {
    for (_, set) in &mut found.ways {
        set.remove(less);
    }
    found.ways.retain(|(_, set)| !set.is_empty());
    found
}

/// No other targets than these.
pub fn only(mut found: Found, limit: &Set) -> Found {
    for (_, set) in &mut found.ways {
        *set = set.common(limit);
    }
    found.ways.retain(|(_, set)| !set.is_empty());
    found
}
