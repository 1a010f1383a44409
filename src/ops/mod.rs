//! The verbs: what both faces can do. A verb that is not here exists in neither.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use miette::Diagnostic;
use serde::Serialize;
use thiserror::Error;

use crate::connectors::{ConnectorError, Progress};
use crate::export::{ExportError, Format};
use crate::metrics::Origin;
use crate::model::assessment::{Assessment, Begun, Edit, Stamped};
use crate::model::metric::Measurements;
use crate::model::pull::{Manifest, Preflight};
use crate::model::questionnaire::Questionnaire;
use crate::model::scorecard::{Row, Scorecard};
use crate::model::{AssessmentId, PackId};
use crate::packs::{Library, PackError};
use crate::store::{Store, StoreError};

/// What every verb works with. Cheap to clone.
#[derive(Clone)]
pub struct Ctx {
    pub store: Store,
    pub library: Arc<Library>,
    pub clock: fn() -> Timestamp,
    /// Who acts, as the computer knows them.
    pub actor: String,
}

/// Why a verb could not be done.
#[derive(Debug, Error, Diagnostic)]
pub enum Error {
    #[error(transparent)]
    #[diagnostic(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    #[diagnostic(transparent)]
    Pack(#[from] PackError),
    #[error(transparent)]
    #[diagnostic(transparent)]
    Connector(#[from] ConnectorError),
    #[error(transparent)]
    #[diagnostic(transparent)]
    Export(#[from] ExportError),
    /// Something that was named does not exist.
    #[error("{what}")]
    #[diagnostic(code(ops::unknown))]
    Unknown {
        what: String,
        #[help]
        help: String,
    },
}

/// What a new assessment is about.
#[derive(Debug, Clone)]
pub struct NewAssessment {
    pub pack: PackId,
    pub organisation: String,
    pub unit: Option<String>,
    pub period: String,
}

/// One line of the list of assessments.
#[derive(Debug, Clone, Serialize)]
pub struct Summary {
    pub begun: Begun,
    pub answered: usize,
    pub questions: usize,
    /// The newest scorecard; `None` before the first scoring.
    pub scorecard: Option<Scorecard>,
}

/// An assessment with everything that is needed to show it.
#[derive(Clone)]
pub struct Opened {
    pub questionnaire: Arc<Questionnaire>,
    pub assessment: Assessment,
    pub measurements: Arc<Measurements>,
    pub manifests: Vec<Manifest>,
    pub scorecard: Scorecard,
}

/// Begins an assessment.
pub async fn begin(_ctx: &Ctx, _new: NewAssessment) -> Result<Begun, Error> {
    todo!()
}

/// Lists assessments, newest first.
pub async fn list(_ctx: &Ctx) -> Result<Vec<Summary>, Error> {
    todo!()
}

/// Opens one assessment; the newest when none is named.
pub async fn open(_ctx: &Ctx, _id: Option<&AssessmentId>) -> Result<Opened, Error> {
    todo!()
}

/// Scores without touching the disk: what the terminal UI calls after every edit.
pub fn rescore(_ctx: &Ctx, _opened: &mut Opened) {
    todo!()
}

/// Saves edits in order; returns them stamped, once they are on the disk.
pub async fn append(_ctx: &Ctx, _id: &AssessmentId, _edits: Vec<Edit>) -> Result<Vec<Stamped<Edit>>, Error> {
    todo!()
}

/// Tells what a file is and what it would show, without keeping anything.
pub async fn preflight(_path: &Path) -> Result<Recognised, Error> {
    todo!()
}

/// What a file was recognised as.
#[derive(Debug, Clone, Serialize)]
pub struct Recognised {
    pub connector: String,
    pub title: String,
    pub preflight: Preflight,
}

/// Reads a file into the assessment's evidence. Nothing is kept unless the whole file was read.
pub async fn pull(
    _ctx: &Ctx,
    _id: &AssessmentId,
    _path: &Path,
    _progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<Manifest, Error> {
    todo!()
}

/// Renders formats into a folder; returns the files, written whole or not at all.
pub async fn export(
    _ctx: &Ctx,
    _id: &AssessmentId,
    _formats: &[&'static Format],
    _folder: &Path,
) -> Result<Vec<PathBuf>, Error> {
    todo!()
}

/// Where a number comes from.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Explanation {
    Metric(Box<Origin>),
    Question {
        row: Box<Row>,
        /// The metrics that its checks read.
        metrics: Vec<Origin>,
    },
}

/// Explains a metric or a question by its id.
pub async fn explain(_ctx: &Ctx, _id: &AssessmentId, _subject: &str) -> Result<Explanation, Error> {
    todo!()
}
