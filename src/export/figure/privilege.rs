//! How over-privilege is spread: one row for each class on the same scale, never averaged into one figure.

use super::canvas::{Canvas, Rect};
use super::colour::{FAINT, INK, LINE, MUTED, PAPER, PROVEN};
use super::face::Face;
use super::frame::{self, Frame};
use super::{Figure, mark};
use crate::export::page::{Page, Privileges, Spread};
use crate::export::words::grouped;
use crate::model::privilege::Estimate;

mod key;

/// One row for each class.
pub(super) static FIGURE: Figure = Figure {
    id: "privilege",
    title: "Over-privilege, by class",
    description: "One row for each class of identities. The columns count identities by score, ten points each, as \
                  shares of the class; the dashed column apart counts those whose rights no source tells. Below \
                  stand the index with its range, the median and P90. The classes are never averaged into one.",
    is_told: |page| page.privileges.is_some(),
    size: |page| {
        (frame::WIDTH, page.privileges.as_ref().map_or(0.0, |told| frame(page, told).height(body(told))))
    },
    table,
    paint,
};

/// Height of a class, and of the columns in it.
const ROW: f64 = 190.0;
const COLUMNS: f64 = 104.0;
/// Above the first class: the key and the names of the buckets.
const KEY: f64 = 66.0;
/// Where the scale begins and ends, from the left edge.
const SCALE: (f64, f64) = (190.0, 690.0);
/// The column of those who are not known.
const UNKNOWN: (f64, f64) = (722.0, 772.0);
/// Where the figures begin.
const FIGURES: f64 = 836.0;

fn frame<'a>(page: &'a Page, told: &'a Privileges) -> Frame<'a> {
    Frame::of_privileges(FIGURE.title, page, told, &told.spreads.finding)
}

fn body(told: &Privileges) -> f64 {
    KEY + ROW * (told.spreads.classes.len().max(1) as f64)
}

fn paint(canvas: &mut Canvas<'_>, page: &Page) {
    let Some(told) = &page.privileges else { return };
    let room = frame(page, told).paint(canvas, page, body(told));
    key::paint(canvas, room);
    let classes = &told.spreads.classes;
    let highest = classes.iter().flat_map(|class| {
        let counts = class.tens.iter().copied().chain([class.unknown()]);
        counts.map(|count| class.share(count))
    });
    let top = ceiling(highest.fold(0.0, f64::max));
    for (number, class) in classes.iter().enumerate() {
        let y = room.y + KEY + ROW * number as f64;
        let row = Row { room: Rect::new(room.x, y, room.width, ROW), top, class };
        row.paint(canvas, told.spreads.edges, number == 0);
    }
}

/// The end of the scale of shares: the next full ten percent.
fn ceiling(share: f64) -> f64 {
    ((share * 10.0 - 1e-9).ceil() / 10.0).clamp(0.1, 1.0)
}

/// One class and where it stands.
struct Row<'a> {
    room: Rect,
    /// The share at the upper end of the scale.
    top: f64,
    class: &'a Spread,
}

impl Row<'_> {
    fn x(&self, score: f64) -> f64 {
        let (left, right) = SCALE;
        self.room.x + left + (right - left) * score.clamp(0.0, 100.0) / 100.0
    }

    /// The line that the columns stand on.
    fn base(&self) -> f64 {
        self.room.y + 22.0 + COLUMNS
    }

    fn y(&self, share: f64) -> f64 {
        self.base() - COLUMNS * (share / self.top).clamp(0.0, 1.0)
    }

    fn paint(&self, canvas: &mut Canvas<'_>, edges: [f64; 2], is_first: bool) {
        self.who(canvas);
        soft_edges(canvas, self, edges, is_first);
        self.grid(canvas);
        for (ten, count) in (0_u8..).zip(self.class.tens) {
            let (left, right) = (self.x(f64::from(ten) * 10.0), self.x(f64::from(ten) * 10.0 + 10.0));
            self.column(canvas, (left + 3.0, right - 3.0), count);
        }
        self.unknown(canvas);
        self.marks(canvas);
        self.figures(canvas);
    }

    fn who(&self, canvas: &mut Canvas<'_>) {
        let (x, y) = (self.room.x, self.room.y + 30.0);
        mark::paint(canvas, (x + 7.0, y - 6.0), self.class.class);
        canvas.fitted((x + 22.0, y), self.class.title, 120.0, Face::BODY.size(18.0).bold());
        for (number, line) in self.class.counts().iter().enumerate() {
            let below = y + 24.0 + 20.0 * number as f64;
            canvas.fitted((x + 22.0, below), line, 120.0, Face::SMALL);
        }
    }

    fn grid(&self, canvas: &mut Canvas<'_>) {
        let (left, right) = (self.x(0.0), self.room.x + UNKNOWN.1);
        for part in [0.5, 1.0] {
            let y = self.y(self.top * part);
            canvas.line((left, y), (right, y), FAINT, 1.0);
            let share = format!("{} %", (self.top * part * 100.0).round());
            canvas.text((left - 8.0, y + 4.0), &share, Face::SMALL.size(12.0).right());
        }
    }

    /// A column with its count above it.
    fn column(&self, canvas: &mut Canvas<'_>, (left, right): (f64, f64), count: u64) {
        if count == 0 {
            return;
        }
        let y = self.y(self.class.share(count)).min(self.base() - 1.5);
        canvas.rect(Rect::new(left, y, right - left, self.base() - y), PROVEN);
        count_above(canvas, (left, right), y, count);
    }

    fn unknown(&self, canvas: &mut Canvas<'_>) {
        let (left, right) = (self.room.x + UNKNOWN.0 + 4.0, self.room.x + UNKNOWN.1 - 4.0);
        let count = self.class.unknown();
        let y = self.y(self.class.share(count)).min(self.base() - 4.0);
        if count > 0 {
            canvas.rect(Rect::new(left, y, right - left, self.base() - y), PAPER);
            canvas.dashed_outline(Rect::new(left, y, right - left, self.base() - y), MUTED);
        }
        count_above(canvas, (left, right), if count > 0 { y } else { self.base() }, count);
        let below = (f64::midpoint(left, right), self.base() + 18.0);
        canvas.text(below, "unknown", Face::SMALL.size(12.0).middle());
    }

    /// The scale, and index, median and P90 below it.
    fn marks(&self, canvas: &mut Canvas<'_>) {
        let base = self.base();
        canvas.line((self.x(0.0), base), (self.room.x + UNKNOWN.1, base), LINE, 1.0);
        for score in [0.0, 20.0, 40.0, 60.0, 80.0, 100.0] {
            canvas.line((self.x(score), base), (self.x(score), base + 4.0), LINE, 1.0);
            canvas.text((self.x(score), base + 55.0), &format!("{score}"), Face::SMALL.size(12.0).middle());
        }
        if let Some(index) = self.class.index {
            let ends =
                Estimate { low: self.x(index.low), point: self.x(index.point), high: self.x(index.high) };
            key::index(canvas, ends, base + 14.0, self.class.is_structural);
        }
        if let Some(p90) = self.class.p90 {
            key::p90(canvas, (self.x(p90), base + 31.0));
        }
        // Over P90, so that both are seen where they are equal.
        if let Some(median) = self.class.median {
            key::median(canvas, (self.x(median), base + 31.0));
        }
    }

    fn figures(&self, canvas: &mut Canvas<'_>) {
        let (left, right) = (self.room.x + FIGURES, self.room.right());
        if let Some(why) = self.class.absent() {
            canvas.text((left, self.room.y + 30.0), why, Face::BODY.colour(MUTED));
        }
        let mut y = self.room.y + 18.0;
        for (number, (name, value)) in self.class.figures.iter().enumerate() {
            let face = if number == 0 { Face::BODY.bold() } else { Face::SMALL.size(15.0).colour(INK) };
            canvas.text((right, y), value, face.right());
            canvas.fitted((left, y), name, right - left - face.width(value) - 12.0, Face::SMALL);
            y += 22.0;
        }
    }
}

/// A count that has no room is left to the words.
fn count_above(canvas: &mut Canvas<'_>, (left, right): (f64, f64), y: f64, count: u64) {
    const FACE: Face = Face::SMALL.size(12.0).colour(INK).middle();
    let text = grouped(count);
    let width = FACE.width(&text);
    if width <= right - left + 6.0 {
        let x = f64::midpoint(left, right);
        canvas.rect(Rect::new(x - width / 2.0 - 2.0, y - 16.0, width + 4.0, 14.0), PAPER);
        canvas.text((x, y - 5.0), &text, FACE);
    }
}

/// Where medium and high begin: a band and no line, for no score is far from its neighbour.
fn soft_edges(canvas: &mut Canvas<'_>, row: &Row<'_>, [medium, high]: [f64; 2], is_first: bool) {
    const HALF: f64 = 3.0;
    for edge in [medium, high] {
        let (left, right) = (row.x(edge - HALF), row.x(edge + HALF));
        canvas.rect(Rect::new(left, row.base() - COLUMNS, right - left, COLUMNS), FAINT);
    }
    if is_first {
        let names = [("low", 0.0, medium), ("medium", medium, high), ("high", high, 100.0)];
        for (name, from, to) in names {
            let at = (row.x(f64::midpoint(from, to)), row.room.y - 10.0);
            canvas.text(at, name, Face::SMALL.middle());
        }
    }
}

fn table(page: &Page) -> Vec<Vec<String>> {
    let Some(told) = &page.privileges else { return Vec::new() };
    let mut rows = vec![vec![told.spreads.finding.clone()]];
    for class in &told.spreads.classes {
        let mut row = vec![class.title.to_owned()];
        row.extend(class.counts());
        row.push(format!("unknown {}", grouped(class.unknown())));
        row.extend(class.absent().map(str::to_owned));
        row.extend(class.figures.iter().map(|(name, value)| format!("{name} {value}")));
        let tens = (0_u8..).zip(class.tens);
        row.extend(tens.map(|(ten, count)| format!("{}–{}: {}", ten * 10, ten * 10 + 9, grouped(count))));
        rows.push(row);
    }
    rows.extend(told.basis.iter().map(|line| vec![line.clone()]));
    rows
}

#[cfg(test)]
mod tests {
    use super::ceiling;

    #[test]
    fn the_scale_ends_at_a_full_ten() {
        let ends = [0.0, 0.1, 0.100_001, 0.35, 0.999, 1.0].map(|share| format!("{:.1}", ceiling(share)));
        assert_eq!(ends, ["0.1", "0.1", "0.2", "0.4", "1.0", "1.0"]);
    }
}
