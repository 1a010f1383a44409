//! How over-privilege is spread over each class; the classes are never averaged into one figure.

use crate::export::Rights;
use crate::export::words::{estimate, grouped, percent, rounded, score};
use crate::model::inventory::Class;
use crate::model::privilege::{ClassPrivilege, Estimate, Privilege};

/// All classes side by side.
#[derive(Debug, Clone)]
pub(in crate::export) struct Spreads {
    /// Human, machine, AI agent; then those without a class, where there are any.
    pub classes: Vec<Spread>,
    /// Where medium and high begin.
    pub edges: [f64; 2],
    pub finding: String,
}

/// One class.
#[derive(Debug, Clone)]
pub(in crate::export) struct Spread {
    pub title: &'static str,
    pub class: Option<Class>,
    pub identities: u64,
    pub known: u64,
    /// Identities whose score lies in each ten.
    pub tens: [u64; 10],
    pub index: Option<Estimate>,
    pub median: Option<f64>,
    pub p90: Option<f64>,
    /// Too little use is known for the index to be more than a structural estimate.
    pub is_structural: bool,
    /// Names and values, in the order in which they are shown; empty where nobody is known.
    pub figures: Vec<(String, String)>,
}

impl Spreads {
    /// Words the population.
    pub fn new(rights: Rights<'_>) -> Self {
        let edges = [rights.weights.medium_from, rights.weights.high_from];
        let classes = rights.population.classes.iter();
        let classes: Vec<_> = classes
            .filter(|class| class.class.is_some() || class.identities > 0)
            .map(|class| Spread::new(class, edges))
            .collect();
        Self { finding: finding(&classes), classes, edges }
    }
}

impl Spread {
    fn new(class: &ClassPrivilege, edges: [f64; 2]) -> Self {
        let is_structural = class.coverage.is_some_and(|coverage| coverage < Privilege::STRUCTURAL);
        Self {
            title: class.class.map_or("No class", Class::title),
            class: class.class,
            identities: class.identities,
            known: class.known,
            tens: class.histogram,
            index: class.index,
            median: class.median,
            p90: class.p90,
            is_structural,
            figures: figures(class, edges, is_structural),
        }
    }

    /// Those whose rights no source tells.
    pub fn unknown(&self) -> u64 {
        self.identities.saturating_sub(self.known)
    }

    /// The share of the class, 0 to 1.
    pub fn share(&self, count: u64) -> f64 {
        if self.identities == 0 { 0.0 } else { count as f64 / self.identities as f64 }
    }

    /// How many there are, in words.
    pub fn counts(&self) -> [String; 2] {
        [format!("n = {}", grouped(self.identities)), format!("{} known", grouped(self.known))]
    }

    /// Why there are no figures, where there are none.
    pub fn absent(&self) -> Option<&'static str> {
        match (self.identities, self.known) {
            (0, _) => Some("none was seen"),
            (_, 0) => Some("the rights of none are known"),
            _ => None,
        }
    }

    /// The index with its range, and what to know before it is read.
    pub fn headline(&self) -> String {
        let structural = if self.is_structural { ", a structural estimate" } else { "" };
        self.index.map_or_else(|| score(None), |index| format!("{}{structural}", estimate(index)))
    }
}

fn figures(class: &ClassPrivilege, [_, high]: [f64; 2], is_structural: bool) -> Vec<(String, String)> {
    if class.known == 0 {
        return Vec::new();
    }
    let index = if is_structural { "Index (structural)" } else { "Index" };
    let share = |share: Option<f64>| share.map_or_else(|| score(None), percent);
    let named = [
        (index, class.index.map_or_else(|| score(None), estimate)),
        ("Median", score(class.median)),
        ("P90", score(class.p90)),
        ("", share(class.share_high)),
        ("Use known (coverage)", share(class.coverage)),
        ("Permanent, of tiers 0 and 1", share(class.standing)),
        ("Way to tier 0", share(class.exposure)),
    ];
    let high = format!("High (from {})", whole(high));
    let name = |name: &str| if name.is_empty() { high.clone() } else { name.to_owned() };
    named.into_iter().map(|(title, value)| (name(title), value)).collect()
}

/// A bound without a needless decimal.
fn whole(value: f64) -> String {
    let text = rounded(value);
    text.strip_suffix(".0").unwrap_or(&text).to_owned()
}

/// A class inside a sentence.
fn word(class: Option<Class>) -> &'static str {
    match class {
        Some(Class::Human) => "human",
        Some(Class::Machine) => "machine",
        Some(Class::Ai) => "AI agent",
        None => "no class",
    }
}

/// Which class carries the most, if the ranges allow to say so.
fn finding(classes: &[Spread]) -> String {
    let named = classes.iter().filter(|spread| spread.class.is_some());
    let mut known: Vec<(&Spread, Estimate)> = named.filter_map(|class| Some((class, class.index?))).collect();
    known.sort_by(|(_, one), (_, other)| other.point.total_cmp(&one.point));
    let is_structural = known.iter().all(|(spread, _)| spread.is_structural);
    let value = |(spread, index): &(&Spread, Estimate)| {
        let value = if is_structural { estimate(*index) } else { spread.headline() };
        format!("{} {value}", word(spread.class))
    };
    let values = known.iter().map(value).collect::<Vec<_>>().join("; ");
    let apart = match known.as_slice() {
        [] => return "No source tells of the rights of any class.".to_owned(),
        [_] => "Of no other class any rights are known.",
        [(_, first), others @ ..] if others.iter().all(|(_, other)| other.high < first.low) => {
            "The ranges of the first and the others do not touch."
        }
        _ => "Ranges overlap: which is the highest is open.",
    };
    let structural = if is_structural { " (structural estimate: little use is known)" } else { "" };
    format!("Index{structural}: {values}. {apart}")
}
