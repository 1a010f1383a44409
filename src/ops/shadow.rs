//! AI tools: which were found, what was decided about each, how many may be unseen; and what people decide.

use serde::Serialize;

use super::{Ctx, Error, Roster, append, assess, done};
use crate::metrics;
use crate::model::AssessmentId;
use crate::model::agents::Agents;
use crate::model::assessment::{Begun, Edit};
use crate::model::catalog::{Benchmark, Catalog};
use crate::model::decision::{Decisions, Sanction, ToolName};
use crate::model::near::nearest_few;
use crate::model::shadow::{SanctionCounts, Shadow, ToolRow};

/// The published figure that stands beside the counts. It counts organisations, so it is no measure for them.
const REFERENCE: &str = "jc-shadow";
/// How many candidates or near names are named.
const NAMED: usize = 5;

/// What a decision about a tool came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DecidedTool {
    pub tool: ToolName,
    pub name: String,
    pub before: Sanction,
    pub after: Sanction,
    pub counts: SanctionCounts,
}

/// The AI tools of an assessment.
pub async fn shadow(ctx: &Ctx, id: &AssessmentId) -> Result<Shadow, Error> {
    let roster = super::roster(ctx, id).await?;
    done(tokio::task::spawn_blocking(move || roster.shadow()).await)
}

/// The AI agents of an assessment.
pub async fn agents(ctx: &Ctx, id: &AssessmentId) -> Result<Agents, Error> {
    let roster = super::roster(ctx, id).await?;
    done(tokio::task::spawn_blocking(move || roster.agents()).await)
}

/// The share of organisations that report unsanctioned AI tools, as it was published.
pub fn shadow_reference(catalog: &Catalog) -> Option<&Benchmark> {
    catalog.benchmarks.iter().find(|benchmark| benchmark.id == REFERENCE)
}

/// Decides whether a tool may be used; `None` takes back what was decided here.
pub async fn decide(
    ctx: &Ctx,
    id: &AssessmentId,
    typed: &str,
    is_sanctioned: Option<bool>,
    reason: &str,
) -> Result<DecidedTool, Error> {
    let before = shadow(ctx, id).await?;
    let row = meant(&before, typed)?;
    let tool = ToolName::of(&row.id);
    let edit = match is_sanctioned {
        Some(is_sanctioned) => {
            Edit::Decide { tool: tool.clone(), is_sanctioned, reason: reason.trim().to_owned() }
        }
        None if row.decision.is_some() => Edit::Undecide(tool.clone()),
        None => {
            return Err(Error::Unknown {
                what: format!("nothing was decided here about `{typed}`"),
                help:
                    "`trueup shadow` lists who decided what; what a register says is changed in the register"
                        .to_owned(),
            });
        }
    };
    append(ctx, id, vec![edit]).await?;
    let after = shadow(ctx, id).await?;
    let now = after.tools.iter().find(|row| ToolName::of(&row.id) == tool);
    Ok(DecidedTool {
        name: row.name.clone(),
        before: row.sanction,
        // A decision about a tool that is not found any more leaves no row when it is taken back.
        after: now.map_or(Sanction::Unknown, |row| row.sanction),
        counts: after.counts,
        tool,
    })
}

/// The tool that is meant: its id or its name, in any letters, or how one of them begins.
fn meant<'a>(shadow: &'a Shadow, typed: &str) -> Result<&'a ToolRow, Error> {
    let wanted = typed.trim().to_lowercase();
    let ways: [fn(&str, &str) -> bool; 2] =
        [|own, wanted| own == wanted, |own, wanted| own.starts_with(wanted)];
    for fits in ways {
        let is_meant = |row: &&ToolRow| {
            !wanted.is_empty() && [&row.id, &row.name].iter().any(|own| fits(&own.to_lowercase(), &wanted))
        };
        let found: Vec<&ToolRow> = shadow.tools.iter().filter(is_meant).collect();
        match found.as_slice() {
            [] => {}
            [only] => return Ok(only),
            several => {
                let ids: Vec<&str> = several.iter().take(NAMED).map(|row| row.id.as_str()).collect();
                return Err(Error::Unknown {
                    what: format!("`{typed}` may mean {} tools", several.len()),
                    help: format!("name one by its id, such as `{}`", ids.join("`, `")),
                });
            }
        }
    }
    let known = shadow.tools.iter().flat_map(|row| [row.id.as_str(), row.name.as_str()]);
    let near = nearest_few(typed, known, NAMED);
    let all = "`trueup shadow` lists them all";
    Err(Error::Unknown {
        what: format!("there is no AI tool `{typed}`"),
        help: match near.as_slice() {
            [] => all.to_owned(),
            near => format!("did you mean `{}`? {all}", near.join("`, `")),
        },
    })
}

/// What was decided in the newest assessment of the same organisation and unit that is of no later period, as edits of
/// a new one: a decision about a tool outlives the quarter in which it was taken.
pub(super) async fn inherited(ctx: &Ctx, begun: &Begun) -> Result<Vec<Edit>, Error> {
    let known = ctx.store.assessments().await?.into_iter().map(|listed| listed.begun);
    let is_earlier = |other: &Begun| {
        other.id != begun.id
            && (&other.organisation, &other.unit) == (&begun.organisation, &begun.unit)
            && other.period <= begun.period
    };
    let newest =
        known.filter(is_earlier).max_by(|a, b| (&a.period, a.at, &a.id).cmp(&(&b.period, b.at, &b.id)));
    let Some(newest) = newest else { return Ok(Vec::new()) };
    let decisions: Decisions = assess::replay(ctx, newest).await?.decisions;
    Ok(decisions.into_iter().map(|(tool, decision)| Edit::Inherit { tool, decision }).collect())
}

impl Roster {
    /// Its AI tools, with what was decided about each.
    pub fn shadow(&self) -> Shadow {
        self.shadow_by(&self.inventory.decisions)
    }

    /// The same by other decisions, for a screen that shows one before anything is read again.
    pub fn shadow_by(&self, decisions: &Decisions) -> Shadow {
        metrics::shadow(&self.inventory, decisions)
    }

    /// Its AI agents, registered or discovered.
    pub fn agents(&self) -> Agents {
        metrics::agents(&self.inventory)
    }
}
