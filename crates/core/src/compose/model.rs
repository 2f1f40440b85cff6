//! `models`: language models that the platform provides.

use crate::text::{Place, Placed};

/// A model of the project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    /// Where its key stands.
    pub key: Place,
    /// `model`: an OCI reference.
    pub model: Placed<String>,
}

/// How a service uses a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelUse {
    /// Where it stands.
    pub place: Place,
    /// `endpoint_var`: the variable that holds the address.
    pub endpoint_var: Option<Placed<String>>,
    /// `model_var`: the variable that holds the name.
    pub model_var: Option<Placed<String>>,
}
