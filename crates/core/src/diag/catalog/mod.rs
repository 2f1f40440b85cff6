//! Every kind of diagnostic, one file a family.

use super::{Definition, Severity};

/// What the last word of a name says about its severity.
pub(crate) const fn severity_of(name: &str) -> Severity {
    // `str::ends_with` is not const yet.
    const fn ends_with(name: &[u8], end: &[u8]) -> bool {
        let Some((_, mut tail)) = name.split_at_checked(name.len().saturating_sub(end.len())) else { return false };
        let mut end = end;
        loop {
            match (tail.split_first(), end.split_first()) {
                (None, None) => return true,
                (Some((a, t)), Some((b, e))) if *a == *b => (tail, end) = (t, e),
                _ => return false,
            }
        }
    }
    let name = name.as_bytes();
    if ends_with(name, b"-dropped") || ends_with(name, b"-approximated") {
        Severity::Warning
    } else if ends_with(name, b"-assumed") {
        Severity::Note
    } else {
        Severity::Error
    }
}

/// Declares a family: `family! { /// doc … NAME = "kebab-name"; … }` gives one `pub static` each and `ALL`.
macro_rules! family {
    ($($(#[doc = $doc:literal])+ $id:ident = $name:literal;)*) => {
        $(
            $(#[doc = $doc])+
            pub static $id: $crate::diag::Definition = $crate::diag::Definition {
                name: $name,
                severity: $crate::diag::catalog::severity_of($name),
                doc: concat!($($doc, "\n"),+),
            };
        )*

        /// Every kind of this family.
        pub(crate) static ALL: &[&$crate::diag::Definition] = &[$(&$id),*];
    };
}

/// Declares the families and the list of them all.
macro_rules! families {
    ($($(#[doc = $doc:literal])+ $module:ident,)*) => {
        $($(#[doc = $doc])+ pub mod $module;)*

        /// Every family with its name, in the order of the documentation.
        #[must_use]
        pub fn families() -> Vec<(&'static str, &'static [&'static Definition])> {
            vec![$((stringify!($module), $module::ALL)),*]
        }
    };
}

families! {
    /// Reading YAML.
    yaml,
    /// Finding and loading the project: files, variables, merging, references.
    load,
    /// Attributes: unknown, of the wrong type, or without a meaning in a cluster.
    attributes,
    /// Names of objects and hosts.
    names,
    /// Kubernetes Services and ports.
    endpoints,
    /// Controllers, replicas, Jobs and placement.
    workloads,
    /// Requests, limits and devices.
    resources,
    /// Start order, health checks and hooks.
    order,
    /// Commands and environment.
    environment,
    /// Volumes, bind mounts, configs and secrets.
    storage,
    /// Users, capabilities and what Pod Security asks for.
    security,
    /// Networks and policies.
    networks,
    /// Ways in: Ingress, TLS and labels of proxies.
    routes,
    /// Options of the translation.
    options,
    /// `x-transship`.
    extension,
}

/// Every kind of diagnostic, family by family.
pub fn all() -> impl Iterator<Item = &'static Definition> {
    families().into_iter().flat_map(|(_, family)| family.iter().copied())
}

/// The kind of a name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Definition> {
    all().find(|d| d.name == name)
}
