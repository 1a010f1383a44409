//! Everybody who was seen, and how much more each can do than it needs.

use std::collections::BTreeSet;

use serde::Serialize;

use super::assess;
use super::{Ctx, Error};
use crate::model::AssessmentId;
use crate::model::inventory::{Class, Fact};
use crate::model::merged::{Identity, IdentityAt, Inventory};
use crate::model::privilege::{Population, Privilege, Profile};
use crate::privilege::Estate;

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
    pub privilege: Option<&'a Privilege>,
}

impl Roster {
    /// One row for each identity, in the inventory's order.
    pub fn rows(&self) -> impl Iterator<Item = RosterRow<'_>> {
        self.inventory.identities.iter().enumerate().map(|(at, identity)| self.row_of(at, identity))
    }

    /// The row of one identity.
    pub fn row(&self, at: IdentityAt) -> Option<RosterRow<'_>> {
        Some(self.row_of(at, self.inventory.identities.get(at)?))
    }

    fn row_of<'a>(&'a self, at: IdentityAt, identity: &'a Identity) -> RosterRow<'a> {
        RosterRow {
            at,
            id: &identity.id,
            name: &identity.name,
            class: identity.class().known().copied(),
            owner: match &identity.owner {
                Fact::Known(owner) => Some(owner),
                Fact::Absent | Fact::Hidden => None,
            },
            privilege: self.inventory.privileges.get(at).and_then(Option::as_ref),
        }
    }

    /// One identity down to single grants, as if it did not hold those at the places `without`.
    pub fn profile(&self, at: IdentityAt, without: &BTreeSet<usize>) -> Option<Profile> {
        self.estate.profile(&self.inventory, at, without)
    }
}

/// Everybody whom the pulls of an assessment show.
pub async fn roster(ctx: &Ctx, id: &AssessmentId) -> Result<Roster, Error> {
    let begun = assess::which(ctx, Some(id)).await?;
    let assessment = assess::replay(ctx, begun).await?;
    assess::roster(ctx, &assessment).await
}

impl Roster {
    /// Everybody of an inventory that carries its privileges.
    pub fn new(inventory: Inventory, estate: Estate) -> Self {
        Self { population: estate.population(&inventory), inventory, estate }
    }
}
