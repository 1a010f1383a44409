//! The over-privilege of everybody together: classes side by side, agents beside people.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::Estimate;
use crate::model::inventory::Class;
use crate::model::merged::IdentityAt;

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
    /// Agents whose rights a source tells.
    pub agents: u64,
    /// Agents with a peer to compare with.
    pub compared: u64,
    /// Agents for which no people and no owner are known.
    pub no_peer: u64,
    /// Agents with little beyond their peers in what is shown, when not everything is shown.
    pub not_shown: u64,
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

    /// Whether the organisation is one of those that give AI more access than people in the same job: at least half
    /// of its compared agents have more.
    pub fn is_mostly_more(&self) -> Option<bool> {
        self.share_more().map(|share| share >= 0.5)
    }

    /// Share of agents that have a peer, 0 to 1.
    pub fn coverage(&self) -> Option<f64> {
        (self.agents > 0).then(|| self.compared as f64 / self.agents as f64)
    }
}
