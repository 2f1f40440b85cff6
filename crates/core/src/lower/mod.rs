//! From the plan to Kubernetes objects, one file a concern. No decision is made here.
#![allow(
    clippy::useless_conversion,
    reason = "`.into()` lets one source compile whether or not an API version wraps the field in an Option"
)]

mod account;
mod certificate;
mod claim;
mod container;
mod digest;
pub mod fit;
mod gateway;
mod ingress;
mod ingress_route;
mod init;
mod job;
mod labels;
mod middleware;
mod namespace;
pub mod patch;
mod placement;
mod pod;
mod policy;
mod probe;
mod resources;
mod scaling;
mod security;
mod service;
mod store;
mod text;
mod volume;
mod workload;

use crate::compose::Project;
use crate::plan::{Patch, Plan};
use crate::table::HashMap;
use k8s_openapi::Metadata;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde::Serialize;
use serde_json::Value;

/// One Kubernetes object.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    /// `apiVersion`.
    pub api_version: &'static str,
    /// `kind`.
    pub kind: &'static str,
    /// `metadata.name`.
    pub name: String,
    /// The whole object: fields in no particular order; `render` sorts them for people.
    pub value: Value,
}

/// What every concern reads.
struct Context<'a> {
    /// What to write down.
    plan: &'a Plan,
    /// The Compose project that the plan was made of.
    project: &'a Project,
    /// The workload that each Compose service runs in.
    homes: HashMap<&'a str, &'a str>,
    /// The content of every ConfigMap and Secret in short, by what it is and its name.
    contents: HashMap<(bool, &'a str), String>,
    /// The patches of Jobs, by their workload.
    job_patches: HashMap<&'a str, Vec<&'a Patch>>,
    /// The name of each Job, by the Compose service that leads it.
    jobs: HashMap<&'a str, String>,
}

/// Where finished objects go: each is written before the next one is made, so that no two of them are in memory at a time.
struct Objects<'e>(&'e mut dyn FnMut(Object));

impl Objects<'_> {
    fn push(&mut self, object: Object) {
        (self.0)(object);
    }
}

impl Extend<Object> for Objects<'_> {
    fn extend<T: IntoIterator<Item = Object>>(&mut self, objects: T) {
        objects.into_iter().for_each(|object| self.push(object));
    }
}

/// Writes the plan down as objects; `each` takes them in the order in which they should be applied.
pub fn lower(plan: &Plan, project: &Project, each: &mut dyn FnMut(Object)) {
    let (homes, contents, job_patches) = (labels::homes(plan), store::contents(plan), patch::of_jobs(plan));
    let mut context = Context { plan, project, homes, contents, job_patches, jobs: HashMap::default() };
    job::name_all(&mut context);
    let mut objects = Objects(each);
    namespace::lower(&context, &mut objects);
    account::lower(&context, &mut objects);
    store::lower(&context, &mut objects);
    claim::lower(&context, &mut objects);
    service::lower(&context, &mut objects);
    policy::lower(&context, &mut objects);
    workload::lower(&context, &mut objects);
    scaling::lower(&context, &mut objects);
    certificate::lower(&context, &mut objects);
    middleware::lower(&context, &mut objects);
    ingress::lower(&context, &mut objects);
    ingress_route::lower(&context, &mut objects);
    gateway::lower(&context, &mut objects);
}

/// A typed object as data.
fn object<T: Metadata<Ty = ObjectMeta> + Serialize>(typed: &T) -> Object {
    Object {
        api_version: T::API_VERSION,
        kind: T::KIND,
        name: typed.metadata().name.clone().unwrap_or_default(),
        value: serde_json::to_value(typed).unwrap_or_default(),
    }
}

/// A list to write, or nothing where it is empty.
fn some<T, L: FromIterator<T>>(items: impl IntoIterator<Item = T>) -> Option<L> {
    let mut items = items.into_iter().peekable();
    items.peek().is_some().then_some(())?;
    Some(items.collect())
}
