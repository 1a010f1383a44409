//! `trueup attach`: takes over accepted documents.

use std::path::PathBuf;

use super::call::Call;
use super::text::counted;
use super::{Done, Error};
use crate::ops::{self, Imported};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A table: `question,document,level,accepted_by,date,quote`.
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
}

pub(super) async fn run(args: Args, call: &Call) -> Result<Done, Error> {
    let id = call.assessment().await?;
    let imported = ops::import_documents(call.ctx().await?, &id, &args.from).await?;
    call.show(&imported, |imported| sentence(imported, "document", "assessor"))?;
    Ok(Done::Fine)
}

/// What was taken over, as a sentence.
pub(super) fn sentence(imported: &Imported, row: &str, person: &str) -> String {
    let known = match imported.rows - imported.saved {
        0 => String::new(),
        known => format!("; {known} were known already"),
    };
    format!(
        "saved {} for {} by {}{known}\n",
        counted(imported.saved as u64, row),
        counted(imported.questions as u64, "question"),
        counted(imported.people as u64, person)
    )
}
