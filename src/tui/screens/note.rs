//! Writes the note that belongs to an answer.

use ratatui::text::Line;

use crate::model::assessment::{Claim, Edit};
use crate::tui::keymap::{Binding, bind};
use crate::tui::screen::{Canvas, Component, Entry};
use crate::tui::session::{Effect, Session};
use crate::tui::text;
use crate::tui::widgets::field::Field;
use crate::tui::widgets::split_top;

/// The line of the registry.
pub static ENTRY: Entry = Entry::dialog::<Note>("note", "Note to the answer", (72, 9));

/// A field with the note in it.
pub struct Note {
    field: Field,
}

/// What can be meant here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Msg {
    Keep,
}

impl Component for Note {
    type Msg = Msg;
    const KEYS: &'static [Binding<Msg>] =
        &[bind("keep", "enter", "Keep the note with the answer", Msg::Keep).hint("keep the note")];

    fn open(session: &Session) -> Self {
        let question = session.look.question.as_ref();
        let claim = question.and_then(|question| session.claim(question));
        Self { field: Field::new(claim.map(|claim| claim.note.as_str()).unwrap_or_default()) }
    }

    fn update(&mut self, msg: Msg, session: &Session) -> Vec<Effect> {
        let Msg::Keep = msg;
        let Some(question) = session.look.question.clone() else { return vec![Effect::Close] };
        let Some(claim) = session.claim(&question) else { return vec![Effect::Close] };
        let note = self.field.text().trim().to_owned();
        if note == claim.note {
            return vec![Effect::Close];
        }
        let claim = Claim { note, ..claim.clone() };
        vec![Effect::Edit(Edit::Claim { question, claim }), Effect::Close]
    }

    fn view(&self, on: &mut Canvas<'_, Msg>) {
        let about = on.session.look.question.as_ref().map_or("", |question| question.as_str());
        let about = format!("{about}: what stands behind the answer? It is kept with it, in your name.");
        let lines = text::wrap(&about, usize::from(on.area.width));
        let used = on.stack(on.area, lines.iter().map(|line| Line::styled(line.as_str(), on.theme.muted)));
        let (_, place) = split_top(on.area, used + 1);
        on.field(place, &self.field, true);
    }

    fn typing(&mut self) -> Option<&mut Field> {
        Some(&mut self.field)
    }
}
