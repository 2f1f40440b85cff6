//! From the plan to Kubernetes objects, one file a concern. No decision is made here.

use crate::compose::Project;
use crate::options::Options;
use crate::plan::Plan;
use serde_json::Value;

/// One Kubernetes object.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    /// `apiVersion`.
    pub api_version: String,
    /// `kind`.
    pub kind: String,
    /// `metadata.name`.
    pub name: String,
    /// The whole object: fields in no particular order; `render` sorts them for people.
    pub value: Value,
}

/// Writes the plan down as objects, in the order in which they should be applied.
#[must_use]
pub fn lower(plan: &Plan, project: &Project, options: &Options) -> Vec<Object> {
    let _ = (plan, project, options);
    Vec::new()
}
