//! The options of a translation, one typed record for the command line, the browser and tests.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// How a stack is translated. Every field has a default; the names in files are kebab-case, as the flags are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct Options {
    /// Write this namespace into every object, and add the Namespace object. Default: none.
    pub namespace: Option<String>,
    /// Leave old host names as they stand in values and files where a service had to be renamed.
    pub keep_host_names: bool,
    /// What becomes of published ports that no route takes: `auto` keeps them inside the cluster.
    pub expose: Expose,
    /// Ways in: `SERVICE[:PORT]=HOST[/PATH]`.
    pub host: Vec<String>,
    /// `<service>.DOMAIN` for every service with a published HTTP-like port.
    pub domain: Option<String>,
    /// Which objects carry ways in.
    pub ingress: IngressKind,
    /// The ingress controller whose own words are used. Default: the stack's own proxy where it is one of these, else none.
    pub ingress_controller: IngressController,
    /// The `ingressClassName`. Default: that of `ingress-controller`, else the cluster's default class.
    pub ingress_class: Option<String>,
    /// The Gateway of the cluster that routes hang on: `[NAMESPACE/]NAME`. Default: one is written.
    pub gateway: Option<String>,
    /// The class of the Gateway that is written. Default: the name of `ingress-controller`.
    pub gateway_class: Option<String>,
    /// The version of the Gateway API that the cluster has: `1.2`.
    pub gateway_api: String,
    /// The cert-manager issuer of the routes' certificates: `[issuer/]NAME`; without a kind it is a ClusterIssuer.
    pub tls_issuer: Option<String>,
    /// Write the issuer as well, one of Let's Encrypt (or of the authority that the stack asks), which writes to this address.
    pub acme_email: Option<String>,
    /// Keep proxies, fetchers of certificates and updaters whose work the cluster does.
    pub keep_proxies: bool,
    /// What becomes of secret values.
    pub secrets: Secrets,
    /// The store that ExternalSecret objects read: with `secrets: external`.
    pub secret_store: Option<String>,
    /// What becomes of absolute host paths that no other rule knows.
    pub host_paths: HostPaths,
    /// What becomes of volumes that several workloads mount.
    pub shared_volumes: SharedVolumes,
    /// The storage class of every claim. Default: the cluster's default class.
    pub storage_class: Option<String>,
    /// The size of a claim for which the stack names none: a Kubernetes quantity.
    pub storage_size: String,
    /// Which new, empty volumes are filled from the image, as Docker fills them.
    pub populate_volumes: PopulateVolumes,
    /// Restart a container that fails its health check (Docker does not).
    pub liveness: bool,
    /// Wait for dependencies, or start everything at once.
    pub depends_on: DependsOn,
    /// The image of the containers that wait for a healthy dependency or fill a volume: a static busybox.
    pub wait_image: String,
    /// The image of the containers that wait for a Job: kubectl.
    pub job_wait_image: String,
    /// Write NetworkPolicies.
    pub network_policy: NetworkPolicy,
    /// The Pod Security Standard that every pod shall reach.
    pub pod_security: PodSecurity,
    /// Pull secrets that every pod names.
    pub image_pull_secret: Vec<String>,
    /// The prefix for images that the stack builds: `<PREFIX>/<project>-<service>`.
    pub registry: Option<String>,
    /// The form of the files; a matter of the caller, not of a Compose file.
    #[serde(skip)]
    pub output: Output,
    /// Options that were asked for by name, as opposed to left at their default: these win over the `x-transship` of a Compose file
    /// even where they say the default.
    #[serde(skip)]
    pub asked: Vec<String>,
}

impl Options {
    /// The JSON Schema of the options: names, types, defaults and documentation, from which flags and forms are made.
    #[must_use]
    pub fn schema() -> Value {
        schemars::schema_for!(Options).into()
    }

    /// The options of a caller who asked for exactly these, by their names in files.
    ///
    /// # Errors
    /// A name that no option has, or a value that an option does not take.
    pub fn asking(said: Map<String, Value>) -> Result<Self, serde_json::Error> {
        let asked = said.keys().cloned().collect();
        Ok(Self { asked, ..serde_json::from_value(Value::Object(said))? })
    }

    /// These options, and where they were left at their default, what `said` says: options by their names in files.
    #[must_use]
    pub fn over(&self, said: Map<String, Value>) -> Self {
        let (Ok(Value::Object(mut all)), Ok(default)) = (serde_json::to_value(self), serde_json::to_value(Self::default())) else {
            return self.clone();
        };
        for (name, value) in said {
            if !self.asked.contains(&name) && all.get(&name) == default.get(&name) {
                all.insert(name, value);
            }
        }
        serde_json::from_value(Value::Object(all))
            .map_or_else(|_| self.clone(), |all| Self { output: self.output, asked: self.asked.clone(), ..all })
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            namespace: None,
            keep_host_names: false,
            expose: Expose::Auto,
            host: Vec::new(),
            domain: None,
            ingress: IngressKind::Ingress,
            ingress_controller: IngressController::Auto,
            ingress_class: None,
            gateway: None,
            gateway_class: None,
            gateway_api: "1.4".to_owned(),
            tls_issuer: None,
            acme_email: None,
            keep_proxies: false,
            secrets: Secrets::Inline,
            secret_store: None,
            host_paths: HostPaths::Claim,
            shared_volumes: SharedVolumes::SameNode,
            storage_class: None,
            storage_size: "1Gi".to_owned(),
            populate_volumes: PopulateVolumes::Auto,
            liveness: false,
            depends_on: DependsOn::Wait,
            wait_image: "busybox:1.37-musl".to_owned(),
            job_wait_image: "registry.k8s.io/kubectl:v1.36.0".to_owned(),
            network_policy: NetworkPolicy::Auto,
            pod_security: PodSecurity::Unset,
            image_pull_secret: Vec::new(),
            registry: None,
            output: Output::Stream,
            asked: Vec::new(),
        }
    }
}

/// The form of the files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Output {
    /// One stream of YAML documents: `manifests.yaml`.
    #[default]
    Stream,
    /// A file for each object: `<name>-<kind>.yaml`.
    Folder,
    /// A `List` in JSON: `manifests.json`.
    Json,
}

/// Declares an option with a closed list of values, the default first.
macro_rules! choice {
    ($(#[doc = $doc:literal])+ $name:ident { $(#[doc = $first_doc:literal])+ $first:ident $(, $(#[doc = $each_doc:literal])+ $each:ident)* $(,)? }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name {
            $(#[doc = $first_doc])+
            #[default]
            $first,
            $($(#[doc = $each_doc])+ $each),*
        }

        impl $name {
            /// Every value, the default first.
            pub const ALL: &'static [Self] = &[Self::$first $(, Self::$each)*];
        }
    };
}

choice! {
    /// What becomes of published ports that no route takes.
    Expose {
        /// They stay inside the cluster; the summary prints the `kubectl port-forward` lines.
        Auto,
        /// A second Service of type LoadBalancer.
        LoadBalancer,
        /// A second Service of type NodePort.
        NodePort,
        /// They stay inside the cluster, without a word.
        None,
    }
}

choice! {
    /// Which objects carry ways in.
    IngressKind {
        /// Ingress; with Traefik its own resources for what only they can say.
        Ingress,
        /// HTTPRoute of the Gateway API.
        Gateway,
        /// None: ways in are told and not written.
        None,
    }
}

choice! {
    /// The ingress controller whose own words are used.
    IngressController {
        /// The stack's own proxy where it is one of these, else none.
        Auto,
        /// Traefik.
        Traefik,
        /// The NGINX Ingress Controller of F5: `nginx.org` annotations.
        Nginx,
        /// The ingress-nginx of the Kubernetes project: `nginx.ingress.kubernetes.io` annotations, which Traefik and others read as well.
        IngressNginx,
        /// The HAProxy Kubernetes Ingress Controller: `haproxy.org` annotations.
        Haproxy,
        /// None: no annotation of any controller.
        None,
    }
}

choice! {
    /// What becomes of secret values.
    Secrets {
        /// Secret objects hold them, each in a file of its own.
        Inline,
        /// Secret objects with `REPLACE_ME`; the values never leave the machine.
        Placeholder,
        /// ExternalSecret objects that read them from `secret-store`.
        External,
        /// No object: the Secrets exist already.
        Reference,
    }
}

choice! {
    /// What becomes of absolute host paths that no other rule knows.
    HostPaths {
        /// A claim in place of the folder.
        Claim,
        /// The path of the node.
        HostPath,
        /// Nothing is mounted.
        Drop,
    }
}

choice! {
    /// What becomes of volumes that several workloads mount.
    SharedVolumes {
        /// ReadWriteOnce claims; the sharers are kept on one node.
        SameNode,
        /// ReadWriteMany claims.
        ReadWriteMany,
        /// One pod for all sharers.
        Colocate,
    }
}

choice! {
    /// Which new, empty volumes are filled from the image.
    PopulateVolumes {
        /// Shared ones, those of images that the stack builds, and those whose image is not known to fill its own folder.
        Auto,
        /// Only those that several services mount.
        Shared,
        /// Every one.
        All,
        /// None.
        Never,
    }
}

choice! {
    /// What `depends_on` conditions become.
    DependsOn {
        /// Init containers wait.
        Wait,
        /// Everything starts at once.
        Ignore,
    }
}

choice! {
    /// When NetworkPolicies are written.
    NetworkPolicy {
        /// When the project's networks separate services.
        Auto,
        /// Always.
        Always,
        /// Never.
        Never,
    }
}

choice! {
    /// The Pod Security Standard that every pod shall reach.
    PodSecurity {
        /// What the stack says, nothing more.
        Unset,
        /// The `baseline` standard.
        Baseline,
        /// The `restricted` standard.
        Restricted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn map(value: Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn what_was_asked_for_wins_over_a_file_even_where_it_is_the_default() {
        let file = || map(json!({"expose": "none", "namespace": "file", "storage-size": "5Gi"}));
        let asked = Options::asking(map(json!({"expose": "auto", "namespace": "flag"}))).unwrap();
        let all = asked.over(file());
        assert_eq!((all.expose, all.namespace.as_deref(), all.storage_size.as_str()), (Expose::Auto, Some("flag"), "5Gi"));
        let all = Options { namespace: Some("code".to_owned()), ..Options::default() }.over(file());
        assert_eq!((all.expose, all.namespace.as_deref()), (Expose::None, Some("code")));
        assert!(Options::asking(map(json!({"name-space": "x"}))).is_err());
    }
}
