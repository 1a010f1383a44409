//! Opening an assessment: its edits replayed, its evidence measured, its score made.

use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::UNIX_EPOCH;

use super::roster::Roster;
use super::{Ctx, Error, done};
use crate::export::Past;
use crate::metrics;
use crate::model::assessment::{Assessment, Begun};
use crate::model::decision::{Decision, ToolName};
use crate::model::metric::Measurements;
use crate::model::privilege::Weights;
use crate::model::pull::{Manifest, Pulled};
use crate::model::questionnaire::Questionnaire;
use crate::model::resolution::{Pair, Ruling, Rulings};
use crate::model::scorecard::Scorecard;
use crate::model::{AssessmentId, PullId};
use crate::privilege::{Estate, Policies};
use crate::scoring::{self, Inputs};
use crate::store::{Basis, Listed, StoreError};

/// An assessment with everything that is needed to show it.
#[derive(Clone)]
pub struct Opened {
    pub questionnaire: Arc<Questionnaire>,
    pub assessment: Assessment,
    pub measurements: Arc<Measurements>,
    pub manifests: Vec<Manifest>,
    pub scorecard: Scorecard,
}

/// Opens one assessment; the newest when none is named.
pub async fn open(ctx: &Ctx, id: Option<&AssessmentId>) -> Result<Opened, Error> {
    let begun = which(ctx, id).await?;
    let questionnaire = Arc::new(ctx.library.pack(&begun.pack)?);
    let kept = ctx.store.kept_measurements(&begun.id).await?;
    let assessment = replay(ctx, begun).await?;
    let evidence = evidence(&assessment);
    let kept = kept.filter(|(basis, _)| basis.tool == tool() && basis.evidence == evidence);
    let is_kept = kept.as_ref().is_some_and(|(basis, _)| is_current(ctx, basis, assessment.seq));
    let measurements = match kept {
        Some((_, measurements)) => measurements,
        None => measure(ctx, &assessment).await?,
    };
    let mut opened = Opened {
        manifests: manifests(ctx, &assessment).await?,
        scorecard: score(ctx, &questionnaire, &assessment, &measurements),
        measurements: Arc::new(measurements),
        questionnaire,
        assessment,
    };
    opened.manifests.sort_by_key(|manifest| manifest.ended);
    if !is_kept {
        keep(ctx, &opened, evidence).await;
    }
    Ok(opened)
}

/// What is needed to take answers: the questions, and what was said so far. Nothing is measured or scored.
pub async fn unscored(ctx: &Ctx, id: Option<&AssessmentId>) -> Result<(Questionnaire, Assessment), Error> {
    let begun = which(ctx, id).await?;
    let questionnaire = ctx.library.pack(&begun.pack)?;
    Ok((questionnaire, replay(ctx, begun).await?))
}

/// Scores without touching the disk: what the terminal UI calls after every edit.
pub fn rescore(ctx: &Ctx, opened: &mut Opened) {
    opened.scorecard = score(ctx, &opened.questionnaire, &opened.assessment, &opened.measurements);
}

/// Results of earlier periods of the same organisation, unit and pack, oldest first.
pub async fn history(ctx: &Ctx, begun: &Begun) -> Result<Vec<Past>, Error> {
    let mut past: Vec<Past> = Vec::new();
    // Newest first, so that the newest assessment of a period is the one that stands for it.
    for listed in ctx.store.assessments().await? {
        let is_known = past.iter().any(|past| past.period == listed.begun.period);
        if is_known || !is_earlier(&listed.begun, begun) {
            continue;
        }
        if let Some(scorecard) = newest(ctx, &listed).await? {
            past.push(Past { period: listed.begun.period, scorecard });
        }
    }
    past.sort_by(|one, other| one.period.cmp(&other.period));
    Ok(past)
}

fn is_earlier(one: &Begun, other: &Begun) -> bool {
    let subject = |begun: &Begun| (begun.organisation.clone(), begun.unit.clone(), begun.pack.clone());
    subject(one) == subject(other) && one.period < other.period
}

/// The newest scorecard of an assessment; `None` when its pack is not there any more.
pub(super) async fn newest(ctx: &Ctx, listed: &Listed) -> Result<Option<Scorecard>, Error> {
    let kept = ctx.store.kept_scorecard(&listed.begun.id).await?;
    if let Some((_, scorecard)) = kept.filter(|(basis, _)| is_current(ctx, basis, listed.seq)) {
        return Ok(Some(scorecard));
    }
    match Box::pin(open(ctx, Some(&listed.begun.id))).await {
        Ok(opened) => Ok(Some(opened.scorecard)),
        Err(Error::Pack(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Everything that was seen by the pulls that count, with everybody's privileges.
pub(super) async fn roster(ctx: &Ctx, assessment: &Assessment) -> Result<Roster, Error> {
    let mut pulls: Vec<Pulled> = Vec::new();
    for id in &assessment.pulls {
        pulls.push(ctx.store.pulled(id).await?.ok_or_else(|| lost(ctx, id))?);
    }
    let weights = Arc::clone(&ctx.library.weights);
    let mut roster = weigh(pulls, assessment.rulings.clone(), weights).await?;
    roster.inventory.decisions = assessment.decisions.clone();
    Ok(roster)
}

/// Everybody whom some pulls show, and how much more each can do than it needs.
pub(super) async fn weigh(
    pulls: Vec<Pulled>,
    rulings: Rulings,
    weights: Arc<Weights>,
) -> Result<Roster, Error> {
    done(
        tokio::task::spawn_blocking(move || {
            let (mut inventory, policies) = thread::scope(|scope| {
                let policies = scope.spawn(|| Policies::read(&pulls));
                (metrics::merge_ruled(&pulls, &rulings), policies.join())
            });
            let policies = policies.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            let estate = Estate::of(&inventory, &pulls, policies, weights);
            // Freeing hundreds of thousands of texts takes a while; nothing waits for it.
            drop(tokio::task::spawn_blocking(move || drop(pulls)));
            inventory.privileges = estate.privileges(&inventory);
            Roster::new(inventory, estate)
        })
        .await,
    )
}

pub(super) async fn manifests(ctx: &Ctx, assessment: &Assessment) -> Result<Vec<Manifest>, Error> {
    let mut manifests = Vec::new();
    for id in &assessment.pulls {
        manifests.push(ctx.store.manifest(id).await?.ok_or_else(|| lost(ctx, id))?);
    }
    Ok(manifests)
}

pub(super) async fn replay(ctx: &Ctx, begun: Begun) -> Result<Assessment, Error> {
    let edits = ctx.store.edits(&begun.id).await?;
    Assessment::replay(begun, edits).map_err(|error| damaged(ctx, error.to_string()))
}

/// Which assessment is meant: the named one, or the newest.
pub async fn which(ctx: &Ctx, id: Option<&AssessmentId>) -> Result<Begun, Error> {
    let mut known = ctx.store.assessments().await?.into_iter().map(|listed| listed.begun);
    let found = match id {
        Some(id) => known.find(|begun| begun.id == *id),
        None => known.next(),
    };
    found.ok_or_else(|| match id {
        Some(id) => Error::Unknown {
            what: format!("there is no assessment `{id}`"),
            help: "`trueup list` shows them all".to_owned(),
        },
        None => Error::Unknown {
            what: "there is no assessment yet".to_owned(),
            help: "begin one: `trueup new --pack ai-agent-readiness --organisation NAME`".to_owned(),
        },
    })
}

async fn measure(ctx: &Ctx, assessment: &Assessment) -> Result<Measurements, Error> {
    let inventory = roster(ctx, assessment).await?.inventory;
    let library = Arc::clone(&ctx.library);
    done(tokio::task::spawn_blocking(move || metrics::measure(&inventory, &library.catalog)).await)
}

fn score(
    ctx: &Ctx,
    questionnaire: &Questionnaire,
    assessment: &Assessment,
    measurements: &Measurements,
) -> Scorecard {
    let catalog = &ctx.library.catalog;
    let now = ctx.now();
    let mut scorecard = scoring::score(&Inputs { questionnaire, catalog, assessment, measurements, now });
    if assessment.begun.pack_version != questionnaire.version {
        scorecard.cautions.insert(
            0,
            format!(
                "The assessment was begun with version {} of the pack and is scored with version {}.",
                assessment.begun.pack_version, questionnaire.version
            ),
        );
    }
    scorecard
}

/// Keeps the result for lists. It is only a cache, so a disk that refuses it is no reason to fail.
async fn keep(ctx: &Ctx, opened: &Opened, evidence: String) {
    let seq = opened.assessment.seq;
    let basis = Basis { seq, tool: tool().to_owned(), scored_at: ctx.now(), evidence };
    let id = &opened.assessment.begun.id;
    if let Err(error) = ctx.store.keep(id, &basis, &opened.measurements, &opened.scorecard).await {
        tracing::warn!(%error, "the result was not kept for lists");
    }
}

/// A kept result counts for the same edits, program and day: documents age by days.
fn is_current(ctx: &Ctx, basis: &Basis, seq: u64) -> bool {
    let day = |at: jiff::Timestamp| at.as_second().div_euclid(24 * 60 * 60);
    basis.seq == seq && basis.tool == tool() && day(basis.scored_at) == day(ctx.now())
}

/// What measurements are made of: the pulls, and what people decided about who is the same and about AI tools.
fn evidence(assessment: &Assessment) -> String {
    let mut words: Vec<String> = assessment.pulls.iter().map(|pull| pull.as_str().to_owned()).collect();
    // The name of a decision has spaces in it, so it is quoted.
    let ruled =
        |(pair, ruling): (&Pair, &Ruling)| format!("{:?} {:?} {}", pair.one, pair.other, ruling.is_same);
    words.extend(assessment.rulings.iter().map(ruled));
    let decided = |(tool, decision): (&ToolName, &Decision)| {
        format!("{:?} {} {}", tool.as_str(), decision.is_sanctioned, decision.at)
    };
    words.extend(assessment.decisions.iter().map(decided));
    words.join(" ")
}

/// Which program this is: its version, and when it was built, since a rebuilt one may count differently.
fn tool() -> &'static str {
    static TOOL: OnceLock<String> = OnceLock::new();
    TOOL.get_or_init(|| {
        let built = std::env::current_exe().and_then(|program| program.metadata()?.modified()).ok();
        let built = built.and_then(|at| at.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
        format!("{} {}", super::TOOL, built.as_millis())
    })
}

fn lost(ctx: &Ctx, id: &PullId) -> Error {
    damaged(ctx, format!("the pull {id} is missing"))
}

fn damaged(ctx: &Ctx, reason: String) -> Error {
    StoreError::Damaged { path: ctx.store.path().display().to_string(), reason }.into()
}
