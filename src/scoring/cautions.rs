//! What a reader has to know before using the numbers, most important first.

use jiff::tz::TimeZone;

use super::Inputs;
use super::checked::contradicts;
use super::judged::{Case, Judgement};
use super::totals::Sum;
use super::words::{decimal, plural};
use crate::model::assessment::Document;

/// All cautions.
pub(super) fn cautions(inputs: &Inputs<'_>, judgement: &Judgement<'_>, sum: &Sum) -> Vec<String> {
    let cases = &judgement.cases;
    let mut cautions = Vec::new();
    cautions.extend(too_few_answers(inputs, sum));
    cautions.extend(judgement.by_hand.iter().cloned());
    cautions.extend(contested(cases));
    cautions.extend(contradictions(judgement));
    cautions.extend(no_scope(inputs, cases));
    cautions.extend(stale_documents(inputs, cases));
    cautions.extend(stale_measurements(inputs, cases));
    cautions.extend(few_respondents(inputs, cases));
    cautions.extend(changed_ratings(inputs));
    cautions
}

fn too_few_answers(inputs: &Inputs<'_>, sum: &Sum) -> Option<String> {
    let needed = inputs.questionnaire.rules.min_answered;
    (sum.answered_weight() < needed).then(|| {
        format!(
            "{} % of the weight is answered; below {} % the claim stands for too little and no class is shown.",
            decimal(sum.answered_weight() * 100.0, 1),
            decimal(needed * 100.0, 1)
        )
    })
}

fn contested(cases: &[Case<'_>]) -> Vec<String> {
    let contested = cases.iter().filter(|case| case.heard.spread.contested && case.judged.bounds.is_some());
    let (gates, others): (Vec<_>, Vec<_>) = contested.partition(|case| case.question.gate);
    let told = |what: &str, cases: Vec<&Case<'_>>| {
        (!cases.is_empty())
            .then(|| format!("The answers are far apart on {}: {}.", plural(cases.len(), what), ids(&cases)))
    };
    told("gate", gates).into_iter().chain(told("other question", others)).collect()
}

fn contradictions(judgement: &Judgement<'_>) -> Option<String> {
    let is_wrong = |case: &&Case<'_>| {
        let is_judged = case.judged.bounds.is_some();
        is_judged && case.question.checks.iter().any(|check| contradicts(check, &judgement.facts))
    };
    let wrong: Vec<&Case<'_>> = judgement.cases.iter().filter(is_wrong).collect();
    (!wrong.is_empty()).then(|| {
        let count = plural(wrong.len(), "question");
        format!("A part is larger than its whole in the figures of {count}: {}.", ids(&wrong))
    })
}

/// Only told where something was measured: without measurements there is nothing to cover.
fn no_scope(inputs: &Inputs<'_>, cases: &[Case<'_>]) -> Option<String> {
    let measurements = inputs.measurements;
    let is_measured = |case: &Case<'_>| {
        let names = case.question.checks.iter().flat_map(|check| check.expr.metric_places());
        names
            .map(|(name, _)| name)
            .any(|name| measurements.ends(name).is_some() && measurements.coverage(name).is_none())
    };
    let count = cases.iter().filter(|case| case.judged.bounds.is_some() && is_measured(case)).count();
    (count > 0).then(|| {
        format!(
            "No scope is declared behind the figures of {}: their floor is capped until the systems are listed.",
            plural(count, "question")
        )
    })
}

fn stale_documents(inputs: &Inputs<'_>, cases: &[Case<'_>]) -> Option<String> {
    let today = inputs.now.to_zoned_datetime(TimeZone::UTC).date();
    let is_stale = |case: &&Case<'_>| {
        let documents = inputs.assessment.documents.get(&case.question.id);
        let newest = documents
            .into_iter()
            .flat_map(|documents| documents.values())
            .map(|document: &Document| document.date)
            .max();
        newest.is_some_and(|date| older(date, today) > i64::from(case.question.max_age_days))
    };
    let stale: Vec<&Case<'_>> =
        cases.iter().filter(|case| case.judged.bounds.is_some()).filter(is_stale).collect();
    (!stale.is_empty()).then(|| {
        format!(
            "Documents are older than the pack allows for {}: {}.",
            plural(stale.len(), "question"),
            ids(&stale)
        )
    })
}

fn stale_measurements(inputs: &Inputs<'_>, cases: &[Case<'_>]) -> Option<String> {
    let taken = inputs.measurements.taken?;
    let days = older(
        taken.to_zoned_datetime(TimeZone::UTC).date(),
        inputs.now.to_zoned_datetime(TimeZone::UTC).date(),
    );
    let is_stale = |case: &&Case<'_>| {
        !case.question.checks.is_empty()
            && case.judged.has_evidence()
            && days > i64::from(case.question.max_age_days)
    };
    let count = cases.iter().filter(is_stale).count();
    (count > 0)
        .then(|| format!("The evidence is {days} days old; {} ask for newer.", plural(count, "question")))
}

/// Days from one date to another.
fn older(date: jiff::civil::Date, today: jiff::civil::Date) -> i64 {
    today.duration_since(date).as_hours() / 24
}

fn few_respondents(inputs: &Inputs<'_>, cases: &[Case<'_>]) -> Option<String> {
    let needed = usize::try_from(inputs.questionnaire.rules.min_respondents).unwrap_or(usize::MAX);
    let is_thin =
        |case: &&Case<'_>| (1..needed).contains(&case.heard.spread.counted) && case.judged.bounds.is_some();
    let count = cases.iter().filter(is_thin).count();
    (count > 0).then(|| format!("{} rest on fewer than {needed} respondents.", plural(count, "claim")))
}

fn changed_ratings(inputs: &Inputs<'_>) -> Option<String> {
    let rated = super::claimed::self_rating(inputs.questionnaire, inputs.assessment)?;
    (rated.changed > 0).then(|| {
        let changed = usize::try_from(rated.changed).unwrap_or(usize::MAX);
        format!("{} changed after it was first given.", plural(changed, "self-rating"))
    })
}

fn ids(cases: &[&Case<'_>]) -> String {
    cases.iter().map(|case| case.question.id.as_str()).collect::<Vec<_>>().join(", ")
}
