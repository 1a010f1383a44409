//! Reading a file into the evidence: recognise, look ahead, read whole, keep at once.

mod file;
mod haul;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::Arc;

use serde::Serialize;
use uuid::Uuid;

use super::edit::{ATTEMPTS, overtaken, stamp};
use super::{Ctx, Error, TOOL, assess};
use crate::connectors::{Connector, Progress, Taken};
use crate::model::assessment::{Assessment, Begun, Edit};
use crate::model::inventory::Record;
use crate::model::pull::{Manifest, Missing, Outcome, Preflight, Pulled, Refusal};
use crate::model::{AssessmentId, MetricName, PullId, SourceId};
use crate::packs::Library;
use crate::store::{Appended, Bundle, Packer};
use file::{connect, origin};
use haul::{Haul, collect};

/// What a file was recognised as.
#[derive(Debug, Clone, Serialize)]
pub struct Recognised {
    pub connector: String,
    pub title: String,
    pub preflight: Preflight,
}

/// Tells what a file is and what it would show, without keeping anything.
pub async fn preflight(library: &Library, path: &Path) -> Result<Recognised, Error> {
    preflight_as(library, path, None).await
}

/// The same of a file whose kind the user names.
pub async fn preflight_as(library: &Library, path: &Path, kind: Option<&str>) -> Result<Recognised, Error> {
    let (spec, connector) = connect(path, kind, metrics(library))?;
    let preflight = connector.preflight().await?;
    Ok(Recognised { connector: spec.id.to_owned(), title: spec.title.to_owned(), preflight })
}

/// Reads a file into the assessment's evidence. Nothing is kept unless the whole file was read.
pub async fn pull(
    ctx: &Ctx,
    id: &AssessmentId,
    path: &Path,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<Manifest, Error> {
    pull_as(ctx, id, path, None, progress).await
}

/// The same of a file whose kind the user names, as a log that begins unlike any.
pub async fn pull_as(
    ctx: &Ctx,
    id: &AssessmentId,
    path: &Path,
    kind: Option<&str>,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<Manifest, Error> {
    let begun = assess::which(ctx, Some(id)).await?;
    let (spec, connector) = connect(path, kind, metrics(&ctx.library))?;
    take(
        ctx,
        begun,
        Read { connector: spec.id, origin: origin(path), by: connector.as_ref(), is_live: false },
        progress,
    )
    .await
}

/// Reads everything and keeps it. Of a pull that breaks off after the source was asked, only the receipt is kept.
pub(super) async fn take(
    ctx: &Ctx,
    begun: Begun,
    read: Read<'_>,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<Manifest, Error> {
    let (bundle, broken) = match read.whole(ctx, progress).await {
        Ok(bundle) => (bundle, None),
        Err((Some(receipt), error)) => (Packer::default().finish(receipt), Some(error)),
        Err((None, error)) => return Err(error),
    };
    for _ in 0..ATTEMPTS {
        let assessment = assess::replay(ctx, begun.clone()).await?;
        if keep(ctx, &assessment, &bundle).await? == Appended::Yes {
            return broken.map_or_else(|| Ok(bundle.manifest().clone()), Err);
        }
    }
    Err(broken.unwrap_or_else(|| overtaken(ctx)))
}

/// The names that a file of figures may use.
pub(super) fn metrics(library: &Library) -> Arc<[MetricName]> {
    library.catalog.metrics.keys().chain(library.catalog.derived.keys()).cloned().collect()
}

/// Reads a file as `pull` does, and hands everything over instead of keeping it. Its receipt knows no clock: it
/// begins and ends when the data were taken.
pub(super) async fn read(
    library: &Library,
    path: &Path,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<Pulled, Error> {
    let (spec, connector) = connect(path, None, metrics(library))?;
    // Nothing is kept, so nobody is told beforehand what will be.
    let preflight = Preflight::default();
    let (taken, mut haul) = collect::<Vec<Record>>(connector.as_ref(), progress).await?;
    let taken = taken?;
    haul.records.shrink_to_fit();
    let manifest = Manifest {
        started: taken.at,
        ended: taken.at,
        refusals: haul.refusals,
        more_refusals: haul.more_refusals,
        ..blank(spec.id, origin(path), &taken, preflight)
    };
    Ok(Pulled { manifest, records: haul.records })
}

/// The receipt of a whole pull without its times, counts and refusals.
fn blank(connector: &str, origin: String, taken: &Taken, preflight: Preflight) -> Manifest {
    Manifest {
        id: PullId::new(String::new()),
        connector: connector.to_owned(),
        source: taken.source.to_string(),
        origin,
        started: taken.at,
        ended: taken.at,
        taken: taken.at,
        outcome: Outcome::Whole,
        bytes: taken.bytes,
        rows: Vec::new(),
        preflight,
        refusals: Vec::new(),
        more_refusals: 0,
        digest: String::new(),
        asked: Vec::new(),
        tool: TOOL.to_owned(),
    }
}

/// A connector that is about to read.
pub(super) struct Read<'a> {
    pub connector: &'a str,
    /// What was read: the name of a file, or of a source.
    pub origin: String,
    pub by: &'a dyn Connector,
    /// Whether it is a system, which may answer otherwise the next time, rather than a file.
    pub is_live: bool,
}

impl Read<'_> {
    /// Reads everything and writes the receipt; nothing is in the database yet. A pull that breaks off has a receipt too
    /// when the source was asked anything.
    async fn whole(
        self,
        ctx: &Ctx,
        progress: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<Bundle, (Option<Manifest>, Error)> {
        let started = ctx.now();
        let (preflight, (read, haul)) = match self.by.preflight().await {
            Ok(preflight) => {
                let read = collect::<Packer>(self.by, progress).await.map_err(|error| (None, error))?;
                (preflight, read)
            }
            Err(error) => {
                let haul = Haul { asked: self.by.asked(), ..Haul::default() };
                (Preflight::default(), (Err(error), haul))
            }
        };
        let taken = match &read {
            Ok(taken) => taken.clone(),
            Err(_) => Taken { source: SourceId::new(""), at: started, bytes: 0 },
        };
        let mut manifest = Manifest {
            id: PullId::new(Uuid::now_v7().to_string()),
            started,
            ended: ctx.now(),
            refusals: haul.refusals,
            more_refusals: haul.more_refusals,
            asked: haul.asked,
            ..blank(self.connector, self.origin, &taken, with(preflight, haul.misses))
        };
        match read {
            Ok(_) => Ok(haul.records.finish(manifest)),
            Err(error) => {
                manifest.outcome = Outcome::Failed;
                manifest.refusals.push(Refusal { subject: "the pull".to_owned(), reason: error.to_string() });
                // A file that cannot be read shows it again at any time; a system may answer otherwise tomorrow.
                Err((self.is_live.then_some(manifest), error.into()))
            }
        }
    }
}

/// What the look ahead said, with what turned out to be missing.
fn with(mut preflight: Preflight, misses: Vec<Missing>) -> Preflight {
    for missing in misses {
        preflight.sees.retain(|sight| *sight != missing.sight);
        preflight.misses.retain(|known| known.sight != missing.sight);
        preflight.misses.push(missing);
    }
    preflight
}

/// Keeps the pull; an earlier one of the same connector and source no longer counts. One that broke off stands beside
/// what counts, and only in the place of another that broke off.
async fn keep(ctx: &Ctx, assessment: &Assessment, bundle: &Bundle) -> Result<Appended, Error> {
    let new = bundle.manifest();
    let former = assess::manifests(ctx, assessment).await?;
    let is_of_one = |former: &Manifest| former.connector == new.connector && former.origin == new.origin;
    let is_over = |former: &Manifest| match (former.outcome, new.outcome) {
        (Outcome::Whole, Outcome::Whole) => former.connector == new.connector && former.source == new.source,
        (Outcome::Whole, _) => false,
        (_, _) => is_of_one(former),
    };
    let mut edits: Vec<Edit> =
        former.into_iter().filter(is_over).map(|former| Edit::DropPull(former.id)).collect();
    edits.push(Edit::UsePull(new.id.clone()));
    let stamped = stamp(ctx, assessment.seq, &edits, ctx.now());
    Ok(ctx.store.keep_pull(&assessment.begun.id, bundle, &stamped).await?)
}

/// Whether the records of a pull are those that its receipt names, bit for bit. A pull that broke off kept none.
pub async fn verify(ctx: &Ctx, manifest: &Manifest) -> Result<bool, Error> {
    Ok(manifest.outcome != Outcome::Whole || ctx.store.digest(&manifest.id).await? == manifest.digest)
}
