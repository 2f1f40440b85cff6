//! The syntax of a Caddyfile: lines of words, blocks in braces, quotes, back-ticks, here-documents and comments.

use crate::text::Placed;
use crate::vocab::directive::{Directive, Fault, Written};

/// The deepest nesting of blocks that is read.
const DEPTH: usize = 64;

/// Replaces `{$NAME}` and `{$NAME:default}`, as Caddy does before it reads the rest: the first one behind a byte.
pub(in crate::vocab) fn variable(rest: &str, value: impl Fn(&str) -> Option<String>) -> Option<(usize, usize, String)> {
    let (start, end) = {
        let start = rest.find("{$")?;
        let end = rest.get(start..)?.find('}')? + start;
        (start, end)
    };
    let inside = rest.get(start + 2..end)?;
    let (name, default) = inside.split_once(':').unwrap_or((inside, ""));
    let value = value(name).filter(|value| !value.is_empty()).unwrap_or_else(|| default.to_owned());
    Some((start, end + 1, value))
}

/// Reads a file: its top-level blocks, whose words are addresses, `(snippet)`, or none for the global options; and `import` lines.
///
/// # Errors
/// The first place where it is no Caddyfile.
pub(in crate::vocab) fn read(written: &Written) -> Result<Vec<Directive>, Fault> {
    let tokens = Scanner { written, at: 0, line: 0 }.all()?;
    let mut parser = Parser { written, tokens: &tokens, at: 0 };
    let mut out = Vec::new();
    while parser.peek().is_some() {
        let block = parser.top(out.is_empty())?;
        out.push(block);
    }
    Ok(out)
}

/// Reads directives that stand in no block.
///
/// # Errors
/// The first place where it is no part of a Caddyfile.
pub(in crate::vocab) fn directives(written: &Written) -> Result<Vec<Directive>, Fault> {
    let tokens = Scanner { written, at: 0, line: 0 }.all()?;
    Ok(Parser { written, tokens: &tokens, at: 0 }.block(1, true)?.0)
}

/// Reads words as one line of a Caddyfile would have them.
pub(in crate::vocab) fn words(written: &Written) -> Result<Vec<Placed<String>>, Fault> {
    Ok(Scanner { written, at: 0, line: 0 }.all()?.into_iter().map(|token| token.word).collect())
}

/// A word, the line it begins on, and the one it ends on.
struct Token {
    word: Placed<String>,
    /// A brace in quotes is none.
    quoted: bool,
    first: usize,
    last: usize,
}

impl Token {
    fn is(&self, brace: &str) -> bool {
        !self.quoted && self.word.value == brace
    }
}

struct Parser<'t> {
    written: &'t Written,
    tokens: &'t [Token],
    at: usize,
}

impl<'t> Parser<'t> {
    fn peek(&self) -> Option<&'t Token> {
        self.tokens.get(self.at)
    }

    fn fault(&self, why: &str) -> Fault {
        let end = self.written.text.len();
        let place = self.peek().or(self.tokens.last()).map_or_else(|| self.written.place(end, end), |token| token.word.place);
        Fault { why: why.to_owned(), place }
    }

    /// A block of the file: addresses, and braces; without braces the rest of the file is one site.
    fn top(&mut self, first: bool) -> Result<Directive, Fault> {
        let start = self.peek().map(|token| token.word.place).ok_or_else(|| self.fault("it ends too early"))?;
        let (mut words, mut more, mut line) = (Vec::new(), false, None);
        while let Some(token) = self.peek() {
            if token.is("{") {
                break;
            }
            if token.is("}") {
                return Err(self.fault("a `}` closes nothing"));
            }
            if line.is_some_and(|line| token.first > line) && !more {
                let import = words.first().is_some_and(|word: &Placed<String>| word.value == "import");
                if import {
                    return Ok(Directive { place: start, words, block: None });
                }
                if !first {
                    return Err(self.fault("a site's directives stand without braces beside other sites"));
                }
                let (inner, _) = self.block(1, true)?;
                return Ok(Directive { place: start, words, block: Some(inner) });
            }
            self.at += 1;
            more = token.word.value.ends_with(',');
            line = Some(token.last);
            // `a,b` are two addresses; the words of an import are its own.
            let whole = token.quoted || words.first().is_some_and(|word: &Placed<String>| word.value == "import");
            if whole {
                words.push(token.word.clone());
            } else {
                let parts = token.word.value.split(',').filter(|part| !part.is_empty());
                words.extend(parts.map(|part| Placed::new(part.to_owned(), token.word.place)));
            }
        }
        let place = words.last().map_or(start, |last| start.to(last.place));
        if self.peek().is_none() {
            return Ok(Directive { words, block: None, place });
        }
        self.at += 1;
        let (inner, closed) = self.block(1, false)?;
        if closed { Ok(Directive { words, block: Some(inner), place }) } else { Err(self.fault("a block is not closed")) }
    }

    /// The directives up to the closing brace, and whether it came; `rest`: up to the end of the file.
    fn block(&mut self, depth: usize, rest: bool) -> Result<(Vec<Directive>, bool), Fault> {
        if depth > DEPTH {
            return Err(self.fault("its blocks are nested too deeply"));
        }
        let mut out = Vec::new();
        while let Some(token) = self.peek() {
            if token.is("}") {
                if rest {
                    return Err(self.fault("a `}` closes nothing"));
                }
                self.at += 1;
                return Ok((out, true));
            }
            let (mut words, mut line) = (Vec::new(), token.first);
            while let Some(token) = self.peek().filter(|token| token.first == line && !token.is("}")) {
                let opens = token.is("{") && self.tokens.get(self.at + 1).is_none_or(|next| next.first > token.last || next.is("}"));
                if opens && !words.is_empty() {
                    break;
                }
                words.push(token.word.clone());
                line = token.last;
                self.at += 1;
            }
            let (Some(first), Some(last)) = (words.first(), words.last()) else { return Err(self.fault("it cannot be read")) };
            let place = first.place.to(last.place);
            let opens = self.peek().is_some_and(|token| token.first == line && token.is("{"));
            let block = if opens {
                self.at += 1;
                let (inner, closed) = self.block(depth + 1, false)?;
                if !closed {
                    return Err(self.fault("a block is not closed"));
                }
                Some(inner)
            } else {
                None
            };
            out.push(Directive { words, block, place });
        }
        Ok((out, rest))
    }
}

struct Scanner<'w> {
    written: &'w Written,
    at: usize,
    line: usize,
}

impl Scanner<'_> {
    fn rest(&self) -> &str {
        self.written.text.get(self.at..).unwrap_or_default()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.rest().chars().next()?;
        self.at += c.len_utf8();
        self.line += usize::from(c == '\n');
        Some(c)
    }

    fn all(mut self) -> Result<Vec<Token>, Fault> {
        let mut out = Vec::new();
        loop {
            let rest = self.rest();
            let Some(c) = rest.chars().next() else { return Ok(out) };
            if rest.starts_with("\\\n") || rest.starts_with("\\\r\n") {
                // The line goes on.
                self.at += if rest.starts_with("\\\n") { 2 } else { 3 };
            } else if c.is_whitespace() {
                self.next();
            } else if c == '#' {
                while self.rest().chars().next().is_some_and(|c| c != '\n') {
                    self.next();
                }
            } else {
                let (start, first) = (self.at, self.line);
                let (value, quoted) = match c {
                    '"' | '`' => (self.quoted(c, start)?, true),
                    _ => match self.here_document(start)? {
                        Some(value) => (value, true),
                        None => (self.bare(), false),
                    },
                };
                out.push(Token { word: Placed::new(value, self.written.place(start, self.at)), quoted, first, last: self.line });
            }
        }
    }

    fn bare(&mut self) -> String {
        let mut out = String::new();
        while let Some(c) = self.rest().chars().next().filter(|c| !c.is_whitespace()) {
            self.next();
            out.push(c);
        }
        out
    }

    /// Up to the closing quote; a backslash keeps its meaning but before a double quote.
    fn quoted(&mut self, quote: char, start: usize) -> Result<String, Fault> {
        self.next();
        let mut out = String::new();
        loop {
            match self.next() {
                None => return Err(Fault { why: "a quote is not closed".to_owned(), place: self.written.place(start, start + 1) }),
                Some(c) if c == quote => return Ok(out),
                Some('\\') if quote == '"' && self.rest().starts_with('"') => out.extend(self.next()),
                Some(c) => out.push(c),
            }
        }
    }

    /// `<<WORD`, lines, and a line with nothing but `WORD`, whose indent all lines lose.
    fn here_document(&mut self, start: usize) -> Result<Option<String>, Fault> {
        let rest = self.rest();
        let Some((marker, body)) = rest.strip_prefix("<<").and_then(|rest| rest.split_once('\n')) else { return Ok(None) };
        let name = marker.trim_end_matches('\r');
        if name.is_empty() || !name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-') {
            return Ok(None);
        }
        let (mut lines, mut used) = (Vec::new(), 2 + marker.len() + 1);
        for line in body.split_inclusive('\n') {
            let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
            let behind = line.get(indent..).and_then(|line| line.strip_prefix(name));
            if behind.is_some_and(|behind| behind.is_empty() || behind.starts_with(char::is_whitespace)) {
                let indent = line.get(..indent).unwrap_or_default();
                let text: Vec<&str> = lines.iter().map(|line: &&str| line.strip_prefix(indent).unwrap_or(line)).collect();
                let text = text.concat();
                let text = text.strip_suffix('\n').unwrap_or(&text).to_owned();
                let (down, ahead) = (1 + lines.len(), used + indent.len() + name.len());
                self.line += down;
                self.at += ahead;
                return Ok(Some(text));
            }
            lines.push(line);
            used += line.len();
        }
        Err(Fault { why: "a here-document is not closed".to_owned(), place: self.written.place(start, start + 2) })
    }
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
    fn sites_have_addresses_and_directives() {
        let cases = [
            ("a.example, b.example {\n\treverse_proxy web:80\n}\n", "[a.example|b.example{[reverse_proxy|web:80]}]"),
            ("a.example,\nb.example {\n}\nc { }", "[a.example|b.example{}][c{}]"),
            ("localhost\nrespond hi\nfile_server", "[localhost{[respond|hi][file_server]}]"),
            ("{\n\tadmin off\n}\n:80 {\n\tlog {\n\t\toutput stdout\n\t}\n}", "[{[admin|off]}][:80{[log{[output|stdout]}]}]"),
            ("(x) {\n header A \"b \\\"c\\\"\"\n}\na { \n import x 1\n}", "[(x){[header|A|b \"c\"]}][a{[import|x|1]}]"),
            ("a {\n respond `{\"x\": 1}` 200\n respond {args[0]}\n}", "[a{[respond|{\"x\": 1}|200][respond|{args[0]}]}]"),
            ("a {\n respond <<E\n  one\n   two\n  E 200\n}", "[a{[respond|one\n two|200]}]"),
            ("a {\n to x \\\n y # c\n}", "[a{[to|x|y]}]"),
            ("import sites/*\n", "[import|sites/*]"),
            ("", ""),
        ];
        for (text, tree) in cases {
            assert_eq!(parsed(text), Ok(tree.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_is_no_caddyfile_is_refused() {
        for text in ["}", "a {", "a {\n b {\n}", "a {\n}\n}", "a \"b", "a {\n}\nb\nc", "a {\n respond <<E\n"] {
            assert!(parsed(text).is_err(), "{text}");
        }
        assert!(parsed(&"a {\n".repeat(10_000)).is_err());
    }

    #[test]
    fn variables_have_defaults() {
        let value = |name: &str| (name == "A").then(|| "x".to_owned());
        assert_eq!(variable("is {$A}!", value), Some((3, 7, "x".to_owned())));
        assert_eq!(variable("{$B:y}", value), Some((0, 6, "y".to_owned())));
        assert_eq!(variable("{$B}", value), Some((0, 4, String::new())));
        assert_eq!(variable("{A}", value), None);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[a-z {}\",`<\\\\#\n]{0,80}|.{0,60}") {
            let _ = parsed(&text);
        }
    }
}
