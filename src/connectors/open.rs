//! Opening a file of evidence, and the part that all connectors of files share: reading runs on a thread of its
//! own, a byte-order mark is skipped, and what cannot be read is told with its name and a remedy.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use jiff::Timestamp;

use super::{BoxFuture, Connector, ConnectorError, Feed, Form, PATH, Setting, Settings, Sink, Taken};
use crate::model::pull::Preflight;

/// The settings of every connector that reads one file.
pub static ONE_FILE: &[Setting] = &[Setting {
    key: PATH,
    title: "File",
    help: "The file to read; nothing in it is changed.",
    is_required: true,
    form: Form::File,
}];

/// Files that are read whole (texts that people write) may not be larger than this, in bytes.
const WHOLE: u64 = 64 << 20;
/// How much is asked from the disk at once, in bytes.
const BUFFER: usize = 256 << 10;
const MARK: &[u8] = b"\xef\xbb\xbf";

/// What a connector of files has to know; opening, threads and cancelling are done by [`FileConnector`].
pub trait FileKind: Send + Sync + 'static {
    /// What would be seen and what not.
    fn look(&self, file: Opened) -> Result<Preflight, ConnectorError>;
    /// Hands every record to `out`; ends with the error of `out` when the pull was cancelled.
    fn read(&self, file: Opened, out: &Feed) -> Result<Taken, ConnectorError>;
}

/// A connector that reads one file on a thread of its own.
pub struct FileConnector<K> {
    path: PathBuf,
    kind: Arc<K>,
}

impl<K: FileKind> FileConnector<K> {
    /// A connector for the file that the settings name.
    pub fn connect(settings: &Settings, kind: K) -> Result<Box<dyn Connector>, ConnectorError> {
        Ok(Box::new(Self { path: settings.path()?.to_owned(), kind: Arc::new(kind) }))
    }
}

impl<K: FileKind> Connector for FileConnector<K> {
    fn preflight(&self) -> BoxFuture<'_, Result<Preflight, ConnectorError>> {
        let (path, kind) = (self.path.clone(), Arc::clone(&self.kind));
        Box::pin(on_a_thread(move || kind.look(Opened::open(&path)?)))
    }

    fn pull<'a>(&'a self, out: &'a mut Sink) -> BoxFuture<'a, Result<Taken, ConnectorError>> {
        let (path, kind, out) = (self.path.clone(), Arc::clone(&self.kind), out.clone());
        Box::pin(on_a_thread(move || {
            let feed = Feed::new(out);
            let taken = kind.read(Opened::open(&path)?, &feed)?;
            feed.flush()?;
            Ok(taken)
        }))
    }
}

/// Runs work that blocks, such as parsing, beside what waits for others.
pub async fn on_a_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ConnectorError> + Send + 'static,
) -> Result<T, ConnectorError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(ConnectorError::Cancelled),
        },
    }
}

/// An open file, after its byte-order mark.
#[derive(Debug)]
pub struct Opened {
    path: PathBuf,
    /// The whole size, in bytes.
    pub size: u64,
    /// When the file was last written.
    pub modified: Timestamp,
    read: Arc<AtomicU64>,
    reader: BufReader<Counted>,
}

/// How much of a file was read, from any thread.
#[derive(Debug, Clone)]
pub struct Meter {
    read: Arc<AtomicU64>,
    /// The whole size, in bytes.
    pub of: u64,
}

impl Meter {
    /// Bytes that were taken from the disk; a little ahead of what was understood.
    pub fn done(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }
}

/// A file that counts what is read from it.
#[derive(Debug)]
struct Counted {
    file: File,
    read: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(into)?;
        self.read.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

impl Opened {
    /// Opens an ordinary file with something in it.
    pub fn open(path: &Path) -> Result<Self, ConnectorError> {
        let told = |error: io::Error| unreadable(path, &error);
        let metadata = path.metadata().map_err(told)?;
        if metadata.is_dir() {
            return Err(told(io::ErrorKind::IsADirectory.into()));
        }
        if !metadata.is_file() {
            return Err(refused(path, "it is a device or a pipe, not a file", "save it as a file first"));
        }
        if metadata.len() == 0 {
            return Err(refused(path, "it is empty", "collect it again; an empty file proves nothing"));
        }
        let modified = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
        let read = Arc::new(AtomicU64::new(0));
        let counted = Counted { file: File::open(path).map_err(told)?, read: Arc::clone(&read) };
        let mut reader = BufReader::with_capacity(BUFFER, counted);
        if reader.fill_buf().map_err(told)?.starts_with(MARK) {
            reader.consume(MARK.len());
        }
        Ok(Self {
            path: path.to_owned(),
            size: metadata.len(),
            modified: Timestamp::try_from(modified).unwrap_or_default(),
            read,
            reader,
        })
    }

    /// Tells how far the reading is while the reader is in use.
    pub fn meter(&self) -> Meter {
        Meter { read: Arc::clone(&self.read), of: self.size }
    }

    /// The file's name without its folder.
    pub fn name(&self) -> String {
        self.path.file_name().unwrap_or(self.path.as_os_str()).to_string_lossy().into_owned()
    }

    /// What follows the byte-order mark.
    pub fn reader(&mut self) -> &mut impl BufRead {
        &mut self.reader
    }

    /// The rest of the file, for readers that keep it.
    pub fn into_reader(self) -> impl BufRead {
        self.reader
    }

    /// The file's place, for messages after the reader is taken.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The whole text of a file that people write.
    pub fn text(&mut self) -> Result<String, ConnectorError> {
        if self.size > WHOLE {
            let reason = format!("it is larger than {} MiB, which no file of this kind needs", WHOLE >> 20);
            return Err(refused(&self.path, &reason, "check that it is the right file"));
        }
        let mut bytes = Vec::new();
        self.reader.read_to_end(&mut bytes).map_err(|error| unreadable(&self.path, &error))?;
        String::from_utf8(bytes).map_err(|error| {
            let line =
                error.as_bytes().iter().take(error.utf8_error().valid_up_to()).filter(|b| **b == b'\n');
            let place = format!(", line {}", line.count() + 1);
            content(&self.path, place, "it is not UTF-8 text", "save it as UTF-8")
        })
    }
}

/// The content is wrong; `place` is empty or begins with a comma, as in `, line 3`.
pub fn content(
    path: &Path,
    place: impl Into<String>,
    reason: impl Into<String>,
    help: impl Into<String>,
) -> ConnectorError {
    ConnectorError::Content {
        path: path.display().to_string(),
        place: place.into(),
        reason: reason.into(),
        help: help.into(),
    }
}

/// The operating system does not let the file be read.
pub fn unreadable(path: &Path, error: &io::Error) -> ConnectorError {
    let (reason, help) = match error.kind() {
        io::ErrorKind::NotFound => ("it does not exist".to_owned(), "check its name"),
        io::ErrorKind::PermissionDenied => ("permission denied".to_owned(), "ask for the right to read it"),
        io::ErrorKind::IsADirectory => ("it is a folder".to_owned(), "name one file inside it"),
        io::ErrorKind::InvalidData => ("it is not UTF-8 text".to_owned(), "save it as UTF-8"),
        _ => (error.to_string(), "copy the file to a local disk and try again"),
    };
    refused(path, &reason, help)
}

fn refused(path: &Path, reason: &str, help: &str) -> ConnectorError {
    ConnectorError::File { path: path.to_owned(), reason: reason.to_owned(), help: help.to_owned() }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_mark_is_skipped_and_what_is_no_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.toml");
        fs::write(&file, "\u{feff}text").unwrap();
        assert_eq!(Opened::open(&file).unwrap().text().unwrap(), "text");
        fs::write(&file, "").unwrap();
        assert!(Opened::open(&file).unwrap_err().to_string().contains("it is empty"));
        assert!(Opened::open(folder.path()).unwrap_err().to_string().contains("it is a folder"));
        let nowhere = Opened::open(&folder.path().join("b"));
        assert!(nowhere.unwrap_err().to_string().contains("it does not exist"));
    }

    #[test]
    fn text_of_another_encoding_names_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.toml");
        fs::write(&file, b"a = 1\nb = \"\xe9\"\n").unwrap();
        let error = Opened::open(&file).unwrap().text().unwrap_err();
        assert!(error.to_string().contains(", line 2: it is not UTF-8"), "{error}");
    }
}
