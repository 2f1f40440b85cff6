//! Probes and lifecycle hooks.

/// A probe. All timings are written, because Docker's defaults are not Kubernetes'.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// The program and its arguments, literal: lowering escapes `$`.
    pub command: Vec<String>,
    /// `periodSeconds`.
    pub period: i32,
    /// `timeoutSeconds`.
    pub timeout: i32,
    /// `failureThreshold`.
    pub failures: i32,
    /// `initialDelaySeconds`; 0 is not written.
    pub initial_delay: i32,
}

/// A lifecycle hook: the program and its arguments. Kubernetes does not expand `$` here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hook {
    /// The program and its arguments.
    pub command: Vec<String>,
}
