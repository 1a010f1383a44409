//! The shape of a pack file, with the place of everything that can be wrong.
//!
//! Every table is read for itself, so that one broken question does not hide the faults of the next.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use super::fault::{Fault, steers};
use super::words;

/// A piece of text and its place in the file.
pub(super) type Word = Spanned<String>;

/// The first line of a pack file.
pub(super) const SCHEMA: &str = "trueup.pack/1";

/// A pack file as it was read; what could not be read is absent.
#[derive(Debug, Clone, Default)]
pub(super) struct PackFile {
    pub schema: Option<Word>,
    pub pack: Option<Head>,
    pub self_rating: Option<SelfRating>,
    pub rules: Option<Rules>,
    pub agenda: Option<Spanned<Agenda>>,
    pub guards: Vec<Guard>,
    pub class_rules: Vec<ClassRule>,
    pub sections: Vec<Section>,
    pub questions: Vec<Question>,
    pub uses: Vec<Use>,
    /// Ids of questions that stand in the file but could not be read.
    pub lost: Vec<String>,
    /// Names of the tables that could not be read.
    pub broken: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Head {
    pub id: Word,
    pub version: Word,
    pub title: String,
    pub description: String,
    pub minutes: Spanned<u32>,
    pub audience: Vec<Word>,
    pub vocabulary: Word,
    pub metrics: Word,
    #[serde(default)]
    pub requires: Vec<Word>,
    #[serde(default, rename = "licence_note")]
    _licence_note: Option<String>,
    #[serde(default, rename = "cadence_days")]
    _cadence_days: Option<u32>,
    #[serde(default, rename = "compare_to_previous")]
    _compare_to_previous: Option<bool>,
    #[serde(default, rename = "vote")]
    _vote: Option<String>,
    #[serde(default, rename = "evidence_mode")]
    _evidence_mode: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SelfRating {
    pub id: Word,
    pub when: Word,
    pub scored: Spanned<bool>,
    pub prompt: String,
    pub answers: Spanned<Vec<String>>,
    pub claims_maturity_at: Spanned<u8>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rules {
    pub perceived: Word,
    pub min_respondents: Spanned<u32>,
    pub min_answered: Spanned<f64>,
    pub min_evidence: Spanned<f64>,
    pub max_na: Spanned<f64>,
    pub gap_points: Word,
    pub contested_range: Spanned<u8>,
    #[serde(default)]
    pub coverage_caps: Vec<Spanned<(f64, u8)>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Agenda {
    pub opening_minutes: u32,
    pub questions_minutes: u32,
    pub closing_minutes: u32,
    #[serde(default, rename = "opening")]
    _opening: Option<String>,
    #[serde(default, rename = "closing")]
    _closing: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Guard {
    pub when: Word,
    pub metric: Word,
    pub cap: Spanned<u8>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClassRule {
    pub id: Word,
    pub title: String,
    pub min_score: Spanned<f64>,
    pub min_domain: Spanned<f64>,
    pub min_evidence: Spanned<f64>,
    pub gates_at: Spanned<u8>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Section {
    pub id: Word,
    pub title: String,
    pub questions: Vec<Word>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Question {
    pub id: Word,
    pub rev: Spanned<u32>,
    pub domain: Word,
    pub capability: Word,
    pub title: Word,
    pub prompt: Word,
    #[serde(default)]
    pub why: String,
    pub class: Word,
    #[serde(default)]
    pub gate: bool,
    pub weight: Spanned<u32>,
    pub weight_reason: String,
    pub ask: Spanned<Vec<Word>>,
    pub levels: Spanned<Vec<Word>>,
    #[serde(default)]
    pub checks: Vec<Check>,
    #[serde(default)]
    pub caps: Vec<Cap>,
    #[serde(default)]
    pub docs: Vec<String>,
    pub docs_from: Spanned<u8>,
    pub doc_cap: Spanned<u8>,
    pub max_age_days: Spanned<u32>,
    pub verify: Word,
    #[serde(default)]
    pub na_when: Option<Word>,
    #[serde(default)]
    pub first: Option<Step>,
    #[serde(default)]
    pub next: Option<Step>,
    #[serde(default)]
    pub maps: BTreeMap<Word, Vec<Word>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Check {
    pub expr: Word,
    pub dir: Word,
    pub from: Spanned<u8>,
    pub at: Spanned<Vec<Spanned<f64>>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Cap {
    pub when: Word,
    pub level: Spanned<u8>,
    pub note: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Step {
    pub action: String,
    pub effort: Word,
    pub owner: Word,
    pub when_below: Spanned<u8>,
}

/// A question that another pack owns, with what this pack changes about it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Use {
    pub id: Word,
    pub rev: Spanned<u32>,
    pub from: Word,
    #[serde(default)]
    pub weight: Option<Spanned<u32>>,
    #[serde(default)]
    pub weight_reason: Option<String>,
    #[serde(default)]
    pub minutes: Option<u32>,
    #[serde(default)]
    pub open: Option<String>,
    #[serde(default)]
    pub listen_for: Option<String>,
    #[serde(default)]
    pub challenge: Option<String>,
    #[serde(default)]
    pub show: Option<String>,
}

const TABLES: [&str; 10] =
    ["schema", "pack", "self_rating", "rules", "agenda", "guard", "class_rule", "section", "question", "use"];

impl PackFile {
    /// The ids of the questions that the pack asks, as far as they could be read.
    pub fn own_and_used(&self) -> impl Iterator<Item = &Word> {
        self.questions.iter().map(|question| &question.id).chain(self.uses.iter().map(|used| &used.id))
    }

    /// Whether a part of the file could not be read, so that its absence means nothing.
    pub fn is_broken(&self, table: &str) -> bool {
        self.broken.iter().any(|broken| broken == table)
    }

    /// Whether a question of that id stands in the file, readable or not.
    pub fn has_question(&self, id: &str) -> bool {
        self.own_and_used().any(|known| known.get_ref() == id) || self.lost.iter().any(|known| known == id)
    }
}

/// Reads a pack file as far as it can be read. The faults are those of its shape; the file is empty when the
/// text is not TOML at all.
pub(super) fn parse(text: &str) -> (PackFile, Vec<Fault>) {
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        // One slip of the pen makes a parser stumble several times; the first place is the one to look at.
        let first = errors.iter().take(1).map(|error| words::syntax(error, text)).collect();
        return (PackFile { broken: vec!["schema".to_owned()], ..PackFile::default() }, first);
    }
    let mut reader = Reader { text, file: PackFile::default(), found: Vec::new() };
    for (key, value) in table.into_inner() {
        reader.legible(&value);
        reader.table(&key, value);
    }
    (reader.file, reader.found)
}

struct Reader<'t> {
    text: &'t str,
    file: PackFile,
    found: Vec<Fault>,
}

impl Reader<'_> {
    fn table(&mut self, key: &Spanned<Cow<'_, str>>, value: Spanned<DeValue<'_>>) {
        let name = key.get_ref().as_ref();
        match name {
            "schema" => self.file.schema = self.one(name, value),
            "pack" => self.file.pack = self.one(name, value),
            "self_rating" => self.file.self_rating = self.one(name, value),
            "rules" => self.file.rules = self.one(name, value),
            "agenda" => self.file.agenda = self.one(name, value),
            "guard" => self.file.guards = self.many(name, value),
            "class_rule" => self.file.class_rules = self.many(name, value),
            "section" => self.file.sections = self.many(name, value),
            "question" => self.file.questions = self.many(name, value),
            "use" => self.file.uses = self.many(name, value),
            _ => self.found.push(words::unknown_key(key.span(), name, &TABLES)),
        }
    }

    fn one<T: DeserializeOwned>(&mut self, name: &str, value: Spanned<DeValue<'_>>) -> Option<T> {
        let id = id_of(&value);
        match T::deserialize(ValueDeserializer::from(value)) {
            Ok(read) => Some(read),
            Err(error) => {
                self.found.push(words::shape(&error, self.text));
                self.file.lost.extend(id);
                self.file.broken.push(name.to_owned());
                None
            }
        }
    }

    fn many<T: DeserializeOwned>(&mut self, name: &str, value: Spanned<DeValue<'_>>) -> Vec<T> {
        let span = value.span();
        if let DeValue::Array(items) = value.into_inner() {
            return items.into_iter().filter_map(|item| self.one(name, item)).collect();
        }
        let message = format!("there may be several of `{name}`, so its brackets are doubled");
        self.found.push(Fault::new(span, message, format!("write `[[{name}]]`")));
        self.file.broken.push(name.to_owned());
        Vec::new()
    }

    /// Refuses texts that would steer a terminal; whoever shows them need not fear them.
    fn legible(&mut self, value: &Spanned<DeValue<'_>>) {
        match value.get_ref() {
            DeValue::String(text) if text.chars().any(|c| steers(c) && !matches!(c, '\n' | '\t')) => {
                let help = "take it out; only line breaks and tabs may stand in a text";
                self.found.push(Fault::new(
                    value.span(),
                    "the text holds an invisible control character",
                    help,
                ));
            }
            DeValue::Array(items) => items.iter().for_each(|item| self.legible(item)),
            DeValue::Table(table) => table.values().for_each(|item| self.legible(item)),
            _ => {}
        }
    }
}

fn id_of(value: &Spanned<DeValue<'_>>) -> Option<String> {
    value.get_ref().get("id").and_then(|id| id.get_ref().as_str()).map(str::to_owned)
}
