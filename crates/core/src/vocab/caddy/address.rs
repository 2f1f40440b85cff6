//! Addresses of sites: `example.com`, `http://example.com`, `:8080`, `example.com/path*`.

/// An address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    /// `http` or `https`, if it says so.
    pub(super) scheme: Option<String>,
    /// The host; `None`: any, or one that no program outside can mean.
    pub(super) host: Option<String>,
    /// The port, if it says so.
    pub(super) port: Option<u16>,
    /// The path, with its star.
    pub(super) path: Option<String>,
    /// Is the host one of the machine or the stack (`localhost`, an address, a name without a dot)?
    pub(super) local: bool,
}

impl Address {
    /// Reads an address; `None` where it is none.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) => (Some(scheme.to_ascii_lowercase()), rest),
            None => (None, text),
        };
        if scheme.as_ref().is_some_and(|scheme| scheme != "http" && scheme != "https") || rest.contains(['{', '}']) {
            return None;
        }
        let (authority, path) = rest.find('/').and_then(|at| rest.split_at_checked(at)).unwrap_or((rest, ""));
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, Some(port.parse().ok()?)),
            _ => (authority, None),
        };
        let host = host.to_ascii_lowercase();
        let local = !host.is_empty()
            && (!host.contains('.')
                || host.starts_with('[')
                || host.ends_with(".localhost")
                || host.bytes().all(|b| b.is_ascii_digit() || b == b'.'));
        let path = Some(path).filter(|path| !path.is_empty() && *path != "/" && *path != "/*").map(str::to_owned);
        Some(Self { scheme, host: Some(host).filter(|host| !host.is_empty() && !local), port, path, local })
    }

    /// Does it listen in TLS? Caddy sees to certificates unless the address says `http` or its port.
    pub(super) fn encrypted(&self, http_port: u16) -> bool {
        match (&self.scheme, self.port) {
            (Some(scheme), _) => scheme == "https",
            (None, Some(port)) => port == 443 || (port != http_port && self.host.is_some()),
            (None, None) => self.host.is_some() || self.local,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_parts() {
        let read = |text: &str| Address::read(text).map(|a| (a.encrypted(80), a.host, a.port, a.path, a.local));
        let host = || Some("a.example".to_owned());
        assert_eq!(read("a.example"), Some((true, host(), None, None, false)));
        assert_eq!(read("http://A.example"), Some((false, host(), None, None, false)));
        assert_eq!(read("a.example:8443/x*"), Some((true, host(), Some(8443), Some("/x*".to_owned()), false)));
        assert_eq!(read(":80"), Some((false, None, Some(80), None, false)));
        assert_eq!(read("a.example:80"), Some((false, host(), Some(80), None, false)));
        assert_eq!(read("localhost"), Some((true, None, None, None, true)));
        assert_eq!(read("{$X}"), None);
    }
}
