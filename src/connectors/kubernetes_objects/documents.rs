//! Objects one by one, however they are put: in a `List` of any kinds, in lists of one kind as the API answers them,
//! alone, in a bare list, one after the other. Nothing is held but the fields that are read of the object at hand.

use std::fmt;
use std::io::Read;

use serde::de::value::{MapAccessDeserializer, StringDeserializer};
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IntoDeserializer, MapAccess, SeqAccess, Visitor,
};

use super::super::ConnectorError;
use super::super::json::items::{self, Fault, Hand};
use super::lax::May;
use super::wire::Object;

/// What a list says that was cut.
pub const MORE: &str = "a list in it says that more objects follow";

/// The key of the objects of a list.
const ITEMS: &str = "items";

/// Hands over every object.
pub fn each(from: impl Read, take: impl FnMut(Object) -> Result<(), ConnectorError>) -> Result<(), Fault> {
    let mut objects = Objects(Hand::new(take));
    items::documents(from, |json| {
        let read = (&mut objects).deserialize(json);
        objects.0.ended(read)
    })
}

struct Objects<F>(Hand<F>);

impl<'de, F: FnMut(Object) -> Result<(), ConnectorError>> DeserializeSeed<'de> for &mut Objects<F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de, F: FnMut(Object) -> Result<(), ConnectorError>> Visitor<'de> for &mut Objects<F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of Kubernetes, or a list of such")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut documents: A) -> Result<(), A::Error> {
        while documents.next_element_seed(&mut *self)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<(), A::Error> {
        let mut whole = Whole { fields, objects: &mut *self, is_list: false, kind: None };
        let mut object = Object::deserialize(MapAccessDeserializer::new(&mut whole))?;
        let Whole { is_list, kind, .. } = whole;
        if !is_list {
            object.kind = May(kind);
            return self.0.over(object);
        }
        let next = object.metadata.get().and_then(|metadata| metadata.next.text());
        if next.is_some() { Err(A::Error::custom(MORE)) } else { Ok(()) }
    }
}

/// A document while it is read: its items are handed over as they come, the rest are fields of an object.
struct Whole<'o, A, F> {
    fields: A,
    objects: &'o mut Objects<F>,
    is_list: bool,
    kind: Option<String>,
}

impl<'de, A: MapAccess<'de>, F: FnMut(Object) -> Result<(), ConnectorError>> MapAccess<'de>
    for &mut Whole<'_, A, F>
{
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        loop {
            let Some(key) = self.fields.next_key::<String>()? else { return Ok(None) };
            if key == ITEMS {
                self.is_list = true;
                // Items of a `PodList` do not say of what kind they are.
                let kind = self.kind.as_deref().and_then(|kind| kind.strip_suffix("List"));
                let kind = kind.filter(|kind| !kind.is_empty()).map(str::to_owned);
                self.fields.next_value_seed(Items { objects: &mut *self.objects, kind })?;
            } else if key == "kind" {
                self.kind = self.fields.next_value::<May<String>>()?.0;
            } else {
                let key: StringDeserializer<A::Error> = key.into_deserializer();
                return seed.deserialize(key).map(Some);
            }
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.fields.next_value_seed(seed)
    }
}

/// The objects of a list; a list that is null has none.
struct Items<'o, F> {
    objects: &'o mut Objects<F>,
    kind: Option<String>,
}

impl<'de, F: FnMut(Object) -> Result<(), ConnectorError>> DeserializeSeed<'de> for Items<'_, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de, F: FnMut(Object) -> Result<(), ConnectorError>> Visitor<'de> for Items<'_, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list `items` of objects")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while let Some(item) = items.next_element::<May<Object>>()? {
            let Some(mut object) = item.0 else { continue };
            if object.kind.text().is_none() {
                object.kind = May(self.kind.clone());
            }
            self.objects.0.over(object)?;
        }
        Ok(())
    }
}
