//! The embedded database: assessments, edits, pulls, scorecards. Append-only; one SQL text for SQLite and,
//! later, PostgreSQL.

use std::path::Path;

use miette::Diagnostic;
use thiserror::Error;

/// An open database.
#[derive(Debug, Clone)]
pub struct Store {}

/// Why the database could not do what was asked.
#[derive(Debug, Error, Diagnostic)]
pub enum StoreError {
    /// The file was made by a newer trueup, or by another program.
    #[error("{path} is not a database that this trueup can use: {reason}")]
    #[diagnostic(code(store::foreign))]
    Foreign {
        path: String,
        reason: String,
        #[help]
        help: String,
    },
}

impl Store {
    /// Opens the file, or makes it.
    pub async fn open(_path: &Path) -> Result<Self, StoreError> {
        todo!("store")
    }
}
