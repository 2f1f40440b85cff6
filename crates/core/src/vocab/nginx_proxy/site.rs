//! Hosts and paths of nginx-proxy as intents.

use super::proxy::Proxy;
use crate::compose::Service;
use crate::diag::Diagnostics;
use crate::table::IndexMap;
use crate::text::{Place, Placed};
use crate::vocab::directive::Directive;
use crate::vocab::environment::variable;
use crate::vocab::headers::Headers;
use crate::vocab::intent::{
    Acme, Action, Backend, Certificate, Challenge, Intent, Listen, Matcher, Priority, Redirect, Scheme, Sticky, Tls,
};
use crate::vocab::middleware::{IpAllowList, Middleware};
use crate::vocab::nginx::{Findings, Pattern, Settings, escaped, is_portable, path_changes, settings_ways, sts};
use crate::vocab::{Stack, certificate, closed};

/// A host and path that a service takes.
pub(super) struct Site<'a> {
    pub(super) service: &'a Service,
    pub(super) host: String,
    pub(super) path: String,
    pub(super) port: Option<u16>,
    pub(super) proto: Option<String>,
    pub(super) dest: Option<String>,
    pub(super) place: Place,
    /// The variable that says so.
    pub(super) key: &'static str,
}

/// Writes the intents of all services.
pub(super) struct Writer<'w, 's, 'a> {
    pub(super) proxy: &'w Proxy<'a>,
    pub(super) stack: &'w mut Stack<'s>,
    pub(super) findings: &'w mut Findings,
}

/// How a host is asked.
struct Secured {
    listen: Listen,
    tls: Option<Tls>,
    /// Is plain text sent to TLS?
    redirect: bool,
    hsts: Option<String>,
}

impl Writer<'_, '_, '_> {
    /// Writes every site; `false` where one of them is not.
    pub(super) fn write(mut self, sites: &[Site<'_>], diagnostics: &mut Diagnostics) -> bool {
        // Services that take the same host and path share the requests.
        let mut together: IndexMap<(&str, &str), Vec<&Site<'_>>> = IndexMap::default();
        for site in sites {
            together.entry((&site.host, &site.path)).or_default().push(site);
        }
        let mut complete = true;
        let mut secured: IndexMap<&str, Secured> = IndexMap::default();
        for ((host, _), sites) in &together {
            let Some(first) = sites.first() else { continue };
            if !secured.contains_key(host) {
                let made = self.secured(first);
                secured.insert(host, made);
            }
            let Some(way) = secured.get(host) else { continue };
            if let Err(why) = self.site(sites, way) {
                complete = false;
                closed(first.service, first.key, first.place, &why, diagnostics);
            }
        }
        for host in secured.iter().filter(|(_, way)| way.redirect).map(|(host, _)| host) {
            let Some(site) = sites.iter().find(|site| site.host == **host) else { continue };
            let Ok(matcher) = host_matcher(host) else { continue };
            if !self.findings.intents.iter().any(|intent| intent.listen.encrypted && holds(&intent.matcher, &matcher)) {
                continue;
            }
            let redirect = Redirect::to_https(301);
            self.push(site, Matcher::All(vec![matcher]), Action::Redirect(redirect), Listen::PLAIN, None, Vec::new());
        }
        complete
    }

    /// Services that share a host and path.
    fn site(&mut self, sites: &[&Site<'_>], way: &Secured) -> Result<(), String> {
        let Some(site) = sites.first() else { return Ok(()) };
        let host = host_matcher(&site.host)?;
        let pattern = pattern(&site.path)?;
        let mut backends = Vec::new();
        for site in sites {
            backends.push(backend(site)?);
        }
        let mut middlewares: Vec<Placed<Middleware>> = Vec::new();
        let (server, inner) = self.proxy.directives(self.stack, &site.host)?;
        let everywhere = self.proxy.everywhere(self.stack);
        let settings = Settings::default().inside(&everywhere).inside(&server).inside(&inner);
        if let Some(foreign) = foreign(&server).or_else(|| foreign(&inner)) {
            return Err(format!("`{foreign}` of a file of `vhost.d` is nginx's own"));
        }
        let owner = self.proxy.main.unwrap_or(site.service);
        middlewares.extend(settings_ways(&settings, self.stack, owner, &everywhere, self.findings)?);
        if variable(site.service, "NETWORK_ACCESS").is_some_and(|access| access.value.trim() == "internal") {
            let source_range = ["127.0.0.0/8", "10.0.0.0/8", "192.168.0.0/16", "172.16.0.0/12"].map(str::to_owned).to_vec();
            middlewares.push(Placed::new(Middleware::IpAllowList(IpAllowList { source_range, ..IpAllowList::default() }), site.place));
        }
        match self.proxy.users(self.stack, &site.host, &site.path) {
            Ok(Some(auth)) => middlewares.push(Placed::new(Middleware::BasicAuth(auth), site.place)),
            Ok(None) => {}
            Err(()) => return Err("the proxy asks for passwords that lie in a folder of its own".to_owned()),
        }
        if let Some(hsts) = &way.hsts {
            let mut headers = Headers::default();
            if !sts(&mut headers, hsts) {
                headers.custom_response_headers.insert("Strict-Transport-Security".to_owned(), hsts.clone());
            }
            middlewares.push(Placed::new(Middleware::Headers(Box::new(headers)), site.place));
        }
        if let Some(dest) = site.dest.as_deref().filter(|dest| !dest.is_empty()) {
            let changes =
                path_changes(dest, &pattern, false).ok_or_else(|| format!("VIRTUAL_DEST {dest:?} cannot take the place of its path"))?;
            middlewares.extend(changes.into_iter().map(|change| Placed::new(change, site.place)));
        }
        let mut parts = vec![host];
        parts.extend(pattern.matcher());
        let action = Action::Forward(backends);
        self.push(site, Matcher::All(parts.clone()), action.clone(), way.listen, way.tls.clone(), middlewares.clone());
        if self.proxy.setting("DEFAULT_HOST").is_some_and(|default| default == site.host) {
            parts.remove(0);
            self.push(site, Matcher::All(parts), action, way.listen, way.tls.clone(), middlewares);
        }
        Ok(())
    }

    /// Whether a host is asked in TLS, and what of plain text.
    fn secured(&mut self, site: &Site<'_>) -> Secured {
        let text = |name: &str| variable(site.service, name).map(|value| value.value.trim());
        let method = text("HTTPS_METHOD").or_else(|| self.proxy.setting("HTTPS_METHOD")).unwrap_or("redirect").to_owned();
        let hsts = text("HSTS").or_else(|| self.proxy.setting("HSTS")).unwrap_or("max-age=31536000").to_owned();
        let mut tls = self.certificate(site).filter(|_| method != "nohttps");
        let verify = site.service.container.labels.get("com.github.nginx-proxy.nginx-proxy.ssl_verify_client");
        let verify = verify.map_or("on", |verify| verify.value.trim());
        if let Some(tls) = tls.as_mut().filter(|_| verify != "off") {
            let authorities = self.proxy.authorities(self.stack, &site.host);
            tls.terms.client_authorities = authorities.map(|pem| (pem, verify == "on"));
        }
        let listen = match (&tls, method.as_str()) {
            (None, _) => Listen::PLAIN,
            (Some(_), "noredirect") => Listen::BOTH,
            (Some(_), _) => Listen::ENCRYPTED,
        };
        let redirect = tls.is_some() && !matches!(method.as_str(), "noredirect" | "nohttp");
        let hsts = Some(hsts).filter(|hsts| tls.is_some() && method != "noredirect" && hsts != "off");
        Secured { listen, tls, redirect, hsts }
    }

    /// The certificate of a host: one that the companion fetches, or files of the proxy.
    fn certificate(&mut self, site: &Site<'_>) -> Option<Tls> {
        let text = |names: &[&str]| names.iter().find_map(|name| variable(site.service, name)).map(|value| value.value.trim().to_owned());
        let names: Vec<String> =
            text(&["ACME_HOST", "LETSENCRYPT_HOST"]).unwrap_or_default().split(',').map(|name| name.trim().to_ascii_lowercase()).collect();
        let wild = site.host.split_once('.').map(|(_, rest)| format!("*.{rest}"));
        if names.contains(&site.host) || wild.is_some_and(|wild| names.contains(&wild)) {
            let test = text(&["ACME_TEST", "LETSENCRYPT_TEST"]).is_some_and(|test| test.eq_ignore_ascii_case("true"));
            let staging = test.then(|| certificate::STAGING.to_owned());
            let server = text(&["ACME_CA_URI"]).or(staging).or_else(|| self.proxy.companion("ACME_CA_URI").map(str::to_owned));
            let email = text(&["ACME_EMAIL", "LETSENCRYPT_EMAIL"]).or_else(|| self.proxy.companion("DEFAULT_EMAIL").map(str::to_owned));
            let size = text(&["ACME_KEYSIZE", "LETSENCRYPT_KEYSIZE"]);
            let key_type = size.map(|size| size.strip_prefix("ec-").map_or_else(|| format!("RSA{size}"), |curve| format!("EC{curve}")));
            let dns = text(&["ACME_CHALLENGE"])
                .or_else(|| self.proxy.companion("ACME_CHALLENGE").map(str::to_owned))
                .is_some_and(|way| way.eq_ignore_ascii_case("dns-01"));
            let plugin = text(&["ACMESH_DNS_API_CONFIG"]).or_else(|| self.proxy.companion("ACMESH_DNS_API_CONFIG").map(str::to_owned));
            let challenge = if dns { Challenge::Dns(provider(plugin.as_deref().unwrap_or_default())) } else { Challenge::Http };
            let single = text(&["ACME_SINGLE_DOMAIN_CERTS", "LETSENCRYPT_SINGLE_DOMAIN_CERTS"]).is_some_and(|single| single == "true");
            let hosts = if single { Vec::new() } else { names };
            return Some(Tls {
                certificate: Certificate::Acme(Acme { email, server, challenge, key_type, ..Acme::default() }),
                hosts,
                ..Tls::default()
            });
        }
        let named = text(&["CERT_NAME"]);
        let (service, chain, key) = self.proxy.certificate(self.stack, &site.host, named.as_deref())?;
        Some(certificate::of_files(self.stack, service, Some(&chain), Some(&key), Some(&site.host)))
    }

    fn push(
        &mut self,
        site: &Site<'_>,
        matcher: Matcher,
        action: Action,
        listen: Listen,
        tls: Option<Tls>,
        middlewares: Vec<Placed<Middleware>>,
    ) {
        let (name, key, owner) = (site.service.name.clone(), site.key.to_owned(), site.service.name.clone());
        let (place, priority) = (Some(site.place), Priority::Narrowest);
        self.findings.intents.push(Intent { name, key, place, owner, matcher, action, listen, tls, middlewares, priority });
    }
}

/// The service that answers for a site.
fn backend(site: &Site<'_>) -> Result<Backend, String> {
    // Without a port, a container's only one is meant, else 80.
    let exposed: Vec<u16> = site.service.expose.iter().filter_map(|port| port.value.split('/').next()?.parse().ok()).collect();
    let targets: Vec<u16> = site.service.ports.iter().map(|port| port.target.value).collect();
    let only = match (exposed.as_slice(), targets.as_slice()) {
        ([port], []) => Some(*port),
        ([], [port]) => Some(*port),
        ([a], [b]) if a == b => Some(*a),
        // What the image exposes is not known here.
        ([], []) => None,
        _ => Some(80),
    };
    let mut backend = Backend::new(&site.service.name, site.port.or(only));
    backend.scheme = match site.proto.as_deref().unwrap_or("http") {
        "http" => Scheme::Http,
        "https" => Scheme::Https,
        "grpc" => Scheme::Grpc,
        "grpcs" => Scheme::Grpcs,
        "fastcgi" => Scheme::FastCgi,
        "uwsgi" => Scheme::Uwsgi,
        other => return Err(format!("VIRTUAL_PROTO {other:?} is no protocol that a controller speaks")),
    };
    if matches!(backend.scheme, Scheme::FastCgi | Scheme::Uwsgi) {
        return Err(format!("a route cannot lead to a service that speaks {}", site.proto.as_deref().unwrap_or_default()));
    }
    backend.verify.skip = matches!(backend.scheme, Scheme::Https | Scheme::Grpcs);
    let balance = site.service.container.labels.get("com.github.nginx-proxy.nginx-proxy.loadbalance");
    if balance.is_some_and(|balance| balance.value.contains("ip_hash") || balance.value.contains("hash $remote_addr")) {
        backend.sticky = Some(Sticky { by_address: true, ..Sticky::default() });
    }
    Ok(backend)
}

/// The matcher of a host, as nginx reads it.
fn host_matcher(host: &str) -> Result<Matcher, String> {
    if let Some(expression) = host.strip_prefix('~') {
        return if is_portable(expression) {
            Ok(Matcher::HostRegexp(format!("(?i){expression}")))
        } else {
            Err(format!("the expression {expression:?} has what a controller's expressions do not"))
        };
    }
    if let Some(domain) = host.strip_prefix("*.") {
        return Ok(Matcher::HostBelow { domain: domain.to_owned(), one_label: false });
    }
    if let Some(start) = host.strip_suffix(".*") {
        return Ok(Matcher::HostRegexp(format!("^{}\\.[^.]+(?:\\.[^.]+)*$", escaped(start))));
    }
    Ok(Matcher::Host(host.to_owned()))
}

fn pattern(path: &str) -> Result<Pattern, String> {
    if let Some(expression) = path.strip_prefix("~*").or_else(|| path.strip_prefix('~')) {
        let (expression, flags) = (expression.trim(), if path.starts_with("~*") { "(?i)" } else { "" });
        return if is_portable(expression) {
            Ok(Pattern::Regex { expression: format!("{flags}{expression}"), portable: true })
        } else {
            Err(format!("the expression {expression:?} has what a controller's expressions do not"))
        };
    }
    if let Some(path) = path.strip_prefix('=') {
        return Ok(Pattern::Exact(path.trim().to_owned()));
    }
    let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
    Ok(Pattern::Prefix { path, first: false })
}

/// Does the intent's matcher begin with this host?
fn holds(matcher: &Matcher, host: &Matcher) -> bool {
    matches!(matcher, Matcher::All(parts) if parts.first() == Some(host))
}

/// A directive that leads requests elsewhere.
fn foreign(directives: &[Directive]) -> Option<&str> {
    directives
        .iter()
        .map(Directive::name)
        .find(|name| matches!(*name, "location" | "return" | "rewrite" | "if" | "proxy_pass" | "root" | "try_files"))
}

/// The provider of a plugin of acme.sh: `dns_cf` is Cloudflare.
fn provider(config: &str) -> String {
    let plugin = config.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').find(|word| word.starts_with("dns_")).unwrap_or("dns_");
    match plugin.trim_start_matches("dns_") {
        "cf" => "cloudflare".to_owned(),
        "aws" => "route53".to_owned(),
        "dgon" => "digitalocean".to_owned(),
        "gcloud" | "googledomains" => "clouddns".to_owned(),
        "azure" => "azuredns".to_owned(),
        other => other.to_owned(),
    }
}
