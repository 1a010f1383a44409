//! An assessment is the list of its edits. Nothing is overwritten; undo is a further edit.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, civil::Date};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::decision::{Decision, Decisions, ToolName};
use super::resolution::{Pair, Ruling, Rulings};
use super::{AssessmentId, Level, PackId, PullId, QuestionId, RespondentId, RoleId};

/// How an assessment began; never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begun {
    pub id: AssessmentId,
    pub pack: PackId,
    pub pack_version: String,
    pub organisation: String,
    /// Subsidiary, client or team; `None` for the whole organisation.
    pub unit: Option<String>,
    /// The quarter, such as `2026-Q4`.
    pub period: String,
    pub at: Timestamp,
}

/// What a respondent says about one question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Level(Level),
    NotApplicable { reason: String },
    DontKnow,
}

/// How sure a respondent is; used for display, never for scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    Sure,
    Think,
    Guess,
}

/// One answer by one respondent in one role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    pub by: RespondentId,
    pub role: RoleId,
    pub answer: Answer,
    pub confidence: Option<Confidence>,
    pub note: String,
}

/// A document that a named assessor accepted as proof up to a level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Document {
    pub title: String,
    pub level: Level,
    pub accepted_by: String,
    #[schemars(with = "String")]
    pub date: Date,
    pub quote: String,
}

/// A person who answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Respondent {
    pub id: RespondentId,
    pub role: RoleId,
}

/// The only things that can happen to an assessment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Edit {
    /// A respondent takes part, or changes role.
    Join(Respondent),
    /// A respondent answers; a later answer by the same respondent stands in for the earlier one.
    Claim { question: QuestionId, claim: Claim },
    /// A respondent's answer is taken back.
    Retract { question: QuestionId, by: RespondentId },
    /// A document is accepted; one with the same title stands in for the earlier one.
    Attach { question: QuestionId, document: Document },
    /// A document is no longer accepted.
    Detach { question: QuestionId, title: String },
    /// A pull becomes evidence of this assessment.
    UsePull(PullId),
    /// A pull no longer counts.
    DropPull(PullId),
    /// A person says whether two accounts belong to one identity; a later word stands in for the earlier one.
    Resolve { pair: Pair, is_same: bool, reason: String },
    /// What was said about two accounts no longer counts.
    Unresolve(Pair),
    /// A person says whether an AI tool may be used; a later word stands in for the earlier one.
    Decide { tool: ToolName, is_sanctioned: bool, reason: String },
    /// What was said about a tool no longer counts.
    Undecide(ToolName),
    /// What was decided in an earlier period goes on counting, with the person and the time of then.
    Inherit { tool: ToolName, decision: Decision },
    /// The answers are closed: from here on evidence is shown beside them.
    Close,
    /// The answers are open again.
    Reopen,
}

/// What happened, when, by whom, and at which place in the order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamped<T> {
    /// Counts from 1 without gaps.
    pub seq: u64,
    pub at: Timestamp,
    /// Who did it, as the computer knows them.
    pub actor: String,
    pub what: T,
}

/// Why an edit cannot be applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditError {
    /// The edit's number does not follow the last one.
    OutOfOrder { expected: u64, found: u64 },
}

impl std::fmt::Display for EditError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::OutOfOrder { expected, found } => {
                write!(f, "edit {found} does not follow: number {expected} is expected")
            }
        }
    }
}

impl std::error::Error for EditError {}

/// The state that a list of edits leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessment {
    pub begun: Begun,
    /// The number of the last edit; 0 before the first.
    pub seq: u64,
    pub respondents: BTreeMap<RespondentId, Respondent>,
    /// Current answers by question and respondent.
    pub claims: BTreeMap<QuestionId, BTreeMap<RespondentId, Claim>>,
    /// Accepted documents by question and title.
    pub documents: BTreeMap<QuestionId, BTreeMap<String, Document>>,
    pub pulls: BTreeSet<PullId>,
    /// What people decided about who is the same.
    pub rulings: Rulings,
    /// What people decided about AI tools.
    pub decisions: Decisions,
    /// Whether the answers are closed.
    pub closed: bool,
    /// Self-ratings and answers that were changed after they were first given: (question, respondent, count).
    pub changes: BTreeMap<(QuestionId, RespondentId), u32>,
}

impl Assessment {
    /// An assessment without any edit.
    pub fn new(begun: Begun) -> Self {
        Self {
            begun,
            seq: 0,
            respondents: BTreeMap::new(),
            claims: BTreeMap::new(),
            documents: BTreeMap::new(),
            pulls: BTreeSet::new(),
            rulings: Rulings::new(),
            decisions: Decisions::new(),
            closed: false,
            changes: BTreeMap::new(),
        }
    }

    /// Applies edits one by one.
    pub fn replay(begun: Begun, edits: impl IntoIterator<Item = Stamped<Edit>>) -> Result<Self, EditError> {
        let mut assessment = Self::new(begun);
        for edit in edits {
            assessment.apply(edit)?;
        }
        Ok(assessment)
    }

    /// Applies the next edit; the only way to change an assessment.
    pub fn apply(&mut self, edit: Stamped<Edit>) -> Result<(), EditError> {
        let expected = self.seq + 1;
        if edit.seq != expected {
            return Err(EditError::OutOfOrder { expected, found: edit.seq });
        }
        self.seq = edit.seq;
        match edit.what {
            Edit::Join(respondent) => {
                self.respondents.insert(respondent.id.clone(), respondent);
            }
            Edit::Claim { question, claim } => self.claim(question, claim),
            Edit::Retract { question, by } => {
                if let Some(claims) = self.claims.get_mut(&question) {
                    claims.remove(&by);
                }
            }
            Edit::Attach { question, document } => {
                self.documents.entry(question).or_default().insert(document.title.clone(), document);
            }
            Edit::Detach { question, title } => {
                if let Some(documents) = self.documents.get_mut(&question) {
                    documents.remove(&title);
                }
            }
            Edit::UsePull(pull) => {
                self.pulls.insert(pull);
            }
            Edit::DropPull(pull) => {
                self.pulls.remove(&pull);
            }
            Edit::Resolve { pair, is_same, reason } => {
                self.rulings.insert(pair, Ruling { is_same, reason, by: edit.actor, at: edit.at });
            }
            Edit::Unresolve(pair) => {
                self.rulings.remove(&pair);
            }
            Edit::Decide { tool, is_sanctioned, reason } => {
                let decision = Decision { is_sanctioned, reason, by: edit.actor, at: edit.at };
                self.decisions.insert(tool, decision);
            }
            Edit::Undecide(tool) => {
                self.decisions.remove(&tool);
            }
            Edit::Inherit { tool, decision } => {
                self.decisions.insert(tool, decision);
            }
            Edit::Close => self.closed = true,
            Edit::Reopen => self.closed = false,
        }
        Ok(())
    }

    fn claim(&mut self, question: QuestionId, claim: Claim) {
        let by = claim.by.clone();
        self.respondents
            .entry(by.clone())
            .or_insert_with(|| Respondent { id: by.clone(), role: claim.role.clone() });
        if self.claims.entry(question.clone()).or_default().insert(by.clone(), claim).is_some() {
            *self.changes.entry((question, by)).or_default() += 1;
        }
    }

    /// The highest level that an accepted document proves for a question.
    pub fn document_level(&self, question: &QuestionId) -> Option<Level> {
        self.documents.get(question)?.values().map(|document| document.level).max()
    }

    /// The edit that takes back a respondent's answer: what stood before, or nothing.
    pub fn undo(question: QuestionId, by: RespondentId, before: Option<Claim>) -> Edit {
        match before {
            Some(claim) => Edit::Claim { question, claim },
            None => Edit::Retract { question, by },
        }
    }
}
