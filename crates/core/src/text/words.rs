//! Command strings as words, the way Docker Compose splits them: shell quoting without a shell.

use std::fmt;

/// What a command string says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// The words.
    pub words: Vec<String>,
    /// The byte of the operator (`;`, `&`, `|`, `<` or `>`) at which Compose stops reading. What follows is lost.
    pub cut: Option<usize>,
}

/// Why a command string cannot be split.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WordsError {
    /// A quote (`'`, `"` or a backtick), at this byte, is never closed.
    UnclosedQuote(char, usize),
    /// A `$(`, its `(` at this byte, is never closed.
    UnclosedSubstitution(usize),
    /// A `(` or `)` at this byte stands outside quotes and of `$(…)`.
    Parenthesis(char, usize),
    /// The last character is a backslash, at this byte, that has nothing to escape.
    TrailingBackslash(usize),
}

impl fmt::Display for WordsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnclosedQuote(quote, _) => write!(f, "a {quote} is not closed"),
            Self::UnclosedSubstitution(_) => f.write_str("a $( is not closed"),
            Self::Parenthesis(parenthesis, _) => write!(f, "a {parenthesis} stands outside quotes"),
            Self::TrailingBackslash(_) => f.write_str("it ends with a backslash"),
        }
    }
}

/// The quotes that a character may stand in, with the byte where they open.
#[derive(Clone, Copy, PartialEq)]
enum Quotes {
    None,
    Single(usize),
    Double(usize),
    Backtick(usize),
    Substitution(usize),
}

/// Splits a command string at blanks and line breaks.
///
/// `'…'` and `"…"` keep blanks; a backslash takes the next character as it is (`\t` and `\n`: tab and line break), but not between single
/// quotes. `$(…)` and backticks stay in the word as they are written. There are no comments and no variables.
///
/// # Errors
/// Quotes that are not closed, a parenthesis, a backslash at the end.
pub fn split(text: &str) -> Result<Words, WordsError> {
    let mut found = Words::default();
    let mut word = String::new();
    let mut begun = false;
    let mut quotes = Quotes::None;
    let mut escaped = None;
    for (at, c) in text.char_indices() {
        let verbatim = matches!(quotes, Quotes::Backtick(_) | Quotes::Substitution(_));
        if escaped.take().is_some() {
            match c {
                _ if verbatim => word.extend(['\\', c]),
                't' => word.push('\t'),
                'n' => word.push('\n'),
                _ => word.push(c),
            }
            begun = true;
            continue;
        }
        match (c, quotes) {
            ('\\', Quotes::Single(_)) => word.push(c),
            ('\\', _) => escaped = Some(at),
            (' ' | '\t' | '\r' | '\n', Quotes::None) => {
                if begun {
                    found.words.push(std::mem::take(&mut word));
                    begun = false;
                }
            }
            (' ' | '\t' | '\r' | '\n', _) => word.push(c),
            ('\'', Quotes::None) => quotes = Quotes::Single(at),
            ('"', Quotes::None) => quotes = Quotes::Double(at),
            ('\'', Quotes::Single(_)) | ('"', Quotes::Double(_)) => {
                quotes = Quotes::None;
                begun = true;
            }
            ('(', Quotes::None) if word.ends_with('$') && !word.ends_with("\\$") => {
                quotes = Quotes::Substitution(at);
                word.push(c);
            }
            ('(', Quotes::None | Quotes::Substitution(_)) | (')', Quotes::None) => return Err(WordsError::Parenthesis(c, at)),
            (';' | '&' | '|' | '<' | '>', Quotes::None) => {
                // `2>` redirects a file descriptor: its number is no word.
                let descriptor = c == '>' && !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit());
                begun &= !descriptor;
                found.cut = Some(if descriptor { at - word.len() } else { at });
                break;
            }
            _ => {
                quotes = match (c, quotes) {
                    ('`', Quotes::None) => Quotes::Backtick(at),
                    ('`', Quotes::Backtick(_)) | (')', Quotes::Substitution(_)) => Quotes::None,
                    _ => quotes,
                };
                word.push(c);
                begun = true;
            }
        }
    }
    if let Some(at) = escaped {
        return Err(WordsError::TrailingBackslash(at));
    }
    match quotes {
        Quotes::Single(at) => return Err(WordsError::UnclosedQuote('\'', at)),
        Quotes::Double(at) => return Err(WordsError::UnclosedQuote('"', at)),
        Quotes::Backtick(at) => return Err(WordsError::UnclosedQuote('`', at)),
        Quotes::Substitution(at) => return Err(WordsError::UnclosedSubstitution(at)),
        Quotes::None => {}
    }
    if begun {
        found.words.push(word);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(text: &str) -> Vec<String> {
        let found = split(text).unwrap();
        assert_eq!(found.cut, None, "{text}");
        found.words
    }

    #[test]
    fn quotes_and_escapes() {
        for (text, expected) in [
            ("", vec![]),
            ("  ", vec![]),
            ("echo hello", vec!["echo", "hello"]),
            ("a\tb\nc\r\nd", vec!["a", "b", "c", "d"]),
            (r#"sh -c "echo 'x y'""#, vec!["sh", "-c", "echo 'x y'"]),
            (r#"a'b c'"d e"f"#, vec!["ab cd ef"]),
            (r#"'' "" x"#, vec!["", "", "x"]),
            (r"a\ b \t \n \x \\", vec!["a b", "\t", "\n", "x", "\\"]),
            (r"'a\b' 'a\\'", vec![r"a\b", r"a\\"]),
            (r#""a\"b\tc" "\d""#, vec!["a\"b\tc", "d"]),
            ("a # b", vec!["a", "#", "b"]),
            ("$HOME ${X}", vec!["$HOME", "${X}"]),
            ("échö 'ü é'", vec!["échö", "ü é"]),
        ] {
            assert_eq!(words(text), expected, "{text}");
        }
    }

    #[test]
    fn substitutions_stay() {
        for (text, expected) in [
            ("echo $(a b; c | d)", vec!["echo", "$(a b; c | d)"]),
            ("echo `a b & c` d", vec!["echo", "`a b & c`", "d"]),
            (r"`a\`b`", vec![r"`a\`b`"]),
            (r#"$(echo "x y")z"#, vec![r#"$(echo "x y")z"#]),
            (r#""(a) `b""#, vec!["(a) `b"]),
            ("'(;|&<>)'", vec!["(;|&<>)"]),
        ] {
            assert_eq!(words(text), expected, "{text}");
        }
    }

    #[test]
    fn operators_cut() {
        for (text, expected, cut) in [
            ("echo a | grep b", vec!["echo", "a"], 7),
            ("a && b", vec!["a"], 2),
            ("a;b", vec!["a"], 1),
            ("a <in", vec!["a"], 2),
            ("a >out", vec!["a"], 2),
            ("a 2>out", vec!["a"], 2),
            ("a x2>out", vec!["a", "x2"], 4),
            ("| a 'b", vec![], 0),
        ] {
            let found = split(text).unwrap();
            assert_eq!((found.words, found.cut), (expected.into_iter().map(str::to_owned).collect(), Some(cut)), "{text}");
        }
    }

    #[test]
    fn errors() {
        for (text, error) in [
            ("echo 'a", WordsError::UnclosedQuote('\'', 5)),
            ("echo \"a", WordsError::UnclosedQuote('"', 5)),
            ("`a", WordsError::UnclosedQuote('`', 0)),
            ("$(a", WordsError::UnclosedSubstitution(1)),
            ("(a)", WordsError::Parenthesis('(', 0)),
            ("a)", WordsError::Parenthesis(')', 1)),
            ("$(a(b))", WordsError::Parenthesis('(', 3)),
            ("a\\", WordsError::TrailingBackslash(1)),
            (r"'\$'(a)", WordsError::Parenthesis('(', 4)),
        ] {
            assert_eq!(split(text), Err(error), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text(text in "[ a-c'\"`$()\\\\;|>2\n\u{e9}]{0,24}") {
            if let Ok(found) = split(&text) {
                prop_assert!(found.cut.is_none_or(|at| text.is_char_boundary(at) && at < text.len()));
            }
        }
    }
}
