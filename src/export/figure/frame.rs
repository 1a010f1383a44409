//! What all single figures share: a title above, the origin below, the same margins.

use super::canvas::{Canvas, Rect};
use super::colour::{LINE, MUTED};
use super::face::Face;
use crate::export::page::Page;

pub(super) const WIDTH: f64 = 1240.0;
pub(super) const MARGIN: f64 = 56.0;
const ABOVE: f64 = 136.0;
const BELOW: f64 = 92.0;

/// The height of a whole figure whose own part is `body` high.
pub(super) fn height(body: f64) -> f64 {
    ABOVE + body + BELOW
}

/// Paints title and origin; returns the room between them.
pub(super) fn paint(canvas: &mut Canvas<'_>, title: &str, page: &Page, body: f64) -> Rect {
    let inner = WIDTH - 2.0 * MARGIN;
    canvas.text((MARGIN, 76.0), title, Face::SECTION.size(28.0));
    let subject = format!("{} · {} · {}", page.organisation, page.subject, page.pack);
    canvas.fitted((MARGIN, 104.0), &subject, inner, Face::BODY.colour(MUTED));
    let foot = height(body) - 52.0;
    canvas.line((MARGIN, foot - 22.0), (WIDTH - MARGIN, foot - 22.0), LINE, 1.0);
    canvas.fitted((MARGIN, foot), &page.footer.made, inner, Face::SMALL);
    canvas.fitted((MARGIN, foot + 20.0), page.footer.caution, inner, Face::SMALL);
    Rect::new(MARGIN, ABOVE, inner, body)
}
