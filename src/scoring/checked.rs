//! One measured quantity against its limits.

use std::collections::BTreeSet;

use super::facts::{End, Facts};
use super::words::{Unit, counts, quantity, sentence, unit};
use crate::model::expr::Value;
use crate::model::metric::Why;
use crate::model::questionnaire::{Check, Direction};
use crate::model::scorecard::{Reason, ReasonKind};
use crate::model::{Bounds, Level, MetricName};

/// How far a value may miss a limit and still reach it: room for rounding, nothing else.
const TOLERANCE: f64 = 1e-9;

/// Why a share is unknown although both counts are known.
pub(super) const NOTHING_TO_SHARE: &str =
    "There is nothing to take a share of, which is not the same as perfect.";

/// What one check says.
pub(super) struct Checked {
    /// `None` when nothing is known of the quantity.
    pub bounds: Option<Bounds>,
    pub reason: Reason,
}

/// Evaluates one check at both ends of what is known.
pub(super) fn check(check: &Check, reads: &BTreeSet<&MetricName>, facts: &Facts<'_>) -> Checked {
    let metrics = check.expr.metrics().into_iter().collect();
    let Value::Number { low, high } = facts.eval(&check.expr, End::Floor) else {
        let reason = Reason { kind: ReasonKind::UnknownCheck, text: unknown(check, reads, facts), metrics };
        return Checked { bounds: None, reason };
    };
    let (worse, better) = match check.direction {
        Direction::Up => (low, high),
        Direction::Down => (high, low),
    };
    let (floor, ceiling) = (level(check, worse), level(check, better));
    // Ends so far apart that every level is possible are no evidence, whatever rows they come from.
    let is_silent = worse.to_bits() != better.to_bits() && floor < check.from && ceiling == Level::MAX;
    let bounds = (!is_silent).then(|| Bounds::exactly(ceiling).floor_at_most(floor));
    let text = sentence(&told(check, (worse, better), (floor, ceiling), facts));
    let kind = if is_silent { ReasonKind::UnknownCheck } else { ReasonKind::Check };
    Checked { bounds, reason: Reason { kind, text, metrics } }
}

/// The highest level whose limit, and every limit below it, holds.
fn level(check: &Check, value: f64) -> Level {
    let reaches = |limit: f64| match check.direction {
        Direction::Up => value >= limit - TOLERANCE,
        Direction::Down => value <= limit + TOLERANCE,
    };
    let steps = check.at.iter().take_while(|&&limit| reaches(limit)).count();
    let steps = u8::try_from(steps).unwrap_or(u8::MAX);
    let level = check.from.get().saturating_add(steps).saturating_sub(1);
    Level::new(level).unwrap_or(Level::MAX)
}

/// The limit of the level above, where there is one.
fn next_limit(check: &Check, reached: Level) -> Option<(Level, f64)> {
    let next = Level::new(reached.get().checked_add(1)?)?;
    let place = usize::from(next.get().checked_sub(check.from.get())?);
    check.at.get(place).map(|&limit| (next, limit))
}

fn told(check: &Check, ends: (f64, f64), levels: (Level, Level), facts: &Facts<'_>) -> String {
    let unit = unit(&check.expr, facts);
    let next = next_limit(check, levels.0);
    let shown =
        |value: f64| next.map_or_else(|| unit.shown(value), |(_, limit)| unit.shown_beside(value, limit));
    let quantity = quantity(&check.expr);
    let (worse, better) = ends;
    let outcome = if worse.to_bits() == better.to_bits() {
        let counts = counts(&check.expr, facts);
        format!("{quantity} is {}{counts}: level {}", shown(worse), levels.0)
    } else {
        let (low, high) = (worse.min(better), worse.max(better));
        // Two counts with ends of their own have a quotient that may lie beyond what a part can be of its whole.
        let is_bounded = check.expr.is_share() && !is_contradictory(check, ends);
        let possible = |value: f64| if is_bounded { value.clamp(0.0, 1.0) } else { value };
        let (low, high) = (possible(low), possible(high));
        let levels = span(levels);
        format!(
            "{quantity} lies between {} and {}, because some rows do not say: {levels}",
            shown(low),
            shown(high)
        )
    };
    let doubt = if is_contradictory(check, ends) { " The two figures contradict each other." } else { "" };
    format!("{outcome}.{doubt} {}", wanted(check, next, &unit))
}

/// Whether a share lies outside 0 to 100 %: the part is larger than its whole.
fn is_contradictory(check: &Check, (one, other): (f64, f64)) -> bool {
    let possible = -TOLERANCE..=1.0 + TOLERANCE;
    check.expr.is_share() && !possible.contains(&one) && !possible.contains(&other)
}

/// Whether a check rests on a part that is larger than its whole.
pub(super) fn contradicts(check: &Check, facts: &Facts<'_>) -> bool {
    match facts.eval(&check.expr, End::Floor) {
        Value::Number { low, high } => is_contradictory(check, (low, high)),
        Value::Truth(_) | Value::Unknown => false,
    }
}

fn span((floor, ceiling): (Level, Level)) -> String {
    if floor == ceiling { format!("level {floor}") } else { format!("level {floor} to {ceiling}") }
}

fn wanted(check: &Check, next: Option<(Level, f64)>, unit: &Unit) -> String {
    let Some((next, limit)) = next else { return "It asks for no more".to_owned() };
    let bound = match check.direction {
        Direction::Up => "at least",
        Direction::Down => "at most",
    };
    format!("Level {next} needs {bound} {}", unit.limit(limit))
}

fn unknown(check: &Check, reads: &BTreeSet<&MetricName>, facts: &Facts<'_>) -> String {
    let quantity = quantity(&check.expr);
    let floor = check.from.below();
    let limit = if floor == Level::MIN { "" } else { " at most" };
    let why = reasons(&quantity, reads, facts);
    let why = if why.is_empty() { NOTHING_TO_SHARE.to_owned() } else { why.join(" ") };
    format!("{quantity} is unknown, so the floor is {floor}{limit}. {why}")
}

/// Why each of the metrics is missing and what to do; those with the same reason are told of once.
fn reasons(quantity: &str, reads: &BTreeSet<&MetricName>, facts: &Facts<'_>) -> Vec<String> {
    let mut groups: Vec<(Why, Vec<&str>)> = Vec::new();
    for name in reads.iter().filter(|name| facts.ends(name).is_none()) {
        let why = facts.why_unknown(name);
        match groups.iter_mut().find(|(known, _)| *known == why) {
            Some((_, names)) => names.push(name.as_str()),
            None => groups.push((why, vec![name.as_str()])),
        }
    }
    let told = groups.into_iter().map(|(why, names)| {
        let reason = sentence(&why.reason);
        let names = names.join(", ");
        // Where the metric is all that is asked for, it was named just before.
        let reason =
            if names == quantity { reason } else { format!("{} ({names}).", reason.trim_end_matches('.')) };
        if why.remedy.is_empty() { reason } else { format!("{reason} {}", sentence(&why.remedy)) }
    });
    told.collect()
}
