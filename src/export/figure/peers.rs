//! AI agents beside people in the same jobs; a survey of organisations stands apart, on a scale of its own.

use plotters::style::RGBColor;

use super::Figure;
use super::canvas::{Canvas, Rect, leading};
use super::colour::{FAINT, INK, LINE, MIDDLE, MUTED, POSSIBLE, PROVEN};
use super::face::Face;
use super::frame::{self, Frame};
use crate::export::page::{Page, Peers, Privileges, Published};
use crate::export::words::{grouped, percent, rounded};

/// The organisation's own agents, then the published figure.
pub(super) static FIGURE: Figure = Figure {
    id: "peers",
    title: "AI agents beside people in the same jobs",
    description: "The upper bar parts the AI agents that have a known peer into those with less, the same, more and \
                  significantly more access than people in the same job. Agents without a known peer are in no \
                  share. The lower scale is a published survey of organisations: another unit, never in one bar.",
    is_told: |page| page.privileges.is_some(),
    size: |page| (frame::WIDTH, page.privileges.as_ref().map_or(0.0, |told| frame(page, told).height(BODY))),
    table,
    paint,
};

const BODY: f64 = 448.0;
/// From the least access to the most.
const SHADES: [RGBColor; 4] = [FAINT, POSSIBLE, MIDDLE, PROVEN];

fn frame<'a>(page: &'a Page, told: &'a Privileges) -> Frame<'a> {
    Frame::of_privileges(FIGURE.title, page, told, &told.peers.finding)
}

fn paint(canvas: &mut Canvas<'_>, page: &Page) {
    let Some(told) = &page.privileges else { return };
    let room = frame(page, told).paint(canvas, page, BODY);
    own(canvas, Rect { height: 250.0, ..room }, &told.peers);
    let y = room.y + 286.0;
    canvas.line((room.x, y - 30.0), (room.right(), y - 30.0), LINE, 1.0);
    if let Some(published) = &told.peers.published {
        survey(canvas, Rect { y, height: room.bottom() - y, ..room }, published, &told.peers);
    }
}

/// The bar of the organisation's own agents, its words and its coverage.
fn own(canvas: &mut Canvas<'_>, room: Rect, peers: &Peers) {
    let title = match peers.compared {
        0 => "This organisation: no AI agent with a known peer".to_owned(),
        1 => "This organisation: the 1 AI agent with a known peer".to_owned(),
        all => format!("This organisation: share of the {} AI agents with a known peer", grouped(all)),
    };
    canvas.fitted((room.x, room.y + 16.0), &title, room.width, Face::SECTION.size(18.0));
    let lane = Rect::new(room.x, room.y + 66.0, room.width, 36.0);
    if peers.compared == 0 {
        canvas.dashed_outline(lane, MUTED);
        let at = (lane.x + 14.0, lane.y + 23.0);
        canvas.fitted(at, "unknown", room.width, Face::BODY.colour(MUTED));
    } else {
        parts(canvas, lane, peers);
    }
    scale(canvas, lane);
    answers(canvas, Rect { y: room.y + 152.0, ..room }, peers);
    canvas.fitted((room.x, room.y + 224.0), &peers.coverage, room.width, Face::BODY);
}

/// The four answers from the least to the most, and a bracket over those above their peers.
fn parts(canvas: &mut Canvas<'_>, lane: Rect, peers: &Peers) {
    let mut x = lane.x;
    for (answer, shade) in peers.answers.iter().zip(SHADES) {
        let width = lane.width * answer.share;
        canvas.rect(Rect { x, width, ..lane }, shade);
        x += width;
    }
    let mut x = lane.x;
    for answer in &peers.answers {
        x += lane.width * answer.share;
        if x > lane.x + 1.0 && x < lane.right() - 1.0 && answer.share > 0.0 {
            canvas.line((x, lane.y), (x, lane.bottom()), super::colour::PAPER, 2.0);
        }
    }
    outline(canvas, lane);
    let Some(more) = peers.share_more.filter(|more| *more > 0.0) else { return };
    let left = lane.right() - lane.width * more;
    let y = lane.y - 9.0;
    canvas.path(&[(left, y + 5.0), (left, y), (lane.right(), y), (lane.right(), y + 5.0)], INK, 1.5);
    let words = format!("more or significantly more: {}", percent(more));
    canvas.text((lane.right(), y - 8.0), &words, Face::BODY.bold().right());
}

fn outline(canvas: &mut Canvas<'_>, lane: Rect) {
    let (left, right, top, bottom) = (lane.x, lane.right(), lane.y, lane.bottom());
    canvas.path(&[(left, top), (right, top), (right, bottom), (left, bottom), (left, top)], LINE, 1.0);
}

fn scale(canvas: &mut Canvas<'_>, lane: Rect) {
    let ends = [(0.0, Face::SMALL), (50.0, Face::SMALL.middle()), (100.0, Face::SMALL.right())];
    for (share, face) in ends {
        let x = lane.x + lane.width * share / 100.0;
        canvas.line((x, lane.bottom()), (x, lane.bottom() + 5.0), LINE, 1.0);
        canvas.text((x, lane.bottom() + 20.0), &format!("{share} %"), face);
    }
}

fn answers(canvas: &mut Canvas<'_>, room: Rect, peers: &Peers) {
    let width = room.width / 4.0;
    for ((number, answer), shade) in peers.answers.iter().enumerate().zip(SHADES) {
        let x = room.x + width * number as f64;
        let swatch = Rect::new(x, room.y, 22.0, 14.0);
        canvas.rect(swatch, shade);
        outline(canvas, swatch);
        canvas.fitted((x + 30.0, room.y + 13.0), answer.word, width - 40.0, Face::BODY);
        let count = match peers.compared {
            0 => "none compared".to_owned(),
            all => format!("{} of {} · {}", grouped(answer.agents), grouped(all), percent(answer.share)),
        };
        canvas.fitted((x + 30.0, room.y + 34.0), &count, width - 40.0, Face::SMALL);
    }
}

/// The published figure with its n, year, publisher and unit.
fn survey(canvas: &mut Canvas<'_>, room: Rect, published: &Published, peers: &Peers) {
    let reference = &published.reference;
    let figures = reference.figures.first();
    let label = figures.map(|(_, label)| label.as_str()).unwrap_or_default();
    let title = "Published, for reference: share of organisations";
    canvas.fitted((room.x, room.y + 8.0), title, room.width, Face::SECTION.size(18.0));
    let lane = Rect::new(room.x, room.y + 48.0, room.width, 0.0);
    canvas.line((lane.x, lane.y), (lane.right(), lane.y), LINE, 2.0);
    scale(canvas, lane);
    let x = lane.x + lane.width * published.value.clamp(0.0, 100.0) / 100.0;
    canvas.disc((x, lane.y), 9.0, super::colour::PAPER);
    canvas.ring((x, lane.y), 7.0, INK, 2.5);
    let value = format!("{} %", rounded(published.value).trim_end_matches(".0"));
    canvas.text((x, lane.y - 15.0), &value, Face::BODY.bold().middle());
    let origin = format!("{label}. {}; {}.", reference.survey, reference.population);
    let notes = reference.notes.join(" ");
    let mut y = lane.y + 48.0;
    for text in [origin, format!("{notes} {}", peers.counts_as)] {
        let lines = Face::SMALL.wrap(text.trim(), room.width, 2);
        y = canvas.lines((room.x, y), &lines, Face::SMALL) + leading(Face::SMALL) * 0.2;
    }
}

fn table(page: &Page) -> Vec<Vec<String>> {
    let Some(told) = &page.privileges else { return Vec::new() };
    let peers = &told.peers;
    let mut rows = vec![vec![peers.finding.clone()]];
    rows.extend(peers.answers.iter().map(|answer| {
        let share = if peers.compared == 0 { "unknown".to_owned() } else { percent(answer.share) };
        vec![answer.word.to_owned(), grouped(answer.agents), share]
    }));
    rows.push(vec!["no peer known".to_owned(), grouped(peers.no_peer)]);
    rows.push(vec!["not enough shown".to_owned(), grouped(peers.not_shown)]);
    rows.push(vec![peers.coverage.clone()]);
    if let Some(published) = &peers.published {
        let reference = &published.reference;
        for (value, label) in &reference.figures {
            let origin = [value, label, &reference.survey, &reference.population].map(String::clone);
            rows.push(std::iter::once("published".to_owned()).chain(origin).collect());
        }
    }
    rows.push(vec![peers.counts_as.clone()]);
    rows.extend(told.basis.iter().map(|line| vec![line.clone()]));
    rows
}
