//! The normal form of matchers: some alternatives, each a list of conditions that must all hold.
//!
//! Objects of Kubernetes have lists of alternatives and no expressions. The rule becomes its negation normal form (a negation stands
//! before a single condition only), then its disjunctive normal form; alternatives that no request can meet are left out.

use crate::vocab::intent::Matcher;

/// The most alternatives that a matcher is unfolded into.
const MOST: usize = 256;

/// One condition.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Condition {
    /// What is asked: never a matcher of other matchers.
    pub matcher: Matcher,
    /// Must it not hold?
    pub negated: bool,
}

/// Conditions that must all hold; none: every request.
pub type Alternative = Vec<Condition>;

/// The alternatives of a matcher; `None` where there are too many to be written down.
#[must_use]
pub fn alternatives(matcher: &Matcher) -> Option<Vec<Alternative>> {
    unfold(matcher, false)
}

fn unfold(matcher: &Matcher, negated: bool) -> Option<Vec<Alternative>> {
    match (matcher, negated) {
        (Matcher::Not(inner), _) => unfold(inner, !negated),
        // De Morgan: what is not all of them is not the one or not the other.
        (Matcher::All(parts), false) | (Matcher::Any(parts), true) => {
            let mut out: Vec<Alternative> = vec![Vec::new()];
            for part in parts {
                let more = unfold(part, negated)?;
                let mut next = Vec::new();
                for one in &out {
                    for other in &more {
                        next.extend(both(one, other));
                        if next.len() > MOST {
                            return None;
                        }
                    }
                }
                out = distinct(next);
            }
            Some(out)
        }
        (Matcher::Any(parts), false) | (Matcher::All(parts), true) => {
            let mut out = Vec::new();
            for part in parts {
                out.extend(unfold(part, negated)?);
                if out.len() > MOST {
                    return None;
                }
            }
            Some(distinct(out))
        }
        _ => Some(vec![vec![Condition { matcher: matcher.clone(), negated }]]),
    }
}

/// Each alternative once.
fn distinct(alternatives: Vec<Alternative>) -> Vec<Alternative> {
    let mut out: Vec<Alternative> = Vec::with_capacity(alternatives.len());
    for alternative in alternatives {
        if !out.contains(&alternative) {
            out.push(alternative);
        }
    }
    out
}

/// Both lists of conditions as one, without those that others imply; `None` where no request can meet them.
#[must_use]
pub fn both(a: &Alternative, b: &Alternative) -> Option<Alternative> {
    let mut out = a.clone();
    for condition in b {
        let mut implied = false;
        let mut kept = Vec::with_capacity(out.len() + 1);
        for known in out {
            match relation(&known, condition) {
                Relation::Never => return None,
                Relation::First => implied = true,
                Relation::Second => continue,
                Relation::Free => {}
            }
            kept.push(known);
        }
        out = kept;
        if !implied {
            out.push(condition.clone());
        }
    }
    Some(out)
}

/// How two conditions on one request stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Relation {
    /// No request can meet both.
    Never,
    /// What meets the first meets the second.
    First,
    /// What meets the second meets the first.
    Second,
    /// Nothing can be said.
    Free,
}

fn relation(a: &Condition, b: &Condition) -> Relation {
    if a == b {
        return Relation::First;
    }
    match (a.negated, b.negated) {
        (false, false) => match (within(&a.matcher, &b.matcher), within(&b.matcher, &a.matcher)) {
            (Some(true), _) => Relation::First,
            (_, Some(true)) => Relation::Second,
            (Some(false), _) | (_, Some(false)) => Relation::Never,
            _ => Relation::Free,
        },
        // What is inside of the forbidden can never be; what is outside of it needs no word.
        (false, true) => match (within(&a.matcher, &b.matcher), within(&b.matcher, &a.matcher)) {
            (Some(true), _) => Relation::Never,
            (Some(false), None | Some(false)) => Relation::First,
            _ => Relation::Free,
        },
        (true, false) => match (within(&b.matcher, &a.matcher), within(&a.matcher, &b.matcher)) {
            (Some(true), _) => Relation::Never,
            (Some(false), None | Some(false)) => Relation::Second,
            _ => Relation::Free,
        },
        (true, true) => match (within(&a.matcher, &b.matcher), within(&b.matcher, &a.matcher)) {
            // What is not in the larger is not in the smaller.
            (Some(true), _) => Relation::Second,
            (_, Some(true)) => Relation::First,
            _ => Relation::Free,
        },
    }
}

/// Does every request of `a` meet `b` (`Some(true)`), or none (`Some(false)`)? `None`: some, or nobody knows.
fn within(a: &Matcher, b: &Matcher) -> Option<bool> {
    use Matcher::{Host, HostBelow, Method, Path, PathElements, PathPrefix};
    match (a, b) {
        (Host(a), Host(b)) => Some(a == b),
        (Method(a), Method(b)) => Some(a == b),
        (Host(name), HostBelow { domain, one_label }) => Some(is_below(name, domain, *one_label)),
        (HostBelow { domain: a, one_label: x }, HostBelow { domain: b, one_label: y }) => {
            if a == b {
                (*x || !*y).then_some(true)
            } else if is_below(a, b, false) {
                // Two labels below can never be one.
                Some(!*y)
            } else if is_below(b, a, false) {
                if *x { Some(false) } else { None }
            } else {
                Some(false)
            }
        }
        (Path(a), Path(b)) => Some(a == b),
        (Path(path), PathPrefix(prefix)) => Some(path.starts_with(prefix.as_str())),
        (Path(path), PathElements(prefix)) => Some(begins(path, prefix)),
        (PathPrefix(a), PathPrefix(b)) => prefixes(a.starts_with(b.as_str()), b.starts_with(a.as_str())),
        (PathElements(a), PathElements(b)) => prefixes(begins(a, b), begins(b, a)),
        (PathElements(a), PathPrefix(b)) => {
            let a = a.trim_end_matches('/');
            if a.starts_with(b.as_str()) {
                Some(true)
            } else if b.starts_with(a) {
                None
            } else {
                Some(false)
            }
        }
        (PathPrefix(a), PathElements(b)) => {
            let plain = b.trim_end_matches('/');
            if plain.is_empty() || a.strip_prefix(plain).is_some_and(|rest| rest.starts_with('/')) {
                Some(true)
            } else if plain.starts_with(a.as_str()) || a == plain {
                None
            } else {
                Some(false)
            }
        }
        _ => None,
    }
}

const fn prefixes(inside: bool, around: bool) -> Option<bool> {
    match (inside, around) {
        (true, _) => Some(true),
        (false, true) => None,
        (false, false) => Some(false),
    }
}

/// Is a host below a domain?
pub(crate) fn is_below(name: &str, domain: &str, one_label: bool) -> bool {
    let label = name.strip_suffix(domain).and_then(|rest| rest.strip_suffix('.'));
    label.is_some_and(|label| !label.is_empty() && (!one_label || !label.contains('.')))
}

/// Does a path begin with the elements of a prefix?
pub(crate) fn begins(path: &str, prefix: &str) -> bool {
    let prefix = prefix.trim_end_matches('/');
    path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Can no request meet both alternatives?
pub(crate) fn apart(a: &Alternative, b: &Alternative) -> bool {
    both(a, b).is_none()
}

/// Does every request of `a` meet `b` as well? `false` where nobody knows.
pub(crate) fn covers(b: &Alternative, a: &Alternative) -> bool {
    b.iter().all(|wanted| {
        a.iter().any(|known| match relation(known, wanted) {
            Relation::First => true,
            Relation::Never | Relation::Second | Relation::Free => false,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::HashMap;
    use proptest::prelude::*;

    /// A request, as far as matchers look at it.
    #[derive(Clone, Debug)]
    struct Request {
        host: String,
        path: String,
        method: String,
        headers: HashMap<String, String>,
        query: HashMap<String, String>,
    }

    /// What Traefik answers, by the definition of its matchers.
    fn holds(matcher: &Matcher, request: &Request) -> bool {
        let finds = |expression: &str, text: &str| regex::Regex::new(expression).is_ok_and(|regex| regex.is_match(text));
        match matcher {
            Matcher::All(parts) => parts.iter().all(|part| holds(part, request)),
            Matcher::Any(parts) => parts.iter().any(|part| holds(part, request)),
            Matcher::Not(inner) => !holds(inner, request),
            Matcher::Host(name) => request.host == *name,
            Matcher::HostBelow { domain, one_label } => is_below(&request.host, domain, *one_label),
            Matcher::HostRegexp(expression) => finds(expression, &request.host),
            Matcher::Path(path) => request.path == *path,
            Matcher::PathPrefix(prefix) => request.path.starts_with(prefix.as_str()),
            Matcher::PathElements(prefix) => begins(&request.path, prefix),
            Matcher::PathRegexp(expression) => finds(expression, &request.path),
            Matcher::Method(method) => request.method == *method,
            Matcher::Header(name, value) => request.headers.get(name) == Some(value),
            Matcher::HeaderRegexp(name, expression) => request.headers.get(name).is_some_and(|value| finds(expression, value)),
            Matcher::Query(name, value) => request.query.get(name) == Some(value),
            Matcher::QueryRegexp(name, expression) => request.query.get(name).is_some_and(|value| finds(expression, value)),
            Matcher::ClientIp(_) => true,
        }
    }

    fn met(alternatives: &[Alternative], request: &Request) -> bool {
        alternatives.iter().any(|all| all.iter().all(|one| holds(&one.matcher, request) != one.negated))
    }

    fn hosts() -> impl Strategy<Value = String> {
        prop::sample::select(vec!["a.example", "b.example", "x.a.example", "y.x.a.example", "example"]).prop_map(str::to_owned)
    }

    fn paths() -> impl Strategy<Value = String> {
        prop::sample::select(vec!["/", "/api", "/api/", "/apix", "/api/v1", "/b", "/api/v1/x"]).prop_map(str::to_owned)
    }

    fn words() -> impl Strategy<Value = String> {
        prop::sample::select(vec!["GET", "POST"]).prop_map(str::to_owned)
    }

    fn matchers() -> impl Strategy<Value = Matcher> {
        let leaf = prop_oneof![
            hosts().prop_map(Matcher::Host),
            (hosts(), any::<bool>()).prop_map(|(domain, one_label)| Matcher::HostBelow { domain, one_label }),
            Just(Matcher::HostRegexp("^[a-b]\\.example$".to_owned())),
            paths().prop_map(Matcher::Path),
            paths().prop_map(Matcher::PathPrefix),
            paths().prop_map(Matcher::PathElements),
            Just(Matcher::PathRegexp("x$".to_owned())),
            words().prop_map(Matcher::Method),
            words().prop_map(|value| Matcher::Header("X-A".to_owned(), value)),
            words().prop_map(|value| Matcher::Query("q".to_owned(), value)),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Matcher::All),
                prop::collection::vec(inner.clone(), 0..4).prop_map(Matcher::Any),
                inner.prop_map(|matcher| Matcher::Not(Box::new(matcher))),
            ]
        })
    }

    fn requests() -> impl Strategy<Value = Request> {
        (hosts(), paths(), words(), words(), any::<bool>()).prop_map(|(host, path, method, value, with)| {
            let some = |key: &str| if with { HashMap::from_iter([(key.to_owned(), value.clone())]) } else { HashMap::default() };
            Request { host, path, method, headers: some("X-A"), query: some("q") }
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_normal_form_answers_as_the_matcher_does(matcher in matchers(), requests in prop::collection::vec(requests(), 8)) {
            if let Some(alternatives) = alternatives(&matcher) {
                for request in &requests {
                    prop_assert_eq!(met(&alternatives, request), holds(&matcher, request), "{:?} {:?}", request, alternatives);
                }
            }
        }

        #[test]
        fn what_lies_apart_shares_no_request(a in matchers(), b in matchers(), request in requests()) {
            if let (Some(a), Some(b)) = (alternatives(&a), alternatives(&b)) {
                for (one, other) in a.iter().flat_map(|one| b.iter().map(move |other| (one, other))) {
                    let (first, second) = (met(std::slice::from_ref(one), &request), met(std::slice::from_ref(other), &request));
                    prop_assert!(!(apart(one, other) && first && second));
                    prop_assert!(!covers(other, one) || !first || second, "{:?} does not cover {:?}", other, one);
                }
            }
        }
    }

    #[test]
    fn too_many_alternatives_are_none() {
        let pair = |n: usize| Matcher::Any(vec![Matcher::PathRegexp(format!("a{n}")), Matcher::PathRegexp(format!("b{n}"))]);
        assert_eq!(alternatives(&Matcher::All((0..40).map(pair).collect())), None);
        assert_eq!(alternatives(&Matcher::ALWAYS), Some(vec![Vec::new()]));
        assert_eq!(alternatives(&Matcher::Any(Vec::new())), Some(Vec::new()));
    }
}
