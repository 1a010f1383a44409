//! The columns of the list: as wide as what stands in them, the least important ones left out where there is no room.

use std::io::Write;

use unicode_width::UnicodeWidthStr;

use crate::cli::text::{Paint, columns, cut, cut_inside, left, right, safe};
use crate::model::inventory::Class;
use crate::model::merged::IdentityAt;
use crate::model::privilege::{Bucket, Peer, Privilege, Reach};
use crate::ops::{Listing, RosterRow};

/// One column.
struct Column {
    title: &'static str,
    /// Whether its figures end at the right edge.
    is_right: bool,
    /// Columns of a higher number are left out first; those of 0 never are.
    expendable: u8,
    cell: fn(&Listing, &RosterRow<'_>) -> String,
}

/// What stands where nothing is known.
const UNKNOWN: &str = "?";
/// Names are cut no shorter than this.
const NAME: usize = 16;
/// Owners and systems are cut to this where there is a terminal.
const LONG: usize = 24;

static COLUMNS: &[Column] = &[
    Column { title: "name", is_right: false, expendable: 0, cell: |_, row| safe(row.name) },
    Column { title: "class", is_right: false, expendable: 0, cell: |_, row| class(row.class) },
    Column { title: "score", is_right: true, expendable: 0, cell: |_, row| figure(row, score) },
    Column { title: "may be", is_right: true, expendable: 1, cell: |_, row| figure(row, interval) },
    Column { title: "use known", is_right: true, expendable: 2, cell: |_, row| figure(row, coverage) },
    Column {
        title: "excess",
        is_right: true,
        expendable: 5,
        cell: |_, row| figure(row, |own| format!("{:.1}", own.excess.point)),
    },
    Column {
        title: "power",
        is_right: true,
        expendable: 7,
        cell: |_, row| figure(row, |own| format!("{:.1}", own.power)),
    },
    Column {
        title: "tier 0",
        is_right: false,
        expendable: 0,
        cell: |_, row| figure(row, |own| reach(own.reach)),
    },
    Column { title: "paths", is_right: true, expendable: 4, cell: |_, row| figure(row, paths) },
    Column { title: "peers", is_right: false, expendable: 6, cell: |_, row| peer(row) },
    Column {
        title: "owner",
        is_right: false,
        expendable: 3,
        cell: |_, row| row.owner.map_or_else(|| UNKNOWN.to_owned(), safe),
    },
    Column { title: "source", is_right: false, expendable: 8, cell: |listing, row| source(listing, row) },
];

/// Writes a head and one line for each place; two walks instead of all cells in the memory.
pub(super) fn write(listing: &Listing, places: &[IdentityAt], out: &mut dyn Write) -> std::io::Result<()> {
    let fitted = fitted(listing, places, columns());
    let paint = Paint::new();
    let line = |cells: &mut dyn Iterator<Item = (String, &(&Column, usize))>| {
        let cells = cells.map(|(cell, (column, width))| {
            let cell = if column.title == "name" { cut_inside(&cell, *width) } else { cut(&cell, *width) };
            if column.is_right { right(&cell, *width) } else { left(&cell, *width) }
        });
        cells.collect::<Vec<_>>()
    };
    let head = line(&mut fitted.iter().map(|it| (it.0.title.to_owned(), it)));
    writeln!(out, "{}", paint.muted(head.join("  ").trim_end()))?;
    let score = fitted.iter().position(|(column, _)| column.title == "score");
    for row in places.iter().filter_map(|at| listing.roster.row(*at)) {
        let mut cells = line(&mut fitted.iter().map(|it| ((it.0.cell)(listing, &row), it)));
        if let Some(cell) = score.and_then(|at| cells.get_mut(at)) {
            *cell = painted(cell, row.bucket, paint);
        }
        writeln!(out, "{}", cells.join("  ").trim_end())?;
    }
    Ok(())
}

/// The columns for which there is room, and how wide each is.
fn fitted(listing: &Listing, places: &[IdentityAt], room: Option<usize>) -> Vec<(&'static Column, usize)> {
    let mut fitted: Vec<(&Column, usize)> =
        COLUMNS.iter().map(|column| (column, column.title.width())).collect();
    for row in places.iter().filter_map(|at| listing.roster.row(*at)) {
        for (column, width) in &mut fitted {
            *width = (*width).max((column.cell)(listing, &row).width());
        }
    }
    let Some(room) = room else { return fitted };
    for (column, width) in &mut fitted {
        let is_long = matches!(column.title, "owner" | "source");
        *width = if is_long { (*width).min(LONG) } else { *width };
    }
    let used = |fitted: &[(&Column, usize)], name: usize| {
        let widths = fitted
            .iter()
            .map(|(column, width)| if column.title == "name" { (*width).min(name) } else { *width });
        widths.sum::<usize>() + 2 * fitted.len().saturating_sub(1)
    };
    while used(&fitted, NAME * 3 / 2) > room
        && let Some(least) =
            fitted.iter().map(|(column, _)| column.expendable).max().filter(|least| *least > 0)
    {
        fitted.retain(|(column, _)| column.expendable != least);
    }
    let others = used(&fitted, 0);
    if let Some((_, width)) = fitted.first_mut() {
        *width = (*width).min(room.saturating_sub(others).max(NAME));
    }
    fitted
}

fn painted(cell: &str, bucket: Option<Bucket>, paint: Paint) -> String {
    match bucket {
        Some(Bucket::High) => paint.bad(cell),
        Some(Bucket::Medium) => paint.warn(cell),
        Some(Bucket::Low) => cell.to_owned(),
        None => paint.muted(cell),
    }
}

fn class(class: Option<Class>) -> String {
    class.map_or(UNKNOWN, Class::title).to_owned()
}

fn figure(row: &RosterRow<'_>, words: impl Fn(&Privilege) -> String) -> String {
    row.privilege.map_or_else(|| UNKNOWN.to_owned(), words)
}

fn score(own: &Privilege) -> String {
    format!("{}{:.1}", if own.is_structural() { "~" } else { "" }, own.score.point)
}

fn interval(own: &Privilege) -> String {
    let score = own.score;
    if score.high - score.low < 0.05 {
        return format!("{:.1}", score.point);
    }
    format!("{:.1}–{:.1}", score.low, score.high)
}

fn coverage(own: &Privilege) -> String {
    format!("{:.0} %", own.coverage * 100.0)
}

fn reach(reach: Reach) -> String {
    match reach {
        Reach::None => "–",
        Reach::Unknown => UNKNOWN,
        Reach::Chain | Reach::Path | Reach::Holds => reach.id(),
    }
    .to_owned()
}

fn paths(own: &Privilege) -> String {
    own.paths.map_or_else(|| UNKNOWN.to_owned(), |paths| paths.to_string())
}

/// How an agent compares with people; nothing for people and machines.
fn peer(row: &RosterRow<'_>) -> String {
    let peer = row.privilege.map_or(Peer::NotCompared, |own| own.peer);
    match peer {
        Peer::NotCompared if row.class != Some(Class::Ai) => String::new(),
        Peer::NotCompared => UNKNOWN.to_owned(),
        _ => peer.word().to_owned(),
    }
}

fn source(listing: &Listing, row: &RosterRow<'_>) -> String {
    let systems = listing.systems(row.at);
    let first = systems.first().copied().unwrap_or("register");
    match systems.len() {
        0 | 1 => safe(first),
        count => format!("{} +{}", safe(first), count - 1),
    }
}
