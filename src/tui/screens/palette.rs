//! Finds a screen or an action by its words.

use ratatui::text::{Line, Span};

use crate::tui::app;
use crate::tui::keymap::{Binding, KeyRow, bind, rows, written};
use crate::tui::screen::{Canvas, Component, Entry};
use crate::tui::session::{Effect, Session};
use crate::tui::text;
use crate::tui::widgets::field::Field;
use crate::tui::widgets::{split_top, step, window};

/// The line of the registry.
pub static ENTRY: Entry = Entry::dialog::<Palette>("palette", "Find a screen or an action", (86, 20));

/// Words and the rows that have them.
pub struct Palette {
    words: Field,
    selected: usize,
    /// Rows of the screen below, then those of everywhere.
    rows: Vec<(Origin, usize, KeyRow)>,
}

/// Whose table a row stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    Screen,
    Everywhere,
}

/// What can be meant here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Msg {
    Up,
    Down,
    Do,
    This(usize),
}

impl Component for Palette {
    type Msg = Msg;
    const KEYS: &'static [Binding<Msg>] = &[
        bind("do", "enter", "Do what is marked", Msg::Do).hint("do it"),
        bind("down", "down ctrl-n wheel-down", "Next row", Msg::Down).hint("next"),
        bind("up", "up ctrl-p wheel-up", "Previous row", Msg::Up),
    ];

    fn open(session: &Session) -> Self {
        let own = session.look.screen.map(|entry| (entry.keys)()).unwrap_or_default();
        let own = own.into_iter().enumerate().map(|(place, row)| (Origin::Screen, place, row));
        let everywhere = rows(app::KEYS).into_iter().enumerate();
        let everywhere = everywhere.map(|(place, row)| (Origin::Everywhere, place, row));
        Self { words: Field::default(), selected: 0, rows: everywhere.chain(own).collect() }
    }

    fn update(&mut self, msg: Msg, _session: &Session) -> Vec<Effect> {
        let count = self.found().count();
        match msg {
            Msg::Up => self.selected = step(self.selected, -1, count),
            Msg::Down => self.selected = step(self.selected, 1, count),
            Msg::This(place) => {
                self.selected = place;
                return self.chosen();
            }
            Msg::Do => return self.chosen(),
        }
        vec![]
    }

    fn view(&self, on: &mut Canvas<'_, Msg>) {
        let (top, list) = split_top(on.area, 2);
        on.field(top, &self.words, true);
        if self.words.text().is_empty() {
            on.put(top, 0, Line::styled("type words", on.theme.muted));
        }
        let found: Vec<_> = self.found().collect();
        if found.is_empty() {
            on.put(list, 0, Line::styled("nothing has these words", on.theme.muted));
        }
        let shown = window(self.selected, usize::from(list.height), found.len());
        let columns = usize::from(list.width).saturating_sub(16);
        for (row, place) in (0u16..).zip(shown) {
            let Some((_, _, key)) = found.get(place) else { break };
            let style = if place == self.selected { on.theme.focus } else { on.theme.text };
            let line = Line::from(vec![
                Span::styled(text::pad(key.help, columns), style),
                Span::styled(format!("  {}", written(key.chords)), on.theme.muted),
            ]);
            on.put(list, row, line);
            on.zone_rows(list, row, 1, Msg::This(place));
        }
    }

    fn typing(&mut self) -> Option<&mut Field> {
        Some(&mut self.words)
    }

    fn typed(&mut self, _session: &Session) -> Vec<Effect> {
        self.selected = 0;
        vec![]
    }
}

impl Palette {
    fn found(&self) -> impl Iterator<Item = &(Origin, usize, KeyRow)> {
        let words: Vec<String> = self.words.text().split_whitespace().map(str::to_lowercase).collect();
        self.rows.iter().filter(move |(_, _, row)| {
            let text = format!("{} {}", row.help, row.name).to_lowercase();
            words.iter().all(|word| text.contains(word))
        })
    }

    fn chosen(&self) -> Vec<Effect> {
        match self.found().nth(self.selected) {
            Some((Origin::Screen, place, _)) => vec![Effect::Close, Effect::Press(*place)],
            Some((Origin::Everywhere, place, _)) => vec![Effect::Close, Effect::Mean(*place)],
            None => vec![],
        }
    }
}
