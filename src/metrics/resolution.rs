//! Who may be the same, and how the counts would move: what the rule `identity.same/1` leaves to people.
//!
//! Names are too weak to join by, but good enough to ask. A doubt is shown and never counted, until a person decides.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::model::inventory::Class;
use crate::model::merged::{Identity, IdentityAt, Inventory};
use crate::model::resolution::Pair;

/// As many identities may share a name or a login before it says nothing about who is the same.
const COMMON: usize = 4;

/// Why two accounts are in doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sign {
    /// Two identities are called by one sign-in name in different systems.
    Login,
    /// Two identities have one full name in different systems.
    Name,
    /// One identity joins accounts that different classes are written down for.
    Classes,
    /// One identity joins several accounts of one system, such as by a mailbox that is shared.
    Twice,
}

impl Sign {
    /// The rule's name and version, such as `doubt.name/1`.
    pub fn rule(self) -> &'static str {
        match self {
            Self::Login => "doubt.login/1",
            Self::Name => "doubt.name/1",
            Self::Classes => "doubt.classes/1",
            Self::Twice => "doubt.twice/1",
        }
    }

    /// Whether the accounts are one identity as things stand.
    pub fn is_joined(self) -> bool {
        matches!(self, Self::Classes | Self::Twice)
    }
}

/// Two accounts that may, or may not, belong to one identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    pub sign: Sign,
    pub pair: Pair,
    /// The identities of both, in the pair's order; the same place twice where they are joined.
    pub places: (IdentityAt, IdentityAt),
    /// What speaks for it: the name, the login, the keys that are shared.
    pub because: String,
}

/// Everything about which a person has not decided yet, the strongest signs first.
pub fn doubts(inventory: &Inventory) -> Vec<Doubt> {
    let mut found: BTreeMap<Pair, Doubt> = BTreeMap::new();
    let mut keep = |doubt: Option<Doubt>| {
        if let Some(doubt) = doubt.filter(|doubt| !inventory.rulings.contains_key(&doubt.pair)) {
            let kept = found.entry(doubt.pair.clone()).or_insert_with(|| doubt.clone());
            if doubt.sign < kept.sign {
                *kept = doubt;
            }
        }
    };
    for (sign, words) in [(Sign::Login, logins as fn(&Identity) -> BTreeSet<String>), (Sign::Name, names)] {
        for (word, places) in alike(inventory, words) {
            for (place, other) in pairs(&places) {
                keep(apart(inventory, sign, (place, other), &word));
            }
        }
    }
    for (place, identity) in inventory.identities.iter().enumerate() {
        keep(joined(identity, place));
    }
    let mut all: Vec<Doubt> = found.into_values().collect();
    all.sort_by(|one, other| (one.sign, &one.pair).cmp(&(other.sign, &other.pair)));
    all
}

/// Identities that share a word, where few do.
fn alike(
    inventory: &Inventory,
    words: fn(&Identity) -> BTreeSet<String>,
) -> impl Iterator<Item = (String, Vec<IdentityAt>)> {
    let mut by_word: HashMap<String, Vec<IdentityAt>> = HashMap::new();
    for (place, identity) in inventory.identities.iter().enumerate() {
        for word in words(identity) {
            by_word.entry(word).or_default().push(place);
        }
    }
    let mut alike: Vec<_> =
        by_word.into_iter().filter(|(_, places)| (2..=COMMON).contains(&places.len())).collect();
    alike.sort();
    alike.into_iter()
}

fn pairs(places: &[IdentityAt]) -> impl Iterator<Item = (IdentityAt, IdentityAt)> {
    let rest = |at: usize| places.get(at + 1..).unwrap_or_default();
    places.iter().enumerate().flat_map(move |(at, one)| rest(at).iter().map(move |other| (*one, *other)))
}

/// A doubt about two identities, when no system lists both: inside one system, two ids are two accounts on purpose.
fn apart(
    inventory: &Inventory,
    sign: Sign,
    (place, other): (IdentityAt, IdentityAt),
    word: &str,
) -> Option<Doubt> {
    let (left, right) = (inventory.identities.get(place)?, inventory.identities.get(other)?);
    let systems = |identity: &Identity| {
        identity.accounts.iter().map(|account| account.system.clone()).collect::<BTreeSet<_>>()
    };
    let classes = (left.class().known().copied(), right.class().known().copied());
    let is_other_class = matches!(classes, (Some(one), Some(other)) if one != other);
    if is_other_class || !systems(left).is_disjoint(&systems(right)) {
        return None;
    }
    let because = match sign {
        Sign::Login => format!("both sign in as {word}"),
        _ => format!("both are called {}", left.name),
    };
    let own = left.accounts.first()?.named();
    let pair = Pair::new(own.clone(), right.accounts.first()?.named())?;
    let places = if pair.one == own { (place, other) } else { (other, place) };
    Some(Doubt { sign, pair, places, because })
}

/// A doubt about an identity that keys have joined.
fn joined(identity: &Identity, place: IdentityAt) -> Option<Doubt> {
    if identity.shared.is_empty() {
        return None;
    }
    let mut last = BTreeMap::new();
    let twice = identity.accounts.iter().find_map(|account| {
        let system = account.system.as_ref()?;
        last.insert(system, account).map(|before| (before, account))
    });
    let (sign, one, other) = match (&identity.disputed, twice) {
        (disputed, _) if disputed.len() > 1 && identity.accounts.len() > 1 => {
            (Sign::Classes, identity.accounts.first()?, identity.accounts.last()?)
        }
        (_, Some((one, other))) => (Sign::Twice, one, other),
        _ => return None,
    };
    let keys = identity.shared.iter().take(3).cloned().collect::<Vec<_>>().join(", ");
    let pair = Pair::new(one.named(), other.named())?;
    Some(Doubt { sign, pair, places: (place, place), because: format!("joined because both have {keys}") })
}

/// A full name that may mean somebody: two words at least, of people or of those without a class.
fn names(identity: &Identity) -> BTreeSet<String> {
    let is_person = matches!(identity.class().known(), None | Some(Class::Human));
    let name = identity.name.to_lowercase();
    let words: Vec<&str> = name.split_whitespace().filter(|word| word.chars().count() > 1).collect();
    let is_full = is_person && words.len() > 1 && !name.contains(['@', '/', '\\', ':']);
    is_full.then(|| words.join(" ")).into_iter().collect()
}

/// What an identity may sign in with, without the domain: of `CORP\ana`, `ana@corp.example` and a user's ARN, `ana`.
fn logins(identity: &Identity) -> BTreeSet<String> {
    let accounts = identity.accounts.iter().map(|account| account.id.as_str());
    let keys = accounts.chain(identity.aliases.iter().map(String::as_str)).chain([identity.name.as_str()]);
    keys.filter_map(login).collect()
}

fn login(key: &str) -> Option<String> {
    let key = key.trim();
    let own = match key.strip_prefix("arn:") {
        Some(arn) => arn.split_once(":user/")?.1.rsplit('/').next()?,
        None => key.rsplit('\\').next()?,
    };
    let own = own.split('@').next()?;
    let is_word = own.chars().all(|c| c.is_alphanumeric() || "._-".contains(c));
    // Short words, numbers and generated ids are no names of anybody.
    let digits = own.chars().filter(char::is_ascii_digit).count();
    let says_something = own.chars().count() >= 3 && own.len() <= 32 && digits * 2 < own.len();
    (is_word && says_something).then(|| own.to_lowercase())
}
