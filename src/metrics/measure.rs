//! From the inventory to one measurement for each metric of the dictionary.

use std::collections::BTreeMap;

use super::needs;
use super::registry::{Computation, computation};
use super::scope;
use super::tally::{Tally, View};
use crate::model::MetricName;
use crate::model::catalog::{Catalog, Definition};
use crate::model::inventory::Reported;
use crate::model::merged::{Feed, Inventory};
use crate::model::metric::{Measured, Measurement, Measurements, Why};

/// The rule of figures that another tool counted.
pub const REPORTED: &str = "reported";
/// Two figures for one metric that are further apart than this share name both sources.
const DISAGREEMENT: f64 = 0.1;

/// Computes every metric of the dictionary that the inventory can prove; the others are unknown with a reason.
///
/// A figure that another tool counted is used as it is given where nothing could be computed. The coverage of
/// evidence is left out: it follows from the scoring.
pub fn measure(inventory: &Inventory, catalog: &Catalog) -> Measurements {
    let by_name: BTreeMap<_, _> = catalog
        .metrics
        .values()
        .filter(|Definition { name, .. }| {
            name.as_str() != "trueup.evidence.coverage" || inventory.reported.contains_key(name)
        })
        .map(|definition| (definition.name.clone(), one(inventory, definition)))
        .collect();
    let default_coverage = inventory.default_coverage.filter(|_| !is_anything_computed(&by_name));
    Measurements { by_name, default_coverage, taken: inventory.taken }
}

/// The coverage that a measurement file claims for its own figures says nothing of what was computed here, so it
/// is the default only while nothing was.
fn is_anything_computed(by_name: &BTreeMap<MetricName, Measurement>) -> bool {
    by_name.values().any(|one| one.rule != REPORTED && one.value.ends().is_some())
}

/// Measures one metric.
fn one(inventory: &Inventory, definition: &Definition) -> Measurement {
    measured(inventory, definition, &tally(inventory, definition))
}

/// The value of a metric and its rows, before figures of other tools are looked at.
pub fn tally(inventory: &Inventory, definition: &Definition) -> Tally {
    let unknown = |why| Tally { value: Measured::Unknown(why), rows: Vec::new() };
    let Some(computation) = computation(definition.name.as_str()) else {
        return unknown(needs::without_computation(definition));
    };
    let missing = computation.needs.iter().find(|feed| !is_fed(inventory, **feed));
    match (missing, View::new(inventory)) {
        (Some(feed), _) => unknown(needs::without_source(*feed)),
        (None, Some(view)) => (computation.compute)(&view),
        (None, None) => unknown(needs::without_source(Feed::Identities)),
    }
}

/// The measurement that follows from a tally and from what other tools report.
pub fn measured(inventory: &Inventory, definition: &Definition, tally: &Tally) -> Measurement {
    let name = &definition.name;
    let reported = inventory.reported.get(name);
    if let (Measured::Unknown(why), Some(figure)) = (&tally.value, reported) {
        let coverage = figure.coverage.or(inventory.default_coverage);
        return Measurement { coverage, ..given(figure, why) };
    }
    let computation = computation(name.as_str());
    let mut sources = computation.map(|computation| sources(inventory, computation)).unwrap_or_default();
    if let (Measured::Known(value), Some(figure)) = (&tally.value, reported)
        && let Some(other) = figure.value
        && (other - value).abs() > DISAGREEMENT * value.abs().max(other.abs())
    {
        sources.push(format!("{} reports {other} instead", figure.counted_by));
    }
    let is_known = !matches!(tally.value, Measured::Unknown(_));
    Measurement {
        metric: name.clone(),
        value: tally.value.clone(),
        coverage: match computation {
            Some(computation) if is_known => coverage(inventory, computation),
            _ => inventory.default_coverage,
        },
        rule: computation.map_or_else(String::new, |computation| computation.rule.to_owned()),
        sources,
    }
}

/// A figure of another tool; one that tells its coverage alone stays unknown.
fn given(figure: &Reported, why: &Why) -> Measurement {
    Measurement {
        metric: figure.metric.clone(),
        value: figure.value.map_or_else(|| Measured::Unknown(why.clone()), Measured::Known),
        coverage: figure.coverage,
        rule: REPORTED.to_owned(),
        sources: Some(figure.counted_by.clone()).filter(|who| !who.is_empty()).into_iter().collect(),
    }
}

fn is_fed(inventory: &Inventory, feed: Feed) -> bool {
    inventory.sources.iter().any(|seen| seen.feeds.contains(&feed))
}

/// The pulls that list what the metric needs.
fn sources(inventory: &Inventory, computation: &Computation) -> Vec<String> {
    let needed =
        |feeds: &std::collections::BTreeSet<Feed>| computation.needs.iter().any(|feed| feeds.contains(feed));
    inventory
        .sources
        .iter()
        .filter(|seen| needed(&seen.feeds))
        .map(crate::model::merged::Seen::label)
        .collect()
}

/// The share of declared systems behind a metric: those with a fresh whole pull that lists what the metric
/// counts. Registers of agents and tools stand beside the systems, so any fresh pull of a system counts there.
/// `None` while no scope is declared.
fn coverage(inventory: &Inventory, computation: &Computation) -> Option<f64> {
    let declared = inventory.systems.len();
    if declared == 0 {
        return None;
    }
    let feed = computation
        .needs
        .iter()
        .copied()
        .find(|feed| matches!(feed, Feed::Identities | Feed::Grants | Feed::Credentials));
    Some(scope::covered(inventory, feed).len() as f64 / declared as f64)
}
