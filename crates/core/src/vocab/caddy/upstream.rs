//! `reverse_proxy`: which services answer, and what they and the browser see of headers.

use super::target::{has_placeholder, short};
use crate::compose::Service;
use crate::text::{Place, Placed};
use crate::vocab::directive::Directive;
use crate::vocab::headers::Headers;
use crate::vocab::intent::{Backend, Scheme, Sticky};
use crate::vocab::middleware::{Middleware, Timeouts};
use crate::vocab::nginx::sts;
use crate::vocab::peer::Peers;

/// What a `reverse_proxy` says.
pub(super) struct Answer {
    /// Who answers.
    pub(super) backends: Vec<Backend>,
    /// What is done with headers, and how long is waited.
    pub(super) middlewares: Vec<Placed<Middleware>>,
    /// What has no effect.
    pub(super) lost: Vec<Placed<String>>,
    /// What only tunes.
    pub(super) tuned: Vec<Placed<String>>,
}

/// Reads a `reverse_proxy` whose matcher is read already.
///
/// # Errors
/// Why only Caddy itself can do it.
pub(super) fn read(directive: &Directive, words: &[Placed<String>], from: &Service, peers: &Peers<'_>) -> Result<Answer, String> {
    let mut addresses: Vec<&str> = words.iter().map(|word| word.value.as_str()).collect();
    let (mut headers, mut sticky, mut timeouts) = (Headers::default(), None, Timeouts::default());
    let mut answer = Answer { backends: Vec::new(), middlewares: Vec::new(), lost: Vec::new(), tuned: Vec::new() };
    let mut transport = Transport::default();
    let mut host = None;
    for inner in directive.inner() {
        let first = inner.value(0).unwrap_or_default();
        match inner.name() {
            "to" => addresses.extend(inner.values().iter().map(|word| word.value.as_str())),
            "lb_policy" => match first {
                "cookie" => sticky = Some(Sticky { name: inner.value(1).map(str::to_owned), ..Sticky::default() }),
                "ip_hash" | "client_ip_hash" => sticky = Some(Sticky { by_address: true, ..Sticky::default() }),
                "first" | "header" | "uri_hash" | "query" => answer.lost.push(Placed::new(format!("lb_policy {first}"), inner.place)),
                _ => answer.tuned.push(Placed::new("lb_policy".to_owned(), inner.place)),
            },
            "header_up" => match header_up(inner) {
                Sent::Already => {}
                Sent::Host => host = Some(inner.place),
                Sent::Fixed(name, value) => drop(headers.custom_request_headers.insert(name, value)),
                Sent::Unknown => answer.lost.push(Placed::new(format!("header_up {first}"), inner.place)),
            },
            "header_down" => {
                if !response(&mut headers, inner.values(), false) {
                    answer.lost.push(Placed::new(format!("header_down {first}"), inner.place));
                }
            }
            "transport" if first == "http" => transport.read(inner, &mut timeouts, &mut answer),
            "flush_interval" | "buffer_requests" | "buffer_responses" | "request_buffers" | "response_buffers" | "max_buffer_size"
            | "trusted_proxies" | "stream_timeout" | "stream_close_delay" | "verbose_logs" => {
                answer.tuned.push(Placed::new(inner.name().to_owned(), inner.place));
            }
            name if name.starts_with("health_")
                || name.starts_with("lb_")
                || name.starts_with("fail_")
                || name.starts_with("unhealthy_")
                || name == "max_fails" =>
            {
                answer.tuned.push(Placed::new(name.to_owned(), inner.place));
            }
            other => return Err(format!("`{other}` of `reverse_proxy` is Caddy's own")),
        }
    }
    for address in addresses {
        let backend = backend(address, &transport, sticky.clone(), from, peers)?;
        match answer.backends.iter_mut().find(|other| other.service == backend.service && other.port == backend.port) {
            Some(_) => {}
            None => answer.backends.push(backend),
        }
    }
    let Some(first) = answer.backends.first() else { return Err("`reverse_proxy` names no service".to_owned()) };
    if host.is_some() {
        let port = first.port.map_or_else(String::new, |port| format!(":{port}"));
        headers.custom_request_headers.insert("Host".to_owned(), format!("{}{port}", first.service));
    }
    if headers != Headers::default() {
        answer.middlewares.push(Placed::new(Middleware::Headers(Box::new(headers)), directive.place));
    }
    if timeouts != Timeouts::default() {
        answer.middlewares.push(Placed::new(Middleware::Timeouts(timeouts), directive.place));
    }
    Ok(answer)
}

/// How the service is spoken to.
#[derive(Default)]
struct Transport {
    tls: bool,
    insecure: bool,
    server_name: Option<String>,
    h2c: bool,
}

impl Transport {
    fn read(&mut self, block: &Directive, timeouts: &mut Timeouts, answer: &mut Answer) {
        for inner in block.inner() {
            let first = inner.value(0).unwrap_or_default();
            let seconds = || crate::text::duration::parse(first).ok().and_then(|nanos| u32::try_from(nanos / 1_000_000_000).ok());
            match inner.name() {
                "tls" => self.tls = true,
                "tls_insecure_skip_verify" => (self.tls, self.insecure) = (true, true),
                "tls_server_name" => {
                    self.tls = true;
                    self.server_name = Some(first.to_owned()).filter(|name| !has_placeholder(name));
                }
                "versions" => self.h2c = inner.values().iter().any(|word| word.value == "h2c"),
                "read_timeout" | "response_header_timeout" => timeouts.read = seconds(),
                "write_timeout" => timeouts.send = seconds(),
                "dial_timeout" => timeouts.connect = seconds(),
                name if name.starts_with("tls_") => {
                    self.tls = true;
                    answer.lost.push(Placed::new(name.to_owned(), inner.place));
                }
                name => answer.tuned.push(Placed::new(name.to_owned(), inner.place)),
            }
        }
    }
}

/// The service behind an address.
fn backend(address: &str, transport: &Transport, sticky: Option<Sticky>, from: &Service, peers: &Peers<'_>) -> Result<Backend, String> {
    let (word, rest) = address.split_once("://").map_or((None, address), |(word, rest)| (Some(word), rest));
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    if has_placeholder(address) || rest.contains('/') {
        return Err(format!("{address:?} is no address of a service"));
    }
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) => (host, Some(port.parse::<u16>().map_err(|_| format!("{address:?} has no port"))?)),
        None => (rest, None),
    };
    let scheme = match word {
        Some("https") => Scheme::Https,
        Some("h2c") => Scheme::H2c,
        Some("http") | None if transport.tls => Scheme::Https,
        Some("http") | None if transport.h2c => Scheme::H2c,
        Some("http") | None => Scheme::Http,
        Some(_) => return Err(format!("{address:?} is no address of a service")),
    };
    let service = peers.find(from, host).ok_or_else(|| format!("{host:?} is no other service of the stack"))?;
    let port = port.unwrap_or(if scheme == Scheme::Https { 443 } else { 80 });
    let mut backend = Backend::new(&service.name, Some(port));
    backend.scheme = scheme;
    backend.sticky = sticky;
    backend.verify.skip = transport.insecure;
    backend.verify.server_name.clone_from(&transport.server_name);
    Ok(backend)
}

enum Sent {
    Already,
    /// The service sees its own name.
    Host,
    Fixed(String, String),
    Unknown,
}

fn header_up(directive: &Directive) -> Sent {
    let name = directive.value(0).unwrap_or_default();
    let value = short(directive.value(1).unwrap_or_default());
    if directive.value(2).is_some() {
        return Sent::Unknown;
    }
    if let Some(name) = name.strip_prefix('-') {
        return if name.contains('*') { Sent::Unknown } else { Sent::Fixed(name.to_owned(), String::new()) };
    }
    let name = name.trim_start_matches('+');
    match (name.to_ascii_lowercase().as_str(), value.as_str()) {
        ("host", "{upstream_hostport}" | "{http.reverse_proxy.upstream.host}") => Sent::Host,
        ("host" | "x-forwarded-host", "{host}")
        | ("x-forwarded-proto" | "x-forwarded-scheme", "{scheme}")
        | ("x-real-ip" | "x-forwarded-for", "{remote_host}" | "{remote}" | "{client_ip}")
        | ("x-forwarded-port", "{http.request.port}" | "{port}" | "{server_port}")
        | ("upgrade" | "connection", _) => Sent::Already,
        (_, value) if has_placeholder(value) => Sent::Unknown,
        (_, value) => Sent::Fixed(name.to_owned(), value.to_owned()),
    }
}

/// Puts one line of `header` or `header_down` into headers of the answer; `false` where it cannot be said.
pub(super) fn response(headers: &mut Headers, words: &[Placed<String>], encrypted: bool) -> bool {
    let word = |at: usize| words.get(at).map(|word| word.value.as_str());
    let (Some(name), value) = (word(0), word(1).unwrap_or_default()) else { return true };
    if word(2).is_some() || has_placeholder(value) {
        return false;
    }
    if let Some(name) = name.strip_prefix('-') {
        if name.contains('*') {
            return false;
        }
        headers.custom_response_headers.insert(name.to_owned(), String::new());
        return true;
    }
    let name = name.trim_start_matches(['+', '?', '>']);
    if !(encrypted && name.eq_ignore_ascii_case("strict-transport-security") && sts(headers, value)) {
        headers.custom_response_headers.insert(name.to_owned(), value.to_owned());
    }
    true
}

/// The lines of a `header`: those of its block, or its own words.
pub(super) fn header(
    directive: &Directive,
    words: &[Placed<String>],
    encrypted: bool,
) -> (Option<Placed<Middleware>>, Vec<Placed<String>>) {
    let (mut headers, mut lost) = (Headers::default(), Vec::new());
    let mut line = |words: &[Placed<String>], place: Place| {
        if !response(&mut headers, words, encrypted) {
            lost.push(Placed::new(format!("header {}", words.first().map_or("", |word| word.value.as_str())), place));
        }
    };
    if words.is_empty() {
        for inner in directive.inner().iter().filter(|inner| !matches!(inner.name(), "defer" | "match")) {
            line(&inner.words, inner.place);
        }
    } else {
        line(words, directive.place);
    }
    let any = headers != Headers::default();
    (any.then(|| Placed::new(Middleware::Headers(Box::new(headers)), directive.place)), lost)
}

/// A `request_header`.
pub(super) fn request_header(directive: &Directive, words: &[Placed<String>]) -> Result<Option<Placed<Middleware>>, Placed<String>> {
    let mut all = vec![Placed::new(String::new(), directive.place)];
    all.extend(words.iter().cloned());
    let mut headers = Headers::default();
    match header_up(&Directive { words: all, block: None, place: directive.place }) {
        Sent::Already => return Ok(None),
        Sent::Fixed(name, value) => drop(headers.custom_request_headers.insert(name, value)),
        Sent::Host | Sent::Unknown => return Err(Placed::new("request_header".to_owned(), directive.place)),
    }
    Ok(Some(Placed::new(Middleware::Headers(Box::new(headers)), directive.place)))
}
