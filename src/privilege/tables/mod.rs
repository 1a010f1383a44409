//! Sources whose permissions have a meaning by name: roles, scopes, verbs on resources.
//!
//! What a source itself declares of a grant beats every table. A name that no table of its system knows counts as a
//! write of unknown tier and is counted. One file holds the names of each family of systems.

mod azure;
mod directory;
mod entra;
mod family;
mod gcp;
mod github;
mod google;
mod grants;
mod jumpcloud;
mod kubernetes;
mod meanings;
mod okta;
mod roles;
mod spelt;
mod ways;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::right::{Detail, GrantAt, Granted, Right, RightText};
use super::services::Services;
use super::used::Used;
use crate::model::merged::{Holding, IdentityAt, Inventory};
use crate::model::privilege::{Conditions, Prior, Reach, Standing, Use};
use crate::model::pull::Pulled;
use meanings::{Made, Meanings};
use spelt::Spelt;

/// Grants of all systems whose permissions no policies spell out, with their meanings.
#[derive(Debug, Default)]
pub struct Tables {
    /// By identity: where its grants stand in `grants`.
    of: Vec<Range<usize>>,
    grants: Vec<Grant>,
    meanings: Meanings,
    /// Identities whose source tells what they may do.
    told: BTreeSet<IdentityAt>,
    /// The tables that any grant was judged by.
    sources: BTreeSet<&'static str>,
}

/// A grant, its meaning by its number, and what is the holder's own.
#[derive(Debug)]
struct Grant {
    at: GrantAt,
    meaning: u32,
    standing: Standing,
    uses: Uses,
}

/// What is known of the use of the rights of a grant.
#[derive(Debug)]
enum Uses {
    /// The same of all of them.
    Same(Use),
    Each(Box<[Use]>),
}

impl Tables {
    /// Gives every holding its meaning.
    pub fn build((inventory, pulls): (&Inventory, &[Pulled]), used: &Used, services: &mut Services) -> Self {
        let spelt = Spelt::read(pulls);
        let mut made = Self { told: grants::told(inventory), ..Self::default() };
        let mut known = BTreeMap::new();
        let mut from = 0;
        for at in 0..inventory.identities.len() {
            let rest = inventory.holdings.get(from..).unwrap_or_default();
            let count = rest.iter().take_while(|held| held.identity == at).count();
            let first = made.grants.len();
            for (held, place) in rest.iter().take(count).zip(0..) {
                if !grants::counts(held, inventory.taken) {
                    continue;
                }
                let meaning = made.meanings.number(held, services, &spelt, &mut known);
                let Some(one) = made.meanings.get(meaning) else { continue };
                made.sources.extend(Some(one.source).filter(|source| !source.is_empty()));
                let known_use = Uses::of(held, used, one);
                let standing = grants::standing(held, inventory.taken);
                made.grants.push(Grant { at: place, meaning, standing, uses: known_use });
            }
            from += count;
            made.of.push(first..made.grants.len());
        }
        made
    }

    /// The tables that any grant was judged by, with versions and licences.
    pub fn sources(&self) -> impl Iterator<Item = String> {
        self.sources.iter().map(|source| (*source).to_owned())
    }

    /// What an identity can do outside AWS policies, as if it did not hold the grants `without` (sorted).
    pub fn granted(&self, identity: IdentityAt, without: &[GrantAt], detail: Detail<'_>) -> Granted {
        let mut granted = Granted { is_told: self.told.contains(&identity), ..Granted::default() };
        let grants =
            self.of.get(identity).and_then(|range| self.grants.get(range.clone())).unwrap_or_default();
        let held = grants.iter().filter(|grant| without.binary_search(&grant.at).is_err());
        let held = held.filter_map(|grant| Some((grant, self.meanings.get(grant.meaning)?)));
        let mut open = ways::Open::default();
        let mut is_dark = false;
        for (grant, meaning) in held {
            granted.is_told = true;
            granted.opaque += u32::from(meaning.is_opaque);
            is_dark |= meaning.is_opaque || meaning.is_open;
            if meaning.is_control {
                granted.reach = granted.reach.max(Reach::Holds);
            }
            grant.add(meaning, detail, &mut granted);
            open.add(grant, meaning);
        }
        granted.path_count = Some(open.count());
        open.finish(detail, &mut granted);
        if is_dark {
            granted.reach = granted.reach.max(Reach::Unknown);
            granted.path_count = granted.path_count.filter(|count| *count > 0);
        }
        granted
    }
}

impl Grant {
    fn add(&self, meaning: &Made, detail: Detail<'_>, to: &mut Granted) {
        for (place, right) in meaning.rights.iter().enumerate() {
            to.rights.push(Right {
                key: right.key,
                access: right.access,
                tier: right.tier,
                scope: right.scope,
                used_scope: None,
                conditions: Conditions::NONE,
                standing: self.standing,
                usage: self.uses.at(place, right.prior),
                is_grave: right.is_grave,
                actions: right.actions,
                grants: if detail.is_full() { Box::new([self.at]) } else { Box::default() },
            });
            if detail.is_full() {
                to.texts.push(RightText { actions: right.names.clone(), resource: meaning.resource.clone() });
            }
        }
    }
}

impl Uses {
    fn of(held: &Holding, used: &Used, meaning: &Made) -> Self {
        let account = used.holder(held);
        let age = used.grant_age(held);
        if !account.is_told() {
            return Self::Same(account.of("", "", age, Prior::Default));
        }
        let each = meaning.rights.iter().map(|right| {
            let name = right.names.first().map_or("", String::as_str);
            account.of(&right.service, name, age, right.prior)
        });
        Self::Each(each.collect())
    }

    /// What is known of the use of the right at a place.
    fn at(&self, place: usize, prior: Prior) -> Use {
        let known = match self {
            Self::Same(known) => Some(*known),
            Self::Each(each) => each.get(place).copied(),
        };
        match known {
            Some(Use::Unknown(dormant)) => Use::Unknown(prior.max(dormant)),
            Some(known) => known,
            None => Use::Unknown(prior),
        }
    }
}

#[cfg(test)]
mod tests;
