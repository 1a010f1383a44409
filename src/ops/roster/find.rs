//! Who is meant by what somebody typed: an id, an ARN, a name, or how one of them begins.

use super::Roster;
use crate::model::merged::{Identity, IdentityAt};
use crate::model::near::nearest_few;
use crate::ops::Error;

/// How many candidates are named.
const NAMED: usize = 8;
/// How many near names are offered.
const NEAR: usize = 3;

/// Whether an identity is meant, and in which way: the surest way that fits anybody counts.
type Fits = fn(&Identity, &str) -> bool;

/// From the surest to the least sure; what is typed comes in small letters too.
const WAYS: [Fits; 3] = [is_key, is_name, begins];

impl Roster {
    /// The identity that is meant; a sentence with candidates where several or none are.
    pub fn find(&self, typed: &str) -> Result<IdentityAt, Error> {
        let places = WAYS.iter().map(|fits| self.places(typed, *fits)).find(|places| !places.is_empty());
        match places.as_deref() {
            Some([at]) => Ok(*at),
            Some(several) => Err(self.several(typed, several)),
            None => Err(Error::Unknown {
                what: format!("there is no identity `{typed}`"),
                help: self.near(typed),
            }),
        }
    }

    /// The identity of exactly this id, ARN or name, where there is one.
    pub fn named(&self, typed: &str) -> Option<IdentityAt> {
        WAYS.iter().take(2).flat_map(|fits| self.places(typed, *fits)).next()
    }

    /// Near ids and names, as a remedy.
    pub fn near(&self, typed: &str) -> String {
        let known = self.inventory.identities.iter().flat_map(|identity| {
            [identity.name.as_str(), short(&identity.id)].into_iter().filter(|name| !name.is_empty())
        });
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
        let mut lines: Vec<String> = named.map(|row| format!("{} ({})", row.id, row.name)).collect();
        if places.len() > NAMED {
            lines.push(format!("and {} more", places.len() - NAMED));
        }
        Error::Unknown {
            what: format!("`{typed}` may mean {} identities", places.len()),
            help: format!("name one by its id:\n{}", lines.join("\n")),
        }
    }
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
    let is_same = |text: &str| text.to_lowercase() == typed.to_lowercase();
    is_same(&identity.name) || keys(identity).any(|key| is_same(key) || is_same(short(key)))
}

fn begins(identity: &Identity, typed: &str) -> bool {
    let begins = |text: &str| text.to_lowercase().starts_with(&typed.to_lowercase());
    begins(&identity.name) || keys(identity).any(|key| begins(key) || begins(short(key)))
}

/// The last part of an ARN, which people say; other ids as they are.
fn short(key: &str) -> &str {
    if key.starts_with("arn:") { key.rsplit(['/', ':']).next().unwrap_or(key) } else { key }
}
