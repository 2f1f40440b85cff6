//! Traefik: Ingresses with its annotations where they say all, else its own routes, whose rules are the matchers themselves.

use super::certificate::Certificates;
use super::ingress::{Parts, is_plain, lines};
use super::middleware::{Address, Middlewares};
use super::model::{HostsSecret, IngressPath, IngressRoute, PathKind, RouteBackend, RouteTls, Routes, TlsOptions, Transport};
use super::way::{Way, must_say};
use super::{Refusal, close, rule, weakened};
use crate::diag::Diagnostics;
use crate::plan::context::Context;
use crate::plan::name::Scope;
use crate::plan::storage::store::{Content, Store};
use crate::table::IndexMap;
use crate::text::pattern::quote;
use crate::vocab::intent::{Action, Scheme, TlsTerms, Verify};
use crate::vocab::middleware::{Middleware, Timeouts};

/// What the annotations begin with.
const PREFIX: &str = "traefik.ingress.kubernetes.io/router.";

/// How a way in is written.
enum Form {
    /// Lines of an Ingress.
    Ingress(Vec<(Option<String>, IngressPath)>),
    /// A route of Traefik's own, with this rule.
    Route(String),
}

/// Writes ways in for Traefik.
pub(super) struct Emitter<'e, 'a> {
    cx: &'e Context<'a>,
    stores: &'e mut Vec<Store>,
    middlewares: Middlewares,
    transports: Vec<Transport>,
    tls_options: Vec<TlsOptions>,
}

impl<'e, 'a> Emitter<'e, 'a> {
    pub(super) fn new(cx: &'e Context<'a>, stores: &'e mut Vec<Store>) -> Self {
        Self { cx, stores, middlewares: Middlewares::default(), transports: Vec::new(), tls_options: Vec::new() }
    }

    /// Takes away what Traefik cannot do in a cluster either.
    pub(super) fn prepare(&self, ways: &mut Vec<Way>, diagnostics: &mut Diagnostics) {
        let cx = self.cx;
        close(ways, &|way| impossible(cx, way), diagnostics);
    }

    /// Writes the objects.
    pub(super) fn write(
        mut self,
        ways: &[Way],
        class: Option<&str>,
        certificates: &mut Certificates,
        out: &mut Routes,
        diagnostics: &mut Diagnostics,
    ) {
        let forms: Vec<Option<Form>> = ways.iter().map(|way| self.form(way)).collect();
        let shown: Vec<&Way> = ways.iter().collect();
        let natural: Vec<(usize, usize)> = forms.iter().map(natural).collect();
        let said = must_say(&shown, &natural);
        let mut parts = Parts::default();
        let mut routes = Vec::new();
        for (way, form) in ways.iter().zip(forms) {
            let Some(form) = form else { continue };
            let names = self.middlewares.names(self.cx, way, self.stores, out, diagnostics);
            let priority = said.then_some(way.number);
            let listen = way.intent.listen;
            for encrypted in [true, false].into_iter().filter(|encrypted| if *encrypted { listen.encrypted } else { listen.plain }) {
                match &form {
                    Form::Ingress(lines) => {
                        let annotations = self.annotations(&names, priority, encrypted);
                        for (host, path) in lines {
                            parts.add(way, &annotations, encrypted, host.clone(), path.clone());
                        }
                    }
                    Form::Route(rule) => {
                        let route = self.route(way, rule, priority, &names, encrypted, diagnostics);
                        routes.push((route, way, encrypted));
                    }
                }
            }
        }
        parts.write(self.cx, class, certificates, out);
        for (mut route, way, encrypted) in routes {
            if encrypted {
                let secret = certificates.secrets(&way.hosts()).into_iter().next().map(|HostsSecret { secret, .. }| secret);
                let terms = way.intent.tls.as_ref().map(|tls| tls.terms.clone()).unwrap_or_default();
                route.tls = Some(RouteTls { secret, options: self.options(&terms, way) });
            }
            route.name = self.cx.names.reserve(Scope::Route, &route.name);
            out.targets.extend(route.backends.iter().map(|backend| (backend.endpoint.clone(), backend.port)));
            out.ingress_routes.push(route);
        }
        out.middlewares = self.middlewares.into_objects();
        out.transports = self.transports;
        out.tls_options = self.tls_options;
    }

    /// Lines of an Ingress where these say all of a way in, else a rule; `None` where the rule takes nothing.
    fn form(&self, way: &Way) -> Option<Form> {
        let named = way.intent.middlewares.is_empty() || self.cx.options.namespace.is_some();
        let terms = way.intent.tls.as_ref().is_some_and(|tls| tls.terms != TlsTerms::default());
        let timeouts = way.intent.middlewares.iter().any(|middleware| matches!(middleware.value, Middleware::Timeouts(_)));
        if named && !terms && !timeouts && is_plain(way) {
            let simple = lines(way).ok().filter(|lines| lines.iter().all(|line| line.kind != PathKind::Regexp && !line.deep));
            if let (Some(lines), Some(backend)) = (simple, way.backends.first()) {
                let path = |path: String, kind| IngressPath { path, kind, endpoint: backend.endpoint.clone(), port: backend.port };
                return Some(Form::Ingress(lines.into_iter().map(|line| (line.host, path(line.path, line.kind))).collect()));
            }
        }
        rule::write(&way.intent.matcher).map(Form::Route)
    }

    /// The annotations of an Ingress.
    fn annotations(&self, middlewares: &[String], priority: Option<i64>, encrypted: bool) -> IndexMap<String, String> {
        let mut out = IndexMap::default();
        let mut add = |key: &str, value: String| out.insert(format!("{PREFIX}{key}"), value);
        add("entrypoints", entry(encrypted).to_owned());
        if let (Some(namespace), false) = (&self.cx.options.namespace, middlewares.is_empty()) {
            let names: Vec<String> = middlewares.iter().map(|name| format!("{namespace}-{name}@kubernetescrd")).collect();
            add("middlewares", names.join(","));
        }
        if let Some(priority) = priority {
            add("priority", priority.to_string());
        }
        if encrypted {
            add("tls", "true".to_owned());
        }
        out
    }

    /// A route of Traefik's own.
    fn route(
        &mut self,
        way: &Way,
        rule: &str,
        priority: Option<i64>,
        middlewares: &[String],
        encrypted: bool,
        diagnostics: &mut Diagnostics,
    ) -> IngressRoute {
        let both = way.intent.listen.plain && way.intent.listen.encrypted;
        let backends = way.backends.iter().map(|backend| self.backend(way, backend, diagnostics)).collect();
        IngressRoute {
            name: if both && !encrypted { format!("{}-http", way.name) } else { way.name.clone() },
            service: way.intent.owner.clone(),
            entry: entry(encrypted),
            rule: rule.to_owned(),
            priority,
            middlewares: middlewares.to_vec(),
            backends,
            tls: None,
        }
    }

    /// A service that answers, with the object that says how it is spoken to.
    fn backend(&mut self, way: &Way, backend: &RouteBackend, diagnostics: &mut Diagnostics) -> RouteBackend {
        let timeouts = way.intent.middlewares.iter().find_map(|middleware| match middleware.value {
            Middleware::Timeouts(timeouts) => Some(timeouts),
            _ => None,
        });
        let mut out = backend.clone();
        if let Some(sticky) = out.sticky.as_mut().filter(|sticky| sticky.by_address) {
            sticky.by_address = false;
            diagnostics.push(weakened(&way.intent, None, "sticking to a container by the browser's address: a cookie does that"));
        }
        let Timeouts { connect, read, send } = timeouts.unwrap_or_default();
        if send.is_some() && connect.is_none() && read.is_none() {
            diagnostics.push(weakened(&way.intent, None, "the timeout for what the service takes"));
        }
        let timeouts = (connect, read);
        if backend.verify == Verify::default() && timeouts == (None, None) {
            return out;
        }
        let known = self.transports.iter().find(|known| known.verify == backend.verify && known.timeouts == timeouts);
        let name = known.map(|known| known.name.clone()).unwrap_or_else(|| {
            let name = self.cx.names.reserve(Scope::Middleware, &format!("{}-transport", backend.endpoint));
            self.transports.push(Transport { name: name.clone(), verify: backend.verify.clone(), timeouts });
            name
        });
        out.transport = Some(name);
        out
    }

    /// The name of the terms of an encrypted connection, where there are any.
    fn options(&mut self, terms: &TlsTerms, way: &Way) -> Option<String> {
        if *terms == TlsTerms::default() {
            return None;
        }
        if let Some(known) = self.tls_options.iter().find(|known| known.terms == *terms) {
            return Some(known.name.clone());
        }
        let name = self.cx.names.reserve(Scope::Middleware, terms.name.as_deref().unwrap_or(&way.name));
        let authorities = terms.client_authorities.as_ref().map(|(pem, _)| {
            let secret = self.cx.names.reserve(Scope::Secret, &format!("{name}-ca"));
            let mut store = Store::secret(secret.clone(), &way.intent.owner, self.cx.options);
            store.insert("tls.ca", Content::Text(pem.to_string()));
            self.stores.push(store);
            secret
        });
        self.tls_options.push(TlsOptions { name: name.clone(), terms: terms.clone(), authorities });
        Some(name)
    }
}

/// The entrypoint of Traefik's own installation.
const fn entry(encrypted: bool) -> &'static str {
    if encrypted { "websecure" } else { "web" }
}

/// The length of the rules that Traefik makes of a form, from and to: its priorities, where none are said.
fn natural(form: &Option<Form>) -> (usize, usize) {
    match form {
        None => (0, 0),
        Some(Form::Route(rule)) => (rule.len(), rule.len()),
        Some(Form::Ingress(lines)) => {
            let lengths = lines.iter().map(|(host, path)| {
                let host = host.as_ref().map_or(0, |host| match host.strip_prefix("*.") {
                    Some(domain) => r"HostRegexp(`^[a-zA-Z0-9-]+\.$`) && ".len() + quote(domain).len(),
                    None => "Host(``) && ".len() + host.len(),
                });
                let matcher = if path.kind == PathKind::Exact { "Path(``)" } else { "PathPrefix(``)" };
                host + matcher.len() + path.path.len()
            });
            lengths.fold((usize::MAX, 0), |(least, most), length| (least.min(length), most.max(length)))
        }
    }
}

/// Why Traefik cannot do it, and what asks for it.
pub(super) fn impossible(cx: &Context<'_>, way: &Way) -> Refusal {
    for middleware in &way.intent.middlewares {
        match &middleware.value {
            Middleware::Unknown { kind } => return Some((format!("nobody knows its middleware: {kind}"), Some(middleware.place))),
            Middleware::ForwardAuth(auth) => match Address::of(cx, &auth.address) {
                Address::Ours { .. } if cx.options.namespace.is_none() => {
                    let why = "it asks a service of the stack who may come in, which the controller reaches by its namespace only: name that with `--namespace`";
                    return Some((why.to_owned(), Some(middleware.place)));
                }
                _ => {}
            },
            _ => {}
        }
    }
    if let Some(backend) = way.backends.iter().find(|backend| matches!(backend.scheme, Scheme::FastCgi | Scheme::Uwsgi)) {
        let protocol = if backend.scheme == Scheme::Uwsgi { "uwsgi" } else { "FastCGI" };
        return Some((format!("the service speaks {protocol}, which Traefik does not"), None));
    }
    match &way.intent.action {
        Action::Respond { status, .. } if *status < 400 => {
            Some((format!("the proxy itself answers with {status}, which no route can"), None))
        }
        _ => None,
    }
}
