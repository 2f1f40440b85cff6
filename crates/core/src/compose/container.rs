//! What describes one container: the attributes that services, jobs and `pre_start` hooks share.

use super::environment::{EnvFile, Variable};
use super::files::FileMount;
use super::gpu::DeviceRequest;
use super::limits::{BlkioConfig, Ulimit};
use super::model::ModelUse;
use super::network::Attachment;
use super::read::{Reader, items, key_place};
use super::volumes::Mount;
use crate::table::IndexMap;
use crate::text::{Place, Placed};
use crate::yaml::Node;

/// The attributes of a container, in the order of the specification.
///
/// An absent attribute is `None` or empty. Sizes are bytes, durations nanoseconds.
#[derive(Clone, Debug, Default)]
pub struct Container {
    /// `annotations`.
    pub annotations: IndexMap<String, Placed<String>>,
    /// `blkio_config`.
    pub blkio_config: Option<Box<BlkioConfig>>,
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

impl Container {
    /// The container of a service, a job or a hook, and its env files.
    pub(super) fn decode(reader: &mut Reader<'_>, node: &Node, env_files: Vec<EnvFile>) -> Self {
        Self {
            annotations: reader.pairs(node, "annotations"),
            blkio_config: BlkioConfig::decode(node).map(Box::new),
            cap_add: reader.texts(node, "cap_add"),
            cap_drop: reader.texts(node, "cap_drop"),
            cgroup: reader.text(node, "cgroup"),
            cgroup_parent: reader.text(node, "cgroup_parent"),
            command: reader.words(node, "command"),
            configs: FileMount::decode_all(reader, node, "configs"),
            cpu_count: reader.integer(node, "cpu_count"),
            cpu_percent: reader.number(node, "cpu_percent"),
            cpu_period: reader.integer(node, "cpu_period"),
            cpu_quota: reader.integer(node, "cpu_quota"),
            cpu_rt_period: reader.integer(node, "cpu_rt_period"),
            cpu_rt_runtime: reader.integer(node, "cpu_rt_runtime"),
            cpu_shares: reader.integer(node, "cpu_shares"),
            cpus: reader.number(node, "cpus"),
            cpuset: reader.text(node, "cpuset"),
            credential_spec: key_place(node, "credential_spec").map(|place| Placed::new((), place)),
            device_cgroup_rules: reader.texts(node, "device_cgroup_rules"),
            devices: Device::decode_all(reader, node),
            dns: reader.texts(node, "dns"),
            dns_opt: reader.texts(node, "dns_opt"),
            dns_search: reader.texts(node, "dns_search"),
            domainname: reader.text(node, "domainname"),
            entrypoint: reader.words(node, "entrypoint"),
            env_files,
            environment: reader.variables(node, "environment"),
            extra_hosts: extra_hosts(reader, node),
            gpus: items(node, "gpus").iter().map(|node| DeviceRequest::decode(reader, node)).collect(),
            group_add: reader.texts(node, "group_add"),
            hostname: reader.text(node, "hostname"),
            image: reader.text(node, "image"),
            init: reader.flag(node, "init"),
            ipc: reader.text(node, "ipc"),
            isolation: reader.text(node, "isolation"),
            labels: reader.pairs(node, "labels"),
            logging: logging(reader, node),
            mac_address: reader.text(node, "mac_address"),
            mem_limit: reader.bytes(node, "mem_limit"),
            mem_reservation: reader.bytes(node, "mem_reservation"),
            mem_swappiness: reader.bytes(node, "mem_swappiness"),
            memswap_limit: reader.bytes(node, "memswap_limit"),
            models: ModelUse::decode_all(reader, node),
            network_mode: reader.text(node, "network_mode"),
            networks: Attachment::decode_all(reader, node),
            oom_kill_disable: reader.flag(node, "oom_kill_disable"),
            oom_score_adj: reader.integer(node, "oom_score_adj"),
            pid: reader.text(node, "pid"),
            pids_limit: reader.integer(node, "pids_limit"),
            platform: reader.text(node, "platform"),
            privileged: reader.flag(node, "privileged"),
            pull_policy: reader.text(node, "pull_policy"),
            pull_refresh_after: reader.text(node, "pull_refresh_after"),
            read_only: reader.flag(node, "read_only"),
            runtime: reader.text(node, "runtime"),
            secrets: FileMount::decode_all(reader, node, "secrets"),
            security_opt: reader.texts(node, "security_opt"),
            shm_size: reader.bytes(node, "shm_size"),
            stop_grace_period: reader.duration(node, "stop_grace_period"),
            stop_signal: reader.text(node, "stop_signal"),
            storage_opt: key_place(node, "storage_opt").map(|place| Placed::new((), place)),
            sysctls: reader.pairs(node, "sysctls"),
            tmpfs: reader.texts(node, "tmpfs"),
            ulimits: Ulimit::decode_all(reader, node),
            use_api_socket: reader.flag(node, "use_api_socket"),
            user: reader.text(node, "user"),
            userns_mode: reader.text(node, "userns_mode"),
            uts: reader.text(node, "uts"),
            volumes: Mount::decode_all(reader, node),
            volumes_from: reader.texts(node, "volumes_from"),
            working_dir: reader.text(node, "working_dir"),
        }
    }
}

/// `extra_hosts`: `HOST=ADDRESS` each.
fn extra_hosts(reader: &mut Reader<'_>, node: &Node) -> Vec<Placed<(String, String)>> {
    let mut hosts = Vec::new();
    for line in reader.texts(node, "extra_hosts") {
        match line.value.split_once('=').or_else(|| line.value.split_once(':')) {
            Some((host, address)) => hosts.push(Placed::new((host.to_owned(), address.to_owned()), line.place)),
            None => reader.fault(line.place, "extra_hosts", "a list of HOST=ADDRESS"),
        }
    }
    hosts
}

/// `logging`: its place, and the driver.
fn logging(reader: &mut Reader<'_>, node: &Node) -> Option<Placed<Option<String>>> {
    let place = key_place(node, "logging")?;
    let driver = reader.text(node.get("logging")?, "driver").map(|driver| driver.value);
    Some(Placed::new(driver, place))
}

impl Device {
    fn decode_all(reader: &mut Reader<'_>, node: &Node) -> Vec<Self> {
        items(node, "devices").iter().filter_map(|node| Self::decode(reader, node)).collect()
    }

    fn decode(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let Some(source) = reader.text(node, "source") else {
            reader.fault(node.place, "devices", "a list of mappings with a source");
            return None;
        };
        let mut text = |key| reader.text(node, key).map(|text| text.value).unwrap_or_default();
        Some(Self { place: node.place, source: source.value, target: text("target"), permissions: text("permissions") })
    }
}
