//! What a stack asks of the outside: ways in, in words that belong to no vendor.
//!
//! Every vocabulary writes intents, `plan/route/` reads them. An [`Intent`] says which requests it takes ([`Matcher`]), what is done
//! with them on their way ([`Middleware`]), and where they end ([`Action`]).

use super::middleware::Middleware;
use crate::text::{Place, Placed};
use std::sync::Arc;

/// A way in that a stack asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Intent {
    /// What the source calls it, as an object may be named after it: a router, a site, a service.
    pub name: String,
    /// The key or attribute that asks for it, as messages name it: `traefik.http.routers.web`, `VIRTUAL_HOST`, `server`.
    pub key: String,
    /// Where it is asked for; `None`: by an option.
    pub place: Option<Place>,
    /// The service that asks for it: the labelled one, or the proxy whose file says it.
    pub owner: String,
    /// Which requests it takes.
    pub matcher: Matcher,
    /// What becomes of a request in the end.
    pub action: Action,
    /// Where it listens.
    pub listen: Listen,
    /// Its certificate; `None` where it listens in plain text only, or where the source leaves it to the cluster.
    pub tls: Option<Tls>,
    /// What is done with a request on its way, in this order.
    pub middlewares: Vec<Placed<Middleware>>,
    /// How soon it is asked.
    pub priority: Priority,
}

/// The ports of the world that a way in answers on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Listen {
    /// http, port 80.
    pub plain: bool,
    /// https, port 443.
    pub encrypted: bool,
}

impl Listen {
    /// http alone.
    pub const PLAIN: Self = Self { plain: true, encrypted: false };
    /// https alone.
    pub const ENCRYPTED: Self = Self { plain: false, encrypted: true };
    /// Both.
    pub const BOTH: Self = Self { plain: true, encrypted: true };
}

/// How soon a way in is asked, where several take a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Priority {
    /// The narrower one first: an exact host before a pattern, an exact path before a prefix, a long prefix before a short one.
    #[default]
    Narrowest,
    /// The larger number first, whatever the intents match.
    Number(i64),
}

/// What becomes of a request in the end.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// A service answers it. Several share the requests by their weights; never empty.
    Forward(Vec<Backend>),
    /// The browser is sent elsewhere.
    Redirect(Redirect),
    /// The proxy answers by itself.
    Respond {
        /// The status.
        status: u16,
        /// The body.
        body: String,
        /// `Content-Type`, if the source names one.
        content_type: Option<String>,
    },
}

/// A service that answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Backend {
    /// The Compose service.
    pub service: String,
    /// The container's port; `None`: the usual one.
    pub port: Option<u16>,
    /// How the proxy talks to it.
    pub scheme: Scheme,
    /// Its share of the requests.
    pub weight: u32,
    /// A cookie that keeps a browser at one container.
    pub sticky: Option<Sticky>,
    /// Does the service see the host that the browser asked for? (Else its own name.)
    pub pass_host_header: bool,
    /// What is checked of a service that is spoken to in TLS.
    pub verify: Verify,
}

impl Backend {
    /// A service that is spoken to in plain HTTP on this port, with nothing special.
    #[must_use]
    pub fn new(service: impl Into<String>, port: Option<u16>) -> Self {
        let (service, scheme, verify) = (service.into(), Scheme::Http, Verify::default());
        Self { service, port, scheme, weight: 1, sticky: None, pass_host_header: true, verify }
    }
}

/// How a proxy talks to a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// HTTP.
    Http,
    /// HTTP in TLS.
    Https,
    /// HTTP/2 without TLS.
    H2c,
    /// gRPC without TLS.
    Grpc,
    /// gRPC in TLS.
    Grpcs,
    /// FastCGI.
    FastCgi,
    /// uwsgi.
    Uwsgi,
}

/// What is checked of a service that is spoken to in TLS.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Verify {
    /// Is any certificate good enough?
    pub skip: bool,
    /// The name that its certificate must bear.
    pub server_name: Option<String>,
}

/// A cookie that keeps a browser at one container; `None`: as the proxy has it by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Sticky {
    /// The cookie's name.
    pub name: Option<String>,
    /// `Secure`.
    pub secure: Option<bool>,
    /// `HttpOnly`.
    pub http_only: Option<bool>,
    /// `SameSite`: `none`, `lax`, `strict`.
    pub same_site: Option<String>,
    /// `Max-Age` in seconds.
    pub max_age: Option<i64>,
    /// `Path`.
    pub path: Option<String>,
    /// `Domain`.
    pub domain: Option<String>,
    /// By the browser's address instead of a cookie (nginx's `ip_hash`).
    pub by_address: bool,
}

/// The browser is sent elsewhere: what is `None` stays as it was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// The status.
    pub status: u16,
    /// `http` or `https`.
    pub scheme: Option<String>,
    /// The host name.
    pub host: Option<String>,
    /// The port.
    pub port: Option<u16>,
    /// The path.
    pub path: PathChange,
    /// Does the query go along?
    pub keep_query: bool,
    /// Does the answer name the path alone, without scheme and host?
    pub relative: bool,
}

impl Redirect {
    /// To the same host and path, encrypted.
    pub(crate) fn to_https(status: u16) -> Self {
        let scheme = Some("https".to_owned());
        Self { status, scheme, host: None, port: None, path: PathChange::Keep, keep_query: true, relative: false }
    }
}

/// What becomes of a path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum PathChange {
    /// It stays.
    #[default]
    Keep,
    /// This one instead.
    Replace(String),
    /// The prefix that the matcher names becomes this.
    ReplacePrefix {
        /// The prefix, byte for byte.
        from: String,
        /// What stands in its place.
        to: String,
    },
}

/// Which requests a way in takes: an expression over the parts of a request.
///
/// Host names are in lower case. Regular expressions are Go's (RE2), not anchored by themselves.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Matcher {
    /// Every one of them; without any: every request.
    All(Vec<Matcher>),
    /// Some of them; without any: no request.
    Any(Vec<Matcher>),
    /// Not that.
    Not(Box<Matcher>),
    /// This host, without a port.
    Host(String),
    /// A host below a domain: `example.com` stands for `*.example.com`.
    HostBelow {
        /// The domain.
        domain: String,
        /// One label below it only, or any number of them?
        one_label: bool,
    },
    /// A host that the expression finds.
    HostRegexp(String),
    /// This very path.
    Path(String),
    /// A path that begins with these bytes: `/a` takes `/a/b` and `/ab`.
    PathPrefix(String),
    /// A path that begins with these elements: `/a` takes `/a/b` and not `/ab`.
    PathElements(String),
    /// A path that the expression finds.
    PathRegexp(String),
    /// A method.
    Method(String),
    /// A header of this name has this very value.
    Header(String, String),
    /// A header of this name has a value that the expression finds.
    HeaderRegexp(String, String),
    /// A parameter of this name has this very value.
    Query(String, String),
    /// A parameter of this name has a value that the expression finds.
    QueryRegexp(String, String),
    /// The browser's address is in this range, or is it.
    ClientIp(String),
}

impl Matcher {
    /// Every request.
    pub const ALWAYS: Self = Self::All(Vec::new());

    /// The host, if one is named, and the path: exactly, or with everything below it.
    #[must_use]
    pub fn site(host: Option<&str>, path: &str, exact: bool) -> Self {
        let host = host.map(Self::host);
        let whole = !exact && path == "/";
        let path = (!whole).then(|| if exact { Self::Path(path.to_owned()) } else { Self::PathElements(path.to_owned()) });
        Self::All(host.into_iter().chain(path).collect())
    }

    /// Hosts that an expression finds: as names below a domain where it says no more than that.
    #[must_use]
    pub fn host_regexp(expression: &str) -> Self {
        let plain = |text: &str| {
            let name = text.replace(r"\.", ".");
            let simple = !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.'));
            // A dot without a backslash stands for any letter.
            (simple && text.matches('.').count() == text.matches(r"\.").count()).then_some(name)
        };
        let body = expression.strip_prefix("(?i)").unwrap_or(expression);
        let body = body.strip_prefix('^').and_then(|rest| rest.strip_suffix('$'));
        let below = |domain: String, one_label| Self::HostBelow { domain, one_label };
        let read = |body: &str| {
            if let Some(domain) = body.strip_prefix(r"(.+\.)?").or_else(|| body.strip_prefix(r"(?:.+\.)?")).and_then(plain) {
                return Some(Self::Any(vec![Self::Host(domain.clone()), below(domain, false)]));
            }
            let many = [r".+\.", r"(?:.+)\.", r"(.+)\."].iter().find_map(|front| body.strip_prefix(front)).and_then(plain);
            let one = [r"[^.]+\.", r"(?:[^.]+)\.", r"([^.]+)\."].iter().find_map(|front| body.strip_prefix(front)).and_then(plain);
            many.map(|domain| below(domain, false)).or_else(|| one.map(|domain| below(domain, true)))
        };
        body.and_then(read).unwrap_or_else(|| Self::HostRegexp(expression.to_owned()))
    }

    /// A host by its name; `*.` in front stands for one label.
    #[must_use]
    pub fn host(name: &str) -> Self {
        let name = name.to_ascii_lowercase();
        match name.strip_prefix("*.") {
            Some(domain) => Self::HostBelow { domain: domain.to_owned(), one_label: true },
            None => Self::Host(name),
        }
    }
}

/// The certificate of a way in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tls {
    /// Where it comes from.
    pub certificate: Certificate,
    /// The names that it must bear, besides those that the matcher takes.
    pub hosts: Vec<String>,
    /// What both sides must agree on.
    pub terms: TlsTerms,
}

/// Where a certificate comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Certificate {
    /// The source does not say: the proxy's own.
    #[default]
    Default,
    /// A Secret that the cluster has already.
    Secret(String),
    /// Files of the project.
    Files(CertificateFiles),
    /// An authority issues it.
    Acme(Acme),
    /// A private authority of the proxy's own.
    SelfSigned,
}

/// A certificate and its key in PEM.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CertificateFiles {
    /// What to call it: the certificate's file name without its ending.
    pub name: String,
    /// The certificate, and those between it and its authority.
    pub certificate: Arc<str>,
    /// The private key.
    pub key: Arc<str>,
}

/// An authority that issues certificates by itself (RFC 8555).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Acme {
    /// What the source calls it: a resolver of Traefik.
    pub name: Option<String>,
    /// Whom the authority writes to.
    pub email: Option<String>,
    /// The authority's directory; `None`: Let's Encrypt.
    pub server: Option<String>,
    /// How it is shown that a host is ours.
    pub challenge: Challenge,
    /// The key's kind and size: `RSA4096`, `EC256`, …
    pub key_type: Option<String>,
}

/// How it is shown that a host is ours.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Challenge {
    /// A file behind port 80.
    #[default]
    Http,
    /// A certificate behind port 443.
    TlsAlpn,
    /// A record of the DNS, through a provider.
    Dns(String),
}

/// What the sides of an encrypted connection must agree on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct TlsTerms {
    /// What the source calls them.
    pub name: Option<String>,
    /// The oldest version: `VersionTLS12`.
    pub min_version: Option<String>,
    /// The newest version.
    pub max_version: Option<String>,
    /// The cipher suites.
    pub cipher_suites: Vec<String>,
    /// The curves.
    pub curves: Vec<String>,
    /// Are names without a certificate refused?
    pub strict_sni: bool,
    /// The authorities of client certificates, in PEM, and whether one is demanded.
    pub client_authorities: Option<(Arc<str>, bool)>,
}

/// A way in for something that is no HTTP.
#[derive(Clone, Debug, PartialEq)]
pub struct StreamIntent {
    /// What the source calls it.
    pub name: String,
    /// The key that asks for it.
    pub key: String,
    /// Where it is asked for.
    pub place: Place,
    /// The service that asks for it.
    pub owner: String,
    /// The entry of the proxy: its name, and the port of the world behind it.
    pub entries: Vec<(String, Option<u16>)>,
    /// What kind of stream.
    pub kind: StreamKind,
    /// The service that answers, and its port.
    pub backend: (String, Option<u16>),
    /// How soon it is asked.
    pub priority: Option<i64>,
}

/// A kind of stream.
#[allow(clippy::large_enum_variant, reason = "a stack has a handful of streams")]
#[derive(Clone, Debug, PartialEq)]
pub enum StreamKind {
    /// TCP.
    Tcp {
        /// The rule in Traefik's words: `HostSNI(…)` and its kin.
        rule: String,
        /// The names of its `HostSNI`; `*` is any.
        hosts: Vec<String>,
        /// TLS, and whether the service itself ends it.
        tls: Option<(Tls, bool)>,
        /// The version of the PROXY protocol towards the service.
        proxy_protocol: Option<u8>,
        /// Is the service spoken to in TLS?
        backend_tls: bool,
        /// Who may come in: address ranges. Empty: anybody.
        allowed: Vec<String>,
        /// How many connections an address may have.
        in_flight: Option<u64>,
    },
    /// UDP.
    Udp,
}
