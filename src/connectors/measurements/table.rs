//! Measurements as a table.

use std::collections::BTreeSet;
use std::path::Path;

use csv::StringRecord;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Counted, Wrong, metric, once, share, value};
use crate::connectors::ConnectorError;
use crate::connectors::open::content;
use crate::model::MetricName;
use crate::model::inventory::{Fact, Reported};
use crate::model::near::did_you_mean;

/// The columns; the first two are required.
const COLUMNS: [&str; 5] = ["metric", "value", "coverage", "source", "date"];
/// How many of [`COLUMNS`] a table cannot do without.
const REQUIRED: usize = 2;
/// Stands for every metric without a coverage of its own.
const ALL_OTHERS: &str = "*";

/// Whether a file begins with the header of such a table.
pub fn is_begun(head: &[u8]) -> bool {
    let header =
        String::from_utf8_lossy(head.split(|byte| *byte == b'\n').next().unwrap_or_default()).to_lowercase();
    let names: Vec<_> = header
        .split([',', ';', '\t'])
        .map(|name| name.trim_matches(|sign: char| sign == '"' || sign.is_whitespace()))
        .collect();
    COLUMNS.iter().take(REQUIRED).all(|column| names.contains(column))
}

/// Reads a whole table.
pub fn read(path: &Path, name: &str, text: &str, known: &[MetricName]) -> Result<Counted, ConnectorError> {
    let mut rows =
        csv::ReaderBuilder::new().has_headers(false).delimiter(separator(text)).from_reader(text.as_bytes());
    let mut table = Table {
        path,
        name,
        known,
        header: Vec::new(),
        row: 0,
        seen: BTreeSet::new(),
        counted: Counted::default(),
    };
    for record in rows.records() {
        table.row += 1;
        let record = record.map_err(|error| table.broken(&error))?;
        if table.row == 1 {
            table.begin(&record)?;
        } else {
            table.take(&record)?;
        }
    }
    Ok(table.counted)
}

struct Table<'a> {
    path: &'a Path,
    name: &'a str,
    known: &'a [MetricName],
    header: Vec<String>,
    row: u64,
    seen: BTreeSet<MetricName>,
    counted: Counted,
}

impl Table<'_> {
    fn begin(&mut self, record: &StringRecord) -> Result<(), ConnectorError> {
        self.header = record.iter().map(|name| name.trim().to_lowercase()).collect();
        for name in &self.header {
            if !COLUMNS.contains(&name.as_str()) {
                let advice = format!("columns are {}", COLUMNS.join(", "));
                let reason = format!("there is no such column as `{name}`");
                return Err(self.wrong("", (reason, did_you_mean(name, COLUMNS, &advice))));
            }
        }
        Ok(())
    }

    fn take(&mut self, record: &StringRecord) -> Result<(), ConnectorError> {
        let cell = |column: &str| {
            let at = self.header.iter().position(|name| name == column);
            at.and_then(|at| record.get(at)).map(str::trim).filter(|text| !text.is_empty())
        };
        let named = |column: &'static str| move |wrong: Wrong| (column, wrong);
        let told = |(column, wrong): (&str, Wrong)| self.wrong(column, wrong);
        let coverage = cell("coverage")
            .map(|text| number(text).and_then(share))
            .transpose()
            .map_err(named("coverage"))
            .map_err(told)?;
        let name = cell("metric").unwrap_or_default();
        if name == ALL_OTHERS && cell("value").is_none() {
            self.counted.default_coverage = coverage;
            return Ok(());
        }
        let metric = metric(name, self.known).map_err(named("metric")).map_err(told)?;
        // How much was looked at is worth knowing even where nothing was counted.
        let value = match cell("value") {
            None if coverage.is_some() => None,
            text => {
                let value = number(text.unwrap_or_default()).and_then(value);
                Some(value.map_err(named("value")).map_err(told)?)
            }
        };
        let date = cell("date").map(date).transpose().map_err(named("date")).map_err(told)?;
        let counted_by = cell("source").unwrap_or(self.name).to_owned();
        let once = once(&mut self.seen, &metric);
        once.map_err(|wrong| self.wrong("metric", wrong))?;
        let date = date.map_or(Fact::Hidden, Fact::Known);
        self.counted.figures.push(Reported { metric, value, coverage, counted_by, date });
        Ok(())
    }

    fn wrong(&self, column: &str, (reason, help): Wrong) -> ConnectorError {
        let column = if column.is_empty() { String::new() } else { format!(", column `{column}`") };
        content(self.path, format!(", row {}{column}", self.row), reason, help)
    }

    fn broken(&self, error: &csv::Error) -> ConnectorError {
        let reason = match error.kind() {
            csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                format!("it has {len} cells where the header has {expected_len}")
            }
            _ => error.to_string(),
        };
        self.wrong("", (reason, "put texts with commas between quotes".to_owned()))
    }
}

fn number(text: &str) -> Result<f64, Wrong> {
    text.parse().map_err(|_| {
        let help = "write a number with a point, such as 61 or 0.8; leave out rows that are not known";
        (format!("`{text}` is no number"), help.to_owned())
    })
}

fn date(text: &str) -> Result<jiff::Timestamp, Wrong> {
    let moment = text.parse::<jiff::Timestamp>().ok();
    let day = || TimeZone::UTC.to_timestamp(text.parse::<Date>().ok()?.at(0, 0, 0, 0)).ok();
    moment.or_else(day).ok_or_else(|| (format!("`{text}` is no day"), "write a day as 2026-10-01".to_owned()))
}

/// What parts the columns: a comma, or what a spreadsheet put in its place.
fn separator(text: &str) -> u8 {
    let header = text.lines().next().unwrap_or_default();
    [b',', b';', b'\t']
        .into_iter()
        .rev()
        .max_by_key(|sign| header.split(char::from(*sign)).count())
        .unwrap_or(b',')
}
