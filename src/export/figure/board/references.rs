//! Published figures, apart from the organisation's own and apart from each other.

use super::section;
use crate::export::figure::canvas::{Canvas, Rect, leading};
use crate::export::figure::colour::{INK, MUTED};
use crate::export::figure::face::Face;
use crate::export::page::{Page, Reference};

/// Who published it.
const SOURCE: Face = Face::SMALL.size(12.0).colour(MUTED);

/// Paints survey by survey; what has no room is left out with a sign.
pub(in crate::export::figure) fn paint(canvas: &mut Canvas<'_>, room: Rect, page: &Page) {
    if page.references.is_empty() {
        return;
    }
    let rows = section(canvas, room, "Published figures, for reference");
    let mut y = rows.y + 14.0;
    for (number, reference) in page.references.iter().enumerate() {
        let lines = lines(reference, rows.width);
        if y + height(&lines) > rows.bottom() + leading(SOURCE) {
            let hidden = page.references.len() - number;
            canvas.text((rows.x, y), &format!("and {hidden} more in the JSON file"), Face::SMALL);
            return;
        }
        for line in &lines {
            canvas.text((rows.x, y), &line.lead, Face::SMALL.bold().colour(INK));
            canvas.text((rows.x + line.indent, y), &line.text, line.face);
            y += leading(line.face);
        }
        y += 8.0;
    }
}

/// One line: a figure in front, its words after it.
struct Line {
    lead: String,
    text: String,
    indent: f64,
    face: Face,
}

fn height(lines: &[Line]) -> f64 {
    lines.iter().map(|line| leading(line.face)).sum()
}

fn lines(reference: &Reference, width: f64) -> Vec<Line> {
    const INDENT: f64 = 52.0;
    let mut lines = Vec::new();
    for (value, label) in &reference.figures {
        let face = Face::SMALL.colour(INK);
        for (number, text) in face.wrap(label, width - INDENT, 2).into_iter().enumerate() {
            let lead = if number == 0 { value.clone() } else { String::new() };
            lines.push(Line { lead, text, indent: INDENT, face });
        }
    }
    let mut origin = format!("{}; {}.", reference.survey, reference.population);
    for note in &reference.notes {
        origin.push(' ');
        origin.push_str(note);
    }
    let origin = SOURCE.wrap(&origin, width, 4).into_iter();
    lines.extend(origin.map(|text| Line { lead: String::new(), text, indent: 0.0, face: SOURCE }));
    lines
}
