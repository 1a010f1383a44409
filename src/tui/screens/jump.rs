//! Finds a question by its words and goes there.

use ratatui::text::{Line, Span};

use crate::model::QuestionId;
use crate::tui::keymap::{Binding, bind};
use crate::tui::screen::{Canvas, Component, Entry};
use crate::tui::screens::interview;
use crate::tui::session::{Effect, Session};
use crate::tui::text;
use crate::tui::widgets::field::Field;
use crate::tui::widgets::{split_top, step, window};

/// The line of the registry.
pub static ENTRY: Entry = Entry::dialog::<Jump>("jump", "Go to a question", (90, 22));

/// Words and the questions that have them.
pub struct Jump {
    words: Field,
    selected: usize,
}

/// What can be meant here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Msg {
    Up,
    Down,
    PageUp,
    PageDown,
    Go,
    To(usize),
}

impl Component for Jump {
    type Msg = Msg;
    const KEYS: &'static [Binding<Msg>] = &[
        bind("go", "enter", "Go to the marked question", Msg::Go).hint("go there"),
        bind("down", "down wheel-down", "Next question", Msg::Down).hint("next"),
        bind("up", "up wheel-up", "Previous question", Msg::Up),
        bind("page-down", "pgdn", "A page down", Msg::PageDown),
        bind("page-up", "pgup", "A page up", Msg::PageUp),
    ];

    fn open(session: &Session) -> Self {
        let here = session.look.question.as_ref();
        let found = found(session, "");
        let selected = found.iter().position(|(id, _)| Some(id) == here).unwrap_or(0);
        Self { words: Field::default(), selected }
    }

    fn update(&mut self, msg: Msg, session: &Session) -> Vec<Effect> {
        let found = found(session, self.words.text());
        let page = session.page().cast_signed() / 2;
        match msg {
            Msg::Up => self.selected = step(self.selected, -1, found.len()),
            Msg::Down => self.selected = step(self.selected, 1, found.len()),
            Msg::PageUp => self.selected = step(self.selected, -page, found.len()),
            Msg::PageDown => self.selected = step(self.selected, page, found.len()),
            Msg::To(place) => {
                self.selected = place;
                return self.go(&found);
            }
            Msg::Go => return self.go(&found),
        }
        vec![]
    }

    fn view(&self, on: &mut Canvas<'_, Msg>) {
        let (top, list) = split_top(on.area, 2);
        on.field(top, &self.words, true);
        if self.words.text().is_empty() {
            on.put(top, 0, Line::styled("type words or an id", on.theme.muted));
        }
        let found = found(on.session, self.words.text());
        if found.is_empty() {
            on.put(list, 0, Line::styled("no question has these words", on.theme.muted));
        }
        let shown = window(self.selected, usize::from(list.height), found.len());
        for (row, place) in (0u16..).zip(shown) {
            let Some((id, title)) = found.get(place) else { break };
            let (sign, style) = interview::mark(on.session, id, on.theme);
            let text = if place == self.selected { on.theme.focus } else { on.theme.text };
            on.put(
                list,
                row,
                Line::from(vec![
                    Span::styled(format!("{sign} "), style),
                    Span::styled(format!("{id:<9}"), on.theme.muted),
                    Span::styled(text::shown(title).into_owned(), text),
                ]),
            );
            on.zone_rows(list, row, 1, Msg::To(place));
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

impl Jump {
    fn go(&self, found: &[(QuestionId, String)]) -> Vec<Effect> {
        match found.get(self.selected) {
            Some((id, _)) => {
                vec![Effect::Focus(id.clone()), Effect::Close, Effect::Open(&interview::ENTRY)]
            }
            None => vec![],
        }
    }
}

/// The questions whose id, title or prompt has all the words.
fn found(session: &Session, words: &str) -> Vec<(QuestionId, String)> {
    let Some(opened) = &session.opened else { return vec![] };
    let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
    let questions = opened.questionnaire.questions.iter();
    questions
        .filter(|question| {
            let text = format!("{} {} {}", question.id, question.title, question.prompt).to_lowercase();
            words.iter().all(|word| text.contains(word))
        })
        .map(|question| (question.id.clone(), question.title.clone()))
        .collect()
}
