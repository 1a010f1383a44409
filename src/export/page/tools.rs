//! AI tools in words: how they are decided, by which channel they were found, how many may be unseen.

use std::collections::BTreeMap;

use crate::export::words::{grouped, plain};
use crate::model::catalog::Catalog;
use crate::model::decision::Sanction;
use crate::model::shadow::{SanctionCounts, Shadow, Unseen};

/// How many channels have a row of their own.
const CHANNELS: usize = 8;
/// The published share of organisations.
const REFERENCE: &str = "jc-shadow";

/// What the figure of AI tools tells.
#[derive(Debug, Clone)]
pub(in crate::export) struct Tools {
    pub finding: String,
    /// All tools, then those of each channel; a tool stands in the row of every channel that found it.
    pub rows: Vec<ToolBar>,
    pub unseen: Unseen,
    /// What is said of the unseen, and what that rests on.
    pub sentences: Vec<String>,
    /// `None` where no two sides can be compared.
    pub assumptions: Option<String>,
    /// A published figure and its unit; `None` where the catalogue lacks it.
    pub published: Option<String>,
}

/// Some tools, by what was decided.
#[derive(Debug, Clone)]
pub(in crate::export) struct ToolBar {
    pub title: String,
    pub counts: SanctionCounts,
}

impl Tools {
    /// Words everything.
    pub fn new(shadow: &Shadow, catalog: &Catalog) -> Self {
        let unseen = &shadow.unseen;
        let mut sentences = vec![plain(&unseen.sentence())];
        let is_compared = !unseen.first.channels.is_empty() && !unseen.second.channels.is_empty();
        if is_compared {
            sentences.push(plain(&unseen.basis()));
        }
        let published = catalog.benchmarks.iter().find(|benchmark| benchmark.id == REFERENCE);
        Self {
            finding: finding(shadow),
            rows: rows(shadow),
            unseen: unseen.clone(),
            sentences,
            assumptions: is_compared
                .then(|| format!("Assumed: {}. {}.", Unseen::ASSUMPTIONS.join("; "), Unseen::METHOD)),
            published: published
                .map(|published| format!("{}. {}", plain(&published.cited()), Shadow::REFERENCE_UNIT)),
        }
    }
}

fn finding(shadow: &Shadow) -> String {
    let all = shadow.counts.total();
    if all == 0 {
        return "No AI tool was found.".to_owned();
    }
    let parts = Sanction::ALL.map(|sanction| {
        let count = grouped(shadow.counts.of(sanction));
        match sanction {
            Sanction::Unknown => format!("of {count} no source tells"),
            decided => format!("{count} {}", decided.id()),
        }
    });
    let tools = if all == 1 { "AI tool" } else { "AI tools" };
    format!("{} {tools} found: {}.", grouped(all), parts.join(", "))
}

fn rows(shadow: &Shadow) -> Vec<ToolBar> {
    let mut channels: BTreeMap<String, SanctionCounts> = BTreeMap::new();
    for tool in shadow.tools.iter().filter(|tool| tool.is_found) {
        for channel in tool.channels.keys() {
            channels.entry(plain(channel)).or_default().add(tool.sanction);
        }
    }
    let mut channels: Vec<ToolBar> =
        channels.into_iter().map(|(title, counts)| ToolBar { title, counts }).collect();
    channels.sort_by_key(|row| std::cmp::Reverse(row.counts.total()));
    channels.truncate(CHANNELS);
    let all = ToolBar { title: "All that were found".to_owned(), counts: shadow.counts };
    std::iter::once(all).chain(channels).collect()
}
