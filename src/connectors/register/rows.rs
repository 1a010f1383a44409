//! Rows of a register that come from elsewhere than a file, such as from a query.

use std::path::{Path, PathBuf};

use super::cells::{Cells, Faults};
use super::table::{Header, Row, resolve};
use super::{Kind, Memory};
use crate::connectors::ConnectorError;
use crate::model::inventory::Record;

/// A register that is read row by row.
pub struct Rows {
    kind: &'static Kind,
    header: Header,
    faults: Faults,
    memory: Memory,
    number: u64,
    /// What errors call it.
    name: PathBuf,
}

impl Rows {
    /// Finds the columns of the headers; refuses one that was probably misspelt, and a table without a required column.
    /// `name` is what errors call the table.
    pub fn new(kind: &'static Kind, headers: &[String], name: &str) -> Result<Self, ConnectorError> {
        let header = resolve(headers, kind.columns, Path::new(name))?;
        let (faults, memory) = Default::default();
        Ok(Self { kind, header, faults, memory, number: 0, name: name.into() })
    }

    /// The headers that mean no column.
    pub fn ignored(&self) -> &[String] {
        &self.header.ignored
    }

    /// Reads one row, its cells in the order of the headers; nothing once any cell was wrong.
    pub fn read(&mut self, texts: Vec<String>) -> Vec<Record> {
        self.number += 1;
        let row = Row { number: self.number, cells: self.header.order(texts, self.kind.columns) };
        let mut cells = Cells { row: &row, columns: self.kind.columns, faults: &mut self.faults };
        let records = (self.kind.read)(&mut cells, &mut self.memory);
        if self.faults.is_empty() { records } else { vec![] }
    }

    /// Whether so much is wrong that reading on tells nothing more.
    pub fn is_full(&self) -> bool {
        self.faults.is_full()
    }

    /// How many rows were read; an error that names what was wrong.
    pub fn finish(self) -> Result<u64, ConnectorError> {
        self.faults.error(&self.name).map_or(Ok(self.number), Err)
    }
}
