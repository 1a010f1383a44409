//! The list of AI agents: rows of the register and agents that discovery found, each with what is known of it. Judged
//! by the conditions of the metrics, so that the list and the figures cannot differ.

use super::{Known, has_owner, owner, owner_works_here};
use crate::metrics::facts::most;
use crate::metrics::judge;
use crate::metrics::tally::View;
use crate::model::agents::{AgentRow, Agents, OwnerState};
use crate::model::inventory::{Agent, Class, Fact};
use crate::model::merged::{Feed, Identity, IdentityAt, Inventory};

/// Every agent, those without a living owner first.
pub fn listed(inventory: &Inventory) -> Agents {
    let Some(view) = View::new(inventory) else { return Agents::default() };
    let mut agents: Vec<AgentRow> = Vec::new();
    for listed in &inventory.agents {
        agents.push(row(&view, Some(&listed.row), listed.identity));
    }
    let mut unclassified = 0;
    let free = inventory.identities.iter().enumerate().filter(|(_, identity)| identity.agents.is_empty());
    for (at, identity) in free {
        match (judge::enabled(identity, Class::Ai).holds, identity.class()) {
            (Some(false), _) => {}
            // One that may be the same as a row of the register is listed too: leaving it out could hide it.
            (_, Fact::Known(Class::Ai)) => agents.push(row(&view, None, Some(at))),
            _ => unclassified += 1,
        }
    }
    agents.sort_by(|one, other| {
        let by_name = || one.name.to_lowercase().cmp(&other.name.to_lowercase()).then(one.id.cmp(&other.id));
        one.owner_state.cmp(&other.owner_state).then_with(by_name)
    });
    let is_told = view.has(Feed::Agents) || !agents.is_empty();
    Agents { is_told, unclassified, agents }
}

fn row(view: &View<'_>, row: Option<&Agent>, at: Option<IdentityAt>) -> AgentRow {
    let identity = at.and_then(|at| view.inventory.identities.get(at));
    let privilege = at.and_then(|at| view.privilege(at));
    let known = Known { row, identity, privilege };
    let said = |fact: fn(&Agent) -> &Fact<String>| row.map_or(Fact::Hidden, |row| fact(row).clone());
    let named = row.map(|row| (row.id.clone(), row.name.clone(), row.source.clone()));
    let discovered = || {
        let identity = identity?;
        let system = identity.accounts.first().and_then(|account| account.system.clone());
        Some((identity.id.clone(), identity.name.clone(), system))
    };
    let (id, name, system) = named.or_else(discovered).unwrap_or_default();
    AgentRow {
        id,
        name,
        system,
        is_registered: row.is_some_and(|row| row.is_registered),
        owner: owner_of(known),
        owner_state: owner_state(view, known),
        task: said(|row| &row.task),
        autonomy_tier: row.map_or(Fact::Hidden, |row| row.autonomy_tier),
        approval_gate: said(|row| &row.approval_gate),
        writes_production: row.map_or(Fact::Hidden, |row| row.writes_production),
        tools: identity.and_then(|identity| tools(view, identity)),
        identity: identity.map(|identity| identity.id.clone()),
        score: privilege.map(|privilege| privilege.score.point),
        peer: privilege.map(|privilege| privilege.peer),
        last_seen: last_seen(row, identity),
        ends: row.map_or(Fact::Hidden, |row| row.ends),
    }
}

fn owner_of(known: Known<'_>) -> Fact<String> {
    if let Some(name) = owner(known) {
        return Fact::Known(name.clone());
    }
    let told = [known.row.map(|row| &row.owner), known.identity.map(|identity| &identity.owner)];
    let is_hidden = told.into_iter().flatten().any(|owner| !owner.is_told());
    if is_hidden { Fact::Hidden } else { Fact::Absent }
}

fn owner_state(view: &View<'_>, known: Known<'_>) -> OwnerState {
    match (has_owner(known).holds, owner_works_here(view, known).holds) {
        (Some(false), _) => OwnerState::NoOwner,
        (Some(true), Some(true)) => OwnerState::Owned,
        (Some(true), Some(false)) => OwnerState::OwnerGone,
        _ => OwnerState::Unknown,
    }
}

/// What an identity holds, as titles; `None` where nobody looked.
fn tools(view: &View<'_>, identity: &Identity) -> Option<Vec<String>> {
    let grants = identity.grants.iter().filter_map(|at| view.inventory.grants.get(*at));
    let mut titles: Vec<String> =
        grants.filter(|grant| grant.kind.gives()).map(|grant| grant.title.to_string()).collect();
    titles.sort();
    titles.dedup();
    let is_looked_at = !titles.is_empty() || judge::nothing_held(view, identity).holds.is_some();
    is_looked_at.then_some(titles)
}

/// The newest action that the register or any account shows.
fn last_seen(row: Option<&Agent>, identity: Option<&Identity>) -> Fact<jiff::Timestamp> {
    let accounts = identity.map(|identity| identity.accounts.as_slice()).unwrap_or_default();
    let seen = accounts.iter().map(|account| account.last_seen);
    seen.chain(row.map(|row| row.last_seen)).fold(Fact::Hidden, most)
}
