//! The scorecard as one JSON document, and its published schema.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::identities::Row;
use super::identity::{IdentityDocument, WhatIfDocument};
use super::{ExportError, File, Format, Report, Rights, page};
use crate::model::agents::Agents;
use crate::model::catalog::Benchmark;
use crate::model::metric::Measurement;
use crate::model::privilege::Population;
use crate::model::pull::Manifest;
use crate::model::scorecard::Scorecard;
use crate::model::shadow::Shadow;
use crate::model::{AssessmentId, PackId};

mod lines;

/// One document with everything that a program may ask for, in full precision.
pub static FORMAT: Format = Format {
    id: "json",
    title: "Scorecard, measurements and receipts as JSON with its schema",
    extension: "json",
    render,
};

/// The name and version of the document's shape; a change that breaks readers gets a new number, a field that
/// is added does not.
const SCHEMA: &str = "trueup.scorecard/1";

/// A scorecard with everything that it rests on.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "trueup scorecard")]
struct Document<'a> {
    /// `trueup.scorecard/1`.
    #[schemars(extend("const" = SCHEMA))]
    schema: &'static str,
    /// When the document was made.
    #[schemars(with = "String", extend("format" = "date-time"))]
    made: Timestamp,
    tool: Tool<'a>,
    assessment: About<'a>,
    pack: Pack<'a>,
    scorecard: &'a Scorecard,
    /// Earlier periods of the same organisation, unit and pack, oldest first.
    history: Vec<Earlier<'a>>,
    /// Coverage of every measurement that has none of its own; `null` while no scope is declared.
    default_coverage: Option<f64>,
    measurements: Vec<&'a Measurement>,
    /// The receipts of the pulls that the measurements come from.
    manifests: &'a [Manifest],
    /// Published figures, for reading beside the scorecard; they are no part of it.
    references: Vec<&'a Benchmark>,
    /// Who can do more than they need; `null` when no source tells of rights.
    privilege: Option<Privileges<'a>>,
    /// AI tools that were found or decided about, and how many may be unseen; `null` when no source lists any and
    /// nobody decided.
    ai_tools: Option<&'a Shadow>,
    /// AI agents, registered or discovered; `null` when no source lists AI agents.
    ai_agents: Option<&'a Agents>,
}

/// The over-privilege of everybody, by class and one by one.
#[derive(Serialize, JsonSchema)]
struct Privileges<'a> {
    population: &'a Population,
    /// Everybody who was seen; `top` of a class counts places in this list from 0.
    identities: Vec<Row<'a>>,
}

/// The program that made the document.
#[derive(Serialize, JsonSchema)]
struct Tool<'a> {
    name: &'static str,
    version: &'a str,
}

/// What was assessed.
#[derive(Serialize, JsonSchema)]
struct About<'a> {
    id: &'a AssessmentId,
    organisation: &'a str,
    /// Subsidiary, client or team; `null` for the whole organisation.
    unit: Option<&'a str>,
    /// The quarter, such as `2026-Q4`.
    period: &'a str,
    #[schemars(with = "String", extend("format" = "date-time"))]
    begun: Timestamp,
}

/// The questionnaire.
#[derive(Serialize, JsonSchema)]
struct Pack<'a> {
    id: &'a PackId,
    version: &'a str,
    title: &'a str,
}

/// The figures of an earlier period.
#[derive(Serialize, JsonSchema)]
struct Earlier<'a> {
    period: &'a str,
    pack_version: &'a str,
    claimed: Option<f64>,
    floor: Option<f64>,
    ceiling: Option<f64>,
    gap_on_verified: Option<f64>,
    class: Option<&'a str>,
}

fn render(report: &Report<'_>) -> Result<Vec<File>, ExportError> {
    let failed = |error: serde_json::Error| ExportError::Write {
        format: FORMAT.id.to_owned(),
        reason: error.to_string(),
    };
    let mut bytes = Vec::new();
    let mut writer = serde_json::Serializer::with_formatter(&mut bytes, lines::Lines::default());
    document(report).serialize(&mut writer).map_err(failed)?;
    bytes.push(b'\n');
    Ok(vec![File { name: "scorecard.json".to_owned(), bytes }])
}

fn document<'a>(report: &Report<'a>) -> Document<'a> {
    let begun = report.begun;
    Document {
        schema: SCHEMA,
        made: report.made,
        tool: Tool { name: "trueup", version: report.tool },
        assessment: About {
            id: &begun.id,
            organisation: &begun.organisation,
            unit: begun.unit.as_deref(),
            period: &begun.period,
            begun: begun.at,
        },
        pack: Pack {
            id: &report.scorecard.pack,
            version: &report.scorecard.pack_version,
            title: &report.questionnaire.title,
        },
        scorecard: report.scorecard,
        history: report.history.iter().map(|past| earlier(&past.period, &past.scorecard)).collect(),
        default_coverage: report.measurements.default_coverage,
        measurements: report.measurements.by_name.values().collect(),
        manifests: report.manifests,
        references: page::cited(report),
        privilege: report.rights.map(privileges),
        ai_tools: report.shadow,
        ai_agents: report.agents,
    }
}

fn privileges(rights: Rights<'_>) -> Privileges<'_> {
    Privileges { population: rights.population, identities: rights.rows().collect() }
}

fn earlier<'a>(period: &'a str, card: &'a Scorecard) -> Earlier<'a> {
    Earlier {
        period,
        pack_version: &card.pack_version,
        claimed: card.claimed,
        floor: card.floor,
        ceiling: card.ceiling,
        gap_on_verified: card.gap_on_verified,
        class: card.class.as_deref(),
    }
}

/// The JSON Schema of the scorecard, made from the types that are written.
pub fn schema() -> String {
    text(&schemars::schema_for!(Document<'_>))
}

/// A document whose shape is published.
#[derive(Debug)]
pub struct Published {
    /// The word by which it is asked for; its file is `assets/ID.schema.json`.
    pub id: &'static str,
    /// Its JSON Schema, made from the types that are written.
    pub schema: fn() -> String,
}

/// Every document whose shape is published; the first one is meant where none is named.
pub static PUBLISHED: &[Published] = &[
    Published { id: "scorecard", schema },
    Published { id: "identity", schema: || text(&schemars::schema_for!(IdentityDocument<'_>)) },
    Published { id: "what-if", schema: || text(&schemars::schema_for!(WhatIfDocument<'_>)) },
];

fn text(schema: &schemars::Schema) -> String {
    let mut text = serde_json::to_string_pretty(schema).unwrap_or_default();
    text.push('\n');
    text
}
