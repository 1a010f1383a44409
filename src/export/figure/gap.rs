//! Claimed against proven, domain by domain, in the order of the questionnaire.

use super::bars::Plot;
use super::canvas::{Canvas, Rect};
use super::face::Face;
use super::frame::{self, Frame};
use super::{Figure, legend};
use crate::export::page::{Bar, Page};

/// One row for each domain.
pub(super) static FIGURE: Figure = Figure {
    id: "gap",
    title: "Claimed and proven, by domain",
    description: "One row for each domain, 0 to 100. The solid bar is proven (floor), the light bar possible \
                  (ceiling), the diamond claimed. A dashed frame means that there is no evidence.",
    is_told: |_| true,
    size: |page| (frame::WIDTH, Frame::new(FIGURE.title, page).height(body(page))),
    table: |page| table("domain", &page.domains),
    paint,
};

const ROW: f64 = 34.0;
const KEY: f64 = 60.0;

fn body(page: &Page) -> f64 {
    KEY + ROW * (page.domains.len().max(1) as f64) + 40.0
}

fn paint(canvas: &mut Canvas<'_>, page: &Page) {
    let room = Frame::new(FIGURE.title, page).paint(canvas, page, body(page));
    legend::paint(canvas, room.right(), room.y + 8.0);
    let rows = Rect::new(room.x, room.y + KEY, room.width, room.height - KEY - 40.0);
    Plot { frame: rows, titles: 290.0, bar: 14.0, face: Face::BODY }.paint(canvas, &page.domains);
}

/// Bars in words.
pub(super) fn table(what: &str, bars: &[Bar]) -> Vec<Vec<String>> {
    let header = [what, "title", "claimed", "floor", "ceiling"].map(str::to_owned).to_vec();
    let row = |bar: &Bar| {
        let [claimed, floor, ceiling] = bar.words();
        vec![bar.id.clone(), bar.title.clone(), claimed, floor, ceiling]
    };
    std::iter::once(header).chain(bars.iter().map(row)).collect()
}
