//! What identities can do beyond what they need: the nouns. `privilege` computes them; faces and exports show
//! them. Power, excess and score stay three numbers (see `docs/privilege.md`).

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::inventory::Class;
use super::merged::IdentityAt;

/// How much an action can do. The order is that of the weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Sees that things exist.
    List,
    /// Sees what is in them.
    Read,
    /// Changes labels only.
    Tag,
    /// Changes, creates, deletes.
    Write,
    /// Changes permissions, issues credentials, acts as others, runs code as others.
    Admin,
}

impl Access {
    /// All five, the weakest first.
    pub const ALL: [Self; 5] = [Self::List, Self::Read, Self::Tag, Self::Write, Self::Admin];

    /// The id that stands in files.
    pub fn id(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Read => "read",
            Self::Tag => "tag",
            Self::Write => "write",
            Self::Admin => "admin",
        }
    }

    /// Reads an id as it stands in files.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|access| access.id() == text)
    }
}

/// How close to control of everything a right is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// Tier 3: sandboxes, public data.
    Sandbox,
    /// No source says; weighs like tier 2 and counts as not known.
    #[default]
    Unknown,
    /// Tier 2: ordinary systems.
    Ordinary,
    /// Tier 1: management plane, regulated data, production.
    Management,
    /// Tier 0: control plane, credentials, keys, trust.
    Control,
}

impl Tier {
    /// All five, the harmless first.
    pub const ALL: [Self; 5] =
        [Self::Sandbox, Self::Unknown, Self::Ordinary, Self::Management, Self::Control];

    /// The id that stands in files: `t0` to `t3`, `unknown`.
    pub fn id(self) -> &'static str {
        match self {
            Self::Control => "t0",
            Self::Management => "t1",
            Self::Ordinary => "t2",
            Self::Sandbox => "t3",
            Self::Unknown => "unknown",
        }
    }

    /// Reads an id as it stands in files.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tier| tier.id() == text)
    }
}

/// How much of the tree of resources a right reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// One resource.
    Resource,
    /// A prefix, a namespace, a resource group, an organisational unit, a repository.
    Group,
    /// The action cannot be limited to resources.
    Unscopable,
    /// An account, a subscription, a project, a domain.
    Account,
    /// A tenant, an organisation, a cluster as a whole.
    Tenant,
}

impl Scope {
    /// All five, the narrowest first.
    pub const ALL: [Self; 5] = [Self::Resource, Self::Group, Self::Unscopable, Self::Account, Self::Tenant];

    /// The id that stands in files.
    pub fn id(self) -> &'static str {
        match self {
            Self::Resource => "resource",
            Self::Group => "group",
            Self::Unscopable => "unscopable",
            Self::Account => "account",
            Self::Tenant => "tenant",
        }
    }

    /// Reads an id as it stands in files.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.id() == text)
    }
}

/// Something that must hold before a right works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// A second factor; weakens the rights of people only.
    SecondFactor,
    /// A network or a device.
    Network,
    /// A person approves every single call.
    Approval,
    /// Attributes or tags that must agree.
    Attribute,
    /// The caller or the resource belongs to the organisation.
    Organisation,
}

impl Condition {
    /// All five.
    pub const ALL: [Self; 5] =
        [Self::SecondFactor, Self::Network, Self::Approval, Self::Attribute, Self::Organisation];

    /// The id that stands in files.
    pub fn id(self) -> &'static str {
        match self {
            Self::SecondFactor => "second_factor",
            Self::Network => "network",
            Self::Approval => "approval",
            Self::Attribute => "attribute",
            Self::Organisation => "organisation",
        }
    }
}

/// A set of [`Condition`]s; the fewer, the stronger the right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Conditions(u8);

impl Conditions {
    /// Nothing must hold.
    pub const NONE: Self = Self(0);

    /// The same set and one more.
    #[must_use]
    pub fn with(self, condition: Condition) -> Self {
        Self(self.0 | 1 << condition as u8)
    }

    /// What both sets ask for.
    #[must_use]
    pub fn common(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// What either set asks for.
    #[must_use]
    pub fn both(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether a condition is in the set.
    pub fn has(self, condition: Condition) -> bool {
        self.0 & 1 << condition as u8 != 0
    }

    /// The conditions of the set.
    pub fn iter(self) -> impl Iterator<Item = Condition> {
        Condition::ALL.into_iter().filter(move |condition| self.has(*condition))
    }
}

/// How long a right stands. The order is that of the weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Eligible, and somebody else approves.
    Approved,
    /// At most 24 hours.
    TimeBoxed,
    /// Eligible, activated by the holder.
    SelfActivated,
    /// Ends within 90 days.
    Expiring,
    Permanent,
}

impl Standing {
    /// All five, the shortest first.
    pub const ALL: [Self; 5] =
        [Self::Approved, Self::TimeBoxed, Self::SelfActivated, Self::Expiring, Self::Permanent];

    /// The id that stands in files.
    pub fn id(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::TimeBoxed => "time_boxed",
            Self::SelfActivated => "self_activated",
            Self::Expiring => "expiring",
            Self::Permanent => "permanent",
        }
    }
}

/// What is known of the use of a right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Use {
    /// It was last used so many days before the snapshot.
    Used { days: u32 },
    /// It was not used while it was granted and watched, for so many days.
    Unused { days: u32 },
    /// No source tells.
    Unknown(Prior),
}

/// How likely it is that a right is not needed while its use is unknown. The order is that of the weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Prior {
    /// One exact resource, and most peers hold it too.
    PeerExact,
    Default,
    /// A wildcard where the action could be limited to resources.
    WildcardResource,
    /// All actions of a service at once.
    ServiceWildcard,
    /// The identity was not seen for 90 days, or its owner is gone.
    Dormant,
}

impl Prior {
    /// All five, the most needed first.
    pub const ALL: [Self; 5] =
        [Self::PeerExact, Self::Default, Self::WildcardResource, Self::ServiceWildcard, Self::Dormant];

    /// The id that stands in files.
    pub fn id(self) -> &'static str {
        match self {
            Self::PeerExact => "peer_exact",
            Self::Default => "default",
            Self::WildcardResource => "wildcard_resource",
            Self::ServiceWildcard => "service_wildcard",
            Self::Dormant => "dormant",
        }
    }
}

/// Every weight of the method; read from `assets/privilege/weights.toml`, then from the user's own file.
///
/// Arrays are in the order of the `ALL` of their kind. `packs` holds that each is in its range and does not
/// fall, so that more privilege never weighs less.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    pub access: [f64; 5],
    pub tier: [f64; 5],
    pub scope: [f64; 5],
    pub condition: [f64; 5],
    /// All conditions together weaken a right no further than this.
    pub condition_floor: f64,
    pub standing: [f64; 5],
    pub prior: [f64; 5],
    /// Days after which a right that is not used begins to count, and again as many until it counts in full.
    pub idle_days: u32,
    /// κ: the excess at which the score is 50.
    pub half: f64,
    /// Scores from here on are medium, and from there on high.
    pub medium_from: f64,
    pub high_from: f64,
    /// SHA-256 of the values, hexadecimal; printed in every report.
    pub digest: String,
    /// Whether the user's own file changed any value.
    pub is_changed: bool,
}

/// A figure and the ends between which it lies while use is not known; `low <= point <= high`.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default, Serialize, Deserialize, JsonSchema)]
pub struct Estimate {
    pub low: f64,
    pub point: f64,
    pub high: f64,
}

/// Low 0–33, medium 34–66, high 67–100 (the bands of the retired Permission Creep Index).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Bucket {
    Low,
    Medium,
    High,
}

impl Bucket {
    /// All three, the lowest first.
    pub const ALL: [Self; 3] = [Self::Low, Self::Medium, Self::High];

    /// The id that stands in files, and the word that people read.
    pub fn id(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

impl Weights {
    /// The bucket of a score.
    pub fn bucket(&self, score: f64) -> Bucket {
        if score >= self.high_from {
            Bucket::High
        } else if score >= self.medium_from {
            Bucket::Medium
        } else {
            Bucket::Low
        }
    }
}

/// How an identity comes to control of everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// As far as is known, not at all.
    None,
    /// Something it holds could not be read.
    Unknown,
    /// By becoming one or more other identities.
    Chain,
    /// By an escalation path of its own.
    Path,
    /// It holds tier 0 administration outright.
    Holds,
}

impl Reach {
    /// All five, the harmless first.
    pub const ALL: [Self; 5] = [Self::None, Self::Unknown, Self::Chain, Self::Path, Self::Holds];

    /// The id that stands in files.
    pub fn id(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Unknown => "unknown",
            Self::Chain => "chain",
            Self::Path => "path",
            Self::Holds => "holds",
        }
    }

    /// The words that people read.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "no way known",
            Self::Unknown => "unknown",
            Self::Chain => "by a chain",
            Self::Path => "by a path",
            Self::Holds => "held outright",
        }
    }

    /// Whether it is known to hold, or to have any way to, tier 0 administration.
    pub fn is_control(self) -> bool {
        matches!(self, Self::Chain | Self::Path | Self::Holds)
    }
}

/// One identity's over-privilege, short enough for a list of 100,000.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Privilege {
    /// 0 to below 100.
    pub score: Estimate,
    /// E, from 0 without end.
    pub excess: Estimate,
    /// P: what it can do, used or not.
    pub power: f64,
    /// 0 to 1: the share of the weight of its rights whose use is known. Below 0.2 the score is a structural estimate.
    pub coverage: f64,
    /// How many actions it is allowed, over all services and resources.
    pub actions: u64,
    /// How many of them are known to be used; `None` when no source tells of any.
    pub used_actions: Option<u64>,
    /// 0 to 1: the share of its weight on tiers 0 and 1 that is permanent; `None` when it holds nothing there.
    pub standing: Option<f64>,
    pub reach: Reach,
    /// How many escalation paths it can take by itself.
    pub paths: u32,
    /// Risk points as the metric dictionary counts them: read 1, write 3, delete, move or permission change 9.
    pub points: u64,
    /// Of those, what is known to be used in 90 days and what may be; equal when everything is known.
    pub used_points: (u64, u64),
    /// Whether it can delete, move or change production data, configuration or permissions.
    pub is_high_risk: Option<bool>,
    /// Whether such a right is permanent.
    pub is_standing_high_risk: Option<bool>,
    /// Grants whose meaning no table and no policy tells.
    pub opaque: u32,
    pub peer: Peer,
}

impl Privilege {
    /// Below this share of known use, the point is only a structural estimate.
    pub const STRUCTURAL: f64 = 0.2;

    /// Used actions over granted ones, 0 to 1; `None` when no use is told or nothing is granted.
    pub fn utilisation(&self) -> Option<f64> {
        let used = self.used_actions?;
        (self.actions > 0).then(|| used as f64 / self.actions as f64)
    }

    /// Whether too little use is known for the point to be more than a structural estimate.
    pub fn is_structural(&self) -> bool {
        self.coverage < Self::STRUCTURAL
    }
}

/// An agent beside the people who do the same job.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "than_peers")]
pub enum Peer {
    /// Not an agent.
    NotCompared,
    /// No job, no owner and no purpose names people to compare it with.
    NoPeer,
    Less {
        excess: f64,
    },
    Same {
        excess: f64,
    },
    More {
        excess: f64,
    },
    SignificantlyMore {
        excess: f64,
    },
}

impl Peer {
    /// The id that stands in files.
    pub fn id(self) -> &'static str {
        match self {
            Self::NotCompared => "not_compared",
            Self::NoPeer => "no_peer",
            Self::Less { .. } => "less",
            Self::Same { .. } => "same",
            Self::More { .. } => "more",
            Self::SignificantlyMore { .. } => "significantly_more",
        }
    }

    /// The words that people read.
    pub fn word(self) -> &'static str {
        match self {
            Self::NotCompared => "not compared",
            Self::NoPeer => "no peer known",
            Self::Less { .. } => "less",
            Self::Same { .. } => "same",
            Self::More { .. } => "more",
            Self::SignificantlyMore { .. } => "significantly more",
        }
    }

    /// What it can do that most peers cannot, as excess; `None` when there is nobody to compare it with.
    pub fn excess(self) -> Option<f64> {
        match self {
            Self::NotCompared | Self::NoPeer => None,
            Self::Less { excess }
            | Self::Same { excess }
            | Self::More { excess }
            | Self::SignificantlyMore { excess } => Some(excess),
        }
    }
}

/// One identity's over-privilege down to single grants. Places in `grants` name a grant in `without` of a what-if.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Profile {
    pub identity: IdentityAt,
    pub id: String,
    pub name: String,
    pub class: Option<Class>,
    pub class_rule: String,
    pub accounts: Vec<String>,
    pub owner: Option<String>,
    /// `None`: no source tells what it may do.
    pub privilege: Option<Privilege>,
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
    pub system: String,
    /// Outermost first; empty when direct.
    pub via: Vec<String>,
    /// How many actions it allows, before denies.
    pub actions: u64,
    pub access: Option<Access>,
    /// The score without it.
    pub score_without: Option<Estimate>,
    /// Whether everything that it gives is given by other grants too.
    pub is_redundant: bool,
    /// Whether this profile was made without it.
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
    /// The smallest set of grants whose removal closes it.
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
    /// How the agent was mapped to it: tag, owner's job, purpose.
    pub mapped_by: String,
    /// How many people the baseline is made of.
    pub people: u32,
    /// Whether the baseline holds only what people use.
    pub is_from_use: bool,
    pub power: f64,
    pub peer_power: f64,
    /// Rights that most peers do not have, the heaviest first.
    pub uncovered: Vec<RightRow>,
    pub more_uncovered: u64,
}

/// The over-privilege of everybody: classes side by side, never averaged into one figure.
#[derive(Debug, Clone, PartialEq, Default, Serialize, JsonSchema)]
pub struct Population {
    /// The moment that ages are relative to.
    #[schemars(with = "Option<String>")]
    pub taken: Option<Timestamp>,
    /// Human, machine, AI agent, and those without a class.
    pub classes: Vec<ClassPrivilege>,
    pub peers: PeerShare,
    /// SHA-256 of the weights, and whether they are the user's own.
    pub weights: String,
    pub is_weights_changed: bool,
    /// Tables that give rights their meaning, with version and licence.
    pub tables: Vec<String>,
    /// What was not supplied or not understood, as sentences.
    pub notes: Vec<String>,
}

/// One class. Shares are 0 to 1; a figure is `None` when no identity of the class is known.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ClassPrivilege {
    /// `None`: identities without a class.
    pub class: Option<Class>,
    pub identities: u64,
    /// Those whose rights any source tells.
    pub known: u64,
    /// `sqrt(mean(score²))`, 0 to 100.
    pub index: Option<Estimate>,
    pub median: Option<f64>,
    pub p90: Option<f64>,
    pub share_high: Option<f64>,
    /// Identities by bucket: low, medium, high.
    pub buckets: [u64; 3],
    /// Mean coverage, weighted by power.
    pub coverage: Option<f64>,
    /// Permanent share of the weight on tiers 0 and 1.
    pub standing: Option<f64>,
    /// Share that holds, or has any way to, tier 0 administration.
    pub exposure: Option<f64>,
    /// The ten with the most excess.
    pub top: Vec<IdentityAt>,
    /// Identities whose score lies in each ten: 0–9, 10–19, … 90–99.
    pub histogram: [u64; 10],
}

/// Agents beside people in the same jobs.
#[derive(Debug, Clone, PartialEq, Default, Serialize, JsonSchema)]
pub struct PeerShare {
    pub agents: u64,
    /// Agents with a peer to compare with.
    pub compared: u64,
    pub less: u64,
    pub same: u64,
    pub more: u64,
    pub significantly_more: u64,
}

impl PeerShare {
    /// Share of compared agents with more access than their peers, 0 to 1.
    pub fn share_more(&self) -> Option<f64> {
        let more = self.more + self.significantly_more;
        (self.compared > 0).then(|| more as f64 / self.compared as f64)
    }

    /// Share of agents that have a peer, 0 to 1.
    pub fn coverage(&self) -> Option<f64> {
        (self.agents > 0).then(|| self.compared as f64 / self.agents as f64)
    }
}
