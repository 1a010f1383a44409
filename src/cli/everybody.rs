//! Whom a command is about: everybody of the assessment, or everybody whom files show.

use std::path::PathBuf;

use super::Error;
use super::call::Call;
use super::progress::Line;
use super::text::safe;
use crate::model::privilege::Weights;
use crate::ops::{self, Roster};

/// Whose weights count, where they are the user's own.
pub(super) fn own_weights(weights: &Weights) -> Option<String> {
    let digest: String = weights.digest.chars().take(12).collect();
    weights.is_changed.then(|| format!("over-privilege by your own weights (sha256 {digest}…)"))
}

/// Reads everybody: from the files where any are named (nothing is kept of them), else from the assessment. What was
/// not used of the files is said on standard error.
pub(super) async fn roster(files: &[PathBuf], call: &Call) -> Result<Roster, Error> {
    if files.is_empty() {
        let id = call.assessment().await?;
        return Ok(ops::roster(call.ctx().await?, &id).await?);
    }
    let library = call.library().await?;
    let line = Line::start("files");
    let read = ops::roster_of_files(&library, files, &|progress| line.show(&progress)).await;
    drop(line);
    let read = read?;
    for note in &read.notes {
        eprintln!("{}", safe(note));
    }
    if read.roster.inventory.identities.is_empty() {
        eprintln!("nothing in these files lists an identity");
    }
    Ok(read.roster)
}
