//! Hosts: taken out of addresses, and matched by the longest domain that they lie in.

use std::collections::HashMap;

use super::entries::Product;

/// Domains by name, with the place of the product and of the domain in it.
pub struct Hosts(HashMap<String, (usize, usize, bool)>);

impl Hosts {
    /// The domains of all products; of two with one name, the first.
    pub fn of(products: &[Product]) -> Self {
        let mut all = HashMap::new();
        for (at, product) in products.iter().enumerate() {
            for (place, domain) in product.domains.iter().enumerate() {
                all.entry(domain.name.clone()).or_insert((at, place, domain.is_exact));
            }
        }
        Self(all)
    }

    /// The longest domain that a host, in small letters, is or lies in.
    pub fn longest(&self, host: &str) -> Option<(usize, usize)> {
        ends(host).find_map(|end| {
            let (at, place, is_exact) = self.0.get(end)?;
            (!is_exact || end.len() == host.len()).then_some((*at, *place))
        })
    }
}

/// A host and the domains that it lies in, longest first: `a.b.c`, `b.c`, `c`.
pub fn ends(host: &str) -> impl Iterator<Item = &str> {
    let dots = host.match_indices('.').filter_map(|(at, _)| host.get(at + 1..));
    std::iter::once(host).chain(dots)
}

/// The host of an address or of `host:port`, in small letters and without a dot at the end.
pub fn bare(text: &str) -> String {
    let text = text.trim();
    let after = text.split_once("://").map_or(text, |(_, after)| after);
    let authority = after.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default();
    host.trim_start_matches("*.").trim_end_matches('.').to_ascii_lowercase()
}
