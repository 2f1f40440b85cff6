//! Who refers to whom: host names in environments, commands, health checks and mounted files, with the ports beside them.

use crate::compose::Service;
use crate::compose::healthcheck::Test;
use crate::compose::order::Condition;
use crate::compose::ports::Protocol;
use crate::plan::context::Context;
use crate::plan::endpoint::host::Hosts;
use crate::plan::environment::scan::{Around, Hit, arounds, hits};
use crate::table::{HashMap, IndexMap, IndexSet};
use crate::text::{Place, Placed};

/// A text of a mounted file, with the place that stands for it.
pub type Text<'t> = (&'t str, Place);

/// What is known of how the services of a project reach each other.
#[derive(Debug, Default)]
pub struct References {
    reached: IndexMap<String, Reach>,
    /// Service to the services whose names it uses as hosts.
    pub(crate) edges: IndexMap<String, IndexSet<String>>,
}

/// How one service is reached.
#[derive(Debug, Default)]
pub(crate) struct Reach {
    /// Ports that somebody shows beside the name, with the first that does.
    pub(crate) ports: IndexMap<(u16, Protocol), Evidence>,
    /// Somebody uses the name as a host and shows no port.
    pub(crate) hidden: Option<Evidence>,
    /// Another service uses the name as a host.
    pub(crate) by_others: bool,
    /// Somebody depends on it, or has a text that is the name and may mean it.
    pub(crate) perhaps: bool,
}

/// Where it shows.
#[derive(Clone, Debug)]
pub(crate) struct Evidence {
    /// In words: `the variable DB_HOST of service "web"`.
    pub(crate) words: String,
    /// Where it stands.
    pub(crate) place: Place,
}

/// What kind of text a name stands in.
#[derive(Clone, Copy)]
enum Origin<'a> {
    Variable(&'a str),
    Command,
    HealthCheck,
    Hook,
    File,
}

impl References {
    /// Reads every text of the project. `files` gives the mounted texts of a service.
    pub(crate) fn find<'t>(cx: &Context<'_>, hosts: &mut Hosts, files: impl Fn(&str) -> Vec<Text<'t>>) -> Self {
        let mut found = Self::default();
        // Many services may mount one file: the names in it are looked for once.
        let mut seen: HashMap<(*const u8, usize), Vec<Hit<'t>>> = HashMap::default();
        for (key, service) in &cx.project.services {
            let mut reader = Reader { service: key, hosts, found: &mut found };
            reader.read(service);
            for (text, place) in files(key) {
                let hits = seen.entry((text.as_ptr(), text.len())).or_insert_with(|| reader.hits(text, Around::default()));
                hits.iter().for_each(|hit| reader.hit(Origin::File, hit, place, None));
            }
            // What others wait to end has done its work before they could reach it.
            let needed = service.depends_on.iter().filter(|(_, d)| d.condition.value != Condition::Completed);
            let linked = service.links.iter().map(|link| link.value.split(':').next().unwrap_or(""));
            for dependency in needed.map(|(name, _)| name.as_str()).chain(linked) {
                if cx.project.services.contains_key(dependency) {
                    found.reach(dependency).perhaps = true;
                }
            }
        }
        found
    }

    /// How a service is reached.
    pub(crate) fn of(&self, service: &str) -> Option<&Reach> {
        self.reached.get(service)
    }

    fn reach(&mut self, service: &str) -> &mut Reach {
        self.reached.entry(service.to_owned()).or_default()
    }
}

/// Every variable that a service's container sees, with its value: `environment` wins over env files, a later file over an earlier.
pub(crate) fn variables(service: &Service) -> IndexMap<&str, &Placed<String>> {
    let mut out = IndexMap::default();
    for file in &service.container.env_files {
        out.extend(file.variables.iter().map(|(name, value)| (name.as_str(), value)));
    }
    for (name, variable) in &service.container.environment {
        match &variable.value {
            Some(value) => drop(out.insert(name.as_str(), value)),
            None => drop(out.shift_remove(name.as_str())),
        }
    }
    out
}

/// Reads the texts of one service.
struct Reader<'a> {
    service: &'a str,
    hosts: &'a mut Hosts,
    found: &'a mut References,
}

impl Reader<'_> {
    fn read(&mut self, service: &Service) {
        let environment = variables(service);
        for (name, value) in &environment {
            let around = Around { key: Some(name), ..Around::default() };
            let port = port_variable(name).and_then(|key| environment.get(key.as_str())?.value.trim().parse().ok());
            self.text(Origin::Variable(name), &value.value, around, value.place, port);
        }
        for words in [&service.container.entrypoint, &service.container.command].into_iter().flatten() {
            self.words(Origin::Command, &words.value);
        }
        if let Some(test) = service.healthcheck.as_ref().filter(|check| !check.disable).and_then(|check| check.test.as_ref()) {
            match &test.value {
                Test::Exec(words) => {
                    let words: Vec<Placed<String>> = words.iter().map(|word| Placed::new(word.clone(), test.place)).collect();
                    self.words(Origin::HealthCheck, &words);
                }
                Test::Shell(line) => self.text(Origin::HealthCheck, line, Around::default(), test.place, None),
            }
        }
        for hook in service.post_start.iter().chain(&service.pre_stop) {
            self.words(Origin::Hook, &hook.command);
        }
        for hook in &service.pre_start {
            for words in [&hook.container.entrypoint, &hook.container.command].into_iter().flatten() {
                self.words(Origin::Hook, &words.value);
            }
        }
    }

    fn words(&mut self, origin: Origin<'_>, words: &[Placed<String>]) {
        let texts: Vec<&str> = words.iter().map(|word| word.value.as_str()).collect();
        for (word, around) in words.iter().zip(arounds(&texts)) {
            self.text(origin, &word.value, around, word.place, None);
        }
    }

    /// `port` is the one that another variable tells.
    fn text(&mut self, origin: Origin<'_>, text: &str, around: Around<'_>, place: Place, port: Option<u16>) {
        for hit in self.hits(text, around) {
            self.hit(origin, &hit, place, port);
        }
    }

    /// The names of services in a text.
    fn hits<'t>(&self, text: &'t str, around: Around<'_>) -> Vec<Hit<'t>> {
        hits(text, around, |word| self.hosts.knows(word))
    }

    fn hit(&mut self, origin: Origin<'_>, hit: &Hit<'_>, place: Place, port: Option<u16>) {
        let Some((name, targets)) = self.hosts.resolve(self.service, hit.name) else { return };
        let name = name.to_owned();
        let targets: Vec<String> = targets.into_iter().map(str::to_owned).collect();
        if hit.certain {
            self.hosts.mark_used(&name);
        }
        let port = hit.port.or(port.map(|port| (port, Protocol::Tcp)));
        for target in targets {
            let itself = target == self.service;
            let reach = self.found.reach(&target);
            if !hit.certain {
                reach.perhaps |= !itself;
                continue;
            }
            let evidence = Evidence { words: words_of(origin, self.service), place };
            reach.by_others |= !itself;
            reach.perhaps = true;
            match port {
                Some(port) => drop(reach.ports.entry(port).or_insert(evidence)),
                None if !itself => drop(reach.hidden.get_or_insert(evidence)),
                None => {}
            }
            self.found.edges.entry(self.service.to_owned()).or_default().insert(target);
        }
    }
}

fn words_of(origin: Origin<'_>, service: &str) -> String {
    match origin {
        Origin::Variable(name) => format!("the variable {name} of service {service:?}"),
        Origin::Command => format!("the command of service {service:?}"),
        Origin::HealthCheck => format!("the health check of service {service:?}"),
        Origin::Hook => format!("a hook of service {service:?}"),
        Origin::File => format!("a file mounted into service {service:?}"),
    }
}

/// The variable that holds the port of the host in another one: `DB_PORT` for `DB_HOST`.
fn port_variable(name: &str) -> Option<String> {
    let end = name.trim_end_matches(|c: char| !c.is_alphabetic()).len();
    let (stem, number) = name.split_at_checked(end)?;
    let words = [
        ("HOSTNAME", "PORT"),
        ("HOST", "PORT"),
        ("SERVER", "PORT"),
        ("ADDRESS", "PORT"),
        ("ADDR", "PORT"),
        ("host", "port"),
        ("Host", "Port"),
        ("hostname", "port"),
        ("server", "port"),
    ];
    let (stem, port) = words.iter().find_map(|(host, port)| Some((stem.strip_suffix(host)?, port)))?;
    Some(format!("{stem}{port}{number}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_stands_in_the_variable_beside() {
        for (host, port) in [
            ("DB_HOST", "DB_PORT"),
            ("REDIS_HOSTNAME", "REDIS_PORT"),
            ("db.host", "db.port"),
            ("dbHost", "dbPort"),
            ("DB_HOST_1", "DB_PORT_1"),
        ] {
            assert_eq!(port_variable(host).as_deref(), Some(port));
        }
        assert_eq!(port_variable("DB_NAME"), None);
    }
}
