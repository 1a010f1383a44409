//! Fields as they come: what is not of the shape that is asked for counts as not there, so that one odd field of one
//! object does not cost the whole file.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A field that may be missing, null, or of another shape than Kubernetes says.
#[derive(Debug, Clone)]
pub struct May<T>(pub Option<T>);

/// What of the shapes of JSON a value can be made of.
pub trait Shape: Sized {
    /// Of a text.
    fn of_text(_: &str) -> Option<Self> {
        None
    }

    /// Of `true` or `false`.
    fn of_flag(_: bool) -> Option<Self> {
        None
    }

    /// Of a list.
    fn of_list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<Option<Self>, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    /// Of an object.
    fn of_object<'de, A: MapAccess<'de>>(mut fields: A) -> Result<Option<Self>, A::Error> {
        while fields.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }
}

impl<T> May<T> {
    /// The value, where there is one.
    pub fn get(&self) -> Option<&T> {
        self.0.as_ref()
    }
}

impl May<String> {
    /// The text, where there is one that says anything.
    pub fn text(&self) -> Option<&str> {
        self.0.as_deref().filter(|text| !text.trim().is_empty())
    }
}

impl<T> May<Vec<T>> {
    /// The items; none where there is no list.
    pub fn items(&self) -> &[T] {
        self.0.as_deref().unwrap_or_default()
    }
}

impl<T> Default for May<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<'de, T: Shape> Deserialize<'de> for May<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Any(PhantomData)).map(Self)
    }
}

struct Any<T>(PhantomData<T>);

impl<'de, T: Shape> Visitor<'de> for Any<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Option<T>, E> {
        Ok(T::of_text(text))
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Option<T>, E> {
        Ok(T::of_flag(flag))
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_unit<E: Error>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Option<T>, A::Error> {
        T::of_list(list)
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<Option<T>, A::Error> {
        T::of_object(fields)
    }
}

impl Shape for String {
    fn of_text(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

impl Shape for bool {
    fn of_flag(flag: bool) -> Option<Self> {
        Some(flag)
    }
}

impl<T: Shape> Shape for Vec<T> {
    fn of_list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<Option<Self>, A::Error> {
        let mut made = Self::new();
        while let Some(item) = list.next_element::<May<T>>()? {
            made.extend(item.0);
        }
        Ok(Some(made))
    }
}

impl Shape for BTreeMap<String, String> {
    fn of_object<'de, A: MapAccess<'de>>(mut fields: A) -> Result<Option<Self>, A::Error> {
        let mut made = Self::new();
        while let Some((key, value)) = fields.next_entry::<String, May<String>>()? {
            made.extend(value.0.map(|value| (key, value)));
        }
        Ok(Some(made))
    }
}

/// Reads an object whose fields are all lax.
pub fn object<'de, T: Deserialize<'de>, A: MapAccess<'de>>(fields: A) -> Result<Option<T>, A::Error> {
    T::deserialize(MapAccessDeserializer::new(fields)).map(Some)
}
