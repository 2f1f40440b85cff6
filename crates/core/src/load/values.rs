//! Single values as Docker Compose reads and prints them: numbers, sizes, durations, modes, commands, hosts.

use super::trail::Trail;
use crate::diag::catalog::load::{
    COMMAND_INVALID, DURATION_INVALID, FRACTIONAL_SIZE_DROPPED, HOST_ENTRY_INVALID, SHELL_OPERATOR_DROPPED, SIZE_INVALID, VALUE_INVALID,
};
use crate::diag::{Diagnostic, Diagnostics};
use crate::text::{bytes, duration, number, words};
use crate::yaml::{Node, Text, Value};
use std::ops::RangeInclusive;

/// A word for the shape of a value.
pub(crate) const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Int(_) | Value::Float(_) => "a number",
        Value::String(_) => "a string",
        Value::Time(_) => "a date",
        Value::List(_) => "a list",
        Value::Map(_) => "a mapping",
    }
}

/// A scalar as text, the way Go prints it; nothing for null, lists and mappings.
pub(crate) fn plain_text(node: &Node) -> String {
    match &node.value {
        Value::String(text) | Value::Time(text) => text.to_string(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Float(value) => number::format_f64(*value),
        Value::Null | Value::List(_) | Value::Map(_) => String::new(),
    }
}

/// Any value as text, the way Go prints it: `[a b]`, `map[a:b]`, `<nil>`.
pub(crate) fn go_text(node: &Node) -> String {
    match &node.value {
        Value::Null => "<nil>".to_owned(),
        Value::List(items) => format!("[{}]", items.iter().map(go_text).collect::<Vec<_>>().join(" ")),
        Value::Map(map) => {
            let mut pairs: Vec<(&Text, String)> = map.iter().map(|(key, entry)| (key, go_text(&entry.value))).collect();
            pairs.sort();
            format!("map[{}]", pairs.iter().map(|(key, value)| format!("{key}:{value}")).collect::<Vec<_>>().join(" "))
        }
        _ => plain_text(node),
    }
}

/// A value that cannot be read, told; what a reading function returns then.
pub(crate) struct Refused;

fn refuse(diagnostics: &mut Diagnostics, diagnostic: Diagnostic) -> Refused {
    diagnostics.push(diagnostic);
    Refused
}

/// A whole number. Fractions are cut off, as Docker Compose does.
pub(crate) fn integer(node: &Node, trail: Trail<'_>, diagnostics: &mut Diagnostics) -> Result<i128, Refused> {
    #[allow(clippy::cast_possible_truncation, reason = "the cast saturates, and the range is checked after it")]
    let value = match node.value {
        Value::Int(value) => value,
        Value::Float(value) => value as i128,
        Value::String(ref text) => match text.parse::<i64>() {
            Ok(value) => value.into(),
            Err(_) => return Err(no_number(node, trail, diagnostics)),
        },
        _ => return Err(no_number(node, trail, diagnostics)),
    };
    within(i64::MIN.into()..=i64::MAX.into(), value, node, trail, diagnostics)
}

/// The number, if it is in the range.
fn within(range: RangeInclusive<i128>, value: i128, node: &Node, trail: Trail<'_>, diagnostics: &mut Diagnostics) -> Result<i128, Refused> {
    if !range.contains(&value) {
        let diagnostic = Diagnostic::new(&VALUE_INVALID, format!("{trail} is a number that does not fit into 64 bits")).at(node.place);
        return Err(refuse(diagnostics, diagnostic.help("write a smaller number")));
    }
    Ok(value)
}

fn no_number(node: &Node, trail: Trail<'_>, diagnostics: &mut Diagnostics) -> Refused {
    let message = format!("{trail} is {:?}, not a whole number", plain_text(node));
    refuse(diagnostics, Diagnostic::new(&VALUE_INVALID, message).at(node.place).help("write a number without quotes"))
}

/// A whole number that is not written as text.
pub(crate) fn whole(node: &Node, trail: Trail<'_>, diagnostics: &mut Diagnostics) -> Result<i128, Refused> {
    if matches!(node.value, Value::String(_)) {
        return Err(no_number(node, trail, diagnostics));
    }
    integer(node, trail, diagnostics)
}

/// A whole number that is not negative, and not written as text.
pub(crate) fn count(node: &Node, trail: Trail<'_>, diagnostics: &mut Diagnostics) -> Result<i128, Refused> {
    let value = match node.value {
        Value::Int(value) => within(i64::MIN.into()..=u64::MAX.into(), value, node, trail, diagnostics)?,
        _ => whole(node, trail, diagnostics)?,
    };
    if value < 0 {
        let diagnostic = Diagnostic::new(&VALUE_INVALID, format!("{trail} is negative")).at(node.place);
        return Err(refuse(diagnostics, diagnostic.help("write 0 or a larger number")));
    }
    Ok(value)
}

/// A number of devices; `all` is -1.
pub(crate) fn device_count(node: &Node, trail: Trail<'_>, diagnostics: &mut Diagnostics) -> Result<i128, Refused> {
    match &node.value {
        Value::String(text) if text == "all" => Ok(-1),
        Value::String(text) => text.parse::<i64>().map(i128::from).map_err(|_| {
            let message = format!("{trail} is {text:?}, neither a number nor `all`");
            refuse(diagnostics, Diagnostic::new(&VALUE_INVALID, message).at(node.place).help("write a number or `all`"))
        }),
        _ => integer(node, trail, diagnostics),
    }
}

/// A number with the precision of 32 bits, printed with the fewest digits.
pub(crate) fn float(node: &Node, trail: Trail<'_>, diagnostics: &mut Diagnostics) -> Result<f64, Refused> {
    #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "Docker Compose keeps these numbers in 32 bits")]
    let value = match &node.value {
        Value::Int(value) => Some(*value as f32),
        Value::Float(value) => Some(*value as f32),
        Value::String(text) => number::parse_f64(text).map(|value| value as f32),
        _ => None,
    };
    match value.filter(|value| value.is_finite()) {
        Some(value) => Ok(value.to_string().parse().unwrap_or_default()),
        None => {
            let message = format!("{trail} is {:?}, not a number", plain_text(node));
            Err(refuse(diagnostics, Diagnostic::new(&VALUE_INVALID, message).at(node.place).help("write a number, such as 0.5")))
        }
    }
}

/// A size in bytes.
pub(crate) fn size(node: &Node, trail: Trail<'_>, diagnostics: &mut Diagnostics) -> Result<i64, Refused> {
    let text = match &node.value {
        Value::Float(value) => {
            diagnostics.push(
                Diagnostic::new(
                    &FRACTIONAL_SIZE_DROPPED,
                    format!("{trail} is the number {}, which Docker Compose passes over", number::format_f64(*value)),
                )
                .at(node.place)
                .help("write a whole number of bytes, or a string with a unit, such as \"1.5g\""),
            );
            return Ok(0);
        }
        Value::Time(_) => return Ok(0),
        // Docker Compose reads 63 bits, and passes over a larger number, too.
        Value::Int(value) if *value > i64::MAX.into() => return Ok(0),
        _ => plain_text(node),
    };
    bytes::parse(&text).map_err(|error| {
        let message = format!("{trail} is {text:?}: {error}");
        let help = "write bytes, or a number with one of the units b, k, m, g, t, p, such as \"512m\"";
        refuse(diagnostics, Diagnostic::new(&SIZE_INVALID, message).at(node.place).help(help))
    })
}

/// A duration in nanoseconds.
pub(crate) fn nanoseconds(node: &Node, trail: Trail<'_>, diagnostics: &mut Diagnostics) -> Result<i64, Refused> {
    let text = plain_text(node);
    duration::parse(&text).map_err(|error| {
        let message = format!("{trail} is {text:?}: {error}");
        let help = "write numbers with the units ns, us, ms, s, m, h, d or w, such as `1m30s`";
        refuse(diagnostics, Diagnostic::new(&DURATION_INVALID, message).at(node.place).help(help))
    })
}

/// A file mode, printed as an octal number.
pub(crate) fn mode(node: &Node, trail: Trail<'_>, diagnostics: &mut Diagnostics) -> Result<String, Refused> {
    let value = match &node.value {
        Value::String(text) => i64::from_str_radix(text, 8).ok(),
        Value::Int(value) => i64::try_from(*value).ok(),
        _ => None,
    };
    match value.filter(|value| *value >= 0) {
        Some(value) => Ok(format!("0{value:o}")),
        None => {
            let message = format!("{trail} is {:?}, not a file mode", plain_text(node));
            Err(refuse(
                diagnostics,
                Diagnostic::new(&VALUE_INVALID, message).at(node.place).help("write an octal number, such as \"0440\""),
            ))
        }
    }
}

/// The words of a command that is written as one string.
pub(crate) fn command(node: &Node, trail: Trail<'_>, diagnostics: &mut Diagnostics) -> Result<Vec<Node>, Refused> {
    let text = plain_text(node);
    let split = words::split(&text).map_err(|error| {
        let message = format!("{trail} cannot be split into words: {error}");
        let help = "close every quote, or write the command as a list: [\"sh\", \"-c\", \"…\"]";
        refuse(diagnostics, Diagnostic::new(&COMMAND_INVALID, message).at(node.place).help(help))
    })?;
    if split.cut.is_some() {
        diagnostics.push(
            Diagnostic::new(
                &SHELL_OPERATOR_DROPPED,
                format!("{trail} holds a shell operator (`;`, `&`, `|`, `<` or `>`) outside quotes, and everything from there on is lost"),
            )
            .at(node.place)
            .help("Docker Compose runs no shell here: write [\"sh\", \"-c\", \"…\"], or quote the operator"),
        );
    }
    Ok(split.words.into_iter().map(|word| Node::string(word, node.place)).collect())
}

/// One entry of a list of extra hosts, `host=address` or `host:address`, with a comma between several addresses.
pub(crate) fn host(node: &Node, trail: Trail<'_>, diagnostics: &mut Diagnostics) -> Result<Vec<Node>, Refused> {
    let text = plain_text(node);
    let Some((host, addresses)) = text.split_once('=').or_else(|| text.split_once(':')) else {
        let message = format!("{trail}: {text:?} has no address");
        return Err(refuse(diagnostics, Diagnostic::new(&HOST_ENTRY_INVALID, message).at(node.place).help("write `host=address`")));
    };
    addresses.split(',').map(|address| host_line(host, address, node, trail, diagnostics)).collect()
}

/// `host=address`, without brackets around an IPv6 address.
pub(crate) fn host_line(host: &str, address: &str, node: &Node, trail: Trail<'_>, diagnostics: &mut Diagnostics) -> Result<Node, Refused> {
    if host.is_empty() || host.contains([':', '=']) {
        let message = format!("{trail}: {host:?} is not a host name");
        return Err(refuse(diagnostics, Diagnostic::new(&HOST_ENTRY_INVALID, message).at(node.place).help("write `host=address`")));
    }
    let address = address.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(address);
    Ok(Node::string(format!("{host}={address}"), node.place))
}
