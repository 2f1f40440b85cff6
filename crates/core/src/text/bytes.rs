//! Sizes in bytes as Compose writes them: `512m`, `1.5 GiB`; every unit is a power of 1024.

use std::fmt;

/// Why a text is no size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BytesError {
    /// There is no number, or it is negative with a unit, or no finite number, or more than 64 bits hold.
    Invalid,
    /// The number is followed by something that is no unit.
    UnknownUnit(String),
}

impl fmt::Display for BytesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid => f.write_str("it is no size in bytes"),
            Self::UnknownUnit(unit) => write!(f, "`{unit}` is no unit of size"),
        }
    }
}

/// The bytes of a size: a whole number, which may be negative, or a decimal number with an optional blank and one of
/// `b k m g t p` in any case, the letters `k` to `p` optionally followed by `b` or `ib`. Fractions of a byte are cut off.
///
/// # Errors
/// What is no such text.
pub fn parse(text: &str) -> Result<i64, BytesError> {
    if let Ok(plain) = text.parse::<i64>() {
        return Ok(plain);
    }
    let last = text.rfind(|c: char| c.is_ascii_digit() || c == '.' || c == ' ').ok_or(BytesError::Invalid)?;
    let (number, suffix) = text.split_at_checked(last + 1).ok_or(BytesError::Invalid)?;
    let number = number.strip_suffix(' ').unwrap_or(number);
    let number = super::number::parse_f64(number).filter(|n| n.is_finite() && !n.is_sign_negative()).ok_or(BytesError::Invalid)?;
    let unit = suffix.to_ascii_lowercase();
    let power = match unit.as_bytes() {
        [] | [b'b'] => 0,
        [letter] | [letter, b'b'] | [letter, b'i', b'b'] => {
            let known = b"kmgtp".iter().position(|known| known == letter);
            known.ok_or_else(|| BytesError::UnknownUnit(suffix.to_owned()))? + 1
        }
        _ => return Err(BytesError::UnknownUnit(suffix.to_owned())),
    };
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "2^63 is a float; larger values are refused")]
    match number * (1_u64 << (10 * power)) as f64 {
        bytes if bytes < i64::MAX as f64 => Ok(bytes as i64),
        _ => Err(BytesError::Invalid),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sizes() {
        for (text, bytes) in [
            ("0", 0),
            ("1024", 1024),
            ("-1", -1),
            ("32", 32),
            ("32b", 32),
            ("32B", 32),
            ("32k", 32 << 10),
            ("32K", 32 << 10),
            ("32kb", 32 << 10),
            ("32Kb", 32 << 10),
            ("32KiB", 32 << 10),
            ("32 k", 32 << 10),
            ("32M", 32 << 20),
            ("32.5kB", 33280),
            ("0.3", 0),
            (".3kB", 307),
            ("1e3k", 1_024_000),
            ("1.5g", 3 << 29),
            ("2T", 2 << 40),
            ("1p", 1 << 50),
            ("+1k", 1024),
            ("1_000", 1000),
        ] {
            assert_eq!(parse(text), Ok(bytes), "{text}");
        }
    }

    #[test]
    fn errors() {
        for text in ["", "hello", "-1k", " 1", "1  k", ".", "inf k", "9000000000g", "1__0", "nan b"] {
            assert_eq!(parse(text), Err(BytesError::Invalid), "{text}");
        }
        for (text, unit) in [("32x", "x"), ("1kx", "kx"), ("1bb", "bb"), ("1kib2", ""), ("1mibb", "mibb"), ("1é", "é"), ("1ib", "ib")] {
            let expected = if unit.is_empty() { BytesError::Invalid } else { BytesError::UnknownUnit(unit.to_owned()) };
            assert_eq!(parse(text), Err(expected), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text(text in "[-+]?[0-9]{0,25}[.]?[0-9]{0,3}[ ]?[a-zA-Zé]{0,4}") {
            let _ = parse(&text);
        }

        #[test]
        fn what_is_written_is_read(number in 0_i64..8_000_000, unit in 0_u32..5) {
            let name = ["b", "k", "M", "gb", "TB"][unit as usize];
            prop_assert_eq!(parse(&format!("{number}{name}")), Ok(number << (10 * unit)));
        }
    }
}
