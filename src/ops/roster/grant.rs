//! Which grant of an identity is meant by what somebody typed: its number, its id, its title.

use super::Roster;
use crate::model::merged::{Holding, IdentityAt};
use crate::model::near::nearest_few;
use crate::ops::Error;

/// How many candidates are named.
const NAMED: usize = 10;
/// How many near names are offered.
const NEAR: usize = 3;

/// Whether a grant is meant.
type Fits = fn(&Holding, &str) -> bool;

/// From the surest to the least sure.
const WAYS: [Fits; 3] = [is_id, is_title, is_either_in_other_letters];

impl Roster {
    /// The place of the grant that is meant; numbers count from 1, as they are printed.
    pub fn grant(&self, at: IdentityAt, typed: &str) -> Result<usize, Error> {
        let held = self.holdings(at);
        let typed = typed.trim();
        let place = place(held, typed)?;
        match held.get(place).and_then(|grant| grant.kind.why_not_tried()) {
            Some(why) => Err(Error::Refused {
                what: format!("grant {} cannot be tried to be without: {why}", place + 1),
                help: "policies, groups, roles and permissions can be".to_owned(),
            }),
            None => Ok(place),
        }
    }
}

fn place(held: &[Holding], typed: &str) -> Result<usize, Error> {
    let number = typed.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    if let Some(place) = number.filter(|place| *place < held.len()) {
        return Ok(place);
    }
    let found = |fits: &Fits| -> Vec<usize> {
        (0..held.len()).filter(|place| held.get(*place).is_some_and(|one| fits(one, typed))).collect()
    };
    let places = WAYS.iter().map(found).find(|places| !places.is_empty()).unwrap_or_default();
    match places.as_slice() {
        [place] => Ok(*place),
        [] => Err(missing(held, typed)),
        several => Err(ambiguous(held, typed, several)),
    }
}

fn is_id(held: &Holding, typed: &str) -> bool {
    *held.entitlement == *typed
}

fn is_title(held: &Holding, typed: &str) -> bool {
    *held.title == *typed
}

fn is_either_in_other_letters(held: &Holding, typed: &str) -> bool {
    [&held.title, &held.entitlement].iter().any(|name| name.to_lowercase() == typed.to_lowercase())
}

fn missing(held: &[Holding], typed: &str) -> Error {
    let known = held.iter().flat_map(|one| [&*one.title, &*one.entitlement]);
    let near = nearest_few(typed, known.filter(|name| !name.is_empty()), NEAR).join("`, `");
    let meant = if near.is_empty() { near } else { format!("did you mean `{near}`? ") };
    let numbers = match held.len() {
        0 => "no source lists a grant of it".to_owned(),
        count => format!("`trueup explain` numbers its grants from 1 to {count}"),
    };
    Error::Unknown { what: format!("it holds no grant `{typed}`"), help: format!("{meant}{numbers}") }
}

fn ambiguous(held: &[Holding], typed: &str, places: &[usize]) -> Error {
    let named = places.iter().take(NAMED).filter_map(|place| Some((place + 1, held.get(*place)?)));
    let mut lines: Vec<String> = named
        .map(|(number, one)| {
            let way = if one.via.is_empty() { "direct".to_owned() } else { one.via.join(" → ") };
            format!("{number}: {} ({}, {way})", one.title, one.kind.word())
        })
        .collect();
    if places.len() > NAMED {
        lines.push(format!("and {} more", places.len() - NAMED));
    }
    Error::Unknown {
        what: format!("`{typed}` may mean {} of its grants", places.len()),
        help: format!("name one by its number:\n{}", lines.join("\n")),
    }
}
