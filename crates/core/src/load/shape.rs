//! The last form of a model: every value read as its type and put as `docker compose config` prints it.

use super::casts;
use super::entries;
use super::shapes::{Field, Shape};
use super::trail::Trail;
use super::values::{self, Refused, kind, plain_text};
use crate::diag::catalog::load::{ENVIRONMENT_KEY_INVALID, VALUE_INVALID};
use crate::diag::{Diagnostic, Diagnostics};
use crate::text::duration;
use crate::yaml::{Entry, Map, Node, Text, Value};

/// What becomes of a value: `Ok(None)` where it is not printed, because it says nothing.
type Printed = Result<Option<Value>, Refused>;

/// Prints values. Errors are told, and the reading goes on.
pub(crate) struct Printer<'d> {
    /// Where errors go.
    pub(crate) diagnostics: &'d mut Diagnostics,
    /// Is the model printed as Docker Compose prints it, oddities included?
    pub(crate) verbatim: bool,
    /// Was something refused?
    pub(crate) failed: bool,
}

impl Printer<'_> {
    /// The value as it is printed, or nothing where it is left out.
    pub(crate) fn print(&mut self, node: Node, shape: &Shape, trail: Trail<'_>) -> Option<Node> {
        let Node { place, alias, .. } = node;
        match self.value(node, shape, trail) {
            Ok(value) => value.map(|value| Node { value, place, alias, tag: None }),
            Err(Refused) => {
                self.failed = true;
                None
            }
        }
    }

    fn value(&mut self, mut node: Node, shape: &Shape, trail: Trail<'_>) -> Printed {
        if node.is_null() {
            return Ok(None);
        }
        entries::take(&mut node, shape, trail, self.verbatim, self.diagnostics);
        match shape {
            Shape::Text => {
                self.text(&node, trail).map(|text| Some(text).filter(|text| !text.is_empty()).map(|text| Value::String(text.into())))
            }
            Shape::FixedText => self.text(&node, trail).map(|text| Some(Value::String(text.into()))),
            Shape::Flag | Shape::OptionalFlag | Shape::OptOut => self.flag(&node, shape, trail),
            Shape::Int => {
                values::integer(&node, trail, self.diagnostics).map(|value| Some(value).filter(|value| *value != 0).map(Value::Int))
            }
            Shape::OptionalInt => values::integer(&node, trail, self.diagnostics).map(|value| Some(Value::Int(value))),
            Shape::Count => {
                values::count(&node, trail, self.diagnostics).map(|value| Some(value).filter(|value| *value != 0).map(Value::Int))
            }
            Shape::OptionalCount | Shape::FixedCount => values::count(&node, trail, self.diagnostics).map(|value| Some(Value::Int(value))),
            Shape::DeviceCount => {
                values::device_count(&node, trail, self.diagnostics).map(|value| Some(value).filter(|value| *value != 0).map(Value::Int))
            }
            Shape::Float => {
                values::float(&node, trail, self.diagnostics).map(|value| Some(value).filter(|value| *value != 0.0).map(number))
            }
            Shape::Size => {
                let value = values::size(&node, trail, self.diagnostics)?;
                Ok((value != 0).then(|| Value::String(value.to_string().into())))
            }
            Shape::Rate => values::size(&node, trail, self.diagnostics).map(|value| Some(Value::String(value.to_string().into()))),
            Shape::Duration => {
                let value = values::nanoseconds(&node, trail, self.diagnostics)?;
                Ok((value != 0).then(|| Value::String(duration::format(value).into())))
            }
            Shape::OptionalDuration => {
                values::nanoseconds(&node, trail, self.diagnostics).map(|value| Some(Value::String(duration::format(value).into())))
            }
            Shape::Mode => values::mode(&node, trail, self.diagnostics).map(|mode| Some(Value::String(mode.into()))),
            Shape::Command => match node.value {
                Value::List(_) => self.words(&node, trail).map(|()| Some(node.value)),
                // Docker Compose passes over a date.
                Value::Time(_) => Ok(None),
                _ => values::command(&node, trail, self.diagnostics).map(|words| Some(Value::List(words))),
            },
            Shape::Test => self.words(&node, trail).map(|()| test(node)),
            Shape::Texts => self.words(&node, trail).map(|()| texts(node)),
            Shape::PlainTextMap => {
                for (name, Entry { value, .. }) in node.as_map().into_iter().flatten() {
                    let below = trail.then(name);
                    if value.as_list().is_some() {
                        return Err(self.refuse(value, format!("{below} is a list, not text"), "write one text"));
                    }
                    self.text(value, below)?;
                }
                self.pairs(node, trail, false).map(not_empty)
            }
            Shape::TextMap => self.pairs(node, trail, false).map(not_empty),
            Shape::Variables => self.pairs(node, trail, true).map(not_empty),
            Shape::MultiOptions => Ok(multi_options(node)),
            Shape::Hosts => self.hosts(node, trail),
            Shape::Ssh => Ok(ssh(node)),
            Shape::Ulimits => self.ulimits(node, trail),
            Shape::List(shape) => self.list(node, shape, trail),
            Shape::Map(shape) => self.map(node, shape, trail),
            Shape::Record(fields) => self.record(node, fields, trail).map(|map| Some(Value::from(map))),
            Shape::PlainRecord(fields) => self.record(node, fields, trail).map(not_empty),
        }
    }

    fn refuse(&mut self, node: &Node, message: String, help: &str) -> Refused {
        self.diagnostics.push(Diagnostic::new(&VALUE_INVALID, message).at(node.place).help(help));
        Refused
    }

    /// A text; a whole number is one, too, as Docker Compose reads it.
    fn text(&mut self, node: &Node, trail: Trail<'_>) -> Result<String, Refused> {
        if matches!(node.value, Value::Float(_) | Value::Bool(_) | Value::Time(_) | Value::Map(_)) {
            let message = format!("{trail} is {}, not text", kind(&node.value));
            return Err(self.refuse(node, message, "put the value in quotes"));
        }
        Ok(plain_text(node))
    }

    /// One text or a list of them.
    fn words(&mut self, node: &Node, trail: Trail<'_>) -> Result<(), Refused> {
        match &node.value {
            Value::List(items) => items.iter().try_for_each(|item| self.text(item, trail.item()).map(drop)),
            _ => self.text(node, trail).map(drop),
        }
    }

    fn flag(&mut self, node: &Node, shape: &Shape, trail: Trail<'_>) -> Printed {
        let text = plain_text(node);
        let Some(value) = casts::boolean(&text, false, node, trail, self.diagnostics) else {
            return Err(self.refuse(node, format!("{trail} is {text:?}, not a boolean"), "write `true` or `false`"));
        };
        let left_out = match shape {
            Shape::Flag => !value,
            Shape::OptOut => value,
            _ => false,
        };
        Ok((!left_out).then_some(Value::Bool(value)))
    }

    fn list(&mut self, node: Node, shape: &Shape, trail: Trail<'_>) -> Printed {
        let Value::List(items) = node.value else {
            let message = format!("{trail} is {}, not a list", kind(&node.value));
            return Err(self.refuse(&node, message, "write a list"));
        };
        let items: Vec<Node> = items.into_iter().filter_map(|item| self.print(item, shape, trail.item())).collect();
        Ok((!items.is_empty()).then_some(Value::List(items)))
    }

    /// A mapping with keys of the user's choice. Null values stay.
    fn map(&mut self, node: Node, shape: &Shape, trail: Trail<'_>) -> Printed {
        let Value::Map(map) = node.value else {
            let message = format!("{trail} is {}, not a mapping", kind(&node.value));
            return Err(self.refuse(&node, message, "write a mapping"));
        };
        let mut printed = Map::with_capacity_and_hasher(map.len(), Default::default());
        for (name, Entry { key, value }) in *map {
            let place = value.place;
            let value = self.print(value, shape, trail.then(&name));
            // A network, volume and so on that says nothing is there all the same.
            let nothing = || if matches!(trail.keys(), [_]) { Value::from(Map::default()) } else { Value::Null };
            let value = value.unwrap_or_else(|| Node::new(nothing(), place));
            printed.insert(name, Entry { key, value });
        }
        Ok(not_empty(printed))
    }

    /// A mapping with keys of Compose's choice. Extensions stay as they are.
    fn record(&mut self, node: Node, fields: &[&[Field]], trail: Trail<'_>) -> Result<Map, Refused> {
        let Value::Map(map) = node.value else {
            let message = format!("{trail} is {}, not a mapping", kind(&node.value));
            return Err(self.refuse(&node, message, "write a mapping"));
        };
        let mut printed = Map::with_capacity_and_hasher(map.len(), Default::default());
        for (name, Entry { key, value }) in *map {
            if name.starts_with("x-") {
                printed.insert(name, Entry { key, value });
                continue;
            }
            let Some((_, shape)) = fields.iter().flat_map(|part| part.iter()).find(|(field, _)| *field == name) else { continue };
            if let Some(value) = self.print(value, shape, trail.then(&name)) {
                printed.insert(name, Entry { key, value });
            }
        }
        for (name, shape) in fields.iter().flat_map(|part| part.iter()) {
            let value = match shape {
                Shape::FixedText => Value::String(Text::default()),
                Shape::FixedCount => Value::Int(0),
                Shape::Rate => Value::String("0".into()),
                _ => continue,
            };
            let entry = || Entry { key: node.place, value: Node::new(value, node.place) };
            printed.entry((*name).into()).or_insert_with(entry);
        }
        Ok(printed)
    }

    /// A mapping, or a list of `KEY=VALUE`, of texts. A key without a value has null where `nulls` are kept, else an empty text.
    fn pairs(&mut self, node: Node, trail: Trail<'_>, nulls: bool) -> Result<Map, Refused> {
        let empty = || if nulls { Value::Null } else { Value::String(Text::default()) };
        match node.value {
            Value::Map(map) => Ok(map
                .into_iter()
                .map(|(name, Entry { key, value })| {
                    let text = if value.is_null() { empty() } else { Value::String(plain_text(&value).into()) };
                    (name, Entry { key, value: Node { value: text, ..value } })
                })
                .collect()),
            Value::List(items) => {
                let mut map = Map::with_capacity_and_hasher(items.len(), Default::default());
                for item in items {
                    let text = self.text(&item, trail.item())?;
                    let (name, value) = text.split_once('=').map_or((text.as_str(), None), |(name, value)| (name, Some(value)));
                    if nulls && name.ends_with(' ') {
                        self.diagnostics.push(
                            Diagnostic::new(&ENVIRONMENT_KEY_INVALID, format!("{trail}: the variable {name:?} ends with a space"))
                                .at(item.place)
                                .help("take out the space before `=`"),
                        );
                        return Err(Refused);
                    }
                    let value = value.map_or_else(empty, |value| Value::String(value.into()));
                    map.insert(name.into(), Entry { key: item.place, value: Node { value, ..item } });
                }
                Ok(map)
            }
            ref other => {
                let message = format!("{trail} is {}, not a mapping or a list", kind(other));
                Err(self.refuse(&node, message, "write a mapping, or a list of `KEY=VALUE`"))
            }
        }
    }

    fn hosts(&mut self, node: Node, trail: Trail<'_>) -> Printed {
        // Hosts without any address leave an empty list.
        let has_hosts = node.as_map().is_some_and(|map| !map.is_empty());
        let mut lines = Vec::new();
        match node.value {
            Value::List(items) => {
                for item in &items {
                    lines.extend(values::host(item, trail.item(), self.diagnostics)?);
                }
            }
            Value::Map(map) => {
                for (name, Entry { value, .. }) in *map {
                    let addresses = match value.value {
                        Value::List(addresses) => addresses,
                        _ => vec![value],
                    };
                    for address in &addresses {
                        let text = if address.as_map().is_some() { self.text(address, trail.then(&name))? } else { plain_text(address) };
                        lines.push(values::host_line(&name, &text, address, trail, self.diagnostics)?);
                    }
                }
            }
            _ => return Err(self.refuse(&node, format!("{trail} is no list of hosts"), "write a mapping, or a list of `host=address`")),
        }
        lines.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
        Ok((has_hosts || !lines.is_empty()).then_some(Value::List(lines)))
    }

    fn ulimits(&mut self, node: Node, trail: Trail<'_>) -> Printed {
        let Value::Map(map) = node.value else {
            return Err(self.refuse(&node, format!("{trail} is no mapping"), "write a mapping of limits"));
        };
        let mut printed = Map::with_capacity_and_hasher(map.len(), Default::default());
        for (name, Entry { key, value }) in *map {
            let below = trail.then(&name);
            let (place, alias) = (value.place, value.alias);
            let zero = || Entry { key, value: Node::new(Value::Int(0), place) };
            let value = match value.value {
                Value::Map(limits) => {
                    let mut both = Map::from_iter([("soft".into(), zero()), ("hard".into(), zero())]);
                    for (side, entry) in *limits {
                        if let Some(slot) = both.get_mut(&side) {
                            let limit = values::whole(&entry.value, below.then(&side), self.diagnostics)?;
                            *slot = Entry { key: entry.key, value: Node { value: Value::Int(limit), ..entry.value } };
                        }
                    }
                    Value::from(both)
                }
                _ => match values::whole(&value, below, self.diagnostics)? {
                    0 => Value::from(Map::from_iter([("soft".into(), zero()), ("hard".into(), zero())])),
                    limit => Value::Int(limit),
                },
            };
            printed.insert(name, Entry { key, value: Node { value, place, alias, tag: None } });
        }
        Ok(not_empty(printed))
    }
}

fn not_empty(map: Map) -> Option<Value> {
    (!map.is_empty()).then_some(Value::from(map))
}

/// A float that is whole is an integer, as it is printed.
fn number(value: f64) -> Value {
    #[allow(clippy::cast_possible_truncation, reason = "the bounds are checked first")]
    if value.fract() == 0.0 && value.abs() < 1e15 { Value::Int(value as i128) } else { Value::Float(value) }
}

fn texts(node: Node) -> Option<Value> {
    let text = |item: Node| Node { value: Value::String(plain_text(&item).into()), ..item };
    match node.value {
        Value::List(items) if items.is_empty() => None,
        Value::List(items) => Some(Value::List(items.into_iter().map(text).collect())),
        _ => Some(Value::List(vec![text(node)])),
    }
}

fn test(node: Node) -> Option<Value> {
    let place = node.place;
    match node.value {
        Value::List(items) => (!items.is_empty()).then_some(Value::List(items)),
        _ => Some(Value::List(vec![Node::string("CMD-SHELL", place), Node::string(plain_text(&node), place)])),
    }
}

fn multi_options(node: Node) -> Option<Value> {
    let Value::Map(map) = node.value else { return None };
    let listed = |Entry { key, value }: Entry| {
        let place = value.place;
        Some(Entry { key, value: Node::new(texts(value)?, place) })
    };
    not_empty(map.into_iter().filter_map(|(name, entry)| Some((name, listed(entry)?))).collect())
}

/// SSH keys by name, as `name: path`, or the name alone for the agent.
fn ssh(node: Node) -> Option<Value> {
    let Value::Map(mut map) = node.value else { return None };
    map.sort_keys();
    let line = |(name, Entry { value, .. }): (Text, Entry)| {
        let path = plain_text(&value);
        let text = if path.is_empty() { name } else { format!("{name}: {path}").into() };
        Node { value: Value::String(text), ..value }
    };
    Some(Value::List(map.into_iter().map(line).collect())).filter(|list| !matches!(list, Value::List(items) if items.is_empty()))
}
