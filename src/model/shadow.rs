//! AI tools as every face shows them: each with what was decided, and an estimate of those that nobody found yet.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::SourceId;
use super::decision::{Decision, Sanction};
use super::inventory::{Confidence, Fact};
use super::metric::Why;

/// Every AI tool that was found or decided about, and what may be unseen.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Shadow {
    /// Whether any source lists AI tools; without one nothing is known, which is not none.
    pub is_told: bool,
    /// How many tools that were found are of each kind.
    pub counts: SanctionCounts,
    pub unseen: Unseen,
    /// Those that need a decision first.
    pub tools: Vec<ToolRow>,
}

/// How many tools are decided how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct SanctionCounts {
    pub undecided: u64,
    /// No source says whether they were decided on.
    pub unknown: u64,
    pub unsanctioned: u64,
    pub sanctioned: u64,
}

impl SanctionCounts {
    /// The count of one kind.
    pub fn of(&self, sanction: Sanction) -> u64 {
        match sanction {
            Sanction::Undecided => self.undecided,
            Sanction::Unknown => self.unknown,
            Sanction::Unsanctioned => self.unsanctioned,
            Sanction::Sanctioned => self.sanctioned,
        }
    }

    /// Counts one more.
    pub fn add(&mut self, sanction: Sanction) {
        let count = match sanction {
            Sanction::Undecided => &mut self.undecided,
            Sanction::Unknown => &mut self.unknown,
            Sanction::Unsanctioned => &mut self.unsanctioned,
            Sanction::Sanctioned => &mut self.sanctioned,
        };
        *count += 1;
    }

    /// All of them.
    pub fn total(&self) -> u64 {
        Sanction::ALL.into_iter().map(|sanction| self.of(sanction)).sum()
    }
}

/// One AI tool.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ToolRow {
    pub id: String,
    pub name: String,
    pub system: Option<SourceId>,
    /// What counts: the word of a person here, else that of the sources.
    pub sanction: Sanction,
    /// What the sources alone say.
    pub said: Sanction,
    /// The word of a person here; `null` where nobody decided here.
    pub decision: Option<Decision>,
    /// When it was decided, by whoever counts.
    #[schemars(with = "Fact<String>")]
    pub decided: Fact<jiff::Timestamp>,
    /// The first time that it was found.
    #[schemars(with = "Fact<String>")]
    pub found: Fact<jiff::Timestamp>,
    /// Each discovery channel that found it, with the newest time.
    #[schemars(with = "BTreeMap<String, Fact<String>>")]
    pub channels: BTreeMap<String, Fact<jiff::Timestamp>>,
    /// How many people use it.
    pub users: Fact<u32>,
    /// `false` where it was decided about and no pull shows it any more.
    pub is_found: bool,
    /// Who makes it; empty where nothing tells.
    pub vendor: String,
    pub sign: Sign,
    /// Whether a secret lies in any of its configurations.
    pub holds_secret: Fact<bool>,
}

/// What makes something the AI tool that it is taken for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Sign {
    /// The rule of the surest sign, such as `catalogue.id/1`; empty where only people list it.
    pub rule: String,
    /// How sure that is; `null` where only people list it.
    pub confidence: Option<Confidence>,
    /// What was seen, in a few words each.
    pub seen: Vec<String>,
}

impl Sign {
    /// The word that a weak sign leaves behind a name: it may be something else.
    pub const POSSIBLE: &str = "possible";

    /// Whether nothing but a weak sign speaks for it.
    pub fn is_weak(&self) -> bool {
        self.confidence == Some(Confidence::Low)
    }

    /// All of it as words: `high by catalogue.id/1: Entra app …; host claude.ai`; empty where only people list it.
    pub fn words(&self) -> String {
        let Some(confidence) = self.confidence else { return String::new() };
        let seen = if self.seen.is_empty() { String::new() } else { format!(": {}", self.seen.join("; ")) };
        format!("{} by {}{seen}", confidence.word(), self.rule)
    }
}

impl ToolRow {
    /// The name with what has to be known beside it.
    pub fn named(&self) -> String {
        match (self.is_found, self.sign.is_weak()) {
            (false, _) => format!("{} (not found now)", self.name),
            (true, true) => format!("{} ({})", self.name, Sign::POSSIBLE),
            (true, false) => self.name.clone(),
        }
    }
}

/// How many AI tools there may be that nobody found, told from two groups of discovery channels that look apart.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Unseen {
    pub first: Side,
    pub second: Side,
    /// Tools that both sides found.
    pub both: u64,
    /// Tools that were found, by whatever channel.
    pub seen: u64,
    /// Tools that no named channel found; they stand outside the estimate.
    pub outside: u64,
    /// How many there are in all, found or not.
    pub total: Total,
}

/// Discovery channels that are taken together.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Side {
    pub channels: Vec<String>,
    /// Tools that at least one of them found.
    pub found: u64,
}

impl Side {
    /// Its channels as words: `code, consent and keys`.
    pub fn named(&self) -> String {
        match self.channels.as_slice() {
            [] => String::new(),
            [only] => only.clone(),
            [first @ .., last] => format!("{} and {last}", first.join(", ")),
        }
    }
}

/// How many tools there are in all.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Total {
    /// The estimate with its 95 % interval.
    Between { low: u64, point: u64, high: u64 },
    /// Too little is known for an estimate: only the lower end.
    AtLeast { low: u64, why: Why },
    /// Nothing can be said.
    Unknown(Why),
}

impl Shadow {
    /// How the published share of organisations has to be read beside these counts.
    pub const REFERENCE_UNIT: &str =
        "It counts organisations, not tools, so it is no measure for these counts.";

    /// The counts in words, those that need a person first.
    pub fn counted(&self) -> String {
        if !self.is_told {
            return "No source lists AI tools, so how many there are is not known.".to_owned();
        }
        let words = Sanction::ALL.map(|sanction| format!("{} {}", self.counts.of(sanction), sanction.id()));
        format!("{} found: {}", self.counts.total(), words.join(" · "))
    }
}

impl Unseen {
    /// What has to hold for the estimate, each as a sentence.
    pub const ASSUMPTIONS: [&str; 4] = [
        "no tool came or went while the channels looked",
        "what one side finds does not depend on what the other finds",
        "within a side every tool is as likely to be found as any other",
        "a tool has the same id on both sides",
    ];

    /// Where the estimate and its interval come from.
    pub const METHOD: &str = "Chapman's estimate with the transformed logit interval of Sadinle (2009), 95 %";

    /// How many are unseen: low, point and high; `None` where there is no estimate.
    pub fn estimate(&self) -> Option<[u64; 3]> {
        let Total::Between { low, point, high } = self.total else { return None };
        Some([low, point, high].map(|total| total.saturating_sub(self.seen)))
    }

    /// What is said of the unseen, as one sentence.
    pub fn sentence(&self) -> String {
        let tools = |count: u64| if count == 1 { "1 tool".to_owned() } else { format!("{count} tools") };
        match (&self.total, self.estimate()) {
            (Total::Unknown(why), _) => format!("How many are unseen is not known: {}.", why.reason),
            (Total::AtLeast { low, why }, _) => {
                let unseen = low.saturating_sub(self.seen);
                format!("At least {} unseen, only a lower bound: {}.", tools(unseen), why.reason)
            }
            (Total::Between { .. }, Some([low, point, high])) => {
                format!("About {} unseen (95 %: {low} to {high}), if the assumptions hold.", tools(point))
            }
            (Total::Between { .. }, None) => String::new(),
        }
    }

    /// What the estimate rests on, as one sentence.
    pub fn basis(&self) -> String {
        let side = |side: &Side| format!("{} found {}", side.named(), side.found);
        format!("{}; {}; both found {}.", side(&self.first), side(&self.second), self.both)
    }
}
