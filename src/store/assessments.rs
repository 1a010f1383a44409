//! Assessments and their edits: begun once, appended to, never overwritten.

use jiff::Timestamp;
use sqlx::Row;

use super::error::Context;
use super::pulls::{Bundle, INSERT_PULL, INSERT_RECORD, PullRow};
use super::{Store, StoreError, on};
use crate::model::assessment::{Begun, Edit, Stamped};
use crate::model::{AssessmentId, PackId};

/// Whether edits found their place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Appended {
    Yes,
    /// Somebody else was faster: load the newer edits and try again. Nothing was written.
    Behind,
}

/// One assessment and the number of its last edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub begun: Begun,
    pub seq: u64,
}

/// The columns of an assessment as they lie in the table.
#[derive(sqlx::FromRow)]
struct AssessmentRow {
    id: String,
    pack: String,
    pack_version: String,
    organisation: String,
    unit: Option<String>,
    period: String,
    begun_at: i64,
    seq: i64,
}

const INSERT_EDIT: &str =
    "insert into edit (assessment_id, seq, at, actor, body) values ($1, $2, $3, $4, $5)";

#[derive(sqlx::FromRow)]
struct EditRow {
    seq: i64,
    at: i64,
    actor: String,
    body: String,
}

impl Store {
    /// Writes down that an assessment begins.
    pub async fn begin(&self, begun: &Begun) -> Result<(), StoreError> {
        const INSERT: &str = "insert into assessment
            (id, pack, pack_version, organisation, unit, period, begun_at)
            values ($1, $2, $3, $4, $5, $6, $7)";
        on!(self, pool => sqlx::query(INSERT)
            .bind(begun.id.as_str())
            .bind(begun.pack.as_str())
            .bind(&begun.pack_version)
            .bind(&begun.organisation)
            .bind(begun.unit.as_deref())
            .bind(&begun.period)
            .bind(begun.at.as_millisecond())
            .execute(pool).await.map(drop))
        .context(self)
    }

    /// All assessments, newest first.
    pub async fn assessments(&self) -> Result<Vec<Listed>, StoreError> {
        const SELECT: &str =
            "select a.id, a.pack, a.pack_version, a.organisation, a.unit, a.period, a.begun_at,
            coalesce((select max(e.seq) from edit e where e.assessment_id = a.id), 0) as seq
            from assessment a order by a.begun_at desc, a.id desc";
        let rows = on!(self, pool => sqlx::query_as::<_, AssessmentRow>(SELECT).fetch_all(pool).await);
        rows.context(self)?.into_iter().map(|row| self.listed(row)).collect()
    }

    /// All edits of an assessment, in order.
    pub async fn edits(&self, id: &AssessmentId) -> Result<Vec<Stamped<Edit>>, StoreError> {
        const SELECT: &str = "select seq, at, actor, body from edit where assessment_id = $1 order by seq";
        let rows = on!(self, pool => sqlx::query_as::<_, EditRow>(SELECT)
            .bind(id.as_str()).fetch_all(pool).await);
        rows.context(self)?.into_iter().map(|row| self.stamped(row)).collect()
    }

    /// The number of an assessment's last edit; 0 before the first.
    pub async fn last_seq(&self, id: &AssessmentId) -> Result<u64, StoreError> {
        const SELECT: &str = "select coalesce(max(seq), 0) from edit where assessment_id = $1";
        let row = on!(self, pool => sqlx::query(SELECT).bind(id.as_str()).fetch_one(pool).await
            .and_then(|row| row.try_get::<i64, _>(0)));
        self.count(row.context(self)?)
    }

    /// Writes edits; they are on the disk when this returns. All of them or none.
    pub async fn append(&self, id: &AssessmentId, edits: &[Stamped<Edit>]) -> Result<Appended, StoreError> {
        self.write(id, None, edits).await
    }

    /// Writes edits and the pull that they speak of, in one transaction.
    pub(super) async fn write(
        &self,
        id: &AssessmentId,
        bundle: Option<&Bundle>,
        edits: &[Stamped<Edit>],
    ) -> Result<Appended, StoreError> {
        let edits = edits.iter().map(|edit| self.edit_row(edit)).collect::<Result<Vec<_>, _>>()?;
        let bundle = bundle.map(|bundle| self.pull_row(bundle)).transpose()?;
        let done = on!(self, pool => {
            let mut tx = pool.begin_with(self.begin_writing()).await.context(self)?;
            let mut done = Ok(());
            if let Some(PullRow { id, ended_at, manifest, pieces }) = bundle {
                done = sqlx::query(INSERT_PULL).bind(id).bind(ended_at).bind(manifest)
                    .execute(&mut *tx).await.map(drop);
                for (number, piece) in (0_i64..).zip(pieces) {
                    if done.is_err() {
                        break;
                    }
                    done = sqlx::query(INSERT_RECORD).bind(id).bind(number).bind(piece.as_str())
                        .execute(&mut *tx).await.map(drop);
                }
            }
            for edit in edits {
                if done.is_err() {
                    break;
                }
                done = sqlx::query(INSERT_EDIT).bind(id.as_str()).bind(edit.seq).bind(edit.at)
                    .bind(edit.actor).bind(edit.body).execute(&mut *tx).await.map(drop);
            }
            match done {
                Ok(()) => tx.commit().await,
                Err(error) => Err(error),
            }
        });
        match done {
            Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Ok(Appended::Behind),
            Err(sqlx::Error::Database(error)) if error.is_foreign_key_violation() => {
                Err(StoreError::Missing { id: id.to_string() })
            }
            done => done.context(self).map(|()| Appended::Yes),
        }
    }

    fn edit_row(&self, edit: &Stamped<Edit>) -> Result<EditRow, StoreError> {
        Ok(EditRow {
            seq: self.bigint(edit.seq)?,
            at: edit.at.as_millisecond(),
            actor: edit.actor.clone(),
            body: self.json(&edit.what)?,
        })
    }

    fn listed(&self, row: AssessmentRow) -> Result<Listed, StoreError> {
        let begun = Begun {
            id: AssessmentId::new(row.id),
            pack: PackId::new(row.pack),
            pack_version: row.pack_version,
            organisation: row.organisation,
            unit: row.unit,
            period: row.period,
            at: self.time(row.begun_at)?,
        };
        Ok(Listed { begun, seq: self.count(row.seq)? })
    }

    fn stamped(&self, row: EditRow) -> Result<Stamped<Edit>, StoreError> {
        let what = serde_json::from_str(&row.body)
            .map_err(|error| StoreError::damaged(self, format!("edit {}: {error}", row.seq)))?;
        Ok(Stamped { seq: self.count(row.seq)?, at: self.time(row.at)?, actor: row.actor, what })
    }

    pub(super) fn time(&self, milliseconds: i64) -> Result<Timestamp, StoreError> {
        Timestamp::from_millisecond(milliseconds)
            .map_err(|_| StoreError::damaged(self, format!("{milliseconds} is not a time")))
    }

    pub(super) fn count(&self, number: i64) -> Result<u64, StoreError> {
        u64::try_from(number).map_err(|_| StoreError::damaged(self, format!("{number} is not a count")))
    }

    pub(super) fn bigint(&self, number: u64) -> Result<i64, StoreError> {
        i64::try_from(number).map_err(|_| StoreError::damaged(self, format!("{number} is too large")))
    }

    /// A document as JSON; what we write ourselves always has a form.
    pub(super) fn json<T: serde::Serialize>(&self, value: &T) -> Result<String, StoreError> {
        serde_json::to_string(value).map_err(|error| StoreError::damaged(self, error.to_string()))
    }
}
