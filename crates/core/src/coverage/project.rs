//! The top level: names, includes, and the sections.

use super::definition::{Line, PARTS, SAME, at, below, into, resolved, with};
use super::shape::{LIST, Limit, Mapping, NAMES, OBJECT, Shape, TEXT, TEXT_OR_SET};
use super::{container, jobs, networks, service, stores, volumes, workload};

/// A section whose keys the user names.
const SECTION: Shape = NAMES.limits(&[Limit::PlainNames]);

/// `include`, whose content the schema of Docker Compose never sees.
const INCLUDE: &[Line] = &[
    at("include", LIST, resolved("the loader reads the other project and adds what it declares")),
    at("include[]", TEXT.or_map(Mapping::Closed), SAME),
    at("include[].path", TEXT_OR_SET, SAME),
    at("include[].env_file", TEXT_OR_SET, SAME),
    at("include[].project_directory", TEXT, SAME),
];

/// Everything.
pub(super) const ROOT: &[Line] = &[
    at("version", TEXT, resolved("obsolete: Docker Compose ignores it and says so")),
    at("name", TEXT, into("the label `app.kubernetes.io/instance`")),
    with(INCLUDE),
    at("services", SECTION, PARTS),
    at("services.*", OBJECT, into("a controller (Deployment, StatefulSet, DaemonSet or Job) and its Service")),
    below("services.*", service::LINES),
    below("services.*", container::LINES),
    below("services.*", workload::LINES),
    at("models", SECTION, PARTS),
    with(stores::MODELS),
    at("networks", SECTION, PARTS),
    with(networks::NETWORKS),
    at("volumes", SECTION, PARTS),
    with(volumes::VOLUMES),
    at("secrets", SECTION, PARTS),
    with(stores::SECRETS),
    at("configs", SECTION, PARTS),
    with(stores::CONFIGS),
    at("jobs", SECTION, PARTS),
    at("jobs.*", OBJECT.limits(&[Limit::Required(&["triggers"])]), into("a CronJob")),
    below("jobs.*", jobs::LINES),
    below("jobs.*", container::LINES),
    below("jobs.*", workload::LINES),
];

/// The root object itself.
pub(super) const TOP: Shape = OBJECT;
