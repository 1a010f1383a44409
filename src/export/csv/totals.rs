//! The totals, one figure a line: the value in full, the value as it is shown, its unit, and words.

use super::{Cell, rounded};
use crate::export::Report;
use crate::export::words::UNKNOWN;
use crate::model::scorecard::Scorecard;

mod rights;

pub(super) const COLUMNS: [&str; 8] = ["part", "id", "title", "figure", "value", "rounded", "unit", "text"];

pub(super) fn rows(report: &Report<'_>) -> Vec<Vec<Cell>> {
    let mut rows = facts(report);
    rows.extend(sums(report.scorecard));
    rows.extend(domains(report.scorecard));
    rows.extend(classes(report.scorecard));
    rows.extend(signs(report.scorecard));
    rows.extend(gates(report.scorecard));
    rows.extend(rights::rows(report.rights));
    rows
}

/// What a figure is about.
#[derive(Clone, Copy)]
struct Subject<'a> {
    part: &'a str,
    id: &'a str,
    title: &'a str,
}

fn line(subject: Subject<'_>, figure: &str, value: Option<f64>, unit: &str, text: &str) -> Vec<Cell> {
    let finite = value.filter(|value| value.is_finite());
    vec![
        Cell::text(subject.part),
        Cell::text(subject.id),
        Cell::text(subject.title),
        Cell::text(figure),
        Cell::maybe(finite),
        Cell::maybe(finite.map(rounded)),
        Cell::text(unit),
        Cell::text(text),
    ]
}

/// A figure, or the word for not knowing it.
fn number(subject: Subject<'_>, figure: &str, value: Option<f64>, unit: &str) -> Vec<Cell> {
    line(subject, figure, value, unit, if value.is_some() { "" } else { UNKNOWN })
}

fn count(subject: Subject<'_>, figure: &str, value: u64) -> Vec<Cell> {
    number(subject, figure, Some(value as f64), "count")
}

fn share(subject: Subject<'_>, figure: &str, value: Option<f64>) -> Vec<Cell> {
    number(subject, figure, value.map(|share| share * 100.0), "percent")
}

fn facts(report: &Report<'_>) -> Vec<Vec<Cell>> {
    let begun = report.begun;
    let subject = Subject { part: "report", id: "", title: "" };
    let facts = [
        ("organisation", begun.organisation.clone()),
        ("unit", begun.unit.clone().unwrap_or_default()),
        ("period", begun.period.clone()),
        ("assessment", begun.id.to_string()),
        ("pack", report.scorecard.pack.to_string()),
        ("pack_version", report.scorecard.pack_version.clone()),
        ("made", report.made.to_string()),
        ("tool", format!("trueup {}", report.tool)),
        ("class", report.scorecard.class.clone().unwrap_or_default()),
        ("class_because", report.scorecard.class_because.clone()),
    ];
    let cautions = report.scorecard.cautions.iter().map(|caution| ("caution", caution.clone()));
    facts.into_iter().chain(cautions).map(|(figure, text)| line(subject, figure, None, "", &text)).collect()
}

fn sums(card: &Scorecard) -> Vec<Vec<Cell>> {
    let subject = Subject { part: "total", id: "", title: "" };
    let count = |figure, value: f64| number(subject, figure, Some(value), "count");
    let score = |figure, value| number(subject, figure, value, "points");
    vec![
        score("claimed", card.claimed),
        score("floor", card.floor),
        score("ceiling", card.ceiling),
        score("claim_filled", card.claim_filled),
        score("gap_on_verified", card.gap_on_verified),
        score("gap_low", card.gap_range.map(|range| range.low)),
        score("gap_high", card.gap_range.map(|range| range.high)),
        share(subject, "evidence", Some(card.evidence)),
        share(subject, "verified_weight", Some(card.verified_weight)),
        share(subject, "answered_weight", Some(card.answered_weight)),
        share(subject, "over_claimed_weight", card.over_claimed_weight),
        share(subject, "under_claimed_weight", card.under_claimed_weight),
        share(subject, "dont_know", card.dont_know),
        count("questions", card.questions as f64),
        count("applicable", card.applicable as f64),
        count("weight", f64::from(card.weight)),
    ]
}

fn domains(card: &Scorecard) -> Vec<Vec<Cell>> {
    let domain = |domain: &crate::model::scorecard::DomainScore| {
        let subject = Subject { part: "domain", id: domain.domain.as_str(), title: &domain.title };
        [
            number(subject, "claimed", domain.claimed, "points"),
            number(subject, "floor", Some(domain.floor), "points"),
            number(subject, "ceiling", Some(domain.ceiling), "points"),
            number(subject, "claim_filled", Some(domain.claim_filled), "points"),
            share(subject, "evidence", Some(domain.evidence)),
            number(subject, "weight", Some(f64::from(domain.weight)), "count"),
        ]
    };
    card.domain_scores.iter().flat_map(domain).collect()
}

fn classes(card: &Scorecard) -> Vec<Vec<Cell>> {
    let class = |class: &crate::model::scorecard::ClassScore| {
        let subject = Subject { part: "class", id: class.class.id(), title: class.class.title() };
        [
            number(subject, "claimed", class.claimed, "points"),
            number(subject, "floor", class.floor, "points"),
            number(subject, "ceiling", class.ceiling, "points"),
            number(subject, "questions", Some(class.questions as f64), "count"),
        ]
    };
    card.classes.iter().flat_map(class).collect()
}

fn signs(card: &Scorecard) -> Vec<Vec<Cell>> {
    let sign = |sign: &crate::model::scorecard::Sign| {
        let subject = Subject { part: "sign", id: &sign.id, title: &sign.title };
        let ends = sign.value.ends();
        [share(subject, "low", ends.map(|(low, _)| low)), share(subject, "high", ends.map(|(_, high)| high))]
    };
    card.signs.iter().flat_map(sign).collect()
}

fn gates(card: &Scorecard) -> Vec<Vec<Cell>> {
    let gates = card.rows.iter().filter(|row| row.gate);
    let gate = |row: &crate::model::scorecard::Row| {
        let subject = Subject { part: "gate", id: row.question.as_str(), title: &row.title };
        let state = if row.verdict == super::Verdict::NotApplicable {
            row.verdict.word()
        } else if card.gates_open.contains(&row.question) {
            "open"
        } else {
            "closed"
        };
        line(subject, "state", None, "", state)
    };
    gates.map(gate).collect()
}
