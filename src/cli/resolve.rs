//! `trueup resolve`: who is the same, who may be, and what people decided.

use serde::Serialize;

use super::call::Call;
use super::text::{Page, Paint, WIDTH, counted, grouped, right, safe, wrapped};
use super::{Done, Error};
use crate::model::resolution::{Pair, Ruling};
use crate::ops::{self, Counted, Decided, Doubt, Resolution};

/// How many doubts are shown without `--all`.
const ROWS: usize = 20;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: Option<What>,
    /// Show every doubt, not only the first ones.
    #[arg(long)]
    all: bool,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Two accounts belong to one identity.
    Same(Named),
    /// Two accounts belong to different identities, whatever keys they share.
    Apart(Named),
    /// Take back what was decided about two accounts.
    Undo {
        /// One account.
        #[arg(value_name = "ACCOUNT")]
        one: String,
        /// The other.
        #[arg(value_name = "OTHER")]
        other: String,
    },
}

#[derive(Debug, clap::Args)]
struct Named {
    /// One account: its id, its system and id as SYSTEM/ID, or an identity's name.
    #[arg(value_name = "ACCOUNT")]
    one: String,
    /// The other.
    #[arg(value_name = "OTHER")]
    other: String,
    /// Why; kept beside the decision.
    #[arg(long, value_name = "TEXT", default_value = "")]
    reason: String,
}

pub(super) async fn run(args: Args, call: &Call) -> Result<Done, Error> {
    let id = call.assessment().await?;
    let ctx = call.ctx().await?;
    let decided = match &args.what {
        None => {
            let found = ops::resolution(ctx, &id).await?;
            let most = if args.all { usize::MAX } else { ROWS };
            call.show(&Shown::of(&found), |_| page(&found, most))?;
            return Ok(Done::Fine);
        }
        Some(What::Same(named)) => {
            ops::resolve(ctx, &id, [&named.one, &named.other], true, &named.reason).await?
        }
        Some(What::Apart(named)) => {
            ops::resolve(ctx, &id, [&named.one, &named.other], false, &named.reason).await?
        }
        Some(What::Undo { one, other }) => ops::unresolve(ctx, &id, [one, other]).await?,
    };
    call.show(&decided, sentence)?;
    Ok(Done::Fine)
}

/// What is printed as JSON.
#[derive(Serialize)]
struct Shown<'a> {
    counts: &'a [Counted],
    doubts: Vec<ShownDoubt<'a>>,
    decisions: Vec<Decision<'a>>,
}

#[derive(Serialize)]
struct ShownDoubt<'a> {
    rule: &'static str,
    is_joined: bool,
    #[serde(flatten)]
    pair: &'a Pair,
    because: &'a str,
}

#[derive(Serialize)]
struct Decision<'a> {
    #[serde(flatten)]
    pair: &'a Pair,
    #[serde(flatten)]
    ruling: &'a Ruling,
}

impl<'a> Shown<'a> {
    fn of(found: &'a Resolution) -> Self {
        let doubt = |doubt: &'a Doubt| ShownDoubt {
            rule: doubt.sign.rule(),
            is_joined: doubt.sign.is_joined(),
            pair: &doubt.pair,
            because: &doubt.because,
        };
        Self {
            counts: &found.counts,
            doubts: found.doubts.iter().map(doubt).collect(),
            decisions: found.rulings.iter().map(|(pair, ruling)| Decision { pair, ruling }).collect(),
        }
    }
}

fn page(found: &Resolution, most: usize) -> String {
    let paint = Paint::new();
    let mut page = Page::default();
    page.line(&paint.muted("   human  machine       ai  no class    total  counted as"));
    for counted in &found.counts {
        let own = counted.counts;
        let figures =
            [(own.human, 8), (own.machine, 9), (own.ai, 9), (own.unclassified, 10), (own.total(), 9)];
        let figures: String = figures.iter().map(|(count, width)| right(&grouped(*count), *width)).collect();
        let words = format!("{} ({})", counted.title, counted.rule);
        let words = wrapped(&words, 47, WIDTH);
        let words = if counted.is_used { paint.bold(&words) } else { words };
        page.line(&format!("{figures}  {words}"));
    }
    page.line(&format!("\n{}", paint.bold(&heading(found.doubts.len()))));
    for doubt in found.doubts.iter().take(most) {
        let now = if doubt.sign.is_joined() { "one now" } else { "two now" };
        page.line(&format!("  {now}  {}", wrapped(&safe(&doubt.pair.one.to_string()), 11, WIDTH)));
        page.line(&format!("           {}", wrapped(&safe(&doubt.pair.other.to_string()), 11, WIDTH)));
        let why = format!("{} ({})", safe(&doubt.because), doubt.sign.rule());
        page.line(&format!("           {}", paint.muted(&wrapped(&why, 11, WIDTH))));
    }
    let hidden = found.doubts.len().saturating_sub(most);
    if hidden > 0 {
        page.line(&format!("  and {} more; --all shows them", grouped(hidden as u64)));
    }
    if !found.rulings.is_empty() {
        page.line(&format!("\n{}", paint.bold("Decided")));
    }
    for (pair, ruling) in &found.rulings {
        let word = if ruling.is_same { "same " } else { "apart" };
        let reason = if ruling.reason.is_empty() { String::new() } else { format!(": {}", ruling.reason) };
        let words = format!("{} · {}, {} by {}{reason}", pair.one, pair.other, ruling.at, ruling.by);
        page.line(&format!("  {word}  {}", wrapped(&safe(&words), 9, WIDTH)));
    }
    page.0
}

fn heading(doubts: usize) -> String {
    if doubts == 0 {
        return "Nothing is in doubt".to_owned();
    }
    let them = counted(doubts as u64, "pair of accounts");
    let them = if doubts == 1 { them } else { format!("{} pairs of accounts", grouped(doubts as u64)) };
    format!("In doubt: {them}; `trueup resolve same` or `apart` decides")
}

fn sentence(decided: &Decided) -> String {
    let (one, other) = (safe(&decided.pair.one.to_string()), safe(&decided.pair.other.to_string()));
    let what = match decided.is_same {
        Some(true) => "belong to one identity",
        Some(false) => "belong to different identities",
        None => "are as the rule says again",
    };
    let (before, after) = (grouped(decided.identities_before), grouped(decided.identities_after));
    let moved = if before == after {
        format!("{after} identities, as before")
    } else {
        format!("{after} identities; before: {before}")
    };
    format!("{one} and {other} {what} ({moved})\n")
}
