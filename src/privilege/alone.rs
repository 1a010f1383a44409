//! What some grants of an identity would give by themselves.

use std::collections::BTreeMap;

use super::Estate;
use super::right::{Detail, GrantAt, Key};
use crate::model::merged::IdentityAt;

/// An identity whose grants are looked at one by one.
#[derive(Clone, Copy)]
pub struct Alone<'a> {
    pub estate: &'a Estate,
    pub identity: IdentityAt,
    /// How many grants it holds.
    pub count: usize,
}

impl Alone<'_> {
    /// How many actions it would be allowed if it held these (sorted) and nothing else.
    pub fn actions(self, grants: &[GrantAt]) -> u64 {
        let places = 0..GrantAt::try_from(self.count).unwrap_or(GrantAt::MAX);
        let others: Vec<GrantAt> = places.filter(|at| grants.binary_search(at).is_err()).collect();
        let granted = self.estate.granted(self.identity, &others, Detail::Brief);
        let mut by_key: BTreeMap<Key, u32> = BTreeMap::new();
        for right in &granted.rights {
            let count = by_key.entry(right.key).or_default();
            *count = right.actions.max(*count);
        }
        by_key.values().map(|count| u64::from(*count)).sum()
    }

    /// Whether both (sorted) give any action on the same resources.
    pub fn overlap(self, one: &[GrantAt], other: &[GrantAt]) -> bool {
        let mut both = [one, other].concat();
        both.sort_unstable();
        both.dedup();
        self.actions(one) + self.actions(other) > self.actions(&both)
    }
}
