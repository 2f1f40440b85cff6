//! Matchers: which requests a directive takes.

use crate::table::IndexMap;
use crate::text::Placed;
use crate::vocab::directive::Directive;
use crate::vocab::intent::Matcher;
use crate::vocab::nginx::{escaped, is_portable};

/// The matchers that a site names, with why one of them cannot be said.
pub(super) type Named = IndexMap<String, Result<Vec<Matcher>, String>>;

/// The named matchers among directives; those that only Caddy itself can tell are errors.
pub(super) fn named(directives: &[Directive], known: &Named) -> Named {
    let mut out = known.clone();
    for directive in directives.iter().filter(|directive| directive.name().starts_with('@')) {
        let parts = if let Some(block) = &directive.block {
            all(block)
        } else {
            let words = directive.values().to_vec();
            all(&[Directive { words, block: None, place: directive.place }])
        };
        out.insert(directive.name().to_owned(), parts);
    }
    out
}

/// The words of a directive behind its matcher, and what that takes.
///
/// # Errors
/// Why the matcher cannot be said.
pub(super) fn of<'d>(directive: &'d Directive, named: &Named) -> Result<(Vec<Matcher>, &'d [Placed<String>]), String> {
    let words = directive.values();
    let Some(first) = words.first().map(|word| word.value.as_str()) else { return Ok((Vec::new(), words)) };
    let rest = words.get(1..).unwrap_or_default();
    if first == "*" {
        return Ok((Vec::new(), rest));
    }
    if first.starts_with('@') {
        let parts = named.get(first).cloned().unwrap_or_else(|| Err(format!("the matcher {first} is not defined")));
        return parts.map(|parts| (parts, rest));
    }
    // A single word of these is no matcher but their value.
    let value =
        matches!(directive.name(), "rewrite" | "root" | "method" | "file_server") && rest.is_empty() && directive.name() != "file_server";
    if first.starts_with('/') && !value {
        return Ok((path(first).into_iter().collect(), rest));
    }
    Ok((Vec::new(), words))
}

/// A path with `*` in it; nothing for every path.
pub(super) fn path(text: &str) -> Option<Matcher> {
    if text == "*" || text == "/*" {
        return None;
    }
    let stars = text.matches('*').count();
    Some(match text.strip_suffix('*') {
        _ if stars == 0 => Matcher::Path(text.to_owned()),
        Some(prefix) if stars == 1 => Matcher::PathPrefix(prefix.to_owned()),
        _ => {
            let expression = text.split('*').map(escaped).collect::<Vec<_>>().join(".*");
            Matcher::PathRegexp(format!("^{expression}$").replace("^.*", "").replace(".*$", ""))
        }
    })
}

/// Conditions that all have to hold.
fn all(conditions: &[Directive]) -> Result<Vec<Matcher>, String> {
    let mut out: Vec<Matcher> = Vec::new();
    let mut headers: IndexMap<String, Vec<Matcher>> = IndexMap::default();
    for condition in conditions {
        let values: Vec<&str> = condition.values().iter().map(|word| word.value.as_str()).collect();
        if values.iter().any(|value| value.contains('{') && condition.name() != "expression") {
            return Err(format!("the matcher `{}` has variables", condition.name()));
        }
        let each = |make: &dyn Fn(&str) -> Matcher| any(values.iter().map(|value| make(value)).collect());
        match condition.name() {
            "path" => {
                let paths: Vec<Option<Matcher>> = values.iter().map(|value| path(value)).collect();
                // One that takes every path takes all.
                if paths.iter().all(Option::is_some) {
                    out.push(any(paths.into_iter().flatten().collect()));
                }
            }
            "path_regexp" => {
                let expression = values.last().copied().unwrap_or_default();
                if !is_portable(expression) {
                    return Err(format!("the expression {expression:?} has what a controller's expressions do not"));
                }
                out.push(Matcher::PathRegexp(expression.to_owned()));
            }
            "method" => out.push(each(&|value| Matcher::Method(value.to_ascii_uppercase()))),
            "host" => out.push(each(&|value| Matcher::host(value))),
            "header" => {
                let (Some(name), Some(value)) = (values.first(), values.get(1)) else {
                    return Err("the matcher `header` asks whether there is one".to_owned());
                };
                let one = match value.contains('*') {
                    false => Matcher::Header((*name).to_owned(), (*value).to_owned()),
                    true => {
                        let expression = value.split('*').map(escaped).collect::<Vec<_>>().join(".*");
                        Matcher::HeaderRegexp((*name).to_owned(), format!("^{expression}$"))
                    }
                };
                headers.entry((*name).to_owned()).or_default().push(one);
            }
            "header_regexp" => {
                let at = values.len().saturating_sub(2);
                let (Some(name), Some(expression)) = (values.get(at), values.last()) else {
                    return Err("`header_regexp` is not complete".to_owned());
                };
                if !is_portable(expression) {
                    return Err(format!("the expression {expression:?} has what a controller's expressions do not"));
                }
                out.push(Matcher::HeaderRegexp((*name).to_owned(), (*expression).to_owned()));
            }
            "query" => {
                let pairs = values.iter().map(|value| value.split_once('=').unwrap_or((value, "*")));
                let pairs = pairs.map(|(name, value)| match value {
                    "*" => Matcher::QueryRegexp(name.to_owned(), ".*".to_owned()),
                    value => Matcher::Query(name.to_owned(), value.to_owned()),
                });
                out.push(any(pairs.collect()));
            }
            "remote_ip" | "client_ip" => {
                let ranges = values.iter().filter(|value| **value != "forwarded").flat_map(|value| ranges(value));
                out.push(any(ranges.map(Matcher::ClientIp).collect()));
            }
            "not" => {
                let inner = match &condition.block {
                    Some(block) => all(block)?,
                    None => all(&[Directive { words: condition.values().to_vec(), block: None, place: condition.place }])?,
                };
                out.push(Matcher::Not(Box::new(if inner.len() == 1 {
                    inner.into_iter().next().unwrap_or(Matcher::ALWAYS)
                } else {
                    Matcher::All(inner)
                })));
            }
            other => return Err(format!("the matcher `{other}` is Caddy's own")),
        }
    }
    out.extend(headers.into_values().map(any));
    Ok(out)
}

/// One of them; the only one by itself.
fn any(mut matchers: Vec<Matcher>) -> Matcher {
    if matchers.len() == 1 { matchers.remove(0) } else { Matcher::Any(matchers) }
}

/// The ranges of a word: `private_ranges` stands for several.
pub(super) fn ranges(word: &str) -> Vec<String> {
    if word == "private_ranges" {
        return ["192.168.0.0/16", "172.16.0.0/12", "10.0.0.0/8", "127.0.0.1/8", "fd00::/8", "::1"].map(str::to_owned).to_vec();
    }
    vec![word.to_owned()]
}

/// Does everything that `narrow` takes belong to what `wide` takes? Both are lists of conditions that all have to hold.
pub(super) fn covers(wide: &[Matcher], narrow: &[Matcher]) -> bool {
    wide.iter().all(|condition| narrow.iter().any(|other| implies(other, condition)))
}

fn implies(narrow: &Matcher, wide: &Matcher) -> bool {
    match (narrow, wide) {
        (a, b) if a == b => true,
        (Matcher::Path(path) | Matcher::PathPrefix(path), Matcher::PathPrefix(prefix)) => path.starts_with(prefix.as_str()),
        (Matcher::Any(each), wide) => !each.is_empty() && each.iter().all(|one| implies(one, wide)),
        (narrow, Matcher::Any(each)) => each.iter().any(|one| implies(narrow, one)),
        _ => false,
    }
}

/// Is there no request that both take?
pub(super) fn apart(a: &[Matcher], b: &[Matcher]) -> bool {
    a.iter().any(|one| b.iter().any(|other| excludes(one, other)))
}

fn excludes(a: &Matcher, b: &Matcher) -> bool {
    match (a, b) {
        (Matcher::Path(a), Matcher::Path(b)) | (Matcher::Method(a), Matcher::Method(b)) | (Matcher::Host(a), Matcher::Host(b)) => a != b,
        (Matcher::Path(path), Matcher::PathPrefix(prefix)) | (Matcher::PathPrefix(prefix), Matcher::Path(path)) => {
            !path.starts_with(prefix.as_str())
        }
        (Matcher::PathPrefix(a), Matcher::PathPrefix(b)) => !a.starts_with(b.as_str()) && !b.starts_with(a.as_str()),
        (Matcher::Any(each), other) | (other, Matcher::Any(each)) => each.iter().all(|one| excludes(one, other)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_have_stars() {
        assert_eq!(path("/api/*"), Some(Matcher::PathPrefix("/api/".to_owned())));
        assert_eq!(path("/api"), Some(Matcher::Path("/api".to_owned())));
        assert_eq!(path("*.php"), Some(Matcher::PathRegexp("\\.php$".to_owned())));
        assert_eq!(path("/a/*/b"), Some(Matcher::PathRegexp("^/a/.*/b$".to_owned())));
        assert_eq!(path("*"), None);
    }

    #[test]
    fn matchers_cover_and_exclude_each_other() {
        let (prefix, exact, method) =
            (Matcher::PathPrefix("/a/".to_owned()), Matcher::Path("/a/b".to_owned()), Matcher::Method("GET".to_owned()));
        let (prefix, exact, method) = ([prefix], [exact], [method]);
        assert!(covers(&prefix, &[exact.clone(), method.clone()].concat()) && !covers(&method, &exact));
        assert!(apart(&prefix, &[Matcher::Path("/b".to_owned())]) && covers(&[], &exact));
    }
}
