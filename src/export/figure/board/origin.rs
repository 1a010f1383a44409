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
    canvas.fitted((room.x, room.y + 70.0), &page.organisation, left, Face::SECTION.size(40.0));
    canvas.fitted((room.x, room.y + 104.0), &page.subject, left, Face::BODY.size(18.0));
    if let Some(class) = &page.class {
        canvas.text((room.right(), room.y + 18.0), "Readiness class", Face::BODY.colour(MUTED).right());
        let face = Face::SECTION.size(28.0).colour(PROVEN).right();
        canvas.fitted((room.right(), room.y + 66.0), class, CLASS, face);
    }
    canvas.line((room.x, room.bottom()), (room.right(), room.bottom()), LINE, 1.0);
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
