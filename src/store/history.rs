//! The newest result of each assessment: a cache that makes lists instant and may be thrown away.

use serde::de::DeserializeOwned;

use super::error::Context;
use super::{Store, StoreError, on};
use crate::model::AssessmentId;
use crate::model::metric::Measurements;
use crate::model::scorecard::Scorecard;

/// What a kept result was made from, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Basis {
    /// The number of the edit up to which answers count.
    pub seq: u64,
    /// Which program scored: another one may count differently.
    pub tool: String,
    pub scored_at: jiff::Timestamp,
    /// Which pulls the measurements rest on.
    pub evidence: String,
}

#[derive(sqlx::FromRow)]
struct KeptRow {
    seq: i64,
    tool: String,
    scored_at: i64,
    evidence: String,
    body: String,
}

impl Store {
    /// The newest kept scorecard; `None` when there is none that this program can read.
    pub async fn kept_scorecard(&self, id: &AssessmentId) -> Result<Option<(Basis, Scorecard)>, StoreError> {
        self.kept(id, "select seq, tool, scored_at, evidence, body from scorecard where assessment_id = $1")
            .await
    }

    /// The newest kept measurements; `None` when there are none that this program can read.
    pub async fn kept_measurements(
        &self,
        id: &AssessmentId,
    ) -> Result<Option<(Basis, Measurements)>, StoreError> {
        const SELECT: &str = "select seq, tool, scored_at, evidence, measurements as body
            from scorecard where assessment_id = $1";
        self.kept(id, SELECT).await
    }

    /// Keeps a result in place of the one before.
    pub async fn keep(
        &self,
        id: &AssessmentId,
        basis: &Basis,
        measurements: &Measurements,
        scorecard: &Scorecard,
    ) -> Result<(), StoreError> {
        const UPSERT: &str = "insert into scorecard
            (assessment_id, seq, tool, scored_at, evidence, measurements, body)
            values ($1, $2, $3, $4, $5, $6, $7)
            on conflict (assessment_id) do update set seq = excluded.seq, tool = excluded.tool,
            scored_at = excluded.scored_at, evidence = excluded.evidence,
            measurements = excluded.measurements, body = excluded.body";
        let (seq, at) = (self.bigint(basis.seq)?, basis.scored_at.as_millisecond());
        let (measurements, body) = (self.json(measurements)?, self.json(scorecard)?);
        on!(self, pool => sqlx::query(UPSERT)
            .bind(id.as_str()).bind(seq).bind(&basis.tool).bind(at)
            .bind(&basis.evidence).bind(measurements).bind(body)
            .execute(pool).await.map(drop))
        .context(self)
    }

    async fn kept<T: DeserializeOwned>(
        &self,
        id: &AssessmentId,
        select: &'static str,
    ) -> Result<Option<(Basis, T)>, StoreError> {
        let row = on!(self, pool => sqlx::query_as::<_, KeptRow>(select)
            .bind(id.as_str()).fetch_optional(pool).await);
        // A result of another version may have another form: it is made again, not an error.
        Ok(row.context(self)?.and_then(|row| self.unpack(row).ok()))
    }

    fn unpack<T: DeserializeOwned>(&self, row: KeptRow) -> Result<(Basis, T), StoreError> {
        let kept = self.read(&row.body, "a result")?;
        let (seq, scored_at) = (self.count(row.seq)?, self.time(row.scored_at)?);
        Ok((Basis { seq, tool: row.tool, scored_at, evidence: row.evidence }, kept))
    }
}
