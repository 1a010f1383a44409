//! One agent against what people have, on the scale of the survey: less, same, more, significantly more.

use super::super::right::Granted;
use super::super::score::Scale;
use super::super::services::Line;
use super::baseline::Baseline;
use super::held::mass;
use crate::model::privilege::{Peer, Weights};

/// How an agent compares with one baseline.
pub struct Beside<'a> {
    pub baseline: &'a Baseline,
    /// The mass of what the people do not have, as if none of it were used.
    pub excess: f64,
    pub answer: Peer,
}

impl<'a> Beside<'a> {
    /// Compares an agent of so much power.
    pub fn new(
        baseline: &'a Baseline,
        granted: &Granted,
        lines: &[Line],
        (scale, power): (&Scale<'_>, f64),
    ) -> Self {
        let mut beyond = baseline.beyond(&granted.rights, lines).map(|(_, right)| right).peekable();
        let has_nothing = beyond.peek().is_none();
        let is_less = has_nothing && power < scale.weights.peer_less_below * baseline.power;
        let excess = mass(scale, beyond);
        let answer = match answer(scale.weights, excess, is_less, scale.of_excess(excess)) {
            // What is not shown can only add: more stays more, and nothing else is known.
            Peer::Less { .. } | Peer::Same { .. } if granted.is_dark => Peer::NotCompared,
            answer => answer,
        };
        Self { baseline, excess, answer }
    }
}

/// The rights that the people do not have, with their names, put into `kept`.
pub fn beyond(baseline: &Baseline, granted: &Granted, lines: &[Line], mut kept: Granted) -> Granted {
    for (at, right) in baseline.beyond(&granted.rights, lines) {
        kept.rights.push(right.clone());
        kept.texts.push(granted.texts.get(at).cloned().unwrap_or_default());
    }
    kept
}

/// The answer for an excess beyond peers and its score.
pub fn answer(weights: &Weights, excess: f64, is_less: bool, score: f64) -> Peer {
    if score >= weights.peer_significant_from {
        Peer::SignificantlyMore { excess }
    } else if excess >= weights.peer_more_from {
        Peer::More { excess }
    } else if is_less {
        Peer::Less { excess }
    } else {
        Peer::Same { excess }
    }
}
