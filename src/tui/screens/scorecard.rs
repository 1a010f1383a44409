//! Claimed beside proven: the headline, the domains as interval bars, class, gates, signs.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::model::QuestionId;
use crate::model::scorecard::{DomainScore, Scorecard};
use crate::tui::keymap::{Binding, bind};
use crate::tui::screen::{Canvas, Component, Entry};
use crate::tui::screens::{gaps, inventory};
use crate::tui::session::{Effect, Session};
use crate::tui::text::{self, percent, score, signed};
use crate::tui::theme::Theme;
use crate::tui::widgets::bars::{self, Interval};
use crate::tui::widgets::{Breadth, breadth, inset, split_left, split_top, step, window};

/// The line of the registry.
pub static ENTRY: Entry = Entry::tab::<Shown>("scorecard", "Scorecard");

/// The marked domain.
pub struct Shown {
    selected: usize,
    /// How far the side column is scrolled.
    scroll: usize,
}

/// What can be meant here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Msg {
    Up,
    Down,
    Domain(usize),
    Look,
    Everybody,
    More,
    Less,
}

impl Component for Shown {
    type Msg = Msg;
    const KEYS: &'static [Binding<Msg>] = &[
        bind("look", "enter", "The questions of the marked domain", Msg::Look).hint("its questions"),
        bind("everybody", "i", "Inventory: who can do more than they need", Msg::Everybody).hint("inventory"),
        bind("down", "down j wheel-down", "Next domain", Msg::Down).hint("domain"),
        bind("up", "up k wheel-up", "Previous domain", Msg::Up),
        bind("more", "pgdn space", "Scroll gates, signs and notes down", Msg::More).hint("notes"),
        bind("less", "pgup", "Scroll gates, signs and notes up", Msg::Less),
    ];

    fn open(_session: &Session) -> Self {
        Self { selected: 0, scroll: 0 }
    }

    fn update(&mut self, msg: Msg, session: &Session) -> Vec<Effect> {
        let Some(opened) = &session.opened else { return vec![] };
        let domains = &opened.scorecard.domain_scores;
        match msg {
            Msg::Up => self.selected = step(self.selected, -1, domains.len()),
            Msg::Down => self.selected = step(self.selected, 1, domains.len()),
            Msg::Everybody => return vec![Effect::Open(&inventory::ENTRY)],
            Msg::More => self.scroll += 4,
            Msg::Less => self.scroll = self.scroll.saturating_sub(4),
            Msg::Domain(place) if place != self.selected => self.selected = place,
            Msg::Domain(_) | Msg::Look => return look(&opened.scorecard, domains.get(self.selected)),
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
        let card = &opened.scorecard;
        let lines = headline(card, usize::from(area.width), on.theme);
        let used = on.stack(area, lines);
        let (_, rest) = split_top(area, used + 1);
        let side = side(on.session, card, on.theme);
        if breadth(area) == Breadth::Narrow {
            let rows = u16::try_from(card.domain_scores.len() + 2).unwrap_or(u16::MAX);
            let (top, bottom) = split_top(rest, rows.min(rest.height.saturating_sub(5)));
            self.domains(on, top, card);
            self.aside(on, bottom, &side);
        } else {
            let (left, right) = split_left(rest, area.width * 3 / 5);
            self.domains(on, left, card);
            self.aside(on, right, &side);
        }
    }
}

impl Shown {
    fn domains(&self, on: &mut Canvas<'_, Msg>, area: Rect, card: &Scorecard) {
        let title = usize::from(area.width / 3).clamp(14, 36);
        let bar = usize::from(area.width).saturating_sub(title + 25);
        let signs = match bar {
            29.. => "█ proven ▒ possible ◆ claimed",
            22.. => "█floor ▒ceiling ◆claim",
            _ => "",
        };
        let legend = format!("{:title$} {:>7} {:>6} {:>7}  {signs}", "", "claimed", "floor", "ceiling");
        on.put(area, 0, Line::styled(legend, on.theme.muted));
        let (_, list) = split_top(area, 1);
        let height = usize::from(list.height);
        let shown = window(self.selected, height, card.domain_scores.len());
        let is_cut = shown.len() < card.domain_scores.len();
        for (row, place) in (0u16..).zip(shown) {
            let Some(domain) = card.domain_scores.get(place) else { break };
            let style = if place == self.selected { on.theme.focus } else { on.theme.text };
            let name = text::pad(&format!("{} {}", domain.domain, text::shown(&domain.title)), title);
            let mut line = Line::from(vec![
                Span::styled(name, style),
                Span::styled(format!(" {:>7}", score(domain.claimed)), on.theme.text),
                Span::styled(format!(" {:>6.1} {:>7.1}  ", domain.floor, domain.ceiling), on.theme.strong()),
            ]);
            let interval = Interval {
                claimed: domain.claimed,
                floor: Some(domain.floor),
                ceiling: Some(domain.ceiling),
                of: 100.0,
            };
            line.spans.extend(bars::interval(interval, bar, on.theme).spans);
            on.put(list, row, line);
            on.zone_rows(list, row, 1, Msg::Domain(place));
        }
        if is_cut {
            let sign = format!(" {} of {} ↑↓", self.selected + 1, card.domain_scores.len());
            on.put(area, 0, Line::styled(sign, on.theme.accent));
        }
    }

    fn aside(&self, on: &mut Canvas<'_, Msg>, area: Rect, side: &[(String, Kind)]) {
        let columns = usize::from(area.width);
        let lines: Vec<Line<'_>> = side
            .iter()
            .flat_map(|(words, kind)| {
                let style = kind.style(on.theme);
                // Columns of figures keep their spaces where they fit.
                let lines = if text::width(words) <= columns {
                    vec![words.clone()]
                } else {
                    text::wrap(words, columns)
                };
                lines.into_iter().map(move |line| Line::styled(line, style))
            })
            .collect();
        let height = usize::from(area.height);
        let start = self.scroll.min(lines.len().saturating_sub(height));
        let hidden = lines.len().saturating_sub(start + height);
        on.stack(area, lines.into_iter().skip(start).take(height));
        if hidden > 0 {
            let sign = format!(" … {hidden} more: pgdn");
            on.put_right(area, area.height.saturating_sub(1), Line::styled(sign, on.theme.accent));
        }
    }
}

/// How a line of the side column is meant.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Heading,
    Text,
    Good,
    Warn,
    Unknown,
    Muted,
}

impl Kind {
    fn style(self, theme: &Theme) -> ratatui::style::Style {
        match self {
            Self::Heading => theme.heading(),
            Self::Text => theme.text,
            Self::Good => theme.good,
            Self::Warn => theme.warn,
            Self::Unknown => theme.unknown,
            Self::Muted => theme.muted,
        }
    }
}

fn look(card: &Scorecard, domain: Option<&DomainScore>) -> Vec<Effect> {
    let first: Option<&QuestionId> = domain
        .and_then(|domain| card.rows.iter().find(|row| row.domain == domain.domain))
        .map(|row| &row.question);
    first
        .map(|question| vec![Effect::Focus(question.clone()), Effect::Open(&gaps::ENTRY)])
        .unwrap_or_default()
}

/// The figures that a board asks for, in the fewest lines that they need.
fn headline(card: &Scorecard, columns: usize, theme: &Theme) -> Vec<Line<'static>> {
    let class =
        card.class.as_deref().map_or_else(|| "No class".to_owned(), |class| text::shown(class).into_owned());
    let because =
        text::cut(&text::shown(&card.class_because), columns.saturating_sub(text::width(&class) + 2));
    let bar = Interval { claimed: card.claimed, floor: card.floor, ceiling: card.ceiling, of: 100.0 };
    let mut score_line = Line::from(vec![
        Span::styled(format!("Proven {:>5}", score(card.floor)), theme.heading()),
        Span::styled(
            format!("  possible {:>5}  claimed {:>5}  ", score(card.ceiling), score(card.claimed)),
            theme.text,
        ),
    ]);
    let room = columns.saturating_sub(score_line.width()).min(60);
    score_line.spans.extend(bars::interval(bar, room, theme).spans);
    let gap = Line::from(vec![
        Span::styled("Gap on verified ", theme.text),
        Span::styled(signed(card.gap_on_verified), theme.strong()),
        Span::styled(
            format!(
                " · over-claimed {}, under-claimed {} of its weight",
                percent(card.over_claimed_weight),
                percent(card.under_claimed_weight)
            ),
            theme.text,
        ),
    ]);
    let rest = format!(
        "Evidence {} · verified {} · answered {} · claim-filled {}",
        percent(Some(card.evidence)),
        percent(Some(card.verified_weight)),
        percent(Some(card.answered_weight)),
        score(card.claim_filled)
    );
    vec![
        Line::from(vec![
            Span::styled(class, theme.heading()),
            Span::styled(format!("  {because}"), theme.muted),
        ]),
        score_line,
        gap,
        Line::styled(rest, theme.muted),
    ]
}

/// Signs, gates, classes and cautions, as words.
fn side(session: &Session, card: &Scorecard, theme: &Theme) -> Vec<(String, Kind)> {
    let mut lines = vec![("Three working signs".to_owned(), Kind::Heading)];
    for sign in &card.signs {
        lines.push(sign_line(sign, theme));
    }
    let gates = card.rows.iter().filter(|row| row.gate && row.floor.is_some()).count();
    lines.push((format!("Gates: {} of {gates} open", card.gates_open.len()), Kind::Heading));
    let open: Vec<String> = card.gates_open.iter().map(ToString::to_string).collect();
    if open.is_empty() {
        lines.push(("all are proven at level 3 or better".to_owned(), Kind::Good));
    } else {
        lines.push((open.join(" "), Kind::Warn));
    }
    lines.push(("Classes: claimed → proven · questions".to_owned(), Kind::Heading));
    for class in &card.classes {
        let words = format!(
            "{:<9}{:>6} → {} to {} · {}",
            class.class.title(),
            score(class.claimed),
            score(class.floor),
            score(class.ceiling),
            class.questions
        );
        lines.push((words, Kind::Text));
    }
    if let Some(rating) = &card.self_rating {
        let changed =
            if rating.changed > 0 { format!(", changed {} times", rating.changed) } else { String::new() };
        lines.push((
            format!("Self-rating: {} {}{changed}", rating.level, text::shown(&rating.title)),
            Kind::Text,
        ));
    }
    if !card.functions.is_empty() {
        lines.push(("Gap in points by function · questions".to_owned(), Kind::Heading));
        for function in &card.functions {
            let role = session.role_title(&function.role);
            let words = format!("{:>+6.1} {role} · {}", function.gap, function.questions);
            lines.push((words, Kind::Text));
        }
    }
    if !card.cautions.is_empty() {
        lines.push(("Before you use these numbers".to_owned(), Kind::Heading));
        lines.extend(card.cautions.iter().map(|caution| (text::shown(caution).into_owned(), Kind::Muted)));
    }
    lines
}

fn sign_line(sign: &crate::model::scorecard::Sign, theme: &Theme) -> (String, Kind) {
    let dial: String =
        bars::dial(&sign.value, 10, theme).spans.iter().map(|span| span.content.as_ref()).collect();
    match sign.value.ends() {
        None => (format!("{:<10} {dial} unknown", sign.id), Kind::Unknown),
        Some((low, high)) if high - low < 0.000_5 => {
            (format!("{:<10} {dial} {:.1} %", sign.id, low * 100.0), Kind::Text)
        }
        Some((low, high)) => {
            (format!("{:<10} {dial} {:.1} to {:.1} %", sign.id, low * 100.0, high * 100.0), Kind::Text)
        }
    }
}
