//! What people decide about AI tools. Their word beats what sources say of the same tool.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Names a tool by its id, in small letters: sources write one domain in different letters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(from = "String", into = "String")]
#[schemars(with = "String")]
pub struct ToolName(String);

impl ToolName {
    /// The name that follows from an id.
    pub fn of(id: &str) -> Self {
        Self(id.trim().to_lowercase())
    }

    /// The name as it is written in files.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ToolName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl From<String> for ToolName {
    fn from(id: String) -> Self {
        Self::of(&id)
    }
}

impl From<ToolName> for String {
    fn from(name: ToolName) -> Self {
        name.0
    }
}

/// What a person decided about a tool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Decision {
    /// Whether it may be used; `false` where it is refused: replaced, restricted or blocked, as the reason says.
    pub is_sanctioned: bool,
    /// Why, in the person's words; may be empty.
    pub reason: String,
    /// Who decided, as the computer knows them.
    pub by: String,
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub at: Timestamp,
}

/// Every decision that counts.
pub type Decisions = BTreeMap<ToolName, Decision>;

/// What is decided about a tool; those that need a person come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sanction {
    /// Nobody has decided.
    Undecided,
    /// No source says whether somebody has.
    Unknown,
    /// It was refused.
    Unsanctioned,
    /// It may be used.
    Sanctioned,
}

impl Sanction {
    /// All four, in order.
    pub const ALL: [Self; 4] = [Self::Undecided, Self::Unknown, Self::Unsanctioned, Self::Sanctioned];

    /// The word that people read, and the id that stands in files.
    pub fn id(self) -> &'static str {
        match self {
            Self::Undecided => "undecided",
            Self::Unknown => "unknown",
            Self::Unsanctioned => "unsanctioned",
            Self::Sanctioned => "sanctioned",
        }
    }

    /// What a yes or a no comes to.
    pub fn of(is_sanctioned: bool) -> Self {
        if is_sanctioned { Self::Sanctioned } else { Self::Unsanctioned }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tool_is_named_in_small_letters_however_it_is_written() {
        assert_eq!(ToolName::of(" Chat.Example "), ToolName::of("chat.example"));
        let read: ToolName = serde_json::from_str("\"Chat.EXAMPLE\"").unwrap();
        assert_eq!(read, ToolName::of("chat.example"));
        assert_eq!(serde_json::to_string(&read).unwrap(), "\"chat.example\"");
    }
}
