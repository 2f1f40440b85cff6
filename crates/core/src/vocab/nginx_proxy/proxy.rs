//! The proxy's side of nginx-proxy: its own variables, and the files that it has for hosts.

use crate::compose::volumes::MountKind;
use crate::compose::{Project, Service};
use crate::input::Kind;
use crate::vocab::Stack;
use crate::vocab::directive::{Directive, Written};
use crate::vocab::environment::variable;
use crate::vocab::middleware::Auth;
use crate::vocab::nginx::read_syntax;

/// Where the proxy looks for passwords, for settings and for certificates, each file for a host.
const PASSWORDS: &str = "/etc/nginx/htpasswd";
const SETTINGS: &str = "/etc/nginx/vhost.d";
pub(super) const CERTIFICATES: &str = "/etc/nginx/certs";

/// The services that together are the proxy.
pub(super) struct Proxy<'a> {
    /// The one that makes the configuration.
    pub(super) main: Option<&'a Service>,
    /// All that see its files.
    pub(super) services: Vec<&'a Service>,
    /// Those that fetch certificates.
    pub(super) companions: Vec<&'a Service>,
}

impl<'a> Proxy<'a> {
    /// The proxy of a project.
    pub(super) fn of(project: &'a Project) -> Self {
        let image = |service: &Service| service.container.image.as_ref().map(|image| image.value.clone()).unwrap_or_default();
        let is_companion = |image: &str| image.contains("acme-companion") || image.contains("letsencrypt-nginx-proxy-companion");
        let is_proxy = |image: &str| !is_companion(image) && (image.contains("nginx-proxy") || image.contains("docker-gen"));
        let services: Vec<&Service> = project.services.values().filter(|service| is_proxy(&image(service))).collect();
        let companions: Vec<&Service> = project.services.values().filter(|service| is_companion(&image(service))).collect();
        // In two containers, a plain nginx shows what the other one writes.
        let shares = |service: &&Service| {
            let volumes = |service: &Service| {
                service
                    .container
                    .volumes
                    .iter()
                    .filter_map(|m| Some((m.source.as_ref()?.value.clone(), m.target.value.clone())))
                    .collect::<Vec<_>>()
            };
            let mine = volumes(service);
            services.iter().any(|other| {
                volumes(other)
                    .iter()
                    .any(|(source, target)| target.starts_with("/etc/nginx/conf.d") && mine.iter().any(|(s, _)| s == source))
            })
        };
        let mut all = services.clone();
        let plain = project.services.values().filter(|s| !is_proxy(&image(s)) && !is_companion(&image(s)) && image(s).contains("nginx"));
        all.extend(plain.filter(shares));
        Self { main: services.first().copied(), services: all, companions }
    }

    /// A variable of the proxy.
    pub(super) fn setting(&self, name: &str) -> Option<&'a str> {
        self.services.iter().find_map(|service| variable(service, name)).map(|value| value.value.as_str())
    }

    /// A variable of the companion.
    pub(super) fn companion(&self, name: &str) -> Option<&'a str> {
        self.companions.iter().find_map(|service| variable(service, name)).map(|value| value.value.as_str())
    }

    /// The text of a file that the proxy sees.
    fn text(&self, stack: &mut Stack<'_>, path: &str) -> Option<crate::vocab::MountedFile> {
        self.services.iter().find_map(|service| stack.file(service, path))
    }

    /// The users of a host.
    ///
    /// # Errors
    /// Passwords may lie where nobody can look.
    pub(super) fn users(&self, stack: &mut Stack<'_>, host: &str, path: &str) -> Result<Option<Auth>, ()> {
        let mounts = || {
            self.services.iter().flat_map(|service| &service.container.volumes).filter(|mount| mount.target.value.starts_with(PASSWORDS))
        };
        let unknown = mounts().any(|mount| match (&mount.kind, &mount.source) {
            (MountKind::Bind, Some(source)) => !matches!(stack.files.kind(&source.value), Kind::Folder | Kind::File { .. }),
            _ => true,
        });
        if unknown {
            return Err(());
        }
        if path != "/" && mounts().next().is_some() && !self.digests(stack, PASSWORDS, host).is_empty() {
            return Err(());
        }
        let Some(file) = self.text(stack, &format!("{PASSWORDS}/{host}")) else { return Ok(None) };
        let lines = file.text.lines().map(str::trim).filter(|line| line.contains(':') && !line.starts_with('#'));
        let auth = Auth { users: lines.map(str::to_owned).collect(), realm: Some(format!("Restricted {host}")), ..Auth::default() };
        Ok(Some(auth))
    }

    /// Files of a host and a path, whose names bear a digest of the path.
    fn digests(&self, stack: &mut Stack<'_>, folder: &str, host: &str) -> Vec<String> {
        let begins = format!("{folder}/{host}_");
        let files = self.services.iter().flat_map(|service| stack.folder(service, folder)).map(|file| file.path).collect::<Vec<_>>();
        let digest = |path: &String| {
            path.strip_prefix(&begins).is_some_and(|rest| rest.len() >= 40 && rest.bytes().take(40).all(|b| b.is_ascii_hexdigit()))
        };
        files.into_iter().filter(digest).collect()
    }

    /// The directives that the proxy has for a host: of its server, and of its place.
    ///
    /// # Errors
    /// A file cannot be read.
    pub(super) fn directives(&self, stack: &mut Stack<'_>, host: &str) -> Result<(Vec<Directive>, Vec<Directive>), String> {
        if !self.digests(stack, SETTINGS, host).is_empty() {
            return Err("a file of `vhost.d` is for a path of it".to_owned());
        }
        if self.text(stack, &format!("{SETTINGS}/{host}_location_override")).is_some() {
            return Err("a file of `vhost.d` takes the place of its location".to_owned());
        }
        let mut read = |name: &str, usual: &str| {
            let file = self.text(stack, &format!("{SETTINGS}/{name}")).or_else(|| self.text(stack, &format!("{SETTINGS}/{usual}")));
            file.map_or(Ok(Vec::new()), |file| read_syntax(&Written::plain(&file.text, file.origin())).map_err(|fault| fault.why))
        };
        Ok((read(host, "default")?, read(&format!("{host}_location"), "default_location")?))
    }

    /// The directives that hold for every host: files of `conf.d`.
    pub(super) fn everywhere(&self, stack: &mut Stack<'_>) -> Vec<Directive> {
        let mut out = Vec::new();
        for service in &self.services {
            for file in stack.folder(service, "/etc/nginx/conf.d") {
                if file.path.ends_with(".conf") && !file.path.ends_with("/default.conf") {
                    out.extend(read_syntax(&Written::plain(&file.text, file.origin())).unwrap_or_default());
                }
            }
        }
        out
    }

    /// The authorities of client certificates: of a host, or of all.
    pub(super) fn authorities(&self, stack: &mut Stack<'_>, host: &str) -> Option<std::sync::Arc<str>> {
        let own = self.text(stack, &format!("{CERTIFICATES}/{host}.ca.crt"));
        own.or_else(|| self.text(stack, &format!("{CERTIFICATES}/ca.crt"))).map(|file| file.text)
    }

    /// The certificate of a host, by its own name or that of a domain above it: the service that sees it, and the files.
    pub(super) fn certificate(&self, stack: &mut Stack<'_>, host: &str, named: Option<&str>) -> Option<(&'a Service, String, String)> {
        let mut names = vec![named.unwrap_or(host).trim_start_matches("*.").to_owned()];
        if named.is_none() {
            let above = std::iter::successors(host.split_once('.'), |(_, rest)| rest.split_once('.'));
            names.extend(above.map(|(_, rest)| rest.to_owned()).filter(|name| name.contains('.')));
        }
        for service in &self.services {
            for name in &names {
                let (certificate, key) = (format!("{CERTIFICATES}/{name}.crt"), format!("{CERTIFICATES}/{name}.key"));
                if stack.file(service, &certificate).is_some() && stack.file(service, &key).is_some() {
                    return Some((service, certificate, key));
                }
            }
        }
        None
    }
}
