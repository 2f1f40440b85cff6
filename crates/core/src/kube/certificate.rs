//! cert-manager's resources, as far as they are written.

use super::resource::kinds;
use serde::Serialize;
use serde_json::Value;

kinds! { "cert-manager.io" / "v1":
    CertificateSpec = "Certificate", "certificates", NamespaceResourceScope;
    IssuerSpec = "Issuer", "issuers", NamespaceResourceScope;
    ClusterIssuerSpec = "ClusterIssuer", "clusterissuers", ClusterResourceScope;
}

/// `Certificate`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CertificateSpec {
    /// The Secret that is filled.
    pub secret_name: String,
    /// The hosts.
    pub dns_names: Vec<String>,
    /// Who issues it.
    pub issuer_ref: IssuerRef,
}

/// An issuer by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct IssuerRef {
    /// Its name.
    pub name: String,
    /// `Issuer` or `ClusterIssuer`.
    pub kind: &'static str,
}

/// `Issuer`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct IssuerSpec {
    /// An authority after RFC 8555.
    pub acme: Acme,
}

/// `ClusterIssuer`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ClusterIssuerSpec {
    /// An authority after RFC 8555.
    pub acme: Acme,
}

/// An authority after RFC 8555.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Acme {
    /// Whom it writes to.
    pub email: String,
    /// Its directory.
    pub server: String,
    /// The Secret with the key of the account, which is made.
    pub private_key_secret_ref: SecretRef,
    /// How it is shown that a host is ours: each a field of its own shape.
    pub solvers: Vec<Value>,
}

/// A Secret by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SecretRef {
    /// Its name.
    pub name: String,
}
