//! Labels of caddy-docker-proxy: their dots are the nesting of a Caddyfile.

use super::import;
use super::site::{self, Caddy};
use super::syntax;
use crate::compose::Service;
use crate::diag::Diagnostics;
use crate::table::IndexMap;
use crate::text::{Place, Placed, path};
use crate::vocab::directive::{Directive, Origin, Written};
use crate::vocab::environment::variable;
use crate::vocab::nginx::{CONTROLLER, Findings};
use crate::vocab::peer::Peers;
use crate::vocab::{Stack, Ways, closed, labels, lost};

/// The prefix that labels have by themselves.
const PREFIX: &str = "caddy";
/// The deepest nesting that is read.
const DEPTH: usize = 32;

/// Does a label of this key belong to the vocabulary?
pub(in crate::vocab) fn reads(key: &str) -> bool {
    site_of(key, PREFIX).is_some() || matches!(key, "caddy_ingress_network" | "caddy_controlled_server")
}

/// The block that a label belongs to (`caddy`, `caddy_1`, …), and the path behind it.
fn site_of<'k>(key: &'k str, prefix: &str) -> Option<(&'k str, &'k str)> {
    let (site, rest) = key.split_once('.').unwrap_or((key, ""));
    let number = site.strip_prefix(prefix)?;
    let holds = number.is_empty() || number.strip_prefix('_').is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    holds.then_some((site, rest))
}

/// A directive of labels: its words, and those below it by their key.
#[derive(Default)]
struct Node<'l> {
    value: Option<&'l Placed<String>>,
    place: Option<Place>,
    below: IndexMap<&'l str, Node<'l>>,
}

/// Reads the labels of all services: together they are one Caddyfile.
pub(super) fn read(stack: &mut Stack<'_>, peers: &Peers<'_>, diagnostics: &mut Diagnostics) -> Ways {
    let project = stack.project;
    let proxy = project.services.values().find(|service| is_proxy(service));
    let prefix = proxy.and_then(label_prefix).unwrap_or(PREFIX);
    let mut blocks = proxy.map(|proxy| base(stack, proxy)).unwrap_or_default();
    // Who asks first for a site, and its block.
    let mut owners: IndexMap<String, (&Service, usize)> = IndexMap::default();
    for service in project.services.values() {
        for block in of(service, prefix, diagnostics) {
            let addresses: Vec<&str> = block.words.iter().map(|word| word.value.as_str()).collect();
            let addresses = addresses.join(" ");
            let known = owners.get(&addresses).filter(|_| !addresses.is_empty()).and_then(|(_, number)| blocks.get_mut(*number));
            match known {
                Some(known) => merge(known, block),
                None => {
                    owners.entry(addresses).or_insert((service, blocks.len()));
                    blocks.push(block);
                }
            }
        }
    }
    let mut ways = Ways::default();
    if blocks.is_empty() {
        return ways;
    }
    let file = import::unfold(stack, proxy, "/etc/caddy", blocks);
    let mut all = true;
    let options = import::Caddyfile { options: file.options.clone(), ..import::Caddyfile::default() };
    for site in file.sites {
        let addresses: Vec<&str> = site.words.iter().map(|word| word.value.as_str()).collect();
        let addresses = addresses.join(" ");
        let owner = owners.get(&addresses).map(|(owner, _)| *owner).or(proxy);
        let Some(owner) = owner else { continue };
        let one = import::Caddyfile { sites: vec![site], options: options.options.clone(), faults: Vec::new() };
        let mut findings = Findings::default();
        site::read(&Caddy { from: owner, proxy: None, peers }, &one, stack, &mut findings);
        if let Some(why) = site::reason(&findings).filter(|why| why.value != site::EVERY_NAME) {
            all = false;
            closed(owner, &addresses, why.place, &why.value, diagnostics);
        }
        findings.tell(owner, diagnostics);
        ways.intents.append(&mut findings.intents);
    }
    for fault in &file.faults {
        all = false;
        if let Some(owner) = owners.first().map(|(_, (owner, _))| *owner).or(proxy) {
            lost(owner, "import", fault.place, &fault.why, diagnostics);
        }
    }
    if let Some(proxy) = proxy.filter(|_| all && !ways.intents.is_empty()) {
        let others = project.services.values().filter(|service| is_proxy(service)).map(|service| service.name.clone());
        ways.replaced.extend(std::iter::once(proxy.name.clone()).chain(others).map(|name| (name, CONTROLLER.to_owned())));
    }
    ways
}

/// Is it the proxy that reads labels?
fn is_proxy(service: &Service) -> bool {
    service.container.image.as_ref().is_some_and(|image| image.value.contains("caddy-docker-proxy"))
}

/// The prefix that the proxy is told.
fn label_prefix(proxy: &Service) -> Option<&str> {
    let words = proxy.container.command.iter().flat_map(|words| &words.value).map(|word| word.value.as_str());
    let words: Vec<&str> = words.collect();
    let flag = words.iter().position(|word| *word == "--label-prefix").and_then(|at| words.get(at + 1).copied());
    let flag = flag.or_else(|| words.iter().find_map(|word| word.strip_prefix("--label-prefix=")));
    flag.or_else(|| variable(proxy, "CADDY_DOCKER_LABEL_PREFIX").map(|value| value.value.as_str()))
}

/// The Caddyfile that the proxy starts from.
fn base(stack: &mut Stack<'_>, proxy: &Service) -> Vec<Directive> {
    let named = variable(proxy, "CADDY_DOCKER_CADDYFILE_PATH").map(|value| value.value.clone());
    let Some(file) = named.and_then(|named| stack.file(proxy, &path::clean(&named))) else { return Vec::new() };
    let given = import::given(stack, proxy);
    import::read_file(proxy, &given, &file).unwrap_or_default()
}

/// The blocks of a service's labels.
fn of(service: &Service, prefix: &str, diagnostics: &mut Diagnostics) -> Vec<Directive> {
    let mut sites: IndexMap<&str, Node<'_>> = IndexMap::default();
    for (key, value) in labels(service) {
        let Some((site, rest)) = site_of(key, prefix) else { continue };
        let mut node = sites.entry(site).or_default();
        node.place.get_or_insert(value.place);
        for part in rest.split('.').filter(|part| !part.is_empty()).take(DEPTH) {
            node = node.below.entry(part).or_default();
            node.place.get_or_insert(value.place);
        }
        node.value = Some(value);
    }
    let mut out = Vec::new();
    for (key, node) in sites {
        match block(service, &node) {
            Ok(block) => out.push(block),
            Err(why) => closed(service, key, why.place, &why.value, diagnostics),
        }
    }
    out
}

/// A block of a Caddyfile: addresses, a snippet's name, or nothing for the global options.
fn block(service: &Service, node: &Node<'_>) -> Result<Directive, Placed<String>> {
    let mut words = Vec::new();
    for word in node.value.map(|value| tokens(service, value)).transpose()?.unwrap_or_default() {
        let parts = word.value.split(',').map(str::trim).filter(|part| !part.is_empty());
        words.extend(parts.map(|part| Placed::new(part.to_owned(), word.place)));
    }
    let place = node.place.unwrap_or(service.place);
    Ok(Directive { words, block: Some(below(service, node)?), place })
}

/// The directives below a node: those with a number in front by it, the others by their names.
fn below(service: &Service, node: &Node<'_>) -> Result<Vec<Directive>, Placed<String>> {
    let mut keys: Vec<(&&str, &Node<'_>)> = node.below.iter().collect();
    keys.sort_by_key(|(key, _)| (number(key).0, (**key).to_owned()));
    let mut out = Vec::new();
    for (key, node) in keys {
        let name = number(key).1;
        // `_1` behind a name only tells it apart from another one.
        let name = match name.rsplit_once('_') {
            Some((name, digits)) if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) => name,
            _ => name,
        };
        let place = node.value.map(|value| value.place).or(node.place).unwrap_or(service.place);
        let mut words = vec![Placed::new(name.to_owned(), place)];
        words.extend(node.value.map(|value| tokens(service, value)).transpose()?.unwrap_or_default());
        let block = (!node.below.is_empty()).then(|| below(service, node)).transpose()?;
        out.push(Directive { words, block, place });
    }
    Ok(out)
}

/// The number in front of a key, and what stands behind it.
fn number(key: &str) -> (u64, &str) {
    let split = key.split_once('_').and_then(|(digits, rest)| Some((digits.parse().ok()?, rest)));
    split.filter(|(_, rest)| !rest.is_empty()).unwrap_or((u64::MAX, key))
}

/// The words of a label's value, with its templates filled in.
fn tokens(service: &Service, value: &Placed<String>) -> Result<Vec<Placed<String>>, Placed<String>> {
    let text =
        filled(service, &value.value).ok_or_else(|| Placed::new("its template asks for more than `upstreams`".to_owned(), value.place))?;
    let read = syntax::words(&Written::plain(&text, Origin::Value(value.place)));
    read.map_err(|fault| Placed::new(fault.why, value.place))
}

/// A value with `{{upstreams [http|https|h2c] [PORT]}}` replaced by the service's address; `None` for other templates.
fn filled(service: &Service, text: &str) -> Option<String> {
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, behind)) = rest.split_once("{{") {
        let (call, after) = behind.split_once("}}")?;
        let mut words = call.split_whitespace().map(|word| word.trim_matches(['"', '`']));
        if words.next() != Some("upstreams") {
            return None;
        }
        let mut address = String::new();
        let mut port = String::new();
        for word in words {
            match word.parse::<u16>() {
                Ok(number) => port = format!(":{number}"),
                Err(_) if matches!(word, "http" | "https" | "h2c") => address = format!("{word}://"),
                Err(_) => return None,
            }
        }
        out.extend([before, &address, &service.name, &port]);
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}

/// Joins a block with the one of the same addresses: several services behind one site.
fn merge(block: &mut Directive, more: Directive) {
    let directives = block.block.get_or_insert_with(Vec::new);
    for directive in more.block.unwrap_or_default() {
        if directives.contains(&directive) {
            continue;
        }
        let matcher = |d: &Directive| d.value(0).filter(|word| word.starts_with(['/', '@'])).map(str::to_owned);
        let beside = directives
            .iter_mut()
            .find(|known| known.name() == "reverse_proxy" && directive.name() == "reverse_proxy" && matcher(known) == matcher(&directive));
        match beside {
            Some(known) => {
                let skip = usize::from(matcher(&directive).is_some());
                for word in directive.values().iter().skip(skip) {
                    if !known.words.iter().any(|other| other.value == word.value) {
                        known.words.push(word.clone());
                    }
                }
            }
            None => directives.push(directive),
        }
    }
}
