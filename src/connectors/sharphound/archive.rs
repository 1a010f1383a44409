//! The archive in which `SharpHound` leaves its files.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use zip::ZipArchive;
use zip::result::ZipError;

use crate::connectors::ConnectorError;
use crate::connectors::open::{content, unreadable};

/// How an archive begins; also one with nothing in it.
pub const MARKS: [&[u8]; 2] = [b"PK\x03\x04", b"PK\x05\x06"];
/// How much is asked from the archive at once, in bytes.
const BUFFER: usize = 256 << 10;
/// An archive may unpack to so many times its size; the repeating texts of a large directory stay far below.
const LARGEST: u64 = 400;
/// Archives below this size, in bytes, count as being that large.
const SMALL: u64 = 64 << 10;

/// Hands over every JSON file of an archive; the names of the others are returned.
pub fn each(
    path: &Path,
    size: u64,
    mut take: impl FnMut(&str, &mut dyn Read) -> Result<(), ConnectorError>,
) -> Result<Vec<String>, ConnectorError> {
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|error| fault(path, &error))?;
    let mut left = size.max(SMALL).saturating_mul(LARGEST);
    let mut others = Vec::new();
    for at in 0..archive.len() {
        let entry = archive.by_index_raw(at).map_err(|error| fault(path, &error))?;
        let name = entry.name().map_err(|error| fault(path, &error))?.into_owned();
        let (is_folder, is_encrypted) = (entry.is_dir(), entry.encrypted());
        drop(entry);
        if is_folder {
            continue;
        }
        if is_encrypted {
            let help = "unpack it with its password, or collect without one";
            return Err(content(path, within(&name), "it is encrypted", help));
        }
        if !has_ending(&name) {
            others.push(name);
            continue;
        }
        let entry = archive.by_index(at).map_err(|error| fault(path, &error))?;
        let mut bounded = Bounded { inner: entry, left };
        take(&name, &mut BufReader::with_capacity(BUFFER, &mut bounded))?;
        left = bounded.left;
    }
    Ok(others)
}

/// Whether a name is that of a JSON file.
pub fn has_ending(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, ending)| ending.eq_ignore_ascii_case("json"))
}

/// A place in an archive, as messages show it.
pub fn within(name: &str) -> String {
    format!(", file {name}")
}

/// What is wrong with the packing of a file; `None` when something else is.
pub fn packed(path: &Path, name: &str, error: &serde_json::Error) -> Option<ConnectorError> {
    let (reason, help) = match error.io_error_kind()? {
        io::ErrorKind::FileTooLarge => (
            format!("the archive unpacks to more than {LARGEST} times its size, which no collection does"),
            "check where it comes from",
        ),
        _ => ("the packed data are damaged".to_owned(), "copy the archive again; nothing of it was kept"),
    };
    Some(content(path, within(name), reason, help))
}

fn fault(path: &Path, error: &ZipError) -> ConnectorError {
    match error {
        ZipError::Io(error) => unreadable(path, error),
        ZipError::UnsupportedArchive(why) => {
            let help = "unpack it and pack it anew, or name one of its files";
            content(path, "", format!("the archive cannot be unpacked: {why}"), help)
        }
        _ => content(
            path,
            "",
            "it is no whole ZIP archive: it was cut off, or it is damaged",
            "copy it again; nothing of it was kept",
        ),
    }
}

/// A reader that fails instead of giving more than it may.
struct Bounded<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        self.left =
            self.left.checked_sub(read as u64).ok_or_else(|| io::Error::from(io::ErrorKind::FileTooLarge))?;
        Ok(read)
    }
}
