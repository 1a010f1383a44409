//! The palette: greys, one blue for what is proven, one orange for what is claimed. Blue and orange stay
//! apart for every kind of colour vision, and a shape or a word always says the same.

use plotters::style::RGBColor;

pub(super) const PAPER: RGBColor = RGBColor(255, 255, 255);
pub(super) const INK: RGBColor = RGBColor(23, 32, 42);
/// Second-rank text; 7:1 on paper.
pub(super) const MUTED: RGBColor = RGBColor(84, 96, 108);
/// Lines that part sections.
pub(super) const LINE: RGBColor = RGBColor(205, 212, 219);
/// Grids and tracks.
pub(super) const FAINT: RGBColor = RGBColor(231, 235, 239);
/// What is proven.
pub(super) const PROVEN: RGBColor = RGBColor(19, 78, 121);
/// What is possible beyond it.
pub(super) const POSSIBLE: RGBColor = RGBColor(184, 209, 228);
/// Between what is possible and what is proven.
pub(super) const MIDDLE: RGBColor = RGBColor(96, 140, 176);
/// What is claimed.
pub(super) const CLAIM: RGBColor = RGBColor(200, 82, 12);
