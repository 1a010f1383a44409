//! What somebody holds, small enough to be counted over thousands of people: for every service a bit for each level
//! of access and scope.

use std::cmp::Reverse;

use super::super::right::{Right, ServiceAt};
use super::super::score::{Cell, FULL, Scale};
use super::super::services::Line;
use crate::model::privilege::{Access, Prior, Scope, Use};

/// A set of (access, scope): what some right covers, by being as strong and as wide or more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reached(u32);

impl Reached {
    /// How many pairs of access and scope there are.
    pub const PAIRS: usize = Access::ALL.len() * Scope::ALL.len();
    /// What an administrator of a whole tenant covers: everything.
    pub const ALL: Self = Self((1 << Self::PAIRS) - 1);

    /// What a right of this access and scope covers.
    pub fn by(access: Access, scope: Scope) -> Self {
        let weaker = Access::ALL.into_iter().filter(|one| *one <= access);
        let pairs = weaker.flat_map(|access| Scope::ALL.map(|scope| (access, scope)));
        let covered = pairs.filter(|(_, narrower)| *narrower <= scope);
        Self(covered.fold(0, |set, (access, scope)| set | 1 << Self::place(access, scope)))
    }

    fn place(access: Access, scope: Scope) -> usize {
        access as usize * Scope::ALL.len() + scope as usize
    }

    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether a right of this access and scope is covered.
    pub fn has(self, access: Access, scope: Scope) -> bool {
        self.0 & 1 << Self::place(access, scope) != 0
    }

    /// Whether nothing is covered.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The pairs, as places below [`Self::PAIRS`].
    pub fn places(self) -> impl Iterator<Item = usize> {
        (0..Self::PAIRS).filter(move |place| self.0 & 1 << place != 0)
    }

    /// The set of some places.
    pub fn of_places(places: impl Iterator<Item = usize>) -> Self {
        Self(places.fold(0, |set, place| set | 1 << place))
    }
}

/// How somebody comes to a right, as far as that decides what it covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sort {
    /// It was granted and is understood.
    Granted,
    /// It was granted under a name, by its number, that nothing explains: nobody knows what that covers besides itself.
    Named(u32),
    /// Nobody granted it: it is a way to more privilege, or a right of somebody whom its holder can become. Such a
    /// right of people excuses only the like of an agent.
    Derived,
}

/// A service and how somebody comes to rights in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    pub service: ServiceAt,
    pub sort: Sort,
}

impl Spot {
    /// Where a right belongs.
    pub fn of(right: &Right) -> Self {
        let sort = match right {
            _ if right.is_opaque() => Sort::Named(right.key.action),
            _ if right.actions == 0 => Sort::Derived,
            _ => Sort::Granted,
        };
        Self { service: right.key.service, sort }
    }

    /// The spots that count for it too where somebody holds them; of those with `true`, only full control does.
    pub fn above(self, lines: &[Line]) -> impl Iterator<Item = (Self, bool)> {
        let line = lines.get(self.service.0 as usize);
        let is_named = matches!(self.sort, Sort::Named(_));
        let at = |sort| move |service| (Self { service, sort }, is_named);
        let own = (self.sort != Sort::Granted).then_some(self.service).map(at(Sort::Granted));
        let above = line.map_or(&[][..], |line| &line.above).iter().copied();
        let derived = above.clone().filter(move |_| self.sort == Sort::Derived).map(at(Sort::Derived));
        let whole =
            line.and_then(|line| line.whole).map(|service| (Self { service, sort: Sort::Granted }, true));
        own.into_iter().chain(above.map(at(Sort::Granted))).chain(derived).chain(whole)
    }
}

/// What a right of somebody needs of others to be covered, and gives them to cover.
pub fn pair(right: &Right) -> (Access, Scope) {
    (if right.is_opaque() { Access::Admin } else { right.access }, right.scope)
}

/// The mass of rights as if none of them were used. Each counts by itself, so that one more never lowers it.
pub fn mass<'r>(scale: &Scale<'_>, rights: impl Iterator<Item = &'r Right>) -> f64 {
    let mut cells: Vec<Cell> = rights.map(|right| scale.cell(right)).collect();
    cells.sort_unstable_by_key(|cell| (cell.band, cell.service, Reverse(cell.exposures[FULL])));
    cells.dedup_by_key(|cell| (cell.band, cell.service));
    // The sum of nothing is -0, which would be shown with its sign.
    scale.excess(&cells, FULL) + 0.0
}

/// What one person holds that counts.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Held {
    /// By spot, sorted: what is held, and what of it is known to be used.
    pub spots: Vec<(Spot, [Reached; 2])>,
    /// P of what counts.
    pub power: f64,
    /// Whether use is known of any right.
    pub is_use_told: bool,
}

impl Held {
    /// Sums up a person's rights. What is known to be left unused does not count; what may be used does.
    pub fn of(rights: &[Right], scale: &Scale<'_>) -> Self {
        let is_used = |right: &Right| is_used(right.usage, scale.weights.idle_days);
        let mut spots: Vec<(Spot, [Reached; 2])> = rights
            .iter()
            .filter_map(|right| {
                let is_known = is_used(right)?;
                let (access, scope) = pair(right);
                let covered = Reached::by(access, scope);
                Some((Spot::of(right), [covered, if is_known { covered } else { Reached::default() }]))
            })
            .collect();
        spots.sort_unstable_by_key(|(spot, _)| *spot);
        spots.dedup_by(|(next, [more, more_used]), (spot, [held, used])| {
            let is_same = next == spot;
            if is_same {
                (*held, *used) = (held.and(*more), used.and(*more_used));
            }
            is_same
        });
        Self {
            spots,
            power: mass(scale, rights.iter().filter(|right| is_used(right).is_some())),
            is_use_told: rights.iter().any(|right| !matches!(right.usage, Use::Unknown(_))),
        }
    }
}

/// Whether a right is known to be used; `None` when it is left unused long enough to count as not needed.
fn is_used(usage: Use, idle_days: u32) -> Option<bool> {
    match usage {
        Use::Used { days } => (days <= idle_days).then_some(true),
        Use::Unused { days } => (days < idle_days).then_some(false),
        Use::Unknown(Prior::Dormant) => None,
        Use::Unknown(_) => Some(false),
    }
}
