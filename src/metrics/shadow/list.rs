//! The list of AI tools: each with what counts of what people and sources say of it.

use std::collections::BTreeSet;

use crate::metrics::unseen;
use crate::model::decision::{Decision, Decisions, Sanction, ToolName};
use crate::model::inventory::Fact;
use crate::model::merged::{Feed, Found, Inventory};
use crate::model::shadow::{SanctionCounts, Shadow, Sign, ToolRow};

/// Every tool that was found or decided about, by these decisions: undecided ones first, then the newest finding.
pub fn listed(inventory: &Inventory, decisions: &Decisions) -> Shadow {
    let mut tools: Vec<ToolRow> = inventory.tools.iter().map(|tool| row(decisions, tool)).collect();
    let mut counts = SanctionCounts::default();
    for tool in &tools {
        counts.add(tool.sanction);
    }
    let found: BTreeSet<ToolName> = inventory.tools.iter().map(Found::named).collect();
    let gone = decisions.iter().filter(|(name, _)| !found.contains(*name));
    tools.extend(gone.map(|(name, decision)| gone_row(name, decision)));
    tools.sort_by(|one, other| {
        let order = |row: &ToolRow| (!row.is_found, row.sanction);
        let by_name = || one.name.to_lowercase().cmp(&other.name.to_lowercase()).then(one.id.cmp(&other.id));
        order(one).cmp(&order(other)).then(newest(other).cmp(&newest(one))).then_with(by_name)
    });
    let is_told = inventory.sources.iter().any(|seen| seen.feeds.contains(&Feed::Tools));
    Shadow { is_told, counts, unseen: unseen::unseen(&inventory.tools, is_told), tools }
}

/// The newest time that any channel found it.
fn newest(row: &ToolRow) -> Option<jiff::Timestamp> {
    row.channels.values().chain([&row.found]).filter_map(Fact::known).max().copied()
}

fn row(decisions: &Decisions, tool: &Found) -> ToolRow {
    let decision = decisions.get(&tool.named()).cloned();
    let said = tool.said();
    ToolRow {
        id: tool.id.clone(),
        name: tool.name.clone(),
        system: tool.system.clone(),
        sanction: decision.as_ref().map_or(said, |decision| Sanction::of(decision.is_sanctioned)),
        said,
        decided: decision.as_ref().map_or(tool.decided, |decision| Fact::Known(decision.at)),
        decision,
        found: tool.found,
        channels: tool.channels.clone(),
        users: tool.users,
        is_found: true,
        vendor: tool.vendor.clone(),
        sign: Sign {
            rule: tool.rule.clone(),
            confidence: tool.confidence,
            seen: tool.evidence.iter().cloned().collect(),
        },
        holds_secret: tool.holds_secret,
    }
}

/// A tool that was decided about and is not found any more.
fn gone_row(name: &ToolName, decision: &Decision) -> ToolRow {
    ToolRow {
        id: name.to_string(),
        name: name.to_string(),
        system: None,
        sanction: Sanction::of(decision.is_sanctioned),
        said: Sanction::Unknown,
        decided: Fact::Known(decision.at),
        decision: Some(decision.clone()),
        found: Fact::Hidden,
        channels: [].into(),
        users: Fact::Hidden,
        is_found: false,
        vendor: String::new(),
        sign: Sign::default(),
        holds_secret: Fact::Hidden,
    }
}
