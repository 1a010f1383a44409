//! Pictures: each is drawn once, as SVG; bitmaps are made from that SVG.
//!
//! A figure says how large it is, what a person who cannot see it is told, and how it is painted.

use super::ExportError;
use super::page::Page;

mod agents;
mod bars;
mod board;
mod canvas;
mod classes;
mod colour;
mod describe;
mod face;
mod frame;
mod gap;
mod legend;
mod mark;
mod peers;
mod privilege;
mod radar;
mod scorecard;
mod shadow;
mod top;

use canvas::Canvas;
pub(super) use face::{FAMILY, FONTS};

/// Every figure, in the order in which they are written.
pub(super) static REGISTRY: &[&Figure] = &[
    &scorecard::FIGURE,
    &gap::FIGURE,
    &radar::FIGURE,
    &classes::FIGURE,
    &privilege::FIGURE,
    &top::FIGURE,
    &peers::FIGURE,
    &shadow::FIGURE,
    &agents::FIGURE,
];

/// The figures that there is something to show in.
pub(super) fn shown(page: &Page) -> impl Iterator<Item = &'static Figure> {
    REGISTRY.iter().copied().filter(|figure| (figure.is_told)(page))
}

/// A picture of a scorecard.
pub(super) struct Figure {
    /// Also the name of its file.
    pub id: &'static str,
    title: &'static str,
    /// What it shows and how to read it, in a sentence or two.
    description: &'static str,
    /// Whether any source tells what it shows; without one it is left out.
    is_told: fn(&Page) -> bool,
    /// Width and height, which may depend on how much there is to show.
    size: fn(&Page) -> (f64, f64),
    /// The same in words: a header and rows.
    table: fn(&Page) -> Vec<Vec<String>>,
    paint: fn(&mut Canvas<'_>, &Page),
}

impl Figure {
    /// Draws it as an SVG document that holds its title, a description and its data as text.
    pub fn svg(&self, page: &Page) -> Result<String, ExportError> {
        let size = (self.size)(page);
        let drawn = canvas::draw(size, |canvas| (self.paint)(canvas, page));
        let drawn = drawn.map_err(|reason| ExportError::Draw { figure: self.id.to_owned(), reason })?;
        Ok(describe::document(self, page, size, &drawn))
    }
}
