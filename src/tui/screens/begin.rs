//! Begins an assessment: pack, organisation, unit, period.

use jiff::tz::TimeZone;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::ops::NewAssessment;
use crate::tui::keymap::{Binding, bind};
use crate::tui::screen::{Canvas, Component, Entry};
use crate::tui::session::{Effect, Job, Notice, Session};
use crate::tui::text;
use crate::tui::widgets::field::Field;
use crate::tui::widgets::{inset, split_top, step};

/// The line of the registry.
pub static ENTRY: Entry = Entry::page::<Begin>("begin", "Begin an assessment");

/// A form of three fields and a choice.
pub struct Begin {
    fields: [Field; 3],
    /// The field that is typed into.
    at: usize,
    pack: usize,
}

const LABELS: [(&str, &str); 3] = [
    ("Organisation", "whose identities are looked at"),
    ("Unit", "subsidiary, client or team; empty for the whole organisation"),
    ("Period", "the quarter"),
];

/// What can be meant here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Msg {
    Next,
    Previous,
    Enter,
    Field(usize),
    Pack(usize),
    NextPack,
    PreviousPack,
}

impl Component for Begin {
    type Msg = Msg;
    const KEYS: &'static [Binding<Msg>] = &[
        bind("enter", "enter", "Next field; on the last one: begin", Msg::Enter).hint("next, then begin"),
        bind("next", "tab", "Next field", Msg::Next),
        bind("previous", "shift-tab", "Previous field", Msg::Previous).hint("field before"),
        bind("next-pack", "down wheel-down", "Next questionnaire", Msg::NextPack).hint("questionnaire"),
        bind("previous-pack", "up wheel-up", "Previous questionnaire", Msg::PreviousPack),
    ];

    fn open(session: &Session) -> Self {
        let last = session.list.as_ref().and_then(|list| list.first()).map(|summary| &summary.begun);
        let organisation = last.map(|begun| begun.organisation.as_str()).unwrap_or_default();
        let unit = last.and_then(|begun| begun.unit.as_deref()).unwrap_or_default();
        let pack = last.and_then(|begun| {
            session.environment.library.list().iter().position(|pack| pack.id == begun.pack)
        });
        Self {
            fields: [Field::new(organisation), Field::new(unit), Field::new(quarter(session))],
            at: 0,
            pack: pack.unwrap_or(0),
        }
    }

    fn update(&mut self, msg: Msg, session: &Session) -> Vec<Effect> {
        let packs = session.environment.library.list().len();
        match msg {
            Msg::Enter if self.at + 1 == LABELS.len() => return self.begin(session),
            Msg::Next | Msg::Enter => self.at = (self.at + 1) % LABELS.len(),
            Msg::Previous => self.at = (self.at + LABELS.len() - 1) % LABELS.len(),
            Msg::Field(field) => self.at = field,
            Msg::Pack(pack) => self.pack = pack,
            Msg::NextPack => self.pack = step(self.pack, 1, packs),
            Msg::PreviousPack => self.pack = step(self.pack, -1, packs),
        }
        vec![]
    }

    fn view(&self, on: &mut Canvas<'_, Msg>) {
        let area = inset(on.area);
        on.put(area, 0, Line::styled("Begin an assessment", on.theme.heading()));
        let (_, rest) = split_top(area, 2);
        let (form, packs) = split_top(rest, 8);
        self.form(on, form);
        self.packs(on, packs);
    }

    fn is_typing(&self) -> bool {
        true
    }

    fn typing(&mut self) -> Option<&mut Field> {
        self.fields.get_mut(self.at)
    }
}

impl Begin {
    fn form(&self, on: &mut Canvas<'_, Msg>, area: Rect) {
        for (place, (label, help)) in LABELS.iter().enumerate() {
            let row = u16::try_from(place * 2).unwrap_or(0);
            let is_here = place == self.at;
            let style = if is_here { on.theme.heading() } else { on.theme.text };
            let sign = if is_here { "▸ " } else { "  " };
            on.put(area, row, Line::styled(format!("{sign}{label}"), style));
            let right = Rect { x: area.x + 17, width: area.width.saturating_sub(17), ..area };
            let (_, line) = split_top(right, row);
            if let Some(field) = self.fields.get(place) {
                on.field(Rect { height: line.height.min(1), ..line }, field, is_here);
            }
            on.put(right, row + 1, Line::styled(*help, on.theme.muted));
            on.zone_rows(area, row, 2, Msg::Field(place));
        }
    }

    fn packs(&self, on: &mut Canvas<'_, Msg>, area: Rect) {
        on.put(area, 0, Line::styled("  Questionnaire", on.theme.text));
        let mut row = 1;
        for (place, pack) in on.session.environment.library.list().iter().enumerate() {
            let is_here = place == self.pack;
            let style = if is_here { on.theme.focus } else { on.theme.text };
            let figures = format!(
                "  {} questions, {} gates, about {} minutes",
                pack.questions, pack.gates, pack.minutes
            );
            on.put(
                area,
                row,
                Line::from(vec![
                    Span::raw(if is_here { "▸ " } else { "  " }),
                    Span::styled(format!(" {} ", text::shown(&pack.title)), style),
                    Span::styled(figures, on.theme.muted),
                ]),
            );
            on.zone_rows(area, row, 1, Msg::Pack(place));
            row += 1;
            if is_here {
                let words = pack.fault.as_deref().unwrap_or(&pack.description);
                let style = if pack.fault.is_some() { on.theme.bad } else { on.theme.muted };
                let indented = Rect { x: area.x + 3, width: area.width.saturating_sub(3), ..area };
                for line in text::wrap(&text::shown(words), usize::from(indented.width)) {
                    on.put(indented, row, Line::styled(line, style));
                    row += 1;
                }
            }
        }
    }

    fn begin(&mut self, session: &Session) -> Vec<Effect> {
        let [organisation, unit, period] = self.fields.each_ref().map(|field| field.text().trim().to_owned());
        for (place, text) in [(0, &organisation), (2, &period)] {
            if text.is_empty() {
                self.at = place;
                let label = LABELS.get(place).map_or("", |(label, _)| label);
                return vec![Effect::Say(Notice::warn(format!("{label} is needed")))];
            }
        }
        if session.running(|job| matches!(job, Job::Begin(_))).is_some() {
            return vec![];
        }
        let packs = session.environment.library.list();
        let Some(pack) = packs.get(self.pack) else { return vec![] };
        let unit = (!unit.is_empty()).then_some(unit);
        vec![Effect::Start(Job::Begin(NewAssessment { pack: pack.id.clone(), organisation, unit, period }))]
    }
}

/// The quarter that it is now, such as `2026-Q4`.
fn quarter(session: &Session) -> String {
    let now = TimeZone::UTC.to_datetime((session.environment.clock)());
    format!("{}-Q{}", now.year(), (now.month() + 2) / 3)
}
