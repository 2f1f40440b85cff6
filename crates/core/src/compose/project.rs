//! The project: its services and what they share.

use super::files::File;
use super::model::Model;
use super::network::Network;
use super::service::Service;
use super::volumes::Volume;
use crate::text::Place;
use crate::yaml::Node;
use indexmap::IndexMap;

/// A loaded and decoded project. Only active services; every map is in the order of the user's files.
#[derive(Clone, Debug, Default)]
pub struct Project {
    /// The project's name: lower-case letters, digits, `-` and `_`.
    pub name: String,
    /// Where a Compose file gives the name, if one does.
    pub name_place: Option<Place>,
    /// The project folder: absolute.
    pub folder: String,
    /// `services`, and `jobs` after them: a job has [`Service::triggers`].
    pub services: IndexMap<String, Service>,
    /// `networks`.
    pub networks: IndexMap<String, Network>,
    /// `volumes`.
    pub volumes: IndexMap<String, Volume>,
    /// `configs`.
    pub configs: IndexMap<String, File>,
    /// `secrets`.
    pub secrets: IndexMap<String, File>,
    /// `models`.
    pub models: IndexMap<String, Model>,
    /// Top-level `x-*` attributes, as they stand.
    pub extensions: IndexMap<String, Node>,
    /// The variables that interpolation saw: configs and secrets take values from it.
    pub environment: IndexMap<String, String>,
    /// Services that a profile leaves out, with the place of their key and their profiles.
    pub inactive: IndexMap<String, (Place, Vec<String>)>,
}
