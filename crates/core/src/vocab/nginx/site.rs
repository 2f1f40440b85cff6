//! The servers of an nginx, each with the places it has and where requests end there.

use super::Findings;
use super::condition::{self, Condition};
use super::location::{self, End, Location, Pattern};
use super::server::{Name, Server, Socket, published};
use super::settings::{Settings, why_own};
use super::target;
use super::upstream::Addresses;
use super::write::Writer;
use crate::compose::Service;
use crate::text::Placed;
use crate::vocab::Stack;
use crate::vocab::directive::Directive;
use crate::vocab::intent::Matcher;
use crate::vocab::middleware::Middleware;
use crate::vocab::peer::Peers;

/// A server with what the world sees of it.
#[derive(Clone, Debug)]
pub(super) struct Site<'d> {
    /// The server.
    pub(super) server: Server<'d>,
    /// The sockets that somebody outside reaches, with the port of the world.
    pub(super) open: Vec<(Socket, u16)>,
    /// Its places.
    pub(super) places: Vec<Ending<'d>>,
}

/// A location with where it ends.
#[derive(Clone, Debug)]
pub(super) struct Ending<'d> {
    /// The location.
    pub(super) location: Location<'d>,
    /// Where it ends.
    pub(super) end: End,
    /// What is done on the way there: redirects by expressions, and what becomes of the path.
    pub(super) middlewares: Vec<Middleware>,
    /// A condition besides host and path.
    pub(super) condition: Option<Matcher>,
    /// Does the configuration not say it, but nginx does it?
    pub(super) implied: bool,
}

/// Reads the directives of an `http` block.
pub(super) fn read(http: &[Directive], proxy: &Service, peers: &Peers<'_>, stack: &mut Stack<'_>, findings: &mut Findings) {
    let outer = Settings::default().inside(http);
    let upstreams = http.iter().filter(|directive| directive.name() == "upstream").collect();
    let addresses = Addresses { proxy, peers, upstreams };
    let mut sites = Vec::new();
    for block in http.iter().filter(|directive| directive.name() == "server") {
        let server = Server::of(block, &outer);
        if let Some(place) = server.foreign {
            findings.keep("a name of a server is an expression that a controller does not have", place);
        }
        let open: Vec<(Socket, u16)> = server.sockets.iter().filter_map(|one| Some((*one, published(proxy, one.port)?))).collect();
        if open.is_empty() {
            findings.keep("a server of it is only reached from inside the stack", block.place);
            continue;
        }
        split(Site { server, open, places: Vec::new() }, &addresses, &mut sites);
    }
    findings.tuned.extend(outer.tuned.iter().cloned());
    Writer { proxy, http, stack, findings }.write(&sites);
}

/// The sites of a server: its conditions over host and scheme make several of one.
fn split<'d>(mut site: Site<'d>, addresses: &Addresses<'_, '_>, out: &mut Vec<Site<'d>>) {
    let block = site.server.block.inner();
    let mut redirects = Vec::new();
    for directive in block {
        let place = |directive: &'d Directive, inner: &'d [Directive], site: &Site<'d>| {
            let settings = if inner.is_empty() { site.server.settings.clone() } else { site.server.settings.inside(inner) };
            Location { pattern: Pattern::all(), settings, block: inner, place: directive.place }
        };
        let name = site.server.first().map(str::to_owned);
        match directive.name() {
            "return" => {
                let location = place(directive, &[], &site);
                let mut middlewares = Vec::new();
                let end = location::returned(directive, &location, name.as_deref(), &mut middlewares);
                let end = end.unwrap_or_else(|| End::Own("`return` has variables".to_owned(), directive.place));
                site.places.push(Ending { location, end, middlewares, condition: None, implied: false });
                out.push(site);
                return;
            }
            "rewrite" => {
                let location = place(directive, &[], &site);
                match rewrite(directive, name.as_deref()) {
                    Rewrite::All(end) => {
                        site.places.push(Ending { location, end, middlewares: redirects, condition: None, implied: false });
                        out.push(site);
                        return;
                    }
                    Rewrite::Some(middleware) => redirects.push(middleware),
                }
            }
            "if" => {
                let location = place(directive, directive.inner(), &site);
                let answer = directive.inner().iter().find(|inner| inner.name() == "return");
                let read = condition::read(directive).zip(answer);
                let Some((condition, answer)) = read else {
                    let end = End::Own("`if` has a condition of nginx's own".to_owned(), directive.place);
                    site.places.push(Ending { location, end, middlewares: redirects, condition: None, implied: false });
                    out.push(site);
                    return;
                };
                let end = |site: &Site<'d>, name: Option<&str>, condition: Option<Matcher>| {
                    let mut middlewares = redirects.clone();
                    let location = Location { settings: site.server.settings.inside(directive.inner()), ..location.clone() };
                    let end = location::returned(answer, &location, name, &mut middlewares);
                    let end = end.unwrap_or_else(|| End::Own("`return` has variables".to_owned(), answer.place));
                    Ending { location, end, middlewares, condition, implied: false }
                };
                match condition {
                    Condition::Request(matcher) => {
                        let ending = end(&site, name.as_deref(), Some(matcher));
                        site.places.push(ending);
                    }
                    Condition::Host { name: host, same } => {
                        let only = Name::Exact(host.clone());
                        let mut other = site.clone();
                        let has = site.server.names.contains(&only);
                        if same {
                            other.server.names = vec![only.clone()];
                            other.server.nameless = false;
                            site.server.names.retain(|name| *name != only);
                        } else {
                            other.server.names.retain(|name| *name != only);
                            site.server.names = if has { vec![only] } else { Vec::new() };
                            site.server.nameless = false;
                        }
                        let first = if same { Some(host) } else { other.server.first().map(str::to_owned) };
                        let ending = end(&other, first.as_deref(), None);
                        other.places = vec![ending];
                        if !other.server.names.is_empty() || other.server.nameless {
                            out.push(other);
                        }
                    }
                    Condition::Plain(plain) => {
                        let mut other = site.clone();
                        other.open.retain(|(socket, _)| socket.encrypted != plain);
                        site.open.retain(|(socket, _)| socket.encrypted == plain);
                        let ending = end(&other, name.as_deref(), None);
                        other.places = vec![ending];
                        if !other.open.is_empty() {
                            out.push(other);
                        }
                    }
                }
            }
            _ => {}
        }
    }
    locations(&mut site, addresses, &redirects);
    out.push(site);
}

/// What a `rewrite` of a server does.
enum Rewrite {
    /// Every request ends there.
    All(End),
    /// Some are sent elsewhere.
    Some(Middleware),
}

fn rewrite(directive: &Directive, name: Option<&str>) -> Rewrite {
    let (regex, to) = (directive.value(0).unwrap_or_default(), directive.value(1).unwrap_or_default());
    let flag = directive.value(2).unwrap_or_default();
    let status = if flag == "permanent" { 301 } else { 302 };
    let away = matches!(flag, "permanent" | "redirect") || to.starts_with("http") || to.starts_with("$scheme");
    if away {
        if let Some(redirect) = target::rewritten(regex, to, status, name) {
            return Rewrite::All(End::Redirect(redirect));
        }
        if let Some(middleware) = target::redirect_regex(regex, to, status == 301, name) {
            return Rewrite::Some(middleware);
        }
    }
    Rewrite::All(End::Own("`rewrite` looks for another location".to_owned(), directive.place))
}

/// The places of a server, those that nobody wrote among them.
fn locations<'d>(site: &mut Site<'d>, addresses: &Addresses<'_, '_>, redirects: &[Middleware]) {
    let (block, settings) = (site.server.block, &site.server.settings);
    let name = site.server.first();
    let mut found = Vec::new();
    location::collect(block.inner(), settings, &mut found);
    // A program may ask nginx for a file that nobody else sees (`X-Accel-Redirect`).
    let hidden =
        found.iter().find(|location| location.block.iter().any(|inner| inner.name() == "internal") && location.settings.files.is_some());
    let hidden = hidden.map(|location| location.place);
    let whole = found
        .iter()
        .any(|location| location.pattern == Pattern::all() || location.pattern == Pattern::Prefix { path: "/".to_owned(), first: true });
    let mut places = Vec::new();
    for location in found {
        for directive in location.block.iter().filter(|inner| inner.name() == "if") {
            let answer = directive.inner().iter().find(|inner| inner.name() == "return");
            let Some((Condition::Request(matcher), answer)) = condition::read(directive).zip(answer) else { continue };
            let inner = Location { settings: location.settings.inside(directive.inner()), block: directive.inner(), ..location.clone() };
            let mut middlewares = Vec::new();
            let end = location::returned(answer, &inner, name, &mut middlewares);
            let end = end.unwrap_or_else(|| End::Own("`return` has variables".to_owned(), answer.place));
            places.push(Ending { location: inner, end, middlewares, condition: Some(matcher), implied: false });
        }
        let (mut end, middlewares) = location::end(&location, addresses, name);
        if let (End::Forward(_), Some(place)) = (&end, hidden) {
            end = End::Own("a service may ask it for files (`internal`)".to_owned(), place);
        }
        let middlewares = redirects.iter().cloned().chain(middlewares).collect();
        places.push(Ending { location, end, middlewares, condition: None, implied: false });
    }
    if !whole {
        let location = Location { pattern: Pattern::all(), settings: settings.clone(), block: &[], place: block.place };
        let end = match (&settings.own, settings.files) {
            (Some(own), _) => End::Own(why_own(&own.value), own.place),
            (None, Some(place)) => End::Own("files of its own are served there".to_owned(), place),
            (None, None) => End::Respond(404, String::new()),
        };
        let implied = matches!(end, End::Respond(..));
        places.push(Ending { location, end, middlewares: redirects.to_vec(), condition: None, implied });
    }
    site.places.append(&mut places);
}

/// Why a place stays with nginx. No controller answers by itself with anything but errors.
pub(super) fn own(ending: &Ending<'_>) -> Option<Placed<String>> {
    match &ending.end {
        End::Own(why, place) => Some(Placed::new(why.clone(), *place)),
        End::Respond(status, _) if *status < 400 => Some(Placed::new(format!("it answers with {status} by itself"), ending.location.place)),
        _ => None,
    }
}
