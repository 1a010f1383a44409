//! The verbs: what both faces can do. A verb that is not here exists in neither.

mod adopt;
mod assess;
mod begin;
mod demo;
mod edit;
mod error;
mod explain;
mod export;
mod identity;
mod import;
mod pull;
mod resolve;
mod roster;
mod shadow;
mod sheet;
mod sources;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;

use crate::packs::Library;
use crate::store::Store;

pub use crate::metrics::{Counted, Counts, Doubt, Origin, OriginRow, Sign};
pub use adopt::{Adopted, adopt};
pub use assess::{Opened, history, open, rescore, unscored, which};
pub use begin::{NewAssessment, Summary, begin, begin_at, find, list};
pub use demo::{Demo, demo};
pub use edit::{append, append_at, check};
pub use error::Error;
pub use explain::{Explained, Explanation, explain, explain_any};
pub use export::export;
pub use identity::{Wish, explain_identity, what_if};
pub use import::{Imported, import_answers, import_documents};
pub use pull::{Recognised, preflight, preflight_as, pull, pull_as, verify};
pub use resolve::{Decided, Resolution, resolution, resolve, unresolve};
pub use roster::{
    FACETS, Facet, Filter, FromFiles, Group, Listing, Roster, RosterRow, Sort, roster, roster_of_files,
};
pub use shadow::{DecidedTool, agents, decide, shadow, shadow_reference};
pub use sources::{
    Checked, check as check_source, configured as configured_sources, live as live_connectors, look,
    named as source_named, pull_any, pull_source, set_up, test as test_source,
};

/// The version that stands on receipts and in reports.
pub const TOOL: &str = env!("CARGO_PKG_VERSION");

/// What every verb works with. Cheap to clone.
#[derive(Clone)]
pub struct Ctx {
    pub store: Store,
    pub library: Arc<Library>,
    pub clock: fn() -> Timestamp,
    /// Who acts, as the computer knows them.
    pub actor: String,
    /// The file of the user's sources, where there may be one.
    pub sources: Option<PathBuf>,
}

impl Ctx {
    /// Opens the database and the packs: the built-in ones, and those in `packs` where that folder exists.
    pub async fn open(database: &Path, packs: Option<&Path>, actor: String) -> Result<Self, Error> {
        let folder = packs.filter(|folder| folder.is_dir()).map(Path::to_path_buf);
        let library = tokio::task::spawn_blocking(move || Library::open(folder.as_deref()));
        let store = Store::open(database).await?;
        let library = Arc::new(done(library.await)??);
        Ok(Self { store, library, clock: Timestamp::now, actor, sources: None })
    }

    /// The same, with the weights of over-privilege that a file of the user's own changes.
    pub fn weighed(mut self, file: &Path) -> Result<Self, Error> {
        Arc::make_mut(&mut self.library).weigh(file)?;
        Ok(self)
    }

    /// The same, with the file in which the user's sources stand.
    #[must_use]
    pub fn with_sources(self, file: &Path) -> Self {
        Self { sources: Some(file.to_owned()), ..self }
    }

    /// The present moment, in the whole milliseconds that the database keeps.
    pub fn now(&self) -> Timestamp {
        whole_milliseconds((self.clock)())
    }
}

/// What is stored must be what was returned, so times carry no more than the database keeps.
fn whole_milliseconds(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}

/// Hands a fault of a worker thread on as what it is: a panic stays a panic.
fn done<T>(joined: Result<T, tokio::task::JoinError>) -> Result<T, Error> {
    joined.map_err(|error| match error.try_into_panic() {
        Ok(panic) => std::panic::resume_unwind(panic),
        Err(_) => Error::Stopped,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The terminal UI runs verbs as tasks of their own; a verb that cannot move between threads does not
    /// compile here.
    #[test]
    fn every_verb_can_run_as_a_task() {
        fn is_task(_: impl Future + Send) {}
        fn verbs(ctx: &Ctx, id: &crate::model::AssessmentId, path: &Path, new: NewAssessment) {
            is_task(Ctx::open(path, None, String::new()));
            is_task(begin(ctx, new));
            is_task(list(ctx));
            is_task(open(ctx, Some(id)));
            is_task(append(ctx, id, Vec::new()));
            is_task(pull(ctx, id, path, &|_| {}));
            is_task(import_answers(ctx, id, path));
            is_task(export(ctx, id, &[], path));
            is_task(explain(ctx, id, ""));
            is_task(explain_any(ctx, id, ""));
            is_task(shadow(ctx, id));
            is_task(decide(ctx, id, "", None, ""));
        }
        let _ = verbs;
    }
}
