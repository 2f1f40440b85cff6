//! Where a value stands: a byte range in one of the texts that were read.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{Deserialize, Deserializer, Error as _, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

/// The index of a [`Source`] in [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(u32);

/// A byte range in a source. It may be empty, and it may end where the text ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// The text that the range belongs to.
    pub source: SourceId,
    /// First byte.
    pub start: u32,
    /// One past the last byte; never before `start`.
    pub end: u32,
}

impl Place {
    /// The range `start..end` of `source`. An end before the start is moved to the start.
    #[must_use]
    pub fn new(source: SourceId, start: usize, end: usize) -> Self {
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self { source, start: clamp(start), end: clamp(end.max(start)) }
    }

    /// The range from the start of `self` to the end of `other`; `self` where they lie in different sources.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        if self.source == other.source { Self { end: other.end.max(self.end), ..self } } else { self }
    }
}

/// A value and the place where the user wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placed<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub place: Place,
}

impl<T> Placed<T> {
    /// A value with its place.
    pub const fn new(value: T, place: Place) -> Self {
        Self { value, place }
    }

    /// The same place with another value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Placed<U> {
        Placed { value: f(self.value), place: self.place }
    }
}

impl<T> std::ops::Deref for Placed<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// The name under which [`Placed`] asks a reader of trees for a place and the value that stands there.
pub(crate) const PLACED: &str = "$Placed";

impl Place {
    /// The place as numbers, for [`Placed`] to read itself.
    pub(crate) const fn numbers(self) -> [u32; 3] {
        [self.source.0, self.start, self.end]
    }
}

/// Only the reader of trees knows places: from anything else it cannot be read.
impl<'de, T: Deserialize<'de>> Deserialize<'de> for Placed<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_tuple_struct(PLACED, 2, PlacedVisitor(PhantomData))
    }
}

/// Reads a place, then a value.
struct PlacedVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for PlacedVisitor<T> {
    type Value = Placed<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value with its place")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Placed<T>, A::Error> {
        let place = parts.next_element::<(u32, u32, u32)>()?;
        let Some(((source, start, end), value)) = place.zip(parts.next_element()?) else {
            return Err(A::Error::custom("must have a place"));
        };
        Ok(Placed::new(value, Place { source: SourceId(source), start, end }))
    }
}

/// As the value alone.
impl<T: JsonSchema> JsonSchema for Placed<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

/// A text that was read.
#[derive(Clone, Debug)]
pub struct Source {
    /// How the user knows it: a path relative to the working folder where it lies below it, else absolute; `-` for standard input.
    pub name: String,
    /// The whole text.
    pub text: Arc<str>,
    /// The byte at which each line begins.
    lines: Arc<[u32]>,
}

impl Source {
    /// A line, counted from 1: the byte at which it begins, and its text without the line break.
    #[must_use]
    pub fn line(&self, number: usize) -> Option<(usize, &str)> {
        let start = *self.lines.get(number.checked_sub(1)?)? as usize;
        let end = self.lines.get(number).map_or(self.text.len(), |next| *next as usize);
        let line = self.text.get(start..end)?;
        let line = line.strip_suffix('\n').unwrap_or(line);
        Some((start, line.strip_suffix('\r').unwrap_or(line)))
    }
}

/// Every text that was read, in reading order.
#[derive(Clone, Debug, Default)]
pub struct Sources(Vec<Source>);

impl Sources {
    /// Keeps a text and gives its index.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<Arc<str>>) -> SourceId {
        let text = text.into();
        let starts = text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| u32::try_from(i + 1).unwrap_or(u32::MAX));
        let lines = std::iter::once(0).chain(starts).collect();
        self.0.push(Source { name: name.into(), text, lines });
        SourceId(u32::try_from(self.0.len() - 1).unwrap_or(u32::MAX))
    }

    /// The source of an index that [`Sources::add`] gave.
    #[must_use]
    pub fn get(&self, id: SourceId) -> Option<&Source> {
        self.0.get(id.0 as usize)
    }

    /// Line and column of a byte offset, both from 1; columns count characters. Clamped to the end of the text.
    #[must_use]
    pub fn line_and_column(&self, id: SourceId, offset: u32) -> (usize, usize) {
        let Some(source) = self.get(id) else { return (1, 1) };
        let before = text_before(&source.text, offset as usize);
        let line = source.lines.partition_point(|start| *start as usize <= before.len());
        let start = source.lines.get(line.saturating_sub(1)).copied().unwrap_or(0) as usize;
        let column = before.get(start..).unwrap_or("").chars().count() + 1;
        (line.max(1), column)
    }

    /// The text of a place, clamped to the source and to character boundaries.
    #[must_use]
    pub fn slice(&self, place: Place) -> &str {
        let Some(source) = self.get(place.source) else { return "" };
        let start = text_before(&source.text, place.start as usize).len();
        let end = text_before(&source.text, place.end as usize).len();
        source.text.get(start..end.max(start)).unwrap_or("")
    }

    /// All sources with their indexes.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        self.0.iter().enumerate().map(|(i, s)| (SourceId(u32::try_from(i).unwrap_or(u32::MAX)), s))
    }
}

/// The part of `text` before byte `offset`, moved back to the nearest character boundary.
fn text_before(text: &str, offset: usize) -> &str {
    let mut end = offset.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_from_one_and_have_no_line_break() {
        let mut sources = Sources::default();
        let id = sources.add("compose.yaml", "a\r\n\nbé");
        let source = sources.get(id).unwrap();
        let lines: Vec<_> = (0..5).map(|n| source.line(n)).collect();
        assert_eq!(lines, [None, Some((0, "a")), Some((3, "")), Some((4, "bé")), None]);
    }
}
