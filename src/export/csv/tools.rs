//! Every AI tool and every AI agent, one a line. An empty cell is not known; `none` and `never` are known.

use jiff::Timestamp;

use super::{Cell, yes_or_no};
use crate::model::agents::{AgentRow, Agents};
use crate::model::inventory::{Confidence, Fact};
use crate::model::shadow::{Shadow, ToolRow};

pub(super) const TOOLS: [&str; 17] = [
    "id",
    "name",
    "system",
    "sanction",
    "sources_say",
    "decided",
    "decided_by",
    "reason",
    "found",
    "channels",
    "users",
    "found_now",
    "vendor",
    "confidence",
    "rule",
    "seen",
    "holds_secret",
];

pub(super) const AGENTS: [&str; 16] = [
    "id",
    "name",
    "system",
    "registered",
    "owner",
    "owner_state",
    "task",
    "autonomy_tier",
    "approval_gate",
    "writes_production",
    "tools",
    "identity",
    "score",
    "peer",
    "last_seen",
    "ends",
];

pub(super) fn tools(shadow: &Shadow) -> impl Iterator<Item = Vec<Cell>> {
    shadow.tools.iter().map(tool)
}

pub(super) fn agents(agents: &Agents) -> impl Iterator<Item = Vec<Cell>> {
    agents.agents.iter().map(agent)
}

fn tool(row: &ToolRow) -> Vec<Cell> {
    let channels: Vec<&str> = row.channels.keys().map(String::as_str).collect();
    let decision = row.decision.as_ref();
    vec![
        Cell::text(&row.id),
        Cell::text(&row.name),
        Cell::text(row.system.as_ref().map_or("", |system| system.as_str())),
        Cell::text(row.sanction.id()),
        Cell::text(row.said.id()),
        day(row.decided),
        Cell::text(decision.map_or("", |decision| decision.by.as_str())),
        Cell::text(decision.map_or("", |decision| decision.reason.as_str())),
        day(row.found),
        Cell::text(channels.join(" ")),
        Cell::maybe(row.users.known()),
        Cell::text(yes_or_no(row.is_found)),
        Cell::text(&row.vendor),
        Cell::text(row.sign.confidence.map_or("", Confidence::word)),
        Cell::text(&row.sign.rule),
        Cell::text(row.sign.seen.join("; ")),
        Cell::text(row.holds_secret.known().map_or("", |holds| yes_or_no(*holds))),
    ]
}

fn agent(row: &AgentRow) -> Vec<Cell> {
    let writes = row.writes_production.known().map_or("", |writes| yes_or_no(*writes));
    vec![
        Cell::text(&row.id),
        Cell::text(&row.name),
        Cell::text(row.system.as_ref().map_or("", |system| system.as_str())),
        Cell::text(yes_or_no(row.is_registered)),
        told(&row.owner),
        Cell::text(row.owner_state.id()),
        told(&row.task),
        Cell::maybe(row.autonomy_tier.known()),
        told(&row.approval_gate),
        Cell::text(writes),
        Cell::text(row.tools.as_ref().map_or_else(String::new, |tools| tools.join("; "))),
        Cell::text(row.identity.as_deref().unwrap_or_default()),
        Cell::maybe(row.score.filter(|score| score.is_finite())),
        Cell::text(row.peer.map_or("", crate::model::privilege::Peer::id)),
        day(row.last_seen),
        day(row.ends),
    ]
}

fn told(fact: &Fact<String>) -> Cell {
    match fact {
        Fact::Known(words) => Cell::text(words),
        Fact::Absent => Cell::text("none"),
        Fact::Hidden => Cell::text(""),
    }
}

fn day(at: Fact<Timestamp>) -> Cell {
    match at {
        Fact::Known(at) => Cell::text(at.to_string()),
        Fact::Absent => Cell::text("never"),
        Fact::Hidden => Cell::text(""),
    }
}
