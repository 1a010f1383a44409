//! Security descriptors (MS-DTYP 2.4.6): who owns an object and what its entries let others do, by the names that
//! `SharpHound` gives to rights, so that both routes mean the same. What is denied is left out: it would have to be weighed
//! against everything else.

use std::fmt::Write as _;

use super::super::directory::Kind;

/// Parts of a mask of rights.
const SELF: u32 = 0x8;
const PROPERTY: u32 = 0x20;
const CONTROL: u32 = 0x100;
const WRITE_DACL: u32 = 0x4_0000;
const WRITE_OWNER: u32 = 0x8_0000;
const ALL: u32 = 0xF_01FF;
const GENERIC_ALL: u32 = 0x1000_0000;
const GENERIC_WRITE: u32 = 0x4000_0000;
/// An entry that counts for what lies below alone.
const BELOW_ALONE: u8 = 0x8;

/// Rights on one attribute, set of attributes or extended right, by its GUID.
static NARROW: &[(u32, &str, &[Kind], &str)] = &[
    (PROPERTY, "bf9679c0-0de6-11d0-a285-00aa003049e2", &[Kind::Group], "AddMember"),
    (SELF, "bf9679c0-0de6-11d0-a285-00aa003049e2", &[Kind::Group], "AddSelf"),
    (PROPERTY, "f3a64788-5306-11d1-a9c5-0000f80367c1", &[Kind::User], "WriteSPN"),
    (PROPERTY, "3f78c3e5-f79a-46bd-a0b8-9d18116ddc79", &[Kind::Computer], "AddAllowedToAct"),
    (PROPERTY, "4c164200-20c0-11d0-a768-00aa006e0529", &[Kind::Computer], "WriteAccountRestrictions"),
    (PROPERTY, "5b47d60f-6090-40b2-9f37-2a4de88f3063", &[Kind::User, Kind::Computer], "AddKeyCredentialLink"),
    (PROPERTY, "f30e3bbe-9ff0-11d1-b603-0000f80367c1", &[Kind::Domain, Kind::Unit], "WriteGPLink"),
    (CONTROL, "00299570-246d-11d0-a768-00aa006e0529", &[Kind::User], "ForceChangePassword"),
    (CONTROL, "1131f6aa-9c07-11d1-f79f-00c04fc2dcd2", &[Kind::Domain], "GetChanges"),
    (CONTROL, "1131f6ad-9c07-11d1-f79f-00c04fc2dcd2", &[Kind::Domain], "GetChangesAll"),
    (CONTROL, "89e95b76-444d-4c62-991a-0facbeda640c", &[Kind::Domain], "GetChangesInFilteredSet"),
];

/// Rights on all of an object.
static WIDE: &[(u32, &[Kind], &str)] = &[
    (SELF, &[Kind::Group], "AddSelf"),
    (CONTROL, &[Kind::User, Kind::Domain], "AllExtendedRights"),
    (
        PROPERTY | GENERIC_WRITE,
        &[Kind::User, Kind::Group, Kind::Computer, Kind::Policy, Kind::Unit, Kind::Domain],
        "GenericWrite",
    ),
];

/// What stands in a descriptor.
#[derive(Debug, Default)]
pub struct Descriptor {
    pub owner: Option<String>,
    pub entries: Vec<Entry>,
}

/// An entry that allows something on the object itself.
#[derive(Debug, PartialEq, Eq)]
pub struct Entry {
    pub who: String,
    mask: u32,
    /// What the rights are on; `None` is all of it.
    object: Option<String>,
}

impl Entry {
    /// The rights on an object of a kind, by name.
    pub fn rights(&self, kind: Kind) -> Vec<&'static str> {
        let has = |mask: u32| self.mask & mask != 0;
        if self.object.is_none() && (self.mask & ALL == ALL || has(GENERIC_ALL)) {
            return vec!["GenericAll"];
        }
        let mut named = Vec::new();
        named.extend(has(WRITE_DACL).then_some("WriteDacl"));
        named.extend(has(WRITE_OWNER).then_some("WriteOwner"));
        match &self.object {
            None => {
                let all = WIDE.iter().filter(|(mask, kinds, _)| has(*mask) && kinds.contains(&kind));
                named.extend(all.map(|(.., name)| *name));
            }
            Some(object) => {
                let all = NARROW
                    .iter()
                    .filter(|(mask, own, kinds, _)| has(*mask) && own == object && kinds.contains(&kind));
                named.extend(all.map(|(.., name)| *name));
            }
        }
        named
    }
}

/// Takes a descriptor apart; `None` where it is none.
pub fn read(octets: &[u8]) -> Option<Descriptor> {
    let place = |at: usize| Some(number(octets, at)? as usize);
    let owner = match place(4)? {
        0 => None,
        at => sid(octets.get(at..)?),
    };
    let entries = match place(16)? {
        0 => Vec::new(),
        at => list(octets.get(at..)?)?,
    };
    Some(Descriptor { owner, entries })
}

fn list(octets: &[u8]) -> Option<Vec<Entry>> {
    let count = short(octets, 4)?;
    let mut entries = Vec::new();
    let mut rest = octets.get(8..)?;
    for _ in 0..count {
        let size = usize::from(short(rest, 2)?).max(4);
        let own = rest.get(..size)?;
        entries.extend(entry(own));
        rest = rest.get(size..)?;
    }
    Some(entries)
}

/// An entry, where it allows something on this object.
fn entry(octets: &[u8]) -> Option<Entry> {
    let (kind, flags, mask) = (*octets.first()?, *octets.get(1)?, number(octets, 4)?);
    if flags & BELOW_ALONE != 0 {
        return None;
    }
    match kind {
        0 => Some(Entry { who: sid(octets.get(8..)?)?, mask, object: None }),
        5 => {
            let present = number(octets, 8)?;
            let mut at = 12;
            let mut object = None;
            if present & 1 != 0 {
                object = Some(guid(octets.get(at..)?)?);
                at += 16;
            }
            if present & 2 != 0 {
                at += 16;
            }
            Some(Entry { who: sid(octets.get(at..)?)?, mask, object })
        }
        _ => None,
    }
}

/// A security identifier in words: `S-1-5-21-…`.
pub fn sid(octets: &[u8]) -> Option<String> {
    let [version, count, authority @ ..] = octets.get(..8)? else { return None };
    let authority = authority.iter().fold(0_u64, |sum, octet| sum << 8 | u64::from(*octet));
    let mut made = format!("S-{version}-{authority}");
    for at in 0..usize::from(*count) {
        // Writing to text cannot fail.
        let _ = write!(made, "-{}", number(octets, 8 + 4 * at)?);
    }
    Some(made)
}

/// A GUID in words, in small letters.
pub fn guid(octets: &[u8]) -> Option<String> {
    let (first, second, third) = (number(octets, 0)?, short(octets, 4)?, short(octets, 6)?);
    let mut made = format!("{first:08x}-{second:04x}-{third:04x}-");
    for (at, octet) in octets.get(8..16)?.iter().enumerate() {
        let sign = if at == 2 { "-" } else { "" };
        let _ = write!(made, "{sign}{octet:02x}");
    }
    Some(made)
}

fn number(octets: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(octets.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

fn short(octets: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(octets.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const EVERYONE: [u8; 12] = [1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0];

    fn with(entries: &[Vec<u8>]) -> Descriptor {
        let mut octets = vec![1, 0, 4, 0x80, 20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 32, 0, 0, 0];
        octets.extend(EVERYONE);
        let length = u16::try_from(8 + entries.iter().map(Vec::len).sum::<usize>()).unwrap();
        octets.extend([4, 0]);
        octets.extend(length.to_le_bytes());
        octets.extend([u8::try_from(entries.len()).unwrap(), 0, 0, 0]);
        octets.extend(entries.concat());
        read(&octets).unwrap()
    }

    fn plain(kind: u8, flags: u8, mask: u32) -> Vec<u8> {
        [&[kind, flags, 20, 0][..], &mask.to_le_bytes(), &EVERYONE].concat()
    }

    fn on(mask: u32, guid: [u8; 16]) -> Vec<u8> {
        [&[5, 0, 40, 0][..], &mask.to_le_bytes(), &[1, 0, 0, 0], &guid, &EVERYONE].concat()
    }

    #[test]
    fn entries_are_named_by_what_they_are_on() {
        let member =
            [0xc0, 0x79, 0x96, 0xbf, 0xe6, 0x0d, 0xd0, 0x11, 0xa2, 0x85, 0, 0xaa, 0, 0x30, 0x49, 0xe2];
        let descriptor = with(&[
            plain(0, 0, ALL),
            plain(0, 0, WRITE_DACL | PROPERTY),
            plain(0, BELOW_ALONE, ALL),
            plain(1, 0, ALL),
            on(PROPERTY, member),
        ]);
        assert_eq!(descriptor.owner.as_deref(), Some("S-1-1-0"));
        let named: Vec<_> = descriptor.entries.iter().map(|entry| entry.rights(Kind::Group)).collect();
        assert_eq!(named, [vec!["GenericAll"], vec!["WriteDacl", "GenericWrite"], vec!["AddMember"]]);
        assert_eq!(descriptor.entries[2].rights(Kind::User), Vec::<&str>::new());
    }

    #[test]
    fn every_guid_of_the_table_is_written_as_one_is_read() {
        for (_, guid, ..) in NARROW {
            assert!(guid.len() == 36 && *guid == guid.to_lowercase(), "{guid}");
        }
    }

    proptest! {
        #[test]
        fn whatever_comes_is_read_or_is_none(octets in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = (read(&octets), sid(&octets), guid(&octets));
        }
    }
}
