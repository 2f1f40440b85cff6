//! Traefik's own resources, as far as they are written.

use super::resource::kinds;
use serde::Serialize;
use serde_json::{Map, Value};

kinds! { "traefik.io" / "v1alpha1":
    IngressRouteSpec = "IngressRoute", "ingressroutes", NamespaceResourceScope;
    IngressRouteTcpSpec = "IngressRouteTCP", "ingressroutetcps", NamespaceResourceScope;
    IngressRouteUdpSpec = "IngressRouteUDP", "ingressrouteudps", NamespaceResourceScope;
    MiddlewareSpec = "Middleware", "middlewares", NamespaceResourceScope;
    MiddlewareTcpSpec = "MiddlewareTCP", "middlewaretcps", NamespaceResourceScope;
    ServersTransportSpec = "ServersTransport", "serverstransports", NamespaceResourceScope;
    TlsOptionSpec = "TLSOption", "tlsoptions", NamespaceResourceScope;
}

/// `IngressRoute`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IngressRouteSpec {
    /// The entrypoints.
    pub entry_points: Vec<String>,
    /// The routes.
    pub routes: Vec<Route>,
    /// TLS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<Tls>,
}

/// A route.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Route {
    /// `Rule`.
    pub kind: &'static str,
    /// The rule.
    #[serde(rename = "match")]
    pub rule: String,
    /// The priority.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<i64>,
    /// The middlewares.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub middlewares: Vec<Named>,
    /// The services.
    pub services: Vec<Service>,
}

/// A reference by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Named {
    /// The name.
    pub name: String,
}

/// A service of a route.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Service {
    /// `TraefikService` for what is part of Traefik itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<&'static str>,
    /// The name.
    pub name: String,
    /// The port.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// `https`, `h2c`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scheme: Option<&'static str>,
    /// Does it see the host that was asked for?
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pass_host_header: Option<bool>,
    /// How it is spoken to in TLS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub servers_transport: Option<String>,
    /// Its share.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<u32>,
    /// The cookie that keeps a browser at one pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sticky: Option<Sticky>,
}

/// The cookie that keeps a browser at one pod.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Sticky {
    /// The cookie.
    pub cookie: Cookie,
}

/// A cookie.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Cookie {
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `Secure`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secure: Option<bool>,
    /// `HttpOnly`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_only: Option<bool>,
    /// `SameSite`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub same_site: Option<String>,
    /// `Max-Age`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_age: Option<i64>,
    /// `Path`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// `Domain`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
}

/// TLS of a route.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Tls {
    /// The Secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_name: Option<String>,
    /// Does the service itself end it?
    #[serde(skip_serializing_if = "Option::is_none")]
    pub passthrough: Option<bool>,
    /// The terms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub options: Option<Named>,
}

/// `IngressRouteTCP`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IngressRouteTcpSpec {
    /// The entrypoints.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub entry_points: Vec<String>,
    /// The routes.
    pub routes: Vec<RouteTcp>,
    /// TLS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<Tls>,
}

/// A route for TCP.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RouteTcp {
    /// The rule.
    #[serde(rename = "match")]
    pub rule: String,
    /// The priority.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<i64>,
    /// The middlewares.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub middlewares: Vec<Named>,
    /// The services.
    pub services: Vec<ServiceTcp>,
}

/// A service of a route for TCP.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceTcp {
    /// The name.
    pub name: String,
    /// The port.
    pub port: u16,
    /// The PROXY protocol.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy_protocol: Option<ProxyProtocol>,
    /// Is it spoken to in TLS?
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<bool>,
}

/// The PROXY protocol.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ProxyProtocol {
    /// The version.
    pub version: u8,
}

/// `IngressRouteUDP`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IngressRouteUdpSpec {
    /// The entrypoints.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub entry_points: Vec<String>,
    /// The routes.
    pub routes: Vec<RouteUdp>,
}

/// A route for UDP.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RouteUdp {
    /// The services.
    pub services: Vec<ServiceUdp>,
}

/// A service of a route for UDP.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ServiceUdp {
    /// The name.
    pub name: String,
    /// The port.
    pub port: u16,
}

/// `Middleware`: one key that says what it does.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct MiddlewareSpec(pub Map<String, Value>);

/// `MiddlewareTCP`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MiddlewareTcpSpec {
    /// Who may come in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_allow_list: Option<AllowList>,
    /// How many connections an address may have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_flight_conn: Option<InFlight>,
}

/// Who may come in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AllowList {
    /// Ranges of addresses.
    pub source_range: Vec<String>,
}

/// How many connections an address may have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct InFlight {
    /// The number.
    pub amount: u64,
}

/// `ServersTransport`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ServersTransportSpec {
    /// The name that a certificate must bear.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_name: Option<String>,
    /// Is any certificate good enough?
    #[serde(skip_serializing_if = "Option::is_none")]
    pub insecure_skip_verify: Option<bool>,
    /// How long it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forwarding_timeouts: Option<ForwardingTimeouts>,
}

/// How long Traefik waits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ForwardingTimeouts {
    /// For a connection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dial_timeout: Option<String>,
    /// For the head of an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_header_timeout: Option<String>,
}

/// `TLSOption`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TlsOptionSpec {
    /// The oldest version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_version: Option<String>,
    /// The newest version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_version: Option<String>,
    /// The cipher suites.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cipher_suites: Vec<String>,
    /// The curves.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub curve_preferences: Vec<String>,
    /// Are names without a certificate refused?
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sni_strict: Option<bool>,
    /// Certificates of browsers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_auth: Option<ClientAuth>,
}

/// Certificates of browsers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClientAuth {
    /// The Secrets with their authorities.
    pub secret_names: Vec<String>,
    /// Is one demanded?
    pub client_auth_type: &'static str,
}
