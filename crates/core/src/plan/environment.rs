//! The environment of containers: which values stand in the pod, which in a ConfigMap, which in a Secret.

use super::context::Context;
use super::host::Hosts;
use super::store::Store;
use crate::diag::Diagnostics;
use indexmap::IndexMap;

/// One entry of `env`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvVar {
    /// The name.
    pub name: String,
    /// Where the value is.
    pub value: EnvValue,
}

/// Where the value of a variable is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EnvValue {
    /// Here, literally: lowering escapes `$`.
    Literal(String),
    /// Under a key of a Secret.
    Secret {
        /// The Secret's name.
        store: String,
        /// The key.
        key: String,
    },
    /// Under a key of a ConfigMap.
    ConfigMap {
        /// The ConfigMap's name.
        store: String,
        /// The key.
        key: String,
    },
}

/// One entry of `envFrom`: every key of a ConfigMap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvFrom {
    /// The ConfigMap's name.
    pub store: String,
}

/// The environment of every service, and the objects behind it.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// The environment of each service; every service of the project has an entry.
    pub services: IndexMap<String, ServiceEnvironment>,
    /// ConfigMaps of env files and Secrets of secret values.
    pub stores: Vec<Store>,
}

/// The environment of one service.
#[derive(Clone, Debug, Default)]
pub struct ServiceEnvironment {
    /// `env`, in order.
    pub env: Vec<EnvVar>,
    /// `envFrom`, in order.
    pub env_from: Vec<EnvFrom>,
    /// `env` and `envFrom` of its `pre_start` containers, one pair each.
    pub pre_start: Vec<(Vec<EnvVar>, Vec<EnvFrom>)>,
}

/// Decides where the value of each variable stands.
pub fn plan(cx: &Context<'_>, hosts: &mut Hosts, diagnostics: &mut Diagnostics) -> Environment {
    let _ = (hosts, diagnostics);
    let services = cx.project.services.keys().map(|name| (name.clone(), ServiceEnvironment::default())).collect();
    Environment { services, stores: Vec::new() }
}
