//! The lines of the list of AI agents, as wide as there is room, and what is known of the marked one.

use jiff::Timestamp;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::model::agents::{AgentRow, OwnerState};
use crate::model::inventory::Fact;
use crate::model::privilege::Peer;
use crate::tui::text;
use crate::tui::theme::Theme;

const STATE: usize = 15;
const TIER: usize = 6;
const TOOLS: usize = 6;
const RIGHTS: usize = 20;
const DAY: usize = 11;
/// Columns of words: owner, gate, and where there is much room the task.
const WORDS: usize = 22;
/// A name gets no more room than this, so that its row is read as one.
const NAME: usize = 48;

/// How wide the columns are; those without room are left out.
pub struct Columns {
    name: usize,
    owner: usize,
    gate: usize,
    task: usize,
}

impl Columns {
    /// What fits.
    pub fn fitting(width: u16) -> Self {
        let room = usize::from(width).saturating_sub(STATE + TIER + TOOLS + RIGHTS + DAY);
        let (owner, gate, task) = match room {
            0..44 => (0, 0, 0),
            44..90 => (WORDS, if room >= 66 { WORDS } else { 0 }, 0),
            _ => (WORDS, WORDS, WORDS * 2),
        };
        Self { name: room.saturating_sub(owner + gate + task).min(NAME), owner, gate, task }
    }

    /// The titles.
    pub fn head(&self) -> String {
        let words =
            |title: &str, width: usize| if width > 0 { text::pad(title, width) } else { String::new() };
        format!(
            "{}{}{}{}{}{}{:>4}  {}{}",
            text::pad("owner is", STATE),
            text::pad("agent", self.name),
            words("owner", self.owner),
            words("task", self.task),
            text::pad("tier", TIER),
            words("gate", self.gate),
            "tools",
            text::pad("beside people", RIGHTS - 1),
            "last seen"
        )
    }

    /// One agent.
    pub fn row(&self, agent: &AgentRow, is_here: bool, theme: &Theme) -> Line<'static> {
        let style = if is_here { theme.focus } else { theme.text };
        // One free column at the end of words that fill their place.
        let words = |words: &str, width: usize| {
            text::pad(&text::cut(&text::shown(words), width.saturating_sub(1)), width)
        };
        let tools = agent.tools.as_ref().map_or_else(|| "?".to_owned(), |tools| tools.len().to_string());
        Line::from(vec![
            Span::styled(text::pad(agent.owner_state.word(), STATE), colour(agent.owner_state, theme)),
            Span::styled(words(&agent.name, self.name), style),
            Span::styled(words(&told(&agent.owner), self.owner), theme.text),
            Span::styled(words(&told(&agent.task), self.task), theme.muted),
            Span::styled(text::pad(&tier(agent), TIER), theme.text),
            Span::styled(words(&told(&agent.approval_gate), self.gate), theme.text),
            Span::styled(format!("{tools:>5}  "), theme.text),
            Span::styled(text::pad(agent.peer.map_or("?", Peer::word), RIGHTS - 1), beside(agent, theme)),
            Span::styled(day(agent.last_seen), theme.text),
        ])
    }
}

/// The colour of an owner's state; the word beside it says the same.
fn colour(state: OwnerState, theme: &Theme) -> Style {
    match state {
        OwnerState::NoOwner | OwnerState::OwnerGone => theme.bad,
        OwnerState::Unknown => theme.unknown,
        OwnerState::Owned => theme.good,
    }
}

fn beside(agent: &AgentRow, theme: &Theme) -> Style {
    match agent.peer {
        Some(Peer::More { .. } | Peer::SignificantlyMore { .. }) => theme.warn,
        Some(Peer::Less { .. } | Peer::Same { .. }) => theme.text,
        Some(Peer::NotCompared | Peer::NoPeer) | None => theme.unknown,
    }
}

/// Words; a question mark where no source tells.
fn told(fact: &Fact<String>) -> String {
    match fact {
        Fact::Known(words) => words.clone(),
        Fact::Absent => "none".to_owned(),
        Fact::Hidden => "?".to_owned(),
    }
}

fn tier(agent: &AgentRow) -> String {
    match agent.autonomy_tier {
        Fact::Known(tier) => tier.to_string(),
        Fact::Absent => "none".to_owned(),
        Fact::Hidden => "?".to_owned(),
    }
}

fn day(at: Fact<Timestamp>) -> String {
    match at {
        Fact::Known(at) => at.strftime("%Y-%m-%d").to_string(),
        Fact::Absent => "never".to_owned(),
        Fact::Hidden => "?".to_owned(),
    }
}

/// The marked agent in five lines; `titles` are the words for the tiers.
pub fn aside(agent: &AgentRow, titles: &[String], width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let listed = if agent.is_registered { "in the register" } else { "found, in no register" };
    let id = if agent.id == agent.name { String::new() } else { format!(" · {}", agent.id) };
    let title = agent.autonomy_tier.known().and_then(|tier| titles.get(usize::from(*tier)));
    let title = title.map_or_else(String::new, |title| format!(" ({title})"));
    let writes = match agent.writes_production {
        Fact::Known(true) => "yes",
        Fact::Known(false) | Fact::Absent => "no",
        Fact::Hidden => "?",
    };
    let tools = match &agent.tools {
        None => "no source tells what it holds".to_owned(),
        Some(tools) if tools.is_empty() => "it holds nothing".to_owned(),
        Some(tools) => tools.join(", "),
    };
    let score = agent.score.map_or_else(|| "?".to_owned(), |score| format!("{score:.1}"));
    let excess = agent.peer.and_then(Peer::excess);
    let excess = excess.map_or_else(String::new, |excess| format!(" ({excess:.1} of excess)"));
    let peer = agent.peer.map_or("?", Peer::word);
    let ends = match agent.ends {
        Fact::Known(_) => format!("ends {}", day(agent.ends)),
        Fact::Absent => "no end".to_owned(),
        Fact::Hidden => "end ?".to_owned(),
    };
    let cut = |words: &str| text::cut(&text::shown(words), width);
    vec![
        Line::styled(
            cut(&format!("{}{id} · {listed} · last seen {} · {ends}", agent.name, day(agent.last_seen))),
            theme.strong(),
        ),
        Line::styled(cut(&format!("task {} · owner {}", told(&agent.task), told(&agent.owner))), theme.text),
        Line::styled(
            cut(&format!(
                "tier {}{title} · gate {} · changes production: {writes}",
                tier(agent),
                told(&agent.approval_gate)
            )),
            theme.text,
        ),
        Line::styled(cut(&format!("tools: {tools}")), theme.muted),
        Line::styled(cut(&format!("score {score} · beside people: {peer}{excess}")), theme.text),
    ]
}
