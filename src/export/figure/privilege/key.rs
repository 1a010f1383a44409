//! The marks below the columns, and what they mean: a shape and a word for each.

use crate::export::figure::canvas::{Canvas, Rect};
use crate::export::figure::colour::{INK, MUTED, PAPER, PROVEN};
use crate::export::figure::face::Face;
use crate::model::privilege::Estimate;

const FACE: Face = Face::SMALL;

/// Paints the index as a disc on the line of its range; a ring where it is a structural estimate.
pub(super) fn index(canvas: &mut Canvas<'_>, x: Estimate, y: f64, is_structural: bool) {
    canvas.line((x.low, y), (x.high, y), INK, 2.0);
    for end in [x.low, x.high] {
        canvas.line((end, y - 4.0), (end, y + 4.0), INK, 2.0);
    }
    canvas.disc((x.point, y), 8.0, PAPER);
    canvas.disc((x.point, y), 6.0, INK);
    if is_structural {
        canvas.disc((x.point, y), 3.6, PAPER);
    }
}

/// Paints the median: a full bar, upright.
pub(super) fn median(canvas: &mut Canvas<'_>, (x, y): (f64, f64)) {
    canvas.rect(Rect::new(x - 1.7, y - 6.0, 3.4, 12.0), INK);
}

/// Paints P90: an empty bar, upright.
pub(super) fn p90(canvas: &mut Canvas<'_>, (x, y): (f64, f64)) {
    canvas.rect(Rect::new(x - 5.0, y - 8.5, 10.0, 17.0), INK);
    canvas.rect(Rect::new(x - 3.3, y - 6.8, 6.6, 13.6), PAPER);
}

/// A mark, how wide it is, and its words.
struct Entry {
    words: &'static str,
    width: f64,
    mark: fn(&mut Canvas<'_>, (f64, f64)),
}

static ENTRIES: [Entry; 6] = [
    Entry {
        words: "identities, as a share of their class",
        width: 14.0,
        mark: |canvas, (x, y)| canvas.rect(Rect::new(x, y - 6.0, 14.0, 12.0), PROVEN),
    },
    Entry {
        words: "rights not known",
        width: 14.0,
        mark: |canvas, (x, y)| canvas.dashed_outline(Rect::new(x, y - 6.0, 14.0, 12.0), MUTED),
    },
    Entry {
        words: "index and its range",
        width: 34.0,
        mark: |canvas, (x, y)| {
            index(canvas, Estimate { low: x, point: x + 17.0, high: x + 34.0 }, y, false);
        },
    },
    Entry {
        words: "structural estimate",
        width: 34.0,
        mark: |canvas, (x, y)| {
            index(canvas, Estimate { low: x, point: x + 17.0, high: x + 34.0 }, y, true);
        },
    },
    Entry { words: "median", width: 6.0, mark: |canvas, (x, y)| median(canvas, (x + 3.0, y)) },
    Entry { words: "P90", width: 10.0, mark: |canvas, (x, y)| p90(canvas, (x + 5.0, y)) },
];

/// Paints the key on one line at the top of a room.
pub(super) fn paint(canvas: &mut Canvas<'_>, room: Rect) {
    const NEAR: f64 = 8.0;
    const FAR: f64 = 24.0;
    let mut x = room.x;
    for entry in &ENTRIES {
        (entry.mark)(canvas, (x, room.y + 5.0));
        canvas.text((x + entry.width + NEAR, room.y + 10.0), entry.words, FACE);
        x += entry.width + NEAR + FACE.width(entry.words) + FAR;
    }
}
