//! Env files: the grammar of `.env`, and the raw format of `env_file`.

use super::template::{self, TemplateError};
use crate::table::HashMap;
use std::fmt;
use std::ops::Range;

/// How many bytes all values of a file may have together, beyond the size of the file.
const GROWTH: usize = 16 << 20;

/// How many variables a file may have. The largest that people write have a few hundred.
const MOST: usize = 100_000;

/// One variable that an env file sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Variable {
    /// Its name. Compose allows letters, digits and `_ . - [ ]`, and even no name at all.
    pub(crate) key: String,
    /// Its value, expanded.
    pub(crate) value: String,
    /// The bytes of the name.
    pub(crate) key_range: Range<usize>,
    /// The bytes of the value with its quotes; the name's where the value comes from the environment.
    pub(crate) value_range: Range<usize>,
}

/// What an env file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Dotenv {
    /// The variables in file order. A name may come twice: the last one counts.
    pub(crate) variables: Vec<Variable>,
    /// Uses of variables that are not set, with the bytes of the value that uses them. An empty text took their place.
    pub(crate) unset: Vec<template::Unset>,
}

/// Why an env file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DotenvError {
    /// The bytes that the error is about.
    pub(crate) range: Range<usize>,
    /// The line of its first byte, from 1.
    pub(crate) line: usize,
    /// What is wrong.
    pub(crate) problem: Problem,
}

/// What is wrong with an env file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    /// A name holds a character that names cannot have.
    Character(char),
    /// A name holds a blank.
    Blank(String),
    /// A line of the raw format begins with `=`.
    NoName,
    /// A quote is never closed.
    UnclosedQuote(char),
    /// A value uses variables in a way that does not work. Its ranges count from the value's own start, after escapes.
    Template(TemplateError),
    /// All values together are longer than 16 million bytes.
    TooLong,
    /// There are more than a hundred thousand variables.
    TooMany,
}

impl fmt::Display for DotenvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.problem {
            Problem::Character(c) => write!(f, "`{c}` cannot stand in the name of a variable"),
            Problem::Blank(name) => write!(f, "the name `{name}` holds a blank"),
            Problem::NoName => f.write_str("a value has no name"),
            Problem::UnclosedQuote(quote) => write!(f, "a {quote} is not closed"),
            Problem::Template(error) => error.fmt(f),
            Problem::TooLong => f.write_str("the values of the file are too long together"),
            Problem::TooMany => write!(f, "the file has more than {MOST} variables"),
        }
    }
}

/// Reads a file in the grammar of `.env`.
///
/// A line is `NAME=value` or `NAME: value`, perhaps after `export`; `#` begins a comment on a line of its own or behind a blank. Values
/// between quotes may span lines; all but those between single quotes may use variables. `NAME` alone takes its value from `lookup`, and
/// sets nothing where that has none; on a last line without a line break it is the value of a variable without a name, as Docker Compose
/// reads it.
///
/// Variables are looked for with `lookup`, then in the file above, then with `earlier` (the files before this one).
///
/// # Errors
/// The first thing that is wrong.
pub(crate) fn parse(
    text: &str,
    lookup: &mut dyn FnMut(&str) -> Option<String>,
    earlier: &dyn Fn(&str) -> Option<String>,
) -> Result<Dotenv, DotenvError> {
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let budget = text.len() + GROWTH;
    let mut reader = Reader { text, at: start, lookup, earlier, values: HashMap::default(), found: Dotenv::default(), budget };
    while reader.skip_to_statement() {
        reader.statement()?;
    }
    Ok(reader.found)
}

/// Reads a file in the raw format: the whole rest of a line behind the first `=` is the value, without quotes, comments or variables.
///
/// `NAME` alone takes its value from `lookup`, and sets nothing where that has none.
///
/// # Errors
/// A name with a blank, or a value without a name.
pub(crate) fn parse_raw(text: &str, lookup: &mut dyn FnMut(&str) -> Option<String>) -> Result<Dotenv, DotenvError> {
    let mut found = Dotenv::default();
    let mut next = 0;
    for (number, whole) in text.split('\n').enumerate() {
        let begin = next;
        next += whole.len() + 1;
        let whole = whole.strip_suffix('\r').unwrap_or(whole);
        let content = if number == 0 { whole.strip_prefix('\u{feff}').unwrap_or(whole) } else { whole };
        let line = content.trim_start();
        let start = begin + whole.len() - line.len();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (key, value) = line.split_once('=').map_or((line, None), |(key, value)| (key, Some(value)));
        let key_range = start..start + key.len();
        let problem = match key {
            "" => Some(Problem::NoName),
            _ if key.contains(char::is_whitespace) => Some(Problem::Blank(key.to_owned())),
            _ => None,
        };
        if let Some(problem) = problem {
            return Err(DotenvError { range: key_range, line: number + 1, problem });
        }
        let (value, value_range) = match value {
            Some(value) => (Some(value.to_owned()), key_range.end + 1..start + line.len()),
            None => (lookup(key), key_range.clone()),
        };
        if found.variables.len() >= MOST {
            return Err(DotenvError { range: key_range, line: number + 1, problem: Problem::TooMany });
        }
        found.variables.extend(value.map(|value| Variable { key: key.to_owned(), value, key_range, value_range }));
    }
    Ok(found)
}

struct Reader<'t, 'l> {
    text: &'t str,
    /// The next byte to read.
    at: usize,
    lookup: &'l mut dyn FnMut(&str) -> Option<String>,
    earlier: &'l dyn Fn(&str) -> Option<String>,
    /// Which of the variables that were found has each name, the last one that has it.
    values: HashMap<&'t str, usize>,
    found: Dotenv,
    /// How many bytes the values to come may have.
    budget: usize,
}

impl<'t> Reader<'t, '_> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn error(&self, range: Range<usize>, problem: Problem) -> DotenvError {
        let line = self.text.get(..range.start).unwrap_or("").matches('\n').count() + 1;
        DotenvError { range, line, problem }
    }

    /// Skips blank lines and comments. Is there more?
    fn skip_to_statement(&mut self) -> bool {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start();
            self.at += rest.len() - trimmed.len();
            if !trimmed.starts_with('#') {
                return !trimmed.is_empty();
            }
            self.at += trimmed.find('\n').unwrap_or(trimmed.len());
        }
    }

    /// Skips blanks on the same line.
    fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches(is_blank).len();
    }

    fn statement(&mut self) -> Result<(), DotenvError> {
        if self.rest().strip_prefix("export").is_some_and(|rest| rest.starts_with(char::is_whitespace)) {
            self.at += "export".len();
            self.skip_blanks();
        }
        let start = self.at;
        if self.rest().is_empty() {
            return Err(self.error(start..start, Problem::NoName));
        }
        let (name, end) = self.name()?;
        let key_range = start..start + name.len();
        if name.contains(' ') {
            return Err(self.error(key_range, Problem::Blank(name.to_owned())));
        }
        let (value, value_range) = if end != Some('\n') {
            self.skip_blanks();
            let start = self.at;
            let value = match self.rest().chars().next() {
                Some(quote @ ('"' | '\'')) => self.quoted(quote)?,
                _ => self.unquoted()?,
            };
            (Some(value), start..self.at)
        } else {
            ((self.lookup)(name), key_range.clone())
        };
        let Some(value) = value else { return Ok(()) };
        let Some(budget) = self.budget.checked_sub(value.len()) else { return Err(self.error(value_range, Problem::TooLong)) };
        self.budget = budget;
        if self.found.variables.len() >= MOST {
            return Err(self.error(key_range, Problem::TooMany));
        }
        self.values.insert(name, self.found.variables.len());
        self.found.variables.push(Variable { key: name.to_owned(), value, key_range, value_range });
        Ok(())
    }

    /// The name at the start of the rest, and the character that ends it; goes behind both. Where the file ends instead, there is no
    /// name, and what stands there is the value of it.
    fn name(&mut self) -> Result<(&'t str, Option<char>), DotenvError> {
        let rest = self.rest();
        for (at, c) in rest.char_indices() {
            if matches!(c, '=' | ':' | '\n') {
                self.at += at + 1;
                return Ok((rest.get(..at).unwrap_or("").trim_end(), Some(c)));
            }
            if !is_blank(c) && !matches!(c, '_' | '.' | '-' | '[' | ']') && !c.is_alphanumeric() {
                return Err(self.error(self.at + at..self.at + at + c.len_utf8(), Problem::Character(c)));
            }
        }
        Ok(("", None))
    }

    /// A value up to the end of the line or to ` #`; goes to the end of its text, so that a comment is skipped as such.
    fn unquoted(&mut self) -> Result<String, DotenvError> {
        let line = self.rest().split('\n').next().unwrap_or("");
        let value = line.split_once(" #").map_or(line, |(value, _)| value).trim_end();
        let start = self.at;
        self.at += value.len();
        self.expand(value, start..self.at)
    }

    /// A value between quotes; goes behind the closing one.
    fn quoted(&mut self, quote: char) -> Result<String, DotenvError> {
        let rest = self.rest();
        let mut value = String::new();
        let mut escaped = false;
        for (at, c) in rest.char_indices().skip(1) {
            if escaped {
                escaped = false;
                if c != quote {
                    value.push('\\');
                }
                value.push(c);
            } else if c == '\\' {
                escaped = true;
            } else if c == quote {
                let range = self.at..self.at + at + 1;
                self.at = range.end;
                return if quote == '"' { self.expand(&unescape(&value), range) } else { Ok(value) };
            } else {
                value.push(c);
            }
        }
        Err(self.error(self.at..self.at + 1, Problem::UnclosedQuote(quote)))
    }

    fn expand(&mut self, value: &str, range: Range<usize>) -> Result<String, DotenvError> {
        let Self { lookup, earlier, values, found, .. } = self;
        let above = |name: &str| values.get(name).and_then(|index| found.variables.get(*index)).map(|variable| variable.value.clone());
        let substitution = template::substitute(value, &mut |name| lookup(name).or_else(|| above(name)).or_else(|| earlier(name)));
        match substitution {
            Ok(found) => {
                self.found.unset.extend(found.unset.into_iter().map(|unset| template::Unset { range: range.clone(), ..unset }));
                Ok(found.text)
            }
            Err(error) => Err(self.error(range, Problem::Template(error))),
        }
    }
}

/// A blank that does not end a line.
const fn is_blank(c: char) -> bool {
    matches!(c, '\t' | '\u{b}' | '\u{c}' | '\r' | ' ' | '\u{85}' | '\u{a0}')
}

/// A value between double quotes with its escapes resolved; what is no escape stays. `\$` becomes `$$`, which a template takes for `$`.
fn unescape(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let (text, length) = match after.as_bytes() {
            [b'$', ..] => ("$$", 1),
            [b'"', ..] => ("\"", 1),
            [b'\\', ..] => ("\\", 1),
            [b'a', ..] => ("\u{7}", 1),
            [b'b', ..] => ("\u{8}", 1),
            [b'f', ..] => ("\u{c}", 1),
            [b'n', ..] => ("\n", 1),
            [b'r', ..] => ("\r", 1),
            [b't', ..] => ("\t", 1),
            [b'v', ..] => ("\u{b}", 1),
            _ => ("", 0),
        };
        let octal = octal(after);
        if let Some(c) = octal {
            out.push(c);
        } else if length == 0 {
            out.push('\\');
        }
        out.push_str(text);
        rest = after.get(if octal.is_some() { 4 } else { length }..).unwrap_or("");
    }
    out.push_str(rest);
    out
}

/// The character of `0ddd`, three octal digits up to 377.
fn octal(text: &str) -> Option<char> {
    let digits = text.strip_prefix('0')?.get(..3).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?;
    u8::from_str_radix(digits, 8).ok().map(char::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn environment(name: &str) -> Option<String> {
        match name {
            "OSVAR" => Some("os".to_owned()),
            "PRE" => Some("fromos".to_owned()),
            _ => None,
        }
    }

    fn read(text: &str) -> Result<Dotenv, DotenvError> {
        parse(text, &mut environment, &|name| (name == "BEFORE").then(|| "b".to_owned()))
    }

    fn values(text: &str) -> Vec<(String, String)> {
        read(text).unwrap().variables.into_iter().map(|v| (v.key, v.value)).collect()
    }

    fn value(text: &str) -> String {
        match values(text).as_slice() {
            [(_, value)] => value.clone(),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn statements() {
        let text = "\u{feff}# comment\nA=1\nB = 2\nexport C=3\n\n  # x\nL: yaml\nOSVAR\nUNSETONLY\nX.Y=dot\nZ-1=dash\nARR[0]=br\n1D=digit\nexported=1\nH=\nÄ=ü";
        let expected = [
            ("A", "1"),
            ("B", "2"),
            ("C", "3"),
            ("L", "yaml"),
            ("OSVAR", "os"),
            ("X.Y", "dot"),
            ("Z-1", "dash"),
            ("ARR[0]", "br"),
            ("1D", "digit"),
            ("exported", "1"),
            ("H", ""),
            ("Ä", "ü"),
        ];
        assert_eq!(values(text), expected.map(|(k, v)| (k.to_owned(), v.to_owned())));
        assert_eq!(values("OSVAR"), [(String::new(), "OSVAR".to_owned())], "without a line break");
        assert_eq!(
            values("Q=\"a\"OSVAR\nT=\"x\"#c\nU='y'  # c\nV=z"),
            [("Q", "a"), ("OSVAR", "os"), ("T", "x"), ("U", "y"), ("V", "z")].map(|(k, v)| (k.to_owned(), v.to_owned()))
        );
        assert_eq!(
            values("A=1\r\nB='2'\r\nOSVAR\r\n"),
            [("A", "1"), ("B", "2"), ("OSVAR", "os")].map(|(k, v)| (k.to_owned(), v.to_owned()))
        );
        assert_eq!(values("=x\n"), [(String::new(), "x".to_owned())]);
        assert_eq!(values(""), []);
        assert_eq!(values("# only"), []);
    }

    #[test]
    fn plain_values() {
        for (text, expected) in [
            ("F=un quoted # comment", "un quoted"),
            ("G=un#notcomment", "un#notcomment"),
            ("H= # kept", "# kept"),
            ("N=$OSVAR", "os"),
            ("P=a'b'c", "a'b'c"),
            ("R=$$A", "$A"),
            (r"S=\$OSVAR", r"\os"),
            ("W=  lead  ", "lead"),
            ("AB=`cmd`", "`cmd`"),
            ("AC=$(cmd)", "$(cmd)"),
            ("AE=é ü", "é ü"),
            (r"AH=a\nb", r"a\nb"),
            ("M=${A:-x}${UNSET:-def}", "xdef"),
            ("E=${BEFORE}", "b"),
            ("J={\"a\": 1}", "{\"a\": 1}"),
        ] {
            assert_eq!(value(text), expected, "{text}");
        }
    }

    #[test]
    fn quoted_values() {
        for (text, expected) in [
            (r#"D="dq $OSVAR \n\t\" \\ \$A""#, "dq os \n\t\" \\ $A"),
            (r"E='sq $A \n'", r"sq $A \n"),
            ("J=\"multi\nline\"", "multi\nline"),
            ("K='multi\n$A'", "multi\n$A"),
            (r#"V="\0123 \x41 \u0041""#, r"S \x41 \u0041"),
            (r#"V="\0351\012\09\c\0400""#, "é\\012\\09\\c\\0400"),
            (r#"AD="a # b""#, "a # b"),
            (r"AG='a\'b'", "a'b"),
            (r"AG='a\\b'", r"a\\b"),
            (r#"X="""#, ""),
            (r#"X="\\\\""#, r"\\"),
        ] {
            assert_eq!(value(text), expected, "{text}");
        }
    }

    #[test]
    fn places() {
        let text = "# c\nexport A = 'x y' # d\nB=v  \nOSVAR\n";
        let found = read(text).unwrap();
        let ranges: Vec<_> =
            found.variables.iter().map(|v| (text.get(v.key_range.clone()).unwrap(), text.get(v.value_range.clone()).unwrap())).collect();
        assert_eq!(ranges, [("A", "'x y'"), ("B", "v"), ("OSVAR", "OSVAR")]);
    }

    #[test]
    fn what_is_set_wins_over_the_file() {
        let found = read("OSVAR=file\nX=$OSVAR\nY=1\nY=2$Y\nBEFORE=mine\nZ=$BEFORE $NOPE").unwrap();
        let values: Vec<_> = found.variables.iter().map(|v| v.value.as_str()).collect();
        assert_eq!(values, ["file", "os", "1", "21", "mine", "mine "]);
        let unset: Vec<_> = found.unset.iter().map(|u| (u.name.as_str(), u.range.clone())).collect();
        assert_eq!(unset, [("NOPE", 44..57)]);
    }

    #[test]
    fn errors() {
        for (text, line, range, problem) in [
            ("A B=1", 1, 0..3, Problem::Blank("A B".to_owned())),
            ("B=1\nA=\"unterminated\n", 2, 6..7, Problem::UnclosedQuote('"')),
            ("A='x", 1, 2..3, Problem::UnclosedQuote('\'')),
            ("\nA$=1", 2, 2..3, Problem::Character('$')),
            ("A=1\nB=\"x\ny\"\nC=${", 4, 14..16, Problem::Template(TemplateError::Invalid(0..2))),
        ] {
            assert_eq!(read(text), Err(DotenvError { range, line, problem }), "{text}");
        }
        let growing = format!("A={}\n{}", "x".repeat(1000), "A=$A$A\n".repeat(40));
        assert!(matches!(read(&growing), Err(DotenvError { problem: Problem::Template(TemplateError::TooLong(_)), .. })));
        let many = format!("A={}\n{}", "x".repeat(100_000), "B=$A\n".repeat(1000));
        assert!(matches!(read(&many), Err(DotenvError { problem: Problem::TooLong, .. })));
    }

    #[test]
    fn raw_format() {
        let text = "\u{feff}A=\"q $X\" # c\n# cmt\nB='x'\r\nOSVAR\nF\nD= 5 \nE=a=b\n G=lead\n\n";
        let found = parse_raw(text, &mut environment).unwrap();
        let all: Vec<_> = found.variables.iter().map(|v| (v.key.as_str(), v.value.as_str())).collect();
        assert_eq!(all, [("A", "\"q $X\" # c"), ("B", "'x'"), ("OSVAR", "os"), ("D", " 5 "), ("E", "a=b"), ("G", "lead")]);
        assert!(found.variables.iter().all(|v| Some(v.key.as_str()) == text.get(v.key_range.clone())));
        assert!(found.variables.iter().all(|v| v.key == "OSVAR" || Some(v.value.as_str()) == text.get(v.value_range.clone())));
        let error = parse_raw("A=1\nD =5", &mut environment).unwrap_err();
        assert_eq!(error, DotenvError { range: 4..6, line: 2, problem: Problem::Blank("D ".to_owned()) });
        assert_eq!(parse_raw("=5", &mut environment).unwrap_err().problem, Problem::NoName);
    }

    proptest! {
        #[test]
        fn any_text(text in "([A-C]|OSVAR|export|[ =:#'\"\\\\$\n\r{}0-9é-]){0,32}") {
            for found in [read(&text), parse_raw(&text, &mut environment)] {
                match found {
                    Ok(found) => prop_assert!(found.variables.iter().all(|v| text.get(v.value_range.clone()).is_some())),
                    Err(error) => prop_assert!(text.get(error.range).is_some()),
                }
            }
        }
    }
}
