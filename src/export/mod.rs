//! Scorecard in, bytes out. Pure: no paths, no clock, no environment; a second run gives the same bytes.

use jiff::Timestamp;
use miette::Diagnostic;
use thiserror::Error;

use crate::model::agents::Agents;
use crate::model::assessment::Begun;
use crate::model::catalog::Catalog;
use crate::model::merged::Inventory;
use crate::model::metric::Measurements;
use crate::model::privilege::{Population, Weights};
use crate::model::pull::Manifest;
use crate::model::questionnaire::Questionnaire;
use crate::model::scorecard::Scorecard;
use crate::model::shadow::Shadow;

mod csv;
mod figure;
mod identities;
mod identity;
mod json;
mod page;
mod png;
mod svg;
mod words;

pub use identity::{IdentityDocument, WhatIfDocument};
pub use json::{PUBLISHED, Published, schema};

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
    /// `None` when no source tells of rights: what would show them is then left out, and the files say so.
    pub rights: Option<Rights<'a>>,
    /// `None` when no source lists AI tools and nobody decided about any.
    pub shadow: Option<&'a Shadow>,
    /// `None` when no source lists AI agents.
    pub agents: Option<&'a Agents>,
    /// When the report was made.
    pub made: Timestamp,
    /// The program's version.
    pub tool: &'a str,
}

/// What everybody can do beyond what they need.
#[derive(Debug, Clone, Copy)]
pub struct Rights<'a> {
    pub population: &'a Population,
    /// The identities, and what each of them can do.
    pub inventory: &'a Inventory,
    /// What the population was weighed with.
    pub weights: &'a Weights,
}

impl<'a> Rights<'a> {
    /// What was found out about everybody who was seen; `None` when no source tells of anybody's rights.
    pub fn told(population: &'a Population, inventory: &'a Inventory, weights: &'a Weights) -> Option<Self> {
        let is_told = inventory.privileges.iter().any(Option::is_some);
        is_told.then_some(Self { population, inventory, weights })
    }
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
