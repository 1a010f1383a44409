//! Why a command failed, how that is shown, and the exit code that says it.

use std::fmt::Display;
use std::io::IsTerminal;

use miette::{Diagnostic, LabeledSpan, NamedSource, Report, Severity, SourceCode};
use thiserror::Error as ThisError;

use super::text::{blanked, safe, safe_lines};
use crate::config::ConfigError;
use crate::ops;
use crate::packs::PackError;
use crate::tui;

/// Why a command failed.
#[derive(Debug, ThisError, Diagnostic)]
pub(super) enum Error {
    #[error(transparent)]
    #[diagnostic(transparent)]
    Ops(#[from] ops::Error),
    #[error(transparent)]
    #[diagnostic(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    #[diagnostic(transparent)]
    Screens(#[from] tui::Error),
    /// Standard output refused.
    #[error("could not write the output: {0}")]
    #[diagnostic(code(cli::output), help("choose another place for the output"))]
    Output(std::io::Error),
    /// Standard input refused.
    #[error("could not read the answers: {0}")]
    #[diagnostic(code(cli::input), help("answers that were shown as saved are saved"))]
    Input(std::io::Error),
    /// The command cannot be understood this way.
    #[error("{what}")]
    #[diagnostic(code(cli::usage))]
    Usage {
        what: String,
        #[help]
        help: String,
    },
}

impl From<PackError> for Error {
    fn from(error: PackError) -> Self {
        Self::Ops(error.into())
    }
}

impl Error {
    /// Whether the reader of the output has gone away, which is its good right.
    pub fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == std::io::ErrorKind::BrokenPipe)
    }

    /// 2 where the call itself was wrong, 1 where the world was.
    pub fn exit_code(&self) -> i32 {
        match self {
            Self::Usage { .. }
            | Self::Ops(
                ops::Error::Unknown { .. }
                | ops::Error::Refused { .. }
                | ops::Error::Pack(PackError::Unknown { .. }),
            )
            | Self::Screens(tui::Error::NoTerminal) => 2,
            _ => 1,
        }
    }

    /// Prints the sentence, the place and the remedy to standard error.
    pub fn print(&self) {
        print(self);
    }
}

/// Sets how errors look: as wide as the terminal, or unbroken lines for files and programs.
pub(super) fn prepare() {
    let _ = miette::set_hook(Box::new(|_| {
        let wraps = std::io::stderr().is_terminal();
        Box::new(miette::MietteHandlerOpts::new().wrap_lines(wraps).without_cause_chain().build())
    }));
}

/// An error's words, without its code and without anything that could steer a terminal: names and cells in them are foreign.
#[derive(Debug)]
struct Harmless {
    message: String,
    help: Option<String>,
    severity: Option<Severity>,
    labels: Vec<LabeledSpan>,
    source: Option<NamedSource<String>>,
    related: Vec<Self>,
}

impl Harmless {
    fn of(error: &dyn Diagnostic) -> Self {
        let label = |label: LabeledSpan| LabeledSpan::new_with_span(label.label().map(safe), *label.inner());
        Self {
            message: safe_lines(&error.to_string()),
            help: error.help().map(|help| safe_lines(&help.to_string())),
            severity: error.severity(),
            labels: error.labels().into_iter().flatten().map(label).collect(),
            source: source_of(error),
            related: error.related().into_iter().flatten().map(Self::of).collect(),
        }
    }
}

impl std::fmt::Display for Harmless {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Harmless {}

impl Diagnostic for Harmless {
    fn severity(&self) -> Option<Severity> {
        self.severity
    }

    fn help<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|source| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        (!self.labels.is_empty()).then(|| Box::new(self.labels.iter().cloned()) as Box<_>)
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        let related = self.related.iter().map(|related| related as &dyn Diagnostic);
        (!self.related.is_empty()).then(|| Box::new(related) as Box<_>)
    }
}

/// The whole text that an error points into, with control characters blanked, so that places stay right.
fn source_of(error: &dyn Diagnostic) -> Option<NamedSource<String>> {
    let whole = error.source_code()?.read_span(&(0, 0).into(), 0, usize::MAX).ok()?;
    let text = String::from_utf8_lossy(whole.data()).into_owned();
    Some(NamedSource::new(safe(whole.name().unwrap_or("input")), blanked(&text)))
}

/// Prints any diagnostic to standard error.
pub(super) fn print(error: &dyn Diagnostic) {
    eprintln!("{:?}", Report::new(Harmless::of(error)));
}

/// A usage error.
pub(super) fn usage(what: impl Display, help: impl Display) -> Error {
    Error::Usage { what: what.to_string(), help: help.to_string() }
}
