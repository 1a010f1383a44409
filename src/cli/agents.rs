//! `trueup agents`: AI agents, who answers for each, what each may do alone, and what it holds.

use super::call::Call;
use super::text::{Page, Paint, WIDTH, counted, grouped, left, safe, wrapped};
use super::{Done, Error};
use crate::model::agents::{AgentRow, Agents, OwnerState};
use crate::model::inventory::Fact;
use crate::ops;

/// How wide the state of the owner is.
const STATE: usize = 15;

pub(super) async fn run(call: &Call) -> Result<Done, Error> {
    let id = call.assessment().await?;
    let agents = ops::agents(call.ctx().await?, &id).await?;
    call.show(&agents, page)?;
    Ok(Done::Fine)
}

fn page(agents: &Agents) -> String {
    let paint = Paint::new();
    let mut page = Page::default();
    let head = if agents.is_told {
        let count = |state| agents.agents.iter().filter(|row| row.owner_state == state).count();
        let words = OwnerState::ALL.map(|state| format!("{} {}", count(state), state.word()));
        format!("{}: {}", counted(agents.agents.len() as u64, "AI agent"), words.join(" · "))
    } else {
        "No source lists AI agents; pull a register of agents (`trueup sources template agents` prints one)."
            .to_owned()
    };
    page.line(&paint.bold(&head));
    if agents.unclassified > 0 {
        let words = format!("{} without a class may be agents too", grouped(agents.unclassified));
        page.line(&paint.muted(&words));
    }
    for row in &agents.agents {
        page.line("");
        let owner = match &row.owner {
            Fact::Known(owner) => format!(" · owner {}", safe(owner)),
            Fact::Absent | Fact::Hidden => String::new(),
        };
        let listed = if row.is_registered { "" } else { " · not in the register" };
        let name = paint.bold(&safe(&row.name));
        page.line(&format!("{}{name}{owner}{listed}", left(row.owner_state.word(), STATE)));
        let indent = " ".repeat(STATE);
        page.line(&format!("{indent}{}", paint.muted(&wrapped(&safe(&facts(row)), STATE, WIDTH))));
    }
    page.0
}

/// What is known of an agent in one line; a question mark stands for what no source tells.
fn facts(row: &AgentRow) -> String {
    let told = |fact: &Fact<String>| match fact {
        Fact::Known(words) => words.clone(),
        Fact::Absent => "none".to_owned(),
        Fact::Hidden => "?".to_owned(),
    };
    let tier = match row.autonomy_tier {
        Fact::Known(tier) => tier.to_string(),
        Fact::Absent => "none".to_owned(),
        Fact::Hidden => "?".to_owned(),
    };
    let seen = match row.last_seen {
        Fact::Known(at) => at.strftime("%Y-%m-%d").to_string(),
        Fact::Absent => "never".to_owned(),
        Fact::Hidden => "?".to_owned(),
    };
    let tools = row.tools.as_ref().map_or_else(|| "?".to_owned(), |tools| grouped(tools.len() as u64));
    let peer = row.peer.map_or("?", crate::model::privilege::Peer::word);
    format!(
        "task {} · tier {tier} · gate {} · tools {tools} · rights beside peers: {peer} · last seen {seen}",
        told(&row.task),
        told(&row.approval_gate),
    )
}
