//! `healthcheck`.

use super::read::{Reader, key_place};
use crate::text::{Place, Placed};
use crate::yaml::Node;

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

impl HealthCheck {
    /// The `healthcheck` of a service.
    pub(super) fn decode(reader: &mut Reader<'_>, service: &Node) -> Option<Self> {
        let place = key_place(service, "healthcheck")?;
        let node = service.get("healthcheck")?;
        let words = reader.words(node, "test");
        let none = words.as_ref().and_then(|words| words.value.first()).is_some_and(|word| word.value == "NONE");
        Some(Self {
            place,
            test: if none { None } else { words.and_then(|words| Test::decode(reader, words)) },
            disable: none || reader.flag(node, "disable").is_some_and(|flag| flag.value),
            interval: reader.duration(node, "interval"),
            timeout: reader.duration(node, "timeout"),
            retries: reader.integer(node, "retries"),
            start_period: reader.duration(node, "start_period"),
            start_interval: reader.duration(node, "start_interval"),
        })
    }
}

impl Test {
    /// `None` for an empty list, which keeps the image's test.
    fn decode(reader: &mut Reader<'_>, words: Placed<Vec<Placed<String>>>) -> Option<Placed<Self>> {
        let place = words.place;
        let mut words = words.value.into_iter().map(|word| word.value);
        let test = match words.next()?.as_str() {
            "CMD" => Self::Exec(words.collect()),
            // The shell takes one line; further words are its arguments, which Docker passes and nobody reads.
            "CMD-SHELL" => Self::Shell(words.next().unwrap_or_default()),
            _ => {
                reader.fault(place, "healthcheck.test", "a list that begins with CMD, CMD-SHELL or NONE");
                return None;
            }
        };
        Some(Placed::new(test, place))
    }
}
