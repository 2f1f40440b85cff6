//! What a text that is no YAML does wrong, in words for its author.

use super::parse::{Problem, SyntaxError};
use crate::diag::Diagnostic;
use crate::diag::catalog::yaml as kinds;
use crate::text::{Place, SourceId};
use std::ops::Range;

/// The diagnostic for a syntax error.
pub(super) fn explain(source: SourceId, text: &str, error: &SyntaxError) -> Diagnostic {
    let here = Here { source, text, range: error.range.clone() };
    match &error.problem {
        Problem::Tab => here.tab(),
        Problem::UnclosedQuote | Problem::UnindentedQuote => here.unclosed_quote(),
        Problem::UnclosedBracket => {
            let bracket = here.character().filter(|c| matches!(c, '[' | '{'));
            let message = bracket.map_or_else(|| "a bracket is not closed".to_owned(), |c| format!("this `{c}` is not closed"));
            here.say(message, "close it; put text that begins with a bracket in quotes")
        }
        Problem::StrayBracket => {
            let bracket = here.character().unwrap_or(']');
            here.say(format!("this `{bracket}` closes nothing"), "take it away, or put the text around it in quotes")
        }
        Problem::MissingComma => here.say("a comma is missing between two items", "separate the items in brackets with commas"),
        Problem::StrayColon => here.stray_colon(),
        Problem::MissingColon => here.missing_colon(),
        Problem::NoKey => here.no_key(),
        Problem::NoItem => here.say(
            "this line is no list item, although it is indented like one",
            "begin the line with `- `, or indent it by as many spaces as the keys that it belongs to",
        ),
        Problem::Indentation => here.say("this line is not indented like the lines above it", "indent the lines of a text alike"),
        Problem::StrayDash => here.say(
            "a list item stands where none can be",
            "write each `- ` on a line of its own below the key, or put a value that begins with `- ` in quotes",
        ),
        Problem::Reserved => here.reserved(),
        Problem::BlockHeader => here.say(
            "text follows the `|` or `>` that announces a block of text",
            "begin the text on the next line; put a value that begins with `|` or `>` in quotes",
        ),
        Problem::UnseparatedComment => here.say("a comment has no blank before it", "write ` # comment`"),
        Problem::Comment => {
            here.say("a text goes on behind a comment", "put the comment above the text, or indent the next line like its key")
        }
        Problem::TextAfterQuote => here.say(
            "text follows the closing quote",
            "put the whole value in quotes; a quote inside single quotes is written twice, inside double quotes behind a backslash",
        ),
        Problem::Escape => here.say(
            "this text has an escape that Docker Compose does not know",
            "take the backslash away, write two for one, or use single quotes, which know no escapes",
        ),
        Problem::UnknownAlias => here.unknown_alias(),
        Problem::TooDeep => super::too_deep(here.place()),
        Problem::Other(words) => here.diagnostic(words.clone()),
    }
}

/// Where the parser stopped.
struct Here<'t> {
    source: SourceId,
    text: &'t str,
    range: Range<usize>,
}

impl<'t> Here<'t> {
    fn place(&self) -> Place {
        self.at(self.range.clone())
    }

    fn at(&self, range: Range<usize>) -> Place {
        Place::new(self.source, range.start, range.end)
    }

    fn diagnostic(&self, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(&kinds::SYNTAX, message).at(self.place())
    }

    fn say(&self, message: impl Into<String>, help: &str) -> Diagnostic {
        self.diagnostic(message).help(help)
    }

    fn character(&self) -> Option<char> {
        self.text.get(self.range.start..)?.chars().next()
    }

    fn line(&self) -> Line<'t> {
        Line::at(self.text, self.range.start)
    }

    fn tab(&self) -> Diagnostic {
        let lines = self.text.get(self.line().start..).unwrap_or("").split_inclusive('\n');
        let mut start = self.line().start;
        let mut range = self.range.clone();
        for line in lines {
            let blanks = line.len() - line.trim_start_matches([' ', '\t']).len();
            if let Some(tab) = line.get(..blanks).and_then(|blanks| blanks.find('\t')) {
                range = start + tab..start + blanks;
                break;
            }
            start += line.len();
        }
        let diagnostic = Diagnostic::new(&kinds::SYNTAX, "this line is indented with a tab").at(self.at(range));
        diagnostic.help("indent with spaces: YAML takes no tabs there")
    }

    fn unclosed_quote(&self) -> Diagnostic {
        let help = "close the quote at the end of the text, and indent the further lines of a longer text deeper than its key";
        let message = "a quoted text is not closed";
        // The quote stands on this line, or on one above that has one more quote than pairs.
        let mut line = Some(self.line());
        for _ in 0..100 {
            let Some(current) = line else { break };
            let content = current.content.get(..self.range.start.saturating_sub(current.start) + 1).unwrap_or(current.content);
            if let Some(quote) = open_quote(content) {
                let range = current.start + quote..current.start + quote + 1;
                return Diagnostic::new(&kinds::SYNTAX, message).at(self.at(range)).help(help);
            }
            line = current.before(self.text);
        }
        self.say(message, help)
    }

    fn stray_colon(&self) -> Diagnostic {
        let line = self.line();
        let before = line.content.get(..self.range.start - line.start).unwrap_or("");
        let dashless = without_dashes(before);
        // The value of this line's key holds `: `.
        if let Some(key) = dashless.find(": ") {
            let value = self.value(line.start + before.len() - dashless.len() + key + 2);
            let message = "this value holds `: `, which begins another value";
            return self.quote(Diagnostic::new(&kinds::SYNTAX, message), value);
        }
        let above = line.before(self.text);
        let key = above.as_ref().map(|above| without_dashes(above.content.trim_end()));
        match (above, key) {
            (Some(above), Some(key)) if !key.is_empty() && !key.contains(": ") && !key.ends_with(':') => {
                let start = above.start + above.content.trim_end().len() - key.len();
                let diagnostic = |range| Diagnostic::new(&kinds::SYNTAX, "a blank is missing behind this colon").at(self.at(range));
                match key.find(':').filter(|colon| key.get(..*colon).is_some_and(is_word)) {
                    Some(colon) => {
                        let colon = start + colon;
                        let fixed = diagnostic(colon..colon + 1).help("write `key: value`");
                        fixed.fix("put a blank behind the colon", self.at(colon + 1..colon + 1), " ")
                    }
                    None => Diagnostic::new(&kinds::SYNTAX, "this line is no `key: value`, although keys stand beside it")
                        .at(self.at(start..start + key.len()))
                        .help("write `key: value`, or put `- ` before every line to make a list"),
                }
            }
            (Some(above), Some(key)) if key.contains(": ") && above.indentation() < line.indentation() => {
                let key = above.start + above.content.trim_end().len() - key.len();
                let end = above.start + above.content.trim_end().len();
                let diagnostic = self.say(
                    "this key is indented deeper than the key above it, which has a value already",
                    "indent it like the key above, or take that value away",
                );
                diagnostic.also(self.at(key..end), "the key above")
            }
            _ => match self.open_bracket() {
                Some((bracket, at)) => {
                    let message = format!("this `{bracket}` is not closed");
                    let diagnostic = Diagnostic::new(&kinds::SYNTAX, message).at(self.at(at..at + 1));
                    diagnostic.also(self.place(), "another key stands here").help("close it before the next key")
                }
                None => self.say("a `:` stands where no key can be", "put a value that holds `: ` in quotes"),
            },
        }
    }

    /// The bracket in one of the lines above that nothing closes behind it.
    fn open_bracket(&self) -> Option<(char, usize)> {
        let mut closed = 0_usize;
        let before = self.text.get(..self.range.start)?;
        for (at, c) in before.char_indices().rev().take(10_000) {
            match c {
                ']' | '}' => closed += 1,
                '[' | '{' if closed == 0 => return Some((c, at)),
                '[' | '{' => closed -= 1,
                _ => {}
            }
        }
        None
    }

    fn missing_colon(&self) -> Diagnostic {
        let value = self.value(self.range.start);
        let line = self.text.get(value.clone()).unwrap_or("");
        let diagnostic = Diagnostic::new(&kinds::SYNTAX, "this line is no `key: value`").at(self.at(value.clone()));
        let colon = line.find(':').filter(|colon| line.get(..*colon).is_some_and(is_word));
        match (colon, line.split_once('=')) {
            (Some(colon), _) => {
                let colon = value.start + colon + 1;
                let help = "put a blank behind the colon";
                diagnostic.help(help).fix(help, self.at(colon..colon), " ")
            }
            (None, Some((key, value))) if is_word(key) => {
                diagnostic.help(format!("write `{key}: {value}` in a mapping, or `- {key}={value}` in a list; never both in one"))
            }
            _ => diagnostic.help("write `key: value`; indent the further lines of a longer text deeper than its key"),
        }
    }

    fn no_key(&self) -> Diagnostic {
        let line = self.line();
        let before = line.content.get(..self.range.start - line.start).unwrap_or("");
        if before.trim() == "-" || line.content.trim_start().starts_with("- ") {
            let help = "a value is a list or a mapping, never both: take the keys or the `- ` away, or indent the item below its key";
            return self.say("a list item stands among keys", help);
        }
        if let Some(c) = before.trim_end().chars().next_back() {
            let key = without_dashes(before).find(": ").map(|key| line.start + before.len() - without_dashes(before).len() + key + 2);
            let diagnostic = self.diagnostic(format!("text follows `{c}`, which ends the value"));
            return match key {
                Some(key) if matches!(c, '}' | ']') => self.quote(diagnostic, self.value(key)),
                _ => diagnostic.help("put the whole value in quotes"),
            };
        }
        self.say("the indentation of this line fits no line above it", "indent it by as many spaces as the keys that it belongs to")
    }

    fn reserved(&self) -> Diagnostic {
        match self.character() {
            Some(c) if c.is_control() => {
                let message = format!("a control character ({}) stands in the file", c.escape_unicode());
                self.say(message, "take it away, or write it as an escape between double quotes")
            }
            Some(c) => {
                let name = if c == '`' { "a backtick".to_owned() } else { format!("`{c}`") };
                let diagnostic = self.diagnostic(format!("a value cannot begin with {name}"));
                self.quote(diagnostic, self.value(self.range.start))
            }
            None => self.diagnostic("the file ends too early"),
        }
    }

    fn unknown_alias(&self) -> Diagnostic {
        let value = self.value(self.range.start);
        let name = self.text.get(value.start + 1..value.end).unwrap_or("").split([' ', ',', ']', '}', ':']).next().unwrap_or("");
        let range = value.start..value.start + 1 + name.len();
        let message = format!("the alias `*{name}` has no anchor `&{name}` before it");
        let help = format!(
            "write `&{name} ` before the value to repeat, earlier in the same document; put a value that begins with `*` in quotes"
        );
        Diagnostic::new(&kinds::ALIAS_UNKNOWN, message).at(self.at(range)).help(help)
    }

    /// From `start` to the end of the line or to its comment.
    fn value(&self, start: usize) -> Range<usize> {
        let line = self.text.get(start..).unwrap_or("").split('\n').next().unwrap_or("");
        let value = line.split_once(" #").map_or(line, |(value, _)| value).trim_end();
        start..start + value.len()
    }

    /// Proposes quotes around the value in `range`.
    fn quote(&self, diagnostic: Diagnostic, range: Range<usize>) -> Diagnostic {
        let value = self.text.get(range.clone()).unwrap_or("");
        let quoted = if value.contains(['"', '\\']) { format!("'{}'", value.replace('\'', "''")) } else { format!("\"{value}\"") };
        let diagnostic = match diagnostic.primary {
            Some(_) => diagnostic,
            None => diagnostic.at(self.at(range.clone())),
        };
        diagnostic.help(format!("put it in quotes: {quoted}")).fix("put it in quotes", self.at(range), quoted)
    }
}

/// A line of a text, without its line break.
struct Line<'t> {
    start: usize,
    content: &'t str,
}

impl<'t> Line<'t> {
    /// The line that byte `offset` stands in.
    fn at(text: &'t str, offset: usize) -> Self {
        let start = text.get(..offset).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
        Self { start, content: text.get(start..).unwrap_or("").split('\n').next().unwrap_or("") }
    }

    /// The nearest line above that is not blank and no comment.
    fn before(&self, text: &'t str) -> Option<Self> {
        let mut start = self.start;
        while start > 0 {
            let line = Self::at(text, start - 1);
            let content = line.content.trim_start();
            if !content.is_empty() && !content.starts_with('#') {
                return Some(line);
            }
            start = line.start;
        }
        None
    }

    fn indentation(&self) -> usize {
        self.content.len() - self.content.trim_start().len()
    }
}

/// A line without its indentation and the dashes of list items.
fn without_dashes(line: &str) -> &str {
    let mut rest = line.trim_start();
    while let Some(item) = rest.strip_prefix("- ") {
        rest = item.trim_start();
    }
    rest
}

/// Could it be the name of an attribute?
fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
}

/// The byte of the quote that opens a text in this line and is not closed there.
fn open_quote(line: &str) -> Option<usize> {
    let mut open: Option<(char, usize)> = None;
    let mut begins = true;
    let mut escaped = false;
    for (at, c) in line.char_indices() {
        match open {
            Some(_) if escaped => escaped = false,
            Some(('"', _)) if c == '\\' => escaped = true,
            Some((quote, _)) if c == quote => open = None,
            Some(_) => {}
            None if begins && matches!(c, '"' | '\'') => open = Some((c, at)),
            None => {}
        }
        begins = matches!(c, ' ' | '[' | '{' | ',');
    }
    open.map(|(_, at)| at)
}
