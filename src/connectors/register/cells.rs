//! From texts to facts. A wrong cell is remembered with its row, its column and what would be accepted; up to
//! twenty are told at once.

use std::path::Path;

use jiff::{Timestamp, civil, tz::TimeZone};

use super::columns::{Accepts, Column, NO, NONE, YES};
use super::table::Row;
use crate::connectors::ConnectorError;
use crate::connectors::open::content;
use crate::model::inventory::Fact;
use crate::model::near;

/// How many wrong cells one message names.
pub const MOST_FAULTS: usize = 20;

/// Everything that is wrong so far.
#[derive(Debug, Default)]
pub struct Faults(Vec<Fault>);

#[derive(Debug)]
struct Fault {
    row: u64,
    column: &'static str,
    reason: String,
    help: String,
}

impl Faults {
    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether reading on would not tell anything more.
    pub fn is_full(&self) -> bool {
        self.0.len() >= MOST_FAULTS
    }

    /// One error that names all of them; the first in full.
    pub fn error(&self, path: &Path) -> Option<ConnectorError> {
        let first = self.0.first()?;
        let mut reason = first.reason.clone();
        for fault in &self.0[1..] {
            let more = format!("\nrow {}, column `{}`: {}", grouped(fault.row), fault.column, fault.reason);
            reason.push_str(&more);
        }
        if self.is_full() {
            reason.push_str("\nand perhaps more");
        }
        let place = format!(", row {}, column `{}`", grouped(first.row), first.column);
        Some(content(path, place, reason, first.help.clone()))
    }
}

/// A number with commas between thousands.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// One row, read by the names of its columns.
pub struct Cells<'a> {
    pub row: &'a Row,
    pub columns: &'static [Column],
    pub faults: &'a mut Faults,
}

impl Cells<'_> {
    /// The raw text of a cell; empty when the table has no such column.
    pub fn raw(&self, name: &str) -> &str {
        let at = self.columns.iter().position(|column| column.name == name);
        debug_assert!(at.is_some(), "`{name}` is no column");
        at.and_then(|at| self.row.cells.get(at)).map_or("", String::as_str)
    }

    /// The text of a required cell.
    pub fn key(&mut self, name: &'static str) -> String {
        let text = self.raw(name).to_owned();
        if text.is_empty() {
            self.fault(name, "the cell is empty".to_owned(), "every row needs a value here".to_owned());
        }
        text
    }

    /// A text, none, or not told.
    pub fn text(&self, name: &str) -> Fact<String> {
        match self.raw(name) {
            "" => Fact::Hidden,
            text if is_none(text) => Fact::Absent,
            text => Fact::Known(text.to_owned()),
        }
    }

    /// A text where "none" is no different from not told.
    pub fn optional(&self, name: &str) -> Option<String> {
        self.text(name).known().cloned()
    }

    /// A time, none, or not told. A date without a time means its first moment, in UTC.
    pub fn date(&mut self, name: &'static str) -> Fact<Timestamp> {
        let text = self.raw(name).to_owned();
        match text.as_str() {
            "" => Fact::Hidden,
            word if is_none(word) => Fact::Absent,
            word => match moment(word) {
                Some(moment) => Fact::Known(moment),
                None => self.refuse(name, "a date"),
            },
        }
    }

    /// Yes, no, or not told.
    pub fn flag(&mut self, name: &'static str) -> Fact<bool> {
        let text = self.raw(name).to_lowercase();
        match text.as_str() {
            "" => Fact::Hidden,
            word if YES.contains(&word) => Fact::Known(true),
            word if NO.contains(&word) => Fact::Known(false),
            _ => self.refuse(name, "yes or no"),
        }
    }

    /// A decision: yes, no, not taken yet, or not told.
    pub fn decision(&mut self, name: &'static str) -> Fact<bool> {
        if self.raw(name).eq_ignore_ascii_case("undecided") { Fact::Absent } else { self.flag(name) }
    }

    /// One of the column's words, or not told.
    pub fn word(&mut self, name: &'static str, what: &str) -> Fact<&'static str> {
        let text = self.raw(name).to_lowercase().replace([' ', '-'], "_");
        let column = self.columns.iter().find(|column| column.name == name);
        let Some(Accepts::Words(words)) = column.map(|column| column.accepts) else { return Fact::Hidden };
        if text.is_empty() {
            return Fact::Hidden;
        }
        words
            .iter()
            .find(|word| **word == text)
            .map_or_else(|| self.refuse(name, what), |word| Fact::Known(*word))
    }

    /// A whole number, or not told.
    pub fn number(&mut self, name: &'static str, most: u32) -> Fact<u32> {
        let text = self.raw(name).to_owned();
        let text = text.strip_suffix(".0").unwrap_or(&text);
        if text.is_empty() {
            return Fact::Hidden;
        }
        match text.parse() {
            Ok(number) if number <= most => Fact::Known(number),
            _ => self.refuse(name, "a number of this column"),
        }
    }

    fn refuse<T>(&mut self, name: &'static str, what: &str) -> Fact<T> {
        let Some(column) = self.columns.iter().find(|column| column.name == name) else {
            return Fact::Hidden;
        };
        let raw = self.raw(name).to_owned();
        let accepted = column.accepts.words();
        let known: &[&str] = match column.accepts {
            Accepts::Words(words) => words,
            Accepts::YesNo => &["yes", "no"],
            Accepts::Date => NONE,
            Accepts::Text | Accepts::Number(_) => &[],
        };
        let help = near::did_you_mean(&raw, known.iter().copied(), column.help);
        self.fault(name, format!("`{raw}` is not {what}; accepted: {accepted}"), help);
        Fact::Hidden
    }

    /// Remembers that a cell is wrong.
    pub fn fault(&mut self, column: &'static str, reason: String, help: String) {
        if !self.faults.is_full() {
            self.faults.0.push(Fault { row: self.row.number, column, reason, help });
        }
    }
}

fn is_none(text: &str) -> bool {
    NONE.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// Reads a date, a date with time, or a moment with its zone.
fn moment(text: &str) -> Option<Timestamp> {
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(moment);
    }
    let date_time = text
        .parse::<civil::DateTime>()
        .ok()
        .or_else(|| text.parse::<civil::Date>().ok().map(|date| date.at(0, 0, 0, 0)))?;
    TimeZone::UTC.to_timestamp(date_time).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!(
            [1, 999, 1000, 40_000, 1_234_567].map(grouped),
            ["1", "999", "1,000", "40,000", "1,234,567"]
        );
    }

    #[test]
    fn dates_come_in_three_forms() {
        let day: Timestamp = "2026-03-31T00:00:00Z".parse().unwrap();
        for text in ["2026-03-31", "2026-03-31T00:00:00", "2026-03-31 00:00:00", "2026-03-31T02:00:00+02:00"]
        {
            assert_eq!(moment(text), Some(day), "{text}");
        }
        for text in ["31.03.2026", "soon", "2026-13-01", "46112"] {
            assert_eq!(moment(text), None, "{text}");
        }
    }
}
