//! Files: what one is told by how it begins, and in words where it is of no kind that is read.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use crate::connectors::{Connector, ConnectorError, REGISTRY, Sample, Settings, Spec};
use crate::model::MetricName;
use crate::model::near::did_you_mean;
use crate::ops::Error;

/// How much of a file is looked at to tell its kind.
const HEAD: u64 = 64 * 1024;
/// How a spreadsheet begins: like every zip archive, so that only the whole of it tells what it is.
const ARCHIVE: &[u8] = b"PK\x03\x04";
/// How much of an archive is looked at, in bytes.
const LARGEST_ARCHIVE: u64 = 256 << 20;

/// What receipts call a file: its name, never its folder.
pub fn origin(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

/// Finds the connector for a file, unless its kind is named, and hands it the file's name.
pub fn connect(
    path: &Path,
    kind: Option<&str>,
    metrics: Arc<[MetricName]>,
) -> Result<(&'static Spec, Box<dyn Connector>), Error> {
    let (head, size) = head(path)?;
    let sample = Sample { head: without_mark(&head), size };
    let fits = |spec: &&&Spec| spec.recognise.is_some_and(|recognise| recognise(&sample));
    let spec = match kind {
        Some(kind) => named(kind)?,
        None => *REGISTRY.iter().find(fits).ok_or_else(|| unrecognised(path, &sample))?,
    };
    let name = path.to_str().ok_or_else(|| Error::File {
        action: "read",
        path: path.display().to_string(),
        reason: "its name is not Unicode text".to_owned(),
        help: "rename the file".to_owned(),
    })?;
    Ok((spec, (spec.connect)(&Settings::file(name, metrics))?))
}

/// The kind of file of a name.
fn named(kind: &str) -> Result<&'static Spec, Error> {
    let files = || REGISTRY.iter().copied().filter(|spec| spec.recognise.is_some());
    files().find(|spec| spec.id == kind).ok_or_else(|| Error::Refused {
        what: format!("`{kind}` is no kind of file"),
        help: did_you_mean(kind, files().map(|spec| spec.id), "`trueup sources list` names the kinds"),
    })
}

/// How the file begins, and its size; refuses what is no ordinary file with something in it.
fn head(path: &Path) -> Result<(Vec<u8>, u64), Error> {
    let told = |error: std::io::Error| Error::file("read", path, &error);
    let metadata = path.metadata().map_err(told)?;
    if metadata.is_dir() {
        return Err(told(std::io::ErrorKind::IsADirectory.into()));
    }
    if !metadata.is_file() {
        return Err(no_content(path, "it is a device or a pipe, not a file", "save it as a file first"));
    }
    let mut head = Vec::new();
    let mut file = File::open(path).map_err(told)?;
    file.by_ref().take(HEAD).read_to_end(&mut head).map_err(told)?;
    if head.starts_with(ARCHIVE) {
        file.take(LARGEST_ARCHIVE).read_to_end(&mut head).map_err(told)?;
    }
    if head.is_empty() {
        return Err(no_content(path, "it is empty", "collect it again; an empty file proves nothing"));
    }
    if head.iter().all(|byte| *byte == 0) {
        return Err(no_content(path, "it holds only zero bytes", "collect it again; the copy went wrong"));
    }
    Ok((head, metadata.len()))
}

fn no_content(path: &Path, reason: &str, help: &str) -> Error {
    ConnectorError::File { path: path.to_owned(), reason: reason.to_owned(), help: help.to_owned() }.into()
}

fn without_mark(head: &[u8]) -> &[u8] {
    head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head)
}

fn unrecognised(path: &Path, sample: &Sample<'_>) -> Error {
    let kinds: Vec<_> =
        REGISTRY.iter().filter(|spec| spec.recognise.is_some()).map(|spec| spec.title).collect();
    ConnectorError::Content {
        path: path.display().to_string(),
        place: String::new(),
        reason: format!("it is {}, which no connector reads", looks_like(sample.head)),
        help: format!(
            "these can be read: {}; `trueup sources list` tells more, `trueup sources template KIND` prints \
             the columns of a register",
            kinds.join("; ")
        ),
    }
    .into()
}

/// What a file seems to be, in words for a person who picked the wrong one.
fn looks_like(head: &[u8]) -> String {
    if head.starts_with(b"PK") {
        return "a ZIP archive or office file".to_owned();
    }
    let start = head.get(..2000).unwrap_or(head);
    let text = match std::str::from_utf8(start) {
        Ok(text) => text,
        // The cut may have gone through a letter.
        Err(error) if error.error_len().is_none() && error.valid_up_to() > 0 => start
            .get(..error.valid_up_to())
            .and_then(|start| std::str::from_utf8(start).ok())
            .unwrap_or_default(),
        Err(_) => return "binary data".to_owned(),
    };
    let text = text.trim_start();
    match text.chars().next() {
        Some('{' | '[') => match keys(text) {
            keys if keys.is_empty() => "JSON of another kind".to_owned(),
            keys => format!("JSON of another kind, with the keys {keys}"),
        },
        Some('<') => "XML or HTML".to_owned(),
        _ => match text.lines().next().unwrap_or_default() {
            line if line.contains([',', ';', '\t']) && !line.starts_with('#') => {
                format!("a table with the columns {}", short(line))
            }
            line => format!("text that begins with `{}`", short(line)),
        },
    }
}

fn keys(text: &str) -> String {
    let keys: Vec<_> = text
        .split('"')
        .collect::<Vec<_>>()
        .windows(2)
        .filter(|pair| pair.last().is_some_and(|after| after.trim_start().starts_with(':')))
        .filter_map(|pair| pair.first().map(|key| format!("`{}`", short(key))))
        .take(4)
        .collect();
    keys.join(", ")
}

fn short(text: &str) -> String {
    if text.chars().count() <= 100 { text.to_owned() } else { text.chars().take(99).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_file_is_described_in_words() {
        assert_eq!(looks_like(b"PK\x03\x04"), "a ZIP archive or office file");
        assert_eq!(
            looks_like(b"{\"a\": 1, \"b\": {\"c\": 2}}"),
            "JSON of another kind, with the keys `a`, `b`, `c`"
        );
        assert_eq!(looks_like(b"[1, 2]"), "JSON of another kind");
        assert_eq!(looks_like(b"Dear Anna\n"), "text that begins with `Dear Anna`");
        assert_eq!(
            looks_like("ä".repeat(4_000).as_bytes()),
            format!("text that begins with `{}…`", "ä".repeat(99))
        );
        assert_eq!(looks_like(&[0xff, 0xfe]), "binary data");
    }
}
