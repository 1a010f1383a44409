//! AI agents by who answers for them and by how freely they act.

use plotters::style::RGBColor;

use super::Figure;
use super::canvas::{Canvas, Rect, leading};
use super::colour::{INK, LINE, MIDDLE, MUTED, PAPER, POSSIBLE, PROVEN};
use super::face::Face;
use super::frame::{self, Frame};
use crate::export::page::{AGENT_COLUMNS, AgentLine, AgentTable, Page};
use crate::export::words::grouped;
use crate::model::agents::OwnerState;

/// A row for each state of an owner, a column for each tier.
pub(super) static FIGURE: Figure = Figure {
    id: "agents",
    title: "AI agents by owner and autonomy tier",
    description: "One row for each state of an owner, one column for each autonomy tier from 0 (reads) to 4 (acts inside \
                  limits) and one for agents of which no tier is told. Each cell counts agents; the darker, the more. \
                  Dashed cells hold agents of whom the owner or the tier is not known.",
    is_told: |page| page.agents.is_some(),
    size: |page| {
        (frame::WIDTH, page.agents.as_ref().map_or(0.0, |told| frame(page, told).height(body(told))))
    },
    table,
    paint,
};

/// The heads of the columns.
const HEAD: f64 = 78.0;
const ROW: f64 = 66.0;
/// The row of totals, and the words below.
const TOTALS: f64 = 46.0;
const TITLES: f64 = 170.0;
/// The column of totals.
const TOTAL: f64 = 90.0;
/// Between two cells.
const SEAM: f64 = 6.0;

fn frame<'a>(page: &'a Page, told: &'a AgentTable) -> Frame<'a> {
    Frame::of_findings(FIGURE.title, page, &told.finding)
}

fn body(told: &AgentTable) -> f64 {
    HEAD + ROW * (told.rows.len() as f64) + TOTALS + leading(Face::BODY) * (told.notes.len() as f64) + 16.0
}

fn paint(canvas: &mut Canvas<'_>, page: &Page) {
    let Some(told) = &page.agents else { return };
    let room = frame(page, told).paint(canvas, page, body(told));
    let width = (room.width - TITLES - TOTAL) / AGENT_COLUMNS as f64;
    let grid = Grid { room, width };
    grid.heads(canvas, told);
    let most = told.rows.iter().flat_map(|row| row.counts).max().unwrap_or(0);
    for (number, row) in told.rows.iter().enumerate() {
        grid.row(canvas, number, row, most);
    }
    let below = grid.totals(canvas, told);
    canvas.lines((room.x, below + 38.0), &fitted(&told.notes, room.width), Face::BODY.colour(MUTED));
}

fn fitted(notes: &[String], room: f64) -> Vec<String> {
    notes.iter().map(|note| Face::BODY.fit(note, room)).collect()
}

/// Where the cells stand.
struct Grid {
    room: Rect,
    /// Of a column.
    width: f64,
}

impl Grid {
    fn x(&self, column: usize) -> f64 {
        self.room.x + TITLES + self.width * column as f64
    }

    fn heads(&self, canvas: &mut Canvas<'_>, told: &AgentTable) {
        let y = self.room.y + 16.0;
        for column in 0..AGENT_COLUMNS {
            let middle = self.x(column) + self.width / 2.0;
            let (head, title) = match told.tiers.get(column) {
                Some(title) => (format!("tier {column}"), title.as_str()),
                None => ("tier unknown".to_owned(), ""),
            };
            canvas.text((middle, y), &head, Face::BODY.bold().middle());
            let lines = Face::SMALL.wrap(title, self.width - SEAM, 2);
            canvas.lines((middle, y + 22.0), &lines, Face::SMALL.middle());
        }
        canvas.text((self.room.right(), y), "all", Face::BODY.bold().right());
    }

    fn row(&self, canvas: &mut Canvas<'_>, number: usize, row: &AgentLine, most: u64) {
        let y = self.room.y + HEAD + ROW * number as f64;
        let baseline = y + ROW / 2.0 + 3.0;
        canvas.fitted((self.room.x, baseline), row.state.word(), TITLES - 14.0, Face::BODY.size(18.0));
        for (column, count) in row.counts.into_iter().enumerate() {
            let cell = Rect::new(self.x(column) + SEAM / 2.0, y, self.width - SEAM, ROW - SEAM);
            let (shade, ink) = shade(count, most);
            canvas.rect(cell, shade);
            if row.state == OwnerState::Unknown || column + 1 == AGENT_COLUMNS {
                canvas.dashed_outline(cell, MUTED);
            } else if count == 0 {
                outline(canvas, cell);
            }
            let face = Face::BODY.size(20.0).middle().colour(ink);
            let face = if count > 0 { face.bold() } else { face };
            canvas.text((cell.x + cell.width / 2.0, baseline + 1.0), &grouped(count), face);
        }
        let face = Face::BODY.size(18.0).bold().right();
        canvas.text((self.room.right(), baseline), &grouped(row.total()), face);
    }

    /// Sums of the columns; returns their baseline.
    fn totals(&self, canvas: &mut Canvas<'_>, told: &AgentTable) -> f64 {
        let y = self.room.y + HEAD + ROW * told.rows.len() as f64;
        canvas.line((self.room.x, y + 4.0), (self.room.right(), y + 4.0), LINE, 1.0);
        let baseline = y + 28.0;
        canvas.text((self.room.x, baseline), "all", Face::BODY.bold());
        for column in 0..AGENT_COLUMNS {
            let sum = told.rows.iter().filter_map(|row| row.counts.get(column)).sum();
            let middle = self.x(column) + self.width / 2.0;
            canvas.text((middle, baseline), &grouped(sum), Face::BODY.middle());
        }
        let all = told.rows.iter().map(AgentLine::total).sum();
        canvas.text((self.room.right(), baseline), &grouped(all), Face::BODY.bold().right());
        baseline
    }
}

/// How dark a cell is, and the letters on it.
fn shade(count: u64, most: u64) -> (RGBColor, RGBColor) {
    match count {
        0 => (PAPER, MUTED),
        many if many.saturating_mul(3) > most.saturating_mul(2) => (PROVEN, PAPER),
        some if some.saturating_mul(3) > most => (MIDDLE, PAPER),
        _ => (POSSIBLE, INK),
    }
}

fn outline(canvas: &mut Canvas<'_>, cell: Rect) {
    let (left, right, top, bottom) = (cell.x, cell.right(), cell.y, cell.bottom());
    canvas.path(&[(left, top), (right, top), (right, bottom), (left, bottom), (left, top)], LINE, 1.0);
}

fn table(page: &Page) -> Vec<Vec<String>> {
    let Some(told) = &page.agents else { return Vec::new() };
    let mut rows = vec![vec![told.finding.clone()]];
    let tiers = (0..AGENT_COLUMNS).map(|column| match told.tiers.get(column) {
        Some(title) => format!("tier {column} {title}"),
        None => "tier unknown".to_owned(),
    });
    rows.push(std::iter::once("owner".to_owned()).chain(tiers).chain(["all".to_owned()]).collect());
    rows.extend(told.rows.iter().map(|row| {
        let counts = row.counts.into_iter().chain([row.total()]).map(grouped);
        std::iter::once(row.state.word().to_owned()).chain(counts).collect()
    }));
    rows.extend(told.notes.iter().map(|note| vec![note.clone()]));
    rows
}
