//! Sources whose permissions have a meaning by name: roles, scopes, verbs on resources.
//!
//! What a source itself declares of a grant beats every table. A name that no table knows counts as a write of
//! unknown tier and is counted.

mod grants;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::right::{self, Detail, GrantAt, Granted, Key, Right, RightText, ServiceAt};
use super::services::Services;
use super::used::Used;
use crate::model::merged::{IdentityAt, Inventory};
use crate::model::privilege::{Conditions, Reach};
use grants::Meaning;

/// Grants of all systems whose permissions no policies spell out, with their meanings.
#[derive(Debug, Default)]
pub struct Tables {
    /// By identity: where its grants stand in `grants`.
    of: Vec<Range<usize>>,
    grants: Vec<Grant>,
    /// Identities whose source tells what they may do.
    told: BTreeSet<IdentityAt>,
    opaque: u64,
}

/// A grant with its meaning.
#[derive(Debug)]
struct Grant {
    at: GrantAt,
    key: Key,
    meaning: Meaning,
}

impl Tables {
    /// Gives every holding its meaning.
    pub fn build(inventory: &Inventory, used: &Used, services: &mut Services) -> Self {
        let mut made = Self { told: grants::told(inventory), ..Self::default() };
        let mut names: BTreeMap<String, u32> = BTreeMap::new();
        let mut from = 0;
        for at in 0..inventory.identities.len() {
            let rest = inventory.holdings.get(from..).unwrap_or_default();
            let count = rest.iter().take_while(|held| held.identity == at).count();
            let first = made.grants.len();
            for (held, place) in rest.iter().take(count).zip(0..) {
                let Some(meaning) = grants::meaning(held, used, inventory.taken) else { continue };
                let known = u32::try_from(names.len()).unwrap_or(u32::MAX);
                let number = *names.entry(meaning.action.clone()).or_insert(known);
                let action = if meaning.is_opaque { number | right::OPAQUE } else { number };
                let known = u32::try_from(names.len()).unwrap_or(u32::MAX);
                let resource = *names.entry(meaning.resource.clone()).or_insert(known);
                let service: ServiceAt = services.number(&meaning.system, &meaning.service);
                made.opaque += u64::from(meaning.is_opaque);
                made.grants.push(Grant { at: place, key: Key { service, action, resource }, meaning });
            }
            from += count;
            made.of.push(first..made.grants.len());
        }
        made
    }

    /// What an identity can do outside AWS policies, as if it did not hold the grants `without` (sorted).
    pub fn granted(&self, identity: IdentityAt, without: &[GrantAt], detail: Detail) -> Granted {
        let mut granted = Granted { is_told: self.told.contains(&identity), ..Granted::default() };
        let grants =
            self.of.get(identity).and_then(|range| self.grants.get(range.clone())).unwrap_or_default();
        for grant in grants.iter().filter(|grant| without.binary_search(&grant.at).is_err()) {
            granted.is_told = true;
            granted.opaque += u32::from(grant.meaning.is_opaque);
            if grant.meaning.is_opaque {
                granted.path_count = None;
                granted.reach = granted.reach.max(Reach::Unknown);
            }
            if grant.meaning.is_control {
                granted.reach = granted.reach.max(Reach::Holds);
            }
            granted.rights.push(grant.right(detail));
            if detail == Detail::Full {
                granted.texts.push(RightText {
                    actions: vec![grant.meaning.action.clone()],
                    resource: grant.meaning.resource.clone(),
                });
            }
        }
        granted
    }
}

impl Grant {
    fn right(&self, detail: Detail) -> Right {
        let meaning = &self.meaning;
        Right {
            key: self.key,
            access: meaning.access,
            tier: meaning.tier,
            scope: meaning.scope,
            used_scope: None,
            conditions: Conditions::NONE,
            standing: meaning.standing,
            usage: meaning.usage,
            is_grave: meaning.is_grave,
            actions: 1,
            grants: if detail == Detail::Full { Box::new([self.at]) } else { Box::default() },
        }
    }
}
