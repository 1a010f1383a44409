//! Entries as they come over the wire. Values are octets; whether one is text is for whoever asks for it, because an
//! identifier of octets can look like text by chance.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;
use ldap3::asn1::{PL, StructureTag};

/// One entry: its distinguished name and the attributes that were asked for and shown.
#[derive(Debug, Default)]
pub struct Entry {
    pub dn: String,
    /// By name in small letters, with options such as `;range=0-1499`.
    attributes: Vec<(String, Vec<Vec<u8>>)>,
}

impl Entry {
    /// Takes an answer apart; `None` where it is no entry.
    pub fn read(answer: StructureTag) -> Option<Self> {
        let mut parts = inner(answer)?.into_iter();
        let dn = String::from_utf8_lossy(&octets(parts.next()?)?).into_owned();
        let mut attributes = Vec::new();
        for attribute in inner(parts.next()?)? {
            let mut pair = inner(attribute)?.into_iter();
            let name = String::from_utf8_lossy(&octets(pair.next()?)?).to_lowercase();
            let values = inner(pair.next()?)?.into_iter().map(octets).collect::<Option<_>>()?;
            attributes.push((name, values));
        }
        Some(Self { dn, attributes })
    }

    /// All values, as octets.
    pub fn values(&self, key: &str) -> &[Vec<u8>] {
        self.attributes.iter().find(|(name, _)| name == key).map_or(&[], |(_, values)| values)
    }

    /// The first value, as octets.
    pub fn octets(&self, key: &str) -> Option<&[u8]> {
        self.values(key).first().map(Vec::as_slice).filter(|value| !value.is_empty())
    }

    /// Whether it shows the attribute.
    pub fn has(&self, key: &str) -> bool {
        !self.values(key).is_empty()
    }

    /// All values that are text and not empty.
    pub fn texts<'a>(&'a self, key: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        let texts = self.values(key).iter().filter_map(|value| std::str::from_utf8(value).ok());
        texts.map(str::trim).filter(|text| !text.is_empty())
    }

    /// The first value that is text and not empty.
    pub fn text(&self, key: &str) -> Option<String> {
        self.texts(key).next().map(str::to_owned)
    }

    /// A whole number.
    pub fn number(&self, key: &str) -> Option<i64> {
        self.texts(key).next()?.parse().ok()
    }

    /// A moment as directories write it: `20261123215247Z`.
    pub fn moment(&self, key: &str) -> Option<Timestamp> {
        moment(self.texts(key).next()?)
    }

    /// Whether it is of one of the classes, which are given in small letters.
    pub fn is_a(&self, classes: &[&str]) -> bool {
        self.texts("objectclass").any(|own| classes.iter().any(|class| own.eq_ignore_ascii_case(class)))
    }

    /// The values of an attribute that the server gives in parts, and where the next part begins.
    pub fn part(&self, key: &str) -> Option<(&[Vec<u8>], Option<u64>)> {
        let ranged = |name: &str| Some(name.strip_prefix(key)?.strip_prefix(";range=")?.to_owned());
        let (range, values) =
            self.attributes.iter().find_map(|(name, values)| Some((ranged(name)?, values)))?;
        let (_, end) = range.split_once('-')?;
        // `*` is the end of all of them.
        Some((values, end.parse::<u64>().ok().map(|end| end + 1)))
    }

    /// Puts all values of an attribute in the place of its parts.
    pub fn put(&mut self, key: &str, values: Vec<Vec<u8>>) {
        self.attributes.retain(|(name, _)| name.split(';').next() != Some(key));
        self.attributes.push((key.to_owned(), values));
    }

    /// How many octets its values have.
    pub fn size(&self) -> usize {
        self.attributes.iter().flat_map(|(_, values)| values).map(Vec::len).sum()
    }
}

fn inner(tag: StructureTag) -> Option<Vec<StructureTag>> {
    match tag.payload {
        PL::C(parts) => Some(parts),
        PL::P(_) => None,
    }
}

fn octets(tag: StructureTag) -> Option<Vec<u8>> {
    match tag.payload {
        PL::P(octets) => Some(octets),
        PL::C(_) => None,
    }
}

/// Reads the generalised time of X.680: year to hour, then as much as is written, with `Z` or an offset.
fn moment(text: &str) -> Option<Timestamp> {
    let end = text.find(['Z', '+', '-'])?;
    let (time, zone) = text.split_at_checked(end)?;
    let digits = time.split(['.', ',']).next()?;
    if !(10..=14).contains(&digits.len()) || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let part = |from: usize, to: usize| digits.get(from..to).map_or(Some(0), |part| part.parse::<i8>().ok());
    let year = digits.get(..4)?.parse().ok()?;
    let time =
        DateTime::new(year, part(4, 6)?, part(6, 8)?, part(8, 10)?, part(10, 12)?, part(12, 14)?.min(59), 0);
    let offset = if zone.starts_with('Z') {
        0
    } else {
        let seconds = |from: usize, to: usize, of: i32| {
            zone.get(from..to).map_or(Some(0), |part| Some(part.parse::<i32>().ok()? * of))
        };
        let far = seconds(1, 3, 3600)? + seconds(3, 5, 60)?;
        if zone.starts_with('-') { -far } else { far }
    };
    Offset::from_seconds(offset).ok()?.to_timestamp(time.ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_directories_write_them() {
        let at = |text: &str| Some(text.parse::<Timestamp>().unwrap());
        for (text, expected) in [
            ("20261123215247Z", at("2026-11-23T21:52:47Z")),
            ("20261123215247.0Z", at("2026-11-23T21:52:47Z")),
            ("20261123215247.123456Z", at("2026-11-23T21:52:47Z")),
            ("202611232152Z", at("2026-11-23T21:52:00Z")),
            ("2026112321Z", at("2026-11-23T21:00:00Z")),
            ("20261123215247+0130", at("2026-11-23T20:22:47Z")),
            ("20261123215247-01", at("2026-11-23T22:52:47Z")),
            ("20261323215247Z", None),
            ("20261123215247", None),
            ("2026é123215247Z", None),
            ("Z", None),
            ("", None),
        ] {
            assert_eq!(moment(text), expected, "{text}");
        }
        // How a lock for ever is written.
        assert!(moment("000001010000Z").is_some_and(|at| at.as_second() < 0));
    }

    #[test]
    fn parts_of_long_attributes_are_told() {
        let part = |name: &str| {
            let entry = Entry { dn: String::new(), attributes: vec![(name.to_owned(), vec![vec![1]])] };
            entry.part("member").map(|(values, next)| (values.len(), next))
        };
        assert_eq!(part("member;range=0-1499"), Some((1, Some(1500))));
        assert_eq!(part("member;range=1500-*"), Some((1, None)));
        assert_eq!(part("member"), None);
        assert_eq!(part("memberof;range=0-9"), None);
    }
}
