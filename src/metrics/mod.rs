//! Records of several sources in; one inventory and its measurements out. Pure.

use serde::Serialize;

use crate::model::MetricName;
use crate::model::catalog::Catalog;
use crate::model::metric::{Measured, Measurements};
use crate::model::pull::Pulled;

/// Everything that was seen, merged: who is the same identity over several sources.
#[derive(Debug, Clone, Default)]
pub struct Inventory {}

/// Merges pulls into one inventory. The order of the pulls does not matter.
pub fn merge(_pulls: &[Pulled]) -> Inventory {
    todo!("merge")
}

/// Computes every metric of the dictionary that the inventory can prove; the others are unknown with a reason.
pub fn measure(_inventory: &Inventory, _catalog: &Catalog) -> Measurements {
    todo!("measure")
}

/// Where a metric's value comes from, down to the rows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Origin {
    pub metric: MetricName,
    pub definition: String,
    pub unit: String,
    pub value: Measured,
    pub coverage: Option<f64>,
    pub rule: String,
    pub sources: Vec<String>,
    /// What the counted rows are taken from, as words: `machine identities, enabled`.
    pub population: String,
    /// How many rows are in the population; the denominator.
    pub of: usize,
    /// Rows that count; the numerator.
    pub counted: Vec<OriginRow>,
    /// Rows of the population that do not count.
    pub not_counted: Vec<OriginRow>,
    /// Rows whose source does not say.
    pub silent: Vec<OriginRow>,
    /// For derived metrics and for questions: the metrics it is made of.
    pub made_of: Vec<MetricName>,
}

/// One row behind a number.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OriginRow {
    /// The identity, credential, grant or tool.
    pub id: String,
    pub name: String,
    pub source: String,
    /// Why it counts, does not, or cannot be told.
    pub because: String,
}

/// Explains one metric; `None` when the dictionary does not have it.
pub fn explain(_inventory: &Inventory, _catalog: &Catalog, _metric: &MetricName) -> Option<Origin> {
    todo!("explain")
}
