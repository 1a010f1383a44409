//! One identity down to single grants, with what it would be without any of them.

use std::collections::BTreeSet;

use crate::model::inventory::{Class, Fact};
use crate::model::merged::{Holding, Identity, IdentityAt, Inventory};
use crate::model::privilege::{HeldGrant, PeerDetail, Profile};

use super::right::{Detail, GrantAt, Granted};
use super::score::POINT;
use super::trial::Trials;
use super::{Estate, explain};

/// How many rows of rights a profile shows.
const ROWS: usize = 200;

/// See [`Estate::profile`].
pub fn profile(
    estate: &Estate,
    inventory: &Inventory,
    at: IdentityAt,
    without: &BTreeSet<usize>,
) -> Option<Profile> {
    let identity = inventory.identities.get(at)?;
    let holdings = inventory.holdings_of(at);
    let removed: Vec<GrantAt> = without
        .iter()
        .filter(|place| **place < holdings.len())
        .filter_map(|place| GrantAt::try_from(*place).ok())
        .collect();
    let granted = estate.granted(at, &removed, Detail::Full);
    let scale = estate.scale(inventory, at);
    let cells = scale.cells_of(&granted.rights);
    let (rights, more_rights) = explain::rows(&scale, &granted, &estate.services, ROWS, POINT);
    let mut profile = Profile {
        bands: explain::bands(&scale, &cells),
        services: explain::services(&scale, &cells, &granted.rights, &estate.services),
        grants: grants(holdings, &granted, &removed),
        rights,
        more_rights,
        ..blank(identity, at)
    };
    profile.privilege = granted.is_told.then(|| estate.privilege(inventory, at, &granted));
    if let Some(own) = &profile.privilege {
        let weighed = (&scale, own.power);
        (profile.peer, profile.notes) =
            estate.peers(inventory).detail(at, &granted, &estate.services, weighed);
        let mut trials = Trials::new(estate, at, &scale, removed);
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
    match (&identity.recorded, &identity.observed, &identity.suspected) {
        (Fact::Known(_), _, _) => "written down by a source".to_owned(),
        (_, Fact::Known(_), _) => "concluded from the account itself".to_owned(),
        (_, _, Some(guess)) => {
            format!("not known; perhaps {}, because {}", Class::title(guess.class), guess.because)
        }
        _ => String::new(),
    }
}

fn grants(holdings: &[Holding], granted: &Granted, removed: &[GrantAt]) -> Vec<HeldGrant> {
    let mut grants: Vec<HeldGrant> = holdings
        .iter()
        .zip(0..)
        .map(|(holding, place)| HeldGrant {
            id: holding.entitlement.clone(),
            title: holding.title.clone(),
            system: holding.system.as_ref().map(ToString::to_string).unwrap_or_default(),
            via: holding.via.clone(),
            actions: 0,
            access: None,
            score_without: None,
            is_redundant: false,
            is_removed: removed.binary_search(&place).is_ok(),
        })
        .collect();
    for right in &granted.rights {
        for place in &right.grants {
            let Some(grant) = grants.get_mut(*place as usize) else { continue };
            grant.actions += u64::from(right.actions);
            grant.access = grant.access.max(Some(right.access));
        }
    }
    grants
}
