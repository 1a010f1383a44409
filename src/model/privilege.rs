//! What identities can do beyond what they need: the nouns. `privilege` computes them; faces and exports show
//! them. Power, excess and score stay three numbers (see `docs/privilege.md`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

mod population;
mod profile;
mod section;
mod what_if;
mod words;

pub use population::{ClassPrivilege, PeerShare, Population};
pub use profile::{Band, Chain, HeldGrant, PathFinding, PeerDetail, Profile, RightRow, ServiceShare};
pub use section::Section;
pub use what_if::{Gone, PathName, Removed, ServiceChange, WhatIf};

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

    /// The set as a number below 32.
    pub fn bits(self) -> usize {
        usize::from(self.0)
    }

    /// Whether nothing must hold.
    pub fn is_empty(self) -> bool {
        self.0 == 0
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
    /// Whether it has to be obtained anew for each use.
    pub fn is_per_use(self) -> bool {
        matches!(self, Self::Approved | Self::TimeBoxed | Self::SelfActivated)
    }

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

    /// Reads an id as it stands in files.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| standing.id() == text)
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
    Default,
    /// A wildcard where the action could be limited to resources.
    WildcardResource,
    /// All actions of a service at once.
    ServiceWildcard,
    /// The identity was not seen for 90 days, or its owner is gone.
    Dormant,
}

impl Prior {
    /// All four, the most needed first.
    pub const ALL: [Self; 4] = [Self::Default, Self::WildcardResource, Self::ServiceWildcard, Self::Dormant];

    /// The id that stands in files.
    pub fn id(self) -> &'static str {
        match self {
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
    pub prior: [f64; 4],
    /// Days after which a right that is not used begins to count, and again as many until it counts in full.
    pub idle_days: u32,
    /// κ: the excess at which the score is 50.
    pub half: f64,
    /// Scores from here on are medium, and from there on high.
    pub medium_from: f64,
    pub high_from: f64,
    /// From so many people on a job says what people have.
    pub peer_people: u32,
    /// An agent with nothing beyond its peers and less than this share of their power has less, 0 to 1.
    pub peer_less_below: f64,
    /// From this excess beyond its peers on, an agent has more.
    pub peer_more_from: f64,
    /// From this score of that excess on, it has significantly more.
    pub peer_significant_from: f64,
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
    /// How many escalation paths it can take by itself; `None` where that is not known.
    pub paths: Option<u32>,
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
    /// Not an agent; or not more than its peers in what is shown, and not everything is shown.
    NotCompared,
    /// No job, no owner and no purpose leads to people of whom it is known what they may do.
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
