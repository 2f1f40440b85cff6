//! Ingresses for controllers other than Traefik: what each can say with annotations of its own.

mod f5;
mod haproxy;
mod ingress_nginx;
mod plain;

use super::certificate::Certificates;
use super::ingress::{Line, Parts, line, lines};
use super::model::{IngressPath, PathKind, RouteBackend, Routes};
use super::order::arrange;
use super::way::Way;
use super::{Refusal, close, conflicts, weakened};
use crate::diag::Diagnostics;
use crate::options::IngressController;
use crate::plan::context::Context;
use crate::plan::name::Scope;
use crate::plan::storage::store::{Content, Store};
use crate::table::{HashMap, IndexMap};
use crate::text::Place;
use crate::vocab::intent::{Action, PathChange, Redirect};
use crate::vocab::middleware::{Auth, Middleware};

/// How a controller can say something.
enum Said {
    /// As it is.
    Yes,
    /// Without this.
    Without(String),
    /// Not at all: why.
    No(String),
}

/// A path of an Ingress with its annotations, in the making.
struct Draft<'d> {
    line: Line,
    annotations: IndexMap<String, String>,
    backend: &'d RouteBackend,
    /// Who may come in.
    auth: Option<Auth>,
}

impl Draft<'_> {
    fn set(&mut self, key: &str, value: impl Into<String>) {
        self.annotations.insert(key.to_owned(), value.into());
    }
}

/// The type and the content of a Secret with names and passwords.
type Users = (Option<&'static str>, IndexMap<String, String>);

/// The words of a controller.
struct Dialect {
    /// What a middleware is in it.
    middleware: fn(&Context<'_>, &mut Draft<'_>, &Middleware) -> Said,
    /// How a service is spoken to.
    backend: fn(&mut Draft<'_>) -> Said,
    /// Are browsers sent to https?
    redirect: fn(&mut Draft<'_>, bool) -> Said,
    /// A redirect to elsewhere.
    elsewhere: fn(&mut Draft<'_>, &Redirect) -> Said,
    /// A Secret with names and passwords: its type and its content.
    users: fn(&Auth) -> Users,
    /// The annotation that names that Secret.
    users_key: &'static str,
    /// Where it takes one Ingress for a host and others only below it: the annotation that says which it is, and how those begin that hold
    /// for the host as a whole.
    below_one: Option<(&'static str, &'static [&'static str])>,
}

/// The words of a controller; Traefik has an emitter of its own.
const fn dialect(controller: IngressController) -> &'static Dialect {
    match controller {
        IngressController::Nginx => &f5::DIALECT,
        IngressController::IngressNginx => &ingress_nginx::DIALECT,
        IngressController::Haproxy => &haproxy::DIALECT,
        IngressController::Traefik | IngressController::Auto | IngressController::None => &plain::DIALECT,
    }
}

/// Writes ways in as Ingresses.
pub(super) struct Emitter<'e, 'a> {
    cx: &'e Context<'a>,
    dialect: &'static Dialect,
    /// The hosts whose browsers are sent to https.
    to_https: Vec<Option<String>>,
}

impl<'e, 'a> Emitter<'e, 'a> {
    pub(super) const fn new(cx: &'e Context<'a>, controller: IngressController) -> Self {
        Self { cx, dialect: dialect(controller), to_https: Vec::new() }
    }

    /// Takes away what the controller cannot do, and redirects to https, which an annotation says.
    pub(super) fn prepare(&mut self, ways: &mut Vec<Way>, diagnostics: &mut Diagnostics) {
        let mut hosts = Vec::new();
        ways.retain(|way| {
            let whole = redirects_to_https(way);
            if let Some(found) = whole.clone() {
                hosts.extend(found);
            }
            whole.is_none()
        });
        self.to_https = hosts;
        conflicts(ways, diagnostics);
        let this = &*self;
        close(ways, &|way| this.impossible(way), diagnostics);
    }

    /// Why a way in cannot be said, and what asks for it.
    fn impossible(&self, way: &Way) -> Refusal {
        let found = match lines(way) {
            Ok(lines) => lines,
            Err(why) => return Some((why, None)),
        };
        let Some(backend) = way.backends.first() else {
            return match &way.intent.action {
                Action::Redirect(_) => self.redirect_of(way, &found).err().map(|why| (why, None)),
                _ => Some(("the proxy itself answers, which no Ingress can".to_owned(), None)),
            };
        };
        if way.backends.len() > 1 {
            return Some(("several services share its requests, which an Ingress cannot say".to_owned(), None));
        }
        found.into_iter().find_map(|line| self.draft(way, line, backend).err())
    }

    /// Drafts of a redirect, which leads to no service: whatever answers behind it is never asked.
    fn redirect_of<'w>(&self, way: &'w Way, found: &[Line]) -> Result<Vec<Draft<'w>>, String> {
        let Action::Redirect(redirect) = &way.intent.action else { return Ok(Vec::new()) };
        let backend = way.stand_in.as_ref().ok_or("it leads to no service, and an Ingress names one")?;
        let mut out = Vec::new();
        for line in found {
            let mut draft = Draft { line: line.clone(), annotations: IndexMap::default(), backend, auth: None };
            if let Said::No(why) = (self.dialect.elsewhere)(&mut draft, redirect) {
                return Err(why);
            }
            out.push(draft);
        }
        Ok(out)
    }

    /// A path with its annotations.
    fn draft<'w>(&self, way: &'w Way, line: Line, backend: &'w RouteBackend) -> Result<Draft<'w>, (String, Option<Place>)> {
        let mut draft = Draft { line, annotations: IndexMap::default(), backend, auth: None };
        for middleware in &way.intent.middlewares {
            if let Said::No(why) = (self.dialect.middleware)(self.cx, &mut draft, &middleware.value) {
                return Err((why, Some(middleware.place)));
            }
        }
        if draft.line.kind == PathKind::Regexp {
            return Err(("the rule asks for a pattern of paths, which an Ingress has no word for".to_owned(), None));
        }
        match (self.dialect.backend)(&mut draft) {
            Said::No(why) => Err((why, None)),
            _ => Ok(draft),
        }
    }

    /// Writes the objects.
    pub(super) fn write(
        &self,
        ways: &[Way],
        class: Option<&str>,
        certificates: &mut Certificates,
        stores: &mut Vec<Store>,
        out: &mut Routes,
        diagnostics: &mut Diagnostics,
    ) {
        let mut parts = Parts::default();
        let mut users: HashMap<String, String> = HashMap::default();
        let entries = arrange(ways, diagnostics);
        for (way, alternative) in &entries {
            let Some(way) = ways.get(*way) else { continue };
            let Ok(line) = line(alternative) else { continue };
            let drafts = match way.backends.first() {
                Some(backend) => self.draft(way, line, backend).map(|draft| vec![draft]).unwrap_or_default(),
                None => self.redirect_of(way, &[line]).unwrap_or_default(),
            };
            for mut draft in drafts {
                let encrypted = way.intent.listen.encrypted;
                if encrypted {
                    let to_https = !way.intent.listen.plain || self.is_sent_to_https(draft.line.host.as_deref());
                    if let Said::Without(what) = (self.dialect.redirect)(&mut draft, to_https) {
                        diagnostics.push(weakened(&way.intent, None, &what));
                    }
                }
                if let Some(auth) = &draft.auth {
                    let secret = self.users(way, auth, &mut users, stores);
                    draft.annotations.insert(self.dialect.users_key.to_owned(), secret);
                }
                if draft.line.bytes {
                    let path = &draft.line.path;
                    diagnostics.push(weakened(
                        &way.intent,
                        None,
                        &format!("paths that only begin with the letters of {path}, such as {path}x"),
                    ));
                }
                let Line { host, path, kind, .. } = draft.line;
                let path = IngressPath { path, kind, endpoint: draft.backend.endpoint.clone(), port: draft.backend.port };
                parts.add(way, &draft.annotations, encrypted, host, path);
            }
        }
        for way in ways {
            self.tell(way, diagnostics);
        }
        if let Some((kind, of_host)) = self.dialect.below_one {
            parts = parts.below_one(kind, &|key| of_host.iter().any(|begin| key.starts_with(begin)));
        }
        parts.write(self.cx, class, certificates, out);
    }

    fn is_sent_to_https(&self, host: Option<&str>) -> bool {
        self.to_https.iter().any(|known| known.is_none() || known.as_deref() == host)
    }

    /// Tells what a way in is written without.
    fn tell(&self, way: &Way, diagnostics: &mut Diagnostics) {
        let (Some(backend), Ok(found)) = (way.backends.first(), lines(way)) else { return };
        let Some(line) = found.into_iter().next() else { return };
        let mut draft = Draft { line, annotations: IndexMap::default(), backend, auth: None };
        for middleware in &way.intent.middlewares {
            if let Said::Without(what) = (self.dialect.middleware)(self.cx, &mut draft, &middleware.value) {
                diagnostics.push(weakened(&way.intent, Some(middleware.place), &what));
            }
        }
        if let Said::Without(what) = (self.dialect.backend)(&mut draft) {
            diagnostics.push(weakened(&way.intent, None, &what));
        }
    }

    /// The Secret of names and passwords, each content once.
    fn users(&self, way: &Way, auth: &Auth, known: &mut HashMap<String, String>, stores: &mut Vec<Store>) -> String {
        let key = auth.users.join("\n");
        if let Some(name) = known.get(&key) {
            return name.clone();
        }
        let name = self.cx.names.reserve(Scope::Secret, &format!("{}-users", way.name));
        let (kind, content) = (self.dialect.users)(auth);
        let mut store = Store::secret(name.clone(), &way.intent.owner, self.cx.options);
        store.kind = kind.map(str::to_owned);
        for (key, value) in content {
            store.insert(key, Content::Text(value));
        }
        stores.push(store);
        known.insert(key, name.clone());
        name
    }
}

/// The hosts that a way in sends to https and does nothing else with; `None`: it does something else.
pub(super) fn redirects_to_https(way: &Way) -> Option<Vec<Option<String>>> {
    if way.intent.listen.encrypted {
        return None;
    }
    let by_action = match &way.intent.action {
        Action::Redirect(redirect) => {
            redirect.scheme.as_deref() == Some("https")
                && redirect.host.is_none()
                && redirect.path == PathChange::Keep
                && redirect.keep_query
        }
        _ => false,
    };
    let by_middleware = matches!(way.intent.middlewares.first().map(|first| &first.value), Some(Middleware::RedirectScheme(redirect)) if redirect.scheme == "https");
    if !by_action && !by_middleware {
        return None;
    }
    let mut hosts = Vec::new();
    for alternative in way.alternatives.as_ref()? {
        let found = line(alternative).ok()?;
        if found.path != "/" || found.kind != PathKind::Prefix {
            return None;
        }
        hosts.push(found.host);
    }
    Some(hosts)
}

/// The one prefix that is cut off, where it is what the path of the Ingress begins with.
fn cut<'p>(line: &Line, prefixes: &'p [String]) -> Option<&'p str> {
    let fits = |prefix: &&String| line.kind == PathKind::Prefix && line.path.trim_end_matches('/') == prefix.trim_end_matches('/');
    prefixes.iter().find(fits).map(|prefix| prefix.trim_end_matches('/')).filter(|prefix| !prefix.is_empty())
}

/// What is said of a middleware that no annotation has a word for: without it, where nobody is kept out and nothing ends up elsewhere.
fn wordless(middleware: &Middleware) -> Said {
    let what = match middleware {
        Middleware::Headers(headers) if headers.only_host().is_some() => {
            let host = headers.only_host().unwrap_or_default();
            return Said::Without(format!("{host:?} as the host that the service sees: it sees the one that the browser asked for"));
        }
        Middleware::Headers(_) => "the headers that are set",
        Middleware::Compress(_) => "compressed answers",
        Middleware::Retry(_) => "sending requests again",
        Middleware::CircuitBreaker(_) => "leaving a failing service alone",
        Middleware::Buffering(_) => "a limit of its bodies",
        Middleware::Timeouts(_) => "its timeouts",
        Middleware::ContentType => "guessed kinds of bodies",
        Middleware::Errors(_) => "pages of its own for errors",
        Middleware::GrpcWeb(_) => "gRPC for browsers",
        Middleware::RedirectScheme(_) => return Said::Yes,
        Middleware::Unknown { kind } => return Said::No(format!("nobody knows its middleware: {kind}")),
        Middleware::BasicAuth(_) | Middleware::DigestAuth(_) | Middleware::ForwardAuth(_) => {
            return Said::No("an Ingress has no word for who may come in".to_owned());
        }
        Middleware::IpAllowList(_) => return Said::No("an Ingress has no word for the addresses that may come in".to_owned()),
        Middleware::RateLimit(_) | Middleware::InFlight(_) => {
            return Said::No("an Ingress has no word for how much may come in".to_owned());
        }
        Middleware::PassTlsClientCert(_) => return Said::No("an Ingress has no word for certificates of browsers".to_owned()),
        Middleware::RedirectRegex(_) => return Said::No("an Ingress has no word for its redirect".to_owned()),
        Middleware::StripPrefix(_)
        | Middleware::StripPrefixRegex(_)
        | Middleware::AddPrefix(_)
        | Middleware::ReplacePath(_)
        | Middleware::ReplacePathRegex { .. } => return Said::No("an Ingress has no word for the path that the service sees".to_owned()),
    };
    Said::Without(what.to_owned())
}

/// What is left out where there is no word for a middleware.
///
/// # Errors
/// Why the way in cannot be without it.
pub(super) fn wordless_of(middleware: &Middleware) -> Result<String, String> {
    match wordless(middleware) {
        Said::Without(what) => Ok(what),
        Said::No(why) => Err(why),
        Said::Yes => Ok(String::new()),
    }
}
