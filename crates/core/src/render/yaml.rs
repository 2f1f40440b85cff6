//! Values as YAML text that every reader, of YAML 1.1 or 1.2, takes for the same values.

use super::order;
use serde_json::{Map, Number, Value};
use std::fmt::Write as _;
use std::slice::Iter as Items;
use std::vec::IntoIter;

/// The entries of a mapping in the order in which they are written.
type Entries<'a> = IntoIter<(&'a String, &'a Value)>;

/// How the entries of a mapping are put in order.
type Order = fn(&Map<String, Value>) -> Vec<(&String, &Value)>;

/// A collection that is being written, and the column of its keys or dashes.
enum Open<'a> {
    /// A mapping, and how the mappings in it are put in order.
    Map(Entries<'a>, usize, Order),
    /// A list, and how the mappings in it are put in order.
    List(Items<'a, Value>, usize, Order),
}

/// One YAML document, without `---`, with a final newline. Keys stand in the order of the value.
///
/// Lists are not indented under their key, empty collections are `{}` and `[]`, multi-line text is a literal block, and every
/// string that some reader could take for another type is quoted.
#[must_use]
pub fn write(value: &Value) -> String {
    let mut out = String::new();
    write_to(&mut out, value, as_given);
    out
}

/// The same with the fields of a Kubernetes object in the order in which people write them.
#[must_use]
pub fn write_object(value: &Value) -> String {
    let mut out = String::new();
    append_object(&mut out, value);
    out
}

/// The same behind what is written already.
pub(super) fn append_object(out: &mut String, value: &Value) {
    write_to(out, value, order::entries);
}

fn as_given(map: &Map<String, Value>) -> Vec<(&String, &Value)> {
    map.iter().collect()
}

/// What begins below a key, in the order that holds there.
fn order_below(key: &str, value: &Value, order: Order) -> Order {
    if order::is_free(key, value) { as_given } else { order }
}

fn write_to(out: &mut String, value: &Value, order: Order) {
    let mut open = Vec::new();
    // Does the next entry stand on a line that a dash has begun?
    let mut begun = false;
    enter(out, &mut open, value, None, order);
    while let Some(top) = open.last_mut() {
        match top {
            Open::Map(entries, column, order) => {
                let (column, order) = (*column, *order);
                let Some((key, value)) = entries.next() else {
                    open.pop();
                    continue;
                };
                indent(out, if std::mem::take(&mut begun) { 0 } else { column });
                write_key(out, key, column);
                out.push(if is_open(value) { '\n' } else { ' ' });
                let below = if value.is_array() { column } else { column + 2 };
                enter(out, &mut open, value, Some(below), order_below(key, value, order));
            }
            Open::List(items, column, order) => {
                let (column, order) = (*column, *order);
                let Some(value) = items.next() else {
                    open.pop();
                    continue;
                };
                indent(out, if std::mem::take(&mut begun) { 0 } else { column });
                out.push_str("- ");
                begun = is_open(value);
                enter(out, &mut open, value, Some(column + 2), order);
            }
        }
    }
}

/// Is it a collection with something in it?
fn is_open(value: &Value) -> bool {
    match value {
        Value::Object(map) => !map.is_empty(),
        Value::Array(list) => !list.is_empty(),
        _ => false,
    }
}

/// Writes a scalar or an empty collection and ends the line, or opens a collection at `column`.
fn enter<'a>(out: &mut String, open: &mut Vec<Open<'a>>, value: &'a Value, column: Option<usize>, order: Order) {
    match value {
        Value::Object(map) if !map.is_empty() => return open.push(Open::Map(order(map).into_iter(), column.unwrap_or(0), order)),
        Value::Array(list) if !list.is_empty() => return open.push(Open::List(list.iter(), column.unwrap_or(0), order)),
        Value::Object(_) => out.push_str("{}"),
        Value::Array(_) => out.push_str("[]"),
        Value::Null => out.push_str("null"),
        Value::Bool(yes) => out.push_str(if *yes { "true" } else { "false" }),
        Value::Number(number) => write_number(out, number),
        Value::String(text) if fits_block(text) => return write_block(out, text, column.unwrap_or(2)),
        Value::String(text) => write_line(out, text),
    }
    out.push('\n');
}

fn indent(out: &mut String, columns: usize) {
    out.extend(std::iter::repeat_n(' ', columns));
}

/// A key and its colon. YAML allows no more than 1024 characters before a colon unless a `?` announces the key.
fn write_key(out: &mut String, key: &str, column: usize) {
    let start = out.len();
    write_line(out, key);
    if out.len() - start > 1000 {
        out.insert_str(start, "? ");
        out.push('\n');
        indent(out, column);
    }
    out.push(':');
}

/// A number as every reader takes it for one: YAML 1.1 wants a point and a sign in `1.0e+30`.
fn write_number(out: &mut String, number: &Number) {
    let text = number.to_string();
    let Some((digits, exponent)) = text.split_once(['e', 'E']) else { return out.push_str(&text) };
    let point = if digits.contains('.') { "" } else { ".0" };
    let sign = if exponent.starts_with(['-', '+']) { "" } else { "+" };
    let _ = write!(out, "{digits}{point}e{sign}{exponent}");
}

/// Text on one line: plain where nothing can be mistaken, else in quotes.
fn write_line(out: &mut String, text: &str) {
    if is_plain(text) {
        out.push_str(text);
    } else if text.contains(['"', '\\']) && !text.contains('\'') && text.chars().all(|c| is_printable(c) && c != '\t' && c != '\n') {
        let _ = write!(out, "'{text}'");
    } else {
        write_quoted(out, text);
    }
}

fn write_quoted(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_printable(c) => out.push(c),
            c if u32::from(c) <= 0xff => {
                let _ = write!(out, "\\x{:02X}", u32::from(c));
            }
            c if u32::from(c) <= 0xffff => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => {
                let _ = write!(out, "\\U{:08X}", u32::from(c));
            }
        }
    }
    out.push('"');
}

/// May the character stand for itself? Newlines and tabs may, where the style allows them.
const fn is_printable(c: char) -> bool {
    match c {
        '\n' | '\t' => true,
        '\0'..='\x1f' | '\x7f'..='\u{a0}' | '\u{2028}' | '\u{2029}' | '\u{feff}' => false,
        // The last two characters of every plane are no characters.
        c => (c as u32) & 0xfffe != 0xfffe,
    }
}

/// Can it stand as a literal block in which every reader finds the same text?
fn fits_block(text: &str) -> bool {
    let Some(first) = text.split('\n').find(|line| !line.is_empty()) else { return false };
    text.contains('\n')
        && !first.starts_with([' ', '\t'])
        && !text.ends_with([' ', '\t'])
        && text.split('\n').all(|line| !line.starts_with('\t'))
        // A last line of blanks would be one of the trailing newlines that chomping decides about.
        && !text.trim_end_matches('\n').ends_with([' ', '\t'])
        && text.chars().all(is_printable)
}

fn write_block(out: &mut String, text: &str, column: usize) {
    let body = text.trim_end_matches('\n');
    out.push_str(match text.len() - body.len() {
        0 => "|-\n",
        1 => "|\n",
        _ => "|+\n",
    });
    for line in body.split('\n') {
        if !line.is_empty() {
            indent(out, column);
        }
        out.push_str(line);
        out.push('\n');
    }
    out.extend(std::iter::repeat_n('\n', (text.len() - body.len()).saturating_sub(1)));
}

/// Words that YAML 1.1 or 1.2 reads as something else than text, in any case.
const WORDS: &[&str] = &["y", "n", "yes", "no", "on", "off", "true", "false", "null", "none", "inf", "nan"];

/// Is the text the same to every reader without quotes?
fn is_plain(text: &str) -> bool {
    let Some(first) = text.bytes().next() else { return false };
    let begins = first.is_ascii_alphanumeric() || matches!(first, b'/' | b'_' | b'$') || text.starts_with("./");
    begins
        && text.bytes().all(|b| (b' '..=b'~').contains(&b) && !matches!(b, b',' | b'[' | b']' | b'{' | b'}'))
        && !text.ends_with([':', ' '])
        && !(text.contains(' ') && (text.contains(": ") || text.contains(" #")))
        && !(text.len() < 6 && WORDS.iter().any(|word| word.eq_ignore_ascii_case(text)))
        && !is_numeric(text)
}

/// Could some reader take it for a number, a time or a base-60 number? Some drop every `_` first, some take `e5` for a number.
fn is_numeric(text: &str) -> bool {
    let digits = || text.bytes().filter(|b| *b != b'_');
    let Some(first) = digits().next() else { return true };
    let begins = first.is_ascii_digit() || matches!(first, b'.' | b'e' | b'E') && digits().any(|b| b.is_ascii_digit());
    let figure =
        |b: u8| b.is_ascii_digit() || matches!(b, b'.' | b'+' | b':' | b',' | b'e' | b'E' | b't' | b'T' | b'z' | b'Z' | b'-' | b' ');
    let is_based = || first == b'0' && digits().nth(1).is_some_and(|b| matches!(b.to_ascii_lowercase(), b'x' | b'o' | b'b'));
    begins && digits().all(figure) || is_based() && digits().skip(2).all(|b| b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn line(text: &str) -> String {
        write(&Value::String(text.to_owned())).trim_end_matches('\n').to_owned()
    }

    /// What an independent reader makes of `written`.
    fn judge(written: &str) -> Value {
        serde_yaml::from_str(written).unwrap_or_else(|e| panic!("{e}: {written}"))
    }

    #[test]
    fn strings_that_are_safe_stay_plain() {
        for text in [
            "nginx:1.27",
            "busybox:1.37-musl",
            "/usr/bin/env",
            "./start.sh",
            "_hidden",
            "$HOME/x",
            "1Gi",
            "100m",
            "8080/tcp",
            "a b c",
            "it's",
            "a\"b",
            "http://x:80/y?z=1#f",
            "10s",
            "v1",
            "key=value",
            "app.kubernetes.io/name",
            "--flag".trim_start_matches('-'),
            "3proxy",
            "1.37-musl",
            "node",
            "nope",
        ] {
            assert_eq!(line(text), text);
        }
    }

    #[test]
    fn strings_that_some_reader_takes_for_something_else_are_quoted() {
        for text in [
            "",
            " ",
            "y",
            "N",
            "yes",
            "No",
            "ON",
            "off",
            "true",
            "False",
            "null",
            "~",
            "None",
            ".inf",
            "-.INF",
            "NaN",
            "1",
            "-1",
            "+1",
            "1_000",
            "0x1F",
            "0_x1e",
            "e12",
            "0o17",
            "0b1",
            "017",
            "1e3",
            "1.5",
            ".5",
            "_1",
            "12:30:00",
            "2001-01-01",
            "2001-01-01T00:00:00Z",
            "1,000",
            "- a",
            "-",
            "a: b",
            "a:",
            "#",
            "a #b",
            "&a",
            "*a",
            "!a",
            "|",
            ">",
            "%a",
            "@a",
            "`a",
            "'a",
            "\"a\"",
            "[a]",
            "{a}",
            "a, b",
            "? a",
            "=",
            "<<",
            "--flag",
            "---",
            "...",
            " a",
            "a ",
            "\ta",
            "a\tb",
            "é",
            "\u{7f}",
            "\u{85}",
            "\u{a0}",
            "\u{2028}",
            "\u{feff}",
            "\u{ffff}",
            "\r",
            "\0",
            "\u{1b}[0m",
        ] {
            let written = line(text);
            assert!(written.starts_with(['"', '\'']), "{text:?} as {written}");
            assert_eq!(judge(&written), Value::String(text.to_owned()), "{written}");
        }
    }

    #[test]
    fn quotes_are_chosen_for_the_reader() {
        assert_eq!(line(r#"{"a": 1}"#), r#"'{"a": 1}'"#);
        assert_eq!(line(r"^a\.b, c$"), r"'^a\.b, c$'");
        assert_eq!(line(r#"{"it's"}"#), r#""{\"it's\"}""#);
        assert_eq!(line("a: b"), r#""a: b""#);
        assert_eq!(line("bell\u{7}"), r#""bell\x07""#);
    }

    #[test]
    fn text_of_several_lines_is_a_literal_block_where_that_is_safe() {
        assert_eq!(line("a\nb"), "|-\n  a\n  b");
        assert_eq!(write(&json!({"k": "a\n\n  b\n"})), "k: |\n  a\n\n    b\n");
        assert_eq!(write(&json!(["a\nb\n\n"])), "- |+\n  a\n  b\n\n");
        assert_eq!(write(&json!({"k": "\nb"})), "k: |-\n\n  b\n");
        for text in ["\n", "\n\n", " a\nb", "\n a", "a\n\tb", "a\nb ", "a\n ", "a\n \n", "a\r\nb", "\ta\nb"] {
            assert!(line(text).starts_with('"'), "{text:?}");
        }
    }

    #[test]
    fn collections_nest_without_idle_indentation() {
        let value = json!({"a": [], "b": {}, "c": [1, {"d": [true, null], "e": "x"}, [[2], []]], "on": {"f": {"g": "h\ni\n"}}});
        let written = write(&value);
        assert_eq!(
            written,
            "a: []\nb: {}\nc:\n- 1\n- d:\n  - true\n  - null\n  e: x\n- - - 2\n  - []\n\"on\":\n  f:\n    g: |\n      h\n      i\n"
        );
        assert_eq!(judge(&written), value);
    }

    #[test]
    fn numbers_stay_numbers() {
        for (value, text) in
            [(json!(1), "1"), (json!(-1.5), "-1.5"), (json!(1e30), "1.0e+30"), (json!(1.5e-9), "1.5e-9"), (json!(1.0), "1.0")]
        {
            assert_eq!(write(&value).trim_end(), text);
            assert_eq!(judge(&write(&value)), value);
        }
    }

    #[test]
    fn long_keys_are_announced() {
        let value = json!([{"k".repeat(2000): {"a": "b"}, "z": 1}]);
        assert!(write(&value).starts_with("- ? kkk"));
        assert_eq!(judge(&write(&value)), value);
    }

    #[test]
    fn depth_does_not_matter() {
        let mut value = json!("x");
        for _ in 0..500 {
            value = json!([{ "k": value }]);
        }
        assert!(write(&value).len() > 1000);
    }

    /// Text made of pieces that readers stumble over, and any text at all.
    fn text() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            "[ -~]{0,3}",
            "\\PC{0,3}",
            any::<char>().prop_map(String::from),
            prop::sample::select(vec![
                "\n", " ", "\t", "\r", ":", "#", "-", "'", "\"", "\\", "\n\n", "  ", "yes", "~", "1", "_", ".", "e", "0x", "---", "...",
                "|", ">", "?", "a", "\u{85}", "\u{a0}", "\u{2028}", "\u{feff}", "é", "漢", "😀",
            ])
            .prop_map(str::to_owned),
        ];
        prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn every_string_is_read_back_as_it_was(text in text(), key in text()) {
            let value = json!({"a": {key.clone(): text.clone(), "z": [text.clone(), [text.clone()]]}, "b": text.clone()});
            let written = write(&value);
            let read: Value = serde_yaml::from_str(&written).unwrap_or_else(|e| panic!("{e}\n{written}"));
            prop_assert_eq!(read, value);
        }
    }
}
