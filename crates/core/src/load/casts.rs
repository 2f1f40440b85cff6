//! Attributes whose text becomes a number or a boolean once its variables are replaced.

use super::trail::Trail;
use super::values::plain_text;
use crate::diag::catalog::load::{VARIABLE_VALUE_INVALID, YAML_BOOLEAN_APPROXIMATED};
use crate::diag::{Diagnostic, Diagnostics};
use crate::text::number;
use crate::yaml::{Node, Value};

enum Cast {
    Int,
    Float,
    Bool,
}

fn cast(trail: Trail<'_>) -> Option<Cast> {
    if let Some(below) = trail.below_service() {
        let below = match below {
            ["pre_start", "[]", rest @ ..] => rest,
            all => all,
        };
        return match below {
            [
                "cpu_count" | "cpu_period" | "cpu_quota" | "cpu_rt_period" | "cpu_rt_runtime" | "cpu_shares" | "oom_score_adj"
                | "pids_limit" | "scale",
            ]
            | ["ulimits", _]
            | ["ulimits", _, "soft" | "hard"]
            | ["healthcheck", "retries"]
            | ["ports", "[]", "target"]
            | ["deploy", "replicas"]
            | ["deploy", "update_config" | "rollback_config", "parallelism"]
            | ["deploy", "restart_policy", "max_attempts"]
            | ["deploy", "placement", "max_replicas_per_node"] => Some(Cast::Int),
            ["cpu_percent" | "cpus"] | ["deploy", "update_config" | "rollback_config", "max_failure_ratio"] => Some(Cast::Float),
            ["init" | "oom_kill_disable" | "privileged" | "read_only" | "stdin_open" | "tty"]
            | ["healthcheck", "disable"]
            | ["depends_on", _, "restart" | "required"]
            | ["volumes", "[]", "read_only"]
            | ["volumes", "[]", "volume", "nocopy"] => Some(Cast::Bool),
            _ => None,
        };
    }
    match trail.keys() {
        ["networks", _, "external" | "internal" | "attachable" | "enable_ipv4" | "enable_ipv6"]
        | ["volumes" | "secrets" | "configs", _, "external"] => Some(Cast::Bool),
        _ => None,
    }
}

/// Gives a text the type of its attribute; `is_literal` tells that it stands so in the file. `None` after an error.
pub(crate) fn apply(node: &mut Node, is_literal: bool, trail: Trail<'_>, diagnostics: &mut Diagnostics) -> Option<()> {
    let Some(cast) = cast(trail) else { return Some(()) };
    let text = plain_text(node);
    let read = match cast {
        Cast::Int => integer(&text).map(Value::Int),
        Cast::Float => number::parse_f64(&text).map(Value::Float),
        Cast::Bool => boolean(&text, is_literal, node, trail, diagnostics).map(Value::Bool),
    };
    if let Some(value) = read {
        node.value = value;
        return Some(());
    }
    let (wanted, help) = match cast {
        Cast::Int => ("a whole number", "write a whole number, such as 2"),
        Cast::Float => ("a number", "write a number, such as 0.5"),
        Cast::Bool => ("a boolean", "write `true` or `false`"),
    };
    let what = if text.is_empty() { "empty".to_owned() } else { format!("{text:?}") };
    let message = format!("{trail} is {what}, not {wanted}");
    diagnostics.push(Diagnostic::new(&VARIABLE_VALUE_INVALID, message).at(node.place).help(help));
    None
}

fn integer(text: &str) -> Option<i128> {
    text.parse::<i64>().ok().map(i128::from)
}

/// A boolean, in the words of YAML 1.1, too, with a warning.
pub(crate) fn boolean(text: &str, is_literal: bool, node: &Node, trail: Trail<'_>, diagnostics: &mut Diagnostics) -> Option<bool> {
    let value = match text.to_lowercase().as_str() {
        "true" => return Some(true),
        "false" => return Some(false),
        "y" | "yes" | "on" => true,
        "n" | "no" | "off" => false,
        _ => return None,
    };
    let message = format!("{trail} is the word {text:?}, which is no boolean in YAML 1.2; Docker Compose takes it for `{value}`");
    let diagnostic = Diagnostic::new(&YAML_BOOLEAN_APPROXIMATED, message).at(node.place);
    diagnostics.push(match is_literal {
        true => diagnostic.fix(format!("write `{value}`"), node.place, value.to_string()),
        false => diagnostic.help(format!("set the variable to `{value}`")),
    });
    Some(value)
}
