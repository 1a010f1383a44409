//! One file's text: any number of documents `{"data": […], "meta": {…}}`, one after the other. What the objects are
//! stands at the end, so that they are handed over before it is known.

use std::fmt;
use std::io::Read;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::wire::{Item, Meta};
use crate::connectors::ConnectorError;

/// Why reading ended early.
#[derive(Debug)]
pub enum Fault {
    Json(serde_json::Error),
    /// The taker refused something, or the pull was cancelled.
    Stopped(ConnectorError),
}

/// Takes what is read.
pub trait Taker {
    /// Takes one object, of a kind that is not known yet.
    fn item(&mut self, item: Item) -> Result<(), ConnectorError>;
    /// Takes the end of a document: what its objects are; `None` when it does not say.
    fn end(&mut self, meta: Option<Meta>) -> Result<(), ConnectorError>;
}

/// Reads all documents.
pub fn read(from: impl Read, taker: &mut dyn Taker) -> Result<(), Fault> {
    let mut json = serde_json::Deserializer::from_reader(from);
    let mut document = Document { taker, stopped: None };
    loop {
        let read = (&mut document).deserialize(&mut json);
        if let Some(stopped) = document.stopped.take() {
            return Err(Fault::Stopped(stopped));
        }
        let meta = read.map_err(Fault::Json)?;
        document.taker.end(meta).map_err(Fault::Stopped)?;
        match json.end() {
            Ok(()) => return Ok(()),
            Err(error) if error.is_io() => return Err(Fault::Json(error)),
            Err(_) => {}
        }
    }
}

struct Document<'a> {
    taker: &'a mut dyn Taker,
    /// Why reading was stopped from here, for the reader of JSON knows only that it was.
    stopped: Option<ConnectorError>,
}

impl<'de> DeserializeSeed<'de> for &mut Document<'_> {
    type Value = Option<Meta>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for &mut Document<'_> {
    type Value = Option<Meta>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with `data` and `meta`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Self::Value, A::Error> {
        let mut meta = None;
        while let Some(key) = fields.next_key::<String>()? {
            match key.as_str() {
                "data" => fields.next_value_seed(List(&mut *self))?,
                "meta" => meta = fields.next_value()?,
                _ => {
                    fields.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(meta)
    }
}

/// The list of objects; one that is null has none.
struct List<'a, 'b>(&'a mut Document<'b>);

impl<'de> DeserializeSeed<'de> for List<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for List<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list `data`")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while let Some(item) = items.next_element::<Item>()? {
            if let Err(error) = self.0.taker.item(item) {
                self.0.stopped = Some(error);
                return Err(A::Error::custom("stopped"));
            }
        }
        Ok(())
    }
}
