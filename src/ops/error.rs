//! Why a verb could not be done, in sentences for a person.

use std::path::Path;

use miette::Diagnostic;
use thiserror::Error;

use crate::config::ConfigError;
use crate::connectors::ConnectorError;
use crate::export::ExportError;
use crate::packs::PackError;
use crate::store::StoreError;

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
    /// The file of sources cannot be used.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Config(#[from] ConfigError),
    /// Something that was named does not exist.
    #[error("{what}")]
    #[diagnostic(code(ops::unknown))]
    Unknown {
        what: String,
        #[help]
        help: String,
    },
    /// What was asked for breaks a rule.
    #[error("{what}")]
    #[diagnostic(code(ops::refused))]
    Refused {
        what: String,
        #[help]
        help: String,
    },
    /// A file of answers or documents has something wrong in it; nothing of it was taken over.
    #[error("{path}{place}: {reason}")]
    #[diagnostic(code(ops::content))]
    Content {
        path: String,
        /// A row and a column; empty when the whole file is meant.
        place: String,
        reason: String,
        #[help]
        help: String,
    },
    /// The operating system refused a file or a folder.
    #[error("could not {action} {path}: {reason}")]
    #[diagnostic(code(ops::file))]
    File {
        action: &'static str,
        path: String,
        reason: String,
        #[help]
        help: String,
    },
    /// The program is being left.
    #[error("the work was stopped before it was done")]
    #[diagnostic(code(ops::stopped), help("start it again; nothing half-done was kept"))]
    Stopped,
}

impl Error {
    /// Turns the operating system's refusal into a sentence with a remedy.
    pub(super) fn file(action: &'static str, path: &Path, error: &std::io::Error) -> Self {
        use std::io::ErrorKind as Kind;
        let (reason, help) = match error.kind() {
            Kind::NotFound => ("it does not exist", "look at the spelling of the name and at the folder"),
            Kind::PermissionDenied => ("permission denied", "ask for the right to it, or choose another one"),
            Kind::IsADirectory => ("it is a folder", "name a file inside it"),
            Kind::NotADirectory => ("a part of its path is not a folder", "choose another place"),
            Kind::AlreadyExists => ("it is a file, not a folder", "choose another folder"),
            Kind::ReadOnlyFilesystem => {
                ("the disk is read-only", "choose a place that can be written, with --out FOLDER")
            }
            Kind::StorageFull | Kind::QuotaExceeded => {
                ("the disk is full", "free some space, or choose another place; nothing was changed")
            }
            _ => return Self::file_because(action, path, error.to_string(), "choose another file or folder"),
        };
        Self::file_because(action, path, reason.to_owned(), help)
    }

    pub(super) fn file_because(action: &'static str, path: &Path, reason: String, help: &str) -> Self {
        Self::File { action, path: path.display().to_string(), reason, help: help.to_owned() }
    }
}
