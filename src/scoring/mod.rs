//! Questionnaire, answers and measurements in; one scorecard out. Pure: no I/O, no clock of its own.

mod by_hand;
mod cautions;
mod checked;
mod claimed;
mod class;
mod documents;
mod facts;
mod functions;
mod judged;
mod limits;
mod measured;
mod order;
mod signs;
mod totals;
mod verdict;
mod words;

use jiff::Timestamp;

use crate::model::Bounds;
use crate::model::assessment::Assessment;
use crate::model::catalog::Catalog;
use crate::model::metric::Measurements;
use crate::model::questionnaire::Questionnaire;
use crate::model::scorecard::{GapRange, Row, Scorecard};
use judged::{Case, Judgement};
use totals::{Sum, sum};

/// Everything that a score depends on.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    pub questionnaire: &'a Questionnaire,
    pub catalog: &'a Catalog,
    pub assessment: &'a Assessment,
    pub measurements: &'a Measurements,
    /// The moment of scoring; the age of documents is relative to it.
    pub now: Timestamp,
}

/// Scores one assessment: the one place where numbers come from.
pub fn score(inputs: &Inputs<'_>) -> Scorecard {
    let judgement = judged::judge_all(inputs);
    let Judgement { cases, facts, .. } = &judgement;
    let sum = sum(cases);
    let domain_scores = totals::domains(cases, inputs.catalog);
    let class = class::class(inputs.questionnaire, cases, &sum, &domain_scores);
    Scorecard {
        pack: inputs.questionnaire.id.clone(),
        pack_version: inputs.questionnaire.version.clone(),
        questions: cases.len(),
        applicable: sum.questions,
        weight: u32::try_from(sum.weight).unwrap_or(u32::MAX),
        claimed: sum.claimed(),
        floor: sum.floor(),
        ceiling: sum.ceiling(),
        claim_filled: sum.claim_filled(),
        evidence: sum.evidence(),
        verified_weight: sum.verified_weight(),
        answered_weight: sum.answered_weight(),
        gap_on_verified: sum.gap_on_verified(),
        gap_range: gap_range(&sum),
        over_claimed_weight: sum.over_claimed(),
        under_claimed_weight: sum.under_claimed(),
        dont_know: totals::dont_know(cases),
        class: class.title,
        class_because: class.because,
        gates_open: class::gates_open(cases),
        domains: domain_scores.iter().map(|score| (score.domain.clone(), score.floor)).collect(),
        domain_scores,
        classes: totals::classes(cases),
        functions: functions::functions(cases),
        signs: signs::signs(facts),
        self_rating: claimed::self_rating(inputs.questionnaire, inputs.assessment),
        cautions: cautions::cautions(inputs, &judgement, &sum),
        rows: judgement.cases.into_iter().map(Row::from).collect(),
    }
}

fn gap_range(sum: &Sum) -> Option<GapRange> {
    let claimed = sum.claimed()?;
    Some(GapRange { low: claimed - sum.ceiling()?, high: claimed - sum.floor()? })
}

impl From<Case<'_>> for Row {
    fn from(case: Case<'_>) -> Self {
        let question = case.question;
        Self {
            question: question.id.clone(),
            title: question.title.clone(),
            domain: question.domain.clone(),
            weight: question.weight,
            gate: question.gate,
            claimed: case.heard.level,
            floor: case.judged.bounds.map(Bounds::floor),
            ceiling: case.judged.bounds.map(Bounds::ceiling),
            basis: case.judged.basis,
            verdict: verdict::verdict(case.judged.bounds, case.heard.level),
            spread: case.heard.spread,
            attested: case.judged.attested,
            because: case.judged.because,
        }
    }
}
