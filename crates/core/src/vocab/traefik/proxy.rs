//! Traefik itself: what its own flags, variables and files say about entrypoints, certificates, and whom it looks for.

use super::rule::Syntax;
use super::toml;
use super::tree::{Tree, is_true};
use crate::compose::Service;
use crate::compose::ports::{Port, Protocol};
use crate::table::IndexMap;
use crate::text::{Place, Placed};
use crate::vocab::intent::{Acme, Challenge};
use crate::vocab::{Stack, repository, tag};
use crate::{diag::Diagnostics, yaml};

/// Where Traefik looks for its static configuration.
const FILES: &[&str] = &["/etc/traefik/traefik", "/traefik", "/etc/traefik"];

/// Tags of version 1 without a number.
const FIRST: &[&str] = &["reblochon", "camembert", "morbier", "raclette", "roquefort", "cancoillotte", "tetedemoine", "maroilles"];

/// A Traefik, or what can be said of one outside of the project.
#[derive(Clone, Debug)]
pub(super) struct Proxy<'a> {
    /// Its service; `None`: it is not part of the project.
    pub(super) service: Option<&'a Service>,
    /// Is it version 1, which reads other labels?
    pub(super) is_first: bool,
    /// The version whose rules it reads.
    pub(super) syntax: Syntax,
    /// Its entrypoints by their names in lower case.
    pub(super) entries: IndexMap<String, Entry>,
    /// Whom it asks for certificates, by name in lower case.
    pub(super) resolvers: IndexMap<String, Acme>,
    /// Does it look at containers that say nothing?
    pub(super) exposed_by_default: bool,
    /// The template of the rule of routers without one.
    pub(super) default_rule: Option<Placed<String>>,
    /// Does it look at a swarm?
    pub(super) swarm: bool,
    /// Which containers it looks at.
    pub(super) constraints: Option<Placed<String>>,
    /// Is the certificate of services never checked?
    pub(super) insecure: bool,
    /// Its dynamic files.
    pub(super) files: Vec<Tree>,
    /// What of its configuration is not understood, and where.
    pub(super) unknown: Vec<(String, Option<Place>)>,
}

/// An entrypoint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Entry {
    /// Its name as written.
    pub(super) name: String,
    /// The port that the world sees; `None`: the world does not see it.
    pub(super) world: Option<u16>,
    /// Is it for UDP?
    pub(super) udp: bool,
    /// Where all its requests are sent: the entrypoint's name or `:PORT`.
    pub(super) redirect: Option<EntryRedirect>,
    /// What is done with all its requests.
    pub(super) middlewares: Vec<Placed<String>>,
    /// How routers are encrypted that do not say it.
    pub(super) tls: Option<Tree>,
    /// Do routers without a word about entrypoints use it?
    pub(super) as_default: bool,
    /// Its port inside of the container.
    pub(super) port: u16,
    /// Where it is declared.
    pub(super) place: Option<Place>,
}

/// Where all requests of an entrypoint are sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct EntryRedirect {
    /// An entrypoint, or `:PORT`.
    pub(super) to: String,
    /// The scheme.
    pub(super) scheme: String,
    /// For ever?
    pub(super) permanent: bool,
    /// How soon it is asked, where it does not go before everything else.
    pub(super) priority: Option<i64>,
    /// Where it is asked for.
    pub(super) place: Option<Place>,
}

/// The Traefik of a project.
pub(super) fn find<'a>(stack: &mut Stack<'a>) -> Proxy<'a> {
    let found = stack.project.services.values().find(|service| {
        service.container.image.as_ref().is_some_and(|image| repository(&image.value).rsplit('/').next() == Some("traefik"))
    });
    match found {
        Some(service) => of(stack, service),
        None => Proxy {
            service: None,
            is_first: false,
            syntax: Syntax::Either,
            entries: IndexMap::default(),
            resolvers: IndexMap::default(),
            exposed_by_default: false,
            default_rule: None,
            swarm: false,
            constraints: None,
            insecure: false,
            files: Vec::new(),
            unknown: Vec::new(),
        },
    }
}

/// The static configuration: from a file, else from flags, else from variables, never from two of them.
fn configuration(stack: &mut Stack<'_>, service: &Service) -> Tree {
    let flags = flags(service);
    let named = flags.text("configfile").map(str::to_owned);
    let usual = FILES.iter().flat_map(|base| ["yml", "yaml", "toml"].map(|ending| format!("{base}.{ending}")));
    for path in named.into_iter().chain(usual) {
        if let Some(tree) = file(stack, service, &path) {
            return tree;
        }
    }
    if !flags.children.is_empty() {
        return flags;
    }
    let mut tree = Tree::default();
    for (name, variable) in &service.container.environment {
        let Some(rest) = name.to_ascii_uppercase().strip_prefix("TRAEFIK_").map(str::to_owned) else { continue };
        if let Some(value) = &variable.value {
            tree.insert_at(rest.split('_'), value.clone());
        }
    }
    tree
}

/// The flags of the command, `--a.b=c` or `--a.b c`.
fn flags(service: &Service) -> Tree {
    let container = &service.container;
    let words = [&container.entrypoint, &container.command].into_iter().flatten().flat_map(|words| &words.value);
    let mut words = words.peekable();
    let mut tree = Tree::default();
    while let Some(word) = words.next() {
        let Some(flag) = word.value.strip_prefix("--").or_else(|| word.value.strip_prefix('-')) else { continue };
        match flag.split_once('=') {
            Some((key, value)) => tree.insert(key, Placed::new(value.to_owned(), word.place)),
            None => {
                let next = words.next_if(|next| !next.value.starts_with('-'));
                let value = next.map_or_else(|| Placed::new("true".to_owned(), word.place), Clone::clone);
                tree.insert(flag, value);
            }
        }
    }
    tree
}

/// A file of the configuration as a tree; `None` where there is none that can be read.
fn file(stack: &mut Stack<'_>, service: &Service, path: &str) -> Option<Tree> {
    let file = stack.file(service, path)?;
    let source = file.source.unwrap_or(file.mount.source);
    let unreadable = |why: String| {
        let mut tree = Tree::default();
        tree.insert(UNREADABLE, Placed::new(why, file.mount));
        tree
    };
    let mut tree = if path.to_ascii_lowercase().ends_with(".toml") {
        toml::read(&file.text, &|start, end| file.place(start, end))
            .unwrap_or_else(|line| unreadable(format!("{path} is no TOML in line {line}")))
    } else {
        // A file that is no YAML is told by what is missing then.
        match yaml::parse(source, &file.text, &mut Diagnostics::default()).and_then(|nodes| nodes.into_iter().next()) {
            Some(node) => Tree::of_yaml(&node),
            None => unreadable(format!("{path} is no YAML")),
        }
    };
    tree.place = Some(file.mount);
    Some(tree)
}

/// The key under which a file that cannot be read says why.
const UNREADABLE: &str = "unreadable";

fn of<'a>(stack: &mut Stack<'a>, service: &'a Service) -> Proxy<'a> {
    let tree = configuration(stack, service);
    let engine = tree.get("providers.docker").or_else(|| tree.get("providers.swarm"));
    let docker = engine.cloned().unwrap_or_default();
    let mut proxy = Proxy {
        service: Some(service),
        is_first: version(service).is_some_and(|version| version == "1" || FIRST.contains(&version)),
        syntax: syntax(service, &tree),
        entries: IndexMap::default(),
        resolvers: tree.below("certificatesresolvers").map(|(name, resolver)| (name.to_ascii_lowercase(), acme(name, resolver))).collect(),
        // A Traefik that looks elsewhere, and not at the engine, gives no container a way in by itself.
        exposed_by_default: (engine.is_some() || tree.below("providers").next().is_none())
            && docker.text("exposedbydefault").is_none_or(is_true),
        default_rule: docker.value("defaultrule").cloned(),
        swarm: tree.get("providers.swarm").is_some() || docker.text("swarmmode").is_some_and(is_true),
        constraints: docker.value("constraints").filter(|value| !value.value.trim().is_empty()).cloned(),
        insecure: tree.text("serverstransport.insecureskipverify").is_some_and(is_true),
        files: Vec::new(),
        unknown: unknown(&tree),
    };
    for (name, entry) in tree.below("entrypoints") {
        proxy.entries.insert(name.to_ascii_lowercase(), Entry::of(service, name, entry));
    }
    if proxy.entries.is_empty() {
        let world = world(service, 80, Protocol::Tcp);
        proxy.entries.insert("http".to_owned(), Entry { name: "http".to_owned(), world, port: 80, as_default: true, ..Entry::default() });
    }
    if !proxy.entries.values().any(|entry| entry.as_default) {
        proxy.entries.values_mut().for_each(|entry| entry.as_default = true);
    }
    let single = tree.text("providers.file.filename").map(str::to_owned);
    let folder = tree.text("providers.file.directory").map(str::to_owned);
    let mut paths: Vec<String> = single.into_iter().collect();
    if let Some(folder) = folder {
        let files = stack.folder(service, &folder);
        paths.extend(
            files
                .into_iter()
                .map(|file| file.path)
                .filter(|path| [".yml", ".yaml", ".toml"].iter().any(|ending| path.to_ascii_lowercase().ends_with(ending))),
        );
    }
    for path in paths {
        match file(stack, service, &path) {
            Some(tree) => {
                if let Some(why) = tree.value(UNREADABLE) {
                    proxy.unknown.push((why.value.clone(), Some(why.place)));
                }
                proxy.files.push(tree);
            }
            None => proxy.unknown.push((
                format!("the file {path} that it reads is not among the files of the project"),
                tree.get("providers.file").and_then(|tree| tree.place),
            )),
        }
    }
    proxy
}

/// The first number of the version in the image's tag.
fn version(service: &Service) -> Option<&str> {
    let tag = service.container.image.as_ref().and_then(|image| tag(&image.value))?;
    tag.trim_start_matches('v').split(['.', '-']).next()
}

/// The version of the rules.
fn syntax(service: &Service, tree: &Tree) -> Syntax {
    match tree.text("core.defaultrulesyntax") {
        Some("v2") => return Syntax::V2,
        Some("v3") => return Syntax::V3,
        _ => {}
    }
    match version(service) {
        Some("2") => Syntax::V2,
        Some("3") => Syntax::V3,
        _ => Syntax::Either,
    }
}

impl Entry {
    fn of(service: &Service, name: &str, tree: &Tree) -> Self {
        let address = tree.text("address").unwrap_or(":80");
        let (address, protocol) = address.split_once('/').unwrap_or((address, "tcp"));
        let port = address.rsplit(':').next().and_then(|port| port.parse().ok()).unwrap_or(80);
        let udp = protocol.eq_ignore_ascii_case("udp");
        let redirect = tree.get("http.redirections.entrypoint").filter(|tree| tree.text("to").is_some()).map(|tree| EntryRedirect {
            to: tree.text("to").unwrap_or_default().to_owned(),
            scheme: tree.text("scheme").unwrap_or("https").to_owned(),
            permanent: tree.text("permanent").is_none_or(is_true),
            priority: tree.text("priority").and_then(|number| number.parse().ok()),
            place: tree.place,
        });
        Self {
            name: name.to_owned(),
            world: world(service, port, if udp { Protocol::Udp } else { Protocol::Tcp }),
            udp,
            redirect,
            middlewares: tree.list("http.middlewares"),
            tls: tree.get("http.tls").filter(|tls| tls.is_on()).cloned(),
            as_default: tree.text("asdefault").is_some_and(is_true),
            port,
            place: tree.place,
        }
    }
}

/// The port of the world that leads to a port of a container.
fn world(service: &Service, port: u16, protocol: Protocol) -> Option<u16> {
    let host = service.container.network_mode.as_ref().is_some_and(|mode| mode.value == "host");
    if host {
        return Some(port);
    }
    let published = |found: &Port| found.published.as_ref().and_then(|p| p.value.split('-').next()?.parse().ok()).unwrap_or(port);
    let ports: Vec<u16> = service
        .ports
        .iter()
        .filter(|found| found.target.value == port && found.protocol == protocol && !found.is_local())
        .map(published)
        .collect();
    ports.iter().copied().find(|port| matches!(port, 80 | 443)).or_else(|| ports.first().copied())
}

/// An authority that issues certificates.
fn acme(name: &str, tree: &Tree) -> Acme {
    let tree = tree.get("acme").cloned().unwrap_or_default();
    let challenge = if let Some(dns) = tree.get("dnschallenge").filter(|dns| dns.is_on()) {
        Challenge::Dns(dns.text("provider").unwrap_or_default().to_owned())
    } else if tree.get("tlschallenge").is_some_and(Tree::is_on) {
        Challenge::TlsAlpn
    } else {
        Challenge::Http
    };
    let server = tree.text("caserver").filter(|server| !server.contains("acme-v02.api.letsencrypt.org"));
    Acme {
        name: Some(name.to_owned()),
        email: tree.text("email").map(str::to_owned),
        server: server.map(str::to_owned),
        challenge,
        key_type: tree.text("keytype").map(str::to_owned),
    }
}

/// What of a static configuration changes where requests go, and is not read.
fn unknown(tree: &Tree) -> Vec<(String, Option<Place>)> {
    let mut out = Vec::new();
    if let Some(why) = tree.value(UNREADABLE) {
        out.push((why.value.clone(), Some(why.place)));
    }
    for (name, provider) in tree.below("providers") {
        let known = ["docker", "swarm", "file", "providersthrottleduration"];
        if !known.contains(&name.to_ascii_lowercase().as_str()) && provider.is_on() {
            out.push((format!("its provider {name:?} is not read"), provider.place));
        }
    }
    for (name, plugin) in tree.below("experimental.plugins").chain(tree.below("experimental.localplugins")) {
        out.push((format!("its plugin {name:?} is not known"), plugin.place));
    }
    for (name, entry) in tree.below("entrypoints") {
        if let Some(tree) = entry.get("proxyprotocol") {
            out.push((format!("the PROXY protocol of its entrypoint {name:?} is not said by any route"), tree.place));
        }
    }
    out
}
