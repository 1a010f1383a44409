//! The order in which questions can be judged: whoever reads the level of another one is judged after it.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::catalog::Catalog;
use crate::model::expr::Expr;
use crate::model::questionnaire::{Guard, Question};
use crate::model::{MetricName, QuestionId};

/// Finds questions that wait for one another; the first one stands again at the end.
pub(super) fn circle(questions: &[Question], guards: &[Guard], catalog: &Catalog) -> Option<Vec<QuestionId>> {
    let here: BTreeSet<&QuestionId> = questions.iter().map(|question| &question.id).collect();
    let mut waiting: BTreeMap<&QuestionId, BTreeSet<QuestionId>> = BTreeMap::new();
    for question in questions {
        let mut needs = needs(question, guards, catalog);
        needs.retain(|need| here.contains(need));
        waiting.insert(&question.id, needs);
    }
    // Whoever waits for nobody is judged and lets the others go on, until nobody or only circles are left.
    loop {
        let free: BTreeSet<QuestionId> =
            waiting.iter().filter(|(_, needs)| needs.is_empty()).map(|(id, _)| (*id).clone()).collect();
        if free.is_empty() {
            return walk(&waiting);
        }
        waiting.retain(|id, _| !free.contains(*id));
        for needs in waiting.values_mut() {
            needs.retain(|need| !free.contains(need));
        }
    }
}

/// Goes from need to need until a question comes again.
fn walk(waiting: &BTreeMap<&QuestionId, BTreeSet<QuestionId>>) -> Option<Vec<QuestionId>> {
    let mut path: Vec<QuestionId> = vec![(*waiting.keys().next()?).clone()];
    loop {
        let next = waiting.get(path.last()?)?.first()?.clone();
        let seen = path.iter().position(|id| *id == next);
        path.push(next);
        if let Some(start) = seen {
            return Some(path.split_off(start));
        }
    }
}

/// The questions whose levels are read when this one is judged.
fn needs(question: &Question, guards: &[Guard], catalog: &Catalog) -> BTreeSet<QuestionId> {
    let checks = question.checks.iter().map(|check| &check.expr);
    let caps = question.caps.iter().map(|cap| &cap.when);
    let mut needs: BTreeSet<QuestionId> =
        checks.clone().chain(caps).chain(&question.not_applicable_when).flat_map(Expr::levels).collect();
    let metrics: BTreeSet<MetricName> = checks.flat_map(|expr| counted(expr, catalog)).collect();
    for guard in guards.iter().filter(|guard| metrics.contains(&guard.metric)) {
        // A guard does not watch the question that it looks at.
        needs.extend(guard.when.levels().into_iter().filter(|level| *level != question.id));
    }
    needs
}

/// The metrics that an expression reads in the end, derived ones resolved.
fn counted(expr: &Expr, catalog: &Catalog) -> BTreeSet<MetricName> {
    let mut counted = BTreeSet::new();
    let mut open: Vec<MetricName> = expr.metrics().into_iter().collect();
    while let Some(name) = open.pop() {
        if let Some(derived) = catalog.derived.get(&name).filter(|_| !counted.contains(&name)) {
            open.extend(derived.expr.metrics());
        }
        counted.insert(name);
    }
    counted
}
