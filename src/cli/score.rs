//! `trueup score`: what is claimed beside what is proven.

use unicode_width::UnicodeWidthStr;

use super::call::Call;
use super::everybody::own_weights;
use super::text::{Page, Paint, left, number, percent, right, safe, table, wrapped};
use super::{Done, Error};
use crate::model::QuestionId;
use crate::model::assessment::Begun;
use crate::model::metric::Measured;
use crate::model::scorecard::{DomainScore, Row, Scorecard, Sign, Verdict};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// End with exit code 3 when the floor is below this score, 0 to 100, or not known.
    #[arg(long, value_name = "SCORE", value_parser = score_limit)]
    fail_under: Option<f64>,
    /// Show every question, not only the widest over-claims.
    #[arg(long)]
    all: bool,
}

/// Columns of a bar from 0 to 100.
const BAR: usize = 40;
const WIDTH: usize = 100;
/// How many over-claimed questions are shown without `--all`.
const FINDINGS: usize = 10;

pub(super) async fn run(args: Args, call: &Call) -> Result<Done, Error> {
    let opened = call.opened().await?;
    let paint = Paint::new();
    let own = own_weights(&call.ctx().await?.library.weights);
    call.show(&opened.scorecard, |scorecard| {
        let parts = [
            head(&opened.assessment.begun, scorecard, paint),
            totals(scorecard),
            domains(scorecard, paint),
            notes(scorecard, paint),
            findings(scorecard, args.all, paint),
            own.map(|own| format!("{}\n", paint.muted(&own))).unwrap_or_default(),
        ];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
    })?;
    let is_short = |limit: f64| opened.scorecard.floor.is_none_or(|floor| floor < limit);
    Ok(if args.fail_under.is_some_and(is_short) { Done::Short } else { Done::Fine })
}

pub(super) fn score_limit(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(limit) if (0.0..=100.0).contains(&limit) => Ok(limit),
        _ => Err("a score is a number from 0 to 100".to_owned()),
    }
}

fn head(begun: &Begun, scorecard: &Scorecard, paint: Paint) -> String {
    let unit = begun.unit.as_deref().map(|unit| format!(" / {}", safe(unit))).unwrap_or_default();
    let title = format!("{}{unit} · {} · {}", safe(&begun.organisation), begun.period, begun.pack);
    let class = match &scorecard.class {
        Some(class) => format!("{}: {}\n", paint.bold(class), wrapped(&scorecard.class_because, 2, WIDTH)),
        None => String::new(),
    };
    format!("{}\n{class}", paint.bold(&title))
}

fn totals(scorecard: &Scorecard) -> String {
    let mut page = Page::default();
    let mut line = |what: &str, figure: &str, said: &str| {
        page.line(format!("  {} {} {said}", left(what, 16), right(figure, 7)).trim_end());
    };
    line("claimed", &number(scorecard.claimed), "");
    line("floor", &number(scorecard.floor), "proven");
    line(
        "claim-filled",
        &number(scorecard.claim_filled),
        "proven, raised to the claim where evidence allows",
    );
    line("ceiling", &number(scorecard.ceiling), "possible with what is known");
    if let Some(gap) = scorecard.gap_on_verified {
        line("gap on verified", &format!("{gap:+.1}"), "points over the questions whose proof is complete");
    }
    if let Some(range) = scorecard.gap_range {
        line("overall gap", &format!("{:+.1}", range.low), &format!("to {:+.1} points", range.high));
    }
    if let (Some(over), Some(under)) = (scorecard.over_claimed_weight, scorecard.under_claimed_weight) {
        let said = format!("of the verified weight; under-claimed {}", percent(under));
        line("over-claimed", &percent(over), &said);
    }
    let (evidence, verified) = (percent(scorecard.evidence), percent(scorecard.verified_weight));
    let said = format!("of the weight; {evidence} has evidence, {verified} is verified");
    line("answered", &percent(scorecard.answered_weight), &said);
    if let Some(rated) = &scorecard.self_rating {
        line("self-rating", &rated.level.to_string(), &safe(&rated.title));
    }
    page.0
}

fn domains(scorecard: &Scorecard, paint: Paint) -> String {
    let title = |domain: &DomainScore| format!("{}  {}", domain.domain, domain.title);
    let widest = scorecard.domain_scores.iter().map(|domain| title(domain).width()).max().unwrap_or(0);
    let scale = format!("0{}100", " ".repeat(BAR - 4));
    let mut page = Page::default();
    page.line(&paint.muted(&format!("{}  claimed   floor  ceiling  {scale}", left("domain", widest))));
    for domain in &scorecard.domain_scores {
        let figures =
            [domain.claimed, Some(domain.floor), Some(domain.ceiling)].map(|score| right(&number(score), 7));
        page.line(&format!("{}  {}  {}", left(&title(domain), widest), figures.join(" "), bar(domain)));
    }
    page.line(&paint.muted("█ proven  ░ possible  ◆ claimed"));
    page.0
}

/// Proven, possible and claimed on one line from 0 to 100.
fn bar(domain: &DomainScore) -> String {
    let score = |place: usize| place as f64 * 100.0 / BAR as f64;
    let is_claimed = |place: usize| {
        domain.claimed.is_some_and(|claimed| {
            score(place) <= claimed && (claimed < score(place + 1) || place + 1 == BAR)
        })
    };
    let half = 50.0 / BAR as f64;
    (0..BAR)
        .map(|place| match score(place) + half {
            _ if is_claimed(place) => '◆',
            middle if middle < domain.floor => '█',
            middle if middle < domain.ceiling => '░',
            _ => '·',
        })
        .collect()
}

fn notes(scorecard: &Scorecard, paint: Paint) -> String {
    let mut page = Page::default();
    let gates: Vec<_> = scorecard.gates_open.iter().map(QuestionId::as_str).collect();
    let gates = match gates.len() {
        0 => "none open".to_owned(),
        open => format!("{open} open: {}", gates.join(", ")),
    };
    page.line(&format!("gates  {}", wrapped(&gates, 7, WIDTH)));
    for sign in &scorecard.signs {
        page.line(&format!("sign   {} {}", left(&sign.id, 11), wrapped(&sign_value(sign), 19, WIDTH)));
    }
    for caution in &scorecard.cautions {
        page.line(&format!("{}   {}", paint.warn("note"), wrapped(&safe(caution), 7, WIDTH)));
    }
    page.0
}

fn sign_value(sign: &Sign) -> String {
    match &sign.value {
        Measured::Known(share) => percent(*share),
        Measured::Between { low, high } => format!("{} to {}", percent(*low), percent(*high)),
        Measured::Unknown(why) => format!("unknown: {}", safe(&why.reason)),
    }
}

fn findings(scorecard: &Scorecard, all: bool, paint: Paint) -> String {
    let mut rows = if all { scorecard.rows.iter().collect() } else { scorecard.over_claimed() };
    if !all {
        rows.truncate(FINDINGS);
    }
    if rows.is_empty() {
        return String::new();
    }
    let title =
        if all { "every question" } else { "most over-claimed: gates first, then weight times distance" };
    let cells: Vec<_> = rows.into_iter().map(|row| cells(row, paint)).collect();
    let header = ["id", "question", "weight", "claimed", "floor", "ceiling", "verdict"];
    format!("{}\n{}", paint.bold(title), table(&header, &[2, 3, 4, 5], &cells))
}

fn cells(row: &Row, paint: Paint) -> Vec<String> {
    let level =
        |level: Option<crate::model::Level>| level.map_or_else(|| "–".to_owned(), |level| level.to_string());
    let gate = if row.gate { " (gate)" } else { "" };
    let verdict = match row.verdict {
        Verdict::OverClaimed => paint.bad(row.verdict.word()),
        Verdict::Confirmed => paint.good(row.verdict.word()),
        _ => row.verdict.word().to_owned(),
    };
    vec![
        row.question.to_string(),
        format!("{}{gate}", row.title),
        row.weight.to_string(),
        level(row.claimed),
        level(row.floor),
        level(row.ceiling),
        verdict,
    ]
}
