//! The table: all definitions spelt out, and the way from an attribute to those that it holds.

use super::definition::{Line, Support};
use super::jobs::EXCEPTIONS;
use super::project::{ROOT, TOP};
use super::shape::{Limit, Shape};
use crate::table::HashMap;
use regex_lite::Regex;
use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};

/// One attribute of the specification.
#[derive(Clone, Debug)]
pub struct Row {
    /// The full path: `*` stands for a name that the user chooses, `[]` for an item of a list.
    pub path: String,
    /// What its value looks like.
    pub shape: Shape,
    /// What becomes of it; never [`Support::Same`].
    pub support: Support,
    /// Is it among the exceptions, or below one of them?
    excepted: bool,
    /// [`Limit::Pattern`], ready to match; made when the first text is.
    pattern: OnceLock<Option<Regex>>,
    /// The rows of the attributes that it holds, by the last step of their paths.
    below: BTreeMap<String, usize>,
}

/// Row 0 is the file itself.
static TABLE: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let mut table = Builder { rows: Vec::with_capacity(ROWS), index: HashMap::default(), exceptions: EXCEPTIONS.iter().copied().collect() };
    table.add(String::new(), TOP, Support::Parts);
    table.expand("", ROOT);
    table.rows
});

/// How many rows there is room for at once.
const ROWS: usize = 1_024;

/// Every attribute, in the order of the specification.
#[must_use]
pub fn rows() -> &'static [Row] {
    TABLE.get(1..).unwrap_or_default()
}

/// The table while it is built.
struct Builder {
    rows: Vec<Row>,
    index: HashMap<String, usize>,
    exceptions: HashMap<&'static str, Support>,
}

impl Builder {
    /// Adds the lines of a definition below a path.
    fn expand(&mut self, prefix: &str, lines: &[Line]) {
        for line in lines {
            match *line {
                Line::Attribute(path, shape, support) => self.add(join(prefix, path), shape, support),
                Line::Definition(path, lines) => self.expand(&join(prefix, path), lines),
            }
        }
    }

    fn add(&mut self, path: String, shape: Shape, support: Support) {
        let number = self.rows.len();
        let (parent, step) = split(&path);
        let parent = self.index.get(parent).copied();
        let above = parent.and_then(|parent| self.rows.get(parent));
        let exception = self.exceptions.get(path.as_str()).copied();
        let below_exception = above.is_some_and(|row| row.excepted);
        let inherited = above.filter(|_| support == Support::Same || below_exception).map(|row| row.support);
        let support = exception.or(inherited).unwrap_or(support);
        let excepted = exception.is_some() || below_exception;
        if let Some(row) = parent.and_then(|parent| self.rows.get_mut(parent)) {
            row.below.insert(step.to_owned(), number);
        }
        self.index.insert(path.clone(), number);
        self.rows.push(Row { path, shape, support, excepted, pattern: OnceLock::new(), below: BTreeMap::new() });
    }
}

/// A path below another.
fn join(prefix: &str, path: &str) -> String {
    match (prefix, path) {
        ("", path) | (path, "") => path.to_owned(),
        (prefix, path) => format!("{prefix}.{path}"),
    }
}

/// The path above, and the last step: a name, `*` or `[]`.
fn split(path: &str) -> (&str, &str) {
    if let Some(list) = path.strip_suffix("[]") {
        return (list, "[]");
    }
    path.rsplit_once('.').unwrap_or(("", path))
}

/// What the entries of a section are called: `service` for `services`.
pub(crate) fn kind_of_entry(section: &str) -> Option<&'static str> {
    Some(match section {
        "services" => "service",
        "jobs" => "job",
        "networks" => "network",
        "volumes" => "volume",
        "secrets" => "secret",
        "configs" => "config",
        "models" => "model",
        _ => return None,
    })
}

/// An attribute at which somebody stands who walks through a tree.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attribute(&'static Row);

impl Attribute {
    /// The file itself.
    pub(crate) fn root() -> Option<Self> {
        TABLE.first().map(Self)
    }

    /// Its row.
    pub(crate) const fn row(self) -> &'static Row {
        self.0
    }

    fn below(self, step: &str) -> Option<Self> {
        self.0.below.get(step).and_then(|number| TABLE.get(*number)).map(Self)
    }

    /// The attribute of a name.
    pub(crate) fn attribute(self, name: &str) -> Option<Self> {
        // `*` and `[]` are steps of paths, no names.
        if matches!(name, "*" | "[]") { None } else { self.below(name) }
    }

    /// What stands under every name that the user chooses.
    pub(crate) fn named(self) -> Option<Self> {
        self.below("*")
    }

    /// What the items of the list are.
    pub(crate) fn item(self) -> Option<Self> {
        self.below("[]")
    }

    /// The names of the attributes that it holds.
    pub(crate) fn names(self) -> impl Iterator<Item = &'static str> {
        self.0.below.keys().map(String::as_str).filter(|name| !matches!(*name, "*" | "[]"))
    }

    /// Does a text match the pattern, if there is one?
    pub(crate) fn matches(self, text: &str) -> bool {
        let pattern = self.0.pattern.get_or_init(|| {
            self.0.shape.limits.iter().find_map(|limit| match limit {
                Limit::Pattern(pattern, _) => Regex::new(pattern).ok(),
                _ => None,
            })
        });
        pattern.as_ref().is_none_or(|pattern| pattern.is_match(text))
    }

    /// The attribute of the same scope (a service, a job, the top level) that has the name and stands highest.
    pub(crate) fn elsewhere(self, name: &str) -> Option<&'static str> {
        let scope: String = self.0.path.split('.').take(2).collect::<Vec<_>>().join(".");
        let fits = |row: &&'static Row| {
            row.path
                .strip_prefix(scope.as_str())
                .and_then(|rest| rest.strip_suffix(name))
                .is_some_and(|way| way.starts_with('.') && way.ends_with('.'))
        };
        let depth = |row: &&'static Row| row.path.matches(['.', '[']).count();
        TABLE.iter().filter(fits).min_by_key(depth).map(|row| row.path.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_children_of_what_has_no_support_have_none() {
        let find = |path: &str| rows().iter().find(|row| row.path == path).map(|row| row.support);
        assert!(matches!(find("services.*.ulimits.*.hard"), Some(Support::Unsupported { .. })));
        assert!(matches!(find("services.*.networks.*.aliases"), Some(Support::Approximated { .. })));
        assert!(matches!(find("services.*.pre_start[].networks.*.aliases"), Some(Support::Unsupported { .. })));
        assert!(rows().iter().all(|row| row.support != Support::Same));
    }

    #[test]
    fn knows_where_an_attribute_belongs() {
        let service = Attribute::root().and_then(|root| root.attribute("services")?.named()).unwrap();
        assert_eq!(service.elsewhere("replicas"), Some("services.*.deploy.replicas"));
        assert_eq!(service.attribute("deploy").unwrap().elsewhere("image"), Some("services.*.image"));
        assert_eq!(service.elsewhere("nothing"), None);
    }
}
