//! AI tools that were found: those that nobody has decided on first, the keys to decide, and how many may be unseen.

mod rows;

use std::sync::Arc;

use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::model::assessment::Edit;
use crate::model::decision::{Decisions, ToolName};
use crate::model::shadow::{Shadow as Tools, ToolRow, Unseen};
use crate::ops;
use crate::tui::keymap::{Binding, bind};
use crate::tui::listing::{Evidence, Listing};
use crate::tui::screen::{Canvas, Component, Entry};
use crate::tui::screens::pull;
use crate::tui::session::{Deciding, Effect, Job, Notice, Session};
use crate::tui::text;
use crate::tui::widgets::{Breadth, breadth, inset, split_top, step, window};

/// The line of the registry.
pub static ENTRY: Entry = Entry::page::<Shadow>("shadow", "AI tools");

/// How many lines below the list belong to the marked tool.
const ASIDE: u16 = 4;

/// The assumptions of the estimate where there is little room.
const ASSUMED: &str = "Assumes: none came or went · sides look apart · all as likely · one id each";

/// The marked tool, and the list by the decisions that count now.
#[derive(Default)]
pub struct Shadow {
    selected: usize,
    shown: Option<Shown>,
    /// The evidence that was asked for last, so that a failure is not tried again by itself.
    tried: Option<Evidence>,
}

/// A list and what it was made of.
struct Shown {
    tools: Tools,
    listing: Arc<Listing>,
    decisions: Decisions,
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
    Sanction,
    Refuse,
    Undo,
    Pull,
}

impl Component for Shadow {
    type Msg = Msg;
    const KEYS: &'static [Binding<Msg>] = &[
        bind("sanction", "s y", "The marked tool may be used; asks why", Msg::Sanction).hint("sanction"),
        bind("refuse", "r n", "The marked tool is refused; asks why", Msg::Refuse).hint("refuse"),
        bind("undo", "u", "Take the decision about the marked tool back", Msg::Undo).hint("take back"),
        bind("pull", "enter p", "Pull a list of AI tools, or a source that finds them", Msg::Pull)
            .hint("pull"),
        bind("down", "down j wheel-down", "Next tool", Msg::Down),
        bind("up", "up k wheel-up", "Previous tool", Msg::Up),
        bind("page-down", "pgdn space", "A page down", Msg::PageDown),
        bind("page-up", "pgup", "A page up", Msg::PageUp),
        bind("first", "home", "First tool", Msg::First),
        bind("last", "end", "Last tool", Msg::Last),
    ];

    fn open(_session: &Session) -> Self {
        Self::default()
    }

    fn update(&mut self, msg: Msg, session: &Session) -> Vec<Effect> {
        let count = self.rows().len();
        let page = session.page().saturating_sub(10).max(1).cast_signed();
        match msg {
            Msg::Up => self.selected = step(self.selected, -1, count),
            Msg::Down => self.selected = step(self.selected, 1, count),
            Msg::PageUp => self.selected = step(self.selected, -page, count),
            Msg::PageDown => self.selected = step(self.selected, page, count),
            Msg::First => self.selected = 0,
            Msg::Last => self.selected = count.saturating_sub(1),
            Msg::Row(place) => self.selected = place,
            Msg::Pull => return vec![Effect::Open(&pull::ENTRY)],
            Msg::Sanction | Msg::Refuse => {
                let deciding = self.marked().map(|tool| Deciding {
                    tool: ToolName::of(&tool.id),
                    name: tool.name.clone(),
                    is_sanctioned: msg == Msg::Sanction,
                });
                return deciding.map(Effect::Decide).into_iter().collect();
            }
            Msg::Undo => return self.undo(session),
        }
        vec![]
    }

    fn view(&self, on: &mut Canvas<'_, Msg>) {
        let area = inset(on.area);
        let Some(shown) = &self.shown else {
            waiting(on, area);
            return;
        };
        let used = head(on, area, &shown.tools);
        let (_, rest) = split_top(area, used + 1);
        if shown.tools.tools.is_empty() {
            nothing(on, rest, shown.tools.is_told);
            return;
        }
        let (list, aside) = split_top(rest, rest.height.saturating_sub(ASIDE));
        self.list(on, list);
        if let Some(tool) = self.marked() {
            on.stack(aside, rows::aside(tool, usize::from(aside.width), on.theme));
        }
    }

    /// Makes the list anew where the evidence or a decision changed; asks for everybody where they were not read.
    fn heard(&mut self, session: &Session) -> Vec<Effect> {
        self.take(session);
        let Some(evidence) = session.evidence().filter(|_| !session.is_everybody_current()) else {
            return vec![];
        };
        let is_reading = session.running(|job| matches!(job, Job::Everybody(_))).is_some();
        if self.tried.as_ref() == Some(&evidence) || is_reading {
            return vec![];
        }
        self.tried = Some(evidence.clone());
        vec![Effect::Start(Job::Everybody(evidence))]
    }

    fn offers(&self, msg: Msg, _session: &Session) -> bool {
        match msg {
            Msg::Pull => self.rows().is_empty(),
            Msg::Undo => self.marked().is_some_and(|tool| tool.decision.is_some()),
            _ => self.marked().is_some(),
        }
    }
}

impl Shadow {
    fn rows(&self) -> &[ToolRow] {
        self.shown.as_ref().map_or(&[], |shown| &shown.tools.tools)
    }

    fn marked(&self) -> Option<&ToolRow> {
        self.rows().get(self.selected)
    }

    fn take(&mut self, session: &Session) {
        let (Some(listing), Some(opened)) = (session.everybody(), &session.opened) else {
            self.shown = None;
            return;
        };
        let decisions = &opened.assessment.decisions;
        let is_same = |shown: &Shown| Arc::ptr_eq(&shown.listing, listing) && shown.decisions == *decisions;
        if self.shown.as_ref().is_some_and(is_same) {
            return;
        }
        let tools = listing.roster.shadow_by(decisions);
        // The mark stays at its place: there the next tool without a decision moves up.
        self.selected = self.selected.min(tools.tools.len().saturating_sub(1));
        self.shown = Some(Shown { tools, listing: Arc::clone(listing), decisions: decisions.clone() });
    }

    fn undo(&self, session: &Session) -> Vec<Effect> {
        let decided = self.marked().filter(|tool| tool.decision.is_some());
        let (Some(tool), Some(id)) = (decided, session.assessment().cloned()) else {
            let words = "Nobody decided on this tool here; what a list says is changed in the list.";
            return vec![Effect::Say(Notice::warn(words))];
        };
        vec![Effect::Edit(Edit::Undecide(ToolName::of(&tool.id))), Effect::Load(id)]
    }

    fn list(&self, on: &mut Canvas<'_, Msg>, area: Rect) {
        let columns = rows::Columns::fitting(area.width);
        on.put(area, 0, Line::styled(columns.head(), on.theme.muted));
        let (_, list) = split_top(area, 1);
        let rows = self.rows();
        for (line, place) in (0u16..).zip(window(self.selected, usize::from(list.height), rows.len())) {
            let Some(tool) = rows.get(place) else { break };
            on.put(list, line, columns.row(tool, place == self.selected, on.theme));
            on.zone_rows(list, line, 1, Msg::Row(place));
        }
    }
}

/// Counts, the estimate with what it assumes, and the published share; returns how many rows they take.
fn head(on: &mut Canvas<'_, Msg>, area: Rect, tools: &Tools) -> u16 {
    let width = usize::from(area.width);
    let mut lines = vec![Line::styled(tools.counted(), on.theme.heading())];
    let mut say = |words: &str, style| {
        let wrapped = text::wrap(&text::shown(words), width);
        lines.extend(wrapped.into_iter().map(|line| Line::styled(line, style)));
    };
    let unseen = &tools.unseen;
    if tools.is_told {
        say(&unseen.sentence(), on.theme.text);
    }
    if !unseen.first.channels.is_empty() && !unseen.second.channels.is_empty() {
        say(&unseen.basis(), on.theme.muted);
        if breadth(area) == Breadth::Narrow {
            say(ASSUMED, on.theme.muted);
        } else {
            let assumed = Unseen::ASSUMPTIONS.join("; ");
            say(&format!("Assumes: {assumed}. {}.", Unseen::METHOD), on.theme.muted);
        }
    }
    if let Some(published) = ops::shadow_reference(&on.session.environment.library.catalog) {
        // Where there is little room, the figure's own words say that it counts organisations.
        let unit = if breadth(area) == Breadth::Narrow { "" } else { Tools::REFERENCE_UNIT };
        say(format!("{}. {unit}", published.cited()).trim_end(), on.theme.muted);
    }
    // Half of the place stays with the list.
    let room = usize::from(area.height / 2).max(1);
    on.stack(area, lines.into_iter().take(room))
}

/// What is said while nothing was read.
fn waiting(on: &mut Canvas<'_, Msg>, area: Rect) {
    let session = on.session;
    let (words, style) = match (&session.opened, &session.jobs.fault) {
        (None, _) if session.is_ready => ("Nothing is open yet. F2 shows all assessments.", on.theme.muted),
        (Some(_), Some(fault)) => (fault.message.as_str(), on.theme.bad),
        _ => ("Reading everybody…", on.theme.muted),
    };
    let lines = text::wrap(&text::shown(words), usize::from(area.width));
    on.stack(area, lines.into_iter().map(|line| Line::styled(line, style)));
}

/// What is said where there is no tool.
fn nothing(on: &mut Canvas<'_, Msg>, area: Rect, is_told: bool) {
    let first = if is_told { "No AI tool was found." } else { "No pull lists AI tools yet." };
    let lines = [
        Line::styled(first, on.theme.strong()),
        Line::default(),
        Line::raw("enter pulls a file or a source. These show AI tools:"),
        Line::raw("  a list of AI tools that discovery found (CSV, NDJSON, XLSX)"),
        Line::styled("  `trueup sources template tools` prints an empty one.", on.theme.muted),
    ];
    on.stack(area, lines);
    on.zone_rows(area, 2, 1, Msg::Pull);
}
