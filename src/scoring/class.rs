//! Gates and readiness classes, on the floor.

use super::judged::Case;
use super::totals::Sum;
use super::words::{decimal, plural};
use crate::model::Level;
use crate::model::QuestionId;
use crate::model::questionnaire::{ClassRule, Questionnaire};
use crate::model::scorecard::DomainScore;

/// What is shown while a class cannot be given.
const UNPROVEN: &str = "Unproven";
/// From this floor on a gate is shut.
const GATE: u8 = 3;

/// A class and what stands in the way of a better one.
pub(super) struct Classed {
    /// `None` for packs that never give one.
    pub title: Option<String>,
    pub because: String,
}

/// What class rules look at.
struct Standing<'s> {
    floor: f64,
    evidence: f64,
    domains: &'s [DomainScore],
    cases: &'s [Case<'s>],
}

/// Finds the best class whose every condition is met.
pub(super) fn class(
    questionnaire: &Questionnaire,
    cases: &[Case<'_>],
    sum: &Sum,
    domains: &[DomainScore],
) -> Classed {
    let rules = &questionnaire.class_rules;
    let unproven = |because| Classed { title: Some(UNPROVEN.to_owned()), because };
    let Some(worst) = rules.last() else {
        return Classed { title: None, because: "This pack gives no readiness class.".to_owned() };
    };
    let Some(floor) = sum.floor() else { return unproven("No question applies.".to_owned()) };
    if let Some(because) = withheld(questionnaire, sum) {
        return unproven(because);
    }
    let standing = Standing { floor, evidence: sum.evidence(), domains, cases };
    let met = rules.iter().position(|rule| standing.missing(rule).is_empty());
    let Some(met) = met else {
        let missing = standing.missing(worst).join("; ");
        return unproven(format!("Even {} is out of reach: {missing}.", worst.title));
    };
    let because = match met.checked_sub(1).and_then(|better| rules.get(better)) {
        Some(better) => format!("{} needs more: {}.", better.title, standing.missing(better).join("; ")),
        None => "Nothing stands in the way of the best class.".to_owned(),
    };
    Classed { title: rules.get(met).map(|rule| rule.title.clone()), because }
}

/// Why no class is given at all.
fn withheld(questionnaire: &Questionnaire, sum: &Sum) -> Option<String> {
    let rules = &questionnaire.rules;
    if rules.min_evidence > 1.0 {
        return Some("This pack never gives a class: what it shows is a talk, not a measurement.".to_owned());
    }
    let mut missing = Vec::new();
    if sum.evidence() < rules.min_evidence {
        missing.push(format!(
            "{} % of the weight has evidence, a class needs {} %",
            percent(sum.evidence()),
            percent(rules.min_evidence)
        ));
    }
    if sum.answered_weight() < rules.min_answered {
        missing.push(format!(
            "{} % of the weight is answered, a class needs {} %",
            percent(sum.answered_weight()),
            percent(rules.min_answered)
        ));
    }
    (!missing.is_empty()).then(|| format!("{}.", missing.join("; ")))
}

impl Standing<'_> {
    /// Every condition of a class that is not met, in words.
    fn missing(&self, rule: &ClassRule) -> Vec<String> {
        let mut missing = Vec::new();
        if self.floor < rule.min_score {
            let (floor, wanted) = (decimal(self.floor, 1), decimal(rule.min_score, 1));
            missing.push(format!("the floor is {floor}, {wanted} is needed"));
        }
        let low: Vec<&DomainScore> =
            self.domains.iter().filter(|domain| domain.floor < rule.min_domain).collect();
        if let Some(lowest) = low.iter().min_by(|one, other| one.floor.total_cmp(&other.floor)) {
            missing.push(format!(
                "{} below {}, the lowest is {} with {}",
                plural(low.len(), "domain"),
                decimal(rule.min_domain, 1),
                lowest.title,
                decimal(lowest.floor, 1)
            ));
        }
        if self.evidence < rule.min_evidence {
            let (evidence, wanted) = (percent(self.evidence), percent(rule.min_evidence));
            missing.push(format!("{evidence} % of the weight has evidence, {wanted} % is needed"));
        }
        let gates = gates_below(self.cases, rule.gates_at);
        if !gates.is_empty() {
            let ids = gates.iter().map(|id| id.as_str()).collect::<Vec<_>>().join(", ");
            missing.push(format!("{} below level {}: {ids}", plural(gates.len(), "gate"), rule.gates_at));
        }
        missing
    }
}

fn percent(share: f64) -> String {
    decimal(share * 100.0, 1)
}

fn gates_below<'c>(cases: &'c [Case<'_>], level: Level) -> Vec<&'c QuestionId> {
    let is_below = |case: &&Case<'_>| case.judged.bounds.is_some_and(|bounds| bounds.floor() < level);
    cases.iter().filter(|case| case.question.gate).filter(is_below).map(|case| &case.question.id).collect()
}

/// Gates that are not proven.
pub(super) fn gates_open(cases: &[Case<'_>]) -> Vec<QuestionId> {
    let level = Level::new(GATE).unwrap_or(Level::MAX);
    gates_below(cases, level).into_iter().cloned().collect()
}
