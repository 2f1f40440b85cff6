//! When two items of a list are the same.

use crate::yaml::{Entry, Node, Text, Value};
use std::fmt::Write as _;

/// How deep two items of a list are compared.
const DEPTH: usize = 32;

/// What equal items have in common.
#[derive(PartialEq, Eq, Hash)]
pub(super) enum Identity<'n> {
    Text(&'n str),
    /// Any other value, written out.
    Other(String),
}

impl<'n> Identity<'n> {
    /// `None` for an item too deep to compare.
    pub(super) fn of(node: &'n Node) -> Option<Self> {
        match &node.value {
            Value::String(text) => Some(Self::Text(text)),
            _ => written(node).map(Self::Other),
        }
    }
}

/// A value in a form that equal ones share; `None` for one that is too deep.
fn written(node: &Node) -> Option<String> {
    fn write(node: &Node, depth: usize, out: &mut String) -> Option<()> {
        let below = depth.checked_sub(1)?;
        match &node.value {
            Value::Null => out.push('~'),
            Value::Bool(value) => write!(out, "{value}").ok()?,
            Value::Int(number) => write!(out, "{number}").ok()?,
            // A float prints as an integer when it is one: 1.0 equals 1.
            Value::Float(number) => write!(out, "{number}").ok()?,
            Value::String(text) | Value::Time(text) => write!(out, "{text:?}").ok()?,
            Value::List(list) => {
                out.push('[');
                for item in list {
                    write(item, below, out)?;
                    out.push(',');
                }
                out.push(']');
            }
            Value::Map(map) => {
                let mut entries: Vec<(&Text, &Entry)> = map.iter().collect();
                entries.sort_by_key(|(name, _)| *name);
                out.push('{');
                for (name, entry) in entries {
                    write!(out, "{name:?}:").ok()?;
                    write(&entry.value, below, out)?;
                    out.push(',');
                }
                out.push('}');
            }
        }
        Some(())
    }
    let mut out = String::new();
    write(node, DEPTH, &mut out).map(|()| out)
}
