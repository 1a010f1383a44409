//! Every question heard and judged, in the order that their references ask for.

use std::collections::BTreeSet;

use super::claimed::{Heard, hear};
use super::facts::Facts;
use super::measured::{Judged, judge};
use super::order::{Task, order};
use super::words::{plural, sentence};
use super::{Inputs, by_hand};
use crate::model::assessment::Document;
use crate::model::questionnaire::Question;
use crate::model::scorecard::{Reason, ReasonKind};

/// One question with what is claimed and what is proven.
pub(super) struct Case<'a> {
    pub question: &'a Question,
    pub heard: Heard<'a>,
    pub judged: Judged,
}

/// All questions, in the order of the questionnaire.
pub(super) struct Judgement<'a> {
    pub cases: Vec<Case<'a>>,
    pub facts: Facts<'a>,
    /// What to tell about questions that were declared not applicable by hand.
    pub by_hand: Vec<String>,
}

/// Judges every question; those that read the share of evidence come last and are left out of it.
pub(super) fn judge_all<'a>(inputs: &Inputs<'a>) -> Judgement<'a> {
    let mut facts = Facts::new(inputs.catalog, inputs.measurements);
    let mut order = order(inputs.questionnaire, &facts);
    let mut cases = hear_all(inputs);
    run(&order.early, inputs, &mut facts, &mut cases);
    let late: BTreeSet<usize> = order.late.iter().map(|task| task.place).collect();
    let by_hand = by_hand::decide(&inputs.questionnaire.rules, &cases, &late);
    by_hand.apply(&mut cases);
    facts.evidence = share_of_evidence(&cases, &late);
    order.late.retain(|task| !by_hand.accepted.contains(&task.place));
    run(&order.late, inputs, &mut facts, &mut cases);
    cases.iter_mut().for_each(tell_answers);
    Judgement { cases, facts, by_hand: by_hand.cautions }
}

fn hear_all<'a>(inputs: &Inputs<'a>) -> Vec<Case<'a>> {
    let questionnaire = inputs.questionnaire;
    let cases = questionnaire.questions.iter().map(|question| Case {
        question,
        heard: hear(inputs.assessment, question, &questionnaire.rules),
        judged: Judged::unknown(),
    });
    cases.collect()
}

/// The share of the applicable weight with evidence, over the questions that do not read it.
fn share_of_evidence(cases: &[Case<'_>], late: &BTreeSet<usize>) -> Option<f64> {
    let (mut proven, mut weight) = (0, 0);
    for (place, case) in cases.iter().enumerate() {
        if late.contains(&place) || case.judged.bounds.is_none() {
            continue;
        }
        weight += u64::from(case.question.weight);
        if case.judged.has_evidence() {
            proven += u64::from(case.question.weight);
        }
    }
    (weight > 0).then(|| proven as f64 / weight as f64)
}

fn run<'a>(tasks: &[Task<'a>], inputs: &Inputs<'a>, facts: &mut Facts<'a>, cases: &mut [Case<'a>]) {
    for task in tasks {
        let judged = judge(task, best_document(inputs, task.question), &inputs.questionnaire.rules, facts);
        if let Some(bounds) = judged.bounds {
            facts.levels.insert(&task.question.id, bounds);
        }
        if let Some(case) = cases.get_mut(task.place) {
            case.judged = judged;
        }
    }
}

/// The accepted document that proves most.
fn best_document<'a>(inputs: &Inputs<'a>, question: &Question) -> Option<&'a Document> {
    inputs.assessment.documents.get(&question.id)?.values().max_by_key(|document| document.level)
}

/// Adds what the answers amount to, without telling who said what.
fn tell_answers(case: &mut Case<'_>) {
    let spread = case.heard.spread;
    let mut parts = Vec::new();
    if let Some(level) = case.heard.level {
        parts.push(match spread.counted {
            1 => format!("the one answer that counts is level {level}"),
            counted => format!("the low median of {counted} answers is level {level}"),
        });
    }
    if spread.contested
        && let (Some(lowest), Some(highest)) = (spread.lowest, spread.highest)
    {
        parts.push(format!("they reach from {lowest} to {highest}, so the question is contested"));
    }
    if spread.dont_know > 0 {
        parts.push(format!("\u{201c}I do not know\u{201d} was said {}", times(spread.dont_know)));
    }
    if spread.others > 0 {
        parts.push(format!(
            "{} of roles that are not asked {} not count",
            plural(spread.others, "answer"),
            does(spread.others)
        ));
    }
    if !parts.is_empty() {
        let text = sentence(&parts.join("; "));
        case.judged.because.push(Reason { kind: ReasonKind::Answers, text, metrics: vec![] });
    }
}

fn times(count: usize) -> String {
    if count == 1 { "once".to_owned() } else { format!("{count} times") }
}

fn does(count: usize) -> &'static str {
    if count == 1 { "does" } else { "do" }
}
