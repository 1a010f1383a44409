//! `trueup pull`: reads files into the evidence.

use std::path::{Path, PathBuf};

use super::call::Call;
use super::progress::Line;
use super::text::Paint;
use super::{Done, Error, show};
use crate::model::pull::Manifest;
use crate::ops::{self, Recognised};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The files; what each one is, is told from its content.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Only show what would be seen and what not; keep nothing.
    #[arg(long)]
    preflight: bool,
}

pub(super) async fn run(args: Args, call: &Call) -> Result<Done, Error> {
    if args.preflight {
        return preflight(&args.files, call).await;
    }
    let id = call.assessment().await?;
    let ctx = call.ctx().await?;
    let mut manifests: Vec<Manifest> = Vec::new();
    for file in &args.files {
        let line = Line::start(&name(file));
        let pulled = ops::pull(ctx, &id, file, &|progress| line.show(&progress)).await;
        drop(line);
        match pulled {
            Ok(manifest) => manifests.push(manifest),
            Err(error) => {
                if !manifests.is_empty() {
                    eprintln!("{} of {} files were read and kept", manifests.len(), args.files.len());
                }
                return Err(error.into());
            }
        }
    }
    call.show(&manifests, |manifests| {
        let receipts: Vec<_> =
            manifests.iter().map(|manifest| show::receipt(manifest, Paint::new())).collect();
        receipts.join("\n")
    })?;
    Ok(Done::Fine)
}

async fn preflight(files: &[PathBuf], call: &Call) -> Result<Done, Error> {
    let mut found: Vec<Recognised> = Vec::new();
    let library = &call.ctx().await?.library;
    for file in files {
        found.push(ops::preflight(library, file).await?);
    }
    call.show(&found, |found| {
        let paint = Paint::new();
        let texts = files.iter().zip(found).map(|(file, found)| {
            let title = format!("{} · {}", name(file), found.title);
            format!("{}\n{}", paint.bold(&title), show::preflight(&found.preflight))
        });
        texts.collect::<Vec<_>>().join("\n")
    })?;
    Ok(Done::Fine)
}

fn name(file: &Path) -> String {
    super::text::safe(&file.display().to_string())
}
