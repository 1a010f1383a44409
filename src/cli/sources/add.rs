//! `trueup sources add`, `trueup sources remove`: setting up systems to be read.

use std::collections::BTreeMap;

use crate::cli::call::Call;
use crate::cli::error::usage;
use crate::cli::text::safe;
use crate::cli::{Done, Error};
use crate::config::Source;
use crate::connectors::Form;
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
    let checked = ops::check_source(&source)?;
    let mut sources = call.sources().await?;
    let word = if sources.get(&source.name).is_some() { "changed" } else { "set up" };
    let name = safe(&source.name);
    sources.put(source)?;
    eprintln!(
        "{name} is {word} ({}); `trueup sources test {name}` shows what it would tell",
        checked.spec.title
    );
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
    let is_plain = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_');
    if args.name.is_empty() || !args.name.chars().all(is_plain) {
        let what = format!("`{}` cannot be the name of a source", safe(&args.name));
        return Err(usage(what, "use letters, digits, `-` and `_`"));
    }
    let mut values = BTreeMap::new();
    for (place, setting) in args.settings.iter().enumerate() {
        // What has no `=` may be a secret that was typed by mistake, so it is not repeated.
        let (key, value) = setting.split_once('=').ok_or_else(|| {
            usage(format!("the setting number {} has no `=`", place + 1), "write each as KEY=VALUE")
        })?;
        values.insert(key.trim().to_owned(), value.trim().to_owned());
    }
    Ok(Source { name: args.name, connector: args.connector, values: absolute(values) })
}

/// Files are written down whole, so that it does not matter where the program is started.
fn absolute(mut values: BTreeMap<String, String>) -> BTreeMap<String, String> {
    let settings = ops::live_connectors().flat_map(|spec| spec.settings);
    let files: Vec<&str> = settings.filter(|one| one.form == Form::File).map(|one| one.key).collect();
    for (key, value) in &mut values {
        let bare = value.strip_prefix("file:");
        if let Some(path) = bare.or_else(|| files.contains(&key.as_str()).then_some(value.as_str()))
            && let Ok(whole) = std::path::absolute(path)
        {
            let prefix = if bare.is_some() { "file:" } else { "" };
            *value = format!("{prefix}{}", whole.display());
        }
    }
    values
}
