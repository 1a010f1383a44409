//! Pack files and catalogues in TOML in; linked questionnaires out, with errors that point into the file.
//!
//! Nothing is read before it is asked for: opening the library costs the catalogues only.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use miette::Diagnostic;
use thiserror::Error;

use crate::model::PackId;
use crate::model::catalog::Catalog;
use crate::model::privilege::Weights;
use crate::model::questionnaire::Questionnaire;

mod catalog;
mod entry;
mod fault;
mod file;
mod link;
mod lint;
mod lookup;
mod order;
mod place;
mod question;
mod read;
mod rules;
mod weights;
mod words;

use entry::Entry;
pub use entry::{Origin, Summary};
pub use fault::{Fault, Report};

/// The packs that come with the program; a test compares the list with the folder.
pub static BUILT_IN: &[(&str, &str)] = &[
    ("ai-agent-readiness", include_str!("../../questionnaires/ai-agent-readiness.toml")),
    ("nhi-lifecycle", include_str!("../../questionnaires/nhi-lifecycle.toml")),
    ("identity-posture-quarterly", include_str!("../../questionnaires/identity-posture-quarterly.toml")),
    ("workshop-90min", include_str!("../../questionnaires/workshop-90min.toml")),
];

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
    /// The file says something that cannot be meant; each fault has its place.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Faulty(#[from] Arc<Report>),
    /// The file cannot be read at all.
    #[error("{path} cannot be read: {why}")]
    #[diagnostic(code(packs::unreadable))]
    Unreadable {
        path: String,
        why: String,
        #[help]
        help: String,
    },
}

/// The catalogues and every pack that can be named: the built-in ones and the user's own.
#[derive(Debug, Clone)]
pub struct Library {
    pub catalog: Catalog,
    /// The weights of over-privilege.
    pub weights: Arc<Weights>,
    vocabulary_version: String,
    /// Built-in packs, then files that were named one by one.
    entries: Vec<Entry>,
    folder: Option<PathBuf>,
    /// The packs of the folder, read when one is needed that is not built in.
    shelf: OnceLock<Vec<Entry>>,
}

/// What was found in a pack file, and what the pack is.
#[derive(Debug)]
pub struct Linted {
    pub report: Report,
    /// `None` where the head of the file cannot be read.
    pub summary: Option<Summary>,
}

impl Library {
    /// Reads the embedded catalogues. Packs, and the user's packs from `folder` where it exists, are read when
    /// they are asked for.
    pub fn open(folder: Option<&Path>) -> Result<Self, PackError> {
        let (catalog, vocabulary_version) = catalog::read().map_err(Arc::new)?;
        let entries = BUILT_IN.iter().map(|(id, text)| Entry::built_in(id, text)).collect();
        Ok(Self {
            catalog,
            weights: Arc::new(weights::read()?),
            vocabulary_version,
            entries,
            folder: folder.map(Path::to_owned),
            shelf: OnceLock::new(),
        })
    }

    /// Puts the weights of a file over the built-in ones; nothing changes when the file is wrong.
    pub fn weigh(&mut self, path: &Path) -> Result<(), PackError> {
        self.weights = Arc::new(weights::read_own(path)?);
        Ok(())
    }

    /// Links one pack.
    pub fn pack(&self, id: &PackId) -> Result<Questionnaire, PackError> {
        let entry = self.entry(id.as_str()).ok_or_else(|| self.unknown(id))?;
        entry.questionnaire(self)
    }

    /// Takes a pack from a file, for as long as the library lives; returns the id to ask for. A file that is
    /// named takes precedence over one of the same id in the folder.
    pub fn include(&mut self, path: &Path) -> Result<PackId, PackError> {
        let entry = Entry::from_file(path)?;
        let id = entry.questionnaire(self)?.id;
        self.entries.push(entry);
        Ok(id)
    }

    /// Everything that is wrong in a pack file, or worth a second look; an error only where it cannot be read.
    pub fn lint(&self, path: &Path) -> Result<Linted, PackError> {
        let entry = Entry::from_file(path)?;
        // A built-in pack in the sources is not a stranger that takes the id of one.
        let same = self.entries.iter().find(|known| known.text() == entry.text());
        Ok(self.linted(same.unwrap_or(&entry)))
    }

    /// The same for a pack of the library.
    pub fn lint_pack(&self, id: &PackId) -> Result<Linted, PackError> {
        let entry = self.entry(id.as_str()).ok_or_else(|| self.unknown(id))?;
        Ok(self.linted(entry))
    }

    /// Lists the packs: built-in ones first, then the user's own, faulty ones with the fault.
    pub fn list(&self) -> Vec<Summary> {
        self.all().map(|entry| entry.summary(self)).collect()
    }

    /// Describes one pack.
    pub fn show(&self, id: &PackId) -> Result<Summary, PackError> {
        let entry = self.entry(id.as_str()).ok_or_else(|| self.unknown(id))?;
        Ok(entry.summary(self))
    }

    fn linted(&self, entry: &Entry) -> Linted {
        let linked = link::whole(self, entry);
        let mut findings = linked.found;
        if findings.is_empty() {
            findings = lint::warnings(entry);
        }
        Linted { report: Report::new(entry.name(), entry.text(), findings), summary: entry.described(self) }
    }

    fn all(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().chain(self.shelf())
    }

    fn shelf(&self) -> &[Entry] {
        self.shelf.get_or_init(|| self.folder.as_deref().map(read::folder).unwrap_or_default())
    }

    /// Built-in ids are never taken over by a file.
    fn entry(&self, id: &str) -> Option<&Entry> {
        let named = |entry: &&Entry| entry.id() == id;
        self.entries.iter().find(named).or_else(|| self.shelf().iter().find(named))
    }

    /// An earlier pack of the folder with the same id.
    fn twin(&self, entry: &Entry) -> Option<&Entry> {
        let here = self.shelf().iter().position(|other| std::ptr::eq(other, entry))?;
        self.shelf().iter().take(here).find(|other| other.id() == entry.id())
    }

    fn ids(&self) -> Vec<PackId> {
        self.all().map(|entry| PackId::new(entry.id())).collect()
    }

    /// Whether the pack itself or any built-in one asks a question of that id.
    fn has_question(&self, file: &file::PackFile, id: &str) -> bool {
        let built_in = || self.entries.iter().filter(|entry| *entry.origin() == Origin::BuiltIn);
        file.has_question(id) || built_in().any(|entry| entry.parsed().file.has_question(id))
    }

    fn unknown(&self, id: &PackId) -> PackError {
        let ids = self.ids();
        let otherwise =
            format!("the packs here are: {}", ids.iter().map(PackId::as_str).collect::<Vec<_>>().join(", "));
        let help = words::did_you_mean(id.as_str(), ids.iter().map(PackId::as_str), &otherwise);
        PackError::Unknown { id: fault::visible(id.as_str()), help: fault::visible(&help) }
    }
}

fn is_built_in(id: &str) -> bool {
    BUILT_IN.iter().any(|(built_in, _)| *built_in == id)
}
