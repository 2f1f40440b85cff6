//! `proxy_pass` and `upstream`: which services answer, and what they see of the path.

use super::location::{Location, Pattern};
use super::server::escaped;
use super::settings::Settings;
use super::target::{Piece, pieces, prefixed};
use crate::compose::Service;
use crate::text::Placed;
use crate::vocab::directive::Directive;
use crate::vocab::intent::{Backend, Scheme, Sticky, Verify};
use crate::vocab::middleware::Middleware;
use crate::vocab::peer::Peers;

/// The services that answer, and what becomes of the path before they see it.
pub(super) type Answer = (Vec<Backend>, Vec<Middleware>);

/// The host that a service sees where no `proxy_set_header` names one: the address as it is written, without the usual port.
pub(super) fn host(location: &Location<'_>) -> Option<Placed<String>> {
    let pass = location.block.iter().find(|directive| matches!(directive.name(), "proxy_pass" | "grpc_pass"))?;
    let address = location.settings.resolved(pass.value(0)?);
    let (word, rest) = address.split_once("://").unwrap_or(("grpc", &address));
    let authority = rest.split(['/', '$', '?']).next().filter(|authority| !authority.is_empty())?;
    let usual = if matches!(word, "https" | "grpcs") { ":443" } else { ":80" };
    let known = !authority.starts_with("unix:");
    known.then(|| Placed::new(authority.strip_suffix(usual).unwrap_or(authority).to_owned(), pass.place))
}

/// What a proxy's addresses are looked up in.
pub(super) struct Addresses<'a, 'd> {
    /// The proxy.
    pub(super) proxy: &'a Service,
    /// Who answers to which name.
    pub(super) peers: &'a Peers<'a>,
    /// `upstream` blocks.
    pub(super) upstreams: Vec<&'d Directive>,
}

impl Addresses<'_, '_> {
    /// What `proxy_pass` or `grpc_pass` says in a location.
    ///
    /// # Errors
    /// Why no service of the stack can be told: a few words.
    pub(super) fn answer(&self, pass: &Directive, settings: &Settings, pattern: &Pattern) -> Result<Answer, String> {
        let written = pass.value(0).unwrap_or_default();
        let address = settings.resolved(written);
        let grpc = pass.name() == "grpc_pass";
        let (word, rest) = address.split_once("://").unwrap_or((if grpc { "grpc" } else { "" }, &address));
        let scheme = match word {
            "http" => Scheme::Http,
            "https" => Scheme::Https,
            "grpc" => Scheme::Grpc,
            "grpcs" => Scheme::Grpcs,
            _ => return Err(format!("{written:?} is no address of a service")),
        };
        // Paths begin with `/`; one that is all in a variable begins with it.
        let end = rest.find('/').or_else(|| rest.find("${request_uri}")).or_else(|| rest.find("${uri}")).unwrap_or(rest.len());
        let (authority, uri) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let backends = self.backends(authority, scheme)?;
        let uri = uri.strip_suffix("${is_args}${args}").unwrap_or(uri);
        let changes = match uri {
            "" | "${request_uri}" | "${uri}" => Vec::new(),
            _ => path_changes(uri, pattern, written.contains('$'))
                .ok_or_else(|| format!("the path {uri:?} cannot be put in place of another"))?,
        };
        Ok((backends, changes))
    }

    /// The services behind `HOST[:PORT]`.
    fn backends(&self, authority: &str, scheme: Scheme) -> Result<Vec<Backend>, String> {
        if authority.contains('$') {
            return Err("a variable chooses the service".to_owned());
        }
        let Some(upstream) = self.upstreams.iter().find(|upstream| upstream.value(0) == Some(authority)) else {
            return Ok(vec![self.backend(authority, scheme)?]);
        };
        let mut out: Vec<Backend> = Vec::new();
        for inner in upstream.inner() {
            match inner.name() {
                "server" => {
                    let has = |word: &str| inner.values().iter().any(|value| value.value == word);
                    if has("down") || has("backup") {
                        continue;
                    }
                    let mut backend = self.backend(inner.value(0).unwrap_or_default(), scheme)?;
                    backend.weight = inner.values().iter().find_map(|word| word.value.strip_prefix("weight=")?.parse().ok()).unwrap_or(1);
                    match out.iter_mut().find(|other| other.service == backend.service && other.port == backend.port) {
                        Some(same) => same.weight = same.weight.saturating_add(backend.weight),
                        None => out.push(backend),
                    }
                }
                "ip_hash" | "sticky" | "hash" | "keepalive" | "keepalive_timeout" | "keepalive_requests" | "zone" | "least_conn"
                | "random" | "resolver" | "resolver_timeout" | "keepalive_time" | "least_time" => {}
                other => return Err(format!("`{other}` of an upstream is nginx's own")),
            }
        }
        let sticky = sticky(upstream);
        for backend in &mut out {
            backend.sticky.clone_from(&sticky);
        }
        if out.is_empty() { Err(format!("the upstream {authority:?} has no server")) } else { Ok(out) }
    }

    /// The service behind `HOST[:PORT]`.
    fn backend(&self, address: &str, scheme: Scheme) -> Result<Backend, String> {
        let (host, port) = match address.rsplit_once(':') {
            Some((host, port)) => (host, port.parse::<u16>().map_err(|_| format!("{address:?} has no port"))?),
            None => (address, if matches!(scheme, Scheme::Https | Scheme::Grpcs) { 443 } else { 80 }),
        };
        let service = self.peers.find(self.proxy, host).filter(|service| service.name != self.proxy.name);
        let service = service.ok_or_else(|| format!("{host:?} is no other service of the stack"))?;
        let mut backend = Backend::new(&service.name, Some(port));
        backend.scheme = scheme;
        backend.verify = Verify { skip: matches!(scheme, Scheme::Https | Scheme::Grpcs), server_name: None };
        Ok(backend)
    }
}

/// What keeps a browser at one server.
fn sticky(upstream: &Directive) -> Option<Sticky> {
    let by_address = || Sticky { by_address: true, ..Sticky::default() };
    upstream.inner().iter().find_map(|inner| match (inner.name(), inner.value(0)) {
        ("ip_hash", _) => Some(by_address()),
        ("hash", Some("$remote_addr" | "$binary_remote_addr")) => Some(by_address()),
        ("sticky", first) => {
            let name = inner.value(1).filter(|_| first == Some("cookie")).map(str::to_owned);
            Some(Sticky { name, ..Sticky::default() })
        }
        _ => None,
    })
}

/// What a path behind the address makes of the request's path.
pub(in crate::vocab) fn path_changes(uri: &str, pattern: &Pattern, variable: bool) -> Option<Vec<Middleware>> {
    let plain = pieces(uri).iter().all(|piece| matches!(piece, Piece::Text(_)));
    match pattern {
        _ if uri.contains('?') => None,
        Pattern::Regex { expression, .. } => {
            let mut replacement = String::new();
            for piece in pieces(uri) {
                match piece {
                    Piece::Text(text) => replacement.push_str(text),
                    Piece::Variable(number) => replacement.push_str(&format!("${{{}}}", number.parse::<u8>().ok()?)),
                }
            }
            Some(vec![Middleware::ReplacePathRegex { regex: expression.clone(), replacement }])
        }
        _ if !plain => None,
        // With a variable in the address, the path stands in place of the whole one.
        _ if variable => Some(vec![Middleware::ReplacePath(uri.to_owned())]),
        Pattern::Exact(path) => Some(if path == uri { Vec::new() } else { vec![Middleware::ReplacePath(uri.to_owned())] }),
        Pattern::Prefix { path, .. } if path.ends_with('/') && !uri.ends_with('/') => {
            let regex = format!("^{}(.*)", escaped(path));
            Some(vec![Middleware::ReplacePathRegex { regex, replacement: format!("{uri}${{1}}") }])
        }
        Pattern::Prefix { path, .. } => Some(prefixed(path.trim_end_matches('/'), uri.trim_end_matches('/'))),
    }
}
