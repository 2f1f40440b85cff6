//! The canonical tree as data for printing.

use crate::yaml::{Node, Value};
use serde_json::{Map, Number, Value as Json};

/// The tree as JSON. With `double_dollars` every `$` in texts and keys is doubled, so that what is printed can be loaded again.
#[must_use]
pub fn to_json(node: &Node, double_dollars: bool) -> Json {
    let text = |text: &str| if double_dollars { text.replace('$', "$$") } else { text.to_owned() };
    match &node.value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(*value),
        Value::Int(value) => integer(*value),
        Value::Float(value) => float(*value),
        Value::String(value) => Json::String(text(value)),
        Value::Time(value) => Json::String(time(value)),
        Value::List(items) => Json::Array(items.iter().map(|item| to_json(item, double_dollars)).collect()),
        Value::Map(map) => {
            let pairs = map.iter().map(|(key, entry)| (text(key), to_json(&entry.value, double_dollars)));
            Json::Object(pairs.collect::<Map<String, Json>>())
        }
    }
}

fn integer(value: i128) -> Json {
    if let Ok(small) = i64::try_from(value) {
        return Json::Number(small.into());
    }
    if let Ok(large) = u64::try_from(value) {
        return Json::Number(large.into());
    }
    #[allow(clippy::cast_precision_loss, reason = "beyond 64 bits Go has a float, too")]
    float(value as f64)
}

/// A date in the form of RFC 3339, from the text that Go prints: `2024-01-01 10:00:00 +0200 +0200` is `2024-01-01T10:00:00+02:00`.
fn time(text: &str) -> String {
    let mut parts = text.split(' ');
    let (date, clock, zone) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    match zone.split_at_checked(3) {
        Some((hours, minutes)) if zone != "+0000" => format!("{date}T{clock}{hours}:{minutes}"),
        _ => format!("{date}T{clock}Z"),
    }
}

/// A whole float is printed without a fraction; infinity and NaN, which JSON has not, as text.
fn float(value: f64) -> Json {
    #[allow(clippy::cast_possible_truncation, reason = "the bounds are checked first")]
    if value.fract() == 0.0 && value.abs() < 1e15 {
        return Json::Number((value as i64).into());
    }
    Number::from_f64(value).map_or_else(|| Json::String(crate::text::number::format_f64(value)), Json::Number)
}
