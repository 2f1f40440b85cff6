//! Every attribute of the Compose specification: what it looks like, and what becomes of it.
//!
//! One line for each attribute, in the order of the specification. From it come the schema that the loader checks
//! ([`crate::load`]), the diagnostics for what Kubernetes cannot do ([`Report`]), and the reference of attributes.

mod build;
mod container;
mod definition;
mod deploy;
mod jobs;
mod networks;
mod project;
mod report;
mod service;
mod shape;
mod stores;
mod table;
mod volumes;
mod workload;

pub use definition::Support;
pub use report::Report;
pub use shape::{Content, Limit, Mapping, Scalars, Shape};
pub use table::{Row, rows};

pub(crate) use table::{Attribute, kind_of_entry};
