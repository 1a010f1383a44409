//! The scale of counts that all rows share, and the interval of the estimate on it.

use crate::export::figure::canvas::Canvas;
use crate::export::figure::colour::{FAINT, INK, LINE};
use crate::export::figure::face::Face;
use crate::export::words::grouped;
use crate::model::shadow::{Total, Unseen};

/// How many marks there are at most.
const MARKS: u64 = 6;
/// An interval that is longer than so many times what was found and estimated leaves the picture with an arrow.
const LONGEST: u64 = 2;

/// From counts to places.
pub(super) struct Scale {
    left: f64,
    pub right: f64,
    /// The count at the right edge.
    end: u64,
    /// The count between two marks.
    step: u64,
}

impl Scale {
    /// A scale on which everything that was found fits, and the estimate as far as it does not press it together.
    pub fn of(unseen: &Unseen, (left, right): (f64, f64)) -> Self {
        let (point, high) = match unseen.total {
            Total::Between { point, high, .. } => (point, high),
            Total::AtLeast { low, .. } => (low, low),
            Total::Unknown(_) => (unseen.seen, unseen.seen),
        };
        let own = point.max(unseen.seen).max(1);
        // A tenth is left free, so that an open end and a mark of not knowing have a place.
        let end = high.clamp(own, own.saturating_mul(LONGEST));
        let end = end.saturating_add(end / 10 + 1);
        Self { left, right, end, step: step(end) }
    }

    /// Where a count stands.
    pub fn x(&self, count: u64) -> f64 {
        self.left + (self.right - self.left) * (count.min(self.end) as f64 / self.end as f64)
    }

    /// Lines and numbers.
    pub fn grid(&self, canvas: &mut Canvas<'_>, (top, bottom): (f64, f64)) {
        let marks = (0..=MARKS * 2).map(|mark| mark * self.step).take_while(|count| *count <= self.end);
        for count in marks {
            let x = self.x(count);
            canvas.line((x, top), (x, bottom), FAINT, 1.0);
            canvas.text((x, bottom + 18.0), &grouped(count), Face::SMALL.middle());
        }
        canvas.line((self.left, bottom), (self.right, bottom), LINE, 1.0);
        canvas.text((self.right, bottom + 38.0), "AI tools", Face::SMALL.right());
    }

    /// The interval of the estimate; an end beyond the picture is an arrow.
    pub fn interval(&self, canvas: &mut Canvas<'_>, (low, high): (u64, u64), y: f64) {
        let (from, to) = (self.x(low), self.x(high));
        canvas.line((from, y), (to, y), INK, 2.0);
        canvas.line((from, y - 7.0), (from, y + 7.0), INK, 2.0);
        if high > self.end {
            self.arrow(canvas, y);
        } else {
            canvas.line((to, y - 7.0), (to, y + 7.0), INK, 2.0);
        }
    }

    /// A lower bound: from here on, how far is not known.
    pub fn open(&self, canvas: &mut Canvas<'_>, from: f64, y: f64) {
        canvas.line((from, y - 7.0), (from, y + 7.0), INK, 2.0);
        canvas.dashed((from, y), (self.right - 10.0, y), INK);
        self.arrow(canvas, y);
    }

    fn arrow(&self, canvas: &mut Canvas<'_>, y: f64) {
        let corners = [(self.right - 10.0, y - 6.0), (self.right, y), (self.right - 10.0, y + 6.0)];
        canvas.polygon(&corners, INK, 1.0);
    }
}

/// 1, 2 or 5 times a power of ten, so that few marks reach the end.
fn step(end: u64) -> u64 {
    let mut ten: u64 = 1;
    loop {
        for factor in [1, 2, 5] {
            let step = ten.saturating_mul(factor);
            if end / step <= MARKS {
                return step;
            }
        }
        ten = ten.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests {
    use super::step;

    #[test]
    fn marks_are_round_and_few() {
        let ends = [1, 6, 7, 34, 35, 100, 700, 1_000_000, u64::MAX];
        let steps = ends.map(step);
        assert_eq!(steps[..8], [1, 1, 2, 5, 10, 20, 200, 200_000]);
        assert!(ends.iter().zip(steps).all(|(end, step)| end / step <= 6));
    }
}
