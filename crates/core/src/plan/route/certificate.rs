//! Certificates: which hosts share one, which Secret holds it, who fills that.

use super::model::{CertificateObject, HostsSecret, Issuer, IssuerObject, Routes, Solver};
use super::way::Way;
use crate::diag::catalog::routes as told;
use crate::diag::{Diagnostic, Diagnostics};
use crate::plan::context::Context;
use crate::plan::name::label;
use crate::plan::storage::store::{Content, Store};
use crate::table::{HashMap, HashSet};
use crate::text::Place;
use crate::vocab::intent::{Certificate, Challenge};

/// The directory of Let's Encrypt.
const LETS_ENCRYPT: &str = "https://acme-v02.api.letsencrypt.org/directory";
/// What an issuer is called that is written without a name.
const ISSUER: &str = "letsencrypt";

/// Hosts that share a certificate.
#[derive(Clone, Debug)]
struct Group {
    hosts: Vec<String>,
    secret: String,
    source: Certificate,
    place: Option<Place>,
}

/// The certificates of all ways in.
pub(super) struct Certificates {
    groups: Vec<Group>,
    by_host: HashMap<String, usize>,
    /// Who fills the Secrets.
    issuer: Option<Issuer>,
    /// Secrets that an annotation asks for already.
    annotated: HashSet<String>,
    /// Secrets that some object names.
    named: HashSet<String>,
}

impl Certificates {
    /// Groups the hosts of every encrypted way in.
    pub(super) fn of(cx: &Context<'_>, ways: &[Way]) -> Self {
        let options = cx.options;
        let named = options.tls_issuer.as_ref().map(|text| match text.split_once('/') {
            Some((kind, name)) => Issuer { name: name.to_owned(), namespaced: kind.eq_ignore_ascii_case("issuer") },
            None => Issuer { name: text.clone(), namespaced: false },
        });
        let written = options.acme_email.as_ref().map(|_| Issuer { name: ISSUER.to_owned(), namespaced: false });
        let mut out = Self {
            groups: Vec::new(),
            by_host: HashMap::default(),
            issuer: named.or(written),
            annotated: HashSet::default(),
            named: HashSet::default(),
        };
        for way in ways.iter().filter(|way| way.intent.listen.encrypted) {
            out.add(way);
        }
        out
    }

    fn add(&mut self, way: &Way) {
        let tls = way.intent.tls.clone().unwrap_or_default();
        let own = way.hosts();
        let names = if tls.hosts.is_empty() { own.clone() } else { tls.hosts.clone() };
        let Some(first) = names.first() else { return };
        let secret = match &tls.certificate {
            Certificate::Secret(name) => name.clone(),
            Certificate::Files(files) => secret_name(&files.name),
            Certificate::Default | Certificate::Acme(_) | Certificate::SelfSigned => secret_name(&first.replace("*.", "wildcard.")),
        };
        let known = names.iter().find_map(|name| self.by_host.get(name).copied());
        let known = known.or_else(|| self.groups.iter().position(|group| group.secret == secret));
        let number = known.unwrap_or_else(|| {
            let place = way.intent.place;
            self.groups.push(Group { hosts: Vec::new(), secret, source: tls.certificate.clone(), place });
            self.groups.len() - 1
        });
        if let Some(group) = self.groups.get_mut(number) {
            // What says where it comes from wins over what does not.
            if group.source == Certificate::Default && tls.certificate != Certificate::Default {
                group.source = tls.certificate;
            }
            for name in &names {
                if !group.hosts.contains(name) {
                    group.hosts.push(name.clone());
                }
            }
        }
        for name in names.iter().chain(&own) {
            self.by_host.entry(name.clone()).or_insert(number);
        }
    }

    /// The Secrets with the certificates of some hosts, each once.
    pub(super) fn secrets(&mut self, hosts: &[String]) -> Vec<HostsSecret> {
        let mut numbers: Vec<usize> = Vec::new();
        for number in hosts.iter().filter_map(|host| self.by_host.get(host)) {
            if !numbers.contains(number) {
                numbers.push(*number);
            }
        }
        let groups = numbers.into_iter().filter_map(|number| self.groups.get(number));
        let out: Vec<HostsSecret> = groups.map(|group| HostsSecret { hosts: group.hosts.clone(), secret: group.secret.clone() }).collect();
        self.named.extend(out.iter().map(|one| one.secret.clone()));
        out
    }

    /// The issuer that an object with these Secrets has to name, so that each is asked for by one object only.
    pub(super) fn annotation(&mut self, secrets: &[HostsSecret]) -> Option<Issuer> {
        let issuer = self.issuer.clone()?;
        let issued = |secret: &str| self.groups.iter().any(|group| group.secret == secret && is_issued(&group.source));
        let new: Vec<String> = secrets.iter().map(|one| one.secret.clone()).filter(|secret| issued(secret)).collect();
        let mut any = false;
        for secret in new {
            any |= self.annotated.insert(secret);
        }
        any.then_some(issuer)
    }

    /// Writes the issuer, the certificates that no annotation asks for, and the Secrets of files; tells what the user has to do.
    pub(super) fn finish(
        self,
        cx: &Context<'_>,
        ways: &[Way],
        solver: Solver,
        out: &mut Routes,
        stores: &mut Vec<Store>,
        diagnostics: &mut Diagnostics,
    ) {
        let used: Vec<&Group> = self.groups.iter().filter(|group| self.named.contains(&group.secret)).collect();
        let dns = dns_provider(ways);
        for group in &used {
            let host = group.hosts.first().map_or("", String::as_str);
            if let Certificate::Files(files) = &group.source {
                let owner = ways.iter().find(|way| way.intent.tls.as_ref().is_some_and(|tls| tls.certificate == group.source));
                let service = owner.map_or("", |way| way.intent.owner.as_str());
                let mut store = Store::secret(group.secret.clone(), service, cx.options);
                store.service = None;
                store.kind = Some("kubernetes.io/tls".to_owned());
                store.insert("tls.crt", Content::Text(files.certificate.to_string()));
                store.insert("tls.key", Content::Text(files.key.to_string()));
                stores.push(store);
                continue;
            }
            if !is_issued(&group.source) {
                continue;
            }
            let Some(issuer) = &self.issuer else {
                let message = format!("the Secret {:?} of the cluster holds the certificate of {}", group.secret, group.hosts.join(", "));
                let email = match &group.source {
                    Certificate::Acme(acme) => acme.email.as_deref(),
                    _ => None,
                };
                let help = format!(
                    "let cert-manager fill it: `--tls-issuer NAME` names its issuer, `--acme-email {}` writes one; or create it: `kubectl create secret tls`",
                    email.unwrap_or("you@example.com")
                );
                tell(Diagnostic::new(&told::CERTIFICATE_ASSUMED, message).help(help), group.place, diagnostics);
                continue;
            };
            if !self.annotated.contains(&group.secret) {
                out.certificates.push(CertificateObject {
                    secret: group.secret.clone(),
                    hosts: group.hosts.clone(),
                    issuer: issuer.clone(),
                });
            }
            if dns.is_none() && group.hosts.iter().any(|host| host.starts_with("*.")) {
                let message = format!("no authority issues the certificate of {host} for a file behind port 80");
                let message = Diagnostic::new(&told::WILDCARD_CERTIFICATE_APPROXIMATED, message);
                tell(message.help("give the issuer a solver that writes records of the DNS (DNS-01)"), group.place, diagnostics);
            }
        }
        let issued = used.iter().any(|group| is_issued(&group.source));
        if let (Some(issuer), Some(email), true) = (&self.issuer, &cx.options.acme_email, issued) {
            let server = ways.iter().find_map(|way| match &way.intent.tls.as_ref()?.certificate {
                Certificate::Acme(acme) => acme.server.clone(),
                _ => None,
            });
            if let Some((provider, place)) = &dns {
                let message =
                    format!("the issuer {:?} writes records of the DNS through {provider:?}, and has no credentials for it", issuer.name);
                let help =
                    "fill in the solver of the issuer, and create the Secret that it names; cert-manager's page on DNS-01 lists the fields";
                tell(Diagnostic::new(&told::DNS_CHALLENGE_APPROXIMATED, message).help(help), *place, diagnostics);
            }
            let solver = dns.map_or(solver, |(provider, _)| Solver::Dns(provider));
            let server = server.unwrap_or_else(|| LETS_ENCRYPT.to_owned());
            out.issuer = Some(IssuerObject { issuer: issuer.clone(), email: email.clone(), server, solver });
        }
    }
}

/// Is it one that an issuer makes?
const fn is_issued(source: &Certificate) -> bool {
    matches!(source, Certificate::Default | Certificate::Acme(_) | Certificate::SelfSigned)
}

/// The provider of the DNS through which the stack shows that a host is its own.
fn dns_provider(ways: &[Way]) -> Option<(String, Option<Place>)> {
    ways.iter().find_map(|way| match &way.intent.tls.as_ref()?.certificate {
        Certificate::Acme(acme) => match &acme.challenge {
            Challenge::Dns(provider) => Some((provider.clone(), way.intent.place)),
            Challenge::Http | Challenge::TlsAlpn => None,
        },
        _ => None,
    })
}

fn tell(message: Diagnostic, place: Option<Place>, diagnostics: &mut Diagnostics) {
    diagnostics.push(match place {
        Some(place) => message.at(place),
        None => message,
    });
}

/// A Secret named after what its certificate is for.
fn secret_name(text: &str) -> String {
    let name = label(text);
    format!("{}-tls", name.get(..59).unwrap_or(&name))
}
