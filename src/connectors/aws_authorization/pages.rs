//! One page, an array of pages, or pages one after the other: read item by item; a large file is never held whole.

use std::fmt;
use std::io::{BufRead, Read};

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// The lists of a page, by their keys in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    Users,
    Groups,
    Roles,
    Policies,
}

impl List {
    /// In the order in which AWS writes them.
    pub const ALL: [Self; 4] = [Self::Users, Self::Groups, Self::Roles, Self::Policies];

    /// The key in the file.
    pub fn key(self) -> &'static str {
        match self {
            Self::Users => "UserDetailList",
            Self::Groups => "GroupDetailList",
            Self::Roles => "RoleDetailList",
            Self::Policies => "Policies",
        }
    }

    /// The word that people read.
    pub fn title(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Groups => "groups",
            Self::Roles => "roles",
            Self::Policies => "policies",
        }
    }
}

/// What becomes of the items of a list.
pub trait Taker {
    /// Takes all items of one list of one page.
    fn take<'de, A: SeqAccess<'de>>(&mut self, list: List, items: A) -> Result<(), A::Error>;
}

/// Counts items and does nothing else with them.
#[derive(Debug, Default)]
pub struct Counter(pub [u64; 4]);

impl Taker for Counter {
    fn take<'de, A: SeqAccess<'de>>(&mut self, list: List, mut items: A) -> Result<(), A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {
            if let Some(count) = self.0.get_mut(list as usize) {
                *count += 1;
            }
        }
        Ok(())
    }
}

/// Up to how many bytes a file is taken into memory to be read, which is twice as fast as byte by byte.
const WHOLE: u64 = 64 << 20;

/// Reads all pages.
pub fn read(mut from: impl BufRead, taker: &mut impl Taker) -> Result<(), serde_json::Error> {
    let mut head = Vec::new();
    from.by_ref().take(WHOLE).read_to_end(&mut head).map_err(serde_json::Error::io)?;
    if (head.len() as u64) < WHOLE {
        return read_pages(serde_json::Deserializer::from_slice(&head), taker);
    }
    read_pages(serde_json::Deserializer::from_reader(head.chain(from)), taker)
}

/// Reads one page that was asked for; whether more follow is for the asker to know.
pub fn read_one(page: serde_json::Value, taker: &mut impl Taker) -> Result<(), serde_json::Error> {
    Page(taker).deserialize(page).map(drop)
}

fn read_pages<'de, R: serde_json::de::Read<'de>>(
    mut json: serde_json::Deserializer<R>,
    taker: &mut impl Taker,
) -> Result<(), serde_json::Error> {
    let mut pages = Pages { taker, has_more: false };
    loop {
        (&mut pages).deserialize(&mut json)?;
        // `end` looks at the next character and leaves it, so that a further page can follow.
        if json.end().is_ok() {
            break;
        }
    }
    if pages.has_more {
        return Err(serde_json::Error::custom(MORE));
    }
    Ok(())
}

/// What a file says whose last page announces another.
pub const MORE: &str = "the last page says that more pages follow";

struct Pages<'t, T> {
    taker: &'t mut T,
    /// Whether the page that was read last says that it is not the last.
    has_more: bool,
}

impl<'de, T: Taker> DeserializeSeed<'de> for &mut Pages<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de, T: Taker> Visitor<'de> for &mut Pages<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with `UserDetailList`, `GroupDetailList`, `RoleDetailList` and `Policies`")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut pages: A) -> Result<(), A::Error> {
        let page = Page(&mut *self.taker);
        let Some(mut has_more) = pages.next_element_seed(page)? else { return Ok(()) };
        while let Some(more) = pages.next_element_seed(Page(&mut *self.taker))? {
            has_more = more;
        }
        self.has_more = has_more;
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<(), A::Error> {
        self.has_more = Page(&mut *self.taker).visit_map(fields)?;
        Ok(())
    }
}

/// One page; its value says whether more follow.
struct Page<'t, T>(&'t mut T);

impl<'de, T: Taker> DeserializeSeed<'de> for Page<'_, T> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<bool, D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de, T: Taker> Visitor<'de> for Page<'_, T> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a page: an object with `UserDetailList`, `RoleDetailList` and the like")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<bool, A::Error> {
        let (mut is_page, mut has_more) = (false, false);
        while let Some(key) = fields.next_key::<String>()? {
            if let Some(list) = List::ALL.into_iter().find(|list| list.key() == key) {
                fields.next_value_seed(Items { taker: &mut *self.0, list })?;
                is_page = true;
            } else if key == "IsTruncated" {
                has_more |= fields.next_value::<Option<bool>>()?.unwrap_or(false);
            } else if key == "NextToken" {
                // The command line tool writes it when `--max-items` cut the list.
                has_more |= fields.next_value::<Option<IgnoredAny>>()?.is_some();
            } else {
                fields.next_value::<IgnoredAny>()?;
            }
        }
        if is_page {
            Ok(has_more)
        } else {
            Err(A::Error::custom("a page has no list of users, groups, roles or policies"))
        }
    }
}

/// The items of one list; a list that is null has none.
struct Items<'t, T> {
    taker: &'t mut T,
    list: List,
}

impl<'de, T: Taker> DeserializeSeed<'de> for Items<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de, T: Taker> Visitor<'de> for Items<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list of {}", self.list.title())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<(), A::Error> {
        self.taker.take(self.list, items)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str) -> Result<[u64; 4], String> {
        let mut counter = Counter::default();
        read(text.as_bytes(), &mut counter).map_err(|error| error.to_string())?;
        Ok(counter.0)
    }

    #[test]
    fn pages_are_read_alone_in_an_array_and_one_after_the_other() {
        let page =
            r#"{"UserDetailList": [{}, {}], "IsTruncated": false, "Policies": null, "Other": {"a": [1]}}"#;
        assert_eq!(count(page), Ok([2, 0, 0, 0]));
        assert_eq!(count(&format!("[{page}, {page}]")), Ok([4, 0, 0, 0]));
        assert_eq!(count(&format!("{page}\n{page}\n")), Ok([4, 0, 0, 0]));
    }

    #[test]
    fn a_list_that_was_cut_is_not_taken_for_the_whole() {
        for cut in [r#"{"Policies": [], "IsTruncated": true}"#, r#"{"Policies": [], "NextToken": "x"}"#] {
            assert!(count(cut).unwrap_err().contains(MORE), "{cut}");
            assert!(count(&format!(r#"{cut} {{"Policies": []}}"#)).is_ok(), "{cut}");
            assert!(count(&format!(r#"[{cut}, {{"Policies": []}}]"#)).is_ok(), "{cut}");
        }
    }

    #[test]
    fn what_is_no_page_is_refused() {
        for wrong in
            ["{}", "[{}]", "[1]", "5", r#"{"Policies": 5}"#, r#"{"Policies": []} x"#, r#"{"Policies": ["#]
        {
            assert!(count(wrong).is_err(), "{wrong}");
        }
    }
}
