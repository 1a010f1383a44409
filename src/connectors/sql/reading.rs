//! Rows of a query, turned into records and handed over.

use super::Query;
use crate::connectors::register::Rows;
use crate::connectors::{ConnectorError, Progress, Sink};
use crate::model::SourceId;
use crate::model::inventory::Record;
use crate::model::pull::Refusal;

/// How many records are handed over at a time.
const BATCH: usize = 512;
/// How many rows lie between two words about progress.
const STEP: u64 = 5_000;

/// The rows of one query on their way.
pub struct Reading<'a> {
    rows: Rows,
    out: &'a mut Sink,
    waiting: Vec<Record>,
    /// How many rows came.
    pub done: u64,
    bytes: u64,
    what: &'static str,
    /// The system of rows that name none.
    system: SourceId,
}

impl<'a> Reading<'a> {
    /// Finds the columns; refuses a header that was probably misspelt.
    pub fn new(
        query: &Query,
        columns: &[String],
        system: &str,
        out: &'a mut Sink,
    ) -> Result<Self, ConnectorError> {
        let rows = Rows::new(query.kind, columns, &query.name())?;
        Ok(Self {
            rows,
            out,
            waiting: Vec::with_capacity(BATCH),
            done: 0,
            bytes: 0,
            what: query.kind.id,
            system: SourceId::from(system),
        })
    }

    /// Names the columns that are not read.
    pub async fn begin(&mut self) -> Result<(), ConnectorError> {
        for header in self.rows.ignored() {
            let reason = "the query has a column that is not read".to_owned();
            self.out.refuse(Refusal { subject: format!("column `{header}`"), reason }).await?;
        }
        Ok(())
    }

    /// Takes one row; hands over what has gathered.
    pub async fn take(&mut self, texts: Vec<String>) -> Result<(), ConnectorError> {
        self.done += 1;
        self.bytes += texts.iter().map(|text| text.len() as u64).sum::<u64>();
        let records = self.rows.read(texts).into_iter();
        self.waiting.extend(records.map(|record| placed(record, &self.system)));
        if self.rows.is_full() {
            return Ok(());
        }
        if self.waiting.len() >= BATCH {
            self.flush().await?;
        }
        if self.done.is_multiple_of(STEP) {
            self.out.progress(Progress { what: self.what.to_owned(), done: self.done, of: None });
        }
        Ok(())
    }

    async fn flush(&mut self) -> Result<(), ConnectorError> {
        let records = std::mem::replace(&mut self.waiting, Vec::with_capacity(BATCH));
        self.out.push(records).await
    }

    /// Hands over the rest; how many bytes of text there were, or what was wrong with the rows.
    pub async fn end(mut self) -> Result<u64, ConnectorError> {
        self.flush().await?;
        self.rows.finish()?;
        Ok(self.bytes)
    }
}

/// A record of the system that it names, else of the one that is set.
fn placed(mut record: Record, system: &SourceId) -> Record {
    let own = match &mut record {
        Record::Account(account) => &mut account.source,
        Record::Entitlement(entitlement) => &mut entitlement.source,
        Record::Grant(grant) => &mut grant.source,
        Record::Credential(credential) => &mut credential.source,
        Record::Agent(agent) => &mut agent.source,
        Record::Tool(tool) => &mut tool.source,
        _ => return record,
    };
    *own = own.take().or_else(|| Some(system.clone()));
    record
}
