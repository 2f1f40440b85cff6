//! The typed Compose project: what `docker compose config` prints, every value with its place.

pub mod build;
pub mod container;
pub mod deploy;
pub mod environment;
pub mod files;
pub mod gpu;
pub mod healthcheck;
pub mod hooks;
pub mod job;
pub mod limits;
pub mod model;
pub mod network;
pub mod order;
pub mod ports;
pub mod project;
mod read;
pub mod service;
pub mod volumes;

pub use container::Container;
pub use project::{Project, decode};
pub use service::Service;
