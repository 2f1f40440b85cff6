//! Prefixes of paths where the object compares whole elements: a Gateway takes `/api` and `/api/…` for `/api` and for `/api/`.
//!
//! A proxy may compare letters. What it takes beyond elements, and what it leaves out, becomes alternatives of their own where that
//! changes nothing else; the rest is told.

use super::normal::{Alternative, Condition, apart, covers};
use super::way::{Site, Way};
use super::weakened;
use crate::diag::Diagnostics;
use crate::text::pattern::quote;
use crate::vocab::intent::Matcher;

/// More alternatives than this are not compared pair by pair.
const MOST: usize = 500;

/// The alternatives of all ways in, each with the number of its way.
#[derive(Debug, Default)]
pub(super) struct Entries {
    /// Those that every implementation reads.
    pub(super) plain: Vec<(usize, Alternative)>,
    /// Those with an expression for a path, which not every implementation reads.
    pub(super) expressions: Vec<(usize, Alternative)>,
}

/// Splits up what compares letters. `by_prefix`: is the path of a way rewritten by its prefix, so that no expression can stand for it?
/// `reads`: does the controller surely read expressions?
pub(super) fn settle(
    entries: Vec<(usize, Alternative)>,
    ways: &[Way],
    by_prefix: &dyn Fn(&Way) -> bool,
    reads: bool,
    diagnostics: &mut Diagnostics,
) -> Entries {
    let mut out = Entries { plain: entries, expressions: Vec::new() };
    if out.plain.len() > MOST {
        return out;
    }
    for (number, alternative) in out.plain.clone() {
        let (Some(way), Some(Matcher::PathPrefix(prefix))) = (ways.get(number), Site::of(&alternative).path) else { continue };
        match prefix.strip_suffix('/') {
            Some("") => {}
            Some(bare) => without_itself(&mut out, ways, number, &alternative, bare, by_prefix, reads, diagnostics),
            None if by_prefix(way) || hides(&out.plain, ways, way, &alternative, prefix, reads) => {
                let what = format!("paths that only begin with the letters of {prefix}, such as {prefix}x");
                diagnostics.push(weakened(&way.intent, None, &what));
            }
            None => {
                let expression = Matcher::PathRegexp(beyond(prefix));
                out.expressions.push((number, with_path(&alternative, expression)));
            }
        }
    }
    out
}

/// `/api/` takes `/api` as well, where the proxy did not: who takes that instead says so.
#[allow(clippy::too_many_arguments, reason = "the parts of one decision")]
fn without_itself(
    out: &mut Entries,
    ways: &[Way],
    number: usize,
    alternative: &Alternative,
    bare: &str,
    by_prefix: &dyn Fn(&Way) -> bool,
    reads: bool,
    diagnostics: &mut Diagnostics,
) {
    let Some(way) = ways.get(number) else { return };
    let itself = with_path(alternative, Matcher::Path(bare.to_owned()));
    let takes = |owner: usize| out.plain.iter().any(|(other, known)| *other == owner && covers(known, &itself));
    let listens = |other: &Way| {
        let (mine, theirs) = (way.intent.listen, other.intent.listen);
        (!mine.plain || theirs.plain) && (!mine.encrypted || theirs.encrypted)
    };
    let mut others: Vec<(usize, &Way)> = ways.iter().enumerate().filter(|(owner, other)| takes(*owner) && listens(other)).collect();
    others.sort_by_key(|(_, other)| std::cmp::Reverse(other.number));
    match others.first() {
        Some((owner, other))
            if *owner == number || other.backends == way.backends && other.intent.middlewares == way.intent.middlewares => {}
        Some((owner, other)) if !by_prefix(other) => out.plain.push((*owner, itself)),
        None if reads && !by_prefix(way) => {
            out.plain.retain(|(owner, known)| *owner != number || known != alternative);
            let expression = Matcher::PathRegexp(format!("^{}/.*", quote(bare)));
            out.expressions.push((number, with_path(alternative, expression)));
        }
        _ => {
            let message = weakened(&way.intent, None, &format!("a difference between {bare} and {bare}/: both come in here"));
            diagnostics.push(message);
        }
    }
}

/// The expression for what begins with the letters of a prefix, and not with its elements.
fn beyond(prefix: &str) -> String {
    format!("^{}[^/].*", quote(prefix))
}

/// Is there a way to a longer path with the same letters, which such an expression might hide? Of two expressions Traefik (`reads`) asks
/// the longer first, and nobody knows what others do.
fn hides(entries: &[(usize, Alternative)], ways: &[Way], way: &Way, alternative: &Alternative, prefix: &str, reads: bool) -> bool {
    let longer = |path: &str| path.strip_prefix(prefix).is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'));
    let rest = |alternative: &Alternative| alternative.iter().filter(|one| !is_path(&one.matcher)).cloned().collect::<Alternative>();
    let (mine, length) = (rest(alternative), beyond(prefix).len());
    let same = |other: &Way| other.backends == way.backends && other.intent.middlewares == way.intent.middlewares;
    entries.iter().filter(|(owner, _)| ways.get(*owner).is_some_and(|other| !same(other))).any(|(owner, other)| {
        let path = match Site::of(other).path {
            Some(Matcher::PathPrefix(path) | Matcher::PathElements(path)) => longer(path),
            Some(Matcher::PathRegexp(expression)) => {
                let later = ways.get(*owner).is_some_and(|other| other.number < way.number);
                !reads || later != (expression.len() < length)
            }
            _ => false,
        };
        path && !apart(&mine, &rest(other))
    })
}

const fn is_path(matcher: &Matcher) -> bool {
    matches!(matcher, Matcher::Path(_) | Matcher::PathPrefix(_) | Matcher::PathElements(_) | Matcher::PathRegexp(_))
}

/// The alternative with another path.
fn with_path(alternative: &Alternative, path: Matcher) -> Alternative {
    let mut out: Alternative = alternative.iter().filter(|condition| condition.negated || !is_path(&condition.matcher)).cloned().collect();
    out.push(Condition { matcher: path, negated: false });
    out
}
