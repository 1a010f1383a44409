//! What the packs refer to: metric definitions, frameworks, published figures, words.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::expr::Expr;
use super::{CapabilityId, DomainId, MetricName, RoleId};

/// The four catalogues, linked.
#[derive(Debug, Clone)]
pub struct Catalog {
    pub metrics: BTreeMap<MetricName, Definition>,
    pub derived: BTreeMap<MetricName, Derived>,
    pub metrics_version: String,
    pub frameworks: Vec<Framework>,
    pub benchmarks: Vec<Benchmark>,
    pub benchmarks_version: String,
    pub vocabulary: Vocabulary,
}

/// What a metric means and how it is counted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    pub name: MetricName,
    /// The subject: `human`, `machine`, `ai`, `org`, `scope`, `secrets`, …
    pub class: String,
    /// 1 needed by gates and the quarterly pulse, 2 other systems data, 3 attestation or drill.
    pub tier: u8,
    /// `count`, `ratio`, `points`, `days`, `hours`, `minutes`, `seconds`.
    pub unit: String,
    pub good: Good,
    pub window: String,
    pub definition: String,
    /// How several sources combine: `union`, `pooled`, `sum`, `max`, `min`, `latest`.
    pub combine: String,
    pub key: String,
    #[serde(default)]
    pub note: String,
    #[serde(default)]
    pub used_by: Vec<String>,
    /// Where it can come from, by kind of source.
    pub sources: BTreeMap<String, String>,
}

/// Which direction of a metric is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Good {
    Up,
    Down,
    None,
}

/// A metric that is computed from others.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Derived {
    pub name: MetricName,
    pub expr: Expr,
    pub definition: String,
}

/// A public framework: its name and the ids that questions map to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Framework {
    pub key: String,
    pub name: String,
    pub version: String,
    pub source_seen: String,
    pub items: Vec<Control>,
}

/// One control of a framework.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Control {
    pub id: String,
    #[serde(default)]
    pub title: String,
    #[serde(default)]
    pub verified: bool,
}

/// A published figure, always shown with its year, publisher and n.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Benchmark {
    pub id: String,
    pub label: String,
    pub value: f64,
    pub unit: String,
    /// How many were asked; `None` where the publisher does not say.
    pub n: Option<u32>,
    pub population: String,
    pub year: u32,
    pub publisher: String,
    pub title: String,
    pub url: String,
    /// `primary` when it was read at the publisher.
    pub seen: String,
    pub kind: String,
    /// The quantity of ours that it may stand beside, if any.
    #[serde(default)]
    pub compare: String,
    #[serde(default)]
    pub comparability: String,
    #[serde(default)]
    pub note: String,
}

impl Benchmark {
    /// The figure with its unit, what it says, and who published it, when, and on how many.
    pub fn cited(&self) -> String {
        let n = self.n.map_or_else(|| "n not stated".to_owned(), |n| format!("n = {n}"));
        let unit = if self.unit == "percent" { "%" } else { self.unit.as_str() };
        let Self { value, label, publisher, title, year, .. } = self;
        format!("{value} {unit}: {label} ({publisher}, {title}, {year}; {n})")
    }
}

/// The shared words: scale, domains, capabilities, roles, classes, tiers.
#[derive(Debug, Clone, PartialEq)]
pub struct Vocabulary {
    /// Names of the five levels.
    pub level_names: [String; 5],
    /// Meanings of the five levels.
    pub level_meanings: [String; 5],
    pub domains: Vec<Domain>,
    pub capabilities: Vec<Titled<CapabilityId>>,
    pub roles: Vec<Titled<RoleId>>,
    /// The titles of autonomy tiers 0 to 4.
    pub autonomy_tiers: Vec<String>,
}

/// A domain of questions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Domain {
    pub id: DomainId,
    pub title: String,
    pub idea: String,
}

/// An id and the words for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Titled<I> {
    pub id: I,
    pub title: String,
}
