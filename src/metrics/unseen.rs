//! How many AI tools nobody found yet, from how far two groups of discovery channels agree (capture and recapture).
//!
//! The point is Chapman's estimate (1951, Univ. Calif. Publ. Stat. 1:131–160). The interval is the transformed logit
//! interval with 0.5 added to each count (Sadinle 2009, Commun. Stat. Simul. Comput. 38:1909–1924): it keeps close to
//! its 95 % even where there are few tools, and never ends below what was seen. With fewer than seven tools on both
//! sides the estimate is biased (Robson and Regier 1964, Trans. Am. Fish. Soc. 93:215–226), so only the lower end is
//! told then.

use std::collections::BTreeSet;

use crate::model::merged::Found;
use crate::model::metric::Why;
use crate::model::shadow::{Side, Total, Unseen};

/// How many tools both sides must have found before more than a lower bound is told.
pub const ENOUGH: u64 = 7;
/// The half width of a 95 % interval in standard errors.
const Z: f64 = 1.959_964;
/// Channels that see a tool while somebody uses it; the others see what its use leaves behind. A fixed rule, so that
/// nothing that was found decides which channels stand against which.
const IN_USE: [&str; 2] = ["network", "endpoint"];

/// How many tools there may be in all.
pub fn unseen(tools: &[Found], is_told: bool) -> Unseen {
    let [first, second] = sides(tools);
    let is_by = |tool: &&Found, side: &BTreeSet<String>| tool.channels.keys().any(|own| side.contains(own));
    let count = |is: &dyn Fn(&&Found) -> bool| tools.iter().filter(is).count() as u64;
    let both = count(&|tool| is_by(tool, &first) && is_by(tool, &second));
    let side = |channels: &BTreeSet<String>| Side {
        channels: channels.iter().cloned().collect(),
        found: count(&|tool| is_by(tool, channels)),
    };
    let sides = [side(&first), side(&second)];
    let outside = count(&|tool| tool.channels.is_empty());
    let silent = count(&|tool| tool.channels.is_empty() && tool.found.known().is_some());
    let seen = tools.len() as u64;
    let total = if !is_told {
        Total::Unknown(why(
            "no source lists AI tools",
            "pull a list of AI tools, or a source that finds them",
        ))
    } else if sides.iter().any(|side| side.channels.is_empty()) {
        let remedy = "look for tools by a second channel, such as consents beside network logs";
        Total::Unknown(why("fewer than two discovery channels found a tool", remedy))
    } else if silent > 0 {
        let reason = format!("the channel that found {silent} of the tools is not told");
        Total::AtLeast { low: seen, why: why(&reason, "fill the column `channel` of the list of AI tools") }
    } else {
        beyond(total([sides[0].found, sides[1].found, both]), outside)
    };
    let [first, second] = sides;
    Unseen { first, second, both, seen, outside, total }
}

/// Tools that no channel found stand beside those of the estimate.
fn beyond(total: Total, outside: u64) -> Total {
    match total {
        Total::Between { low, point, high } => {
            Total::Between { low: low + outside, point: point + outside, high: high + outside }
        }
        Total::AtLeast { low, why } => Total::AtLeast { low: low + outside, why },
        Total::Unknown(why) => Total::Unknown(why),
    }
}

/// The total behind what one side found, the other found, and both found; the ends are whole tools, rounded apart.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the ends are not negative, and far smaller than the range"
)]
pub fn total([first, second, both]: [u64; 3]) -> Total {
    let both = both.min(first).min(second);
    let (one, other) = (first - both, second - both);
    let seen = one + other + both;
    let point = (first + 1) as f64 * (second + 1) as f64 / (both + 1) as f64 - 1.0;
    let point = (point.round() as u64).max(seen);
    let (a, b, c) = (one as f64 + 0.5, other as f64 + 0.5, both as f64 + 0.5);
    let spread = Z * (1.0 / a + 1.0 / b + 1.0 / c + c / (a * b)).sqrt();
    let end = |spread: f64| seen as f64 - 0.5 + a * b / c * spread.exp();
    let low = (end(-spread).floor() as u64).clamp(seen, point);
    if both < ENOUGH {
        let reason = format!("both sides found only {both}, and below {ENOUGH} the estimate is biased");
        let remedy = "let more channels look, or look for longer";
        return Total::AtLeast { low, why: why(&reason, remedy) };
    }
    Total::Between { low, point, high: (end(spread).ceil() as u64).max(point) }
}

/// The two sides: channels that see use against those that see what it leaves; where all lie on one side, the channel
/// that found most against all others.
fn sides(tools: &[Found]) -> [BTreeSet<String>; 2] {
    let channels: BTreeSet<String> = tools.iter().flat_map(|tool| tool.channels.keys().cloned()).collect();
    let is_in_use = |channel: &String| IN_USE.contains(&channel.as_str());
    let (first, second): (BTreeSet<String>, BTreeSet<String>) = channels.into_iter().partition(is_in_use);
    if !first.is_empty() && !second.is_empty() {
        return [first, second];
    }
    let mut rest: BTreeSet<String> = first.into_iter().chain(second).collect();
    let found = |channel: &String| tools.iter().filter(|tool| tool.channels.contains_key(channel)).count();
    // Of equal ones the first of the alphabet.
    let most = rest.iter().rev().max_by_key(|channel| found(channel)).cloned();
    let first: BTreeSet<String> = most.into_iter().collect();
    rest.retain(|channel| !first.contains(channel));
    [first, rest]
}

fn why(reason: &str, remedy: &str) -> Why {
    Why { reason: reason.to_owned(), remedy: remedy.to_owned() }
}
