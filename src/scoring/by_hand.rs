//! "Does not apply", said by people: accepted sparingly, never for a gate, always listed.

use std::collections::BTreeSet;

use super::judged::Case;
use super::measured::Judged;
use super::words::{decimal, plural};
use crate::model::questionnaire::Rules;

/// Which questions are left out because people say so.
pub(super) struct ByHand {
    /// Places in the questionnaire.
    pub accepted: BTreeSet<usize>,
    /// What a reader has to know about it.
    pub cautions: Vec<String>,
}

/// Accepts all declarations, or none when they take away too much weight. `late` questions are not judged yet.
pub(super) fn decide(rules: &Rules, cases: &[Case<'_>], late: &BTreeSet<usize>) -> ByHand {
    let declared = |place: &usize, case: &Case<'_>| {
        case.heard.is_declared_away() && (late.contains(place) || case.judged.bounds.is_some())
    };
    let declared: Vec<(usize, &Case<'_>)> =
        cases.iter().enumerate().filter(|(place, case)| declared(place, case)).collect();
    let (gates, others): (Vec<_>, Vec<_>) = declared.into_iter().partition(|(_, case)| case.question.gate);
    let weight: u64 = others.iter().map(|(_, case)| u64::from(case.question.weight)).sum();
    let total: u64 = cases.iter().map(|case| u64::from(case.question.weight)).sum();
    let share = if total > 0 { weight as f64 / total as f64 } else { 0.0 };
    let is_accepted = share <= rules.max_na + f64::EPSILON;
    let mut cautions = Vec::new();
    if !others.is_empty() && !is_accepted {
        cautions.push(format!(
            "{} with {} % of the weight {} declared not applicable; the pack allows {} %, so none is accepted: {}.",
            plural(others.len(), "question"),
            decimal(share * 100.0, 1),
            if others.len() == 1 { "was" } else { "were" },
            decimal(rules.max_na * 100.0, 1),
            ids(&others)
        ));
    }
    if !gates.is_empty() {
        let (noun, verb) = if gates.len() == 1 { ("A gate", "counts") } else { ("Gates", "count") };
        let ids = ids(&gates);
        cautions.push(format!(
            "{noun} cannot be declared not applicable; what was said {verb} as \u{201c}I do not know\u{201d}: {ids}."
        ));
    }
    if !others.is_empty() && is_accepted {
        let share = decimal(share * 100.0, 1);
        cautions
            .push(format!("Left out as not applicable by hand, {share} % of the weight: {}.", ids(&others)));
    }
    let accepted =
        if is_accepted { others.iter().map(|&(place, _)| place).collect() } else { BTreeSet::new() };
    ByHand { accepted, cautions }
}

impl ByHand {
    /// Leaves out what was accepted; what was not counts as "I do not know".
    pub fn apply(&self, cases: &mut [Case<'_>]) {
        for (place, case) in cases.iter_mut().enumerate() {
            if self.accepted.contains(&place) {
                let by = plural(case.heard.not_applicable.len(), "respondent");
                let reasons: BTreeSet<&str> = case.heard.not_applicable.iter().copied().collect();
                let reasons = reasons.into_iter().collect::<Vec<_>>().join("\u{201d}, \u{201c}");
                let text = format!("Declared not applicable by {by}: \u{201c}{reasons}\u{201d}.");
                case.judged = Judged::not_applicable(text, vec![]);
            } else if case.judged.bounds.is_some() {
                case.heard.reject_not_applicable();
            }
        }
    }
}

fn ids(cases: &[(usize, &Case<'_>)]) -> String {
    cases.iter().map(|(_, case)| case.question.id.as_str()).collect::<Vec<_>>().join(", ")
}
