//! What has short and long forms. Docker Compose looks at the type of such a value also where it checks nothing else.

use super::Step;
use super::Step::{Item, Name};
use crate::load::sections::SECTIONS;

/// Has the value at the end of the path several forms?
pub(super) fn has_forms(path: &[Step<'_>]) -> bool {
    let below = match path {
        [Name(section)] => return SECTIONS.contains(section),
        [Name(section), Name(_)] => return SECTIONS.contains(section) && *section != "models",
        [Name("services"), Name(_), Name("pre_start"), Item(_), below @ ..] | [Name("services" | "jobs"), Name(_), below @ ..] => below,
        _ => return false,
    };
    match below {
        [Name("build" | "depends_on" | "ports" | "gpus" | "env_file" | "extends")]
        | [Name("build"), Name("secrets" | "ssh"), Item(_)]
        | [Name("triggers"), Name("schedule"), Item(_)]
        | [Name("ulimits"), Name(_)] => true,
        [Name(list), Item(_)] => LISTS.contains(list),
        _ => false,
    }
}

/// May the value at the end of the path be empty? Without a schema an empty section or entry is as good as none.
pub(super) fn may_be_empty(path: &[Step<'_>]) -> bool {
    path.len() < 3 && !matches!(path, [Name("jobs")])
}

/// Lists of several forms, or whose items are compared by what is in them.
const LISTS: [&str; 17] = [
    "annotations",
    "cap_add",
    "cap_drop",
    "configs",
    "devices",
    "dns",
    "dns_opt",
    "dns_search",
    "environment",
    "expose",
    "labels",
    "links",
    "profiles",
    "secrets",
    "sysctls",
    "tmpfs",
    "volumes",
];
