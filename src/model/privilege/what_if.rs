//! One identity without some of its grants, beside what it is.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Access, Chain, PathFinding, Privilege, Tier};
use crate::model::inventory::{Class, EntitlementKind};
use crate::model::merged::IdentityAt;

/// What would change for an identity without some of its grants.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct WhatIf {
    pub identity: IdentityAt,
    pub id: String,
    pub name: String,
    pub class: Option<Class>,
    /// What it would be without, in the order of its grants.
    pub removed: Vec<Removed>,
    /// `None`: no source tells what it may do.
    pub before: Option<Privilege>,
    /// `None`: nothing would tell what it may do.
    pub after: Option<Privilege>,
    pub paths_closed: Vec<PathName>,
    pub paths_open: Vec<PathName>,
    /// Those whom it could not become any more.
    pub chains_lost: Vec<Chain>,
    /// How many it could still become, of those that are listed.
    pub chains_left: u64,
    /// Services whose points or actions change, the greatest change of points first.
    pub services: Vec<ServiceChange>,
    /// Rights that go away, the heaviest first; `more_gone` counts the others.
    pub gone: Vec<Gone>,
    pub more_gone: u64,
    /// How many actions it would be allowed besides, because what denies them goes away.
    pub actions_gained: u64,
}

/// A grant that was taken away.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Removed {
    /// Its place in `grants` of the profile.
    pub place: usize,
    pub id: String,
    pub title: String,
    pub kind: EntitlementKind,
    pub system: String,
    /// Outermost first; empty when direct.
    pub via: Vec<String>,
    /// Whether it was named; `false` where it goes with a membership that was.
    pub is_named: bool,
    /// How many actions it gives by itself; of a membership, those of everything that comes by it.
    pub actions: u64,
    /// Whether everything that it gives is still given.
    pub is_redundant: bool,
    /// Where that is so, the places of the grants that stay and give any of it.
    pub also_given_by: Vec<usize>,
}

/// A way to more privilege by its name.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PathName {
    /// Such as `iam-007`.
    pub id: String,
    /// Such as `iam:AttachUserPolicy`.
    pub title: String,
    /// What is controlled afterwards.
    pub leads_to: String,
}

impl From<&PathFinding> for PathName {
    fn from(path: &PathFinding) -> Self {
        Self { id: path.id.clone(), title: path.title.clone(), leads_to: path.leads_to.clone() }
    }
}

/// What one service adds to the score and would add then. Points are shares of the score: those of a service can rise
/// when others go.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ServiceChange {
    pub system: String,
    pub service: String,
    pub points_before: f64,
    pub points_after: f64,
    pub actions_before: u64,
    pub actions_after: u64,
}

/// Actions of one service, access level and tier on one pattern of resources that go away.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Gone {
    pub system: String,
    pub service: String,
    pub access: Access,
    pub tier: Tier,
    pub resource: String,
    /// A few of the actions; empty where it is not known which of them go.
    pub actions: Vec<String>,
    /// How many go.
    pub count: u64,
    /// How many there were.
    pub of: u64,
    /// How many actions of this service, access level and tier stay on every resource.
    pub stay_on_all: u64,
}
