//! How much more each class can do than it needs: one line, side by side, and no figure for all.

use super::section;
use crate::export::figure::canvas::{Canvas, Rect};
use crate::export::figure::colour::MUTED;
use crate::export::figure::face::Face;
use crate::export::figure::mark;
use crate::export::page::{Page, Spread};
use crate::export::words::{UNKNOWN, estimate};

/// Paints the index of each class with its range; nothing when no source tells of rights.
pub(in crate::export::figure) fn paint(canvas: &mut Canvas<'_>, room: Rect, page: &Page) {
    let Some(told) = &page.privileges else { return };
    let rows = section(canvas, room, "Over-privilege, by class");
    let note = "index, 0 to 100: less is better; the range is what is not known";
    canvas.text((room.right(), room.y + 18.0), note, Face::SMALL.right());
    let classes: Vec<&Spread> = told.spreads.classes.iter().filter(|spread| spread.class.is_some()).collect();
    let width = rows.width / (classes.len().max(1) as f64);
    for (number, spread) in classes.into_iter().enumerate() {
        let cell = Rect { x: rows.x + width * number as f64, width: width - 16.0, ..rows };
        paint_class(canvas, cell, spread);
    }
}

fn paint_class(canvas: &mut Canvas<'_>, cell: Rect, spread: &Spread) {
    let y = cell.y + 14.0;
    mark::paint(canvas, (cell.x + 7.0, y - 5.0), spread.class);
    let x = cell.x + 22.0;
    canvas.text((x, y), spread.title, Face::BODY);
    let x = x + Face::BODY.width(spread.title) + 12.0;
    let Some(index) = spread.index else {
        canvas.text((x, y), UNKNOWN, Face::BODY.colour(MUTED));
        return;
    };
    let (index, face) = (estimate(index), Face::BODY.bold());
    canvas.text((x, y), &index, face);
    if spread.is_structural {
        canvas.text((x + face.width(&index) + 10.0, y), "structural", Face::SMALL);
    }
}
