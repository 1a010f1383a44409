//! AI tools: sanctioned beside unsanctioned and undecided, all and by channel, on one scale; the unseen hatched.

use plotters::style::RGBColor;

use super::Figure;
use super::canvas::{Canvas, Rect, leading};
use super::colour::{INK, LINE, MIDDLE, MUTED, PAPER, POSSIBLE, PROVEN};
use super::face::Face;
use super::frame::{self, Frame};
use crate::export::page::{Page, ToolBar, Tools};
use crate::export::words::grouped;
use crate::model::decision::Sanction;
use crate::model::shadow::Total;

mod scale;

use scale::Scale;

/// All tools, then a row for each channel.
pub(super) static FIGURE: Figure = Figure {
    id: "shadow",
    title: "AI tools: sanctioned, unsanctioned, undecided",
    description: "The upper bar counts all AI tools that were found, parted by what was decided; the hatched part beside \
                  it is the estimate of those that nobody found, with its 95 % interval. Below, the same for each \
                  discovery channel; a tool stands in the row of every channel that found it. Dashed is not known. \
                  The published share counts organisations and stands apart as text.",
    is_told: |page| page.tools.is_some(),
    size: |page| (frame::WIDTH, page.tools.as_ref().map_or(0.0, |told| frame(page, told).height(body(told)))),
    table,
    paint,
};

/// From what is settled to what is open; unknown is drawn dashed.
const PARTS: [(Sanction, RGBColor); 4] = [
    (Sanction::Sanctioned, PROVEN),
    (Sanction::Unsanctioned, MIDDLE),
    (Sanction::Undecided, POSSIBLE),
    (Sanction::Unknown, PAPER),
];
/// Above the first bar: the key, and the words about the unseen.
const KEY: f64 = 74.0;
const BAR: f64 = 38.0;
/// Height of a row of a channel, and of the bar in it.
const ROW: f64 = 36.0;
const THIN: f64 = 20.0;
/// Between the bar of all and the first channel.
const GAP: f64 = 20.0;
const AXIS: f64 = 52.0;
/// Room for titles on the left, and for counts on the right.
const TITLES: f64 = 176.0;
const COUNTS: f64 = 72.0;

fn frame<'a>(page: &'a Page, told: &'a Tools) -> Frame<'a> {
    Frame::of_findings(FIGURE.title, page, &told.finding)
}

fn body(told: &Tools) -> f64 {
    let channels = told.rows.len().saturating_sub(1) as f64;
    KEY + BAR + GAP + ROW * channels + AXIS + Words::of(told).height()
}

fn paint(canvas: &mut Canvas<'_>, page: &Page) {
    let Some(told) = &page.tools else { return };
    let room = frame(page, told).paint(canvas, page, body(told));
    let (left, right) = (room.x + TITLES, room.right() - COUNTS);
    let scale = Scale::of(&told.unseen, (left, right));
    key(canvas, room, told);
    let top = room.y + KEY;
    let words = Words::of(told);
    let bottom = room.y + body(told) - words.height() - AXIS;
    scale.grid(canvas, (top - 8.0, bottom));
    for (number, row) in told.rows.iter().enumerate() {
        let (y, height, face) = match number {
            0 => (top, BAR, Face::BODY.bold()),
            later => (top + BAR + GAP + ROW * (later as f64 - 1.0), THIN, Face::BODY),
        };
        let baseline = y + height / 2.0 + 6.0;
        canvas.fitted((room.x, baseline), &row.title, TITLES - 14.0, face);
        let end = bar(canvas, &scale, (y, height), row);
        if number == 0 {
            unseen(canvas, &scale, Rect::new(end, y, right - end, height), told);
        }
        canvas.text((room.right(), baseline), &grouped(row.counts.total()), face.right());
    }
    words.paint(canvas, Rect { y: bottom + AXIS, height: words.height(), ..room });
}

/// A shape and a word for every part, with its count.
fn key(canvas: &mut Canvas<'_>, room: Rect, told: &Tools) {
    const FACE: Face = Face::BODY;
    let mut x = room.x;
    let counts = told.rows.first().map(|row| row.counts).unwrap_or_default();
    for (sanction, colour) in PARTS {
        let swatch = Rect::new(x, room.y + 2.0, 22.0, 14.0);
        part(canvas, swatch, sanction, colour);
        let text = format!("{} {}", sanction.id(), grouped(counts.of(sanction)));
        canvas.text((x + 30.0, room.y + 15.0), &text, FACE);
        x += 30.0 + FACE.width(&text) + 28.0;
    }
    let swatch = Rect::new(x, room.y + 2.0, 22.0, 14.0);
    canvas.hatched(swatch, MUTED);
    canvas.dashed_outline(swatch, MUTED);
    canvas.fitted((x + 30.0, room.y + 15.0), "unseen, estimated", room.right() - x - 30.0, FACE);
}

fn part(canvas: &mut Canvas<'_>, rect: Rect, sanction: Sanction, colour: RGBColor) {
    canvas.rect(rect, colour);
    if sanction == Sanction::Unknown {
        canvas.dashed_outline(rect, MUTED);
    }
}

/// The parts of one row; returns where they end.
fn bar(canvas: &mut Canvas<'_>, scale: &Scale, (y, height): (f64, f64), row: &ToolBar) -> f64 {
    const FACE: Face = Face::SMALL.middle();
    let mut count = 0;
    for (sanction, colour) in PARTS {
        let own = row.counts.of(sanction);
        let (from, to) = (scale.x(count), scale.x(count + own));
        count += own;
        if own == 0 {
            continue;
        }
        part(canvas, Rect::new(from, y, to - from, height), sanction, colour);
        let text = grouped(own);
        // A count that has no room is left to the key and the words.
        if FACE.width(&text) + 8.0 < to - from {
            let is_dark = matches!(sanction, Sanction::Sanctioned | Sanction::Unsanctioned);
            let face = FACE.colour(if is_dark { PAPER } else { INK });
            canvas.text((f64::midpoint(from, to), y + height / 2.0 + 5.0), &text, face);
        }
    }
    scale.x(count)
}

/// What may be there beside what was found: hatched up to the point, with the interval as a line.
fn unseen(canvas: &mut Canvas<'_>, scale: &Scale, room: Rect, told: &Tools) {
    let middle = room.y + room.height / 2.0;
    let hatch = |canvas: &mut Canvas<'_>, to: f64| {
        if to > room.x + 1.0 {
            let rect = Rect { width: to - room.x, ..room };
            canvas.hatched(rect, MUTED);
            canvas.dashed_outline(rect, MUTED);
        }
    };
    match told.unseen.total {
        Total::Between { low, point, high } => {
            hatch(canvas, scale.x(point));
            scale.interval(canvas, (low, high), middle);
        }
        Total::AtLeast { low, .. } => {
            hatch(canvas, scale.x(low));
            scale.open(canvas, scale.x(low), middle);
        }
        Total::Unknown(_) => {
            let rect = Rect { width: room.width.min(64.0), ..room };
            canvas.dashed_outline(rect, MUTED);
            let face = Face::BODY.colour(MUTED).middle();
            canvas.text((rect.x + rect.width / 2.0, middle + 6.0), "?", face);
        }
    }
    let label = match (told.unseen.estimate(), &told.unseen.total) {
        (Some([low, point, high]), _) => {
            format!("about {} unseen, {} to {}", grouped(point), grouped(low), grouped(high))
        }
        (None, Total::AtLeast { low, .. }) => {
            format!("at least {} unseen", grouped(low.saturating_sub(told.unseen.seen)))
        }
        (None, _) => "unseen: not known".to_owned(),
    };
    canvas.text((scale.right, room.y - 14.0), &label, Face::BODY.bold().right());
}

/// The lines below the rows: the estimate in sentences, what it assumes, and the published figure with its unit.
struct Words {
    sentences: Vec<String>,
    assumptions: Vec<String>,
    published: Vec<String>,
}

impl Words {
    /// Between the small print and the published figure, with its line and its title.
    const APART: f64 = 64.0;

    fn of(told: &Tools) -> Self {
        const WIDTH: f64 = frame::WIDTH - 2.0 * frame::MARGIN;
        let small = |text: &Option<String>, lines| {
            text.iter().flat_map(|text| Face::SMALL.wrap(text, WIDTH, lines)).collect()
        };
        let sentences = told.sentences.iter().flat_map(|text| Face::BODY.wrap(text, WIDTH, 2)).collect();
        Self { sentences, assumptions: small(&told.assumptions, 3), published: small(&told.published, 2) }
    }

    fn height(&self) -> f64 {
        let small = (self.assumptions.len() + self.published.len()) as f64;
        leading(Face::BODY) * self.sentences.len() as f64 + leading(Face::SMALL) * small + Self::APART + 16.0
    }

    fn paint(&self, canvas: &mut Canvas<'_>, room: Rect) {
        let y = canvas.lines((room.x, room.y + 14.0), &self.sentences, Face::BODY);
        let y = canvas.lines((room.x, y), &self.assumptions, Face::SMALL);
        if self.published.is_empty() {
            return;
        }
        canvas.line((room.x, y + 2.0), (room.right(), y + 2.0), LINE, 1.0);
        let title = "Published, for reference: a share of organisations";
        canvas.text((room.x, y + 32.0), title, Face::BODY.bold());
        canvas.lines((room.x, y + Self::APART - 10.0), &self.published, Face::SMALL);
    }
}

fn table(page: &Page) -> Vec<Vec<String>> {
    let Some(told) = &page.tools else { return Vec::new() };
    let mut rows = vec![vec![told.finding.clone()]];
    rows.extend(told.rows.iter().map(|row| {
        let counts =
            PARTS.map(|(sanction, _)| format!("{} {}", sanction.id(), grouped(row.counts.of(sanction))));
        std::iter::once(row.title.clone()).chain(counts).collect()
    }));
    rows.extend(told.sentences.iter().chain(&told.assumptions).map(|line| vec![line.clone()]));
    rows.extend(told.published.iter().map(|line| vec!["published".to_owned(), line.clone()]));
    rows
}
