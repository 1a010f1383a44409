//! `trueup packs`: lists, shows and checks question packs.

use super::call::Call;
use super::{Done, Error};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Show one pack: its questions, levels and weights.
    Show {
        /// The pack's id.
        #[arg(value_name = "ID")]
        id: String,
    },
}

pub(super) async fn run(args: Args, call: &Call) -> Result<Done, Error> {
    match args.what {
        What::Show { id } => show(&id, call).await,
    }
}

async fn show(id: &str, call: &Call) -> Result<Done, Error> {
    let packs = call.config().await?.packs.clone();
    let library = crate::packs::Library::open(packs.is_dir().then_some(packs.as_path()))?;
    let pack = library.pack(&id.into())?;
    call.print_json(&pack)?;
    Ok(Done::Fine)
}
