//! What the marks mean: a shape and a word for each.

use super::canvas::{Canvas, Rect};
use super::colour::{CLAIM, MUTED, POSSIBLE, PROVEN};
use super::face::Face;

const FACE: Face = Face::SMALL;
const MARK: f64 = 22.0;
/// Between a mark and its word.
const NEAR: f64 = 6.0;
/// Between a word and the next mark.
const FAR: f64 = 20.0;

/// A mark and its word.
struct Entry {
    word: &'static str,
    mark: fn(&mut Canvas<'_>, Rect),
}

static ENTRIES: [Entry; 4] = [
    Entry { word: "proven (floor)", mark: |canvas, room| canvas.rect(room, PROVEN) },
    Entry { word: "possible (ceiling)", mark: |canvas, room| canvas.rect(room, POSSIBLE) },
    Entry {
        word: "claimed",
        mark: |canvas, room| {
            canvas.diamond((room.x + room.width / 2.0, room.y + room.height / 2.0), 6.0, CLAIM);
        },
    },
    Entry { word: "no evidence", mark: |canvas, room| canvas.dashed_outline(room, MUTED) },
];

/// Paints the key so that it ends at `right`, on one line.
pub(super) fn paint(canvas: &mut Canvas<'_>, right: f64, baseline: f64) {
    let width = |entry: &Entry| MARK + NEAR + FACE.width(entry.word) + FAR;
    let mut x = right + FAR - ENTRIES.iter().map(width).sum::<f64>();
    for entry in &ENTRIES {
        (entry.mark)(canvas, Rect::new(x, baseline - 10.0, MARK, 10.0));
        canvas.text((x + MARK + NEAR, baseline), entry.word, FACE);
        x += width(entry);
    }
}
