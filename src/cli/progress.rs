//! Progress of long work, on standard error and only for people.

use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::text::safe;
use crate::connectors::Progress;

/// One line that moves while a file is read and is gone afterwards.
pub(super) struct Line(ProgressBar);

impl Line {
    /// Starts the line; nothing is shown where standard error is no terminal.
    pub fn start(what: &str) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10));
        bar.set_style(style(false));
        bar.set_message(format!("reading {}", safe(what)));
        bar.enable_steady_tick(Duration::from_millis(100));
        Self(bar)
    }

    /// Shows how far the work is.
    pub fn show(&self, progress: &Progress) {
        if let (Some(of), None) = (progress.of, self.0.length()) {
            self.0.set_length(of);
            self.0.set_style(style(true));
        }
        if self.0.length().is_none() {
            self.0.set_style(if progress.is_bare() { bare() } else { style(false) });
        }
        self.0.set_position(progress.done);
        self.0.set_message(safe(&progress.what));
    }
}

/// Lines below each other, for several things that are read at once.
#[derive(Default)]
pub(super) struct Lines(MultiProgress);

impl Lines {
    /// Starts one more line.
    pub fn start(&self, what: &str) -> Line {
        let line = Line::start(what);
        Line(self.0.add(line.0.clone()))
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

fn style(has_end: bool) -> ProgressStyle {
    made(if has_end { "{bar:30} {pos}/{len} {msg}" } else { "{spinner} {pos} {msg}" })
}

/// Without a count, as while somebody has to sign in.
fn bare() -> ProgressStyle {
    made("{spinner} {msg}")
}

fn made(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        // Blocks and lines only: Braille letters are noise to a screen reader.
        .tick_chars("|/-\\ ")
        .progress_chars("━━─")
}
