//! Which rights one side has and the other has not.

use std::collections::{BTreeMap, BTreeSet};

use super::right::{Granted, Key, Right, ServiceAt};
use super::score::Scale;
use super::services::Services;
use crate::model::privilege::{Access, Gone, Tier};

/// How many names of actions a row shows.
const NAMES: usize = 6;

/// What differs between two sides.
pub struct Difference {
    /// What only the first side has, the heaviest first.
    pub gone: Vec<Gone>,
    /// How many actions only the second side has.
    pub gained: u64,
}

/// What makes rights comparable over both sides, whose patterns of resources have numbers of their own.
type Kind<'a> = (ServiceAt, Access, Tier, &'a str);

/// All rights of one kind on one side.
#[derive(Default)]
struct Heap {
    actions: BTreeMap<Key, u32>,
    names: BTreeSet<String>,
    weight: f64,
}

impl Heap {
    fn count(&self) -> u64 {
        self.actions.values().map(|count| u64::from(*count)).sum()
    }

    /// Whether all of its actions are named.
    fn is_named(&self) -> bool {
        self.names.len() as u64 == self.count()
    }
}

/// Compares two sides.
pub fn difference(scale: &Scale<'_>, before: &Granted, after: &Granted, names: &Services) -> Difference {
    let (old, new) = (heaps(scale, before), heaps(scale, after));
    let none = Heap::default();
    let mut gone: Vec<(f64, Gone)> = old
        .iter()
        .filter_map(|(kind, heap)| {
            let left = new.get(kind).unwrap_or(&none);
            let count = heap.count().checked_sub(left.count()).filter(|count| *count > 0)?;
            let (service, access, tier, resource) = *kind;
            let (system, name) = names.name(service);
            let on_all = new.get(&(service, access, tier, "*")).filter(|_| resource != "*");
            let row = Gone {
                system: system.to_owned(),
                service: name.to_owned(),
                access,
                tier,
                resource: resource.to_owned(),
                actions: named(heap, left),
                count,
                of: heap.count(),
                stay_on_all: on_all.map_or(0, Heap::count),
            };
            Some((heap.weight, row))
        })
        .collect();
    // Stable: rows of one weight stay in the order of their services.
    gone.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let more =
        |(kind, heap): (&Kind<'_>, &Heap)| heap.count().saturating_sub(old.get(kind).map_or(0, Heap::count));
    Difference { gone: gone.into_iter().map(|(_, row)| row).collect(), gained: new.iter().map(more).sum() }
}

/// A few of the actions that go; nothing where it is not known which do.
fn named(heap: &Heap, left: &Heap) -> Vec<String> {
    if left.count() > 0 && !(heap.is_named() && left.is_named()) {
        return Vec::new();
    }
    heap.names.difference(&left.names).take(NAMES).cloned().collect()
}

/// Rights by kind; derived ones, which have no actions, are left out.
fn heaps<'a>(scale: &Scale<'_>, granted: &'a Granted) -> BTreeMap<Kind<'a>, Heap> {
    let mut heaps: BTreeMap<Kind<'a>, Heap> = BTreeMap::new();
    for (at, right) in granted.rights.iter().enumerate().filter(|(_, right)| right.actions > 0) {
        let text = granted.texts.get(at);
        let resource = text.map_or("", |text| text.resource.as_str());
        let heap = heaps.entry((right.key.service, right.access, right.tier, resource)).or_default();
        let count = heap.actions.entry(right.key).or_default();
        *count = right.actions.max(*count);
        heap.names.extend(text.into_iter().flat_map(|text| &text.actions).cloned());
        heap.weight = heap.weight.max(weight(scale, right));
    }
    heaps
}

/// By how much a right is sorted: its exposed weight, then the weight that it would have unused.
fn weight(scale: &Scale<'_>, right: &Right) -> f64 {
    scale.weight_of(right.access, right.tier) * (scale.exposure(right) + scale.full(right) / 1000.0)
}
