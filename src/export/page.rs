//! The one view model: finished words and figures, harmless for every target. Formats choose the layout.

use super::Report;
use super::words::{UNKNOWN, percent, plain, rounded, score, signed};
use crate::model::Level;
use crate::model::catalog::Benchmark;
use crate::model::questionnaire::{About, Questionnaire};
use crate::model::scorecard::{Row, Scorecard, Sign, Verdict};

mod agents;
mod footer;
mod references;
mod rights;
mod tools;

pub(super) use agents::{AgentLine, AgentTable, COLUMNS as AGENT_COLUMNS};
pub(super) use footer::Footer;
pub(super) use references::{Reference, published};
pub(super) use rights::{Heavy, Peers, Privileges, Published, Spread};
pub(super) use tools::{ToolBar, Tools};

/// What a reader of a picture is told.
#[derive(Debug, Clone)]
pub(super) struct Page {
    pub organisation: String,
    /// Unit and period, where there is a unit.
    pub subject: String,
    pub pack: String,
    pub class: Option<String>,
    /// Why the class is what it is, and what the unit called itself.
    pub because: String,
    /// What was proven in the period before.
    pub before: Option<String>,
    pub total: Bar,
    pub facts: Vec<Fact>,
    pub domains: Vec<Bar>,
    pub classes: Vec<Bar>,
    /// Open ones first.
    pub gates: Vec<Gate>,
    pub signs: Vec<Dial>,
    pub findings: Vec<Finding>,
    /// How many over-claimed questions there are beside those in `findings`.
    pub more_findings: usize,
    pub references: Vec<Reference>,
    /// `None` when no source tells of rights.
    pub privileges: Option<Privileges>,
    /// `None` when no source lists AI tools.
    pub tools: Option<Tools>,
    /// `None` when no source lists agents.
    pub agents: Option<AgentTable>,
    pub footer: Footer,
}

/// A claim beside what is known, 0 to 100.
#[derive(Debug, Clone)]
pub(super) struct Bar {
    pub id: String,
    pub title: String,
    pub claimed: Option<f64>,
    pub bounds: Option<(f64, f64)>,
    /// Whether anything but claims stands behind the bounds.
    pub has_evidence: bool,
}

impl Bar {
    /// Claim, floor and ceiling in words, in this order.
    pub fn words(&self) -> [String; 3] {
        let end = |pick: fn((f64, f64)) -> f64| score(self.bounds.map(pick));
        [score(self.claimed), end(|(floor, _)| floor), end(|(_, ceiling)| ceiling)]
    }
}

/// One figure with its name and what it is measured on.
#[derive(Debug, Clone)]
pub(super) struct Fact {
    pub title: &'static str,
    pub value: String,
    pub note: String,
    pub kind: FactKind,
}

/// What a fact is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FactKind {
    Claim,
    Coverage,
    Unknown,
}

/// A question that has to be passed.
#[derive(Debug, Clone)]
pub(super) struct Gate {
    pub id: String,
    pub title: String,
    pub is_open: bool,
    pub note: String,
}

/// A working sign; `None` is unknown.
#[derive(Debug, Clone)]
pub(super) struct Dial {
    pub id: String,
    pub title: String,
    /// Both ends, 0 to 1.
    pub ends: Option<(f64, f64)>,
    pub value: String,
}

/// A question whose claim is above what is possible.
#[derive(Debug, Clone)]
pub(super) struct Finding {
    pub id: String,
    pub title: String,
    pub is_gate: bool,
    pub note: String,
}

/// How many findings a page shows.
const FINDINGS: usize = 5;

impl Page {
    /// Words everything.
    pub fn new(report: &Report<'_>) -> Self {
        let card = report.scorecard;
        let (findings, more_findings) = findings(report);
        Self {
            organisation: plain(&report.begun.organisation),
            subject: subject(report),
            pack: plain(&report.questionnaire.title),
            class: card.class.as_deref().map(plain),
            because: because(card),
            before: before(report),
            total: total(card),
            facts: facts(card),
            domains: domains(card),
            classes: classes(card),
            gates: gates(report),
            signs: card.signs.iter().map(dial).collect(),
            findings,
            more_findings,
            references: references(report),
            privileges: report.rights.map(|rights| Privileges::new(rights, report.catalog)),
            tools: report.shadow.map(|shadow| Tools::new(shadow, report.catalog)),
            agents: report.agents.map(|agents| AgentTable::new(agents, report.catalog)),
            footer: Footer::new(report),
        }
    }
}

fn subject(report: &Report<'_>) -> String {
    let unit = report.begun.unit.as_deref().map(plain).filter(|unit| !unit.is_empty());
    let period = plain(&report.begun.period);
    unit.map_or(period.clone(), |unit| format!("{unit} · {period}"))
}

fn because(card: &Scorecard) -> String {
    let rating = card.self_rating.as_ref().map(|rating| {
        let title = plain(&rating.title);
        format!("Self-rating before the questions: {} {title}.", rating.level)
    });
    [plain(&card.class_because)].into_iter().chain(rating).collect::<Vec<_>>().join(" ")
}

fn before(report: &Report<'_>) -> Option<String> {
    let past = report.history.last()?;
    Some(format!("{}: {}", plain(&past.period), score(past.scorecard.floor)))
}

fn total(card: &Scorecard) -> Bar {
    Bar {
        id: "total".to_owned(),
        title: "All questions".to_owned(),
        claimed: card.claimed,
        bounds: card.floor.zip(card.ceiling),
        has_evidence: card.evidence > 0.0,
    }
}

fn facts(card: &Scorecard) -> Vec<Fact> {
    let verified = percent(card.verified_weight);
    let gap_note = match card.gap_on_verified {
        Some(_) => format!("points, claimed minus proven, on the {verified} of the weight that is verified"),
        None => "nothing that was answered is verified yet".to_owned(),
    };
    let over_note = card.under_claimed_weight.map_or_else(
        || "nothing that was answered is verified yet".to_owned(),
        |share| format!("of the verified weight; under-claimed: {}", percent(share)),
    );
    let answered_note = card.dont_know.map_or_else(
        || "of the weight; nobody has answered".to_owned(),
        |share| format!("of the weight; “I do not know”: {} of the answers", percent(share)),
    );
    let claim = |title, value: Option<String>, note| Fact {
        title,
        kind: if value.is_some() { FactKind::Claim } else { FactKind::Unknown },
        value: value.unwrap_or_else(|| UNKNOWN.to_owned()),
        note,
    };
    let coverage = |title, share, note| Fact { title, value: percent(share), note, kind: FactKind::Coverage };
    vec![
        claim("Gap on verified", card.gap_on_verified.map(signed), gap_note),
        claim("Over-claimed", card.over_claimed_weight.map(percent), over_note),
        coverage("With evidence", card.evidence, "of the weight of all questions that apply".to_owned()),
        coverage("Answered", card.answered_weight, answered_note),
    ]
}

fn domains(card: &Scorecard) -> Vec<Bar> {
    let bar = |domain: &crate::model::scorecard::DomainScore| Bar {
        id: domain.domain.to_string(),
        title: plain(&domain.title),
        claimed: domain.claimed,
        bounds: Some((domain.floor, domain.ceiling)),
        has_evidence: domain.evidence > 0.0,
    };
    card.domain_scores.iter().map(bar).collect()
}

fn classes(card: &Scorecard) -> Vec<Bar> {
    let bar = |class: &crate::model::scorecard::ClassScore| Bar {
        id: class.class.id().to_owned(),
        title: class.class.title().to_owned(),
        claimed: class.claimed,
        bounds: class.floor.zip(class.ceiling),
        has_evidence: class.floor.zip(class.ceiling).is_some_and(|(floor, ceiling)| ceiling - floor < 100.0),
    };
    card.classes.iter().map(bar).collect()
}

fn gates(report: &Report<'_>) -> Vec<Gate> {
    let card = report.scorecard;
    let mut gates: Vec<Gate> = card
        .rows
        .iter()
        .filter(|row| row.gate && row.verdict != Verdict::NotApplicable)
        .map(|row| Gate {
            id: row.question.to_string(),
            title: plain(&row.title),
            is_open: card.gates_open.contains(&row.question),
            note: proven(report, row),
        })
        .collect();
    gates.sort_by_key(|gate| !gate.is_open);
    gates
}

/// What is proven of a question, in the words of the scale.
fn proven(report: &Report<'_>, row: &Row) -> String {
    let name = |level| level_name(report, level);
    match (row.floor, row.ceiling) {
        (Some(floor), Some(ceiling)) if floor == ceiling => format!("proven {floor} {}", name(floor)),
        (Some(Level::MIN), Some(Level::MAX)) => "nothing proven".to_owned(),
        (Some(floor), Some(ceiling)) => format!("proven {floor} to {ceiling}"),
        _ => UNKNOWN.to_owned(),
    }
}

fn level_name(report: &Report<'_>, level: Level) -> String {
    report.catalog.vocabulary.level_names.get(level.index()).map(|name| plain(name)).unwrap_or_default()
}

fn dial(sign: &Sign) -> Dial {
    let ends = sign.value.ends().filter(|(low, high)| low.is_finite() && high.is_finite());
    let value = match ends {
        None => UNKNOWN.to_owned(),
        Some((low, high)) if percent(low) == percent(high) => percent(low),
        Some((low, high)) => format!("{}–{}", rounded(low * 100.0), percent(high)),
    };
    Dial { id: plain(&sign.id), title: plain(&sign.title), ends, value }
}

/// Over-claimed questions: gates first, then by the weight of the difference.
fn findings(report: &Report<'_>) -> (Vec<Finding>, usize) {
    let rows = report.scorecard.over_claimed();
    let shown = rows.iter().take(FINDINGS).map(|row| Finding {
        id: row.question.to_string(),
        title: plain(&row.title),
        is_gate: row.gate,
        note: claimed_against_proven(report, row),
    });
    (shown.collect(), rows.len().saturating_sub(FINDINGS))
}

fn claimed_against_proven(report: &Report<'_>, row: &Row) -> String {
    let claimed = row
        .claimed
        .map_or_else(|| UNKNOWN.to_owned(), |level| format!("{level} {}", level_name(report, level)));
    format!("claimed {claimed}, {}", proven(report, row))
}

/// Published figures, only beside packs that ask about AI agents: that is what they are about.
fn references(report: &Report<'_>) -> Vec<Reference> {
    let asks = |pack: &Questionnaire| pack.questions.iter().any(|question| question.class == About::Ai);
    if asks(report.questionnaire) { published(report.catalog) } else { Vec::new() }
}

/// The published figures that the page prints, as they stand in the catalogue.
pub(super) fn cited<'a>(report: &Report<'a>) -> Vec<&'a Benchmark> {
    references::IDS
        .iter()
        .filter_map(|id| report.catalog.benchmarks.iter().find(|benchmark| benchmark.id == *id))
        .collect()
}
