//! `healthcheck`.

use crate::text::{Place, Placed};

/// How Docker finds out whether a container is healthy. Durations are nanoseconds; `None` leaves Docker's default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HealthCheck {
    /// Where the attribute stands.
    pub place: Place,
    /// `test`; `None` keeps the image's.
    pub test: Option<Placed<Test>>,
    /// `disable: true`, or a test of `NONE`.
    pub disable: bool,
    /// `interval`; Docker's default is 30 s.
    pub interval: Option<Placed<i64>>,
    /// `timeout`; Docker's default is 30 s.
    pub timeout: Option<Placed<i64>>,
    /// `retries`; Docker's default is 3.
    pub retries: Option<Placed<i64>>,
    /// `start_period`; Docker's default is 0 s.
    pub start_period: Option<Placed<i64>>,
    /// `start_interval`; Docker's default is 5 s.
    pub start_interval: Option<Placed<i64>>,
}

/// What the health check runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// `CMD`: a program and its arguments.
    Exec(Vec<String>),
    /// `CMD-SHELL`: a line for the image's shell.
    Shell(String),
}
