//! `trueup sources add`, `trueup sources remove`: setting up systems to be read.

use std::collections::BTreeMap;

use crate::cli::call::Call;
use crate::cli::error::usage;
use crate::cli::text::safe;
use crate::cli::{Done, Error};
use crate::config::Source;
use crate::model::near::did_you_mean;
use crate::ops;

/// What is set up, and how.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Your name for it, such as `hr`.
    #[arg(value_name = "NAME")]
    name: String,
    /// The connector, such as `scim`; `trueup sources list` names them.
    #[arg(value_name = "CONNECTOR")]
    connector: String,
    /// What has to be set. Of secrets only where they lie: token=env:NAME, token=command:PROGRAM, token=file:PATH.
    #[arg(value_name = "KEY=VALUE")]
    settings: Vec<String>,
}

/// Checks and writes down a source.
pub async fn run(args: Args, call: &Call) -> Result<Done, Error> {
    let source = source(args)?;
    let word = if call.sources().await?.get(&source.name).is_some() { "changed" } else { "set up" };
    let source = ops::set_up(call.ctx().await?, source)?;
    let (name, connector) = (safe(&source.name), safe(&source.connector));
    eprintln!("{name} is {word} ({connector}); `trueup sources test {name}` shows what it would tell");
    Ok(Done::Fine)
}

/// Forgets a source.
pub async fn remove(name: &str, call: &Call) -> Result<Done, Error> {
    let mut sources = call.sources().await?;
    if sources.remove(name)? {
        eprintln!("{} is forgotten; what was pulled from it stays", safe(name));
        return Ok(Done::Fine);
    }
    Err(unknown(name, &sources.all))
}

/// That no source has a name.
pub fn unknown(name: &str, all: &[Source]) -> Error {
    let names: Vec<&str> = all.iter().map(|source| source.name.as_str()).collect();
    let listed = match names.as_slice() {
        [] => "none is set up; `trueup sources add` sets one up".to_owned(),
        names => format!("the sources are {}", names.join(", ")),
    };
    usage(format!("there is no source `{}`", safe(name)), did_you_mean(name, names, &listed))
}

fn source(args: Args) -> Result<Source, Error> {
    let mut values = BTreeMap::new();
    for (place, setting) in args.settings.iter().enumerate() {
        // What has no `=` may be a secret that was typed by mistake, so it is not repeated.
        let (key, value) = setting.split_once('=').ok_or_else(|| {
            usage(format!("the setting number {} has no `=`", place + 1), "write each as KEY=VALUE")
        })?;
        values.insert(key.trim().to_owned(), value.trim().to_owned());
    }
    Ok(Source { name: args.name, connector: args.connector, values })
}
