//! Three dials: bounded, gated, discovered. What is not known is an empty dashed dial and the word.

use super::section;
use crate::export::figure::canvas::{Arc, Canvas, Rect, leading};
use crate::export::figure::colour::{FAINT, INK, MUTED, POSSIBLE, PROVEN};
use crate::export::figure::face::Face;
use crate::export::page::{Dial, Page};

const OUTER: f64 = 62.0;
const INNER: f64 = 47.0;

/// Paints the signs side by side.
pub(in crate::export::figure) fn paint(canvas: &mut Canvas<'_>, room: Rect, page: &Page) {
    let rows = section(canvas, room, "Three signs that it works");
    let width = rows.width / (page.signs.len().max(1) as f64);
    for (number, sign) in page.signs.iter().enumerate() {
        dial(canvas, Rect { x: rows.x + width * number as f64, width, ..rows }, sign);
    }
}

fn dial(canvas: &mut Canvas<'_>, room: Rect, sign: &Dial) {
    let centre = (room.x + room.width / 2.0, room.y + OUTER + 10.0);
    let mut arc = |from: f64, to: f64, colour| {
        canvas.arc(Arc { centre, outer: OUTER, inner: INNER, from, to }, colour);
    };
    match sign.ends {
        Some((low, high)) => {
            arc(0.0, 1.0, FAINT);
            arc(low, high, POSSIBLE);
            arc(0.0, low, PROVEN);
        }
        None => dashes(canvas, centre),
    }
    let size = if sign.value.chars().count() > 8 { 14.0 } else { 20.0 };
    let face = match sign.ends {
        Some(_) => Face::SECTION.size(size).colour(INK).middle(),
        None => Face::BODY.colour(MUTED).middle(),
    };
    let (value, below) = (centre.1 - 4.0, centre.1 + 24.0);
    canvas.fitted((centre.0, value), &sign.value, 2.0 * INNER - 4.0, face);
    canvas.text((centre.0, below), &sign.id, Face::BODY.bold().middle());
    let lines = Face::SMALL.wrap(&sign.title, room.width - 16.0, 3);
    canvas.lines((centre.0, below + leading(Face::SMALL)), &lines, Face::SMALL.middle());
}

/// An empty dial in dashes.
fn dashes(canvas: &mut Canvas<'_>, centre: (f64, f64)) {
    const DASHES: u32 = 24;
    for dash in 0..DASHES {
        let from = f64::from(dash) / f64::from(DASHES);
        let to = from + 0.5 / f64::from(DASHES);
        for (outer, inner) in [(OUTER, OUTER - 1.2), (INNER + 1.2, INNER)] {
            canvas.arc(Arc { centre, outer, inner, from, to }, MUTED);
        }
    }
}
