//! Texts in TOML that people write: parsing with places, and the words for what is wrong.

use std::path::Path;

use serde::de::DeserializeOwned;
use toml::Spanned;

use super::ConnectorError;
use super::open::content;
use crate::model::near::nearest;

/// A file's text with its name, so that faults can say where they are.
pub struct Text<'a> {
    pub path: &'a Path,
    pub content: &'a str,
    /// What to do when nothing better is known.
    pub advice: &'a str,
}

impl Text<'_> {
    /// Parses the text; a wrong key is met with the nearest right one.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, ConnectorError> {
        toml::from_str(self.content).map_err(|error| {
            let reason = error.message().trim().to_owned();
            let place = error.span().map_or_else(String::new, |span| self.line(span.start));
            let help = meant(&reason).map_or_else(
                || self.advice.to_owned(),
                |near| format!("did you mean `{near}`? {}", self.advice),
            );
            content(self.path, place, reason, help)
        })
    }

    /// A fault at a value of the file.
    pub fn fault<T>(
        &self,
        at: &Spanned<T>,
        reason: impl Into<String>,
        help: impl Into<String>,
    ) -> ConnectorError {
        content(self.path, self.line(at.span().start), reason, help)
    }

    /// The place of a byte: `, line 3, column 5`.
    fn line(&self, at: usize) -> String {
        let before = self.content.get(..at).unwrap_or(self.content);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        format!(", line {line}, column {column}")
    }
}

/// From ``unknown field `titel`, expected `id` or `title` ``: the known word that was meant.
fn meant(reason: &str) -> Option<&str> {
    let mut words = reason.strip_prefix("unknown ")?.split('`').skip(1).step_by(2);
    nearest(words.next()?, words)
}

/// Whether a line of the beginning of a file is this header of a table: `[value]`, `[[system]]`.
pub fn has_line(head: &[u8], header: &str) -> bool {
    head.split(|byte| *byte == b'\n').any(|line| {
        let line = line.split(|byte| *byte == b'#').next().unwrap_or_default();
        let line: Vec<u8> = line.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
        line == header.as_bytes()
    })
}
