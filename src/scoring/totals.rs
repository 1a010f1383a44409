//! Sums over questions: whole-number points first, percentages only when they are read.

use super::judged::Case;
use crate::model::catalog::Catalog;
use crate::model::inventory::Class;
use crate::model::questionnaire::About;
use crate::model::scorecard::{ClassScore, DomainScore};
use crate::model::{Bounds, DomainId, Level, Tally};

/// Points and weights of a group of questions; only those that apply are in it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sum {
    pub questions: usize,
    pub weight: u64,
    /// Proven and possible points.
    pub actual: Tally,
    filled: u64,
    answered: u64,
    claimed: u64,
    with_evidence: u64,
    verified: u64,
    /// The questions that are both verified and answered.
    compared: Compared,
}

/// Claim against proof over the same questions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Compared {
    pub questions: usize,
    weight: u64,
    claimed: u64,
    proven: u64,
    over: u64,
    under: u64,
}

impl Compared {
    /// Adds one question whose bounds meet.
    pub fn add(&mut self, weight: u32, claimed: Level, proven: Level) {
        let weight = u64::from(weight);
        self.questions += 1;
        self.weight += weight;
        self.claimed += weight * u64::from(claimed.get());
        self.proven += weight * u64::from(proven.get());
        self.over += if claimed > proven { weight } else { 0 };
        self.under += if claimed < proven { weight } else { 0 };
    }

    /// Weighted mean of claim minus proof, in points of 100.
    pub fn gap(self) -> Option<f64> {
        let points = percent(self.claimed.abs_diff(self.proven), self.weight)?;
        Some(if self.claimed < self.proven { -points } else { points })
    }
}

/// Adds up all questions.
pub(super) fn sum<'c, 'a: 'c>(cases: impl IntoIterator<Item = &'c Case<'a>>) -> Sum {
    let mut sum = Sum::default();
    for case in cases {
        if let Some(bounds) = case.judged.bounds {
            sum.add(case, bounds);
        }
    }
    sum
}

impl Sum {
    fn add(&mut self, case: &Case<'_>, bounds: Bounds) {
        let weight = u64::from(case.question.weight);
        let points = |level: Level| weight * u64::from(level.get());
        let claimed = case.heard.level;
        let filled = claimed.map_or(bounds.floor(), |claim| claim.max(bounds.floor()).min(bounds.ceiling()));
        self.questions += 1;
        self.weight += weight;
        self.actual = self.actual + Tally::of(case.question.weight, bounds);
        self.filled += points(filled);
        self.with_evidence += if case.judged.has_evidence() { weight } else { 0 };
        self.verified += if bounds.is_exact() { weight } else { 0 };
        if let Some(claimed) = claimed {
            self.answered += weight;
            self.claimed += points(claimed);
            if bounds.is_exact() {
                self.compared.add(case.question.weight, claimed, bounds.floor());
            }
        }
    }

    /// Weighted mean of the claims, 0 to 100.
    pub fn claimed(&self) -> Option<f64> {
        percent(self.claimed, self.answered)
    }

    /// Weighted mean of the floors, 0 to 100.
    pub fn floor(&self) -> Option<f64> {
        self.actual.score().map(|score| score.floor)
    }

    /// Weighted mean of the ceilings, 0 to 100.
    pub fn ceiling(&self) -> Option<f64> {
        self.actual.score().map(|score| score.ceiling)
    }

    /// Floors raised to the claim where evidence allows, 0 to 100.
    pub fn claim_filled(&self) -> Option<f64> {
        percent(self.filled, self.weight)
    }

    /// Share of the weight with evidence.
    pub fn evidence(&self) -> f64 {
        share(self.with_evidence, self.weight).unwrap_or(0.0)
    }

    /// Share of the weight whose bounds meet.
    pub fn verified_weight(&self) -> f64 {
        share(self.verified, self.weight).unwrap_or(0.0)
    }

    /// Share of the weight that somebody answered.
    pub fn answered_weight(&self) -> f64 {
        share(self.answered, self.weight).unwrap_or(0.0)
    }

    /// Claim minus proof over the verified questions, in points.
    pub fn gap_on_verified(&self) -> Option<f64> {
        self.compared.gap()
    }

    /// Share of the verified and answered weight that is claimed too high.
    pub fn over_claimed(&self) -> Option<f64> {
        share(self.compared.over, self.compared.weight)
    }

    /// Share of the verified and answered weight that is claimed too low.
    pub fn under_claimed(&self) -> Option<f64> {
        share(self.compared.under, self.compared.weight)
    }
}

/// Points as a percentage of what the weight could bring; `None` for no weight, which is not zero.
fn percent(points: u64, weight: u64) -> Option<f64> {
    let possible = weight * u64::from(Level::MAX.get());
    (weight > 0).then(|| points as f64 * 100.0 / possible as f64)
}

fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// Figures by domain, in the order in which the questionnaire comes to them.
pub(super) fn domains(cases: &[Case<'_>], catalog: &Catalog) -> Vec<DomainScore> {
    let mut ids: Vec<&DomainId> = Vec::new();
    for case in cases {
        if !ids.contains(&&case.question.domain) {
            ids.push(&case.question.domain);
        }
    }
    ids.into_iter().filter_map(|id| domain(id, cases, catalog)).collect()
}

/// One domain's figures; `None` when nothing in it applies.
fn domain(id: &DomainId, cases: &[Case<'_>], catalog: &Catalog) -> Option<DomainScore> {
    let sum = sum(cases.iter().filter(|case| case.question.domain == *id));
    let title = catalog.vocabulary.domains.iter().find(|domain| domain.id == *id);
    Some(DomainScore {
        domain: id.clone(),
        title: title.map_or_else(|| id.to_string(), |domain| domain.title.clone()),
        weight: u32::try_from(sum.weight).unwrap_or(u32::MAX),
        claimed: sum.claimed(),
        floor: sum.floor()?,
        ceiling: sum.ceiling()?,
        claim_filled: sum.claim_filled()?,
        evidence: sum.evidence(),
    })
}

/// Human, machine and AI side by side; questions about all of them belong to none.
pub(super) fn classes(cases: &[Case<'_>]) -> Vec<ClassScore> {
    let score = |class| {
        let sum = sum(cases.iter().filter(|case| class_of(case.question.class) == Some(class)));
        ClassScore {
            class,
            questions: sum.questions,
            claimed: sum.claimed(),
            floor: sum.floor(),
            ceiling: sum.ceiling(),
        }
    };
    Class::ALL.into_iter().map(score).collect()
}

fn class_of(about: About) -> Option<Class> {
    match about {
        About::Human => Some(Class::Human),
        About::Machine => Some(Class::Machine),
        About::Ai => Some(Class::Ai),
        About::All => None,
    }
}

/// Share of "I do not know" among the counted answers to questions that apply.
pub(super) fn dont_know(cases: &[Case<'_>]) -> Option<f64> {
    let spreads = cases.iter().filter(|case| case.judged.bounds.is_some()).map(|case| case.heard.spread);
    let (unknown, all) = spreads.fold((0, 0), |(unknown, all), spread| {
        (unknown + spread.dont_know, all + spread.dont_know + spread.counted)
    });
    (all > 0).then(|| unknown as f64 / all as f64)
}
