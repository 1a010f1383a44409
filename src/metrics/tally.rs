//! Counting: the rows behind a number, and the number that follows from them. The explanation shows the same
//! rows, so that it cannot differ from the value.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use super::finding::{Because, Finding, Gap};
use crate::model::merged::{Feed, IdentityAt, Inventory};
use crate::model::metric::{Measured, Why};
use crate::model::privilege::Privilege;

/// What computations read: the inventory, and the moment that ages are relative to.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    pub inventory: &'a Inventory,
    pub now: Timestamp,
}

impl<'a> View<'a> {
    /// The view at the newest snapshot's own time; `None` while nothing was pulled.
    pub fn new(inventory: &'a Inventory) -> Option<Self> {
        Some(Self { inventory, now: inventory.taken? })
    }

    /// The moment some days before the snapshot.
    pub fn days_ago(&self, days: i64) -> Timestamp {
        self.now.checked_sub(SignedDuration::from_hours(24 * days)).unwrap_or(Timestamp::MIN)
    }

    /// Whether a moment lies in the last days before the snapshot; a later one does not.
    pub fn is_within(&self, at: Timestamp, days: i64) -> bool {
        at >= self.days_ago(days) && at <= self.now
    }

    /// What an identity may effectively do; `None` where no source tells.
    pub fn privilege(&self, identity: IdentityAt) -> Option<&'a Privilege> {
        self.inventory.privileges.get(identity)?.as_ref()
    }

    /// Whether any pull lists this kind of thing.
    pub fn has(&self, feed: Feed) -> bool {
        self.inventory.sources.iter().any(|seen| seen.feeds.contains(&feed))
    }
}

/// Which row of the inventory is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    Identity(usize),
    Grant(usize),
    Credential(usize),
    Agent(usize),
    Tool(usize),
    System(usize),
}

/// One row behind a number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Counted {
    pub subject: Subject,
    /// Whether it belongs to the population.
    pub belongs: Option<bool>,
    /// Whether it counts.
    pub finding: Finding,
    /// What it adds when it counts: 1, or points.
    pub weight: u32,
}

/// A value and the rows that it follows from.
#[derive(Debug, Clone, PartialEq)]
pub struct Tally {
    pub value: Measured,
    pub rows: Vec<Counted>,
}

impl Tally {
    /// Counts rows: low when every silent one is a no, high when every silent one is a yes.
    pub fn count(rows: impl IntoIterator<Item = Counted>) -> Self {
        let rows: Vec<Counted> = rows.into_iter().filter(|row| row.belongs != Some(false)).collect();
        Self { value: value(&rows), rows }
    }

    /// Nothing can be said.
    pub fn unknown(reason: impl Into<String>, remedy: impl Into<String>) -> Self {
        let why = Why { reason: reason.into(), remedy: remedy.into() };
        Self { value: Measured::Unknown(why), rows: Vec::new() }
    }
}

impl Counted {
    /// A row of a population, judged by a condition.
    pub fn new(subject: Subject, belongs: Finding, counts: impl FnOnce() -> Finding) -> Self {
        let finding = if belongs.holds == Some(false) { belongs } else { belongs.and(counts()) };
        Self { subject, belongs: belongs.holds, finding, weight: 1 }
    }

    /// A row of a population that is itself what is counted.
    pub fn member(subject: Subject, belongs: Finding) -> Self {
        Self { subject, belongs: belongs.holds, finding: belongs, weight: 1 }
    }

    /// The same row as a sure member of its population, whether or not it counts.
    pub fn among(self) -> Self {
        Self { belongs: Some(true), ..self }
    }

    /// The same row, adding points instead of one.
    pub fn weighing(self, weight: u32) -> Self {
        Self { weight, ..self }
    }
}

/// Unknown while no row of the population is told: a row that only may belong to it tells nothing of it, or
/// hiding whether a row belongs could make a value known.
fn value(rows: &[Counted]) -> Measured {
    let sum = |holds: Option<bool>| -> f64 {
        rows.iter().filter(|row| row.finding.holds == holds).fold(0.0, |sum, row| sum + f64::from(row.weight))
    };
    let silent = rows.iter().filter(|row| row.finding.holds.is_none()).count();
    let is_told = |row: &Counted| row.belongs == Some(true) && row.finding.holds.is_some();
    if silent > 0 && !rows.iter().any(is_told) {
        return Measured::Unknown(commonest(rows).why());
    }
    let low = sum(Some(true));
    if silent == 0 { Measured::Known(low) } else { Measured::Between { low, high: low + sum(None) } }
}

/// What most of the silent rows leave open.
fn commonest(rows: &[Counted]) -> Gap {
    let mut gaps: HashMap<&str, (usize, Gap)> = HashMap::new();
    for row in rows {
        if let Because::Open(gap) = row.finding.because {
            gaps.entry(gap.fact).or_insert((0, gap)).0 += 1;
        }
    }
    let most = gaps.into_values().max_by(|a, b| a.0.cmp(&b.0).then(b.1.fact.cmp(a.1.fact)));
    most.map_or(Gap { fact: "it", remedy: "pull a source that does" }, |(_, gap)| gap)
}
