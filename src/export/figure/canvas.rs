//! The drawing surface: pixels of the finished picture in, plotters' SVG out.
//!
//! plotters counts in whole numbers, so everything is drawn on a grid of tenths of a pixel.

use std::f64::consts::PI;

use plotters::backend::SVGBackend;
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::element::{Circle, Drawable, PathElement, PointCollection, Polygon, Rectangle, Text};
use plotters::style::text_anchor::{Pos, VPos};
use plotters::style::{Color, RGBColor, ShapeStyle, TextStyle};

use super::colour::PAPER;
use super::face::Face;

/// Steps in a pixel.
const GRID: f64 = 10.0;

/// What the drawing library makes of a size on its way into the document.
const FONT_SCALE: f64 = 1.24;

/// The part of the size from the top of a line to its baseline.
const ASCENT: f64 = 0.76;

/// Where something is, in pixels from the upper left corner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rect {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

impl Rect {
    /// From the upper left corner and the size.
    pub const fn new(x: f64, y: f64, width: f64, height: f64) -> Self {
        Self { x, y, width, height }
    }

    /// The right edge.
    pub fn right(self) -> f64 {
        self.x + self.width
    }

    /// The lower edge.
    pub fn bottom(self) -> f64 {
        self.y + self.height
    }
}

/// A part of a ring between two angles, as shares of the half circle from left to right.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arc {
    pub centre: (f64, f64),
    pub outer: f64,
    pub inner: f64,
    pub from: f64,
    pub to: f64,
}

/// A picture in the making. The first fault is kept and told at the end.
pub(super) struct Canvas<'a> {
    area: DrawingArea<SVGBackend<'a>, Shift>,
    fault: Option<String>,
}

/// Draws on a fresh sheet of paper; the document counts in tenths of a pixel.
pub(super) fn draw(size: (f64, f64), paint: impl FnOnce(&mut Canvas<'_>)) -> Result<String, String> {
    let mut document = String::new();
    {
        let (width, height) = (grid(size.0).unsigned_abs(), grid(size.1).unsigned_abs());
        let area = SVGBackend::with_string(&mut document, (width, height)).into_drawing_area();
        let mut canvas = Canvas { area, fault: None };
        canvas.rect(Rect::new(0.0, 0.0, size.0, size.1), PAPER);
        paint(&mut canvas);
        canvas.area.present().map_err(|error| error.to_string())?;
        if let Some(fault) = canvas.fault {
            return Err(fault);
        }
    }
    Ok(document)
}

/// The nearest step of the grid; what is not finite stands at its beginning.
#[expect(clippy::cast_possible_truncation, reason = "a picture is far smaller than the range")]
fn grid(pixels: f64) -> i32 {
    (pixels * GRID).round() as i32
}

fn at((x, y): (f64, f64)) -> (i32, i32) {
    (grid(x), grid(y))
}

impl<'a> Canvas<'a> {
    fn put<E>(&mut self, element: &E)
    where
        for<'e> &'e E: PointCollection<'e, (i32, i32)>,
        E: Drawable<SVGBackend<'a>>,
    {
        if let Err(error) = self.area.draw(element) {
            self.fault.get_or_insert_with(|| error.to_string());
        }
    }

    /// A filled rectangle.
    pub fn rect(&mut self, rect: Rect, colour: RGBColor) {
        let corners = [at((rect.x, rect.y)), at((rect.right(), rect.bottom()))];
        self.put(&Rectangle::new(corners, colour.filled()));
    }

    /// The edge of a rectangle in dashes: the sign of not knowing.
    pub fn dashed_outline(&mut self, rect: Rect, colour: RGBColor) {
        let (x, y, right, bottom) = (rect.x, rect.y, rect.right(), rect.bottom());
        self.dashed((x, y), (right, y), colour);
        self.dashed((x, bottom), (right, bottom), colour);
        self.dashed((x, y), (x, bottom), colour);
        self.dashed((right, y), (right, bottom), colour);
    }

    /// Slanting lines inside a rectangle: the sign of what is only estimated.
    pub fn hatched(&mut self, rect: Rect, colour: RGBColor) {
        const APART: f64 = 8.0;
        let mut foot = rect.x - rect.height + APART;
        while foot < rect.right() {
            // From the lower left to the upper right, as far as it lies inside.
            let from = foot.max(rect.x);
            let to = (foot + rect.height).min(rect.right());
            if to > from {
                let y = |x: f64| rect.bottom() - (x - foot);
                self.line((from, y(from)), (to, y(to)), colour, 1.0);
            }
            foot += APART;
        }
    }

    /// A straight line.
    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), colour: RGBColor, width: f64) {
        self.path(&[from, to], colour, width);
    }

    /// A straight line in dashes.
    pub fn dashed(&mut self, from: (f64, f64), to: (f64, f64), colour: RGBColor) {
        const DASH: f64 = 5.0;
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let along = |share: f64| (from.0 + dx * share, from.1 + dy * share);
        // One dash more than spaces, so that both ends are dashes.
        let spaces = ((dx.hypot(dy) / DASH - 1.0) / 2.0).round().max(1.0);
        let step = 1.0 / (2.0 * spaces + 1.0);
        let mut done = 0.0;
        while done < 1.0 {
            self.line(along(done), along((done + step).min(1.0)), colour, 1.0);
            done += step * 2.0;
        }
    }

    /// A line through several points.
    pub fn path(&mut self, points: &[(f64, f64)], colour: RGBColor, width: f64) {
        let style =
            ShapeStyle { color: colour.to_rgba(), filled: false, stroke_width: grid(width).unsigned_abs() };
        let points: Vec<_> = points.iter().copied().map(at).collect();
        self.put(&PathElement::new(points, style));
    }

    /// A filled shape.
    pub fn polygon(&mut self, points: &[(f64, f64)], colour: RGBColor, opacity: f64) {
        let points: Vec<_> = points.iter().copied().map(at).collect();
        self.put(&Polygon::new(points, colour.mix(opacity).filled()));
    }

    /// A filled circle.
    pub fn disc(&mut self, centre: (f64, f64), radius: f64, colour: RGBColor) {
        self.put(&Circle::new(at(centre), grid(radius), colour.filled()));
    }

    /// An empty circle.
    pub fn ring(&mut self, centre: (f64, f64), radius: f64, colour: RGBColor, width: f64) {
        let style =
            ShapeStyle { color: colour.to_rgba(), filled: false, stroke_width: grid(width).unsigned_abs() };
        self.put(&Circle::new(at(centre), grid(radius), style));
    }

    /// The mark of a claim: a diamond with a rim that parts it from what lies below.
    pub fn diamond(&mut self, (x, y): (f64, f64), radius: f64, colour: RGBColor) {
        let corners = |radius: f64| [(x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y)];
        self.polygon(&corners(radius + 2.0), PAPER, 1.0);
        self.polygon(&corners(radius), colour, 1.0);
    }

    /// A part of a ring.
    pub fn arc(&mut self, arc: Arc, colour: RGBColor) {
        const STEPS: u32 = 48;
        let point = |radius: f64, step: u32| {
            let share = arc.from + (arc.to - arc.from) * f64::from(step) / f64::from(STEPS);
            let angle = PI * (1.0 - share.clamp(0.0, 1.0));
            (arc.centre.0 + radius * angle.cos(), arc.centre.1 - radius * angle.sin())
        };
        let outer = (0..=STEPS).map(|step| point(arc.outer, step));
        let inner = (0..=STEPS).rev().map(|step| point(arc.inner, step));
        let points: Vec<_> = outer.chain(inner).collect();
        self.polygon(&points, colour, 1.0);
    }

    /// One line of text, standing on a baseline.
    pub fn text(&mut self, (x, baseline): (f64, f64), text: &str, face: Face) {
        if text.is_empty() {
            return;
        }
        let style = TextStyle {
            font: face.font(face.size * GRID * FONT_SCALE),
            color: face.colour.to_backend_color(),
            pos: Pos::new(face.anchor, VPos::Top),
        };
        let corner = at((x, baseline - ASCENT * face.size));
        self.put(&Text::new(text.to_owned(), corner, style));
    }

    /// A line of text, shortened with a sign where there is no room.
    pub fn fitted(&mut self, at: (f64, f64), text: &str, room: f64, face: Face) {
        self.text(at, &face.fit(text, room), face);
    }

    /// Several lines; returns the baseline that would come next.
    pub fn lines(&mut self, (x, baseline): (f64, f64), lines: &[String], face: Face) -> f64 {
        let mut y = baseline;
        for line in lines {
            self.text((x, y), line, face);
            y += leading(face);
        }
        y
    }
}

/// The distance between two baselines.
pub(super) fn leading(face: Face) -> f64 {
    (face.size * 1.35).round()
}
