//! Times as directories and their collectors write them: seconds since 1970, or 100 ns since 1601; several numbers
//! stand for "never".

use jiff::Timestamp;

use crate::model::inventory::Fact;

/// From 1601 to 1970, in seconds.
const BEFORE_1970: i64 = 11_644_473_600;
/// Units of a directory's time in a second.
const UNITS: i64 = 10_000_000;
/// Numbers from here on are not seconds since 1970.
const NO_SECONDS: i64 = 100_000_000_000;
/// "Never" and "nothing", as directories write them and as collectors convert them to seconds.
const NEVER: &[i64] = &[0, -1, i64::MAX, -BEFORE_1970, i64::MAX / UNITS - BEFORE_1970];

/// A moment; `Absent` for the numbers that stand for "never", `Hidden` where there is none or it means nothing.
pub fn moment(number: Option<i64>) -> Fact<Timestamp> {
    let Some(number) = number else { return Fact::Hidden };
    if NEVER.contains(&number) {
        return Fact::Absent;
    }
    let seconds = if number < NO_SECONDS { number } else { number / UNITS - BEFORE_1970 };
    let at = Timestamp::from_second(seconds).ok().filter(|_| seconds > 0);
    at.map_or(Fact::Hidden, Fact::Known)
}

/// The last sign-in. The replicated time lags by up to 14 days, and its "never" is one; the other one is what a single
/// controller saw, whose "never" proves nothing.
pub fn last_seen(replicated: Option<i64>, local: Option<i64>) -> Fact<Timestamp> {
    match (moment(replicated), moment(local)) {
        (Fact::Known(one), Fact::Known(other)) => Fact::Known(one.max(other)),
        (Fact::Known(one), _) | (_, Fact::Known(one)) => Fact::Known(one),
        (replicated, _) => replicated,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Fact<Timestamp> {
        Fact::Known(text.parse().unwrap())
    }

    #[test]
    fn never_is_told_from_not_told() {
        for never in [0, -1, i64::MAX, -11_644_473_600, 910_692_730_085] {
            assert_eq!(moment(Some(never)), Fact::Absent, "{never}");
        }
        for odd in [None, Some(-5), Some(200_000_000_000), Some(i64::MAX - 1), Some(i64::MIN)] {
            assert!(moment(odd).known().is_none_or(|at| at.as_second() > 0), "{odd:?}");
        }
        assert_eq!(moment(None), Fact::Hidden);
        assert_eq!(moment(Some(-5)), Fact::Hidden);
    }

    #[test]
    fn both_ways_of_counting_are_read() {
        assert_eq!(moment(Some(1_795_470_638)), at("2026-11-23T21:50:38Z"));
        assert_eq!(moment(Some((1_795_470_638 + BEFORE_1970) * UNITS)), at("2026-11-23T21:50:38Z"));
    }

    #[test]
    fn one_controller_that_saw_nothing_proves_nothing() {
        let (early, late) = (Some(1_700_000_000), Some(1_800_000_000));
        assert_eq!(last_seen(early, late), moment(late));
        assert_eq!(last_seen(early, Some(0)), moment(early));
        assert_eq!(last_seen(Some(-1), late), moment(late));
        assert_eq!(last_seen(Some(-1), Some(0)), Fact::Absent);
        assert_eq!(last_seen(Some(-1), None), Fact::Absent);
        assert_eq!(last_seen(None, Some(0)), Fact::Hidden);
        assert_eq!(last_seen(None, None), Fact::Hidden);
    }
}
