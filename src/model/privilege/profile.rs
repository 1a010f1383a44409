//! One identity's over-privilege, explained down to single grants and rights.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Access, Bucket, Condition, Estimate, Privilege, Scope, Standing, Tier};
use crate::model::inventory::{Class, EntitlementKind};
use crate::model::merged::IdentityAt;

/// One identity's over-privilege down to single grants. Places in `grants` name a grant in `without` of a what-if.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Profile {
    pub identity: IdentityAt,
    pub id: String,
    pub name: String,
    pub class: Option<Class>,
    /// How the class is known, in words, with the names of the rules.
    pub class_rule: String,
    pub accounts: Vec<String>,
    pub owner: Option<String>,
    /// `None`: no source tells what it may do.
    pub privilege: Option<Privilege>,
    pub bucket: Option<Bucket>,
    /// The heaviest first; the points of all bands add up to the score.
    pub bands: Vec<Band>,
    /// The heaviest first; their points add up to the score too.
    pub services: Vec<ServiceShare>,
    pub grants: Vec<HeldGrant>,
    /// The heaviest rights first; `more_rights` counts the others.
    pub rights: Vec<RightRow>,
    pub more_rights: u64,
    pub paths: Vec<PathFinding>,
    /// Identities that it can become, the shortest way to each.
    pub becomes: Vec<Chain>,
    pub peer: PeerDetail,
    /// What is not known or was left out, as sentences.
    pub notes: Vec<String>,
}

/// The rights of one access level and tier.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Band {
    pub access: Access,
    pub tier: Tier,
    /// In how many services it holds any of them.
    pub services: u32,
    /// Points of the score.
    pub points: f64,
}

/// What one service adds to the score.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ServiceShare {
    /// Such as `aws:111122223333`.
    pub system: String,
    /// Such as `s3`.
    pub service: String,
    /// Points of the score.
    pub points: f64,
    pub actions: u64,
    pub used_actions: Option<u64>,
    pub access: Access,
    pub tier: Tier,
}

/// A grant and what taking it away would change.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct HeldGrant {
    /// The entitlement's id, such as a policy's ARN.
    pub id: String,
    pub title: String,
    pub kind: EntitlementKind,
    pub system: String,
    /// Outermost first; empty when direct.
    pub via: Vec<String>,
    /// How many actions it gives; of a membership, those of everything that comes by it.
    pub actions: u64,
    pub access: Option<Access>,
    /// The score without it and what comes by it; `None` where that was not tried, and for what gives nothing.
    pub score_without: Option<Estimate>,
    /// Whether everything that it gives is given by other grants too.
    pub is_redundant: bool,
    /// Whether this profile was made without it: it was taken away, or came by a membership that was.
    pub is_removed: bool,
}

/// One right, or several that differ in the action only.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RightRow {
    pub system: String,
    pub service: String,
    /// A few of the actions.
    pub actions: Vec<String>,
    pub more_actions: u64,
    pub resource: String,
    pub access: Access,
    pub tier: Tier,
    pub scope: Scope,
    pub conditions: Vec<Condition>,
    pub standing: Standing,
    /// What is known of its use, in words.
    pub usage: String,
    /// x, 0 to 1: how much of it is exposed without need.
    pub exposure: f64,
    /// Places in [`Profile::grants`].
    pub grants: Vec<usize>,
}

/// A way to more privilege than what was granted.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PathFinding {
    /// Such as `iam-007`.
    pub id: String,
    /// Such as `iam:AttachUserPolicy`.
    pub title: String,
    /// What it needs, and on what: `iam:PassRole on arn:aws:iam::…:role/x`.
    pub steps: Vec<String>,
    /// What is controlled afterwards.
    pub leads_to: String,
    /// Places of the grants that make it.
    pub grants: Vec<usize>,
    /// The smallest set of grants whose removal closes it. What comes by a membership can only be given up by leaving
    /// it, so the membership is named in its stead, and the score after is that without everything that comes by it.
    pub removal: Vec<usize>,
    /// The score after that removal.
    pub score_after: Option<Estimate>,
    /// What it asks of the world that the source does not show, such as a running instance with a role.
    pub assumes: Vec<String>,
}

/// Identities that become one another, up to the last one.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Chain {
    pub identities: Vec<String>,
    /// The right behind each step, one fewer than `identities`.
    pub steps: Vec<String>,
    pub reaches_control: bool,
}

/// Behind the comparison of an agent with people.
#[derive(Debug, Clone, PartialEq, Default, Serialize, JsonSchema)]
pub struct PeerDetail {
    /// The job, or the owner whose own rights stand in for it.
    pub peer: Option<String>,
    /// How the agent was mapped to it: register, tag, owner's job, purpose; without a peer, what is missing.
    pub mapped_by: String,
    /// How many people are on the job; 1 where the owner stands in.
    pub people: u32,
    /// Whether the baseline holds only what people use.
    pub is_from_use: bool,
    pub power: f64,
    /// The power that at least half of them have.
    pub peer_power: f64,
    /// Rights that most peers do not have, the heaviest first; exposed as if none of them were used.
    pub uncovered: Vec<RightRow>,
    pub more_uncovered: u64,
}
