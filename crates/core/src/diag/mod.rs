//! What transship has to say about the user's files: diagnostics as data.

pub mod catalog;
pub mod text;

use crate::table::HashSet;
use crate::text::Place;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// A default was chosen where the file says nothing; nothing to do unless the choice is wrong.
    Note,
    /// The cluster will not do exactly what Compose did.
    Warning,
    /// Something could not be translated; it is missing from the output.
    Error,
}

impl Severity {
    /// The lower-case word for people and for JSON: `note`, `warning`, `error`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A kind of diagnostic, declared once in [`catalog`].
#[derive(Debug, PartialEq, Eq)]
pub struct Definition {
    /// The identity: kebab-case, `<subject>-<problem>`; the last word is the kind and decides the severity.
    pub name: &'static str,
    /// What follows from the last word of the name.
    pub severity: Severity,
    /// What Compose does, what Kubernetes does, what to do. Markdown, each line with a blank in front.
    pub doc: &'static str,
}

impl Definition {
    /// The documentation as Markdown, without the blank in front of each line.
    #[must_use]
    pub fn markdown(&self) -> String {
        let lines: Vec<&str> = self.doc.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
        lines.join("\n").trim().to_owned()
    }
}

/// A place with a few words about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub place: Place,
    /// What stands there; may be empty.
    pub text: String,
}

/// An edit that would settle the diagnostic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What the edit does, in the imperative: `rename it to "ports"`.
    pub title: String,
    /// The text to replace.
    pub place: Place,
    /// What to put there.
    pub replacement: String,
}

/// One thing to tell the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Which kind.
    pub code: &'static Definition,
    /// One lower-case sentence about the file, without a full stop.
    pub message: String,
    /// Where it is, unless it is about no file (an option, the environment).
    pub primary: Option<Label>,
    /// Other places that matter: the first definition, the other user of a volume.
    pub secondary: Vec<Label>,
    /// What to do.
    pub help: Option<String>,
    /// What Kubernetes does instead, or another fact worth knowing.
    pub note: Option<String>,
    /// Edits that would settle it.
    pub fixes: Vec<Fix>,
}

impl Diagnostic {
    /// A diagnostic without a place; add one with [`Diagnostic::at`].
    #[must_use]
    pub fn new(code: &'static Definition, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), primary: None, secondary: Vec::new(), help: None, note: None, fixes: Vec::new() }
    }

    /// The primary place, without words of its own.
    #[must_use]
    pub fn at(self, place: Place) -> Self {
        self.at_with(place, "")
    }

    /// The primary place with words to print beside it.
    #[must_use]
    pub fn at_with(mut self, place: Place, text: impl Into<String>) -> Self {
        self.primary = Some(Label { place, text: text.into() });
        self
    }

    /// One more place.
    #[must_use]
    pub fn also(mut self, place: Place, text: impl Into<String>) -> Self {
        self.secondary.push(Label { place, text: text.into() });
        self
    }

    /// What to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// What Kubernetes does instead.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// An edit that would settle it.
    #[must_use]
    pub fn fix(mut self, title: impl Into<String>, place: Place, replacement: impl Into<String>) -> Self {
        self.fixes.push(Fix { title: title.into(), place, replacement: replacement.into() });
        self
    }

    /// How bad it is.
    #[must_use]
    pub const fn severity(&self) -> Severity {
        self.code.severity
    }
}

/// How many errors a step keeps that gives nothing after the first one: nobody reads so far, and each takes memory.
pub(crate) const MOST_ERRORS: usize = 10_000;

/// Where every stage puts what it has to say.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    told: Vec<Diagnostic>,
    /// How many more errors are kept, where not all are.
    room: Option<usize>,
}

impl Diagnostics {
    /// Room for [`MOST_ERRORS`] errors: further ones are dropped. Everything else is kept.
    pub(crate) const fn with_most_errors() -> Self {
        Self { told: Vec::new(), room: Some(MOST_ERRORS) }
    }

    /// Would a further error be dropped?
    pub(crate) const fn is_full(&self) -> bool {
        matches!(self.room, Some(0))
    }

    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if let Some(room) = &mut self.room
            && diagnostic.severity() == Severity::Error
        {
            let Some(left) = room.checked_sub(1) else { return };
            *room = left;
        }
        self.told.push(diagnostic);
    }

    /// Adds those of another step.
    pub(crate) fn append(&mut self, others: Self) {
        others.told.into_iter().for_each(|diagnostic| self.push(diagnostic));
    }

    /// Keeps those that pass a test.
    pub(crate) fn retain(&mut self, test: impl FnMut(&Diagnostic) -> bool) {
        self.told.retain(test);
    }

    /// Is there an error among them?
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.told.iter().any(|d| d.severity() == Severity::Error)
    }

    /// All of them, in the order in which they were told.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.told.iter()
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.told.len()
    }

    /// Is there nothing to tell?
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.told.is_empty()
    }

    /// All of them as a list: by source and place, those without a place first; doubles removed. Stable otherwise.
    #[must_use]
    pub fn into_sorted(self) -> Vec<Diagnostic> {
        let mut all = self.told;
        all.sort_by_key(|d| d.primary.as_ref().map(|l| (l.place.source, l.place.start)));
        let mut seen = HashSet::default();
        let is_new: Vec<bool> =
            all.iter().map(|d| seen.insert((d.code.name, d.primary.as_ref().map(|l| l.place), d.message.as_str()))).collect();
        all.into_iter().zip(is_new).filter_map(|(diagnostic, is_new)| is_new.then_some(diagnostic)).collect()
    }
}
