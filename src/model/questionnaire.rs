//! A questionnaire as it is asked and scored: the linked form of a pack file.

use std::collections::BTreeMap;

use serde::Serialize;

use super::expr::Expr;
use super::{CapabilityId, DomainId, Level, MetricName, PackId, QuestionId, RoleId};

/// A whole questionnaire; `questions` stand in the order in which they are asked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Questionnaire {
    pub id: PackId,
    pub version: String,
    pub title: String,
    pub description: String,
    /// How long it takes, in minutes.
    pub minutes: u32,
    pub audience: Vec<RoleId>,
    pub self_rating: Option<SelfRating>,
    pub rules: Rules,
    pub guards: Vec<Guard>,
    /// Readiness classes, best first; empty for packs that never give a class.
    pub class_rules: Vec<ClassRule>,
    pub sections: Vec<Section>,
    pub questions: Vec<Question>,
}

impl Questionnaire {
    /// The questions whose checks look at any of some metrics: what stays open while those are not known.
    pub fn resting_on(&self, metrics: &[MetricName]) -> Vec<&QuestionId> {
        let looks = |expr: &Expr| expr.metrics().iter().any(|metric| metrics.contains(metric));
        let rests = |question: &&Question| {
            question.checks.iter().any(|check| looks(&check.expr))
                || question.caps.iter().any(|cap| looks(&cap.when))
        };
        self.questions.iter().filter(rests).map(|question| &question.id).collect()
    }

    /// Finds a question by its id.
    pub fn question(&self, id: &QuestionId) -> Option<&Question> {
        self.questions.iter().find(|question| question.id == *id)
    }
}

/// The one question that is asked before all others and never scored.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SelfRating {
    pub id: QuestionId,
    pub prompt: String,
    pub answers: [String; 5],
    /// From this level on the unit claims to be mature.
    pub claims_maturity_at: Level,
}

/// How the answers and measurements of one pack are judged.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rules {
    pub min_respondents: u32,
    /// Share of the applicable weight that must be answered before a class is shown.
    pub min_answered: f64,
    /// Share of the applicable weight that must have evidence before a class is shown; above 1 means never.
    pub min_evidence: f64,
    /// Largest share of the weight that may be declared not applicable by hand.
    pub max_na: f64,
    /// Distance between two answers, in levels, that makes a question contested.
    pub contested_range: u8,
    /// Known coverage below the limit caps the level; sorted by limit.
    pub coverage_caps: Vec<(f64, Level)>,
}

/// A share cannot be proven while nobody looks: caps every question that reads `metric` while `when` holds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Guard {
    pub when: Expr,
    pub metric: MetricName,
    pub cap: Level,
}

/// What a unit must reach, on the floor, to be in a readiness class.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClassRule {
    pub id: String,
    pub title: String,
    pub min_score: f64,
    pub min_domain: f64,
    pub min_evidence: f64,
    pub gates_at: Level,
}

/// A chapter of the interview.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Section {
    pub id: String,
    pub title: String,
    pub questions: Vec<QuestionId>,
}

/// Which identities a question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum About {
    Human,
    Machine,
    Ai,
    All,
}

/// One question with its five written levels and the way it is proven.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Question {
    pub id: QuestionId,
    /// Revision; answers are comparable over time only at the same revision.
    pub rev: u32,
    pub domain: DomainId,
    pub capability: CapabilityId,
    pub title: String,
    pub prompt: String,
    pub why: String,
    pub class: About,
    pub gate: bool,
    pub weight: u32,
    pub weight_reason: String,
    /// Roles whose answers count.
    pub ask: Vec<RoleId>,
    pub levels: [String; 5],
    pub checks: Vec<Check>,
    pub caps: Vec<Cap>,
    /// What kinds of document prove it.
    pub docs: Vec<String>,
    /// Levels from here on need an accepted document; 5 means never.
    pub docs_from: u8,
    /// The highest level that documents alone can prove.
    pub doc_cap: Level,
    pub max_age_days: u32,
    pub verify: String,
    pub not_applicable_when: Option<Expr>,
    pub first: Option<Step>,
    pub next: Option<Step>,
    /// Control ids by framework key.
    pub maps: BTreeMap<String, Vec<String>>,
    /// Notes for the person who leads a workshop.
    pub workshop: Option<Workshop>,
}

/// A measured quantity and the limits that its levels ask for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Check {
    pub expr: Expr,
    pub direction: Direction,
    /// The level that the first limit stands for.
    pub from: Level,
    /// `at[i]` is the limit of level `from + i`.
    pub at: Vec<f64>,
}

/// Whether more or less of a quantity is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// The value must reach the limit.
    Up,
    /// The value must not exceed the limit.
    Down,
}

/// A condition that holds a question's level down.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cap {
    pub when: Expr,
    pub level: Level,
    pub note: String,
}

/// Something to do, for whom, and how much work it is (`S`, `M`, `L`).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    pub action: String,
    pub effort: String,
    pub owner: RoleId,
    pub when_below: Level,
}

/// What the leader of a workshop asks, listens for and wants to see.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Workshop {
    pub minutes: u32,
    pub open: String,
    pub listen_for: String,
    pub challenge: String,
    pub show: String,
}
