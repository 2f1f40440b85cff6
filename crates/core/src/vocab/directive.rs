//! The directives of a proxy's configuration: words, and a block of more of them; and the text that they were read from.

use super::MountedFile;
use crate::text::{Place, Placed, SourceId};

/// The longest text that variables may make of a file, in bytes.
const LONGEST: usize = 4 * 1024 * 1024;

/// A directive: its words, the first of which names it, and its block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Directive {
    /// The words, without their quotes. Only the block of the global options of a Caddyfile has none.
    pub(super) words: Vec<Placed<String>>,
    /// What stands between its braces, if it has some.
    pub(super) block: Option<Vec<Self>>,
    /// The place of its words.
    pub(super) place: Place,
}

impl Directive {
    /// The first word.
    pub(super) fn name(&self) -> &str {
        self.words.first().map_or("", |word| word.value.as_str())
    }

    /// The words behind the first.
    pub(super) fn values(&self) -> &[Placed<String>] {
        self.words.get(1..).unwrap_or_default()
    }

    /// A word behind the first, counted from 0.
    pub(super) fn value(&self, position: usize) -> Option<&str> {
        self.values().get(position).map(|word| word.value.as_str())
    }

    /// Its words and its block on one line, for the tests of those who read directives.
    #[cfg(test)]
    pub(super) fn shown(&self) -> String {
        let words: Vec<&str> = self.words.iter().map(|word| word.value.as_str()).collect();
        let block = self.block.iter().map(|block| format!("{{{}}}", block.iter().map(Self::shown).collect::<String>())).collect::<String>();
        format!("[{}{block}]", words.join("|"))
    }

    /// What stands in its block; nothing where it has none.
    pub(super) fn inner(&self) -> &[Self] {
        self.block.as_deref().unwrap_or_default()
    }

    /// The directives of its block with this name.
    pub(super) fn all<'d>(&'d self, name: &'d str) -> impl Iterator<Item = &'d Self> {
        self.inner().iter().filter(move |inner| inner.name() == name)
    }
}

/// Why a configuration cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// A few words.
    pub(super) why: String,
    /// Where.
    pub(super) place: Place,
}

/// Where a text comes from.
#[derive(Clone, Copy, Debug)]
pub(super) enum Origin {
    /// A file of the project: every byte has a place.
    File(SourceId),
    /// A value of the Compose file: all of it has one place.
    Value(Place),
}

impl MountedFile {
    /// Where its text comes from.
    pub(super) fn origin(&self) -> Origin {
        self.source.map_or(Origin::Value(self.mount), Origin::File)
    }
}

/// A text whose variables were replaced, which still knows where each byte of it stands.
pub(super) struct Written {
    /// The text to read.
    pub(super) text: String,
    origin: Origin,
    /// Where a part begins in the text and in the file, and whether it was copied as it stands. In order.
    parts: Vec<Part>,
}

struct Part {
    at: usize,
    from: usize,
    copied: bool,
}

impl Written {
    /// A text as it stands.
    pub(super) fn plain(text: &str, origin: Origin) -> Self {
        Self { text: text.to_owned(), origin, parts: Vec::new() }
    }

    /// A text with variables: `find` gives the first one behind a byte, as its range and what takes its place.
    ///
    /// # Errors
    /// A few words where the text becomes too long.
    pub(super) fn replacing(text: &str, origin: Origin, find: impl Fn(&str) -> Option<(usize, usize, String)>) -> Result<Self, Fault> {
        let (mut out, mut parts, mut at) = (String::with_capacity(text.len()), Vec::new(), 0);
        while let Some(rest) = text.get(at..) {
            parts.push(Part { at: out.len(), from: at, copied: true });
            let Some((start, end, value)) = find(rest).filter(|(start, end, _)| start < end) else {
                out.push_str(rest);
                break;
            };
            out.push_str(rest.get(..start).unwrap_or_default());
            parts.push(Part { at: out.len(), from: at + start, copied: false });
            out.push_str(&value);
            at += end;
            if out.len() > LONGEST {
                let written = Self { text: String::new(), origin, parts: Vec::new() };
                return Err(Fault { why: "its variables make it too long".to_owned(), place: written.place(at, at) });
            }
        }
        Ok(Self { text: out, origin, parts })
    }

    /// Where a range of the text stands.
    pub(super) fn place(&self, start: usize, end: usize) -> Place {
        match self.origin {
            Origin::Value(place) => place,
            Origin::File(source) => Place::new(source, self.from(start, false), self.from(end, true)),
        }
    }

    /// The byte of the file that a byte of the text stands for; the end of a replaced part is where the next begins.
    fn from(&self, at: usize, end: bool) -> usize {
        let behind = self.parts.partition_point(|part| if end { part.at < at } else { part.at <= at });
        let Some(part) = behind.checked_sub(1).and_then(|n| self.parts.get(n)) else { return at };
        if part.copied {
            return part.from + (at - part.at);
        }
        let next = self.parts.get(behind).map(|next| next.from);
        if end { next.unwrap_or(part.from) } else { part.from }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Sources;

    #[test]
    fn places_survive_variables() {
        let id = Sources::default().add("f", "");
        let find = |rest: &str| {
            let start = rest.find("$X")?;
            Some((start, start + 2, "value".to_owned()))
        };
        let written = Written::replacing("a $X b $X c", Origin::File(id), find).unwrap();
        assert_eq!(written.text, "a value b value c");
        for (start, end, from, to) in [(0, 1, 0, 1), (2, 7, 2, 4), (3, 5, 2, 4), (8, 9, 5, 6), (10, 15, 7, 9), (16, 17, 10, 11)] {
            assert_eq!(written.place(start, end), Place::new(id, from, to), "{start}..{end}");
        }
        assert_eq!(Written::plain("abc", Origin::File(id)).place(1, 2), Place::new(id, 1, 2));
    }
}
