//! What people on one job have: everything that at least half of them hold, or what one owner holds.

use super::super::right::Right;
use super::super::services::Line;
use super::held::{Held, Reached, Spot, pair};

/// What an agent is held against.
#[derive(Debug, Clone, PartialEq)]
pub struct Baseline {
    /// How many people there are, and of how many it is known what they may do.
    pub people: usize,
    pub known: usize,
    /// Whether nothing in it rests on use that is not known.
    pub is_from_use: bool,
    /// At least half of the people have so much power.
    pub power: f64,
    /// By spot, sorted.
    spots: Vec<(Spot, Reached)>,
}

impl Baseline {
    /// What at least half of the people hold; `None` where too little is known of them for a half.
    ///
    /// One whose rights no source tells is one of the people, and neither holds nor lacks anything: what counts is
    /// held by half of all, whatever he holds. So not knowing somebody's rights never makes an agent look better.
    pub fn of(people: &[Option<&Held>], lines: &[Line]) -> Option<Self> {
        let known: Vec<&Held> = people.iter().filter_map(|held| *held).collect();
        if known.is_empty() || known.len() * 2 < people.len() {
            return None;
        }
        let mut count = Count::new(&known, lines);
        for held in &known {
            count.add(held);
        }
        let half = |counts: &[usize; Reached::PAIRS]| {
            Reached::of_places(
                counts.iter().enumerate().filter(|(_, of)| **of * 2 >= people.len()).map(|(at, _)| at),
            )
        };
        let most = count.spots.iter().zip(&count.counts);
        let spots: Vec<(Spot, [Reached; 2])> =
            most.map(|(spot, [held, used])| (*spot, [half(held), half(used)])).collect();
        let is_use_told = known.iter().any(|held| held.is_use_told);
        Some(Self {
            people: people.len(),
            known: known.len(),
            is_from_use: is_use_told && spots.iter().all(|(_, [held, used])| held == used),
            power: power(&known, people.len()),
            spots: spots
                .into_iter()
                .filter(|(_, [held, _])| !held.is_empty())
                .map(|(spot, [held, _])| (spot, held))
                .collect(),
        })
    }

    /// The places of the rights that people do not have: none as strong and as wide in the same service, or in one
    /// above it. Tiers, conditions and standing do not matter.
    pub fn beyond<'r>(
        &self,
        rights: &'r [Right],
        lines: &[Line],
    ) -> impl Iterator<Item = (usize, &'r Right)> {
        let mut last: Option<(Spot, Reached)> = None;
        rights.iter().enumerate().filter(move |(_, right)| {
            let spot = Spot::of(right);
            // Rights of one service stand together.
            let reached = last
                .filter(|(own, _)| *own == spot)
                .map_or_else(|| self.reached(spot, lines), |(_, reached)| reached);
            last = Some((spot, reached));
            let (access, scope) = pair(right);
            !reached.has(access, scope)
        })
    }

    /// What people cover of a spot, by what they have there and above it.
    fn reached(&self, spot: Spot, lines: &[Line]) -> Reached {
        spot.above(lines).fold(self.at(spot), |reached, (above, is_control)| {
            let more = self.at(above);
            if is_control && more != Reached::ALL { reached } else { reached.and(more) }
        })
    }

    fn at(&self, spot: Spot) -> Reached {
        let place = self.spots.binary_search_by_key(&spot, |(own, _)| *own).ok();
        place.and_then(|place| self.spots.get(place)).map_or_else(Reached::default, |(_, reached)| *reached)
    }
}

/// The power that at least half of all people have.
fn power(known: &[&Held], people: usize) -> f64 {
    let mut powers: Vec<f64> = known.iter().map(|held| held.power).collect();
    powers.sort_by(|a, b| b.total_cmp(a));
    people.div_ceil(2).checked_sub(1).and_then(|half| powers.get(half)).copied().unwrap_or(0.0)
}

/// How many people cover each pair, by spot.
struct Count {
    /// Every spot that anybody holds, sorted.
    spots: Vec<Spot>,
    counts: Vec<[[usize; Reached::PAIRS]; 2]>,
    /// For every spot, those below it, and whether only full control counts there.
    below: Vec<Vec<(usize, bool)>>,
    /// What the person who is being counted covers.
    own: Vec<[Reached; 2]>,
    /// The spots where that is anything.
    touched: Vec<usize>,
}

impl Count {
    fn new(known: &[&Held], lines: &[Line]) -> Self {
        let mut spots: Vec<Spot> =
            known.iter().flat_map(|held| held.spots.iter().map(|(spot, _)| *spot)).collect();
        spots.sort_unstable();
        spots.dedup();
        let mut below = vec![Vec::new(); spots.len()];
        for (at, spot) in spots.iter().enumerate() {
            for (above, is_control) in spot.above(lines) {
                let place = spots.binary_search(&above).ok();
                if let Some(own) = place.and_then(|place| below.get_mut(place)) {
                    own.push((at, is_control));
                }
            }
        }
        Self {
            counts: vec![[[0; Reached::PAIRS]; 2]; spots.len()],
            own: vec![[Reached::default(); 2]; spots.len()],
            touched: Vec::new(),
            below,
            spots,
        }
    }

    fn add(&mut self, held: &Held) {
        for (spot, covered) in &held.spots {
            let Ok(place) = self.spots.binary_search(spot) else { continue };
            touch(&mut self.own, &mut self.touched, place, *covered);
            for (below, is_control) in self.below.get(place).into_iter().flatten() {
                let passed =
                    |one: Reached| if *is_control && one != Reached::ALL { Reached::default() } else { one };
                touch(&mut self.own, &mut self.touched, *below, covered.map(passed));
            }
        }
        for place in self.touched.drain(..) {
            let Some(own) = self.own.get_mut(place).map(std::mem::take) else { continue };
            for (counts, covered) in self.counts.get_mut(place).into_iter().flatten().zip(own) {
                for pair in covered.places() {
                    if let Some(count) = counts.get_mut(pair) {
                        *count += 1;
                    }
                }
            }
        }
    }
}

/// Adds to what one person covers at a place.
fn touch(own: &mut [[Reached; 2]], touched: &mut Vec<usize>, place: usize, covered: [Reached; 2]) {
    if let Some([held, used]) = own.get_mut(place) {
        if held.is_empty() && !covered[0].is_empty() {
            touched.push(place);
        }
        (*held, *used) = (held.and(covered[0]), used.and(covered[1]));
    }
}
