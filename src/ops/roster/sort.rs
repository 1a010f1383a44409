//! The orders of a list of identities: one table for the command line, its help and the screens.

use std::cmp::Ordering;

use super::RosterRow;
use crate::model::merged::IdentityAt;
use crate::model::privilege::Privilege;

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

    /// The word that people write.
    pub fn id(self) -> &'static str {
        match self {
            Self::Score => "score",
            Self::Excess => "excess",
            Self::Power => "power",
            Self::Coverage => "coverage",
            Self::Reach => "reach",
            Self::Paths => "paths",
            Self::Name => "name",
            Self::Class => "class",
            Self::Owner => "owner",
        }
    }

    /// The word that people read.
    pub fn word(self) -> &'static str {
        match self {
            Self::Reach => "way to tier 0",
            _ => self.id(),
        }
    }

    /// What stands first, in words.
    pub fn first(self) -> &'static str {
        match self {
            Self::Score => "the highest first",
            Self::Excess | Self::Power | Self::Paths => "the most first",
            Self::Coverage => "the least known first",
            Self::Reach => "tier 0 held outright first",
            Self::Name | Self::Owner => "by letters",
            Self::Class => "people, machines, AI agents",
        }
    }

    /// Reads what people write.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.id().eq_ignore_ascii_case(text.trim()))
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

/// All places in one order; those whose figure is not known from `unknown` on.
pub(super) struct Order {
    places: Vec<IdentityAt>,
    unknown: usize,
}

impl Order {
    /// Equal figures stand by score, then by name, then as the inventory lists them.
    pub(super) fn new(sort: Sort, rows: &[RosterRow<'_>], names: &[String]) -> Self {
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

    /// The places, those that are known the other way round where that is asked for.
    pub(super) fn walk(&self, is_reversed: bool) -> impl Iterator<Item = IdentityAt> {
        let (known, unknown) = self.places.split_at(self.unknown.min(self.places.len()));
        let (forward, backward) = if is_reversed { (&known[..0], known) } else { (known, &known[..0]) };
        forward.iter().chain(backward.iter().rev()).chain(unknown).copied()
    }
}
