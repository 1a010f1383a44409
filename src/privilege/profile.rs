//! One identity down to single grants, with what it would be without any of them.

use std::collections::BTreeSet;

use crate::model::inventory::{Class, Fact};
use crate::model::merged::{Holding, Identity, IdentityAt, Inventory};
use crate::model::privilege::{HeldGrant, PeerDetail, Profile};

use super::alone::Alone;
use super::memberships::Memberships;
use super::right::{Detail, GrantAt, Granted};
use super::score::POINT;
use super::trial::Trials;
use super::{Estate, explain};

/// How many rows of rights a profile shows.
const ROWS: usize = 200;
/// Of how many grants that share rights with others it is counted what each gives of them.
const SHARED: usize = 100;

/// See [`Estate::profile`].
pub fn profile(
    estate: &Estate,
    inventory: &Inventory,
    at: IdentityAt,
    without: &BTreeSet<usize>,
) -> Option<Profile> {
    let identity = inventory.identities.get(at)?;
    let holdings = inventory.holdings_of(at);
    let memberships = Memberships::of(holdings);
    let named: Vec<GrantAt> = without.iter().filter_map(|place| GrantAt::try_from(*place).ok()).collect();
    let removed = memberships.without(&named);
    let granted = estate.granted(at, &removed, Detail::Full);
    let scale = estate.scale(inventory, at);
    let cells = scale.cells_of(&granted.rights);
    let (rights, more_rights) = explain::rows(&scale, &granted, &estate.services, ROWS, POINT);
    let mut profile = Profile {
        bands: explain::bands(&scale, &cells),
        services: explain::services(&scale, &cells, &granted.rights, &estate.services),
        grants: grants(holdings, &granted, &memberships, &removed),
        rights,
        more_rights,
        ..blank(identity, at)
    };
    profile.privilege = granted.is_told.then(|| estate.privilege(inventory, at, &granted, &scale));
    profile.bucket = profile.privilege.as_ref().map(|own| estate.weights.bucket(own.score.point));
    if let Some(own) = &profile.privilege {
        let weighed = (&scale, own.power);
        (profile.peer, profile.notes) =
            estate.peers(inventory).detail(at, &granted, &estate.services, weighed);
        let alone = Alone { estate, identity: at, count: holdings.len() };
        count_shared(alone, &granted, &memberships, &mut profile.grants);
        let mut trials = Trials::new(estate, at, &scale, (&memberships, removed));
        trials.judge_grants(&granted, &mut profile);
        trials.close_paths(&granted, &mut profile);
    }
    profile.becomes = granted.becomes;
    profile.notes.splice(0..0, granted.notes);
    Some(profile)
}

fn blank(identity: &Identity, at: IdentityAt) -> Profile {
    Profile {
        identity: at,
        id: identity.id.clone(),
        name: identity.name.clone(),
        class: identity.class().known().copied(),
        class_rule: class_rule(identity),
        accounts: identity.accounts.iter().map(|account| account.id.clone()).collect(),
        owner: identity.owner.known().cloned(),
        privilege: None,
        bucket: None,
        bands: Vec::new(),
        services: Vec::new(),
        grants: Vec::new(),
        rights: Vec::new(),
        more_rights: 0,
        paths: Vec::new(),
        becomes: Vec::new(),
        peer: PeerDetail::default(),
        notes: Vec::new(),
    }
}

/// How the class is known, for people.
fn class_rule(identity: &Identity) -> String {
    let rules: Vec<&str> = identity.class_rules.iter().map(String::as_str).collect();
    let rules = if rules.is_empty() { String::new() } else { format!(" ({})", rules.join(", ")) };
    match (&identity.recorded, &identity.observed, &identity.suspected) {
        (Fact::Known(_), _, _) => format!("written down by a source{rules}"),
        (_, Fact::Known(_), _) => format!("concluded from the account itself{rules}"),
        (_, _, Some(guess)) => {
            format!("not known; perhaps {}, because {}", Class::title(guess.class), guess.because)
        }
        _ => String::new(),
    }
}

fn grants(
    holdings: &[Holding],
    granted: &Granted,
    memberships: &Memberships,
    removed: &[GrantAt],
) -> Vec<HeldGrant> {
    let row = |(place, holding): (GrantAt, &Holding)| HeldGrant {
        id: holding.entitlement.to_string(),
        title: holding.title.to_string(),
        kind: holding.kind,
        system: holding.system.as_ref().map(ToString::to_string).unwrap_or_default(),
        via: holding.via.clone(),
        actions: 0,
        access: None,
        score_without: None,
        is_redundant: false,
        is_removed: removed.binary_search(&place).is_ok(),
    };
    let mut grants: Vec<HeldGrant> = (0..).zip(holdings).map(row).collect();
    let givers = memberships.givers();
    for right in &granted.rights {
        let of = |at: &GrantAt| givers.get(*at as usize).into_iter().flatten();
        let all: BTreeSet<GrantAt> = right.grants.iter().flat_map(of).copied().collect();
        for place in all {
            let Some(grant) = grants.get_mut(place as usize) else { continue };
            grant.actions += u64::from(right.actions);
            grant.access = grant.access.max(Some(right.access));
        }
    }
    grants
}

/// Blocks of rights that several grants give together do not say how much of them each gives; by itself it does.
fn count_shared(alone: Alone<'_>, granted: &Granted, memberships: &Memberships, grants: &mut [HeldGrant]) {
    let givers = memberships.givers();
    let of = |at: &GrantAt| givers.get(*at as usize).into_iter().flatten().copied();
    let shared = granted.rights.iter().filter(|right| right.grants.len() > 1);
    let places: BTreeSet<GrantAt> = shared.flat_map(|right| right.grants.iter().flat_map(of)).collect();
    for place in places.into_iter().take(SHARED) {
        if let Some(grant) = grants.get_mut(place as usize) {
            // The block is what denies leave; what it gives by itself may be denied by others.
            grant.actions = grant.actions.min(alone.actions(&memberships.without(&[place])));
        }
    }
}
