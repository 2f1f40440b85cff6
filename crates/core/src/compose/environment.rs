//! `environment` and `env_file`.

use crate::table::IndexMap;
use crate::text::{Place, Placed};

/// One variable of `environment`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Where the name stands.
    pub key: Place,
    /// The value; `None`: it was to be taken from the environment, which does not set it, so the container does not see it.
    pub value: Option<Placed<String>>,
}

/// One env file, read and expanded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvFile {
    /// Absolute path.
    pub path: String,
    /// Where the Compose file names it.
    pub place: Place,
    /// What it sets, with the place in the env file.
    pub variables: IndexMap<String, Placed<String>>,
}

impl EnvFile {
    /// As loading has read it.
    pub(super) fn decode(file: &crate::load::EnvFile) -> Self {
        Self { path: file.path.clone(), place: file.place, variables: file.variables.clone() }
    }
}
