//! AI tools and agents to render: so many, decided and owned in every way, under names of one's choice.

use trueup::metrics;
use trueup::model::agents::Agents;
use trueup::model::inventory::{Agent, Fact};
use trueup::model::merged::{Feed, Found, Inventory, Listed, Seen};
use trueup::model::shadow::Shadow;

use crate::inventory::pulled;

/// What a sample shows of AI.
pub struct Ai {
    pub shadow: Shadow,
    pub agents: Agents,
}

/// How many tools and agents there are, and which channels found the tools.
#[derive(Clone, Copy)]
pub struct Many<'a> {
    pub tools: usize,
    pub agents: usize,
    /// Each tool by the sets of channels in turn.
    pub channels: &'a [&'a [&'a str]],
    /// Names in turn.
    pub names: &'a [&'a str],
    /// Whether anything is told of decisions, owners and tiers.
    pub is_told: bool,
}

/// Both sides found tools, some of them the same.
pub const BOTH: &[&[&str]] =
    &[&["network"], &["network", "consent"], &["consent", "endpoint"], &["keys"], &["code"]];

pub const COMPANY: Many<'static> =
    Many { tools: 47, agents: 23, channels: BOTH, names: &["Example Chat"], is_told: true };

impl Ai {
    pub fn of(many: Many<'_>) -> Self {
        let mut manifest = pulled("any", "register", vec![]).manifest;
        manifest.origin.clear();
        let seen = Seen { feeds: [Feed::Tools, Feed::Agents].into(), ..Seen::new(&manifest) };
        let inventory = Inventory {
            taken: Some("2026-12-01T00:00:00Z".parse().unwrap()),
            sources: vec![seen],
            tools: (0..many.tools).map(|place| tool(many, place)).collect(),
            agents: (0..many.agents).map(|place| agent(many, place)).collect(),
            ..Inventory::default()
        };
        Self {
            shadow: metrics::shadow(&inventory, &inventory.decisions),
            agents: metrics::agents(&inventory),
        }
    }
}

fn name(many: Many<'_>, place: usize) -> String {
    format!("{} {place}", many.names[place % many.names.len()])
}

fn tool(many: Many<'_>, place: usize) -> Found {
    let found = Fact::Known("2026-11-20T00:00:00Z".parse().unwrap());
    let said =
        [Fact::Absent, Fact::Known(true), Fact::Known(false), Fact::Absent, Fact::Known(true), Fact::Hidden];
    let channels =
        if many.channels.is_empty() { &[][..] } else { many.channels[place % many.channels.len()] };
    Found {
        id: format!("{}.example", name(many, place)),
        name: name(many, place),
        channels: channels.iter().map(|channel| ((*channel).to_owned(), found)).collect(),
        found,
        is_sanctioned: if many.is_told { said[place % said.len()] } else { Fact::Hidden },
        ..Found::default()
    }
}

fn agent(many: Many<'_>, place: usize) -> Listed {
    let owner = [Fact::Known(name(many, place)), Fact::Absent, Fact::Hidden, Fact::Known(name(many, place))];
    let active = [Fact::Known(true), Fact::Known(false), Fact::Hidden];
    let tier = u8::try_from(place % 7 % 5).unwrap();
    let row = Agent {
        id: name(many, place),
        name: name(many, place),
        owner: if many.is_told { owner[place % 4].clone() } else { Fact::Hidden },
        is_owner_active: if many.is_told { active[place % 3] } else { Fact::Hidden },
        autonomy_tier: if many.is_told && place % 5 != 4 { Fact::Known(tier) } else { Fact::Hidden },
        is_registered: !place.is_multiple_of(3),
        ..Agent::default()
    };
    Listed { row, identity: None }
}
