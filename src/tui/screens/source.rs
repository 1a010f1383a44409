//! Sets up a system to be read: its kind, a name, its settings. The form is made from the connector's own table.

use std::collections::BTreeMap;

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::config::Source as Configured;
use crate::connectors::{Setting, Spec};
use crate::ops;
use crate::tui::keymap::{Binding, bind};
use crate::tui::screen::{Canvas, Component, Entry};
use crate::tui::session::{Effect, Job, Notice, Session};
use crate::tui::text;
use crate::tui::widgets::field::Field;
use crate::tui::widgets::{inset, split_top, step, window};

/// The line of the registry.
pub static ENTRY: Entry = Entry::page::<Source>("source", "Set up a source");

/// Where the fields begin.
const FIELDS: u16 = 20;

/// First the kind is chosen, then the fields are filled in: the name, and one for each setting.
pub struct Source {
    kind: usize,
    /// Empty until a kind is chosen.
    fields: Vec<Field>,
    at: usize,
}

/// What can be meant here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Msg {
    Next,
    Previous,
    Enter,
    Save,
    Back,
    Row(usize),
}

impl Component for Source {
    type Msg = Msg;
    const KEYS: &'static [Binding<Msg>] = &[
        bind("enter", "enter", "Take this kind; next field; on the last one: set it up", Msg::Enter)
            .hint("next, then set up"),
        bind("next", "down tab wheel-down", "Next kind or field", Msg::Next),
        bind("previous", "up shift-tab wheel-up", "Previous kind or field", Msg::Previous)
            .hint("field before"),
        bind("save", "ctrl-s", "Set it up with what is filled in", Msg::Save).hint("set up"),
        bind("back", "esc", "Another kind; then: back", Msg::Back),
    ];

    fn open(_session: &Session) -> Self {
        Self { kind: 0, fields: vec![], at: 0 }
    }

    fn update(&mut self, msg: Msg, session: &Session) -> Vec<Effect> {
        let count = if self.fields.is_empty() { kinds().len() } else { self.fields.len() };
        let at = if self.fields.is_empty() { self.kind } else { self.at };
        match msg {
            Msg::Next => self.mark((at + 1) % count.max(1)),
            Msg::Previous => self.mark((at + count.saturating_sub(1)) % count.max(1)),
            Msg::Row(row) if self.fields.is_empty() && row == at => self.choose(),
            Msg::Row(row) => self.mark(row.min(count.saturating_sub(1))),
            Msg::Enter if self.fields.is_empty() => self.choose(),
            Msg::Enter if self.at + 1 < self.fields.len() => self.at = step(self.at, 1, count),
            Msg::Enter | Msg::Save => return self.save(session),
            Msg::Back if self.fields.is_empty() => return vec![Effect::Close],
            Msg::Back => self.fields.clear(),
        }
        vec![]
    }

    fn view(&self, on: &mut Canvas<'_, Msg>) {
        let area = inset(on.area);
        let title = match self.spec() {
            Some(spec) if !self.fields.is_empty() => format!("Set up: {}", spec.title),
            _ => "Which kind of system is to be read?".to_owned(),
        };
        on.put(area, 0, Line::styled(title, on.theme.heading()));
        let (_, rest) = split_top(area, 2);
        if self.fields.is_empty() { self.kinds(on, rest) } else { self.form(on, rest) }
    }

    fn is_typing(&self) -> bool {
        !self.fields.is_empty()
    }

    fn typing(&mut self) -> Option<&mut Field> {
        self.fields.get_mut(self.at)
    }

    fn offers(&self, msg: Msg, _session: &Session) -> bool {
        match msg {
            Msg::Save | Msg::Previous => !self.fields.is_empty(),
            _ => true,
        }
    }
}

impl Source {
    fn spec(&self) -> Option<&'static Spec> {
        kinds().get(self.kind).copied()
    }

    fn mark(&mut self, place: usize) {
        *(if self.fields.is_empty() { &mut self.kind } else { &mut self.at }) = place;
    }

    fn choose(&mut self) {
        let Some(spec) = self.spec() else { return };
        self.fields = vec![Field::default(); spec.settings.len() + 1];
        self.at = 0;
    }

    fn save(&mut self, session: &Session) -> Vec<Effect> {
        let (Some(spec), Some((name, fields))) = (self.spec(), self.fields.split_first()) else {
            return vec![];
        };
        if session.running(|job| matches!(job, Job::SetUp(_))).is_some() {
            return vec![];
        }
        let name = name.text().trim();
        if name.is_empty() {
            self.at = 0;
            return vec![Effect::Say(Notice::warn("give it a name of your own"))];
        }
        let filled = spec.settings.iter().zip(fields).map(|(setting, field)| (setting, field.text().trim()));
        let missing = filled.clone().position(|(setting, text)| setting.is_required && text.is_empty());
        if let Some(place) = missing {
            self.at = place + 1;
            let title = spec.settings.get(place).map_or("this", |setting| setting.title);
            return vec![Effect::Say(Notice::warn(format!("{title} is needed")))];
        }
        let values: BTreeMap<String, String> = filled
            .filter(|(_, text)| !text.is_empty())
            .map(|(setting, text)| (setting.key.to_owned(), text.to_owned()))
            .collect();
        let source = Configured { name: name.to_owned(), connector: spec.id.to_owned(), values };
        vec![Effect::Start(Job::SetUp(source))]
    }

    fn kinds(&self, on: &mut Canvas<'_, Msg>, area: Rect) {
        let all = kinds();
        for (row, (place, spec)) in (0u16..).zip(all.iter().enumerate()) {
            let is_here = place == self.kind;
            let style = if is_here { on.theme.focus } else { on.theme.text };
            let sign = if is_here { "▸ " } else { "  " };
            let title = Span::styled(format!(" {} ", spec.title), style);
            on.put(area, row, Line::from(vec![Span::raw(sign), title]));
            on.zone_rows(area, row, 1, Msg::Row(place));
        }
        let (_, below) = split_top(area, u16::try_from(all.len() + 1).unwrap_or(u16::MAX));
        let room = usize::from(below.width).saturating_sub(4);
        let sights = self.spec().map_or(&[][..], |spec| spec.sees).iter();
        let words = sights.flat_map(|sight| text::wrap(&format!("{}: {}", sight.title, sight.needs), room));
        let lines: Vec<String> = words.collect();
        let (rows, muted) = (usize::from(below.height), on.theme.muted);
        let hidden = if lines.len() > rows { lines.len() - rows.saturating_sub(1) } else { 0 };
        let shown = lines.len() - hidden;
        on.stack(below, lines.into_iter().take(shown).map(|line| Line::styled(format!("  {line}"), muted)));
        if hidden > 0 {
            let words = format!("… {hidden} more; a taller window shows them");
            on.put_right(below, below.height.saturating_sub(1), Line::styled(words, on.theme.accent));
        }
    }

    fn form(&self, on: &mut Canvas<'_, Msg>, area: Rect) {
        let settings = self.spec().map_or(&[][..], |spec| spec.settings);
        // The help of the marked field stands below; a low place shows fewer fields.
        let rows = usize::from(area.height.saturating_sub(6)).max(1);
        let mut row = 0;
        for place in window(self.at, rows, self.fields.len()) {
            let is_here = place == self.at;
            let setting = place.checked_sub(1).and_then(|place| settings.get(place));
            let needed = if setting.is_none_or(|setting| setting.is_required) { " *" } else { "" };
            let title = setting.map_or("Name", |setting| setting.title);
            let style = if is_here { on.theme.heading() } else { on.theme.text };
            let sign = if is_here { "▸ " } else { "  " };
            on.put(area, row, Line::styled(format!("{sign}{title}{needed}"), style));
            let left = FIELDS.min(area.width);
            let line = Rect { x: area.x + left, width: area.width - left, ..area };
            let (_, line) = split_top(line, row);
            if let Some(field) = self.fields.get(place) {
                on.field(Rect { height: line.height.min(1), ..line }, field, is_here);
            }
            on.zone_rows(area, row, 1, Msg::Row(place));
            row += 1;
        }
        let (help, accepts) = explained(self.at.checked_sub(1).and_then(|place| settings.get(place)));
        row += 1;
        row += wrapped(on, area, row, &help, on.theme.text);
        wrapped(on, area, row, &accepts, on.theme.muted);
    }
}

/// What a field is for, and what it accepts.
fn explained(setting: Option<&Setting>) -> (String, String) {
    match setting {
        None => {
            let help = "Your own name for it, such as hr. Pulls and receipts are called by it.";
            (help.to_owned(), "letters, digits, - and _".to_owned())
        }
        Some(setting) => (setting.help.to_owned(), setting.form.words()),
    }
}

/// The connectors that are set up rather than recognised from a file.
fn kinds() -> Vec<&'static Spec> {
    ops::live_connectors().collect()
}

/// Draws words below a row, set in; returns how many rows they take.
fn wrapped(on: &mut Canvas<'_, Msg>, area: Rect, row: u16, words: &str, style: Style) -> u16 {
    let lines = text::wrap(words, usize::from(area.width).saturating_sub(5));
    let (_, rest) = split_top(area, row);
    on.stack(rest, lines.into_iter().map(|line| Line::styled(format!("    {line}"), style)))
}
