//! Rights put together: the cells and the sums of rights of different keys, so that what many identities hold alike is
//! worked out once and only put together for each.
//!
//! Exposures and sums are whole numbers, and the greatest exposure of a service counts: putting sheets together gives
//! to the bit what their rights give in one.

use super::factors::{self, Factors};
use super::right::{Right, ServiceAt};
use super::score::{BANDS, BandAt, Cell, FULL, HIGH, LOW, POINT, Scale, Scored, breadth, joined};
use crate::model::privilege::{Estimate, Standing, Tier};

/// From how many cells on a sheet keeps what they come to.
const LONG: usize = 64;

/// By band, the sum of the exposures of its services: low, point, high, and with everything unused; 2^-40.
type Bands = [[u64; 4]; BANDS];

/// What rights amount to before they are put together with others.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    /// One for each band and service, sorted.
    cells: Box<[Cell]>,
    /// What the cells come to, where they are many.
    bands: Option<Box<Bands>>,
    tally: Tally,
}

impl Sheet {
    fn new(cells: Vec<Cell>, tally: Tally) -> Self {
        let bands = (cells.len() >= LONG).then(|| Box::new(sums(&cells)));
        Self { cells: cells.into(), bands, tally }
    }

    /// Several sheets of different keys as one.
    pub fn join(sheets: &[&Self]) -> Self {
        let mut tally = Tally::default();
        for sheet in sheets {
            tally.add(&sheet.tally);
        }
        Self::new(joined(sheets.iter().flat_map(|sheet| &sheet.cells).copied().collect()), tally)
    }
}

impl Scale<'_> {
    /// The sheet of rights; those of one key count once.
    pub fn sheet_of(&self, rights: &[Right]) -> Sheet {
        self.sheet(&factors::of_keys(rights))
    }

    /// The sheet of rights of different keys.
    pub fn sheet(&self, rights: &[(ServiceAt, Factors)]) -> Sheet {
        let mut tally = Tally::default();
        for (_, one) in rights {
            tally.count(one, self.weigh(one), self.weights.idle_days);
        }
        Sheet::new(self.cells(rights.iter().copied()), tally)
    }

    /// Scores sheets of different keys together.
    pub fn total(&self, sheets: &[&Sheet]) -> Scored {
        let mut tally = Tally::default();
        for sheet in sheets {
            tally.add(&sheet.tally);
        }
        let bands = bands(sheets);
        let excess = self.estimate(&bands);
        Scored {
            score: self.bounded(excess),
            excess,
            power: self.column(&bands, FULL),
            coverage: share(tally.known, tally.all).unwrap_or(1.0),
            actions: tally.actions,
            used_actions: tally.is_told.then_some(tally.used_actions),
            standing: share(tally.permanent, tally.upper),
            points: tally.points,
            used_points: (tally.used_points, tally.used_points + tally.open_points),
            is_high_risk: tally.is_high_risk,
            is_standing_high_risk: tally.is_standing_high_risk,
            is_risk_open: tally.is_risk_open,
        }
    }

    fn estimate(&self, bands: &Bands) -> Estimate {
        let point = self.column(bands, POINT);
        Estimate { low: self.column(bands, LOW).min(point), point, high: self.column(bands, HIGH).max(point) }
    }

    /// One column of the excess: `Σ W·T·log2(1+n)` over the bands.
    fn column(&self, bands: &Bands, column: usize) -> f64 {
        let sum = |band: &[u64; 4]| band.get(column).copied().unwrap_or(0);
        let filled = BandAt::all().zip(bands).filter(|(_, band)| sum(band) > 0);
        filled.fold(0.0, |all, (at, band)| all + self.weight(at) * (1.0 + breadth(sum(band))).log2())
    }
}

/// What the cells of several sheets come to: those of the longest, and what the others have beyond it.
fn bands(sheets: &[&Sheet]) -> Bands {
    let longest = sheets.iter().enumerate().max_by_key(|(_, sheet)| sheet.cells.len());
    let Some((longest, base)) = longest else { return [[0; 4]; BANDS] };
    let mut bands = base.bands.as_deref().copied().unwrap_or_else(|| sums(&base.cells));
    let others = sheets.iter().enumerate().filter(|(at, _)| *at != longest);
    let others = joined(others.flat_map(|(_, sheet)| &sheet.cells).copied().collect());
    let mut rest: &[Cell] = &base.cells;
    for cell in &others {
        let behind = rest.partition_point(|known| known.place() < cell.place());
        rest = rest.get(behind..).unwrap_or_default();
        let known = rest.first().filter(|known| known.place() == cell.place());
        let known = known.map_or([0; 4], |known| known.exposures);
        let Some(band) = bands.get_mut(cell.band.number()) else { continue };
        for ((sum, exposure), known) in band.iter_mut().zip(cell.exposures).zip(known) {
            *sum += exposure.saturating_sub(known);
        }
    }
    bands
}

fn sums(cells: &[Cell]) -> Bands {
    let mut bands = [[0; 4]; BANDS];
    for cell in cells {
        let Some(band) = bands.get_mut(cell.band.number()) else { continue };
        for (sum, exposure) in band.iter_mut().zip(cell.exposures) {
            *sum += exposure;
        }
    }
    bands
}

/// Sums over rights; weights are 2^-40.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each says of all rights whether any is such")]
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
    is_high_risk: bool,
    is_standing_high_risk: bool,
    is_risk_open: bool,
}

impl Tally {
    fn count(&mut self, one: &Factors, weight: u128, window: u32) {
        self.all += weight;
        if one.is_use_known() && one.tier != Tier::Unknown {
            self.known += weight;
        }
        if one.tier >= Tier::Management {
            self.upper += weight;
            self.permanent += if one.standing == Standing::Permanent { weight } else { 0 };
        }
        self.is_high_risk |= one.is_high_risk();
        self.is_standing_high_risk |= one.is_high_risk() && one.standing == Standing::Permanent;
        self.is_risk_open |= one.is_risk_open();
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

    fn add(&mut self, more: &Self) {
        self.known += more.known;
        self.all += more.all;
        self.permanent += more.permanent;
        self.upper += more.upper;
        self.actions += more.actions;
        self.used_actions += more.used_actions;
        self.is_told |= more.is_told;
        self.points += more.points;
        self.used_points += more.used_points;
        self.open_points += more.open_points;
        self.is_high_risk |= more.is_high_risk;
        self.is_standing_high_risk |= more.is_standing_high_risk;
        self.is_risk_open |= more.is_risk_open;
    }
}

fn share(part: u128, whole: u128) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}
