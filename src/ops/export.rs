//! Rendering formats into a folder: every file whole, or none.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::{Ctx, Error, TOOL, assess, done};
use crate::export::{self, Format, Report, Rights};
use crate::model::AssessmentId;

/// Renders formats into a folder; returns the files, written whole or not at all. Files of the same name from
/// an earlier export are replaced.
pub async fn export(
    ctx: &Ctx,
    id: &AssessmentId,
    formats: &[&'static Format],
    folder: &Path,
) -> Result<Vec<PathBuf>, Error> {
    let opened = assess::open(ctx, Some(id)).await?;
    let history = assess::history(ctx, &opened.assessment.begun).await?;
    let roster = assess::roster(ctx, &opened.assessment).await?;
    let (ctx, formats, folder) = (ctx.clone(), formats.to_vec(), folder.to_owned());
    let work = move || {
        let (shadow, agents) = (roster.shadow(), roster.agents());
        let report = Report {
            begun: &opened.assessment.begun,
            questionnaire: &opened.questionnaire,
            catalog: &ctx.library.catalog,
            scorecard: &opened.scorecard,
            measurements: &opened.measurements,
            manifests: &opened.manifests,
            history: &history,
            rights: Rights::told(&roster.population, &roster.inventory, &ctx.library.weights),
            shadow: (shadow.is_told || !shadow.tools.is_empty()).then_some(&shadow),
            agents: agents.is_told.then_some(&agents),
            made: ctx.now(),
            tool: TOOL,
        };
        let mut files = Vec::new();
        for format in formats {
            files.extend((format.render)(&report)?);
        }
        write(&folder, &files)
    };
    done(tokio::task::spawn_blocking(work).await)?
}

/// Writes all files under temporary names and renames them only when the last one is on the disk.
pub(super) fn write(folder: &Path, files: &[export::File]) -> Result<Vec<PathBuf>, Error> {
    std::fs::create_dir_all(folder).map_err(|error| Error::file("make the folder", folder, &error))?;
    let mut drafts = Drafts::default();
    for file in files {
        let path = folder.join(&file.name);
        drafts.write(&path, &file.bytes).map_err(|error| Error::file("write", &path, &error))?;
    }
    drafts.place()
}

/// Files that are written but not yet in their place; what is left of them is removed.
#[derive(Default)]
struct Drafts(Vec<(PathBuf, PathBuf)>);

impl Drafts {
    fn write(&mut self, path: &Path, bytes: &[u8]) -> std::io::Result<()> {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".{}.part", Uuid::now_v7().simple()));
        let draft = PathBuf::from(name);
        self.0.push((draft.clone(), path.to_owned()));
        let mut file = File::options().write(true).create_new(true).open(&draft)?;
        file.write_all(bytes)?;
        file.sync_all()
    }

    fn place(mut self) -> Result<Vec<PathBuf>, Error> {
        let mut placed = Vec::new();
        for (draft, path) in &self.0 {
            std::fs::rename(draft, path).map_err(|error| Error::file("write", path, &error))?;
            placed.push(path.clone());
        }
        self.0.clear();
        Ok(placed)
    }
}

impl Drop for Drafts {
    fn drop(&mut self) {
        for (draft, _) in &self.0 {
            let _ = std::fs::remove_file(draft);
        }
    }
}
