//! Where a number comes from, down to the rows.

use serde::Serialize;

use super::{Ctx, Error, Opened, Roster, assess, done, explain_identity};
use crate::metrics::{self, Inventory, Origin};
use crate::model::catalog::Catalog;
use crate::model::expr::{Expr, Lookup, Value};
use crate::model::metric::{Measured, Measurements};
use crate::model::near::did_you_mean;
use crate::model::privilege::Profile;
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

/// Whatever a subject turned out to be.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum Explained {
    Number(Box<Explanation>),
    Identity(Box<Profile>),
}

/// Explains a metric or a question by its id.
pub async fn explain(ctx: &Ctx, id: &AssessmentId, subject: &str) -> Result<Explanation, Error> {
    let opened = assess::open(ctx, Some(id)).await?;
    let Some(named) = named(&ctx.library.catalog, &opened.questionnaire, subject) else {
        return Err(unknown(&ctx.library.catalog, &opened.questionnaire, subject, None));
    };
    let inventory = assess::roster(ctx, &opened.assessment).await?.inventory;
    number(ctx, opened, inventory, named).await
}

/// Explains a question, a metric or an identity, in this order.
pub async fn explain_any(ctx: &Ctx, id: &AssessmentId, subject: &str) -> Result<Explained, Error> {
    let opened = assess::open(ctx, Some(id)).await?;
    let roster = assess::roster(ctx, &opened.assessment).await?;
    if let Some(named) = named(&ctx.library.catalog, &opened.questionnaire, subject) {
        let explanation = number(ctx, opened, roster.inventory, named).await?;
        return Ok(Explained::Number(Box::new(explanation)));
    }
    if roster.meant(subject).is_empty() {
        return Err(unknown(&ctx.library.catalog, &opened.questionnaire, subject, Some(&roster)));
    }
    Ok(Explained::Identity(Box::new(explain_identity(roster, subject).await?)))
}

/// A question or a metric that a subject names.
struct Named {
    question: Option<QuestionId>,
    /// The metrics behind it.
    metrics: Vec<MetricName>,
}

/// What a subject names, whatever its letters; `None` when there is no such question or metric.
fn named(catalog: &Catalog, questionnaire: &Questionnaire, subject: &str) -> Option<Named> {
    let is_meant = |id: &str| id.eq_ignore_ascii_case(subject.trim());
    if let Some(question) = questionnaire.questions.iter().find(|question| is_meant(question.id.as_str())) {
        let mut metrics: Vec<_> = question.checks.iter().flat_map(|check| check.expr.metrics()).collect();
        metrics.extend(question.caps.iter().flat_map(|cap| cap.when.metrics()));
        metrics.extend(question.not_applicable_when.iter().flat_map(Expr::metrics));
        metrics.sort();
        metrics.dedup();
        return Some(Named { question: Some(question.id.clone()), metrics });
    }
    let mut known = catalog.metrics.keys().chain(catalog.derived.keys());
    let name = known.find(|name| is_meant(name.as_str()))?;
    Some(Named { question: None, metrics: vec![name.clone()] })
}

async fn number(ctx: &Ctx, opened: Opened, inventory: Inventory, named: Named) -> Result<Explanation, Error> {
    let library = ctx.library.clone();
    let Named { question, metrics } = named;
    let measurements = opened.measurements;
    let subject =
        question.as_ref().map(ToString::to_string).or_else(|| metrics.first().map(ToString::to_string));
    let origins = move || origins(&inventory, &library.catalog, &measurements, &metrics);
    let mut origins = done(tokio::task::spawn_blocking(origins).await)?;
    let row = opened.scorecard.rows.into_iter().find(|row| Some(&row.question) == question.as_ref());
    match row {
        Some(row) => Ok(Explanation::Question { row: Box::new(row), metrics: origins }),
        None if origins.is_empty() => {
            Err(unknown(&ctx.library.catalog, &opened.questionnaire, &subject.unwrap_or_default(), None))
        }
        None => Ok(Explanation::Metric(Box::new(origins.remove(0)))),
    }
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

/// A sentence that nothing is called so; `roster` where identities may be meant too.
fn unknown(
    catalog: &Catalog,
    questionnaire: &Questionnaire,
    subject: &str,
    roster: Option<&Roster>,
) -> Error {
    let questions = questionnaire.questions.iter().map(|question| question.id.as_str());
    let metrics = catalog.metrics.keys().chain(catalog.derived.keys()).map(MetricName::as_str);
    let identities = roster.into_iter().flat_map(|roster| &roster.inventory.identities);
    let names = identities.map(|identity| identity.name.as_str()).filter(|name| !name.is_empty());
    let (what, help) = match roster {
        None => (
            format!("there is no question and no metric `{subject}`"),
            "name a question, such as INV-01, or a metric, such as ai.agents.total",
        ),
        Some(_) => (
            format!("there is no question, no metric and no identity `{subject}`"),
            "name a question, such as INV-01, a metric, such as ai.agents.total, or an identity; `trueup \
             identities` lists them",
        ),
    };
    Error::Unknown { what, help: did_you_mean(subject, questions.chain(metrics).chain(names), help) }
}
