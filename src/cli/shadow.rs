//! `trueup shadow`: AI tools that were found, what was decided about each, and how many may be unseen.

use jiff::Timestamp;
use serde::Serialize;

use super::call::Call;
use super::text::{Page, Paint, WIDTH, cut_inside, grouped, safe, table, wrapped};
use super::{Done, Error};
use crate::model::catalog::Benchmark;
use crate::model::decision::Sanction;
use crate::model::inventory::Fact;
use crate::model::shadow::{Shadow, ToolRow, Unseen};
use crate::ops::{self, DecidedTool};

/// How many tools are shown without `--all`.
const ROWS: usize = 20;
/// Names are cut to this.
const NAME: usize = 36;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: Option<What>,
    /// Show every tool, not only the first ones.
    #[arg(long)]
    all: bool,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// A tool may be used.
    Sanction(Named),
    /// A tool is refused: replaced, restricted or blocked, as the reason says.
    Refuse(Named),
    /// Take back what was decided here about a tool.
    Undo {
        /// The tool: its id or its name, or how one of them begins.
        #[arg(value_name = "TOOL")]
        tool: String,
    },
}

#[derive(Debug, clap::Args)]
struct Named {
    /// The tool: its id or its name, or how one of them begins.
    #[arg(value_name = "TOOL")]
    tool: String,
    /// Why; kept beside the decision.
    #[arg(long, value_name = "TEXT", default_value = "")]
    reason: String,
}

pub(super) async fn run(args: Args, call: &Call) -> Result<Done, Error> {
    let id = call.assessment().await?;
    let ctx = call.ctx().await?;
    let (tool, is_sanctioned, reason) = match &args.what {
        None => {
            let shadow = ops::shadow(ctx, &id).await?;
            let reference = ops::shadow_reference(&ctx.library.catalog);
            let most = if args.all { usize::MAX } else { ROWS };
            call.show(&Shown::of(&shadow, reference), |_| page(&shadow, reference, most))?;
            return Ok(Done::Fine);
        }
        Some(What::Sanction(named)) => (&named.tool, Some(true), named.reason.as_str()),
        Some(What::Refuse(named)) => (&named.tool, Some(false), named.reason.as_str()),
        Some(What::Undo { tool }) => (tool, None, ""),
    };
    let decided = ops::decide(ctx, &id, tool, is_sanctioned, reason).await?;
    call.show(&decided, sentence)?;
    Ok(Done::Fine)
}

/// What is printed as JSON.
#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    shadow: &'a Shadow,
    method: &'static str,
    assumptions: [&'static str; 4],
    reference: Option<Reference<'a>>,
}

/// A published figure and what it counts.
#[derive(Serialize)]
struct Reference<'a> {
    #[serde(flatten)]
    published: &'a Benchmark,
    counts: &'static str,
}

impl<'a> Shown<'a> {
    fn of(shadow: &'a Shadow, reference: Option<&'a Benchmark>) -> Self {
        Self {
            shadow,
            method: Unseen::METHOD,
            assumptions: Unseen::ASSUMPTIONS,
            reference: reference.map(|published| Reference { published, counts: "organisations" }),
        }
    }
}

fn page(shadow: &Shadow, reference: Option<&Benchmark>, most: usize) -> String {
    let paint = Paint::new();
    let mut page = Page::default();
    page.line(&paint.bold(&format!("AI tools · {}", shadow.counted())));
    if shadow.is_told {
        unseen(&mut page, &shadow.unseen, paint);
    } else {
        page.line("Pull a list of AI tools (`trueup sources template tools` prints one), or a source that finds them.");
    }
    if let Some(published) = reference {
        let words = format!("Published: {}. {}", safe(&published.cited()), Shadow::REFERENCE_UNIT);
        page.line(&paint.muted(&wrapped(&words, 2, WIDTH)));
    }
    if shadow.tools.is_empty() {
        return page.0;
    }
    page.line("");
    let rows: Vec<Vec<String>> = shadow.tools.iter().take(most).map(row).collect();
    page.add(&table(&["status", "tool", "channels", "users", "found", "decided"], &[3], &rows));
    let hidden = shadow.tools.len().saturating_sub(most);
    if hidden > 0 {
        page.line(&format!("and {} more; --all shows them", grouped(hidden as u64)));
    }
    if shadow.counts.undecided + shadow.counts.unknown > 0 {
        page.line(
            &paint.muted("`trueup shadow sanction TOOL` or `refuse TOOL` decides; `undo TOOL` takes it back"),
        );
    }
    page.0
}

fn unseen(page: &mut Page, unseen: &Unseen, paint: Paint) {
    page.line(&wrapped(&safe(&unseen.sentence()), 2, WIDTH));
    if unseen.first.channels.is_empty() || unseen.second.channels.is_empty() {
        return;
    }
    page.line(&paint.muted(&wrapped(&format!("  {}", safe(&unseen.basis())), 2, WIDTH)));
    let assumed = format!("Assumed: {}. {}.", Unseen::ASSUMPTIONS.join("; "), Unseen::METHOD);
    page.line(&paint.muted(&wrapped(&assumed, 2, WIDTH)));
    if unseen.outside > 0 {
        let words =
            format!("No channel is told for {} of them; they stand outside.", grouped(unseen.outside));
        page.line(&paint.muted(&words));
    }
}

fn row(tool: &ToolRow) -> Vec<String> {
    let channels: Vec<String> = tool.channels.keys().map(|channel| safe(channel)).collect();
    let users = match tool.users {
        Fact::Known(users) => grouped(users.into()),
        Fact::Absent => "0".to_owned(),
        Fact::Hidden => "?".to_owned(),
    };
    vec![
        tool.sanction.id().to_owned(),
        cut_inside(&safe(&tool.named()), NAME),
        if channels.is_empty() { "?".to_owned() } else { channels.join(", ") },
        users,
        day(tool.found),
        decided(tool),
    ]
}

/// Who decided, when and why; what a register says has no name.
fn decided(tool: &ToolRow) -> String {
    match (&tool.decision, tool.sanction) {
        (Some(decision), _) => {
            let reason =
                if decision.reason.is_empty() { String::new() } else { format!(": {}", decision.reason) };
            let against = if tool.said == tool.sanction
                || matches!(tool.said, Sanction::Undecided | Sanction::Unknown)
            {
                String::new()
            } else {
                format!(" (sources say {})", tool.said.id())
            };
            safe(&format!("{} by {}{reason}{against}", day(Fact::Known(decision.at)), decision.by))
        }
        (None, Sanction::Sanctioned | Sanction::Unsanctioned) => {
            format!("{} as a source says", day(tool.decided))
        }
        (None, Sanction::Undecided | Sanction::Unknown) => String::new(),
    }
}

/// A day; a question mark where no source tells.
fn day(at: Fact<Timestamp>) -> String {
    match at {
        Fact::Known(at) => at.strftime("%Y-%m-%d").to_string(),
        Fact::Absent => "never".to_owned(),
        Fact::Hidden => "?".to_owned(),
    }
}

fn sentence(decided: &DecidedTool) -> String {
    let (before, after) = (decided.before.id(), decided.after.id());
    let moved =
        if before == after { format!("{after}, as before") } else { format!("{after}; before: {before}") };
    let left = grouped(decided.counts.undecided + decided.counts.unknown);
    format!("{} is {moved} ({left} still undecided or unknown)\n", safe(&decided.name))
}
