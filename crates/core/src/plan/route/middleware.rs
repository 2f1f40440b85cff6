//! Traefik's middlewares as objects: each content once, passwords in Secrets of their own.

use super::model::{NamedMiddleware, Routes};
use super::way::Way;
use super::weakened;
use crate::compose::Service;
use crate::diag::Diagnostics;
use crate::plan::context::Context;
use crate::plan::name::Scope;
use crate::plan::route::port;
use crate::plan::storage::store::{Content, Store};
use crate::text::pattern::quote;
use crate::vocab::headers::Headers;
use crate::vocab::intent::{Action, PathChange, Redirect};
use crate::vocab::middleware::{Auth, IpAllowList, Middleware, RedirectRegex, RedirectScheme};

/// An address that nobody has.
const NOBODY: &str = "255.255.255.255/32";

/// The middlewares of all ways in.
#[derive(Default)]
pub(super) struct Middlewares(Vec<(Middleware, NamedMiddleware)>);

impl Middlewares {
    /// The names of the middlewares of a way in, in order; those of its redirect or answer last.
    pub(super) fn names(
        &mut self,
        cx: &Context<'_>,
        way: &Way,
        stores: &mut Vec<Store>,
        out: &mut Routes,
        diagnostics: &mut Diagnostics,
    ) -> Vec<String> {
        let mut names = Vec::new();
        for middleware in &way.intent.middlewares {
            if matches!(middleware.value, Middleware::Timeouts(_)) {
                continue;
            }
            if let Middleware::BasicAuth(Auth { users, .. }) | Middleware::DigestAuth(Auth { users, .. }) = &middleware.value
                && users.is_empty()
            {
                diagnostics.push(weakened(&way.intent, Some(middleware.place), "users that could come in"));
            }
            let content = match &middleware.value {
                // Traefik takes no empty list, and would leave the way in out.
                Middleware::IpAllowList(list) if list.source_range.is_empty() => {
                    Middleware::IpAllowList(IpAllowList { source_range: vec![NOBODY.to_owned()], ..list.clone() })
                }
                Middleware::Headers(headers) => match without_prefix(way, headers) {
                    Some(headers) => Middleware::Headers(Box::new(headers)),
                    None => continue,
                },
                other => other.clone(),
            };
            names.push(self.name(cx, way, &content, stores, out));
        }
        let last = match &way.intent.action {
            Action::Redirect(redirect) => Some(redirection(redirect)),
            Action::Respond { status, .. } if *status != 418 => Some(Middleware::IpAllowList(IpAllowList {
                source_range: vec![NOBODY.to_owned()],
                ip_strategy: None,
                reject_status_code: (*status != 403).then_some(*status),
            })),
            _ => None,
        };
        if let Some(last) = last {
            names.push(self.name(cx, way, &last, stores, out));
        }
        names
    }

    /// The name of the object that does this.
    fn name(&mut self, cx: &Context<'_>, way: &Way, content: &Middleware, stores: &mut Vec<Store>, out: &mut Routes) -> String {
        if let Some((_, known)) = self.0.iter().find(|(asked, _)| asked == content) {
            return known.name.clone();
        }
        let name = cx.names.reserve(Scope::Middleware, &format!("{}-{}", way.name, kind(content)));
        let owner = way.intent.owner.clone();
        let mut object = NamedMiddleware { name: name.clone(), service: owner, content: content.clone(), secret: None, endpoint: None };
        match content {
            Middleware::BasicAuth(auth) | Middleware::DigestAuth(auth) => {
                let secret = cx.names.reserve(Scope::Secret, &name);
                let mut store = Store::secret(secret.clone(), &way.intent.owner, cx.options);
                store.insert("users", Content::Text(auth.users.iter().map(|user| format!("{user}\n")).collect()));
                stores.push(store);
                object.secret = Some(secret);
            }
            Middleware::Errors(errors) => {
                let endpoint = (port::entrance(cx, &errors.service).to_owned(), errors.port.unwrap_or(80));
                out.targets.insert(endpoint.clone());
                object.endpoint = Some(endpoint);
            }
            Middleware::ForwardAuth(auth) => {
                if let (Address::Ours { endpoint, port, before, behind }, Some(namespace)) =
                    (Address::of(cx, &auth.address), &cx.options.namespace)
                {
                    let mut auth = auth.clone();
                    auth.address = format!("{before}{endpoint}.{namespace}.svc.cluster.local:{port}{behind}");
                    out.targets.insert((endpoint, port));
                    object.content = Middleware::ForwardAuth(auth);
                }
            }
            _ => {}
        }
        self.0.push((content.clone(), object));
        name
    }

    pub(super) fn into_objects(self) -> Vec<NamedMiddleware> {
        self.0.into_iter().map(|(_, object)| object).collect()
    }
}

/// The headers of a way in but for the one in which Traefik itself says what it cut off the path; `None`: nothing is left of them.
fn without_prefix(way: &Way, headers: &Headers) -> Option<Headers> {
    let cut = |value: &str| {
        let cuts = |middleware: &Middleware| matches!(middleware, Middleware::StripPrefix(prefixes) if prefixes.iter().any(|prefix| prefix.trim_end_matches('/') == value));
        way.intent.middlewares.iter().any(|middleware| cuts(&middleware.value))
    };
    let mut out = headers.clone();
    out.custom_request_headers.retain(|name, value| !(name.eq_ignore_ascii_case("X-Forwarded-Prefix") && cut(value.trim_end_matches('/'))));
    (out != Headers::default() || *headers == Headers::default()).then_some(out)
}

/// Where an address leads to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Address {
    /// To a service of the stack.
    Ours {
        /// The Kubernetes Service.
        endpoint: String,
        /// Its port.
        port: u16,
        /// What stands before the host.
        before: String,
        /// What stands behind the port.
        behind: String,
    },
    /// Elsewhere.
    Elsewhere,
}

impl Address {
    pub(super) fn of(cx: &Context<'_>, address: &str) -> Self {
        let Some((scheme, rest)) = address.split_once("://") else { return Self::Elsewhere };
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, behind) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let (host, port) = authority.split_once(':').map_or((authority, None), |(host, port)| (host, port.parse().ok()));
        let answers = |service: &&Service| {
            let aliases = service.container.networks.values().flat_map(|attachment| &attachment.aliases);
            service.name == host
                || service.container_name.as_ref().is_some_and(|name| name.value == host)
                || aliases.into_iter().any(|alias| alias.value == host)
        };
        let Some(service) = cx.project.services.values().find(answers) else { return Self::Elsewhere };
        Self::Ours {
            endpoint: port::entrance(cx, &service.name).to_owned(),
            port: port.unwrap_or(if scheme == "https" { 443 } else { 80 }),
            before: format!("{scheme}://"),
            behind: behind.to_owned(),
        }
    }
}

/// The middleware that does what a redirect says.
fn redirection(redirect: &Redirect) -> Middleware {
    let Redirect { status, scheme, host, port, path, keep_query, relative } = redirect;
    let permanent = matches!(status, 301 | 308);
    if let (Some(scheme), None, PathChange::Keep, true) = (scheme, host, path, keep_query) {
        return Middleware::RedirectScheme(RedirectScheme { scheme: scheme.clone(), port: port.map(|port| port.to_string()), permanent });
    }
    // A `$` of the address itself would be read as a reference to what was found.
    let plain = |text: &str| text.replace('$', "$$");
    let (find, path) = match path {
        PathChange::Keep => ("(/[^?]*)?".to_owned(), "${3}".to_owned()),
        PathChange::Replace(path) => ("(/[^?]*)?".to_owned(), plain(path)),
        PathChange::ReplacePrefix { from, to } => (format!("{}([^?]*)", quote(from)), format!("{}${{3}}", plain(to))),
    };
    let scheme = scheme.as_deref().map_or("${1}".to_owned(), plain);
    let host = host.as_deref().map_or("${2}".to_owned(), plain);
    let port = port.map_or(String::new(), |port| format!(":{port}"));
    let query = if *keep_query { "${4}" } else { "" };
    Middleware::RedirectRegex(RedirectRegex {
        regex: format!(r"^(https?)://([^/:]+)(?::[0-9]+)?{find}(\?.*)?$"),
        replacement: if *relative { format!("{path}{query}") } else { format!("{scheme}://{host}{port}{path}{query}") },
        permanent,
    })
}

/// What a middleware is called, in the field's words.
const fn kind(content: &Middleware) -> &'static str {
    match content {
        Middleware::RedirectScheme(_) | Middleware::RedirectRegex(_) => "redirect",
        Middleware::StripPrefix(_) | Middleware::StripPrefixRegex(_) => "strip",
        Middleware::AddPrefix(_) => "prefix",
        Middleware::ReplacePath(_) | Middleware::ReplacePathRegex { .. } => "path",
        Middleware::Headers(_) => "headers",
        Middleware::BasicAuth(_) | Middleware::DigestAuth(_) => "users",
        Middleware::ForwardAuth(_) => "auth",
        Middleware::IpAllowList(_) => "allow",
        Middleware::RateLimit(_) => "rate",
        Middleware::InFlight(_) => "at-once",
        Middleware::Buffering(_) => "size",
        Middleware::Timeouts(_) => "timeouts",
        Middleware::Compress(_) => "compress",
        Middleware::Retry(_) => "retry",
        Middleware::CircuitBreaker(_) => "breaker",
        Middleware::Errors(_) => "errors",
        Middleware::ContentType => "content-type",
        Middleware::PassTlsClientCert(_) => "client",
        Middleware::GrpcWeb(_) => "grpc-web",
        Middleware::Unknown { .. } => "unknown",
    }
}
