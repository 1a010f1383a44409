//! The must-haves: an empty ring and "open", or a filled disc with a tick and "closed".

use super::{rows_that_fit, section};
use crate::export::figure::canvas::{Canvas, Rect};
use crate::export::figure::colour::{CLAIM, INK, MUTED, PAPER, PROVEN};
use crate::export::figure::face::Face;
use crate::export::page::{Gate, Page};

/// Paints the gates, open ones first.
pub(in crate::export::figure) fn paint(canvas: &mut Canvas<'_>, room: Rect, page: &Page) {
    const ROW: f64 = 25.0;
    let open = page.gates.iter().filter(|gate| gate.is_open).count();
    let title = match page.gates.len() {
        0 => "Gates: this pack has none".to_owned(),
        all => format!("Gates: {open} of {all} open"),
    };
    let rows = section(canvas, room, &title);
    canvas.text((room.right(), room.y + 18.0), "level 3 must be proven", Face::SMALL.right());
    let shown = rows_that_fit(page.gates.len(), rows.height, ROW);
    for (number, gate) in page.gates.iter().take(shown).enumerate() {
        row(canvas, Rect { y: rows.y + ROW * number as f64, height: ROW, ..rows }, gate);
    }
    let hidden = page.gates.len() - shown;
    if hidden > 0 {
        let at = (rows.x, rows.y + ROW * shown as f64 + 16.0);
        canvas.text(at, &format!("and {hidden} more in the other files"), Face::SMALL);
    }
}

fn row(canvas: &mut Canvas<'_>, row: Rect, gate: &Gate) {
    const MARK: f64 = 7.0;
    const STATE: f64 = 54.0;
    const NOTE: f64 = 136.0;
    let (x, baseline) = (row.x + 26.0, row.y + 17.0);
    let centre = (row.x + MARK, baseline - 5.5);
    let (word, face) = if gate.is_open {
        canvas.ring(centre, MARK - 1.0, CLAIM, 2.0);
        ("open", Face::SMALL.bold().colour(CLAIM))
    } else {
        canvas.disc(centre, MARK, PROVEN);
        let (x, y) = centre;
        canvas.path(&[(x - 3.0, y), (x - 1.0, y + 2.5), (x + 3.5, y - 2.5)], PAPER, 1.6);
        ("closed", Face::SMALL.bold().colour(PROVEN))
    };
    canvas.text((x, baseline), word, face);
    let title = row.width - 26.0 - STATE - NOTE - 12.0;
    canvas.fitted((x + STATE, baseline), &gate.title, title, Face::SMALL.colour(INK));
    canvas.fitted((row.right(), baseline), &gate.note, NOTE, Face::SMALL.colour(MUTED).right());
}
