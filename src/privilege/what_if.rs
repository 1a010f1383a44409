//! One identity with and without some of its grants, side by side. Both sides are worked out in full.

use std::collections::{BTreeMap, BTreeSet};

use super::alone::Alone;
use super::gone;
use super::memberships::Memberships;
use super::right::{Detail, GrantAt, Granted, Right};
use super::score::Scale;
use super::trial::keyless;
use super::{Estate, explain};
use crate::model::merged::{Holding, IdentityAt, Inventory};
use crate::model::privilege::{Chain, PathFinding, PathName, Removed, ServiceChange, ServiceShare, WhatIf};

/// How many rows of rights that go away are listed.
const ROWS: usize = 200;
/// Of how many grants it is found out whether something else gives the same.
const MOST: usize = 100;

/// See [`Estate::what_if`].
pub fn what_if(
    estate: &Estate,
    inventory: &Inventory,
    at: IdentityAt,
    without: &BTreeSet<usize>,
) -> Option<WhatIf> {
    let identity = inventory.identities.get(at)?;
    let holdings = inventory.holdings_of(at);
    let memberships = Memberships::of(holdings);
    let named: Vec<GrantAt> = without.iter().filter_map(|place| GrantAt::try_from(*place).ok()).collect();
    let removed = memberships.without(&named);
    let before = estate.granted(at, &[], Detail::Full);
    let after = estate.granted(at, &removed, Detail::Full);
    let scale = estate.scale(inventory, at);
    let taken = Taken { estate, at, memberships: &memberships, named: &named, removed: &removed };
    let (closed, open) = paths(&before.paths, &after.paths);
    let (lost, left) = chains(&before.becomes, &after.becomes);
    let difference = gone::difference(&scale, &before, &after, &estate.services);
    let more_gone = difference.gone.len().saturating_sub(ROWS) as u64;
    Some(WhatIf {
        identity: at,
        id: identity.id.clone(),
        name: identity.name.clone(),
        class: identity.class().known().copied(),
        removed: taken.rows(holdings, &before, &after),
        services: services(&shares(estate, &scale, &before), &shares(estate, &scale, &after)),
        before: before.is_told.then(|| estate.privilege(inventory, at, &before, &scale)),
        after: after.is_told.then(|| estate.privilege(inventory, at, &after, &scale)),
        paths_closed: closed,
        paths_open: open,
        chains_lost: lost,
        chains_left: left,
        gone: difference.gone.into_iter().take(ROWS).collect(),
        more_gone,
        actions_gained: difference.gained,
    })
}

/// The grants that are taken away.
struct Taken<'a> {
    estate: &'a Estate,
    at: IdentityAt,
    memberships: &'a Memberships,
    named: &'a [GrantAt],
    /// With what goes along; sorted.
    removed: &'a [GrantAt],
}

impl Taken<'_> {
    fn rows(&self, holdings: &[Holding], before: &Granted, after: &Granted) -> Vec<Removed> {
        let left = keyless(&after.rights);
        let row = |(at, is_tried): (&GrantAt, bool)| {
            let held = holdings.get(*at as usize)?;
            let together = self.memberships.without(&[*at]);
            let is_own = |at: &GrantAt| together.binary_search(at).is_ok();
            let given = before.rights.iter().filter(|right| right.grants.iter().any(is_own));
            let is_left = |at: &&GrantAt| self.removed.binary_search(at).is_err();
            let others: BTreeSet<GrantAt> =
                given.flat_map(|right| right.grants.iter().filter(is_left)).copied().collect();
            let is_redundant = is_tried && !others.is_empty() && self.rights_with(*at) == left;
            let alone = Alone { estate: self.estate, identity: self.at, count: holdings.len() };
            let also = others.into_iter().take(if is_redundant { MOST } else { 0 });
            let also = also.filter(|other| alone.overlap(&together, &[*other]));
            Some(Removed {
                place: *at as usize,
                id: held.entitlement.to_string(),
                title: held.title.to_string(),
                kind: held.kind,
                system: held.system.as_ref().map(ToString::to_string).unwrap_or_default(),
                via: held.via.clone(),
                is_named: self.named.contains(at),
                actions: if is_tried { alone.actions(&together) } else { 0 },
                is_redundant,
                also_given_by: also.map(|at| at as usize).collect(),
            })
        };
        let tried = (0..self.removed.len()).map(|place| place < MOST);
        self.removed.iter().zip(tried).filter_map(row).collect()
    }

    /// What is left when one of them, and what comes by it, is put back.
    fn rights_with(&self, at: GrantAt) -> Vec<Right> {
        let back = self.memberships.without(&[at]);
        let others: Vec<GrantAt> =
            self.removed.iter().filter(|other| back.binary_search(other).is_err()).copied().collect();
        keyless(&self.estate.granted(self.at, &others, Detail::Full).rights)
    }
}

/// The paths that are closed and those that stay open, by their ids.
fn paths(before: &[PathFinding], after: &[PathFinding]) -> (Vec<PathName>, Vec<PathName>) {
    let open: BTreeSet<&str> = after.iter().map(|path| path.id.as_str()).collect();
    let closed = before.iter().filter(|path| !open.contains(path.id.as_str()));
    (closed.map(PathName::from).collect(), after.iter().map(PathName::from).collect())
}

/// The chains to those whom it cannot become any more, and how many others are left.
fn chains(before: &[Chain], after: &[Chain]) -> (Vec<Chain>, u64) {
    let left: BTreeSet<&str> = after.iter().map(Chain::last).collect();
    let lost = before.iter().filter(|chain| !left.contains(chain.last()));
    (lost.cloned().collect(), left.len() as u64)
}

fn shares(estate: &Estate, scale: &Scale<'_>, granted: &Granted) -> Vec<ServiceShare> {
    let cells = scale.cells_of(&granted.rights);
    explain::services(scale, &cells, &granted.rights, &estate.services)
}

/// Services whose points or actions differ, the greatest difference of points first.
fn services(before: &[ServiceShare], after: &[ServiceShare]) -> Vec<ServiceChange> {
    type Share = (f64, u64);
    let mut both: BTreeMap<(&str, &str), [Share; 2]> = BTreeMap::new();
    for (side, shares) in [before, after].into_iter().enumerate() {
        for share in shares {
            let sides = both.entry((&share.system, &share.service)).or_default();
            if let Some(place) = sides.get_mut(side) {
                *place = (share.points, share.actions);
            }
        }
    }
    let mut changes: Vec<ServiceChange> = both
        .into_iter()
        .filter(|(_, [before, after])| before != after)
        .map(|((system, service), [before, after])| ServiceChange {
            system: system.to_owned(),
            service: service.to_owned(),
            points_before: before.0,
            points_after: after.0,
            actions_before: before.1,
            actions_after: after.1,
        })
        .collect();
    let change = |it: &ServiceChange| (it.points_before - it.points_after).abs();
    // Stable: services that change alike stay in the order of their names.
    changes.sort_by(|a, b| change(b).total_cmp(&change(a)));
    changes
}
