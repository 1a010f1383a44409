//! Everybody whom files show, without an assessment: nothing is kept.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::Roster;
use crate::connectors::Progress;
use crate::model::PullId;
use crate::model::pull::{Manifest, Pulled};
use crate::model::resolution::Rulings;
use crate::ops::{Error, assess, done, pull};
use crate::packs::Library;
use crate::privilege;

/// Everybody whom some files show.
pub struct FromFiles {
    pub roster: Roster,
    /// What was not used of the files, as sentences.
    pub notes: Vec<String>,
}

/// Reads files as `pull` does and works out what everybody can do. Of several files of one connector and source
/// the newest counts; the later one where they are of one time.
pub async fn roster_of_files(
    library: &Library,
    paths: &[PathBuf],
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<FromFiles, Error> {
    // The tables are unpacked while the files are read.
    let tables = tokio::task::spawn_blocking(privilege::prepare);
    let mut pulls = Vec::with_capacity(paths.len());
    for (place, path) in paths.iter().enumerate() {
        let mut pulled = pull::read(library, path, progress).await?;
        pulled.manifest.id = PullId::new(format!("file {place:09}"));
        pulls.push(pulled);
    }
    let mut notes = replaced(&pulls);
    notes.extend(pulls.iter().filter_map(|pulled| refused(&pulled.manifest)));
    done(tables.await)?;
    let roster = assess::weigh(pulls, Rulings::new(), Arc::clone(&library.weights)).await?;
    Ok(FromFiles { roster, notes })
}

/// Which files stand aside for a newer one of the same source.
fn replaced(pulls: &[Pulled]) -> Vec<String> {
    let mut of_source: BTreeMap<(&str, &str), Vec<&Manifest>> = BTreeMap::new();
    for Pulled { manifest, .. } in pulls {
        of_source.entry((&manifest.connector, &manifest.source)).or_default().push(manifest);
    }
    let mut notes = Vec::new();
    for ((connector, source), mut manifests) in of_source {
        manifests.sort_by_key(|manifest| (manifest.taken, &manifest.id));
        let Some(newest) = manifests.pop() else { continue };
        notes.extend(manifests.into_iter().map(|older| {
            format!(
                "{} is not used: {} is of the same source, {source} ({connector}), and newer or named later.",
                older.origin, newest.origin
            )
        }));
    }
    notes
}

fn refused(manifest: &Manifest) -> Option<String> {
    let count = manifest.refusals.len() as u64 + manifest.more_refusals;
    let first = manifest.refusals.first()?;
    Some(format!(
        "{}: {count} {} not understood and count as unknown; the first: {}: {}",
        manifest.origin,
        if count == 1 { "thing was" } else { "things were" },
        first.subject,
        first.reason
    ))
}
