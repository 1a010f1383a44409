//! One pack of the library: its text, and what was made of it so far.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::fault::{Fault, Report};
use super::file::{self, PackFile};
use super::link::{self, Linker};
use super::{Library, PackError, read};
use crate::model::PackId;
use crate::model::questionnaire::{Question, Questionnaire};
use serde::Serialize;

/// Where a pack comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    BuiltIn,
    /// A file of the user.
    File(PathBuf),
}

/// What a list of packs shows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    pub id: PackId,
    pub title: String,
    pub version: String,
    pub description: String,
    pub minutes: u32,
    pub questions: usize,
    pub gates: usize,
    /// How many of the questions can be measured.
    pub measured: usize,
    pub origin: Origin,
    /// Why the pack cannot be used; `None` when it can.
    pub fault: Option<String>,
}

/// A pack's text and the stages of reading it, each made once and only when needed. A stage looks only at
/// earlier stages of other packs, so that packs may name each other.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    name: String,
    origin: Origin,
    text: Cow<'static, str>,
    /// The id by which it is found; the name of the file until it is read.
    id: OnceLock<String>,
    parsed: OnceLock<Parsed>,
    own: OnceLock<Own>,
    whole: OnceLock<Result<Arc<Questionnaire>, Arc<Report>>>,
}

/// The file as it was read.
#[derive(Debug, Clone)]
pub(super) struct Parsed {
    pub file: PackFile,
    pub found: Vec<Fault>,
}

/// The questions that the pack itself asks.
#[derive(Debug, Clone)]
pub(super) struct Own {
    pub questions: Vec<Question>,
    pub found: Vec<Fault>,
}

impl Entry {
    pub(super) fn built_in(id: &str, text: &'static str) -> Self {
        let entry = Self::new(format!("{id}.toml (built in)"), Origin::BuiltIn, Cow::Borrowed(text));
        entry.id.get_or_init(|| id.to_owned());
        entry
    }

    pub(super) fn from_file(path: &Path) -> Result<Self, PackError> {
        let text = read::file(path)?;
        Ok(Self::new(path.display().to_string(), Origin::File(path.to_owned()), Cow::Owned(text)))
    }

    /// Stands for a file that cannot be read, so that a list can say so.
    pub(super) fn unreadable(path: &Path, error: &PackError) -> Self {
        let entry = Self::new(path.display().to_string(), Origin::File(path.to_owned()), Cow::Borrowed(""));
        let fault = Fault::new(0..0, error.to_string(), "mend or remove the file");
        entry.whole.get_or_init(|| Err(Arc::new(Report::new(&entry.name, "", vec![fault]))));
        entry
    }

    fn new(name: String, origin: Origin, text: Cow<'static, str>) -> Self {
        Self {
            name,
            origin,
            text,
            id: OnceLock::new(),
            parsed: OnceLock::new(),
            own: OnceLock::new(),
            whole: OnceLock::new(),
        }
    }

    pub(super) fn id(&self) -> &str {
        self.id.get_or_init(|| match (&self.parsed().file.pack, &self.origin) {
            (Some(head), _) => head.id.get_ref().clone(),
            (None, Origin::File(path)) => path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
            (None, Origin::BuiltIn) => self.name.clone(),
        })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn origin(&self) -> &Origin {
        &self.origin
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn parsed(&self) -> &Parsed {
        self.parsed.get_or_init(|| {
            let (file, found) = file::parse(&self.text);
            Parsed { file, found }
        })
    }

    pub(super) fn own(&self, library: &Library) -> &Own {
        self.own.get_or_init(|| {
            let file = &self.parsed().file;
            let mut linker = Linker { library, text: &self.text, file, found: Vec::new() };
            let questions = file.questions.iter().map(|question| linker.question(question)).collect();
            Own { questions, found: linker.found }
        })
    }

    /// The linked pack, or every fault that keeps it from being used.
    pub(super) fn linked(&self, library: &Library) -> Result<&Arc<Questionnaire>, &Arc<Report>> {
        let link = || {
            let linked = link::whole(library, self);
            let report = || Arc::new(Report::new(&self.name, &self.text, linked.found));
            linked.questionnaire.map(Arc::new).ok_or_else(report)
        };
        self.whole.get_or_init(link).as_ref()
    }

    pub(super) fn questionnaire(&self, library: &Library) -> Result<Questionnaire, PackError> {
        match self.linked(library) {
            Ok(questionnaire) => Ok(questionnaire.as_ref().clone()),
            Err(report) => Err(PackError::Faulty(Arc::clone(report))),
        }
    }

    /// What a list shows of a pack whose head can be read.
    pub(super) fn described(&self, library: &Library) -> Option<Summary> {
        self.parsed().file.pack.is_some().then(|| self.summary(library))
    }

    pub(super) fn summary(&self, library: &Library) -> Summary {
        match self.linked(library) {
            Ok(questionnaire) => self.usable(questionnaire),
            Err(report) => self.faulty(report.to_string()),
        }
    }

    fn usable(&self, pack: &Questionnaire) -> Summary {
        let count = |is: fn(&Question) -> bool| pack.questions.iter().filter(|question| is(question)).count();
        Summary {
            id: pack.id.clone(),
            title: pack.title.clone(),
            version: pack.version.clone(),
            description: pack.description.clone(),
            minutes: pack.minutes,
            questions: pack.questions.len(),
            gates: count(|question| question.gate),
            measured: count(|question| !question.checks.is_empty()),
            origin: self.origin.clone(),
            fault: None,
        }
    }

    fn faulty(&self, fault: String) -> Summary {
        let file = &self.parsed().file;
        let head = file.pack.as_ref();
        let text = |read: fn(&file::Head) -> &str| head.map(read).unwrap_or_default().to_owned();
        Summary {
            id: PackId::new(self.id()),
            title: text(|head| &head.title),
            version: text(|head| head.version.get_ref()),
            description: text(|head| &head.description),
            minutes: head.map_or(0, |head| *head.minutes.get_ref()),
            questions: file.own_and_used().count(),
            gates: file.questions.iter().filter(|question| question.gate).count(),
            measured: file.questions.iter().filter(|question| !question.checks.is_empty()).count(),
            origin: self.origin.clone(),
            fault: Some(fault),
        }
    }
}
