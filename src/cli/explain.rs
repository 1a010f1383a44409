//! `trueup explain`: where a number comes from, and why an identity's score is what it is.

mod identity;

use std::path::PathBuf;

use super::call::Call;
use super::text::{Page, Paint, WIDTH, number, percent, safe, wrapped};
use super::{Done, Error, everybody};
use crate::export::IdentityDocument;
use crate::model::metric::Measured;
use crate::model::scorecard::Row;
use crate::model::{Level, MetricName};
use crate::ops::{self, Explained, Explanation, Origin, OriginRow};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A question, such as INV-01, a metric, such as ai.agents.total, or an identity: its id, its name, a key under
    /// which it is known, such as a mail, user/NAME or role/NAME, or how one of them begins.
    #[arg(value_name = "SUBJECT")]
    subject: String,
    /// Look for the identity in these files instead of the assessment; what each one is, is told from its content.
    /// Nothing is kept.
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Show every row, not only the first ones.
    #[arg(long)]
    all: bool,
}

/// How many rows of each kind are shown without `--all`.
const ROWS: usize = 10;

pub(super) async fn run(args: Args, call: &Call) -> Result<Done, Error> {
    let explained = if args.files.is_empty() {
        let id = call.assessment().await?;
        ops::explain_any(call.ctx().await?, &id, &args.subject).await?
    } else {
        let roster = everybody::roster(&args.files, call).await?;
        Explained::Identity(Box::new(ops::explain_identity(roster, &args.subject).await?))
    };
    match explained {
        Explained::Number(explanation) => {
            let most = if args.all { usize::MAX } else { ROWS };
            call.show(&*explanation, |explanation| said(explanation, most))?;
        }
        Explained::Identity(profile) if call.global.json => {
            call.print_json(&IdentityDocument::from(&*profile))?;
        }
        Explained::Identity(profile) => call.print(&identity::page(&profile, args.all))?,
    }
    Ok(Done::Fine)
}

fn said(explanation: &Explanation, most: usize) -> String {
    match explanation {
        Explanation::Metric(origin) => metric(origin, most),
        Explanation::Question { row, metrics } => {
            let origins = metrics.iter().map(|origin| format!("\n{}", metric(origin, most)));
            question(row) + &origins.collect::<String>()
        }
    }
}

fn question(row: &Row) -> String {
    let level = |level: Option<Level>| level.map_or_else(|| "–".to_owned(), |level| level.to_string());
    let mut page = Page::default();
    page.line(&Paint::new().bold(&safe(&format!("{} · {}", row.question, row.title))));
    page.line(&format!(
        "  claimed {}, floor {}, ceiling {}: {} ({})",
        level(row.claimed),
        level(row.floor),
        level(row.ceiling),
        row.verdict.word(),
        row.basis.word()
    ));
    for reason in &row.because {
        page.line(&format!("  - {}", wrapped(&safe(&reason.text), 4, WIDTH)));
    }
    page.0
}

fn metric(origin: &Origin, most: usize) -> String {
    let coverage = origin.coverage.map_or_else(|| "not known".to_owned(), percent);
    let mut page = Page::default();
    page.line(&Paint::new().bold(&format!("{} = {}", origin.metric, value(origin))));
    let mut line = |what: &str, said: &str| {
        if !said.is_empty() {
            page.line(&format!("  {what:<11} {}", wrapped(&safe(said), 14, WIDTH)));
        }
    };
    line("definition", &origin.definition);
    if let Measured::Unknown(why) = &origin.value {
        line("unknown", &why.reason);
        line("remedy", &why.remedy);
    }
    line("population", &population(origin));
    line("rule", &origin.rule);
    line("sources", &origin.sources.join(", "));
    line("coverage", &coverage);
    let made_of: Vec<_> = origin.made_of.iter().map(MetricName::as_str).collect();
    line("made of", &made_of.join(", "));
    for (title, rows) in [
        ("counts", &origin.counted),
        ("does not count", &origin.not_counted),
        ("does not say", &origin.silent),
    ] {
        page.add(&listed(title, rows, most));
    }
    page.0
}

fn value(origin: &Origin) -> String {
    match &origin.value {
        Measured::Known(value) => figure(*value, &origin.unit),
        Measured::Between { low, high } => {
            format!("{} to {}", figure(*low, &origin.unit), figure(*high, &origin.unit))
        }
        Measured::Unknown(_) => "unknown".to_owned(),
    }
}

/// A figure in its unit; whole numbers stay whole.
fn figure(value: f64, unit: &str) -> String {
    let plain = if value.fract() == 0.0 { format!("{value:.0}") } else { number(Some(value)) };
    match unit {
        "count" => plain,
        "ratio" => percent(value),
        unit => format!("{plain} {unit}").trim_end().to_owned(),
    }
}

fn population(origin: &Origin) -> String {
    match origin.population.as_str() {
        "" => String::new(),
        population => format!("{population}: {} rows, {} count", origin.of, origin.counted.len()),
    }
}

fn listed(title: &str, rows: &[OriginRow], most: usize) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let mut page = Page::default();
    page.line(&format!("  {title} ({})", rows.len()));
    for row in rows.iter().take(most) {
        let is_named = !row.name.is_empty() && row.name != row.id;
        let name = if is_named { format!(" ({})", row.name) } else { String::new() };
        page.line(&safe(&format!("    {}{name} · {} · {}", row.id, row.source, row.because)));
    }
    if rows.len() > most {
        page.line(&format!("    and {} more; --all shows them", rows.len() - most));
    }
    page.0
}
