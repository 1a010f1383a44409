//! Figures that other tools already count: TOML with `[value]` and `[coverage]`, or CSV with the columns
//! `metric,value,coverage,source,date`.
//!
//! Names are checked against the dictionary that `ops` hands over in [`Settings::metrics`]; without one they are
//! only checked for their shape. The moment that the figures describe is the newest date in the file, else the
//! time at which it was last written.

mod table;
mod text;

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;

use super::open::{FileConnector, FileKind, ONE_FILE, Opened};
use super::toml_file::has_line;
use super::{ConnectorError, Feed, Sample, Settings, Spec, Taken};
use crate::model::inventory::{Record, Reported};
use crate::model::near::did_you_mean;
use crate::model::pull::{Preflight, Sight};
use crate::model::{MetricName, SourceId};

/// The connector, as the registry knows it.
pub static SPEC: Spec = Spec {
    id: "measurements",
    title: "Figures that other tools count (TOML or CSV)",
    sees: &[Sight {
        id: "figures",
        title: "Values of metrics and the share of the systems behind each",
        needs: "TOML with [value] and [coverage], or CSV: metric,value,coverage,source,date",
        feeds: &[],
    }],
    settings: ONE_FILE,
    permits: &[],
    recognise: Some(recognise),
    connect: |settings: &Settings| {
        FileConnector::connect(settings, Figures { known: Arc::clone(&settings.metrics) })
    },
};

/// A measurement file to begin with; its comments explain it.
pub fn template() -> &'static str {
    r#"# Figures that another tool counted. Names are those of the dictionary: `trueup explain NAME` says what is meant.
# counted_by = "the SIEM's monthly report"
# date = 2026-10-01

[value]
"human.users.total" = 1240
"human.users.mfa_registered" = 1150

[coverage]
# The share of the declared systems behind a figure, 0 to 1; "*" stands for every metric without its own.
"*" = 1.0
"human.users.mfa_registered" = 0.8
"#
}

/// The kind of file.
struct Figures {
    known: Arc<[MetricName]>,
}

/// What a file says.
#[derive(Default)]
struct Counted {
    figures: Vec<Reported>,
    default_coverage: Option<f64>,
    date: Option<Timestamp>,
}

/// What is wrong with a value, and what to do.
type Wrong = (String, String);

fn recognise(sample: &Sample<'_>) -> bool {
    has_line(sample.head, "[value]") || table::is_begun(sample.head)
}

impl FileKind for Figures {
    fn look(&self, file: Opened) -> Result<Preflight, ConnectorError> {
        let counted = self.counted(file)?;
        let count = counted.figures.iter().filter(|figure| figure.value.is_some()).count() as u64;
        let shares = counted.figures.iter().filter(|figure| figure.coverage.is_some()).count();
        let by_default =
            if counted.default_coverage.is_some() { "one for all others" } else { "none for the others" };
        Ok(Preflight {
            recognised: format!(
                "a file of measurements: {count} figures, {shares} with a coverage, {by_default}"
            ),
            sees: SPEC.sees.iter().map(|sight| sight.title.to_owned()).collect(),
            misses: Vec::new(),
            counts: vec![("figures".to_owned(), count)],
        })
    }

    fn read(&self, file: Opened, out: &Feed) -> Result<Taken, ConnectorError> {
        let (name, bytes, modified) = (file.name(), file.size, file.modified);
        let counted = self.counted(file)?;
        let newest = counted.figures.iter().filter_map(|figure| figure.date.known().copied()).max();
        for figure in counted.figures {
            out.push(Record::Reported(figure))?;
        }
        if let Some(share) = counted.default_coverage {
            out.push(Record::DefaultCoverage(share))?;
        }
        // Files of two tools stand side by side; a newer file of the same name replaces the older one.
        let source = SourceId::new(format!("measurements:{name}"));
        Ok(Taken { source, at: newest.or(counted.date).unwrap_or(modified), bytes })
    }
}

impl Figures {
    fn counted(&self, mut file: Opened) -> Result<Counted, ConnectorError> {
        let (name, content) = (file.name(), file.text()?);
        if has_line(content.as_bytes(), "[value]") {
            text::read(file.path(), &name, &content, &self.known)
        } else {
            table::read(file.path(), &name, &content, &self.known)
        }
    }
}

/// Checks a metric's name.
fn metric(name: &str, known: &[MetricName]) -> Result<MetricName, Wrong> {
    let is_part = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|sign| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == b'_')
    };
    if !name.contains('.') || !name.split('.').all(is_part) {
        let help = "names are small letters with dots, such as `human.users.total`";
        return Err((format!("`{name}` is no name of a metric"), help.to_owned()));
    }
    let metric = MetricName::new(name);
    if !known.is_empty() && !known.contains(&metric) {
        let advice = "`trueup explain NAME` shows what is in the dictionary";
        let help = did_you_mean(name, known.iter().map(MetricName::as_str), advice);
        return Err((format!("the dictionary has no metric `{name}`"), help));
    }
    Ok(metric)
}

/// Checks a value.
fn value(number: f64) -> Result<f64, Wrong> {
    if number.is_finite() && number >= 0.0 {
        return Ok(number);
    }
    Err((format!("`{number}` is no count: a number of 0 or more"), "leave out what is not known".to_owned()))
}

/// Checks a coverage.
fn share(number: f64) -> Result<f64, Wrong> {
    if (0.0..=1.0).contains(&number) {
        return Ok(number);
    }
    let help = "write 80 % as 0.8; leave out what is not known";
    Err((format!("`{number}` is no share: a number from 0 to 1"), help.to_owned()))
}

/// Names a metric that was given twice.
fn once(seen: &mut BTreeSet<MetricName>, metric: &MetricName) -> Result<(), Wrong> {
    if seen.insert(metric.clone()) {
        return Ok(());
    }
    Err((format!("`{metric}` is given twice"), "keep the figure that is right".to_owned()))
}
