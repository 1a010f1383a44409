//! The four embedded catalogues: metric definitions, frameworks, published figures, words.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use super::fault::{Fault, Report};
use super::words;
use crate::model::catalog::{
    Benchmark, Catalog, Definition, Derived, Domain, Framework, Titled, Vocabulary as Words,
};
use crate::model::expr::Expr;
use crate::model::{CapabilityId, MetricName, RoleId};

const METRICS: (&str, &str) = ("metrics.toml", include_str!("../../assets/catalog/metrics.toml"));
const FRAMEWORKS: (&str, &str) = ("frameworks.toml", include_str!("../../assets/catalog/frameworks.toml"));
const BENCHMARKS: (&str, &str) = ("benchmarks.toml", include_str!("../../assets/catalog/benchmarks.toml"));
const VOCABULARY: (&str, &str) = ("vocabulary.toml", include_str!("../../assets/catalog/vocabulary.toml"));

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Metrics {
    #[serde(rename = "schema")]
    _schema: String,
    version: String,
    metric: Vec<Definition>,
    derived: Vec<DerivedFile>,
    #[serde(rename = "connector")]
    _connector: Vec<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DerivedFile {
    name: MetricName,
    expr: toml::Spanned<String>,
    definition: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Frameworks {
    #[serde(rename = "schema")]
    _schema: String,
    framework: Vec<Framework>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Benchmarks {
    #[serde(rename = "schema")]
    _schema: String,
    version: String,
    benchmark: Vec<Benchmark>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vocabulary {
    #[serde(rename = "schema")]
    _schema: String,
    version: String,
    scale: Scale,
    domain: Vec<Domain>,
    capability: Vec<Titled<CapabilityId>>,
    role: Vec<Titled<RoleId>>,
    #[serde(rename = "class")]
    _class: Vec<IgnoredAny>,
    autonomy_tier: Vec<Tier>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scale {
    names: [String; 5],
    meaning: [String; 5],
    #[serde(rename = "points")]
    _points: [u8; 5],
    #[serde(rename = "ztmm_stage")]
    _ztmm_stage: [String; 5],
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tier {
    #[serde(rename = "tier")]
    number: usize,
    title: String,
    #[serde(rename = "meaning")]
    _meaning: String,
}

/// Reads the embedded catalogues; also returns the version of the vocabulary.
pub(super) fn read() -> Result<(Catalog, String), Report> {
    let metrics: Metrics = parse(METRICS)?;
    let frameworks: Frameworks = parse(FRAMEWORKS)?;
    let benchmarks: Benchmarks = parse(BENCHMARKS)?;
    let vocabulary: Vocabulary = parse(VOCABULARY)?;
    let catalog = Catalog {
        metrics: metrics.metric.into_iter().map(|metric| (metric.name.clone(), metric)).collect(),
        derived: derived(metrics.derived)?,
        metrics_version: metrics.version,
        frameworks: frameworks.framework,
        benchmarks: benchmarks.benchmark,
        benchmarks_version: benchmarks.version,
        vocabulary: Words {
            level_names: vocabulary.scale.names,
            level_meanings: vocabulary.scale.meaning,
            domains: vocabulary.domain,
            capabilities: vocabulary.capability,
            roles: vocabulary.role,
            autonomy_tiers: in_order(vocabulary.autonomy_tier),
        },
    };
    Ok((catalog, vocabulary.version))
}

fn derived(files: Vec<DerivedFile>) -> Result<BTreeMap<MetricName, Derived>, Report> {
    let link = |file: DerivedFile| match Expr::parse(file.expr.get_ref()) {
        Ok(expr) => Ok((file.name.clone(), Derived { name: file.name, expr, definition: file.definition })),
        Err(error) => {
            let fault = Fault::new(file.expr.span(), error.message, error.help);
            Err(Report::new(METRICS.0, METRICS.1, vec![fault]))
        }
    };
    files.into_iter().map(link).collect()
}

fn in_order(mut tiers: Vec<Tier>) -> Vec<String> {
    tiers.sort_by_key(|tier| tier.number);
    tiers.into_iter().map(|tier| tier.title).collect()
}

fn parse<T: DeserializeOwned>((name, text): (&str, &str)) -> Result<T, Report> {
    toml::from_str(text).map_err(|error| Report::new(name, text, vec![words::shape(&error, text)]))
}
