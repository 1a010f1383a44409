//! One identity of those who were seen: explained down to single grants, and what it would be without some of them.

use std::collections::BTreeSet;

use super::{Error, Roster, done};
use crate::model::merged::IdentityAt;
use crate::model::near::did_you_mean;
use crate::model::privilege::{PathFinding, Profile, WhatIf};

/// What is to be taken away from an identity.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    /// Grants by number (from 1), id or title.
    pub remove: Vec<String>,
    /// Paths by id, each to be closed by its cheapest removal.
    pub close: Vec<String>,
    /// Whether every path is to be closed that a removal closes.
    pub close_all: bool,
}

/// Explains the identity that is meant.
pub async fn explain_identity(roster: Roster, typed: &str) -> Result<Profile, Error> {
    let at = roster.find(typed)?;
    let (_, profile) = profile(roster, at).await?;
    Ok(profile)
}

/// Says what would change for the identity that is meant.
pub async fn what_if(roster: Roster, typed: &str, wish: &Wish) -> Result<WhatIf, Error> {
    let at = roster.find(typed)?;
    let named = wish.remove.iter().map(|grant| roster.grant(at, grant));
    let mut without = named.collect::<Result<BTreeSet<usize>, Error>>()?;
    let mut roster = roster;
    if wish.close_all || !wish.close.is_empty() {
        let (back, profile) = profile(roster, at).await?;
        roster = back;
        without.extend(closing(&profile, wish)?);
    }
    let tried = tokio::task::spawn_blocking(move || roster.what_if(at, &without));
    done(tried.await)?.ok_or_else(gone)
}

/// Works out the detail on a thread of its own; hands the roster back.
async fn profile(roster: Roster, at: IdentityAt) -> Result<(Roster, Profile), Error> {
    let work = move || {
        let profile = roster.profile(at, &BTreeSet::new());
        (roster, profile)
    };
    let (roster, profile) = done(tokio::task::spawn_blocking(work).await)?;
    Ok((roster, profile.ok_or_else(gone)?))
}

/// The places of the grants without which the paths that are meant are closed.
fn closing(profile: &Profile, wish: &Wish) -> Result<BTreeSet<usize>, Error> {
    let mut places = BTreeSet::new();
    for id in &wish.close {
        let is_meant = |path: &&PathFinding| path.id.eq_ignore_ascii_case(id.trim());
        let meant: Vec<&PathFinding> = profile.paths.iter().filter(is_meant).collect();
        if meant.is_empty() {
            return Err(no_path(profile, id));
        }
        if meant.iter().any(|path| path.removal.is_empty()) {
            return Err(Error::Refused {
                what: format!("no set of its grants was found that closes `{id}`"),
                help: "its grants can be taken away one by one with --remove".to_owned(),
            });
        }
        places.extend(meant.iter().flat_map(|path| &path.removal));
    }
    if wish.close_all {
        places.extend(profile.paths.iter().flat_map(|path| &path.removal));
    }
    if places.is_empty() {
        return Err(Error::Refused {
            what: format!("{} has no path that a removal of its grants closes", profile.name),
            help: "`trueup explain` shows its paths; --remove takes single grants away".to_owned(),
        });
    }
    Ok(places)
}

fn no_path(profile: &Profile, id: &str) -> Error {
    let known = profile.paths.iter().map(|path| path.id.as_str());
    let all = match profile.paths.len() {
        0 => "it has none".to_owned(),
        _ => format!("its paths are {}", known.clone().collect::<Vec<_>>().join(", ")),
    };
    Error::Unknown { what: format!("it has no path `{id}`"), help: did_you_mean(id, known, &all) }
}

fn gone() -> Error {
    Error::Unknown {
        what: "the identity is not there".to_owned(),
        help: "`trueup identities` lists them all".to_owned(),
    }
}
