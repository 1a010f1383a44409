//! Why the database could not do what was asked, in sentences for a person.

use std::path::Path;

use miette::Diagnostic;
use sqlx::migrate::MigrateError;
use thiserror::Error;

use super::Store;

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
    /// The operating system or the disk refused.
    #[error("could not use the database {path}: {reason}")]
    #[diagnostic(code(store::refused))]
    Refused {
        path: String,
        reason: String,
        #[help]
        help: String,
    },
    /// Another program is writing and does not come to an end.
    #[error("the database {path} is being written by another program")]
    #[diagnostic(
        code(store::locked),
        help("close the other trueup, or wait until it is done, and try again; nothing was changed")
    )]
    Locked { path: String },
    /// Something is to be added to an assessment that is not there.
    #[error("there is no assessment `{id}`")]
    #[diagnostic(code(store::missing), help("`trueup list` shows them all"))]
    Missing { id: String },
    /// What lies in the database does not make sense.
    #[error("the database {path} is damaged: {reason}")]
    #[diagnostic(
        code(store::damaged),
        help("put back a copy of the file from before; trueup leaves the damaged one as it is")
    )]
    Damaged { path: String, reason: String },
}

impl StoreError {
    /// Something that was read back is not what was once written.
    pub(super) fn damaged(store: &Store, reason: impl Into<String>) -> Self {
        Self::Damaged { path: shown(&store.path), reason: reason.into() }
    }

    /// The operating system refused to open, make or read the file.
    pub(super) fn from_io(path: &Path, error: &std::io::Error) -> Self {
        use std::io::ErrorKind as Kind;
        let (reason, help) = match error.kind() {
            Kind::PermissionDenied => {
                ("permission denied", "choose a file that you may read and write with --db FILE")
            }
            Kind::ReadOnlyFilesystem => READ_ONLY,
            Kind::StorageFull | Kind::QuotaExceeded => FULL,
            Kind::IsADirectory => ("it is a folder", "name a file inside it with --db FILE"),
            Kind::NotADirectory => {
                ("a part of its path is not a folder", "choose another place with --db FILE")
            }
            _ => return refused(path, &error.to_string(), OTHER_PLACE),
        };
        refused(path, reason, help)
    }

    /// The database engine refused.
    pub(super) fn from_sqlx(path: &Path, error: &sqlx::Error) -> Self {
        match error {
            sqlx::Error::Io(error) => Self::from_io(path, error),
            sqlx::Error::Migrate(error) => match &**error {
                MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => {
                    Self::from_sqlx(path, error)
                }
                other => refused(path, &other.to_string(), "put back a copy of the file from before"),
            },
            sqlx::Error::PoolTimedOut => Self::Locked { path: shown(path) },
            sqlx::Error::Database(database) => {
                let code = database.code().and_then(|code| code.parse::<u32>().ok()).unwrap_or(0);
                from_sqlite(path, code, database.message())
            }
            other => refused(path, &other.to_string(), OTHER_PLACE),
        }
    }
}

const FULL: (&str, &str) =
    ("the disk is full", "free some space and try again; everything that was shown as saved is still there");
const READ_ONLY: (&str, &str) =
    ("it cannot be written", "copy the file to a place that can be written and name it with --db FILE");
const OTHER_PLACE: &str = "choose another place with --db FILE";

/// Turns SQLite's result code (<https://www.sqlite.org/rescode.html>) into a sentence.
fn from_sqlite(path: &Path, code: u32, message: &str) -> StoreError {
    match code & 0xff {
        // The operating system would not lengthen a file: IOERR_WRITE and IOERR_SHMSIZE.
        _ if matches!(code, 778 | 4874) => refused(path, "the disk is full or takes no writing", FULL.1),
        3 => refused(path, "permission denied", OTHER_PLACE),
        5 | 6 => StoreError::Locked { path: shown(path) },
        8 => refused(path, READ_ONLY.0, READ_ONLY.1),
        11 | 26 => StoreError::Damaged { path: shown(path), reason: message.to_owned() },
        13 => refused(path, FULL.0, FULL.1),
        14 => refused(path, "it cannot be opened for writing", READ_ONLY.1),
        _ => refused(path, message, OTHER_PLACE),
    }
}

fn refused(path: &Path, reason: &str, help: &str) -> StoreError {
    StoreError::Refused { path: shown(path), reason: reason.to_owned(), help: help.to_owned() }
}

pub(super) fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// Gives an engine's error the place of its database.
pub(super) trait Context<T> {
    fn context(self, store: &Store) -> Result<T, StoreError>;
}

impl<T> Context<T> for Result<T, sqlx::Error> {
    fn context(self, store: &Store) -> Result<T, StoreError> {
        self.map_err(|error| StoreError::from_sqlx(&store.path, &error))
    }
}
