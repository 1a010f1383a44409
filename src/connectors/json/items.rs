//! Items one by one, however a tool puts them: in a list of an object, in a bare list, one after the other, one on
//! each line. Nothing is held but the item at hand.

use std::fmt;
use std::io::Read;
use std::marker::PhantomData;

use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::de::IoRead;
use serde_json::{Map, Value};

use super::super::ConnectorError;

/// Why reading ended early.
#[derive(Debug)]
pub enum Fault {
    /// What is read is not what it has to be.
    Json(serde_json::Error),
    /// The taker refused an item, or the pull was cancelled.
    Stopped(ConnectorError),
}

/// Hands over every item: those of the lists with one of the keys `lists`, and objects that have none of them.
pub fn each<T: DeserializeOwned>(
    from: impl Read,
    lists: &'static [&'static str],
    take: impl FnMut(T) -> Result<(), ConnectorError>,
) -> Result<(), Fault> {
    let mut items = Items { lists, hand: Hand::new(take), item: PhantomData };
    documents(from, |json| {
        let read = (&mut items).deserialize(json);
        items.hand.ended(read)
    })
}

/// Reads documents that stand one after the other, each with `read`.
pub fn documents<R: Read>(
    from: R,
    mut read: impl FnMut(&mut serde_json::Deserializer<IoRead<R>>) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut json = serde_json::Deserializer::from_reader(from);
    loop {
        read(&mut json)?;
        // `end` looks at the next character and leaves it, so that a further document can follow.
        match json.end() {
            Ok(()) => return Ok(()),
            Err(error) if error.is_io() => return Err(Fault::Json(error)),
            Err(_) => {}
        }
    }
}

/// What takes over items, and why it stopped the reading, for the reader of JSON knows only that it was stopped.
pub struct Hand<F> {
    take: F,
    stopped: Option<ConnectorError>,
}

impl<F> Hand<F> {
    /// Nothing was stopped yet.
    pub fn new(take: F) -> Self {
        Self { take, stopped: None }
    }

    /// Hands over an item.
    pub fn over<T, E: Error>(&mut self, item: T) -> Result<(), E>
    where
        F: FnMut(T) -> Result<(), ConnectorError>,
    {
        (self.take)(item).map_err(|error| {
            self.stopped = Some(error);
            E::custom("stopped")
        })
    }

    /// How the reading of a document ended.
    pub fn ended(&mut self, read: Result<(), serde_json::Error>) -> Result<(), Fault> {
        match self.stopped.take() {
            Some(stopped) => Err(Fault::Stopped(stopped)),
            None => read.map_err(Fault::Json),
        }
    }
}

struct Items<T, F> {
    lists: &'static [&'static str],
    hand: Hand<F>,
    item: PhantomData<fn() -> T>,
}

impl<T, F> Items<T, F> {
    fn is_list(&self, key: &str) -> bool {
        self.lists.contains(&key)
    }
}

impl<'de, T: DeserializeOwned, F: FnMut(T) -> Result<(), ConnectorError>> DeserializeSeed<'de>
    for &mut Items<T, F>
{
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

/// A document: an object with lists, an object that is an item, or a list of such.
impl<'de, T: DeserializeOwned, F: FnMut(T) -> Result<(), ConnectorError>> Visitor<'de> for &mut Items<T, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or a list of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut documents: A) -> Result<(), A::Error> {
        while documents.next_element_seed(&mut *self)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        let mut item = Map::new();
        let mut has_list = false;
        while let Some(key) = fields.next_key::<String>()? {
            if self.is_list(&key) {
                has_list = true;
                fields.next_value_seed(List(&mut *self))?;
            } else if has_list {
                fields.next_value::<IgnoredAny>()?;
            } else {
                item.insert(key, fields.next_value()?);
            }
        }
        if has_list {
            return Ok(());
        }
        let item = T::deserialize(Value::Object(item)).map_err(A::Error::custom)?;
        self.hand.over(item)
    }
}

/// A list of items; one that is null has none.
struct List<'i, T, F>(&'i mut Items<T, F>);

impl<'de, T: DeserializeOwned, F: FnMut(T) -> Result<(), ConnectorError>> DeserializeSeed<'de>
    for List<'_, T, F>
{
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de, T: DeserializeOwned, F: FnMut(T) -> Result<(), ConnectorError>> Visitor<'de> for List<'_, T, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list `{}`", self.0.lists.join("` or `"))
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while let Some(item) = items.next_element::<T>()? {
            self.0.hand.over(item)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(text: &str) -> Result<Vec<u64>, String> {
        #[derive(serde::Deserialize)]
        struct Item {
            n: u64,
        }
        let mut seen = Vec::new();
        let read = each(text.as_bytes(), &["Records"], |item: Item| {
            seen.push(item.n);
            if item.n == 9 { Err(ConnectorError::Cancelled) } else { Ok(()) }
        });
        match read {
            Ok(()) => Ok(seen),
            Err(Fault::Json(error)) => Err(error.to_string()),
            Err(Fault::Stopped(error)) => Err(error.to_string()),
        }
    }

    #[test]
    fn items_are_the_same_in_every_arrangement() {
        let arrangements = [
            r#"{"Records": [{"n": 1}, {"n": 2}]}"#,
            r#"{"a": {"b": [1]}, "Records": [{"n": 1}, {"n": 2}], "c": null}"#,
            r#"[{"n": 1}, {"n": 2}]"#,
            "{\"n\": 1}\n{\"n\": 2}\n",
            r#"{"Records": [{"n": 1}]}{"Records": [{"n": 2}]}"#,
            r#"[{"Records": [{"n": 1}]}, {"Records": null}, {"n": 2}]"#,
        ];
        for text in arrangements {
            assert_eq!(items(text), Ok(vec![1, 2]), "{text}");
        }
    }

    #[test]
    fn what_is_no_item_ends_the_reading() {
        for wrong in ["5", "{}", r#"{"Records": 5}"#, r#"{"Records": [{"n": 1}"#, r#"{"n": 1} x"#, "[[1]]"] {
            assert!(items(wrong).is_err(), "{wrong}");
        }
        assert!(items(r#"{"Records": [{"n": 9}]}"#).unwrap_err().contains("cancelled"));
    }
}
