//! What people decide about who is the same. Their word beats the rule that joins accounts by the keys they share.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::SourceId;

/// Names one account: its system, and its id there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AccountName {
    /// `None` for a row of a register that names no system.
    pub system: Option<SourceId>,
    pub id: String,
}

impl fmt::Display for AccountName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.system {
            Some(system) => write!(f, "{} in {system}", self.id),
            None => write!(f, "{} in a register", self.id),
        }
    }
}

/// Two accounts, the lesser name first, so that one question has one name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Pair {
    pub one: AccountName,
    pub other: AccountName,
}

impl Pair {
    /// Two accounts in either order; `None` when both are one.
    pub fn new(one: AccountName, other: AccountName) -> Option<Self> {
        match one.cmp(&other) {
            std::cmp::Ordering::Less => Some(Self { one, other }),
            std::cmp::Ordering::Greater => Some(Self { one: other, other: one }),
            std::cmp::Ordering::Equal => None,
        }
    }
}

/// What a person decided about two accounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ruling {
    /// Whether both belong to one identity.
    pub is_same: bool,
    /// Why, in the person's words; may be empty.
    pub reason: String,
    /// Who decided, as the computer knows them.
    pub by: String,
    pub at: Timestamp,
}

/// Every decision that counts.
pub type Rulings = BTreeMap<Pair, Ruling>;
