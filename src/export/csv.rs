//! Tables after RFC 4180: every question, the totals, every identity, AI tool and agent. Text cannot become a formula.

use std::fmt::Display;

use csv::Writer;

use super::words::{rounded, steers};
use super::{ExportError, File, Format, Report};
use crate::model::MetricName;
use crate::model::scorecard::{Row, Scorecard, Verdict};

mod identities;
mod tools;
mod totals;

/// All questions, all totals and all identities, for a spreadsheet.
pub static FORMAT: Format = Format {
    id: "csv",
    title: "All questions, totals, identities, AI tools and agents as CSV",
    extension: "csv",
    render,
};

const QUESTIONS: [&str; 21] = [
    "question",
    "title",
    "domain",
    "domain_title",
    "weight",
    "gate",
    "claimed",
    "floor",
    "ceiling",
    "basis",
    "verdict",
    "spread",
    "lowest",
    "highest",
    "answers",
    "other_answers",
    "dont_know",
    "contested",
    "attested",
    "because",
    "metrics",
];

fn render(report: &Report<'_>) -> Result<Vec<File>, ExportError> {
    let mut files = vec![
        table("questions.csv", &QUESTIONS, questions(report.scorecard))?,
        table("scorecard.csv", &totals::COLUMNS, totals::rows(report))?,
    ];
    if let Some(rights) = report.rights {
        files.push(table("identities.csv", &identities::COLUMNS, identities::rows(rights))?);
    }
    if let Some(shadow) = report.shadow {
        files.push(table("tools.csv", &tools::TOOLS, tools::tools(shadow))?);
    }
    if let Some(agents) = report.agents {
        files.push(table("agents.csv", &tools::AGENTS, tools::agents(agents))?);
    }
    Ok(files)
}

/// One cell: foreign text is made harmless, our own figures stay figures.
enum Cell {
    Text(String),
    Figure(String),
}

impl Cell {
    fn text(text: impl AsRef<str>) -> Self {
        Self::Text(harmless(text.as_ref()))
    }

    fn figure(value: impl Display) -> Self {
        Self::Figure(value.to_string())
    }

    fn maybe(value: Option<impl Display>) -> Self {
        Self::Figure(value.map(|value| value.to_string()).unwrap_or_default())
    }

    fn as_str(&self) -> &str {
        match self {
            Self::Text(text) | Self::Figure(text) => text,
        }
    }
}

/// Takes out what steers, and puts an apostrophe before text that a spreadsheet would run.
fn harmless(text: &str) -> String {
    let runs = |letter: char| "=+-@＝＋－＠\t\r\n".contains(letter);
    let is_formula = text.starts_with(runs)
        || text.trim_start_matches(|letter: char| letter.is_whitespace() || steers(letter)).starts_with(runs);
    let kept = text.chars().filter(|&letter| letter == '\n' || letter == '\t' || !steers(letter));
    if is_formula { std::iter::once('\'').chain(kept).collect() } else { kept.collect() }
}

/// Writes row after row, so that no table lies in the memory as cells.
fn table(
    name: &str,
    header: &[&str],
    rows: impl IntoIterator<Item = Vec<Cell>>,
) -> Result<File, ExportError> {
    let failed = |reason: String| ExportError::Write {
        format: FORMAT.id.to_owned(),
        reason: format!("{name}: {reason}"),
    };
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let mut rows = rows.into_iter();
    let mut write = |writer: &mut Writer<Vec<u8>>| {
        writer.write_record(header)?;
        rows.try_for_each(|row| writer.write_record(row.iter().map(Cell::as_str)))
    };
    write(&mut writer).map_err(|error: csv::Error| failed(error.to_string()))?;
    let bytes = writer.into_inner().map_err(|error| failed(error.to_string()))?;
    Ok(File { name: name.to_owned(), bytes })
}

/// Writes identities as they stand in the file of identities.
pub(super) fn write_identities<'a>(
    rows: impl Iterator<Item = super::identities::Row<'a>>,
    out: &mut dyn std::io::Write,
) -> std::io::Result<()> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
    let failed = |error: csv::Error| match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => std::io::Error::other(format!("{other:?}")),
    };
    writer.write_record(identities::COLUMNS).map_err(failed)?;
    for row in rows {
        writer.write_record(identities::line(&row).iter().map(Cell::as_str)).map_err(failed)?;
    }
    writer.flush()
}

fn questions(card: &Scorecard) -> impl Iterator<Item = Vec<Cell>> {
    card.rows.iter().map(|row| question(card, row))
}

fn question(card: &Scorecard, row: &Row) -> Vec<Cell> {
    let domain = card.domain_scores.iter().find(|domain| domain.domain == row.domain);
    let spread = row.spread;
    let apart = spread.lowest.zip(spread.highest).map(|(low, high)| high.get().saturating_sub(low.get()));
    let because: Vec<_> = row.because.iter().map(|reason| reason.text.as_str()).collect();
    vec![
        Cell::text(row.question.as_str()),
        Cell::text(&row.title),
        Cell::text(row.domain.as_str()),
        Cell::text(domain.map_or("", |domain| domain.title.as_str())),
        Cell::figure(row.weight),
        Cell::text(yes_or_no(row.gate)),
        Cell::maybe(row.claimed),
        Cell::maybe(row.floor),
        Cell::maybe(row.ceiling),
        Cell::text(row.basis.word()),
        Cell::text(row.verdict.word()),
        Cell::maybe(apart),
        Cell::maybe(spread.lowest),
        Cell::maybe(spread.highest),
        Cell::figure(spread.counted),
        Cell::figure(spread.others),
        Cell::figure(spread.dont_know),
        Cell::text(yes_or_no(spread.contested)),
        Cell::maybe(row.attested),
        Cell::text(because.join(" ")),
        Cell::text(metrics(row)),
    ]
}

/// Every metric that the row rests on, once.
fn metrics(row: &Row) -> String {
    let mut names: Vec<_> =
        row.because.iter().flat_map(|reason| &reason.metrics).map(MetricName::as_str).collect();
    names.sort_unstable();
    names.dedup();
    names.join(" ")
}

fn yes_or_no(is: bool) -> &'static str {
    if is { "yes" } else { "no" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_become_a_formula() {
        for text in ["=cmd()", "+1", "-1", "@x", "\t=1", "\r=1", " =1", "\u{200b}=1", "＝1", "\u{1b}=1"] {
            assert!(harmless(text).starts_with('\''), "{text:?}");
        }
        assert_eq!(harmless("Owner = known"), "Owner = known");
        assert_eq!(harmless("a\u{1b}[31m\u{202e}b"), "a[31mb");
    }
}
