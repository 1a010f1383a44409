//! From rights to power, excess and score, with the interval that unknown use leaves open. The formulas are those of
//! `docs/privilege.md`.
//!
//! Rights of one key are one right. Sums run over whole numbers (2^-40), so that neither the order of the rights nor
//! the numbers of services change a bit of the result.

use crate::model::privilege::{Access, Estimate, Tier, Use, Weights};

use super::factors::{self, Factors};
use super::right::{Right, ServiceAt};

/// What a set of rights amounts to.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Scored {
    /// S, 0 to below 100.
    pub score: Estimate,
    /// E, from 0 without end.
    pub excess: Estimate,
    /// P: the excess if nothing were used.
    pub power: f64,
    /// 0 to 1: the share of the weight whose use and tier are known; 1 when there are no rights.
    pub coverage: f64,
    /// How many actions it allows; derived rights have none.
    pub actions: u64,
    /// How many of them are known to be used in the window; `None` when no source tells of any.
    pub used_actions: Option<u64>,
    /// 0 to 1: the permanent share of the weight on tiers 0 and 1; `None` without weight there.
    pub standing: Option<f64>,
    /// Risk points: read 1, write 3, delete, move, deploy, permission change 9.
    pub points: u64,
    /// Of those, what is known to be used in the window, and what may be.
    pub used_points: (u64, u64),
    /// Whether any right can delete, move or change production data, configuration or permissions.
    pub is_high_risk: bool,
    /// Whether such a right is permanent.
    pub is_standing_high_risk: bool,
    /// Whether a right that changes something has no known tier, so that it may be of high risk.
    pub is_risk_open: bool,
}

/// Scores rights; `is_human` because a second factor weakens the rights of people only.
pub fn score(rights: &[Right], weights: &Weights, is_human: bool) -> Scored {
    Scale::new(weights, is_human).score(rights)
}

/// The weights, ready to be applied to one kind of holder.
#[derive(Debug, Clone)]
pub struct Scale<'a> {
    pub weights: &'a Weights,
    /// γ by set of conditions.
    conditions: [f64; 32],
}

/// How much of one service is exposed in one band: low, point, high, and with everything unused; 2^-40.
#[derive(Debug, Clone, Copy)]
pub struct Cell {
    pub band: BandAt,
    pub service: ServiceAt,
    pub exposures: [u64; 4],
}

impl Cell {
    /// The order in which cells stand.
    pub fn place(&self) -> (BandAt, ServiceAt) {
        (self.band, self.service)
    }
}

/// An access level and a tier as one small number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct BandAt(u8);

impl BandAt {
    const TIERS: u8 = 5;

    fn new(access: Access, tier: Tier) -> Self {
        Self(access as u8 * Self::TIERS + tier as u8)
    }

    /// Every band, sorted.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..).take(BANDS).map(Self)
    }

    /// Its place among all bands.
    pub fn number(self) -> usize {
        usize::from(self.0)
    }

    /// The level of access.
    pub fn access(self) -> Access {
        Access::ALL.get(usize::from(self.0) / Tier::ALL.len()).copied().unwrap_or(Access::List)
    }

    /// The tier.
    pub fn tier(self) -> Tier {
        Tier::ALL.get(usize::from(self.0) % Tier::ALL.len()).copied().unwrap_or_default()
    }
}

/// The place in [`Cell::exposures`] with everything unknown counted as used.
pub const LOW: usize = 0;
/// The place of the estimate.
pub const POINT: usize = 1;
/// The place with everything unknown counted as unused.
pub const HIGH: usize = 2;
/// The place with everything counted as unused.
pub const FULL: usize = 3;

/// How many bands there are.
pub const BANDS: usize = Access::ALL.len() * Tier::ALL.len();

const ONE: f64 = (1_u64 << 40) as f64;

/// A number from 0 on as a whole number of 2^-40.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "exposures lie between 0 and 1, checked where weights are read"
)]
fn fixed(value: f64) -> u64 {
    // Not `round`, which is a call on processors without an instruction for it.
    (value * ONE + 0.5) as u64
}

/// The breadth of a band: the sum over its services.
pub fn breadth(sum: u64) -> f64 {
    sum as f64 / ONE
}

impl<'a> Scale<'a> {
    /// Reads the weights for people or for others.
    pub fn new(weights: &'a Weights, is_human: bool) -> Self {
        use crate::model::privilege::Condition;
        let weigh = |set: usize| {
            let holds = |one: &Condition| set & 1 << *one as usize != 0;
            let counts = |one: &Condition| is_human || *one != Condition::SecondFactor;
            let present = Condition::ALL.iter().zip(weights.condition).filter(|(one, _)| holds(one));
            let product = present.filter(|(one, _)| counts(one)).map(|(_, weight)| weight).product::<f64>();
            product.max(weights.condition_floor)
        };
        Self { weights, conditions: std::array::from_fn(weigh) }
    }

    /// Scores rights.
    pub fn score(&self, rights: &[Right]) -> Scored {
        self.total(&[&self.sheet_of(rights)])
    }

    /// E of each band and service that rights expose, sorted; one cell for each.
    pub fn cells_of(&self, rights: &[Right]) -> Vec<Cell> {
        self.cells(factors::of_keys(rights).into_iter())
    }

    /// E of the band and service of one right by itself.
    pub fn cell(&self, right: &Right) -> Cell {
        let one = Factors::of(right);
        Cell {
            band: BandAt::new(one.access, one.tier),
            service: right.key.service,
            exposures: self.exposures(&one),
        }
    }

    /// x of one right by itself: how much of it is exposed without need, 0 to 1.
    pub fn exposure(&self, right: &Right) -> f64 {
        breadth(self.exposures(&Factors::of(right))[POINT])
    }

    /// x of one right if it were not used, 0 to 1.
    pub fn full(&self, right: &Right) -> f64 {
        breadth(self.exposures(&Factors::of(right))[FULL])
    }

    /// W·T of a band.
    pub fn weight(&self, band: BandAt) -> f64 {
        self.weight_of(band.access(), band.tier())
    }

    /// W·T of a level of access and a tier.
    pub fn weight_of(&self, access: Access, tier: Tier) -> f64 {
        at(self.weights.access, access as usize) * at(self.weights.tier, tier as usize)
    }

    /// The score of an excess: `100·E/(E+κ)`, written so that it never falls when E rises, rounding included.
    pub fn of_excess(&self, excess: f64) -> f64 {
        100.0 * (1.0 - self.weights.half / (excess + self.weights.half))
    }

    /// One column of the excess: `Σ W·T·log2(1+n)` over the bands.
    pub fn excess(&self, cells: &[Cell], column: usize) -> f64 {
        let bands = cells.chunk_by(|a, b| a.band == b.band);
        // Not `sum`: that of nothing is -0.0.
        bands.fold(0.0, |all, band| all + self.band(band, column))
    }

    /// What one band, whose cells these are, adds to a column of the excess.
    pub fn band(&self, cells: &[Cell], column: usize) -> f64 {
        let sum = cells.iter().map(|cell| at(cell.exposures, column)).sum();
        cells.first().map_or(0.0, |first| self.weight(first.band) * (1.0 + breadth(sum)).log2())
    }

    /// The scores of an excess and of its ends.
    pub fn bounded(&self, excess: Estimate) -> Estimate {
        Estimate {
            low: self.of_excess(excess.low),
            point: self.of_excess(excess.point),
            high: self.of_excess(excess.high),
        }
    }

    /// E of each band and service, sorted; one cell for each.
    pub fn cells(&self, rights: impl Iterator<Item = (ServiceAt, Factors)>) -> Vec<Cell> {
        // Rights of one statement differ in little of what exposes them; those of the last two manners are at hand.
        let mut known: [Option<(Factors, [u64; 4])>; 2] = [None; 2];
        let mut exposures = |one: &Factors| {
            let manner = one.manner();
            let seen = known.iter().flatten().find(|(seen, _)| *seen == manner).map(|(_, made)| *made);
            seen.unwrap_or_else(|| {
                let made = self.exposures(one);
                known = [Some((manner, made)), known[0]];
                made
            })
        };
        let cell = |(service, one): (ServiceAt, Factors)| Cell {
            band: BandAt::new(one.access, one.tier),
            service,
            exposures: exposures(&one),
        };
        joined(rights.map(cell).collect())
    }

    /// x with unknown use counted as used, as likely, as unused; and x if nothing is used.
    fn exposures(&self, one: &Factors) -> [u64; 4] {
        let scope = at(self.weights.scope, one.scope as usize);
        let weakened = self.weakening(one);
        let wider = one
            .used
            .and(one.used_scope)
            .map_or(0.0, |used| (scope - at(self.weights.scope, used as usize)).max(0.0));
        let [low, point, high] =
            self.needlessness(one).map(|unneeded| fixed((unneeded * scope).max(wider) * weakened));
        [low, point, high, fixed(scope * weakened)]
    }

    /// A use as far as it matters here: two that settle alike weigh the same and count the same.
    pub fn settled(&self, usage: Use) -> Use {
        let idle = self.weights.idle_days;
        let twice = idle.max(1).saturating_mul(2);
        match usage {
            Use::Used { days } => Use::Used { days: days.clamp(idle, twice) },
            Use::Unused { days } => Use::Unused { days: days.min(idle.max(1)) },
            Use::Unknown(prior) => Use::Unknown(prior),
        }
    }

    /// γ·ρ.
    fn weakening(&self, one: &Factors) -> f64 {
        let gamma = at(self.conditions, one.conditions.bits());
        gamma * at(self.weights.standing, one.standing as usize)
    }

    /// q with unknown use counted as used, as likely, as unused.
    fn needlessness(&self, one: &Factors) -> [f64; 3] {
        let idle = f64::from(self.weights.idle_days.max(1));
        if let Some(days) = one.used {
            return [((f64::from(days) - idle) / idle).clamp(0.0, 1.0); 3];
        }
        let unused = one.unused.map_or(0.0, |days| (f64::from(days) / idle).min(1.0));
        match one.prior {
            Some(prior) => [unused, unused.max(at(self.weights.prior, prior as usize)), 1.0],
            None => [unused; 3],
        }
    }

    /// w = W·T·σ·γ·ρ, once for each action.
    pub fn weigh(&self, one: &Factors) -> u128 {
        let scope = at(self.weights.scope, one.scope as usize);
        let one_action = self.weight_of(one.access, one.tier) * scope * self.weakening(one);
        u128::from(fixed(one_action)) * u128::from(one.actions.max(1))
    }
}

/// Cells sorted by band and service, the greatest exposures where one is there more than once.
pub fn joined(mut cells: Vec<Cell>) -> Vec<Cell> {
    // Stable, for cells mostly come in sorted runs.
    cells.sort_by_key(Cell::place);
    cells.dedup_by(|next, kept| {
        let is_same = next.place() == kept.place();
        if is_same {
            for (kept, next) in kept.exposures.iter_mut().zip(next.exposures) {
                *kept = next.max(*kept);
            }
        }
        is_same
    });
    cells
}

/// The weight at a place; 1 outside, which no enum reaches.
fn at<const N: usize, T: Copy + From<u8>>(table: [T; N], place: usize) -> T {
    table.get(place).copied().unwrap_or_else(|| T::from(1))
}
