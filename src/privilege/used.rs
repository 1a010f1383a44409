//! What is known of the use of rights, account by account: the index that all sources' rights ask.

use crate::model::inventory::Fact;
use crate::model::merged::{IdentityAt, Inventory};
use crate::model::privilege::{Prior, Use};

/// Use by identity, account, service and action.
#[derive(Debug, Default)]
pub struct Used {}

/// What is known of one account's use.
#[derive(Debug, Clone, Copy)]
pub struct AccountUse {}

/// When a right was granted and whether the grant itself is known to be used, as ages in days at the snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GrantAge {
    pub granted: Option<u32>,
    /// The age of the grant's own last use; `Absent`: never.
    pub last_used: Fact<u32>,
}

impl Used {
    /// Indexes everything that the inventory knows of use.
    pub fn build(_inventory: &Inventory) -> Self {
        Self {}
    }

    /// What is known of an account (by the id that its grants name) of an identity.
    pub fn of(&self, _identity: IdentityAt, _account: &str) -> AccountUse {
        AccountUse {}
    }
}

impl AccountUse {
    /// Whether anything at all is known of its use by service or action, so that blocks have to be split by it.
    pub fn is_told(&self) -> bool {
        false
    }

    /// What is known of the use of an action (`GetObject` of `s3`); `prior` counts where nothing is, unless the
    /// identity is dormant or its owner is gone.
    pub fn of(&self, _service: &str, _action: &str, _grant: GrantAge, prior: Prior) -> Use {
        Use::Unknown(prior)
    }
}
