//! Ingresses: one for each set of annotations.

use super::certificate::Certificates;
use super::model::{Ingress, IngressPath, IngressRule, Issuer, PathKind, Routes};
use super::normal::Alternative;
use super::way::{Site, Way};
use crate::plan::context::Context;
use crate::plan::name::Scope;
use crate::table::{HashMap, HashSet, IndexMap};
use crate::vocab::intent::{Action, Matcher, Scheme};

/// The parts of Ingresses: for each set of annotations the paths of each host.
#[derive(Default)]
pub(super) struct Parts(IndexMap<(Vec<(String, String)>, bool), Part>);

/// The end of a key that keeps the objects of several hosts apart and is not written.
const OF_HOST: &str = "/of-host";

/// What belongs to one set of annotations.
struct Part {
    name: String,
    service: String,
    hosts: IndexMap<Option<String>, Vec<IngressPath>>,
}

impl Parts {
    /// Adds a path of a host. `encrypted`: with a certificate.
    pub(super) fn add(
        &mut self,
        way: &Way,
        annotations: &IndexMap<String, String>,
        encrypted: bool,
        host: Option<String>,
        path: IngressPath,
    ) {
        let key = annotations.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
        let part = self.0.entry((key, encrypted)).or_insert_with(|| Part {
            name: way.name.clone(),
            service: way.backends.first().map_or_else(|| way.intent.owner.clone(), |backend| backend.endpoint.clone()),
            hosts: IndexMap::default(),
        });
        let paths = part.hosts.entry(host).or_default();
        if !paths.contains(&path) {
            paths.push(path);
        }
    }

    /// Writes the Ingresses.
    pub(super) fn write(self, cx: &Context<'_>, class: Option<&str>, certificates: &mut Certificates, out: &mut Routes) {
        for ((annotations, encrypted), part) in self.0 {
            let mut annotations: IndexMap<String, String> = annotations.into_iter().filter(|(key, _)| !key.ends_with(OF_HOST)).collect();
            let hosts: Vec<String> = part.hosts.keys().flatten().cloned().collect();
            let tls = if encrypted { certificates.secrets(&hosts) } else { Vec::new() };
            annotations.extend(certificates.annotation(&tls).as_ref().map(issuer));
            let rules = part.hosts.into_iter().map(|(host, mut paths)| {
                // The longest path first; an exact one before a prefix of the same length.
                paths.sort_by_key(|path| (std::cmp::Reverse(path.path.len()), path.kind));
                IngressRule { host, paths }
            });
            let ingress = Ingress {
                name: cx.names.reserve(Scope::Route, &part.name),
                class: class.map(str::to_owned),
                annotations,
                rules: rules.collect(),
                tls,
                service: cx.names.service(&part.service).to_owned(),
            };
            let paths = ingress.rules.iter().flat_map(|rule| &rule.paths);
            out.targets.extend(paths.map(|path| (path.endpoint.clone(), path.port)));
            out.ingresses.push(ingress);
        }
    }

    /// Parts for a controller that takes one Ingress for a host, and others only below it: where a host stands in several, one without
    /// paths says what holds for all of it (`of_host` tells which annotations do), and each of the others is marked and says the rest.
    pub(super) fn below_one(self, kind: &str, of_host: &dyn Fn(&str) -> bool) -> Self {
        let mut count: HashMap<&Option<String>, usize> = HashMap::default();
        for host in self.0.values().flat_map(|part| part.hosts.keys()) {
            *count.entry(host).or_default() += 1;
        }
        let shared: HashSet<Option<String>> =
            count.into_iter().filter(|(host, count)| host.is_some() && *count > 1).map(|(host, _)| host.clone()).collect();
        let mut out = Self::default();
        for ((annotations, encrypted), part) in self.0 {
            for (host, paths) in part.hosts {
                let new = || Part { name: part.name.clone(), service: part.service.clone(), hosts: IndexMap::default() };
                if !shared.contains(&host) {
                    let own = out.0.entry((annotations.clone(), encrypted)).or_insert_with(new);
                    own.hosts.insert(host, paths);
                    continue;
                }
                let (top, mut low): (Vec<_>, Vec<_>) = annotations.iter().cloned().partition(|(key, _)| of_host(key));
                let known = out.0.iter().position(|((keys, _), part)| {
                    keys.first().is_some_and(|(key, value)| key == kind && value == "master") && part.hosts.contains_key(&host)
                });
                if known.is_none() {
                    let mut keys = vec![(kind.to_owned(), "master".to_owned())];
                    keys.extend(top);
                    // Masters of several hosts are objects of their own, as each has one host.
                    keys.push((format!("{kind}{OF_HOST}"), host.clone().unwrap_or_default()));
                    out.0.entry((keys, encrypted)).or_insert_with(new).hosts.insert(host.clone(), Vec::new());
                }
                low.insert(0, (kind.to_owned(), "minion".to_owned()));
                low.push((format!("{kind}{OF_HOST}"), host.clone().unwrap_or_default()));
                out.0.entry((low, false)).or_insert_with(new).hosts.entry(host).or_default().extend(paths);
            }
        }
        out
    }
}

/// The annotation that asks cert-manager for a certificate.
fn issuer(issuer: &Issuer) -> (String, String) {
    let key = if issuer.namespaced { "cert-manager.io/issuer" } else { "cert-manager.io/cluster-issuer" };
    (key.to_owned(), issuer.name.clone())
}

/// A host and a path as an Ingress has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) host: Option<String>,
    pub(super) path: String,
    pub(super) kind: PathKind,
    /// Does the stack compare the path byte by byte?
    pub(super) bytes: bool,
    /// Does the stack's wildcard stand for more than one label?
    pub(super) deep: bool,
}

/// The lines of an Ingress that take just what a way in takes.
///
/// # Errors
/// What no Ingress can say: a few words.
pub(super) fn lines(way: &Way) -> Result<Vec<Line>, String> {
    let Some(alternatives) = &way.alternatives else { return Err("its rule has too many alternatives".to_owned()) };
    let mut out: Vec<Line> = Vec::new();
    for alternative in alternatives {
        let line = line(alternative)?;
        if !out.contains(&line) {
            out.push(line);
        }
    }
    Ok(out)
}

/// The line of an Ingress that takes just what an alternative takes.
///
/// # Errors
/// What no Ingress can say: a few words.
pub(super) fn line(alternative: &Alternative) -> Result<Line, String> {
    let site = Site::of(alternative);
    if let Some(condition) = site.more.first() {
        return Err(format!("an Ingress has hosts and paths, and {}", said(&condition.matcher, condition.negated)));
    }
    let deep = alternative.iter().any(|condition| matches!(&condition.matcher, Matcher::HostBelow { one_label: false, .. }));
    let (path, kind, bytes) = match site.path {
        Some(Matcher::Path(path)) => (path.clone(), PathKind::Exact, false),
        Some(Matcher::PathPrefix(path)) => (path.clone(), PathKind::Prefix, !path.ends_with('/')),
        Some(Matcher::PathElements(path)) => (path.clone(), PathKind::Prefix, false),
        Some(Matcher::PathRegexp(expression)) => (expression.clone(), PathKind::Regexp, false),
        _ => ("/".to_owned(), PathKind::Prefix, false),
    };
    Ok(Line { host: site.host, path, kind, bytes, deep })
}

/// A condition in words.
pub(super) fn said(matcher: &Matcher, negated: bool) -> String {
    let what = match matcher {
        Matcher::Method(_) => "the method",
        Matcher::Header(..) | Matcher::HeaderRegexp(..) => "a header",
        Matcher::Query(..) | Matcher::QueryRegexp(..) => "a parameter of the query",
        Matcher::ClientIp(_) => "the browser's address",
        Matcher::HostRegexp(_) => "a pattern of hosts",
        Matcher::Host(_) | Matcher::HostBelow { .. } => "a second host",
        _ => "a second path",
    };
    if negated { format!("the rule asks what {what} is not") } else { format!("the rule asks for {what}") }
}

/// Is it answered by one service in plain HTTP, with nothing special?
pub(super) fn is_plain(way: &Way) -> bool {
    matches!((&way.intent.action, way.backends.as_slice()), (Action::Forward(_), [backend])
        if backend.scheme == Scheme::Http && backend.sticky.is_none() && backend.pass_host_header)
}
