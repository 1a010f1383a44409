//! In which order questions are judged: whoever reads another one's level comes after it.

use std::collections::BTreeSet;

use super::facts::{EVIDENCE, Facts};
use crate::model::expr::Expr;
use crate::model::questionnaire::{Guard, Question, Questionnaire};
use crate::model::{MetricName, QuestionId};

/// A question with everything that judging it reads.
pub(super) struct Task<'a> {
    /// Its place in the questionnaire.
    pub place: usize,
    pub question: &'a Question,
    /// The metrics behind each check, derived ones resolved.
    pub reads: Vec<BTreeSet<&'a MetricName>>,
    /// The guards that watch it.
    pub guards: Vec<&'a Guard>,
    needs: BTreeSet<&'a QuestionId>,
    /// Whether it reads the share of evidence, and therefore waits for all others.
    is_late: bool,
}

/// The questions that can be judged first, then those that ask how much of the rest has evidence.
pub(super) struct Order<'a> {
    pub early: Vec<Task<'a>>,
    pub late: Vec<Task<'a>>,
}

/// Puts the questions into the order of judging.
pub(super) fn order<'a>(questionnaire: &'a Questionnaire, facts: &Facts<'a>) -> Order<'a> {
    let tasks = questionnaire.questions.iter().enumerate();
    let tasks = tasks.map(|(place, question)| Task::new(place, question, &questionnaire.guards, facts));
    let (late, early) = tasks.partition(|task: &Task<'_>| task.is_late);
    Order { early: sorted(early), late: sorted(late) }
}

impl<'a> Task<'a> {
    fn new(place: usize, question: &'a Question, guards: &'a [Guard], facts: &Facts<'a>) -> Self {
        let reads: Vec<_> = question.checks.iter().map(|check| facts.leaves(&check.expr)).collect();
        let is_read = |metric: &MetricName| reads.iter().any(|leaves| leaves.contains(metric));
        let guards: Vec<&Guard> = guards
            .iter()
            .filter(|guard| is_read(&guard.metric) && !guard.when.levels().contains(&question.id))
            .collect();
        let whens = guards.iter().map(|guard| &guard.when);
        let needs = expressions(question).chain(whens).flat_map(Expr::level_places);
        let needs = needs.map(|(id, _)| id).filter(|id| **id != question.id).collect();
        let is_late = expressions(question)
            .any(|expr| facts.leaves(expr).into_iter().any(|name| name.as_str() == EVIDENCE));
        Self { place, question, reads, guards, needs, is_late }
    }
}

fn expressions(question: &Question) -> impl Iterator<Item = &Expr> {
    let checks = question.checks.iter().map(|check| &check.expr);
    let caps = question.caps.iter().map(|cap| &cap.when);
    checks.chain(caps).chain(&question.not_applicable_when)
}

/// Round by round, those whose needs are met. In a circle the first one goes ahead and reads "unknown".
fn sorted(mut waiting: Vec<Task<'_>>) -> Vec<Task<'_>> {
    let mut sorted = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let open: BTreeSet<&QuestionId> = waiting.iter().map(|task| &task.question.id).collect();
        let (free, mut stuck): (Vec<_>, Vec<_>) =
            waiting.into_iter().partition(|task| task.needs.is_disjoint(&open));
        if free.is_empty() {
            sorted.push(stuck.remove(0));
        }
        sorted.extend(free);
        waiting = stuck;
    }
    sorted
}
