//! The environment of containers: which values stand in the pod, which in a ConfigMap, which in a Secret.

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
