//! `trueup new`: begins an assessment.

use std::path::Path;

use jiff::ZonedDateTime;

use super::call::Call;
use super::text::safe;
use super::{Done, Error};
use crate::model::PackId;
use crate::model::assessment::Begun;
use crate::ops::{self, Ctx, NewAssessment};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The question pack: an id (`trueup packs list` shows them all), or a pack file of your own, of which a
    /// copy is kept.
    #[arg(long, value_name = "ID|FILE", default_value = "ai-agent-readiness")]
    pack: String,
    /// The organisation that is assessed.
    #[arg(long, value_name = "NAME")]
    organisation: String,
    /// A part of it: a subsidiary, a client, a team.
    #[arg(long, value_name = "NAME")]
    unit: Option<String>,
    /// The quarter, such as 2026-Q4. Without it, the present one.
    #[arg(long, value_name = "QUARTER")]
    period: Option<String>,
}

pub(super) async fn run(args: Args, call: &Call) -> Result<Done, Error> {
    let (ctx, pack) = pack(&args.pack, call).await?;
    let new = NewAssessment {
        pack,
        organisation: args.organisation,
        unit: args.unit,
        period: args.period.unwrap_or_else(present_quarter),
    };
    let begun = ops::begin(&ctx, new).await?;
    call.show(&begun, sentence)?;
    Ok(Done::Fine)
}

/// The pack that is meant, and a context that knows it.
async fn pack(named: &str, call: &Call) -> Result<(Ctx, PackId), Error> {
    let ctx = call.ctx().await?;
    let file = Path::new(named);
    let is_file = file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml"));
    if !is_file && file.components().count() < 2 {
        return Ok((ctx.clone(), PackId::new(named)));
    }
    let adopted = ops::adopt(ctx, file, &call.config().await?.packs)?;
    eprintln!("kept a copy of the pack: {}", safe(&adopted.kept.display().to_string()));
    Ok((adopted.ctx, adopted.pack))
}

fn sentence(begun: &Begun) -> String {
    let unit = begun.unit.as_deref().map(|unit| format!(", {}", safe(unit))).unwrap_or_default();
    format!(
        "{} begun: {}{unit}, {}, pack {} {}\n",
        begun.id,
        safe(&begun.organisation),
        begun.period,
        begun.pack,
        begun.pack_version
    )
}

fn present_quarter() -> String {
    let today = ZonedDateTime::now().date();
    format!("{}-Q{}", today.year(), (today.month() + 2) / 3)
}
