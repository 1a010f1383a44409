//! The result: one scorecard that every screen, picture and file reads.
//!
//! The names of the fields are the names in `score --json` and in the published schema.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::inventory::Class;
use super::metric::Measured;
use super::{DomainId, Level, MetricName, PackId, QuestionId, RoleId};

/// Everything that scoring says about one assessment. Scores are 0 to 100, shares 0 to 1, gaps in points.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Scorecard {
    pub pack: PackId,
    pub pack_version: String,
    /// How many questions the pack has.
    pub questions: usize,
    /// How many of them apply.
    pub applicable: usize,
    /// The weight of those that apply.
    pub weight: u32,
    /// Weighted mean of the low-median answers; `None` while nobody answered.
    pub claimed: Option<f64>,
    /// What is proven: weighted mean of the lower bounds.
    pub floor: Option<f64>,
    /// What is possible: weighted mean of the upper bounds.
    pub ceiling: Option<f64>,
    /// Lower bounds raised to the claim where evidence allows.
    pub claim_filled: Option<f64>,
    /// Share of the applicable weight with evidence.
    pub evidence: f64,
    /// Share of the applicable weight whose bounds meet.
    pub verified_weight: f64,
    /// Share of the applicable weight that somebody answered.
    pub answered_weight: f64,
    /// Claimed minus proven over the same verified questions; positive is over-claim.
    pub gap_on_verified: Option<f64>,
    /// Claimed minus ceiling, and claimed minus floor.
    pub gap_range: Option<GapRange>,
    /// Share of the verified weight with a claim above the proof.
    pub over_claimed_weight: Option<f64>,
    /// Share of the verified weight with a claim below the proof.
    pub under_claimed_weight: Option<f64>,
    /// Share of "I do not know" among all counted answers.
    pub dont_know: Option<f64>,
    /// Title of the readiness class, or `Unproven`; `None` for packs that never give one.
    pub class: Option<String>,
    /// Why the class is what it is, as a sentence.
    pub class_because: String,
    /// Gates whose floor is below 3.
    pub gates_open: Vec<QuestionId>,
    /// Floor by domain.
    pub domains: BTreeMap<DomainId, f64>,
    /// All figures by domain, in the order of the questionnaire.
    pub domain_scores: Vec<DomainScore>,
    /// Human, machine and AI questions side by side; never averaged into one.
    pub classes: Vec<ClassScore>,
    /// Claimed against proven for each role that answered.
    pub functions: Vec<FunctionGap>,
    /// Bounded, gated, discovered.
    pub signs: Vec<Sign>,
    pub self_rating: Option<SelfRated>,
    /// Things a reader has to know before using the numbers, most important first.
    pub cautions: Vec<String>,
    pub rows: Vec<Row>,
}

/// The range in which the whole gap lies.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GapRange {
    pub low: f64,
    pub high: f64,
}

/// One domain's figures, 0 to 100.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DomainScore {
    pub domain: DomainId,
    pub title: String,
    pub weight: u32,
    pub claimed: Option<f64>,
    pub floor: f64,
    pub ceiling: f64,
    pub claim_filled: f64,
    /// Share of the weight with evidence.
    pub evidence: f64,
}

/// The figures of the questions about one class of identities.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClassScore {
    pub class: Class,
    pub questions: usize,
    pub claimed: Option<f64>,
    pub floor: Option<f64>,
    pub ceiling: Option<f64>,
}

/// How far one role's answers are from the proof, over the verified questions that it answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FunctionGap {
    pub role: RoleId,
    pub questions: usize,
    pub gap: f64,
}

/// One of the three working signs; unknown is drawn as unknown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Sign {
    /// `bounded`, `gated` or `discovered`.
    pub id: String,
    /// What it says, as a sentence.
    pub title: String,
    pub metric: MetricName,
    /// A share, 0 to 1.
    pub value: Measured,
}

/// The sealed self-rating.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SelfRated {
    pub question: QuestionId,
    /// Low median.
    pub level: Level,
    pub title: String,
    pub answers: usize,
    /// Whether the unit calls itself mature.
    pub claims_maturity: bool,
    /// How many ratings were changed after they were first given.
    pub changed: u32,
}

/// What a row's bounds rest on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// No evidence: 0 to 4.
    Claimed,
    /// A document alone proves it.
    Document,
    /// A document where a measurement is needed: shown, not proven.
    Attested,
    /// Both ends meet.
    Verified,
    /// Some evidence, ends apart.
    Bounded,
    /// The question does not apply.
    #[serde(rename = "n/a")]
    NotApplicable,
}

/// The claim against the proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum Verdict {
    #[serde(rename = "over-claimed")]
    OverClaimed,
    #[serde(rename = "under-claimed")]
    UnderClaimed,
    #[serde(rename = "confirmed")]
    Confirmed,
    #[serde(rename = "undetermined")]
    Undetermined,
    #[serde(rename = "not answered")]
    NotAnswered,
    #[serde(rename = "not applicable")]
    NotApplicable,
}

impl Verdict {
    /// The word that is shown and written.
    pub fn word(self) -> &'static str {
        match self {
            Self::OverClaimed => "over-claimed",
            Self::UnderClaimed => "under-claimed",
            Self::Confirmed => "confirmed",
            Self::Undetermined => "undetermined",
            Self::NotAnswered => "not answered",
            Self::NotApplicable => "not applicable",
        }
    }
}

impl Basis {
    /// The word that is shown and written.
    pub fn word(self) -> &'static str {
        match self {
            Self::Claimed => "claimed",
            Self::Document => "document",
            Self::Attested => "attested",
            Self::Verified => "verified",
            Self::Bounded => "bounded",
            Self::NotApplicable => "n/a",
        }
    }
}

impl Scorecard {
    /// Over-claimed questions in the order in which they matter: gates first, then by [`Row::excess`].
    pub fn over_claimed(&self) -> Vec<&Row> {
        let mut rows: Vec<&Row> =
            self.rows.iter().filter(|row| row.verdict == Verdict::OverClaimed).collect();
        rows.sort_by_key(|row| (!row.gate, Reverse(row.excess())));
        rows
    }
}

impl Row {
    /// Levels that the claim lies above what is possible, times the weight; 0 when it does not.
    pub fn excess(&self) -> u32 {
        let level = |level: Option<Level>| u32::from(level.map_or(0, Level::get));
        level(self.claimed).saturating_sub(level(self.ceiling)).saturating_mul(self.weight)
    }
}

/// One question's result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Row {
    pub question: QuestionId,
    pub title: String,
    pub domain: DomainId,
    pub weight: u32,
    pub gate: bool,
    /// Low median of the counted answers.
    pub claimed: Option<Level>,
    /// `None` when the question does not apply.
    pub floor: Option<Level>,
    pub ceiling: Option<Level>,
    pub basis: Basis,
    pub verdict: Verdict,
    pub spread: Spread,
    /// The level a document attests where a measurement is missing.
    pub attested: Option<Level>,
    /// What was looked at and what it did to the bounds, in order.
    pub because: Vec<Reason>,
}

/// How far the respondents are apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Spread {
    /// Answers that count.
    pub counted: usize,
    /// Answers from roles that are not asked; shown, not counted.
    pub others: usize,
    pub dont_know: usize,
    pub lowest: Option<Level>,
    pub highest: Option<Level>,
    /// Whether the distance reaches the pack's limit.
    pub contested: bool,
}

/// One thing that was looked at while scoring.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Reason {
    pub kind: ReasonKind,
    /// A sentence for a person.
    pub text: String,
    /// The metrics it rests on.
    pub metrics: Vec<MetricName>,
}

/// What sort of thing was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReasonKind {
    Check,
    UnknownCheck,
    Document,
    MissingDocument,
    Cap,
    Coverage,
    Guard,
    NotApplicable,
    Answers,
}
