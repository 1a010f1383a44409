//! AI tools that discovery found: channels, age of the runs, decisions. What a person decided here beats what the
//! sources say.

mod list;
mod median;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::finding::{Because, Finding, Gap};
use super::judge::{self, Words};
use super::registry::Computation;
use super::tally::{Counted, Subject, Tally, View};
use crate::model::inventory::{Confidence, Fact};
use crate::model::merged::{Feed, Found};
use crate::model::metric::Measured;

pub use list::listed;

/// How many discovery channels there are.
const CHANNELS: f64 = 6.0;
/// How many days a run may lie back and still count.
const RECENT: f64 = 30.0;

const FOUND: Gap =
    Gap { fact: "when it was found", remedy: "fill the column `found` of the list of AI tools" };
const CHANNEL: Gap =
    Gap { fact: "the channel that found it", remedy: "fill the column `channel` of the list of AI tools" };
const SANCTIONED: Gap =
    Gap { fact: "whether it is sanctioned", remedy: "fill the column `sanctioned` of the list of AI tools" };
const DECIDED: Gap =
    Gap { fact: "when it was decided on", remedy: "fill the column `decided` of the list of AI tools" };
const SURE: Gap = Gap {
    fact: "whether it is an AI tool; only a weak sign says so",
    remedy: "list it, or what it really is, in the list of AI tools",
};

/// The computations of this subject.
///
/// A list of findings shows the channels that found something; a run that found nothing leaves no row there. So the
/// channels are at least those seen, and the age of the runs is at most that of the newest finding. Of connectors
/// that look through one channel the run itself is known.
pub static COMPUTATIONS: &[Computation] = &[
    of("ai.shadow.channels_covered", "shadow.channels/1", channels),
    of("ai.shadow.scan_age_days", "shadow.scan-age/1", scan_age),
    of("ai.shadow.detected_90d", "shadow.detected/1", |view| tools(view, is_detected)),
    of("ai.shadow.decided_30d", "shadow.decided/1", |view| {
        tools(view, |view, tool| is_detected(view, tool).and(is_decided(view, tool)))
    }),
    of("ai.shadow.median_days", "shadow.median/1", median::days),
];

const fn of(metric: &'static str, rule: &'static str, compute: fn(&View<'_>) -> Tally) -> Computation {
    Computation { metric, rule, population: "AI tools found", needs: &[Feed::Tools], compute }
}

fn tools(view: &View<'_>, counts: fn(&View<'_>, &Found) -> Finding) -> Tally {
    let rows = view.inventory.tools.iter().enumerate();
    Tally::count(rows.map(|(at, tool)| Counted::member(Subject::Tool(at), counts(view, tool)).among()))
}

/// Found in the last 90 days without being on the sanctioned list at that time.
fn is_detected(view: &View<'_>, tool: &Found) -> Finding {
    let words = Words { known: "it was found on", absent: "it was not found in use", gap: FOUND };
    judge::at(tool.found, |at| view.is_within(at, 90), &words)
        .and(was_unsanctioned(view, tool))
        .and(is_sure(view, tool))
}

/// What only a weak sign takes for an AI tool may be something else: it leaves open whether it counts, until a person
/// decides on it.
fn is_sure(view: &View<'_>, tool: &Found) -> Finding {
    let is_known = tool.is_listed || view.inventory.decision(tool).is_some();
    match tool.confidence {
        Some(Confidence::Low) if !is_known => Finding::open(SURE),
        _ => Finding::yes("it is an AI tool"),
    }
}

/// Whether a tool may be used, and when that was decided: by a person here, else as the sources say.
fn decided(view: &View<'_>, tool: &Found) -> (Fact<bool>, Fact<Timestamp>) {
    match view.inventory.decision(tool) {
        Some(decision) => (Fact::Known(decision.is_sanctioned), Fact::Known(decision.at)),
        None => (tool.is_sanctioned, tool.decided),
    }
}

fn was_unsanctioned(view: &View<'_>, tool: &Found) -> Finding {
    let (is_sanctioned, decided) = decided(view, tool);
    match (is_sanctioned, decided, tool.found) {
        (Fact::Known(false), ..) => Finding::yes("it was refused"),
        (Fact::Absent, ..) => Finding::yes("nobody has decided on it"),
        (Fact::Known(true), Fact::Known(decided), Fact::Known(found)) if decided >= found => {
            Finding { holds: Some(true), because: Because::At("it was sanctioned only on", decided) }
        }
        (Fact::Known(true), Fact::Hidden, _) => Finding::open(DECIDED),
        (Fact::Known(true), Fact::Known(_), Fact::Hidden) => Finding::open(FOUND),
        (Fact::Known(true), ..) => Finding::no("it was sanctioned before it was found"),
        (Fact::Hidden, ..) => Finding::open(SANCTIONED),
    }
}

/// Decided at most 30 days after it was found.
fn is_decided(view: &View<'_>, tool: &Found) -> Finding {
    let (is_sanctioned, decided) = decided(view, tool);
    if is_sanctioned == Fact::Absent {
        return Finding::no("nobody has decided on it");
    }
    let Fact::Known(found) = tool.found else { return Finding::open(FOUND) };
    let limit = found.checked_add(SignedDuration::from_hours(24 * 30)).unwrap_or(found);
    let words = Words { known: "it was decided on", absent: "nobody has decided on it", gap: DECIDED };
    judge::at(decided, |at| at <= limit, &words)
}

/// The channels that a run of a connector covers, also where it finds nothing.
fn covered(connector: &str) -> &'static [&'static str] {
    match connector {
        "network-log" => &["network"],
        "workstation" => &["code"],
        _ => &[],
    }
}

/// The newest finding or run of each channel.
fn newest<'a>(view: &View<'a>) -> BTreeMap<&'a str, Timestamp> {
    let mut newest = BTreeMap::new();
    for (channel, found) in view.inventory.tools.iter().flat_map(|tool| &tool.channels) {
        if let Fact::Known(found) = found {
            let kept = newest.entry(channel.as_str()).or_insert(*found);
            *kept = (*kept).max(*found);
        }
    }
    for seen in &view.inventory.sources {
        for channel in covered(&seen.connector) {
            let kept = newest.entry(*channel).or_insert(seen.taken);
            *kept = (*kept).max(seen.taken);
        }
    }
    newest
}

fn channels(view: &View<'_>) -> Tally {
    let covered = newest(view).into_values().filter(|at| view.is_within(*at, 30)).count() as f64;
    let low = covered.min(CHANNELS);
    let value = if low < CHANNELS { Measured::Between { low, high: CHANNELS } } else { Measured::Known(low) };
    by_channel(view, value)
}

fn scan_age(view: &View<'_>) -> Tally {
    let ages = newest(view).into_values().filter(|at| view.is_within(*at, 30));
    let days = |at: Timestamp| view.now.duration_since(at).as_secs_f64() / 86_400.0;
    let oldest = ages.map(days).max_by(f64::total_cmp);
    match oldest {
        Some(_) if is_partly_silent(view) => by_channel(view, Measured::Between { low: 0.0, high: RECENT }),
        Some(high) => by_channel(view, Measured::Between { low: 0.0, high }),
        None => Tally::unknown(
            "no channel found anything in the last 30 days, so the time of its run is not told",
            "report the age of the runs in a measurement file",
        ),
    }
}

/// Whether a tool leaves open which channel found it, or when: then an older run may be hidden.
fn is_partly_silent(view: &View<'_>) -> bool {
    let mut tools = view.inventory.tools.iter();
    tools.any(|tool| tool.channels.is_empty() || tool.channels.values().any(|found| !found.is_told()))
}

/// The rows behind both: a tool counts when a channel found it in the last 30 days.
fn by_channel(view: &View<'_>, value: Measured) -> Tally {
    let counts = |view: &View<'_>, tool: &Found| {
        if tool.channels.is_empty() {
            return Finding::open(CHANNEL);
        }
        let words = Words { known: "its channel found it on", absent: "it was not found in use", gap: FOUND };
        judge::at(
            tool.channels.values().copied().fold(Fact::Hidden, super::facts::most),
            |at| view.is_within(at, 30),
            &words,
        )
    };
    Tally { value, ..tools(view, counts) }
}
