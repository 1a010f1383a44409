//! Claims beside what is known, one row each: the solid bar is proven, the light one possible, the diamond
//! claimed. A dashed frame is "no evidence"; a row without a diamond was not answered.

use super::canvas::{Canvas, Rect};
use super::colour::{CLAIM, FAINT, LINE, MUTED, PAPER, POSSIBLE, PROVEN};
use super::face::Face;
use crate::export::page::Bar;

/// Where the rows stand and how they look.
#[derive(Clone, Copy)]
pub(super) struct Plot {
    pub frame: Rect,
    /// Room for the titles on the left.
    pub titles: f64,
    /// Height of the bars; rows share the height of the frame.
    pub bar: f64,
    pub face: Face,
}

/// Room for the three columns of figures on the right.
const FIGURES: f64 = 228.0;
/// From the left edge of that room to the right edge of each column.
const COLUMNS: [(&str, f64); 3] = [("claimed", 84.0), ("proven", 154.0), ("possible", 228.0)];
/// Between the titles and the scale.
const GUTTER: f64 = 14.0;

impl Plot {
    fn x(&self, score: f64) -> f64 {
        let left = self.frame.x + self.titles + GUTTER;
        let right = self.frame.right() - FIGURES - GUTTER;
        left + (right - left) * score.clamp(0.0, 100.0) / 100.0
    }

    /// Paints the scale, every row, and the figures beside them.
    pub fn paint(&self, canvas: &mut Canvas<'_>, bars: &[Bar]) {
        self.scale(canvas);
        for (column, right) in COLUMNS {
            let at = (self.frame.right() - FIGURES + right, self.frame.y - 10.0);
            canvas.text(at, column, Face::SMALL.right());
        }
        let row = self.frame.height / (bars.len().max(1) as f64);
        for (number, bar) in bars.iter().enumerate() {
            self.row(canvas, self.frame.y + row * (number as f64 + 0.5), bar);
        }
    }

    fn scale(&self, canvas: &mut Canvas<'_>) {
        for score in [0.0, 25.0, 50.0, 75.0, 100.0] {
            let x = self.x(score);
            canvas.line((x, self.frame.y), (x, self.frame.bottom()), FAINT, 1.0);
            let below = (x, self.frame.bottom() + 18.0);
            canvas.text(below, &format!("{score}"), Face::SMALL.middle());
        }
        let (left, right) = (self.x(0.0), self.x(100.0));
        canvas.line((left, self.frame.bottom()), (right, self.frame.bottom()), LINE, 1.0);
    }

    fn row(&self, canvas: &mut Canvas<'_>, y: f64, bar: &Bar) {
        let baseline = y + self.face.size * 0.36;
        canvas.fitted((self.frame.x, baseline), &bar.title, self.titles, self.face);
        let lane = Rect::new(self.x(0.0), y - self.bar / 2.0, self.x(100.0) - self.x(0.0), self.bar);
        if bar.bounds.is_none() {
            let room = self.frame.right() - lane.x;
            canvas.rect(Rect { y: baseline - 14.0, height: 18.0, ..lane }, PAPER);
            canvas.fitted((lane.x + 6.0, baseline), "no question of this pack applies", room, Face::SMALL);
            return;
        }
        interval(canvas, lane, bar);
        let [claimed, floor, ceiling] = bar.words();
        let (claimed, claim) = match bar.claimed {
            Some(_) => (claimed, CLAIM),
            None => ("none".to_owned(), MUTED),
        };
        let faces = [self.face.colour(claim), self.face.bold().colour(PROVEN), self.face.colour(MUTED)];
        for (((_, right), word), face) in COLUMNS.iter().zip([claimed, floor, ceiling]).zip(faces) {
            canvas.text((self.frame.right() - FIGURES + right, baseline), &word, face.right());
        }
    }
}

/// One bar on a lane that is 0 to 100 wide.
pub(super) fn interval(canvas: &mut Canvas<'_>, lane: Rect, bar: &Bar) {
    let x = |score: f64| lane.x + lane.width * score.clamp(0.0, 100.0) / 100.0;
    let part = |from: f64, to: f64| Rect::new(x(from), lane.y, x(to) - x(from), lane.height);
    match bar.bounds.filter(|_| bar.has_evidence) {
        Some((floor, ceiling)) => {
            canvas.rect(part(floor, ceiling), POSSIBLE);
            canvas.rect(part(0.0, floor), PROVEN);
            // A bar of no length is still a statement: proven, and it is nothing.
            canvas.rect(Rect::new(x(floor) - 1.5, lane.y, 3.0, lane.height), PROVEN);
            connector(canvas, (x(floor), x(ceiling)), bar.claimed.map(x), lane.y + lane.height / 2.0);
        }
        None => canvas.dashed_outline(lane, MUTED),
    }
    if let Some(claimed) = bar.claimed {
        canvas.diamond((x(claimed), lane.y + lane.height / 2.0), (lane.height * 0.55).max(7.0), CLAIM);
    }
}

/// The line from what is known to a claim outside it: the gap itself.
fn connector(canvas: &mut Canvas<'_>, (floor, ceiling): (f64, f64), claimed: Option<f64>, y: f64) {
    let Some(claimed) = claimed else { return };
    let from = claimed.clamp(floor, ceiling);
    if (claimed - from).abs() > 1.0 {
        canvas.line((from, y), (claimed, y), CLAIM, 2.0);
    }
}
