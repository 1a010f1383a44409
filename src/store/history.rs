//! The newest result of each assessment: a cache that makes lists instant and may be thrown away.

use super::error::Context;
use super::{Store, StoreError, on};
use crate::model::AssessmentId;
use crate::model::metric::Measurements;
use crate::model::scorecard::Scorecard;

/// A result, and what it was made from.
#[derive(Debug, Clone)]
pub struct Kept {
    /// The number of the edit up to which answers count.
    pub seq: u64,
    /// Which program scored: another one may count differently.
    pub tool: String,
    pub scored_at: jiff::Timestamp,
    /// Which pulls the measurements rest on.
    pub evidence: String,
    pub measurements: Measurements,
    pub scorecard: Scorecard,
}

#[derive(sqlx::FromRow)]
struct KeptRow {
    seq: i64,
    tool: String,
    scored_at: i64,
    evidence: String,
    measurements: String,
    body: String,
}

impl Store {
    /// The newest kept result; `None` when there is none that this program can read.
    pub async fn kept(&self, id: &AssessmentId) -> Result<Option<Kept>, StoreError> {
        const SELECT: &str = "select seq, tool, scored_at, evidence, measurements, body
            from scorecard where assessment_id = $1";
        let row = on!(self, pool => sqlx::query_as::<_, KeptRow>(SELECT)
            .bind(id.as_str()).fetch_optional(pool).await);
        // A result of another version may have another form: it is made again, not an error.
        Ok(row.context(self)?.and_then(|row| self.unpack(row).ok()))
    }

    /// Keeps a result in place of the one before.
    pub async fn keep(&self, id: &AssessmentId, kept: &Kept) -> Result<(), StoreError> {
        const UPSERT: &str = "insert into scorecard
            (assessment_id, seq, tool, scored_at, evidence, measurements, body)
            values ($1, $2, $3, $4, $5, $6, $7)
            on conflict (assessment_id) do update set seq = excluded.seq, tool = excluded.tool,
            scored_at = excluded.scored_at, evidence = excluded.evidence,
            measurements = excluded.measurements, body = excluded.body";
        let (seq, at) = (self.bigint(kept.seq)?, kept.scored_at.as_millisecond());
        let (measurements, body) = (self.json(&kept.measurements)?, self.json(&kept.scorecard)?);
        on!(self, pool => sqlx::query(UPSERT)
            .bind(id.as_str()).bind(seq).bind(&kept.tool).bind(at)
            .bind(&kept.evidence).bind(measurements).bind(body)
            .execute(pool).await.map(drop))
        .context(self)
    }

    fn unpack(&self, row: KeptRow) -> Result<Kept, StoreError> {
        Ok(Kept {
            seq: self.count(row.seq)?,
            tool: row.tool,
            scored_at: self.time(row.scored_at)?,
            evidence: row.evidence,
            measurements: self.read(&row.measurements, "measurements")?,
            scorecard: self.read(&row.body, "a scorecard")?,
        })
    }
}
