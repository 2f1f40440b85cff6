//! Every decision that needs more than one attribute or service. Knows no Kubernetes type.
//!
//! A [`Plan`] says in the words of this crate what the cluster shall hold; `lower` writes it down as objects without deciding
//! anything more.

pub mod context;
pub mod endpoint;
pub mod environment;
pub mod name;
pub mod network;
pub mod operation;
mod replace;
pub mod route;
pub mod security;
pub mod storage;
pub mod workload;

use crate::compose::Project;
use crate::diag::Diagnostics;
use crate::input::Files;
use crate::options::Options;
use crate::text::Sources;
use crate::vocab;
use context::Context;
pub use endpoint::Endpoint;
use endpoint::{host, public, reference};
pub use network::Policy;
pub use operation::patch::Patch;
pub use route::Routes;
use security::standard;
pub use storage::Claim;
pub use storage::carry::Carry;
use storage::files;
pub use storage::store::Store;
pub use workload::Workload;
pub use workload::container::Container;
use workload::controller::Kind;
use workload::{container, controller, order};

/// What the cluster shall hold. Lists are in the order of the user's files.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// The project's name, cleaned to be a label value.
    pub project: String,
    /// The namespace to write into every object, if any.
    pub namespace: Option<String>,
    /// What runs.
    pub workloads: Vec<Workload>,
    /// Names that resolve: Kubernetes Services.
    pub endpoints: Vec<Endpoint>,
    /// Persistent volume claims to create.
    pub claims: Vec<Claim>,
    /// What has to be copied into claims.
    pub carries: Vec<Carry>,
    /// ConfigMaps and Secrets.
    pub stores: Vec<Store>,
    /// NetworkPolicies.
    pub policies: Vec<Policy>,
    /// Ways in.
    pub routes: Routes,
    /// Raw fields to merge into the finished objects.
    pub patches: Vec<Patch>,
    /// Images that have to be built and pushed.
    pub builds: Vec<ImageBuild>,
    /// Published ports that stay inside the cluster: `kubectl port-forward` reaches them.
    pub forwards: Vec<Forward>,
}

/// Decides everything. `files` are read where services mount them, and told in `sources` where a text is spoken of.
#[must_use]
pub fn plan(project: &Project, options: &Options, files: &dyn Files, sources: &mut Sources, diagnostics: &mut Diagnostics) -> Plan {
    let mut ways = vocab::read(&mut vocab::Stack { project, files, sources }, diagnostics);
    replace::keep(project, options, files, &mut ways, diagnostics);
    let kept = replace::settled(project, &ways, options, diagnostics);
    let project: &Project = &kept;
    let cx = Context::new(project, options, files, diagnostics);
    let project_files = files::read(&cx, sources);
    let mut hosts = host::Hosts::new(&cx, diagnostics);
    let texts = |service: &str| project_files.texts(service).map(|file| (file.text, file.place)).collect::<Vec<_>>();
    let references = reference::References::find(&cx, &mut hosts, texts);
    hosts.report_lost_aliases(diagnostics);
    let storage = storage::plan(&cx, &project_files, &mut hosts, diagnostics);
    let environment = environment::plan(&cx, &mut hosts, diagnostics);

    let kinds = controller::kinds(&cx, &references, &storage, diagnostics);
    let unready = order::unready(&cx, &references, diagnostics);
    let stateful = |service: &str| kinds.get(cx.pods.leader(service)) == Some(&Kind::StatefulSet);
    let mut reachable = endpoint::plan(&cx, &hosts, &references, &stateful, &unready, diagnostics);
    let own = operation::intents(&cx, options, diagnostics);
    ways.intents.splice(0..0, own);
    let (mut routes, route_stores) = route::plan(&cx, &reachable, &ways, diagnostics);
    route::open_ports(&cx, &mut routes, &mut reachable.endpoints);
    let (public, forwards) = public::plan(&cx, &reachable, &routes);

    let waits = order::plan(&cx, &kinds, diagnostics);
    let isolation = network::isolation(&cx);
    let mut labels = isolation.labels(&cx);
    for (service, aliases) in hosts.shared_aliases() {
        labels.entry(cx.pods.leader(service).to_owned()).or_default().extend(aliases.into_iter().map(endpoint::alias_label));
    }
    let decided = container::Decided { storage: &storage, environment: &environment, reachable: &reachable, healed: &ways.healed };
    let decisions = workload::Decisions { decided, kinds: &kinds, waits: &waits, labels: &labels, read_labels: &vocab::reads };
    let workloads = workload::plan(&cx, decisions, &mut hosts, diagnostics);
    let policies = isolation.policies(&cx, &workloads, &routes, diagnostics);
    let builds = project.services.values().filter_map(|service| container::build_of(&cx, service, diagnostics)).collect();
    hosts.report(diagnostics);

    let mut endpoints = reachable.endpoints;
    endpoints.extend(waits.endpoints(&cx));
    endpoints.extend(public);
    operation::settle_endpoints(&cx, &mut endpoints, diagnostics);
    let patches = operation::patch::plan(&cx, diagnostics);
    let mut stores = environment.stores;
    stores.extend(storage.stores);
    stores.extend(route_stores);
    let plan = Plan {
        project: name::label_value(&project.name),
        namespace: options.namespace.clone(),
        workloads,
        endpoints,
        claims: storage.claims,
        carries: storage.carries,
        stores,
        policies,
        routes,
        patches,
        builds,
        forwards,
    };
    standard::report(&cx, &plan, diagnostics);
    plan
}

/// An image that the stack builds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageBuild {
    /// The Compose service.
    pub service: String,
    /// The name that the manifests use.
    pub image: String,
}

/// A published port without a way in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forward {
    /// The Kubernetes Service.
    pub endpoint: String,
    /// The port on the user's machine, as Compose published it.
    pub local: u16,
    /// The port of the Service.
    pub port: u16,
}
