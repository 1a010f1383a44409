//! `trueup sources`: what can be read, templates of registers, receipts.

use serde::Serialize;

use super::call::Call;
use super::error::usage;
use super::text::{Page, Paint, safe};
use super::{Done, Error, show};
use crate::connectors::{REGISTRY, Spec};
use crate::model::pull::{Manifest, Sight};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// List what can be read, what each kind shows, and what it needs for that.
    List,
    /// Show the receipts of the assessment's pulls.
    Receipt {
        /// One pull: the first or last letters of its id. Without it, all that count.
        #[arg(value_name = "PULL")]
        pull: Option<String>,
    },
}

pub(super) async fn run(args: Args, call: &Call) -> Result<Done, Error> {
    match args.what {
        None | Some(What::List) => list(call),
        Some(What::Receipt { pull }) => receipts(pull.as_deref(), call).await,
    }
}

/// A connector, as it is printed.
#[derive(Serialize)]
struct Listed {
    id: &'static str,
    title: &'static str,
    sees: &'static [Sight],
}

fn list(call: &Call) -> Result<Done, Error> {
    let all: Vec<_> = REGISTRY
        .iter()
        .map(|spec: &&Spec| Listed { id: spec.id, title: spec.title, sees: spec.sees })
        .collect();
    call.show(&all, |all| all.iter().map(entry).collect::<Vec<_>>().join("\n"))?;
    Ok(Done::Fine)
}

fn entry(listed: &Listed) -> String {
    let mut page = Page::default();
    page.line(&format!("{}  {}", Paint::new().bold(listed.id), listed.title));
    for sight in listed.sees {
        page.line(&format!("  {} (needs {})", sight.title, sight.needs));
    }
    page.0
}

async fn receipts(part: Option<&str>, call: &Call) -> Result<Done, Error> {
    let mut manifests = call.opened().await?.manifests;
    if let Some(part) = part {
        let fits = |manifest: &Manifest| {
            let id = manifest.id.as_str();
            id.starts_with(part) || id.ends_with(part)
        };
        manifests.retain(fits);
        if manifests.is_empty() {
            let what = format!("no pull `{}` counts for this assessment", safe(part));
            return Err(usage(what, "`trueup sources receipt` shows them all"));
        }
    }
    let texts = |manifests: &Vec<Manifest>| {
        manifests.iter().map(|manifest| show::receipt(manifest, Paint::new())).collect::<Vec<_>>().join("\n")
    };
    call.show(&manifests, texts)?;
    Ok(Done::Fine)
}
