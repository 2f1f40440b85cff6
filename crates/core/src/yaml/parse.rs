//! The events of a YAML text, with byte ranges: the one file that knows the parser crate.

use granit_parser::{ErrorKind, Event as Raw, Marker, Parser, ScalarStyle, ScanError, StrInput, Tag as RawTag};
use std::borrow::Cow;
use std::num::NonZeroUsize;
use std::ops::Range;

/// The prefix of the tags that YAML itself defines: `!!str` is `tag:yaml.org,2002:str`.
const CORE: &str = "tag:yaml.org,2002:";

/// A tag, as far as anybody here cares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    /// One of YAML's own, by its last part: `str`, `int`, `binary`.
    Core(String),
    /// Any other, as it is written: `!reset`.
    Local(String),
}

/// The number of an anchor; each definition has one of its own.
pub(super) type Anchor = NonZeroUsize;

/// What comes next in the text. A text has many of them, so that they are small: tags, which are rare, stand apart.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Event<'t> {
    /// A document begins.
    DocumentStart,
    /// A document ends.
    DocumentEnd,
    /// A scalar. `plain` when it has no quotes and is no block; an absent value is a plain empty text with an empty range.
    Scalar { text: Cow<'t, str>, plain: bool, anchor: Option<Anchor>, tag: Option<Box<Tag>> },
    /// A list begins: at its `[`, or at its first item with an empty range.
    ListStart { anchor: Option<Anchor>, tag: Option<Box<Tag>> },
    /// A mapping begins: at its `{`, or at its first key with an empty range.
    MapStart { anchor: Option<Anchor>, tag: Option<Box<Tag>> },
    /// The innermost list or mapping ends: with its bracket, or with an empty range somewhere behind its last value.
    End,
    /// `*name`, by the number of the anchor that it stands for.
    Alias(Anchor),
}

/// Why a text is no YAML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SyntaxError {
    /// The bytes that the parser stumbled over; may be empty, and may stand behind the cause.
    pub(super) range: Range<usize>,
    /// What is wrong.
    pub(super) problem: Problem,
}

/// What is wrong with a text that is no YAML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    /// A tab where YAML wants spaces.
    Tab,
    /// A `'` or `"` that is never closed.
    UnclosedQuote,
    /// A line within quotes that is not indented deeper than its key; most often because a quote is not closed.
    UnindentedQuote,
    /// A `[` or `{` that is never closed.
    UnclosedBracket,
    /// A `]` or `}` without its opening.
    StrayBracket,
    /// An item of `[…]` or `{…}` without a comma before it.
    MissingComma,
    /// A `: ` in a place where no key can be.
    StrayColon,
    /// A line that is no `key: value` among keys.
    MissingColon,
    /// Something other than a key among keys: another indentation, a list item, text behind a bracket.
    NoKey,
    /// Something other than a list item among list items.
    NoItem,
    /// A line of a block text that is not indented as the others.
    Indentation,
    /// A `- ` where no list item can be.
    StrayDash,
    /// A value that starts with a character that YAML keeps for itself.
    Reserved,
    /// A comment without a blank before it.
    UnseparatedComment,
    /// Text behind the `|` or `>` that announces a block of text.
    BlockHeader,
    /// A comment between the lines of a text.
    Comment,
    /// Text after the closing quote of a value.
    TextAfterQuote,
    /// An unknown escape after a backslash in double quotes.
    Escape,
    /// A `*name` without an `&name` before it.
    UnknownAlias,
    /// Lists and mappings nested deeper than the parser goes.
    TooDeep,
    /// Anything else, in the parser's words.
    Other(String),
}

/// An event and its bytes.
pub(super) type Spanned<'t> = (Event<'t>, Range<usize>);

/// Where blanks may settle the error.
///
/// Docker Compose does not care how the further lines of a quoted text are indented, nor for a blank between a quote and a comment. This
/// parser does: give it a copy with blanks there.
pub(super) fn wants_blanks(text: &str, error: &SyntaxError) -> Option<usize> {
    let marker = text.get(error.range.start..).is_some_and(|rest| rest.starts_with("---") || rest.starts_with("..."));
    match error.problem {
        Problem::UnindentedQuote if !marker => Some(error.range.start),
        Problem::UnseparatedComment => Some(error.range.start),
        _ => None,
    }
}

/// A text with blanks put in.
pub(super) struct Padded {
    pub(super) text: String,
    /// Where, in the text with the blanks, from first to last.
    pads: Vec<usize>,
}

impl Padded {
    const PAD: &str = "                                ";

    pub(super) fn new(text: &str) -> Self {
        Self { text: text.to_owned(), pads: Vec::new() }
    }

    pub(super) fn insert(&mut self, at: usize) {
        self.text.insert_str(at, Self::PAD);
        self.pads.push(at);
    }

    /// The events, with their bytes in the text without the blanks.
    pub(super) fn events(&self) -> impl Iterator<Item = Result<Spanned<'_>, SyntaxError>> {
        Events::new(&self.text).map(|event| event.map(|(event, range)| (event, self.original(range.start)..self.original(range.end))))
    }

    /// A byte of the text with the blanks, in the text without them.
    fn original(&self, at: usize) -> usize {
        let before = self.pads.partition_point(|pad| *pad < at);
        let inside = before.checked_sub(1).and_then(|last| self.pads.get(last)).map_or(0, |pad| (pad + Self::PAD.len()).saturating_sub(at));
        (at + inside).saturating_sub(before * Self::PAD.len())
    }
}

/// The events of a text, one after the other; ends after the first error.
pub(super) struct Events<'t> {
    text: &'t str,
    parser: Parser<'t, StrInput<'t>>,
    done: bool,
}

impl<'t> Events<'t> {
    /// Starts at the beginning of `text`.
    pub(super) fn new(text: &'t str) -> Self {
        let mut options = granit_parser::options! {};
        options.set_emit_comments(false);
        Self { text, parser: Parser::new_from_str_with_options(text, options), done: false }
    }

    /// Our event for one of the parser's; `None` for those without a meaning here.
    fn event(&self, raw: Raw<'t>, range: Range<usize>) -> Option<Spanned<'t>> {
        let mut range = range;
        let event = match raw {
            Raw::DocumentStart(..) => Event::DocumentStart,
            Raw::DocumentEnd => Event::DocumentEnd,
            Raw::Alias(anchor) => Event::Alias(Anchor::new(anchor)?),
            Raw::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain;
                let text = match style {
                    // The parser writes `~` for a value that is not there.
                    ScalarStyle::Plain if range.is_empty() => Cow::Borrowed(""),
                    ScalarStyle::Literal | ScalarStyle::Folded => {
                        let text = self.unterminated(text, range.end);
                        range.end = range.start + self.text.get(range.clone()).unwrap_or("").trim_end().len();
                        text
                    }
                    _ => text,
                };
                Event::Scalar { text, plain, anchor: Anchor::new(anchor), tag: tag.map(|t| Tag::new(&t)) }
            }
            Raw::SequenceStart(_, anchor, tag) => Event::ListStart { anchor: Anchor::new(anchor), tag: tag.map(|t| Tag::new(&t)) },
            Raw::MappingStart(_, anchor, tag) => Event::MapStart { anchor: Anchor::new(anchor), tag: tag.map(|t| Tag::new(&t)) },
            Raw::SequenceEnd | Raw::MappingEnd => Event::End,
            _ => return None,
        };
        Some((event, range))
    }

    /// An escape of a quoted text that this parser reads and Docker Compose does not: `\/`, and half of a character of UTF-16.
    fn unknown_escape(&self, raw: &Raw<'_>, range: &Range<usize>) -> Option<SyntaxError> {
        let Raw::Scalar(_, ScalarStyle::DoubleQuoted, ..) = raw else { return None };
        let written = self.text.get(range.clone())?;
        let mut from = 0;
        while let Some(found) = written.get(from..)?.find('\\') {
            let at = from + found;
            let mut escape = written.get(at + 1..)?.chars();
            let escaped = escape.next()?;
            let is_half = || escape.as_str().get(..4).and_then(|hex| u16::from_str_radix(hex, 16).ok()).is_some_and(is_surrogate);
            if escaped == '/' || escaped == 'u' && is_half() {
                let start = range.start + at;
                let length = if escaped == 'u' { 6 } else { 2 };
                return Some(SyntaxError { range: start..start + length, problem: Problem::Escape });
            }
            from = at + 1 + escaped.len_utf8();
        }
        None
    }

    /// A block scalar without the line break that the parser adds when the text ends without one: go-yaml adds none.
    fn unterminated(&self, text: Cow<'t, str>, end: usize) -> Cow<'t, str> {
        let last = self.text.rsplit(['\n', '\r']).next().unwrap_or("");
        if end < self.text.len() || last.trim().is_empty() || !text.ends_with('\n') {
            return text;
        }
        let mut text = text.into_owned();
        text.pop();
        Cow::Owned(text)
    }
}

impl<'t> Iterator for Events<'t> {
    type Item = Result<Spanned<'t>, SyntaxError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.done {
            match self.parser.next_event() {
                None => self.done = true,
                Some(Err(error)) => {
                    self.done = true;
                    return Some(Err(syntax_error(&error, self.text)));
                }
                Some(Ok((raw, span))) => {
                    let range = span.byte_range().unwrap_or(0..0);
                    let range = range.start..range.end.max(range.start);
                    if let Some(error) = self.unknown_escape(&raw, &range) {
                        self.done = true;
                        return Some(Err(error));
                    }
                    if let Some(event) = self.event(raw, range) {
                        return Some(Ok(event));
                    }
                }
            }
        }
        None
    }
}

/// Is it half of a character that UTF-16 writes as two?
const fn is_surrogate(unit: u16) -> bool {
    matches!(unit, 0xD800..=0xDFFF)
}

impl Tag {
    fn new(tag: &RawTag) -> Box<Self> {
        Box::new(match tag.suffix_in_namespace(CORE) {
            Some(name) => Self::Core(name.into_owned()),
            None => Self::Local(tag.original()),
        })
    }
}

fn syntax_error(error: &ScanError, text: &str) -> SyntaxError {
    let start = byte_offset(error.marker(), text);
    let end = text.get(start..).and_then(|rest| rest.chars().next()).filter(|c| *c != '\n').map_or(start, |c| start + c.len_utf8());
    SyntaxError { range: start..end, problem: problem(error.kind()) }
}

/// The byte of a marker, on a character boundary. Errors may lack byte offsets; they always count characters.
fn byte_offset(marker: &Marker, text: &str) -> usize {
    let offset = marker.byte_offset().unwrap_or_else(|| text.char_indices().nth(marker.index()).map_or(text.len(), |(i, _)| i));
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

fn problem(kind: &ErrorKind) -> Problem {
    match kind {
        ErrorKind::TabNotAllowed | ErrorKind::TabInBlockIndentation | ErrorKind::TabAtBlockScalarStart | ErrorKind::TabInPlainScalar => {
            Problem::Tab
        }
        ErrorKind::UnclosedQuotedScalar | ErrorKind::DocumentIndicatorInQuotedScalar => Problem::UnclosedQuote,
        ErrorKind::InvalidQuotedScalarIndent | ErrorKind::TabInIndentation => Problem::UnindentedQuote,
        ErrorKind::UnclosedFlowCollection { .. }
        | ErrorKind::UnexpectedEofFlowSequence
        | ErrorKind::UnexpectedEofFlowMapping
        | ErrorKind::UnexpectedEofImplicitFlowMapping
        | ErrorKind::MismatchedFlowCollectionEnd { .. } => Problem::UnclosedBracket,
        ErrorKind::MisplacedFlowCollectionEnd => Problem::StrayBracket,
        ErrorKind::InvalidBlockScalarHeader | ErrorKind::ZeroBlockScalarIndent => Problem::BlockHeader,
        ErrorKind::ExpectedFlowMappingSeparator | ErrorKind::ExpectedFlowSequenceSeparator => Problem::MissingComma,
        ErrorKind::MappingValueNotAllowed | ErrorKind::InvalidColonPlacement => Problem::StrayColon,
        ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => Problem::MissingColon,
        ErrorKind::ExpectedBlockMappingKey => Problem::NoKey,
        ErrorKind::ExpectedBlockSequenceEntry => Problem::NoItem,
        ErrorKind::InvalidIndentation | ErrorKind::InvalidBlockScalarIndent | ErrorKind::InvalidFlowScalarIndent => Problem::Indentation,
        ErrorKind::BlockSequenceEntryNotAllowed | ErrorKind::BlockEntryInFlowCollection => Problem::StrayDash,
        ErrorKind::UnexpectedCharacter { .. } | ErrorKind::MissingAnchorOrAliasName => Problem::Reserved,
        ErrorKind::CommentNotSeparated => Problem::UnseparatedComment,
        ErrorKind::CommentInterceptedScalar => Problem::Comment,
        ErrorKind::InvalidTrailingSingleQuotedScalar | ErrorKind::InvalidTrailingDoubleQuotedScalar => Problem::TextAfterQuote,
        ErrorKind::UnknownQuotedScalarEscape
        | ErrorKind::InvalidQuotedScalarHexEscape
        | ErrorKind::InvalidLowSurrogateHexEscape
        | ErrorKind::InvalidLowSurrogate
        | ErrorKind::MissingLowSurrogate
        | ErrorKind::UnpairedLowSurrogate
        | ErrorKind::InvalidUnicodeEscape => Problem::Escape,
        ErrorKind::UnknownAnchor => Problem::UnknownAlias,
        ErrorKind::RecursionLimitExceeded => Problem::TooDeep,
        other => Problem::Other(other.to_string()),
    }
}
