//! Isolation: NetworkPolicies that say what Compose's networks say.

use crate::compose::ports::Protocol;

/// A NetworkPolicy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The object's name.
    pub name: String,
    /// The pods it applies to; empty: all pods of the project.
    pub pods: Vec<(String, String)>,
    /// What may come in; `None`: the policy does not speak of ingress. Empty: nothing.
    pub ingress: Option<Vec<Rule>>,
    /// What may go out; `None`: the policy does not speak of egress. Empty: nothing.
    pub egress: Option<Vec<Rule>>,
}

/// One rule of a policy: peers and ports, both must match.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    /// The peers; empty: anybody.
    pub peers: Vec<Peer>,
    /// The ports; empty: every port.
    pub ports: Vec<(u16, Protocol)>,
}

/// Who is at the other end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Peer {
    /// Pods of this namespace that bear these labels, besides the instance label.
    Pods(Vec<(String, String)>),
    /// Pods of every namespace that bear these labels (the cluster's DNS).
    AnyNamespace(Vec<(String, String)>),
    /// An address range.
    Block(String),
}
