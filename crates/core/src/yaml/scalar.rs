//! What a plain scalar means, as go-yaml v4 decides it: null, boolean, number, timestamp or text.

use super::node::Value;

/// The value of a scalar without quotes and without a tag.
pub(super) fn resolve(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        ".nan" | ".NaN" | ".NAN" => Value::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Value::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Value::Float(f64::NEG_INFINITY),
        "-0" => Value::Float(-0.0),
        _ => match text.bytes().next() {
            Some(b'0'..=b'9' | b'+' | b'-') => timestamp(text).map(|text| Value::Time(text.into())).or_else(|| number(text)),
            Some(b'.') => float(text),
            _ => None,
        }
        .unwrap_or_else(|| Value::String(text.into())),
    }
}

/// The value of a scalar with one of YAML's own tags, `!!int` by the name `int`. `None` when the text is no such value.
pub(super) fn resolve_as(tag: &str, text: &str) -> Option<Value> {
    let value = match tag {
        "str" => return Some(Value::String(text.into())),
        "binary" => return binary(text).map(|text| Value::String(text.into())),
        "timestamp" => return timestamp(text).map(|text| Value::Time(text.into())),
        "null" | "bool" | "int" | "float" => resolve(text),
        _ => return Some(Value::String(text.into())),
    };
    match (tag, value) {
        ("null", Value::Null) => Some(Value::Null),
        ("bool", value @ Value::Bool(_)) | ("int", value @ Value::Int(_)) | ("float", value @ Value::Float(_)) => Some(value),
        #[allow(clippy::cast_precision_loss, reason = "an integer tagged !!float is rounded, as in Go")]
        ("float", Value::Int(value)) => Some(Value::Float(value as f64)),
        _ => None,
    }
}

/// A whole number in Go's syntax (underscores anywhere, `0x`, `0o`, `0b`, and `0` for octal), else a float.
fn number(text: &str) -> Option<Value> {
    let plain = text.replace('_', "");
    integer(&plain).or_else(|| float(&plain))
}

fn integer(text: &str) -> Option<Value> {
    let (negative, signed, digits) = match text.strip_prefix(['-', '+']) {
        Some(rest) => (text.starts_with('-'), true, rest),
        None => (false, false, text),
    };
    let (radix, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, digits.get(2..)?),
        [b'0', b'o' | b'O', ..] => (8, digits.get(2..)?),
        [b'0', b'b' | b'B', ..] => (2, digits.get(2..)?),
        [b'0', _, ..] => (8, digits.get(1..)?),
        _ => (10, digits),
    };
    if digits.starts_with(['+', '-']) {
        return None;
    }
    let magnitude = i128::from_str_radix(digits, radix).ok()?;
    let value = if negative { -magnitude } else { magnitude };
    // Go reads a signed number with 63 bits and an unsigned one with 64.
    let most = if signed { i128::from(i64::MAX) } else { i128::from(u64::MAX) };
    (i128::from(i64::MIN)..=most).contains(&value).then_some(Value::Int(value))
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, unless it is too large for a float.
fn float(text: &str) -> Option<Value> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    let whole = digits(rest);
    let mut rest = rest.get(whole..)?;
    let mut fraction = 0;
    if let Some(after) = rest.strip_prefix('.') {
        fraction = digits(after);
        rest = after.get(fraction..)?;
    }
    if whole == 0 && fraction == 0 {
        return None;
    }
    if let Some(exponent) = rest.strip_prefix(['e', 'E']) {
        let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        if exponent.is_empty() || digits(exponent) != exponent.len() {
            return None;
        }
    } else if !rest.is_empty() {
        return None;
    }
    text.parse::<f64>().ok().filter(|value| value.is_finite()).map(Value::Float)
}

/// The text that Go prints for a timestamp: `2024-01-01 00:00:00 +0000 UTC`. `None` when `text` is none.
///
/// `year-month-day`, then perhaps `T` or `t` and a time with a zone, or a blank and a time without one.
fn timestamp(text: &str) -> Option<String> {
    let mut rest = text;
    let year = take_number(&mut rest, 4, 4)?;
    take(&mut rest, "-")?;
    let month = take_number(&mut rest, 1, 2)?;
    take(&mut rest, "-")?;
    let day = take_number(&mut rest, 1, 2)?;
    if !(1..=12).contains(&month) || day < 1 || day > days(year, month) {
        return None;
    }
    let date = format!("{year:04}-{month:02}-{day:02}");
    if rest.is_empty() {
        return Some(format!("{date} 00:00:00 +0000 UTC"));
    }
    let zoned = take(&mut rest, "T").or_else(|| take(&mut rest, "t")).is_some();
    if !zoned {
        take(&mut rest, " ")?;
    }
    let time = take_time(&mut rest)?;
    let zone = if zoned { take_zone(&mut rest)? } else { "+0000 UTC".to_owned() };
    rest.is_empty().then(|| format!("{date} {time} {zone}"))
}

/// `15:4:5.999999999` as `15:04:05.999999999`, without trailing zeros in the fraction.
fn take_time(rest: &mut &str) -> Option<String> {
    let hour = take_number(rest, 1, 2)?;
    take(rest, ":")?;
    let minute = take_number(rest, 1, 2)?;
    take(rest, ":")?;
    let second = take_number(rest, 1, 2)?;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let mut time = format!("{hour:02}:{minute:02}:{second:02}");
    if let Some(after) = rest.strip_prefix(['.', ',']) {
        let length = after.bytes().take_while(u8::is_ascii_digit).count();
        if length > 0 {
            let nanoseconds = after.get(..length.min(9))?.trim_end_matches('0');
            if !nanoseconds.is_empty() {
                time.push('.');
                time.push_str(nanoseconds);
            }
            *rest = after.get(length..)?;
        }
    }
    Some(time)
}

/// `Z` or `+07:00`, as Go prints the zone of a time that it read: the offset, and a name.
fn take_zone(rest: &mut &str) -> Option<String> {
    if take(rest, "Z").is_some() {
        return Some("+0000 UTC".to_owned());
    }
    let sign = rest.chars().next().filter(|c| matches!(c, '+' | '-'))?;
    *rest = rest.get(1..)?;
    let hours = take_number(rest, 2, 2)?;
    take(rest, ":")?;
    let minutes = take_number(rest, 2, 2)?;
    if hours > 24 || minutes > 59 {
        return None;
    }
    if hours == 0 && minutes == 0 {
        return Some("+0000 UTC".to_owned());
    }
    let zone = format!("{sign}{hours:02}{minutes:02}");
    Some(format!("{zone} {zone}"))
}

fn take(rest: &mut &str, token: &str) -> Option<()> {
    *rest = rest.strip_prefix(token)?;
    Some(())
}

/// A number of at least `least` and at most `most` digits.
fn take_number(rest: &mut &str, least: usize, most: usize) -> Option<u32> {
    let length = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
    let (digits, after) = rest.split_at_checked(length)?;
    *rest = after;
    (length >= least).then_some(digits)?.parse().ok()
}

/// How many days a month has.
const fn days(year: u32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

/// The text of a `!!binary`. Bytes that are no UTF-8 become U+FFFD, as Docker Compose prints them.
fn binary(text: &str) -> Option<String> {
    use base64::Engine as _;
    let packed: String = text.chars().filter(|c| !matches!(c, ' ' | '\t' | '\n' | '\r')).collect();
    let bytes = base64::engine::general_purpose::STANDARD.decode(packed).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Value {
        Value::String(text.into())
    }

    #[test]
    fn words() {
        for word in ["", "~", "null", "Null", "NULL"] {
            assert_eq!(resolve(word), Value::Null, "{word}");
        }
        for (word, value) in [("true", true), ("True", true), ("TRUE", true), ("false", false), ("False", false), ("FALSE", false)] {
            assert_eq!(resolve(word), Value::Bool(value), "{word}");
        }
        for word in ["yes", "no", "on", "off", "y", "n", "Yes", "tRUE", "nULL", "=", "inf", "nan", "Infinity", "a b"] {
            assert_eq!(resolve(word), text(word), "{word}");
        }
    }

    #[test]
    fn whole_numbers() {
        for (word, value) in [
            ("0", 0),
            ("010", 8),
            ("0o10", 8),
            ("0O10", 8),
            ("0x1F", 31),
            ("-0x1F", -31),
            ("0b101", 5),
            ("1_000", 1000),
            ("+1", 1),
            ("-1", -1),
            ("00", 0),
            ("-00", 0),
            ("9223372036854775807", i128::from(i64::MAX)),
            ("-9223372036854775808", i128::from(i64::MIN)),
            ("12345678901234567890", 12_345_678_901_234_567_890),
            ("18446744073709551615", i128::from(u64::MAX)),
        ] {
            assert_eq!(resolve(word), Value::Int(value), "{word}");
        }
    }

    #[test]
    fn other_numbers() {
        for (word, value) in [
            ("08", 8.0),
            ("1e3", 1000.0),
            ("1E-3", 0.001),
            ("1.10", 1.1),
            (".5", 0.5),
            ("1.", 1.0),
            ("+.5", 0.5),
            ("-0.5", -0.5),
            ("1_0.5", 10.5),
            ("123456789012345678901234567890", 1.234_567_890_123_456_8e29),
            ("18446744073709551616", 18_446_744_073_709_551_616.0),
            ("+18446744073709551615", 18_446_744_073_709_551_615.0),
            ("-9223372036854775809", -9_223_372_036_854_775_809.0),
            (".inf", f64::INFINITY),
            ("-.INF", f64::NEG_INFINITY),
        ] {
            assert_eq!(resolve(word), Value::Float(value), "{word}");
        }
        assert!(matches!(resolve("-0"), Value::Float(v) if v == 0.0 && v.is_sign_negative()));
        assert!(matches!(resolve(".NaN"), Value::Float(v) if v.is_nan()));
    }

    #[test]
    fn almost_numbers() {
        for word in ["0x", "1e", "1:30", "22:22", "1.2.3", "0b2", "0o8", "-", "+", "--1", "0x-1", "1 2", ".", ".e3", "..5", "1e999", "1-2"]
        {
            assert_eq!(resolve(word), text(word), "{word}");
        }
        assert_eq!(resolve("._5"), text("._5"), "underscores only count where a digit or a sign comes first");
        assert_eq!(resolve("0x_"), text("0x_"));
    }

    #[test]
    fn timestamps() {
        for (word, value) in [
            ("2024-01-01", "2024-01-01 00:00:00 +0000 UTC"),
            ("2024-1-2", "2024-01-02 00:00:00 +0000 UTC"),
            ("2024-01-01T10:00:00Z", "2024-01-01 10:00:00 +0000 UTC"),
            ("2024-01-01t10:00:00.250Z", "2024-01-01 10:00:00.25 +0000 UTC"),
            ("2024-01-01T10:00:00+02:00", "2024-01-01 10:00:00 +0200 +0200"),
            ("2024-01-01 1:2:3", "2024-01-01 01:02:03 +0000 UTC"),
            ("2024-02-29", "2024-02-29 00:00:00 +0000 UTC"),
        ] {
            assert_eq!(resolve(word), Value::Time(value.into()), "{word}");
        }
        for word in ["2023-02-29", "2024-13-01", "2024-00-01", "2024-01-01T10:00:00", "2024-01-01 24:00:00", "2024-01-01x", "20240-1-1"] {
            assert_eq!(resolve(word), text(word), "{word}");
        }
    }

    #[test]
    fn tags() {
        assert_eq!(resolve_as("str", "123"), Some(text("123")));
        assert_eq!(resolve_as("int", "12"), Some(Value::Int(12)));
        assert_eq!(resolve_as("float", "12"), Some(Value::Float(12.0)));
        assert_eq!(resolve_as("bool", "TRUE"), Some(Value::Bool(true)));
        assert_eq!(resolve_as("null", ""), Some(Value::Null));
        assert_eq!(resolve_as("binary", "aGVs\n bG8="), Some(text("hello")));
        assert_eq!(resolve_as("set", "a"), Some(text("a")));
        for (tag, word) in
            [("int", "x"), ("int", "1.5"), ("bool", "yes"), ("null", "x"), ("binary", "*"), ("timestamp", "x"), ("float", "2024-01-01")]
        {
            assert_eq!(resolve_as(tag, word), None, "{tag} {word}");
        }
    }
}
