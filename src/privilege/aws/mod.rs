//! AWS: from policies to what users and roles can effectively do.

mod closure;
mod known;

use crate::model::merged::{IdentityAt, Inventory};
use crate::model::pull::Pulled;

use super::right::{Detail, GrantAt, Granted};
use super::services::Services;
use super::used::Used;

/// Every policy of every account, parsed once, and who holds which.
#[derive(Debug, Default)]
pub struct Aws {}

impl Aws {
    /// Parses the documents behind the inventory's holdings.
    pub fn build(_inventory: &Inventory, _pulls: &[Pulled], _used: &Used, _services: &mut Services) -> Self {
        Self {}
    }

    /// What an identity can do, as if it did not hold the grants `without` (sorted).
    pub fn granted(&self, _identity: IdentityAt, _without: &[GrantAt], _detail: Detail) -> Granted {
        Granted::default()
    }

    /// The table behind it, with version and licence, and what was not supplied, as sentences.
    pub fn notes(&self) -> (Vec<String>, Vec<String>) {
        (Vec::new(), Vec::new())
    }
}
