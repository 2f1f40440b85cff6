//! Sites as intents: their addresses, their certificates, and what is asked first.

use super::address::Address;
use super::import::Caddyfile;
use super::matcher::{apart, covers};
use super::walk::{End, Outcome, Walker};
use crate::compose::Service;
use crate::text::{Place, Placed};
use crate::vocab::Stack;
use crate::vocab::certificate;
use crate::vocab::directive::Directive;
use crate::vocab::intent::{Acme, Action, Backend, Certificate, Challenge, Intent, Listen, Matcher, Priority, Redirect, Scheme, Tls};
use crate::vocab::nginx::{Findings, published};
use crate::vocab::peer::Peers;

/// Why a proxy without names stays.
pub(super) const EVERY_NAME: &str = "it answers for every name";

/// Who reads a Caddyfile.
pub(super) struct Caddy<'c> {
    /// The service whose names `reverse_proxy` is seen with: the proxy, or a labelled service.
    pub(super) from: &'c Service,
    /// The proxy, if it is a service that could stay behind the controller.
    pub(super) proxy: Option<&'c Service>,
    /// Who answers to which name.
    pub(super) peers: &'c Peers<'c>,
}

/// What the global options say.
struct Globals {
    http_port: u16,
    https_port: u16,
    /// Is nothing in TLS unless it says so?
    off: bool,
    /// Does plain text stay plain?
    no_redirects: bool,
    acme: Acme,
    local: bool,
}

impl Globals {
    fn read(options: &[Directive]) -> Self {
        let text = |name: &str| options.iter().filter(|option| option.name() == name).find_map(|option| option.value(0));
        let automatic: Vec<&str> =
            options.iter().filter(|o| o.name() == "auto_https").flat_map(|o| o.values()).map(|word| word.value.as_str()).collect();
        let dns = text("acme_dns").map_or(Challenge::Http, |provider| Challenge::Dns(provider.to_owned()));
        Self {
            http_port: text("http_port").and_then(|port| port.parse().ok()).unwrap_or(80),
            https_port: text("https_port").and_then(|port| port.parse().ok()).unwrap_or(443),
            off: automatic.contains(&"off"),
            no_redirects: automatic.contains(&"off") || automatic.contains(&"disable_redirects"),
            acme: Acme {
                email: text("email").map(str::to_owned),
                server: text("acme_ca").map(str::to_owned),
                challenge: dns,
                key_type: text("key_type").map(str::to_owned),
                ..Acme::default()
            },
            local: options.iter().any(|option| option.name() == "local_certs"),
        }
    }
}

/// A site's addresses of one kind.
struct Listener {
    hosts: Vec<Address>,
    encrypted: bool,
    /// The port of the world behind it.
    world: u16,
}

/// Reads the sites of a file.
pub(super) fn read(caddy: &Caddy<'_>, file: &Caddyfile, stack: &mut Stack<'_>, findings: &mut Findings) {
    let globals = Globals::read(&file.options);
    for option in file.options.iter().filter(|option| option.name() == "layer4") {
        findings.keep("`layer4` is no HTTP", option.place);
    }
    let mut sites = Vec::new();
    for site in &file.sites {
        sites.push((site, listeners(caddy, site, &globals, findings)));
    }
    let plain: Vec<String> = hosts(&sites, false);
    // The sites without a host that somebody outside reaches, by port.
    let ports: Vec<u16> =
        sites.iter().flat_map(|(_, all)| all.iter().filter(|l| l.hosts.iter().any(|a| a.host.is_none())).map(|l| l.world)).collect();
    for (site, all) in &sites {
        for listener in all {
            let nameless = listener.hosts.iter().any(|address| address.host.is_none());
            let only = ports.iter().all(|port| *port == listener.world);
            if nameless && !matches!(listener.world, 80 | 443) && (!only || caddy.proxy.is_none()) {
                findings.keep(format!("what it answers on port {} has no name", listener.world), site.place);
                continue;
            }
            write(caddy, file, site, listener, &globals, &plain, stack, findings);
        }
    }
}

/// Every host of the sites in TLS, or of those in plain text.
fn hosts(sites: &[(&Directive, Vec<Listener>)], encrypted: bool) -> Vec<String> {
    let all = sites.iter().flat_map(|(_, all)| all).filter(|listener| listener.encrypted == encrypted);
    all.flat_map(|listener| &listener.hosts).filter_map(|address| address.host.clone()).collect()
}

/// The addresses of a site that somebody outside can ask for.
fn listeners(caddy: &Caddy<'_>, site: &Directive, globals: &Globals, findings: &mut Findings) -> Vec<Listener> {
    let mut out: Vec<Listener> = Vec::new();
    for word in &site.words {
        let Some(address) = Address::read(word.value.trim_end_matches(',')) else {
            findings.keep(format!("{:?} is no address that a route can have", word.value), word.place);
            continue;
        };
        if address.local && address.host.is_none() {
            findings.keep("a site of it is only asked for from inside", word.place);
            continue;
        }
        let encrypted = address.encrypted(globals.http_port) && !(globals.off && address.scheme.is_none() && address.port != Some(443));
        let usual = if encrypted { globals.https_port } else { globals.http_port };
        let port = address.port.unwrap_or(usual);
        let world = match caddy.proxy {
            None => Some(port),
            // A site in TLS answers on both ports, if only to send browsers to the other one.
            Some(proxy) => {
                published(proxy, port).or_else(|| published(proxy, globals.http_port).filter(|_| encrypted && address.port.is_none()))
            }
        };
        let Some(world) = world else {
            findings.keep("a site of it is only reached from inside the stack", word.place);
            continue;
        };
        let bare = address.host.is_none();
        match out.iter_mut().find(|l| {
            l.encrypted == encrypted && l.world == world && l.hosts.iter().all(|a| a.host.is_none() == bare && a.path == address.path)
        }) {
            Some(listener) => listener.hosts.push(address),
            None => out.push(Listener { hosts: vec![address], encrypted, world }),
        }
    }
    out
}

/// Writes a site for some of its addresses.
#[expect(clippy::too_many_arguments, reason = "a site is read with all of it, once")]
fn write(
    caddy: &Caddy<'_>,
    file: &Caddyfile,
    site: &Directive,
    listener: &Listener,
    globals: &Globals,
    plain: &[String],
    stack: &mut Stack<'_>,
    findings: &mut Findings,
) {
    let names: Vec<&str> = listener.hosts.iter().filter_map(|address| address.host.as_deref()).collect();
    let mut walker = Walker::new(caddy.from, caddy.peers, &file.options, findings);
    walker.host = names.first().copied().filter(|_| names.len() == 1);
    walker.encrypted = listener.encrypted;
    let outcomes = walker.site(site.inner());
    let all_own = !outcomes.is_empty() && outcomes.iter().all(|outcome| matches!(outcome.end, End::Own(_)));
    if names.is_empty() {
        if let Some(End::Own(why)) = outcomes.iter().map(|outcome| &outcome.end).find(|end| matches!(end, End::Own(_))) {
            findings.keep(why.value.clone(), why.place);
            return;
        }
        if !outcomes.is_empty() {
            findings.keep(EVERY_NAME, site.place);
        }
    }
    let mut base: Vec<Matcher> = Vec::new();
    match names.as_slice() {
        [] => {}
        [name] => base.push(Matcher::host(name)),
        names => base.push(Matcher::Any(names.iter().map(|name| Matcher::host(name)).collect())),
    }
    base.extend(listener.hosts.first().and_then(|address| super::matcher::path(address.path.as_deref()?)));
    if let Some(other) = site.all("tls").find(|tls| is_no_tls(tls)) {
        // Caddy does not load such a site.
        return findings.keep(format!("`tls {}` is nothing that Caddy knows", other.value(0).unwrap_or_default()), other.place);
    }
    let tls = listener.encrypted.then(|| tls(caddy, site, globals, &names, stack));
    let listen = if listener.encrypted { Listen::ENCRYPTED } else { Listen::PLAIN };
    let natural = is_natural(&outcomes);
    let count = i64::try_from(outcomes.len()).unwrap_or(0);
    let mut closed: Vec<&Outcome> = Vec::new();
    for (outcome, order) in outcomes.iter().zip(0_i64..) {
        if all_own && order > 0 {
            break;
        }
        // What nobody answers must not come in by a wider way.
        if closed.iter().any(|earlier| !apart(&earlier.matchers, &outcome.matchers)) {
            continue;
        }
        let priority = if natural || all_own { Priority::Narrowest } else { Priority::Number(rank(&names) + (count - order) * 10) };
        let own_matchers = if all_own { &[][..] } else { &outcome.matchers };
        let matcher = Matcher::All(base.iter().chain(own_matchers).cloned().collect());
        let (action, middlewares) = match &outcome.end {
            End::Forward(backends) => (Action::Forward(backends.clone()), outcome.middlewares.clone()),
            End::Redirect(redirect) => (Action::Redirect(redirect.clone()), outcome.middlewares.clone()),
            End::Respond(status, body) => {
                let content_type = (!body.is_empty()).then(|| "text/plain; charset=utf-8".to_owned());
                (Action::Respond { status: *status, body: body.clone(), content_type }, outcome.middlewares.clone())
            }
            End::Own(why) => {
                findings.keep(why.value.clone(), why.place);
                let Some(backend) = caddy.proxy.map(|proxy| itself(proxy, listener, globals, &names)) else {
                    closed.push(outcome);
                    continue;
                };
                (Action::Forward(vec![backend]), Vec::new())
            }
        };
        let name = match &action {
            Action::Forward(backends) => backends.first().map_or(&caddy.from.name, |backend| &backend.service).clone(),
            _ => caddy.from.name.clone(),
        };
        findings.intents.push(Intent {
            name,
            key: outcome.key.clone(),
            place: Some(outcome.place),
            owner: caddy.from.name.clone(),
            matcher,
            action,
            listen,
            tls: tls.clone(),
            middlewares,
            priority,
        });
    }
    if listener.encrypted && !globals.no_redirects && !names.is_empty() && closed.len() < outcomes.len() {
        to_https(caddy, &names, plain, site.place, findings);
    }
}

/// Plain text is sent to TLS, but for hosts that have a site of their own there.
fn to_https(caddy: &Caddy<'_>, names: &[&str], plain: &[String], place: Place, findings: &mut Findings) {
    let mut hosts: Vec<Matcher> =
        names.iter().filter(|name| !plain.iter().any(|plain| plain == *name)).map(|name| Matcher::host(name)).collect();
    let matcher = match hosts.len() {
        0 => return,
        1 => hosts.remove(0),
        _ => Matcher::Any(hosts),
    };
    let redirect = Redirect::to_https(308);
    findings.intents.push(Intent {
        name: caddy.from.name.clone(),
        key: names.join(" "),
        place: Some(place),
        owner: caddy.from.name.clone(),
        matcher: Matcher::All(vec![matcher]),
        action: Action::Redirect(redirect),
        listen: Listen::PLAIN,
        tls: None,
        middlewares: Vec::new(),
        priority: Priority::Narrowest,
    });
}

/// Does the narrower one go first anyway?
fn is_natural(outcomes: &[Outcome]) -> bool {
    let simple = |outcome: &Outcome| !outcome.matchers.iter().any(|matcher| matches!(matcher, Matcher::PathRegexp(_) | Matcher::Not(_)));
    outcomes.iter().enumerate().all(|(at, earlier)| {
        outcomes
            .iter()
            .skip(at + 1)
            .all(|later| apart(&earlier.matchers, &later.matchers) || (covers(&later.matchers, &earlier.matchers) && simple(earlier)))
    })
}

/// An exact name goes before a wildcard.
fn rank(names: &[&str]) -> i64 {
    match names {
        [] => 0,
        names if names.iter().any(|name| name.starts_with('*')) => 300_000,
        _ => 1_000_000,
    }
}

/// The proxy itself as a service that answers.
fn itself(proxy: &Service, listener: &Listener, globals: &Globals, names: &[&str]) -> Backend {
    let port = listener.hosts.iter().find_map(|address| address.port);
    let port = port.unwrap_or(if listener.encrypted { globals.https_port } else { globals.http_port });
    let mut backend = Backend::new(&proxy.name, Some(port));
    if listener.encrypted {
        backend.scheme = Scheme::Https;
        backend.verify.skip = true;
        backend.verify.server_name = names.first().map(|name| (*name).to_owned());
    }
    backend
}

/// Has the directive one word that is neither an address nor one of Caddy's own?
fn is_no_tls(tls: &Directive) -> bool {
    let own = |word: &str| matches!(word, "internal" | "force_automate") || word.contains('@');
    matches!((tls.value(0), tls.value(1)), (Some(word), None) if !own(word))
}

/// The certificate of a site.
fn tls(caddy: &Caddy<'_>, site: &Directive, globals: &Globals, names: &[&str], stack: &mut Stack<'_>) -> Tls {
    let mut acme = globals.acme.clone();
    let mut local = globals.local;
    for tls in site.all("tls") {
        match (tls.value(0), tls.value(1)) {
            (Some("internal"), _) => local = true,
            (Some("force_automate"), _) => local = false,
            (Some(certificate), Some(key)) => {
                if let Some(proxy) = caddy.proxy {
                    return certificate::of_files(stack, proxy, Some(certificate), Some(key), names.first().copied());
                }
            }
            (Some(email), None) if email.contains('@') => acme.email = Some(email.to_owned()),
            _ => {}
        }
        let issuers = tls.all("issuer").collect::<Vec<_>>();
        local |= issuers.first().is_some_and(|issuer| issuer.value(0) == Some("internal"));
        for inner in tls.inner().iter().chain(issuers.iter().flat_map(|issuer| issuer.inner())) {
            match (inner.name(), inner.value(0)) {
                ("dns", Some(provider)) => acme.challenge = Challenge::Dns(provider.to_owned()),
                ("ca" | "dir", Some(server)) => acme.server = Some(server.to_owned()),
                ("email", Some(email)) => acme.email = Some(email.to_owned()),
                ("key_type", Some(kind)) => acme.key_type = Some(kind.to_owned()),
                _ => {}
            }
        }
    }
    let certificate = if local { Certificate::SelfSigned } else { Certificate::Acme(acme) };
    Tls { certificate, ..Tls::default() }
}

/// Why a site is not written, if nobody stays behind the controller.
pub(super) fn reason(findings: &Findings) -> Option<Placed<String>> {
    findings.kept.clone()
}
