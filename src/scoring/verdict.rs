//! The claim set beside the proof.

use crate::model::scorecard::Verdict;
use crate::model::{Bounds, Level};

/// Compares a claim with what the evidence allows; no bounds mean that the question does not apply.
pub(super) fn verdict(bounds: Option<Bounds>, claimed: Option<Level>) -> Verdict {
    let Some(bounds) = bounds else { return Verdict::NotApplicable };
    match claimed {
        None => Verdict::NotAnswered,
        Some(claimed) if claimed > bounds.ceiling() => Verdict::OverClaimed,
        Some(claimed) if claimed < bounds.floor() => Verdict::UnderClaimed,
        Some(_) if bounds.is_exact() => Verdict::Confirmed,
        Some(_) => Verdict::Undetermined,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_is_confirmed_only_where_both_ends_meet() {
        let level = |level| Level::new(level).unwrap();
        let between = |floor, ceiling| Bounds::between(level(floor), level(ceiling));
        for (bounds, claimed, expected) in [
            (None, Some(3), Verdict::NotApplicable),
            (between(1, 2), None, Verdict::NotAnswered),
            (between(1, 2), Some(3), Verdict::OverClaimed),
            (between(1, 2), Some(0), Verdict::UnderClaimed),
            (between(1, 2), Some(2), Verdict::Undetermined),
            (between(2, 2), Some(2), Verdict::Confirmed),
        ] {
            assert_eq!(verdict(bounds, claimed.map(level)), expected);
        }
    }
}
