//! HTTPRoutes of the Gateway API, and the Gateway that they hang on unless one of the cluster is named.

use super::certificate::Certificates;
use super::dialect::redirects_to_https;
use super::elements::settle;
use super::ingress::said;
use super::middleware::Middlewares;
use super::model::{
    BackendTls, Filter, Gateway, HttpMatch, HttpRoute, HttpRule, Listener, Parent, PathKind, PathRewrite, RouteBackend, Routes, Solver,
};
use super::normal::Alternative;
use super::order::arrange;
use super::way::{Site, Way};
use super::{Refusal, close, conflicts, weakened};
use crate::diag::catalog::options::GATEWAY_CLASS_MISSING;
use crate::diag::{Diagnostic, Diagnostics};
use crate::options::IngressController;
use crate::plan::context::Context;
use crate::plan::name::{Scope, label};
use crate::plan::storage::store::Store;
use crate::table::IndexMap;
use crate::vocab::intent::{Action, Matcher, PathChange, Scheme};
use crate::vocab::middleware::Middleware;

/// The most hosts of a route.
const HOSTS: usize = 16;
/// The most alternatives of a rule.
const MATCHES: usize = 64;
/// The version with the filter for CORS.
const CORS_SINCE: u32 = 5;

/// The version in which the policy for services in TLS is stable.
const BACKEND_TLS_SINCE: u32 = 4;
/// HTTP/2 without TLS, as a port of a Service names it.
const H2C: &str = "kubernetes.io/h2c";

/// Writes ways in for a Gateway.
pub(super) struct Emitter<'e, 'a> {
    cx: &'e Context<'a>,
    /// Can it name Traefik's middlewares?
    traefik: bool,
    /// The second number of the version of the Gateway API.
    version: u32,
}

/// What is done with the requests of a way in.
#[derive(Default)]
struct Steps {
    filters: Vec<Filter>,
    lost: Vec<(String, Option<crate::text::Place>)>,
}

impl<'e, 'a> Emitter<'e, 'a> {
    pub(super) fn new(cx: &'e Context<'a>, controller: IngressController) -> Self {
        let version = cx.options.gateway_api.trim_start_matches('v').split('.').nth(1).and_then(|minor| minor.parse().ok()).unwrap_or(0);
        Self { cx, traefik: controller == IngressController::Traefik, version }
    }

    /// The class of the Gateway that is written; `None`: one of the cluster is named.
    pub(super) fn class(&self, usual: Option<&str>, diagnostics: &mut Diagnostics) -> Result<Option<String>, ()> {
        let options = self.cx.options;
        if options.gateway.is_some() {
            return Ok(None);
        }
        let class = options.gateway_class.clone().or_else(|| usual.map(str::to_owned));
        if class.is_none() {
            let message = "nobody knows which class the Gateway has that is written";
            let message = Diagnostic::new(&GATEWAY_CLASS_MISSING, message);
            diagnostics.push(message.help("name it with `--gateway-class`, or a Gateway of the cluster with `--gateway NAMESPACE/NAME`"));
            return Err(());
        }
        Ok(class)
    }

    /// Takes away what a Gateway cannot do.
    pub(super) fn prepare(&self, ways: &mut Vec<Way>, diagnostics: &mut Diagnostics) {
        conflicts(ways, diagnostics);
        close(ways, &|way| self.impossible(way), diagnostics);
    }

    fn impossible(&self, way: &Way) -> Refusal {
        let Some(alternatives) = &way.alternatives else { return Some(("its rule has too many alternatives".to_owned(), None)) };
        for alternative in alternatives {
            if let Err(why) = http_match(&Site::of(alternative)) {
                return Some((why, None));
            }
        }
        if way.intent.listen.encrypted && alternatives.iter().any(|alternative| Site::of(alternative).host.is_none()) {
            return Some(("a Gateway is encrypted for hosts that are named only".to_owned(), None));
        }
        if let Some(why) = way.backends.iter().find_map(|backend| self.unspoken(backend)) {
            return Some((why, None));
        }
        if self.traefik {
            return super::traefik::impossible(self.cx, way);
        }
        if matches!(way.intent.action, Action::Respond { .. }) {
            return Some(("the proxy itself answers, which no HTTPRoute can".to_owned(), None));
        }
        self.steps(way).err()
    }

    /// Why a service cannot be spoken to as it wants; `None`: it can.
    fn unspoken(&self, backend: &RouteBackend) -> Option<String> {
        match backend.scheme {
            Scheme::Http | Scheme::H2c | Scheme::Grpc => None,
            Scheme::Https | Scheme::Grpcs if backend.verify.skip => {
                Some("the service is spoken to in TLS without looking at its certificate, and a Gateway always looks at it".to_owned())
            }
            Scheme::Https | Scheme::Grpcs if self.version < BACKEND_TLS_SINCE => {
                Some("the service is spoken to in TLS, which the Gateway API can say since 1.4 (`--gateway-api`)".to_owned())
            }
            Scheme::Https | Scheme::Grpcs => None,
            Scheme::FastCgi => Some("the service speaks FastCGI, which no Gateway does".to_owned()),
            Scheme::Uwsgi => Some("the service speaks uwsgi, which no Gateway does".to_owned()),
        }
    }

    /// What Services and policies say of how the services of a way in are spoken to.
    fn speak(&self, way: &Way, out: &mut Routes) {
        for backend in &way.backends {
            let target = (backend.endpoint.clone(), backend.port);
            match backend.scheme {
                Scheme::H2c | Scheme::Grpc => drop(out.protocols.insert(target, H2C.to_owned())),
                Scheme::Https | Scheme::Grpcs if !out.backend_tls.iter().any(|policy| policy.target == target) => {
                    let hostname = backend.verify.server_name.clone().unwrap_or_else(|| backend.endpoint.clone());
                    let name = self.cx.names.reserve(Scope::Route, &backend.endpoint);
                    out.backend_tls.push(BackendTls { name, service: way.intent.owner.clone(), target, port_name: None, hostname });
                }
                _ => {}
            }
        }
    }

    /// The filters of a way in, in the words of the Gateway API alone.
    fn steps(&self, way: &Way) -> Result<Steps, (String, Option<crate::text::Place>)> {
        let mut steps = Steps::default();
        let mut rewrite: Option<PathRewrite> = None;
        let prefix = prefix_of(way);
        for middleware in &way.intent.middlewares {
            let place = Some(middleware.place);
            let no = |why: &str| Err((format!("an HTTPRoute has no word for {why}"), place));
            match &middleware.value {
                Middleware::StripPrefix(prefixes) => match &prefix {
                    Some(prefix) if rewrite.is_none() && prefixes.iter().any(|cut| cut.trim_end_matches('/') == prefix) => {
                        rewrite = Some(PathRewrite::Prefix("/".to_owned()));
                    }
                    _ => return no("cutting this off the path"),
                },
                Middleware::AddPrefix(front) => {
                    let whole = prefix.as_deref() == Some("");
                    match &rewrite {
                        None if whole => rewrite = Some(PathRewrite::Prefix(front.clone())),
                        Some(PathRewrite::Prefix(path)) if path == "/" => rewrite = Some(PathRewrite::Prefix(front.clone())),
                        _ => return no("putting this in front of the path"),
                    }
                }
                Middleware::ReplacePath(path) => rewrite = Some(PathRewrite::Full(path.clone())),
                Middleware::Headers(headers) => {
                    let mut response = headers.fixed_response();
                    response.extend(headers.sts().map(|sts| ("Strict-Transport-Security".to_owned(), sts)));
                    let parts = |map: &IndexMap<String, String>| {
                        let (gone, set): (Vec<_>, Vec<_>) = map.clone().into_iter().partition(|(_, value)| value.is_empty());
                        (set, gone.into_iter().map(|(name, _)| name).collect::<Vec<_>>())
                    };
                    let (mut set, gone) = parts(&headers.custom_request_headers);
                    if let Some(at) = set.iter().position(|(name, _)| name.eq_ignore_ascii_case("host")) {
                        let (_, host) = set.remove(at);
                        steps.lost.push((format!("{host:?} as the host that the service sees"), place));
                    }
                    if !set.is_empty() || !gone.is_empty() {
                        steps.filters.push(Filter::RequestHeaders(set, gone));
                    }
                    let (set, gone) = parts(&response);
                    if !set.is_empty() || !gone.is_empty() {
                        steps.filters.push(Filter::ResponseHeaders(set, gone));
                    }
                    if headers.has_cors() && self.version >= CORS_SINCE {
                        steps.filters.push(Filter::Cors {
                            origins: headers.access_control_allow_origin_list.clone(),
                            methods: headers.access_control_allow_methods.clone(),
                            headers: headers.access_control_allow_headers.clone(),
                            expose: headers.access_control_expose_headers.clone(),
                            credentials: headers.access_control_allow_credentials,
                            max_age: headers.access_control_max_age,
                        });
                    } else if headers.has_cors() {
                        steps
                            .lost
                            .push(("what scripts of other sites may ask (CORS), which the Gateway API has since 1.5".to_owned(), place));
                    }
                }
                Middleware::RedirectScheme(redirect) => steps.filters.push(Filter::Redirect {
                    status: if redirect.permanent { 301 } else { 302 },
                    scheme: Some(redirect.scheme.clone()),
                    host: None,
                    port: redirect.port.as_ref().and_then(|port| port.parse().ok()),
                    path: None,
                }),
                Middleware::Timeouts(_) => {}
                other => match super::dialect::wordless_of(other) {
                    Ok(lost) => steps.lost.push((lost, place)),
                    Err(_) => return no("what guards it or changes its path"),
                },
            }
        }
        if let Action::Redirect(redirect) = &way.intent.action {
            let path = match &redirect.path {
                PathChange::Keep => None,
                PathChange::Replace(path) => Some(PathRewrite::Full(path.clone())),
                PathChange::ReplacePrefix { to, .. } => Some(PathRewrite::Prefix(to.clone())),
            };
            if !matches!(redirect.status, 301 | 302) {
                steps.lost.push((format!("the status {}, as Gateways have 301 and 302", redirect.status), None));
            }
            let status = if matches!(redirect.status, 301 | 308) { 301 } else { 302 };
            steps.filters.push(Filter::Redirect {
                status,
                scheme: redirect.scheme.clone(),
                host: redirect.host.clone(),
                port: redirect.port,
                path,
            });
        }
        if let Some(rewrite) = rewrite {
            if steps.filters.iter().any(|filter| matches!(filter, Filter::Redirect { .. })) {
                return Err(("an HTTPRoute cannot change the path and redirect".to_owned(), None));
            }
            steps.filters.push(Filter::Rewrite(rewrite));
        }
        Ok(steps)
    }

    /// Writes the objects.
    pub(super) fn write(
        &self,
        ways: &[Way],
        class: Option<String>,
        certificates: &mut Certificates,
        stores: &mut Vec<Store>,
        out: &mut Routes,
        diagnostics: &mut Diagnostics,
    ) -> Solver {
        let (namespace, name) = match self.cx.options.gateway.as_deref().map(|text| text.split_once('/').unwrap_or(("", text))) {
            Some(("", name)) => (None, name.to_owned()),
            Some((namespace, name)) => (Some(namespace.to_owned()), name.to_owned()),
            None => (None, self.cx.names.reserve(Scope::Route, &self.cx.project.name)),
        };
        let mut listeners: Vec<Listener> = Vec::new();
        let mut middlewares = Middlewares::default();
        let entries = settle(arrange(ways, diagnostics), ways, &|way| self.is_rewritten_by_prefix(way), self.traefik, diagnostics);
        for (number, way) in ways.iter().enumerate() {
            let steps = self.filters(way, &mut middlewares, stores, out, diagnostics);
            for (what, place) in &steps.lost {
                diagnostics.push(weakened(&way.intent, *place, what));
            }
            if way.backends.iter().any(|backend| backend.sticky.is_some()) {
                diagnostics.push(weakened(
                    &way.intent,
                    None,
                    "a cookie that keeps a browser at one pod: the Gateway API has it in its experimental channel only",
                ));
            }
            for (list, expressions) in [(&entries.plain, false), (&entries.expressions, true)] {
                let own: Vec<&Alternative> =
                    list.iter().filter(|(owner, _)| *owner == number).map(|(_, alternative)| alternative).collect();
                if own.is_empty() && (expressions || !way.alternatives().is_empty()) {
                    continue;
                }
                let hosts = by_host(&own);
                for encrypted in [true, false]
                    .into_iter()
                    .filter(|encrypted| if *encrypted { way.intent.listen.encrypted } else { way.intent.listen.plain })
                {
                    for (matches, hosts) in by_matches(&hosts) {
                        let chunks = if hosts.is_empty() { vec![&[][..]] } else { hosts.chunks(HOSTS).collect() };
                        for hosts in chunks {
                            let parents = self.parents(&namespace, &name, hosts, encrypted, certificates, &mut listeners);
                            for matches in matches.chunks(MATCHES) {
                                let rule = HttpRule {
                                    matches: matches.to_vec(),
                                    filters: steps.filters.clone(),
                                    backends: self.backends(way),
                                    timeout: timeout(way),
                                };
                                out.http_routes.push(HttpRoute {
                                    name: self.cx.names.reserve(Scope::Route, &way.name),
                                    service: way.intent.owner.clone(),
                                    parents: parents.clone(),
                                    hosts: hosts.to_vec(),
                                    rules: vec![rule],
                                });
                            }
                        }
                    }
                }
            }
            self.speak(way, out);
            out.targets.extend(way.backends.iter().map(|backend| (backend.endpoint.clone(), backend.port)));
        }
        out.middlewares = middlewares.into_objects();
        if let Some(class) = class.filter(|_| !out.http_routes.is_empty()) {
            let secrets: Vec<_> = listeners.iter().filter_map(|listener| listener.host.clone()).collect();
            let secrets = certificates.secrets(&secrets);
            let issuer = certificates.annotation(&secrets);
            out.gateway = Some(Gateway { name: name.clone(), class, listeners, issuer });
        }
        Solver::Gateway(namespace, name)
    }

    /// The filters of a way in, with the middlewares of Traefik where it is the controller.
    fn filters(
        &self,
        way: &Way,
        middlewares: &mut Middlewares,
        stores: &mut Vec<Store>,
        out: &mut Routes,
        diagnostics: &mut Diagnostics,
    ) -> Steps {
        if self.traefik {
            let names = middlewares.names(self.cx, way, stores, out, diagnostics);
            return Steps { filters: names.into_iter().map(Filter::Traefik).collect(), lost: Vec::new() };
        }
        self.steps(way).unwrap_or_default()
    }

    /// Does a filter change the prefix of the path, which asks for exactly one prefix in each rule?
    fn is_rewritten_by_prefix(&self, way: &Way) -> bool {
        let by_prefix = |path: &PathRewrite| matches!(path, PathRewrite::Prefix(_));
        !self.traefik
            && self.steps(way).unwrap_or_default().filters.iter().any(|filter| match filter {
                Filter::Rewrite(path) | Filter::Redirect { path: Some(path), .. } => by_prefix(path),
                _ => false,
            })
    }

    /// The services of a rule; none where the browser is sent elsewhere.
    fn backends(&self, way: &Way) -> Vec<RouteBackend> {
        let redirects = redirects_to_https(way).is_some() && !self.traefik;
        if redirects { Vec::new() } else { way.backends.clone() }
    }

    /// Where a route hangs; adds the listeners that it needs.
    fn parents(
        &self,
        namespace: &Option<String>,
        name: &str,
        hosts: &[String],
        encrypted: bool,
        certificates: &mut Certificates,
        listeners: &mut Vec<Listener>,
    ) -> Vec<Parent> {
        let parent = |section: Option<String>, port| Parent { namespace: namespace.clone(), name: name.to_owned(), section, port };
        if self.cx.options.gateway.is_some() {
            return vec![parent(None, Some(if encrypted { 443 } else { 80 }))];
        }
        let mut add = |listener: Listener| {
            if !listeners.iter().any(|known| known.name == listener.name) {
                listeners.push(listener);
            }
        };
        if !encrypted {
            add(Listener { name: "http".to_owned(), port: 80, host: None, secret: None });
            return vec![parent(Some("http".to_owned()), None)];
        }
        let mut out = Vec::new();
        for host in hosts {
            let section = label(&format!("https-{}", host.replace("*.", "wildcard.")));
            let secret = certificates.secrets(std::slice::from_ref(host)).into_iter().next().map(|one| one.secret);
            add(Listener { name: section.clone(), port: 443, host: Some(host.clone()), secret });
            out.push(parent(Some(section), None));
        }
        out
    }
}

/// The matches of each host.
fn by_host(alternatives: &[&Alternative]) -> IndexMap<Option<String>, Vec<HttpMatch>> {
    let mut hosts: IndexMap<Option<String>, Vec<HttpMatch>> = IndexMap::default();
    for alternative in alternatives {
        let site = Site::of(alternative);
        let Ok(found) = http_match(&site) else { continue };
        let list = hosts.entry(site.host.clone()).or_default();
        if !list.contains(&found) {
            list.push(found);
        }
    }
    hosts
}

/// The hosts that have the very same alternatives. Every host is no host: a route with a name does not stand for it.
fn by_matches(hosts: &IndexMap<Option<String>, Vec<HttpMatch>>) -> Vec<(Vec<HttpMatch>, Vec<String>)> {
    let mut out: IndexMap<(bool, Vec<HttpMatch>), Vec<String>> = IndexMap::default();
    for (host, matches) in hosts {
        out.entry((host.is_some(), matches.clone())).or_default().extend(host.clone());
    }
    out.into_iter().map(|((_, matches), hosts)| (matches, hosts)).collect()
}

/// How long a request may take.
fn timeout(way: &Way) -> Option<String> {
    way.intent.middlewares.iter().find_map(|middleware| match middleware.value {
        Middleware::Timeouts(timeouts) => timeouts.read.or(timeouts.send).map(|seconds| format!("{seconds}s")),
        _ => None,
    })
}

/// The prefix of the paths of a way in, where all alternatives have one.
fn prefix_of(way: &Way) -> Option<String> {
    let mut prefixes = way.alternatives().iter().map(|alternative| match Site::of(alternative).path {
        None => Some(String::new()),
        Some(Matcher::PathPrefix(path) | Matcher::PathElements(path)) => Some(path.trim_end_matches('/').to_owned()),
        Some(_) => None,
    });
    let first = prefixes.next()??;
    prefixes.all(|other| other.as_ref() == Some(&first)).then_some(first)
}

/// An alternative as a match.
fn http_match(site: &Site<'_>) -> Result<HttpMatch, String> {
    let mut out = HttpMatch {
        path: match site.path {
            Some(Matcher::Path(path)) => Some((PathKind::Exact, path.clone())),
            Some(Matcher::PathPrefix(path) | Matcher::PathElements(path)) => Some((PathKind::Prefix, path.clone())),
            Some(Matcher::PathRegexp(expression)) => Some((PathKind::Regexp, expression.clone())),
            _ => None,
        },
        ..HttpMatch::default()
    };
    for condition in &site.more {
        let no = || Err(format!("an HTTPRoute cannot say it: {}", said(&condition.matcher, condition.negated)));
        if condition.negated {
            return no();
        }
        match &condition.matcher {
            Matcher::Method(method) if out.method.is_none() => out.method = Some(method.clone()),
            Matcher::Header(name, value) => out.headers.push((name.clone(), value.clone(), false)),
            Matcher::HeaderRegexp(name, expression) => out.headers.push((name.clone(), expression.clone(), true)),
            Matcher::Query(name, value) if !value.is_empty() => out.query.push((name.clone(), value.clone(), false)),
            Matcher::QueryRegexp(name, expression) => out.query.push((name.clone(), expression.clone(), true)),
            _ => return no(),
        }
    }
    Ok(out)
}
