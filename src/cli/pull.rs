//! `trueup pull`: reads sources and files into the evidence.

use std::path::{Path, PathBuf};

use futures_util::future::join_all;

use super::call::Call;
use super::error::usage;
use super::progress::Line;
use super::text::{Paint, safe};
use super::{Done, Error, show};
use crate::config::Source;
use crate::model::pull::Manifest;
use crate::ops::{self, Ctx, Recognised};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Names of sources that are set up, and files; what a file is, is told from its content. A file whose name is that
    /// of a source is meant with its folder, such as ./hr.
    #[arg(value_name = "SOURCE|FILE", required_unless_present = "all")]
    what: Vec<PathBuf>,
    /// Pull every source that is set up.
    #[arg(long)]
    all: bool,
    /// What the files are, where that cannot be told from their content, such as network-log.
    #[arg(long = "as", value_name = "KIND")]
    kind: Option<String>,
    /// Only show what would be seen and what not; keep nothing.
    #[arg(long)]
    preflight: bool,
}

/// What is read.
struct Wanted {
    sources: Vec<Source>,
    files: Vec<PathBuf>,
}

pub(super) async fn run(args: Args, call: &Call) -> Result<Done, Error> {
    let wanted = Wanted::of(&args, call.ctx().await?)?;
    if args.preflight {
        return preflight(&wanted, args.kind.as_deref(), call).await;
    }
    let id = call.assessment().await?;
    let ctx = call.ctx().await?;
    let all = wanted.sources.len() + wanted.files.len();
    let mut manifests: Vec<Manifest> = Vec::new();
    let mut broken: Option<ops::Error> = None;
    let kind = args.kind.as_deref();
    for file in &wanted.files {
        let line = Line::start(&name(file));
        let pulled = ops::pull_as(ctx, &id, file, kind, &|progress| line.show(&progress)).await;
        drop(line);
        match pulled {
            Ok(manifest) => manifests.push(manifest),
            Err(error) => {
                broken = Some(error);
                break;
            }
        }
    }
    if broken.is_none() {
        let lines = super::progress::Lines::default();
        let pulls = wanted.sources.iter().map(|source| {
            let line = lines.start(&source.name);
            let id = &id;
            async move { ops::pull_source(ctx, id, source, &|progress| line.show(&progress)).await }
        });
        // One that fails keeps no other from being read.
        for pulled in join_all(pulls).await {
            match pulled {
                Ok(manifest) => manifests.push(manifest),
                Err(error) if broken.is_none() => broken = Some(error),
                Err(error) => eprintln!("{:?}", miette::Report::new(error)),
            }
        }
    }
    let (questionnaire, _) = ops::unscored(ctx, Some(&id)).await?;
    // What was kept is told even where something else failed.
    if broken.is_none() || !manifests.is_empty() {
        call.show(&manifests, |manifests| {
            let receipt = |manifest| show::receipt(manifest, &questionnaire, Paint::new());
            manifests.iter().map(receipt).collect::<Vec<_>>().join("\n")
        })?;
    }
    let Some(error) = broken else { return Ok(Done::Fine) };
    if all > 1 {
        let kinds = if wanted.sources.is_empty() { "files" } else { "sources and files" };
        eprintln!("{} of {all} {kinds} were read and kept", manifests.len());
    }
    Err(error.into())
}

impl Wanted {
    fn of(args: &Args, ctx: &Ctx) -> Result<Self, Error> {
        let sources = if args.all { ops::configured_sources(ctx)? } else { vec![] };
        let mut wanted = Self { sources, files: vec![] };
        for what in &args.what {
            match ops::source_named(ctx, what)? {
                Some(source) if !wanted.sources.contains(&source) => wanted.sources.push(source),
                Some(_) => {}
                None => wanted.files.push(what.clone()),
            }
        }
        if wanted.sources.is_empty() && wanted.files.is_empty() {
            let help = "`trueup sources add` sets one up";
            return Err(usage("no source is set up, so there is nothing to pull".to_owned(), help));
        }
        Ok(wanted)
    }
}

async fn preflight(wanted: &Wanted, kind: Option<&str>, call: &Call) -> Result<Done, Error> {
    let mut found: Vec<(String, Recognised)> = Vec::new();
    let ctx = call.ctx().await?;
    for file in &wanted.files {
        found.push((name(file), ops::preflight_as(&ctx.library, file, kind).await?));
    }
    for source in &wanted.sources {
        found.push((safe(&source.name), ops::test_source(ctx, source).await?));
    }
    let pack = call.pack().await;
    let plain: Vec<&Recognised> = found.iter().map(|(_, found)| found).collect();
    call.show(&plain, |_| {
        let paint = Paint::new();
        let texts = found.iter().map(|(name, found)| {
            let title = format!("{name} · {}", found.title);
            format!("{}\n{}", paint.bold(&title), show::preflight(&found.preflight, pack.as_ref()))
        });
        texts.collect::<Vec<_>>().join("\n")
    })?;
    Ok(Done::Fine)
}

fn name(file: &Path) -> String {
    safe(&file.display().to_string())
}
