//! Certificates of routers: resolvers, files, terms.

use super::proxy::Proxy;
use super::tree::{Tree, is_true};
use crate::text::Placed;
use crate::vocab::Stack;
use crate::vocab::intent::{Acme, Certificate, CertificateFiles, Tls, TlsTerms};

/// How a router is encrypted: by its own words, else by those of the entrypoint.
pub(super) fn tls(stack: &mut Stack<'_>, proxy: &Proxy<'_>, own: &Tree, hosts: &[String]) -> Tls {
    let domains = own.below("domains").flat_map(|(_, domain)| domain.list("main").into_iter().chain(domain.list("sans")));
    let names: Vec<String> = domains.map(|Placed { value, .. }| value.to_ascii_lowercase()).collect();
    let resolver = own.text("certresolver");
    let certificate = match resolver {
        Some(name) => self::resolver(proxy, name),
        None => files(stack, proxy, hosts).map_or(Certificate::Default, Certificate::Files),
    };
    Tls { certificate, hosts: names, terms: terms(stack, proxy, own.text("options")) }
}

/// The certificate of a resolver.
pub(super) fn resolver(proxy: &Proxy<'_>, name: &str) -> Certificate {
    let known = proxy.resolvers.get(&name.to_ascii_lowercase()).cloned();
    Certificate::Acme(known.unwrap_or_else(|| Acme { name: Some(name.to_owned()), ..Acme::default() }))
}

/// The certificate file that is meant for some hosts: the one whose name holds a host, else the only one, else the usual one.
fn files(stack: &mut Stack<'_>, proxy: &Proxy<'_>, hosts: &[String]) -> Option<CertificateFiles> {
    let service = proxy.service?;
    let pair = |tree: &Tree| Some((tree.text("certfile")?.to_owned(), tree.text("keyfile")?.to_owned()));
    let pairs: Vec<_> = proxy.files.iter().flat_map(|tree| tree.below("tls.certificates")).filter_map(|(_, tree)| pair(tree)).collect();
    let usual = proxy.files.iter().find_map(|tree| pair(tree.get("tls.stores.default.defaultcertificate")?));
    let holds = |path: &str| {
        let parents = hosts.iter().flat_map(|host| [host.as_str(), host.split_once('.').map_or("", |(_, domain)| domain)]);
        parents.into_iter().any(|name| name.contains('.') && path.contains(name))
    };
    let named = pairs.iter().find(|(path, _)| holds(path)).cloned();
    let only = || if pairs.len() == 1 { pairs.first().cloned() } else { None };
    let (certificate, key) = named.or_else(only).or(usual)?;
    let name = crate::text::path::file_name(&certificate);
    let name = name.rsplit_once('.').map_or(name, |(name, _)| name).to_owned();
    let certificate = stack.file(service, &certificate)?.text;
    let key = stack.file(service, &key)?.text;
    Some(CertificateFiles { name, certificate, key })
}

/// What both sides must agree on.
fn terms(stack: &mut Stack<'_>, proxy: &Proxy<'_>, name: Option<&str>) -> TlsTerms {
    let plain = name.map_or("default", |name| name.split('@').next().unwrap_or(name));
    let Some(tree) = proxy.files.iter().find_map(|tree| tree.get(&format!("tls.options.{plain}"))) else {
        return TlsTerms { name: name.map(str::to_owned).filter(|name| !name.starts_with("default")), ..TlsTerms::default() };
    };
    let list = |path: &str| tree.list(path).into_iter().map(|item| item.value).collect();
    let authorities: Vec<String> =
        tree.list("clientauth.cafiles").iter().filter_map(|path| Some(stack.file(proxy.service?, &path.value)?.text.to_string())).collect();
    let demanded = tree.text("clientauth.clientauthtype").is_some_and(|kind| kind.starts_with("Require"));
    let asked = tree.get("clientauth").is_some();
    TlsTerms {
        name: Some(plain.to_owned()),
        min_version: tree.text("minversion").map(str::to_owned),
        max_version: tree.text("maxversion").map(str::to_owned),
        cipher_suites: list("ciphersuites"),
        curves: list("curvepreferences"),
        strict_sni: tree.text("snistrict").is_some_and(is_true),
        client_authorities: asked.then(|| (authorities.join("\n").into(), demanded)),
    }
}
