//! The order in which Caddy asks the directives of a block, whatever the order of the file.

use super::matcher;
use crate::vocab::directive::Directive;

/// Caddy's own order.
const ORDER: &[&str] = &[
    "tracing",
    "map",
    "vars",
    "fs",
    "root",
    "log_append",
    "skip_log",
    "log_skip",
    "log_name",
    "header",
    "copy_response_headers",
    "request_body",
    "redir",
    "method",
    "rewrite",
    "uri",
    "try_files",
    "basicauth",
    "basic_auth",
    "forward_auth",
    "request_header",
    "encode",
    "push",
    "intercept",
    "templates",
    "invoke",
    "handle",
    "handle_path",
    "route",
    "abort",
    "error",
    "copy_response",
    "respond",
    "metrics",
    "reverse_proxy",
    "php_fastcgi",
    "file_server",
    "acme_server",
];

/// Sorts directives as Caddy asks them: by kind, then by how narrow their path is, those with a matcher first.
pub(super) fn sort<'d>(directives: &[&'d Directive], options: &[Directive]) -> Vec<&'d Directive> {
    let mut order: Vec<String> = ORDER.iter().map(|name| (*name).to_owned()).collect();
    for option in options.iter().filter(|option| option.name() == "order") {
        let (Some(name), Some(place)) = (option.value(0), option.value(1)) else { continue };
        order.retain(|known| known != name);
        let beside = option.value(2).and_then(|other| order.iter().position(|known| known == other));
        let at = match (place, beside) {
            ("first", _) => 0,
            ("before", Some(at)) => at,
            ("after", Some(at)) => at + 1,
            _ => order.len(),
        };
        order.insert(at.min(order.len()), name.to_owned());
    }
    // The two kinds of `handle` are one.
    let kind = |directive: &Directive| if directive.name() == "handle_path" { "handle".to_owned() } else { directive.name().to_owned() };
    // What nobody knows may guard the rest.
    let position = |directive: &Directive| order.iter().position(|name| *name == kind(directive)).map_or(0, |at| at + 1);
    let mut out = directives.to_vec();
    out.sort_by_cached_key(|directive| {
        let word = directive.value(0).unwrap_or_default();
        let is_path = word.starts_with('/') && matcher::path(word).is_some();
        let exact = !word.contains('*');
        // Of those that add up, the narrowest comes last, so that it wins.
        let adds = matches!(directive.name(), "header" | "root" | "vars" | "map");
        let length = if is_path { word.trim_end_matches('*').len() } else { 0 };
        let rank = if is_path {
            (0, usize::MAX - length, usize::from(!exact))
        } else if word.starts_with('@') {
            (1, 0, 0)
        } else {
            (2, 0, 0)
        };
        let rank = if adds { (2 - rank.0, usize::MAX - rank.1, 1 - rank.2.min(1)) } else { rank };
        (position(directive), rank)
    });
    out
}
