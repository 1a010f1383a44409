//! Every key of the screen below and of everywhere, made from the tables.

use ratatui::text::{Line, Span};

use crate::tui::app;
use crate::tui::keymap::{Binding, KeyRow, bind, rows, written};
use crate::tui::screen::{Canvas, Component, Entry};
use crate::tui::session::{Effect, Session};
use crate::tui::text;
use crate::tui::widgets::step;

/// The line of the registry.
pub static ENTRY: Entry = Entry::dialog::<Help>("help", "Help", (86, 60));

/// A scrolled text.
pub struct Help {
    /// The screen that help was asked on: its title and rows.
    about: (&'static str, Vec<KeyRow>),
    scroll: usize,
}

/// What can be meant here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Msg {
    Up,
    Down,
    PageUp,
    PageDown,
}

impl Component for Help {
    type Msg = Msg;
    const KEYS: &'static [Binding<Msg>] = &[
        bind("down", "down j wheel-down", "Scroll down", Msg::Down).hint("scroll"),
        bind("up", "up k wheel-up", "Scroll up", Msg::Up),
        bind("page-down", "pgdn space", "A page down", Msg::PageDown),
        bind("page-up", "pgup", "A page up", Msg::PageUp),
    ];

    fn open(session: &Session) -> Self {
        let entry = session.look.screen;
        Self { about: entry.map_or(("", vec![]), |entry| (entry.title, (entry.keys)())), scroll: 0 }
    }

    fn update(&mut self, msg: Msg, session: &Session) -> Vec<Effect> {
        let page = session.page().cast_signed();
        let by = match msg {
            Msg::Up => -1,
            Msg::Down => 1,
            Msg::PageUp => -page,
            Msg::PageDown => page,
        };
        let hidden = (self.about.1.len() + app::KEYS.len() + LEGEND.len() + 8).saturating_sub(session.page());
        self.scroll = step(self.scroll, by, hidden + 1);
        vec![]
    }

    fn view(&self, on: &mut Canvas<'_, Msg>) {
        let mut lines = section(on, self.about.0, &self.about.1);
        lines.extend(section(on, "Everywhere", &rows(app::KEYS)));
        lines.push(Line::styled("Signs", on.theme.heading()));
        lines.extend(LEGEND.iter().map(|(sign, words)| row(on, sign, words)));
        let height = usize::from(on.area.height);
        let start = self.scroll.min(lines.len().saturating_sub(height));
        let is_more = lines.len() > start + height;
        on.stack(on.area, lines.into_iter().skip(start).take(height));
        if is_more {
            let more = Line::styled(" more ↓ ", on.theme.focus);
            on.put_right(on.area, on.area.height.saturating_sub(1), more);
        }
    }
}

const LEGEND: &[(&str, &str)] = &[
    ("█", "proven: the floor"),
    ("▒", "possible with what is known: up to the ceiling"),
    ("◆", "claimed"),
    ("?", "unknown; never counted as zero"),
    ("≠", "the answers contradict one another"),
    ("●", "your answer"),
];

fn section(on: &Canvas<'_, Msg>, title: &str, rows: &[KeyRow]) -> Vec<Line<'static>> {
    if rows.is_empty() {
        return vec![];
    }
    let mut lines = vec![Line::styled(title.to_owned(), on.theme.heading())];
    lines.extend(rows.iter().map(|key| row(on, &written(key.chords), key.help)));
    lines.push(Line::default());
    lines
}

fn row(on: &Canvas<'_, Msg>, sign: &str, words: &str) -> Line<'static> {
    Line::from(vec![
        Span::styled(format!("  {}", text::pad(sign, 18)), on.theme.strong()),
        Span::styled(words.to_owned(), on.theme.text),
    ])
}
