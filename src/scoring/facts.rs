//! What scoring can look up: measured values, derived ones, levels judged so far.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::catalog::Catalog;
use crate::model::expr::{Expr, Lookup, Value};
use crate::model::metric::{Measured, Measurements, Why};
use crate::model::{Bounds, Level, MetricName, QuestionId};

/// The one metric that scoring counts itself: the share of the weight with evidence.
pub(super) const EVIDENCE: &str = "trueup.evidence.coverage";

/// Everything that expressions may refer to while questions are judged one by one.
pub(super) struct Facts<'a> {
    pub catalog: &'a Catalog,
    pub measurements: &'a Measurements,
    /// Known once all questions are judged that do not read it.
    pub evidence: Option<f64>,
    /// Bounds of the questions that were judged and apply.
    pub levels: BTreeMap<&'a QuestionId, Bounds>,
}

/// Which end of another question's bounds an expression reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Floor,
    Ceiling,
}

impl<'a> Facts<'a> {
    /// Facts before anything was judged.
    pub fn new(catalog: &'a Catalog, measurements: &'a Measurements) -> Self {
        Self { catalog, measurements, evidence: None, levels: BTreeMap::new() }
    }

    /// Evaluates with the given end of the levels that it reads.
    pub fn eval(&self, expr: &Expr, end: End) -> Value {
        expr.eval(&Sight { facts: self, end, inside: None })
    }

    /// Both ends of a metric, measured or derived.
    pub fn ends(&self, name: &MetricName) -> Option<(f64, f64)> {
        Sight { facts: self, end: End::Floor, inside: None }.metric(name)
    }

    /// The metrics that an expression reads in the end: derived ones are replaced by what they are made of.
    pub fn leaves<'e>(&self, expr: &'e Expr) -> BTreeSet<&'e MetricName>
    where
        'a: 'e,
    {
        let mut leaves = BTreeSet::new();
        let mut resolved = BTreeSet::new();
        let mut open: Vec<&MetricName> = expr.metric_places().iter().map(|(name, _)| name).collect();
        while let Some(name) = open.pop() {
            match self.catalog.derived.get(name) {
                Some(derived) if resolved.insert(name) => {
                    open.extend(derived.expr.metric_places().iter().map(|(name, _)| name));
                }
                Some(_) => {}
                None => drop(leaves.insert(name)),
            }
        }
        leaves
    }

    /// Why a metric is not known, and what would make it known.
    pub fn why_unknown(&self, name: &MetricName) -> Why {
        let measured = self.measurements.by_name.get(name).map(|measurement| &measurement.value);
        if let Some(Measured::Unknown(why)) = measured {
            return why.clone();
        }
        let sources = self.catalog.metrics.get(name).map(|definition| &definition.sources);
        let sources = sources.into_iter().flatten().map(|(kind, what)| format!("{kind} ({what})"));
        let sources = sources.collect::<Vec<_>>().join("; ");
        let remedy = if sources.is_empty() { String::new() } else { format!("It can come from {sources}.") };
        Why { reason: "nothing that was pulled tells it".to_owned(), remedy }
    }

    /// What is measured or counted under exactly this name.
    fn stated(&self, name: &MetricName) -> Option<(f64, f64)> {
        match self.evidence {
            Some(evidence) if name.as_str() == EVIDENCE => Some((evidence, evidence)),
            _ => self.measurements.ends(name),
        }
    }
}

/// The facts as one expression sees them.
#[derive(Clone, Copy)]
struct Sight<'a> {
    facts: &'a Facts<'a>,
    end: End,
    inside: Option<&'a Inside<'a>>,
}

/// The derived metrics that are being worked out, so that a circle ends as unknown.
struct Inside<'a> {
    name: &'a MetricName,
    outer: Option<&'a Inside<'a>>,
}

impl Sight<'_> {
    fn is_inside(&self, name: &MetricName) -> bool {
        std::iter::successors(self.inside, |inside| inside.outer).any(|inside| inside.name == name)
    }
}

impl Lookup for Sight<'_> {
    fn metric(&self, name: &MetricName) -> Option<(f64, f64)> {
        if let Some(ends) = self.facts.stated(name) {
            return Some(ends);
        }
        let derived = self.facts.catalog.derived.get(name).filter(|_| !self.is_inside(name))?;
        let inside = Inside { name, outer: self.inside };
        match derived.expr.eval(&Sight { facts: self.facts, end: self.end, inside: Some(&inside) }) {
            Value::Number { low, high } => Some((low, high)),
            Value::Truth(_) | Value::Unknown => None,
        }
    }

    fn level(&self, question: &QuestionId) -> Level {
        let bounds = self.facts.levels.get(question).copied().unwrap_or(Bounds::UNKNOWN);
        match self.end {
            End::Floor => bounds.floor(),
            End::Ceiling => bounds.ceiling(),
        }
    }
}
