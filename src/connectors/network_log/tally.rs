//! Counts lines by product, with the clients that asked and the first and last time. What is kept does not grow with
//! the log.

use std::collections::{BTreeMap, HashSet};
use std::hash::BuildHasher;
use std::net::IpAddr;

use foldhash::fast::FixedState;
use jiff::Timestamp;

use super::asking;
use super::domains::{Domains, Place};
use super::times::time;
use crate::connectors::catalogue::{self, Channel, Product, Seen};
use crate::model::SourceId;
use crate::model::inventory::{Fact, Tool};

/// Up to how many clients of one product are told apart.
const CLIENTS: usize = 50_000;
/// How many domains of one product are named.
const NAMED: usize = 4;

/// What a log shows so far.
pub struct Tally {
    domains: Domains,
    products: &'static [Product],
    uses: BTreeMap<usize, Use>,
    /// When the log was last written; no line is later.
    end: Timestamp,
    /// The newest time that any line told that was looked at.
    pub newest: Option<Timestamp>,
    /// Lines with a product in them.
    pub hits: u64,
    clients: FixedState,
}

/// What is known of one product.
#[derive(Default)]
struct Use {
    /// Lines by domain, those refused among them.
    lines: BTreeMap<usize, u64>,
    refused: u64,
    let_through: u64,
    last: Option<Timestamp>,
    clients: HashSet<u64>,
    is_full: bool,
}

impl Tally {
    /// Nothing yet; `end` is when the log was last written.
    pub fn new(end: Timestamp) -> Self {
        let products = catalogue::products();
        Self {
            domains: Domains::of(products),
            products,
            uses: BTreeMap::new(),
            end,
            newest: None,
            hits: 0,
            clients: FixedState::default(),
        }
    }

    /// Counts whole lines.
    pub fn take(&mut self, lines: &[u8]) {
        let found: Vec<_> = self.domains.find(lines).collect();
        let mut line = 0..0;
        let mut places: Vec<Place> = Vec::new();
        for hit in found {
            if !line.contains(&hit.at) {
                self.line(lines.get(line).unwrap_or_default(), &mut places);
                line = around(lines, hit.at);
            }
            places.push(hit.place);
        }
        self.line(lines.get(line).unwrap_or_default(), &mut places);
    }

    /// Looks at the time of the last line, so that the log's end is known although nothing of AI is in it.
    pub fn look_at_end(&mut self, lines: &[u8]) {
        let lines = lines.strip_suffix(b"\n").unwrap_or(lines);
        let from = memchr::memrchr(b'\n', lines).map_or(0, |at| at + 1);
        let at = time(lines.get(from..).unwrap_or_default(), self.end);
        self.newest = self.newest.max(at);
    }

    /// Counts one line once for each product in it.
    fn line(&mut self, line: &[u8], places: &mut Vec<Place>) {
        if places.is_empty() {
            return;
        }
        places.sort_unstable();
        places.dedup_by_key(|place| place.product);
        let (at, client) = (time(line, self.end), asking::client(line).map(|client| self.known(client)));
        let is_refused = asking::is_refused(line);
        self.newest = self.newest.max(at);
        self.hits += 1;
        for place in places.drain(..) {
            let using = self.uses.entry(place.product).or_default();
            *using.lines.entry(place.domain).or_default() += 1;
            if is_refused {
                using.refused += 1;
                continue;
            }
            using.let_through += 1;
            using.last = using.last.max(at);
            if using.clients.len() < CLIENTS {
                using.clients.extend(client);
            } else {
                using.is_full |= client.is_some_and(|client| !using.clients.contains(&client));
            }
        }
    }

    /// A client as a number, so that no address is kept.
    fn known(&self, client: IpAddr) -> u64 {
        self.clients.hash_one(client)
    }

    /// How many products were found.
    pub fn products(&self) -> usize {
        self.uses.len()
    }

    /// How many lines name each product, by its key.
    #[cfg(test)]
    pub fn lines(&self) -> BTreeMap<&'static str, u64> {
        let key = |at: &usize| self.products[*at].key.as_str();
        self.uses.iter().map(|(at, using)| (key(at), using.refused + using.let_through)).collect()
    }

    /// The records. A product that was always refused was not in use.
    pub fn tools(&self, source: &SourceId) -> Vec<Tool> {
        self.uses
            .iter()
            .filter_map(|(at, using)| Self::tool(self.products.get(*at)?, using, source))
            .collect()
    }

    fn tool(product: &Product, using: &Use, source: &SourceId) -> Option<Tool> {
        let mut domains: Vec<_> =
            using.lines.iter().filter_map(|(at, lines)| Some((product.domains.get(*at)?, *lines))).collect();
        domains.sort_by_key(|(domain, lines)| (std::cmp::Reverse(*lines), &domain.name));
        let (surest, _) = domains.iter().max_by_key(|(domain, _)| domain.confidence)?;
        let found = catalogue::find(&Seen { hosts: &[&surest.name], ..Seen::default() })?;
        let last = match using.last {
            _ if using.let_through == 0 => Fact::Absent,
            Some(last) => Fact::Known(last),
            None => Fact::Hidden,
        };
        let clients = u32::try_from(using.clients.len()).ok();
        let clients = clients.filter(|count| *count > 0 && !using.is_full).map_or(Fact::Hidden, Fact::Known);
        let named = domains.iter().take(NAMED);
        let mut evidence: Vec<String> =
            named.map(|(domain, lines)| format!("host {} in {lines} lines", domain.name)).collect();
        if using.refused > 0 {
            evidence.push(format!("{} lines were refused", using.refused));
        }
        let tool = catalogue::tool(&found, Some(source.clone()), Channel::Network, last, clients);
        Some(Tool { evidence, ..tool })
    }
}

/// The line around a place.
fn around(lines: &[u8], at: usize) -> std::ops::Range<usize> {
    let before = lines.get(..at).unwrap_or_default();
    let after = lines.get(at..).unwrap_or_default();
    let from = memchr::memrchr(b'\n', before).map_or(0, |place| place + 1);
    let to = memchr::memchr(b'\n', after).map_or(lines.len(), |place| at + place);
    from..to
}
