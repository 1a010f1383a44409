//! `trueup sources test`: what sources would show.

use serde::Serialize;

use super::add::unknown;
use crate::cli::call::Call;
use crate::cli::text::{Paint, safe};
use crate::cli::{Done, Error, show};
use crate::config::Source;
use crate::ops::{self, Recognised};

/// A source and what it would show.
#[derive(Serialize)]
struct Tested {
    source: String,
    #[serde(flatten)]
    found: Recognised,
}

/// Asks some sources, or all, one after the other.
pub async fn run(names: &[String], call: &Call) -> Result<Done, Error> {
    let mut tested = Vec::new();
    for source in named(names, call).await? {
        let found = ops::test_source(call.ctx().await?, &source).await?;
        tested.push(Tested { source: source.name, found });
    }
    let pack = call.pack().await;
    call.show(&tested, |tested| {
        let texts = tested.iter().map(|one| {
            let title = format!("{} · {}", safe(&one.source), one.found.title);
            format!("{}\n{}", Paint::new().bold(&title), show::preflight(&one.found.preflight, pack.as_ref()))
        });
        texts.collect::<Vec<_>>().join("\n")
    })?;
    Ok(Done::Fine)
}

/// The sources of some names; all where none is named.
pub async fn named(names: &[String], call: &Call) -> Result<Vec<Source>, Error> {
    let sources = call.sources().await?;
    if names.is_empty() {
        return Ok(sources.all);
    }
    let find = |name: &String| sources.get(name).cloned().ok_or_else(|| unknown(name, &sources.all));
    names.iter().map(find).collect()
}
