//! Everybody who was seen, and how much more each can do than it needs.

mod facet;
mod files;
mod find;
mod grant;
mod listing;
mod sort;

use std::collections::BTreeSet;

use serde::Serialize;

use super::assess;
use super::{Ctx, Error};
use crate::export::Rights;
use crate::metrics::{self, Counted, Doubt};
use crate::model::AssessmentId;
use crate::model::inventory::Class;
use crate::model::merged::{Holding, Identity, IdentityAt, Inventory};
use crate::model::privilege::{Bucket, Population, Privilege, Profile, Weights, WhatIf};
use crate::privilege::Estate;

pub use facet::{FACETS, Facet, Group};
pub use files::{FromFiles, roster_of_files};
pub use listing::{Filter, Listing};
pub use sort::Sort;

/// Everybody who was seen, with what is needed to answer "what if".
pub struct Roster {
    pub inventory: Inventory,
    pub population: Population,
    estate: Estate,
}

/// One identity of a list.
#[derive(Debug, Clone, Serialize)]
pub struct RosterRow<'a> {
    /// The place, for [`Roster::profile`].
    pub at: IdentityAt,
    pub id: &'a str,
    pub name: &'a str,
    pub class: Option<Class>,
    pub owner: Option<&'a str>,
    /// `None` where no source tells of rights: unknown, not low.
    pub bucket: Option<Bucket>,
    pub privilege: Option<&'a Privilege>,
}

impl Roster {
    /// Everybody of an inventory that carries its privileges.
    pub fn new(inventory: Inventory, estate: Estate) -> Self {
        Self { population: estate.population(&inventory), inventory, estate }
    }

    /// What everybody was weighed with.
    pub fn weights(&self) -> &Weights {
        self.estate.weights()
    }

    /// The same as exports take it.
    pub fn rights(&self) -> Rights<'_> {
        Rights { population: &self.population, inventory: &self.inventory, weights: self.weights() }
    }

    /// One row for each identity, in the inventory's order.
    pub fn rows(&self) -> impl Iterator<Item = RosterRow<'_>> {
        self.inventory.identities.iter().enumerate().map(|(at, identity)| self.row_of(at, identity))
    }

    /// The row of one identity.
    pub fn row(&self, at: IdentityAt) -> Option<RosterRow<'_>> {
        Some(self.row_of(at, self.inventory.identities.get(at)?))
    }

    fn row_of<'a>(&'a self, at: IdentityAt, identity: &'a Identity) -> RosterRow<'a> {
        let privilege = self.inventory.privileges.get(at).and_then(Option::as_ref);
        RosterRow {
            at,
            id: &identity.id,
            name: &identity.name,
            class: identity.class().known().copied(),
            owner: identity.owner.known().map(String::as_str),
            bucket: privilege.map(|privilege| self.weights().bucket(privilege.score.point)),
            privilege,
        }
    }

    /// Who may be the same; nothing of it is counted until a person decides.
    pub fn doubts(&self) -> Vec<Doubt> {
        metrics::doubts(&self.inventory)
    }

    /// How many identities there are by every rule of counting, with the doubts of this roster.
    pub fn counted(&self, doubts: &[Doubt]) -> Vec<Counted> {
        metrics::counted(&self.inventory, doubts)
    }

    /// What an identity holds, in the order of its grants.
    pub fn holdings(&self, at: IdentityAt) -> &[Holding] {
        self.inventory.holdings_of(at)
    }

    /// One identity down to single grants, as if it did not hold those at the places `without`.
    pub fn profile(&self, at: IdentityAt, without: &BTreeSet<usize>) -> Option<Profile> {
        self.estate.profile(&self.inventory, at, without)
    }

    /// What would change for an identity if it did not hold the grants at the places `without`.
    pub fn what_if(&self, at: IdentityAt, without: &BTreeSet<usize>) -> Option<WhatIf> {
        self.estate.what_if(&self.inventory, at, without)
    }
}

/// Everybody whom the pulls of an assessment show.
pub async fn roster(ctx: &Ctx, id: &AssessmentId) -> Result<Roster, Error> {
    let begun = assess::which(ctx, Some(id)).await?;
    let assessment = assess::replay(ctx, begun).await?;
    assess::roster(ctx, &assessment).await
}
