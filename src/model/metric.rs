//! Measurements: a metric's value, what it covers, and where it came from.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::MetricName;

/// What is known of a quantity. Less knowledge is a wider interval, never a better value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Measured {
    /// The value, exactly.
    Known(f64),
    /// Some rows do not say: the value lies between both ends.
    Between {
        /// If every silent row counts as no.
        low: f64,
        /// If every silent row counts as yes.
        high: f64,
    },
    /// Nothing that was collected tells.
    Unknown(Why),
}

impl Measured {
    /// Both ends, or nothing.
    pub fn ends(&self) -> Option<(f64, f64)> {
        match *self {
            Self::Known(value) => Some((value, value)),
            Self::Between { low, high } => Some((low, high)),
            Self::Unknown(_) => None,
        }
    }
}

/// Why a value is not known, and what would make it known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Why {
    /// What is missing, as a sentence.
    pub reason: String,
    /// What to collect, as a sentence.
    pub remedy: String,
}

/// One metric's value at one time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Measurement {
    pub metric: MetricName,
    pub value: Measured,
    /// Share of the declared systems behind it, 0 to 1; `None` while no scope is declared.
    pub coverage: Option<f64>,
    /// The counting rule and its version, such as `machine.owned/1`; `reported` for foreign figures.
    pub rule: String,
    /// The sources it was computed from.
    pub sources: Vec<String>,
}

/// All measurements of one moment.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Measurements {
    pub by_name: BTreeMap<MetricName, Measurement>,
    /// Coverage of every metric that has none of its own.
    pub default_coverage: Option<f64>,
    /// The moment that ages are relative to: the newest snapshot's own time.
    pub taken: Option<Timestamp>,
}

impl Measurements {
    /// Both ends of a metric's value; `None` when it is unknown.
    pub fn ends(&self, metric: &MetricName) -> Option<(f64, f64)> {
        self.by_name.get(metric)?.value.ends()
    }

    /// The share of declared systems behind a metric; `None` when that is unknown.
    pub fn coverage(&self, metric: &MetricName) -> Option<f64> {
        self.by_name.get(metric).and_then(|measurement| measurement.coverage).or(self.default_coverage)
    }
}
