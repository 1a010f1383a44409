//! The head and the foot of the page: what it is about, and where it comes from.

use crate::export::figure::canvas::{Canvas, Rect};
use crate::export::figure::colour::{LINE, MUTED, PROVEN};
use crate::export::figure::face::Face;
use crate::export::page::Page;

/// Organisation, unit, period, pack; on the right the readiness class.
pub(in crate::export::figure) fn header(canvas: &mut Canvas<'_>, room: Rect, page: &Page) {
    const CLASS: f64 = 330.0;
    let left = room.width - CLASS - 24.0;
    canvas.fitted(
        (room.x, room.y + 18.0),
        &format!("Scorecard · {}", page.pack),
        left,
        Face::BODY.colour(MUTED),
    );
    let sizes = [(Face::SECTION.size(40.0), 70.0), (Face::SECTION.size(24.0), 50.0)];
    name(canvas, (room.x, room.y), &page.organisation, left, sizes);
    canvas.fitted((room.x, room.y + 110.0), &page.subject, left, Face::BODY.size(18.0));
    if let Some(class) = &page.class {
        canvas.text((room.right(), room.y + 18.0), "Readiness class", Face::BODY.colour(MUTED).right());
        let face = Face::SECTION.colour(PROVEN).right();
        let sizes = [(face.size(28.0), 66.0), (face.size(20.0), 50.0)];
        name(canvas, (room.right(), room.y), class, CLASS, sizes);
    }
    canvas.line((room.x, room.bottom()), (room.right(), room.bottom()), LINE, 1.0);
}

/// A name on one line where it fits, and smaller on two where it does not; each face with its first baseline.
fn name(canvas: &mut Canvas<'_>, (x, y): (f64, f64), text: &str, room: f64, sizes: [(Face, f64); 2]) {
    let [(large, one), (small, two)] = sizes;
    if large.width(text) <= room {
        canvas.text((x, y + one), text, large);
    } else {
        canvas.lines((x, y + two), &small.wrap(text, room, 2), small);
    }
}

/// What it must not be taken for, what to know first, and the origin of every figure.
pub(in crate::export::figure) fn footer(canvas: &mut Canvas<'_>, room: Rect, page: &Page) {
    const FACE: Face = Face::SMALL.size(12.0);
    canvas.line((room.x, room.y), (room.right(), room.y), LINE, 1.0);
    let mut warnings = vec![page.footer.caution.to_owned()];
    warnings.extend(page.footer.warnings.iter().cloned());
    let mut y = room.y + 20.0;
    for line in FACE.wrap(&warnings.join(" "), room.width, 2) {
        canvas.text((room.x, y), &line, FACE);
        y += 17.0;
    }
    canvas.fitted((room.x, y), &page.footer.evidence, room.width, FACE);
    canvas.fitted((room.x, y + 17.0), &page.footer.made, room.width, FACE);
}
