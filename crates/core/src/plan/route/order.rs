//! The order in which ways in are asked, where the object that carries them has an order of its own.
//!
//! An Ingress asks the narrower path first, and Gateways count more; a proxy may ask by numbers. Where these disagree, what the stack asks
//! first gets the requests that both take as an alternative of its own; what is never asked is left out.

use super::normal::{Alternative, Condition, apart, both, covers};
use super::way::Way;
use super::weakened;
use crate::diag::Diagnostics;
use crate::plan::route::dropped;
use crate::vocab::intent::Matcher;

/// More alternatives than this are not compared pair by pair.
const MOST: usize = 500;

/// How narrow an alternative is: what an Ingress or a Gateway asks first is the larger.
fn narrow(alternative: &Alternative) -> (usize, usize, usize, usize, usize, usize) {
    let mut out = (0, 0, 0, 0, 0, 0);
    for Condition { matcher, .. } in alternative {
        match matcher {
            Matcher::Host(name) => out.0 = 10_000 + name.len(),
            Matcher::HostBelow { domain, .. } => out.0 = domain.len(),
            Matcher::Path(path) => (out.1, out.2) = (2, path.len()),
            Matcher::PathPrefix(path) | Matcher::PathElements(path) if path != "/" => {
                (out.1, out.2) = (1, path.trim_end_matches('/').len())
            }
            Matcher::Method(_) => out.3 += 1,
            Matcher::Header(..) | Matcher::HeaderRegexp(..) => out.4 += 1,
            Matcher::Query(..) | Matcher::QueryRegexp(..) => out.5 += 1,
            _ => {}
        }
    }
    out
}

/// The alternatives of all ways in, each with the number of its way, so that asking the narrower first asks as the stack does.
pub(super) fn arrange(ways: &[Way], diagnostics: &mut Diagnostics) -> Vec<(usize, Alternative)> {
    let mut all: Vec<(usize, Alternative)> = Vec::new();
    for (number, way) in ways.iter().enumerate() {
        all.extend(way.alternatives().iter().map(|alternative| (number, alternative.clone())));
    }
    if all.len() > MOST {
        return all;
    }
    let mut more: Vec<(usize, Alternative)> = Vec::new();
    let mut gone = vec![false; all.len()];
    for (first, high) in &all {
        for (at, (second, low)) in all.iter().enumerate() {
            let (Some(mine), Some(theirs)) = (ways.get(*first), ways.get(*second)) else { continue };
            if mine.number <= theirs.number || !mine.meets(theirs) || apart(high, low) || narrow(high) > narrow(low) {
                continue;
            }
            if mine.backends == theirs.backends && mine.intent.middlewares == theirs.intent.middlewares {
                continue;
            }
            if covers(high, low) {
                if let Some(gone) = gone.get_mut(at) {
                    *gone = true;
                }
            } else if let Some(shared) = both(high, low) {
                if narrow(&shared) < narrow(low) {
                    diagnostics.push(weakened(&mine.intent, None, "its place before others that take the same requests"));
                } else if more.len() < MOST && !more.contains(&(*first, shared.clone())) {
                    more.push((*first, shared));
                }
            }
        }
    }
    for (number, way) in ways.iter().enumerate() {
        let mut own = all.iter().zip(&gone).filter(|((owner, _), _)| *owner == number).map(|(_, gone)| *gone).peekable();
        if own.peek().is_some() && own.all(|gone| gone) {
            diagnostics.push(dropped(&way.intent, "another is always asked before it, in the stack as well"));
        }
    }
    let mut kept: Vec<(usize, Alternative)> = all.into_iter().zip(gone).filter(|(_, gone)| !gone).map(|(one, _)| one).collect();
    kept.extend(more);
    kept
}
