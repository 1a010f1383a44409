//! What was pulled: receipts, what could not be seen, and the way to pull more.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::connectors::REGISTRY;
use crate::model::pull::{Manifest, Outcome};
use crate::tui::keymap::{Binding, bind};
use crate::tui::screen::{Canvas, Component, Entry};
use crate::tui::screens::pull;
use crate::tui::session::{Ask, Effect, Session};
use crate::tui::text;
use crate::tui::theme::Theme;
use crate::tui::widgets::{inset, split_top, step, window};

/// The line of the registry.
pub static ENTRY: Entry = Entry::tab::<Sources>("sources", "Sources");

/// The marked pull, and how far its receipt is scrolled.
pub struct Sources {
    selected: usize,
    scroll: usize,
}

/// What can be meant here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Msg {
    Up,
    Down,
    Row(usize),
    Pull,
    Drop,
    More,
    Less,
}

impl Component for Sources {
    type Msg = Msg;
    const KEYS: &'static [Binding<Msg>] = &[
        bind("pull", "enter +", "Pull evidence from a source or a file", Msg::Pull).hint("pull"),
        bind("down", "down j wheel-down", "Next pull", Msg::Down),
        bind("up", "up k wheel-up", "Previous pull", Msg::Up),
        bind("more", "pgdn space", "Scroll the receipt down", Msg::More).hint("receipt"),
        bind("less", "pgup", "Scroll the receipt up", Msg::Less),
        bind("drop", "del D", "Let the marked pull count no more", Msg::Drop).hint("leave out"),
    ];

    fn open(_session: &Session) -> Self {
        Self { selected: 0, scroll: 0 }
    }

    fn update(&mut self, msg: Msg, session: &Session) -> Vec<Effect> {
        let Some(opened) = &session.opened else { return vec![] };
        let pulls = &opened.manifests;
        match msg {
            Msg::Up => self.mark(step(self.selected, -1, pulls.len())),
            Msg::Down => self.mark(step(self.selected, 1, pulls.len())),
            Msg::Row(place) => self.mark(place),
            Msg::More => self.scroll += 4,
            Msg::Less => self.scroll = self.scroll.saturating_sub(4),
            Msg::Pull => return vec![Effect::Open(&pull::ENTRY)],
            Msg::Drop => {
                let Some(pulled) = pulls.get(self.selected) else { return vec![] };
                let text = format!(
                    "What was read from {} no longer counts as evidence. Its receipt stays in the history.",
                    text::shown(&pulled.origin)
                );
                let effects = vec![
                    Effect::Edit(crate::model::assessment::Edit::DropPull(pulled.id.clone())),
                    Effect::Load(opened.assessment.begun.id.clone()),
                ];
                return vec![Effect::Ask(Ask {
                    title: "Leave this pull out?".to_owned(),
                    text,
                    yes: "leave out",
                    effects,
                })];
            }
        }
        vec![]
    }

    fn view(&self, on: &mut Canvas<'_, Msg>) {
        let area = inset(on.area);
        let session = on.session;
        let Some(opened) = &session.opened else {
            let words =
                if session.is_ready { "Begin an assessment first: F2, then n." } else { "Reading…" };
            on.put(area, 1, Line::styled(words, on.theme.muted));
            return;
        };
        if opened.manifests.is_empty() {
            empty(on, area);
            return;
        }
        let rows = u16::try_from(opened.manifests.len() + 1).unwrap_or(u16::MAX).min(area.height / 2);
        let (list, rest) = split_top(area, rows);
        self.list(on, list, &opened.manifests);
        let (_, rest) = split_top(rest, 1);
        if let Some(manifest) = opened.manifests.get(self.selected) {
            self.receipt(on, rest, manifest);
        }
    }

    fn offers(&self, msg: Msg, session: &Session) -> bool {
        let has_pulls = session.opened.as_ref().is_some_and(|opened| !opened.manifests.is_empty());
        match msg {
            Msg::Drop | Msg::More => has_pulls,
            _ => session.opened.is_some(),
        }
    }
}

impl Sources {
    fn mark(&mut self, place: usize) {
        self.selected = place;
        self.scroll = 0;
    }

    fn list(&self, on: &mut Canvas<'_, Msg>, area: Rect, pulls: &[Manifest]) {
        let name = usize::from(area.width).saturating_sub(46).clamp(16, 70);
        let head = format!("{} {:<22} {:>9}  outcome", text::pad("source", name), "system", "rows");
        on.put(area, 0, Line::styled(head, on.theme.muted));
        let (_, rows) = split_top(area, 1);
        for (row, place) in (0u16..).zip(window(self.selected, usize::from(rows.height), pulls.len())) {
            let Some(pulled) = pulls.get(place) else { break };
            let style = if place == self.selected { on.theme.focus } else { on.theme.text };
            let count: u64 = pulled.rows.iter().map(|(_, count)| count).sum();
            let (word, tone) = outcome(pulled.outcome, on.theme);
            on.put(
                rows,
                row,
                Line::from(vec![
                    Span::styled(text::pad(&text::shown(&pulled.origin), name), style),
                    Span::styled(
                        format!(
                            " {} {:>9}  ",
                            text::pad(&text::shown(&pulled.source), 22),
                            text::grouped(count)
                        ),
                        on.theme.text,
                    ),
                    Span::styled(word, tone),
                ]),
            );
            on.zone_rows(rows, row, 1, Msg::Row(place));
        }
    }

    fn receipt(&self, on: &mut Canvas<'_, Msg>, area: Rect, manifest: &Manifest) {
        let width = usize::from(area.width);
        let lines: Vec<Line<'static>> = receipt(manifest, on.theme)
            .into_iter()
            .flat_map(|(words, style)| {
                text::wrap(&text::shown(&words), width).into_iter().map(move |line| Line::styled(line, style))
            })
            .collect();
        let height = usize::from(area.height);
        let start = self.scroll.min(lines.len().saturating_sub(height));
        let hidden = lines.len().saturating_sub(start + height);
        on.stack(area, lines.into_iter().skip(start).take(height));
        if hidden > 0 {
            on.put_right(
                area,
                area.height.saturating_sub(1),
                Line::styled(format!(" … {hidden} more: pgdn"), on.theme.accent),
            );
        }
    }
}

fn outcome(outcome: Outcome, theme: &Theme) -> (&'static str, ratatui::style::Style) {
    match outcome {
        Outcome::Whole => ("whole", theme.good),
        Outcome::Cancelled => ("stopped", theme.warn),
        Outcome::Failed => ("failed", theme.bad),
    }
}

/// The receipt as words; the same after a pull and later.
pub fn receipt(manifest: &Manifest, theme: &Theme) -> Vec<(String, ratatui::style::Style)> {
    let rows: Vec<String> =
        manifest.rows.iter().map(|(kind, count)| format!("{} {kind}", text::grouped(*count))).collect();
    let mut lines = match manifest.outcome.warning() {
        None => vec![
            (format!("{} · {}", manifest.preflight.recognised, manifest.source), theme.heading()),
            (format!("kept {} from {} bytes", rows.join(", "), text::grouped(manifest.bytes)), theme.text),
            (
                format!("data of {} · pulled {} · trueup {}", manifest.taken, manifest.ended, manifest.tool),
                theme.muted,
            ),
            (format!("SHA-256 {}", manifest.digest), theme.muted),
        ],
        Some(words) => vec![
            (manifest.origin.clone(), theme.heading()),
            (words.to_owned(), theme.bad),
            (format!("tried {} · trueup {}", manifest.ended, manifest.tool), theme.muted),
        ],
    };
    if !manifest.asked.is_empty() {
        let each = manifest.asked.iter().map(|one| format!("{} {}", one.what, text::grouped(one.requests)));
        lines.push((format!("asked: {}", each.collect::<Vec<_>>().join(", ")), theme.text));
    }
    for missing in &manifest.preflight.misses {
        let metrics: Vec<String> = missing.metrics.iter().map(ToString::to_string).collect();
        let open =
            if metrics.is_empty() { String::new() } else { format!("; stays open: {}", metrics.join(", ")) };
        let why = missing.why.word();
        lines.push((format!("{why}: {} (needs {}){open}", missing.sight, missing.needs), theme.unknown));
    }
    for refusal in &manifest.refusals {
        lines.push((format!("not used: {}: {}", refusal.subject, refusal.reason), theme.warn));
    }
    if manifest.more_refusals > 0 {
        lines.push((
            format!("and {} more that were not used", text::grouped(manifest.more_refusals)),
            theme.warn,
        ));
    }
    lines
}

fn empty(on: &mut Canvas<'_, Msg>, area: Rect) {
    let mut lines = vec![
        Line::styled("No evidence yet. enter pulls a source that is set up, or a file.", on.theme.strong()),
        Line::default(),
        Line::styled("These can be read:", on.theme.text),
    ];
    let titles: Vec<&str> = REGISTRY.iter().map(|spec| spec.title).collect();
    let words = text::wrap(&titles.join(" · "), usize::from(area.width));
    lines.extend(words.into_iter().map(|line| Line::styled(line, on.theme.text)));
    lines.push(Line::default());
    lines.push(Line::styled("trueup sources add sets up a system. Everything is only read.", on.theme.muted));
    on.stack(area, lines);
}
