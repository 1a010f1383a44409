//! The frame around every screen: header, notices, what is saved, hints; dialogs on top. Draws on `&self`.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Clear, Widget};

use super::app::{App, Global, KEYS, Layer, TABS, Target};
use super::keymap;
use super::screen::{Place, Sheet};
use super::session::{Job, Notice, Tone};
use super::text;

/// The smallest place that is drawn on: columns and rows.
pub const SMALLEST: (u16, u16) = (60, 16);

/// The parts of the frame.
struct Parts {
    header: Rect,
    rule: Rect,
    body: Rect,
    status: Rect,
    hints: Rect,
}

impl App {
    /// Draws everything; returns the places that can be clicked.
    pub fn view(&self, frame: &mut Frame<'_>) -> Vec<(Rect, Target)> {
        let area = frame.area();
        if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
            self.too_small(frame, area);
            return vec![];
        }
        let status_rows = self.status_lines(usize::from(area.width)).len();
        let parts = parts(area, u16::try_from(status_rows).unwrap_or(1));
        let mut zones = self.header(frame, &parts);
        self.status(frame, parts.status);
        zones.extend(self.hints(frame, parts.hints));
        zones.extend(self.layers(frame, parts.body));
        zones
    }

    fn too_small(&self, frame: &mut Frame<'_>, area: Rect) {
        let lines = [
            format!("trueup needs {} × {} signs;", SMALLEST.0, SMALLEST.1),
            format!("this place has {} × {}.", area.width, area.height),
            "Make it larger; nothing is lost.".to_owned(),
        ];
        for (row, line) in (0..area.height).zip(lines) {
            let line = text::cut(&line, usize::from(area.width));
            frame.buffer_mut().set_line(
                area.x,
                area.y + row,
                &Line::styled(line, self.theme.text),
                area.width,
            );
        }
    }

    fn header(&self, frame: &mut Frame<'_>, parts: &Parts) -> Vec<(Rect, Target)> {
        let area = parts.header;
        let buffer = frame.buffer_mut();
        let rule = "─".repeat(usize::from(area.width));
        buffer.set_line(area.x, parts.rule.y, &Line::styled(rule, self.theme.line), area.width);
        let (mut x, _) = buffer.set_line(
            area.x,
            area.y,
            &Line::styled(" trueup ", self.theme.accent.add_modifier(Modifier::BOLD)),
            area.width,
        );
        let mut zones = vec![];
        for (place, entry) in TABS.iter().enumerate() {
            let key = KEYS
                .iter()
                .find(|row| row.msg == Global::Tab(place))
                .map_or("", |row| keymap::first(row.chords));
            let is_here = place == self.tab();
            let title = if is_here { self.theme.focus } else { self.theme.text };
            let line = Line::from(vec![
                Span::styled(format!(" {key} "), if is_here { self.theme.focus } else { self.theme.muted }),
                Span::styled(format!("{} ", entry.title), title),
            ]);
            let end = buffer.set_line(x, area.y, &line, area.right().saturating_sub(x)).0;
            zones.push((Rect { x, width: end - x, ..area }, Target::Global(Global::Tab(place))));
            x = end;
        }
        let room = area.right().saturating_sub(x + 2);
        // A narrow header has no room beside the tabs; then the rule carries the words.
        let (room, row) =
            if room < 60 { (area.width.saturating_sub(4), parts.rule.y) } else { (room, area.y) };
        let about = self.about(usize::from(room));
        let width = u16::try_from(about.width()).unwrap_or(0);
        if width > 0 {
            let about = Line::from_iter([vec![Span::raw(" ")], about.spans, vec![Span::raw(" ")]].concat());
            buffer.set_line(area.right().saturating_sub(width + 3), row, &about, width + 2);
        }
        zones
    }

    /// What is open, at the right of the header, where there is room.
    fn about(&self, room: usize) -> Line<'static> {
        let demo = if self.session.environment.is_demo { "invented data" } else { "" };
        let Some(opened) = &self.session.opened else {
            return Line::styled(if demo.len() <= room { demo } else { "" }, self.theme.warn);
        };
        let begun = &opened.assessment.begun;
        let mut words = vec![text::shown(&begun.organisation).into_owned()];
        words.extend(begun.unit.as_deref().map(|unit| text::shown(unit).into_owned()));
        words.push(text::shown(&begun.period).into_owned());
        let demo = if demo.is_empty() { String::new() } else { format!("{demo} · ") };
        let rest = text::cut(&words.join(" · "), room.saturating_sub(demo.len()).max(1));
        if room < 12 {
            return Line::default();
        }
        Line::from(vec![Span::styled(demo, self.theme.warn), Span::styled(rest, self.theme.muted)])
    }

    fn status(&self, frame: &mut Frame<'_>, area: Rect) {
        let lines = self.status_lines(usize::from(area.width));
        for (row, line) in (0..area.height).zip(&lines) {
            frame.buffer_mut().set_line(area.x, area.y + row, line, area.width);
        }
        let saving = self.saving();
        let width = u16::try_from(saving.width()).unwrap_or(0).min(area.width);
        let bottom = area.bottom().saturating_sub(1);
        if lines.last().is_none_or(|line| line.width() + usize::from(width) + 2 <= usize::from(area.width)) {
            frame.buffer_mut().set_line(area.right().saturating_sub(width + 1), bottom, &saving, width);
        }
    }

    /// The notice with its help, wrapped; otherwise the job that runs, or nothing.
    fn status_lines(&self, columns: usize) -> Vec<Line<'static>> {
        if let Some(notice) = &self.session.notice {
            return self.notice_lines(notice, columns);
        }
        let running = self.session.jobs.running.iter().find(|running| is_shown(&running.job));
        vec![running.map(|running| self.running_line(&running.job)).unwrap_or_default()]
    }

    fn notice_lines(&self, notice: &Notice, columns: usize) -> Vec<Line<'static>> {
        let (sign, style) = match notice.tone {
            Tone::Good => ("✓", self.theme.good),
            Tone::Warn => ("•", self.theme.warn),
            Tone::Bad => ("!", self.theme.bad),
        };
        let whole = match notice.help.as_str() {
            "" => text::shown(&notice.text).into_owned(),
            help => format!("{} — {}", text::shown(&notice.text), text::shown(help)),
        };
        let mut lines = text::wrap(&whole, columns.saturating_sub(4));
        if lines.len() > 4 {
            lines.truncate(4);
            if let Some(last) = lines.last_mut() {
                last.push('…');
            }
        }
        let signs = std::iter::once(sign).chain(std::iter::repeat(" "));
        signs
            .zip(lines)
            .map(|(sign, line)| Line::styled(text::cut(&format!(" {sign} {line}"), columns), style))
            .collect()
    }

    fn running_line(&self, job: &Job) -> Line<'static> {
        let what = match job {
            Job::Begin(_) => "beginning…",
            Job::Preflight(_) => "looking…",
            Job::Pull(..) => "pulling…",
            Job::Export(..) => "writing files…",
            Job::Explain(..) => "looking it up…",
            Job::SetUp(_) => "setting it up…",
            Job::Everybody(_) => "reading everybody and working out what each can do…",
            Job::List | Job::Sources | Job::Complete(_) | Job::Profile(_) => "reading…",
        };
        Line::styled(format!(" {what}"), self.theme.muted)
    }

    /// What has become of the last edits.
    fn saving(&self) -> Line<'static> {
        let waiting = self.session.ledger.pending.len();
        if self.session.ledger.fault.is_some() {
            return Line::styled(format!("! {waiting} not saved; trying again "), self.theme.bad);
        }
        match (waiting, &self.session.opened) {
            (0, Some(opened)) if opened.assessment.seq > 0 => Line::styled("✓ saved ", self.theme.good),
            (0, _) => Line::default(),
            _ => Line::styled("saving… ", self.theme.warn),
        }
    }

    /// The bottom bar, derived from the tables: the screen's own keys first.
    fn hints(&self, frame: &mut Frame<'_>, area: Rect) -> Vec<(Rect, Target)> {
        let Some(layer) = self.top() else { return vec![] };
        let own = self.top_keys();
        let mut wanted: Vec<(String, &str, Target)> = vec![];
        for (place, row) in own.iter().enumerate() {
            if !row.hint.is_empty() && layer.screen.offers(place, &self.session) {
                wanted.push((keymap::first(row.chords).to_owned(), row.hint, Target::Row(place)));
            }
        }
        let everywhere: Vec<_> = if matches!(layer.entry.place, Place::Dialog { .. }) {
            vec![("esc".to_owned(), "close", Target::Global(Global::Back))]
        } else if layer.screen.is_typing() {
            vec![("esc".to_owned(), "back", Target::Global(Global::Back))]
        } else {
            let is_page = self.stack.len() > 1;
            let word = move |row: &keymap::Binding<Global>| match row.msg {
                Global::Leave if is_page => "back",
                _ => row.hint,
            };
            let rows = KEYS.iter().filter(|row| !row.hint.is_empty());
            rows.map(|row| (keymap::first(row.chords).to_owned(), word(row), Target::Global(row.msg)))
                .collect()
        };
        self.hint_row(frame, area, wanted, everywhere)
    }

    /// Draws as many hints as fit; those of everywhere always do.
    fn hint_row(
        &self,
        frame: &mut Frame<'_>,
        area: Rect,
        own: Vec<(String, &str, Target)>,
        everywhere: Vec<(String, &str, Target)>,
    ) -> Vec<(Rect, Target)> {
        let size = |(key, word, _): &(String, &str, Target)| text::width(key) + text::width(word) + 3;
        let room = usize::from(area.width).saturating_sub(1 + everywhere.iter().map(size).sum::<usize>());
        let mut used = 0;
        let fitting: Vec<_> = own
            .into_iter()
            .take_while(|hint| {
                used += size(hint);
                used <= room
            })
            .collect();
        let mut x = area.x + 1;
        let mut zones = vec![];
        for (key, word, target) in fitting.into_iter().chain(everywhere) {
            let line = Line::from(vec![
                Span::styled(key, self.theme.heading()),
                Span::styled(format!(" {word}"), self.theme.muted),
            ]);
            let room = area.right().saturating_sub(x);
            let (end, _) = frame.buffer_mut().set_line(x, area.y, &line, room);
            zones.push((Rect { x, width: end - x, ..area }, target));
            x = (end + 2).min(area.right());
        }
        zones
    }

    /// Draws the topmost whole screen and the dialogs on it; only the top one can be clicked.
    fn layers(&self, frame: &mut Frame<'_>, body: Rect) -> Vec<(Rect, Target)> {
        let is_whole = |layer: &Layer| !matches!(layer.entry.place, Place::Dialog { .. });
        let first = self.stack.iter().rposition(is_whole).unwrap_or(0);
        let mut zones = vec![];
        for layer in self.stack.iter().skip(first) {
            let area = match layer.entry.place {
                Place::Tab | Place::Page => body,
                Place::Dialog { width, height } => self.dialog(frame, body, layer, (width, height)),
            };
            let sheet =
                Sheet { buffer: frame.buffer_mut(), area, session: &self.session, theme: &self.theme };
            let drawn = layer.screen.view(sheet);
            zones = drawn.zones.into_iter().map(|(area, msg)| (area, Target::Screen(msg))).collect();
            if let Some(cursor) = drawn.cursor {
                frame.set_cursor_position(cursor);
            }
        }
        zones
    }

    /// Draws the box of a dialog; returns the place inside.
    fn dialog(&self, frame: &mut Frame<'_>, body: Rect, layer: &Layer, (width, height): (u16, u16)) -> Rect {
        let width = width.min(body.width.saturating_sub(4));
        let height = height.min(body.height);
        let area = Rect {
            x: body.x + (body.width - width) / 2,
            y: body.y + (body.height - height) / 3,
            width,
            height,
        };
        let halo = Rect { x: area.x.saturating_sub(1), width: area.width + 2, ..area }.intersection(body);
        Clear.render(halo, frame.buffer_mut());
        let title = Span::styled(format!(" {} ", layer.entry.title), self.theme.heading());
        let block =
            Block::bordered().border_type(BorderType::Rounded).border_style(self.theme.line).title(title);
        let inner = block.inner(area);
        block.render(area, frame.buffer_mut());
        super::widgets::inset(inner)
    }
}

fn is_shown(job: &Job) -> bool {
    !matches!(job, Job::List | Job::Sources | Job::Complete(_) | Job::Profile(_))
}

fn parts(area: Rect, status_rows: u16) -> Parts {
    let row = |y: u16, height: u16| Rect { y, height, ..area };
    let bottom = area.bottom();
    let status = bottom - 1 - status_rows;
    Parts {
        header: row(area.y, 1),
        rule: row(area.y + 1, 1),
        body: row(area.y + 2, status - area.y - 2),
        status: row(status, status_rows),
        hints: row(bottom - 1, 1),
    }
}
