//! Ways in: one route model, whatever it was read from.

use indexmap::IndexMap;

/// One host and its paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The object's name.
    pub name: String,
    /// The host name; `None`: any.
    pub host: Option<String>,
    /// The paths, in the order they are to be tried.
    pub paths: Vec<RoutePath>,
    /// TLS.
    pub tls: Option<Tls>,
    /// `ingressClassName`.
    pub class: Option<String>,
    /// Annotations of the object.
    pub annotations: IndexMap<String, String>,
    /// The Compose service it belongs to.
    pub service: String,
}

/// One path of a route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoutePath {
    /// The path, with a leading `/`.
    pub path: String,
    /// Only this very path, or everything below it as well?
    pub exact: bool,
    /// The Kubernetes Service.
    pub endpoint: String,
    /// Its port.
    pub port: u16,
}

/// How a route is encrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tls {
    /// The Secret with the certificate.
    pub secret: String,
    /// The cert-manager issuer that fills it.
    pub issuer: Option<Issuer>,
}

/// A cert-manager issuer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    /// Its name.
    pub name: String,
    /// An Issuer of this namespace, or a ClusterIssuer?
    pub namespaced: bool,
}
