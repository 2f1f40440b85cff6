//! Durations as Compose writes them: sums such as `1m30s`, and the way Go prints them.

use std::fmt;

/// Why a text is no duration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DurationError {
    /// It is empty, has no number, or is too long for 64 bits of nanoseconds (292 years).
    Invalid,
    /// A number has no unit: `30` instead of `30s`.
    MissingUnit,
    /// A number has a unit that there is not.
    UnknownUnit(String),
}

impl fmt::Display for DurationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid => f.write_str("it is no duration"),
            Self::MissingUnit => f.write_str("a number has no unit"),
            Self::UnknownUnit(unit) => write!(f, "`{unit}` is no unit of time"),
        }
    }
}

const MICROSECOND: i64 = 1_000;
const MILLISECOND: i64 = 1_000 * MICROSECOND;
const SECOND: i64 = 1_000 * MILLISECOND;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

/// The nanoseconds of a unit.
fn unit(name: &str) -> Option<i64> {
    Some(match name {
        "ns" => 1,
        // The micro sign and the Greek letter.
        "us" | "\u{b5}s" | "\u{3bc}s" => MICROSECOND,
        "ms" => MILLISECOND,
        "s" => SECOND,
        "m" => MINUTE,
        "h" => HOUR,
        "d" => 24 * HOUR,
        "w" => 7 * 24 * HOUR,
        _ => return None,
    })
}

/// The nanoseconds of a duration: a sign, then decimal numbers, each with a unit of `ns us µs ms s m h d w`; or `0`.
///
/// # Errors
/// A number without a unit or with another one; what is no duration at all.
pub fn parse(text: &str) -> Result<i64, DurationError> {
    let negative = text.starts_with('-');
    let mut rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    if rest == "0" {
        return Ok(0);
    }
    if rest.is_empty() {
        return Err(DurationError::Invalid);
    }
    let mut sum: i64 = 0;
    while !rest.is_empty() {
        let whole = take(&mut rest, |c| c.is_ascii_digit());
        let fraction = match rest.strip_prefix('.') {
            Some(after) => {
                rest = after;
                take(&mut rest, |c| c.is_ascii_digit())
            }
            None => "",
        };
        if whole.is_empty() && fraction.is_empty() {
            return Err(DurationError::Invalid);
        }
        let name = take(&mut rest, |c| c != '.' && !c.is_ascii_digit());
        if name.is_empty() {
            return Err(DurationError::MissingUnit);
        }
        let unit = unit(name).ok_or_else(|| DurationError::UnknownUnit(name.to_owned()))?;
        let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().map_err(|_| DurationError::Invalid)? };
        let part = whole.checked_mul(unit).and_then(|whole| whole.checked_add(part_of(fraction, unit)));
        sum = part.and_then(|part| sum.checked_add(part)).ok_or(DurationError::Invalid)?;
    }
    Ok(if negative { -sum } else { sum })
}

/// The nanoseconds of the digits behind a decimal point. Digits beyond what 64 bits hold do not count, as in Go.
fn part_of(digits: &str, unit: i64) -> i64 {
    let mut value: i64 = 0;
    let mut scale = 1.0;
    for digit in digits.bytes() {
        let Some(next) = value.checked_mul(10).and_then(|v| v.checked_add(i64::from(digit - b'0'))) else { break };
        value = next;
        scale *= 10.0;
    }
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "Go computes the fraction in the same floats")]
    let part = (value as f64 * (unit as f64 / scale)) as i64;
    part
}

/// The longest start of `rest` whose characters are `wanted`, taken off.
fn take<'t>(rest: &mut &'t str, wanted: impl Fn(char) -> bool) -> &'t str {
    let end = rest.find(|c| !wanted(c)).unwrap_or(rest.len());
    let (taken, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
    *rest = after;
    taken
}

/// The way Go prints a duration of this many nanoseconds: `1m30s`, `24h0m0s`, `1.5s`, `100µs`, `0s`.
#[must_use]
pub fn format(nanoseconds: i64) -> String {
    let sign = if nanoseconds < 0 { "-" } else { "" };
    let amount = nanoseconds.unsigned_abs();
    let [microsecond, millisecond, second] = [MICROSECOND, MILLISECOND, SECOND].map(i64::unsigned_abs);
    if amount == 0 {
        return "0s".to_owned();
    }
    if amount < second {
        let (size, unit) = match amount {
            _ if amount < microsecond => (1, "ns"),
            _ if amount < millisecond => (microsecond, "µs"),
            _ => (millisecond, "ms"),
        };
        return format!("{sign}{}{unit}", decimal(amount, size));
    }
    let minutes = amount / (60 * second);
    let seconds = decimal(amount % (60 * second), second);
    match (minutes / 60, minutes % 60) {
        (0, 0) => format!("{sign}{seconds}s"),
        (0, minutes) => format!("{sign}{minutes}m{seconds}s"),
        (hours, minutes) => format!("{sign}{hours}h{minutes}m{seconds}s"),
    }
}

/// `amount / size` without trailing zeros; `size` is a power of ten.
fn decimal(amount: u64, size: u64) -> String {
    let (whole, rest) = (amount / size, amount % size);
    if rest == 0 {
        return whole.to_string();
    }
    let width = size.ilog10() as usize;
    format!("{whole}.{}", format!("{rest:0width$}").trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sums() {
        for (text, printed) in [
            ("0", "0s"),
            ("+0", "0s"),
            ("0s", "0s"),
            ("1m30s", "1m30s"),
            ("90s", "1m30s"),
            ("1d", "24h0m0s"),
            ("2w", "336h0m0s"),
            ("1h", "1h0m0s"),
            ("1.5s", "1.5s"),
            ("1.5h", "1h30m0s"),
            (".5s", "500ms"),
            ("5.s", "5s"),
            ("100us", "100µs"),
            ("100µs", "100µs"),
            ("100\u{3bc}s", "100µs"),
            ("1500ms", "1.5s"),
            ("1ns", "1ns"),
            ("1001ns", "1.001µs"),
            ("-1.5s", "-1.5s"),
            ("10s10s", "20s"),
            ("1h1ns", "1h0m0.000000001s"),
            ("0.000000000000000000001h", "0s"),
        ] {
            assert_eq!(parse(text).map(format), Ok(printed.to_owned()), "{text}");
        }
        assert_eq!(format(i64::MIN), "-2562047h47m16.854775808s");
    }

    #[test]
    fn errors() {
        for text in ["", "-", "s", ".s", "x", " 1s", "--1s", "300000h300000h300000000000h", "99999999999999999999s"] {
            assert_eq!(parse(text), Err(DurationError::Invalid), "{text}");
        }
        assert_eq!(parse("30"), Err(DurationError::MissingUnit));
        assert_eq!(parse("1m30"), Err(DurationError::MissingUnit));
        assert_eq!(parse("1 m"), Err(DurationError::UnknownUnit(" m".to_owned())));
        assert_eq!(parse("1min"), Err(DurationError::UnknownUnit("min".to_owned())));
        assert_eq!(parse("1S"), Err(DurationError::UnknownUnit("S".to_owned())));
    }

    proptest! {
        #[test]
        fn any_text(text in "[-+]?([0-9]{0,20}[.]?[0-9]{0,3}(ns|us|ms|s|m|h|d|w|é)?){0,4}") {
            let _ = parse(&text);
        }

        #[test]
        fn what_is_printed_is_read(nanoseconds in -1_000_000_000_000_000_i64..1_000_000_000_000_000) {
            prop_assert!((parse(&format(nanoseconds)).unwrap() - nanoseconds).abs() <= 1);
        }
    }
}
