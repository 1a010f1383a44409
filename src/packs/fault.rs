//! What is wrong in a file: the place, the sentence, the remedy. Says nothing about how it was found.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use miette::{Diagnostic, LabeledSpan, NamedSource, Severity, SourceCode};

/// One thing in a file that is wrong, or worth a second look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub message: String,
    /// Bytes of the file.
    pub span: Range<usize>,
    /// What stands under the underlined words.
    pub label: String,
    pub help: String,
    /// The pack works in spite of it.
    pub is_warning: bool,
}

impl Fault {
    /// A fault that keeps the pack from being used.
    pub(super) fn new(span: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            message: visible(&message.into()),
            span,
            label: "here".to_owned(),
            help: visible(&help.into()),
            is_warning: false,
        }
    }

    /// The same, as a warning.
    pub(super) fn warning(self) -> Self {
        Self { is_warning: true, ..self }
    }

    /// The same, with other words under the underlined place.
    pub(super) fn label(self, label: impl Into<String>) -> Self {
        Self { label: visible(&label.into()), ..self }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}

impl Diagnostic for Fault {
    fn severity(&self) -> Option<Severity> {
        Some(if self.is_warning { Severity::Warning } else { Severity::Error })
    }

    fn help(&self) -> Option<Box<dyn fmt::Display + '_>> {
        Some(Box::new(&self.help))
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(std::iter::once(LabeledSpan::new_with_span(
            Some(self.label.clone()),
            self.span.clone(),
        ))))
    }
}

/// How many findings a diagnostic shows; a file that is wrong throughout is better mended in rounds.
const SHOWN: usize = 30;

/// Everything that was found in one file. As a diagnostic it shows a single finding by itself and several as a
/// list.
#[derive(Debug, Clone)]
pub struct Report {
    source: NamedSource<Arc<str>>,
    findings: Vec<Fault>,
}

impl Report {
    pub(super) fn new(name: &str, text: &str, mut findings: Vec<Fault>) -> Self {
        findings.sort_by_key(|fault| (fault.is_warning, fault.span.start));
        Self { source: NamedSource::new(visible(name), harmless(text)), findings }
    }

    /// The file, as it is shown.
    pub fn name(&self) -> &str {
        self.source.name()
    }

    /// Faults first, then warnings, each in the order of the file.
    pub fn findings(&self) -> &[Fault] {
        &self.findings
    }

    /// How many keep the pack from being used.
    pub fn faults(&self) -> usize {
        self.findings.iter().filter(|fault| !fault.is_warning).count()
    }

    /// How many do not.
    pub fn warnings(&self) -> usize {
        self.findings.len() - self.faults()
    }

    /// Whether nothing at all was found.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    fn single(&self) -> Option<&Fault> {
        if let [only] = self.findings.as_slice() { Some(only) } else { None }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(only) = self.single() {
            return only.fmt(f);
        }
        let name = self.name();
        match (self.faults(), self.warnings()) {
            (0, 0) => write!(f, "{name}: nothing to report"),
            (faults, 0) => write!(f, "{name} has {}", counted(faults, "fault")),
            (0, warnings) => write!(f, "{name} has {}", counted(warnings, "warning")),
            (faults, warnings) => {
                write!(f, "{name} has {} and {}", counted(faults, "fault"), counted(warnings, "warning"))
            }
        }
    }
}

impl std::error::Error for Report {}

impl Diagnostic for Report {
    fn severity(&self) -> Option<Severity> {
        Some(if self.faults() > 0 { Severity::Error } else { Severity::Warning })
    }

    fn help(&self) -> Option<Box<dyn fmt::Display + '_>> {
        let hidden = self.findings.len().saturating_sub(SHOWN);
        let more = || format!("mend these {SHOWN} first; {hidden} more are not shown");
        self.single()
            .and_then(Diagnostic::help)
            .or_else(|| (hidden > 0).then(|| Box::new(more()) as Box<dyn fmt::Display>))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.single().and_then(Diagnostic::labels)
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        (self.findings.len() > 1).then(|| {
            Box::new(self.findings.iter().take(SHOWN).map(|fault| fault as &dyn Diagnostic)) as Box<_>
        })
    }
}

/// `1 fault`, `2 faults`.
fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// Text without anything that a terminal would obey; control characters are spelled out.
pub(super) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if steers(c) && c != '\n' { shown.extend(c.escape_unicode()) } else { shown.push(c) }
    }
    shown
}

/// A file's text for showing: what a terminal would obey is replaced by as many bytes, so that places stay.
fn harmless(text: &str) -> Arc<str> {
    text.chars()
        .map(|c| match c {
            '\n' | '\t' => c,
            '\r' => ' ',
            _ if !steers(c) => c,
            _ if c.len_utf8() == 1 => '?',
            _ if c.len_utf8() == 2 => '·',
            _ => '\u{fffd}',
        })
        .collect::<String>()
        .into()
}

/// Whether a terminal may act on the character instead of showing it: controls and changes of direction.
pub(super) fn steers(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_stay_where_they_are_when_text_is_made_harmless() {
        let text = "a\u{1b}[2J\u{9b}\u{202e}b\r\nc";
        assert_eq!(harmless(text).len(), text.len());
        assert!(!harmless(text).chars().any(|c| steers(c) && c != '\n'));
    }

    #[test]
    fn one_finding_speaks_for_itself_and_several_are_counted() {
        let fault = Fault::new(0..1, "wrong", "mend it");
        let one = Report::new("a.toml", "abc", vec![fault.clone()]);
        assert_eq!(one.to_string(), "wrong");
        let two = Report::new("a.toml", "abc", vec![fault.clone(), fault.warning()]);
        assert_eq!(two.to_string(), "a.toml has 1 fault and 1 warning");
    }
}
