//! Everybody, prepared for looking: words in small letters and every order, each made once, so that a key on the
//! screens costs the same with 100,000 rows as with 30.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use memchr::memmem::Finder;

use super::facet::{FACETS, Facet, Group};
use super::sort::{Order, Sort};
use super::{Roster, RosterRow};
use crate::model::SourceId;
use crate::model::merged::{Identity, IdentityAt, Inventory};
use crate::model::privilege::Bucket;

/// What a list is narrowed to; the default admits everybody.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Facets of one group add up; those of different groups must all hold.
    pub facets: Vec<&'static Facet>,
    /// The beginning of a system's id or of a connector's, such as `aws:1111` or `register`; empty: all.
    pub source: String,
    /// Words that all stand in the name, an id, an alias, the owner or the job; in any case.
    pub text: String,
}

/// Everybody of a roster, ready to be narrowed and ordered.
pub struct Listing {
    pub roster: Roster,
    buckets: Vec<Option<Bucket>>,
    /// Which facets hold of each, as the bits of their places in the table.
    kinds: OnceLock<Vec<u32>>,
    words: OnceLock<Words>,
    /// In the order of [`Sort::ALL`].
    orders: [OnceLock<Order>; Sort::ALL.len()],
}

/// The words of all identities in small letters, one after the other, and where those of each end.
struct Words {
    text: String,
    ends: Vec<usize>,
}

impl Listing {
    /// Takes over a roster; words and orders are made when they are first asked for.
    pub fn new(roster: Roster) -> Self {
        let buckets = roster.rows().map(|row| row.bucket).collect();
        Self { roster, buckets, kinds: OnceLock::new(), words: OnceLock::new(), orders: Default::default() }
    }

    /// Makes words and all orders; takes about a second for 100,000 identities, so it belongs into a job.
    pub fn prepare(&self) {
        let rows: Vec<RosterRow<'_>> = self.roster.rows().collect();
        let names = names(&rows);
        for (sort, order) in Sort::ALL.into_iter().zip(&self.orders) {
            order.get_or_init(|| Order::new(sort, &rows, &names));
        }
        self.words();
        self.kinds();
    }

    /// Everybody whom a filter admits, in order.
    pub fn picked(&self, filter: &Filter, sort: Sort, is_reversed: bool) -> Vec<IdentityAt> {
        let Some(order) = self.orders.get(sort as usize) else { return vec![] };
        let order = order.get_or_init(|| {
            let rows: Vec<RosterRow<'_>> = self.roster.rows().collect();
            Order::new(sort, &rows, &names(&rows))
        });
        let asked: Vec<u32> =
            Group::ALL.into_iter().filter_map(|group| bits_of(group, &filter.facets)).collect();
        let kinds = if asked.is_empty() { &[][..] } else { self.kinds() };
        let sources = Sources::of(&self.roster.inventory, &filter.source);
        let is_admitted = |at: &IdentityAt| {
            let own = kinds.get(*at).copied().unwrap_or_default();
            asked.iter().all(|group| own & group != 0) && sources.admit(&self.roster.inventory, *at)
        };
        let picked: Vec<IdentityAt> = order.walk(is_reversed).filter(is_admitted).collect();
        if filter.text.trim().is_empty() { picked } else { self.narrowed(&picked, &filter.text) }
    }

    /// Those of `places` of whom all the words are known, in any case; in the same order.
    pub fn narrowed(&self, places: &[IdentityAt], text: &str) -> Vec<IdentityAt> {
        let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
        let known = self.words();
        // A search is prepared once for all identities: preparing it costs as much as ten of them.
        let finders: Vec<Finder<'_>> = words.iter().map(|word| Finder::new(word.as_bytes())).collect();
        let has_all = |at: &IdentityAt| {
            let own = known.place(*at).as_bytes();
            finders.iter().all(|finder| finder.find(own).is_some())
        };
        places.iter().copied().filter(has_all).collect()
    }

    /// The bucket of an identity's score; `None` where no source tells of rights.
    pub fn bucket(&self, at: IdentityAt) -> Option<Bucket> {
        self.buckets.get(at).copied().flatten()
    }

    /// The place of an identity by its id.
    pub fn place(&self, id: &str) -> Option<IdentityAt> {
        self.roster.inventory.identities.iter().position(|identity| identity.id == id)
    }

    /// The systems in which an identity has an account, each once; empty when only a register lists it.
    pub fn systems(&self, at: IdentityAt) -> BTreeSet<&str> {
        let accounts = self.roster.inventory.identities.get(at).map(|identity| identity.accounts.as_slice());
        let systems = accounts.unwrap_or_default().iter().filter_map(|account| account.system.as_ref());
        systems.map(SourceId::as_str).collect()
    }

    fn kinds(&self) -> &[u32] {
        self.kinds.get_or_init(|| {
            let bit = |at: usize, row: &RosterRow<'_>, facet: &Facet| {
                u32::from((facet.holds)(&self.roster, row)) << at
            };
            let all = |row: RosterRow<'_>| {
                FACETS.iter().enumerate().fold(0, |bits, (at, facet)| bits | bit(at, &row, facet))
            };
            self.roster.rows().map(all).collect()
        })
    }

    fn words(&self) -> &Words {
        self.words.get_or_init(|| Words::of(&self.roster.inventory.identities))
    }
}

impl std::fmt::Debug for Listing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} identities", self.buckets.len())
    }
}

/// The facets of a group that are asked for, as bits; `None` when none is.
fn bits_of(group: Group, asked: &[&'static Facet]) -> Option<u32> {
    let is_asked = |facet: &Facet| facet.group == group && asked.contains(&facet);
    let places = FACETS.iter().enumerate().filter(|(_, facet)| is_asked(facet)).map(|(at, _)| at);
    Some(places.fold(0, |bits, at| bits | 1 << at)).filter(|bits| *bits != 0)
}

/// The names in small letters.
fn names(rows: &[RosterRow<'_>]) -> Vec<String> {
    rows.iter().map(|row| row.name.to_lowercase()).collect()
}

impl Words {
    /// Everything by which an identity may be looked for.
    fn of(identities: &[Identity]) -> Self {
        let mut text = String::new();
        let mut ends = Vec::with_capacity(identities.len());
        for identity in identities {
            let accounts = identity.accounts.iter().map(|account| account.id.as_str());
            let told = [identity.owner.known(), identity.job.known()].into_iter().flatten();
            let told = told.chain(&identity.aliases).map(String::as_str);
            let own = [identity.name.as_str(), identity.id.as_str()].into_iter();
            for part in own.chain(accounts.filter(|id| *id != identity.id)).chain(told) {
                text.push_str(&part.to_lowercase());
                // No word that is typed holds a line break, so none is found across two parts.
                text.push('\n');
            }
            ends.push(text.len());
        }
        Self { text, ends }
    }

    fn place(&self, at: IdentityAt) -> &str {
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.ends.get(at).and_then(|end| self.text.get(start..*end)).unwrap_or_default()
    }
}

/// Which pulls and which systems the beginning of an id means.
struct Sources {
    begins: String,
    /// Places of pulls whose connector begins so.
    pulls: BTreeSet<usize>,
}

impl Sources {
    fn of(inventory: &Inventory, text: &str) -> Self {
        let begins = text.trim().to_lowercase();
        let pulls = inventory.sources.iter().enumerate();
        let pulls = pulls.filter(|(_, seen)| seen.connector.to_lowercase().starts_with(&begins));
        Self { pulls: pulls.map(|(at, _)| at).collect(), begins }
    }

    fn admit(&self, inventory: &Inventory, at: IdentityAt) -> bool {
        if self.begins.is_empty() {
            return true;
        }
        inventory.identities.get(at).is_some_and(|identity| {
            let mut systems = identity.accounts.iter().filter_map(|account| account.system.as_ref());
            systems.any(|system| system.as_str().to_lowercase().starts_with(&self.begins))
                || !self.pulls.is_disjoint(&identity.seen_by)
        })
    }
}
