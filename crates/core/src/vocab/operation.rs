//! Operations: what a cluster is told about a service beyond what Compose can say, whatever the vocabulary that says it.
//!
//! `x-transship` is read into these types as they stand (their documentation is that of its keys, their schema its schema), and other
//! vocabularies fill in the same ones. [`Operation::or`] joins what several of them say of one service.

use super::{kompose, transship};
use crate::compose::Project;
use crate::diag::Diagnostics;
use crate::table::{HashMap, IndexMap};
use crate::text::Placed;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

/// Declares a record of optional keys; `or` joins two of them key by key, so that no key is forgotten.
macro_rules! record {
    ($(#[doc = $doc:literal])+ $name:ident { $($(#[doc = $key_doc:literal])+ $key:ident: $type:ty,)+ }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
        #[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
        pub struct $name {
            $($(#[doc = $key_doc])+ pub $key: $type,)+
        }

        impl $name {
            /// What is said here, and where nothing is said, what `other` says.
            #[must_use]
            pub fn or(self, other: Self) -> Self {
                Self { $($key: if self.$key == <$type>::default() { other.$key } else { self.$key },)+ }
            }
        }
    };
}

record! {
    /// What is said of a service.
    Operation {
        /// Which controller runs the service's pods.
        controller: Option<Placed<ControllerKind>>,
        /// When a CronJob runs: a crontab expression such as `0 3 * * *`. It makes the service a CronJob.
        schedule: Option<Placed<String>>,
        /// The time zone of the schedule: an IANA name such as `Europe/Berlin`.
        time_zone: Option<Placed<String>>,
        /// What a CronJob does when a run falls due while the last one still goes on.
        concurrency: Option<Placed<Concurrency>>,
        /// How often a Job or CronJob is tried again before it has failed.
        backoff_limit: Option<Placed<u32>>,
        /// How many pods run.
        replicas: Option<Placed<u32>>,
        /// Add and remove pods by their load: a HorizontalPodAutoscaler. The workload then names no number of its own.
        autoscaling: Option<Placed<Autoscaling>>,
        /// How many pods may be missing while nodes are emptied: a PodDisruptionBudget.
        disruption_budget: Option<Placed<DisruptionBudget>>,
        /// The storage class of the claims that this service alone mounts.
        storage_class: Option<Placed<String>>,
        /// The size of the claims that this service alone mounts: a quantity such as `10Gi`.
        storage_size: Option<Placed<String>>,
        /// The ServiceAccount of the pods. It exists already.
        service_account: Option<Placed<String>>,
        /// Pull secrets of the pods, besides those of the option `image-pull-secret`.
        image_pull_secrets: Vec<Placed<String>>,
        /// The PriorityClass of the pods.
        priority_class: Option<Placed<String>>,
        /// The group that owns the pod's volumes: `fsGroup`.
        fs_group: Option<Placed<u32>>,
        /// Labels of the service's objects.
        labels: Marks,
        /// Annotations of the service's objects.
        annotations: Marks,
        /// Labels that a node must bear to run the pods.
        node_selector: IndexMap<String, Placed<String>>,
        /// Taints of nodes that the pods put up with, as `kubectl taint` writes them: `KEY[=VALUE][:EFFECT]`.
        tolerations: Vec<Placed<String>>,
        /// On which nodes and beside whom the pods run.
        affinity: Affinity,
        /// How the service's published ports are reached: in place of the option `expose`, for this service alone.
        expose: Option<Placed<Exposing>>,
        /// The port of every node under which the first published port is reached. It makes `expose` `node-port`.
        node_port: Option<Placed<u16>>,
        /// Whether a load balancer or node port keeps the address of who asks (`local`).
        external_traffic: Option<Placed<ExternalTraffic>>,
        /// Ways in: `[PORT=]HOST[/PATH]`, as in the option `host`.
        host: Vec<Placed<String>>,
        /// Fields that nothing else can say, merged into the finished objects of this service.
        patches: Vec<Placed<Patch>>,
    }
}

record! {
    /// What is said of a volume.
    VolumeOperation {
        /// The size of the claim: a quantity such as `10Gi`.
        size: Option<Placed<String>>,
        /// The storage class of the claim.
        storage_class: Option<Placed<String>>,
    }
}

record! {
    /// From how many to how many pods, and when.
    Autoscaling {
        /// The fewest pods. Default: 1.
        min: Option<Placed<u32>>,
        /// The most pods.
        max: Option<Placed<u32>>,
        /// The processor time that one pod shall use on average: a share of what it requests (`80%`, or `80`), or an amount (`500m`).
        cpu: Option<Placed<String>>,
        /// The memory that one pod shall use on average: a share of what it requests (`80%`, or `80`), or an amount (`512Mi`).
        memory: Option<Placed<String>>,
    }
}

record! {
    /// How many pods may be missing: one of the two keys.
    DisruptionBudget {
        /// So many pods stay: a number, or a share such as `50%`.
        min_available: Option<Placed<String>>,
        /// So many pods may be missing: a number, or a share such as `50%`.
        max_unavailable: Option<Placed<String>>,
    }
}

record! {
    /// Labels or annotations, by the object that bears them.
    Marks {
        /// Of the controller: Deployment, StatefulSet, …
        workload: IndexMap<String, Placed<String>>,
        /// Of the pods.
        pod: IndexMap<String, Placed<String>>,
        /// Of the Kubernetes Service.
        service: IndexMap<String, Placed<String>>,
    }
}

record! {
    /// On which nodes and beside whom pods run.
    Affinity {
        /// What a node's labels must say: `LABEL=VALUE[,VALUE…]` or `LABEL!=VALUE[,VALUE…]`.
        node: Vec<Placed<String>>,
        /// Services whose pods must run on the same node.
        with: Vec<Placed<String>>,
        /// Services whose pods must not run on the same node; the service itself: one pod on each node.
        apart_from: Vec<Placed<String>>,
        /// Labels of nodes over whose values the pods are spread, such as `topology.kubernetes.io/zone`.
        spread: Vec<Placed<String>>,
    }
}

/// Fields to merge into an object that was made for the service.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Patch {
    /// The object's kind: `Deployment`, `Service`, `PersistentVolumeClaim` …
    pub kind: Placed<String>,
    /// The object's name, where the service has several of the kind. Default: every one.
    #[serde(default)]
    pub name: Option<Placed<String>>,
    /// A JSON merge patch: mappings are merged, `null` removes a field, everything else replaces it. Lists are replaced as a whole.
    pub patch: Map<String, Value>,
}

/// Which controller runs a service's pods.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ControllerKind {
    /// Any number of equal pods.
    Deployment,
    /// Pods with stable names, started and stopped one after the other.
    StatefulSet,
    /// One pod on every node.
    DaemonSet,
    /// Pods that run to their end.
    Job,
    /// A Job that runs when its `schedule` says so.
    CronJob,
}

/// What a CronJob does when a run falls due while the last one still goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Concurrency {
    /// Both run.
    Allow,
    /// The new one is skipped.
    Forbid,
    /// The old one is ended.
    Replace,
}

/// How published ports of one service are reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Exposing {
    /// They stay inside the cluster.
    Cluster,
    /// They stay inside the cluster, and the name resolves to the pods themselves.
    Headless,
    /// A second Service of type LoadBalancer.
    LoadBalancer,
    /// A second Service of type NodePort.
    NodePort,
}

/// Which nodes answer for a load balancer or a node port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ExternalTraffic {
    /// Every node.
    Cluster,
    /// Nodes that run a pod of it: the address of who asks is kept.
    Local,
}

/// What is said of services and volumes beyond what Compose can say. Nothing is kept of those of which nothing is said.
#[derive(Clone, Debug, Default)]
pub struct Operations {
    services: HashMap<String, Operation>,
    volumes: HashMap<String, VolumeOperation>,
    nothing: Operation,
}

impl Operations {
    /// Reads them for every service and volume. `x-transship` wins over every other vocabulary.
    pub fn read(project: &Project, diagnostics: &mut Diagnostics) -> Self {
        let services = project.services.iter().filter_map(|(name, s)| {
            let own = transship::of_service(name, &s.extensions, diagnostics).or(kompose::of_service(s, diagnostics));
            (own != Operation::default()).then(|| (name.clone(), own))
        });
        let services = services.collect();
        let volumes = project.volumes.iter().filter_map(|(key, v)| {
            let own = transship::of_volume(key, &v.extensions, diagnostics).or(kompose::of_volume(v));
            (own != VolumeOperation::default()).then(|| (key.clone(), own))
        });
        Self { services, volumes: volumes.collect(), nothing: Operation::default() }
    }

    /// What is said of a service.
    #[must_use]
    pub fn of(&self, service: &str) -> &Operation {
        self.services.get(service).unwrap_or(&self.nothing)
    }

    /// What is said of a volume.
    #[must_use]
    pub fn of_volume(&self, key: &str) -> VolumeOperation {
        self.volumes.get(key).cloned().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Place, Sources};

    #[test]
    fn the_first_voice_counts_and_the_second_fills_in() {
        let place = Place::new(Sources::default().add("x", ""), 0, 0);
        let first = Operation { replicas: Some(Placed::new(2, place)), ..Operation::default() };
        let second = Operation {
            replicas: Some(Placed::new(5, place)),
            priority_class: Some(Placed::new("high".to_owned(), place)),
            ..Operation::default()
        };
        let both = first.or(second);
        assert_eq!(both.replicas.map(|r| r.value), Some(2));
        assert_eq!(both.priority_class.map(|c| c.value).as_deref(), Some("high"));
    }
}
