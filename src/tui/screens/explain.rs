//! Where a number comes from: a question's reasons, a metric's definition and the rows behind it.

use ratatui::style::Style;
use ratatui::text::Line;

use crate::model::metric::Measured;
use crate::model::scorecard::Row;
use crate::ops::Explanation;
use crate::ops::{Origin, OriginRow};
use crate::tui::keymap::{Binding, bind};
use crate::tui::screen::{Canvas, Component, Entry};
use crate::tui::session::{Effect, Session, Subject};
use crate::tui::text;
use crate::tui::theme::Theme;
use crate::tui::widgets::{inset, split_top, step};

/// The line of the registry.
pub static ENTRY: Entry = Entry::page::<Explain>("explain", "Explain");

/// A scrolled text; its lines are made when they are shown.
pub struct Explain {
    scroll: usize,
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
}

impl Component for Explain {
    type Msg = Msg;
    const KEYS: &'static [Binding<Msg>] = &[
        bind("down", "down j wheel-down", "A line down", Msg::Down).hint("scroll"),
        bind("up", "up k wheel-up", "A line up", Msg::Up),
        bind("page-down", "pgdn space", "A page down", Msg::PageDown).hint("page"),
        bind("page-up", "pgup", "A page up", Msg::PageUp),
        bind("first", "home", "To the beginning", Msg::First),
        bind("last", "end", "To the end", Msg::Last),
    ];

    fn open(_session: &Session) -> Self {
        Self { scroll: 0 }
    }

    fn update(&mut self, msg: Msg, session: &Session) -> Vec<Effect> {
        let blocks = blocks(session);
        let count = blocks.iter().map(Block::len).sum::<usize>();
        let columns = usize::from(session.size.0.saturating_sub(2));
        // A page is what can be read at once, so that paging skips nothing.
        let page = fitting(&blocks, self.scroll, columns, session.page()).cast_signed().max(1);
        self.scroll = match msg {
            Msg::Up => step(self.scroll, -1, count),
            Msg::Down => step(self.scroll, 1, count),
            Msg::PageUp => step(self.scroll, -page, count),
            Msg::PageDown => step(self.scroll, page, count),
            Msg::First => 0,
            Msg::Last => count.saturating_sub(session.page()),
        };
        vec![]
    }

    fn view(&self, on: &mut Canvas<'_, Msg>) {
        let area = inset(on.area);
        let blocks = blocks(on.session);
        if blocks.is_empty() {
            let is_running = on.session.jobs.fault.is_none();
            let words = if is_running { "Looking it up…" } else { "It could not be looked up." };
            on.put(area, 1, Line::styled(words, on.theme.muted));
            return;
        }
        let height = usize::from(area.height.saturating_sub(1));
        let width = usize::from(area.width);
        let lines: Vec<Line<'static>> = visible(&blocks, self.scroll, height)
            .flat_map(|(block, place)| block.lines(place, width, on.theme))
            .take(height)
            .collect();
        on.stack(area, lines);
        let count = blocks.iter().map(Block::len).sum::<usize>();
        let below = count.saturating_sub(self.scroll + fitting(&blocks, self.scroll, width, height));
        if below > 0 {
            let (_, foot) = split_top(area, area.height.saturating_sub(1));
            let words = format!("… {} more below", text::grouped(below as u64));
            on.put(foot, 0, Line::styled(words, on.theme.accent));
        }
    }
}

/// Something that is shown, in as many entries as `len` says; only the visible ones are made into lines.
enum Block<'a> {
    Words(Kind, String),
    Rows(&'a [OriginRow]),
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Heading,
    Text,
    Muted,
    Blank,
}

impl Block<'_> {
    fn len(&self) -> usize {
        match self {
            Self::Words(..) => 1,
            Self::Rows(rows) => rows.len(),
        }
    }

    /// How many lines an entry takes.
    fn height(&self, width: usize) -> usize {
        match self {
            Self::Words(_, words) => text::wrap(&text::shown(words), width).len(),
            Self::Rows(_) => 1,
        }
    }

    fn lines(&self, place: usize, width: usize, theme: &Theme) -> Vec<Line<'static>> {
        match self {
            Self::Words(kind, words) => {
                let style: Style = match kind {
                    Kind::Heading => theme.heading(),
                    Kind::Text | Kind::Blank => theme.text,
                    Kind::Muted => theme.muted,
                };
                text::wrap(&text::shown(words), width)
                    .into_iter()
                    .map(|line| Line::styled(line, style))
                    .collect()
            }
            Self::Rows(rows) => {
                rows.get(place).map(|row| origin_row(row, width, theme)).into_iter().collect()
            }
        }
    }
}

/// The entries from `scroll` on, as (block, place in it).
fn visible<'a>(
    blocks: &'a [Block<'a>],
    scroll: usize,
    height: usize,
) -> impl Iterator<Item = (&'a Block<'a>, usize)> {
    let mut skip = scroll;
    let starts = blocks.iter().filter_map(move |block| {
        let from = skip.min(block.len());
        skip -= from;
        (from < block.len()).then_some((block, from))
    });
    starts.flat_map(|(block, from)| (from..block.len()).map(move |place| (block, place))).take(height)
}

/// How many entries from `scroll` on are seen whole.
fn fitting(blocks: &[Block<'_>], scroll: usize, width: usize, height: usize) -> usize {
    let mut used = 0;
    visible(blocks, scroll, height)
        .take_while(|(block, _)| {
            used += block.height(width);
            used <= height
        })
        .count()
}

fn origin_row(row: &OriginRow, width: usize, theme: &Theme) -> Line<'static> {
    let name = if row.name.is_empty() || row.name == row.id {
        row.id.clone()
    } else {
        format!("{} ({})", row.name, row.id)
    };
    let words =
        format!("  {} · {} · {}", text::shown(&name), text::shown(&row.source), text::shown(&row.because));
    Line::styled(text::cut(&words, width), theme.text)
}

fn blocks(session: &Session) -> Vec<Block<'_>> {
    let Some((subject, explanation)) = &session.look.explanation else { return vec![] };
    if session.look.subject.as_ref() != Some(subject) {
        return vec![];
    }
    match explanation.as_ref() {
        Explanation::Metric(origin) => metric(origin),
        Explanation::Question { row, metrics } => question(session, subject, row, metrics),
    }
}

fn question<'a>(session: &Session, subject: &Subject, row: &Row, metrics: &'a [Origin]) -> Vec<Block<'a>> {
    let mut blocks = vec![Block::Words(Kind::Heading, format!("{} · {}", row.question, row.title))];
    let asked = session.opened.as_ref().and_then(|opened| opened.questionnaire.question(&row.question));
    if let Some(question) = asked {
        let roles: Vec<&str> = question.ask.iter().map(|role| session.role_title(role)).collect();
        blocks.push(Block::Words(Kind::Text, question.prompt.clone()));
        blocks.push(Block::Words(Kind::Muted, question.why.clone()));
        blocks.push(Block::Words(
            Kind::Muted,
            format!("Weight {}: {} Asked: {}.", question.weight, question.weight_reason, roles.join(", ")),
        ));
    }
    blocks.push(blank());
    if !subject.has_proof {
        blocks.push(Block::Words(Kind::Text, "What systems and documents say is shown when the answers are closed (X in the interview), so that nobody is led.".to_owned()));
        return blocks;
    }
    let level =
        |level: Option<crate::model::Level>| level.map_or("–".to_owned(), |level| level.to_string());
    blocks.push(Block::Words(
        Kind::Heading,
        format!(
            "{}: claimed {}, proven {} to {} ({})",
            row.verdict.word(),
            level(row.claimed),
            level(row.floor),
            level(row.ceiling),
            row.basis.word()
        ),
    ));
    blocks.extend(row.because.iter().map(|reason| Block::Words(Kind::Text, format!("• {}", reason.text))));
    if let Some(step) = asked.and_then(|question| question.first.as_ref().or(question.next.as_ref())) {
        blocks.push(blank());
        blocks.push(Block::Words(
            Kind::Heading,
            format!("What to do ({}, effort {})", session.role_title(&step.owner), step.effort),
        ));
        blocks.push(Block::Words(Kind::Text, step.action.clone()));
    }
    for origin in metrics {
        blocks.push(blank());
        blocks.extend(metric(origin));
    }
    blocks
}

fn metric(origin: &Origin) -> Vec<Block<'_>> {
    let mut blocks = vec![
        Block::Words(Kind::Heading, format!("{} = {} {}", origin.metric, value(&origin.value), origin.unit)),
        Block::Words(Kind::Text, origin.definition.clone()),
    ];
    if let Measured::Unknown(why) = &origin.value {
        blocks.push(Block::Words(
            Kind::Text,
            format!("Not known: {}. To know it: {}.", why.reason, why.remedy),
        ));
    }
    let mut facts = vec![];
    if !origin.population.is_empty() {
        facts.push(format!("{} of {} {} count", origin.counted.len(), origin.of, origin.population));
    }
    facts.push(
        origin
            .coverage
            .map_or("coverage unknown".to_owned(), |share| format!("coverage {:.0} %", share * 100.0)),
    );
    facts.extend((!origin.rule.is_empty()).then(|| format!("rule {}", origin.rule)));
    facts.extend((!origin.sources.is_empty()).then(|| format!("from {}", origin.sources.join(", "))));
    blocks.push(Block::Words(Kind::Muted, facts.join(" · ")));
    if !origin.made_of.is_empty() {
        let names: Vec<String> = origin.made_of.iter().map(ToString::to_string).collect();
        blocks.push(Block::Words(Kind::Muted, format!("Made of {}", names.join(", "))));
    }
    for (words, rows) in [
        ("These count", &origin.counted),
        ("These do not", &origin.not_counted),
        ("These do not say", &origin.silent),
    ] {
        if !rows.is_empty() {
            blocks.push(Block::Words(Kind::Text, format!("{words} ({}):", text::grouped(rows.len() as u64))));
            blocks.push(Block::Rows(rows));
        }
    }
    blocks
}

fn value(measured: &Measured) -> String {
    let number = |value: f64| {
        let text = format!("{value:.3}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    };
    match *measured {
        Measured::Known(value) => number(value),
        Measured::Between { low, high } => format!("{} to {}", number(low), number(high)),
        Measured::Unknown(_) => "unknown".to_owned(),
    }
}

fn blank() -> Block<'static> {
    Block::Words(Kind::Blank, String::new())
}
