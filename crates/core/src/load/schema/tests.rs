//! What the schema accepts, and what it says about the rest.

use super::*;
use crate::text::Sources;

/// The faults of a file: `name: message`, and the help.
fn faults(text: &str) -> Vec<String> {
    let mut diagnostics = Diagnostics::default();
    let id = Sources::default().add("compose.yaml", text);
    for mut tree in crate::yaml::parse(id, text, &mut diagnostics).unwrap() {
        validate(&mut tree, false, Damage::None, &mut diagnostics);
    }
    diagnostics.iter().map(|d| format!("{}: {} ({})", d.code.name, d.message, d.help.as_deref().unwrap_or_default())).collect()
}

#[test]
fn accepts_what_the_specification_allows() {
    for text in [
        "{services: {a: {image: i, x-mine: {b: 1}, ports: [80, '81:81', {target: 82}], ulimits: {NoFile: 1}}}}",
        "{services: {a: {gpus: [{whatever: 1}], deploy: null, pid: null, mem_limit: 1.0}}, secrets: {s: {external: {a: 1}}}}",
        "{x-any: [1, {2: 3}], services: {x-a: {command: null, environment: {A: null, B: 1.5}, tmpfs: /a}}}"
            .replace("2: 3", "b: 3")
            .as_str(),
    ] {
        assert_eq!(faults(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn says_what_is_wrong_and_what_was_meant() {
    for (text, fault) in [
        ("{services: {a: {prots: []}}}", "attribute-unknown: service \"a\" has no attribute \"prots\" (did you mean \"ports\"?)"),
        (
            "{services: {a: {replicas: 2}}}",
            "attribute-unknown: service \"a\" has no attribute \"replicas\" (\"replicas\" belongs under `deploy`: look at its indentation)",
        ),
        (
            "{web: {image: a}}",
            "attribute-unknown: unknown attribute \"web\" at the top level (a service stands under `services`: indent \"web\" below that key)",
        ),
        (
            "{services: {a: {ports: 80}}}",
            "attribute-type-invalid: service \"a\": `ports` must be a list, but is a number (write each item on a line of its own, after `- `)",
        ),
        (
            "{services: {a: {env_file: [{path: a, x-b: 1}]}}}",
            "attribute-unknown: service \"a\": `env_file[0]` has no attribute \"x-b\" (it may hold `format`, `path`, `required`)",
        ),
        (
            "{services: {a: {oom_score_adj: 1001}}}",
            "attribute-value-invalid: service \"a\": `oom_score_adj` must be at most 1000, but is 1001 (write 1000 or a smaller number)",
        ),
        (
            "{services: {a: {cgroup: hosts}}}",
            "attribute-value-invalid: service \"a\": `cgroup` must be \"host\" or \"private\", but is \"hosts\" (did you mean \"host\"?)",
        ),
        (
            "{services: {'a b': {}}}",
            "name-characters-invalid: the name \"a b\" in `services` has characters that no name may have (use letters, digits, `.`, `_` and `-` only)",
        ),
        (
            "{jobs: {j: {triggers: {}}}}",
            "attribute-missing: job \"j\": `triggers` lacks `manual` or `schedule` (add `manual` or `schedule`)",
        ),
        (
            "{services: {a: {expose: [1, 1.0]}}}",
            "item-repeated-invalid: service \"a\": `expose` has the same item twice (remove one of them)",
        ),
        (
            "{services: {a: {dns: [1]}}}",
            "attribute-type-invalid: service \"a\": `dns[0]` must be a string, but is a number (put the value in quotes)",
        ),
    ] {
        assert_eq!(faults(text), [fault], "{text}");
    }
}
