//! Checks, documents, caps, coverage and guards in; bounds out, with every reason on the way.
//!
//! The bounds only ever get lower from step to step; what is not known lowers the floor alone.

use super::checked::{Checked, check};
use super::facts::{End, Facts};
use super::order::Task;
use crate::model::assessment::Document;
use crate::model::expr::Value;
use crate::model::questionnaire::{Question, Rules};
use crate::model::scorecard::{Basis, Reason, ReasonKind};
use crate::model::{Bounds, Level, MetricName};

/// What the evidence says about one question.
#[derive(Debug, Clone)]
pub(super) struct Judged {
    /// `None` when the question does not apply.
    pub bounds: Option<Bounds>,
    pub basis: Basis,
    /// The level a document attests where a measurement is missing.
    pub attested: Option<Level>,
    pub because: Vec<Reason>,
}

impl Judged {
    /// Nothing was looked at yet.
    pub fn unknown() -> Self {
        let bounds = Some(Bounds::UNKNOWN);
        Self { bounds, basis: Basis::Claimed, attested: None, because: Vec::new() }
    }

    /// The question is left out, for the reason that is given.
    pub fn not_applicable(text: String, metrics: Vec<MetricName>) -> Self {
        let reason = Reason { kind: ReasonKind::NotApplicable, text, metrics };
        Self { bounds: None, basis: Basis::NotApplicable, attested: None, because: vec![reason] }
    }

    /// Whether the bounds rest on any evidence.
    pub fn has_evidence(&self) -> bool {
        matches!(self.basis, Basis::Document | Basis::Verified | Basis::Bounded)
    }
}

/// Judges one question by what is known.
pub(super) fn judge(
    task: &Task<'_>,
    document: Option<&Document>,
    rules: &Rules,
    facts: &Facts<'_>,
) -> Judged {
    let question = task.question;
    if let Some(rule) = &question.not_applicable_when
        && facts.eval(rule, End::Floor) == Value::Truth(Some(true))
    {
        let text = format!("It does not apply while this holds: {rule}.");
        return Judged::not_applicable(text, rule.metrics().into_iter().collect());
    }
    let mut judge = Judge { task, facts, bounds: Bounds::UNKNOWN, because: Vec::new() };
    if question.checks.is_empty() {
        return judge.by_document_alone(document);
    }
    if !judge.checks() {
        return judge.without_measurement(document);
    }
    judge.levels_below_the_checks(document);
    judge.levels_that_need_documents(document);
    question.caps.iter().for_each(|cap| judge.cap(cap));
    judge.coverage(&rules.coverage_caps);
    task.guards.iter().for_each(|guard| judge.guard(guard));
    let basis = if judge.bounds.is_exact() { Basis::Verified } else { Basis::Bounded };
    Judged { bounds: Some(judge.bounds), basis, attested: None, because: judge.because }
}

/// One question on its way from "nothing is known" to its bounds.
pub(super) struct Judge<'j> {
    pub task: &'j Task<'j>,
    pub facts: &'j Facts<'j>,
    pub bounds: Bounds,
    pub because: Vec<Reason>,
}

impl Judge<'_> {
    /// Keeps a reason.
    pub fn note(&mut self, kind: ReasonKind, text: String, metrics: Vec<MetricName>) {
        self.because.push(Reason { kind, text, metrics });
    }

    /// The question at hand.
    pub fn question(&self) -> &Question {
        self.task.question
    }

    /// The weakest check decides. False when not one of them is known.
    fn checks(&mut self) -> bool {
        let task = self.task;
        let mut known: Option<Bounds> = None;
        for (each, reads) in task.question.checks.iter().zip(&task.reads) {
            let Checked { bounds, reason } = check(each, reads, self.facts);
            self.because.push(reason);
            if let Some(bounds) = bounds {
                let so_far = known.unwrap_or(Bounds::exactly(Level::MAX));
                let so_far = so_far.ceiling_at_most(bounds.ceiling());
                known = Some(so_far.floor_at_most(bounds.floor()));
            }
        }
        let Some(known) = known else { return false };
        self.bounds = known;
        // A check that is not known may still turn out worst, from its first level on.
        for (check, reason) in task.question.checks.iter().zip(&self.because) {
            if reason.kind == ReasonKind::UnknownCheck {
                self.bounds = self.bounds.floor_at_most(check.from.below());
            }
        }
        true
    }

    /// Ends with the bounds as they are.
    pub fn finish(self, basis: Basis, attested: Option<Level>) -> Judged {
        Judged { bounds: Some(self.bounds), basis, attested, because: self.because }
    }
}
