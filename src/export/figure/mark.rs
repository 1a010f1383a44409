//! The mark of each class: a shape of its own, so that no colour is needed to tell them apart.

use super::canvas::Canvas;
use super::colour::{INK, MUTED, PAPER};
use crate::model::inventory::Class;

/// Paints the mark around a centre.
pub(super) fn paint(canvas: &mut Canvas<'_>, (x, y): (f64, f64), class: Option<Class>) {
    const SIZE: f64 = 5.5;
    match class {
        Some(Class::Human) => canvas.disc((x, y), SIZE, INK),
        Some(Class::Machine) => canvas.polygon(
            &[(x - 5.0, y - 5.0), (x + 5.0, y - 5.0), (x + 5.0, y + 5.0), (x - 5.0, y + 5.0)],
            INK,
            1.0,
        ),
        Some(Class::Ai) => {
            canvas.polygon(&[(x, y - 6.5), (x + 6.5, y + 5.0), (x - 6.5, y + 5.0)], INK, 1.0);
        }
        None => {
            canvas.disc((x, y), SIZE, MUTED);
            canvas.disc((x, y), SIZE - 1.6, PAPER);
        }
    }
}
