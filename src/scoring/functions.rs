//! How far each function's answers are from the proof.

use std::collections::BTreeMap;

use super::claimed::low_median;
use super::judged::Case;
use super::totals::Compared;
use crate::model::scorecard::FunctionGap;
use crate::model::{Level, RoleId};

/// One line for each role whose answers count, over the verified questions that it answered.
pub(super) fn functions(cases: &[Case<'_>]) -> Vec<FunctionGap> {
    let mut roles: BTreeMap<&RoleId, Compared> = BTreeMap::new();
    for case in cases {
        let Some(bounds) = case.judged.bounds.filter(|bounds| bounds.is_exact()) else { continue };
        for (role, votes) in votes_by_role(case) {
            if let Some(claimed) = low_median(votes) {
                roles.entry(role).or_default().add(case.question.weight, claimed, bounds.floor());
            }
        }
    }
    let gap = |(role, compared): (&RoleId, Compared)| {
        Some(FunctionGap { role: role.clone(), questions: compared.questions, gap: compared.gap()? })
    };
    roles.into_iter().filter_map(gap).collect()
}

fn votes_by_role<'a>(case: &Case<'a>) -> BTreeMap<&'a RoleId, Vec<Level>> {
    let mut votes: BTreeMap<&RoleId, Vec<Level>> = BTreeMap::new();
    for &(role, level) in &case.heard.votes {
        votes.entry(role).or_default().push(level);
    }
    votes
}
