//! The rules of HTTP routers, in the syntax of Traefik 2 and 3, as matchers.

use super::expression::{Expression, parse};
use crate::text::pattern::quote;
use crate::vocab::intent::Matcher;

/// The version whose words a rule uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Syntax {
    /// Traefik 2: several values in a call, placeholders in braces.
    V2,
    /// Traefik 3: one value in a call.
    V3,
    /// Nobody knows: 3 where that reads it, else 2.
    Either,
}

/// Reads a rule.
///
/// # Errors
/// Why Traefik would not take it: a few words.
pub(super) fn read(rule: &str, syntax: Syntax) -> Result<Matcher, String> {
    let expression = parse(rule)?;
    match syntax {
        Syntax::V2 => matcher(&expression, &v2),
        Syntax::V3 => matcher(&expression, &v3),
        Syntax::Either => matcher(&expression, &v3).or_else(|why| matcher(&expression, &v2).map_err(|_| why)),
    }
}

/// Every host that a matcher names, whatever it says about it.
pub(super) fn hosts(matcher: &Matcher) -> Vec<String> {
    match matcher {
        Matcher::All(parts) | Matcher::Any(parts) => parts.iter().flat_map(hosts).collect(),
        Matcher::Not(inner) => hosts(inner),
        Matcher::Host(name) => vec![name.clone()],
        _ => Vec::new(),
    }
}

type Words<'w> = &'w dyn Fn(&str, &[String]) -> Result<Matcher, String>;

fn matcher(expression: &Expression, words: Words<'_>) -> Result<Matcher, String> {
    let all = |parts: &[Expression]| parts.iter().map(|part| matcher(part, words)).collect::<Result<Vec<_>, _>>();
    Ok(match expression {
        Expression::All(parts) => Matcher::All(all(parts)?),
        Expression::Any(parts) => Matcher::Any(all(parts)?),
        Expression::Not(inner) => Matcher::Not(Box::new(matcher(inner, words)?)),
        Expression::Call { name, arguments } => {
            if arguments.is_empty() || arguments.iter().any(String::is_empty) {
                return Err(format!("`{name}` has an empty value"));
            }
            words(name, arguments)?
        }
    })
}

/// The name of a matcher: as written, in lower case, upper case, or with its first letter alone in upper case.
fn named<'n>(name: &str, names: &[&'n str]) -> Option<&'n str> {
    let title = |known: &str| {
        let mut letters = known.chars();
        letters.next().map(|first| first.to_string() + &letters.as_str().to_ascii_lowercase())
    };
    names.iter().copied().find(|known| {
        name == *known || name == known.to_ascii_lowercase() || name == known.to_ascii_uppercase() || title(known).as_deref() == Some(name)
    })
}

fn unknown(name: &str) -> String {
    format!("`{name}` is no matcher")
}

fn host(name: &str) -> Result<Matcher, String> {
    if !name.is_ascii() {
        return Err(format!("the host {name:?} has letters beyond ASCII"));
    }
    Ok(Matcher::host(name.trim_end_matches('.')))
}

fn path(text: &str, make: fn(String) -> Matcher) -> Result<Matcher, String> {
    if text.starts_with('/') { Ok(make(text.to_owned())) } else { Err(format!("the path {text:?} does not begin with a `/`")) }
}

const V3: &[&str] =
    &["ClientIP", "Method", "Host", "HostRegexp", "Path", "PathRegexp", "PathPrefix", "Header", "HeaderRegexp", "Query", "QueryRegexp"];

fn v3(name: &str, values: &[String]) -> Result<Matcher, String> {
    let word = named(name, V3).ok_or_else(|| unknown(name))?;
    let made = match (word, values) {
        ("ClientIP", [range]) => Matcher::ClientIp(range.clone()),
        ("Method", [method]) => Matcher::Method(method.to_ascii_uppercase()),
        ("Host", [name]) => host(name)?,
        ("HostRegexp", [expression]) => Matcher::host_regexp(expression),
        ("Path", [text]) => path(text, Matcher::Path)?,
        ("PathPrefix", [text]) => path(text, Matcher::PathPrefix)?,
        ("PathRegexp", [expression]) => Matcher::PathRegexp(expression.clone()),
        ("Header", [key, value]) => Matcher::Header(key.clone(), value.clone()),
        ("HeaderRegexp", [key, expression]) => Matcher::HeaderRegexp(key.clone(), expression.clone()),
        ("Query" | "QueryRegexp", [key]) => Matcher::Query(key.clone(), String::new()),
        ("Query", [key, value]) => Matcher::Query(key.clone(), value.clone()),
        ("QueryRegexp", [key, expression]) => Matcher::QueryRegexp(key.clone(), expression.clone()),
        (word, values) => return Err(format!("`{word}` does not take {} values in Traefik 3", values.len())),
    };
    Ok(made)
}

const V2: &[&str] = &["Host", "HostHeader", "HostRegexp", "ClientIP", "Path", "PathPrefix", "Method", "Headers", "HeadersRegexp", "Query"];

fn v2(name: &str, values: &[String]) -> Result<Matcher, String> {
    let word = named(name, V2).ok_or_else(|| unknown(name))?;
    let any = |make: &dyn Fn(&String) -> Result<Matcher, String>| {
        let mut parts = values.iter().map(make).collect::<Result<Vec<_>, _>>()?;
        Ok(if parts.len() == 1 { parts.pop().unwrap_or(Matcher::ALWAYS) } else { Matcher::Any(parts) })
    };
    match word {
        "Host" | "HostHeader" => any(&|value| {
            if value.is_ascii() { Ok(Matcher::Host(value.trim_end_matches('.').to_ascii_lowercase())) } else { host(value) }
        }),
        "HostRegexp" => any(&|value| host_template(value)),
        "ClientIP" => any(&|value| Ok(Matcher::ClientIp(value.clone()))),
        "Path" => any(&|value| path_template(value, true)),
        "PathPrefix" => any(&|value| path_template(value, false)),
        "Method" => any(&|value| Ok(Matcher::Method(value.to_ascii_uppercase()))),
        "Headers" => pairs(word, values, &|key, value| match value {
            "" => Matcher::HeaderRegexp(key.to_owned(), String::new()),
            _ => Matcher::Header(key.to_owned(), value.to_owned()),
        }),
        "HeadersRegexp" => pairs(word, values, &|key, value| Matcher::HeaderRegexp(key.to_owned(), value.to_owned())),
        _ => {
            let queries: Vec<Matcher> = values.iter().map(|value| query(value)).collect::<Result<_, _>>()?;
            Ok(Matcher::All(queries))
        }
    }
}

fn pairs(word: &str, values: &[String], make: &dyn Fn(&str, &str) -> Matcher) -> Result<Matcher, String> {
    let mut parts = Vec::new();
    for pair in values.chunks(2) {
        let [key, value] = pair else { return Err(format!("`{word}` takes names and values in turn")) };
        parts.push(make(key, value));
    }
    Ok(if parts.len() == 1 { parts.pop().unwrap_or(Matcher::ALWAYS) } else { Matcher::All(parts) })
}

/// `key=value`, whose value may be a template.
fn query(text: &str) -> Result<Matcher, String> {
    let (key, value) = text.split_once('=').ok_or_else(|| format!("the query {text:?} has no `=`"))?;
    let key = key.to_owned();
    Ok(match (value, expression(value, ".*")?) {
        ("", _) => Matcher::QueryRegexp(key, String::new()),
        (_, Some(expression)) => Matcher::QueryRegexp(key, format!("^{expression}$")),
        _ => Matcher::Query(key, value.to_owned()),
    })
}

fn host_template(text: &str) -> Result<Matcher, String> {
    Ok(match expression(text, "[^.]+")? {
        Some(expression) => Matcher::host_regexp(&format!("(?i)^{expression}$")),
        None => host(text)?,
    })
}

fn path_template(text: &str, exact: bool) -> Result<Matcher, String> {
    if !text.starts_with('/') {
        return Err(format!("the path {text:?} does not begin with a `/`"));
    }
    let end = if exact { "$" } else { "" };
    Ok(match expression(text, "[^/]+")? {
        Some(expression) => Matcher::PathRegexp(format!("^{expression}{end}")),
        None if exact => Matcher::Path(text.to_owned()),
        None => Matcher::PathPrefix(text.to_owned()),
    })
}

/// The expression of a template with `{name}` and `{name:expression}`; `None` where it has no braces.
fn expression(template: &str, usual: &str) -> Result<Option<String>, String> {
    let mut out = String::new();
    let (mut rest, mut found) = (template, false);
    while let Some((before, behind)) = rest.split_once('{') {
        found = true;
        out.push_str(&quote(before));
        let mut depth = 1_usize;
        let end = behind.char_indices().find(|(_, c)| {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            depth == 0
        });
        let (inner, after) = end.and_then(|(at, _)| Some((behind.get(..at)?, behind.get(at + 1..)?))).ok_or("a brace is not closed")?;
        let pattern = inner.split_once(':').map_or(usual, |(_, pattern)| pattern);
        out.push_str(&format!("(?:{pattern})"));
        rest = after;
    }
    out.push_str(&quote(rest));
    Ok(found.then_some(out))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_of_both_syntaxes_are_matchers() {
        let host = |name: &str| Matcher::Host(name.to_owned());
        let cases = [
            (Syntax::V3, "Host(`A.example`)", host("a.example")),
            (Syntax::V3, "host(\"a\")", host("a")),
            (Syntax::V3, "Query(`k`)", Matcher::Query("k".into(), String::new())),
            (Syntax::V3, "Host(`*.b`)", Matcher::HostBelow { domain: "b".into(), one_label: true }),
            (Syntax::V2, "Host(`a`, `b`)", Matcher::Any(vec![host("a"), host("b")])),
            (Syntax::Either, "Host(`a`, `b`)", Matcher::Any(vec![host("a"), host("b")])),
            (Syntax::V2, "Path(`/x/{n:[0-9]{2}}/{id}`)", Matcher::PathRegexp("^/x/(?:[0-9]{2})/(?:[^/]+)$".into())),
            (Syntax::V2, "PathPrefix(`/x.y/{id}`)", Matcher::PathRegexp(r"^/x\.y/(?:[^/]+)".into())),
            (Syntax::V2, "HostRegexp(`{sub:[a-z]+}.a.b`)", Matcher::HostRegexp(r"(?i)^(?:[a-z]+)\.a\.b$".into())),
            (Syntax::V2, "Query(`a=b`)", Matcher::All(vec![Matcher::Query("a".into(), "b".into())])),
            (Syntax::V2, "Headers(`X-A`, `1`)", Matcher::Header("X-A".into(), "1".into())),
        ];
        for (syntax, rule, matcher) in cases {
            assert_eq!(read(rule, syntax), Ok(matcher), "{rule}");
        }
        for (syntax, rule) in [
            (Syntax::V3, "Host(`a`, `b`)"),
            (Syntax::V3, "HostHeader(`a`)"),
            (Syntax::V3, "Path(`x`)"),
            (Syntax::V3, "Host(``)"),
            (Syntax::V3, "HoSt(`a`)"),
            (Syntax::V3, "Host(`ä`)"),
            (Syntax::V2, "Header(`a`, `b`)"),
            (Syntax::V2, "Path(`/{x`)"),
            (Syntax::Either, "Nothing(`a`)"),
        ] {
            assert!(read(rule, syntax).is_err(), "{rule}");
        }
    }
}
