//! Published figures: each printed with n, year and publisher; different surveys never as one.

use crate::export::words::{plain, rounded};
use crate::model::catalog::{Benchmark, Catalog};

/// The figures that matter to a board, in the order in which they are printed.
pub(super) const IDS: [&str; 5] = ["jc-mature", "jc-ready", "tp-above", "tp-inc-least", "tp-inc-over"];

/// The figures of one survey.
#[derive(Debug, Clone)]
pub(in crate::export) struct Reference {
    /// Publisher, title and year.
    pub survey: String,
    /// How many were asked, and who.
    pub population: String,
    /// How far the figures carry.
    pub notes: Vec<String>,
    /// The figure and what it says.
    pub figures: Vec<(String, String)>,
}

/// Groups the figures by the survey that they come from.
pub(in crate::export) fn published(catalog: &Catalog) -> Vec<Reference> {
    let mut surveys: Vec<(&Benchmark, Reference)> = Vec::new();
    for id in IDS {
        let Some(figure) = catalog.benchmarks.iter().find(|benchmark| benchmark.id == id) else { continue };
        let line = (value(figure), plain(&figure.label));
        match surveys.iter_mut().find(|(first, _)| is_same_survey(first, figure)) {
            Some((_, reference)) => reference.add(figure, line),
            None => surveys.push((figure, survey(figure, line))),
        }
    }
    surveys.into_iter().map(|(_, reference)| reference).collect()
}

/// One figure alone, with everything that its publisher says beside it, and its value.
pub(super) fn one(catalog: &Catalog, id: &str) -> Option<(f64, Reference)> {
    let figure = catalog.benchmarks.iter().find(|benchmark| benchmark.id == id)?;
    let mut reference = survey(figure, (value(figure), plain(&figure.label)));
    reference.notes = vec![plain(&figure.note)];
    reference.notes.retain(|note| !note.is_empty());
    Some((figure.value, reference))
}

impl Reference {
    fn add(&mut self, figure: &Benchmark, line: (String, String)) {
        self.figures.push(line);
        // Incidents look like causes and effects; what the publisher's figure cannot say is told with it.
        let note = plain(&figure.note);
        if figure.kind == "incident" && !note.is_empty() {
            self.notes.push(note);
        }
    }
}

fn is_same_survey(one: &Benchmark, other: &Benchmark) -> bool {
    let survey = |figure: &Benchmark| (figure.publisher.clone(), figure.title.clone(), figure.year, figure.n);
    survey(one) == survey(other)
}

fn survey(figure: &Benchmark, line: (String, String)) -> Reference {
    let n = figure.n.map_or_else(|| "n not stated".to_owned(), |n| format!("n = {n}"));
    let mut reference = Reference {
        survey: format!("{}, {} ({})", plain(&figure.publisher), plain(&figure.title), figure.year),
        population: format!("{n}; {}", plain(&figure.population)),
        notes: Vec::new(),
        figures: Vec::new(),
    };
    reference.add(figure, line);
    reference
}

fn value(figure: &Benchmark) -> String {
    let number = rounded(figure.value);
    let number = number.strip_suffix(".0").unwrap_or(&number);
    match figure.unit.as_str() {
        "percent" => format!("{number} %"),
        unit => format!("{number} {}", plain(unit)),
    }
}
