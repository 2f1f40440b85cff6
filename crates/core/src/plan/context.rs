//! What every planning step may look at.

use crate::compose::{Project, Service};
use crate::diag::Diagnostics;
use crate::input::Files;
use crate::options::Options;
use crate::plan::name::Names;
use crate::plan::workload::pod::Pods;
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
}

impl<'a> Context<'a> {
    /// Decides the names and the pods of a project.
    #[must_use]
    pub fn new(project: &'a Project, options: &'a Options, files: &'a dyn Files, diagnostics: &mut Diagnostics) -> Self {
        let names = Names::of(project, diagnostics);
        let pods = Pods::of(project, options, diagnostics);
        let operations = Operations::read(project, diagnostics);
        Self { project, options, files, names, pods, operations }
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
