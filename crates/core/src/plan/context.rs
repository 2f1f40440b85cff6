//! What every planning step may look at.

use crate::compose::{Project, Service};
use crate::diag::Diagnostics;
use crate::input::Files;
use crate::options::Options;
use crate::plan::name::Names;
use crate::plan::workload::pod::Pods;
use crate::table::HashMap;
use crate::vocab::operation::{Operation, Operations};

/// What every planning step may look at: the project, the options, the files, and the names and pods that were decided first.
pub struct Context<'a> {
    /// The project.
    pub project: &'a Project,
    /// The options.
    pub options: &'a Options,
    /// The files.
    pub files: &'a dyn Files,
    /// Who is called what.
    pub names: Names,
    /// Which services share a pod.
    pub pods: Pods,
    /// What is said of services and volumes beyond what Compose can say.
    pub operations: Operations,
    /// The same for pods of several services, by the leading one.
    of_pods: HashMap<String, Operation>,
}

impl<'a> Context<'a> {
    /// Decides the names and the pods of a project.
    #[must_use]
    pub fn new(project: &'a Project, options: &'a Options, files: &'a dyn Files, diagnostics: &mut Diagnostics) -> Self {
        let names = Names::of(project, diagnostics);
        let pods = Pods::of(project, options, diagnostics);
        let operations = Operations::read(project, diagnostics);
        let of_pods = of_pods(project, &pods, &operations);
        Self { project, options, files, names, pods, operations, of_pods }
    }

    /// What is said of a pod beyond what Compose can say: of its leading service, and where that says nothing, of the others.
    #[must_use]
    pub fn pod_operation(&self, leader: &str) -> &Operation {
        self.of_pods.get(leader).unwrap_or_else(|| self.operations.of(leader))
    }

    /// What is said of a service beyond what Compose can say.
    #[must_use]
    pub fn operation(&self, service: &str) -> &Operation {
        self.operations.of(service)
    }

    /// A service of the project.
    #[must_use]
    pub fn service(&self, name: &str) -> Option<&'a Service> {
        self.project.services.get(name)
    }
}

/// What is said of the pods that hold several services: of the leading one first, the others fill in.
fn of_pods(project: &Project, pods: &Pods, operations: &Operations) -> HashMap<String, Operation> {
    let joined = pods.shared().filter_map(|members| {
        let leader = members.first()?;
        let all = members.iter().filter(|name| project.services.contains_key(*name)).map(|name| operations.of(name).clone());
        Some((leader.clone(), all.fold(Operation::default(), Operation::or)))
    });
    joined.collect()
}
