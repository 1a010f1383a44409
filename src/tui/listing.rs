//! Everybody of one assessment, prepared away from the screen. Filters and orders are those of `ops`.

use std::collections::BTreeSet;
use std::ops::Deref;

use crate::model::agents::Agents;
use crate::model::assessment::Assessment;
use crate::model::resolution::Rulings;
use crate::model::{AssessmentId, PullId};
use crate::ops::{self, Counted, Doubt, Facet, Filter, Roster};

pub use crate::ops::Sort;

/// What a listing was read from; another pull makes other evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    pub assessment: AssessmentId,
    pub pulls: BTreeSet<PullId>,
    /// What people decided about who is the same.
    pub rulings: Rulings,
}

impl Evidence {
    /// What an assessment rests on now.
    pub fn of(assessment: &Assessment) -> Self {
        Self {
            assessment: assessment.begun.id.clone(),
            pulls: assessment.pulls.clone(),
            rulings: assessment.rulings.clone(),
        }
    }
}

/// Everybody of one assessment, ready to be narrowed and ordered.
#[derive(Debug)]
pub struct Listing {
    pub of: Evidence,
    /// Who may be the same.
    pub doubts: Vec<Doubt>,
    /// How many there are, by every rule of counting.
    pub counts: Vec<Counted>,
    /// The AI agents, registered or discovered.
    pub agents: Agents,
    everybody: ops::Listing,
}

/// What is shown; the default shows everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pick {
    pub class: Option<&'static Facet>,
    pub bucket: Option<&'static Facet>,
    pub sort: Sort,
    pub is_reversed: bool,
}

impl Listing {
    /// Prepares a roster; takes about a second for 100,000 identities, so it belongs into a job.
    pub fn new(of: Evidence, roster: Roster) -> Self {
        let everybody = ops::Listing::new(roster);
        everybody.prepare();
        let doubts = everybody.roster.doubts();
        let agents = everybody.roster.agents();
        Self { counts: everybody.roster.counted(&doubts), doubts, agents, of, everybody }
    }

    /// Everybody who is picked, in order.
    pub fn picked(&self, pick: Pick) -> Vec<usize> {
        let facets = [pick.class, pick.bucket].into_iter().flatten().collect();
        self.everybody.picked(&Filter { facets, ..Filter::default() }, pick.sort, pick.is_reversed)
    }
}

impl Deref for Listing {
    type Target = ops::Listing;

    fn deref(&self) -> &ops::Listing {
        &self.everybody
    }
}
