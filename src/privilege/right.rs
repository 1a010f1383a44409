//! One effective right with all its factors, as small numbers: what every source's permissions become.

use std::sync::Arc;

use super::sheet::Sheet;
use super::sums::Sums;
use crate::model::privilege::{Access, Chain, Conditions, PathFinding, Reach, Scope, Standing, Tier, Use};

/// The number of a service of a system, such as `s3` of `aws:111122223333`; see [`Services`](super::Services).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServiceAt(pub u32);

/// The place of a holding among those of its identity; the same number as in `Profile::grants`.
pub type GrantAt = u32;

/// What makes a right itself: (service, action, resource pattern). Two rights of one identity with the same key
/// are one right by several paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    pub service: ServiceAt,
    /// The action, or the block of actions, by a number of its source's own.
    pub action: u32,
    /// The pattern of resources, by a number of its source's own.
    pub resource: u32,
}

/// One effective right, or a block of actions of one service that differ in nothing but their names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Right {
    pub key: Key,
    pub access: Access,
    pub tier: Tier,
    pub scope: Scope,
    /// The widest scope in which it is used, where use is known by resource.
    pub used_scope: Option<Scope>,
    pub conditions: Conditions,
    pub standing: Standing,
    pub usage: Use,
    /// Whether it deletes, moves, deploys or changes permissions: 9 risk points each.
    pub is_grave: bool,
    /// How many actions the block stands for; 0 for a derived right, such as an escalation path.
    pub actions: u32,
    /// The grants that give it, sorted; empty where nobody asked.
    pub grants: Box<[GrantAt]>,
}

/// Set in the action's number of rights from tables, so that they never share a key with those of policies.
pub const FROM_TABLES: u32 = 1 << 31;
/// Set there in the number of a name that nothing explains.
pub const OPAQUE: u32 = FROM_TABLES | 1 << 30;

impl Right {
    /// Whether nothing tells what it means; its access is then only taken to be write.
    pub fn is_opaque(&self) -> bool {
        self.key.action & OPAQUE == OPAQUE
    }
}

/// How much is wanted to be known of one identity.
#[derive(Clone, Copy)]
pub enum Detail<'a> {
    /// What its rights amount to: sheets where many hold the same, rights where they are its own.
    Sums(&'a Sums<'a>),
    /// Rights and counts.
    Brief,
    /// Names, grants behind each right, paths with their removal, chains.
    Full,
}

impl Detail<'_> {
    /// Whether names, grants and paths are wanted.
    pub fn is_full(&self) -> bool {
        matches!(self, Self::Full)
    }
}

/// Everything that one source's permissions give an identity.
#[derive(Debug, Clone)]
pub struct Granted {
    /// Whether the source tells what the identity may do at all.
    pub is_told: bool,
    /// Own and derived rights.
    pub rights: Vec<Right>,
    /// What further rights, of other keys, amount to; only where sums were asked for.
    pub sheets: Vec<Arc<Sheet>>,
    /// Names for each of `rights`, in the same order; empty when brief.
    pub texts: Vec<RightText>,
    /// How many escalation paths are open; `None` where that is not known.
    pub path_count: Option<u32>,
    /// The paths themselves; empty when brief. `removal` and `score_after` are filled by the estate.
    pub paths: Vec<PathFinding>,
    /// Empty when brief.
    pub becomes: Vec<Chain>,
    pub reach: Reach,
    /// Grants whose meaning is not known.
    pub opaque: u32,
    /// Whether a policy, a trust or an account that may give more is not shown.
    pub is_dark: bool,
    /// What is not known or was left out, as sentences; empty when brief.
    pub notes: Vec<String>,
}

/// How a right is named to people.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RightText {
    /// A few of its actions.
    pub actions: Vec<String>,
    pub resource: String,
}

impl Default for Granted {
    fn default() -> Self {
        Self {
            is_told: false,
            rights: Vec::new(),
            sheets: Vec::new(),
            texts: Vec::new(),
            path_count: Some(0),
            paths: Vec::new(),
            becomes: Vec::new(),
            reach: Reach::None,
            opaque: 0,
            is_dark: false,
            notes: Vec::new(),
        }
    }
}
