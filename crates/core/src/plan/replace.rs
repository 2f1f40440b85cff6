//! Services whose work the cluster does: they are left out.

use crate::compose::{Container, Project, Service};
use crate::diag::catalog::routes::{PROXY_ASSUMED, PROXY_NEEDED_APPROXIMATED};
use crate::diag::{Diagnostic, Diagnostics};
use crate::input::Files;
use crate::options::Options;
use crate::plan::context::Context;
use crate::plan::route;
use crate::plan::workload::image::{self, DockerRole};
use crate::plan::workload::pod::{Target, target};
use crate::table::{HashSet, IndexMap};
use crate::vocab::Ways;
use std::borrow::Cow;

/// Keeps services whose ways in cannot all be written: their own ways in are left to them.
pub(crate) fn keep(project: &Project, options: &Options, files: &dyn Files, ways: &mut Ways, diagnostics: &mut Diagnostics) {
    if ways.replaced.is_empty() || options.keep_proxies {
        return;
    }
    let unsaid = route::unsaid(&Context::new(project, options, files, &mut Diagnostics::default()), ways);
    for (name, lost) in &unsaid {
        let Some(service) = project.services.get(name) else { continue };
        diagnostics.push(
            Diagnostic::new(
                &PROXY_NEEDED_APPROXIMATED,
                format!("service {name:?} stays: not all that it does can be said to the cluster's controller"),
            )
            .at(service.place)
            .help("name a controller that can with `--ingress-controller`, or take out what stands in the way"),
        );
        for message in lost {
            diagnostics.push(message.clone());
        }
    }
    if !unsaid.is_empty() {
        ways.intents.retain(|intent| !unsaid.contains_key(&intent.owner));
        // What stays needs its certificates as before.
        ways.replaced.retain(|name, by| !unsaid.contains_key(name) && !by.contains("cert-manager"));
    }
}

/// The project as the cluster runs it: with what a scheduler of the stack runs at times as services of their own, and without the
/// services whose work the cluster does, each told.
pub(crate) fn settled<'p>(project: &'p Project, ways: &Ways, options: &Options, diagnostics: &mut Diagnostics) -> Cow<'p, Project> {
    let mut out = Cow::Borrowed(project);
    if !ways.tasks.is_empty() || !ways.timed.is_empty() {
        let out = out.to_mut();
        for (name, triggers) in &ways.timed {
            if let Some(service) = out.services.get_mut(name) {
                service.triggers = Some(Box::new(triggers.clone()));
            }
        }
        out.services.extend(ways.tasks.iter().map(|task| (task.name.clone(), task.clone())));
    }
    if !options.keep_proxies {
        leave_out(project, ways, &mut out, diagnostics);
    }
    out
}

/// Leaves out the services whose work the cluster does.
fn leave_out(project: &Project, ways: &Ways, out: &mut Cow<'_, Project>, diagnostics: &mut Diagnostics) {
    // What lives in the network or on the volumes of such a service cannot be without it.
    let hosts: HashSet<&str> = project.services.values().flat_map(|service| lives_with(&service.container)).collect();
    let lives = |name: &str| hosts.contains(name);
    let updaters = project.services.values().filter(|service| {
        let known = service.container.image.as_ref().and_then(|image| image::known(&image.value));
        known.is_some_and(|known| known.docker_only == Some(DockerRole::Updater))
    });
    let updaters = updaters.map(|service| (service.name.as_str(), "whoever applies a new tag"));
    let replaced = ways.replaced.iter().map(|(name, by)| (name.as_str(), by.as_str()));
    let gone = replaced.chain(updaters).filter(|(name, _)| project.services.contains_key(*name) && !lives(name));
    let mut gone: IndexMap<&str, String> = gone.map(|(name, by)| (name, format!("{by} does its work"))).collect();
    let engines = project.services.values().filter(|service| serves_engine(service) && !gone.is_empty() && !lives(&service.name));
    let asked =
        |engine: &&Service| project.services.values().any(|other| !gone.contains_key(other.name.as_str()) && asks(other, &engine.name));
    let idle: Vec<&str> = engines.take(ENGINES).filter(|engine| !asked(engine)).map(|engine| engine.name.as_str()).collect();
    gone.extend(idle.into_iter().map(|name| (name, "nothing that stays asks it for the Docker engine".to_owned())));
    if gone.is_empty() {
        return;
    }
    let out = out.to_mut();
    for (name, why) in &gone {
        if let Some(service) = out.services.get(*name) {
            diagnostics.push(
                Diagnostic::new(&PROXY_ASSUMED, format!("service {name:?} is left out: {why}"))
                    .at(service.place)
                    .help("keep it with `--keep-proxies`"),
            );
        }
    }
    out.services.retain(|name, _| !gone.contains_key(name.as_str()));
    for service in out.services.values_mut() {
        service.depends_on.retain(|name, _| !gone.contains_key(name.as_str()));
        service.links.retain(|link| !link.value.split(':').next().is_some_and(|name| gone.contains_key(name)));
    }
}

/// The services whose network, processes or volumes a container shares.
fn lives_with(container: &Container) -> impl Iterator<Item = &str> {
    let modes = [&container.network_mode, &container.pid, &container.ipc].into_iter().flatten();
    let modes = modes.filter_map(|mode| if let Some(Target::Service(name)) = target(&mode.value) { Some(name) } else { None });
    modes.chain(container.volumes_from.iter().filter_map(|from| from.value.split(':').next()))
}

/// Does the service pass requests on to the Docker engine, and nothing else?
fn serves_engine(service: &Service) -> bool {
    let known = service.container.image.as_ref().and_then(|image| image::known(&image.value));
    known.is_some_and(|known| known.docker_only == Some(DockerRole::Watcher) && known.ports.iter().any(|(port, _)| *port == ENGINE))
}

/// How many such services of a stack are looked at.
const ENGINES: usize = 16;

/// The port of the Docker engine.
const ENGINE: u16 = 2375;

/// Does a service speak of another one by its name?
fn asks(service: &Service, name: &str) -> bool {
    let container = &service.container;
    let words = [&container.command, &container.entrypoint].into_iter().flatten().flat_map(|words| &words.value).map(|word| &word.value);
    let variables = container.environment.values().filter_map(|variable| variable.value.as_ref()).map(|value| &value.value);
    let files = container.env_files.iter().flat_map(|file| file.variables.values()).map(|value| &value.value);
    let labels = container.labels.values().map(|label| &label.value);
    service.name != name
        && (service.depends_on.contains_key(name) || words.chain(variables).chain(files).chain(labels).any(|text| text.contains(name)))
}
