//! What a value may look like: its types and the limits on it.

use std::fmt;

/// The shape of a value. A branch of the specification (`services`, `ports[]`) is an object, a map or a list whose content has
/// rows of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// The scalar types that are accepted.
    pub scalars: Scalars,
    /// A list is accepted.
    pub list: Content,
    /// A mapping is accepted.
    pub map: Mapping,
    /// Further limits.
    pub limits: &'static [Limit],
}

/// A set of scalar types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scalars(u8);

impl Scalars {
    pub(crate) const NONE: Self = Self(0);
    pub(crate) const NULL: Self = Self(1);
    pub(crate) const TEXT: Self = Self(2);
    pub(crate) const BOOL: Self = Self(4);
    pub(crate) const INTEGER: Self = Self(8);
    pub(crate) const NUMBER: Self = Self(16);

    /// All types of both sets.
    pub(crate) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Does the set hold all types of the other?
    #[must_use]
    pub(crate) const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The words for the types, in the order of the specification's notation.
    fn words(self) -> impl Iterator<Item = &'static str> {
        let all =
            [(Self::NULL, "null"), (Self::TEXT, "string"), (Self::BOOL, "boolean"), (Self::INTEGER, "integer"), (Self::NUMBER, "number")];
        all.into_iter().filter_map(move |(scalar, word)| self.has(scalar).then_some(word))
    }
}

/// What the items of a list look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// No list.
    No,
    /// Items have a row of their own, whose path ends in `[]`.
    Rows,
    /// Scalars of these types.
    Scalars(Scalars),
}

/// What a mapping looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mapping {
    /// No mapping.
    No,
    /// Attributes with rows of their own; the user may add `x-*`.
    Attributes,
    /// Attributes with rows of their own, and nothing else.
    Closed,
    /// Attributes with rows of their own; whatever else stands there is not looked at.
    Open,
    /// Names that the user chooses, each with a value of the row whose path ends in `*`.
    Names,
    /// Names that the user chooses; the values are scalars of these types.
    Scalars(Scalars),
    /// Names that the user chooses; the values are scalars of these types or lists of them.
    ScalarsOrLists(Scalars),
    /// Anything.
    Any,
}

/// A limit on a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// A text is one of these.
    OneOf(&'static [&'static str]),
    /// A text matches: the regular expression, and what it means in words.
    Pattern(&'static str, &'static str),
    /// A number is at least this.
    Minimum(i32),
    /// A number is at most this.
    Maximum(i32),
    /// No item of a list stands there twice.
    Unique,
    /// A mapping has these attributes.
    Required(&'static [&'static str]),
    /// A mapping has at least one of these attributes.
    RequiredOneOf(&'static [&'static str]),
    /// The names of a mapping consist of letters, digits, `.`, `_` and `-`.
    PlainNames,
    /// No name of a mapping is empty.
    Named,
}

impl Shape {
    const fn new(scalars: Scalars) -> Self {
        Self { scalars, list: Content::No, map: Mapping::No, limits: &[] }
    }

    /// The same with limits in place of the former ones.
    pub(crate) const fn limits(self, limits: &'static [Limit]) -> Self {
        Self { limits, ..self }
    }

    /// The same, or null.
    pub(crate) const fn or_null(self) -> Self {
        Self { scalars: self.scalars.or(Scalars::NULL), ..self }
    }

    /// The same, or a list whose items have a row.
    pub(crate) const fn or_list(self) -> Self {
        Self { list: Content::Rows, ..self }
    }

    /// The same, or an object whose attributes have rows.
    pub(crate) const fn or_object(self) -> Self {
        Self { map: Mapping::Attributes, ..self }
    }

    /// The same with another kind of mapping.
    pub(crate) const fn or_map(self, map: Mapping) -> Self {
        Self { map, ..self }
    }

    /// Does the list hold no item twice?
    #[must_use]
    pub(crate) fn is_unique(&self) -> bool {
        self.limits.contains(&Limit::Unique)
    }
}

/// A text.
pub(super) const TEXT: Shape = Shape::new(Scalars::TEXT);
/// `true`, `false`, or a text that is cast to it.
pub(super) const FLAG: Shape = Shape::new(Scalars::BOOL.or(Scalars::TEXT));
/// `true` or `false`.
pub(super) const BOOL: Shape = Shape::new(Scalars::BOOL);
/// A whole number, or a text that is cast to it.
pub(super) const COUNT: Shape = Shape::new(Scalars::INTEGER.or(Scalars::TEXT));
/// A whole number.
pub(super) const INTEGER: Shape = Shape::new(Scalars::INTEGER);
/// A number, or a text that is cast to it.
pub(super) const AMOUNT: Shape = Shape::new(Scalars::NUMBER.or(Scalars::TEXT));
/// A number.
pub(super) const NUMBER: Shape = Shape::new(Scalars::NUMBER);
/// An object whose attributes have rows.
pub(super) const OBJECT: Shape = Shape::new(Scalars::NONE).or_object();
/// An object that takes no `x-*`.
pub(super) const CLOSED: Shape = Shape::new(Scalars::NONE).or_map(Mapping::Closed);
/// An object that may hold what the specification does not know.
pub(super) const OPEN: Shape = Shape::new(Scalars::NONE).or_map(Mapping::Open);
/// A list whose items have a row.
pub(super) const LIST: Shape = Shape::new(Scalars::NONE).or_list();
/// A map of names that the user chooses; the values have a row.
pub(super) const NAMES: Shape = Shape::new(Scalars::NONE).or_map(Mapping::Names);
/// A list of texts.
pub(super) const TEXTS: Shape = Shape { list: Content::Scalars(Scalars::TEXT), ..Shape::new(Scalars::NONE) };
/// A list of different texts.
pub(super) const TEXT_SET: Shape = TEXTS.limits(&[Limit::Unique]);
/// A list of different texts or numbers.
pub(super) const TEXT_OR_NUMBER_SET: Shape =
    Shape { list: Content::Scalars(Scalars::TEXT.or(Scalars::NUMBER)), ..Shape::new(Scalars::NONE) }.limits(&[Limit::Unique]);
/// A text, or a list of texts.
pub(super) const TEXT_OR_TEXTS: Shape = Shape { scalars: Scalars::TEXT, ..TEXTS };
/// A text, or a list of different texts.
pub(super) const TEXT_OR_SET: Shape = Shape { scalars: Scalars::TEXT, ..TEXT_SET };
/// A command: nothing, a line, or words.
pub(super) const COMMAND: Shape = TEXT_OR_TEXTS.or_null();
/// `KEY: value` or a list of `KEY=value`.
pub(super) const PAIRS: Shape = TEXT_SET
    .or_map(Mapping::Scalars(Scalars::NULL.or(Scalars::TEXT).or(Scalars::BOOL).or(Scalars::NUMBER)))
    .limits(&[Limit::Unique, Limit::Named]);
/// A map of driver options.
pub(super) const DRIVER_OPTIONS: Shape = Shape::new(Scalars::NONE).or_map(Mapping::Scalars(Scalars::TEXT.or(Scalars::NUMBER)));
/// A map of texts.
pub(super) const TEXT_MAP: Shape = Shape::new(Scalars::NONE).or_map(Mapping::Scalars(Scalars::TEXT)).limits(&[Limit::Named]);

/// The types in the words of the specification: `null | string | list of string | map of string|number`.
impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let join = |scalars: Scalars| scalars.words().collect::<Vec<_>>().join("|");
        let mut parts: Vec<String> = self.scalars.words().map(str::to_owned).collect();
        match self.list {
            Content::No => {}
            Content::Rows => parts.push("list".to_owned()),
            Content::Scalars(scalars) => parts.push(format!("list of {}", join(scalars))),
        }
        match self.map {
            Mapping::No => {}
            Mapping::Attributes | Mapping::Closed | Mapping::Open => parts.push("object".to_owned()),
            Mapping::Names | Mapping::Any => parts.push("map".to_owned()),
            Mapping::Scalars(scalars) => parts.push(format!("map of {}", join(scalars))),
            Mapping::ScalarsOrLists(scalars) => parts.push(format!("map of {0} or lists of {0}", join(scalars))),
        }
        f.write_str(&parts.join(" | "))
    }
}
