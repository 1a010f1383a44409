//! Who is the same: what is in doubt, how the counts would move, and what people decide.

use serde::Serialize;

use super::{Ctx, Error, Roster, append, assess, done};
use crate::metrics::{Counted, Doubt};
use crate::model::AssessmentId;
use crate::model::assessment::Edit;
use crate::model::merged::Presence;
use crate::model::resolution::{AccountName, Pair, Rulings};

/// What is known of who is the same.
#[derive(Debug, Clone)]
pub struct Resolution {
    pub counts: Vec<Counted>,
    pub doubts: Vec<Doubt>,
    pub rulings: Rulings,
}

/// What a decision came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Decided {
    pub pair: Pair,
    /// `true` same, `false` apart; `None` when an earlier decision was taken back.
    pub is_same: Option<bool>,
    pub identities_before: u64,
    pub identities_after: u64,
}

/// What is in doubt in an assessment, and how its counts would move.
pub async fn resolution(ctx: &Ctx, id: &AssessmentId) -> Result<Resolution, Error> {
    let roster = super::roster(ctx, id).await?;
    done(
        tokio::task::spawn_blocking(move || {
            let doubts = roster.doubts();
            Resolution { counts: roster.counted(&doubts), doubts, rulings: roster.inventory.rulings }
        })
        .await,
    )
}

/// Decides whether two accounts belong to one identity.
pub async fn resolve(
    ctx: &Ctx,
    id: &AssessmentId,
    typed: [&str; 2],
    is_same: bool,
    reason: &str,
) -> Result<Decided, Error> {
    let roster = super::roster(ctx, id).await?;
    let [one, other] = [account(&roster, typed[0], is_same)?, account(&roster, typed[1], is_same)?];
    let pair = Pair::new(one, other).ok_or_else(|| Error::Refused {
        what: format!("`{}` and `{}` are one account", typed[0], typed[1]),
        help: "name two accounts; `trueup explain` shows the accounts of an identity".to_owned(),
    })?;
    let edit = Edit::Resolve { pair: pair.clone(), is_same, reason: reason.trim().to_owned() };
    let before = roster.inventory.identities.len();
    decided(ctx, id, before, (edit, pair, Some(is_same))).await
}

/// Takes back what was decided about two accounts.
pub async fn unresolve(ctx: &Ctx, id: &AssessmentId, typed: [&str; 2]) -> Result<Decided, Error> {
    let roster = super::roster(ctx, id).await?;
    let [left, right] = typed;
    let is_meant = |pair: &&Pair| {
        (is_named(&pair.one, left) && is_named(&pair.other, right))
            || (is_named(&pair.one, right) && is_named(&pair.other, left))
    };
    let Some(pair) = roster.inventory.rulings.keys().find(is_meant).cloned() else {
        return Err(Error::Unknown {
            what: format!("nothing was decided about `{left}` and `{right}`"),
            help: "`trueup resolve` lists what was decided".to_owned(),
        });
    };
    let before = roster.inventory.identities.len();
    decided(ctx, id, before, (Edit::Unresolve(pair.clone()), pair, None)).await
}

async fn decided(
    ctx: &Ctx,
    id: &AssessmentId,
    before: usize,
    (edit, pair, is_same): (Edit, Pair, Option<bool>),
) -> Result<Decided, Error> {
    append(ctx, id, vec![edit]).await?;
    let begun = assess::which(ctx, Some(id)).await?;
    let after = assess::roster(ctx, &assess::replay(ctx, begun).await?).await?.inventory.identities.len();
    Ok(Decided { pair, is_same, identities_before: before as u64, identities_after: after as u64 })
}

/// The account that is meant: its id, its system and id as `SYSTEM/ID`, or an identity's name. Where accounts are to be
/// parted, an identity with several does not say which.
fn account(roster: &Roster, typed: &str, takes_first: bool) -> Result<AccountName, Error> {
    let identities = &roster.inventory.identities;
    let accounts = || identities.iter().flat_map(|identity| &identity.accounts).map(Presence::named);
    let exact: Vec<AccountName> = accounts().filter(|name| is_named(name, typed)).collect();
    match exact.as_slice() {
        [only] => return Ok(only.clone()),
        [] => {}
        several => return Err(which_one(typed, several.iter())),
    }
    let at = roster.find(typed)?;
    let own: Vec<AccountName> = identities
        .get(at)
        .map(|identity| identity.accounts.iter().map(Presence::named).collect())
        .unwrap_or_default();
    match own.as_slice() {
        [first, rest @ ..] if takes_first || rest.is_empty() => Ok(first.clone()),
        several => Err(which_one(typed, several.iter())),
    }
}

fn is_named(name: &AccountName, typed: &str) -> bool {
    let system = name.system.as_ref().map_or("register", |system| system.as_str());
    name.id == typed || typed.strip_prefix(system).and_then(|rest| rest.strip_prefix('/')) == Some(&name.id)
}

fn which_one<'a>(typed: &str, names: impl Iterator<Item = &'a AccountName>) -> Error {
    let written = |name: &AccountName| {
        format!("{}/{}", name.system.as_ref().map_or("register", |system| system.as_str()), name.id)
    };
    let all: Vec<String> = names.map(written).collect();
    Error::Unknown {
        what: format!("`{typed}` may mean {} accounts", all.len()),
        help: format!("name one by its system and id:\n{}", all.join("\n")),
    }
}
