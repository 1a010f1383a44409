//! AI agents in words: how many of each autonomy tier have somebody who answers for them.

use super::rights::identities_of;
use crate::export::words::{grouped, plain};
use crate::model::agents::{Agents, OwnerState};
use crate::model::catalog::Catalog;

/// The tiers, and the column of agents of which no tier is told.
pub(in crate::export) const COLUMNS: usize = 6;

/// What the figure of AI agents tells.
#[derive(Debug, Clone)]
pub(in crate::export) struct AgentTable {
    pub finding: String,
    /// Titles of tiers 0 to 4.
    pub tiers: Vec<String>,
    /// One row for each state of an owner.
    pub rows: Vec<AgentLine>,
    /// What stands below: agents outside the register, identities that may be agents.
    pub notes: Vec<String>,
}

/// Agents whose owner is in one state, by tier 0 to 4 and unknown.
#[derive(Debug, Clone)]
pub(in crate::export) struct AgentLine {
    pub state: OwnerState,
    pub counts: [u64; COLUMNS],
}

impl AgentLine {
    /// All of the row.
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }
}

impl AgentTable {
    /// Words everything.
    pub fn new(agents: &Agents, catalog: &Catalog) -> Self {
        let tiers = [Some(0), Some(1), Some(2), Some(3), Some(4), None];
        let line =
            |state| AgentLine { state, counts: tiers.map(|tier: Option<u8>| agents.count(state, tier)) };
        // Owned first: what is missing reads as what is left.
        let rows: Vec<AgentLine> = OwnerState::ALL.into_iter().rev().map(line).collect();
        let titles = &catalog.vocabulary.autonomy_tiers;
        Self {
            finding: finding(agents, &rows),
            tiers: titles.iter().map(|title| plain(title)).collect(),
            rows,
            notes: notes(agents),
        }
    }
}

fn finding(agents: &Agents, rows: &[AgentLine]) -> String {
    if agents.agents.is_empty() {
        return "No AI agent is registered or was found.".to_owned();
    }
    let count = |state| rows.iter().filter(|row| row.state == state).map(AgentLine::total).sum();
    let free = |row: &AgentLine| row.counts.iter().skip(3).take(2).sum::<u64>();
    let alone: u64 = rows.iter().filter(|row| row.state != OwnerState::Owned).map(free).sum();
    let all = agents.agents.len() as u64;
    let word = if all == 1 { "AI agent" } else { "AI agents" };
    format!(
        "{} {word}: {} owned by somebody who works here, {} without an owner, {} whose owner has left, {} of whom that is \
         not known. Of tiers 3 and 4, {} {} nobody who surely answers for them.",
        grouped(all),
        grouped(count(OwnerState::Owned)),
        grouped(count(OwnerState::NoOwner)),
        grouped(count(OwnerState::OwnerGone)),
        grouped(count(OwnerState::Unknown)),
        grouped(alone),
        if alone == 1 { "has" } else { "have" },
    )
}

fn notes(agents: &Agents) -> Vec<String> {
    let free = agents.agents.iter().filter(|row| !row.is_registered).count() as u64;
    let mut notes = vec![format!("{} of them in no register.", grouped(free))];
    if agents.unclassified > 0 {
        let identities = identities_of(agents.unclassified);
        notes.push(format!("{identities} without a class may be agents too and stand in no cell."));
    }
    notes
}
