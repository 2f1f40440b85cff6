//! The words in which the table is written: a definition is a list of rows and of other definitions.

use super::shape::Shape;
use crate::diag::Definition as Diagnostic;
use crate::diag::catalog::attributes::ATTRIBUTE_DROPPED;

/// What becomes of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Support {
    /// It only holds other attributes.
    Parts,
    /// The cluster does the same.
    Translated {
        /// The fields or objects that carry it.
        into: &'static str,
    },
    /// The cluster does nearly the same.
    Approximated {
        /// The fields or objects that carry it.
        into: &'static str,
        /// What says how they differ.
        diagnostics: &'static [&'static Diagnostic],
    },
    /// Kubernetes cannot do it, and a diagnostic says so wherever it stands.
    Unsupported {
        /// Which: `attribute-dropped`, unless a later stage knows more to say.
        diagnostic: &'static Diagnostic,
        /// Why not: one lower-case sentence about Kubernetes.
        why: &'static str,
        /// What to do instead, in the imperative.
        instead: &'static str,
    },
    /// It has no meaning in a cluster, and `no-effect-assumed` says so once for a project.
    Ignored {
        /// Why not: one lower-case sentence.
        why: &'static str,
    },
    /// It has done its work before anything reaches the cluster.
    Resolved {
        /// Who reads it, and for what.
        by: &'static str,
    },
    /// What becomes of the attribute that holds it becomes of it. Only in definitions: the rows of the table say it out.
    Same,
}

/// One line of a definition.
#[derive(Clone, Copy, Debug)]
pub(super) enum Line {
    /// An attribute, by its path below the place where the definition is used.
    Attribute(&'static str, Shape, Support),
    /// All lines of another definition, below a path (empty: right here).
    Definition(&'static str, &'static [Self]),
}

/// An attribute.
pub(super) const fn at(path: &'static str, shape: Shape, support: Support) -> Line {
    Line::Attribute(path, shape, support)
}

/// Another definition below a path.
pub(super) const fn below(path: &'static str, lines: &'static [Line]) -> Line {
    Line::Definition(path, lines)
}

/// Another definition right here.
pub(super) const fn with(lines: &'static [Line]) -> Line {
    Line::Definition("", lines)
}

/// Only holds other attributes.
pub(super) const PARTS: Support = Support::Parts;

/// As the attribute that holds it.
pub(super) const SAME: Support = Support::Same;

/// The cluster does the same.
pub(super) const fn into(into: &'static str) -> Support {
    Support::Translated { into }
}

/// The cluster does nearly the same: the fields that carry it, and the diagnostics that say how they differ. A macro, because a
/// constant function cannot take a list of statics.
macro_rules! nearly {
    ($into:literal, $($diagnostic:ident),+) => {
        $crate::coverage::Support::Approximated { into: $into, diagnostics: const { &[$(&$diagnostic),+] } }
    };
}
pub(super) use nearly;

/// Kubernetes cannot do it.
pub(super) const fn dropped(why: &'static str, instead: &'static str) -> Support {
    Support::Unsupported { diagnostic: &ATTRIBUTE_DROPPED, why, instead }
}

/// Kubernetes cannot do it, and a later stage says so with a diagnostic of its own.
pub(super) const fn told(diagnostic: &'static Diagnostic, why: &'static str, instead: &'static str) -> Support {
    Support::Unsupported { diagnostic, why, instead }
}

/// It has no meaning in a cluster.
pub(super) const fn no_effect(why: &'static str) -> Support {
    Support::Ignored { why }
}

/// It has done its work before.
pub(super) const fn resolved(by: &'static str) -> Support {
    Support::Resolved { by }
}
