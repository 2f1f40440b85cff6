//! `$VARIABLE`s in a text, replaced as Docker Compose replaces them.

use std::fmt;
use std::ops::Range;

/// How deep defaults may be nested in defaults: `${A:-${B:-…}}`.
const DEPTH: usize = 100;

/// How many bytes the variables of one text may add to it.
const GROWTH: usize = 1 << 20;

/// A text whose variables are replaced.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Substitution {
    /// The text.
    pub(crate) text: String,
    /// Each use of a variable that is not set and has no default, in their order. An empty text took its place.
    pub(crate) unset: Vec<Unset>,
}

/// A use of a variable that is not set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unset {
    /// The variable.
    pub(crate) name: String,
    /// The bytes of the whole `${…}` in the text.
    pub(crate) range: Range<usize>,
}

/// Why a text cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TemplateError {
    /// A `${` is followed by something that Compose does not understand, or is not closed on its line. The bytes of the `${`.
    Invalid(Range<usize>),
    /// A variable that is required (`${NAME:?message}`) is not set.
    Required {
        /// The variable.
        name: String,
        /// What the file says about it, its own variables replaced; may be empty.
        message: String,
        /// The bytes of the whole `${…}` in the text.
        range: Range<usize>,
    },
    /// Defaults are nested in defaults more than 100 deep. The bytes of the innermost `${` that was read.
    TooDeep(Range<usize>),
    /// The values of the variables make the text more than a million bytes longer. The bytes of the variable that did it.
    TooLong(Range<usize>),
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(_) => f.write_str("`${` begins no variable that Compose understands"),
            Self::Required { name, message, .. } if message.is_empty() => write!(f, "the variable `{name}` is required and not set"),
            Self::Required { name, message, .. } => write!(f, "the variable `{name}` is required and not set: {message}"),
            Self::TooDeep(_) => write!(f, "defaults are nested more than {DEPTH} deep"),
            Self::TooLong(_) => f.write_str("the values of the variables make the text too long"),
        }
    }
}

impl TemplateError {
    /// The bytes of the text that the error is about.
    #[must_use]
    pub(crate) fn range(&self) -> Range<usize> {
        let (Self::Invalid(range) | Self::TooDeep(range) | Self::TooLong(range) | Self::Required { range, .. }) = self;
        range.clone()
    }
}

/// What stands behind the name in `${NAME…}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    /// `:-` or `-`: the default where the variable is not set.
    Default,
    /// `:+` or `+`: the text where the variable is set.
    Alternative,
    /// `:?` or `?`: the message where the variable is not set.
    Required,
}

/// A variable in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Variable<'t> {
    /// Its name.
    pub(crate) name: &'t str,
    /// Its operator with the text behind it, as it is written.
    pub(crate) operand: Option<(Operator, &'t str)>,
    /// Does the operator take an empty value as not set (`:-`, `:+`, `:?`)?
    pub(crate) or_empty: bool,
    /// The bytes of the whole `$NAME` or `${…}`.
    pub(crate) range: Range<usize>,
    /// The byte where the text of the operand begins.
    operand_start: usize,
}

/// Replaces the variables of a text.
///
/// `$NAME` and `${NAME}` give the value, `$$` a dollar sign; a `$` before anything else stays. `${NAME:-text}` and `${NAME-text}` give the
/// text where the variable is not set, `${NAME:+text}` and `${NAME+text}` where it is set, `${NAME:?text}` and `${NAME?text}` are an error
/// where it is not; with the colon an empty value counts as not set. The text may hold variables itself, and no line break.
///
/// # Errors
/// The first thing that is wrong.
pub(crate) fn substitute(text: &str, lookup: &mut dyn FnMut(&str) -> Option<String>) -> Result<Substitution, TemplateError> {
    let mut writer = Writer { lookup, found: Substitution::default(), limit: text.len() + GROWTH };
    writer.found.text.reserve(text.len());
    writer.write(text, 0, 0)?;
    Ok(writer.found)
}

/// Every variable of a text, those in defaults and alternatives of others included, in their order. What is invalid is left out, and
/// messages are not looked into, as Docker Compose lists variables.
#[must_use]
pub(crate) fn variables(text: &str) -> Vec<Variable<'_>> {
    let mut found = Vec::new();
    // Texts to look through: an operand comes before what follows its variable.
    let mut rest = vec![Pieces::new(text, 0)];
    while let Some(pieces) = rest.last_mut() {
        match pieces.next() {
            None => drop(rest.pop()),
            Some(Piece::Variable(variable)) => {
                let operand = variable.operand.filter(|(operator, _)| *operator != Operator::Required);
                let operand = operand.map(|(_, text)| Pieces::new(text, variable.operand_start));
                found.push(variable);
                rest.extend(operand.filter(|_| rest.len() < DEPTH));
            }
            Some(_) => {}
        }
    }
    found
}

struct Writer<'l> {
    lookup: &'l mut dyn FnMut(&str) -> Option<String>,
    found: Substitution,
    limit: usize,
}

impl Writer<'_> {
    /// Writes `text`, which begins at byte `offset` of the whole.
    fn write(&mut self, text: &str, offset: usize, depth: usize) -> Result<(), TemplateError> {
        for piece in Pieces::new(text, offset) {
            match piece {
                Piece::Text(text) => self.found.text.push_str(text),
                Piece::Invalid(range) => return Err(TemplateError::Invalid(range)),
                Piece::Variable(variable) if depth > DEPTH => return Err(TemplateError::TooDeep(variable.range)),
                Piece::Variable(variable) => self.variable(&variable, depth)?,
            }
        }
        Ok(())
    }

    fn variable(&mut self, variable: &Variable<'_>, depth: usize) -> Result<(), TemplateError> {
        let value = (self.lookup)(variable.name);
        let set = value.as_deref().is_some_and(|value| !(variable.or_empty && value.is_empty()));
        match variable.operand {
            Some((Operator::Default, operand)) if !set => self.write(operand, variable.operand_start, depth + 1),
            Some((Operator::Alternative, operand)) if set => self.write(operand, variable.operand_start, depth + 1),
            Some((Operator::Required, operand)) if !set => {
                let before = self.found.text.len();
                self.write(operand, variable.operand_start, depth + 1)?;
                let message = self.found.text.split_off(before);
                Err(TemplateError::Required { name: variable.name.to_owned(), message, range: variable.range.clone() })
            }
            _ => {
                if value.is_none() && variable.operand.is_none() {
                    self.found.unset.push(Unset { name: variable.name.to_owned(), range: variable.range.clone() });
                }
                let value = value.unwrap_or_default();
                if self.found.text.len() + value.len() > self.limit {
                    return Err(TemplateError::TooLong(variable.range.clone()));
                }
                self.found.text.push_str(&value);
                Ok(())
            }
        }
    }
}

/// A part of a text.
enum Piece<'t> {
    /// Something to keep as it is.
    Text(&'t str),
    Variable(Variable<'t>),
    /// A `${` that begins nothing.
    Invalid(Range<usize>),
}

/// The parts of a text, from left to right.
struct Pieces<'t> {
    text: &'t str,
    /// The next byte to read.
    at: usize,
    /// What the bytes of `text` are counted from.
    offset: usize,
    /// The last `}` before a line break, and the line break: what `last_brace` found last.
    line: Option<(Option<usize>, usize)>,
}

impl<'t> Pieces<'t> {
    const fn new(text: &'t str, offset: usize) -> Self {
        Self { text, at: 0, offset, line: None }
    }

    fn range(&self, start: usize, end: usize) -> Range<usize> {
        self.offset + start..self.offset + end
    }

    /// The last `}` of the line that byte `at` stands in, if it stands there or behind. Each line is searched once.
    fn last_brace(&mut self, at: usize) -> Option<usize> {
        let (brace, _) = match self.line {
            Some(line) if at < line.1 => line,
            _ => {
                let rest = self.text.get(at..)?;
                let rest = rest.split('\n').next()?;
                *self.line.insert((rest.rfind('}').map(|brace| at + brace), at + rest.len()))
            }
        };
        brace.filter(|brace| *brace >= at)
    }

    /// The `${NAME…}` that begins at byte `start`.
    fn braced(&mut self, start: usize) -> Option<Variable<'t>> {
        let text = self.text;
        let name = name(text.get(start + 2..)?)?;
        let mut at = start + 2 + name.len();
        let mut signs = text.get(at..)?.bytes();
        let mut sign = signs.next()?;
        if sign == b'}' {
            return Some(Variable { name, operand: None, or_empty: false, range: self.range(start, at + 1), operand_start: at });
        }
        let or_empty = sign == b':';
        if or_empty {
            sign = signs.next()?;
        }
        let operator = match sign {
            b'-' => Operator::Default,
            b'+' => Operator::Alternative,
            b'?' => Operator::Required,
            _ => return None,
        };
        at += 1 + usize::from(or_empty);
        let last = self.last_brace(at)?;
        let close = closing_brace(text.get(start + 1..=last)?).map_or(last, |close| start + 1 + close);
        let operand = text.get(at..close)?;
        let range = self.range(start, close + 1);
        Some(Variable { name, operand: Some((operator, operand)), or_empty, range, operand_start: self.offset + at })
    }
}

impl<'t> Iterator for Pieces<'t> {
    type Item = Piece<'t>;

    fn next(&mut self) -> Option<Piece<'t>> {
        let text = self.text;
        let start = self.at;
        let rest = text.get(start..).filter(|rest| !rest.is_empty())?;
        let Some(after) = rest.strip_prefix('$') else {
            let length = rest.find('$').unwrap_or(rest.len());
            self.at += length;
            return rest.get(..length).map(Piece::Text);
        };
        if after.starts_with('{') {
            let Some(variable) = self.braced(start) else {
                self.at += 2;
                return Some(Piece::Invalid(self.range(start, start + 2)));
            };
            self.at = variable.range.end - self.offset;
            return Some(Piece::Variable(variable));
        }
        if let Some(name) = name(after) {
            self.at += 1 + name.len();
            let range = self.range(start, self.at);
            return Some(Piece::Variable(Variable { name, operand: None, or_empty: false, range, operand_start: self.at }));
        }
        self.at += 1 + usize::from(after.starts_with('$'));
        Some(Piece::Text("$"))
    }
}

/// The name that a text begins with: ASCII letters, digits and `_`, no digit first.
fn name(text: &str) -> Option<&str> {
    let length = text.bytes().take_while(|b| *b == b'_' || b.is_ascii_alphanumeric()).count();
    text.get(..length).filter(|name| name.bytes().next().is_some_and(|b| !b.is_ascii_digit()))
}

/// The `}` that closes the `{` at the start of `text`, as Compose counts: it does not look at the character behind a `{`.
fn closing_brace(text: &str) -> Option<usize> {
    let mut open = 0_usize;
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'{' => {
                open += 1;
                bytes.next();
            }
            b'}' => {
                open -= 1;
                if open == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lookup(name: &str) -> Option<String> {
        match name {
            "SET" => Some("v".to_owned()),
            "EMPTY" => Some(String::new()),
            "DOLLAR" => Some("$SET".to_owned()),
            _ => None,
        }
    }

    fn replaced(text: &str) -> Result<Substitution, TemplateError> {
        substitute(text, &mut lookup)
    }

    #[test]
    fn operators() {
        for (text, expected) in [
            ("${SET}", "v"),
            ("$SET", "v"),
            ("${EMPTY:-d}", "d"),
            ("${EMPTY-d}", ""),
            ("${UNSET:-d}", "d"),
            ("${UNSET-d}", "d"),
            ("${SET:+p}", "p"),
            ("${EMPTY:+p}", ""),
            ("${EMPTY+p}", "p"),
            ("${UNSET+p}", ""),
            ("$$SET", "$SET"),
            ("$${SET}", "${SET}"),
            ("${UNSET:-${SET}}", "v"),
            ("${UNSET:-${UNSET2:-deep}}", "deep"),
            ("${UNSET:-a$${b}", "a${b"),
            ("${SET:?err}", "v"),
            ("${EMPTY?err}", ""),
            ("${UNSET:-}", ""),
            ("pre${SET}post$SET.x", "prevpostv.x"),
            ("${UNSET:-a:b-c?d}", "a:b-c?d"),
            ("$SET$SET", "vv"),
            ("${SET:+${SET}-${UNSET:-z}}", "v-z"),
            ("${UNSET:-{}}", "{}"),
            ("${UNSET:-a}${SET}", "av"),
            ("$$$$SET", "$$SET"),
            ("$$$SET", "$v"),
            ("${UNSET-}${EMPTY-x}", ""),
            ("${SET-${UNSET?nope}}", "v"),
            ("${UNSET:-{\"a\":{\"b\":1}}}", "{\"a\":{\"b\":1}}"),
            ("${SET:+a}b}", "ab}"),
            ("${UNSET-?}", "?"),
            ("${UNSET:-:?x}", ":?x"),
            ("${SET?-x}", "v"),
            ("${_Y:-u}", "u"),
            ("${set-ci}", "ci"),
            ("$SET-x", "v-x"),
            ("${SET:-${}", "v"),
            ("$DOLLAR", "$SET"),
            ("${UNSET:-a}\n${UNSET:-b}", "a\nb"),
            ("${UNSET:-é}ü", "éü"),
        ] {
            assert_eq!(replaced(text).map(|s| (s.text, s.unset)), Ok((expected.to_owned(), vec![])), "{text}");
        }
    }

    #[test]
    fn a_lone_dollar_stays() {
        for text in ["", "a$ b", "$", "$1", "x$", "$-", "$.", "$(a)", "$é", "$\n{A}"] {
            assert_eq!(replaced(text).map(|s| s.text), Ok(text.to_owned()));
        }
    }

    #[test]
    fn unset_variables_are_told() {
        let found = replaced("a${UNSET}b$X ${UNSET:-${Y} $SET}").unwrap();
        assert_eq!(found.text, "ab  v");
        let unset: Vec<_> = found.unset.iter().map(|u| (u.name.as_str(), u.range.clone())).collect();
        assert_eq!(unset, [("UNSET", 1..9), ("X", 10..12), ("Y", 22..26)]);
    }

    #[test]
    fn invalid() {
        for (text, range) in [
            ("${A:=x}", 0..2),
            ("${", 0..2),
            ("a${}", 1..3),
            ("${1}", 0..2),
            ("${A", 0..2),
            ("${A:-x", 0..2),
            ("${A:-multi\nline}", 0..2),
            ("${A b}", 0..2),
            ("${A/x/y}", 0..2),
            ("${A:}", 0..2),
            ("${SET}${UNSET:-x${}}", 16..18),
        ] {
            assert_eq!(replaced(text), Err(TemplateError::Invalid(range)), "{text}");
        }
    }

    #[test]
    fn required() {
        let required =
            |name: &str, message: &str, range| Err(TemplateError::Required { name: name.to_owned(), message: message.to_owned(), range });
        assert_eq!(replaced("x${X:?need $SET}"), required("X", "need v", 1..16));
        assert_eq!(replaced("${EMPTY:?}"), required("EMPTY", "", 0..10));
        assert_eq!(replaced("${Z?m2}"), required("Z", "m2", 0..7));
    }

    #[test]
    fn bounds() {
        let nested = |depth: usize| format!("{}x{}", "${A:-".repeat(depth), "}".repeat(depth));
        assert_eq!(replaced(&nested(100)).map(|s| s.text), Ok("x".to_owned()));
        assert!(matches!(replaced(&nested(10_000)), Err(TemplateError::TooDeep(_))));
        let mut long = |_: &str| Some("x".repeat(1 << 16));
        assert!(matches!(substitute(&"$A".repeat(100), &mut long), Err(TemplateError::TooLong(_))));
        // Many variables on one line take no longer than on many.
        let row = "${A:-}".repeat(200_000);
        assert_eq!(replaced(&row).map(|s| s.text), Ok(String::new()));
        assert!(replaced(&"${A:-{".repeat(200_000)).is_err());
        assert!(replaced(&format!("{}}}", "${A:-{".repeat(200_000))).is_err());
        assert!(replaced(&"${A".repeat(200_000)).is_err());
    }

    #[test]
    fn listing() {
        let text = "$A ${B:-b${C?c}} ${D+d} $$E ${F";
        let found: Vec<_> = variables(text).into_iter().map(|v| (v.name, v.operand, v.or_empty, text.get(v.range).unwrap())).collect();
        assert_eq!(
            found,
            [
                ("A", None, false, "$A"),
                ("B", Some((Operator::Default, "b${C?c}")), true, "${B:-b${C?c}}"),
                ("C", Some((Operator::Required, "c")), false, "${C?c}"),
                ("D", Some((Operator::Alternative, "d")), false, "${D+d}"),
            ]
        );
    }

    proptest! {
        #[test]
        fn any_text(text in "([$]|[{]|[}]|[:?+-]|SET|A|\n|é){0,24}") {
            let _ = variables(&text);
            if let Ok(found) = replaced(&text) {
                prop_assert!(found.unset.iter().all(|u| text.get(u.range.clone()).is_some_and(|t| t.starts_with('$'))));
            }
        }
    }
}
