//! A job of Ofelia as a service with a schedule.

use super::ofelia::{Asked, Kind};
use super::{dropped, lost, triggers};
use crate::compose::environment::Variable;
use crate::compose::job::Triggers;
use crate::compose::network::Attachment;
use crate::compose::volumes::{Mount, MountKind};
use crate::compose::{Container, Project, Service};
use crate::diag::catalog::workloads::SCHEDULED_JOB_APPROXIMATED;
use crate::diag::{Diagnostic, Diagnostics};
use crate::table::IndexMap;
use crate::text::{Place, Placed, path, words};
use crate::vocab::environment::variable;
use crate::vocab::peer::Peers;

/// What comes of a job.
pub(super) enum Task {
    /// A service of its own.
    New(Box<Service>),
    /// A service of the project, which runs at times instead of always.
    Existing(String, Box<Triggers>),
}

/// Settings that change nothing in a cluster: finished pods are cleared away there in any case.
const WITHOUT_EFFECT: &[&str] = &["delete", "pull"];
/// Whom Ofelia runs commands as where it is told nothing, whatever the image says.
const ROOT: &str = "0";
/// Settings that are read.
const READ: &[&str] = &[
    "schedule",
    "command",
    "container",
    "image",
    "user",
    "tty",
    "environment",
    "env",
    "dir",
    "volume",
    "volumes-from",
    "network",
    "hostname",
    "entrypoint",
    "no-overlap",
];

/// The service that a job is; `None`, told, where it cannot be one.
pub(super) fn write(
    project: &Project,
    scheduler: Option<&Service>,
    peers: &Peers<'_>,
    asked: &Asked<'_>,
    left: &mut usize,
    diagnostics: &mut Diagnostics,
) -> Option<Task> {
    let owner = asked.owner;
    let one = |key: &str| asked.settings.get(key).and_then(|all| all.first());
    let place = asked.settings.values().flatten().next().map_or(owner.place, |value| value.place);
    for (setting, values) in &asked.settings {
        if let Some(value) = values.first().filter(|_| !READ.contains(&setting.as_str()) && !WITHOUT_EFFECT.contains(&setting.as_str())) {
            let why = "a cluster has no such setting of Jobs, or reports of them in its own events";
            lost(owner, &format!("{}.{setting}", asked.key), value.place, why, diagnostics);
        }
    }
    let Some(schedule) = one("schedule") else {
        dropped(owner, &asked.key, place, "it has no schedule", diagnostics);
        return None;
    };
    let overlap = one("no-overlap").is_none_or(|word| !word.value.eq_ignore_ascii_case("true"));
    let zone = scheduler.and_then(|service| variable(service, "TZ"));
    let own = scheduler.is_some_and(|scheduler| scheduler.name == owner.name);
    let container = one("container");
    let target = match container {
        Some(name) => {
            let found = peers.find(owner, &name.value);
            if found.is_none() {
                dropped(
                    owner,
                    &asked.key,
                    name.place,
                    &format!("no service of the project is the container {:?}", name.value),
                    diagnostics,
                );
                return None;
            }
            found
        }
        None => project.services.get(&owner.name).filter(|_| !own),
    };
    let triggers = triggers(owner, &asked.key, schedule, overlap, zone, diagnostics)?;
    let mut service = match asked.kind {
        Kind::Exec => {
            let Some(target) = target else {
                dropped(owner, &asked.key, place, "it names no container", diagnostics);
                return None;
            };
            beside(project, target, asked, left, diagnostics)?
        }
        Kind::Local => local(scheduler?, asked, left, diagnostics)?,
        Kind::Run | Kind::ServiceRun => match (one("image"), target) {
            (Some(image), _) if container.is_none() => {
                Service { container: Container { image: Some(image.clone()), ..Container::default() }, ..empty(owner) }
            }
            (_, Some(target)) if container.is_some() => return Some(Task::Existing(target.name.clone(), triggers)),
            _ => {
                dropped(owner, &asked.key, place, "it names neither an image nor a container", diagnostics);
                return None;
            }
        },
    };
    settle(project, asked, &mut service, diagnostics)?;
    service.name.clone_from(&asked.name);
    if let Some(target) = target.filter(|_| asked.kind == Kind::Exec) {
        service.name = format!("{}-{}", target.name, asked.name);
        diagnostics.push(beside_told(target, asked, one("command").map_or(place, |command| command.place)));
    }
    service.place = place;
    service.triggers = Some(triggers);
    // Ofelia waits for the next time where a run has failed.
    service.restart = Some(Placed::new("no".to_owned(), place));
    service.tty = one("tty").filter(|word| word.value == "true").map(|word| Placed::new(true, word.place));
    Some(Task::New(Box::new(service)))
}

/// A service without anything.
fn empty(owner: &Service) -> Service {
    Service {
        name: String::new(),
        place: owner.place,
        container: Container::default(),
        build: None,
        depends_on: Default::default(),
        expose: Vec::new(),
        healthcheck: None,
        ports: Vec::new(),
        profiles: Vec::new(),
        stdin_open: None,
        tty: None,
        attach: None,
        container_name: None,
        deploy: None,
        develop: None,
        external_links: Vec::new(),
        links: Vec::new(),
        post_start: Vec::new(),
        pre_start: Vec::new(),
        pre_stop: Vec::new(),
        provider: None,
        restart: None,
        scale: None,
        triggers: None,
        extensions: Default::default(),
    }
}

/// A command inside a container that runs: the same container once more, with the command in place of its own.
fn beside(project: &Project, target: &Service, asked: &Asked<'_>, left: &mut usize, diagnostics: &mut Diagnostics) -> Option<Service> {
    let place = asked.settings.get("command").and_then(|all| all.first()).map(|command| command.place);
    let Some(place) = place else {
        dropped(asked.owner, &asked.key, target.place, "it has no command", diagnostics);
        return None;
    };
    let mut container = copy(target, asked, left, diagnostics)?;
    container.hostname = None;
    if container.image.is_none() {
        container.image = Some(Placed::new(format!("{}-{}", project.name, target.name).to_ascii_lowercase(), target.place));
    }
    alone(&mut container);
    let named = asked.settings.get("user").and_then(|all| all.first());
    container.user = Some(named.cloned().unwrap_or_else(|| Placed::new(ROOT.to_owned(), place)));
    Some(Service { container, links: target.links.clone(), ..empty(target) })
}

/// Says where such a command runs.
fn beside_told(target: &Service, asked: &Asked<'_>, place: Place) -> Diagnostic {
    let message =
        format!("service {:?}: the command of `{}` runs in a pod of its own, not inside the running container", target.name, asked.key);
    Diagnostic::new(&SCHEDULED_JOB_APPROXIMATED, message)
        .at(place)
        .note("it has the same image, variables and mounts; other files and `localhost` are its own")
        .help("let it reach the service by its name, and keep in a volume what both use")
}

/// The container once more, without its labels and its command; `left` is what such copies may still repeat. `None`, told, where that
/// is too little: many jobs of a large service would fill the memory.
fn copy(service: &Service, asked: &Asked<'_>, left: &mut usize, diagnostics: &mut Diagnostics) -> Option<Container> {
    let container = &service.container;
    let files: usize = container.env_files.iter().map(|file| file.variables.len()).sum();
    let values = container.labels.len() + container.environment.len() + files + container.volumes.len() + container.networks.len();
    let Some(rest) = left.checked_sub(values) else {
        dropped(asked.owner, &asked.key, service.place, "the jobs of the stack repeat its services too often", diagnostics);
        return None;
    };
    *left = rest;
    Some(Container { labels: IndexMap::default(), command: None, ..container.clone() })
}

/// Takes away what only one container can have.
fn alone(container: &mut Container) {
    let shares = |mode: &Placed<String>| mode.value.starts_with("service:") || mode.value.starts_with("container:");
    for mode in [&mut container.network_mode, &mut container.pid, &mut container.ipc] {
        *mode = mode.take().filter(|mode| !shares(mode));
    }
    for network in container.networks.values_mut() {
        network.aliases.clear();
        (network.ipv4_address, network.ipv6_address, network.mac_address) = (None, None, None);
    }
}

/// A command in Ofelia's own container.
fn local(scheduler: &Service, asked: &Asked<'_>, left: &mut usize, diagnostics: &mut Diagnostics) -> Option<Service> {
    let command = asked.settings.get("command").and_then(|all| all.first());
    let Some(command) = command else {
        dropped(asked.owner, &asked.key, scheduler.place, "it has no command", diagnostics);
        return None;
    };
    if command.value.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == "docker") {
        dropped(
            asked.owner,
            &asked.key,
            command.place,
            "its command speaks to the Docker engine, which a cluster does not have",
            diagnostics,
        );
        return None;
    }
    let mut container = copy(scheduler, asked, left, diagnostics)?;
    container.volumes.retain(|mount| !mount.target.value.ends_with("docker.sock"));
    alone(&mut container);
    if let Some(folder) = asked.settings.get("dir").and_then(|all| all.first()) {
        container.working_dir = Some(folder.clone());
    }
    Some(Service { container, links: scheduler.links.clone(), ..empty(scheduler) })
}

/// The settings that every kind may have.
fn settle(project: &Project, asked: &Asked<'_>, service: &mut Service, diagnostics: &mut Diagnostics) -> Option<()> {
    let owner = asked.owner;
    let all = |key: &str| asked.settings.get(key).map(Vec::as_slice).unwrap_or_default();
    let mut split = |value: &Placed<String>| match words::split(&value.value) {
        Ok(words) if words.cut.is_some() => {
            dropped(owner, &asked.key, value.place, "its command needs a shell, and Ofelia gives it none", diagnostics);
            None
        }
        Ok(words) => {
            let words = words.words.into_iter().map(|word| Placed::new(word, value.place)).collect();
            Some(Placed::new(words, value.place))
        }
        Err(why) => {
            dropped(owner, &asked.key, value.place, &format!("its command cannot be read: {why}"), diagnostics);
            None
        }
    };
    let command = match all("command").first() {
        Some(command) => Some(split(command)?),
        None => None,
    };
    let entrypoint = match all("entrypoint").first() {
        Some(entrypoint) => Some(split(entrypoint)?),
        None => None,
    };
    let container = &mut service.container;
    match asked.kind {
        // A command inside a container goes past the image's entrypoint.
        Kind::Exec | Kind::Local => container.entrypoint = command,
        Kind::Run | Kind::ServiceRun => {
            (container.command, container.entrypoint) = (command, entrypoint);
            let place = service.place;
            container.user = Some(all("user").first().cloned().unwrap_or_else(|| Placed::new(ROOT.to_owned(), place)));
            container.hostname = all("hostname").first().cloned();
            container.volumes_from = all("volumes-from").to_vec();
            for volume in all("volume") {
                container.volumes.push(mount(project, asked, volume, diagnostics)?);
            }
            for network in all("network") {
                attach(project, asked, container, network, diagnostics)?;
            }
        }
    }
    for setting in all("environment").iter().chain(all("env")) {
        let (name, value) = setting.value.split_once('=').unwrap_or((&setting.value, ""));
        let value = Some(Placed::new(value.to_owned(), setting.place));
        container.environment.insert(name.to_owned(), Variable { key: setting.place, value });
    }
    Some(())
}

/// `SOURCE:TARGET[:OPTIONS]`.
fn mount(project: &Project, asked: &Asked<'_>, text: &Placed<String>, diagnostics: &mut Diagnostics) -> Option<Mount> {
    let mut parts = text.value.split(':');
    let (source, target, options) = (parts.next().unwrap_or_default(), parts.next(), parts.next().unwrap_or_default());
    let Some(target) = target.filter(|target| target.starts_with('/')) else {
        dropped(asked.owner, &asked.key, text.place, &format!("{:?} is no mount", text.value), diagnostics);
        return None;
    };
    let (kind, source) = if source.starts_with('/') {
        (MountKind::Bind, path::clean(source))
    } else {
        let named = project.volumes.iter().find(|(key, volume)| volume.name.value == source || *key == source);
        let Some((key, _)) = named else {
            dropped(asked.owner, &asked.key, text.place, &format!("no volume of the project is called {source:?}"), diagnostics);
            return None;
        };
        (MountKind::Volume, key.clone())
    };
    let mut mount = Mount::plain(kind, Placed::new(source, text.place), Placed::new(path::clean(target), text.place));
    mount.read_only = options.split(',').any(|option| option == "ro").then(|| Placed::new(true, text.place));
    Some(mount)
}

/// A network by its name in the engine, or by its key.
fn attach(
    project: &Project,
    asked: &Asked<'_>,
    container: &mut Container,
    name: &Placed<String>,
    diagnostics: &mut Diagnostics,
) -> Option<()> {
    let found = project.networks.iter().find(|(key, network)| network.name.value == name.value || **key == name.value);
    let Some((key, _)) = found else {
        let why = format!("no network of the project is called {:?}", name.value);
        lost(asked.owner, &format!("{}.network", asked.key), name.place, &why, diagnostics);
        return Some(());
    };
    container.networks.insert(key.clone(), Attachment::plain(name.place));
    Some(())
}
