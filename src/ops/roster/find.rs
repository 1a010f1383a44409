//! Who is meant by what somebody typed: an id, an ARN, a name, or how one of them begins.

use super::Roster;
use crate::model::merged::{Identity, IdentityAt};
use crate::model::near::nearest_few;
use crate::ops::Error;

/// How many candidates are named.
const NAMED: usize = 10;
/// How many near names are offered.
const NEAR: usize = 3;

/// Whether an identity is meant, and in which way: the surest way that fits anybody counts.
type Fits = fn(&Identity, &str) -> bool;

/// From the surest to the least sure.
const WAYS: [Fits; 4] = [is_key, is_name, is_name_in_other_letters, begins];

impl Roster {
    /// The identity that is meant; a sentence with candidates where several or none are.
    pub fn find(&self, typed: &str) -> Result<IdentityAt, Error> {
        match self.meant(typed).as_slice() {
            [at] => Ok(*at),
            [] => Err(Error::Unknown {
                what: format!("there is no identity `{typed}`"),
                help: self.near(typed),
            }),
            several => Err(self.several(typed, several)),
        }
    }

    /// Everybody who may be meant: those whom the surest way finds that finds anybody.
    pub fn meant(&self, typed: &str) -> Vec<IdentityAt> {
        let mut found = WAYS.iter().map(|fits| self.places(typed, *fits));
        found.find(|places| !places.is_empty()).unwrap_or_default()
    }

    /// The identity of exactly this id, ARN or name, where there is one.
    pub fn named(&self, typed: &str) -> Option<IdentityAt> {
        WAYS.iter().take(3).flat_map(|fits| self.places(typed, *fits)).next()
    }

    /// Near ids and names, as a remedy.
    pub fn near(&self, typed: &str) -> String {
        // Whoever types a slash means an id or what people say for one.
        let said = |identity: &Identity| -> Vec<String> {
            if typed.contains('/') { shorts_of(identity).collect() } else { vec![identity.name.clone()] }
        };
        let known: Vec<String> = self.inventory.identities.iter().flat_map(said).collect();
        let known = known.iter().map(String::as_str).filter(|name| !name.is_empty());
        let near = nearest_few(typed, known, NEAR);
        let all = "`trueup identities` lists them all; name one by its id, its name, or how they begin";
        match near.as_slice() {
            [] => all.to_owned(),
            near => format!("did you mean `{}`? {all}", near.join("`, `")),
        }
    }

    fn places(&self, typed: &str, fits: Fits) -> Vec<IdentityAt> {
        let typed = typed.trim();
        let identities = self.inventory.identities.iter().enumerate();
        identities
            .filter(|(_, identity)| !typed.is_empty() && fits(identity, typed))
            .map(|(at, _)| at)
            .collect()
    }

    fn several(&self, typed: &str, places: &[IdentityAt]) -> Error {
        let named = places.iter().take(NAMED).filter_map(|at| self.row(*at));
        let mut lines: Vec<String> = named.map(|row| candidate(row.id, row.name)).collect();
        if places.len() > NAMED {
            lines.push(format!("and {} more", places.len() - NAMED));
        }
        Error::Unknown {
            what: format!("`{typed}` may mean {} identities", places.len()),
            help: format!("name one by its id:\n{}", lines.join("\n")),
        }
    }
}

/// An id, and the name where the id does not end with it.
fn candidate(id: &str, name: &str) -> String {
    if name.is_empty() || id.ends_with(name) { id.to_owned() } else { format!("{id} ({name})") }
}

/// Everything that is meant to tell an identity from others.
fn keys(identity: &Identity) -> impl Iterator<Item = &str> {
    let accounts = identity.accounts.iter().map(|account| account.id.as_str());
    std::iter::once(identity.id.as_str()).chain(accounts).chain(identity.aliases.iter().map(String::as_str))
}

fn is_key(identity: &Identity, typed: &str) -> bool {
    keys(identity).any(|key| key == typed)
}

fn is_name(identity: &Identity, typed: &str) -> bool {
    identity.name == typed || shorts_of(identity).any(|short| short == typed)
}

fn is_name_in_other_letters(identity: &Identity, typed: &str) -> bool {
    let typed = typed.to_lowercase();
    let is_same = |text: &str| text.to_lowercase() == typed;
    is_same(&identity.name) || keys(identity).any(is_same) || shorts_of(identity).any(|it| is_same(&it))
}

fn begins(identity: &Identity, typed: &str) -> bool {
    let typed = typed.to_lowercase();
    let begins = |text: &str| text.to_lowercase().starts_with(&typed);
    begins(&identity.name) || keys(identity).any(begins) || shorts_of(identity).any(|it| begins(&it))
}

fn shorts_of(identity: &Identity) -> impl Iterator<Item = String> {
    keys(identity).flat_map(shorts)
}

/// What people say for an ARN: `role/team/x`, `role/x`, `x`; nothing for other ids.
fn shorts(key: &str) -> impl Iterator<Item = String> + use<> {
    let rest = key.strip_prefix("arn:").and_then(|rest| rest.splitn(5, ':').nth(4));
    let said = rest.map(|rest| {
        let name = rest.rsplit(['/', ':']).next().unwrap_or(rest);
        let kind = rest.split(['/', ':']).next().unwrap_or(rest);
        [rest.to_owned(), format!("{kind}/{name}"), name.to_owned()]
    });
    said.into_iter().flatten()
}
