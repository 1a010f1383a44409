//! What holds a level down: caps, coverage, guards. What may hold it down lowers the floor alone.

use super::facts::End;
use super::measured::Judge;
use super::words::{decimal, quantity, sentence};
use crate::model::expr::Value;
use crate::model::questionnaire::{Cap, Check, Guard};
use crate::model::scorecard::ReasonKind;
use crate::model::{Level, MetricName};

/// Whether a condition holds, as far as both ends of other questions' levels allow to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    Surely,
    Perhaps,
    No,
}

impl Judge<'_> {
    /// A condition of the question itself.
    pub fn cap(&mut self, cap: &Cap) {
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
    pub fn coverage(&mut self, caps: &[(f64, Level)]) {
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
    pub fn guard(&mut self, guard: &Guard) {
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
