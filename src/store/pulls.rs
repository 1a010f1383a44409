//! Pulls: the receipt as one document, the records as lines of JSON in large pieces.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::error::Context;
use super::{Appended, Store, StoreError, on};
use crate::model::assessment::{Edit, Stamped};
use crate::model::inventory::Record;
use crate::model::pull::{Manifest, Pulled};
use crate::model::{AssessmentId, PullId};

/// How many bytes of records share a row: large enough that rows cost nothing, small enough to stream.
const PIECE: usize = 1 << 20;

pub(super) const INSERT_PULL: &str = "insert into pull (id, ended_at, manifest) values ($1, $2, $3)";
pub(super) const INSERT_RECORD: &str = "insert into record (pull_id, piece, body) values ($1, $2, $3)";

/// Records on their way into the database: written down at once, so that a large pull is never held twice.
#[derive(Debug, Clone)]
pub struct Bundle {
    manifest: Manifest,
    pieces: Vec<String>,
}

/// Collects the records of one pull.
#[derive(Debug, Clone, Default)]
pub struct Packer {
    pieces: Vec<String>,
    digest: Sha256,
    counts: BTreeMap<&'static str, u64>,
}

/// A pull as it goes into its tables.
pub(super) struct PullRow<'a> {
    pub id: &'a str,
    pub ended_at: i64,
    pub manifest: String,
    pub pieces: &'a [String],
}

impl Packer {
    /// Takes one record.
    pub fn push(&mut self, record: &Record) -> Result<(), serde_json::Error> {
        let mut line = serde_json::to_string(record)?;
        line.push('\n');
        self.digest.update(line.as_bytes());
        *self.counts.entry(kind(record)).or_default() += 1;
        match self.pieces.last_mut() {
            Some(piece) if piece.len() + line.len() <= PIECE => piece.push_str(&line),
            _ => {
                line.reserve(PIECE.saturating_sub(line.len()));
                self.pieces.push(line);
            }
        }
        Ok(())
    }

    /// How many records were taken.
    pub fn count(&self) -> u64 {
        self.counts.values().sum()
    }

    /// Closes the collection; fills the counts and the digest into the receipt.
    pub fn finish(self, manifest: Manifest) -> Bundle {
        let digest = hexadecimal(&self.digest.finalize());
        let rows = self.counts.into_iter().map(|(kind, count)| (kind.to_owned(), count)).collect();
        Bundle { manifest: Manifest { rows, digest, ..manifest }, pieces: self.pieces }
    }
}

impl Bundle {
    /// The receipt, complete.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

/// The word for a record's kind on receipts, in the plural.
fn kind(record: &Record) -> &'static str {
    match record {
        Record::Account(_) => "accounts",
        Record::Entitlement(_) => "entitlements",
        Record::Grant(_) => "grants",
        Record::Credential(_) => "credentials",
        Record::Agent(_) => "agents",
        Record::Tool(_) => "tools",
        Record::System(_) => "systems",
        Record::Reported(_) => "figures",
        Record::Usage(_) => "uses",
        Record::Watch(_) => "watched systems",
        Record::DefaultCoverage(_) => "default coverage",
    }
}

impl Store {
    /// Keeps a whole pull and the edits that make it evidence; all of it or nothing.
    pub async fn keep_pull(
        &self,
        id: &AssessmentId,
        bundle: &Bundle,
        edits: &[Stamped<Edit>],
    ) -> Result<Appended, StoreError> {
        self.write(id, Some(bundle), edits).await
    }

    /// The receipt of a pull; `None` when there is no such pull.
    pub async fn manifest(&self, id: &PullId) -> Result<Option<Manifest>, StoreError> {
        const SELECT: &str = "select manifest from pull where id = $1";
        let text = on!(self, pool => sqlx::query_scalar::<_, String>(SELECT)
            .bind(id.as_str()).fetch_optional(pool).await);
        text.context(self)?.map(|text| self.read(&text, "a receipt")).transpose()
    }

    /// A pull with all its records; `None` when there is no such pull.
    pub async fn pulled(&self, id: &PullId) -> Result<Option<Pulled>, StoreError> {
        const SELECT: &str = "select body from record where pull_id = $1 order by piece";
        let Some(manifest) = self.manifest(id).await? else { return Ok(None) };
        let pieces = on!(self, pool => sqlx::query_scalar::<_, String>(SELECT)
            .bind(id.as_str()).fetch_all(pool).await)
        .context(self)?;
        // Half a million lines take a while: they are read where they hold nobody up.
        let store = self.clone();
        let records = tokio::task::spawn_blocking(move || store.records(pieces)).await;
        let records = records.map_err(|error| StoreError::damaged(self, error.to_string()))??;
        Ok(Some(Pulled { manifest, records }))
    }

    /// The SHA-256 of the records as they lie in the database, in hexadecimal; the receipt holds what it was.
    pub async fn digest(&self, id: &PullId) -> Result<String, StoreError> {
        const SELECT: &str = "select body from record where pull_id = $1 order by piece";
        let pieces = on!(self, pool => sqlx::query_scalar::<_, String>(SELECT)
            .bind(id.as_str()).fetch_all(pool).await)
        .context(self)?;
        let mut digest = Sha256::new();
        for piece in &pieces {
            digest.update(piece.as_bytes());
        }
        Ok(hexadecimal(&digest.finalize()))
    }

    /// Reads piece by piece, so that text and records of a large pull are never both held whole.
    fn records(&self, pieces: Vec<String>) -> Result<Vec<Record>, StoreError> {
        let mut records = Vec::new();
        for piece in pieces {
            for line in piece.lines() {
                records.push(self.read(line, "a record")?);
            }
        }
        Ok(records)
    }

    pub(super) fn pull_row<'a>(&self, bundle: &'a Bundle) -> Result<PullRow<'a>, StoreError> {
        Ok(PullRow {
            id: bundle.manifest.id.as_str(),
            ended_at: bundle.manifest.ended.as_millisecond(),
            manifest: self.json(&bundle.manifest)?,
            pieces: &bundle.pieces,
        })
    }

    pub(super) fn read<T: serde::de::DeserializeOwned>(
        &self,
        text: &str,
        what: &str,
    ) -> Result<T, StoreError> {
        serde_json::from_str(text).map_err(|error| StoreError::damaged(self, format!("{what}: {error}")))
    }
}
