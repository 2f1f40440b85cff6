//! From events to nodes: anchors and merge keys resolved, scalars typed, keys checked.
//!
//! Events are read one by one. Those of an anchored value are kept, and an alias is read by going through them once more. Nothing here
//! recurses.

use super::node::{Entry, Map, Node, Tag, Text, Value};
use super::parse::{Anchor, Event, Spanned, SyntaxError, Tag as RawTag};
use super::scalar;
use crate::diag::catalog::load::PROJECT_SIZE_INVALID;
use crate::diag::catalog::yaml as kinds;
use crate::diag::{Diagnostic, Diagnostics, MOST_ERRORS};
use crate::table::HashMap;
use crate::text::{Place, SourceId, number};
use std::ops::Range;

/// How deep lists and mappings may be nested, aliases included. Everything that walks a tree may recurse this deep.
pub(super) const DEPTH: usize = 256;

/// How many nodes of a document may be reached through aliases: in a short text, and in the longest. Between them it is one for every eight
/// bytes, so that the tree stays in proportion to the text.
const ALIASED: (usize, usize) = (100_000, 600_000);

fn most_aliased(text: &str) -> usize {
    (text.len() / 8).clamp(ALIASED.0, ALIASED.1)
}

/// Why a document is given up at once; the diagnostic is pushed already.
struct GivenUp;

/// What a text holds.
#[derive(Default)]
pub(super) struct Documents {
    /// A node for each whole document.
    pub(super) documents: Vec<Node>,
    /// What is wrong with them, all that can be told apart.
    pub(super) wrong: Diagnostics,
    /// Why the text is no YAML from some byte on. What comes before that is no whole document, and nothing is told of it.
    pub(super) broken: Option<SyntaxError>,
}

/// Composes the documents that `events` hold.
pub(super) fn documents<'t>(source: SourceId, text: &str, events: impl Iterator<Item = Result<Spanned<'t>, SyntaxError>>) -> Documents {
    let mut out = Documents::default();
    let mut composer = Composer::new(source, text);
    let mut is_given_up = false;
    let (mut values, most) = (0, super::most_values(text.len()));
    for event in events {
        values += usize::from(matches!(event, Ok((Event::Scalar { .. } | Event::ListStart { .. } | Event::MapStart { .. }, _))));
        match event {
            Ok((_, range)) if values > most => {
                composer.diagnostics.push(too_large(most, Place::new(source, range.start, range.end)));
                out.tell(composer.diagnostics);
                break;
            }
            // The rest is read for the sake of its syntax only.
            Ok(_) if is_given_up => {}
            Ok((Event::DocumentEnd, _)) => {
                let Composer { root, diagnostics, .. } = std::mem::replace(&mut composer, Composer::new(source, text));
                out.documents.push(root.unwrap_or_else(|| Node::new(Value::Null, Place::new(source, 0, 0))));
                out.tell(diagnostics);
            }
            Ok(event) => {
                if composer.read(event).is_err() {
                    is_given_up = true;
                    out.tell(std::mem::replace(&mut composer.diagnostics, Diagnostics::with_most_errors()));
                } else if composer.diagnostics.len() + out.wrong.len() >= MOST_ERRORS {
                    out.tell(composer.diagnostics);
                    break;
                }
            }
            Err(error) => {
                out.broken = Some(error);
                break;
            }
        }
    }
    out
}

impl Documents {
    /// Adds what is wrong with a document.
    fn tell(&mut self, wrong: Diagnostics) {
        self.wrong.append(wrong);
    }
}

/// The text has too many values; the first of those stands at `place`.
fn too_large(most: usize, place: Place) -> Diagnostic {
    let message = format!("the file has more than {} values up to here", number::grouped(most));
    let help = "divide the stack into projects of their own; Docker Compose reads a tenth of that";
    Diagnostic::new(&PROJECT_SIZE_INVALID, message).at(place).help(help)
}

struct Composer<'e, 't> {
    source: SourceId,
    text: &'e str,
    /// The events of anchored nodes.
    kept: Vec<Spanned<'t>>,
    /// How many anchored lists and mappings have begun and not ended: while there are any, events are kept.
    keeping: usize,
    /// Which of the kept events each anchored node has that is complete.
    anchors: HashMap<Anchor, Range<usize>>,
    /// The aliases that are being read, the innermost last.
    replays: Vec<Replay>,
    budget: usize,
    /// The lists and mappings that have begun, the innermost last.
    open: Vec<Open>,
    root: Option<Node>,
    diagnostics: Diagnostics,
}

/// An alias that is being read.
struct Replay {
    /// The alias itself.
    at: Place,
    next: usize,
    end: usize,
}

impl Replay {
    /// The next event.
    fn step(&mut self) -> usize {
        self.next += 1;
        self.next - 1
    }
}

/// A list or mapping that has begun.
struct Open {
    content: Content,
    tag: Option<Tag>,
    /// From its first byte to the last byte seen.
    place: Place,
    anchor: Option<Anchor>,
    /// Its first event among those that are kept, when it has an anchor.
    first: usize,
}

enum Content {
    List(Vec<Node>),
    Map(Box<OpenMap>),
}

#[derive(Default)]
struct OpenMap {
    map: Map,
    /// The key whose value comes next.
    key: Option<Key>,
    /// The place of `<<`, when there was one, and its value.
    merge: Option<(Place, Option<Node>)>,
}

enum Key {
    Name(Text, Place),
    /// `<<`.
    Merge,
    /// One that was complained about; its value is read and forgotten.
    Wrong,
}

impl<'e, 't> Composer<'e, 't> {
    fn new(source: SourceId, text: &'e str) -> Self {
        Self {
            source,
            text,
            kept: Vec::new(),
            keeping: 0,
            anchors: HashMap::default(),
            replays: Vec::new(),
            budget: most_aliased(text),
            open: Vec::new(),
            root: None,
            diagnostics: Diagnostics::with_most_errors(),
        }
    }

    /// Takes the next event of the text, and all that an alias repeats.
    fn read(&mut self, event: Spanned<'t>) -> Result<(), GivenUp> {
        let anchored = match &event.0 {
            Event::Scalar { anchor, .. } => anchor.is_some(),
            Event::ListStart { anchor, .. } | Event::MapStart { anchor, .. } => {
                self.keeping += usize::from(anchor.is_some());
                anchor.is_some()
            }
            _ => false,
        };
        if anchored || self.keeping > 0 {
            self.kept.push(event.clone());
        }
        self.take(event, self.kept.len().saturating_sub(1))?;
        while let Some(index) = self.replays.last_mut().map(Replay::step) {
            let Some(event) = self.kept.get(index).cloned() else { break };
            self.take(event, index)?;
        }
        Ok(())
    }

    /// Takes an event; `index` is its number among those that are kept, when it is.
    fn take(&mut self, (event, range): Spanned<'t>, index: usize) -> Result<(), GivenUp> {
        let place = Place::new(self.source, range.start, range.end);
        if let Some(replay) = self.replays.first() {
            let at = replay.at;
            // A long text takes the memory of several values.
            let values = if let Event::Scalar { text, .. } = &event { 1 + text.len() / 256 } else { 1 };
            let Some(left) = self.budget.checked_sub(values) else {
                let message = format!("aliases bring more than {} values into the document", most_aliased(self.text));
                let help = "write the repeated parts in a shorter way, or split the file";
                self.diagnostics.push(Diagnostic::new(&kinds::TOO_MANY_ALIASES, message).at(at).help(help));
                return Err(GivenUp);
            };
            self.budget = left;
        }
        match event {
            Event::DocumentStart | Event::DocumentEnd => {}
            Event::Scalar { text, plain, anchor, tag } => {
                self.define(anchor, index..index + 1);
                self.scalar(&text, plain, tag.as_deref(), place);
            }
            Event::ListStart { anchor, tag } => self.begin(Content::List(Vec::new()), tag.as_deref(), place, anchor, index)?,
            Event::MapStart { anchor, tag } => {
                self.begin(Content::Map(Box::default()), tag.as_deref(), place, anchor, index)?;
            }
            Event::End => self.end(index, place),
            Event::Alias(anchor) => self.alias(anchor, place),
        }
        Ok(())
    }

    fn define(&mut self, anchor: Option<Anchor>, events: Range<usize>) {
        if let Some(anchor) = anchor {
            self.anchors.insert(anchor, events);
        }
    }

    fn alias(&mut self, anchor: Anchor, place: Place) {
        if let Some(events) = self.anchors.get(&anchor) {
            self.replays.push(Replay { at: place, next: events.start, end: events.end });
            return;
        }
        let definition = self.open.iter().find(|open| open.anchor == Some(anchor));
        let mut diagnostic = Diagnostic::new(&kinds::ALIAS_CYCLE, "this alias stands inside the value that it repeats").at(place);
        if let Some(open) = definition {
            diagnostic = diagnostic.also(open.place, "the value begins here");
        }
        self.diagnostics.push(diagnostic.help("repeat a value that ends before the alias"));
        self.complete(Node::new(Value::Null, place), None);
    }

    fn scalar(&mut self, text: &str, plain: bool, tag: Option<&RawTag>, mut place: Place) {
        if place.start == place.end && plain {
            place = self.after_colon(place);
        }
        let awaits_key = matches!(self.open.last(), Some(Open { content: Content::Map(map), .. }) if map.key.is_none());
        // An alias of `<<` is a key like any other.
        let written = self.replays.last().is_none_or(|replay| replay.next != replay.end);
        if awaits_key && written && plain && text == "<<" && tag.is_none_or(|tag| *tag == RawTag::Core("merge".to_owned())) {
            return self.merge_key(place);
        }
        let mut node = Node::new(Value::Null, place);
        node.value = match tag {
            None if plain => scalar::resolve(text),
            None => Value::String(text.into()),
            Some(RawTag::Core(name)) => scalar::resolve_as(name, text).unwrap_or_else(|| {
                let message = format!("`{text}` cannot be read as !!{name}");
                self.diagnostics.push(Diagnostic::new(&kinds::TAG, message).at(place).help("change the value, or take the tag away"));
                Value::Null
            }),
            Some(RawTag::Local(name)) => {
                node.tag = ours(name);
                Value::String(text.into())
            }
        };
        self.complete(node, Some(text));
    }

    /// The place of an absent value: behind the colon of its key, where the parser says the end of the key.
    fn after_colon(&self, place: Place) -> Place {
        let start = place.start as usize;
        let rest = self.text.get(start..).unwrap_or("");
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let start = if rest.get(blanks..).is_some_and(|rest| rest.starts_with(':')) { start + blanks + 1 } else { start };
        Place::new(self.source, start, start)
    }

    fn begin(&mut self, content: Content, tag: Option<&RawTag>, place: Place, anchor: Option<Anchor>, first: usize) -> Result<(), GivenUp> {
        if self.open.len() >= DEPTH {
            let at = self.replays.first().map_or(place, |replay| replay.at);
            self.diagnostics.push(super::too_deep(at));
            return Err(GivenUp);
        }
        let tag = tag.and_then(|tag| if let RawTag::Local(name) = tag { ours(name) } else { None });
        self.open.push(Open { content, tag, place, anchor, first });
        Ok(())
    }

    fn end(&mut self, index: usize, place: Place) {
        let Some(mut open) = self.open.pop() else { return };
        if place.start < place.end {
            open.place = open.place.to(place);
        }
        self.define(open.anchor, open.first..index + 1);
        if open.anchor.is_some() && self.replays.is_empty() {
            self.keeping -= 1;
        }
        let value = match open.content {
            Content::List(list) => Value::List(list),
            Content::Map(map) => {
                // What clears a merge clears the mapping that it stands in, and only what stood there before.
                if map.merge.as_ref().and_then(|(_, value)| value.as_ref()?.tag).is_some() {
                    open.tag = open.tag.or(Some(Tag::Override));
                }
                Value::from(self.merged(*map))
            }
        };
        self.complete(Node { value, place: open.place, alias: None, tag: open.tag }, None);
    }

    /// Gives a complete node to the list or mapping that it stands in. `text`: of a scalar.
    fn complete(&mut self, mut node: Node, text: Option<&str>) {
        node.alias = self.replays.first().map(|replay| replay.at);
        let mut written = node.place;
        while let Some(replay) = self.replays.pop_if(|replay| replay.next == replay.end) {
            written = replay.at;
        }
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return;
        };
        open.place = open.place.to(written);
        match &mut open.content {
            Content::List(list) => list.push(node),
            Content::Map(map) => match map.key.take() {
                None => self.key(node, text, written),
                Some(Key::Name(name, key)) => {
                    map.map.insert(name, Entry { key, value: node });
                }
                Some(Key::Merge) => {
                    if let Some((_, value)) = &mut map.merge {
                        *value = Some(node);
                    }
                }
                Some(Key::Wrong) => {}
            },
        }
    }

    /// Takes a node as the key of the innermost mapping.
    fn key(&mut self, node: Node, text: Option<&str>, place: Place) {
        let key = match (node.value, text) {
            (Value::String(name), Some(text)) if name == text => self.name(name, place),
            (_, Some("")) => {
                let diagnostic = Diagnostic::new(&kinds::KEY, "a key is missing before the colon").at(place);
                self.diagnostics.push(diagnostic.help("write a key, or `\"\"` for an empty one"));
                Key::Wrong
            }
            (_, Some(text)) => {
                let quoted = format!("\"{text}\"");
                let message = format!("the key `{text}` is not text, and Compose takes no other keys");
                let diagnostic = Diagnostic::new(&kinds::KEY, message).at(place).help(format!("put it in quotes: {quoted}"));
                self.diagnostics.push(diagnostic.fix(format!("write {quoted}"), place, quoted));
                Key::Wrong
            }
            (_, None) => {
                let diagnostic = Diagnostic::new(&kinds::KEY, "a list or mapping stands where a key is expected").at(place);
                self.diagnostics.push(diagnostic.help("put text that contains braces or brackets in quotes"));
                Key::Wrong
            }
        };
        if let Some(Open { content: Content::Map(map), .. }) = self.open.last_mut() {
            map.key = Some(key);
        }
    }

    /// A key, unless the innermost mapping has it already.
    fn name(&mut self, name: Text, place: Place) -> Key {
        let Some(Open { content: Content::Map(map), .. }) = self.open.last() else { return Key::Wrong };
        match map.map.get(name.as_str()) {
            None => Key::Name(name, place),
            Some(first) => {
                self.duplicate(&name, place, first.key);
                Key::Wrong
            }
        }
    }

    fn merge_key(&mut self, place: Place) {
        let Some(Open { content: Content::Map(map), place: whole, .. }) = self.open.last_mut() else { return };
        *whole = whole.to(place);
        match &map.merge {
            None => {
                map.merge = Some((place, None));
                map.key = Some(Key::Merge);
            }
            Some((first, _)) => {
                let first = *first;
                map.key = Some(Key::Wrong);
                self.duplicate("<<", place, first);
            }
        }
    }

    fn duplicate(&mut self, name: &str, place: Place, first: Place) {
        let diagnostic = Diagnostic::new(&kinds::DUPLICATE_KEY, format!("the key `{name}` stands here for the second time")).at(place);
        let help = if name == "<<" { "merge several: `<<: [*first, *second]`" } else { "keep one of them" };
        self.diagnostics.push(diagnostic.also(first, "first here").help(help));
    }

    /// The entries of a mapping: its own, then those of the mappings that `<<` names and that are not there yet.
    fn merged(&mut self, open: OpenMap) -> Map {
        let mut map = open.map;
        let Some((place, Some(node))) = open.merge.filter(|(_, node)| node.as_ref().is_none_or(|node| node.tag != Some(Tag::Reset))) else {
            return map;
        };
        let sources = match node.value {
            Value::List(list) => list,
            _ => vec![node],
        };
        for source in sources {
            if let Value::Map(source) = source.value {
                for (name, entry) in *source {
                    map.entry(name).or_insert(entry);
                }
            } else {
                let diagnostic = Diagnostic::new(&kinds::MERGE, "`<<` takes a mapping or a list of mappings").at(place);
                let diagnostic = diagnostic.also(source.alias.unwrap_or(source.place), "this is none");
                self.diagnostics.push(diagnostic.help("name an anchor of a mapping: `<<: *name`"));
            }
        }
        map
    }
}

/// What a local tag asks the loader to do.
fn ours(name: &str) -> Option<Tag> {
    match name {
        "!reset" => Some(Tag::Reset),
        "!override" => Some(Tag::Override),
        _ => None,
    }
}
