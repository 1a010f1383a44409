//! Numbers and expressions as a person reads them.

use crate::model::MetricName;
use crate::model::expr::Expr;

use super::facts::Facts;

/// How a quantity is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unit {
    /// A share, written in per cent.
    Share,
    /// A plain number.
    Count,
    /// A number with a word behind it, such as `days`.
    Of(String),
}

/// The unit in which an expression's value is written.
pub(super) fn unit(expr: &Expr, facts: &Facts<'_>) -> Unit {
    if expr.is_share() {
        return Unit::Share;
    }
    let Some(name) = expr.sole_metric() else { return Unit::Count };
    if let Some(derived) = facts.catalog.derived.get(name) {
        return if derived.expr.is_share() { Unit::Share } else { Unit::Count };
    }
    match facts.catalog.metrics.get(name).map(|definition| definition.unit.as_str()) {
        Some("ratio") => Unit::Share,
        Some(unit @ ("days" | "hours" | "minutes" | "seconds")) => Unit::Of(unit.to_owned()),
        _ => Unit::Count,
    }
}

impl Unit {
    /// A value in this unit.
    pub fn shown(&self, value: f64) -> String {
        self.with_digits(value, 1)
    }

    /// A value beside a limit that it misses: with as many digits as it takes to tell the two apart.
    pub fn shown_beside(&self, value: f64, limit: f64) -> String {
        let differs = |digits: &usize| self.with_digits(value, *digits) != self.with_digits(limit, *digits);
        let digits = (1..=6).find(differs).unwrap_or(1);
        self.with_digits(value, digits)
    }

    fn with_digits(&self, value: f64, digits: usize) -> String {
        match self {
            Self::Share => format!("{} %", decimal(value * 100.0, digits)),
            Self::Count => decimal(value, digits),
            Self::Of(word) if value.to_bits() == 1.0_f64.to_bits() => {
                format!("1 {}", word.strip_suffix('s').unwrap_or(word))
            }
            Self::Of(word) => format!("{} {word}", decimal(value, digits)),
        }
    }

    /// A limit, with all the digits that it was written with.
    pub fn limit(&self, value: f64) -> String {
        self.with_digits(value, 4)
    }
}

/// A number with thousands apart and no zeros at the end.
pub(super) fn decimal(value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$}");
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let rest = rest.trim_end_matches('0');
    let (sign, whole) = whole.strip_prefix('-').map_or(("", whole), |whole| ("-", whole));
    let sign = if whole == "0" && rest.is_empty() { "" } else { sign };
    let whole = grouped(whole);
    if rest.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{rest}") }
}

fn grouped(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// What a check looks at, in words.
pub(super) fn quantity(expr: &Expr) -> String {
    match expr.part_and_whole() {
        Some((part, whole)) if expr.text().starts_with("ratio") => format!("{part} of {whole}"),
        Some((part, whole)) => format!("{whole} without {part}"),
        None => expr.text().to_owned(),
    }
}

/// The two counts behind a share, such as ` (79 of 130)`; nothing when they are not exactly known.
pub(super) fn counts(expr: &Expr, facts: &Facts<'_>) -> String {
    let exact = |name: &MetricName| facts.ends(name).filter(|(low, high)| low.to_bits() == high.to_bits());
    let Some((part, whole)) = expr.part_and_whole() else { return String::new() };
    let (Some((part, _)), Some((whole, _))) = (exact(part), exact(whole)) else { return String::new() };
    let part = if expr.text().starts_with("ratio") { part } else { whole - part };
    format!(" ({} of {})", decimal(part, 1), decimal(whole, 1))
}

/// `1 question`, `2 questions`.
pub(super) fn plural(count: usize, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}

/// Text that ends like a sentence.
pub(super) fn sentence(text: &str) -> String {
    let text = text.trim();
    let mut letters = text.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    // A metric's name stays as it is written.
    let text = if starts_with_name(text) { text.to_owned() } else { format!("{first}{}", letters.as_str()) };
    if text.ends_with(['.', '!', '?', ':']) { text } else { format!("{text}.") }
}

fn starts_with_name(text: &str) -> bool {
    let word = text.split_whitespace().next().unwrap_or_default();
    word.trim_end_matches('.').contains(['.', '(', '_'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_like_numbers() {
        for (value, digits, expected) in [
            (1_234_567.0, 1, "1,234,567"),
            (0.25, 1, "0.2"),
            (60.769, 1, "60.8"),
            (-0.01, 1, "0"),
            (-1200.5, 1, "-1,200.5"),
            (999.96, 1, "1,000"),
        ] {
            assert_eq!(decimal(value, digits), expected);
        }
    }

    #[test]
    fn a_value_that_misses_its_limit_does_not_look_like_it() {
        assert_eq!(Unit::Share.shown_beside(0.84999, 0.85), "84.999 %");
        assert_eq!(Unit::Share.shown_beside(0.5, 0.85), "50 %");
        assert_eq!(Unit::Of("days".into()).shown(1.0), "1 day");
    }

    #[test]
    fn sentences_begin_and_end_as_such() {
        assert_eq!(sentence("no scope is declared"), "No scope is declared.");
        assert_eq!(sentence("ai.agents.total is 0."), "ai.agents.total is 0.");
    }
}
