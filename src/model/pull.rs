//! The receipt of a pull: what was asked, what came back, what could not be seen.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{MetricName, PullId};

/// One kind of fact that a connector can see, and the least permission it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Sight {
    pub id: &'static str,
    pub title: &'static str,
    /// The least permission or the column that shows it.
    pub needs: &'static str,
    /// Metrics that stay open without it.
    pub feeds: &'static [&'static str],
}

/// Before anything is pulled: what will be seen and what will not.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Preflight {
    /// What the input was recognised as, as a sentence.
    pub recognised: String,
    /// Titles of the facts that will be seen.
    pub sees: Vec<String>,
    pub misses: Vec<Missing>,
    /// Objects by class of object, where that is cheap to know.
    pub counts: Vec<(String, u64)>,
}

/// A fact that will not be seen, why, and what that leaves open.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Missing {
    pub sight: String,
    pub needs: String,
    pub metrics: Vec<MetricName>,
    #[serde(default)]
    pub why: Lack,
}

/// Why a fact is not seen. None of these means that there is nothing: a fact that a source tells as "none" is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Lack {
    /// The source does not keep it, or was not asked for it.
    #[default]
    NotCollected,
    /// The system could tell with another licence.
    NotLicensed,
    /// The system refuses to tell this reader.
    Forbidden,
}

impl Lack {
    /// The word that people read.
    pub fn word(self) -> &'static str {
        match self {
            Self::NotCollected => "not collected",
            Self::NotLicensed => "not licensed",
            Self::Forbidden => "forbidden",
        }
    }
}

impl Missing {
    /// The same with another reason.
    #[must_use]
    pub fn because(self, why: Lack) -> Self {
        Self { why, ..self }
    }
}

/// What was asked of a system in one way.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Asked {
    /// The method and the path, without what differs from page to page, such as `GET /Users`.
    pub what: String,
    /// Requests that were answered, those asked again among them.
    pub requests: u64,
    /// How many of them were asked again, because the system was busy or the answer was cut off.
    pub again: u64,
    /// Objects in the answers.
    pub rows: u64,
}

impl From<&Sight> for Missing {
    /// A sight that the input does not offer.
    fn from(sight: &Sight) -> Self {
        Self {
            sight: sight.title.to_owned(),
            needs: sight.needs.to_owned(),
            metrics: sight.feeds.iter().map(|metric| MetricName::new(*metric)).collect(),
            why: Lack::NotCollected,
        }
    }
}

/// Something in the input that was counted as unknown instead of being used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Refusal {
    /// What it is about, such as a policy's name.
    pub subject: String,
    pub reason: String,
}

/// How a pull ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Whole,
    Cancelled,
    Failed,
}

impl Outcome {
    /// What a pull that is not whole means; `None` for one that is.
    pub fn warning(self) -> Option<&'static str> {
        let words = "not whole: nothing of it counts, and an earlier pull still does";
        (self != Self::Whole).then_some(words)
    }
}

/// The receipt that is kept with every pull and carried by every export.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Manifest {
    pub id: PullId,
    /// The connector that ran, such as `aws-authorization`.
    pub connector: String,
    /// The system that the records are about, such as `aws:111122223333`.
    pub source: String,
    /// What was read: a file's name (never its folder) or an address without secrets.
    pub origin: String,
    #[schemars(with = "String")]
    pub started: Timestamp,
    #[schemars(with = "String")]
    pub ended: Timestamp,
    /// The moment that the data describe; ages are relative to it.
    #[schemars(with = "String")]
    pub taken: Timestamp,
    pub outcome: Outcome,
    pub bytes: u64,
    /// Records by kind.
    pub rows: Vec<(String, u64)>,
    pub preflight: Preflight,
    /// What was asked of the system; empty for files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asked: Vec<Asked>,
    pub refusals: Vec<Refusal>,
    /// Refusals beyond those that are kept.
    pub more_refusals: u64,
    /// SHA-256 of the normalised records, hexadecimal.
    pub digest: String,
    /// The program's version, for the rules that were applied.
    pub tool: String,
}

/// A whole pull: its receipt and what it saw.
#[derive(Debug, Clone, PartialEq)]
pub struct Pulled {
    pub manifest: Manifest,
    pub records: Vec<super::inventory::Record>,
}
