//! Why a command failed, how that is shown, and the exit code that says it.

use std::fmt::Display;
use std::io::IsTerminal;

use miette::{Diagnostic, LabeledSpan, MietteDiagnostic, NamedSource, Report};
use thiserror::Error as ThisError;

use super::text::{blanked, safe};
use crate::config::ConfigError;
use crate::ops;
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

impl From<crate::packs::PackError> for Error {
    fn from(error: crate::packs::PackError) -> Self {
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
            | Self::Ops(ops::Error::Unknown { .. } | ops::Error::Refused { .. })
            | Self::Screens(tui::Error::NoTerminal) => 2,
            _ => 1,
        }
    }

    /// Prints the sentence, the place and the remedy to standard error.
    pub fn print(&self) {
        eprintln!("{:?}", harmless(self));
    }
}

/// Sets how errors look: as wide as the terminal, or unbroken lines for files and programs.
pub(super) fn prepare() {
    let _ = miette::set_hook(Box::new(|_| {
        let wraps = std::io::stderr().is_terminal();
        Box::new(miette::MietteHandlerOpts::new().wrap_lines(wraps).without_cause_chain().build())
    }));
}

/// The same words without anything that could steer a terminal: names and cells in them are foreign.
fn harmless(error: &dyn Diagnostic) -> Report {
    let mut shown = MietteDiagnostic::new(safe(&error.to_string()));
    shown.code = error.code().map(|code| code.to_string());
    shown.help = error.help().map(|help| safe(&help.to_string()));
    shown.labels = error.labels().map(|labels| labels.map(|label| harmless_label(&label)).collect());
    match source_of(error) {
        Some(source) => Report::new(shown).with_source_code(source),
        None => Report::new(shown),
    }
}

fn harmless_label(label: &LabeledSpan) -> LabeledSpan {
    LabeledSpan::new_with_span(label.label().map(safe), *label.inner())
}

/// The whole text that an error points into, with control characters blanked, so that places stay right.
fn source_of(error: &dyn Diagnostic) -> Option<NamedSource<String>> {
    let whole = error.source_code()?.read_span(&(0, 0).into(), 0, usize::MAX).ok()?;
    let text = String::from_utf8_lossy(whole.data()).into_owned();
    Some(NamedSource::new(safe(whole.name().unwrap_or("input")), blanked(&text)))
}

/// A usage error.
pub(super) fn usage(what: impl Display, help: impl Display) -> Error {
    Error::Usage { what: what.to_string(), help: help.to_string() }
}
