//! The Gateway API's resources, as far as they are written.

use super::resource::kinds;
use serde::Serialize;
use serde_json::{Map, Value};

kinds! { "gateway.networking.k8s.io" / "v1":
    GatewaySpec = "Gateway", "gateways", NamespaceResourceScope;
    HttpRouteSpec = "HTTPRoute", "httproutes", NamespaceResourceScope;
    BackendTlsPolicySpec = "BackendTLSPolicy", "backendtlspolicies", NamespaceResourceScope;
}

/// `Gateway`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GatewaySpec {
    /// The class.
    pub gateway_class_name: String,
    /// What it listens on.
    pub listeners: Vec<Listener>,
}

/// What a Gateway listens on.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Listener {
    /// Its name.
    pub name: String,
    /// `HTTP` or `HTTPS`.
    pub protocol: &'static str,
    /// The port.
    pub port: u16,
    /// The host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hostname: Option<String>,
    /// The certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<Value>,
}

/// `HTTPRoute`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HttpRouteSpec {
    /// Where it hangs.
    pub parent_refs: Vec<Map<String, Value>>,
    /// The hosts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hostnames: Vec<String>,
    /// The rules.
    pub rules: Vec<HttpRule>,
}

/// A rule of an HTTPRoute.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HttpRule {
    /// The alternatives.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub matches: Vec<Value>,
    /// What is done.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub filters: Vec<Value>,
    /// Who answers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub backend_refs: Vec<Value>,
    /// How long it may take.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeouts: Option<Value>,
}

/// `BackendTLSPolicy`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BackendTlsPolicySpec {
    /// The Services.
    pub target_refs: Vec<Value>,
    /// What their certificates must show.
    pub validation: Value,
}
