//! Certificates of a proxy that the stack brings: files of the project, or an authority that issues them.

use super::Stack;
use super::environment::variable;
use super::intent::{Acme, Certificate, CertificateFiles, Tls};
use crate::compose::Service;
use crate::text::path;

/// Let's Encrypt's directory for tests.
pub(super) const STAGING: &str = "https://acme-staging-v02.api.letsencrypt.org/directory";

/// Repositories whose image only fetches certificates.
const BOTS: &[&str] = &["certbot", "acme.sh", "lego"];

/// Does the service only fetch certificates?
pub(super) fn is_certificate_bot(service: &Service) -> bool {
    let image = service.container.image.as_ref().map_or("", |image| image.value.as_str());
    let name = image.split('@').next().unwrap_or_default();
    let last = name.rsplit('/').next().unwrap_or(name);
    let last = last.split(':').next().unwrap_or(last);
    BOTS.contains(&last) || (name.contains("certbot/") && last.starts_with("dns-"))
}

/// The certificate of these files as a service sees them; an authority's where they lie where its client puts them.
pub(super) fn of_files(stack: &mut Stack<'_>, service: &Service, certificate: Option<&str>, key: Option<&str>, host: Option<&str>) -> Tls {
    let (Some(certificate), Some(key)) = (certificate, key) else { return Tls::default() };
    let absolute = |file: &str| if file.starts_with('/') { file.to_owned() } else { format!("/etc/nginx/{file}") };
    let (certificate, key) = (absolute(certificate), absolute(key));
    if ["letsencrypt", "/acme", "certbot", "dehydrated"].iter().any(|word| certificate.contains(word)) {
        return Tls { certificate: Certificate::Acme(bot(stack)), ..Tls::default() };
    }
    let (Some(chain), Some(private)) = (stack.file(service, &certificate), stack.file(service, &key)) else { return Tls::default() };
    let is_pem = |text: &str| text.contains("-----BEGIN ");
    if !is_pem(&chain.text) || !is_pem(&private.text) {
        return Tls::default();
    }
    let file = path::file_name(&certificate);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let general = ["fullchain", "cert", "certificate", "tls", "server", "ssl", "chain", "public", "bundle", "nginx", "default"];
    let name = if general.contains(&stem) { host.unwrap_or(stem) } else { stem };
    let files = CertificateFiles { name: name.to_owned(), certificate: chain.text, key: private.text };
    Tls { certificate: Certificate::Files(files), ..Tls::default() }
}

/// What a certificate bot of the stack says of its authority: in its command, or in variables.
fn bot(stack: &Stack<'_>) -> Acme {
    let mut acme = Acme::default();
    for service in stack.project.services.values().filter(|service| is_certificate_bot(service)) {
        let words = [&service.container.entrypoint, &service.container.command].into_iter().flatten().flat_map(|words| &words.value);
        // A shell's command is one word with many in it.
        let words: Vec<&str> = words.flat_map(|word| word.value.split_whitespace()).collect();
        let option = |names: &[&str]| {
            let mut pairs = words.iter().zip(words.iter().skip(1).chain([&""]));
            pairs.find_map(|(word, next)| match word.split_once('=') {
                Some((name, value)) if names.contains(&name) => Some(value.to_owned()),
                None if names.contains(word) => Some((*next).to_owned()),
                _ => None,
            })
        };
        let email = option(&["--email", "-m"]).or_else(|| {
            let names = ["CERTBOT_EMAIL", "LETSENCRYPT_EMAIL", "ACME_EMAIL", "EMAIL"];
            names.iter().find_map(|name| variable(service, name)).map(|value| value.value.clone())
        });
        let email = email.map(|email| email.trim_matches(['"', '\'']).to_owned()).filter(|email| email.contains('@'));
        acme.email = acme.email.or(email);
        acme.server = acme.server.or_else(|| option(&["--server"]));
        if words.iter().any(|word| matches!(*word, "--staging" | "--test-cert")) {
            acme.server = acme.server.or_else(|| Some(STAGING.to_owned()));
        }
        acme.key_type = acme.key_type.or_else(|| option(&["--rsa-key-size"]).map(|size| format!("RSA{size}")));
        let provider = words.iter().find_map(|word| word.strip_prefix("--dns-")).filter(|provider| !provider.contains('-'));
        if let Some(provider) = provider {
            acme.challenge = super::intent::Challenge::Dns(provider.to_owned());
        }
    }
    acme
}
