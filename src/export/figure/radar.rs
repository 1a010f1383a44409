//! The same figures as a shape: claimed, proven and possible for each domain around a circle.

use std::f64::consts::TAU;

use plotters::style::text_anchor::HPos;

use super::canvas::{Canvas, Rect, leading};
use super::colour::{CLAIM, FAINT, LINE, MUTED, POSSIBLE, PROVEN};
use super::face::Face;
use super::frame::{self, Frame};
use super::{Figure, gap, legend};
use crate::export::page::{Bar, Page};

/// One axis for each domain.
pub(super) static FIGURE: Figure = Figure {
    id: "radar",
    title: "The shape of claim and proof",
    description: "One axis for each domain, 0 in the centre, 100 at the rim. The dark area is proven (floor), the \
                  light area possible (ceiling), the line with diamonds claimed. An axis with a dashed line has \
                  no evidence.",
    is_told: |_| true,
    size: |page| (frame::WIDTH, Frame::new(FIGURE.title, page).height(BODY)),
    table: |page| gap::table("domain", &page.domains),
    paint,
};

const BODY: f64 = 760.0;
const RADIUS: f64 = 290.0;
/// How many axes have room for a title and figures.
const MOST: usize = 14;

fn paint(canvas: &mut Canvas<'_>, page: &Page) {
    let room = Frame::new(FIGURE.title, page).paint(canvas, page, BODY);
    legend::paint(canvas, room.right(), room.y + 8.0);
    let wheel = Wheel::new(room, page.domains.len());
    let shape = |pick: fn(&Bar) -> f64| -> Vec<_> {
        page.domains.iter().enumerate().map(|(number, bar)| wheel.point(number, pick(bar))).collect()
    };
    canvas.polygon(&shape(|bar| known(bar).map_or(0.0, |(_, ceiling)| ceiling)), POSSIBLE, 0.75);
    canvas.polygon(&shape(|bar| known(bar).map_or(0.0, |(floor, _)| floor)), PROVEN, 0.85);
    wheel.web(canvas, &page.domains);
    wheel.intervals(canvas, &page.domains);
    claims(canvas, &wheel, &page.domains);
    for (number, bar) in page.domains.iter().enumerate() {
        if wheel.axes > MOST {
            wheel.short_label(canvas, number, bar);
        } else {
            wheel.label(canvas, number, bar);
        }
    }
    if wheel.axes > MOST {
        let note = "The figure of the gap has the titles of these domains and their scores.";
        canvas.text((room.x, room.y + 8.0), note, Face::SMALL);
    }
}

/// Bounds that anything but claims stands behind.
fn known(bar: &Bar) -> Option<(f64, f64)> {
    bar.bounds.filter(|_| bar.has_evidence)
}

/// The line through the claims; it breaks where nobody answered.
fn claims(canvas: &mut Canvas<'_>, wheel: &Wheel, bars: &[Bar]) {
    let points: Vec<Option<(f64, f64)>> = bars
        .iter()
        .enumerate()
        .map(|(number, bar)| bar.claimed.map(|claimed| wheel.point(number, claimed)))
        .collect();
    let next = points.iter().cycle().skip(1);
    for pair in points.iter().zip(next) {
        if let (Some(from), Some(to)) = pair {
            canvas.line(*from, *to, CLAIM, 2.0);
        }
    }
    for point in points.into_iter().flatten() {
        canvas.diamond(point, 7.0, CLAIM);
    }
}

/// Axes around a centre, clockwise from the top.
struct Wheel {
    centre: (f64, f64),
    axes: usize,
}

impl Wheel {
    fn new(room: Rect, axes: usize) -> Self {
        Self { centre: (room.x + room.width / 2.0, room.y + room.height / 2.0 + 14.0), axes: axes.max(1) }
    }

    /// A place on an axis, 0 to 100 and beyond.
    fn point(&self, number: usize, score: f64) -> (f64, f64) {
        let angle = TAU * number as f64 / self.axes as f64;
        let reach = RADIUS * score / 100.0;
        (self.centre.0 + reach * angle.sin(), self.centre.1 - reach * angle.cos())
    }

    fn web(&self, canvas: &mut Canvas<'_>, bars: &[Bar]) {
        for score in [25.0, 50.0, 75.0, 100.0] {
            let colour = if score < 100.0 { FAINT } else { LINE };
            let rim: Vec<_> = (0..=self.axes).map(|number| self.point(number % self.axes, score)).collect();
            canvas.path(&rim, colour, 1.0);
        }
        for (number, bar) in bars.iter().enumerate() {
            match known(bar) {
                Some(_) => canvas.line(self.centre, self.point(number, 100.0), FAINT, 1.0),
                None => canvas.dashed(self.centre, self.point(number, 100.0), MUTED),
            }
        }
        for score in [50.0, 100.0] {
            let (x, y) = self.point(0, score);
            canvas.text((x + 6.0, y + 5.0), &format!("{score}"), Face::SMALL.size(12.0));
        }
    }

    /// What is known on an axis between unknown ones, where there is no area to show it.
    fn intervals(&self, canvas: &mut Canvas<'_>, bars: &[Bar]) {
        let known_at = |number: usize| bars.get(number % self.axes).and_then(known);
        for number in 0..bars.len() {
            let Some((floor, ceiling)) = known_at(number) else { continue };
            if known_at(number + self.axes - 1).is_none() && known_at(number + 1).is_none() {
                canvas.line(self.point(number, floor), self.point(number, ceiling), POSSIBLE, 4.0);
                canvas.line(self.centre, self.point(number, floor), PROVEN, 4.0);
            }
        }
    }

    /// The domain's id alone, where there are many axes.
    fn short_label(&self, canvas: &mut Canvas<'_>, number: usize, bar: &Bar) {
        let face = Face::SMALL.size(12.0).middle();
        let (x, y) = self.point(number, 108.0);
        canvas.fitted((x, y + 4.0), &bar.id, TAU * RADIUS / self.axes as f64, face);
    }

    /// The domain's title and its figures, outside the rim.
    fn label(&self, canvas: &mut Canvas<'_>, number: usize, bar: &Bar) {
        let (x, y) = self.point(number, 109.0);
        let side = (x - self.centre.0) / RADIUS;
        let anchor = match side {
            side if side > 0.1 => HPos::Left,
            side if side < -0.1 => HPos::Right,
            _ => HPos::Center,
        };
        let face = Face { anchor, ..Face::BODY };
        let room = if matches!(anchor, HPos::Center) { 300.0 } else { 200.0 };
        let lines = face.wrap(&bar.title, room, 2);
        let [claimed, floor, ceiling] = bar.words();
        let height = leading(face) * lines.len() as f64;
        // Labels above the centre grow upwards, those below it downwards.
        let down = ((y - self.centre.1) / RADIUS + 1.09) / 2.18;
        let next = canvas.lines((x, y - height * (1.0 - down) + 4.0), &lines, face);
        let claim = bar.claimed.map_or_else(|| "no claim".to_owned(), |_| format!("claimed {claimed}"));
        let proof = match known(bar) {
            Some(_) if floor == ceiling => format!("proven {floor}"),
            Some(_) => format!("proven {floor} to {ceiling}"),
            None => "no evidence".to_owned(),
        };
        let figures = format!("{claim}, {proof}");
        canvas.text((x, next), &figures, Face { anchor, ..Face::SMALL });
    }
}
