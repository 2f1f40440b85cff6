//! What describes one container: the attributes that services, jobs and `pre_start` hooks share.

use super::environment::{EnvFile, Variable};
use super::files::FileMount;
use super::gpu::DeviceRequest;
use super::limits::{BlkioConfig, Ulimit};
use super::model::ModelUse;
use super::network::Attachment;
use super::volumes::Mount;
use crate::text::{Place, Placed};
use indexmap::IndexMap;

/// The attributes of a container, in the order of the specification.
///
/// An absent attribute is `None` or empty. Sizes are bytes, durations nanoseconds.
#[derive(Clone, Debug, Default)]
pub struct Container {
    /// `annotations`.
    pub annotations: IndexMap<String, Placed<String>>,
    /// `blkio_config`.
    pub blkio_config: Option<BlkioConfig>,
    /// `cap_add`.
    pub cap_add: Vec<Placed<String>>,
    /// `cap_drop`.
    pub cap_drop: Vec<Placed<String>>,
    /// `cgroup`: `host` or `private`.
    pub cgroup: Option<Placed<String>>,
    /// `cgroup_parent`.
    pub cgroup_parent: Option<Placed<String>>,
    /// `command`, split into words. `Some` and empty clears the image's command; `None` keeps it.
    pub command: Option<Placed<Vec<Placed<String>>>>,
    /// `configs`.
    pub configs: Vec<FileMount>,
    /// `cpu_count`.
    pub cpu_count: Option<Placed<i64>>,
    /// `cpu_percent`.
    pub cpu_percent: Option<Placed<f64>>,
    /// `cpu_period`, microseconds.
    pub cpu_period: Option<Placed<i64>>,
    /// `cpu_quota`, microseconds.
    pub cpu_quota: Option<Placed<i64>>,
    /// `cpu_rt_period`, microseconds.
    pub cpu_rt_period: Option<Placed<i64>>,
    /// `cpu_rt_runtime`, microseconds.
    pub cpu_rt_runtime: Option<Placed<i64>>,
    /// `cpu_shares`.
    pub cpu_shares: Option<Placed<i64>>,
    /// `cpus`: how many cores at most.
    pub cpus: Option<Placed<f64>>,
    /// `cpuset`.
    pub cpuset: Option<Placed<String>>,
    /// `credential_spec`: where it stands.
    pub credential_spec: Option<Placed<()>>,
    /// `device_cgroup_rules`.
    pub device_cgroup_rules: Vec<Placed<String>>,
    /// `devices`.
    pub devices: Vec<Device>,
    /// `dns`.
    pub dns: Vec<Placed<String>>,
    /// `dns_opt`.
    pub dns_opt: Vec<Placed<String>>,
    /// `dns_search`.
    pub dns_search: Vec<Placed<String>>,
    /// `domainname`.
    pub domainname: Option<Placed<String>>,
    /// `entrypoint`, split into words. `Some` and empty clears the image's entrypoint; `None` keeps it.
    pub entrypoint: Option<Placed<Vec<Placed<String>>>>,
    /// `env_file`, read; later files win.
    pub env_files: Vec<EnvFile>,
    /// `environment`; it wins over every env file.
    pub environment: IndexMap<String, Variable>,
    /// `extra_hosts`: host and address, in the order Docker Compose prints them.
    pub extra_hosts: Vec<Placed<(String, String)>>,
    /// `gpus`.
    pub gpus: Vec<DeviceRequest>,
    /// `group_add`: names or numbers.
    pub group_add: Vec<Placed<String>>,
    /// `hostname`.
    pub hostname: Option<Placed<String>>,
    /// `image`.
    pub image: Option<Placed<String>>,
    /// `init`.
    pub init: Option<Placed<bool>>,
    /// `ipc`: `host`, `private`, `shareable`, `service:NAME`, `container:NAME`.
    pub ipc: Option<Placed<String>>,
    /// `isolation`.
    pub isolation: Option<Placed<String>>,
    /// `labels`, with those of `label_file`.
    pub labels: IndexMap<String, Placed<String>>,
    /// `logging`: where it stands, and the driver.
    pub logging: Option<Placed<Option<String>>>,
    /// `mac_address`.
    pub mac_address: Option<Placed<String>>,
    /// `mem_limit`, bytes.
    pub mem_limit: Option<Placed<i64>>,
    /// `mem_reservation`, bytes.
    pub mem_reservation: Option<Placed<i64>>,
    /// `mem_swappiness`, percent.
    pub mem_swappiness: Option<Placed<i64>>,
    /// `memswap_limit`, bytes; -1 is no limit.
    pub memswap_limit: Option<Placed<i64>>,
    /// `models`.
    pub models: IndexMap<String, ModelUse>,
    /// `network_mode`: `host`, `none`, `bridge`, `service:NAME`, `container:NAME`.
    pub network_mode: Option<Placed<String>>,
    /// `networks`; the implicit `default` is among them.
    pub networks: IndexMap<String, Attachment>,
    /// `oom_kill_disable`.
    pub oom_kill_disable: Option<Placed<bool>>,
    /// `oom_score_adj`.
    pub oom_score_adj: Option<Placed<i64>>,
    /// `pid`: `host`, `service:NAME`, `container:NAME`.
    pub pid: Option<Placed<String>>,
    /// `pids_limit`; -1 is no limit.
    pub pids_limit: Option<Placed<i64>>,
    /// `platform`: `os[/arch[/variant]]`.
    pub platform: Option<Placed<String>>,
    /// `privileged`.
    pub privileged: Option<Placed<bool>>,
    /// `pull_policy`.
    pub pull_policy: Option<Placed<String>>,
    /// `pull_refresh_after`.
    pub pull_refresh_after: Option<Placed<String>>,
    /// `read_only`.
    pub read_only: Option<Placed<bool>>,
    /// `runtime`.
    pub runtime: Option<Placed<String>>,
    /// `secrets`.
    pub secrets: Vec<FileMount>,
    /// `security_opt`.
    pub security_opt: Vec<Placed<String>>,
    /// `shm_size`, bytes.
    pub shm_size: Option<Placed<i64>>,
    /// `stop_grace_period`, nanoseconds.
    pub stop_grace_period: Option<Placed<i64>>,
    /// `stop_signal`.
    pub stop_signal: Option<Placed<String>>,
    /// `storage_opt`: where it stands.
    pub storage_opt: Option<Placed<()>>,
    /// `sysctls`.
    pub sysctls: IndexMap<String, Placed<String>>,
    /// `tmpfs`: `PATH[:OPTIONS]`.
    pub tmpfs: Vec<Placed<String>>,
    /// `ulimits`.
    pub ulimits: IndexMap<String, Ulimit>,
    /// `use_api_socket`.
    pub use_api_socket: Option<Placed<bool>>,
    /// `user`: `USER[:GROUP]`, names or numbers.
    pub user: Option<Placed<String>>,
    /// `userns_mode`.
    pub userns_mode: Option<Placed<String>>,
    /// `uts`.
    pub uts: Option<Placed<String>>,
    /// `volumes`.
    pub volumes: Vec<Mount>,
    /// `volumes_from`: `SERVICE[:MODE]` or `container:NAME[:MODE]`.
    pub volumes_from: Vec<Placed<String>>,
    /// `working_dir`.
    pub working_dir: Option<Placed<String>>,
}

/// One entry of `devices`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Where it stands.
    pub place: Place,
    /// The path on the host, or the name of a CDI device.
    pub source: String,
    /// The path in the container; empty for a CDI device.
    pub target: String,
    /// cgroup permissions: letters of `rwm`.
    pub permissions: String,
}
