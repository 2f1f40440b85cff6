//! `secrets`, `configs` and `models`: the top-level sections.

use super::definition::{Line, SAME, Support, at, dropped, into, nearly};
use super::shape::{DRIVER_OPTIONS, FLAG, INTEGER, Limit, Mapping, OBJECT, PAIRS, TEXT, TEXTS};
use crate::diag::catalog::storage::EXTERNAL_FILE_ASSUMED;

/// Swarm's drivers for secrets and configs.
const DRIVER: Support = dropped(
    "a driver is a plugin of the Swarm manager",
    "use the operator of the store (External Secrets, Secrets Store CSI): `--secrets=external`",
);

/// Templates that Swarm fills when a container starts.
const TEMPLATE: Support = dropped(
    "nothing in a cluster fills Swarm's templates when a container starts",
    "write the values into the file, or fill them in an init container",
);

/// Labels of an object of the engine.
const LABELS: Support = into("annotations of the object");

/// `models`.
pub(super) const MODELS: &[Line] = &[
    at(
        "models.*",
        OBJECT.limits(&[Limit::Required(&["model"])]),
        dropped(
            "a model is served by Docker Model Runner on the developer's machine",
            "run a model server in the cluster and set the variables that the services read to its address",
        ),
    ),
    at("models.*.name", TEXT, SAME),
    at("models.*.model", TEXT, SAME),
    at("models.*.context_size", INTEGER, SAME),
    at("models.*.runtime_flags", TEXTS, SAME),
];

/// `secrets`.
pub(super) const SECRETS: &[Line] = &[
    at("secrets.*", OBJECT, into("a Secret")),
    at("secrets.*.name", TEXT, into("the Secret that is mounted, where it is external")),
    at("secrets.*.environment", TEXT, into("`stringData` of the Secret")),
    at("secrets.*.file", TEXT, into("`stringData` or `data` of the Secret")),
    at("secrets.*.external", FLAG.or_map(Mapping::Open), nearly!("no object: the Secret exists already", EXTERNAL_FILE_ASSUMED)),
    at("secrets.*.external.name", TEXT, into("the Secret that is mounted")),
    at("secrets.*.labels", PAIRS, LABELS),
    at("secrets.*.driver", TEXT, DRIVER),
    at("secrets.*.driver_opts", DRIVER_OPTIONS, DRIVER),
    at("secrets.*.template_driver", TEXT, TEMPLATE),
];

/// `configs`.
pub(super) const CONFIGS: &[Line] = &[
    at("configs.*", OBJECT, into("a ConfigMap")),
    at("configs.*.name", TEXT, into("the ConfigMap that is mounted, where it is external")),
    at("configs.*.content", TEXT, into("`data` of the ConfigMap")),
    at("configs.*.environment", TEXT, into("`data` of the ConfigMap")),
    at("configs.*.file", TEXT, into("`data` or `binaryData` of the ConfigMap")),
    at("configs.*.external", FLAG.or_map(Mapping::Open), nearly!("no object: the ConfigMap exists already", EXTERNAL_FILE_ASSUMED)),
    at("configs.*.external.name", TEXT, into("the ConfigMap that is mounted")),
    at("configs.*.labels", PAIRS, LABELS),
    at("configs.*.template_driver", TEXT, TEMPLATE),
];
