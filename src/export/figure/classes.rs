//! People, machines and AI agents side by side; never averaged into one.

use super::bars::Plot;
use super::canvas::{Canvas, Rect};
use super::colour::MUTED;
use super::face::Face;
use super::frame::{self, Frame};
use super::{Figure, gap, legend};
use crate::export::page::Page;

/// One row for each class.
pub(super) static FIGURE: Figure = Figure {
    id: "classes",
    title: "Human, machine and AI agent, side by side",
    description: "One row for each class of identities, 0 to 100, over the questions about that class alone. \
                  The solid bar is proven (floor), the light bar possible (ceiling), the diamond claimed. The \
                  classes are never averaged into one figure.",
    is_told: |_| true,
    size: |page| (frame::WIDTH, Frame::new(FIGURE.title, page).height(body(page))),
    table: |page| gap::table("class", &page.classes),
    paint,
};

const ROW: f64 = 64.0;
const KEY: f64 = 60.0;
const BELOW: f64 = 72.0;

fn body(page: &Page) -> f64 {
    KEY + ROW * (page.classes.len().max(1) as f64) + BELOW
}

fn paint(canvas: &mut Canvas<'_>, page: &Page) {
    let room = Frame::new(FIGURE.title, page).paint(canvas, page, body(page));
    legend::paint(canvas, room.right(), room.y + 8.0);
    let rows = Rect::new(room.x, room.y + KEY, room.width, room.height - KEY - BELOW);
    let face = Face::BODY.size(18.0);
    Plot { frame: rows, titles: 150.0, bar: 24.0, face }.paint(canvas, &page.classes);
    let note =
        "Each class stands for the questions about it alone; the classes are never averaged into one figure.";
    canvas.fitted((room.x, rows.bottom() + 52.0), note, room.width, Face::BODY.colour(MUTED));
}
