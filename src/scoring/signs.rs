//! The three working signs: bounded, gated, discovered.

use super::checked::NOTHING_TO_SHARE;
use super::facts::Facts;
use super::words::sentence;
use crate::model::MetricName;
use crate::model::metric::{Measured, Why};
use crate::model::scorecard::Sign;

const SIGNS: [(&str, &str, &str); 3] = [
    ("bounded", "proof.bounded", "Agents stay inside their task"),
    ("gated", "proof.gated", "High-impact actions carry a person's approval"),
    ("discovered", "proof.discovered", "Unsanctioned AI is found and decided"),
];

/// All three signs with their value, or why it is not known.
pub(super) fn signs(facts: &Facts<'_>) -> Vec<Sign> {
    let sign = |(id, metric, title): (&str, &str, &str)| {
        let metric = MetricName::from(metric);
        let value = value(&metric, facts);
        Sign { id: id.to_owned(), title: title.to_owned(), metric, value }
    };
    SIGNS.into_iter().map(sign).collect()
}

fn value(metric: &MetricName, facts: &Facts<'_>) -> Measured {
    match facts.ends(metric) {
        Some((low, high)) if low.to_bits() == high.to_bits() => Measured::Known(low),
        Some((low, high)) => Measured::Between { low, high },
        None => Measured::Unknown(why(metric, facts)),
    }
}

/// The first thing that is missing, or that there is nothing to take a share of.
fn why(metric: &MetricName, facts: &Facts<'_>) -> Why {
    let leaves = facts.catalog.derived.get(metric).map(|derived| facts.leaves(&derived.expr));
    let missing = match &leaves {
        None => Some(metric),
        Some(leaves) => leaves.iter().copied().find(|name| facts.ends(name).is_none()),
    };
    match missing {
        Some(name) => {
            let why = facts.why_unknown(name);
            let reason = format!("{} ({name}).", sentence(&why.reason).trim_end_matches('.'));
            let remedy = if why.remedy.is_empty() { why.remedy } else { sentence(&why.remedy) };
            Why { reason, remedy }
        }
        None => Why {
            reason: NOTHING_TO_SHARE.to_owned(),
            remedy: "It is known as soon as there is something to count.".to_owned(),
        },
    }
}
