//! What was pulled: receipts, what could not be seen, and the way to pull more.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use std::path::Path;

use crate::config::Source;
use crate::connectors::{Progress, REGISTRY};
use crate::model::assessment::Edit;
use crate::model::pull::{Manifest, Missing, Outcome};
use crate::model::{AssessmentId, QuestionId};
use crate::tui::keymap::{Binding, bind};
use crate::tui::screen::{Canvas, Component, Entry};
use crate::tui::screens::source;
use crate::tui::session::{Ask, Effect, Job, Notice, Session};
use crate::tui::text;
use crate::tui::theme::Theme;
use crate::tui::widgets::{inset, split_top, step, window};

/// The line of the registry.
pub static ENTRY: Entry = Entry::tab::<Sources>("sources", "Sources");

/// A line of the list.
enum Row<'a> {
    Pulled(&'a Manifest),
    /// A source that is set up and was not pulled into this assessment yet.
    SetUp(&'a Source),
}

/// The marked line, and how far its receipt is scrolled.
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
    PullAll,
    Add,
    Drop,
    More,
    Less,
}

impl Component for Sources {
    type Msg = Msg;
    const KEYS: &'static [Binding<Msg>] = &[
        bind("pull", "enter +", "Pull the marked source, or another one, or a file", Msg::Pull).hint("pull"),
        bind("pull-all", "A", "Pull every source that is set up, all at once", Msg::PullAll).hint("pull all"),
        bind("add", "a", "Set up a source by a form", Msg::Add).hint("add"),
        bind("down", "down j wheel-down", "Next line", Msg::Down),
        bind("up", "up k wheel-up", "Previous line", Msg::Up),
        bind("more", "pgdn space", "Scroll the receipt down", Msg::More).hint("receipt"),
        bind("less", "pgup", "Scroll the receipt up", Msg::Less),
        bind("drop", "del D", "Let the marked pull count no more", Msg::Drop).hint("leave out"),
    ];

    fn open(_session: &Session) -> Self {
        Self { selected: 0, scroll: 0 }
    }

    fn update(&mut self, msg: Msg, session: &Session) -> Vec<Effect> {
        let Some(opened) = &session.opened else { return vec![] };
        let rows = rows(session);
        match msg {
            Msg::Up => self.mark(step(self.selected, -1, rows.len())),
            Msg::Down => self.mark(step(self.selected, 1, rows.len())),
            Msg::Row(place) => self.mark(place),
            Msg::More => self.scroll += 4,
            Msg::Less => self.scroll = self.scroll.saturating_sub(4),
            Msg::Pull => return vec![Effect::Pull(set_up(&rows, self.selected, session))],
            Msg::PullAll => return pull_all(session),
            Msg::Add => return vec![Effect::Open(&source::ENTRY)],
            Msg::Drop => {
                let Some(Row::Pulled(pulled)) = rows.get(self.selected) else { return vec![] };
                return vec![Effect::Ask(leave_out(pulled, opened.assessment.begun.id.clone()))];
            }
        }
        vec![]
    }

    fn view(&self, on: &mut Canvas<'_, Msg>) {
        let area = inset(on.area);
        let session = on.session;
        if session.opened.is_none() {
            let words =
                if session.is_ready { "Begin an assessment first: F2, then n." } else { "Reading…" };
            on.put(area, 1, Line::styled(words, on.theme.muted));
            return;
        }
        let rows = rows(session);
        if rows.is_empty() {
            empty(on, area);
            return;
        }
        let height = u16::try_from(rows.len() + 1).unwrap_or(u16::MAX).min(area.height / 2);
        let (list, rest) = split_top(area, height);
        self.list(on, list, &rows);
        let (_, rest) = split_top(rest, 1);
        match rows.get(self.selected) {
            Some(Row::Pulled(manifest)) => self.words(on, rest, receipt(manifest, session, on.theme)),
            Some(Row::SetUp(source)) => self.words(on, rest, settings(source, on.theme)),
            None => {}
        }
    }

    fn offers(&self, msg: Msg, session: &Session) -> bool {
        let rows = rows(session);
        match msg {
            Msg::Drop => matches!(rows.get(self.selected), Some(Row::Pulled(_))),
            Msg::More => !rows.is_empty(),
            Msg::PullAll => session.opened.is_some() && !session.sources.is_empty(),
            _ => session.opened.is_some(),
        }
    }
}

impl Sources {
    fn mark(&mut self, place: usize) {
        self.selected = place;
        self.scroll = 0;
    }

    fn list(&self, on: &mut Canvas<'_, Msg>, area: Rect, all: &[Row<'_>]) {
        let room = usize::from(area.width).saturating_sub(28);
        let system_width = (room / 2).clamp(22, 60);
        let width = room.saturating_sub(system_width).clamp(16, 70);
        let (name_head, system_head) = (text::pad("source", width), text::pad("system", system_width));
        let head = format!("{name_head} {system_head} {:>9}  outcome", "rows");
        on.put(area, 0, Line::styled(head, on.theme.muted));
        let (_, rows) = split_top(area, 1);
        for (row, place) in (0u16..).zip(window(self.selected, usize::from(rows.height), all.len())) {
            let Some(one) = all.get(place) else { break };
            let style = if place == self.selected { on.theme.focus } else { on.theme.text };
            let (system, count, (word, tone)) = told(on.session, one, on.theme);
            on.put(
                rows,
                row,
                Line::from(vec![
                    Span::styled(text::pad(&text::shown(name(one)), width), style),
                    Span::styled(
                        format!(" {} {count:>9}  ", text::pad(&text::shown(system), system_width)),
                        on.theme.text,
                    ),
                    Span::styled(word, tone),
                ]),
            );
            on.zone_rows(rows, row, 1, Msg::Row(place));
        }
    }

    fn words(&self, on: &mut Canvas<'_, Msg>, area: Rect, words: Vec<(String, Style)>) {
        let width = usize::from(area.width);
        let lines: Vec<Line<'static>> = words
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

/// Every pull of the assessment, then the sources that are set up and not among them.
fn rows(session: &Session) -> Vec<Row<'_>> {
    let pulls = session.opened.as_ref().map_or(&[][..], |opened| opened.manifests.as_slice());
    let is_pulled = |source: &&Source| pulls.iter().any(|pulled| pulled.origin == source.name);
    let waiting = session.sources.iter().filter(|source| !is_pulled(source));
    pulls.iter().map(Row::Pulled).chain(waiting.map(Row::SetUp)).collect()
}

/// What was pulled, as the pull screen takes it.
fn name<'a>(row: &'a Row<'_>) -> &'a str {
    match row {
        Row::Pulled(manifest) => &manifest.origin,
        Row::SetUp(source) => &source.name,
    }
}

/// The name of the marked source where it is set up; a file's name does not say where it lies.
fn set_up(rows: &[Row<'_>], selected: usize, session: &Session) -> String {
    let marked = rows.get(selected).map_or("", name);
    let known = session.sources.iter().find(|source| source.name == marked);
    known.map(|source| source.name.clone()).unwrap_or_default()
}

/// The system, how many rows, and what has become of it.
fn told<'a>(session: &Session, row: &'a Row<'_>, theme: &Theme) -> (&'a str, String, (String, Style)) {
    let running = session.running(|job| matches!(job, Job::Pull(_, path) if path == Path::new(name(row))));
    let now = running.map(|running| (underway(running.progress.as_ref()), theme.accent));
    match row {
        Row::Pulled(manifest) => {
            let count: u64 = manifest.rows.iter().map(|(_, count)| count).sum();
            let (word, tone) = outcome(manifest.outcome, theme);
            (&manifest.source, text::grouped(count), now.unwrap_or((word.to_owned(), tone)))
        }
        Row::SetUp(source) => {
            let waits = ("not pulled".to_owned(), theme.muted);
            (&source.connector, "–".to_owned(), now.unwrap_or(waits))
        }
    }
}

fn underway(progress: Option<&Progress>) -> String {
    progress.map_or("pulling…".to_owned(), |progress| match text::shown(&progress.what) {
        what if progress.is_bare() => what.into_owned(),
        what => format!("{} {what}…", text::grouped(progress.done)),
    })
}

/// Pulls everything that is set up and not being pulled already.
fn pull_all(session: &Session) -> Vec<Effect> {
    let Some(id) = session.assessment() else { return vec![] };
    if session.sources.is_empty() {
        return vec![Effect::Say(Notice::warn("no source is set up yet; a sets one up"))];
    }
    let is_running = |path: &Path| {
        session.running(|job| matches!(job, Job::Pull(_, running) if running == path)).is_some()
    };
    let paths = session.sources.iter().map(|source| Path::new(&source.name)).filter(|path| !is_running(path));
    paths.map(|path| Effect::Start(Job::Pull(id.clone(), path.to_owned()))).collect()
}

fn leave_out(pulled: &Manifest, id: AssessmentId) -> Ask {
    let text = format!(
        "What was read from {} no longer counts as evidence. Its receipt stays in the history.",
        text::shown(&pulled.origin)
    );
    let effects = vec![Effect::Edit(Edit::DropPull(pulled.id.clone())), Effect::Load(id)];
    Ask { title: "Leave this pull out?".to_owned(), text, yes: "leave out", effects }
}

/// What is set, of secrets where they lie.
fn settings(source: &Source, theme: &Theme) -> Vec<(String, Style)> {
    let mut lines =
        vec![(format!("{} · {} · not pulled yet", source.name, source.connector), theme.heading())];
    lines.extend(source.values.iter().map(|(key, value)| (format!("{key} = {value}"), theme.text)));
    lines
        .push(("enter looks at it, and pulls it then; A pulls all that are set up.".to_owned(), theme.muted));
    lines
}

fn outcome(outcome: Outcome, theme: &Theme) -> (&'static str, Style) {
    match outcome {
        Outcome::Whole => ("whole", theme.good),
        Outcome::Cancelled => ("stopped", theme.warn),
        Outcome::Failed => ("failed", theme.bad),
    }
}

/// The receipt as words; the same after a pull and later.
pub fn receipt(manifest: &Manifest, session: &Session, theme: &Theme) -> Vec<(String, Style)> {
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
    lines.extend(manifest.preflight.misses.iter().map(|missing| (missed(missing, session), theme.unknown)));
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

/// What is not seen, why, and what that leaves open.
pub fn missed(missing: &Missing, session: &Session) -> String {
    let metrics: Vec<String> = missing.metrics.iter().map(ToString::to_string).collect();
    let mut words = vec![format!("{}: {} (needs {})", missing.why.word(), missing.sight, missing.needs)];
    if !metrics.is_empty() {
        words.push(format!("stays open: {}", metrics.join(", ")));
    }
    let pack = session.opened.as_ref().map(|opened| &opened.questionnaire);
    let questions = pack.map(|pack| pack.resting_on(&missing.metrics)).unwrap_or_default();
    if !questions.is_empty() {
        let ids: Vec<&str> = questions.into_iter().map(QuestionId::as_str).collect();
        words.push(format!("questions {}", ids.join(", ")));
    }
    words.join("; ")
}

fn empty(on: &mut Canvas<'_, Msg>, area: Rect) {
    let mut lines = vec![
        Line::styled("No evidence yet. enter pulls a file, a sets up a system.", on.theme.strong()),
        Line::default(),
        Line::styled("These can be read:", on.theme.text),
    ];
    let titles: Vec<&str> = REGISTRY.iter().map(|spec| spec.title).collect();
    let words = text::wrap(&titles.join(" · "), usize::from(area.width));
    lines.extend(words.into_iter().map(|line| Line::styled(line, on.theme.text)));
    lines.push(Line::default());
    lines.push(Line::styled("Everything is only read.", on.theme.muted));
    on.stack(area, lines);
}
