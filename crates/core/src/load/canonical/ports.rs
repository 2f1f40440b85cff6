//! Short forms of ports: `[[address:]host:]container[/protocol]`, each part a port or a range.

use crate::diag::Diagnostic;
use crate::diag::catalog::load::PORT_INVALID;
use crate::load::trail::Trail;
use crate::text::Place;
use crate::yaml::{Entry, Map, Node, Value};

/// A short form in its parts.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Short {
    address: String,
    /// First and last published port.
    host: Option<(u16, u16)>,
    container: (u16, u16),
    protocol: String,
}

impl Short {
    /// Does it begin with port 0 of the container, which Docker Compose refuses wherever a short form stands?
    pub(crate) const fn is_without_target(&self) -> bool {
        self.container.0 == 0
    }

    /// How many ports it stands for.
    pub(crate) fn count(&self) -> usize {
        usize::from(self.container.1 - self.container.0) + 1
    }
}

/// Reads a short form.
///
/// # Errors
/// Why it is none, as a phrase for the user.
pub(crate) fn parse(text: &str) -> Result<Short, String> {
    let (rest, protocol) = text.split_once('/').unwrap_or((text, ""));
    let protocol = if protocol.is_empty() { "tcp".to_owned() } else { protocol.to_lowercase() };
    if !matches!(protocol.as_str(), "tcp" | "udp" | "sctp") {
        return Err(format!("{protocol:?} is not a protocol; it is tcp, udp or sctp"));
    }
    let mut parts = rest.rsplitn(3, ':');
    let container = parts.next().unwrap_or("");
    let host = parts.next().unwrap_or("");
    let address = parts.next().unwrap_or("");
    if container.is_empty() {
        return Err("it names no port of the container".to_owned());
    }
    let address = address.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(address);
    if !address.is_empty() && !is_address(address) {
        return Err(format!("{address:?} is not an IP address"));
    }
    let container = range(container).ok_or_else(|| format!("{container:?} is not a port or a range of ports of the container"))?;
    let host = match host {
        "" => None,
        host => Some(range(host).ok_or_else(|| format!("{host:?} is not a port or a range of ports of the host"))?),
    };
    if let Some((first, last)) = host {
        let (wide, narrow) = (last - first, container.1 - container.0);
        if wide != narrow && narrow != 0 {
            return Err(format!("{} ports of the host cannot go to {} ports of the container", u32::from(wide) + 1, u32::from(narrow) + 1));
        }
    }
    Ok(Short { address: address.to_owned(), host, container, protocol })
}

/// Is it an IPv4 or IPv6 address?
pub(crate) fn is_address(text: &str) -> bool {
    text.parse::<std::net::IpAddr>().is_ok()
}

fn range(text: &str) -> Option<(u16, u16)> {
    let port = |text: &str| text.parse::<u16>().ok();
    let (first, last) = match text.split_once('-') {
        Some((first, last)) => (port(first)?, port(last)?),
        None => (port(text)?, port(text)?),
    };
    (first <= last).then_some((first, last))
}

/// The long forms of a short form; every part has the place of the short form. A range gives one for each port, in the order of
/// the ports as text, as Docker Compose prints them.
pub(crate) fn long(short: &Short, place: Place) -> Vec<Node> {
    let mut ports: Vec<u16> = (short.container.0..=short.container.1).collect();
    // One protocol throughout: the order of `80/tcp` as text is that of `80/`.
    ports.sort_by_cached_key(|port| format!("{port}/"));
    let single = short.container.0 == short.container.1;
    let published = |port: u16| match short.host {
        Some((first, last)) if single && first != last => Some(format!("{first}-{last}")),
        Some((first, _)) => Some((first + (port - short.container.0)).to_string()),
        None => None,
    };
    ports.into_iter().map(|port| long_form(short, port, published(port), place)).collect()
}

fn long_form(short: &Short, target: u16, published: Option<String>, place: Place) -> Node {
    // No more room than it takes: there may be many of them.
    let parts = 3 + usize::from(!short.address.is_empty()) + usize::from(published.is_some());
    let mut map = Map::with_capacity_and_hasher(parts, Default::default());
    let mut put = |key: &str, value: Value| {
        map.insert(key.into(), Entry { key: place, value: Node::new(value, place) });
    };
    put("mode", Value::String("ingress".into()));
    if !short.address.is_empty() {
        put("host_ip", Value::String(short.address.clone().into()));
    }
    put("target", Value::Int(target.into()));
    if let Some(published) = published {
        put("published", Value::String(published.into()));
    }
    put("protocol", Value::String(short.protocol.clone().into()));
    Node::new(Value::from(map), place)
}

/// What to tell about a short form that cannot be read.
pub(crate) fn refusal(trail: Trail<'_>, text: &str, reason: &str, place: Place) -> Diagnostic {
    Diagnostic::new(&PORT_INVALID, format!("{trail} cannot be read from {text:?}: {reason}"))
        .at(place)
        .help("write `[[ADDRESS:]HOST:]CONTAINER[/PROTOCOL]`, such as `127.0.0.1:8080:80` or `5000-5010:5000-5010/udp`")
}

#[cfg(test)]
mod tests {
    use super::{Short, parse};
    use proptest::prelude::*;

    fn short(address: &str, host: Option<(u16, u16)>, container: (u16, u16), protocol: &str) -> Short {
        Short { address: address.to_owned(), host, container, protocol: protocol.to_owned() }
    }

    #[test]
    fn reads_every_form() {
        assert_eq!(parse("3000"), Ok(short("", None, (3000, 3000), "tcp")));
        assert_eq!(parse("8000-9000:80"), Ok(short("", Some((8000, 9000)), (80, 80), "tcp")));
        assert_eq!(parse("127.0.0.1::5010"), Ok(short("127.0.0.1", None, (5010, 5010), "tcp")));
        assert_eq!(parse("::1:6002:6002/TCP"), Ok(short("::1", Some((6002, 6002)), (6002, 6002), "tcp")));
        assert_eq!(parse("[::1]:6001:6001"), Ok(short("::1", Some((6001, 6001)), (6001, 6001), "tcp")));
        assert_eq!(parse(":6004"), Ok(short("", None, (6004, 6004), "tcp")));
        assert_eq!(parse("0:6005"), Ok(short("", Some((0, 0)), (6005, 6005), "tcp")));
    }

    #[test]
    fn refuses_what_is_no_port() {
        for text in ["", "a", "80:", "70000", "9-8", "80/ftp", "8000-8001:80-82", "foo:80:80", "1-2-3"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text(text in "[0-9a-z.:/\\[\\]é -]{0,30}") {
            if let Ok(short) = parse(&text) {
                prop_assert!(short.count() >= 1 && short.container.0 <= short.container.1);
            }
        }

        #[test]
        fn what_is_written_is_read(
            address in "(10\\.[0-9]\\.[1-9][0-9]?\\.1)?",
            host in prop::option::of(1_u16..60_000),
            container in 1_u16..60_000,
            length in 0_u16..5,
            protocol in "(tcp|udp|sctp)",
        ) {
            let range = |first: u16| if length == 0 { first.to_string() } else { format!("{first}-{}", first + length) };
            let parts = match (host, address.as_str()) {
                (None, "") => range(container),
                (None, address) => format!("{address}::{}", range(container)),
                (Some(host), "") => format!("{}:{}", range(host), range(container)),
                (Some(host), address) => format!("{address}:{}:{}", range(host), range(container)),
            };
            let expected = short(&address, host.map(|host| (host, host + length)), (container, container + length), &protocol);
            prop_assert_eq!(parse(&format!("{parts}/{protocol}")), Ok(expected));
        }
    }
}
