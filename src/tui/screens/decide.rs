//! Writes why an AI tool is sanctioned or refused; the reason may stay empty.

use ratatui::text::Line;

use crate::model::assessment::Edit;
use crate::tui::keymap::{Binding, bind};
use crate::tui::screen::{Canvas, Component, Entry};
use crate::tui::session::{Deciding, Effect, Session};
use crate::tui::text;
use crate::tui::widgets::field::Field;
use crate::tui::widgets::split_top;

/// The line of the registry.
pub static ENTRY: Entry = Entry::dialog::<Decide>("decide", "Decide on an AI tool", (72, 9));

/// How much of a tool's name is shown.
const NAME: usize = 48;

/// A field with the reason in it.
pub struct Decide {
    deciding: Option<Deciding>,
    field: Field,
}

/// What can be meant here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Msg {
    Keep,
}

impl Component for Decide {
    type Msg = Msg;
    const KEYS: &'static [Binding<Msg>] =
        &[bind("keep", "enter", "Keep the decision with this reason", Msg::Keep).hint("decide")];

    fn open(session: &Session) -> Self {
        Self { deciding: session.look.deciding.clone(), field: Field::default() }
    }

    fn update(&mut self, msg: Msg, session: &Session) -> Vec<Effect> {
        let Msg::Keep = msg;
        let (Some(deciding), Some(id)) = (self.deciding.take(), session.assessment().cloned()) else {
            return vec![Effect::Close];
        };
        let reason = self.field.text().trim().to_owned();
        let edit = Edit::Decide { tool: deciding.tool, is_sanctioned: deciding.is_sanctioned, reason };
        vec![Effect::Close, Effect::Edit(edit), Effect::Load(id)]
    }

    fn view(&self, on: &mut Canvas<'_, Msg>) {
        let Some(deciding) = &self.deciding else {
            on.put(on.area, 0, Line::styled("No tool is being decided on.", on.theme.muted));
            return;
        };
        let name = text::cut(&text::shown(&deciding.name), NAME);
        let about = if deciding.is_sanctioned {
            format!(
                "{name} may be used. Why? The reason may stay empty; it is kept with your name and the day."
            )
        } else {
            format!(
                "{name} is refused. Replaced, restricted or blocked, and why? It is kept with your name and the day."
            )
        };
        let lines = text::wrap(&about, usize::from(on.area.width));
        let used = on.stack(on.area, lines.iter().map(|line| Line::styled(line.as_str(), on.theme.muted)));
        let (_, place) = split_top(on.area, used + 1);
        on.field(place, &self.field, true);
    }

    fn typing(&mut self) -> Option<&mut Field> {
        Some(&mut self.field)
    }
}
