//! The variables that a container sees.

use crate::compose::Service;
use crate::compose::environment::Variable;
use crate::text::Placed;

/// A variable of a service; `environment` wins over env files, a later file over an earlier one. An empty one is none.
pub(super) fn variable<'s>(service: &'s Service, name: &str) -> Option<&'s Placed<String>> {
    match service.container.environment.get(name) {
        Some(Variable { value, .. }) => value.as_ref(),
        None => service.container.env_files.iter().rev().find_map(|file| file.variables.get(name)),
    }
    .filter(|value| !value.value.trim().is_empty())
}
