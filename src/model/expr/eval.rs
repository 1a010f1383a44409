//! Evaluating with intervals: wider where less is known, exactly floating point where all is known.
//!
//! Rounding is monotone, so ends computed in plain floating point always enclose every value in between.

use super::{Arithmetic, Comparison, Expr, Lookup, Node, Value};

/// Something that a step needs is not known.
struct Unknown;

/// Both ends of a number.
#[derive(Clone, Copy)]
struct Ends {
    low: f64,
    high: f64,
}

pub(super) fn eval(expr: &Expr, lookup: &dyn Lookup) -> Value {
    if expr.metrics.iter().any(|(name, _)| metric(lookup.metric(name)).is_err()) {
        return Value::Unknown;
    }
    let value = if expr.is_condition() {
        truth(&expr.root, lookup).map(Value::Truth)
    } else {
        number(&expr.root, lookup).map(|Ends { low, high }| Value::Number { low, high })
    };
    value.unwrap_or(Value::Unknown)
}

impl Ends {
    fn exactly(value: f64) -> Self {
        Self { low: value, high: value }
    }

    /// Ends that are infinite, not a number or the wrong way round say nothing.
    fn known(self) -> Result<Self, Unknown> {
        let known = self.low.is_finite() && self.high.is_finite() && self.low <= self.high;
        known.then_some(self).ok_or(Unknown)
    }

    fn contains_zero(self) -> bool {
        self.low <= 0.0 && self.high >= 0.0
    }

    /// The reach of an operation that is monotone in each operand.
    fn corners(self, other: Self, operation: impl Fn(f64, f64) -> f64) -> Self {
        let corners = [
            operation(self.low, other.low),
            operation(self.low, other.high),
            operation(self.high, other.low),
            operation(self.high, other.high),
        ];
        let [first, ..] = corners;
        Self {
            low: corners.into_iter().fold(first, f64::min),
            high: corners.into_iter().fold(first, f64::max),
        }
    }
}

fn metric(ends: Option<(f64, f64)>) -> Result<Ends, Unknown> {
    let (low, high) = ends.ok_or(Unknown)?;
    Ends { low, high }.known()
}

fn number(node: &Node, lookup: &dyn Lookup) -> Result<Ends, Unknown> {
    let ends = match node {
        Node::Number(value) => Ends::exactly(*value),
        Node::Metric(name) => metric(lookup.metric(name))?,
        Node::Level(question) => Ends::exactly(f64::from(lookup.level(question).get())),
        Node::Negate(inner) => {
            let Ends { low, high } = number(inner, lookup)?;
            Ends { low: -high, high: -low }
        }
        Node::Arithmetic(operation, sides) => {
            let [left, right] = both(sides, lookup)?;
            arithmetic(*operation, left, right)?
        }
        Node::Ratio(sides) => {
            let [part, whole] = both(sides, lookup)?;
            arithmetic(Arithmetic::Divide, part, whole)?
        }
        Node::Least(items) => extreme(items, lookup, |item, best| item < best)?,
        Node::Greatest(items) => extreme(items, lookup, |item, best| item > best)?,
        Node::Compare(..) | Node::Not(_) | Node::And(_) | Node::Or(_) => return Err(Unknown),
    };
    ends.known()
}

fn both(sides: &[Node; 2], lookup: &dyn Lookup) -> Result<[Ends; 2], Unknown> {
    let [left, right] = sides;
    Ok([number(left, lookup)?, number(right, lookup)?])
}

fn arithmetic(operation: Arithmetic, left: Ends, right: Ends) -> Result<Ends, Unknown> {
    Ok(match operation {
        Arithmetic::Add => Ends { low: left.low + right.low, high: left.high + right.high },
        Arithmetic::Subtract => Ends { low: left.low - right.high, high: left.high - right.low },
        Arithmetic::Multiply => left.corners(right, |a, b| a * b),
        Arithmetic::Divide if right.contains_zero() => return Err(Unknown),
        Arithmetic::Divide => left.corners(right, |a, b| a / b),
    })
}

/// The smallest or the largest, end by end; of two equal ones the first.
fn extreme(items: &[Node], lookup: &dyn Lookup, wins: fn(f64, f64) -> bool) -> Result<Ends, Unknown> {
    let mut best: Option<Ends> = None;
    for item in items {
        let ends = number(item, lookup)?;
        let pick = |item: f64, best: f64| if wins(item, best) { item } else { best };
        best = Some(match best {
            None => ends,
            Some(best) => Ends { low: pick(ends.low, best.low), high: pick(ends.high, best.high) },
        });
    }
    best.ok_or(Unknown)
}

/// `Ok(None)` may hold or not. `and` and `or` do not look at the right side when the left one decides.
fn truth(node: &Node, lookup: &dyn Lookup) -> Result<Option<bool>, Unknown> {
    match node {
        Node::Compare(comparison, sides) => {
            let [left, right] = both(sides, lookup)?;
            Ok(compare(*comparison, left, right))
        }
        Node::Not(inner) => Ok(truth(inner, lookup)?.map(|holds| !holds)),
        Node::And(sides) => decided(false, sides, lookup),
        Node::Or(sides) => decided(true, sides, lookup),
        _ => Err(Unknown),
    }
}

/// `and` is decided by a side that does not hold, `or` by one that does.
fn decided(by: bool, sides: &[Node; 2], lookup: &dyn Lookup) -> Result<Option<bool>, Unknown> {
    let [left, right] = sides;
    match truth(left, lookup)? {
        Some(left) if left == by => Ok(Some(by)),
        Some(_) => truth(right, lookup),
        None => Ok(truth(right, lookup)?.filter(|&right| right == by)),
    }
}

fn compare(comparison: Comparison, left: Ends, right: Ends) -> Option<bool> {
    match comparison {
        Comparison::Less => less(left, right),
        Comparison::Greater => less(right, left),
        Comparison::LessOrEqual => less(right, left).map(|less| !less),
        Comparison::GreaterOrEqual => less(left, right).map(|less| !less),
        Comparison::Equal => equal(left, right),
        Comparison::NotEqual => equal(left, right).map(|equal| !equal),
    }
}

fn less(left: Ends, right: Ends) -> Option<bool> {
    if left.high < right.low {
        Some(true)
    } else if left.low >= right.high {
        Some(false)
    } else {
        None
    }
}

#[expect(clippy::float_cmp, reason = "counts are compared exactly, as the authors of checks expect")]
fn equal(left: Ends, right: Ends) -> Option<bool> {
    if left.high < right.low || right.high < left.low {
        Some(false)
    } else if left.low == left.high && right.low == right.high {
        Some(left.low == right.low)
    } else {
        None
    }
}
