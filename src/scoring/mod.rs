//! Questionnaire, answers and measurements in; one scorecard out. Pure: no I/O, no clock of its own.

use jiff::Timestamp;

use crate::model::assessment::Assessment;
use crate::model::catalog::Catalog;
use crate::model::metric::Measurements;
use crate::model::questionnaire::Questionnaire;
use crate::model::scorecard::Scorecard;

/// Everything that a score depends on.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    pub questionnaire: &'a Questionnaire,
    pub catalog: &'a Catalog,
    pub assessment: &'a Assessment,
    pub measurements: &'a Measurements,
    /// The moment of scoring; the age of documents is relative to it.
    pub now: Timestamp,
}

/// Scores one assessment: the one place where numbers come from.
pub fn score(_inputs: &Inputs<'_>) -> Scorecard {
    todo!("scoring")
}
