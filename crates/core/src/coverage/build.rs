//! `build`: what somebody has to build and push before the stack can run.

use super::definition::{Line, SAME, Support, at, into, nearly, resolved};
use super::shape::{AMOUNT, COUNT, FLAG, LIST, Limit, Mapping, NAMES, PAIRS, Scalars, Shape, TEXT, TEXT_OR_SET, TEXTS};
use crate::diag::catalog::workloads::BUILD_APPROXIMATED;

/// What builds the image reads it; the cluster gets the finished image.
const BUILDING: Support = resolved("`docker compose build` reads it; the cluster pulls the finished image");

/// A map of host names, or a list of `host=address`.
pub(super) const HOSTS: Shape = PAIRS.or_map(Mapping::ScalarsOrLists(Scalars::TEXT));

/// One limit for both, or an object.
pub(super) const ULIMIT: Shape = COUNT.or_object().limits(&[Limit::Required(&["soft", "hard"])]);

/// `build`.
pub(super) const LINES: &[Line] = &[
    at(
        "build",
        TEXT.or_object(),
        nearly!("the image: `image`, or `<registry>/<project>-<service>` where only `build` is given", BUILD_APPROXIMATED),
    ),
    at("build.context", TEXT, into("which bind mounts are the image's own source, and not mounted over it")),
    at("build.dockerfile", TEXT, BUILDING),
    at("build.dockerfile_inline", TEXT, BUILDING),
    at("build.entitlements", TEXTS, BUILDING),
    at("build.args", PAIRS, BUILDING),
    at("build.ssh", PAIRS, BUILDING),
    at("build.labels", PAIRS, BUILDING),
    at("build.cache_from", TEXTS, BUILDING),
    at("build.cache_to", TEXTS, BUILDING),
    at("build.no_cache", FLAG, BUILDING),
    at("build.no_cache_filter", TEXT_OR_SET, BUILDING),
    at("build.additional_contexts", PAIRS, BUILDING),
    at("build.network", TEXT, BUILDING),
    at("build.provenance", FLAG, BUILDING),
    at("build.sbom", FLAG, BUILDING),
    at("build.pull", FLAG, BUILDING),
    at("build.target", TEXT, BUILDING),
    at("build.shm_size", COUNT, BUILDING),
    at("build.extra_hosts", HOSTS, BUILDING),
    at("build.isolation", TEXT, BUILDING),
    at("build.privileged", FLAG, BUILDING),
    at("build.secrets", LIST, BUILDING),
    at("build.secrets[]", TEXT.or_object(), SAME),
    at("build.secrets[].source", TEXT, SAME),
    at("build.secrets[].target", TEXT, SAME),
    at("build.secrets[].uid", TEXT, SAME),
    at("build.secrets[].gid", TEXT, SAME),
    at("build.secrets[].mode", AMOUNT, SAME),
    at("build.tags", TEXTS, BUILDING),
    at("build.ulimits", NAMES, BUILDING),
    at("build.ulimits.*", ULIMIT, SAME),
    at("build.ulimits.*.hard", COUNT, SAME),
    at("build.ulimits.*.soft", COUNT, SAME),
    at("build.platforms", TEXTS, BUILDING),
];
