//! The scope file: which systems exist, so that it is known how much of the estate the evidence covers.
//!
//! The moment that it describes is its `date`, else the time at which it was last written.

use std::collections::HashSet;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;
use toml::Spanned;

use super::open::{FileConnector, FileKind, ONE_FILE, Opened};
use super::toml_file::{Text, has_line};
use super::{ConnectorError, Feed, Sample, Spec, Taken};
use crate::model::SourceId;
use crate::model::inventory::{Record, System};
use crate::model::near::did_you_mean;
use crate::model::pull::{Preflight, Sight};

/// The connector, as the registry knows it.
pub static SPEC: Spec = Spec {
    id: "scope",
    title: "Scope: the systems that exist (TOML)",
    sees: &[Sight {
        id: "systems",
        title: "Systems that hold identities, by id and kind",
        needs: "a file with `[[system]]` tables: id, title, kind",
        feeds: &["scope.systems.declared", "scope.systems.reporting"],
    }],
    settings: ONE_FILE,
    permits: &[],
    recognise: Some(recognise),
    connect: |settings| FileConnector::connect(settings, Scope),
};

/// The kinds of systems.
pub static KINDS: &[&str] =
    &["directory", "cloud", "code_host", "cluster", "vault", "agent_platform", "log_store", "register", "hr"];

const ADVICE: &str = "`trueup sources template scope` prints a file to begin with";

/// A scope file to begin with; its comments explain it.
pub fn template() -> &'static str {
    r#"# Which systems hold identities, or tell about them? One table for each. The list decides how much of the
# estate the evidence covers: a system that is left out is not counted as missing.

# The day on which the list was right. Optional: without it, the day on which this file was last written.
# date = 2026-10-01

[[system]]
# The id by which sources name the system, such as "aws:" and the account's number.
id = "aws:111122223333"
# The name that people know it by.
title = "Production account"
# directory, cloud, code_host, cluster, vault, agent_platform, log_store, register or hr
kind = "cloud"

[[system]]
id = "entra:contoso.example"
title = "Staff directory"
kind = "directory"
"#
}

/// The kind of file.
struct Scope;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    date: Option<Spanned<toml::value::Datetime>>,
    #[serde(default)]
    system: Vec<Declared>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Declared {
    id: Spanned<String>,
    #[serde(default)]
    title: String,
    kind: Spanned<String>,
}

fn recognise(sample: &Sample<'_>) -> bool {
    has_line(sample.head, "[[system]]")
}

impl FileKind for Scope {
    fn look(&self, file: Opened) -> Result<Preflight, ConnectorError> {
        let (systems, _) = read(file)?;
        let count = systems.len() as u64;
        Ok(Preflight {
            recognised: format!("a scope file: {count} systems"),
            sees: SPEC.sees.iter().map(|sight| sight.title.to_owned()).collect(),
            misses: Vec::new(),
            counts: vec![("systems".to_owned(), count)],
        })
    }

    fn read(&self, file: Opened, out: &Feed) -> Result<Taken, ConnectorError> {
        let (systems, taken) = read(file)?;
        for system in systems {
            out.push(Record::System(system))?;
        }
        Ok(taken)
    }
}

fn read(mut file: Opened) -> Result<(Vec<System>, Taken), ConnectorError> {
    let content = file.text()?;
    let text = Text { path: file.path(), content: &content, advice: ADVICE };
    let parsed: File = text.parse()?;
    let mut seen = HashSet::new();
    let mut systems = Vec::new();
    for declared in &parsed.system {
        let system = declared.check(&text)?;
        if !seen.insert(system.id.clone()) {
            let reason = format!("the system `{}` is declared twice", system.id);
            return Err(text.fault(&declared.id, reason, "give every system one table"));
        }
        systems.push(system);
    }
    let at = match &parsed.date {
        Some(date) => day(&text, date)?,
        None => file.modified,
    };
    Ok((systems, Taken { source: SourceId::new("scope"), at, bytes: file.size }))
}

/// The first moment of a day that a file names, in UTC.
pub(super) fn day(
    text: &Text<'_>,
    date: &Spanned<toml::value::Datetime>,
) -> Result<jiff::Timestamp, ConnectorError> {
    let written = date.get_ref().to_string();
    let moment = written.parse::<jiff::Timestamp>().ok();
    let first = || TimeZone::UTC.to_timestamp(written.parse::<Date>().ok()?.at(0, 0, 0, 0)).ok();
    moment
        .or_else(first)
        .ok_or_else(|| text.fault(date, format!("`{written}` is no day"), "write a day as 2026-10-01"))
}

impl Declared {
    fn check(&self, text: &Text<'_>) -> Result<System, ConnectorError> {
        let id = self.id.get_ref().trim();
        if id.is_empty() {
            return Err(text.fault(&self.id, "the id is empty", ADVICE));
        }
        let kind = self.kind.get_ref();
        if !KINDS.contains(&kind.as_str()) {
            let reason = format!("`{kind}` is no kind of system; kinds are {}", KINDS.join(", "));
            return Err(text.fault(&self.kind, reason, did_you_mean(kind, KINDS.iter().copied(), ADVICE)));
        }
        let title = if self.title.trim().is_empty() { id } else { self.title.trim() };
        Ok(System { id: SourceId::new(id), title: title.to_owned(), kind: kind.clone() })
    }
}
