//! Merging one model over another, with the rules that some attributes have of their own.

use super::compare::{fingerprint, same};
use super::forms::{dependencies, listed, names, one};
use super::trail::Trail;
use super::values::{go_text, kind};
use crate::diag::catalog::load::MERGE_INVALID;
use crate::diag::{Diagnostic, Diagnostics};
use crate::table::{HashSet, IndexMap};
use crate::text::Place;
use crate::yaml::{Entry, Map, Node, Value};

/// How two values of an attribute become one.
enum Rule {
    /// Mappings key by key, lists end to end, scalars replaced.
    Usual,
    /// The later value, even null.
    Replace,
    /// Both sides as `KEY=VALUE` lists; the later value of a key wins.
    KeyValues,
    /// One string is a list, and a mapping is one of `KEY=VALUE`; end to end.
    Strings,
    /// A string is the build context.
    Build,
    /// A list of names, or one name, is a mapping of dependencies.
    DependsOn,
    /// A list of names, or one name, is a mapping of nulls.
    Names,
    /// Options are kept only under the same driver.
    Logging,
    /// `soft` and `hard` one by one; a single number replaces both.
    Ulimit,
    /// Pools by subnet.
    Pools,
}

fn rule(trail: Trail<'_>) -> Rule {
    if let Some(below) = trail.below_service() {
        return match below {
            ["command" | "entrypoint"] | ["healthcheck", "test"] => Rule::Replace,
            ["environment" | "labels" | "annotations" | "sysctls"]
            | ["build", "args" | "labels" | "additional_contexts"]
            | ["deploy", "labels"]
            | ["volumes", "[]", "volume", "labels"] => Rule::KeyValues,
            ["dns" | "dns_opt" | "dns_search" | "env_file" | "extra_hosts" | "label_file" | "tmpfs"] | ["build", "extra_hosts"] => {
                Rule::Strings
            }
            ["build"] => Rule::Build,
            ["depends_on"] => Rule::DependsOn,
            ["networks" | "models"] => Rule::Names,
            ["logging"] => Rule::Logging,
            ["ulimits", _] => Rule::Ulimit,
            _ => Rule::Usual,
        };
    }
    match trail.keys() {
        ["networks" | "volumes" | "secrets" | "configs", _, "labels"] => Rule::KeyValues,
        ["networks", _, "ipam", "config"] => Rule::Pools,
        _ => Rule::Usual,
    }
}

/// Merges `over` over `base`; both stand at `trail`. `None` after an error: a list cannot take the place of a mapping.
pub(crate) fn merge(base: Node, over: Node, trail: Trail<'_>, diagnostics: &mut Diagnostics) -> Option<Node> {
    let rule = rule(trail);
    // What becomes a list does so even beside null, which is an empty one; and null is neither options of a driver nor a limit.
    let reads_null = matches!(rule, Rule::KeyValues | Rule::Strings | Rule::Logging | Rule::Ulimit);
    if matches!(rule, Rule::Replace) || (base.is_null() && !reads_null) {
        return Some(over);
    }
    if over.is_null() && !reads_null {
        return Some(base);
    }
    match rule {
        Rule::Usual | Rule::Replace => usual(base, over, trail, diagnostics),
        Rule::KeyValues => Some(key_values(base, over)),
        Rule::Strings => usual(strings(base), strings(over), trail, diagnostics),
        Rule::Build => usual(build(base), build(over), trail, diagnostics),
        Rule::DependsOn | Rule::Names => {
            let (base, over) = (listed(base), listed(over));
            only_names(&base, trail, diagnostics)?;
            only_names(&over, trail, diagnostics)?;
            let mapping = if matches!(rule, Rule::Names) { names } else { dependencies };
            usual(mapping(base), mapping(over), trail, diagnostics)
        }
        Rule::Logging => logging(base, over, trail, diagnostics),
        Rule::Ulimit => match (base.as_map(), over.as_map()) {
            (Some(_), Some(_)) => usual(base, over, trail, diagnostics),
            _ => Some(over),
        },
        Rule::Pools => pools(base, over, trail, diagnostics),
    }
}

/// Merges mapping over mapping.
pub(crate) fn merge_maps(base: Map, over: Map, trail: Trail<'_>, diagnostics: &mut Diagnostics) -> Option<Map> {
    let mut merged = base;
    for (key, entry) in over {
        let Some(slot) = merged.get_mut(&key) else {
            merged.insert(key, entry);
            continue;
        };
        let place = slot.value.place;
        let old = std::mem::replace(&mut slot.value, Node::new(Value::Null, place));
        let new = merge(old, entry.value, trail.then(&key), diagnostics)?;
        if let Some(slot) = merged.get_mut(&key) {
            if !matches!(new.value, Value::Map(_) | Value::List(_)) {
                slot.key = entry.key;
            }
            slot.value = new;
        }
    }
    Some(merged)
}

fn usual(base: Node, over: Node, trail: Trail<'_>, diagnostics: &mut Diagnostics) -> Option<Node> {
    let Node { value, place, alias, .. } = base;
    let keep = |value| Node { value, place, alias, tag: None };
    match (value, over.value) {
        (Value::Map(base), Value::Map(over)) => merge_maps(*base, *over, trail, diagnostics).map(|map| keep(Value::from(map))),
        (Value::List(base), Value::List(over)) => Some(keep(Value::List(append(base, over)))),
        (base @ (Value::Map(_) | Value::List(_)), over_value) => {
            diagnostics.push(conflict((&base, place), (&over_value, over.place), trail));
            None
        }
        (_, value) => Some(Node { value, place: over.place, alias: over.alias, tag: None }),
    }
}

/// Two values that cannot be merged, and where they stand.
fn conflict((base, base_place): (&Value, Place), (over, over_place): (&Value, Place), trail: Trail<'_>) -> Diagnostic {
    let (was, is) = (kind(base), kind(over));
    Diagnostic::new(&MERGE_INVALID, format!("{trail} is {was} before and {is} here, so the two cannot be merged"))
        .at_with(over_place, is)
        .also(base_place, was)
        .help(match over {
            Value::Null => "remove the key, or write `!reset null` to take the earlier value away",
            _ => "write both in the same form, or put `!override` before the value to replace the earlier one",
        })
}

/// One list after the other, without items that are there already.
fn append(base: Vec<Node>, over: Vec<Node>) -> Vec<Node> {
    let mut known: HashSet<String> = base.iter().map(fingerprint).collect();
    let mut all = base;
    all.extend(over.into_iter().filter(|item| known.insert(fingerprint(item))));
    all
}

fn key_values(base: Node, over: Node) -> Node {
    let place = base.place;
    let mut merged: IndexMap<String, Node> = IndexMap::default();
    let mut rest = Vec::new();
    for item in pairs(base).into_iter().chain(pairs(over)) {
        match item.as_str() {
            Some(text) => {
                let key = text.split_once('=').map_or(text, |(key, _)| key).to_owned();
                merged.insert(key, item);
            }
            None => rest.push(item),
        }
    }
    Node::new(Value::List(merged.into_values().chain(rest).collect()), place)
}

/// A mapping as a list of `KEY=VALUE`, by name; a key without a value stands alone, one with a list comes once for each item. One
/// text is a list of one, and another scalar is nothing.
pub(crate) fn pairs(node: Node) -> Vec<Node> {
    match node.value {
        Value::Map(map) => {
            let mut items = Vec::with_capacity(map.len());
            for (key, Entry { key: key_place, value }) in *map {
                let place = key_place.to(value.place);
                match value.value {
                    Value::Null => items.push((key, place, value.alias)),
                    Value::List(each) => {
                        items.extend(each.iter().map(|item| (format!("{key}={}", go_text(item)).into(), item.place, item.alias)));
                    }
                    _ => items.push((format!("{key}={}", go_text(&value)).into(), place, value.alias)),
                }
            }
            items.sort_by(|(a, ..), (b, ..)| a.cmp(b));
            items.into_iter().map(|(text, place, alias)| Node { alias, ..Node::string(text, place) }).collect()
        }
        Value::List(items) => items,
        Value::String(_) => vec![node],
        _ => Vec::new(),
    }
}

fn strings(node: Node) -> Node {
    let place = node.place;
    Node::new(Value::List(pairs(node)), place)
}

fn build(node: Node) -> Node {
    let place = node.place;
    match node.value {
        Value::String(_) => Node::new(Value::from(one("context", place, node)), place),
        _ => node,
    }
}

/// Tells of an item of a list that is no name. `None` where there is one.
fn only_names(node: &Node, trail: Trail<'_>, diagnostics: &mut Diagnostics) -> Option<()> {
    let Some(item) = node.as_list().into_iter().flatten().find(|item| item.as_str().is_none()) else { return Some(()) };
    let message = format!("{trail} is merged name by name, and one item is {}, not a name", kind(&item.value));
    diagnostics.push(Diagnostic::new(&MERGE_INVALID, message).at(item.place).help("write a name, in quotes if it is a number"));
    None
}

fn logging(base: Node, over: Node, trail: Trail<'_>, diagnostics: &mut Diagnostics) -> Option<Node> {
    if base.as_map().is_none() || over.as_map().is_none() {
        diagnostics.push(conflict((&base.value, base.place), (&over.value, over.place), trail));
        return None;
    }
    match (base.get("driver"), over.get("driver")) {
        (Some(old), Some(new)) if !same(old, new) => Some(over),
        _ => usual(base, over, trail, diagnostics),
    }
}

/// Pools are known by their subnet. Docker Compose keeps only those that the later file names, each merged over its namesake.
fn pools(base: Node, over: Node, trail: Trail<'_>, diagnostics: &mut Diagnostics) -> Option<Node> {
    let place = base.place;
    let (Value::List(old), Value::List(new)) = (base.value.clone(), over.value.clone()) else {
        return usual(base, over, trail, diagnostics);
    };
    if new.is_empty() {
        return Some(base);
    }
    let subnet = |pool: &Node| pool.get("subnet").map(fingerprint);
    let mut by_subnet: IndexMap<Option<String>, Node> = old.into_iter().map(|pool| (subnet(&pool), pool)).collect();
    let mut merged = Vec::new();
    for pool in new {
        merged.push(match by_subnet.swap_remove(&subnet(&pool)) {
            Some(namesake) => usual(namesake, pool, trail.item(), diagnostics)?,
            None => pool,
        });
    }
    Some(Node::new(Value::List(merged), place))
}
