//! Over-privilege by class, the comparison with peers, and what both rest on.

use super::{Cell, Subject, count, line, number, share};
use crate::export::Rights;
use crate::export::csv::yes_or_no;
use crate::export::words::NO_RIGHTS;
use crate::model::inventory::Class;
use crate::model::privilege::{Bucket, ClassPrivilege, Estimate, PeerShare, Population};

pub(super) fn rows(rights: Option<Rights<'_>>) -> Vec<Vec<Cell>> {
    let Some(rights) = rights else {
        let subject = Subject { part: "privilege", id: "", title: "" };
        return vec![line(subject, "rights", None, "", NO_RIGHTS)];
    };
    let mut rows = basis(rights);
    rows.extend(rights.population.classes.iter().flat_map(class));
    rows.extend(peers(&rights.population.peers));
    rows
}

fn basis(rights: Rights<'_>) -> Vec<Vec<Cell>> {
    let Population { taken, weights, is_weights_changed, tables, notes, .. } = rights.population;
    let subject = Subject { part: "privilege", id: "", title: "" };
    let text = |figure, text: &str| line(subject, figure, None, "", text);
    let mut rows = vec![
        text("rights", "known"),
        text("snapshot", &taken.map(|taken| taken.to_string()).unwrap_or_default()),
        text("weights", weights),
        text("weights_changed", yes_or_no(*is_weights_changed)),
    ];
    rows.extend(tables.iter().map(|table| text("table", table)));
    rows.extend(notes.iter().map(|note| text("note", note)));
    rows
}

fn class(class: &ClassPrivilege) -> Vec<Vec<Cell>> {
    let id = class.class.map_or("none", Class::id);
    let title = class.class.map_or("No class", Class::title);
    let subject = Subject { part: "privilege", id, title };
    let points = |figure, value| number(subject, figure, value, "points");
    let end = |pick: fn(Estimate) -> f64| class.index.map(pick);
    let mut rows = vec![
        count(subject, "identities", class.identities),
        count(subject, "known", class.known),
        points("index_low", end(|index| index.low)),
        points("index", end(|index| index.point)),
        points("index_high", end(|index| index.high)),
        points("median", class.median),
        points("p90", class.p90),
        share(subject, "share_high", class.share_high),
        share(subject, "coverage", class.coverage),
        share(subject, "standing", class.standing),
        share(subject, "exposure", class.exposure),
    ];
    let buckets = Bucket::ALL.iter().zip(class.buckets);
    rows.extend(buckets.map(|(bucket, value)| count(subject, bucket.id(), value)));
    let tens = (0_u8..).zip(class.histogram);
    rows.extend(
        tens.map(|(ten, value)| count(subject, &format!("from_{}_to_{}", ten * 10, ten * 10 + 9), value)),
    );
    rows
}

fn peers(peers: &PeerShare) -> Vec<Vec<Cell>> {
    let subject =
        Subject { part: "privilege", id: "peers", title: "AI agents beside people in the same jobs" };
    vec![
        count(subject, "agents", peers.agents),
        count(subject, "compared", peers.compared),
        count(subject, "no_peer", peers.no_peer),
        count(subject, "not_shown", peers.not_shown),
        count(subject, "less", peers.less),
        count(subject, "same", peers.same),
        count(subject, "more", peers.more),
        count(subject, "significantly_more", peers.significantly_more),
        share(subject, "share_more", peers.share_more()),
        share(subject, "coverage", peers.coverage()),
    ]
}
