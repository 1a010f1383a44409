//! The figures that a board remembers: what is proven, what is possible, what is claimed, and the gap.

use crate::export::figure::bars::interval;
use crate::export::figure::canvas::{Canvas, Rect, leading};
use crate::export::figure::colour::{CLAIM, FAINT, INK, MUTED, PROVEN};
use crate::export::figure::face::Face;
use crate::export::page::{Bar, Fact, FactKind, Page};

/// Paints the floor as the score, the bar beside it, four facts below, and the reason for the class.
pub(in crate::export::figure) fn paint(canvas: &mut Canvas<'_>, room: Rect, page: &Page) {
    const SCORE: f64 = 300.0;
    let [_, floor, _] = page.total.words();
    let face = Face::SECTION.size(if page.total.bounds.is_some() { 96.0 } else { 48.0 }).colour(PROVEN);
    canvas.text((room.x - 4.0, room.y + 86.0), &floor, face);
    canvas.text((room.x, room.y + 118.0), "proven, of 100", Face::BODY.size(18.0));
    if let Some(before) = &page.before {
        let indent = Face::BODY.size(18.0).width("proven, of 100") + 16.0;
        canvas.fitted(
            (room.x + indent, room.y + 118.0),
            before,
            SCORE - indent - 24.0,
            Face::BODY.colour(MUTED),
        );
    }
    let bar = Rect::new(room.x + SCORE, room.y + 40.0, room.width - SCORE, 30.0);
    total(canvas, bar, &page.total);
    let width = room.width / (page.facts.len().max(1) as f64);
    for (number, one) in page.facts.iter().enumerate() {
        let tile = Rect::new(room.x + width * number as f64, room.y + 146.0, width - 24.0, 84.0);
        fact(canvas, tile, one);
    }
    canvas.fitted((room.x, room.bottom() - 10.0), &page.because, room.width, Face::BODY.colour(MUTED));
}

/// The bar from 0 to 100 with its three figures in words.
fn total(canvas: &mut Canvas<'_>, lane: Rect, bar: &Bar) {
    canvas.rect(lane, FAINT);
    interval(canvas, lane, bar);
    let x = |score: f64| lane.x + lane.width * score.clamp(0.0, 100.0) / 100.0;
    let [claimed, floor, ceiling] = bar.words();
    let above = lane.y - 18.0;
    match bar.claimed {
        Some(score) => label(
            canvas,
            lane,
            (x(score), above),
            &format!("claimed {claimed}"),
            Face::BODY.bold().colour(CLAIM),
        ),
        None => canvas.text((lane.x, above), "not answered", Face::BODY.colour(MUTED)),
    }
    let below = lane.bottom() + 28.0;
    let Some((low, high)) = bar.bounds.filter(|_| bar.has_evidence) else {
        canvas.text(
            (lane.x, below),
            "no evidence: anything from 0 to 100 is possible",
            Face::BODY.colour(MUTED),
        );
        return;
    };
    let (proven, possible) = (format!("proven {floor}"), format!("possible {ceiling}"));
    let (bold, plain) = (Face::BODY.bold().colour(PROVEN), Face::BODY.colour(INK));
    let (first, second) = apart(lane, (x(low), bold.width(&proven)), (x(high), plain.width(&possible)));
    canvas.text((first, below), &proven, bold);
    canvas.text((second, below), &possible, plain);
}

/// A label around a place on the lane, kept inside the lane.
fn label(canvas: &mut Canvas<'_>, lane: Rect, (x, y): (f64, f64), text: &str, face: Face) {
    let width = face.width(text);
    let left = (x - width / 2.0).clamp(lane.x, (lane.right() - width).max(lane.x));
    canvas.text((left, y), text, face);
}

/// The left ends of two labels around two places, moved until they do not touch.
fn apart(lane: Rect, (one, one_width): (f64, f64), (two, two_width): (f64, f64)) -> (f64, f64) {
    const SPACE: f64 = 20.0;
    let last = (lane.right() - one_width - SPACE - two_width).max(lane.x);
    let first = (one - one_width / 2.0).clamp(lane.x, last);
    let second = (two - two_width / 2.0).max(first + one_width + SPACE).min(lane.right() - two_width);
    (first, second)
}

fn fact(canvas: &mut Canvas<'_>, tile: Rect, fact: &Fact) {
    canvas.text((tile.x, tile.y + 14.0), fact.title, Face::SMALL.colour(INK));
    let colour = match fact.kind {
        FactKind::Claim => CLAIM,
        FactKind::Coverage => INK,
        FactKind::Unknown => MUTED,
    };
    canvas.text((tile.x, tile.y + 46.0), &fact.value, Face::SECTION.size(28.0).colour(colour));
    let lines = Face::SMALL.wrap(&fact.note, tile.width, 2);
    canvas.lines((tile.x, tile.y + 50.0 + leading(Face::SMALL)), &lines, Face::SMALL);
}
