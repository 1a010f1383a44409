//! The small arithmetic that a check may use: parse, evaluate, name what it mentions.
//!
//! Numbers, dotted metric names, `+ - * /`, comparisons, `and`, `or`, `not`, parentheses, `ratio(a, b)`,
//! `min`, `max` and `level("ID")`. It has no loops, no text and no side effects.

mod eval;
mod lex;
mod parse;

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

use serde::{Serialize, Serializer};

use super::{Level, MetricName, QuestionId};

/// A parsed expression; remembers its text.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    text: String,
    root: Node,
    metrics: Vec<(MetricName, Range<usize>)>,
    levels: Vec<(QuestionId, Range<usize>)>,
}

/// One step of an expression. The parser guarantees that operands are of the kind a step needs.
#[derive(Debug, Clone, PartialEq)]
enum Node {
    Number(f64),
    Metric(MetricName),
    Level(QuestionId),
    Negate(Box<Node>),
    Arithmetic(Arithmetic, Box<[Node; 2]>),
    Ratio(Box<[Node; 2]>),
    Least(Vec<Node>),
    Greatest(Vec<Node>),
    Compare(Comparison, Box<[Node; 2]>),
    Not(Box<Node>),
    And(Box<[Node; 2]>),
    Or(Box<[Node; 2]>),
}

/// The four operations on numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
}

/// The six ways to compare two numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
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

impl fmt::Display for ExprError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ExprError {}

impl Expr {
    /// Reads an expression. Numbers and conditions are told apart here, so evaluating never meets the wrong one.
    pub fn parse(text: &str) -> Result<Self, ExprError> {
        parse::parse(text)
    }

    /// The text it was read from.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The metrics it names itself (derived ones are not resolved).
    pub fn metrics(&self) -> BTreeSet<MetricName> {
        self.metrics.iter().map(|(name, _)| name.clone()).collect()
    }

    /// The questions whose level it reads.
    pub fn levels(&self) -> BTreeSet<QuestionId> {
        self.levels.iter().map(|(question, _)| question.clone()).collect()
    }

    /// Every place where a metric is named, in bytes of the text, in order.
    pub fn metric_places(&self) -> &[(MetricName, Range<usize>)] {
        &self.metrics
    }

    /// Every place where a question's level is read, in bytes of the text, in order.
    pub fn level_places(&self) -> &[(QuestionId, Range<usize>)] {
        &self.levels
    }

    /// Whether it holds or does not hold, rather than being a number.
    pub fn is_condition(&self) -> bool {
        self.root.is_condition()
    }

    /// Whether it is a share of something: a ratio, or one minus a ratio. Shares are shown in per cent.
    pub fn is_share(&self) -> bool {
        match &self.root {
            Node::Ratio(_) => true,
            Node::Arithmetic(Arithmetic::Subtract, sides) => {
                matches!(&**sides, [Node::Number(1.0), Node::Ratio(_)])
            }
            _ => false,
        }
    }

    /// Part and whole, when it is a ratio of two metrics or one minus such a ratio.
    pub fn part_and_whole(&self) -> Option<(&MetricName, &MetricName)> {
        let ratio = match &self.root {
            Node::Arithmetic(Arithmetic::Subtract, sides) if self.is_share() => &sides[1],
            root => root,
        };
        match ratio {
            Node::Ratio(sides) => match &**sides {
                [Node::Metric(part), Node::Metric(whole)] => Some((part, whole)),
                _ => None,
            },
            _ => None,
        }
    }

    /// The metric, when it is nothing but one.
    pub fn sole_metric(&self) -> Option<&MetricName> {
        match &self.root {
            Node::Metric(name) => Some(name),
            _ => None,
        }
    }

    /// Evaluates it. Every metric is looked up first: one unknown name makes the whole unknown, whatever a
    /// condition beside it says. Known values give exactly the number that plain floating point gives.
    pub fn eval(&self, lookup: &dyn Lookup) -> Value {
        eval::eval(self, lookup)
    }
}

impl Node {
    fn is_condition(&self) -> bool {
        matches!(self, Self::Compare(..) | Self::Not(_) | Self::And(_) | Self::Or(_))
    }
}

impl std::str::FromStr for Expr {
    type Err = ExprError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
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
