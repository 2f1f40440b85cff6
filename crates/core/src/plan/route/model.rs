//! The ways in as the cluster shall hold them: what `lower` writes down without deciding anything.

use crate::table::{IndexMap, IndexSet};
use crate::vocab::intent::{Scheme, Sticky, TlsTerms, Verify};
use crate::vocab::middleware::Middleware;

/// The ways in of a plan.
#[derive(Clone, Debug, Default)]
pub struct Routes {
    /// Ingresses.
    pub ingresses: Vec<Ingress>,
    /// Traefik's own routes.
    pub ingress_routes: Vec<IngressRoute>,
    /// Traefik's own routes for TCP and UDP.
    pub stream_routes: Vec<StreamRoute>,
    /// Traefik's middlewares.
    pub middlewares: Vec<NamedMiddleware>,
    /// How Traefik speaks to services in TLS.
    pub transports: Vec<Transport>,
    /// What Traefik asks of encrypted connections.
    pub tls_options: Vec<TlsOptions>,
    /// The Gateway, where none of the cluster is named.
    pub gateway: Option<Gateway>,
    /// Routes of Gateways.
    pub http_routes: Vec<HttpRoute>,
    /// How Gateways speak to services in TLS.
    pub backend_tls: Vec<BackendTls>,
    /// What the ports of Kubernetes Services speak, where a route has to know it: `appProtocol`.
    pub protocols: IndexMap<(String, u16), String>,
    /// The issuer of certificates, where it is written.
    pub issuer: Option<IssuerObject>,
    /// Certificates that no annotation asks for.
    pub certificates: Vec<CertificateObject>,
    /// Every Kubernetes Service and port that they lead to.
    pub targets: IndexSet<(String, u16)>,
}

/// An Ingress.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ingress {
    /// The object's name.
    pub name: String,
    /// `ingressClassName`.
    pub class: Option<String>,
    /// Annotations of the object.
    pub annotations: IndexMap<String, String>,
    /// Hosts and their paths.
    pub rules: Vec<IngressRule>,
    /// Certificates.
    pub tls: Vec<HostsSecret>,
    /// The Compose service that asked for it first.
    pub service: String,
}

/// A host and its paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IngressRule {
    /// The host name; `None`: any.
    pub host: Option<String>,
    /// The paths, in the order they are to be tried.
    pub paths: Vec<IngressPath>,
}

/// A path of an Ingress.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IngressPath {
    /// The path, with a leading `/`.
    pub path: String,
    /// How it is compared.
    pub kind: PathKind,
    /// The Kubernetes Service.
    pub endpoint: String,
    /// Its port.
    pub port: u16,
}

/// How a path is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PathKind {
    /// Only this very path.
    Exact,
    /// It and everything below it.
    Prefix,
    /// As the controller has it.
    Specific,
    /// By an expression.
    Regexp,
}

/// A Secret with a certificate, and the hosts that it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostsSecret {
    /// The hosts.
    pub hosts: Vec<String>,
    /// The Secret.
    pub secret: String,
}

/// A cert-manager issuer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Issuer {
    /// Its name.
    pub name: String,
    /// An Issuer of this namespace, or a ClusterIssuer?
    pub namespaced: bool,
}

/// A route of Traefik.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IngressRoute {
    /// The object's name.
    pub name: String,
    /// The Compose service that asked for it.
    pub service: String,
    /// The entrypoint of the cluster's Traefik.
    pub entry: &'static str,
    /// The rule, in Traefik's words.
    pub rule: String,
    /// The priority, where the length of the rule does not say it.
    pub priority: Option<i64>,
    /// The names of its middlewares, in order.
    pub middlewares: Vec<String>,
    /// The services that answer; none: a middleware does.
    pub backends: Vec<RouteBackend>,
    /// TLS.
    pub tls: Option<RouteTls>,
}

/// How a route of Traefik is encrypted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RouteTls {
    /// The Secret with the certificate; `None`: the controller's own.
    pub secret: Option<String>,
    /// The name of its terms.
    pub options: Option<String>,
}

/// A Kubernetes Service that answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteBackend {
    /// The Kubernetes Service.
    pub endpoint: String,
    /// Its port.
    pub port: u16,
    /// How it is spoken to.
    pub scheme: Scheme,
    /// Its share, where there are several.
    pub weight: u32,
    /// A cookie that keeps a browser at one pod.
    pub sticky: Option<Sticky>,
    /// Does it see the host that the browser asked for?
    pub pass_host_header: bool,
    /// What is checked of it in TLS.
    pub verify: Verify,
    /// The object that says how it is spoken to in TLS.
    pub transport: Option<String>,
}

/// A route of Traefik for TCP or UDP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamRoute {
    /// The object's name.
    pub name: String,
    /// The Compose service that asked for it.
    pub service: String,
    /// The entrypoints of the cluster's Traefik.
    pub entries: Vec<String>,
    /// The rule; `None`: UDP.
    pub rule: Option<String>,
    /// The priority.
    pub priority: Option<i64>,
    /// Middlewares for TCP: the name of each, ranges of addresses and how many connections at once.
    pub guard: Option<StreamGuard>,
    /// The Kubernetes Service and its port.
    pub backend: (String, u16),
    /// TLS, and whether the service itself ends it.
    pub tls: Option<(RouteTls, bool)>,
    /// The version of the PROXY protocol.
    pub proxy_protocol: Option<u8>,
    /// Is the service spoken to in TLS?
    pub backend_tls: bool,
}

/// Who may come in through a route for TCP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamGuard {
    /// The name of the object.
    pub name: String,
    /// Ranges of addresses; empty: anybody.
    pub allowed: Vec<String>,
    /// How many connections an address may have.
    pub in_flight: Option<u64>,
}

/// A middleware of Traefik as an object.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedMiddleware {
    /// The object's name.
    pub name: String,
    /// The Compose service that asked for it first.
    pub service: String,
    /// What it does.
    pub content: Middleware,
    /// The Secret with its users.
    pub secret: Option<String>,
    /// The Kubernetes Service that answers in place of errors, and its port.
    pub endpoint: Option<(String, u16)>,
}

/// How Traefik speaks to services in TLS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transport {
    /// The object's name.
    pub name: String,
    /// What is checked.
    pub verify: Verify,
    /// How long it waits, in seconds: for the connection, for an answer.
    pub timeouts: (Option<u32>, Option<u32>),
}

/// What Traefik asks of encrypted connections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsOptions {
    /// The object's name.
    pub name: String,
    /// What is asked.
    pub terms: TlsTerms,
    /// The Secret with the authorities of client certificates.
    pub authorities: Option<String>,
}

/// A Gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gateway {
    /// The object's name.
    pub name: String,
    /// `gatewayClassName`.
    pub class: String,
    /// What it listens on.
    pub listeners: Vec<Listener>,
    /// Who fills the Secrets.
    pub issuer: Option<Issuer>,
}

/// What a Gateway listens on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listener {
    /// Its name.
    pub name: String,
    /// The port.
    pub port: u16,
    /// The host; `None`: any.
    pub host: Option<String>,
    /// The Secret with the certificate, where it is encrypted.
    pub secret: Option<String>,
}

/// A route of a Gateway.
#[derive(Clone, Debug, PartialEq)]
pub struct HttpRoute {
    /// The object's name.
    pub name: String,
    /// The Compose service that asked for it first.
    pub service: String,
    /// The listeners: namespace (`None`: ours) and name of the Gateway, and the listener's name or port.
    pub parents: Vec<Parent>,
    /// The hosts; none: any.
    pub hosts: Vec<String>,
    /// The rules, each with its matches.
    pub rules: Vec<HttpRule>,
}

/// Where a route of a Gateway hangs.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Parent {
    /// The namespace of the Gateway; `None`: ours.
    pub namespace: Option<String>,
    /// The Gateway.
    pub name: String,
    /// The listener, where the Gateway is ours.
    pub section: Option<String>,
    /// The port, where it is not.
    pub port: Option<u16>,
}

/// How a Gateway speaks to a Kubernetes Service in TLS: a BackendTLSPolicy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackendTls {
    /// The object's name.
    pub name: String,
    /// The Compose service that asked for it first.
    pub service: String,
    /// The Kubernetes Service and its port.
    pub target: (String, u16),
    /// The name of that port.
    pub port_name: Option<String>,
    /// The name that its certificate must bear.
    pub hostname: String,
}

/// A rule of a route: alternatives, what is done, who answers.
#[derive(Clone, Debug, PartialEq)]
pub struct HttpRule {
    /// The alternatives; none: every request.
    pub matches: Vec<HttpMatch>,
    /// What is done with a request, in this order.
    pub filters: Vec<Filter>,
    /// Who answers.
    pub backends: Vec<RouteBackend>,
    /// How long a request may take: a duration.
    pub timeout: Option<String>,
}

/// Conditions that must all hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct HttpMatch {
    /// The path.
    pub path: Option<(PathKind, String)>,
    /// The method.
    pub method: Option<String>,
    /// Headers: name, value, and whether the value is an expression.
    pub headers: Vec<(String, String, bool)>,
    /// Parameters: name, value, and whether the value is an expression.
    pub query: Vec<(String, String, bool)>,
}

/// What a Gateway does with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    /// Headers of the request: set, removed.
    RequestHeaders(Vec<(String, String)>, Vec<String>),
    /// Headers of the answer: set, removed.
    ResponseHeaders(Vec<(String, String)>, Vec<String>),
    /// The browser is sent elsewhere.
    Redirect {
        /// The status.
        status: u16,
        /// The scheme.
        scheme: Option<String>,
        /// The host.
        host: Option<String>,
        /// The port.
        port: Option<u16>,
        /// The path.
        path: Option<PathRewrite>,
    },
    /// The path is another.
    Rewrite(PathRewrite),
    /// What scripts of other sites may ask.
    Cors {
        /// The origins.
        origins: Vec<String>,
        /// The methods.
        methods: Vec<String>,
        /// The headers of a request.
        headers: Vec<String>,
        /// The headers of an answer that they see.
        expose: Vec<String>,
        /// With cookies?
        credentials: bool,
        /// How long the answer holds, in seconds.
        max_age: Option<i64>,
    },
    /// A middleware of Traefik by its name.
    Traefik(String),
}

/// Another path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathRewrite {
    /// This one.
    Full(String),
    /// This in place of the prefix that matched.
    Prefix(String),
}

/// An issuer of certificates that is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuerObject {
    /// What it is called, and of what kind it is.
    pub issuer: Issuer,
    /// Whom the authority writes to.
    pub email: String,
    /// The authority's directory.
    pub server: String,
    /// How it is shown that a host is ours.
    pub solver: Solver,
}

/// How it is shown that a host is ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Solver {
    /// A file, through an Ingress of this class (`None`: any).
    Ingress(Option<String>),
    /// A file, through a Gateway: its namespace and name.
    Gateway(Option<String>, String),
    /// A record of the DNS, through this provider.
    Dns(String),
}

/// A certificate that is asked for by an object of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateObject {
    /// The Secret that is filled; the object bears its name.
    pub secret: String,
    /// The hosts.
    pub hosts: Vec<String>,
    /// Who issues it.
    pub issuer: Issuer,
}
