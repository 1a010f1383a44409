//! From rights to power, excess and score, with the interval that unknown use leaves open. The formulas are those of
//! `docs/privilege.md`.
//!
//! Rights of one key are one right. Sums run over whole numbers (2^-40), so that neither the order of the rights nor
//! the numbers of services change a bit of the result.

use crate::model::privilege::{Access, Conditions, Estimate, Prior, Scope, Standing, Tier, Use, Weights};

use super::right::{Key, Right, ServiceAt};

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

/// An access level and a tier as one small number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct BandAt(u8);

impl BandAt {
    const TIERS: u8 = 5;

    fn new(access: Access, tier: Tier) -> Self {
        Self(access as u8 * Self::TIERS + tier as u8)
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

const ONE: f64 = (1_u64 << 40) as f64;

/// A number from 0 on as a whole number of 2^-40.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "exposures lie between 0 and 1, checked where weights are read"
)]
fn fixed(value: f64) -> u64 {
    (value * ONE).round() as u64
}

/// The breadth of a band: the sum over its services.
pub fn breadth(sum: u64) -> f64 {
    sum as f64 / ONE
}

/// All rights of one key: the most permissive factors, and everything that is known of its use.
#[derive(Debug, Clone, Copy)]
struct Merged {
    access: Access,
    tier: Tier,
    scope: Scope,
    used_scope: Option<Scope>,
    conditions: Conditions,
    standing: Standing,
    /// The fewest days since a use.
    used: Option<u32>,
    /// The most days without use.
    unused: Option<u32>,
    /// The least needed, where nothing is known of one of them.
    prior: Option<Prior>,
    is_grave: bool,
    actions: u32,
}

impl Merged {
    fn of(right: &Right) -> Self {
        let (used, unused, prior) = match right.usage {
            Use::Used { days } => (Some(days), None, None),
            Use::Unused { days } => (None, Some(days), None),
            Use::Unknown(prior) => (None, None, Some(prior)),
        };
        Self {
            access: right.access,
            tier: right.tier,
            scope: right.scope,
            used_scope: right.used_scope,
            conditions: right.conditions,
            standing: right.standing,
            used,
            unused,
            prior,
            is_grave: right.is_grave,
            actions: right.actions,
        }
    }

    fn with(self, other: Self) -> Self {
        Self {
            access: self.access.max(other.access),
            tier: self.tier.max(other.tier),
            scope: self.scope.max(other.scope),
            used_scope: self.used_scope.max(other.used_scope),
            conditions: self.conditions.common(other.conditions),
            standing: self.standing.max(other.standing),
            used: self.used.into_iter().chain(other.used).min(),
            unused: self.unused.max(other.unused),
            prior: self.prior.max(other.prior),
            is_grave: self.is_grave || other.is_grave,
            actions: self.actions.max(other.actions),
        }
    }

    fn is_use_known(&self) -> bool {
        self.used.is_some() || self.prior.is_none()
    }

    /// Risk points of one of its actions.
    fn points(&self) -> u64 {
        match self.access {
            _ if self.is_grave => 9,
            Access::Admin => 9,
            Access::Write | Access::Tag => 3,
            Access::List | Access::Read => 1,
        }
    }

    /// Whether it deletes, moves or changes production data, configuration or permissions.
    fn is_high_risk(&self) -> bool {
        let is_upper = self.tier >= Tier::Management && self.access >= Access::Write;
        is_upper || (self.tier != Tier::Sandbox && (self.is_grave || self.access == Access::Admin))
    }
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
        let merged = merge(rights);
        let cells = self.cells(&merged);
        let excess = self.estimate(&cells);
        let mut scored = Scored {
            score: self.bounded(excess),
            excess,
            power: self.excess(&cells, FULL),
            ..Scored::default()
        };
        self.count(&merged, &mut scored);
        scored
    }

    /// E of each band and service that rights expose, sorted; one cell for each.
    pub fn cells_of(&self, rights: &[Right]) -> Vec<Cell> {
        self.cells(&merge(rights))
    }

    /// E of the band and service of one right by itself.
    pub fn cell(&self, right: &Right) -> Cell {
        let one = Merged::of(right);
        Cell {
            band: BandAt::new(one.access, one.tier),
            service: right.key.service,
            exposures: self.exposures(&one),
        }
    }

    /// x of one right by itself: how much of it is exposed without need, 0 to 1.
    pub fn exposure(&self, right: &Right) -> f64 {
        breadth(self.exposures(&Merged::of(right))[POINT])
    }

    /// x of one right if it were not used, 0 to 1.
    pub fn full(&self, right: &Right) -> f64 {
        breadth(self.exposures(&Merged::of(right))[FULL])
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
        bands.map(|band| self.band(band, column)).sum()
    }

    /// What one band, whose cells these are, adds to a column of the excess.
    pub fn band(&self, cells: &[Cell], column: usize) -> f64 {
        let sum = cells.iter().map(|cell| at(cell.exposures, column)).sum();
        cells.first().map_or(0.0, |first| self.weight(first.band) * (1.0 + breadth(sum)).log2())
    }

    fn estimate(&self, cells: &[Cell]) -> Estimate {
        let point = self.excess(cells, POINT);
        Estimate { low: self.excess(cells, LOW).min(point), point, high: self.excess(cells, HIGH).max(point) }
    }

    /// The scores of an excess and of its ends.
    pub fn bounded(&self, excess: Estimate) -> Estimate {
        Estimate {
            low: self.of_excess(excess.low),
            point: self.of_excess(excess.point),
            high: self.of_excess(excess.high),
        }
    }

    fn cells(&self, merged: &[(Key, Merged)]) -> Vec<Cell> {
        let mut cells: Vec<Cell> = merged
            .iter()
            .map(|(key, one)| Cell {
                band: BandAt::new(one.access, one.tier),
                service: key.service,
                exposures: self.exposures(one),
            })
            .collect();
        cells.sort_unstable_by_key(|cell| (cell.band, cell.service));
        cells.dedup_by(|next, kept| {
            let is_same = next.band == kept.band && next.service == kept.service;
            if is_same {
                for (kept, next) in kept.exposures.iter_mut().zip(next.exposures) {
                    *kept = next.max(*kept);
                }
            }
            is_same
        });
        cells
    }

    /// x with unknown use counted as used, as likely, as unused; and x if nothing is used.
    fn exposures(&self, one: &Merged) -> [u64; 4] {
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

    /// γ·ρ.
    fn weakening(&self, one: &Merged) -> f64 {
        let gamma = at(self.conditions, one.conditions.bits());
        gamma * at(self.weights.standing, one.standing as usize)
    }

    /// q with unknown use counted as used, as likely, as unused.
    fn needlessness(&self, one: &Merged) -> [f64; 3] {
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

    /// Counts actions and points, and weighs what is known and what is permanent.
    fn count(&self, merged: &[(Key, Merged)], scored: &mut Scored) {
        let mut tally = Tally::default();
        for (_, one) in merged {
            let weight = self.weigh(one);
            tally.weigh(one, weight);
            tally.count(one, self.weights.idle_days);
            scored.is_high_risk |= one.is_high_risk();
            scored.is_standing_high_risk |= one.is_high_risk() && one.standing == Standing::Permanent;
            scored.is_risk_open |= one.tier == Tier::Unknown && one.access >= Access::Write;
        }
        scored.coverage = share(tally.known, tally.all).unwrap_or(1.0);
        scored.standing = share(tally.permanent, tally.upper);
        scored.actions = tally.actions;
        scored.used_actions = tally.is_told.then_some(tally.used_actions);
        scored.points = tally.points;
        scored.used_points = (tally.used_points, tally.used_points + tally.open_points);
    }

    /// w = W·T·σ·γ·ρ, once for each action.
    fn weigh(&self, one: &Merged) -> u128 {
        let scope = at(self.weights.scope, one.scope as usize);
        let one_action = self.weight_of(one.access, one.tier) * scope * self.weakening(one);
        u128::from(fixed(one_action)) * u128::from(one.actions.max(1))
    }
}

/// Sums over all rights of an identity.
#[derive(Default)]
struct Tally {
    known: u128,
    all: u128,
    permanent: u128,
    upper: u128,
    actions: u64,
    used_actions: u64,
    is_told: bool,
    points: u64,
    used_points: u64,
    open_points: u64,
}

impl Tally {
    fn weigh(&mut self, one: &Merged, weight: u128) {
        self.all += weight;
        if one.is_use_known() && one.tier != Tier::Unknown {
            self.known += weight;
        }
        if one.tier >= Tier::Management {
            self.upper += weight;
            self.permanent += if one.standing == Standing::Permanent { weight } else { 0 };
        }
    }

    fn count(&mut self, one: &Merged, window: u32) {
        let actions = u64::from(one.actions);
        let points = actions * one.points();
        self.actions += actions;
        self.points += points;
        self.is_told |= actions > 0 && one.is_use_known();
        if one.used.is_some_and(|days| days <= window) {
            self.used_actions += actions;
            self.used_points += points;
        } else if !one.is_use_known() {
            self.open_points += points;
        }
    }
}

/// Every key once, sorted.
fn merge(rights: &[Right]) -> Vec<(Key, Merged)> {
    let mut merged: Vec<(Key, Merged)> = rights.iter().map(|right| (right.key, Merged::of(right))).collect();
    merged.sort_unstable_by_key(|(key, _)| *key);
    merged.dedup_by(|(next, one), (key, kept)| {
        let is_same = next == key;
        if is_same {
            *kept = kept.with(*one);
        }
        is_same
    });
    merged
}

fn share(part: u128, whole: u128) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// The weight at a place; 1 outside, which no enum reaches.
fn at<const N: usize, T: Copy + From<u8>>(table: [T; N], place: usize) -> T {
    table.get(place).copied().unwrap_or_else(|| T::from(1))
}
