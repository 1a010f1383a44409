//! Where a number comes from, down to the rows. Made of the same tally as the number.

use serde::Serialize;

use super::measure::{REPORTED, measured, tally};
use super::registry::computation;
use super::tally::{Counted, Subject, Tally};
use crate::model::MetricName;
use crate::model::SourceId;
use crate::model::catalog::{Catalog, Derived};
use crate::model::merged::Inventory;
use crate::model::metric::{Measured, Why};

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
    /// How many rows are surely in the population; the denominator.
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
pub fn explain(inventory: &Inventory, catalog: &Catalog, metric: &MetricName) -> Option<Origin> {
    if let Some(derived) = catalog.derived.get(metric) {
        return Some(made(derived));
    }
    let definition = catalog.metrics.get(metric)?;
    let tally = tally(inventory, definition);
    let measurement = measured(inventory, definition, &tally);
    let is_reported = measurement.rule == REPORTED;
    let Tally { rows, .. } = if is_reported { Tally { rows: Vec::new(), ..tally } } else { tally };
    let computation = computation(metric.as_str()).filter(|_| !is_reported);
    let pick = |holds: Option<bool>, is_sure: bool| -> Vec<OriginRow> {
        rows.iter()
            .filter(|row| row.finding.holds == holds && (!is_sure || row.belongs == Some(true)))
            .map(|row| shown(inventory, row))
            .collect()
    };
    Some(Origin {
        metric: metric.clone(),
        definition: definition.definition.clone(),
        unit: definition.unit.clone(),
        value: measurement.value,
        coverage: measurement.coverage,
        rule: measurement.rule,
        sources: measurement.sources,
        population: computation.map_or_else(String::new, |computation| computation.population.to_owned()),
        of: rows.iter().filter(|row| row.belongs == Some(true)).count(),
        counted: pick(Some(true), false),
        not_counted: pick(Some(false), true),
        silent: pick(None, false),
        made_of: Vec::new(),
    })
}

fn made(derived: &Derived) -> Origin {
    let why = Why {
        reason: "it is computed from other metrics".to_owned(),
        remedy: "look at the metrics that it is made of".to_owned(),
    };
    Origin {
        metric: derived.name.clone(),
        definition: derived.definition.clone(),
        unit: "ratio".to_owned(),
        value: Measured::Unknown(why),
        coverage: None,
        rule: String::new(),
        sources: Vec::new(),
        population: String::new(),
        of: 0,
        counted: Vec::new(),
        not_counted: Vec::new(),
        silent: Vec::new(),
        made_of: derived.expr.metrics().into_iter().collect(),
    }
}

fn shown(inventory: &Inventory, row: &Counted) -> OriginRow {
    let (id, name, source) = named(inventory, row.subject);
    OriginRow { id, name, source, because: row.finding.because.text() }
}

fn named(inventory: &Inventory, subject: Subject) -> (String, String, String) {
    let text = |source: Option<&SourceId>| source.map_or_else(|| "register".to_owned(), ToString::to_string);
    let holder = |at: usize| inventory.identities[at].name.clone();
    match subject {
        Subject::Identity(at) => {
            let identity = &inventory.identities[at];
            let first = identity.accounts.first().and_then(|account| account.system.as_ref());
            (identity.id.clone(), identity.name.clone(), text(first))
        }
        Subject::Grant(at) => {
            let grant = &inventory.grants[at];
            (grant.entitlement.to_string(), holder(grant.identity), text(grant.system.as_ref()))
        }
        Subject::Credential(at) => {
            let credential = &inventory.credentials[at];
            (credential.id.clone(), holder(credential.identity), text(credential.system.as_ref()))
        }
        Subject::Agent(at) => {
            let row = &inventory.agents[at].row;
            (row.id.clone(), row.name.clone(), text(row.source.as_ref()))
        }
        Subject::Tool(at) => {
            let tool = &inventory.tools[at];
            (tool.id.clone(), tool.name.clone(), text(tool.system.as_ref()))
        }
        Subject::System(at) => {
            let system = &inventory.systems[at];
            (system.id.to_string(), system.title.clone(), system.id.to_string())
        }
    }
}
