//! Says who answers, and for which role.

use ratatui::text::{Line, Span};

use crate::model::assessment::{Edit, Respondent};
use crate::model::{RespondentId, RoleId};
use crate::tui::keymap::{Binding, bind};
use crate::tui::screen::{Canvas, Component, Entry};
use crate::tui::session::{ANY_ROLE, Effect, Notice, Session, Who as Person};
use crate::tui::text;
use crate::tui::widgets::field::Field;
use crate::tui::widgets::{split_top, step, window};

/// The line of the registry.
pub static ENTRY: Entry = Entry::dialog::<Who>("who", "Who answers?", (68, 18));

/// A name and a role.
pub struct Who {
    name: Field,
    role: usize,
}

/// What can be meant here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Msg {
    Up,
    Down,
    Role(usize),
    Known,
    Keep,
}

impl Component for Who {
    type Msg = Msg;
    const KEYS: &'static [Binding<Msg>] = &[
        bind("keep", "enter", "Answer under this name and role", Msg::Keep).hint("answer as this person"),
        bind("down", "down wheel-down", "Next role", Msg::Down).hint("role"),
        bind("up", "up wheel-up", "Previous role", Msg::Up),
        bind("known", "tab", "Next person who takes part already", Msg::Known).hint("next known person"),
    ];

    fn open(session: &Session) -> Self {
        let name = session.who.as_ref().map_or(session.environment.actor.as_str(), |who| who.id.as_str());
        // The computer may not know the person's name; then nobody should answer as "unknown".
        let name = if name == "unknown" { "" } else { name };
        let mut screen = Self { name: Field::new(name), role: 0 };
        if let Some(who) = &session.who {
            screen.role = place(session, &who.role);
        }
        screen
    }

    fn update(&mut self, msg: Msg, session: &Session) -> Vec<Effect> {
        let count = roles(session).len();
        match msg {
            Msg::Up => self.role = step(self.role, -1, count),
            Msg::Down => self.role = step(self.role, 1, count),
            Msg::Role(role) => self.role = role,
            Msg::Known => self.next_known(session),
            Msg::Keep => return self.keep(session),
        }
        vec![]
    }

    fn view(&self, on: &mut Canvas<'_, Msg>) {
        on.put(on.area, 0, Line::styled("Name", on.theme.muted));
        let (_, place) = split_top(on.area, 1);
        on.field(place, &self.name, true);
        let others = known(on.session).collect::<Vec<_>>().join(", ");
        let others =
            if others.is_empty() { String::new() } else { format!("here already: {}", text::shown(&others)) };
        on.put(on.area, 2, Line::styled(others, on.theme.muted));
        on.put(on.area, 3, Line::styled("answers for", on.theme.muted));
        let (_, list) = split_top(on.area, 4);
        let roles = roles(on.session);
        let shown = window(self.role, usize::from(list.height), roles.len());
        for (row, place) in (0u16..).zip(shown) {
            let Some((_, title)) = roles.get(place) else { break };
            let is_here = place == self.role;
            let sign = if is_here { "▸ " } else { "  " };
            let style = if is_here { on.theme.focus } else { on.theme.text };
            on.put(list, row, Line::from(vec![Span::raw(sign), Span::styled(title.clone(), style)]));
            on.zone_rows(list, row, 1, Msg::Role(place));
        }
    }

    fn typing(&mut self) -> Option<&mut Field> {
        Some(&mut self.name)
    }
}

impl Who {
    fn next_known(&mut self, session: &Session) {
        let names: Vec<&str> = known(session).collect();
        let here = names.iter().position(|name| *name == self.name.text());
        let next = here.map_or(0, |here| (here + 1) % names.len().max(1));
        let Some(name) = names.get(next) else { return };
        self.name.set(*name);
        let known = session.opened.as_ref().and_then(|opened| opened.assessment.respondents.get(*name));
        if let Some(known) = known {
            self.role = place(session, &known.role);
        }
    }

    fn keep(&self, session: &Session) -> Vec<Effect> {
        let name = self.name.text().trim();
        if name.is_empty() {
            return vec![Effect::Say(Notice::warn("write a name; every answer is kept under one"))];
        }
        let roles = roles(session);
        let Some((role, _)) = roles.get(self.role) else { return vec![Effect::Close] };
        let person = Person { id: RespondentId::new(name), role: role.clone() };
        let mut effects = vec![];
        let known = session.opened.as_ref().and_then(|opened| opened.assessment.respondents.get(name));
        if known.is_none_or(|known| known.role != person.role) {
            effects.push(Effect::Edit(Edit::Join(Respondent { id: person.id.clone(), role: role.clone() })));
        }
        effects.extend([Effect::As(person), Effect::Close]);
        effects
    }
}

fn known(session: &Session) -> impl Iterator<Item = &str> {
    let respondents = session.opened.as_ref().map(|opened| &opened.assessment.respondents);
    respondents.into_iter().flat_map(|respondents| respondents.keys().map(RespondentId::as_str))
}

/// The roles that can be chosen; first the one of a person who answers for everybody.
fn roles(session: &Session) -> Vec<(RoleId, String)> {
    let every = (RoleId::from(ANY_ROLE), "every role that is asked".to_owned());
    let known = session.environment.library.catalog.vocabulary.roles.iter();
    std::iter::once(every).chain(known.map(|role| (role.id.clone(), role.title.clone()))).collect()
}

fn place(session: &Session, role: &RoleId) -> usize {
    roles(session).iter().position(|(known, _)| known == role).unwrap_or(0)
}
