//! What the marks mean: a shape and a word for each.

use super::canvas::{Canvas, Rect};
use super::colour::{CLAIM, MUTED, POSSIBLE, PROVEN};
use super::face::Face;

/// Paints the key so that it ends at `right`, on one line.
pub(super) fn paint(canvas: &mut Canvas<'_>, right: f64, baseline: f64) {
    const FACE: Face = Face::SMALL;
    let entries: [(&str, fn(&mut Canvas<'_>, Rect)); 4] = [
        ("proven", |canvas, mark| canvas.rect(mark, PROVEN)),
        ("possible", |canvas, mark| canvas.rect(mark, POSSIBLE)),
        ("claimed", |canvas, mark| {
            canvas.diamond((mark.x + mark.width / 2.0, mark.y + mark.height / 2.0), 6.0, CLAIM);
        }),
        ("no evidence", |canvas, mark| canvas.dashed_outline(mark, MUTED)),
    ];
    const MARK: f64 = 22.0;
    let width = |word: &str| MARK + 6.0 + FACE.width(word) + 20.0;
    let mut x = right + 20.0 - entries.iter().map(|(word, _)| width(word)).sum::<f64>();
    for (word, mark) in entries {
        mark(canvas, Rect::new(x, baseline - 10.0, MARK, 10.0));
        canvas.text((x + MARK + 6.0, baseline), word, FACE);
        x += width(word);
    }
}
