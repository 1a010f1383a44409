//! Checks, documents, caps, coverage and guards in; bounds out, with every reason on the way.
//!
//! The bounds only ever get lower from step to step; what is not known lowers the floor alone.

use super::checked::{Checked, check};
use super::facts::{End, Facts};
use super::order::Task;
use super::words::{decimal, quantity, sentence};
use crate::model::assessment::Document;
use crate::model::expr::Value;
use crate::model::questionnaire::{Cap, Check, Guard, Question, Rules};
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

/// Whether a condition holds, as far as both ends of other questions' levels allow to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    Surely,
    Perhaps,
    No,
}

/// One question on its way from "nothing is known" to its bounds.
struct Judge<'j> {
    task: &'j Task<'j>,
    facts: &'j Facts<'j>,
    bounds: Bounds,
    because: Vec<Reason>,
}

impl Judge<'_> {
    fn note(&mut self, kind: ReasonKind, text: String, metrics: Vec<MetricName>) {
        self.because.push(Reason { kind, text, metrics });
    }

    fn question(&self) -> &Question {
        self.task.question
    }

    /// The weakest check decides. False when not one of them is known.
    fn checks(&mut self) -> bool {
        let task = self.task;
        let mut known: Option<Bounds> = None;
        for (check_, reads) in task.question.checks.iter().zip(&task.reads) {
            let Checked { bounds, reason } = check(check_, reads, self.facts);
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

    fn by_document_alone(mut self, document: Option<&Document>) -> Judged {
        let question = self.question();
        let cap = question.doc_cap;
        let Some(document) = document else {
            let kinds = kinds_of_documents(question);
            let text =
                format!("Only a document can prove it, up to level {cap}, and none is accepted{kinds}.");
            self.note(ReasonKind::MissingDocument, text, vec![]);
            return self.finish(Basis::Claimed, None);
        };
        let level = document.level.min(cap);
        let limit = if document.level > cap {
            format!(" Documents alone prove level {cap} at most.")
        } else {
            String::new()
        };
        self.note(ReasonKind::Document, format!("{}{limit}", accepted(document)), vec![]);
        self.bounds = Bounds::exactly(level);
        self.finish(Basis::Document, None)
    }

    fn without_measurement(mut self, document: Option<&Document>) -> Judged {
        let Some(document) = document else { return self.finish(Basis::Claimed, None) };
        let text = format!("{} Without a measurement its level is attested, not proven.", accepted(document));
        self.note(ReasonKind::Document, text, vec![]);
        let attested = document.level.min(self.question().doc_cap);
        self.finish(Basis::Attested, Some(attested))
    }

    fn finish(self, basis: Basis, attested: Option<Level>) -> Judged {
        Judged { bounds: Some(self.bounds), basis, attested, because: self.because }
    }

    /// Levels below the first limit of every check are nobody's but a document's.
    fn levels_below_the_checks(&mut self, document: Option<&Document>) {
        let Some(base) = self.question().checks.iter().map(|check| check.from.below()).min() else { return };
        let proven = document.map_or(Level::MIN, |document| document.level);
        if base == Level::MIN || proven >= base {
            return;
        }
        self.bounds = self.bounds.floor_at_most(proven);
        if document.is_some() {
            self.bounds = self.bounds.ceiling_at_most(proven);
        }
        let kinds = kinds_of_documents(self.question());
        let has = document.map_or_else(
            || "none is accepted".to_owned(),
            |_| format!("they are accepted up to level {proven}"),
        );
        let text = format!("Levels up to {base} rest on documents, and {has}{kinds}.");
        self.note(ReasonKind::MissingDocument, text, vec![]);
    }

    fn levels_that_need_documents(&mut self, document: Option<&Document>) {
        let Some(first) = Level::new(self.question().docs_from) else {
            self.mention(document);
            return;
        };
        if self.bounds.ceiling() < first {
            self.mention(document);
            return;
        }
        let kinds = kinds_of_documents(self.question());
        let Some(document) = document else {
            self.bounds = self.bounds.floor_at_most(first.below());
            let text =
                format!("From level {first} on a document is needed too, and none is accepted{kinds}.");
            return self.note(ReasonKind::MissingDocument, text, vec![]);
        };
        let proven = document.level.max(first.below());
        let text = if proven < self.bounds.ceiling() {
            format!("{} Higher levels need a document too{kinds}.", accepted(document))
        } else {
            accepted(document)
        };
        self.bounds = self.bounds.ceiling_at_most(proven);
        self.note(ReasonKind::Document, text, vec![]);
    }

    /// A document that changes nothing is still shown.
    fn mention(&mut self, document: Option<&Document>) {
        if let Some(document) = document {
            self.note(ReasonKind::Document, accepted(document), vec![]);
        }
    }

    fn cap(&mut self, cap: &Cap) {
        let ends = [End::Floor, End::Ceiling].map(|end| self.facts.eval(&cap.when, end));
        let holds = if ends.iter().all(|value| *value == Value::Truth(Some(true))) {
            Holds::Surely
        } else if ends.iter().all(|value| *value == Value::Truth(Some(false))) {
            Holds::No
        } else {
            Holds::Perhaps
        };
        let note = sentence(&cap.note);
        let text = match holds {
            Holds::No => return,
            Holds::Surely => format!("{note} While {} the level is {} at most.", cap.when, cap.level),
            Holds::Perhaps => format!(
                "It is not known whether {}; the floor is {} at most until it is. {note}",
                cap.when, cap.level
            ),
        };
        self.lower(holds, cap.level);
        self.note(ReasonKind::Cap, text, cap.when.metrics().into_iter().collect());
    }

    fn lower(&mut self, holds: Holds, level: Level) {
        self.bounds = match holds {
            Holds::Surely => self.bounds.ceiling_at_most(level),
            Holds::Perhaps => self.bounds.floor_at_most(level),
            Holds::No => self.bounds,
        };
    }

    /// What was seen on too few of the declared systems proves less; undeclared systems prove the least.
    fn coverage(&mut self, caps: &[(f64, Level)]) {
        let task = self.task;
        let mut unseen: Option<(Level, &Check)> = None;
        for (check, reads) in task.question.checks.iter().zip(&task.reads) {
            let coverage = self.coverage_of(reads.iter().copied());
            let reached = caps.iter().find(|(limit, _)| coverage.is_none_or(|coverage| coverage < *limit));
            let Some(&(limit, level)) = reached else { continue };
            match coverage {
                None => unseen = unseen.or(Some((level, check))),
                Some(coverage) => self.too_little_seen(check, coverage, limit, level),
            }
        }
        if let Some((level, check)) = unseen {
            self.lower(Holds::Perhaps, level);
            let text = format!(
                "No scope is declared for {}, so nobody knows how much of the estate it shows: the floor is {level} at most.",
                quantity(&check.expr)
            );
            self.note(ReasonKind::Coverage, text, check.expr.metrics().into_iter().collect());
        }
    }

    fn too_little_seen(&mut self, check: &Check, coverage: f64, limit: f64, level: Level) {
        self.lower(Holds::Surely, level);
        let text = format!(
            "Only {} % of the declared systems stand behind {}; below {} % the level is {level} at most.",
            decimal(coverage * 100.0, 1),
            quantity(&check.expr),
            decimal(limit * 100.0, 1)
        );
        self.note(ReasonKind::Coverage, text, check.expr.metrics().into_iter().collect());
    }

    /// The smallest coverage of several metrics; one unknown makes the whole unknown.
    fn coverage_of<'m>(&self, metrics: impl Iterator<Item = &'m MetricName>) -> Option<f64> {
        let coverages = metrics.map(|name| self.facts.measurements.coverage(name));
        coverages.reduce(|one, other| Some(one?.min(other?))).flatten()
    }

    /// Judged twice: with the floor of the question that it looks at, and with its ceiling.
    fn guard(&mut self, guard: &Guard) {
        let at_floor = self.facts.eval(&guard.when, End::Floor);
        let at_ceiling = self.facts.eval(&guard.when, End::Ceiling);
        let Guard { when, metric, cap } = guard;
        let text = if at_ceiling == Value::Truth(Some(true)) {
            self.lower(Holds::Surely, *cap);
            format!("While {when}, whatever counts {metric} is level {cap} at most.")
        } else if at_floor == Value::Truth(Some(false)) {
            return;
        } else {
            self.lower(Holds::Perhaps, *cap);
            format!("As far as is proven, {when}; so the floor of whatever counts {metric} is {cap} at most.")
        };
        self.note(ReasonKind::Guard, text, vec![guard.metric.clone()]);
    }
}

fn accepted(document: &Document) -> String {
    let Document { title, level, accepted_by, date, .. } = document;
    format!("\u{201c}{title}\u{201d} is accepted as proof of level {level} (by {accepted_by}, {date}).")
}

fn kinds_of_documents(question: &Question) -> String {
    if question.docs.is_empty() { String::new() } else { format!(" (such as {})", question.docs.join(", ")) }
}
