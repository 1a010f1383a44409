//! Scorecard in, bytes out. Pure: no paths, no clock, no environment; a second run gives the same bytes.

use jiff::Timestamp;
use miette::Diagnostic;
use thiserror::Error;

use crate::model::assessment::Begun;
use crate::model::catalog::Catalog;
use crate::model::metric::Measurements;
use crate::model::pull::Manifest;
use crate::model::questionnaire::Questionnaire;
use crate::model::scorecard::Scorecard;

mod csv;
mod figure;
mod json;
mod page;
mod png;
mod svg;
mod words;

pub use json::schema;

/// Every export format, in the order in which they are listed.
pub static REGISTRY: &[&Format] = &[&png::FORMAT, &svg::FORMAT, &json::FORMAT, &csv::FORMAT];

/// A file format.
pub struct Format {
    pub id: &'static str,
    pub title: &'static str,
    pub extension: &'static str,
    pub render: fn(&Report<'_>) -> Result<Vec<File>, ExportError>,
}

/// One file, finished.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Without a folder.
    pub name: String,
    pub bytes: Vec<u8>,
}

/// The facts that every format renders.
#[derive(Debug, Clone, Copy)]
pub struct Report<'a> {
    pub begun: &'a Begun,
    pub questionnaire: &'a Questionnaire,
    pub catalog: &'a Catalog,
    pub scorecard: &'a Scorecard,
    pub measurements: &'a Measurements,
    pub manifests: &'a [Manifest],
    /// Earlier periods of the same organisation, unit and pack, oldest first.
    pub history: &'a [Past],
    /// When the report was made.
    pub made: Timestamp,
    /// The program's version.
    pub tool: &'a str,
}

/// An earlier period's result.
#[derive(Debug, Clone, PartialEq)]
pub struct Past {
    pub period: String,
    pub scorecard: Scorecard,
}

/// Why a format could not be made.
#[derive(Debug, Error, Diagnostic)]
pub enum ExportError {
    /// The drawing library refused.
    #[error("could not draw {figure}: {reason}")]
    #[diagnostic(code(export::draw), help("this is a fault of the program; please report it"))]
    Draw { figure: String, reason: String },
    /// The values cannot be written in this format.
    #[error("could not write {format}: {reason}")]
    #[diagnostic(code(export::write), help("this is a fault of the program; please report it"))]
    Write { format: String, reason: String },
}
