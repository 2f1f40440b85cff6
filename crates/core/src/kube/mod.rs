//! The stage `kube`.
