//! All assessments, the trend of the one that is marked, its three working signs, and what to do next.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::model::scorecard::Scorecard;
use crate::ops::Summary;
use crate::tui::keymap::{Binding, bind};
use crate::tui::screen::{Canvas, Component, Entry};
use crate::tui::screens::{agents, begin, interview, inventory, shadow};
use crate::tui::session::{Effect, Session};
use crate::tui::text::{self, score};
use crate::tui::theme::Theme;
use crate::tui::widgets::{Breadth, bars, breadth, inset, split_left, split_top, step, window};

/// The line of the registry.
pub static ENTRY: Entry = Entry::tab::<Home>("home", "Home");

/// The marked assessment.
pub struct Home {
    selected: usize,
}

/// What can be meant here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Msg {
    Up,
    Down,
    Row(usize),
    Open,
    Everybody,
    Tools,
    Agents,
    New,
}

impl Component for Home {
    type Msg = Msg;
    const KEYS: &'static [Binding<Msg>] = &[
        bind("open", "enter", "Open the marked assessment", Msg::Open).hint("open"),
        bind("everybody", "i", "Inventory of the marked assessment: who can do too much", Msg::Everybody)
            .hint("inventory"),
        bind("new", "n", "Begin an assessment", Msg::New).hint("new assessment"),
        bind("tools", "t", "AI tools of the marked assessment: what was found, and decide on it", Msg::Tools)
            .hint("AI tools"),
        bind("agents", "a", "AI agents of the marked assessment: who answers for each", Msg::Agents)
            .hint("agents"),
        bind("down", "down j wheel-down", "Next assessment", Msg::Down),
        bind("up", "up k wheel-up", "Previous assessment", Msg::Up),
    ];

    fn open(session: &Session) -> Self {
        let here = session.assessment();
        let list = session.list.as_deref().unwrap_or_default();
        Self { selected: list.iter().position(|summary| Some(&summary.begun.id) == here).unwrap_or(0) }
    }

    fn update(&mut self, msg: Msg, session: &Session) -> Vec<Effect> {
        let list = session.list.as_deref().unwrap_or_default();
        match msg {
            Msg::Up => self.selected = step(self.selected, -1, list.len()),
            Msg::Down => self.selected = step(self.selected, 1, list.len()),
            Msg::New => return vec![Effect::Open(&begin::ENTRY)],
            Msg::Row(place) if place != self.selected => self.selected = place,
            Msg::Open if list.is_empty() => return vec![Effect::Open(&begin::ENTRY)],
            Msg::Everybody => return self.go(session, &inventory::ENTRY),
            Msg::Tools => return self.go(session, &shadow::ENTRY),
            Msg::Agents => return self.go(session, &agents::ENTRY),
            Msg::Row(_) | Msg::Open => return self.go(session, &interview::ENTRY),
        }
        vec![]
    }

    fn offers(&self, msg: Msg, session: &Session) -> bool {
        !matches!(msg, Msg::Everybody | Msg::Tools | Msg::Agents)
            || session.list.as_ref().is_some_and(|list| !list.is_empty())
    }

    fn view(&self, on: &mut Canvas<'_, Msg>) {
        let area = inset(on.area);
        let Some(list) = on.session.list.as_deref() else {
            on.put(area, 1, Line::styled("Reading…", on.theme.muted));
            return;
        };
        if list.is_empty() {
            welcome(on, area);
            return;
        }
        let about = 10.min(area.height / 2);
        let (top, bottom) = split_top(area, area.height.saturating_sub(about));
        self.list(on, top, list);
        if let Some(summary) = list.get(self.selected) {
            detail(on, bottom, list, summary);
        }
    }
}

impl Home {
    /// Opens a screen of the marked assessment.
    fn go(&self, session: &Session, entry: &'static Entry) -> Vec<Effect> {
        let list = session.list.as_deref().unwrap_or_default();
        let Some(summary) = list.get(self.selected) else { return vec![] };
        let id = summary.begun.id.clone();
        let load = (session.assessment() != Some(&id)).then_some(Effect::Load(id));
        load.into_iter().chain([Effect::Open(entry)]).collect()
    }

    fn list(&self, on: &mut Canvas<'_, Msg>, area: Rect, list: &[Summary]) {
        let name = usize::from(area.width).saturating_sub(57).clamp(14, 60);
        let head = format!(
            "{} {:<8} {:>9} {:>7} {:>7} {:>8}  class",
            text::pad("organisation · unit", name),
            "period",
            "answered",
            "claimed",
            "proven",
            "possible"
        );
        on.put(area, 0, Line::styled(head, on.theme.muted));
        let (_, rows) = split_top(area, 1);
        let shown = window(self.selected, usize::from(rows.height), list.len());
        if shown.len() < list.len() {
            let words = format!("{} of {} ↑↓", self.selected + 1, list.len());
            on.put(
                Rect { width: u16::try_from(name).unwrap_or(0), ..area },
                0,
                Line::styled(text::pad(&words, name), on.theme.accent),
            );
        }
        for (row, place) in (0u16..).zip(shown) {
            let Some(summary) = list.get(place) else { break };
            on.put(rows, row, line(summary, place == self.selected, name, on.theme));
            on.zone_rows(rows, row, 1, Msg::Row(place));
        }
    }
}

fn line(summary: &Summary, is_here: bool, name: usize, theme: &Theme) -> Line<'static> {
    let begun = &summary.begun;
    let card = summary.scorecard.as_ref();
    let class = card
        .and_then(|card| card.class.as_deref())
        .map_or_else(|| "–".to_owned(), |class| text::shown(class).into_owned());
    let figures = format!(
        " {:<8} {:>9} {:>7} {:>7} {:>8}  ",
        text::cut(&text::shown(&begun.period), 8),
        format!("{}/{}", summary.answered, summary.questions),
        short(card.and_then(|card| card.claimed)),
        short(card.and_then(|card| card.floor)),
        short(card.and_then(|card| card.ceiling)),
    );
    let style = if is_here { theme.focus } else { theme.text };
    Line::from(vec![
        Span::styled(text::pad(&subject(&begun.organisation, begun.unit.as_deref(), name), name), style),
        Span::styled(figures, theme.text),
        Span::styled(class, theme.accent),
    ])
}

/// Organisation and unit; where both do not fit, the organisation gives way, because units differ.
fn subject(organisation: &str, unit: Option<&str>, columns: usize) -> String {
    let organisation = text::shown(organisation);
    let Some(unit) = unit else { return organisation.into_owned() };
    let unit = format!(" · {}", text::shown(unit));
    let room = columns.saturating_sub(text::width(&unit)).max(columns / 4);
    format!("{}{unit}", text::cut(&organisation, room))
}

/// A score in a narrow column; unknown is a question mark, never a number.
fn short(value: Option<f64>) -> String {
    value.map_or_else(|| "?".to_owned(), |value| format!("{value:.1}"))
}

fn welcome(on: &mut Canvas<'_, Msg>, area: Rect) {
    let lines = [
        Line::styled("Welcome to trueup.", on.theme.heading()),
        Line::default(),
        Line::raw("It sets what your organisation claims about its identities"),
        Line::raw("(people, machines, AI agents) beside what its systems prove."),
        Line::default(),
        Line::raw("  1  Begin an assessment: press n or enter."),
        Line::raw("  2  Rate yourselves first; then answer the questions."),
        Line::raw("  3  Pull evidence from systems and files, then look at the gap."),
        Line::default(),
        Line::styled("Everything stays on this machine. It only reads.", on.theme.muted),
    ];
    on.stack(area, lines);
    on.zone_rows(area, 5, 1, Msg::New);
}

/// Trend, signs and the next step of the marked assessment.
fn detail(on: &mut Canvas<'_, Msg>, area: Rect, list: &[Summary], summary: &Summary) {
    let (_, area) = split_top(area, 1);
    let Some(card) = &summary.scorecard else {
        on.put(area, 0, Line::styled("Not scored yet: enter opens the interview.", on.theme.muted));
        return;
    };
    let (left, right) = if breadth(area) == Breadth::Narrow {
        split_left(area, area.width / 2)
    } else {
        split_left(area, area.width * 2 / 5)
    };
    trend(on, left, list, summary);
    signs(on, right, card);
}

fn trend(on: &mut Canvas<'_, Msg>, area: Rect, list: &[Summary], summary: &Summary) {
    on.put(area, 0, Line::styled("Trend", on.theme.heading()));
    let mut same: Vec<&Summary> = list.iter().filter(|other| is_same_subject(other, summary)).collect();
    same.sort_by(|one, other| one.begun.period.cmp(&other.begun.period));
    let newest = same.split_off(same.len().saturating_sub(12));
    let values = |pick: fn(&Scorecard) -> Option<f64>| {
        newest.iter().map(move |it| it.scorecard.as_ref().and_then(pick))
    };
    for (row, (word, pick)) in (1..).zip([
        ("claimed", (|card| card.claimed) as fn(&Scorecard) -> Option<f64>),
        ("proven", |card| card.floor),
    ]) {
        let spark = bars::spark(values(pick), on.theme.accent, on.theme);
        let figures: Vec<String> = values(pick).map(short).collect();
        let mut line = Line::styled(format!("{word:<8} "), on.theme.text);
        line.spans.extend(spark.spans);
        line.push_span(Span::styled(format!("  {}", figures.join(" → ")), on.theme.muted));
        on.put(area, row, line);
    }
    let periods = match (newest.first(), newest.last()) {
        (Some(first), Some(end)) if newest.len() > 1 => {
            format!("{} to {}", first.begun.period, end.begun.period)
        }
        _ => "one period so far".to_owned(),
    };
    on.put(area, 3, Line::styled(text::shown(&periods).into_owned(), on.theme.muted));
    on.put(area, 5, Line::styled("Next", on.theme.heading()));
    let (_, rest) = split_top(area, 6);
    let next = text::wrap(&next(summary), usize::from(area.width));
    on.stack(rest, next.into_iter().map(Line::raw));
}

fn is_same_subject(one: &Summary, other: &Summary) -> bool {
    let (one, other) = (&one.begun, &other.begun);
    one.organisation == other.organisation && one.unit == other.unit && one.pack == other.pack
}

/// The step that brings most now.
fn next(summary: &Summary) -> String {
    let Some(card) = &summary.scorecard else { return "Answer the questions.".to_owned() };
    if summary.answered < summary.questions {
        return format!(
            "Answer the {} that are left (F3).",
            text::count(summary.questions - summary.answered, "question", "questions")
        );
    }
    // How much evidence a class needs is the pack's rule; scoring has applied it.
    if card.class.as_deref() == Some("Unproven") {
        return format!("Pull evidence: it covers {:.0} % of the weight so far (F4).", card.evidence * 100.0);
    }
    match card.gates_open.first() {
        Some(gate) => format!(
            "Close {}; {gate} is the first (F6).",
            text::count(card.gates_open.len(), "open gate", "open gates")
        ),
        None => "Export the scorecard (F7).".to_owned(),
    }
}

fn signs(on: &mut Canvas<'_, Msg>, area: Rect, card: &Scorecard) {
    on.put(area, 0, Line::styled("Three working signs", on.theme.heading()));
    for (row, sign) in (1..).zip(&card.signs) {
        let mut line = Line::styled(format!("{:<11}", sign.id), on.theme.text);
        line.spans.extend(bars::dial(&sign.value, 12, on.theme).spans);
        let words = match sign.value.ends() {
            None => " unknown".to_owned(),
            Some((low, high)) if high - low < 0.000_5 => format!(" {:.0} %", low * 100.0),
            Some((low, high)) => format!(" {:.0} to {:.0} %", low * 100.0, high * 100.0),
        };
        line.push_span(Span::styled(words, on.theme.text));
        on.put(area, row, line);
    }
    let class =
        card.class.as_deref().map_or_else(|| "No class".to_owned(), |class| text::shown(class).into_owned());
    on.put(
        area,
        5,
        Line::from(vec![
            Span::styled(class, on.theme.heading()),
            Span::styled(
                format!("  gap on verified {} points", text::signed(card.gap_on_verified)),
                on.theme.text,
            ),
        ]),
    );
    let (_, rest) = split_top(area, 6);
    let because = text::wrap(&text::shown(&card.class_because), usize::from(area.width));
    on.stack(rest, because.into_iter().map(|line| Line::styled(line, on.theme.muted)));
    if card.floor.is_none() {
        on.put(area, 4, Line::styled(format!("proven {}", score(card.floor)), on.theme.unknown));
    }
}
