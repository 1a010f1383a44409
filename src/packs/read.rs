//! Reading a pack from the disk: what is not a text file of a sensible size is refused before it is parsed.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::fault::visible;
use super::{Entry, PackError};

/// Bytes that a pack may have; the largest built-in one has a ninetieth of it.
const LIMIT: u64 = 10 * 1024 * 1024;

/// Reads a pack file as text.
pub(super) fn file(path: &Path) -> Result<String, PackError> {
    let refuse = |why: &str, help: &str| PackError::Unreadable {
        path: visible(&path.display().to_string()),
        why: why.to_owned(),
        help: help.to_owned(),
    };
    let failed = |error: &std::io::Error| refuse(&reason(error), "check the name and that you may read it");
    // Asked before opening: opening a pipe would wait for its other end.
    let facts = std::fs::metadata(path).map_err(|error| failed(&error))?;
    if facts.is_dir() {
        return Err(refuse("it is a folder", "name the file: a pack is one file that ends in .toml"));
    }
    if !facts.is_file() {
        return Err(refuse("it is not an ordinary file", "name a file that ends in .toml"));
    }
    let mut bytes = Vec::new();
    // One byte more than allowed tells a file that is too large, also when it grows while it is read.
    let opened = File::open(path).map_err(|error| failed(&error))?;
    opened.take(LIMIT + 1).read_to_end(&mut bytes).map_err(|error| failed(&error))?;
    if bytes.len() as u64 > LIMIT {
        return Err(refuse("it has more than 10 MB", "a pack has a few hundred kB; is this the right file?"));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let place = error.utf8_error().valid_up_to();
        let line = error.as_bytes().iter().take(place).filter(|byte| **byte == b'\n').count() + 1;
        refuse(&format!("line {line} is not UTF-8"), "save the file as UTF-8 in your editor")
    })?;
    if text.trim().is_empty() {
        return Err(refuse("it is empty", "docs/packs.md shows the smallest pack that works"));
    }
    Ok(text)
}

/// Every pack of a folder, by name, also those that cannot be read. A folder that is absent is empty.
pub(super) fn folder(path: &Path) -> Vec<Entry> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(path)
        .into_iter()
        .flatten()
        .filter_map(|file| Some(file.ok()?.path()))
        .filter(|file| file.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    files.sort();
    files
        .iter()
        .map(|file| Entry::from_file(file).unwrap_or_else(|error| Entry::unreadable(file, &error)))
        .collect()
}

fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission is denied".to_owned(),
        _ => error.to_string(),
    }
}
