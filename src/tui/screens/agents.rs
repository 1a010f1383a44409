//! AI agents: who answers for each, what it may do alone, what it holds beside people in the same job.

mod rows;

use std::sync::Arc;

use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::model::agents::{AgentRow, Agents as All, OwnerState};
use crate::model::inventory::Fact;
use crate::tui::keymap::{Binding, bind};
use crate::tui::listing::{Evidence, Listing};
use crate::tui::screen::{Canvas, Component, Entry};
use crate::tui::screens::pull;
use crate::tui::session::{Effect, Job, Notice, Session};
use crate::tui::text;
use crate::tui::widgets::{inset, split_top, step, window};

/// The line of the registry.
pub static ENTRY: Entry = Entry::page::<Agents>("agents", "AI agents");

/// How many lines below the list belong to the marked agent.
const ASIDE: u16 = 5;

/// The marked agent and the order of the list.
#[derive(Default)]
pub struct Agents {
    selected: usize,
    order: Order,
    is_reversed: bool,
    shown: Option<Arc<Listing>>,
    /// Places of the agents, in order.
    rows: Vec<usize>,
    /// The evidence that was asked for last, so that a failure is not tried again by itself.
    tried: Option<Evidence>,
}

/// What the list is ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// Those without a living owner first.
    #[default]
    Owner,
    Name,
    /// The most free first, then those of whom no tier is told.
    Tier,
    /// Those that may do more than people in the same job first.
    Rights,
    /// Those that have not acted for longest first.
    LastSeen,
}

impl Order {
    const ALL: [Self; 5] = [Self::Owner, Self::Name, Self::Tier, Self::Rights, Self::LastSeen];

    fn word(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Name => "name",
            Self::Tier => "tier",
            Self::Rights => "rights",
            Self::LastSeen => "last seen",
        }
    }

    fn next(self) -> Self {
        let mut all = Self::ALL.into_iter().cycle();
        all.find(|order| *order == self);
        all.next().unwrap_or_default()
    }

    /// Puts places in order; those of one rank stay by owner and name.
    fn sort(self, places: &mut [usize], agents: &[AgentRow]) {
        let of = |at: &usize| agents.get(*at);
        match self {
            Self::Owner => {}
            Self::Name => places.sort_by_key(|at| of(at).map(|row| row.name.to_lowercase())),
            Self::Tier => places.sort_by_key(|at| {
                std::cmp::Reverse(of(at).and_then(|row| row.autonomy_tier.known().copied()))
            }),
            Self::Rights => places.sort_by(|one, other| {
                let rank = |at| {
                    of(at).map(|row: &AgentRow| (row.peer.filter(|peer| peer.excess().is_some()), row.score))
                };
                rank(other).partial_cmp(&rank(one)).unwrap_or(std::cmp::Ordering::Equal)
            }),
            Self::LastSeen => places.sort_by_key(|at| {
                // Never comes before any day; what is not told stands last.
                let seen = of(at).map_or(Fact::Hidden, |row| row.last_seen);
                (!seen.is_told(), seen.known().copied())
            }),
        }
    }
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
    Look,
    Sort,
    Reverse,
    Pull,
}

impl Component for Agents {
    type Msg = Msg;
    const KEYS: &'static [Binding<Msg>] = &[
        bind(
            "look",
            "enter x",
            "The identity that the marked agent acts with, down to single grants",
            Msg::Look,
        )
        .hint("look"),
        bind("sort", "o", "Order by owner, name, tier, rights, last action", Msg::Sort).hint("order"),
        bind("reverse", "r", "Turn the order round", Msg::Reverse).hint("turn"),
        bind("pull", "p", "Pull a register of agents, or a source that shows them", Msg::Pull).hint("pull"),
        bind("down", "down j wheel-down", "Next agent", Msg::Down),
        bind("up", "up k wheel-up", "Previous agent", Msg::Up),
        bind("page-down", "pgdn space", "A page down", Msg::PageDown),
        bind("page-up", "pgup", "A page up", Msg::PageUp),
        bind("first", "home", "First agent", Msg::First),
        bind("last", "end", "Last agent", Msg::Last),
    ];

    fn open(_session: &Session) -> Self {
        Self::default()
    }

    fn update(&mut self, msg: Msg, session: &Session) -> Vec<Effect> {
        let count = self.rows.len();
        let page = session.page().saturating_sub(8).max(1).cast_signed();
        match msg {
            Msg::Up => self.selected = step(self.selected, -1, count),
            Msg::Down => self.selected = step(self.selected, 1, count),
            Msg::PageUp => self.selected = step(self.selected, -page, count),
            Msg::PageDown => self.selected = step(self.selected, page, count),
            Msg::First => self.selected = 0,
            Msg::Last => self.selected = count.saturating_sub(1),
            Msg::Row(place) if place != self.selected => self.selected = place,
            Msg::Row(_) | Msg::Look => return self.look(),
            Msg::Pull => return vec![Effect::Open(&pull::ENTRY)],
            Msg::Sort => {
                (self.order, self.is_reversed) = (self.order.next(), false);
                self.sort();
            }
            Msg::Reverse => {
                self.is_reversed = !self.is_reversed;
                self.sort();
            }
        }
        vec![]
    }

    fn view(&self, on: &mut Canvas<'_, Msg>) {
        let area = inset(on.area);
        let Some(listing) = &self.shown else {
            waiting(on, area);
            return;
        };
        let used = self.head(on, area, &listing.agents);
        let (_, rest) = split_top(area, used + 1);
        if self.rows.is_empty() {
            nothing(on, rest);
            return;
        }
        let (list, aside) = split_top(rest, rest.height.saturating_sub(ASIDE + 1));
        self.list(on, list, &listing.agents.agents);
        let (_, aside) = split_top(aside, 1);
        if let Some(agent) = self.marked() {
            let tiers = &on.session.environment.library.catalog.vocabulary.autonomy_tiers;
            on.stack(aside, rows::aside(agent, tiers, usize::from(aside.width), on.theme));
        }
    }

    fn heard(&mut self, session: &Session) -> Vec<Effect> {
        let news = session.everybody();
        if self.shown.as_ref().map(Arc::as_ptr) != news.map(Arc::as_ptr) {
            self.shown = news.cloned();
            self.sort();
        }
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
            Msg::Pull => self.rows.is_empty(),
            Msg::Look => self.marked().is_some_and(|agent| agent.identity.is_some()),
            _ => !self.rows.is_empty(),
        }
    }
}

impl Agents {
    fn marked(&self) -> Option<&AgentRow> {
        self.shown.as_ref()?.agents.agents.get(*self.rows.get(self.selected)?)
    }

    /// Puts the rows in order; the mark stays on the same agent.
    fn sort(&mut self) {
        let marked = self.rows.get(self.selected).copied();
        let agents = self.shown.as_ref().map_or(&[][..], |listing| &listing.agents.agents);
        self.rows = (0..agents.len()).collect();
        self.order.sort(&mut self.rows, agents);
        if self.is_reversed {
            self.rows.reverse();
        }
        self.selected = self.rows.iter().position(|at| Some(*at) == marked).unwrap_or(0);
    }

    fn look(&self) -> Vec<Effect> {
        if self.rows.is_empty() {
            return vec![Effect::Open(&pull::ENTRY)];
        }
        match self.marked().and_then(|agent| agent.identity.clone()) {
            Some(id) => vec![Effect::Look(id)],
            None => vec![Effect::Say(Notice::warn("No source shows which identity it acts with."))],
        }
    }

    /// Counts by owner and by tier, and the order; returns how many rows they take.
    fn head(&self, on: &mut Canvas<'_, Msg>, area: Rect, all: &All) -> u16 {
        if !all.is_told {
            on.put(
                area,
                0,
                Line::styled(
                    "No source lists AI agents, so how many there are is not known.",
                    on.theme.heading(),
                ),
            );
            return 1;
        }
        let of = |state| all.agents.iter().filter(|row| row.owner_state == state).count();
        let states = OwnerState::ALL.map(|state| format!("{} {}", of(state), state.word()));
        let agents = text::count(all.agents.len(), "agent", "agents");
        let in_tier =
            |tier: Option<u8>| OwnerState::ALL.iter().map(|state| all.count(*state, tier)).sum::<u64>();
        let tiers: Vec<String> = (0..=4).map(|tier| format!("{tier}: {}", in_tier(Some(tier)))).collect();
        let mut lines = vec![
            Line::styled(format!("{agents}: {}", states.join(" · ")), on.theme.heading()),
            Line::styled(
                format!("by autonomy tier {} · unknown: {}", tiers.join(" · "), in_tier(None)),
                on.theme.text,
            ),
        ];
        if all.unclassified > 0 {
            let words = format!("{} without a class may be agents too.", text::grouped(all.unclassified));
            lines.push(Line::styled(words, on.theme.unknown));
        }
        let turned = if self.is_reversed { ", turned" } else { "" };
        on.put_right(area, 1, Line::styled(format!("by {}{turned}", self.order.word()), on.theme.accent));
        let order = u16::try_from(text::width(self.order.word()) + turned.len() + 5).unwrap_or(0);
        let left = Rect { width: area.width.saturating_sub(order), ..area };
        on.stack(left, lines)
    }

    fn list(&self, on: &mut Canvas<'_, Msg>, area: Rect, agents: &[AgentRow]) {
        let columns = rows::Columns::fitting(area.width);
        on.put(area, 0, Line::styled(columns.head(), on.theme.muted));
        let (_, list) = split_top(area, 1);
        for (line, place) in (0u16..).zip(window(self.selected, usize::from(list.height), self.rows.len())) {
            let Some(agent) = self.rows.get(place).and_then(|at| agents.get(*at)) else { break };
            on.put(list, line, columns.row(agent, place == self.selected, on.theme));
            on.zone_rows(list, line, 1, Msg::Row(place));
        }
    }
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

/// What is said where there is no agent.
fn nothing(on: &mut Canvas<'_, Msg>, area: Rect) {
    let lines = [
        Line::raw("enter pulls a file or a source. These show AI agents:"),
        Line::raw("  a register of AI agents (CSV, NDJSON, XLSX)"),
        Line::raw("  a system whose identities carry the class `ai`"),
        Line::styled("  `trueup sources template agents` prints an empty register.", on.theme.muted),
    ];
    on.stack(area, lines);
    on.zone_rows(area, 0, 1, Msg::Look);
}
