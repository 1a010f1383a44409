//! Beginning an assessment, listing them, finding one.

use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use super::{Ctx, Error, append_at, assess, shadow};
use crate::model::assessment::Begun;
use crate::model::scorecard::{Row, Scorecard};
use crate::model::{AssessmentId, PackId};

/// What a new assessment is about.
#[derive(Debug, Clone)]
pub struct NewAssessment {
    pub pack: PackId,
    pub organisation: String,
    pub unit: Option<String>,
    pub period: String,
}

/// One line of the list of assessments.
#[derive(Debug, Clone, Serialize)]
pub struct Summary {
    pub begun: Begun,
    pub answered: usize,
    pub questions: usize,
    /// The newest scorecard; `None` when its pack is not there any more.
    pub scorecard: Option<Scorecard>,
}

/// Begins an assessment.
pub async fn begin(ctx: &Ctx, new: NewAssessment) -> Result<Begun, Error> {
    begin_at(ctx, new, ctx.now()).await
}

/// Begins an assessment at a moment that may lie in the past.
pub async fn begin_at(ctx: &Ctx, new: NewAssessment, at: Timestamp) -> Result<Begun, Error> {
    let questionnaire = ctx.library.pack(&new.pack)?;
    let begun = Begun {
        id: AssessmentId::new(Uuid::now_v7().to_string()),
        pack: questionnaire.id,
        pack_version: questionnaire.version,
        organisation: named("organisation", &new.organisation)?,
        unit: new.unit.as_deref().map(|unit| named("unit", unit)).transpose()?,
        period: period(&new.period)?,
        at: super::whole_milliseconds(at),
    };
    ctx.store.begin(&begun).await?;
    let inherited = shadow::inherited(ctx, &begun).await?;
    if !inherited.is_empty() {
        append_at(ctx, &begun.id, inherited, at).await?;
    }
    Ok(begun)
}

/// Lists assessments, newest first.
pub async fn list(ctx: &Ctx) -> Result<Vec<Summary>, Error> {
    let mut summaries = Vec::new();
    for listed in ctx.store.assessments().await? {
        let scorecard = assess::newest(ctx, &listed).await?;
        summaries.push(summary(listed.begun, scorecard));
    }
    Ok(summaries)
}

/// Finds an assessment by how its id begins or ends.
pub async fn find(ctx: &Ctx, part: &str) -> Result<AssessmentId, Error> {
    let known = ctx.store.assessments().await?;
    let fits = |id: &AssessmentId| id.as_str().starts_with(part) || id.as_str().ends_with(part);
    let mut found = known.into_iter().map(|listed| listed.begun.id).filter(fits);
    match (found.next(), found.next()) {
        (Some(id), None) => Ok(id),
        (None, _) => Err(Error::Unknown {
            what: format!("there is no assessment `{part}`"),
            help: "`trueup list` shows them all".to_owned(),
        }),
        (Some(_), Some(_)) => Err(Error::Unknown {
            what: format!("several assessments begin or end with `{part}`"),
            help: "write more of the id; `trueup list --json` shows them in full".to_owned(),
        }),
    }
}

fn summary(begun: Begun, scorecard: Option<Scorecard>) -> Summary {
    let rows = scorecard.as_ref().map_or(&[][..], |scorecard| &scorecard.rows);
    Summary {
        begun,
        answered: rows.iter().filter(|row| is_answered(row)).count(),
        questions: rows.len(),
        scorecard,
    }
}

fn is_answered(row: &Row) -> bool {
    let spread = &row.spread;
    row.claimed.is_some() || spread.counted + spread.others + spread.dont_know > 0
}

fn named(what: &str, text: &str) -> Result<String, Error> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::Refused {
            what: format!("the {what} has no name"),
            help: format!("name it with --{what} NAME"),
        });
    }
    Ok(text.to_owned())
}

/// Reads a quarter, such as `2026-Q4`.
fn period(text: &str) -> Result<String, Error> {
    let quarter = text.trim().to_uppercase();
    let is_quarter = quarter.split_once("-Q").is_some_and(|(year, number)| {
        year.len() == 4
            && year.bytes().all(|byte| byte.is_ascii_digit())
            && matches!(number, "1" | "2" | "3" | "4")
    });
    if is_quarter {
        return Ok(quarter);
    }
    Err(Error::Refused {
        what: format!("`{text}` is not a quarter"),
        help: "write the year and the quarter, such as 2026-Q4".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_a_year_and_a_quarter() {
        assert_eq!(period(" 2026-q4 ").unwrap(), "2026-Q4");
        for wrong in ["", "2026", "2026-Q5", "26-Q1", "2026Q1", "2026-Q11", "+026-Q1", "Q4-2026"] {
            assert!(period(wrong).is_err(), "{wrong}");
        }
    }
}
