//! Everybody, prepared for looking: words in small letters and every order, made once and away from the screen,
//! so that a key costs the same with 100,000 rows as with 30.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use crate::model::inventory::Class;
use crate::model::merged::{Identity, IdentityAt};
use crate::model::privilege::{Bucket, Privilege, Weights};
use crate::model::{AssessmentId, PullId, SourceId};
use crate::ops::{Roster, RosterRow};

/// What a listing was read from; another pull makes other evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    pub assessment: AssessmentId,
    pub pulls: BTreeSet<PullId>,
}

/// Everybody of one assessment, ready to be narrowed and ordered.
pub struct Listing {
    pub of: Evidence,
    pub roster: Roster,
    buckets: Vec<Option<Bucket>>,
    /// The words of all identities in small letters, one after the other.
    words: String,
    /// Where the words of each identity end.
    ends: Vec<usize>,
    /// In the order of [`Sort::ALL`].
    orders: Vec<Order>,
}

/// What the rows are ordered by. Those whose figure is not known stand last in either direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// The highest first.
    #[default]
    Score,
    /// The most first.
    Excess,
    /// The most first.
    Power,
    /// The least known first.
    Coverage,
    /// The nearest to control of everything first.
    Reach,
    /// The most first.
    Paths,
    Name,
    Class,
    Owner,
}

/// What is shown; the default shows everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pick {
    /// `Some(None)`: those without a class.
    pub class: Option<Option<Class>>,
    /// `Some(None)`: those whose score is not known.
    pub bucket: Option<Option<Bucket>>,
    pub sort: Sort,
    pub is_reversed: bool,
}

/// All places in one order; those whose figure is not known from `unknown` on.
struct Order {
    places: Vec<IdentityAt>,
    unknown: usize,
}

impl Listing {
    /// Prepares a roster; takes about a second for 100,000 identities, so it belongs into a job.
    pub fn new(of: Evidence, roster: Roster, weights: &Weights) -> Self {
        let rows: Vec<RosterRow<'_>> = roster.rows().collect();
        let bucket = |privilege: &Privilege| weights.bucket(privilege.score.point);
        let buckets = rows.iter().map(|row| row.privilege.map(bucket)).collect();
        let names: Vec<String> = rows.iter().map(|row| row.name.to_lowercase()).collect();
        let orders = Sort::ALL.iter().map(|sort| Order::new(*sort, &rows, &names)).collect();
        let (words, ends) = searched(&roster.inventory.identities);
        Self { of, roster, buckets, words, ends, orders }
    }

    /// Everybody who is picked, in order.
    pub fn picked(&self, pick: Pick) -> Vec<IdentityAt> {
        let Some(order) = self.orders.get(pick.sort as usize) else { return vec![] };
        order.walk(pick.is_reversed).filter(|at| self.admits(pick, *at)).collect()
    }

    /// Those of `places` of whom all the words are known, in any case; in the same order.
    pub fn narrowed(&self, places: &[IdentityAt], text: &str) -> Vec<IdentityAt> {
        let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
        let has_all = |at: &IdentityAt| {
            let own = self.words_of(*at);
            words.iter().all(|word| own.contains(word.as_str()))
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

    fn admits(&self, pick: Pick, at: IdentityAt) -> bool {
        let class = |at| {
            let identity: Option<&Identity> = self.roster.inventory.identities.get(at);
            identity.and_then(|identity| identity.class().known().copied())
        };
        pick.bucket.is_none_or(|bucket| self.bucket(at) == bucket)
            && pick.class.is_none_or(|wanted| class(at) == wanted)
    }

    fn words_of(&self, at: IdentityAt) -> &str {
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.ends.get(at).and_then(|end| self.words.get(start..*end)).unwrap_or_default()
    }
}

impl std::fmt::Debug for Listing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} identities of {:?}", self.ends.len(), self.of)
    }
}

/// Everything by which an identity may be looked for, in small letters, and where each one's ends.
fn searched(identities: &[Identity]) -> (String, Vec<usize>) {
    let mut words = String::new();
    let mut ends = Vec::with_capacity(identities.len());
    for identity in identities {
        let accounts = identity.accounts.iter().map(|account| account.id.as_str());
        let told = [identity.owner.known(), identity.job.known()].into_iter().flatten();
        let told = told.chain(&identity.aliases).map(String::as_str);
        let own = [identity.name.as_str(), identity.id.as_str()].into_iter();
        for part in own.chain(accounts.filter(|id| *id != identity.id)).chain(told) {
            words.push_str(&part.to_lowercase());
            // No word that is typed holds a line break, so none is found across two parts.
            words.push('\n');
        }
        ends.push(words.len());
    }
    (words, ends)
}

impl Sort {
    /// All nine, in the order in which they are offered.
    pub const ALL: [Self; 9] = [
        Self::Score,
        Self::Excess,
        Self::Power,
        Self::Coverage,
        Self::Reach,
        Self::Paths,
        Self::Name,
        Self::Class,
        Self::Owner,
    ];

    /// The word that people read.
    pub fn word(self) -> &'static str {
        match self {
            Self::Score => "score",
            Self::Excess => "excess",
            Self::Power => "power",
            Self::Coverage => "coverage",
            Self::Reach => "way to tier 0",
            Self::Paths => "paths",
            Self::Name => "name",
            Self::Class => "class",
            Self::Owner => "owner",
        }
    }

    fn is_known(self, row: &RosterRow<'_>) -> bool {
        match self {
            Self::Name => true,
            Self::Class => row.class.is_some(),
            Self::Owner => row.owner.is_some(),
            Self::Paths => row.privilege.is_some_and(|own| own.paths.is_some()),
            _ => row.privilege.is_some(),
        }
    }

    fn compare(self, one: &RosterRow<'_>, other: &RosterRow<'_>) -> Ordering {
        match self {
            Self::Score => most(one, other, |own| own.score.point),
            Self::Excess => most(one, other, |own| own.excess.point),
            Self::Power => most(one, other, |own| own.power),
            Self::Coverage => most(other, one, |own| own.coverage),
            Self::Reach => other.privilege.map(|own| own.reach).cmp(&one.privilege.map(|own| own.reach)),
            Self::Paths => most(one, other, |own| own.paths.map_or(-1.0, f64::from)),
            Self::Class => one.class.cmp(&other.class),
            Self::Owner => one.owner.cmp(&other.owner),
            Self::Name => Ordering::Equal,
        }
    }
}

fn most(one: &RosterRow<'_>, other: &RosterRow<'_>, figure: fn(&Privilege) -> f64) -> Ordering {
    let figure = |row: &RosterRow<'_>| row.privilege.map_or(-1.0, figure);
    figure(other).total_cmp(&figure(one))
}

impl Order {
    /// Equal figures stand by score, then by name, then as the inventory lists them.
    fn new(sort: Sort, rows: &[RosterRow<'_>], names: &[String]) -> Self {
        let mut sorted: Vec<(&RosterRow<'_>, &String)> = rows.iter().zip(names).collect();
        sorted.sort_by(|(one, name), (other, other_name)| {
            let by_score = if sort == Sort::Name { Ordering::Equal } else { Sort::Score.compare(one, other) };
            sort.is_known(other)
                .cmp(&sort.is_known(one))
                .then_with(|| sort.compare(one, other))
                .then(by_score)
                .then_with(|| name.cmp(other_name))
                .then_with(|| one.at.cmp(&other.at))
        });
        let unknown = sorted.partition_point(|(row, _)| sort.is_known(row));
        Self { places: sorted.into_iter().map(|(row, _)| row.at).collect(), unknown }
    }

    fn walk(&self, is_reversed: bool) -> impl Iterator<Item = IdentityAt> {
        let (known, unknown) = self.places.split_at(self.unknown.min(self.places.len()));
        let (forward, backward) = if is_reversed { (&known[..0], known) } else { (known, &known[..0]) };
        forward.iter().chain(backward.iter().rev()).chain(unknown).copied()
    }
}
