//! Pulls one source or file: its name or path, what it would show, the progress, the receipt. Leaving stops a running pull.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::tui::complete;
use crate::tui::keymap::{Binding, bind};
use crate::tui::screen::{Canvas, Component, Entry};
use crate::tui::screens::sources::{missed, receipt};
use crate::tui::session::{Effect, Job, Notice, Running, Session};
use crate::tui::text;
use crate::tui::widgets::field::Field;
use crate::tui::widgets::{bars, inset, split_top};

/// The line of the registry.
pub static ENTRY: Entry = Entry::page::<Pull>("pull", "Pull a source or a file");

/// The path that is being typed.
pub struct Pull {
    path: Field,
    /// The path that the last look was about.
    looked: String,
    is_done: bool,
}

/// What can be meant here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Msg {
    Go,
    Complete,
    Stop,
}

impl Component for Pull {
    type Msg = Msg;
    const KEYS: &'static [Binding<Msg>] = &[
        bind("go", "enter", "Look at the source or file; again: pull it", Msg::Go).hint("look, then pull"),
        bind("complete", "tab", "Complete the name or the path", Msg::Complete).hint("complete"),
        bind("stop", "esc", "Stop the pull; nothing of it is kept. Otherwise: back", Msg::Stop).hint("stop"),
    ];

    fn open(session: &Session) -> Self {
        Self { path: Field::new(session.look.source.as_str()), looked: String::new(), is_done: false }
    }

    fn update(&mut self, msg: Msg, session: &Session) -> Vec<Effect> {
        match msg {
            Msg::Stop => match pulling(session) {
                Some(running) => vec![Effect::Cancel(running.id)],
                None => vec![Effect::Close],
            },
            Msg::Complete => vec![Effect::Start(Job::Complete(self.path.text().to_owned()))],
            Msg::Go if pulling(session).is_some() => vec![],
            Msg::Go if self.path.text().trim().is_empty() => {
                vec![Effect::Say(Notice::warn("type the name of a source, or the path of a file"))]
            }
            Msg::Go => self.go(session),
        }
    }

    fn view(&self, on: &mut Canvas<'_, Msg>) {
        let area = inset(on.area);
        on.put(area, 0, Line::styled("Pull evidence from a source or a file", on.theme.heading()));
        on.put(
            area,
            1,
            Line::styled(
                "The name of a source, or the path of a file; only read. tab completes.",
                on.theme.muted,
            ),
        );
        let (_, place) = split_top(area, 3);
        on.put(place, 0, Line::styled("▸ ", on.theme.accent));
        let field = Rect {
            x: place.x + 2,
            width: place.width.saturating_sub(2),
            height: place.height.min(1),
            ..place
        };
        on.field(field, &self.path, pulling(on.session).is_none());
        let (_, rest) = split_top(area, 5);
        self.below(on, rest);
    }

    fn is_typing(&self) -> bool {
        true
    }

    fn typing(&mut self) -> Option<&mut Field> {
        Some(&mut self.path)
    }

    fn typed(&mut self, _session: &Session) -> Vec<Effect> {
        self.is_done = false;
        vec![]
    }

    fn heard(&mut self, session: &Session) -> Vec<Effect> {
        if let Some(shared) = complete::shared(&session.jobs.completions)
            .filter(|shared| shared.len() > self.path.text().len() && shared.starts_with(self.path.text()))
        {
            self.path.set(shared);
        }
        self.is_done = self.is_done
            || (session.jobs.pulled.is_some()
                && pulling(session).is_none()
                && !self.looked.is_empty()
                && session.jobs.recognised.is_none()
                && session.jobs.fault.is_none());
        vec![]
    }

    fn offers(&self, msg: Msg, session: &Session) -> bool {
        match msg {
            Msg::Stop => pulling(session).is_some(),
            Msg::Go | Msg::Complete => pulling(session).is_none(),
        }
    }
}

impl Pull {
    /// The first press looks at the file; the second pulls what was looked at.
    fn go(&mut self, session: &Session) -> Vec<Effect> {
        let path = complete::path(self.path.text());
        let Some(id) = session.assessment().cloned() else {
            return vec![Effect::Say(Notice::warn("begin an assessment first"))];
        };
        let is_seen = session.jobs.recognised.as_ref().is_some_and(|(seen, _)| *seen == path);
        self.is_done = false;
        self.looked = self.path.text().to_owned();
        vec![Effect::Start(if is_seen { Job::Pull(id, path) } else { Job::Preflight(path) })]
    }

    fn below(&self, on: &mut Canvas<'_, Msg>, area: Rect) {
        let session = on.session;
        let width = usize::from(area.width);
        if let Some(running) = pulling(session) {
            progress(on, area, running);
            return;
        }
        let words = if let Some(fault) =
            session.jobs.fault.as_ref().filter(|_| self.looked == self.path.text())
        {
            vec![(fault.message.clone(), on.theme.bad), (fault.help.clone(), on.theme.text)]
        } else if let Some((_, recognised)) =
            session.jobs.recognised.as_ref().filter(|(seen, _)| *seen == complete::path(self.path.text()))
        {
            let mut words = vec![(
                format!("{}: {}", recognised.title, recognised.preflight.recognised),
                on.theme.heading(),
            )];
            let counts: Vec<String> = recognised
                .preflight
                .counts
                .iter()
                .map(|(kind, count)| format!("{} {kind}", text::grouped(*count)))
                .collect();
            words.extend((!counts.is_empty()).then(|| (counts.join(", "), on.theme.text)));
            words.extend(recognised.preflight.sees.iter().map(|sight| (format!("✓ {sight}"), on.theme.good)));
            let misses = recognised.preflight.misses.iter();
            words.extend(misses.map(|missing| (format!("? {}", missed(missing, session)), on.theme.unknown)));
            words.push(("enter pulls it.".to_owned(), on.theme.strong()));
            words
        } else if let Some(manifest) = session.jobs.pulled.as_ref().filter(|_| self.is_done) {
            let mut words = vec![("✓ Pulled. The receipt:".to_owned(), on.theme.good)];
            words.extend(receipt(manifest, session, on.theme));
            words
        } else {
            session.jobs.completions.iter().take(40).map(|path| (path.clone(), on.theme.muted)).collect()
        };
        let lines: Vec<Line<'static>> = words
            .into_iter()
            .flat_map(|(words, style)| {
                text::wrap(&text::shown(&words), width).into_iter().map(move |line| Line::styled(line, style))
            })
            .collect();
        let height = usize::from(area.height);
        let hidden = lines.len().saturating_sub(height);
        on.stack(area, lines.into_iter().take(height));
        if hidden > 0 {
            on.put_right(
                area,
                area.height.saturating_sub(1),
                Line::styled(format!(" … {hidden} more"), on.theme.accent),
            );
        }
    }
}

fn pulling(session: &Session) -> Option<&Running> {
    session.running(|job| matches!(job, Job::Pull(..)))
}

fn progress(on: &mut Canvas<'_, Msg>, area: Rect, running: &Running) {
    let Some(progress) = &running.progress else {
        on.put(area, 0, Line::styled("Pulling…", on.theme.text));
        return;
    };
    let of = progress.of.map(|of| format!(" of {}", text::grouped(of))).unwrap_or_default();
    let words = match text::shown(&progress.what) {
        what if progress.is_bare() => what.into_owned(),
        what => format!("{what}: {}{of}", text::grouped(progress.done)),
    };
    on.put(area, 0, Line::styled(words, on.theme.text));
    if let Some(of) = progress.of.filter(|of| *of > 0) {
        let share = progress.done as f64 / of as f64;
        let mut bar = bars::progress(share, 40, on.theme);
        bar.push_span(Span::styled(format!(" {:.0} %", share * 100.0), on.theme.muted));
        on.put(area, 1, bar);
    }
    on.put(area, 3, Line::styled("esc stops it; nothing of it is kept then.", on.theme.muted));
}
