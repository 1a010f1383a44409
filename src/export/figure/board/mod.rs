//! The parts of the board page; each stays inside the room that it is given.

use super::bars::Plot;
use super::canvas::{Canvas, Rect};
use super::face::Face;
use super::legend;
use crate::export::page::Page;

mod facts;
mod findings;
mod gates;
mod headline;
mod origin;
mod privileges;
mod references;
mod signs;

pub(super) use facts::table;
pub(super) use findings::paint as findings;
pub(super) use gates::paint as gates;
pub(super) use headline::paint as headline;
pub(super) use origin::{footer, header};
pub(super) use privileges::paint as privileges;
pub(super) use references::paint as references;
pub(super) use signs::paint as signs;

/// Paints a section's title and returns the room below it.
fn section(canvas: &mut Canvas<'_>, room: Rect, title: &str) -> Rect {
    const TITLE: f64 = 32.0;
    canvas.text((room.x, room.y + 18.0), title, Face::SECTION);
    Rect { y: room.y + TITLE, height: room.height - TITLE, ..room }
}

/// How many rows of a list fit, leaving one for the sign that there are more.
fn rows_that_fit(count: usize, height: f64, row: f64) -> usize {
    let fits = |rows: usize| row * rows as f64 <= height;
    if fits(count) {
        return count;
    }
    (0..count).take_while(|&rows| fits(rows + 2)).count()
}

/// Claimed and proven for each domain.
pub(super) fn domains(canvas: &mut Canvas<'_>, room: Rect, page: &Page) {
    const AXIS: f64 = 24.0;
    const LEAST: f64 = 18.0;
    let rows = section(canvas, room, "Claimed and proven, by domain");
    legend::paint(canvas, room.right() - 250.0, room.y + 18.0);
    let frame = Rect { y: rows.y + 6.0, height: rows.height - AXIS - 6.0, ..rows };
    let shown = rows_that_fit(page.domains.len(), frame.height, LEAST);
    let bars = page.domains.get(..shown).unwrap_or_default();
    Plot { frame, titles: 290.0, bar: 13.0, face: Face::BODY }.paint(canvas, bars);
    let hidden = page.domains.len() - shown;
    if hidden > 0 {
        let at = (room.x, frame.bottom() + 18.0);
        canvas.text(at, &format!("and {hidden} more in the other files"), Face::SMALL);
    }
}

/// People, machines and AI agents side by side.
pub(super) fn classes(canvas: &mut Canvas<'_>, room: Rect, page: &Page) {
    const AXIS: f64 = 24.0;
    let rows = section(canvas, room, "Classes, side by side");
    let frame = Rect { y: rows.y + 4.0, height: rows.height - AXIS - 4.0, ..rows };
    Plot { frame, titles: 82.0, bar: 13.0, face: Face::BODY }.paint(canvas, &page.classes);
}

#[cfg(test)]
mod tests {
    use super::rows_that_fit;

    #[test]
    fn the_last_row_is_left_for_the_sign_that_there_are_more() {
        assert_eq!([rows_that_fit(0, 100.0, 25.0), rows_that_fit(4, 100.0, 25.0)], [0, 4]);
        assert_eq!([rows_that_fit(5, 100.0, 25.0), rows_that_fit(99, 100.0, 25.0)], [3, 3]);
        assert_eq!([rows_that_fit(2, 25.0, 25.0), rows_that_fit(9, 0.0, 25.0)], [0, 0]);
    }
}
