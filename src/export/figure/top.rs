//! Those with the most excess, one row each, with the range in which the score lies.

use super::canvas::{Canvas, Rect};
use super::colour::{FAINT, INK, LINE, MUTED, PAPER, POSSIBLE, PROVEN};
use super::face::Face;
use super::frame::{self, Frame};
use super::{Figure, mark};
use crate::export::page::{Heavy, Page, Privileges};

/// One row for each identity.
pub(super) static FIGURE: Figure = Figure {
    id: "top",
    title: "The identities with the most excess",
    description: "One row for each of the identities with the most excess, the most first. The solid bar is the \
                  score if everything unknown is used, the light bar what it may be beyond that, the disc the \
                  score itself; a ring is a structural estimate, with less than 20 % of use known.",
    is_told: |page| page.privileges.is_some(),
    size: |page| {
        (frame::WIDTH, page.privileges.as_ref().map_or(0.0, |told| frame(page, told).height(body(told))))
    },
    table,
    paint,
};

const ROW: f64 = 44.0;
/// Above the rows: the key and the heads of the columns.
const KEY: f64 = 66.0;
const AXIS: f64 = 34.0;
/// Room for a name.
const NAME: f64 = 330.0;
/// Where the scale begins and ends, from the left edge.
const SCALE: (f64, f64) = (352.0, 652.0);
/// Heads of the columns and where each ends, from the left edge.
const COLUMNS: [(&str, f64); 5] =
    [("score", 804.0), ("excess", 886.0), ("use known", 972.0), ("tier 0", 1076.0), ("paths", 1128.0)];

fn frame<'a>(page: &'a Page, told: &'a Privileges) -> Frame<'a> {
    Frame::of_privileges(FIGURE.title, page, told, &told.heaviest.finding)
}

fn body(told: &Privileges) -> f64 {
    if told.heaviest.rows.is_empty() {
        return 0.0;
    }
    KEY + ROW * told.heaviest.rows.len() as f64 + AXIS
}

fn paint(canvas: &mut Canvas<'_>, page: &Page) {
    let Some(told) = &page.privileges else { return };
    let room = frame(page, told).paint(canvas, page, body(told));
    let rows = Rect::new(room.x, room.y + KEY, room.width, room.height - KEY - AXIS);
    if told.heaviest.rows.is_empty() {
        return;
    }
    key(canvas, room);
    scale(canvas, rows);
    for (number, heavy) in told.heaviest.rows.iter().enumerate() {
        row(canvas, Rect { y: rows.y + ROW * number as f64, height: ROW, ..rows }, heavy);
    }
}

fn x(rows: Rect, score: f64) -> f64 {
    let (left, right) = SCALE;
    rows.x + left + (right - left) * score.clamp(0.0, 100.0) / 100.0
}

fn scale(canvas: &mut Canvas<'_>, rows: Rect) {
    for score in [0.0, 25.0, 50.0, 75.0, 100.0] {
        let x = x(rows, score);
        canvas.line((x, rows.y), (x, rows.bottom()), FAINT, 1.0);
        canvas.text((x, rows.bottom() + 18.0), &format!("{score}"), Face::SMALL.middle());
    }
    canvas.line((x(rows, 0.0), rows.bottom()), (x(rows, 100.0), rows.bottom()), LINE, 1.0);
    for (head, right) in COLUMNS {
        canvas.text((rows.x + right, rows.y - 10.0), head, Face::SMALL.right());
    }
}

fn row(canvas: &mut Canvas<'_>, room: Rect, heavy: &Heavy) {
    let middle = room.y + room.height / 2.0;
    mark::paint(canvas, (room.x + 7.0, middle - 8.0), heavy.class);
    let name = Face::BODY.fit_middle(&heavy.name, NAME - 22.0);
    canvas.text((room.x + 22.0, middle - 2.0), &name, Face::BODY);
    let below = if heavy.id.is_empty() {
        heavy.class_word().to_owned()
    } else {
        let class = format!("{} · ", heavy.class_word());
        let left = NAME - 22.0 - Face::SMALL.width(&class);
        format!("{class}{}", Face::SMALL.fit_middle(&heavy.id, left))
    };
    canvas.text((room.x + 22.0, middle + 16.0), &below, Face::SMALL);
    let lane = Rect::new(x(room, 0.0), middle - 7.0, x(room, 100.0) - x(room, 0.0), 14.0);
    interval(canvas, lane, heavy);
    let plain = Face::BODY.colour(INK);
    let reach = if heavy.reach.is_control() { Face::SMALL.colour(INK) } else { Face::SMALL };
    let faces = [plain.bold(), plain, plain, reach, plain];
    for (((_, right), figure), face) in COLUMNS.iter().zip(&heavy.figures).zip(faces) {
        canvas.text((room.x + right, middle + 5.0), figure, face.right());
    }
}

/// From nothing to the low end, from there to the high end, and the score itself.
fn interval(canvas: &mut Canvas<'_>, lane: Rect, heavy: &Heavy) {
    let x = |score: f64| lane.x + lane.width * score.clamp(0.0, 100.0) / 100.0;
    let score = heavy.score;
    canvas.rect(Rect::new(x(score.low), lane.y, x(score.high) - x(score.low), lane.height), POSSIBLE);
    canvas.rect(Rect::new(x(0.0), lane.y, x(score.low) - x(0.0), lane.height), PROVEN);
    let centre = (x(score.point), lane.y + lane.height / 2.0);
    point(canvas, centre, heavy.is_structural);
}

fn point(canvas: &mut Canvas<'_>, centre: (f64, f64), is_structural: bool) {
    canvas.disc(centre, 7.0, PAPER);
    canvas.disc(centre, 5.5, INK);
    if is_structural {
        canvas.disc(centre, 3.2, PAPER);
    }
}

/// What the marks mean.
fn key(canvas: &mut Canvas<'_>, room: Rect) {
    const FACE: Face = Face::SMALL;
    type Mark = fn(&mut Canvas<'_>, (f64, f64));
    let entries: [(&str, Mark); 4] = [
        ("score if all that is unknown is used", |canvas, (x, y)| {
            canvas.rect(Rect::new(x, y - 5.0, 22.0, 10.0), PROVEN);
        }),
        ("possible beyond that", |canvas, (x, y)| canvas.rect(Rect::new(x, y - 5.0, 22.0, 10.0), POSSIBLE)),
        ("score", |canvas, (x, y)| point(canvas, (x + 14.0, y), false)),
        ("structural estimate (less than 20 % of use known)", |canvas, (x, y)| {
            point(canvas, (x + 14.0, y), true);
        }),
    ];
    let mut x = room.x;
    for (words, mark) in entries {
        mark(canvas, (x, room.y + 5.0));
        canvas.text((x + 28.0, room.y + 10.0), words, FACE.colour(MUTED));
        x += 28.0 + FACE.width(words) + 24.0;
    }
}

fn table(page: &Page) -> Vec<Vec<String>> {
    let Some(told) = &page.privileges else { return Vec::new() };
    let mut rows = vec![vec![told.heaviest.finding.clone()]];
    let mut head = vec!["name".to_owned(), "id".to_owned(), "class".to_owned()];
    head.extend(COLUMNS.map(|(head, _)| head.to_owned()));
    rows.push(head);
    for heavy in &told.heaviest.rows {
        let mut row = vec![heavy.name.clone(), heavy.id.clone(), heavy.class_word().to_owned()];
        row.extend(heavy.figures.iter().cloned());
        rows.push(row);
    }
    rows.extend(told.basis.iter().map(|line| vec![line.clone()]));
    rows
}
