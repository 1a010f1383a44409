//! Everybody who was seen, one a line, with every figure in full. Shares are 0 to 1; an empty cell is not known.

use super::{Cell, yes_or_no};
use crate::export::Rights;
use crate::export::identities::Row;
use crate::model::inventory::Class;
use crate::model::privilege::{Bucket, Estimate, Privilege};

pub(super) const COLUMNS: [&str; 30] = [
    "id",
    "name",
    "class",
    "owner",
    "accounts",
    "rights",
    "score_low",
    "score",
    "score_high",
    "bucket",
    "excess_low",
    "excess",
    "excess_high",
    "power",
    "coverage",
    "structural",
    "actions",
    "used_actions",
    "utilisation",
    "standing",
    "reach",
    "paths",
    "points",
    "used_points_low",
    "used_points_high",
    "high_risk",
    "standing_high_risk",
    "opaque",
    "peer",
    "peer_excess",
];

pub(super) fn rows(rights: Rights<'_>) -> impl Iterator<Item = Vec<Cell>> {
    rights.rows().map(|row| line(&row))
}

pub(super) fn line(row: &Row<'_>) -> Vec<Cell> {
    let mut cells = vec![
        Cell::text(row.id),
        Cell::text(row.name),
        Cell::text(row.class.map_or("", Class::id)),
        Cell::text(row.owner.unwrap_or_default()),
        Cell::text(row.accounts.join(" ")),
        Cell::text(if row.privilege.is_some() { "known" } else { "unknown" }),
    ];
    match row.privilege {
        Some(privilege) => cells.extend(figures(row, privilege)),
        None => cells.resize_with(COLUMNS.len(), || Cell::text("")),
    }
    cells
}

fn figures(row: &Row<'_>, privilege: &Privilege) -> Vec<Cell> {
    let is = |known: Option<bool>| Cell::text(known.map_or("", yes_or_no));
    let mut cells = ends(privilege.score);
    cells.push(Cell::text(row.bucket.map_or("", Bucket::id)));
    cells.extend(ends(privilege.excess));
    cells.extend([
        real(privilege.power),
        real(privilege.coverage),
        Cell::text(yes_or_no(privilege.is_structural())),
        Cell::figure(privilege.actions),
        Cell::maybe(privilege.used_actions),
        Cell::maybe(row.utilisation),
        Cell::maybe(privilege.standing),
        Cell::text(privilege.reach.id()),
        Cell::maybe(privilege.paths),
        Cell::figure(privilege.points),
        Cell::figure(privilege.used_points.0),
        Cell::figure(privilege.used_points.1),
        is(privilege.is_high_risk),
        is(privilege.is_standing_high_risk),
        Cell::figure(privilege.opaque),
        Cell::text(privilege.peer.id()),
        Cell::maybe(privilege.peer.excess()),
    ]);
    cells
}

fn ends(estimate: Estimate) -> Vec<Cell> {
    [estimate.low, estimate.point, estimate.high].map(real).into()
}

/// A number in full; what is no number is left empty, for a spreadsheet would take it for text.
fn real(value: f64) -> Cell {
    Cell::maybe(value.is_finite().then_some(value))
}
