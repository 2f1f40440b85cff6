//! The schema of the Compose specification: what Docker Compose checks on the merged model before it reads short forms.

mod forms;
mod identity;
#[cfg(test)]
mod tests;

use super::damage::{self, Damage};
use crate::coverage::{Attribute, Content, Limit, Mapping, Scalars, Shape, kind_of_entry};
use crate::diag::catalog::attributes::{
    ATTRIBUTE_MISSING, ATTRIBUTE_TYPE_INVALID, ATTRIBUTE_UNKNOWN, ATTRIBUTE_VALUE_INVALID, ITEM_REPEATED_INVALID, NAME_CHARACTERS_INVALID,
};
use crate::diag::{Diagnostic, Diagnostics};
use crate::table::{HashMap, HashSet};
use crate::text::Place;
use crate::text::similar::{SUGGESTIONS, closest};
use crate::yaml::{Entry, Map, Node, Value};
use identity::Identity;
use std::fmt::Write as _;

/// Checks a merged model against the schema. Every fault is an error, and is taken out of the model; gives the damage that was there
/// `before` and what is added to it. With `forms_only` it is checked only that what has short and long forms is in one of them.
pub(crate) fn validate(tree: &mut Node, forms_only: bool, before: Damage, diagnostics: &mut Diagnostics) -> Damage {
    let Some(root) = Attribute::root() else { return Damage::None };
    let mut check = Check { path: Vec::new(), faults: HashSet::default(), forms_only, before, damage: before, diagnostics };
    check.value(tree, root, tree.place);
    let Check { faults, damage, .. } = check;
    if !faults.is_empty() {
        damage::prune(tree, &faults);
    }
    damage
}

/// One step from the file to a value.
#[derive(Clone, Copy)]
enum Step<'a> {
    Name(&'a str),
    Item(usize),
}

struct Check<'a, 'd> {
    path: Vec<Step<'a>>,
    /// The places of what is wrong: of its key, or of the item itself.
    faults: HashSet<Place>,
    /// Is nothing told but a value of the wrong type where there are several forms?
    forms_only: bool,
    /// What was gone already, and what is gone now.
    before: Damage,
    damage: Damage,
    diagnostics: &'d mut Diagnostics,
}

impl<'a> Check<'a, '_> {
    /// Checks a value; `key` is the place of its key, or of the value itself.
    fn value(&mut self, node: &'a Node, attribute: Attribute, key: Place) {
        let shape = attribute.row().shape;
        match &node.value {
            Value::Map(map) if shape.map != Mapping::No => self.map(node, map, attribute, key),
            Value::List(list) if shape.list != Content::No => self.list(list, attribute),
            Value::Map(_) | Value::List(_) => self.wrong_type(node, shape, key),
            scalar if fits(scalar, shape.scalars) => self.scalar(node, attribute, key),
            _ => self.wrong_type(node, shape, key),
        }
    }

    fn map(&mut self, node: &'a Node, map: &'a Map, attribute: Attribute, key: Place) {
        let shape = attribute.row().shape;
        match shape.map {
            Mapping::No | Mapping::Any => {}
            Mapping::Names => self.names(map, attribute),
            Mapping::Scalars(scalars) => self.scalars(map, scalars, false),
            Mapping::ScalarsOrLists(scalars) => self.scalars(map, scalars, true),
            Mapping::Attributes | Mapping::Closed | Mapping::Open => {
                for (name, entry) in map {
                    if let Some(below) = attribute.attribute(name) {
                        self.path.push(Step::Name(name));
                        self.value(&entry.value, below, entry.key);
                        self.path.pop();
                    } else if shape.map == Mapping::Closed || (shape.map == Mapping::Attributes && !name.starts_with("x-")) {
                        self.unknown(map, name, entry, attribute);
                    } else {
                        self.path.push(Step::Name(name));
                        self.finite(&entry.value, entry.key);
                        self.path.pop();
                    }
                }
            }
        }
        for limit in shape.limits {
            match limit {
                Limit::Required(names) => {
                    for name in names.iter().filter(|name| !map.contains_key(**name)) {
                        self.missing(node, key, &format!("`{name}`"));
                    }
                }
                Limit::RequiredOneOf(names) if !names.iter().any(|name| map.contains_key(*name)) => {
                    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
                    self.missing(node, key, &alternatives(&names));
                }
                Limit::Named => {
                    if let Some(entry) = map.get("") {
                        let diagnostic = Diagnostic::new(&NAME_CHARACTERS_INVALID, self.says("has an entry without a name"));
                        self.fault(entry.key, diagnostic.at(entry.key).help("give it a name, or remove it"));
                    }
                }
                _ => {}
            }
        }
    }

    /// Checks a value that the schema does not know. It has to be one of JSON all the same, which has neither infinity nor NaN.
    fn finite(&mut self, node: &Node, key: Place) {
        match &node.value {
            Value::Float(number) if !number.is_finite() => {
                let message = self.says(&format!("holds {number}, which JSON cannot say"));
                self.fault(key, Diagnostic::new(&ATTRIBUTE_TYPE_INVALID, message).at(node.place).help("put the value in quotes"));
            }
            Value::List(items) => items.iter().for_each(|item| self.finite(item, key)),
            Value::Map(map) => map.values().for_each(|entry| self.finite(&entry.value, key)),
            _ => {}
        }
    }

    /// A map of names that the user chooses, with values that have a row.
    fn names(&mut self, map: &'a Map, attribute: Attribute) {
        let Some(below) = attribute.named() else { return };
        let plain = attribute.row().shape.limits.contains(&Limit::PlainNames);
        for (name, entry) in map {
            if plain && !is_plain(name) {
                self.bad_name(name, entry);
                continue;
            }
            self.path.push(Step::Name(name));
            self.value(&entry.value, below, entry.key);
            self.path.pop();
        }
    }

    /// A map of names that the user chooses, with scalars.
    fn scalars(&mut self, map: &'a Map, scalars: Scalars, lists: bool) {
        let shape = Shape { scalars, list: if lists { Content::Scalars(scalars) } else { Content::No }, map: Mapping::No, limits: &[] };
        // The schema says nothing of what stands under an empty name.
        for (name, entry) in map.iter().filter(|(name, _)| !name.is_empty()) {
            self.path.push(Step::Name(name));
            match &entry.value.value {
                Value::List(list) if lists => self.scalar_items(list, scalars),
                value if fits(value, scalars) => {}
                _ => self.wrong_type(&entry.value, shape, entry.key),
            }
            self.path.pop();
        }
    }

    fn list(&mut self, list: &'a [Node], attribute: Attribute) {
        let shape = attribute.row().shape;
        match shape.list {
            Content::No => {}
            Content::Scalars(scalars) => self.scalar_items(list, scalars),
            Content::Rows => {
                let Some(below) = attribute.item() else { return };
                for (index, item) in list.iter().enumerate() {
                    self.path.push(Step::Item(index));
                    self.value(item, below, item.place);
                    self.path.pop();
                }
            }
        }
        if shape.is_unique() {
            self.unique(list);
        }
    }

    fn scalar_items(&mut self, list: &'a [Node], scalars: Scalars) {
        let shape = Shape { scalars, list: Content::No, map: Mapping::No, limits: &[] };
        for (index, item) in list.iter().enumerate().filter(|(_, item)| !fits(&item.value, scalars)) {
            self.path.push(Step::Item(index));
            self.wrong_type(item, shape, item.place);
            self.path.pop();
        }
    }

    fn unique(&mut self, list: &[Node]) {
        let mut seen: HashMap<Identity<'_>, Place> = HashMap::default();
        seen.reserve(list.len());
        for item in list {
            let Some(identity) = Identity::of(item) else { continue };
            if let Some(first) = seen.get(&identity) {
                let message = format!("{} twice", self.says("has the same item"));
                let diagnostic = Diagnostic::new(&ITEM_REPEATED_INVALID, message).at(item.place).also(*first, "the first one");
                self.fault(item.place, diagnostic.help("remove one of them"));
            } else {
                seen.insert(identity, item.place);
            }
        }
    }

    fn scalar(&mut self, node: &Node, attribute: Attribute, key: Place) {
        for limit in attribute.row().shape.limits {
            match (limit, &node.value) {
                (Limit::OneOf(words), Value::String(text)) if !words.contains(&text.as_str()) => {
                    let list: Vec<String> = words.iter().map(|word| format!("{word:?}")).collect();
                    let message = self.says(&format!("must be {}, but is {text:?}", alternatives(&list)));
                    let diagnostic = Diagnostic::new(&ATTRIBUTE_VALUE_INVALID, message).at(node.place);
                    let meant = closest(text, words.iter().copied());
                    self.fault(
                        key,
                        match meant {
                            Some(word) => {
                                diagnostic.help(format!("did you mean {word:?}?")).fix(format!("write {word:?}"), node.place, word)
                            }
                            None => diagnostic.help("write one of these words"),
                        },
                    );
                }
                (Limit::Pattern(_, words), Value::String(text)) if !attribute.matches(text) => {
                    let message = self.says(&format!("must be {words}, but is {text:?}"));
                    // The form is named in back-ticks, one or several.
                    let meant = closest(text, words.split('`').skip(1).step_by(2).filter(|word| is_plain(word)));
                    let diagnostic = Diagnostic::new(&ATTRIBUTE_VALUE_INVALID, message).at(node.place);
                    self.fault(
                        key,
                        match meant {
                            Some(word) => {
                                diagnostic.help(format!("did you mean {word:?}?")).fix(format!("write {word:?}"), node.place, word)
                            }
                            None => diagnostic.help("write it in that form"),
                        },
                    );
                }
                (Limit::Minimum(least), Value::Int(number)) if *number < i128::from(*least) => {
                    let message = self.says(&format!("must be at least {least}, but is {number}"));
                    let help = format!("write {least} or a larger number");
                    self.fault(key, Diagnostic::new(&ATTRIBUTE_VALUE_INVALID, message).at(node.place).help(help));
                }
                (Limit::Maximum(most), Value::Int(number)) if *number > i128::from(*most) => {
                    let message = self.says(&format!("must be at most {most}, but is {number}"));
                    let help = format!("write {most} or a smaller number");
                    self.fault(key, Diagnostic::new(&ATTRIBUTE_VALUE_INVALID, message).at(node.place).help(help));
                }
                _ => {}
            }
        }
    }

    fn wrong_type(&mut self, node: &Node, shape: Shape, key: Place) {
        if self.forms_only && node.is_null() && forms::may_be_empty(&self.path) {
            return;
        }
        if self.is_enough() {
            return self.spoil(key, self.path.len() > 2);
        }
        let message = self.says(&format!("must be {}, but is {}", wanted(shape), found(&node.value)));
        let empty = node.is_null();
        let diagnostic = Diagnostic::new(&ATTRIBUTE_TYPE_INVALID, message).at(if empty { key } else { node.place });
        let text = shape.scalars.has(Scalars::TEXT);
        self.fault(
            key,
            match &node.value {
                Value::Null => diagnostic.help("give it a value, or remove the key"),
                Value::Bool(_) | Value::Int(_) | Value::Float(_) if text => diagnostic.help("put the value in quotes"),
                Value::Map(_) if text && matches!(self.path.last(), Some(Step::Item(_))) => {
                    diagnostic.help("`: ` makes it a mapping: write KEY=VALUE, or put all of it in quotes")
                }
                _ if shape.list != Content::No => diagnostic.help("write each item on a line of its own, after `- `"),
                _ if shape.map != Mapping::No => diagnostic.help("write its keys on lines of their own below it, indented deeper"),
                Value::List(_) | Value::Map(_) => diagnostic.help("write one value behind the key"),
                _ => diagnostic.help("write a value of that kind"),
            },
        );
    }

    fn missing(&mut self, node: &Node, key: Place, names: &str) {
        if self.is_enough() {
            return self.spoil(key, self.path.len() > 2);
        }
        let place = if matches!(self.path.last(), Some(Step::Item(_))) { node.place } else { key };
        let message = self.says(&format!("lacks {names}"));
        self.fault(key, Diagnostic::new(&ATTRIBUTE_MISSING, message).at(place).help(format!("add {names}")));
    }

    fn bad_name(&mut self, name: &str, entry: &Entry) {
        let message = match self.path.as_slice() {
            [Step::Name(section)] => format!("the name {name:?} in `{section}` has characters that no name may have"),
            _ => self.says(&format!("names {name:?}, which has characters that no name may have")),
        };
        let diagnostic = Diagnostic::new(&NAME_CHARACTERS_INVALID, message).at(entry.key);
        self.fault(entry.key, diagnostic.help("use letters, digits, `.`, `_` and `-` only"));
    }

    fn unknown(&mut self, map: &Map, name: &str, entry: &Entry, attribute: Attribute) {
        let message = match self.path.as_slice() {
            [] => format!("unknown attribute {name:?} at the top level"),
            _ => self.says(&format!("has no attribute {name:?}")),
        };
        let diagnostic = Diagnostic::new(&ATTRIBUTE_UNKNOWN, message).at(entry.key);
        if self.diagnostics.len() >= SUGGESTIONS {
            return self.fault(entry.key, diagnostic);
        }
        // `x-` in front would make it the user's own; what stands there already was not meant.
        let meant = closest(name, attribute.names().filter(|known| !map.contains_key(*known)));
        let is_service = self.path.is_empty() && ["image", "build"].iter().any(|sign| entry.value.get(sign).is_some());
        self.fault(
            entry.key,
            if is_service {
                diagnostic.help(format!("a service stands under `services`: indent {name:?} below that key"))
            } else if let Some(word) = meant {
                diagnostic.help(format!("did you mean {word:?}?")).fix(format!("rename it to {word:?}"), entry.key, word)
            } else if let Some(path) = self.home(name, attribute) {
                diagnostic.help(format!("{name:?} belongs under `{path}`: look at its indentation"))
            } else if attribute.row().shape.map == Mapping::Attributes {
                diagnostic.help(format!("remove it, or call it \"x-{name}\" if it is for a tool of your own"))
            } else {
                let mut names: Vec<String> = attribute.names().map(|name| format!("`{name}`")).collect();
                names.sort();
                diagnostic.help(format!("it may hold {}", names.join(", ")))
            },
        );
    }

    /// Where an attribute that was found at the wrong place belongs.
    fn home(&self, name: &str, attribute: Attribute) -> Option<String> {
        let path = attribute
            .elsewhere(name)
            .or_else(|| if self.path.is_empty() { Attribute::root()?.attribute("services")?.named()?.elsewhere(name) } else { None })?;
        let (above, _) = path.rsplit_once('.')?;
        let mut steps = above.split('.');
        let (section, wildcard) = (steps.next()?, steps.next());
        let rest: Vec<&str> = steps.collect();
        Some(match (wildcard, rest.as_slice()) {
            (None, _) => section.to_owned(),
            (Some(_), []) => format!("{section}.<name>"),
            (Some(_), rest) => rest.join("."),
        })
    }

    /// A sentence about the value at which the walk stands: `service "web": `ports[1].target` must be …`.
    fn says(&self, what: &str) -> String {
        let (owner, rest) = match self.path.as_slice() {
            [Step::Name(section), Step::Name(name), rest @ ..] if kind_of_entry(section).is_some() => {
                (kind_of_entry(section).map(|kind| (kind, *name)), rest)
            }
            path => (None, path),
        };
        let mut shown = String::new();
        for step in rest {
            let _ = match step {
                Step::Name(name) if shown.is_empty() => write!(shown, "{name}"),
                Step::Name(name) => write!(shown, ".{name}"),
                Step::Item(index) => write!(shown, "[{index}]"),
            };
        }
        match (owner, shown.as_str()) {
            (Some((kind, name)), "") => format!("{kind} {name:?} {what}"),
            (Some((kind, name)), shown) => format!("{kind} {name:?}: `{shown}` {what}"),
            (None, "") => format!("the file {what}"),
            (None, shown) => format!("`{shown}` {what}"),
        }
    }

    /// Tells a fault; `key` is the place of what goes out of the model.
    fn fault(&mut self, key: Place, diagnostic: Diagnostic) {
        if self.forms_only && !(diagnostic.code.name == ATTRIBUTE_TYPE_INVALID.name && forms::has_forms(&self.path)) {
            return;
        }
        // Whatever is no attribute of an entry of a section takes entries with it.
        let before = self.before;
        let is_attribute = self.path.len() + usize::from(diagnostic.code.name == ATTRIBUTE_UNKNOWN.name) > 2;
        self.spoil(key, is_attribute);
        if !before.explains(&diagnostic) {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Notes a fault of an attribute, or of a whole entry of a section, that is told or need not be.
    fn spoil(&mut self, key: Place, is_attribute: bool) {
        self.damage.add(if is_attribute { Damage::Attributes } else { Damage::Entries });
        self.faults.insert(key);
    }

    /// Is so much told that nothing more would be kept?
    fn is_enough(&self) -> bool {
        self.diagnostics.is_full() && !self.forms_only
    }
}

/// Is the scalar of one of the types?
fn fits(value: &Value, scalars: Scalars) -> bool {
    match value {
        Value::Null => scalars.has(Scalars::NULL),
        Value::Bool(_) => scalars.has(Scalars::BOOL),
        Value::Int(_) => scalars.has(Scalars::INTEGER) || scalars.has(Scalars::NUMBER),
        // The schema is one of JSON, which has neither infinity nor NaN.
        Value::Float(number) if !number.is_finite() => false,
        Value::Float(number) => scalars.has(Scalars::NUMBER) || (scalars.has(Scalars::INTEGER) && number.fract() == 0.0),
        // In JSON a date is a string.
        Value::String(_) | Value::Time(_) => scalars.has(Scalars::TEXT),
        Value::List(_) | Value::Map(_) => false,
    }
}

/// Letters, digits, `.`, `_` and `-`.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}

/// The types of a shape, for a sentence.
fn wanted(shape: Shape) -> String {
    let mut words: Vec<&str> = Vec::new();
    let has = |scalars| shape.scalars.has(scalars);
    if has(Scalars::TEXT) {
        words.push("a string");
    }
    if has(Scalars::BOOL) {
        words.push("a boolean");
    }
    if has(Scalars::NUMBER) {
        words.push("a number");
    } else if has(Scalars::INTEGER) {
        words.push("a whole number");
    }
    match shape.list {
        Content::No => {}
        Content::Scalars(scalars) if scalars == Scalars::TEXT => words.push("a list of strings"),
        Content::Rows | Content::Scalars(_) => words.push("a list"),
    }
    if shape.map != Mapping::No {
        words.push("a mapping");
    }
    if has(Scalars::NULL) {
        words.push("empty");
    }
    alternatives(&words)
}

/// `a, b or c`.
fn alternatives<T: AsRef<str>>(words: &[T]) -> String {
    let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => words.concat(),
    }
}

/// The type of a value, for a sentence.
fn found(value: &Value) -> &'static str {
    match value {
        Value::Null => "empty",
        Value::Bool(_) => "a boolean",
        Value::Float(number) if !number.is_finite() => "infinite or no number",
        Value::Int(_) | Value::Float(_) => "a number",
        Value::String(_) => "a string",
        Value::Time(_) => "a date",
        Value::List(_) => "a list",
        Value::Map(_) => "a mapping",
    }
}
