//! The types of all attributes: which value is read how, and when it is not printed.

/// How a value is read and printed.
pub(crate) enum Shape {
    /// Text; not printed when empty.
    Text,
    /// Text; printed always, also where it is not written.
    FixedText,
    /// A boolean; printed when true.
    Flag,
    /// A boolean; printed always.
    OptionalFlag,
    /// A boolean; printed when false.
    OptOut,
    /// A whole number; not printed when 0.
    Int,
    /// A whole number.
    OptionalInt,
    /// A whole number from 0 on; not printed when 0.
    Count,
    /// A whole number from 0 on.
    OptionalCount,
    /// A whole number or `all`, which is -1; not printed when 0.
    DeviceCount,
    /// A number; not printed when 0.
    Float,
    /// Bytes as text; not printed when 0.
    Size,
    /// Bytes or operations each second as text; printed always, also where they are not written.
    Rate,
    /// A whole number from 0 on; printed always, also where it is not written.
    FixedCount,
    /// A duration; not printed when 0.
    Duration,
    /// A duration.
    OptionalDuration,
    /// A file mode as octal text.
    Mode,
    /// A command: one string is split into words. An empty one is printed.
    Command,
    /// The test of a health check: one string is `CMD-SHELL`.
    Test,
    /// Texts, or one; not printed when there are none.
    Texts,
    /// Texts by key; a key without a value has an empty text.
    TextMap,
    /// The same, without numbers that have a fraction, and without booleans.
    PlainTextMap,
    /// Texts by key; a key without a value has null.
    Variables,
    /// Lists of texts by key.
    MultiOptions,
    /// Lines `host=address`, sorted.
    Hosts,
    /// SSH keys.
    Ssh,
    /// Limits by name.
    Ulimits,
    /// A list; not printed when empty.
    List(&'static Shape),
    /// Values by name; null ones are printed, an empty mapping is not.
    Map(&'static Shape),
    /// Attributes; printed even when there are none.
    Record(&'static [&'static [Field]]),
    /// Attributes; not printed when there are none.
    PlainRecord(&'static [&'static [Field]]),
}

/// An attribute and its type.
pub(crate) type Field = (&'static str, Shape);

use Shape::{
    Command, Count, DeviceCount, Duration, FixedCount, FixedText, Flag, Float, Hosts, Int, List, Map, Mode, MultiOptions, OptOut,
    OptionalCount, OptionalDuration, OptionalFlag, OptionalInt, PlainRecord, PlainTextMap, Rate, Record, Size, Ssh, Test, Text, TextMap,
    Texts, Ulimits, Variables,
};

/// The whole model, without its name and extensions.
pub(crate) static SECTIONS: &[Field] = &[
    ("services", Map(&Record(&[SERVICE, WORKLOAD, CONTAINER]))),
    ("jobs", Map(&Record(&[JOB, WORKLOAD, CONTAINER]))),
    ("networks", Map(&Record(&[NETWORK]))),
    ("volumes", Map(&Record(&[VOLUME]))),
    ("secrets", Map(&Record(&[FILE_OBJECT]))),
    ("configs", Map(&Record(&[FILE_OBJECT]))),
    ("models", Map(&Record(&[MODEL]))),
];

const SERVICE: &[Field] = &[
    ("attach", OptionalFlag),
    ("container_name", Text),
    ("deploy", Record(&[DEPLOY])),
    ("develop", Record(&[DEVELOP])),
    ("extends", Record(&[&[("file", Text), ("service", Text)]])),
    ("external_links", Texts),
    ("links", Texts),
    ("post_start", List(&Record(&[HOOK]))),
    ("pre_start", List(&Record(&[&[("per_replica", Flag)], CONTAINER]))),
    ("pre_stop", List(&Record(&[HOOK]))),
    ("profiles", Texts),
    ("provider", Record(&[&[("type", Text), ("options", MultiOptions)]])),
    ("restart", Text),
    ("scale", OptionalInt),
];

const JOB: &[Field] = &[
    ("name", Text),
    ("profiles", Texts),
    (
        "triggers",
        Record(&[&[
            ("manual", Flag),
            ("schedule", List(&Record(&[&[("cron", Text), ("timezone", Text), ("concurrency", Text), ("missed_fires", Text)]]))),
        ]]),
    ),
];

/// What services and jobs have and hooks have not.
const WORKLOAD: &[Field] = &[
    ("build", Record(&[BUILD])),
    ("depends_on", Map(&Record(&[&[("condition", Text), ("restart", Flag), ("required", OptionalFlag)]]))),
    ("expose", Texts),
    ("healthcheck", Record(&[HEALTHCHECK])),
    ("ports", List(&Record(&[PORT]))),
    ("stdin_open", Flag),
    ("tty", Flag),
];

/// What services, jobs and hooks before the start have.
pub(crate) const CONTAINER: &[Field] = &[
    ("annotations", TextMap),
    ("blkio_config", Record(&[BLKIO])),
    ("cap_add", Texts),
    ("cap_drop", Texts),
    ("cgroup", Text),
    ("cgroup_parent", Text),
    ("command", Command),
    ("configs", List(&Record(&[FILE_MOUNT]))),
    ("cpu_count", Int),
    ("cpu_percent", Float),
    ("cpu_period", Int),
    ("cpu_quota", Int),
    ("cpu_rt_period", Int),
    ("cpu_rt_runtime", Int),
    ("cpu_shares", Int),
    ("cpus", Float),
    ("cpuset", Text),
    ("credential_spec", Record(&[&[("config", Text), ("file", Text), ("registry", Text)]])),
    ("device_cgroup_rules", Texts),
    ("devices", List(&Record(&[&[("source", Text), ("target", Text), ("permissions", Text)]]))),
    ("dns", Texts),
    ("dns_opt", Texts),
    ("dns_search", Texts),
    ("domainname", Text),
    ("entrypoint", Command),
    ("env_file", List(&Record(&[&[("path", Text), ("required", OptOut), ("format", Text)]]))),
    ("environment", Variables),
    ("extra_hosts", Hosts),
    ("gpus", List(&Record(&[DEVICE_REQUEST]))),
    ("group_add", Texts),
    ("hostname", Text),
    ("image", Text),
    ("init", OptionalFlag),
    ("ipc", Text),
    ("isolation", Text),
    ("label_file", Texts),
    ("labels", TextMap),
    ("logging", Record(&[&[("driver", Text), ("options", TextMap)]])),
    ("mac_address", Text),
    ("mem_limit", Size),
    ("mem_reservation", Size),
    ("mem_swappiness", Size),
    ("memswap_limit", Size),
    ("models", Map(&Record(&[&[("endpoint_var", Text), ("model_var", Text)]]))),
    ("network_mode", Text),
    ("networks", Map(&Record(&[SERVICE_NETWORK]))),
    ("oom_kill_disable", Flag),
    ("oom_score_adj", Int),
    ("pid", Text),
    ("pids_limit", Int),
    ("platform", Text),
    ("privileged", Flag),
    ("pull_policy", Text),
    ("pull_refresh_after", Text),
    ("read_only", Flag),
    ("runtime", Text),
    ("secrets", List(&Record(&[FILE_MOUNT]))),
    ("security_opt", Texts),
    ("shm_size", Size),
    ("stop_grace_period", OptionalDuration),
    ("stop_signal", Text),
    ("storage_opt", PlainTextMap),
    ("sysctls", TextMap),
    ("tmpfs", Texts),
    ("ulimits", Ulimits),
    ("use_api_socket", Flag),
    ("user", Text),
    ("userns_mode", Text),
    ("uts", Text),
    ("volumes", List(&Record(&[MOUNT]))),
    ("volumes_from", Texts),
    ("working_dir", Text),
];

const BUILD: &[Field] = &[
    ("additional_contexts", TextMap),
    ("args", Variables),
    ("cache_from", Texts),
    ("cache_to", Texts),
    ("context", Text),
    ("dockerfile", Text),
    ("dockerfile_inline", Text),
    ("entitlements", Texts),
    ("extra_hosts", Hosts),
    ("isolation", Text),
    ("labels", TextMap),
    ("network", Text),
    ("no_cache", Flag),
    ("no_cache_filter", Texts),
    ("platforms", Texts),
    ("privileged", Flag),
    ("provenance", Text),
    ("pull", Flag),
    ("sbom", Text),
    ("secrets", List(&Record(&[FILE_MOUNT]))),
    ("shm_size", Size),
    ("ssh", Ssh),
    ("tags", Texts),
    ("target", Text),
    ("ulimits", Ulimits),
];

const DEPLOY: &[Field] = &[
    ("endpoint_mode", Text),
    ("labels", TextMap),
    ("mode", Text),
    (
        "placement",
        PlainRecord(&[&[("constraints", Texts), ("preferences", List(&Record(&[&[("spread", Text)]]))), ("max_replicas_per_node", Count)]]),
    ),
    ("replicas", OptionalInt),
    ("resources", PlainRecord(&[&[("limits", Record(&[RESOURCES])), ("reservations", Record(&[RESOURCES]))]])),
    (
        "restart_policy",
        Record(&[&[("condition", Text), ("delay", OptionalDuration), ("max_attempts", OptionalCount), ("window", OptionalDuration)]]),
    ),
    ("rollback_config", Record(&[UPDATE])),
    ("update_config", Record(&[UPDATE])),
];

const UPDATE: &[Field] = &[
    ("parallelism", OptionalCount),
    ("delay", Duration),
    ("failure_action", Text),
    ("monitor", Duration),
    ("max_failure_ratio", Float),
    ("order", Text),
];

const RESOURCES: &[Field] = &[
    ("cpus", Float),
    ("memory", Size),
    ("pids", Int),
    ("devices", List(&Record(&[DEVICE_REQUEST]))),
    ("generic_resources", List(&Record(&[&[("discrete_resource_spec", Record(&[&[("kind", Text), ("value", OptionalInt)]]))]]))),
];

const DEVICE_REQUEST: &[Field] =
    &[("capabilities", Texts), ("driver", Text), ("count", DeviceCount), ("device_ids", Texts), ("options", TextMap)];

const DEVELOP: &[Field] = &[(
    "watch",
    List(&Record(&[&[
        ("path", Text),
        ("action", Text),
        ("target", Text),
        ("exec", PlainRecord(&[HOOK])),
        ("include", Texts),
        ("ignore", Texts),
        ("initial_sync", Flag),
    ]])),
)];

const HOOK: &[Field] = &[("command", Command), ("user", Text), ("privileged", Flag), ("working_dir", Text), ("environment", Variables)];

const HEALTHCHECK: &[Field] = &[
    ("test", Test),
    ("timeout", OptionalDuration),
    ("interval", OptionalDuration),
    ("retries", OptionalCount),
    ("start_period", OptionalDuration),
    ("start_interval", OptionalDuration),
    ("disable", Flag),
];

const PORT: &[Field] = &[
    ("name", Text),
    ("mode", Text),
    ("host_ip", Text),
    ("target", Count),
    ("published", Text),
    ("protocol", Text),
    ("app_protocol", Text),
];

const MOUNT: &[Field] = &[
    ("type", Text),
    ("source", Text),
    ("target", Text),
    ("read_only", Flag),
    ("consistency", Text),
    ("bind", Record(&[&[("selinux", Text), ("propagation", Text), ("create_host_path", OptOut), ("recursive", Text)]])),
    ("volume", Record(&[&[("labels", TextMap), ("nocopy", Flag), ("subpath", Text)]])),
    ("tmpfs", Record(&[&[("size", Size), ("mode", Count)]])),
    ("image", Record(&[&[("subpath", Text)]])),
];

const FILE_MOUNT: &[Field] = &[("source", Text), ("target", Text), ("uid", Text), ("gid", Text), ("mode", Mode)];

const BLKIO: &[Field] = &[
    ("weight", Count),
    ("weight_device", List(&Record(&[&[("path", FixedText), ("weight", FixedCount)]]))),
    ("device_read_bps", List(&Record(&[THROTTLE]))),
    ("device_read_iops", List(&Record(&[THROTTLE]))),
    ("device_write_bps", List(&Record(&[THROTTLE]))),
    ("device_write_iops", List(&Record(&[THROTTLE]))),
];

const THROTTLE: &[Field] = &[("path", FixedText), ("rate", Rate)];

const SERVICE_NETWORK: &[Field] = &[
    ("aliases", Texts),
    ("driver_opts", TextMap),
    ("gw_priority", Int),
    ("interface_name", Text),
    ("ipv4_address", Text),
    ("ipv6_address", Text),
    ("link_local_ips", Texts),
    ("mac_address", Text),
    ("priority", Int),
];

const NETWORK: &[Field] = &[
    ("name", Text),
    ("driver", Text),
    ("driver_opts", TextMap),
    (
        "ipam",
        PlainRecord(&[&[
            ("driver", Text),
            ("config", List(&Record(&[&[("subnet", Text), ("gateway", Text), ("ip_range", Text), ("aux_addresses", TextMap)]]))),
            ("options", TextMap),
        ]]),
    ),
    ("external", Flag),
    ("internal", Flag),
    ("attachable", Flag),
    ("labels", TextMap),
    ("enable_ipv4", OptionalFlag),
    ("enable_ipv6", OptionalFlag),
];

const VOLUME: &[Field] = &[("name", Text), ("driver", Text), ("driver_opts", TextMap), ("external", Flag), ("labels", TextMap)];

const FILE_OBJECT: &[Field] = &[
    ("name", Text),
    ("file", Text),
    ("environment", Text),
    ("content", Text),
    ("external", Flag),
    ("labels", TextMap),
    ("driver", Text),
    ("driver_opts", PlainTextMap),
    ("template_driver", Text),
];

const MODEL: &[Field] = &[("name", Text), ("model", Text), ("context_size", Int), ("runtime_flags", Texts)];
