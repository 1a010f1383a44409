//! `trueup export`: writes pictures and files.

use std::path::PathBuf;

use super::call::Call;
use super::error::usage;
use super::text::{Page, safe};
use super::{Done, Error};
use crate::export::{Format, REGISTRY};
use crate::model::near::did_you_mean;
use crate::ops;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The formats, such as png svg json csv.
    #[arg(required = true, value_name = "FORMAT")]
    formats: Vec<String>,
    /// The folder to write into; it is made where it is missing.
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    out: PathBuf,
}

pub(super) async fn run(args: Args, call: &Call) -> Result<Done, Error> {
    let formats = args.formats.iter().map(|id| format(id)).collect::<Result<Vec<_>, _>>()?;
    let id = call.assessment().await?;
    let files = ops::export(call.ctx().await?, &id, &formats, &args.out).await?;
    call.show(&files, |files| {
        let mut page = Page::default();
        for file in files {
            page.line(&safe(&file.display().to_string()));
        }
        page.0
    })?;
    Ok(Done::Fine)
}

fn format(id: &str) -> Result<&'static Format, Error> {
    let known = || REGISTRY.iter().map(|format| format.id);
    REGISTRY.iter().copied().find(|format| format.id == id).ok_or_else(|| {
        let all = format!("the formats are {}", known().collect::<Vec<_>>().join(", "));
        usage(format!("there is no format `{id}`"), did_you_mean(id, known(), &all))
    })
}
