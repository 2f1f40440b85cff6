//! Configurations of proxies and what is read from them, each intent as one line.

#[cfg(test)]
use super::intent::{Action, Certificate, Intent, Listen, Matcher, PathChange, Priority, Redirect};
use super::middleware::Middleware;
use super::{Stack, Ways};
use crate::compose::Project;
use crate::diag::Diagnostics;
use crate::input::{Input, MemoryFiles, Selection};
use crate::load::{Steps, load};
use crate::table::IndexMap;
use crate::text::Sources;

/// A project of these files.
pub(super) fn project(files: &[(&str, &str)]) -> Project {
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    decoded(&memory(files), &mut sources, &mut diagnostics)
}

fn memory(files: &[(&str, &str)]) -> MemoryFiles {
    let mut memory = MemoryFiles::new();
    for (path, text) in files {
        memory.add(format!("/p/{path}"), *text, false);
    }
    memory
}

fn decoded(memory: &MemoryFiles, sources: &mut Sources, diagnostics: &mut Diagnostics) -> Project {
    let selection = Selection::default();
    let input = Input { files: memory, environment: IndexMap::default(), working_folder: "/p".to_owned(), selection };
    let loaded = load(&input, Steps::TRANSLATION, sources, diagnostics).unwrap();
    crate::compose::decode(loaded, diagnostics, |_, _| ())
}

/// What is read from a project of these files: its ways in, and what is told.
pub(super) fn read(files: &[(&str, &str)]) -> (Ways, Vec<String>) {
    let (memory, mut sources, mut diagnostics) = (memory(files), Sources::default(), Diagnostics::default());
    let project = decoded(&memory, &mut sources, &mut diagnostics);
    let ways = super::read(&mut Stack { project: &project, files: &memory, sources: &mut sources }, &mut diagnostics);
    (ways, diagnostics.iter().map(|told| told.message.clone()).collect())
}

/// The ways in of a project, a line each, and the services that are replaced.
pub(super) fn lines(files: &[(&str, &str)]) -> Vec<String> {
    let (ways, _) = read(files);
    let replaced = ways.replaced.keys().map(|service| format!("without {service}"));
    ways.intents.iter().map(line).chain(replaced).collect()
}

/// An intent as one line.
pub(super) fn line(intent: &Intent) -> String {
    let listen = match intent.listen {
        Listen::BOTH => "both",
        Listen::PLAIN => "http",
        _ => "https",
    };
    let tls = match intent.tls.as_ref().map(|tls| &tls.certificate) {
        None => String::new(),
        Some(Certificate::Default) => " tls".to_owned(),
        Some(Certificate::Secret(name)) => format!(" secret={name}"),
        Some(Certificate::Files(files)) => format!(" files={}", files.name),
        Some(Certificate::Acme(acme)) => {
            format!(" acme={}{}", acme.email.as_deref().unwrap_or("-"), if acme.server.is_some() { "+server" } else { "" })
        }
        Some(Certificate::SelfSigned) => " self-signed".to_owned(),
    };
    let priority = match intent.priority {
        Priority::Narrowest => String::new(),
        Priority::Number(number) => format!(" #{number}"),
    };
    let ways: Vec<String> = intent.middlewares.iter().map(|middleware| way(&middleware.value)).collect();
    let ways = if ways.is_empty() { String::new() } else { format!(" via {}", ways.join(", ")) };
    format!("{listen}{tls} {}{ways} -> {}{priority}", asked(&intent.matcher), action(&intent.action))
}

fn asked(matcher: &Matcher) -> String {
    let all = |parts: &[Matcher], sign: &str| parts.iter().map(asked).collect::<Vec<_>>().join(sign);
    match matcher {
        Matcher::All(parts) if parts.is_empty() => "any".to_owned(),
        Matcher::All(parts) => all(parts, " "),
        Matcher::Any(parts) => format!("({})", all(parts, "|")),
        Matcher::Not(inner) => format!("!{}", asked(inner)),
        Matcher::Host(host) => host.clone(),
        Matcher::HostBelow { domain, one_label } => format!("{}.{domain}", if *one_label { "*" } else { "**" }),
        Matcher::HostRegexp(expression) => format!("host~{expression}"),
        Matcher::Path(path) => format!("={path}"),
        Matcher::PathPrefix(path) => format!("{path}*"),
        Matcher::PathElements(path) => format!("{path}/*"),
        Matcher::PathRegexp(expression) => format!("path~{expression}"),
        other => format!("{other:?}"),
    }
}

fn action(action: &Action) -> String {
    match action {
        Action::Forward(backends) => {
            let each = backends.iter().map(|backend| {
                let port = backend.port.map_or_else(String::new, |port| format!(":{port}"));
                let scheme = format!("{:?}", backend.scheme).to_lowercase();
                let scheme = if scheme == "http" { String::new() } else { format!("{scheme}://") };
                let weight = if backend.weight == 1 { String::new() } else { format!("*{}", backend.weight) };
                let sticky = if backend.sticky.is_some() { " sticky" } else { "" };
                format!("{scheme}{}{port}{weight}{sticky}", backend.service)
            });
            each.collect::<Vec<_>>().join("+")
        }
        Action::Redirect(Redirect { status, scheme, host, port, path, keep_query, .. }) => {
            let path = match path {
                PathChange::Keep => "…".to_owned(),
                PathChange::Replace(path) => path.clone(),
                PathChange::ReplacePrefix { from, to } => format!("[{from}→{to}]…"),
            };
            let scheme = scheme.as_ref().map_or_else(String::new, |scheme| format!("{scheme}:"));
            let port = port.map_or_else(String::new, |port| format!(":{port}"));
            let query = if *keep_query { "?…" } else { "" };
            format!("{status} {scheme}//{}{port}{path}{query}", host.as_deref().unwrap_or("…"))
        }
        Action::Respond { status, body, content_type } => {
            let kind = content_type.as_ref().map_or_else(String::new, |kind| format!(" {kind}"));
            let body = if body.is_empty() { String::new() } else { format!(" {body:?}") };
            format!("{status}{kind}{body}")
        }
    }
}

fn way(middleware: &Middleware) -> String {
    match middleware {
        Middleware::StripPrefix(prefixes) => format!("cut {}", prefixes.join(",")),
        Middleware::AddPrefix(prefix) => format!("add {prefix}"),
        Middleware::ReplacePath(path) => format!("path {path}"),
        Middleware::ReplacePathRegex { regex, replacement } => format!("path {regex} → {replacement}"),
        Middleware::RedirectRegex(redirect) => format!("redirect {} → {}", redirect.regex, redirect.replacement),
        Middleware::BasicAuth(auth) => format!("auth {}@{}", auth.users.join(","), auth.realm.as_deref().unwrap_or("-")),
        Middleware::IpAllowList(list) => format!("from {}", list.source_range.join(",")),
        Middleware::Buffering(buffering) => format!("size {}", buffering.max_request_body_bytes.unwrap_or(0)),
        Middleware::RateLimit(limit) => {
            format!("rate {}/{}+{}", limit.average.unwrap_or(0), limit.period.as_deref().unwrap_or("-"), limit.burst.unwrap_or(0))
        }
        Middleware::Timeouts(timeouts) => format!("timeouts {:?}", timeouts.read),
        Middleware::Headers(headers) => {
            let request = headers.custom_request_headers.iter().map(|(name, value)| format!(">{name}={value}"));
            let answer = headers.custom_response_headers.iter().map(|(name, value)| format!("<{name}={value}"));
            let sts = headers.sts().map(|sts| format!("hsts {sts}"));
            request.chain(answer).chain(sts).collect::<Vec<_>>().join(" ")
        }
        other => format!("{other:?}"),
    }
}
