//! Over-privilege in words: classes side by side, those with the most excess, AI agents beside people.

use super::references::Reference;
use crate::export::Rights;
use crate::export::words::{counted, grouped, plain};
use crate::model::catalog::Catalog;

mod heavy;
mod peers;
mod spread;

pub(in crate::export) use heavy::{Heaviest, Heavy};
pub(in crate::export) use peers::Peers;
pub(in crate::export) use spread::{Spread, Spreads};

/// What the figures of over-privilege tell.
#[derive(Debug, Clone)]
pub(in crate::export) struct Privileges {
    pub spreads: Spreads,
    pub heaviest: Heaviest,
    pub peers: Peers,
    /// What the figures rest on, one line each.
    pub basis: Vec<String>,
}

impl Privileges {
    /// What a reader must not take them for.
    pub const CAUTION: &str = "Made from grants and use, weighed by judgement; no audit, no probability. What is unknown widens the range; the edges of low, medium and high are soft.";

    /// Words everything.
    pub fn new(rights: Rights<'_>, catalog: &Catalog) -> Self {
        Self {
            spreads: Spreads::new(rights),
            heaviest: Heaviest::new(rights),
            peers: Peers::new(rights.population, catalog),
            basis: basis(rights),
        }
    }
}

fn basis(rights: Rights<'_>) -> Vec<String> {
    let population = rights.population;
    let identities: u64 = population.classes.iter().map(|class| class.identities).sum();
    let known: u64 = population.classes.iter().map(|class| class.known).sum();
    let taken = population.taken.map_or_else(
        || "the moment of the snapshot is not known".to_owned(),
        |taken| format!("snapshot {}", taken.strftime("%Y-%m-%d")),
    );
    let digest: String = plain(&population.weights).chars().take(12).collect();
    let whose = if population.is_weights_changed { "changed by the user" } else { "built in" };
    let tables = match population.tables.as_slice() {
        [] => "no table of actions".to_owned(),
        tables => tables.iter().map(|table| plain(table)).collect::<Vec<_>>().join(", "),
    };
    let mut lines = vec![
        format!("n = {}, the rights of {} known · {taken}", identities_of(identities), grouped(known)),
        format!("Weights {digest}… ({whose}) · {tables}"),
    ];
    if !population.notes.is_empty() {
        let notes: Vec<_> = population.notes.iter().map(|note| plain(note)).collect();
        lines.push(format!("{}: {}", counted(notes.len(), "note"), notes.join(" ")));
    }
    lines
}

/// `1 identity`, `2,345 identities`.
pub(super) fn identities_of(count: u64) -> String {
    if count == 1 { "1 identity".to_owned() } else { format!("{} identities", grouped(count)) }
}

/// A survey's figure, apart from everything of the organisation's own.
#[derive(Debug, Clone)]
pub(in crate::export) struct Published {
    /// 0 to 100.
    pub value: f64,
    pub reference: Reference,
}
