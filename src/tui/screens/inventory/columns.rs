//! The columns of the table, as a table: what each shows, how wide it is, and what it is ordered by.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::Msg;
use crate::model::inventory::Class;
use crate::model::merged::IdentityAt;
use crate::model::privilege::{Peer, Privilege, Reach};
use crate::ops::RosterRow;
use crate::tui::listing::{Listing, Pick, Sort};
use crate::tui::screen::Canvas;
use crate::tui::text;
use crate::tui::theme::Theme;
use crate::tui::widgets::{Breadth, bars};

/// One column.
pub struct Column {
    title: &'static str,
    /// Columns of the terminal by breadth; 0: not shown.
    widths: [u16; 3],
    /// Whether its figures end at the right edge.
    is_right: bool,
    sort: Option<Sort>,
    draw: fn(&Cell<'_>) -> Line<'static>,
}

/// What a cell is drawn from.
struct Cell<'a> {
    listing: &'a Listing,
    row: &'a RosterRow<'a>,
    width: usize,
    theme: &'a Theme,
}

/// The columns after the name, which takes what is left.
static COLUMNS: &[Column] = &[
    Column { title: "class", widths: [10, 10, 10], is_right: false, sort: Some(Sort::Class), draw: class },
    Column { title: "score", widths: [6, 6, 6], is_right: true, sort: Some(Sort::Score), draw: score },
    Column { title: "may be", widths: [0, 6, 6], is_right: true, sort: None, draw: interval },
    Column { title: "", widths: [8, 10, 12], is_right: false, sort: None, draw: bar },
    Column { title: "known", widths: [6, 6, 6], is_right: true, sort: Some(Sort::Coverage), draw: coverage },
    Column { title: "excess", widths: [0, 7, 7], is_right: true, sort: Some(Sort::Excess), draw: excess },
    Column { title: "power", widths: [0, 0, 7], is_right: true, sort: Some(Sort::Power), draw: power },
    Column { title: "tier 0", widths: [7, 7, 7], is_right: false, sort: Some(Sort::Reach), draw: reach },
    Column { title: "paths", widths: [6, 6, 6], is_right: true, sort: Some(Sort::Paths), draw: paths },
    Column { title: "peers", widths: [5, 6, 6], is_right: false, sort: None, draw: peer },
    Column { title: "owner", widths: [0, 14, 16], is_right: false, sort: Some(Sort::Owner), draw: owner },
    Column { title: "source", widths: [0, 0, 16], is_right: false, sort: None, draw: source },
];

/// A column with its width at hand.
pub type Fitted = (&'static Column, u16);

/// The columns that are shown at this breadth, and the width of the name before them.
pub fn fitting(width: u16, breadth: Breadth) -> (u16, Vec<Fitted>) {
    let shown = COLUMNS.iter().map(|column| (column, column.widths[breadth as usize]));
    let shown: Vec<Fitted> = shown.filter(|(_, width)| *width > 0).collect();
    let used: u16 = shown.iter().map(|(_, width)| width + 1).sum();
    (width.saturating_sub(used).max(10), shown)
}

/// Draws the titles; that of the order carries an arrow, and a click orders by it.
pub fn head(on: &mut Canvas<'_, Msg>, area: Rect, (name, columns): &(u16, Vec<Fitted>), pick: Pick) {
    let titles = columns.iter().map(|(it, width)| (it.title, *width, it.is_right, it.sort));
    let mut x = area.x;
    for (title, width, is_right, sort) in
        std::iter::once(("name", *name, false, Some(Sort::Name))).chain(titles)
    {
        let place = Rect { x, width, height: 1, ..area }.intersection(area);
        let is_order = sort == Some(pick.sort);
        let arrow = if pick.is_reversed { "▴" } else { "▾" };
        let words = if is_order { format!("{title}{arrow}") } else { title.to_owned() };
        let style = if is_order { on.theme.heading() } else { on.theme.muted };
        if is_right {
            on.put_right(place, 0, Line::styled(words, style));
        } else {
            on.put(place, 0, Line::styled(words, style));
        }
        if let Some(sort) = sort {
            on.zone_rows(place, 0, 1, Msg::SortBy(sort));
        }
        x = x.saturating_add(width + 1);
    }
}

/// Draws one identity.
pub fn row(
    on: &mut Canvas<'_, Msg>,
    (area, line): (Rect, u16),
    (listing, at): (&Listing, IdentityAt),
    (name, columns): &(u16, Vec<Fitted>),
    is_here: bool,
) {
    let Some(row) = listing.roster.row(at) else { return };
    let style = if is_here { on.theme.focus } else { on.theme.text };
    let place = Rect { width: *name, ..area }.intersection(area);
    let shown = text::pad(&text::shown(row.name), usize::from(*name));
    on.put(place, line, Line::styled(shown, style));
    let mut x = area.x.saturating_add(name + 1);
    for (column, width) in columns {
        let place = Rect { x, width: *width, ..area }.intersection(area);
        let cell = Cell { listing, row: &row, width: usize::from(*width), theme: on.theme };
        let drawn = (column.draw)(&cell);
        on.put(place, line, drawn);
        x = x.saturating_add(width + 1);
    }
}

/// The word of a class.
pub fn class_title(class: Option<Class>) -> &'static str {
    class.map_or("no class", Class::title)
}

/// The mark of a class and its colour; the word beside it says the same. The figures use the same shapes.
pub fn class_mark(class: Option<Class>, theme: &Theme) -> Span<'static> {
    match class {
        Some(Class::Human) => Span::styled("●", theme.human),
        Some(Class::Machine) => Span::styled("■", theme.machine),
        Some(Class::Ai) => Span::styled("▲", theme.ai),
        None => Span::styled("○", theme.unknown),
    }
}

fn class(cell: &Cell<'_>) -> Line<'static> {
    let word = Span::styled(format!(" {}", class_title(cell.row.class)), cell.theme.text);
    Line::from(vec![class_mark(cell.row.class, cell.theme), word])
}

/// A figure that ends at the right edge; not knowing is a word.
fn figure(cell: &Cell<'_>, style: Style, of: impl Fn(&Privilege) -> String) -> Line<'static> {
    let width = cell.width;
    match cell.row.privilege {
        Some(privilege) => Line::styled(format!("{:>width$}", of(privilege)), style),
        None => Line::styled(format!("{:>width$}", "?"), cell.theme.unknown),
    }
}

fn score(cell: &Cell<'_>) -> Line<'static> {
    let bucket = cell.listing.bucket(cell.row.at);
    let style = bucket.map_or(cell.theme.unknown, |bucket| bars::bucket_style(bucket, cell.theme));
    figure(cell, style, |privilege| {
        let sign = if privilege.is_structural() { "~" } else { "" };
        format!("{sign}{}", text::figure(privilege.score.point))
    })
}

fn interval(cell: &Cell<'_>) -> Line<'static> {
    figure(cell, cell.theme.muted, |privilege| {
        format!("{:.0}–{:.0}", privilege.score.low, privilege.score.high)
    })
}

fn bar(cell: &Cell<'_>) -> Line<'static> {
    match (cell.row.privilege, cell.listing.bucket(cell.row.at)) {
        (Some(own), Some(bucket)) => bars::estimate(own.score, bucket, cell.width, cell.theme),
        _ => Line::styled("?".repeat(cell.width), cell.theme.unknown),
    }
}

fn coverage(cell: &Cell<'_>) -> Line<'static> {
    let is_structural = cell.row.privilege.is_none_or(Privilege::is_structural);
    let style = if is_structural { cell.theme.unknown } else { cell.theme.text };
    figure(cell, style, |privilege| format!("{:.0} %", privilege.coverage * 100.0))
}

fn excess(cell: &Cell<'_>) -> Line<'static> {
    figure(cell, cell.theme.text, |privilege| text::figure(privilege.excess.point))
}

fn power(cell: &Cell<'_>) -> Line<'static> {
    figure(cell, cell.theme.text, |privilege| text::figure(privilege.power))
}

fn reach(cell: &Cell<'_>) -> Line<'static> {
    let Some(privilege) = cell.row.privilege else { return Line::styled("?", cell.theme.unknown) };
    let style = match privilege.reach {
        Reach::None => cell.theme.muted,
        Reach::Unknown => cell.theme.unknown,
        Reach::Chain | Reach::Path | Reach::Holds => cell.theme.bad,
    };
    let words = if privilege.reach == Reach::None { "–" } else { privilege.reach.id() };
    Line::styled(words, style)
}

fn paths(cell: &Cell<'_>) -> Line<'static> {
    let style = match cell.row.privilege.map(|privilege| privilege.paths) {
        Some(Some(0)) => cell.theme.muted,
        Some(Some(_)) => cell.theme.warn,
        None | Some(None) => cell.theme.unknown,
    };
    figure(cell, style, |privilege| match privilege.paths {
        Some(0) => "–".to_owned(),
        Some(paths) => paths.to_string(),
        None => "?".to_owned(),
    })
}

fn peer(cell: &Cell<'_>) -> Line<'static> {
    let peer = cell.row.privilege.map_or(Peer::NotCompared, |privilege| privilege.peer);
    match peer {
        Peer::NotCompared if cell.row.class == Some(Class::Ai) => Line::styled("?", cell.theme.unknown),
        Peer::NotCompared => Line::styled("", cell.theme.muted),
        Peer::NoPeer => Line::styled("none", cell.theme.unknown),
        Peer::Less { .. } => Line::styled("less", cell.theme.good),
        Peer::Same { .. } => Line::styled("same", cell.theme.good),
        Peer::More { .. } => Line::styled("more", cell.theme.warn),
        Peer::SignificantlyMore { .. } => Line::styled("more!", cell.theme.bad),
    }
}

fn owner(cell: &Cell<'_>) -> Line<'static> {
    match cell.row.owner {
        Some(owner) => Line::styled(text::cut(&text::shown(owner), cell.width), cell.theme.text),
        None => Line::styled("unknown", cell.theme.unknown),
    }
}

fn source(cell: &Cell<'_>) -> Line<'static> {
    let systems = cell.listing.systems(cell.row.at);
    let first = systems.first().copied().unwrap_or("register");
    let more = match systems.len() {
        0 | 1 => String::new(),
        count => format!(" +{}", count - 1),
    };
    let room = cell.width.saturating_sub(more.len());
    Line::styled(format!("{}{more}", text::cut(&text::shown(first), room)), cell.theme.muted)
}
