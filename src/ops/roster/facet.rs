//! The kinds of identities that a list can be narrowed to: one table for the command line, its help and the screens.

use jiff::SignedDuration;

use super::{Roster, RosterRow};
use crate::model::inventory::{Class, Fact};
use crate::model::merged::{Inventory, Presence};
use crate::model::privilege::{Bucket, Peer, Privilege, Reach};

/// Without a sign of life for this long, an identity is dormant.
const IDLE: SignedDuration = SignedDuration::from_hours(90 * 24);

/// What a facet is about. Facets of one group add up; those of different groups must all hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    Class,
    Bucket,
    Reach,
    Peer,
    State,
}

impl Group {
    /// All groups, in the order in which they are shown.
    pub const ALL: [Self; 5] = [Self::Class, Self::Bucket, Self::Reach, Self::Peer, Self::State];

    /// The word that people read and write.
    pub fn id(self) -> &'static str {
        match self {
            Self::Class => "class",
            Self::Bucket => "bucket",
            Self::Reach => "reach",
            Self::Peer => "peer",
            Self::State => "state",
        }
    }

    /// What the group narrows a list to, as the beginning of a sentence.
    pub fn title(self) -> &'static str {
        match self {
            Self::Class => "Only this class",
            Self::Bucket => "Only scores of this bucket",
            Self::Reach => "Only those that come to tier 0 in this way",
            Self::Peer => "Only agents that compare like this with people in the same job",
            Self::State => "Only those of which this is known",
        }
    }

    /// Its facets, in order.
    pub fn facets(self) -> impl Iterator<Item = &'static Facet> {
        FACETS.iter().filter(move |facet| facet.group == self)
    }

    /// The facet of the group that people write so.
    pub fn facet(self, id: &str) -> Option<&'static Facet> {
        self.facets().find(|facet| facet.id.eq_ignore_ascii_case(id.trim()))
    }
}

/// One kind of identities.
pub struct Facet {
    pub group: Group,
    /// What people write, such as `human`.
    pub id: &'static str,
    /// What people read.
    pub title: &'static str,
    /// Whether an identity is of this kind.
    pub holds: fn(&Roster, &RosterRow<'_>) -> bool,
}

/// Every facet, in the order in which they are shown.
pub static FACETS: &[Facet] = &[
    facet(Group::Class, "human", "people", |_, row| row.class == Some(Class::Human)),
    facet(Group::Class, "machine", "machines", |_, row| row.class == Some(Class::Machine)),
    facet(Group::Class, "ai", "AI agents", |_, row| row.class == Some(Class::Ai)),
    facet(Group::Class, "none", "no class", |_, row| row.class.is_none()),
    facet(Group::Bucket, "high", "high", |_, row| row.bucket == Some(Bucket::High)),
    facet(Group::Bucket, "medium", "medium", |_, row| row.bucket == Some(Bucket::Medium)),
    facet(Group::Bucket, "low", "low", |_, row| row.bucket == Some(Bucket::Low)),
    facet(Group::Bucket, "unknown", "score unknown", |_, row| row.bucket.is_none()),
    facet(Group::Reach, "control", "any way to tier 0", |_, row| {
        row.privilege.is_some_and(|privilege| privilege.reach.is_control())
    }),
    facet(Group::Reach, "holds", "tier 0 held outright", |_, row| reaches(row, Reach::Holds)),
    facet(Group::Reach, "path", "tier 0 by a path", |_, row| reaches(row, Reach::Path)),
    facet(Group::Reach, "chain", "tier 0 by a chain", |_, row| reaches(row, Reach::Chain)),
    facet(Group::Reach, "none", "no way to tier 0 known", |_, row| reaches(row, Reach::None)),
    facet(Group::Reach, "unknown", "way to tier 0 unknown", |_, row| {
        row.privilege.is_none_or(|privilege| privilege.reach == Reach::Unknown)
    }),
    facet(Group::Peer, "above", "more than peers", |_, row| {
        matches!(peer(row), Peer::More { .. } | Peer::SignificantlyMore { .. })
    }),
    facet(Group::Peer, "significantly-more", "significantly more than peers", |_, row| {
        matches!(peer(row), Peer::SignificantlyMore { .. })
    }),
    facet(Group::Peer, "more", "somewhat more than peers", |_, row| matches!(peer(row), Peer::More { .. })),
    facet(Group::Peer, "same", "the same as peers", |_, row| matches!(peer(row), Peer::Same { .. })),
    facet(Group::Peer, "less", "less than peers", |_, row| matches!(peer(row), Peer::Less { .. })),
    facet(Group::Peer, "unknown", "agents not compared", |_, row| {
        row.class == Some(Class::Ai) && matches!(peer(row), Peer::NoPeer | Peer::NotCompared)
    }),
    facet(Group::State, "unowned", "no owner known", |_, row| {
        row.owner.is_none() && row.class != Some(Class::Human)
    }),
    facet(Group::State, "dormant", "dormant for 90 days", is_dormant),
    facet(Group::State, "structural", "structural estimate", |_, row| {
        row.privilege.is_some_and(Privilege::is_structural)
    }),
    facet(Group::State, "opaque", "grants that nothing explains", |_, row| {
        row.privilege.is_some_and(|privilege| privilege.opaque > 0)
    }),
];

/// Facets are kept as bits.
const _: () = assert!(FACETS.len() <= u32::BITS as usize);

const fn facet(
    group: Group,
    id: &'static str,
    title: &'static str,
    holds: fn(&Roster, &RosterRow<'_>) -> bool,
) -> Facet {
    Facet { group, id, title, holds }
}

impl PartialEq for Facet {
    fn eq(&self, other: &Self) -> bool {
        (self.group, self.id) == (other.group, other.id)
    }
}

impl Eq for Facet {}

impl std::fmt::Debug for Facet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.group.id(), self.id)
    }
}

fn reaches(row: &RosterRow<'_>, reach: Reach) -> bool {
    row.privilege.is_some_and(|privilege| privilege.reach == reach)
}

fn peer(row: &RosterRow<'_>) -> Peer {
    row.privilege.map_or(Peer::NotCompared, |privilege| privilege.peer)
}

/// Whether every account tells of its last sign of life, and all are old: not knowing is not dormancy.
fn is_dormant(roster: &Roster, row: &RosterRow<'_>) -> bool {
    let inventory = &roster.inventory;
    let Some(identity) = inventory.identities.get(row.at) else { return false };
    !identity.accounts.is_empty() && identity.accounts.iter().all(|account| is_old(inventory, account))
}

/// Whether an account was not seen for 90 days, or never although it is as old as that.
fn is_old(inventory: &Inventory, account: &Presence) -> bool {
    let since = match (&account.last_seen, &account.created) {
        (Fact::Known(seen), _) => seen,
        (Fact::Absent, Fact::Known(created)) => created,
        _ => return false,
    };
    inventory.taken.is_some_and(|taken| taken.duration_since(*since) >= IDLE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_facet_is_found_by_what_people_write_and_only_once() {
        for facet in FACETS {
            assert_eq!(facet.group.facet(&facet.id.to_uppercase()), Some(facet));
            let twins = FACETS.iter().filter(|other| *other == facet).count();
            assert_eq!(twins, 1, "{facet:?}");
        }
        assert_eq!(Group::ALL.iter().flat_map(|group| group.facets()).count(), FACETS.len());
        assert_eq!(Group::Class.facet("humen"), None);
    }
}
