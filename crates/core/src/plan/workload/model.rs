//! What a workload is: the controller, the pod, and what belongs to both.

use super::container::Container;
use super::order::Init;
use crate::plan::operation::scaling::{Budget, Scaler};
use crate::plan::security::PodSecurity;
use crate::plan::storage::PodVolume;
use crate::table::IndexMap;
use crate::vocab::operation::Concurrency;

/// One pod template and the controller that runs it.
#[derive(Clone, Debug)]
pub struct Workload {
    /// The object's name. A Job's name gets a suffix of its template's hash when it is lowered.
    pub name: String,
    /// The Compose service that leads the pod: pod-level attributes come from it.
    pub service: String,
    /// Who runs it.
    pub controller: Controller,
    /// Labels of the controller besides the standard ones.
    pub labels: IndexMap<String, String>,
    /// Annotations of the controller.
    pub annotations: IndexMap<String, String>,
    /// Labels of the pod besides the standard ones: shared aliases, claims, networks.
    pub pod_labels: IndexMap<String, String>,
    /// Annotations of the pod template: labels and annotations of the Compose service.
    pub pod_annotations: IndexMap<String, String>,
    /// Containers; the leading service's first.
    pub containers: Vec<Container>,
    /// Init containers, in order.
    pub inits: Vec<Init>,
    /// What the pod's containers mount. Names are unique.
    pub volumes: Vec<PodVolume>,
    /// Jobs that an init container waits for: the leading Compose services of those workloads. Not empty: the workload needs an account
    /// that may watch exactly these Jobs.
    pub awaited_jobs: Vec<String>,
    /// Label keys whose bearers must share a node with this pod (`claim.transship.dev/…` labels of shared ReadWriteOnce claims).
    pub same_node: Vec<(String, String)>,
    /// Pod-level security.
    pub security: PodSecurity,
    /// Pod-level settings.
    pub pod: Pod,
    /// Adds and removes pods by their load.
    pub scaler: Option<Scaler>,
    /// How many pods may be missing while nodes are emptied.
    pub budget: Option<Budget>,
}

/// Pod-level settings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pod {
    /// `hostNetwork`, with `ClusterFirstWithHostNet`.
    pub host_network: bool,
    /// `hostPID`.
    pub host_pid: bool,
    /// `hostIPC`.
    pub host_ipc: bool,
    /// `hostUsers: true` was asked for by `userns_mode: host`.
    pub host_users: Option<bool>,
    /// `shareProcessNamespace`: several services share `pid`.
    pub share_process_namespace: bool,
    /// `hostname`, a DNS label.
    pub hostname: Option<String>,
    /// `subdomain`: from `domainname`, when a headless Service of that name exists.
    pub subdomain: Option<String>,
    /// Address and host names: `extra_hosts`.
    pub host_aliases: Vec<(String, Vec<String>)>,
    /// `dns`.
    pub dns_servers: Vec<String>,
    /// `dns_search`.
    pub dns_searches: Vec<String>,
    /// `dns_opt`: name and value.
    pub dns_options: Vec<(String, Option<String>)>,
    /// `terminationGracePeriodSeconds`.
    pub grace_seconds: Option<i64>,
    /// `runtimeClassName`.
    pub runtime_class: Option<String>,
    /// `nodeSelector`.
    pub node_selector: IndexMap<String, String>,
    /// Required node affinity: label, operator, values.
    pub node_affinity: Vec<NodeRule>,
    /// Node labels over whose values the pods are spread.
    pub spread: Vec<String>,
    /// How many pods of this workload one node may hold at most (only 1 can be said: pod anti-affinity).
    pub one_per_node: bool,
    /// Names of pull secrets.
    pub image_pull_secrets: Vec<String>,
    /// `serviceAccountName`: an account that exists already.
    pub service_account: Option<String>,
    /// `priorityClassName`.
    pub priority_class: Option<String>,
    /// `tolerations`.
    pub tolerations: Vec<Toleration>,
    /// Workloads whose pods must share a node with this one, or must not.
    pub beside: Vec<Beside>,
}

/// A taint of nodes that a pod puts up with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toleration {
    /// The taint's key; `None`: any.
    pub key: Option<String>,
    /// Its value; `None`: any.
    pub value: Option<String>,
    /// `NoSchedule`, `PreferNoSchedule` or `NoExecute`; `None`: any.
    pub effect: Option<String>,
}

/// A rule about another workload's pods on the same node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beside {
    /// The other workload.
    pub workload: String,
    /// Must they be on other nodes?
    pub apart: bool,
}

/// One requirement on a node's label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeRule {
    /// The node's label.
    pub label: String,
    /// `true`: the value must be among `values`; `false`: it must not.
    pub among: bool,
    /// The values.
    pub values: Vec<String>,
}

/// Who runs the pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Controller {
    /// A Deployment.
    Deployment {
        /// How many pods.
        replicas: Option<i32>,
        /// How a new template is rolled out.
        rollout: Rollout,
    },
    /// A StatefulSet; its governing Service has the workload's name.
    StatefulSet {
        /// How many pods.
        replicas: Option<i32>,
    },
    /// A DaemonSet.
    DaemonSet {
        /// How a new template is rolled out.
        rollout: Rollout,
    },
    /// A Job.
    Job(Job),
    /// A CronJob.
    CronJob {
        /// The crontab expression.
        schedule: String,
        /// IANA name of the time zone.
        time_zone: Option<String>,
        /// `suspend: true`: it only runs when somebody starts it.
        suspend: bool,
        /// What becomes of a run that falls due while the last one still runs.
        concurrency: Concurrency,
        /// `startingDeadlineSeconds`, to skip missed runs.
        starting_deadline_seconds: Option<i64>,
        /// The Job it starts.
        job: Job,
    },
}

/// What a Job does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Job {
    /// `backoffLimit`; `None` leaves Kubernetes' default.
    pub backoff_limit: Option<i32>,
    /// Restart the container in its pod (`OnFailure`) instead of making new pods (`Never`).
    pub restart_on_failure: bool,
    /// `completions` and `parallelism`; `None` is one.
    pub completions: Option<i32>,
}

/// How a new pod template is rolled out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rollout {
    /// Stop the old pods first: a claim can only be mounted once.
    pub recreate: bool,
    /// Pods that may be added over the wanted number.
    pub max_surge: Option<Amount>,
    /// Pods that may be missing.
    pub max_unavailable: Option<Amount>,
    /// How long a pod must be ready before it counts, in seconds.
    pub min_ready_seconds: Option<i32>,
}

/// A number of pods or a share of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// That many.
    Count(i32),
    /// That many of a hundred.
    Percent(i32),
}
