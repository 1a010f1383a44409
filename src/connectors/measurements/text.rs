//! Measurements in TOML.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::{Counted, Wrong, metric, share, value};
use crate::connectors::ConnectorError;
use crate::connectors::scope::day;
use crate::connectors::toml_file::Text;
use crate::model::MetricName;
use crate::model::inventory::{Fact, Reported};

const ADVICE: &str = "`trueup sources template measurements` prints a file to begin with";
/// Stands for every metric without a coverage of its own.
const ALL_OTHERS: &str = "*";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    counted_by: String,
    date: Option<Spanned<toml::value::Datetime>>,
    value: BTreeMap<Spanned<String>, Spanned<f64>>,
    #[serde(default)]
    coverage: BTreeMap<Spanned<String>, Spanned<f64>>,
}

/// Reads a whole file.
pub fn read(path: &Path, name: &str, content: &str, known: &[MetricName]) -> Result<Counted, ConnectorError> {
    let text = Text { path, content, advice: ADVICE };
    let file: File = text.parse()?;
    let told = |at: &Spanned<String>, (reason, help): Wrong| text.fault(at, reason, help);
    let date = file.date.as_ref().map(|date| day(&text, date)).transpose()?;
    let mut counted = Counted { date, ..Counted::default() };
    let mut coverage = BTreeMap::new();
    for (name, number) in &file.coverage {
        let share = share(*number.get_ref()).map_err(|wrong| told(name, wrong))?;
        if name.get_ref() == ALL_OTHERS {
            counted.default_coverage = Some(share);
        } else {
            coverage.insert(metric(name.get_ref(), known).map_err(|wrong| told(name, wrong))?, share);
        }
    }
    let counted_by = if file.counted_by.trim().is_empty() { name } else { file.counted_by.trim() };
    let mut figures = Vec::new();
    for (name, number) in &file.value {
        let metric = metric(name.get_ref(), known).map_err(|wrong| told(name, wrong))?;
        let value = value(*number.get_ref()).map_err(|wrong| told(name, wrong))?;
        figures.push((coverage.remove(&metric), metric, Some(value)));
    }
    // How much was looked at is worth knowing even where nothing was counted.
    figures.extend(coverage.into_iter().map(|(metric, share)| (Some(share), metric, None)));
    let date = date.map_or(Fact::Hidden, Fact::Known);
    let reported = figures.into_iter().map(|(coverage, metric, value)| Reported {
        metric,
        value,
        coverage,
        counted_by: counted_by.to_owned(),
        date,
    });
    counted.figures = reported.collect();
    Ok(counted)
}
