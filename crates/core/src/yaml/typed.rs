//! Trees read into typed records by serde, with the place of everything that cannot be read.
//!
//! Texts count as numbers and booleans where these are wanted, because a variable gives nothing but text. A single value is a list of one.

use super::{Entry, Map, Node, Text, Value};
use crate::text::place::{PLACED, Place};
use crate::text::{number, similar};
use serde::de::value::{MapAccessDeserializer, SeqDeserializer, StrDeserializer};
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, Error, Expected, MapAccess, SeqAccess, Unexpected, Visitor};
use serde::forward_to_deserialize_any;
use std::fmt;

/// Why a value cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where the fault stands: a key that nobody knows, or a value.
    pub place: Place,
    /// What is wrong, as the rest of a sentence about the value: `must be a whole number`, `has no "sise"`.
    pub message: String,
    /// Is it a key that nobody knows?
    pub unknown: bool,
    /// The known name that is written most alike.
    pub meant: Option<String>,
    /// The names that are known there.
    pub known: Vec<String>,
}

/// So many faulty items are taken out of the lists of one key; with more of them the key is left out.
const FAULTY_ITEMS: usize = 64;

/// So many faults are told; of what stands behind the last of them nothing is read.
const MOST_FAULTS: usize = 10_000;

/// Reads a mapping key by key, so that a key that cannot be read spoils no other, and an item of a list none of its neighbours: what could
/// be read, and what could not.
pub fn each<T: DeserializeOwned>(map: &Map) -> (Vec<(String, T)>, Vec<Fault>) {
    let (mut read, mut faults) = (Vec::new(), Vec::new());
    for (name, entry) in map.iter().filter(|(_, entry)| !entry.value.is_null()) {
        if faults.len() >= MOST_FAULTS {
            break;
        }
        let mut left: Option<Entry> = None;
        for _ in 0..=FAULTY_ITEMS {
            match T::deserialize(MapAccessDeserializer::new(Entries::one(name, left.as_ref().unwrap_or(entry)))) {
                Ok(value) => {
                    read.push((name.to_string(), value));
                    break;
                }
                Err(wrong) => {
                    // The first step leads to the entry itself.
                    let path: Vec<usize> = wrong.path.iter().rev().skip(1).copied().collect();
                    faults.push(wrong.told(entry.value.place));
                    if !take_item(&mut left.get_or_insert_with(|| entry.clone()).value, &path) {
                        break;
                    }
                }
            }
        }
    }
    (read, faults)
}

/// Takes the innermost list item that a path leads through out of its list; `false` where it leads through none.
fn take_item(node: &mut Node, path: &[usize]) -> bool {
    let Some((first, rest)) = path.split_first() else { return false };
    match &mut node.value {
        Value::List(items) => {
            let Some(item) = items.get_mut(*first) else { return false };
            if !take_item(item, rest) {
                items.remove(*first);
            }
            true
        }
        Value::Map(map) => map.get_index_mut(*first).is_some_and(|(_, entry)| take_item(&mut entry.value, rest)),
        _ => false,
    }
}

/// A fault whose place is not known yet.
#[derive(Debug)]
struct Wrong {
    place: Option<Place>,
    /// The positions in lists and mappings that lead to it, from the inside out.
    path: Vec<usize>,
    message: String,
    unknown: bool,
    found: String,
    known: &'static [&'static str],
}

impl Wrong {
    fn new(message: String) -> Self {
        Self { place: None, path: Vec::new(), message, unknown: false, found: String::new(), known: &[] }
    }

    /// The innermost place counts.
    fn at(self, place: Place) -> Self {
        Self { place: self.place.or(Some(place)), ..self }
    }

    /// It lies in the entry or item with this position.
    fn below(mut self, position: usize) -> Self {
        self.path.push(position);
        self
    }

    fn told(self, place: Place) -> Fault {
        let meant = similar::closest(&self.found, self.known.iter().copied()).map(str::to_owned);
        let known = self.known.iter().map(|name| (*name).to_owned()).collect();
        Fault { place: self.place.unwrap_or(place), message: self.message, unknown: self.unknown, meant, known }
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Wrong {}

impl Error for Wrong {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(message.to_string())
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(format!("must be {expected}"))
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(format!("must be {expected}"))
    }

    fn unknown_variant(found: &str, known: &'static [&'static str]) -> Self {
        let values: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
        Self { found: found.to_owned(), known, ..Self::new(format!("must be one of {}", values.join(", "))) }
    }

    fn unknown_field(found: &str, known: &'static [&'static str]) -> Self {
        Self { found: found.to_owned(), known, unknown: true, ..Self::new(format!("has no {found:?}")) }
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(format!("needs `{field}`"))
    }
}

/// A node as serde reads it.
#[derive(Clone, Copy)]
struct Reader<'n>(&'n Node);

impl<'n> Reader<'n> {
    /// Reads with a place for what goes wrong.
    fn read<T>(self, read: impl FnOnce() -> Result<T, Wrong>) -> Result<T, Wrong> {
        read().map_err(|wrong| wrong.at(self.0.place))
    }

    fn wanted<T>(self, what: &str) -> Result<T, Wrong> {
        Err(Wrong::new(format!("must be {what}")).at(self.0.place))
    }

    /// A whole number; `least` and `most` are what the record's field can hold.
    fn integer<'de, V: Visitor<'de>>(self, least: i64, most: i64, visitor: V) -> Result<V::Value, Wrong> {
        let found = match &self.0.value {
            Value::Int(whole) => i64::try_from(*whole).ok(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        match found {
            Some(whole) if (least..=most).contains(&whole) => self.read(|| visitor.visit_i64(whole)),
            _ if least == 0 => self.wanted(&format!("a whole number from 0 to {most}")),
            _ => self.wanted("a whole number"),
        }
    }

    fn text(self) -> Option<String> {
        match &self.0.value {
            Value::String(text) | Value::Time(text) => Some(text.to_string()),
            Value::Int(whole) => Some(whole.to_string()),
            Value::Float(value) => Some(number::format_f64(*value)),
            Value::Bool(flag) => Some(flag.to_string()),
            Value::Null | Value::List(_) | Value::Map(_) => None,
        }
    }
}

impl<'de> Deserializer<'de> for Reader<'_> {
    type Error = Wrong;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        self.read(|| match &self.0.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(flag) => visitor.visit_bool(*flag),
            Value::Int(whole) => match i64::try_from(*whole) {
                Ok(whole) => visitor.visit_i64(whole),
                Err(_) => visitor.visit_string(whole.to_string()),
            },
            Value::Float(value) => visitor.visit_f64(*value),
            Value::String(text) | Value::Time(text) => visitor.visit_str(text),
            Value::List(items) => visitor.visit_seq(Items(items.iter().enumerate())),
            Value::Map(map) => visitor.visit_map(Entries::of(map)),
        })
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        let flag = match &self.0.value {
            Value::Bool(flag) => Some(*flag),
            Value::String(text) => text.trim().to_ascii_lowercase().parse().ok(),
            _ => None,
        };
        flag.map_or_else(|| self.wanted("true or false"), |flag| self.read(|| visitor.visit_bool(flag)))
    }

    fn deserialize_i32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        self.integer(i64::from(i32::MIN), i64::from(i32::MAX), visitor)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        self.integer(i64::MIN, i64::MAX, visitor)
    }

    fn deserialize_u16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        self.integer(0, i64::from(u16::MAX), visitor)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        self.integer(0, i64::from(i32::MAX), visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        self.deserialize_string(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        self.text().map_or_else(|| self.wanted("a text"), |text| self.read(|| visitor.visit_string(text)))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        let items = match &self.0.value {
            Value::Null => &[],
            Value::List(items) => items.as_slice(),
            _ => std::slice::from_ref(self.0),
        };
        self.read(|| visitor.visit_seq(Items(items.iter().enumerate())))
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match &self.0.value {
            Value::Null => visitor.visit_map(Entries::default()),
            Value::Map(map) => self.read(|| visitor.visit_map(Entries::of(map))),
            _ => self.wanted("a mapping"),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(self, _: &'static str, _: &'static [&'static str], visitor: V) -> Result<V::Value, Wrong> {
        self.deserialize_map(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(self, name: &'static str, _: usize, visitor: V) -> Result<V::Value, Wrong> {
        if name == PLACED { visitor.visit_seq(PlaceThenValue { node: self.0, step: 0 }) } else { self.deserialize_seq(visitor) }
    }

    fn deserialize_enum<V: Visitor<'de>>(self, _: &'static str, _: &'static [&'static str], visitor: V) -> Result<V::Value, Wrong> {
        match self.text() {
            Some(text) => self.read(|| visitor.visit_enum(StrDeserializer::<Wrong>::new(&text))),
            None => self.wanted("a text"),
        }
    }

    forward_to_deserialize_any! {
        i8 i16 i128 u8 u64 u128 f32 f64 char bytes byte_buf unit unit_struct newtype_struct tuple identifier ignored_any
    }
}

/// The items of a list.
struct Items<'n>(std::iter::Enumerate<std::slice::Iter<'n, Node>>);

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Wrong;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Wrong> {
        let Some((position, item)) = self.0.next() else { return Ok(None) };
        seed.deserialize(Reader(item)).map(Some).map_err(|wrong| wrong.at(item.place).below(position))
    }
}

/// The entries of a mapping.
#[derive(Default)]
struct Entries<'n> {
    rest: Option<indexmap::map::Iter<'n, Text, Entry>>,
    single: Option<(&'n Text, &'n Entry)>,
    open: Option<&'n Node>,
    /// How many keys were read.
    read: usize,
}

impl<'n> Entries<'n> {
    fn of(map: &'n Map) -> Self {
        Self { rest: Some(map.iter()), ..Self::default() }
    }

    fn one(name: &'n Text, entry: &'n Entry) -> Self {
        Self { single: Some((name, entry)), ..Self::default() }
    }
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = Wrong;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Wrong> {
        let Some((name, entry)) = self.single.take().or_else(|| self.rest.as_mut()?.next()) else { return Ok(None) };
        self.open = Some(&entry.value);
        self.read = self.read.saturating_add(1);
        let position = self.read.saturating_sub(1);
        seed.deserialize(StrDeserializer::<Wrong>::new(name)).map(Some).map_err(|wrong| wrong.at(entry.key).below(position))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Wrong> {
        match self.open.take() {
            Some(node) => seed.deserialize(Reader(node)).map_err(|wrong| wrong.at(node.place).below(self.read.saturating_sub(1))),
            None => Err(Wrong::new("must be a mapping".to_owned())),
        }
    }
}

/// A value behind its place, as `Placed` reads itself.
struct PlaceThenValue<'n> {
    node: &'n Node,
    step: u8,
}

impl<'de> SeqAccess<'de> for PlaceThenValue<'_> {
    type Error = Wrong;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Wrong> {
        self.step = self.step.saturating_add(1);
        match self.step {
            1 => seed.deserialize(SeqDeserializer::new(self.node.place.numbers().into_iter())).map(Some),
            2 => seed.deserialize(Reader(self.node)).map(Some).map_err(|wrong| wrong.at(self.node.place)),
            _ => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Diagnostics;
    use crate::text::{Placed, Sources};
    use serde::Deserialize;

    #[derive(Debug, Default, Deserialize, PartialEq)]
    #[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
    struct Record {
        count: Option<Placed<u32>>,
        is_on: Option<bool>,
        names: Vec<Placed<String>>,
        free: serde_json::Value,
        inner: Option<Inner>,
    }

    #[derive(Debug, Default, Deserialize, PartialEq)]
    #[serde(default, deny_unknown_fields)]
    struct Inner {
        size: Option<String>,
    }

    /// What is read, key by key, and what is told with the text that it is told of.
    fn read(text: &str) -> (Vec<Record>, Vec<String>) {
        let mut sources = Sources::default();
        let id = sources.add("x", text);
        let tree = crate::yaml::parse(id, text, &mut Diagnostics::default()).unwrap().remove(0);
        let (read, faults) = each::<Record>(tree.as_map().unwrap());
        let told = faults.iter().map(|f| format!("{}: {}{}", sources.slice(f.place), f.message, f.meant.as_deref().unwrap_or("")));
        (read.into_iter().map(|(_, record)| record).collect(), told.collect())
    }

    #[test]
    fn values_are_read_with_their_places() {
        let (read, told) = read("{count: \"3\", is-on: \"true\", names: one, free: {a: [1, b]}, inner: {size: 5}}");
        assert_eq!(told, Vec::<String>::new());
        assert_eq!((read[0].count.as_ref().unwrap().value, read[1].is_on), (3, Some(true)));
        assert_eq!(read[2].names[0].value, "one");
        assert!(read[2].names[0].place.start > 20);
        assert_eq!(read[3].free, serde_json::json!({"a": [1, "b"]}));
        assert_eq!(read[4].inner.as_ref().unwrap().size.as_deref(), Some("5"));
    }

    #[test]
    fn a_fault_spoils_its_key_or_item_alone_and_has_a_place() {
        let (read, told) = read("{count: -1, is-on: [1], inner: {sise: 1}, cuont: 2, names: [a, {}], free: 1}");
        assert_eq!(
            told,
            [
                "-1: must be a whole number from 0 to 2147483647",
                "[1]: must be true or false",
                "sise: has no \"sise\"size",
                "cuont: has no \"cuont\"count",
                "{}: must be a text"
            ]
        );
        assert_eq!(read.len(), 2);
        assert_eq!(read[0].names.iter().map(|name| name.value.as_str()).collect::<Vec<_>>(), ["a"]);
    }

    #[test]
    fn a_key_of_faulty_items_falls_as_a_whole() {
        let (read, told) = read(&format!("{{names: [{}a]}}", "[], ".repeat(FAULTY_ITEMS + 10)));
        assert_eq!((read.len(), told.len()), (0, FAULTY_ITEMS + 1));
    }
}
