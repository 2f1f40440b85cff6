//! Texts with variables: where `return` and `rewrite` send a browser, and what `proxy_pass` makes of a path.

use crate::vocab::intent::{PathChange, Redirect};
use crate::vocab::middleware::{Middleware, RedirectRegex};

/// A piece of a text with variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'t> {
    /// As it stands.
    Text(&'t str),
    /// `$name` or `${name}`; also `$1`.
    Variable(&'t str),
}

/// The pieces of a text.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let (mut out, mut rest) = (Vec::new(), text);
    while let Some((before, behind)) = rest.split_once('$') {
        let (inside, braces) = behind.strip_prefix('{').map_or((behind, 0), |inside| (inside, 1));
        let digits = inside.starts_with(|c: char| c.is_ascii_digit());
        let length = if digits { 1 } else { inside.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(inside.len()) };
        let (Some(name), Some(after)) = (inside.get(..length).filter(|name| !name.is_empty()), inside.get(length + braces..)) else {
            break;
        };
        if !before.is_empty() {
            out.push(Piece::Text(before));
        }
        out.push(Piece::Variable(name));
        rest = after;
    }
    if !rest.is_empty() {
        out.push(Piece::Text(rest));
    }
    out
}

/// A text whose variables are marked, so that `$host` and `$hostname` cannot be mixed up: `\u{1}host\u{2}`.
fn marked(text: &str) -> String {
    pieces(text)
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.to_owned(),
            Piece::Variable(name) => format!("\u{1}{name}\u{2}"),
        })
        .collect()
}

fn has_variable(marked: &str) -> bool {
    marked.contains('\u{1}')
}

/// Where a text sends a browser; `None` where it has what a redirect of a controller cannot have. `name` is the server's first name.
pub(super) fn redirect(text: &str, status: u16, name: Option<&str>) -> Option<Redirect> {
    let text = marked(text);
    let (scheme, rest) = match text.split_once("://") {
        Some(("http" | "https", rest)) => (text.split_once("://").map(|(scheme, _)| scheme.to_owned()), Some(rest)),
        Some(("\u{1}scheme\u{2}", rest)) => (None, Some(rest)),
        Some(_) | None if text.starts_with('/') || text.starts_with("\u{1}request_uri") || text.starts_with("\u{1}uri") => (None, None),
        _ => return None,
    };
    let Some(rest) = rest else {
        let (path, keep_query) = path(&text)?;
        return Some(Redirect { status, scheme, host: None, port: None, path, keep_query, relative: false });
    };
    let starts = ["/", "?", "\u{1}request_uri\u{2}", "\u{1}uri\u{2}", "\u{1}document_uri\u{2}"];
    let end = starts.iter().filter_map(|start| rest.find(start)).min().unwrap_or(rest.len());
    let (authority, behind) = rest.split_at_checked(end)?;
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, "\u{1}server_port\u{2}")) => (host, None),
        Some((host, port)) => (host, Some(port.parse().ok()?)),
        None => (authority, None),
    };
    let host = match host {
        "\u{1}host\u{2}" | "\u{1}http_host\u{2}" => None,
        "\u{1}server_name\u{2}" => name.map(str::to_owned),
        host if !has_variable(host) && !host.is_empty() => Some(host.to_ascii_lowercase()),
        // `www.$host`: known where the server has one name.
        host => {
            let known = ["host", "http_host", "server_name"]
                .iter()
                .fold(host.to_owned(), |text, variable| text.replace(&format!("\u{1}{variable}\u{2}"), name.unwrap_or("\u{1}")));
            Some(known).filter(|host| !has_variable(host) && !host.contains('*')).map(Some)?
        }
    };
    let (path, keep_query) = path(behind)?;
    Some(Redirect { status, scheme, host, port, path, keep_query, relative: false })
}

/// What becomes of the path, and whether the query goes along.
fn path(text: &str) -> Option<(PathChange, bool)> {
    let (text, keep) =
        ["\u{1}is_args\u{2}\u{1}args\u{2}", "?\u{1}args\u{2}", "\u{1}is_args\u{2}\u{1}query_string\u{2}", "?\u{1}query_string\u{2}"]
            .iter()
            .find_map(|query| text.strip_suffix(query))
            .map_or((text, false), |text| (text, true));
    for (variable, with_query) in [("\u{1}request_uri\u{2}", true), ("\u{1}uri\u{2}", false), ("\u{1}document_uri\u{2}", false)] {
        let Some(before) = text.strip_suffix(variable).filter(|before| !has_variable(before)) else { continue };
        let before = before.trim_end_matches('/');
        let change =
            if before.is_empty() { PathChange::Keep } else { PathChange::ReplacePrefix { from: "/".to_owned(), to: format!("{before}/") } };
        return Some((change, keep || with_query));
    }
    (!has_variable(text)).then(|| (PathChange::Replace(text.to_owned()), keep))
}

/// What a `rewrite` with `redirect` or `permanent` does, as a redirect where it is a plain one.
pub(super) fn rewritten(regex: &str, to: &str, status: u16, name: Option<&str>) -> Option<Redirect> {
    // A query goes along unless the text ends with `?`.
    let (to, query) = to.strip_suffix('?').map_or((to, true), |to| (to, false));
    let text = match regex {
        "^" | "^.*$" | ".*" | "^/.*$" | "^/" | "/" => to.to_owned(),
        "^(.*)$" | "(.*)" | "^(.*)" | "^(/.*)$" | "^(/.*)" => to.replace("$1", "$uri"),
        "^/(.*)$" | "^/(.*)" | "/(.*)" => to.replace("/$1", "$uri"),
        _ => return None,
    };
    let mut redirect = redirect(&text, status, name)?;
    redirect.keep_query |= query;
    Some(redirect)
}

/// A redirect by an expression over the path, as one over the whole address.
pub(super) fn redirect_regex(regex: &str, to: &str, permanent: bool, name: Option<&str>) -> Option<Middleware> {
    let path = regex.strip_prefix('^')?;
    let (path, whole) = path.strip_suffix('$').map_or((path, false), |path| (path, true));
    if !is_portable(regex) {
        return None;
    }
    let path = path.replace("(.*)", "([^?]*)").replace("(.+)", "([^?]+)");
    let (to, query) = to.strip_suffix('?').map_or((to, true), |to| (to, false));
    let groups = 3 + groups(&path);
    let end = if whole { "(\\?.*)?$" } else { "[^?]*(\\?.*)?$" };
    let mut replacement = String::new();
    let to = if to.starts_with('/') { format!("$scheme://$host{to}") } else { to.to_owned() };
    for piece in pieces(&to) {
        match piece {
            Piece::Text(text) => replacement.push_str(&text.replace('$', "$$")),
            Piece::Variable("scheme") => replacement.push_str("${1}"),
            Piece::Variable("host" | "http_host") => replacement.push_str("${2}"),
            Piece::Variable("server_name") => replacement.push_str(name?),
            Piece::Variable(number) => replacement.push_str(&format!("${{{}}}", number.parse::<usize>().ok()? + 2)),
        }
    }
    if query {
        replacement.push_str(&format!("${{{groups}}}"));
    }
    let regex = format!("^(https?)://([^/?]+){path}{end}");
    Some(Middleware::RedirectRegex(RedirectRegex { regex, replacement, permanent }))
}

/// What a `rewrite … break` makes of the path before the service sees it.
pub(super) fn path_change(regex: &str, to: &str) -> Option<Vec<Middleware>> {
    let to = to.strip_suffix('?').unwrap_or(to);
    if !is_portable(regex) || to.contains("://") || to.contains('?') {
        return None;
    }
    // `^/api/(.*)$` to `/$1` cuts a prefix.
    let cut = ["/?(.*)$", "/?(.*)", "/(.*)$", "/(.*)"]
        .iter()
        .find_map(|end| regex.strip_prefix('^')?.strip_suffix(end))
        .map(|prefix| (prefix, "/$1"));
    let cut = cut.or_else(|| {
        ["(/.*)$", "(/.*)", "(/|$)(.*)"].iter().find_map(|end| regex.strip_prefix('^')?.strip_suffix(end)).map(|prefix| (prefix, "$1"))
    });
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_');
    if let Some((prefix, rest)) = cut.filter(|(prefix, _)| prefix.chars().all(plain))
        && let Some(new) = to.strip_suffix(rest).filter(|new| !new.contains('$'))
    {
        return Some(prefixed(prefix, new));
    }
    let mut replacement = String::new();
    for piece in pieces(to) {
        match piece {
            Piece::Text(text) => replacement.push_str(text),
            Piece::Variable(number) => replacement.push_str(&format!("${{{}}}", number.parse::<u8>().ok()?)),
        }
    }
    Some(vec![Middleware::ReplacePathRegex { regex: regex.to_owned(), replacement }])
}

/// One prefix of a path in place of another, both without a slash at the end.
pub(super) fn prefixed(from: &str, to: &str) -> Vec<Middleware> {
    let mut out = Vec::new();
    if from != to {
        out.extend((!from.is_empty()).then(|| Middleware::StripPrefix(vec![from.to_owned()])));
        out.extend((!to.is_empty()).then(|| Middleware::AddPrefix(to.to_owned())));
    }
    out
}

/// Does an expression mean the same in Go's words? Those have no look-around and no back-references.
pub(in crate::vocab) fn is_portable(regex: &str) -> bool {
    let foreign = ["(?=", "(?!", "(?<=", "(?<!", "(?>", "(?#", "(?&", "(?R", "\\K", "\\G", "*+", "++", "?+"];
    let reference = (1..=9).any(|n| regex.contains(&format!("\\{n}")));
    !foreign.iter().any(|piece| regex.contains(piece)) && !reference && regex_lite::Regex::new(&regex.replace("(?<", "(?P<")).is_ok()
}

/// How many groups of an expression count.
fn groups(regex: &str) -> usize {
    let mut escaped = false;
    let mut count = 0;
    for (at, c) in regex.char_indices() {
        if c == '(' && !escaped && !regex.get(at + 1..).is_some_and(|rest| rest.starts_with("?:") || rest.starts_with("?i")) {
            count += 1;
        }
        escaped = c == '\\' && !escaped;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn to(scheme: Option<&str>, host: Option<&str>, path: PathChange, keep_query: bool) -> Option<Redirect> {
        Some(Redirect {
            status: 301,
            scheme: scheme.map(str::to_owned),
            host: host.map(str::to_owned),
            port: None,
            path,
            keep_query,
            relative: false,
        })
    }

    #[test]
    fn redirects_have_parts() {
        let https = Some("https");
        let cases = [
            ("https://$host$request_uri", to(https, None, PathChange::Keep, true)),
            ("https://${host}:$server_port$uri$is_args$args", to(https, None, PathChange::Keep, true)),
            ("$scheme://www.$host$request_uri", to(None, Some("www.a.example"), PathChange::Keep, true)),
            ("https://$server_name$uri", to(https, Some("a.example"), PathChange::Keep, false)),
            ("/shop/", to(None, None, PathChange::Replace("/shop/".to_owned()), false)),
            ("http://b.example/x?y=z", to(Some("http"), Some("b.example"), PathChange::Replace("/x?y=z".to_owned()), false)),
            ("https://b.example", to(https, Some("b.example"), PathChange::Replace(String::new()), false)),
            ("/new$request_uri", to(None, None, PathChange::ReplacePrefix { from: "/".to_owned(), to: "/new/".to_owned() }, true)),
            ("$somewhere", None),
            ("https://$cookie_host/", None),
            ("/x/$1", None),
        ];
        for (text, expected) in cases {
            assert_eq!(redirect(text, 301, Some("a.example")), expected, "{text}");
        }
        assert_eq!(redirect("https://www.$host/", 301, None), None);
    }

    #[test]
    fn rewrites_are_redirects_or_expressions() {
        let https = Some("https");
        assert_eq!(rewritten("^(.*)$", "https://b.example$1", 301, None), to(https, Some("b.example"), PathChange::Keep, true));
        assert_eq!(rewritten("^", "https://$host$request_uri?", 301, None), to(https, None, PathChange::Keep, true));
        let Some(Middleware::RedirectRegex(regex)) = redirect_regex("^/old/(.*)$", "/new/$1", true, None) else { panic!() };
        assert_eq!(regex.regex, "^(https?)://([^/?]+)/old/([^?]*)(\\?.*)?$");
        assert_eq!(regex.replacement, "${1}://${2}/new/${3}${4}");
        let expression = regex_lite::Regex::new(&regex.regex).unwrap();
        let sent = expression.replace("http://a.example:80/old/x/y?z=1", regex.replacement.as_str());
        assert_eq!(sent, "http://a.example:80/new/x/y?z=1");
    }

    #[test]
    fn paths_lose_and_gain_prefixes() {
        let strip = |prefix: &str| Middleware::StripPrefix(vec![prefix.to_owned()]);
        assert_eq!(path_change("^/api/(.*)$", "/$1"), Some(vec![strip("/api")]));
        assert_eq!(path_change("^/api(/.*)$", "/v1$1"), Some(vec![strip("/api"), Middleware::AddPrefix("/v1".to_owned())]));
        let other = Middleware::ReplacePathRegex { regex: "^/u/(\\d+)$".to_owned(), replacement: "/user/${1}".to_owned() };
        assert_eq!(path_change("^/u/(\\d+)$", "/user/$1"), Some(vec![other]));
        assert_eq!(path_change("^/(?!x)", "/"), None);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(regex in "[\\^$()?.*/a$1{}]{0,20}", to in "[$a-z{}/:?1]{0,30}|.{0,20}") {
            let _ = redirect(&to, 301, Some("a"));
            let _ = (rewritten(&regex, &to, 301, None), redirect_regex(&regex, &to, true, None), path_change(&regex, &to));
        }
    }
}
