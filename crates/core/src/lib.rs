//! Compose stacks, carried over to Kubernetes: a pure library that reads Docker Compose files and writes Kubernetes
//! manifests that behave the same.
//!
//! The way of the data: [`load`] reads files into one canonical tree, [`compose`] decodes it into a typed project, [`plan`]
//! decides, [`lower`] writes Kubernetes objects, [`render`] writes files. Every stage adds [diagnostics](diag), each with a place
//! in the user's file. Nothing here does I/O: files come through [`Files`], the environment as data.

pub mod carry;
pub mod compose;
pub mod coverage;
pub mod diag;
pub mod input;
pub mod kube;
pub mod load;
pub mod lower;
pub mod options;
pub mod plan;
pub mod render;
pub mod table;
pub mod text;
pub mod translation;
pub mod vocab;
pub mod yaml;

pub use input::{Files, Input, Kind, MemoryFiles, Selection};
pub use options::Options;
pub use translation::{ObjectReference, Script, Translation, carry_script, translate, translate_each};
pub use vocab::transship::schema;

/// The library's example in the README is code that runs.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
