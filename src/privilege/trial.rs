//! What an identity would be without some of its grants: tried, one set of grants after another, never estimated.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::merged::IdentityAt;
use crate::model::privilege::{Estimate, HeldGrant, PathFinding, Profile};

use super::Estate;
use super::memberships::Memberships;
use super::right::{Detail, GrantAt, Granted, Right};
use super::score::{Scale, Scored};

/// How many rights all trials of one profile may look at together.
const WORK: usize = 400_000;
/// How many trials one profile makes at most.
const MOST: usize = 600;
/// Up to how many grants the smallest removal is searched for by trying all sets.
const SET: usize = 3;

/// What was tried for one identity.
pub struct Trials<'a> {
    estate: &'a Estate,
    identity: IdentityAt,
    scale: &'a Scale<'a>,
    memberships: &'a Memberships,
    /// What is taken away in every trial; sorted.
    removed: Vec<GrantAt>,
    outcomes: BTreeMap<Vec<GrantAt>, Outcome>,
    /// How many more trials there may be.
    left: usize,
}

/// What is left without a set of grants.
#[derive(Clone)]
struct Outcome {
    scored: Scored,
    rights: Vec<Right>,
    /// The ids of the paths that stay open, to whomever they lead.
    open: BTreeSet<String>,
}

impl<'a> Trials<'a> {
    /// Trials that all go without `removed` (sorted) as well, and without what comes by the memberships among them.
    pub fn new(
        estate: &'a Estate,
        identity: IdentityAt,
        scale: &'a Scale<'a>,
        (memberships, removed): (&'a Memberships, Vec<GrantAt>),
    ) -> Self {
        Self { estate, identity, scale, memberships, removed, outcomes: BTreeMap::new(), left: MOST }
    }

    /// Says of every grant what would be without it.
    pub fn judge_grants(&mut self, granted: &Granted, profile: &mut Profile) {
        self.left = (WORK / granted.rights.len().max(1)).clamp(SET * 4, MOST);
        let held = keyless(&granted.rights);
        let mut order: Vec<usize> = (0..profile.grants.len()).collect();
        let is_tried = |grant: &HeldGrant| !grant.is_removed && grant.kind.gives();
        order.retain(|place| profile.grants.get(*place).is_some_and(is_tried));
        // The heaviest first, so that those are judged where there are too many.
        order.sort_by_key(|place| {
            let grant = profile.grants.get(*place);
            std::cmp::Reverse(grant.map(|grant| (grant.access, grant.actions)))
        });
        let mut skipped = 0;
        for &place in &order {
            let outcome = GrantAt::try_from(place).ok().and_then(|at| self.outcome(&[at]));
            let Some(grant) = profile.grants.get_mut(place) else { continue };
            let Some(outcome) = outcome else {
                skipped += 1;
                continue;
            };
            grant.score_without = Some(outcome.scored.score);
            grant.is_redundant = grant.access.is_some() && outcome.rights == held;
        }
        if skipped > 0 {
            let all = order.len();
            profile.notes.push(format!(
                "It holds {all} grants; what the score would be without each is worked out for the {} heaviest.",
                all - skipped
            ));
        }
    }

    /// Finds for each path the cheapest set of grants whose removal closes it.
    pub fn close_paths(&mut self, granted: &Granted, profile: &mut Profile) {
        // Sets of several grants need trials of their own, whatever the grants alone have used up.
        self.left += (WORK / granted.rights.len().max(1)).clamp(SET * 4, MOST);
        let before = self.scale.score(&granted.rights);
        let mut unsolved = 0;
        for path in &granted.paths {
            let mut path = path.clone();
            if let Some((removal, after)) = self.cheapest(&path, &before) {
                path.removal = removal.into_iter().map(|at| at as usize).collect();
                path.score_after = Some(after);
            } else {
                unsolved += 1;
            }
            profile.paths.push(path);
        }
        if unsolved > 0 {
            profile.notes.push(format!(
                "For {unsolved} of {} escalation paths no removal was found among the sets of grants that were tried.",
                granted.paths.len()
            ));
        }
    }

    /// The smallest set that closes a path: the fewest grants, then the least use lost, then the most score.
    fn cheapest(&mut self, path: &PathFinding, before: &Scored) -> Option<(Vec<GrantAt>, Estimate)> {
        let name = path.id.clone();
        let makers = path.grants.iter().filter_map(|at| GrantAt::try_from(*at).ok());
        let mut makers: Vec<GrantAt> = makers.map(|at| self.memberships.handle(at)).collect();
        makers.sort_unstable();
        makers.dedup();
        for size in 1..=SET.min(makers.len()) {
            let tried = sets(&makers, size).into_iter().filter_map(|set| {
                let outcome = self.outcome(&set)?;
                let lost =
                    before.used_actions.unwrap_or(0).saturating_sub(outcome.scored.used_actions.unwrap_or(0));
                (!outcome.open.contains(&name)).then_some((lost, outcome.scored.score, set))
            });
            let best = tried.min_by(|(lost, score, set), (other_lost, other_score, other_set)| {
                lost.cmp(other_lost)
                    .then(score.point.total_cmp(&other_score.point))
                    .then_with(|| set.cmp(other_set))
            });
            if let Some((_, score, set)) = best {
                return Some((set, score));
            }
        }
        self.pared(makers, &name)
    }

    /// A set from which nothing can be left out: all that make the path, without those that need not go.
    fn pared(&mut self, makers: Vec<GrantAt>, name: &str) -> Option<(Vec<GrantAt>, Estimate)> {
        let mut score = self.closing(&makers, name)?;
        let mut kept = makers;
        let mut at = 0;
        while at < kept.len() {
            let mut fewer = kept.clone();
            fewer.remove(at);
            match self.closing(&fewer, name) {
                Some(after) => (kept, score) = (fewer, after),
                None => at += 1,
            }
        }
        Some((kept, score))
    }

    /// The score without a set, when that closes a path.
    fn closing(&mut self, set: &[GrantAt], name: &str) -> Option<Estimate> {
        let outcome = self.outcome(set)?;
        (!outcome.open.contains(name)).then_some(outcome.scored.score)
    }

    /// What is left without a set (sorted); `None` when nothing more may be tried.
    fn outcome(&mut self, set: &[GrantAt]) -> Option<&Outcome> {
        if !self.outcomes.contains_key(set) {
            self.left = self.left.checked_sub(1)?;
            let outcome = self.attempt(set);
            self.outcomes.insert(set.to_vec(), outcome);
        }
        self.outcomes.get(set)
    }

    fn attempt(&self, set: &[GrantAt]) -> Outcome {
        let without = self.memberships.without(&[&self.removed, set].concat());
        let left = self.estate.granted(self.identity, &without, Detail::Full);
        let open = left.paths.into_iter().map(|path| path.id).collect();
        Outcome { scored: self.scale.score(&left.rights), rights: keyless(&left.rights), open }
    }
}

/// Rights as what they allow, whoever gives them; sorted.
pub fn keyless(rights: &[Right]) -> Vec<Right> {
    let mut rights: Vec<Right> =
        rights.iter().map(|right| Right { grants: Box::default(), ..right.clone() }).collect();
    rights.sort_unstable();
    rights.dedup();
    rights
}

/// All sets of so many of `from`, in order.
fn sets(from: &[GrantAt], size: usize) -> Vec<Vec<GrantAt>> {
    let Some(smaller) = size.checked_sub(1) else { return vec![Vec::new()] };
    let starts = from.iter().enumerate();
    starts
        .flat_map(|(at, first)| {
            let rest = sets(from.get(at + 1..).unwrap_or_default(), smaller);
            rest.into_iter().map(move |rest| [&[*first], rest.as_slice()].concat())
        })
        .collect()
}
