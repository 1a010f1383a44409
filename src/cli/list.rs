//! `trueup list`: the assessments, newest first.

use super::call::Call;
use super::text::{number, safe, table};
use super::{Done, Error};
use crate::ops::{self, Summary};

pub(super) async fn run(call: &Call) -> Result<Done, Error> {
    let summaries = ops::list(call.ctx().await?).await?;
    if summaries.is_empty() && !call.global.json {
        eprintln!("there is no assessment yet; begin one with `trueup new --organisation NAME`");
        return Ok(Done::Fine);
    }
    call.show(&summaries, |summaries| {
        let rows: Vec<_> = summaries.iter().map(row).collect();
        let header =
            ["id", "organisation", "period", "pack", "answered", "claimed", "floor", "ceiling", "class"];
        table(&header, &[4, 5, 6, 7], &rows)
    })?;
    Ok(Done::Fine)
}

fn row(summary: &Summary) -> Vec<String> {
    let begun = &summary.begun;
    let scorecard = summary.scorecard.as_ref();
    let id = begun.id.as_str();
    let organisation = match &begun.unit {
        Some(unit) => format!("{} / {}", safe(&begun.organisation), safe(unit)),
        None => safe(&begun.organisation),
    };
    vec![
        // The first letters are the time and alike; the last ones tell assessments apart.
        id.get(id.len().saturating_sub(6)..).unwrap_or(id).to_owned(),
        organisation,
        begun.period.clone(),
        begun.pack.to_string(),
        format!("{}/{}", summary.answered, summary.questions),
        number(scorecard.and_then(|scorecard| scorecard.claimed)),
        number(scorecard.and_then(|scorecard| scorecard.floor)),
        number(scorecard.and_then(|scorecard| scorecard.ceiling)),
        scorecard.and_then(|scorecard| scorecard.class.clone()).unwrap_or_else(|| "–".to_owned()),
    ]
}
