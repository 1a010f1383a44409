//! Where a number comes from, down to the rows.

use serde::Serialize;

use super::{Ctx, Error, assess, done};
use crate::metrics::{self, Inventory, Origin};
use crate::model::catalog::Catalog;
use crate::model::expr::{Expr, Lookup, Value};
use crate::model::metric::{Measured, Measurements};
use crate::model::near::did_you_mean;
use crate::model::questionnaire::Questionnaire;
use crate::model::scorecard::Row;
use crate::model::{AssessmentId, Level, MetricName, QuestionId};

/// Where a number comes from.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Explanation {
    Metric(Box<Origin>),
    Question {
        row: Box<Row>,
        /// The metrics that its checks read.
        metrics: Vec<Origin>,
    },
}

/// Explains a metric or a question by its id.
pub async fn explain(ctx: &Ctx, id: &AssessmentId, subject: &str) -> Result<Explanation, Error> {
    let opened = assess::open(ctx, Some(id)).await?;
    let names = names(&ctx.library.catalog, &opened.questionnaire, subject)
        .ok_or_else(|| unknown(&ctx.library.catalog, &opened.questionnaire, subject))?;
    let inventory = assess::roster(ctx, &opened.assessment).await?.inventory;
    let library = ctx.library.clone();
    let measurements = opened.measurements.clone();
    let origins = move || origins(&inventory, &library.catalog, &measurements, &names);
    let mut origins = done(tokio::task::spawn_blocking(origins).await)?;
    let row = opened.scorecard.rows.into_iter().find(|row| row.question.as_str() == subject);
    match row {
        Some(row) => Ok(Explanation::Question { row: Box::new(row), metrics: origins }),
        None if origins.is_empty() => Err(unknown(&ctx.library.catalog, &opened.questionnaire, subject)),
        None => Ok(Explanation::Metric(Box::new(origins.remove(0)))),
    }
}

/// The metrics behind a subject; `None` when there is no such subject.
fn names(catalog: &Catalog, questionnaire: &Questionnaire, subject: &str) -> Option<Vec<MetricName>> {
    if let Some(question) = questionnaire.question(&QuestionId::from(subject)) {
        let mut names: Vec<_> = question.checks.iter().flat_map(|check| check.expr.metrics()).collect();
        names.extend(question.caps.iter().flat_map(|cap| cap.when.metrics()));
        names.extend(question.not_applicable_when.iter().flat_map(Expr::metrics));
        names.sort();
        names.dedup();
        return Some(names);
    }
    let name = MetricName::from(subject);
    let is_known = catalog.metrics.contains_key(&name) || catalog.derived.contains_key(&name);
    is_known.then(|| vec![name])
}

fn origins(
    inventory: &Inventory,
    catalog: &Catalog,
    measurements: &Measurements,
    names: &[MetricName],
) -> Vec<Origin> {
    let known = Known { catalog, measurements, depth: 0 };
    let explained = |name| {
        let mut origin = metrics::explain(inventory, catalog, name)?;
        if let (Some(derived), Measured::Unknown(_)) = (catalog.derived.get(name), &origin.value) {
            origin.value = known.value(&derived.expr).unwrap_or(origin.value);
        }
        Some(origin)
    };
    names.iter().filter_map(explained).collect()
}

/// What derived metrics are computed from.
struct Known<'a> {
    catalog: &'a Catalog,
    measurements: &'a Measurements,
    depth: usize,
}

impl Known<'_> {
    /// Derived metrics that are made of derived ones, and so on; the dictionary has two storeys.
    const DEEPEST: usize = 8;

    fn value(&self, expr: &Expr) -> Option<Measured> {
        match expr.eval(self) {
            Value::Number { low, high } if high - low <= f64::EPSILON => Some(Measured::Known(low)),
            Value::Number { low, high } => Some(Measured::Between { low, high }),
            Value::Truth(_) | Value::Unknown => None,
        }
    }
}

impl Lookup for Known<'_> {
    fn metric(&self, name: &MetricName) -> Option<(f64, f64)> {
        match self.catalog.derived.get(name) {
            Some(derived) if self.depth < Self::DEEPEST => {
                Self { depth: self.depth + 1, ..*self }.value(&derived.expr)?.ends()
            }
            _ => self.measurements.ends(name),
        }
    }

    /// No derived metric reads a level; that is for checks.
    fn level(&self, _: &QuestionId) -> Level {
        Level::MIN
    }
}

fn unknown(catalog: &Catalog, questionnaire: &Questionnaire, subject: &str) -> Error {
    let questions = questionnaire.questions.iter().map(|question| question.id.as_str());
    let metrics = catalog.metrics.keys().chain(catalog.derived.keys()).map(MetricName::as_str);
    Error::Unknown {
        what: format!("there is no question and no metric `{subject}`"),
        help: did_you_mean(
            subject,
            questions.chain(metrics),
            "name a question, such as INV-01, or a metric, such as ai.agents.total",
        ),
    }
}
