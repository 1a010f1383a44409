//! Registers that organisations keep as tables: CSV, NDJSON or XLSX. One file for each kind holds its columns
//! and how a row becomes records. An empty cell is "not told"; `none`, `never`, `permanent` and `-` say that
//! there is none. Nothing is kept of a file with a wrong cell.

pub mod agents;
mod cells;
mod columns;
pub mod credentials;
pub mod grants;
pub mod identities;
mod rows;
mod table;
pub mod tools;

use std::collections::{BTreeSet, HashSet};

pub use cells::grouped;
use cells::{Cells, Faults};
use columns::find;
pub use columns::{Accepts, Column};
pub use rows::Rows;
use table::{Header, Table};

use super::open::{FileConnector, FileKind, Opened};
use super::{Connector, ConnectorError, Feed, Progress, Sample, Settings, Taken};
use crate::model::inventory::Record;
use crate::model::pull::{Lack, Missing, Preflight, Refusal};
use crate::model::{MetricName, SourceId};

/// The source of a register that is about several systems, or about none.
pub const REGISTER: &str = "register";
/// How many rows lie between two words about progress.
const STEP: u64 = 5_000;

/// A kind of register.
pub struct Kind {
    /// The word in `sources template KIND`.
    pub id: &'static str,
    pub title: &'static str,
    pub columns: &'static [Column],
    /// What is counted, such as `identities`.
    rows: &'static str,
    /// Turns one row into records.
    read: fn(&mut Cells<'_>, &mut Memory) -> Vec<Record>,
}

/// What has to be remembered from row to row.
#[derive(Default)]
struct Memory {
    keys: HashSet<String>,
    systems: BTreeSet<String>,
    is_without_system: bool,
    /// What was last said of an entitlement.
    entitlements: std::collections::HashMap<(Option<String>, String), crate::model::inventory::Fact<bool>>,
}

/// Every kind of register; where a header fits several equally well, the first.
pub static KINDS: &[&Kind] =
    &[&identities::KIND, &agents::KIND, &grants::KIND, &credentials::KIND, &tools::KIND];

/// The kind of a name: `agents`, or the id of its connector.
pub fn kind(name: &str) -> Option<&'static Kind> {
    let name = name.strip_prefix("register-").unwrap_or(name);
    KINDS.iter().copied().find(|kind| kind.id == name)
}

/// A table to begin with: the header and one example row, as CSV.
pub fn template(name: &str) -> Option<String> {
    let columns = columns(name)?;
    let line = |cell: fn(&Column) -> &str| columns.iter().map(cell).collect::<Vec<_>>().join(",");
    Some(format!("{}\n{}\n", line(|column| column.name), line(|column| column.example)))
}

/// The columns of a kind, for documents and forms.
pub fn columns(name: &str) -> Option<&'static [Column]> {
    kind(name).map(|kind| kind.columns)
}

/// Whether a file is a register of this kind: of all kinds, its columns fit the header best.
fn is_of(kind: &'static Kind, sample: &Sample<'_>) -> bool {
    table::headers(sample.head, sample.size)
        .and_then(|headers| best(&headers))
        .is_some_and(|best| best.id == kind.id)
}

fn best(headers: &[String]) -> Option<&'static Kind> {
    let fitting = |kind: &Kind| headers.iter().filter(|header| find(kind.columns, header).is_some()).count();
    let has_key = |kind: &Kind| {
        let found: Vec<usize> = headers.iter().filter_map(|header| find(kind.columns, header)).collect();
        found.iter().any(|at| kind.columns[*at].is_required)
    };
    let best = KINDS.iter().copied().rev().filter(|kind| has_key(kind)).max_by_key(|kind| fitting(kind))?;
    let fits = fitting(best);
    (fits >= 2 && fits * 2 >= headers.len()).then_some(best)
}

fn connect(settings: &Settings, kind: &'static Kind) -> Result<Box<dyn Connector>, ConnectorError> {
    FileConnector::connect(settings, Register(kind))
}

/// The connector of one kind of register.
struct Register(&'static Kind);

impl FileKind for Register {
    fn look(&self, file: Opened) -> Result<Preflight, ConnectorError> {
        let kind = self.0;
        let table = Table::open(file, kind.columns)?;
        let is_there = |at: usize| table.header.places.contains(&Some(at));
        let columns = || kind.columns.iter().enumerate();
        Ok(Preflight {
            recognised: recognised(kind, &table.header),
            sees: columns().filter(|(at, _)| is_there(*at)).map(|(_, one)| one.name.to_owned()).collect(),
            misses: columns()
                .filter(|(at, column)| !is_there(*at) && !column.feeds.is_empty())
                .map(|(_, column)| Missing {
                    sight: column.name.to_owned(),
                    needs: format!("the column `{}`: {}", column.name, column.help),
                    metrics: column.feeds.iter().map(|name| MetricName::from(*name)).collect(),
                    why: Lack::NotCollected,
                })
                .collect(),
            counts: Vec::new(),
        })
    }

    fn read(&self, file: Opened, out: &Feed) -> Result<Taken, ConnectorError> {
        let kind = self.0;
        let (path, size, at) = (file.path().to_owned(), file.size, file.modified);
        let mut table = Table::open(file, kind.columns)?;
        for header in &table.header.ignored {
            let reason = "the register has a column that is not read".to_owned();
            out.refuse(Refusal { subject: format!("column `{header}`"), reason })?;
        }
        let (mut faults, mut memory, mut done) = (Faults::default(), Memory::default(), 0);
        while let Some(row) = table.next()? {
            let mut cells = Cells { row: &row, columns: kind.columns, faults: &mut faults };
            let records = (kind.read)(&mut cells, &mut memory);
            done += 1;
            if faults.is_full() {
                break;
            }
            if faults.is_empty() {
                records.into_iter().try_for_each(|record| out.push(record))?;
            }
            if done % STEP == 0 {
                out.progress(Progress { what: kind.rows.to_owned(), done, of: None });
            }
        }
        faults.error(&path).map_or(Ok(()), Err)?;
        out.progress(Progress { what: kind.rows.to_owned(), done, of: Some(done) });
        Ok(Taken { source: memory.source(), at, bytes: size })
    }
}

fn recognised(kind: &Kind, header: &Header) -> String {
    let known = header.places.iter().flatten().count();
    let of = kind.columns.len();
    if header.ignored.is_empty() {
        format!("{} with {known} of {of} columns", kind.title)
    } else {
        format!("{} with {known} of {of} columns; not read: {}", kind.title, header.ignored.join(", "))
    }
}

impl Memory {
    /// The one system that all rows are about, else the register itself.
    fn source(&self) -> SourceId {
        match self.systems.first() {
            Some(only) if self.systems.len() == 1 && !self.is_without_system => SourceId::new(only.clone()),
            _ => SourceId::from(REGISTER),
        }
    }

    /// The system that a row names.
    fn system(&mut self, cells: &Cells<'_>, column: &str) -> Option<SourceId> {
        let Some(system) = cells.optional(column) else {
            self.is_without_system = true;
            return None;
        };
        if !self.systems.contains(&system) {
            self.systems.insert(system.clone());
        }
        Some(SourceId::new(system))
    }

    /// Refuses a key that an earlier row has.
    fn once(&mut self, cells: &mut Cells<'_>, column: &'static str, key: String) {
        if self.keys.contains(&key) {
            let value = cells.raw(column).to_owned();
            cells.fault(
                column,
                format!("`{value}` stands in an earlier row as well"),
                "keep one row for each".to_owned(),
            );
        } else {
            self.keys.insert(key);
        }
    }
}
