//! Reading below one folder: no link leads out of it, no pipe is waited for, no file is read beyond its bound, and
//! what could not be read is named.

use std::cell::{Cell, RefCell};
use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::connectors::ConnectorError;
use crate::connectors::open::unreadable;
use crate::model::pull::Refusal;

/// How many entries of one folder are looked at.
const ENTRIES: usize = 20_000;

/// A folder that is being read.
pub struct Folder {
    /// The folder without links.
    pub root: PathBuf,
    newest: Cell<Timestamp>,
    bytes: Cell<u64>,
    refusals: RefCell<Vec<Refusal>>,
    is_forbidden: Cell<bool>,
}

/// What a folder holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    pub name: String,
    pub is_folder: bool,
}

impl Folder {
    /// The folder at a path; of a file, the folder that it lies in.
    pub fn open(path: &Path) -> Result<Self, ConnectorError> {
        let told = |error: &std::io::Error| unreadable(path, error);
        let whole = path.canonicalize().map_err(|error| told(&error))?;
        let root = match whole.parent() {
            Some(parent) if whole.is_file() => parent.to_owned(),
            _ => whole,
        };
        fs::read_dir(&root).map_err(|error| told(&error))?;
        Ok(Self {
            root,
            newest: Cell::new(Timestamp::MIN),
            bytes: Cell::new(0),
            refusals: RefCell::default(),
            is_forbidden: Cell::new(false),
        })
    }

    /// The newest time at which anything that was read was written.
    pub fn newest(&self) -> Option<Timestamp> {
        Some(self.newest.get()).filter(|at| *at != Timestamp::MIN)
    }

    /// How much was read, in bytes.
    pub fn bytes(&self) -> u64 {
        self.bytes.get()
    }

    /// Whether the system refused to show anything.
    pub fn is_forbidden(&self) -> bool {
        self.is_forbidden.get()
    }

    /// What could not be read.
    pub fn refusals(&self) -> Vec<Refusal> {
        self.refusals.take()
    }

    /// Names something that could not be read.
    pub fn refuse(&self, path: &Path, reason: impl Into<String>) {
        self.refusals.borrow_mut().push(Refusal { subject: self.short(path), reason: reason.into() });
    }

    /// A path as people read it, from the folder on.
    pub fn short(&self, path: &Path) -> String {
        let inside = path.strip_prefix(&self.root).unwrap_or(path);
        inside.display().to_string()
    }

    /// Whether something lies at a path.
    pub fn has(path: &Path) -> bool {
        path.symlink_metadata().is_ok()
    }

    /// What a folder holds, sorted; nothing where there is none.
    pub fn list(&self, path: &Path) -> Vec<Entry> {
        let Some((whole, metadata)) = self.inside(path) else { return Vec::new() };
        if !metadata.is_dir() {
            return Vec::new();
        }
        let entries = match fs::read_dir(&whole) {
            Ok(entries) => entries,
            Err(error) => {
                self.fail(path, &error);
                return Vec::new();
            }
        };
        self.date(&metadata);
        let mut all: Vec<Entry> = entries
            .take(ENTRIES)
            .flatten()
            .filter_map(|entry| {
                let name = entry.file_name().into_string().ok()?;
                let kind = entry.file_type().ok()?;
                // Where a link leads is looked at when it is followed.
                Some(Entry { name, is_folder: kind.is_dir() || kind.is_symlink() })
            })
            .collect();
        all.sort();
        all
    }

    /// The bytes of a file; nothing where there is none, or where it is larger than allowed.
    pub fn read(&self, path: &Path, most: u64) -> Option<Vec<u8>> {
        let (whole, metadata) = self.inside(path)?;
        if !metadata.is_file() {
            if !metadata.is_dir() {
                self.refuse(path, "it is a device or a pipe, not a file");
            }
            return None;
        }
        if metadata.len() > most {
            self.refuse(
                path,
                format!("it is larger than {} MiB, which no file of this kind needs", most >> 20),
            );
            return None;
        }
        let mut bytes = Vec::new();
        let read = File::open(&whole).and_then(|file| file.take(most).read_to_end(&mut bytes));
        if let Err(error) = read {
            self.fail(path, &error);
            return None;
        }
        self.date(&metadata);
        self.bytes.set(self.bytes.get() + bytes.len() as u64);
        Some(bytes)
    }

    /// The place without links, where it lies inside the folder.
    fn inside(&self, path: &Path) -> Option<(PathBuf, fs::Metadata)> {
        let whole = match path.canonicalize() {
            Ok(whole) => whole,
            Err(error) => {
                if path.is_symlink() && error.kind() == ErrorKind::NotFound {
                    self.refuse(path, "it is a link to a place that does not exist here");
                } else {
                    self.fail(path, &error);
                }
                return None;
            }
        };
        if !whole.starts_with(&self.root) {
            self.refuse(path, "it is a link to a place outside the folder, which is not followed");
            return None;
        }
        let metadata = whole.metadata().ok()?;
        Some((whole, metadata))
    }

    fn fail(&self, path: &Path, error: &std::io::Error) {
        match error.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => {}
            ErrorKind::PermissionDenied => {
                self.is_forbidden.set(true);
                self.refuse(path, "permission denied");
            }
            _ => self.refuse(path, error.to_string()),
        }
    }

    fn date(&self, metadata: &fs::Metadata) {
        let written = metadata.modified().ok().and_then(|at| Timestamp::try_from(at).ok());
        self.newest.set(self.newest.get().max(written.unwrap_or(Timestamp::MIN)));
    }
}
