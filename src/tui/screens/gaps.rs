//! Where claim and proof part: every question, over-claimed gates first.

use std::cmp::Reverse;

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::model::Level;
use crate::model::scorecard::{Row, Scorecard, Verdict};
use crate::tui::keymap::{Binding, bind};
use crate::tui::screen::{Canvas, Component, Entry};
use crate::tui::session::{Effect, Session, Subject};
use crate::tui::text;
use crate::tui::theme::Theme;
use crate::tui::widgets::{inset, split_top, step, window};

/// The line of the registry.
pub static ENTRY: Entry = Entry::tab::<Gaps>("gaps", "Gaps");

/// The verdicts that can be shown alone; the first shows all.
const FILTERS: [Option<Verdict>; 7] = [
    None,
    Some(Verdict::OverClaimed),
    Some(Verdict::UnderClaimed),
    Some(Verdict::Confirmed),
    Some(Verdict::Undetermined),
    Some(Verdict::NotAnswered),
    Some(Verdict::NotApplicable),
];

/// What the columns beside the title take.
const FIXED: usize = 54;

/// The marked question, the verdict that is shown alone, the order.
pub struct Gaps {
    selected: usize,
    filter: usize,
    is_in_pack_order: bool,
}

/// What can be meant here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Msg {
    Up,
    Down,
    PageUp,
    PageDown,
    First,
    Last,
    Row(usize),
    Explain,
    Filter,
    Order,
}

impl Component for Gaps {
    type Msg = Msg;
    const KEYS: &'static [Binding<Msg>] = &[
        bind("explain", "enter x", "Why: what was looked at, row by row", Msg::Explain).hint("why"),
        bind("down", "down j wheel-down", "Next question", Msg::Down).hint("next"),
        bind("up", "up k wheel-up", "Previous question", Msg::Up),
        bind("page-down", "pgdn space", "A page down", Msg::PageDown),
        bind("page-up", "pgup", "A page up", Msg::PageUp),
        bind("first", "home", "First question", Msg::First),
        bind("last", "end", "Last question", Msg::Last),
        bind("filter", "v", "Show one verdict alone; again: the next one", Msg::Filter).hint("verdict"),
        bind("order", "o", "Order: worst first, or as in the questionnaire", Msg::Order).hint("order"),
    ];

    fn open(session: &Session) -> Self {
        let mut screen = Self { selected: 0, filter: 0, is_in_pack_order: false };
        if let (Some(opened), Some(question)) = (&session.opened, &session.look.question) {
            screen.selected =
                screen.rows(&opened.scorecard).iter().position(|row| row.question == *question).unwrap_or(0);
        }
        screen
    }

    fn update(&mut self, msg: Msg, session: &Session) -> Vec<Effect> {
        let Some(opened) = &session.opened else { return vec![] };
        let rows = self.rows(&opened.scorecard);
        let page = session.page().cast_signed();
        match msg {
            Msg::Up => self.selected = step(self.selected, -1, rows.len()),
            Msg::Down => self.selected = step(self.selected, 1, rows.len()),
            Msg::PageUp => self.selected = step(self.selected, -page, rows.len()),
            Msg::PageDown => self.selected = step(self.selected, page, rows.len()),
            Msg::First => self.selected = 0,
            Msg::Last => self.selected = rows.len().saturating_sub(1),
            Msg::Filter => {
                self.filter = (self.filter + 1) % FILTERS.len();
                self.selected = 0;
            }
            Msg::Order => {
                self.is_in_pack_order = !self.is_in_pack_order;
                self.selected = 0;
            }
            Msg::Row(place) if place != self.selected => self.selected = place,
            Msg::Row(_) | Msg::Explain => {
                let Some(row) = rows.get(self.selected) else { return vec![] };
                let subject = Subject { id: row.question.to_string(), has_proof: true };
                return vec![Effect::Focus(row.question.clone()), Effect::Explain(subject)];
            }
        }
        vec![]
    }

    fn view(&self, on: &mut Canvas<'_, Msg>) {
        let area = inset(on.area);
        let session = on.session;
        let Some(opened) = &session.opened else {
            let words = if session.is_ready {
                "Nothing is open yet. F2 shows all assessments."
            } else {
                "Reading…"
            };
            on.put(area, 1, Line::styled(words, on.theme.muted));
            return;
        };
        let rows = self.rows(&opened.scorecard);
        on.put(area, 0, summary(&opened.scorecard, on.theme));
        let filter = FILTERS.get(self.filter).copied().flatten().map_or("all verdicts", Verdict::word);
        let order = if self.is_in_pack_order { "as in the questionnaire" } else { "worst first" };
        let place = if rows.is_empty() { 0 } else { self.selected + 1 };
        let words = format!("{place} of {} · {filter} · {order}", rows.len());
        on.put(area, 1, Line::styled(words, on.theme.accent));
        let (_, rest) = split_top(area, 2);
        on.put(rest, 0, Line::styled(columns(rest.width), on.theme.muted));
        let (_, list) = split_top(rest, 1);
        let (list, foot) = split_top(list, list.height.saturating_sub(3));
        if rows.is_empty() {
            on.put(list, 0, Line::styled("No question has this verdict.", on.theme.muted));
        }
        for (row, place) in (0u16..).zip(window(self.selected, usize::from(list.height), rows.len())) {
            let Some(shown) = rows.get(place) else { break };
            on.put(list, row, line(shown, place == self.selected, list.width, on.theme));
            on.zone_rows(list, row, 1, Msg::Row(place));
        }
        self.foot(on, foot, &rows);
    }
}

impl Gaps {
    /// The rows to show: over-claimed ones in the order of the scorecard, then the rest by verdict and weight.
    fn rows<'a>(&self, card: &'a Scorecard) -> Vec<&'a Row> {
        let filter = FILTERS.get(self.filter).copied().flatten();
        let is_shown = |row: &&Row| filter.is_none_or(|verdict| row.verdict == verdict);
        if self.is_in_pack_order {
            return card.rows.iter().filter(is_shown).collect();
        }
        let mut rest: Vec<&Row> =
            card.rows.iter().filter(|row| row.verdict != Verdict::OverClaimed).collect();
        rest.sort_by_key(|row| (rank(row.verdict), !row.gate, Reverse(row.weight)));
        card.over_claimed().into_iter().chain(rest).filter(is_shown).collect()
    }

    /// The first reason of the marked row, so that most answers need no further key.
    fn foot(&self, on: &mut Canvas<'_, Msg>, area: Rect, rows: &[&Row]) {
        let Some(row) = rows.get(self.selected) else { return };
        let words =
            row.because.first().map_or_else(String::new, |reason| text::shown(&reason.text).into_owned());
        let mut lines = text::wrap(&words, usize::from(area.width));
        if lines.len() > 2 {
            lines.truncate(2);
            if let Some(last) = lines.last_mut() {
                last.push('…');
            }
        }
        let (_, area) = split_top(area, 1);
        on.stack(area, lines.into_iter().map(|line| Line::styled(line, on.theme.muted)));
    }
}

fn summary(card: &Scorecard, theme: &Theme) -> Line<'static> {
    let counts = FILTERS.iter().flatten().filter_map(|verdict| {
        let count = card.rows.iter().filter(|row| row.verdict == *verdict).count();
        (count > 0).then(|| Span::styled(format!("{count} {}   ", verdict.word()), style(*verdict, theme)))
    });
    counts.collect()
}

/// The words above the columns.
fn columns(width: u16) -> String {
    let title = text::pad("question", usize::from(width).saturating_sub(FIXED));
    format!("{:14}{title} {:>6} {:>8} {:>7}  verdict", "", "weight", "claimed", "proven")
}

fn line(row: &Row, is_here: bool, width: u16, theme: &Theme) -> Line<'static> {
    let room = usize::from(width).saturating_sub(FIXED);
    let level = |level: Option<Level>| level.map_or("–".to_owned(), |level| level.to_string());
    let proven = match (row.floor, row.ceiling) {
        (Some(floor), Some(ceiling)) if floor == ceiling => floor.to_string(),
        (Some(floor), Some(ceiling)) => format!("{floor} to {ceiling}"),
        _ => "–".to_owned(),
    };
    let name = if is_here { theme.focus } else { theme.text };
    let contested = if row.spread.contested { "≠" } else { " " };
    Line::from(vec![
        Span::styled(format!("{:<8}", row.question.as_str()), name),
        Span::styled(if row.gate { " gate " } else { "      " }, theme.warn),
        Span::styled(text::pad(&text::shown(&row.title), room), name),
        Span::styled(
            format!(" {:>6} {:>7}{contested} {proven:>7}  ", row.weight, level(row.claimed)),
            theme.text,
        ),
        Span::styled(format!("{:<14}", row.verdict.word()), style(row.verdict, theme)),
    ])
}

fn style(verdict: Verdict, theme: &Theme) -> Style {
    match verdict {
        Verdict::OverClaimed => theme.bad,
        Verdict::UnderClaimed => theme.accent,
        Verdict::Confirmed => theme.good,
        Verdict::Undetermined => theme.unknown,
        Verdict::NotAnswered => theme.warn,
        Verdict::NotApplicable => theme.muted,
    }
}

fn rank(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::OverClaimed => 0,
        Verdict::Undetermined => 1,
        Verdict::NotAnswered => 2,
        Verdict::UnderClaimed => 3,
        Verdict::Confirmed => 4,
        Verdict::NotApplicable => 5,
    }
}
