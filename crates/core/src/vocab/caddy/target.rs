//! Texts with placeholders: where `redir` sends a browser, and what `rewrite` makes of a path.

use crate::vocab::intent::{PathChange, Redirect};
use crate::vocab::middleware::Middleware;

/// A text with its long placeholders made short.
pub(super) fn short(text: &str) -> String {
    let names = [
        ("{http.request.uri}", "{uri}"),
        ("{http.request.uri.path}", "{path}"),
        ("{http.request.uri.query}", "{query}"),
        ("{http.request.host}", "{host}"),
        ("{http.request.hostport}", "{hostport}"),
        ("{http.request.scheme}", "{scheme}"),
        ("{http.request.remote.host}", "{remote_host}"),
        ("{http.reverse_proxy.upstream.hostport}", "{upstream_hostport}"),
        ("{hostport}", "{host}"),
    ];
    names.iter().fold(text.to_owned(), |text, (long, short)| text.replace(long, short))
}

/// Has it a placeholder?
pub(super) fn has_placeholder(text: &str) -> bool {
    text.split('{').skip(1).any(|rest| {
        rest.split('}').next().is_some_and(|name| name.len() < rest.len() && !name.is_empty() && !name.contains([' ', '"', ':']))
    })
}

/// Where a text sends a browser. `name`: the site's only host. `cut`: is a part of the path gone already?
pub(super) fn redirect(text: &str, status: u16, name: Option<&str>, cut: bool) -> Option<Redirect> {
    let text = short(text);
    if cut && (text.contains("{uri}") || text.contains("{path}")) {
        return None;
    }
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme @ ("http" | "https"), rest)) => (Some(scheme.to_owned()), Some(rest)),
        Some(("{scheme}", rest)) => (None, Some(rest)),
        None if text.starts_with('/') || text.starts_with("{uri}") || text.starts_with("{path}") => (None, None),
        _ => return None,
    };
    let Some(rest) = rest else {
        let (path, keep_query) = path(&text)?;
        return Some(Redirect { status, scheme, host: None, port: None, path, keep_query, relative: true });
    };
    let end = ["/", "?", "{uri}", "{path}"].iter().filter_map(|start| rest.find(start)).min().unwrap_or(rest.len());
    let (authority, behind) = rest.split_at_checked(end)?;
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) => (host, Some(port.parse().ok()?)),
        None => (authority, None),
    };
    let host = match host {
        "{host}" => None,
        host => Some(host.replace("{host}", name.unwrap_or("{host}")).to_ascii_lowercase()).filter(|host| !host.is_empty()),
    };
    if host.as_ref().is_some_and(|host| host.contains(['{', '*'])) {
        return None;
    }
    let (path, keep_query) = path(behind)?;
    Some(Redirect { status, scheme, host, port, path, keep_query, relative: false })
}

/// What becomes of the path, and whether the query goes along.
fn path(text: &str) -> Option<(PathChange, bool)> {
    let (text, keep) = text.strip_suffix("?{query}").map_or((text, false), |text| (text, true));
    for (placeholder, with_query) in [("{uri}", true), ("{path}", false)] {
        let Some(before) = text.strip_suffix(placeholder).filter(|before| !before.contains('{')) else { continue };
        let before = before.trim_end_matches('/');
        let change =
            if before.is_empty() { PathChange::Keep } else { PathChange::ReplacePrefix { from: "/".to_owned(), to: format!("{before}/") } };
        return Some((change, keep || with_query));
    }
    (!has_placeholder(text)).then(|| (PathChange::Replace(text.to_owned()), keep))
}

/// What `rewrite` makes of a path; `None` where only Caddy can tell.
pub(super) fn rewrite(to: &str) -> Option<Vec<Middleware>> {
    let to = short(to);
    let to = to.strip_suffix("?{query}").unwrap_or(&to);
    if let Some(before) = to.strip_suffix("{uri}").or_else(|| to.strip_suffix("{path}")) {
        let before = before.trim_end_matches('/');
        let plain = !before.contains(['{', '?']);
        return plain.then(|| if before.is_empty() { Vec::new() } else { vec![Middleware::AddPrefix(before.to_owned())] });
    }
    (!has_placeholder(to) && !to.contains('?') && to.starts_with('/')).then(|| vec![Middleware::ReplacePath(to.to_owned())])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn redirects_have_parts() {
        let read = |text: &str| redirect(text, 302, Some("a.example"), false).map(|r| (r.scheme, r.host, r.path, r.keep_query));
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(read("https://b.example{uri}"), Some((text("https"), text("b.example"), PathChange::Keep, true)));
        assert_eq!(read("https://www.{host}{uri}"), Some((text("https"), text("www.a.example"), PathChange::Keep, true)));
        assert_eq!(read("/x"), Some((None, None, PathChange::Replace("/x".to_owned()), false)));
        assert_eq!(read("{scheme}://{host}/x?{query}"), Some((None, None, PathChange::Replace("/x".to_owned()), true)));
        assert_eq!(read("{re.x.1}"), None);
        assert_eq!(redirect("{uri}", 302, None, true), None);
        assert!(has_placeholder("a{b}") && !has_placeholder("{\"a\": 1}") && !has_placeholder("a{"));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[{}a-z/:.?]{0,30}|.{0,20}") {
            let _ = (redirect(&text, 302, None, false), rewrite(&text));
        }
    }
}
