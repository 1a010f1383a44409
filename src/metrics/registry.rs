//! One computation for each metric that the inventory can prove.

use super::tally::{Tally, View};
use super::{agents, credentials, machines, people, rights, scope, shadow};
use crate::model::merged::Feed;

/// How one metric is counted. Its definition stands in the dictionary under the same name.
pub struct Computation {
    pub metric: &'static str,
    /// The counting rule and its version; a change of the rule changes the version.
    pub rule: &'static str,
    /// What the counted rows are taken from, as words.
    pub population: &'static str,
    /// Without a source of each of these the metric is unknown.
    pub needs: &'static [Feed],
    pub compute: fn(&View<'_>) -> Tally,
}

/// Every computation, by subject.
pub static REGISTRY: &[&[Computation]] = &[
    scope::COMPUTATIONS,
    people::COMPUTATIONS,
    machines::COMPUTATIONS,
    rights::COMPUTATIONS,
    credentials::COMPUTATIONS,
    agents::COMPUTATIONS,
    shadow::COMPUTATIONS,
];

/// The computation of a metric, if the inventory can prove it.
pub fn computation(metric: &str) -> Option<&'static Computation> {
    REGISTRY.iter().copied().flatten().find(|computation| computation.metric == metric)
}
