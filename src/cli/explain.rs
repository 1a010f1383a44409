//! `trueup explain`: where a number comes from.

use super::call::Call;
use super::text::{Paint, number, percent, safe, wrapped};
use super::{Done, Error};
use crate::metrics::{Origin, OriginRow};
use crate::model::metric::Measured;
use crate::model::scorecard::Row;
use crate::ops::{self, Explanation};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A question, such as INV-01, or a metric, such as ai.agents.total.
    #[arg(value_name = "SUBJECT")]
    subject: String,
    /// Show every row, not only the first ones.
    #[arg(long)]
    all: bool,
}

/// How many rows of each kind are shown without `--all`.
const ROWS: usize = 10;
const WIDTH: usize = 100;

pub(super) async fn run(args: Args, call: &Call) -> Result<Done, Error> {
    let id = call.assessment().await?;
    let explanation = ops::explain(call.ctx().await?, &id, &args.subject).await?;
    let most = if args.all { usize::MAX } else { ROWS };
    call.show(&explanation, |explanation| match explanation {
        Explanation::Metric(origin) => metric(origin, most),
        Explanation::Question { row, metrics } => {
            let origins = metrics.iter().map(|origin| format!("\n{}", metric(origin, most)));
            question(row) + &origins.collect::<String>()
        }
    })?;
    Ok(Done::Fine)
}

fn question(row: &Row) -> String {
    let level = |level: Option<crate::model::Level>| number_of(level.map(|level| f64::from(level.get())));
    let mut text = format!(
        "{}\n  claimed {}, floor {}, ceiling {}: {} ({})\n",
        Paint::new().bold(&format!("{} · {}", row.question, row.title)),
        level(row.claimed),
        level(row.floor),
        level(row.ceiling),
        row.verdict.word(),
        row.basis.word()
    );
    for reason in &row.because {
        text.push_str(&format!("  - {}\n", wrapped(&safe(&reason.text), 4, WIDTH)));
    }
    text
}

fn number_of(level: Option<f64>) -> String {
    level.map_or_else(|| "–".to_owned(), |level| format!("{level:.0}"))
}

fn metric(origin: &Origin, most: usize) -> String {
    let coverage = origin.coverage.map_or_else(|| "not known".to_owned(), percent);
    let mut text = format!("{}\n", Paint::new().bold(&format!("{} = {}", origin.metric, value(origin))));
    let mut line = |what: &str, said: &str| {
        if !said.is_empty() {
            text.push_str(&format!("  {what:<11} {}\n", wrapped(&safe(said), 14, WIDTH)));
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
    let made_of: Vec<_> = origin.made_of.iter().map(|metric| metric.as_str()).collect();
    line("made of", &made_of.join(", "));
    text + &rows("counts", &origin.counted, most)
        + &rows("does not count", &origin.not_counted, most)
        + &rows("does not say", &origin.silent, most)
}

fn value(origin: &Origin) -> String {
    match &origin.value {
        Measured::Known(value) => format!("{} {}", plain(*value), origin.unit),
        Measured::Between { low, high } => format!("{} to {} {}", plain(*low), plain(*high), origin.unit),
        Measured::Unknown(_) => "unknown".to_owned(),
    }
}

/// Whole numbers stay whole.
fn plain(value: f64) -> String {
    if value.fract() == 0.0 { format!("{value:.0}") } else { number(Some(value)) }
}

fn population(origin: &Origin) -> String {
    match origin.population.as_str() {
        "" => String::new(),
        population => format!("{population}: {} rows, {} count", origin.of, origin.counted.len()),
    }
}

fn rows(title: &str, rows: &[OriginRow], most: usize) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let mut text = format!("  {title} ({})\n", rows.len());
    for row in rows.iter().take(most) {
        let name = if row.name.is_empty() || row.name == row.id {
            String::new()
        } else {
            format!(" ({})", row.name)
        };
        text.push_str(&safe(&format!("    {}{name} · {} · {}", row.id, row.source, row.because)));
        text.push('\n');
    }
    if rows.len() > most {
        text.push_str(&format!("    and {} more; --all shows them\n", rows.len() - most));
    }
    text
}
