//! Writes why a question does not apply; without a reason nothing is set aside.

use ratatui::text::Line;

use crate::model::assessment::Answer;
use crate::tui::keymap::{Binding, bind};
use crate::tui::screen::{Canvas, Component, Entry};
use crate::tui::screens::interview;
use crate::tui::session::{Effect, Notice, Session};
use crate::tui::text;
use crate::tui::widgets::field::Field;
use crate::tui::widgets::split_top;

/// The line of the registry.
pub static ENTRY: Entry = Entry::dialog::<Reason>("reason", "Does not apply, because", (72, 9));

/// A field with the reason in it.
pub struct Reason {
    field: Field,
}

/// What can be meant here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Msg {
    Keep,
}

impl Component for Reason {
    type Msg = Msg;
    const KEYS: &'static [Binding<Msg>] =
        &[bind("keep", "enter", "Set the question aside for this reason", Msg::Keep).hint("set it aside")];

    fn open(session: &Session) -> Self {
        let claim = session.look.question.as_ref().and_then(|question| session.claim(question));
        let reason = match claim.map(|claim| &claim.answer) {
            Some(Answer::NotApplicable { reason }) => reason.clone(),
            _ => String::new(),
        };
        Self { field: Field::new(reason) }
    }

    fn update(&mut self, msg: Msg, session: &Session) -> Vec<Effect> {
        let Msg::Keep = msg;
        let reason = self.field.text().trim().to_owned();
        if reason.is_empty() {
            return vec![Effect::Say(Notice::warn(
                "a reason is needed; it stands in the report beside your name",
            ))];
        }
        let Some(question) = session.look.question.clone() else { return vec![Effect::Close] };
        let mut effects = interview::answer(session, &question, Answer::NotApplicable { reason });
        effects.push(Effect::Close);
        effects
    }

    fn view(&self, on: &mut Canvas<'_, Msg>) {
        let about = on.session.look.question.as_ref().map_or("", |question| question.as_str());
        let about = format!(
            "{about}: why does it not apply here? It leaves both sides of the score and is listed with your name."
        );
        let lines = text::wrap(&about, usize::from(on.area.width));
        let used = on.stack(on.area, lines.iter().map(|line| Line::styled(line.as_str(), on.theme.muted)));
        let (_, place) = split_top(on.area, used + 1);
        on.field(place, &self.field, true);
    }

    fn typing(&mut self) -> Option<&mut Field> {
        Some(&mut self.field)
    }
}
