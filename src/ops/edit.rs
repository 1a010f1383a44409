//! Changing an assessment: by appending edits, in no other way.

use jiff::Timestamp;

use super::{Ctx, Error, which, whole_milliseconds};
use crate::model::assessment::{Answer, Claim, Edit, Stamped};
use crate::model::near::did_you_mean;
use crate::model::questionnaire::Questionnaire;
use crate::model::{AssessmentId, QuestionId};
use crate::store::{Appended, StoreError};

/// How often an edit may be overtaken by other writers before its writer gives up.
pub(super) const ATTEMPTS: usize = 50;

/// Saves edits in order; returns them stamped, once they are on the disk. Edits that the questionnaire cannot
/// take are refused, and then none is saved.
pub async fn append(ctx: &Ctx, id: &AssessmentId, edits: Vec<Edit>) -> Result<Vec<Stamped<Edit>>, Error> {
    append_at(ctx, id, edits, ctx.now()).await
}

/// Saves edits as made at a moment that may lie in the past.
pub async fn append_at(
    ctx: &Ctx,
    id: &AssessmentId,
    edits: Vec<Edit>,
    at: Timestamp,
) -> Result<Vec<Stamped<Edit>>, Error> {
    if edits.iter().any(|edit| matches!(edit, Edit::Claim { .. } | Edit::Attach { .. })) {
        let questionnaire = ctx.library.pack(&which(ctx, Some(id)).await?.pack)?;
        edits.iter().try_for_each(|edit| check(&questionnaire, edit))?;
    }
    for _ in 0..ATTEMPTS {
        let last = ctx.store.last_seq(id).await?;
        let stamped = stamp(ctx, last, &edits, at);
        if ctx.store.append(id, &stamped).await? == Appended::Yes {
            return Ok(stamped);
        }
    }
    Err(overtaken(ctx))
}

pub(super) fn stamp(ctx: &Ctx, last: u64, edits: &[Edit], at: Timestamp) -> Vec<Stamped<Edit>> {
    let at = whole_milliseconds(at);
    let stamp = |(seq, what): (u64, &Edit)| Stamped { seq, at, actor: ctx.actor.clone(), what: what.clone() };
    (last + 1..).zip(edits).map(stamp).collect()
}

pub(super) fn overtaken(ctx: &Ctx) -> Error {
    StoreError::Locked { path: ctx.store.path().display().to_string() }.into()
}

/// Says whether an edit is one that this questionnaire can take.
pub fn check(questionnaire: &Questionnaire, edit: &Edit) -> Result<(), Error> {
    match edit {
        Edit::Claim { question, claim } => check_claim(questionnaire, question, claim),
        Edit::Attach { question, .. } => match questionnaire.question(question) {
            Some(_) => Ok(()),
            None => Err(unknown_question(questionnaire, question.as_str())),
        },
        _ => Ok(()),
    }
}

pub(super) fn check_claim(
    questionnaire: &Questionnaire,
    id: &QuestionId,
    claim: &Claim,
) -> Result<(), Error> {
    let question = questionnaire.question(id);
    let is_self_rating = questionnaire.self_rating.as_ref().is_some_and(|rating| rating.id == *id);
    if question.is_none() && !is_self_rating {
        return Err(unknown_question(questionnaire, id.as_str()));
    }
    let Answer::NotApplicable { reason } = &claim.answer else { return Ok(()) };
    if is_self_rating || question.is_some_and(|question| question.gate) {
        let what = if is_self_rating { "the self-rating" } else { "a gate" };
        return Err(Error::Refused {
            what: format!("{id} is {what} and cannot be set aside as not applicable"),
            help: "answer with a level from 0 to 4, or dk for \"I do not know\"".to_owned(),
        });
    }
    if reason.trim().is_empty() {
        return Err(Error::Refused {
            what: format!("{id} is said not to apply, without a reason"),
            help: "write the reason; it stands in the report beside the name".to_owned(),
        });
    }
    Ok(())
}

/// The questionnaire does not ask this.
pub(super) fn unknown_question(questionnaire: &Questionnaire, id: &str) -> Error {
    let all = format!("`trueup packs show {}` lists them all", questionnaire.id);
    Error::Unknown {
        what: format!("the pack {} has no question `{id}`", questionnaire.id),
        help: did_you_mean(id, question_ids(questionnaire), &all),
    }
}

/// Every id that can be answered: the questions and the self-rating.
pub(super) fn question_ids(questionnaire: &Questionnaire) -> impl Iterator<Item = &str> {
    let own = questionnaire.questions.iter().map(|question| question.id.as_str());
    own.chain(questionnaire.self_rating.iter().map(|rating| rating.id.as_str()))
}
