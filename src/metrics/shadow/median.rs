//! Days from detection to decision.

use jiff::Timestamp;

use super::{DECIDED, SANCTIONED, decided, is_detected, tools};
use crate::metrics::finding::Finding;
use crate::metrics::judge::{self, Words};
use crate::metrics::tally::{Counted, Subject, Tally, View};
use crate::model::inventory::Fact;
use crate::model::merged::Found;
use crate::model::metric::Measured;

/// How many days back a detection may lie and still count.
const WINDOW: f64 = 90.0;

/// The median over what was detected and decided. What nobody has decided on has no such days; the metric of decisions
/// in time counts it. Where the day of a decision is not told, it lies between detection and now.
pub fn days(view: &View<'_>) -> Tally {
    let tally = tools(view, |view, tool| is_detected(view, tool).and(was_decided(view, tool)));
    let ends = tally.rows.iter().filter_map(|row| between(view, row));
    let (mut low, mut high): (Vec<f64>, Vec<f64>) = ends.unzip();
    let is_told = tally.rows.iter().any(|row| row.finding.holds == Some(true));
    match (middle(&mut low), middle(&mut high)) {
        (Some(low), Some(high)) if is_told && low < high => {
            Tally { value: Measured::Between { low, high }, ..tally }
        }
        (Some(low), Some(_)) if is_told => Tally { value: Measured::Known(low), ..tally },
        _ => Tally::unknown(
            "no tool that was detected in the last 90 days has a day on which it was decided",
            "decide with `trueup shadow`, or fill the columns `found` and `decided` of the list of AI tools",
        ),
    }
}

/// Decided on at all, on a day that is told.
fn was_decided(view: &View<'_>, tool: &Found) -> Finding {
    let (is_sanctioned, at) = decided(view, tool);
    let words = Words { known: "it was decided on", absent: "nobody has decided on it", gap: DECIDED };
    match is_sanctioned {
        Fact::Known(_) => judge::at(at, |_| true, &words),
        Fact::Absent => Finding::no(words.absent),
        Fact::Hidden => Finding::open(SANCTIONED),
    }
}

/// The fewest and the most days that a row may stand for; `None` for one that does not count.
fn between(view: &View<'_>, row: &Counted) -> Option<(f64, f64)> {
    let Subject::Tool(at) = row.subject else { return None };
    let tool = view.inventory.tools.get(at)?;
    let until = |from: Timestamp, to: Timestamp| to.duration_since(from).as_secs_f64().max(0.0) / 86_400.0;
    match (row.finding.holds, tool.found, decided(view, tool).1) {
        (Some(true), Fact::Known(found), Fact::Known(decided)) => {
            Some((until(found, decided), until(found, decided)))
        }
        (None, Fact::Known(found), _) => Some((0.0, until(found, view.now))),
        (None, ..) => Some((0.0, WINDOW)),
        (Some(_), ..) => None,
    }
}

/// The middle value, or the mean of the two in the middle.
fn middle(days: &mut [f64]) -> Option<f64> {
    days.sort_by(f64::total_cmp);
    let upper = *days.get(days.len() / 2)?;
    if days.len() % 2 == 1 {
        return Some(upper);
    }
    Some(f64::midpoint(*days.get(days.len() / 2 - 1)?, upper))
}

#[cfg(test)]
mod tests {
    use super::middle;

    #[test]
    fn the_middle_of_an_even_number_is_the_mean_of_two() {
        assert_eq!(middle(&mut []), None);
        assert_eq!(middle(&mut [7.0]), Some(7.0));
        assert_eq!(middle(&mut [9.0, 1.0, 3.0]), Some(3.0));
        assert_eq!(middle(&mut [9.0, 1.0, 3.0, 4.0]), Some(3.5));
    }
}
