//! Matchers in the words of Traefik 3.

use crate::text::pattern::quote;
use crate::vocab::intent::Matcher;

/// The rule that takes just what a matcher takes; `None` where it takes nothing.
pub(super) fn write(matcher: &Matcher) -> Option<String> {
    if never(matcher) {
        return None;
    }
    let mut out = String::new();
    put(matcher, Place::Top, &mut out);
    Some(out)
}

/// Can no request ever meet it, as it stands?
fn never(matcher: &Matcher) -> bool {
    match matcher {
        Matcher::Any(parts) => parts.iter().all(never),
        Matcher::All(parts) => parts.iter().any(never),
        _ => false,
    }
}

/// What stands around a part, which decides whether it needs parentheses.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Top,
    Any,
    All,
    Not,
}

fn put(matcher: &Matcher, place: Place, out: &mut String) {
    match matcher {
        Matcher::All(parts) if parts.is_empty() => call(out, "PathPrefix", &["/"]),
        Matcher::Any(parts) if parts.is_empty() => {
            out.push('!');
            call(out, "PathPrefix", &["/"]);
        }
        Matcher::All(parts) | Matcher::Any(parts) if parts.len() == 1 => {
            if let Some(only) = parts.first() {
                put(only, place, out);
            }
        }
        Matcher::All(parts) => join(parts, " && ", Place::All, place == Place::Not, out),
        Matcher::Any(parts) => {
            let parts: Vec<&Matcher> = parts.iter().filter(|part| !never(part)).collect();
            let open = matches!(place, Place::Not | Place::All) && parts.len() > 1;
            join_refs(&parts, " || ", Place::Any, open, out);
        }
        Matcher::Not(inner) => {
            out.push('!');
            put(inner, Place::Not, out);
        }
        Matcher::Host(name) => call(out, "Host", &[name]),
        Matcher::HostBelow { domain, one_label } => {
            let label = if *one_label { "[^.]+" } else { ".+" };
            call(out, "HostRegexp", &[&format!(r"^{label}\.{}$", quote(domain))]);
        }
        Matcher::HostRegexp(expression) => call(out, "HostRegexp", &[expression]),
        Matcher::Path(path) => call(out, "Path", &[path]),
        Matcher::PathPrefix(prefix) => call(out, "PathPrefix", &[prefix]),
        Matcher::PathElements(prefix) => {
            let plain = prefix.trim_end_matches('/');
            if plain.is_empty() {
                call(out, "PathPrefix", &["/"]);
            } else {
                let parts = [Matcher::Path(plain.to_owned()), Matcher::PathPrefix(format!("{plain}/"))];
                join(&parts, " || ", Place::Any, matches!(place, Place::Not | Place::All), out);
            }
        }
        Matcher::PathRegexp(expression) => call(out, "PathRegexp", &[expression]),
        Matcher::Method(method) => call(out, "Method", &[method]),
        Matcher::Header(name, value) => call(out, "Header", &[name, value]),
        Matcher::HeaderRegexp(name, expression) => call(out, "HeaderRegexp", &[name, any(expression)]),
        Matcher::Query(name, value) if value.is_empty() => call(out, "Query", &[name]),
        Matcher::Query(name, value) => call(out, "Query", &[name, value]),
        Matcher::QueryRegexp(name, expression) => call(out, "QueryRegexp", &[name, any(expression)]),
        Matcher::ClientIp(range) => call(out, "ClientIP", &[range]),
    }
}

/// An expression; Traefik takes no empty value.
fn any(expression: &str) -> &str {
    if expression.is_empty() { ".*" } else { expression }
}

fn join(parts: &[Matcher], between: &str, place: Place, open: bool, out: &mut String) {
    join_refs(&parts.iter().collect::<Vec<_>>(), between, place, open, out);
}

fn join_refs(parts: &[&Matcher], between: &str, place: Place, open: bool, out: &mut String) {
    if open {
        out.push('(');
    }
    for (number, part) in parts.iter().enumerate() {
        if number > 0 {
            out.push_str(between);
        }
        put(part, place, out);
    }
    if open {
        out.push(')');
    }
}

fn call(out: &mut String, name: &str, values: &[&str]) {
    out.push_str(name);
    out.push('(');
    for (number, value) in values.iter().enumerate() {
        if number > 0 {
            out.push_str(", ");
        }
        if value.contains('`') {
            out.push_str(&format!("{value:?}"));
        } else {
            out.push('`');
            out.push_str(value);
            out.push('`');
        }
    }
    out.push(')');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_have_the_parentheses_that_they_need() {
        let host = |name: &str| Matcher::Host(name.to_owned());
        let path = |path: &str| Matcher::PathPrefix(path.to_owned());
        let cases = [
            (Matcher::ALWAYS, "PathPrefix(`/`)"),
            (
                Matcher::All(vec![host("a"), Matcher::Any(vec![path("/x"), path("/y")])]),
                "Host(`a`) && (PathPrefix(`/x`) || PathPrefix(`/y`))",
            ),
            (Matcher::Any(vec![host("a"), Matcher::All(vec![host("b"), path("/y")])]), "Host(`a`) || Host(`b`) && PathPrefix(`/y`)"),
            (Matcher::Not(Box::new(Matcher::Any(vec![host("a"), host("b")]))), "!(Host(`a`) || Host(`b`))"),
            (Matcher::Not(Box::new(Matcher::All(vec![host("a"), path("/b")]))), "!(Host(`a`) && PathPrefix(`/b`))"),
            (Matcher::HostBelow { domain: "a.b".into(), one_label: true }, r"HostRegexp(`^[^.]+\.a\.b$`)"),
            (Matcher::All(vec![host("a"), Matcher::PathElements("/x/".into())]), "Host(`a`) && (Path(`/x`) || PathPrefix(`/x/`))"),
            (Matcher::Query("k".into(), String::new()), "Query(`k`)"),
            (Matcher::Header("k".into(), "a`b".into()), "Header(`k`, \"a`b\")"),
        ];
        for (matcher, rule) in cases {
            assert_eq!(write(&matcher).as_deref(), Some(rule));
        }
        assert_eq!(write(&Matcher::Any(Vec::new())), None);
    }
}
