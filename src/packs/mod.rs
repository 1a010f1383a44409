//! Pack files and catalogues in TOML in; linked questionnaires out, with errors that point into the file.

use std::path::Path;

use miette::Diagnostic;
use thiserror::Error;

use crate::model::PackId;
use crate::model::catalog::Catalog;
use crate::model::questionnaire::Questionnaire;

/// Why a pack or a catalogue cannot be used.
#[derive(Debug, Error, Diagnostic)]
pub enum PackError {
    /// There is no pack of that name.
    #[error("there is no pack `{id}`")]
    #[diagnostic(code(packs::unknown))]
    Unknown {
        id: String,
        #[help]
        help: String,
    },
}

/// The catalogues and every pack that can be named: the built-in ones and the user's own.
#[derive(Debug, Clone)]
pub struct Library {
    pub catalog: Catalog,
}

impl Library {
    /// Reads the embedded catalogues and packs, and the user's packs from `folder` where it exists.
    pub fn open(_folder: Option<&Path>) -> Result<Self, PackError> {
        todo!("packs")
    }

    /// Links one pack.
    pub fn pack(&self, _id: &PackId) -> Result<Questionnaire, PackError> {
        todo!("packs")
    }
}
