//! `location`: which paths, what holds there, and where requests end.

use super::condition::{self, Condition};
use super::guard::is_closed;
use super::settings::{Settings, why_own};
use super::target::{self, is_portable};
use super::upstream::Addresses;
use crate::text::Place;
use crate::vocab::directive::Directive;
use crate::vocab::intent::{Backend, Matcher, Redirect};
use crate::vocab::middleware::Middleware;

/// Which paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::vocab) enum Pattern {
    /// `= /x`
    Exact(String),
    /// `/x` and `^~ /x`
    Prefix {
        /// The bytes that a path begins with.
        path: String,
        /// Before expressions?
        first: bool,
    },
    /// `~ x` and `~* x`, as a Go expression
    Regex {
        /// The expression.
        expression: String,
        /// Does it mean the same in Go's words?
        portable: bool,
    },
}

impl Pattern {
    /// Every path.
    pub(super) fn all() -> Self {
        Self::Prefix { path: "/".to_owned(), first: false }
    }

    /// Which requests that are; nothing for every path.
    pub(in crate::vocab) fn matcher(&self) -> Option<Matcher> {
        match self {
            Self::Exact(path) => Some(Matcher::Path(path.clone())),
            Self::Prefix { path, .. } if path == "/" => None,
            Self::Prefix { path, .. } => Some(Matcher::PathPrefix(path.clone())),
            Self::Regex { expression, .. } => Some(Matcher::PathRegexp(expression.clone())),
        }
    }

    /// As the file has it.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Exact(path) => format!("location = {path}"),
            Self::Prefix { path, .. } if path == "/" => "server".to_owned(),
            Self::Prefix { path, .. } => format!("location {path}"),
            Self::Regex { expression, .. } => format!("location ~ {expression}"),
        }
    }

    pub(super) const fn is_regex(&self) -> bool {
        matches!(self, Self::Regex { .. })
    }
}

/// Where requests end.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum End {
    /// Services answer.
    Forward(Vec<Backend>),
    /// The browser is sent elsewhere.
    Redirect(Redirect),
    /// The proxy answers by itself: status and body.
    Respond(u16, String),
    /// Only nginx itself can answer: why, and where that stands.
    Own(String, Place),
    /// Nobody needs it in a cluster.
    Nothing,
}

/// A place of a server.
#[derive(Clone, Debug)]
pub(super) struct Location<'d> {
    /// Which paths.
    pub(super) pattern: Pattern,
    /// What holds there.
    pub(super) settings: Settings,
    /// What stands there.
    pub(super) block: &'d [Directive],
    /// Where it stands.
    pub(super) place: Place,
}

/// The locations of a block, those inside of others as well; named ones are not asked from outside.
pub(super) fn collect<'d>(block: &'d [Directive], outer: &Settings, out: &mut Vec<Location<'d>>) {
    for directive in block.iter().filter(|directive| directive.name() == "location") {
        let settings = outer.inside(directive.inner());
        let pattern = match (directive.value(0), directive.value(1)) {
            (Some("="), Some(path)) => Some(Pattern::Exact(path.to_owned())),
            (Some("^~"), Some(path)) => Some(Pattern::Prefix { path: path.to_owned(), first: true }),
            (Some("~"), Some(expression)) => Some(regex(expression, "")),
            (Some("~*"), Some(expression)) => Some(regex(expression, "(?i)")),
            (Some(path), None) => prefix(path),
            _ => None,
        };
        if let Some(pattern) = pattern {
            out.push(Location { pattern, settings: settings.clone(), block: directive.inner(), place: directive.place });
        }
        collect(directive.inner(), &settings, out);
    }
}

/// `/x`, or a sign that stands right before its path.
fn prefix(path: &str) -> Option<Pattern> {
    if let Some(path) = path.strip_prefix("^~") {
        return Some(Pattern::Prefix { path: path.to_owned(), first: true });
    }
    if let Some(path) = path.strip_prefix('=') {
        return Some(Pattern::Exact(path.to_owned()));
    }
    if let Some(expression) = path.strip_prefix("~*") {
        return Some(regex(expression, "(?i)"));
    }
    if let Some(expression) = path.strip_prefix('~') {
        return Some(regex(expression, ""));
    }
    path.starts_with('/').then(|| Pattern::Prefix { path: path.to_owned(), first: false })
}

fn regex(expression: &str, flags: &str) -> Pattern {
    Pattern::Regex { portable: is_portable(expression), expression: format!("{flags}{expression}") }
}

/// Where requests of a location end, and what is done on their way: redirects by expressions, and what becomes of the path.
pub(super) fn end(location: &Location<'_>, addresses: &Addresses<'_, '_>, name: Option<&str>) -> (End, Vec<Middleware>) {
    let mut middlewares = Vec::new();
    let end = find(location, addresses, name, &mut middlewares);
    if matches!(end, End::Own(..) | End::Nothing) { (end, Vec::new()) } else { (end, middlewares) }
}

fn find(location: &Location<'_>, addresses: &Addresses<'_, '_>, name: Option<&str>, middlewares: &mut Vec<Middleware>) -> End {
    let has = |name: &str| location.block.iter().find(|directive| directive.name() == name);
    let own = |why: &str, place: Place| End::Own(why.to_owned(), place);
    if has("internal").is_some() || is_challenge(&location.pattern) {
        return End::Nothing;
    }
    if let Some(status) = has("stub_status").filter(|_| location.settings.access.last().is_some_and(|last| !last.value.0)) {
        return if status.values().is_empty() {
            End::Respond(403, String::new())
        } else {
            own("`stub_status` tells of nginx itself", status.place)
        };
    }
    if let Some(directive) = &location.settings.own {
        return End::Own(why_own(&directive.value), directive.place);
    }
    if let Pattern::Regex { portable: false, expression } = &location.pattern {
        return End::Own(format!("the expression {expression:?} has what a controller's expressions do not"), location.place);
    }
    let mut changed = false;
    for directive in location.block {
        match directive.name() {
            "return" => {
                return returned(directive, location, name, middlewares).unwrap_or_else(|| own("`return` has variables", directive.place));
            }
            "rewrite" => {
                let (Some(regex), Some(to)) = (directive.value(0), directive.value(1)) else { continue };
                let flag = directive.value(2).unwrap_or_default();
                let away = to.starts_with("http") || to.starts_with("$scheme");
                let portable = is_portable(regex);
                match flag {
                    "permanent" | "redirect" | "" if away || !flag.is_empty() => {
                        let status = if flag == "permanent" { 301 } else { 302 };
                        if let Some(redirect) = target::rewritten(regex, to, status, name) {
                            return End::Redirect(redirect);
                        }
                        match target::redirect_regex(regex, to, status == 301, name) {
                            Some(middleware) => middlewares.push(middleware),
                            None => return own("`rewrite` has an expression or variables of nginx's own", directive.place),
                        }
                    }
                    "break" if portable => match target::path_change(regex, to) {
                        Some(changes) => {
                            changed = true;
                            middlewares.extend(changes);
                        }
                        None => return own("`rewrite` has variables", directive.place),
                    },
                    _ => return own("`rewrite` looks for another location", directive.place),
                }
            }
            "if" if matches!(condition::read(directive), Some(Condition::Request(_))) => {}
            "if" => return own("`if` has a condition of nginx's own", directive.place),
            "try_files" => return own("`try_files` looks for files of nginx's own", directive.place),
            _ => {}
        }
    }
    if is_closed(&location.settings) {
        return End::Respond(403, String::new());
    }
    if let Some(pass) = has("proxy_pass").or_else(|| has("grpc_pass")) {
        return match addresses.answer(pass, &location.settings, &location.pattern) {
            Ok((backends, changes)) => {
                if !changed {
                    middlewares.extend(changes);
                }
                End::Forward(backends)
            }
            Err(why) => End::Own(why, pass.place),
        };
    }
    match location.settings.files {
        Some(_) if is_error_page(location, addresses) => End::Nothing,
        Some(place) => own("files of its own are served there", place),
        // A location that only sets something, or nothing at all: nginx looks for files where the image has none.
        None => End::Respond(404, String::new()),
    }
}

/// What `return` says.
pub(super) fn returned(
    directive: &Directive,
    location: &Location<'_>,
    name: Option<&str>,
    middlewares: &mut Vec<Middleware>,
) -> Option<End> {
    let (first, second) = (directive.value(0)?, directive.value(1));
    let (status, text) = match (first.parse::<u16>(), second) {
        (Ok(status), text) => (status, text.unwrap_or_default()),
        (Err(_), _) => (302, first),
    };
    let text = location.settings.resolved(text);
    if matches!(status, 301 | 302 | 303 | 307 | 308) {
        if let Some(redirect) = target::redirect(&text, status, name) {
            return Some(End::Redirect(redirect));
        }
        // What the location's expression found goes along.
        let Pattern::Regex { expression, .. } = &location.pattern else { return None };
        let permanent = matches!(status, 301 | 308);
        middlewares.push(target::redirect_regex(expression, &format!("{text}?"), permanent, name)?);
        return Some(End::Respond(404, String::new()));
    }
    let plain = target::pieces(&text).iter().all(|piece| matches!(piece, target::Piece::Text(_)));
    plain.then_some(End::Respond(status, text))
}

/// Is it where an authority looks for the file that proves a host is ours? The cluster's certificate controller answers there.
fn is_challenge(pattern: &Pattern) -> bool {
    match pattern {
        Pattern::Exact(path) | Pattern::Prefix { path, .. } => {
            path.starts_with("/.well-known/acme-challenge") || path == "/.well-known/pki-validation/"
        }
        Pattern::Regex { expression, .. } => expression.contains("acme-challenge"),
    }
}

/// Is it a page for errors that the image brings itself?
fn is_error_page(location: &Location<'_>, addresses: &Addresses<'_, '_>) -> bool {
    let Pattern::Exact(path) = &location.pattern else { return false };
    let root = location.settings.root.as_deref().unwrap_or_default();
    let mounted =
        addresses.proxy.container.volumes.iter().any(|mount| mount.target.value.starts_with(root) || root.starts_with(&mount.target.value));
    location.settings.error_pages.contains(path) && !mounted && matches!(root.trim_end_matches('/'), "/usr/share/nginx/html" | "html")
}
