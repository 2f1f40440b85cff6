//! The sites of an nginx as intents: which names on which port, and what is asked first.

use super::Findings;
use super::guard;
use super::location::{End, Pattern};
use super::server::{Name, Server};
use super::site::{Ending, Site, own};
use super::upstream;
use crate::compose::Service;
use crate::table::HashMap;
use crate::text::{Place, Placed};
use crate::vocab::Stack;
use crate::vocab::certificate;
use crate::vocab::directive::Directive;
use crate::vocab::intent::{Action, Backend, Intent, Listen, Matcher, PathChange, Priority, Redirect, Scheme, Tls};
use crate::vocab::middleware::Middleware;

/// Writes the intents of one proxy.
pub(super) struct Writer<'w, 's> {
    pub(super) proxy: &'w Service,
    pub(super) http: &'w [Directive],
    pub(super) stack: &'w mut Stack<'s>,
    pub(super) findings: &'w mut Findings,
}

/// The names that a site answers to on one kind of port.
#[derive(Clone, Debug, Default, PartialEq)]
struct Names {
    plain: Vec<Name>,
    encrypted: Vec<Name>,
}

impl Writer<'_, '_> {
    /// Writes every site.
    pub(super) fn write(mut self, sites: &[Site<'_>]) {
        let names = self.names(sites);
        for (site, names) in sites.iter().zip(&names) {
            let both: Vec<Name> = names.plain.iter().filter(|name| names.encrypted.contains(name)).cloned().collect();
            let only = |all: &[Name]| all.iter().filter(|name| !both.contains(name)).cloned().collect::<Vec<_>>();
            self.site(site, sites, &both, Listen::BOTH);
            self.site(site, sites, &only(&names.plain), Listen::PLAIN);
            self.site(site, sites, &only(&names.encrypted), Listen::ENCRYPTED);
        }
        self.nameless(sites, &names);
    }

    /// Who answers to which name: the first server of a port; of several ports the one that browsers ask by themselves.
    fn names(&mut self, sites: &[Site<'_>]) -> Vec<Names> {
        let mut out = vec![Names::default(); sites.len()];
        let mut sockets: Vec<(usize, bool, u16)> = Vec::new();
        for (at, site) in sites.iter().enumerate() {
            sockets.extend(site.open.iter().map(|(socket, world)| (at, socket.encrypted, *world)));
        }
        sockets.sort_by_key(|(at, _, world)| (!matches!(world, 80 | 443), *at));
        let mut taken: HashMap<(Name, bool), (usize, u16)> = HashMap::default();
        for (at, encrypted, world) in sockets {
            let Some((site, names)) = sites.get(at).zip(out.get_mut(at)) else { continue };
            for name in &site.server.names {
                let (first, port) = *taken.entry((name.clone(), encrypted)).or_insert((at, world));
                if first != at {
                    if port != world {
                        self.findings.keep(format!("port {world} of the same name has a site of its own"), site.server.block.place);
                    }
                    continue;
                }
                let list = if encrypted { &mut names.encrypted } else { &mut names.plain };
                if !list.contains(name) {
                    list.push(name.clone());
                }
            }
        }
        out
    }

    /// Writes a site for some of its names.
    fn site(&mut self, site: &Site<'_>, sites: &[Site<'_>], names: &[Name], listen: Listen) {
        if names.is_empty() {
            return;
        }
        let mut hosts: Vec<Matcher> = names.iter().map(matcher).collect();
        let hosts = if hosts.len() == 1 { hosts.remove(0) } else { Matcher::Any(hosts) };
        // Another server takes some of its names as well, and must not answer what this one does not.
        let covered = names.iter().any(|name| {
            let Name::Exact(name) = name else { return false };
            sites.iter().flat_map(|other| &other.server.names).any(|other| match other {
                Name::Below(domain) => name.strip_suffix(domain.as_str()).is_some_and(|rest| rest.ends_with('.')),
                Name::Pattern(_) => true,
                Name::Exact(_) => false,
            })
        });
        let tls = listen.encrypted.then(|| self.certificate(&site.server, names));
        self.places(site, Some(&hosts), listen, tls.as_ref(), rank(names), covered);
    }

    /// The servers that take what no name takes.
    fn nameless(&mut self, sites: &[Site<'_>], names: &[Names]) {
        for encrypted in [false, true] {
            let open = sites.iter().flat_map(|site| site.open.iter().map(move |(socket, world)| (site, *socket, *world)));
            let open: Vec<_> = open.filter(|(_, socket, _)| socket.encrypted == encrypted).collect();
            // The default of a port is the one that says so, else the first.
            let default = |port: u16| {
                let here = || open.iter().filter(move |(_, socket, _)| socket.port == port);
                here().find(|(_, socket, _)| socket.default).or_else(|| here().next())
            };
            let mut candidates: Vec<(&Site<'_>, u16)> = Vec::new();
            for (site, socket, world) in &open {
                let first = default(socket.port).is_some_and(|(first, ..)| std::ptr::eq(*first, *site));
                if site.server.nameless && first && !candidates.iter().any(|(_, port)| port == world) {
                    candidates.push((site, *world));
                }
            }
            let usual = if encrypted { 443 } else { 80 };
            let chosen =
                candidates.iter().find(|(_, world)| *world == usual).or_else(|| candidates.first().filter(|_| candidates.len() == 1));
            for (site, world) in &candidates {
                if chosen.is_none_or(|(_, port)| port != world) && !is_refusal(site) {
                    self.findings.keep(format!("what it answers on port {world} has no name"), site.server.block.place);
                }
            }
            let Some((site, _)) = chosen else { continue };
            if is_refusal(site) {
                continue;
            }
            if let Some(reason) = site.places.iter().find_map(|ending| own(ending)) {
                self.findings.keep(reason.value, reason.place);
                continue;
            }
            if !encrypted && sends_to_https(site) {
                // What is known in TLS alone is sent there; nobody else has to be.
                let known: Vec<Name> = names
                    .iter()
                    .flat_map(|names| &names.encrypted)
                    .filter(|name| !names.iter().any(|names| names.plain.contains(name)))
                    .cloned()
                    .collect();
                let bare = sites
                    .iter()
                    .any(|other| other.server.nameless && other.open.iter().any(|(socket, _)| socket.encrypted) && !is_refusal(other));
                self.site(site, sites, &known, Listen::PLAIN);
                if !bare {
                    continue;
                }
            }
            let before = self.findings.intents.len();
            let listen = if encrypted { Listen::ENCRYPTED } else { Listen::PLAIN };
            let tls = encrypted.then(|| self.certificate(&site.server, &[]));
            self.places(site, None, listen, tls.as_ref(), 0, false);
            if self.findings.intents.len() > before {
                self.findings.keep("it answers for every name", site.server.block.place);
            }
        }
    }

    fn certificate(&mut self, server: &Server<'_>, names: &[Name]) -> Tls {
        let exact = names.iter().find_map(|name| if let Name::Exact(name) = name { Some(name.as_str()) } else { None });
        let file = |key: &str| {
            server.block.all(key).chain(self.http.iter().filter(|d| d.name() == key)).find_map(|d| d.value(0).map(str::to_owned))
        };
        let (certificate, key) = (file("ssl_certificate"), file("ssl_certificate_key"));
        certificate::of_files(self.stack, self.proxy, certificate.as_deref(), key.as_deref(), exact)
    }

    /// Writes the places of a site.
    fn places(&mut self, site: &Site<'_>, hosts: Option<&Matcher>, listen: Listen, tls: Option<&Tls>, rank: i64, covered: bool) {
        let ends: Vec<&Ending<'_>> =
            site.places.iter().filter(|ending| ending.end != End::Nothing && (covered || !ending.implied)).collect();
        let numbered = ends.iter().any(|ending| ending.location.pattern.is_regex() || ending.condition.is_some());
        let all_own = !ends.is_empty() && ends.iter().filter(|ending| !ending.implied).all(|ending| own(ending).is_some());
        for (order, ending) in ends.iter().enumerate() {
            if all_own && order > 0 {
                break;
            }
            let pattern = if all_own { Pattern::all() } else { ending.location.pattern.clone() };
            let hidden = !all_own && own(ending).is_some() && !numbered && within_own(ending, &ends);
            if hidden {
                continue;
            }
            let priority =
                if numbered && !all_own { Priority::Number(rank + place_rank(ending, order, &ends)) } else { Priority::Narrowest };
            let matcher = Matcher::All(hosts.cloned().into_iter().chain(pattern.matcher()).chain(ending.condition.clone()).collect());
            let draft = Draft { matcher, listen, tls: tls.cloned(), priority };
            self.place(site, ending, draft, &ends);
        }
    }

    /// Writes a place.
    fn place(&mut self, site: &Site<'_>, ending: &Ending<'_>, draft: Draft, ends: &[&Ending<'_>]) {
        let settings = &ending.location.settings;
        let name = site.server.first();
        let place = ending.location.place;
        if let Some(why) = own(ending) {
            self.findings.keep(why.value, why.place);
            return self.itself(site, why.place, draft);
        }
        let mut middlewares: Vec<Placed<Middleware>> = Vec::new();
        let forward = matches!(ending.end, End::Forward(_));
        // Redirects come before everything else, and what becomes of the path after it.
        let (redirects, changes): (Vec<_>, Vec<_>) =
            ending.middlewares.iter().cloned().partition(|middleware| matches!(middleware, Middleware::RedirectRegex(_)));
        middlewares.extend(redirects.into_iter().map(|middleware| Placed::new(middleware, place)));
        let end = ending.end.clone();
        if forward {
            let checked =
                guard::guards(settings, self.stack, self.proxy, self.http).and_then(|guards| Ok((guards, guard::denied(settings)?)));
            match checked {
                Ok((guards, denied)) => {
                    middlewares.extend(guards);
                    if let Some(denied) = denied {
                        let matcher = Matcher::All(vec![draft.matcher.clone(), denied.value]);
                        let priority = match draft.priority {
                            Priority::Number(number) => Priority::Number(number + 1),
                            Priority::Narrowest => Priority::Narrowest,
                        };
                        let action = Action::Respond { status: 403, body: String::new(), content_type: None };
                        let draft = Draft { matcher, priority, ..draft.clone() };
                        self.push(action, Vec::new(), denied.place, "deny", draft);
                    }
                }
                Err(why) => {
                    self.findings.keep(why.value, why.place);
                    return self.itself(site, why.place, draft);
                }
            }
        }
        self.findings.tuned.extend(settings.tuned.iter().cloned());
        if forward {
            self.findings.lost.extend(settings.lost.iter().cloned());
        }
        let (headers, lost) = guard::headers(settings, name, !draft.listen.plain, forward, upstream::host(&ending.location));
        self.findings.lost.extend(lost);
        let key = ending.location.pattern.text();
        let mut headers = headers;
        let action = match end {
            End::Forward(backends) => {
                let (marks, _) = guard::headers(settings, name, !draft.listen.plain, false, None);
                self.slash(ending, &draft, ends, marks.filter(|marks| !is_empty(&marks.value)));
                Action::Forward(backends)
            }
            End::Redirect(redirect) => Action::Redirect(redirect),
            End::Respond(status, body) => {
                let content_type = headers.as_mut().and_then(|headers| content_type(&mut headers.value));
                headers = None;
                // 444 closes the connection: nobody answers.
                let status = if status == 444 { 404 } else { status };
                Action::Respond { status, body, content_type }
            }
            End::Own(..) | End::Nothing => return,
        };
        middlewares.extend(changes.into_iter().filter(|_| forward).map(|middleware| Placed::new(middleware, place)));
        // A header that tells of the cut prefix takes the place of the one that a controller sets.
        middlewares.extend(headers.filter(|headers| !is_empty(&headers.value)));
        self.push(action, middlewares, place, &key, draft);
    }

    /// nginx sends `/x` to `/x/` where only that has a place; `marks` are the headers of its answer.
    fn slash(&mut self, ending: &Ending<'_>, draft: &Draft, ends: &[&Ending<'_>], marks: Option<Placed<Middleware>>) {
        let Pattern::Prefix { path, .. } = &ending.location.pattern else { return };
        let Some(bare) = path.strip_suffix('/').filter(|bare| !bare.is_empty()) else { return };
        let there = |pattern: &Pattern| match pattern {
            Pattern::Exact(path) | Pattern::Prefix { path, .. } => path == bare,
            Pattern::Regex { .. } => false,
        };
        if ending.condition.is_some() || ends.iter().any(|other| there(&other.location.pattern)) {
            return;
        }
        let mut parts = match &draft.matcher {
            Matcher::All(parts) => parts.clone(),
            other => vec![other.clone()],
        };
        parts.retain(|part| !matches!(part, Matcher::PathPrefix(_)));
        parts.push(Matcher::Path(bare.to_owned()));
        let redirect = Redirect {
            status: 301,
            scheme: None,
            host: None,
            port: None,
            path: PathChange::Replace(path.clone()),
            keep_query: true,
            relative: false,
        };
        let draft = Draft { matcher: Matcher::All(parts), ..draft.clone() };
        let key = ending.location.pattern.text();
        self.push(Action::Redirect(redirect), marks.into_iter().collect(), ending.location.place, &key, draft);
    }

    /// The proxy itself answers.
    fn itself(&mut self, site: &Site<'_>, place: Place, draft: Draft) {
        let sockets = || site.open.iter().map(|(socket, _)| *socket);
        let Some(socket) = sockets().find(|socket| !socket.encrypted).or_else(|| sockets().next()) else { return };
        let mut backend = Backend::new(&self.proxy.name, Some(socket.port));
        if socket.encrypted {
            backend.scheme = Scheme::Https;
            backend.verify.skip = true;
        }
        self.push(Action::Forward(vec![backend]), Vec::new(), place, "server", draft);
    }

    fn push(&mut self, action: Action, middlewares: Vec<Placed<Middleware>>, place: Place, key: &str, draft: Draft) {
        let Draft { matcher, listen, tls, priority } = draft;
        let name = match &action {
            Action::Forward(backends) => backends.first().map_or(&self.proxy.name, |backend| &backend.service).clone(),
            _ => self.proxy.name.clone(),
        };
        let (key, place, owner) = (key.to_owned(), Some(place), self.proxy.name.clone());
        self.findings.intents.push(Intent { name, key, place, owner, matcher, action, listen, tls, middlewares, priority });
    }
}

/// What an intent has besides its action.
#[derive(Clone)]
struct Draft {
    matcher: Matcher,
    listen: Listen,
    tls: Option<Tls>,
    priority: Priority,
}

fn matcher(name: &Name) -> Matcher {
    match name {
        Name::Exact(name) => Matcher::Host(name.clone()),
        Name::Below(domain) => Matcher::HostBelow { domain: domain.clone(), one_label: false },
        Name::Pattern(expression) => Matcher::HostRegexp(expression.clone()),
    }
}

/// An exact name goes before a wildcard, that before an expression.
fn rank(names: &[Name]) -> i64 {
    let each = names.iter().map(|name| match name {
        Name::Exact(_) => 1_000_000,
        Name::Below(domain) => 300_000 + i64::try_from(domain.len()).unwrap_or(0).min(1_000) * 10,
        Name::Pattern(_) => 200_000,
    });
    each.min().unwrap_or(0)
}

/// nginx's own order: exact paths, the longest prefix where it says so, expressions in their order, prefixes by their length.
fn place_rank(ending: &Ending<'_>, order: usize, ends: &[&Ending<'_>]) -> i64 {
    let length = |path: &str| i64::try_from(path.len()).unwrap_or(1_000).min(1_000) * 10;
    let rank = match &ending.location.pattern {
        Pattern::Exact(_) => 70_000,
        Pattern::Prefix { path, first } => {
            // A longer prefix below one that goes before expressions is looked for first as well.
            let below = ends.iter().any(
                |other| matches!(&other.location.pattern, Pattern::Prefix { path: outer, first: true } if path.starts_with(outer.as_str())),
            );
            length(path) + if *first || below { 50_000 } else { 0 }
        }
        Pattern::Regex { .. } => 40_000 - i64::try_from(order).unwrap_or(1_000).min(1_000) * 10,
    };
    // `if` of a server is asked before any place.
    let outer = ending.condition.is_some() && ending.location.pattern == Pattern::all();
    if outer { 90_000 } else { rank + i64::from(ending.condition.is_some()) * 5 }
}

/// Does a shorter prefix lead to nginx itself as well, and nothing else in between?
fn within_own(ending: &Ending<'_>, ends: &[&Ending<'_>]) -> bool {
    let path = match &ending.location.pattern {
        Pattern::Exact(path) | Pattern::Prefix { path, .. } => path,
        Pattern::Regex { .. } => return false,
    };
    let outer = ends.iter().filter_map(|other| match &other.location.pattern {
        Pattern::Prefix { path: outer, .. } if outer.len() < path.len() && path.starts_with(outer.as_str()) => Some((outer.len(), other)),
        _ => None,
    });
    outer.max_by_key(|(length, _)| *length).is_some_and(|(_, other)| own(other).is_some())
}

/// Does the site only refuse?
fn is_refusal(site: &Site<'_>) -> bool {
    site.places.iter().all(|ending| matches!(ending.end, End::Respond(400.., _) | End::Nothing))
}

/// Does the site only send to the same address in TLS?
fn sends_to_https(site: &Site<'_>) -> bool {
    let rest: Vec<&End> = site.places.iter().map(|ending| &ending.end).filter(|end| **end != End::Nothing).collect();
    let https = |end: &End| matches!(end, End::Redirect(redirect) if redirect.scheme.as_deref() == Some("https") && redirect.host.is_none() && redirect.path == PathChange::Keep);
    !rest.is_empty() && site.places.iter().filter(|ending| !ending.implied && ending.end != End::Nothing).all(|ending| https(&ending.end))
}

/// Takes `Content-Type` out of headers.
fn content_type(middleware: &mut Middleware) -> Option<String> {
    let Middleware::Headers(headers) = middleware else { return None };
    let key = headers.custom_response_headers.keys().find(|key| key.eq_ignore_ascii_case("content-type")).cloned()?;
    headers.custom_response_headers.shift_remove(&key)
}

fn is_empty(middleware: &Middleware) -> bool {
    matches!(middleware, Middleware::Headers(headers) if **headers == crate::vocab::headers::Headers::default())
}
