//! The project: its services and what they share.

use super::environment::EnvFile;
use super::files::File;
use super::model::Model;
use super::network::Network;
use super::read::{Reader, entries, extensions};
use super::service::Service;
use super::volumes::Volume;
use crate::diag::Diagnostics;
use crate::load::parts::parts;
use crate::load::{self, Loaded};
use crate::table::IndexMap;
use crate::text::Place;
use crate::yaml::{Node, Value};

/// A loaded and decoded project. Only active services; every map is in the order of the user's files.
#[derive(Clone, Debug, Default)]
pub struct Project {
    /// The project's name: lower-case letters, digits, `-` and `_`.
    pub name: String,
    /// Where a Compose file gives the name, if one does.
    pub name_place: Option<Place>,
    /// The project folder: absolute.
    pub folder: String,
    /// `services`, and `jobs` after them: a job has [`Service::triggers`].
    pub services: IndexMap<String, Service>,
    /// `networks`.
    pub networks: IndexMap<String, Network>,
    /// `volumes`.
    pub volumes: IndexMap<String, Volume>,
    /// `configs`.
    pub configs: IndexMap<String, File>,
    /// `secrets`.
    pub secrets: IndexMap<String, File>,
    /// `models`.
    pub models: IndexMap<String, Model>,
    /// Top-level `x-*` attributes, as they stand.
    pub extensions: IndexMap<String, Node>,
    /// The variables that interpolation saw: configs and secrets take values from it.
    pub environment: IndexMap<String, String>,
    /// Services that a profile leaves out, with the place of their key and their profiles.
    pub inactive: IndexMap<String, (Place, Vec<String>)>,
}

/// Decodes a loaded project. What cannot be read is told and left out.
///
/// Its tree goes in parts, and `look` sees each before it is decoded and released: a large project is never in memory twice, and nobody
/// has to walk through all of it once more.
pub fn decode(loaded: Loaded, diagnostics: &mut Diagnostics, mut look: impl FnMut(&Node, &mut Diagnostics)) -> Project {
    let Loaded { name, name_place, folder, tree, environment, env_files, inactive } = loaded;
    let count = entries(&tree, "services").chain(entries(&tree, "jobs")).count();
    let services = IndexMap::with_capacity_and_hasher(count, Default::default());
    let mut project = Project { name, name_place, folder, environment, inactive, services, ..Project::default() };
    let place = tree.place;
    let Value::Map(tree) = tree.value else { return project };
    for part in parts(*tree) {
        let part = Node::new(Value::from(part), place);
        look(&part, diagnostics);
        decode_part(&mut project, &part, &env_files, diagnostics);
    }
    project
}

/// Decodes a part of a project's tree.
fn decode_part(project: &mut Project, tree: &Node, env_files: &IndexMap<String, Vec<load::EnvFile>>, diagnostics: &mut Diagnostics) {
    project.extensions.extend(tree.as_map().map(extensions).unwrap_or_default());
    for (section, kind) in [("services", "service"), ("jobs", "job")] {
        for (name, entry) in entries(tree, section) {
            let env_files = env_files.get(name.as_str()).map(Vec::as_slice).unwrap_or_default().iter().map(EnvFile::decode).collect();
            let service = Service::decode(&mut Reader::new(kind, name, diagnostics), name, entry, env_files);
            project.services.insert(name.to_string(), service);
        }
    }
    for (name, entry) in entries(tree, "networks") {
        let network = Network::decode(&mut Reader::new("network", name, diagnostics), name, entry);
        project.networks.insert(name.to_string(), network);
    }
    for (name, entry) in entries(tree, "volumes") {
        let volume = Volume::decode(&mut Reader::new("volume", name, diagnostics), &project.name, name, entry);
        project.volumes.insert(name.to_string(), volume);
    }
    for (name, entry) in entries(tree, "configs") {
        let config = File::decode(&mut Reader::new("config", name, diagnostics), name, entry);
        project.configs.insert(name.to_string(), config);
    }
    for (name, entry) in entries(tree, "secrets") {
        let secret = File::decode(&mut Reader::new("secret", name, diagnostics), name, entry);
        project.secrets.insert(name.to_string(), secret);
    }
    for (name, entry) in entries(tree, "models") {
        if let Some(model) = Model::decode(&mut Reader::new("model", name, diagnostics), entry) {
            project.models.insert(name.to_string(), model);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::files::FileSource;
    use super::super::healthcheck::Test;
    use super::super::order::Condition;
    use super::super::volumes::MountKind;
    use super::*;
    use crate::text::Sources;

    /// A canonical model, decoded; and what is told.
    fn decoded(text: &str) -> (Project, Vec<String>) {
        let mut diagnostics = Diagnostics::default();
        let id = Sources::default().add("compose.yaml", text);
        let tree = crate::yaml::parse(id, text, &mut diagnostics).unwrap().remove(0);
        let name = "p".to_owned();
        let (environment, env_files, inactive) = Default::default();
        let loaded = Loaded { name, name_place: None, folder: "/p".to_owned(), tree, environment, env_files, inactive };
        let project = decode(loaded, &mut diagnostics, |_, _| ());
        (project, diagnostics.iter().map(|d| d.message.clone()).collect())
    }

    #[test]
    fn a_service_keeps_every_value_and_its_place() {
        let (project, told) = decoded(
            r#"
services:
  web:
    image: nginx
    cpus: 0.5
    mem_limit: "1073741824"
    stop_grace_period: 1m30s
    command: []
    environment: {A: "1", B: null}
    extra_hosts: ["a=::1"]
    ulimits: {nofile: 3, nproc: {soft: 1, hard: 2}}
    secrets: [{source: s, target: /run/secrets/s, mode: "0400"}]
    ports: [{mode: host, target: 80, published: "8080", protocol: udp}]
    volumes: [{type: bind, source: /a, target: /b, read_only: true, bind: {selinux: z}}]
    depends_on: {db: {condition: service_healthy, required: true}}
    healthcheck: {test: [CMD-SHELL, "curl x"], interval: 5s, retries: 3}
    gpus: [{count: -1}]
    x-mine: 1
"#,
        );
        assert_eq!(told, Vec::<String>::new());
        let web = &project.services["web"];
        let container = &web.container;
        assert_eq!(container.image.as_ref().unwrap().value, "nginx");
        assert_eq!(container.cpus.as_ref().unwrap().value, 0.5);
        assert_eq!(container.mem_limit.as_ref().unwrap().value, 1 << 30);
        assert_eq!(container.stop_grace_period.as_ref().unwrap().value, 90_000_000_000);
        assert!(container.command.as_ref().unwrap().value.is_empty() && container.entrypoint.is_none());
        assert_eq!(container.environment["A"].value.as_ref().unwrap().value, "1");
        assert!(container.environment["B"].value.is_none());
        assert_eq!(container.extra_hosts[0].value, ("a".to_owned(), "::1".to_owned()));
        assert_eq!((container.ulimits["nofile"].hard, container.ulimits["nproc"].hard), (3, 2));
        assert_eq!(container.secrets[0].mode.as_ref().unwrap().value, 0o400);
        assert!(web.ports[0].host_mode.is_some() && web.ports[0].protocol == super::super::ports::Protocol::Udp);
        assert_eq!(container.volumes[0].kind, MountKind::Bind);
        assert_eq!(container.volumes[0].selinux.as_ref().unwrap().value, "z");
        assert_eq!(web.depends_on["db"].condition.value, Condition::Healthy);
        assert_eq!(web.healthcheck.as_ref().unwrap().test.as_ref().unwrap().value, Test::Shell("curl x".to_owned()));
        assert_eq!(container.gpus[0].count.as_ref().unwrap().value, -1);
        assert!(web.extensions.contains_key("x-mine"));
    }

    #[test]
    fn shared_things_know_where_they_come_from() {
        let (project, told) = decoded(
            r#"
volumes: {a: {name: p_a}, b: {name: mine}, c: {name: c, external: true}}
configs: {a: {content: x}, b: {environment: E}, c: {external: true, name: n}}
secrets: {a: {file: /p/a}, b: {driver: d}}
jobs: {j: {image: i, triggers: {schedule: [{cron: "@daily"}]}}}
"#,
        );
        assert_eq!(told, Vec::<String>::new());
        assert_eq!(project.volumes.values().map(|volume| volume.named).collect::<Vec<_>>(), [false, true, false]);
        assert!(matches!(project.configs["a"].source, FileSource::Content(_)));
        assert!(matches!(project.configs["c"].source, FileSource::External(_)));
        assert_eq!(project.secrets["b"].source, FileSource::Missing);
        assert_eq!(project.services["j"].triggers.as_ref().unwrap().schedule[0].cron.value, "@daily");
    }

    #[test]
    fn a_value_that_cannot_be_read_spoils_nothing_else() {
        let (project, told) = decoded("services: {a: {image: i, stop_grace_period: soon, ports: [{target: 99999}, {target: 80}]}}");
        assert_eq!(
            told,
            [
                "service \"a\": `stop_grace_period` must be a duration such as 1m30s",
                "service \"a\": `ports` must be a list of ports, each with a target from 0 to 65535",
            ]
        );
        assert_eq!(project.services["a"].ports.len(), 1);
        assert!(project.services["a"].container.image.is_some());
    }
}
