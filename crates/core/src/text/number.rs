//! Floats as Docker Compose reads them and as Go prints them with `%v`; whole numbers as people read them.

/// The number of a text in decimal digits, perhaps with an exponent, and with `_` between digits. Blanks are no part of a number.
#[must_use]
pub fn parse_f64(text: &str) -> Option<f64> {
    let is_digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
    let bytes = text.as_bytes();
    let mut marks = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'_');
    if !marks.all(|(at, _)| at > 0 && is_digit(bytes.get(at - 1)) && is_digit(bytes.get(at + 1))) {
        return None;
    }
    text.replace('_', "").parse().ok()
}

/// A float with 64 bits as Go prints it: the shortest digits that read back, with an exponent below 1e-4 and from 1e6 on.
///
/// `1.1`, `100000`, `1e+06`, `1.234567e+06`, `1e-05`, `-0`, `+Inf`, `NaN`.
#[must_use]
pub fn format_f64(value: f64) -> String {
    if value.is_finite() { from_scientific(&format!("{value:e}")) } else { special(value) }
}

/// A float with 32 bits, in the same way.
#[must_use]
pub fn format_f32(value: f32) -> String {
    if value.is_finite() { from_scientific(&format!("{value:e}")) } else { special(f64::from(value)) }
}

fn special(value: f64) -> String {
    match value {
        _ if value.is_nan() => "NaN",
        _ if value.is_sign_negative() => "-Inf",
        _ => "+Inf",
    }
    .to_owned()
}

/// Go's form of `-1.234e-5`: an exponent has a sign and two digits at least, and only where it is needed.
fn from_scientific(words: &str) -> String {
    let (mantissa, exponent) = words.split_once('e').unwrap_or((words, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if !(-4..6).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{mantissa}e{sign}{:02}", exponent.unsigned_abs());
    }
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let digits = mantissa.replace('.', "");
    let shift = exponent.unsigned_abs() as usize;
    if exponent < 0 {
        return format!("{sign}0.{}{digits}", "0".repeat(shift - 1));
    }
    match digits.split_at_checked(shift + 1) {
        Some((whole, "")) => format!("{sign}{whole}"),
        Some((whole, fraction)) => format!("{sign}{whole}.{fraction}"),
        None => format!("{sign}{digits:0<width$}", width = shift + 1),
    }
}

/// A whole number with a mark after every three digits: `1,000,000`.
#[must_use]
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let ahead = |index: usize| index > 0 && (digits.len() - index).is_multiple_of(3);
    digits.char_indices().flat_map(|(index, digit)| ahead(index).then_some(',').into_iter().chain([digit])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_between_digits() {
        for (text, number) in [("1_0", Some(10.0)), ("1_000.5e1_0", Some(1000.5e10)), ("-.5", Some(-0.5)), ("1.", Some(1.0))] {
            assert_eq!(parse_f64(text), number, "{text}");
        }
        for text in ["", " 1", "1 ", "_1", "1_", "1__0", "1_.5", "x"] {
            assert_eq!(parse_f64(text), None, "{text}");
        }
    }

    #[test]
    fn as_go_prints() {
        for (value, text) in [
            (0.0, "0"),
            (-0.0, "-0"),
            (1.0, "1"),
            (1.10, "1.1"),
            (10.5, "10.5"),
            (1000.0, "1000"),
            (123_456.0, "123456"),
            (123_456.789, "123456.789"),
            (999_999.5, "999999.5"),
            (1e5, "100000"),
            (1e6, "1e+06"),
            (1_234_567.0, "1.234567e+06"),
            (1e20, "1e+20"),
            (1e21, "1e+21"),
            (1.234_567_890_123_456_8e29, "1.2345678901234568e+29"),
            (0.1, "0.1"),
            (0.5, "0.5"),
            (-0.25, "-0.25"),
            (0.0001, "0.0001"),
            (0.000_012_3, "1.23e-05"),
            (0.000_001, "1e-06"),
            (1e100, "1e+100"),
            (f64::INFINITY, "+Inf"),
            (f64::NEG_INFINITY, "-Inf"),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(format_f64(value), text);
        }
        assert_eq!(format_f32(0.1), "0.1");
        assert_eq!(format_f32(1.5), "1.5");
        assert_eq!(format_f32(0.333_333_34), "0.33333334");
    }

    #[test]
    fn as_people_read() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (123_456, "123,456"), (1_000_000, "1,000,000")] {
            assert_eq!(grouped(number), text);
        }
    }
}
