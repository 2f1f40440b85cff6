//! The tree that every loading step takes and gives.

use crate::table::IndexMap;
use crate::text::Place;

/// A text of a tree. Up to 24 bytes stand in the node itself, so that the steps of loading do not wait for memory at each of them.
pub type Text = compact_str::CompactString;

/// A mapping in file order. Merge keys (`<<`) are resolved before anybody sees it.
pub type Map = IndexMap<Text, Entry>;

/// One `key: value` of a mapping.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Where the key stands.
    pub key: Place,
    /// The value.
    pub value: Node,
}

/// What a tag asks the loader to do; every other tag is resolved or ignored while reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tag {
    /// `!reset`: take the value away.
    Reset,
    /// `!override`: replace instead of merging.
    Override,
}

/// A value with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Where it is written. A value that the loader made up has the place of what asked for it.
    pub place: Place,
    /// Where an alias (`*name`, `<<: *name`) brought it in, when one did.
    pub alias: Option<Place>,
    /// `!reset` or `!override`.
    pub tag: Option<Tag>,
}

/// A typed value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`, `~` or nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number. Beyond the range of 64 bits it is a float, as in Go.
    Int(i128),
    /// Any other number.
    Float(f64),
    /// Text.
    String(Text),
    /// A date, or a date and a time, without quotes: the text that Go prints for it.
    Time(Text),
    /// A list.
    List(Vec<Node>),
    /// A mapping; boxed, because most values are small and a stack has many of them.
    Map(Box<Map>),
}

impl From<Map> for Value {
    fn from(map: Map) -> Self {
        Self::Map(Box::new(map))
    }
}

impl Node {
    /// A node that was not written with a tag or an alias.
    #[must_use]
    pub const fn new(value: Value, place: Place) -> Self {
        Self { value, place, alias: None, tag: None }
    }

    /// A text.
    #[must_use]
    pub fn string(text: impl Into<Text>, place: Place) -> Self {
        Self::new(Value::String(text.into()), place)
    }

    /// The mapping, if it is one.
    #[must_use]
    pub const fn as_map(&self) -> Option<&Map> {
        match &self.value {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The mapping to change, if it is one.
    #[must_use]
    pub const fn as_map_mut(&mut self) -> Option<&mut Map> {
        match &mut self.value {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The list, if it is one.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Self]> {
        match &self.value {
            Value::List(list) => Some(list),
            _ => None,
        }
    }

    /// The text, if it is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The value of a key, if this is a mapping that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.as_map()?.get(key).map(|entry| &entry.value)
    }

    /// Is it null?
    #[must_use]
    pub const fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }
}
