//! AI agents as every face shows them: who answers for each, what it may do alone, what it holds.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::SourceId;
use super::inventory::Fact;
use super::privilege::Peer;

/// Every AI agent that the register lists or that was discovered.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct Agents {
    /// Whether any source lists AI agents; without one nothing is known, which is not none.
    pub is_told: bool,
    /// Identities without a class: each may be one more agent.
    pub unclassified: u64,
    /// Those without a living owner first.
    pub agents: Vec<AgentRow>,
}

/// Whether somebody answers for an agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OwnerState {
    /// No owner is named.
    NoOwner,
    /// The owner has left.
    OwnerGone,
    /// No source says who owns it, or whether that person still works here.
    Unknown,
    /// An owner is named and works here.
    Owned,
}

impl OwnerState {
    /// All four, what needs a person first.
    pub const ALL: [Self; 4] = [Self::NoOwner, Self::OwnerGone, Self::Unknown, Self::Owned];

    /// The id that stands in files.
    pub fn id(self) -> &'static str {
        match self {
            Self::NoOwner => "no_owner",
            Self::OwnerGone => "owner_gone",
            Self::Unknown => "unknown",
            Self::Owned => "owned",
        }
    }

    /// The words that people read.
    pub fn word(self) -> &'static str {
        match self {
            Self::NoOwner => "no owner",
            Self::OwnerGone => "owner gone",
            Self::Unknown => "owner unknown",
            Self::Owned => "owned",
        }
    }
}

/// One AI agent.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct AgentRow {
    /// The register's key, else the id of its identity.
    pub id: String,
    pub name: String,
    pub system: Option<SourceId>,
    /// Whether the organisation's register lists it; else discovery found it.
    pub is_registered: bool,
    /// The owner that the register names, else that of its identity.
    pub owner: Fact<String>,
    pub owner_state: OwnerState,
    pub task: Fact<String>,
    /// 0 (reads) to 4 (acts inside limits).
    pub autonomy_tier: Fact<u8>,
    /// The approval that stands before deleting, moving or changing production data.
    pub approval_gate: Fact<String>,
    pub writes_production: Fact<bool>,
    /// What it may call: the titles of the entitlements that its identity holds, each once; `null` where no source
    /// tells what it holds.
    pub tools: Option<Vec<String>>,
    /// The id of the identity that it acts with; `null` where no source shows it.
    pub identity: Option<String>,
    /// The over-privilege of that identity, 0 to below 100; `null` where no source tells.
    pub score: Option<f64>,
    /// Its rights beside those of the people who do the same job; `null` where no source tells its rights.
    pub peer: Option<Peer>,
    /// Its last action that any source shows.
    #[schemars(with = "Fact<String>")]
    pub last_seen: Fact<Timestamp>,
    /// The date that disables it.
    #[schemars(with = "Fact<String>")]
    pub ends: Fact<Timestamp>,
}

impl AgentRow {
    /// The title of its tier in the table of the figures: `0` to `4`, `unknown`.
    pub fn tier(&self) -> String {
        self.autonomy_tier.known().map_or_else(|| "unknown".to_owned(), u8::to_string)
    }
}

impl Agents {
    /// How many agents have an owner of this state and this tier, `None` for an unknown one.
    pub fn count(&self, owner: OwnerState, tier: Option<u8>) -> u64 {
        let is_meant =
            |row: &&AgentRow| row.owner_state == owner && row.autonomy_tier.known().copied() == tier;
        self.agents.iter().filter(is_meant).count() as u64
    }
}
