//! Finds the domains of the catalogue in bytes of any kind: from dot to dot, without looking at what lies between.
//!
//! A host is a run of letters, digits, `-`, `_` and `.`; what stands before and after it does not matter, but an `@`
//! before it: that is a mail address.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use memchr::memchr_iter;

use crate::connectors::catalogue::Product;

/// How long the last two parts of a domain of the catalogue may be.
const LONGEST: usize = 64;

/// The domains of all products, by their last two parts.
pub struct Domains {
    by_end: HashMap<Box<[u8]>, Vec<Known>, RandomState>,
    /// Which letters stand on both sides of the last dot of any domain.
    around: [bool; 1024],
}

struct Known {
    name: Box<[u8]>,
    is_exact: bool,
    place: Place,
}

/// A product and one of its domains, as places in the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub product: usize,
    pub domain: usize,
}

/// Where a domain stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// Of the dot before its last part.
    pub at: usize,
    pub place: Place,
}

impl Domains {
    /// The domains of these products; of two with one name, the first.
    pub fn of(products: &[Product]) -> Self {
        let mut all = Self { by_end: HashMap::default(), around: [false; 1024] };
        for (product, entry) in products.iter().enumerate() {
            for (domain, known) in entry.domains.iter().enumerate() {
                all.add(&known.name, known.is_exact, Place { product, domain });
            }
        }
        for known in all.by_end.values_mut() {
            known.sort_by_key(|known| (std::cmp::Reverse(known.name.len()), known.place));
        }
        all
    }

    fn add(&mut self, name: &str, is_exact: bool, place: Place) {
        let Some((before, last)) = name.rsplit_once('.') else { return };
        let second = before.rsplit('.').next().unwrap_or_default();
        if let (Some(left), Some(right)) = (second.bytes().next_back(), last.bytes().next())
            && let Some(seen) = self.around.get_mut(pair(left, right))
        {
            *seen = true;
        }
        let known = Known { name: name.as_bytes().into(), is_exact, place };
        self.by_end.entry(format!("{second}.{last}").into_bytes().into()).or_default().push(known);
    }

    /// Every host in a text that is, or lies in, a domain of the catalogue, in the order of the text.
    pub fn find<'a>(&'a self, text: &'a [u8]) -> impl Iterator<Item = Hit> + 'a {
        memchr_iter(b'.', text).filter_map(|at| self.at_dot(text, at))
    }

    #[inline]
    fn at_dot(&self, text: &[u8], at: usize) -> Option<Hit> {
        let (left, right) = (*text.get(at.wrapping_sub(1))?, *text.get(at + 1)?);
        if !*self.around.get(pair(left, right))? {
            return None;
        }
        self.look(text, at)
    }

    /// Looks closer: whether the dot stands before the last part of a host that is known.
    fn look(&self, text: &[u8], at: usize) -> Option<Hit> {
        let after = text.get(at + 1..)?;
        let last = after.iter().position(|byte| !is_part(*byte)).unwrap_or(after.len());
        let end = at + 1 + last;
        let rest = text.get(end..)?;
        // Dots may end a host, but what follows them may not go on with it.
        let dots = rest.iter().position(|byte| *byte != b'.').unwrap_or(rest.len());
        if dots > 0 && rest.get(dots).is_some_and(|byte| is_part(*byte)) {
            return None;
        }
        let before = text.get(..at)?;
        let second = before.iter().rposition(|byte| !is_part(*byte)).map_or(0, |place| place + 1);
        let second = second + escaped(text, second);
        let mut small = [0; LONGEST];
        let key = small.get_mut(..end - second)?;
        key.copy_from_slice(text.get(second..end)?);
        key.make_ascii_lowercase();
        let known = self.by_end.get(&*key)?;
        let start =
            before.iter().rposition(|byte| !is_part(*byte) && *byte != b'.').map_or(0, |place| place + 1);
        if start > 0 && text.get(start - 1) == Some(&b'@') {
            return None;
        }
        let host = text.get(start + escaped(text, start)..end)?;
        let host = host.get(host.iter().position(|byte| *byte != b'.')?..)?;
        let found = known.iter().find(|known| known.holds(host))?;
        Some(Hit { at, place: found.place })
    }
}

impl Known {
    fn holds(&self, host: &[u8]) -> bool {
        let Some(from) = host.len().checked_sub(self.name.len()) else { return false };
        let is_end = host.get(from..).is_some_and(|end| end.eq_ignore_ascii_case(&self.name));
        let is_whole = from == 0 || (!self.is_exact && host.get(from - 1) == Some(&b'.'));
        is_end && is_whole
    }
}

/// How much of a host is the end of an escaped sign, as in `%2Fchat.example`.
fn escaped(text: &[u8], start: usize) -> usize {
    let is_escape = start > 0
        && text.get(start - 1) == Some(&b'%')
        && text.get(start..start + 2).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit));
    if is_escape { 2 } else { 0 }
}

/// Whether a byte may stand in a part of a host.
fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

/// Five bits of each of two letters.
fn pair(left: u8, right: u8) -> usize {
    usize::from(left & 31) << 5 | usize::from(right & 31)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::connectors::catalogue::products;

    fn found(text: &[u8]) -> Vec<&'static str> {
        let domains = Domains::of(products());
        let name = |hit: Hit| products()[hit.place.product].domains[hit.place.domain].name.as_str();
        domains.find(text).map(name).collect()
    }

    /// The same, slowly: runs of signs of hosts, and every domain against each.
    fn naive(text: &[u8]) -> Vec<&'static str> {
        let is_host = |byte: u8| is_part(byte) || byte == b'.';
        let mut all = Vec::new();
        let mut at = 0;
        for run in text.split(|byte| !is_host(*byte)) {
            let before = if at == 0 { 0 } else { text[at - 1] };
            let mut host = String::from_utf8(run.to_ascii_lowercase()).unwrap();
            at += run.len() + 1;
            if before == b'@' {
                continue;
            }
            if before == b'%' && run.len() > 1 && run[..2].iter().all(u8::is_ascii_hexdigit) {
                host.drain(..2);
            }
            let host = host.trim_matches('.');
            let every = products().iter().flat_map(|product| &product.domains);
            let fits = every.filter(|one| {
                host == one.name || (!one.is_exact && host.ends_with(&format!(".{}", one.name)))
            });
            all.extend(fits.max_by_key(|one| one.name.len()).map(|one| one.name.as_str()));
        }
        all
    }

    #[test]
    fn hosts_are_found_wherever_they_stand() {
        for (line, expected) in [
            (
                &b"1732870800.123 45 10.0.0.1 TCP_TUNNEL/200 5 CONNECT chatgpt.com:443 -"[..],
                vec!["chatgpt.com"],
            ),
            (b"query[A] API.OpenAI.com from 10.0.0.2", vec!["openai.com"]),
            (b"https%3A%2F%2Fclaude.ai%2Fnew", vec!["claude.ai"]),
            (b"\xff\xfeclaude.ai\xff.\xc3\xa9.claude.ai", vec!["claude.ai", "claude.ai"]),
            (b"notclaude.ai claude.ai.example claude.aim me@claude.ai", vec![]),
            (b"claude.ai. claude.ai.. .claude.ai", vec!["claude.ai"; 3]),
            (b"a.notebooklm.google.com google.com", vec!["notebooklm.google.com"]),
            (b"openaicom.imgix.net x.openaicom.imgix.net", vec!["openaicom.imgix.net"]),
            (b".", vec![]),
            (b"", vec![]),
        ] {
            assert_eq!(found(line), expected, "{}", String::from_utf8_lossy(line));
            assert_eq!(naive(line), expected, "{}", String::from_utf8_lossy(line));
        }
    }

    proptest! {
        #[test]
        fn what_is_found_is_what_a_slow_reading_finds(
            parts in proptest::collection::vec(
                prop_oneof![
                    3 => "[a-zA-Z0-9_.@%/ \\-]{0,6}".prop_map(String::into_bytes),
                    3 => any::<proptest::sample::Index>().prop_map(|at| {
                        let all: Vec<_> = products().iter().flat_map(|one| &one.domains).collect();
                        at.get(&all).name.clone().into_bytes()
                    }),
                    1 => proptest::collection::vec(any::<u8>(), 0..4),
                    2 => Just(b".".to_vec()),
                ],
                0..12,
            ),
        ) {
            let text = parts.concat();
            prop_assert_eq!(found(&text), naive(&text), "{}", String::from_utf8_lossy(&text));
        }
    }
}
