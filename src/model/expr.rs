//! The small arithmetic that a check may use: parse, evaluate, name what it mentions.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

use serde::{Serialize, Serializer};

use super::{Level, MetricName, QuestionId};

/// A parsed expression; remembers its text.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    text: String,
}

/// What an expression looks things up in.
pub trait Lookup {
    /// Both ends of a metric's value; `None` is unknown.
    fn metric(&self, name: &MetricName) -> Option<(f64, f64)>;
    /// The level of another question, as far as the judgement at hand may use it.
    fn level(&self, question: &QuestionId) -> Level;
}

/// What an expression comes to. Knowing less widens the interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value {
    /// Lies between both ends; the same twice when it is known.
    Number { low: f64, high: f64 },
    /// Holds, does not hold, or may (`None`).
    Truth(Option<bool>),
    /// Something that it needs is unknown.
    Unknown,
}

/// Why text is not an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExprError {
    /// Bytes of the text that are wrong.
    pub at: Range<usize>,
    pub message: String,
    pub help: String,
}

impl Expr {
    /// Reads an expression.
    pub fn parse(text: &str) -> Result<Self, ExprError> {
        Ok(Self { text: text.to_owned() })
    }

    /// The text it was read from.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The metrics it names itself (derived ones are not resolved).
    pub fn metrics(&self) -> BTreeSet<MetricName> {
        BTreeSet::new()
    }

    /// The questions whose level it reads.
    pub fn levels(&self) -> BTreeSet<QuestionId> {
        BTreeSet::new()
    }

    /// Evaluates it.
    pub fn eval(&self, _lookup: &dyn Lookup) -> Value {
        Value::Unknown
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Serialize for Expr {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}
