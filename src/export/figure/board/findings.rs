//! Where the claim is above the proof: gates first, then by weight.

use super::{rows_that_fit, section};
use crate::export::figure::canvas::{Canvas, Rect};
use crate::export::figure::colour::{CLAIM, MUTED};
use crate::export::figure::face::Face;
use crate::export::page::{Finding, Page};

/// Paints the largest over-claims.
pub(in crate::export::figure) fn paint(canvas: &mut Canvas<'_>, room: Rect, page: &Page) {
    const ROW: f64 = 46.0;
    let all = page.findings.len() + page.more_findings;
    let (title, text) = match page.total.claimed {
        Some(_) => (title(all, page.findings.len()), "No claim stands above what is possible."),
        None => ("Over-claimed: unknown".to_owned(), "Nobody has answered yet."),
    };
    let rows = section(canvas, room, &title);
    if all == 0 {
        canvas.fitted((rows.x, rows.y + 16.0), text, rows.width, Face::BODY.colour(MUTED));
    }
    let shown = rows_that_fit(page.findings.len(), rows.height, ROW);
    for (number, finding) in page.findings.iter().take(shown).enumerate() {
        row(canvas, Rect { y: rows.y + ROW * number as f64, height: ROW, ..rows }, finding);
    }
}

fn title(all: usize, shown: usize) -> String {
    match all {
        0 => "Over-claimed: none".to_owned(),
        all if all == shown => format!("Over-claimed: {all}"),
        all => format!("Over-claimed: the first {shown} of {all}"),
    }
}

fn row(canvas: &mut Canvas<'_>, row: Rect, finding: &Finding) {
    const MARK: f64 = 26.0;
    let (x, width) = (row.x + MARK, row.width - MARK);
    canvas.diamond((row.x + 7.0, row.y + 10.0), 6.0, CLAIM);
    canvas.fitted((x, row.y + 15.0), &finding.title, width - 90.0, Face::BODY);
    let gate = if finding.is_gate { "gate" } else { "" };
    canvas.text((row.right(), row.y + 15.0), gate, Face::SMALL.right());
    canvas.fitted((x, row.y + 34.0), &finding.note, width, Face::SMALL);
}
