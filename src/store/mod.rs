//! The embedded database: assessments, edits, pulls, scorecards. Append-only; one SQL text for SQLite and,
//! later, PostgreSQL. It stores what it is given and judges nothing.

mod assessments;
mod error;
mod history;
mod open;
mod pulls;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use sqlx::SqlitePool;

pub use assessments::{Appended, Listed};
pub use error::StoreError;
pub use history::Basis;
pub use pulls::{Bundle, Packer};

/// An open database. Cheap to clone; every clone is the same database.
#[derive(Debug, Clone)]
pub struct Store {
    pool: Pool,
    path: Arc<Path>,
}

/// The databases that can be open; each variant takes the same SQL.
#[derive(Debug, Clone)]
enum Pool {
    Sqlite(SqlitePool),
}

/// Runs one expression against whichever pool is open: one SQL text, every dialect.
macro_rules! on {
    ($store:expr, $pool:ident => $body:expr) => {
        match &$store.pool {
            $crate::store::Pool::Sqlite($pool) => $body,
        }
    };
}

use on;

impl Store {
    /// Opens the file, or makes it, readable by its owner only.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        let pool = open::open(path).await?;
        Ok(Self { pool: Pool::Sqlite(pool), path: Arc::from(path) })
    }

    /// Where the database lies.
    pub fn path(&self) -> PathBuf {
        self.path.to_path_buf()
    }

    /// The statement that begins a transaction which is going to write: one that begins by reading could not
    /// become a writer while another one writes.
    fn begin_writing(&self) -> &'static str {
        match self.pool {
            Pool::Sqlite(_) => "begin immediate",
        }
    }

    /// Closes the database and folds its journal into the one file that can be copied.
    pub async fn close(&self) {
        on!(self, pool => pool.close().await);
    }
}
