//! The page for a board: everything that matters on one sheet.

use super::canvas::{Canvas, Rect};
use super::{Figure, board};
use crate::export::page::Page;

/// One sheet of A4, upright.
pub(super) static FIGURE: Figure = Figure {
    id: "scorecard",
    title: "Scorecard",
    description: "One page: what is proven, possible and claimed in total and by domain, the gates, three working \
                  signs, the classes side by side, the largest over-claims, and published figures for reference.",
    is_told: |_| true,
    size: |_| (WIDTH, HEIGHT),
    table: board::table,
    paint,
};

const WIDTH: f64 = 1240.0;
const HEIGHT: f64 = 1754.0;
/// What the domains give up for over-privilege, where any source tells of rights.
const STRIP: f64 = 84.0;
const LEFT: f64 = 72.0;
const INNER: f64 = WIDTH - 2.0 * LEFT;
/// The width of one of two columns.
const COLUMN: f64 = 520.0;
const RIGHT: f64 = LEFT + INNER - COLUMN;

fn paint(canvas: &mut Canvas<'_>, page: &Page) {
    board::header(canvas, Rect::new(LEFT, 48.0, INNER, 132.0), page);
    board::headline(canvas, Rect::new(LEFT, 198.0, INNER, 276.0), page);
    let strip = if page.privileges.is_some() { STRIP } else { 0.0 };
    board::domains(canvas, Rect::new(LEFT, 500.0, INNER, 448.0 - strip), page);
    board::privileges(canvas, Rect::new(LEFT, 978.0 - strip, INNER, strip), page);
    board::gates(canvas, Rect::new(LEFT, 978.0, COLUMN, 360.0), page);
    board::signs(canvas, Rect::new(RIGHT, 978.0, COLUMN, 192.0), page);
    board::classes(canvas, Rect::new(RIGHT, 1190.0, COLUMN, 148.0), page);
    board::findings(canvas, Rect::new(LEFT, 1370.0, COLUMN, 266.0), page);
    board::references(canvas, Rect::new(RIGHT, 1370.0, COLUMN, 266.0), page);
    board::footer(canvas, Rect::new(LEFT, 1650.0, INNER, 72.0), page);
}
