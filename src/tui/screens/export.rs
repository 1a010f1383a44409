//! Chooses formats and a folder, and writes the files.

use ratatui::text::{Line, Span};

use crate::export::REGISTRY;
use crate::tui::complete;
use crate::tui::keymap::{Binding, bind};
use crate::tui::screen::{Canvas, Component, Entry};
use crate::tui::session::{Effect, Job, Notice, Session};
use crate::tui::text;
use crate::tui::widgets::field::Field;
use crate::tui::widgets::{inset, split_top, step};

/// The line of the registry.
pub static ENTRY: Entry = Entry::tab::<Export>("export", "Export");

/// The chosen formats, the folder, and where the keys act.
pub struct Export {
    chosen: Vec<bool>,
    at: usize,
    folder: Field,
    /// Whether the folder is typed.
    is_typing: bool,
}

/// What can be meant here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Msg {
    Up,
    Down,
    Switch,
    This(usize),
    Folder,
    Write,
}

impl Component for Export {
    type Msg = Msg;
    const KEYS: &'static [Binding<Msg>] = &[
        bind("write", "enter", "Write the chosen formats", Msg::Write).hint("write the files"),
        bind("switch", "space x", "Choose the marked format, or not", Msg::Switch).hint("choose"),
        bind("folder", "f", "Type the folder; enter ends it", Msg::Folder).hint("folder"),
        bind("down", "down j wheel-down", "Next format", Msg::Down),
        bind("up", "up k wheel-up", "Previous format", Msg::Up),
    ];

    fn open(session: &Session) -> Self {
        let period = session.opened.as_ref().map(|opened| opened.assessment.begun.period.clone());
        let folder = format!("trueup-{}", period.unwrap_or_else(|| "export".to_owned()));
        Self { chosen: vec![true; REGISTRY.len()], at: 0, folder: Field::new(folder), is_typing: false }
    }

    fn update(&mut self, msg: Msg, session: &Session) -> Vec<Effect> {
        match msg {
            Msg::Write if self.is_typing => self.is_typing = false,
            Msg::Write => return self.write(session),
            Msg::Up => self.at = step(self.at, -1, REGISTRY.len()),
            Msg::Down => self.at = step(self.at, 1, REGISTRY.len()),
            Msg::Folder => self.is_typing = true,
            Msg::This(place) => {
                self.at = place;
                self.switch();
            }
            Msg::Switch => self.switch(),
        }
        vec![]
    }

    fn view(&self, on: &mut Canvas<'_, Msg>) {
        let area = inset(on.area);
        on.put(area, 0, Line::styled("Export the scorecard", on.theme.heading()));
        let (_, list) = split_top(area, 2);
        for (row, (place, format)) in (0u16..).zip(REGISTRY.iter().enumerate()) {
            let sign = if self.chosen.get(place) == Some(&true) { "[x]" } else { "[ ]" };
            let style = if place == self.at && !self.is_typing { on.theme.focus } else { on.theme.text };
            on.put(
                list,
                row,
                Line::from(vec![
                    Span::styled(format!("{sign} {:<6}", format.id), style),
                    Span::styled(format!("  {}", format.title), on.theme.muted),
                ]),
            );
            on.zone_rows(list, row, 1, Msg::This(place));
        }
        let (_, rest) = split_top(list, u16::try_from(REGISTRY.len() + 1).unwrap_or(1));
        let label = if self.is_typing { on.theme.heading() } else { on.theme.text };
        on.put(rest, 0, Line::styled("Folder", label));
        on.zone_rows(rest, 0, 2, Msg::Folder);
        let (_, place) = split_top(rest, 1);
        on.field(split_top(place, 1).0, &self.folder, self.is_typing);
        let (_, below) = split_top(rest, 3);
        let session = on.session;
        if session.running(|job| matches!(job, Job::Export(..))).is_some() {
            on.put(below, 0, Line::styled("Writing…", on.theme.text));
        } else if session.jobs.files.is_empty() {
            on.put(
                below,
                0,
                Line::styled("Nothing leaves this machine but what is written here.", on.theme.muted),
            );
        } else {
            let files = session.jobs.files.iter().map(|file| {
                Line::styled(format!("✓ {}", text::shown(&file.display().to_string())), on.theme.good)
            });
            on.stack(below, files);
        }
    }

    fn is_typing(&self) -> bool {
        self.is_typing
    }

    fn typing(&mut self) -> Option<&mut Field> {
        self.is_typing.then_some(&mut self.folder)
    }
}

impl Export {
    fn switch(&mut self) {
        if let Some(chosen) = self.chosen.get_mut(self.at) {
            *chosen = !*chosen;
        }
    }

    fn write(&self, session: &Session) -> Vec<Effect> {
        let Some(id) = session.assessment().cloned() else {
            return vec![Effect::Say(Notice::warn("nothing is open yet"))];
        };
        let formats: Vec<&'static str> = REGISTRY
            .iter()
            .zip(&self.chosen)
            .filter(|(_, chosen)| **chosen)
            .map(|(format, _)| format.id)
            .collect();
        let folder = self.folder.text().trim();
        if formats.is_empty() || folder.is_empty() {
            return vec![Effect::Say(Notice::warn("choose a format and a folder"))];
        }
        vec![Effect::Start(Job::Export(id, formats, complete::path(folder)))]
    }
}
