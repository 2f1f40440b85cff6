//! Services whose work the cluster does: they are left out.

use crate::compose::Project;
use crate::diag::catalog::routes::{PROXY_ASSUMED, PROXY_NEEDED_APPROXIMATED};
use crate::diag::{Diagnostic, Diagnostics};
use crate::input::Files;
use crate::options::Options;
use crate::plan::context::Context;
use crate::plan::route;
use crate::plan::workload::image::{self, DockerRole};
use crate::plan::workload::pod::{Target, target};
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

/// The project without the services whose work the cluster does, each told.
pub(crate) fn without<'p>(project: &'p Project, ways: &Ways, options: &Options, diagnostics: &mut Diagnostics) -> Cow<'p, Project> {
    if options.keep_proxies {
        return Cow::Borrowed(project);
    }
    // What lives in the network or on the volumes of such a service cannot be without it.
    let lives = |name: &str| {
        project.services.values().any(|service| {
            let container = &service.container;
            let modes = [&container.network_mode, &container.pid, &container.ipc].into_iter().flatten();
            modes.into_iter().any(|mode| matches!(target(&mode.value), Some(Target::Service(other)) if other == name))
                || container.volumes_from.iter().any(|from| from.value.split(':').next() == Some(name))
        })
    };
    let updaters = project.services.values().filter(|service| {
        let known = service.container.image.as_ref().and_then(|image| image::known(&image.value));
        known.is_some_and(|known| known.docker_only == Some(DockerRole::Updater))
    });
    let updaters = updaters.map(|service| (service.name.as_str(), "whoever applies a new tag"));
    let replaced = ways.replaced.iter().map(|(name, by)| (name.as_str(), by.as_str()));
    let gone: Vec<(&str, &str)> =
        replaced.chain(updaters).filter(|(name, _)| project.services.contains_key(*name) && !lives(name)).collect();
    if gone.is_empty() {
        return Cow::Borrowed(project);
    }
    let mut out = project.clone();
    for (name, by) in gone {
        if let Some(service) = out.services.shift_remove(name) {
            diagnostics.push(
                Diagnostic::new(&PROXY_ASSUMED, format!("service {name:?} is left out: {by} does its work"))
                    .at(service.place)
                    .help("keep it with `--keep-proxies`"),
            );
        }
        for service in out.services.values_mut() {
            service.depends_on.shift_remove(name);
            service.links.retain(|link| link.value.split(':').next() != Some(name));
        }
    }
    Cow::Owned(out)
}
