//! `trueup schema`: the published shapes of what is printed as JSON.

use clap::builder::PossibleValuesParser;

use super::call::Call;
use super::{Done, Error};
use crate::export::PUBLISHED;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The document: the exported scorecard, what `explain` prints of an identity, what `what-if` prints.
    #[arg(value_name = "DOCUMENT", default_value = "scorecard",
        value_parser = PossibleValuesParser::new(PUBLISHED.iter().map(|document| document.id)))]
    document: String,
}

pub(super) fn run(args: &Args, call: &Call) -> Result<Done, Error> {
    let meant = PUBLISHED.iter().find(|published| published.id == args.document);
    call.print(&meant.map(|published| (published.schema)()).unwrap_or_default())?;
    Ok(Done::Fine)
}
