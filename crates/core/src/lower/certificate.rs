//! Certificates and who issues them, in the words of cert-manager.

use super::{Context, Object, Objects, labels, object};
use crate::kube::certificate::{Acme, CertificateSpec, ClusterIssuerSpec, IssuerRef, IssuerSpec, SecretRef};
use crate::kube::resource::Custom;
use crate::plan::route::model::{CertificateObject, IssuerObject, Solver};
use serde_json::{Value, json};

pub(super) fn lower(context: &Context<'_>, objects: &mut Objects<'_>) {
    let routes = &context.plan.routes;
    if let Some(issuer) = &routes.issuer {
        objects.push(issuer_object(context, issuer));
    }
    for CertificateObject { secret, hosts, issuer } in &routes.certificates {
        let kind = if issuer.namespaced { "Issuer" } else { "ClusterIssuer" };
        let spec = CertificateSpec {
            secret_name: secret.clone(),
            dns_names: hosts.clone(),
            issuer_ref: IssuerRef { name: issuer.name.clone(), kind },
        };
        objects.push(object(&Custom { metadata: labels::metadata(context, secret, None), spec }));
    }
}

fn issuer_object(context: &Context<'_>, planned: &IssuerObject) -> Object {
    let IssuerObject { issuer, email, server, solver } = planned;
    let acme = Acme {
        email: email.clone(),
        server: server.clone(),
        private_key_secret_ref: SecretRef { name: format!("{}-account-key", issuer.name) },
        solvers: vec![solver_of(solver)],
    };
    let mut metadata = labels::metadata(context, &issuer.name, None);
    if issuer.namespaced {
        return object(&Custom { metadata, spec: IssuerSpec { acme } });
    }
    metadata.namespace = None;
    object(&Custom { metadata, spec: ClusterIssuerSpec { acme } })
}

fn solver_of(solver: &Solver) -> Value {
    match solver {
        Solver::Ingress(None) => json!({ "http01": { "ingress": {} } }),
        Solver::Ingress(Some(class)) => json!({ "http01": { "ingress": { "ingressClassName": class } } }),
        Solver::Gateway(namespace, name) => {
            let mut parent = json!({ "kind": "Gateway", "name": name });
            if let (Some(namespace), Some(fields)) = (namespace, parent.as_object_mut()) {
                fields.insert("namespace".to_owned(), json!(namespace));
            }
            json!({ "http01": { "gatewayHTTPRoute": { "parentRefs": [parent] } } })
        }
        Solver::Dns(provider) => json!({ "dns01": dns(provider) }),
    }
}

/// The fields of a provider, with the Secret that the user makes; a webhook for those that cert-manager does not have itself.
fn dns(provider: &str) -> Value {
    let token = |key: &str| json!({ "name": "dns-credentials", "key": key });
    match provider.to_ascii_lowercase().as_str() {
        "cloudflare" | "cf" => json!({ "cloudflare": { "apiTokenSecretRef": token("api-token") } }),
        "route53" => json!({ "route53": { "region": "us-east-1" } }),
        "digitalocean" => json!({ "digitalocean": { "tokenSecretRef": token("access-token") } }),
        "gcloud" | "gcp" => json!({ "cloudDNS": { "project": "REPLACE_ME", "serviceAccountSecretRef": token("key.json") } }),
        "azuredns" | "azure" => json!({ "azureDNS": { "subscriptionID": "REPLACE_ME", "resourceGroupName": "REPLACE_ME" } }),
        "rfc2136" => json!({ "rfc2136": { "nameserver": "REPLACE_ME" } }),
        "acme-dns" | "acmedns" => json!({ "acmeDNS": { "host": "REPLACE_ME", "accountSecretRef": token("acmedns.json") } }),
        other => json!({ "webhook": { "groupName": "REPLACE_ME", "solverName": other } }),
    }
}
