//! Asks before something that cannot simply be taken back.

use ratatui::text::{Line, Span};

use crate::tui::keymap::{Binding, bind};
use crate::tui::screen::{Canvas, Component, Entry};
use crate::tui::session::{Ask, Effect, Session};
use crate::tui::text;

/// The line of the registry.
pub static ENTRY: Entry = Entry::dialog::<Confirm>("confirm", "Please confirm", (64, 12));

/// One question with two ways out; the careful one is chosen first.
pub struct Confirm {
    ask: Option<Ask>,
    is_yes: bool,
}

/// What can be meant here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Msg {
    Yes,
    No,
    Switch,
    Choose,
}

impl Component for Confirm {
    type Msg = Msg;
    const KEYS: &'static [Binding<Msg>] = &[
        bind("yes", "y", "Do it", Msg::Yes).hint("do it"),
        bind("no", "n esc", "Leave everything as it is", Msg::No).hint("leave it"),
        bind("switch", "tab left right h l", "The other answer", Msg::Switch),
        bind("choose", "enter", "Take the marked answer", Msg::Choose).hint("take the marked one"),
    ];

    fn open(session: &Session) -> Self {
        Self { ask: session.look.ask.clone(), is_yes: false }
    }

    fn update(&mut self, msg: Msg, _session: &Session) -> Vec<Effect> {
        match msg {
            Msg::Switch => {
                self.is_yes = !self.is_yes;
                vec![]
            }
            Msg::Choose if !self.is_yes => vec![Effect::Close],
            Msg::No => vec![Effect::Close],
            Msg::Yes | Msg::Choose => {
                let effects = self.ask.take().map(|ask| ask.effects).unwrap_or_default();
                std::iter::once(Effect::Close).chain(effects).collect()
            }
        }
    }

    fn view(&self, on: &mut Canvas<'_, Msg>) {
        let area = on.area;
        let Some(ask) = &self.ask else {
            on.put(area, 1, Line::styled("There is nothing to confirm.", on.theme.muted));
            return;
        };
        on.put(area, 0, Line::styled(text::shown(&ask.title).into_owned(), on.theme.strong()));
        let lines = text::wrap(&text::shown(&ask.text), usize::from(area.width));
        let room = usize::from(area.height.saturating_sub(4));
        for (row, line) in (2..).zip(lines.iter().take(room)) {
            on.put(area, row, line.as_str());
        }
        if lines.len() > room {
            on.put_right(area, area.height.saturating_sub(3), Line::styled(" …", on.theme.accent));
        }
        let row = area.height.saturating_sub(1);
        let marked = |is: bool| if is { on.theme.focus } else { on.theme.text };
        let (no, yes) = ("  n leave it  ".to_owned(), format!("  y {}  ", ask.yes));
        let (no_width, yes_width) = (columns(&no), columns(&yes));
        let buttons =
            [Span::styled(no, marked(!self.is_yes)), Span::raw("  "), Span::styled(yes, marked(self.is_yes))];
        on.put(area, row, Line::from_iter(buttons));
        let place = |x: u16, width: u16| {
            ratatui::layout::Rect { x: area.x + x, y: area.y + row, width, height: 1 }.intersection(area)
        };
        on.zone(place(0, no_width), Msg::No);
        on.zone(place(no_width + 2, yes_width), Msg::Yes);
    }
}

fn columns(text: &str) -> u16 {
    u16::try_from(text::width(text)).unwrap_or(u16::MAX)
}
