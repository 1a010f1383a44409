//! Face 2: the terminal UI.
//!
//! Events go in, commands come out; screens are pure and `runtime` alone touches the world.

pub mod app;
mod asked;
mod chrome;
mod complete;
pub mod keymap;
pub mod listing;
mod runtime;
pub mod screen;
pub mod screens;
pub mod session;
pub mod text;
pub mod theme;
pub mod widgets;

use std::sync::Arc;

use miette::Diagnostic;
use thiserror::Error;

use self::app::App;
use self::screen::Entry;
use self::session::Environment;
use self::theme::{Depth, Theme};

use crate::model::AssessmentId;
use crate::ops;

/// Where the terminal UI opens.
#[derive(Debug, Clone, Default)]
pub struct Start {
    pub screen: First,
    /// The newest one when none is named.
    pub assessment: Option<AssessmentId>,
    /// Whether everything shown is invented; said in the header.
    pub is_demo: bool,
}

/// The screen that is seen first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum First {
    #[default]
    Home,
    Interview,
    Sources,
    Scorecard,
    Gaps,
}

/// Why the terminal UI could not run.
#[derive(Debug, Error, Diagnostic)]
pub enum Error {
    /// Input or output is not a terminal.
    #[error("could not open the screens: standard input and output are not a terminal")]
    #[diagnostic(
        code(tui::terminal),
        help("run trueup in a terminal, or use the commands: `trueup --help` lists them")
    )]
    NoTerminal,
    /// The terminal refused.
    #[error("the terminal could not be used: {0}")]
    #[diagnostic(
        code(tui::io),
        help("try another terminal, or use the commands: `trueup --help` lists them")
    )]
    Terminal(#[from] std::io::Error),
    /// Edits were still unsaved when the program had to end.
    #[error("{count} answers could not be saved: {reason}")]
    #[diagnostic(
        code(tui::unsaved),
        help("free space on the disk or make the database writable, then answer again")
    )]
    Unsaved { count: usize, reason: String },
}

/// Runs the terminal UI until the user leaves it; the terminal is given back in every case.
pub async fn run(ctx: ops::Ctx, start: Start) -> Result<(), Error> {
    let scorer = ctx.clone();
    let environment = Environment {
        library: Arc::clone(&ctx.library),
        clock: ctx.clock,
        actor: ctx.actor.clone(),
        rescore: Arc::new(move |opened| ops::rescore(&scorer, opened)),
        is_demo: start.is_demo,
    };
    let theme = Theme::new(Depth::detect(|name| std::env::var(name).ok()));
    let app = App::new(environment, theme, start.screen.entry());
    runtime::run(ctx, app, start.assessment).await
}

impl First {
    fn entry(self) -> &'static Entry {
        match self {
            Self::Home => &screens::home::ENTRY,
            Self::Interview => &screens::interview::ENTRY,
            Self::Sources => &screens::sources::ENTRY,
            Self::Scorecard => &screens::scorecard::ENTRY,
            Self::Gaps => &screens::gaps::ENTRY,
        }
    }
}
