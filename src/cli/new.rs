//! `trueup new`: begins an assessment.

use jiff::ZonedDateTime;

use super::call::Call;
use super::text::safe;
use super::{Done, Error};
use crate::model::PackId;
use crate::model::assessment::Begun;
use crate::ops::{self, NewAssessment};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The question pack; `trueup packs list` shows them all.
    #[arg(long, value_name = "ID", default_value = "ai-agent-readiness")]
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
    let new = NewAssessment {
        pack: PackId::new(args.pack),
        organisation: args.organisation,
        unit: args.unit,
        period: args.period.unwrap_or_else(present_quarter),
    };
    let begun = ops::begin(call.ctx().await?, new).await?;
    call.show(&begun, sentence)?;
    Ok(Done::Fine)
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
