//! A request's way through the directives of a site: what is done with it, and where it ends.

use super::matcher::{self, Named};
use super::order;
use super::target;
use super::upstream;
use crate::compose::Service;
use crate::text::{Place, Placed};
use crate::vocab::directive::Directive;
use crate::vocab::intent::{Backend, Matcher, Redirect};
use crate::vocab::middleware::{Auth, Buffering, ForwardAuth, Middleware};
use crate::vocab::nginx::Findings;
use crate::vocab::peer::Peers;
use base64::Engine;

/// The most ways that conditions make of one.
const WAYS: usize = 16;
/// The most outcomes of one site.
const OUTCOMES: usize = 500;

/// Where requests end.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum End {
    /// Services answer.
    Forward(Vec<Backend>),
    /// The browser is sent elsewhere.
    Redirect(Redirect),
    /// The proxy answers by itself: status and body.
    Respond(u16, String),
    /// Only Caddy itself can answer.
    Own(Placed<String>),
}

/// Some requests, and what becomes of them.
#[derive(Clone, Debug)]
pub(super) struct Outcome {
    /// Which: all of these hold.
    pub(super) matchers: Vec<Matcher>,
    /// What is done with them.
    pub(super) middlewares: Vec<Placed<Middleware>>,
    /// Where they end.
    pub(super) end: End,
    /// What says so.
    pub(super) key: String,
    /// Where it says so.
    pub(super) place: Place,
}

/// Requests on their way.
#[derive(Clone, Debug, Default)]
struct Way {
    matchers: Vec<Matcher>,
    middlewares: Vec<Placed<Middleware>>,
    /// What is gone from the front of the path.
    cut: String,
    /// Is the path another one than the browser asked for?
    changed: bool,
    /// Why only Caddy itself can go on.
    own: Option<Placed<String>>,
}

impl Way {
    /// Only Caddy itself can go on.
    fn keep(&mut self, why: &Placed<String>) {
        self.own.get_or_insert_with(|| why.clone());
    }
}

/// What a site is read with.
pub(super) struct Walker<'w> {
    /// The service that `reverse_proxy` is seen from.
    pub(super) from: &'w Service,
    /// Who answers to which name.
    pub(super) peers: &'w Peers<'w>,
    /// The global options.
    pub(super) options: &'w [Directive],
    /// The site's only host.
    pub(super) host: Option<&'w str>,
    /// Is the site asked in TLS alone?
    pub(super) encrypted: bool,
    /// What is told of the proxy.
    pub(super) findings: &'w mut Findings,
    outcomes: Vec<Outcome>,
}

impl<'w> Walker<'w> {
    pub(super) fn new(from: &'w Service, peers: &'w Peers<'w>, options: &'w [Directive], findings: &'w mut Findings) -> Self {
        Self { from, peers, options, host: None, encrypted: true, findings, outcomes: Vec::new() }
    }

    /// The outcomes of a site, in the order in which they are asked.
    pub(super) fn site(mut self, directives: &[Directive]) -> Vec<Outcome> {
        self.block(directives, vec![Way::default()], &Named::default(), true);
        self.outcomes
    }

    /// Leads ways through a block; gives those that have not ended there.
    fn block(&mut self, directives: &[Directive], mut ways: Vec<Way>, known: &Named, sorted: bool) -> Vec<Way> {
        let named = matcher::named(directives, known);
        let plain: Vec<&Directive> = directives.iter().filter(|directive| !directive.name().starts_with('@')).collect();
        let plain = if sorted { order::sort(&plain, self.options) } else { plain };
        let mut rewritten = false;
        for directive in plain {
            if ways.is_empty() || self.outcomes.len() > OUTCOMES {
                break;
            }
            // Of several rewrites the first that takes a request is the only one.
            let again = sorted && rewritten && directive.name() == "rewrite";
            rewritten |= directive.name() == "rewrite";
            let read = matcher::of(directive, &named);
            let (matchers, words) = match read {
                _ if again => (Vec::new(), Vec::new()),
                Ok((matchers, words)) => (matchers, words.to_vec()),
                Err(why) => {
                    let why = Placed::new(why, directive.place);
                    ways.iter_mut().for_each(|way| way.keep(&why));
                    // Whatever it leads to, Caddy leads there itself.
                    continue;
                }
            };
            if again {
                let why = own("several `rewrite`s stand beside each other", directive);
                ways.iter_mut().for_each(|way| way.keep(&why));
                continue;
            }
            ways = self.directive(directive, &matchers, &words, ways, &named);
            if ways.len() > WAYS {
                ways.truncate(1);
                ways.iter_mut().for_each(|way| way.own = Some(own("it has too many conditions", directive)));
            }
        }
        ways
    }

    fn directive(
        &mut self,
        directive: &Directive,
        matchers: &[Matcher],
        words: &[Placed<String>],
        ways: Vec<Way>,
        named: &Named,
    ) -> Vec<Way> {
        let mut out = Vec::new();
        let effect = match directive.name() {
            "handle" | "handle_path" | "route" => {
                for way in ways {
                    self.group(directive, matchers, words, way, named, &mut out);
                }
                return out;
            }
            "redir" | "respond" | "abort" | "error" | "reverse_proxy" | "file_server" | "php_fastcgi" | "metrics" | "acme_server" => None,
            _ => Some(self.effect(directive, words)),
        };
        for way in ways {
            let Some(inside) = inside(&way, matchers, directive) else {
                out.push(way);
                continue;
            };
            let all = matcher::covers(matchers, &way.matchers) && !way.changed;
            match &effect {
                None => {
                    self.terminal(directive, words, inside);
                    if !all {
                        out.push(way);
                    }
                }
                Some(Effect::Nothing) => out.push(way),
                Some(effect) => {
                    let mut with = inside;
                    effect.apply(&mut with);
                    out.push(with);
                    if !all {
                        out.push(way);
                    }
                }
            }
        }
        out
    }

    /// `handle`, `handle_path`, `route`.
    fn group(
        &mut self,
        directive: &Directive,
        matchers: &[Matcher],
        words: &[Placed<String>],
        way: Way,
        named: &Named,
        out: &mut Vec<Way>,
    ) {
        let Some(mut inner) = inside(&way, matchers, directive) else {
            out.push(way);
            return;
        };
        if directive.name() == "handle_path" {
            let prefix = directive.value(0).unwrap_or_default();
            match prefix.strip_suffix('*').map(|prefix| prefix.trim_end_matches('/')).filter(|prefix| !prefix.contains('*')) {
                Some("") => {}
                Some(prefix) => {
                    inner.cut.push_str(prefix);
                    inner.middlewares.push(Placed::new(Middleware::StripPrefix(vec![prefix.to_owned()]), directive.place));
                }
                None => inner.keep(&own("`handle_path` has a pattern", directive)),
            }
        }
        let _ = words;
        let whole = matcher::covers(matchers, &way.matchers);
        let before = self.outcomes.len();
        let rest = self.block(directive.inner(), vec![inner.clone()], named, directive.name() != "route");
        if directive.name() == "route" {
            out.extend(rest);
            if !whole {
                out.push(way);
            }
            return;
        }
        // What a `handle` took no other one gets, even if nothing in it answers.
        let answers = self.outcomes.len() > before;
        if !rest.is_empty() && (answers || !whole) {
            let end = inner.own.clone().map_or(End::Respond(404, String::new()), End::Own);
            self.push(directive, end, Way { middlewares: Vec::new(), ..inner });
        }
        if !whole {
            out.push(way);
        }
    }

    /// A directive that answers.
    fn terminal(&mut self, directive: &Directive, words: &[Placed<String>], mut way: Way) {
        let text = |at: usize| words.get(at).map(|word| word.value.as_str());
        let cut = way.changed || !way.cut.is_empty();
        let end = match directive.name() {
            _ if way.own.is_some() => way.own.clone().map_or(End::Respond(500, String::new()), End::Own),
            "redir" => {
                let status = match text(1) {
                    None | Some("temporary") => Some(302),
                    Some("permanent") => Some(301),
                    Some(code) => code.parse().ok().filter(|code| (300..400).contains(code)),
                };
                let redirect = status.and_then(|status| target::redirect(text(0)?, status, self.host, cut));
                redirect.map_or_else(|| End::Own(own("`redir` has placeholders", directive)), End::Redirect)
            }
            "respond" | "error" => {
                let usual = if directive.name() == "error" { 500 } else { 200 };
                let body = directive.all("body").find_map(|body| body.value(0));
                let number = |text: &str| text.parse::<u16>().ok().filter(|status| (100..600).contains(status) && text.len() == 3);
                let (status, said) = match (text(0), text(1)) {
                    (Some(only), None) => number(only).map_or((usual, only), |status| (status, "")),
                    (Some(said), Some(status)) => (number(status).unwrap_or(usual), said),
                    (None, _) => (usual, ""),
                };
                let said = if directive.name() == "error" { "" } else { body.unwrap_or(said) };
                if target::has_placeholder(said) {
                    End::Own(own("`respond` has placeholders", directive))
                } else if status < 400 {
                    // No controller answers with anything but errors.
                    End::Own(own(&format!("it answers with {status} by itself"), directive))
                } else {
                    End::Respond(status, said.to_owned())
                }
            }
            "abort" => End::Respond(404, String::new()),
            "reverse_proxy" => match upstream::read(directive, words, self.from, self.peers) {
                Ok(answer) => {
                    way.middlewares.extend(answer.middlewares);
                    self.findings.lost.extend(answer.lost);
                    self.findings.tuned.extend(answer.tuned);
                    End::Forward(answer.backends)
                }
                Err(why) => End::Own(Placed::new(why, directive.place)),
            },
            "file_server" => End::Own(own("files of its own are served there", directive)),
            other => End::Own(own(&format!("`{other}` is Caddy's own"), directive)),
        };
        self.push(directive, end, way);
    }

    fn push(&mut self, directive: &Directive, end: End, way: Way) {
        let words: Vec<&str> = directive.words.iter().take(2).map(|word| word.value.as_str()).collect();
        let middlewares = match &end {
            End::Own(_) => Vec::new(),
            End::Forward(_) => way.middlewares,
            // The path is nobody's business where no service sees it.
            End::Redirect(_) | End::Respond(..) => {
                way.middlewares.into_iter().filter(|middleware| !changes_path(&middleware.value)).collect()
            }
        };
        let outcome = Outcome { matchers: way.matchers, middlewares, end, key: words.join(" "), place: directive.place };
        // What an earlier one takes whole never comes here.
        if !self.outcomes.iter().any(|earlier| matcher::covers(&earlier.matchers, &outcome.matchers)) {
            self.outcomes.push(outcome);
        }
    }

    /// What a directive does with requests that go on.
    fn effect(&mut self, directive: &Directive, words: &[Placed<String>]) -> Effect {
        let text = |at: usize| words.get(at).map_or("", |word| word.value.as_str());
        let one = |middleware: Middleware| Effect::Ways(vec![Placed::new(middleware, directive.place)]);
        match directive.name() {
            "header" => {
                let (headers, lost) = upstream::header(directive, words, self.encrypted);
                self.findings.lost.extend(lost);
                Effect::of(headers.into_iter().collect())
            }
            "request_header" => match upstream::request_header(directive, words) {
                Ok(headers) => Effect::of(headers.into_iter().collect()),
                Err(lost) => {
                    self.findings.lost.push(lost);
                    Effect::Nothing
                }
            },
            "request_body" => {
                let size = directive.all("max_size").find_map(|size| bytes(size.value(0)?));
                size.map_or(Effect::Nothing, |size| {
                    one(Middleware::Buffering(Buffering { max_request_body_bytes: Some(size), ..Buffering::default() }))
                })
            }
            "rewrite" => target::rewrite(text(0))
                .map_or_else(|| Effect::Own(own("`rewrite` has placeholders", directive)), |ways| Effect::path(ways, directive)),
            "uri" => match (text(0), text(1)) {
                ("strip_prefix", prefix) if !prefix.contains('{') => {
                    let prefix = format!("/{}", prefix.trim_matches('/'));
                    Effect::path(vec![Middleware::StripPrefix(vec![prefix])], directive)
                }
                ("strip_suffix", suffix) if !suffix.contains('{') => {
                    let regex = format!("^(.*){}$", crate::vocab::nginx::escaped(suffix));
                    Effect::path(vec![Middleware::ReplacePathRegex { regex, replacement: "${1}".to_owned() }], directive)
                }
                _ => Effect::Own(own("`uri` replaces parts of the address", directive)),
            },
            "basic_auth" | "basicauth" => {
                let realm = text(1).to_owned();
                let realm = if realm.is_empty() { "restricted".to_owned() } else { realm };
                let users = directive.inner().iter().map(|user| format!("{}:{}", user.name(), hash(user.value(0).unwrap_or_default())));
                let users: Vec<String> = users.collect();
                if users.is_empty() || users.iter().any(|user| target::has_placeholder(user)) {
                    return Effect::Own(own("its passwords are not in the file", directive));
                }
                one(Middleware::BasicAuth(Auth { users, realm: Some(realm), ..Auth::default() }))
            }
            "forward_auth" => self.forward_auth(directive, words),
            "encode" | "log" | "log_append" | "log_name" | "log_skip" | "skip_log" | "tracing" | "bind" => {
                self.findings.tuned.push(Placed::new(directive.name().to_owned(), directive.place));
                Effect::Nothing
            }
            "handle_errors" => {
                self.findings.lost.push(Placed::new(directive.name().to_owned(), directive.place));
                Effect::Nothing
            }
            "tls" | "root" | "vars" | "map" | "fs" => Effect::Nothing,
            other => Effect::Own(own(&format!("`{other}` is Caddy's own"), directive)),
        }
    }

    fn forward_auth(&self, directive: &Directive, words: &[Placed<String>]) -> Effect {
        let known = ["uri", "copy_headers", "header_up"];
        if directive.inner().iter().any(|inner| !known.contains(&inner.name())) {
            return Effect::Own(own("`forward_auth` has options of Caddy's own", directive));
        }
        let plain = Directive { words: directive.words.clone(), block: None, place: directive.place };
        let answer = match upstream::read(&plain, words, self.from, self.peers) {
            Ok(answer) => answer,
            Err(why) => return Effect::Own(Placed::new(why, directive.place)),
        };
        let Some(backend) = answer.backends.first() else { return Effect::Nothing };
        let uri = directive.all("uri").find_map(|uri| uri.value(0)).unwrap_or("/");
        let copied = directive.all("copy_headers").flat_map(|copy| {
            let inner = copy.inner().iter().map(|line| line.name().to_owned());
            copy.values().iter().map(|word| word.value.clone()).chain(inner).collect::<Vec<_>>()
        });
        let copied: Vec<String> = copied.collect();
        if target::has_placeholder(uri) || copied.iter().any(|name| name.contains('>')) {
            return Effect::Own(own("`forward_auth` has placeholders", directive));
        }
        let port = backend.port.map_or_else(String::new, |port| format!(":{port}"));
        let address = format!("http://{}{port}{uri}", backend.service);
        let auth = ForwardAuth { address, trust_forward_header: true, auth_response_headers: copied, ..ForwardAuth::default() };
        Effect::Ways(vec![Placed::new(Middleware::ForwardAuth(Box::new(auth)), directive.place)])
    }
}

/// What a directive does with requests that go on.
enum Effect {
    Nothing,
    /// Something is done with them.
    Ways(Vec<Placed<Middleware>>),
    /// Their path becomes another one.
    Path(Vec<Placed<Middleware>>),
    /// Only Caddy itself can do it.
    Own(Placed<String>),
}

impl Effect {
    fn of(ways: Vec<Placed<Middleware>>) -> Self {
        if ways.is_empty() { Self::Nothing } else { Self::Ways(ways) }
    }

    fn path(ways: Vec<Middleware>, directive: &Directive) -> Self {
        if ways.is_empty() {
            return Self::Nothing;
        }
        Self::Path(ways.into_iter().map(|way| Placed::new(way, directive.place)).collect())
    }

    fn apply(&self, way: &mut Way) {
        match self {
            Self::Nothing => {}
            Self::Ways(ways) => way.middlewares.extend(ways.iter().cloned()),
            Self::Path(ways) => {
                way.middlewares.extend(ways.iter().cloned());
                way.changed = true;
            }
            Self::Own(why) => way.keep(why),
        }
    }
}

/// The part of a way that some matchers take; `None`: nothing of it. Paths are those that the browser asked for.
fn inside(way: &Way, matchers: &[Matcher], directive: &Directive) -> Option<Way> {
    let mut out = way.clone();
    for matcher in matchers {
        let is_path =
            matches!(matcher, Matcher::Path(_) | Matcher::PathPrefix(_) | Matcher::PathRegexp(_) | Matcher::Any(_) | Matcher::Not(_));
        if way.changed && is_path {
            out.own.get_or_insert_with(|| own("a path is asked for after it was changed", directive));
        }
        let Some(matcher) = before_cut(matcher, &way.cut) else {
            out.own.get_or_insert_with(|| own("an expression is asked for after a part of the path was cut", directive));
            continue;
        };
        if !out.matchers.iter().any(|known| matcher::covers(std::slice::from_ref(&matcher), std::slice::from_ref(known))) {
            out.matchers.push(matcher);
        }
    }
    // Of two nested prefixes the longer says it all.
    let all = out.matchers.clone();
    out.matchers
        .retain(|one| !all.iter().any(|other| other != one && matcher::covers(std::slice::from_ref(one), std::slice::from_ref(other))));
    (!matcher::apart(&way.matchers, &out.matchers)).then_some(out)
}

/// A matcher of a path that lost its beginning, as one of the whole path.
fn before_cut(matcher: &Matcher, cut: &str) -> Option<Matcher> {
    if cut.is_empty() {
        return Some(matcher.clone());
    }
    let each = |parts: &[Matcher]| parts.iter().map(|part| before_cut(part, cut)).collect::<Option<Vec<_>>>();
    Some(match matcher {
        Matcher::Path(path) => Matcher::Path(format!("{cut}{path}")),
        Matcher::PathPrefix(path) => Matcher::PathPrefix(format!("{cut}{path}")),
        Matcher::PathRegexp(_) => return None,
        Matcher::All(parts) => Matcher::All(each(parts)?),
        Matcher::Any(parts) => Matcher::Any(each(parts)?),
        Matcher::Not(inner) => Matcher::Not(Box::new(before_cut(inner, cut)?)),
        other => other.clone(),
    })
}

const fn changes_path(middleware: &Middleware) -> bool {
    matches!(
        middleware,
        Middleware::StripPrefix(_) | Middleware::AddPrefix(_) | Middleware::ReplacePath(_) | Middleware::ReplacePathRegex { .. }
    )
}

fn own(why: &str, directive: &Directive) -> Placed<String> {
    Placed::new(why.to_owned(), directive.place)
}

/// A hash as it stands, or behind base64, as older files have it.
fn hash(text: &str) -> String {
    if text.starts_with('$') {
        return text.to_owned();
    }
    let decoded = base64::engine::general_purpose::STANDARD.decode(text).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    decoded.filter(|text| text.starts_with('$')).unwrap_or_else(|| text.to_owned())
}

/// Sizes of Caddy: `10MB` are ten million bytes, `10MiB` more.
fn bytes(text: &str) -> Option<i64> {
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(digits)?;
    let factor: i64 = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" => 1_000,
        "m" | "mb" => 1_000_000,
        "g" | "gb" => 1_000_000_000,
        "ki" | "kib" => 1 << 10,
        "mi" | "mib" => 1 << 20,
        "gi" | "gib" => 1 << 30,
        _ => return None,
    };
    number.parse::<i64>().ok()?.checked_mul(factor)
}
