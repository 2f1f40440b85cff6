//! The syntax of nginx's configuration: words, `;`, blocks in braces, quotes and comments.

use crate::text::Placed;
use crate::vocab::directive::{Directive, Fault, Written};

/// The deepest nesting of blocks that is read.
const DEPTH: usize = 64;

/// Reads a file.
///
/// # Errors
/// The first place where it is no such configuration.
pub(in crate::vocab) fn read(written: &Written) -> Result<Vec<Directive>, Fault> {
    let mut words: Vec<Placed<String>> = Vec::new();
    let mut here: Vec<Directive> = Vec::new();
    let mut open: Vec<(Vec<Directive>, Directive)> = Vec::new();
    let mut scanner = Scanner { written, at: 0 };
    while let Some((token, start)) = scanner.token()? {
        let fault = |why: &str| Fault { why: why.to_owned(), place: written.place(start, start + 1) };
        match token {
            Token::Word(word) => words.push(Placed::new(word, written.place(start, scanner.at))),
            Token::End => here.push(directive(&mut words, None).ok_or_else(|| fault("a `;` stands without a directive"))?),
            Token::Open => {
                let outer = directive(&mut words, None).ok_or_else(|| fault("a block stands without a directive"))?;
                if open.len() >= DEPTH {
                    return Err(fault("its blocks are nested too deeply"));
                }
                open.push((std::mem::take(&mut here), outer));
            }
            Token::Close => {
                if !words.is_empty() {
                    return Err(fault("a directive does not end with `;`"));
                }
                let (before, mut outer) = open.pop().ok_or_else(|| fault("a `}` closes nothing"))?;
                outer.block = Some(std::mem::replace(&mut here, before));
                here.push(outer);
            }
        }
    }
    let end = |why: &str| Fault { why: why.to_owned(), place: written.place(written.text.len(), written.text.len()) };
    match (words.is_empty(), open.is_empty()) {
        (true, true) => Ok(here),
        (false, _) => Err(end("its last directive does not end with `;`")),
        (true, false) => Err(end("a block is not closed")),
    }
}

/// The directive that the words make.
fn directive(words: &mut Vec<Placed<String>>, block: Option<Vec<Directive>>) -> Option<Directive> {
    let words = std::mem::take(words);
    let place = words.first()?.place.to(words.last()?.place);
    Some(Directive { words, block, place })
}

enum Token {
    Word(String),
    End,
    Open,
    Close,
}

struct Scanner<'w> {
    written: &'w Written,
    at: usize,
}

impl Scanner<'_> {
    fn peek(&self) -> Option<char> {
        self.written.text.get(self.at..)?.chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    /// The next token and the byte at which it begins.
    fn token(&mut self) -> Result<Option<(Token, usize)>, Fault> {
        loop {
            let start = self.at;
            let token = match self.peek() {
                None => return Ok(None),
                Some('#') => {
                    while self.next().is_some_and(|c| c != '\n') {}
                    continue;
                }
                Some(c) if is_blank(c) => {
                    self.next();
                    continue;
                }
                Some(';') => Token::End,
                Some('{') => Token::Open,
                Some('}') => Token::Close,
                Some(quote @ ('"' | '\'')) => {
                    self.next();
                    return Ok(Some((Token::Word(self.quoted(quote, start)?), start)));
                }
                Some(_) => return Ok(Some((Token::Word(self.bare()), start))),
            };
            self.next();
            return Ok(Some((token, start)));
        }
    }

    /// A word up to its closing quote.
    fn quoted(&mut self, quote: char, start: usize) -> Result<String, Fault> {
        let mut out = String::new();
        loop {
            match self.next() {
                None => return Err(Fault { why: "a quote is not closed".to_owned(), place: self.written.place(start, start + 1) }),
                Some('\\') => self.escaped(&mut out),
                Some(c) if c == quote => return Ok(out),
                Some(c) => out.push(c),
            }
        }
    }

    /// A word up to a blank, `;` or `{`; the brace of `${name}` belongs to it.
    fn bare(&mut self) -> String {
        let mut out = String::new();
        while let Some(c) = self.peek() {
            if is_blank(c) || c == ';' || (c == '{' && !out.ends_with('$')) {
                break;
            }
            self.next();
            if c == '\\' {
                self.escaped(&mut out);
            } else {
                out.push(c);
            }
        }
        out
    }

    /// What stands behind a backslash: a quote, a backslash or a control character; anything else keeps the backslash.
    fn escaped(&mut self, out: &mut String) {
        match self.next() {
            Some(c @ ('"' | '\'' | '\\')) => out.push(c),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('n') => out.push('\n'),
            Some(c) => out.extend(['\\', c]),
            None => out.push('\\'),
        }
    }
}

const fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Sources;
    use crate::vocab::directive::Origin;
    use proptest::prelude::*;

    fn parsed(text: &str) -> Result<String, String> {
        let id = Sources::default().add("f", text);
        read(&Written::plain(text, Origin::File(id))).map(|all| all.iter().map(Directive::shown).collect()).map_err(|fault| fault.why)
    }

    #[test]
    fn directives_have_words_and_blocks() {
        let cases = [
            ("listen 80;", "[listen|80]"),
            ("a{b c;d{}}", "[a{[b|c][d{}]}]"),
            ("# no\na 'x y' \"z;\\\"\" $a${b}c; # end", "[a|x y|z;\"|$a${b}c]"),
            ("location ~ \\.php$ { }", "[location|~|\\.php${}]"),
            ("a x#y;", "[a|x#y]"),
            ("log 'a'\n  'b';", "[log|a|b]"),
            ("rewrite ^/(\\d+)$ /x last;", "[rewrite|^/(\\d+)$|/x|last]"),
            ("", ""),
        ];
        for (text, tree) in cases {
            assert_eq!(parsed(text), Ok(tree.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_is_no_configuration_is_refused() {
        for text in [";", "{", "}", "a {", "a", "a b }", "a 'b;", "a { b }"] {
            assert!(parsed(text).is_err(), "{text}");
        }
        assert!(parsed(&"a{".repeat(10_000)).is_err());
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[a-z {};#'\"\\\\$\n]{0,80}|.{0,60}") {
            let _ = parsed(&text);
        }
    }
}
