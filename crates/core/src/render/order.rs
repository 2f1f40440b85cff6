//! The order in which people write the fields of an object.

use crate::table::HashMap;
use serde_json::{Map, Value};
use std::sync::LazyLock;

/// Fields in the order of reading. A field that does not stand here comes after those that do, in the order of the alphabet.
const FIELDS: &[&str] = &[
    // Objects.
    "apiGroup",
    "apiGroups",
    "apiVersion",
    "kind",
    "metadata",
    "type",
    "automountServiceAccountToken",
    // Names.
    "name",
    "namespace",
    "labels",
    "annotations",
    "spec",
    "stringData",
    "data",
    "binaryData",
    "roleRef",
    "rules",
    "subjects",
    // Controllers.
    "schedule",
    "timeZone",
    "concurrencyPolicy",
    "startingDeadlineSeconds",
    "suspend",
    "scaleTargetRef",
    "minReplicas",
    "maxReplicas",
    "metrics",
    "jobTemplate",
    "serviceName",
    "replicas",
    "backoffLimit",
    "completions",
    "parallelism",
    "selector",
    "strategy",
    "updateStrategy",
    "minReadySeconds",
    "template",
    // Services, claims, policies, ways in.
    "clusterIP",
    "publishNotReadyAddresses",
    "accessModes",
    "storageClassName",
    "podSelector",
    "policyTypes",
    "ingress",
    "egress",
    "from",
    "to",
    "namespaceSelector",
    "ipBlock",
    "ingressClassName",
    "tls",
    "host",
    "hosts",
    "secretName",
    "server",
    "key",
    "operator",
    "path",
    "pathType",
    "backend",
    "http",
    "paths",
    "secretStoreRef",
    "target",
    "secretKey",
    "remoteRef",
    // Pods.
    "serviceAccountName",
    "enableServiceLinks",
    "priorityClassName",
    "runtimeClassName",
    "nodeSelector",
    "tolerations",
    "affinity",
    "topologySpreadConstraints",
    "hostNetwork",
    "hostPID",
    "hostIPC",
    "hostUsers",
    "shareProcessNamespace",
    "hostname",
    "subdomain",
    "hostAliases",
    "ip",
    "hostnames",
    "dnsPolicy",
    "dnsConfig",
    "imagePullSecrets",
    "terminationGracePeriodSeconds",
    // Containers.
    "image",
    "imagePullPolicy",
    "restartPolicy",
    "command",
    "args",
    "workingDir",
    "stdin",
    "tty",
    "envFrom",
    "env",
    "ports",
    "startupProbe",
    "readinessProbe",
    "livenessProbe",
    "lifecycle",
    "resources",
    "securityContext",
    "volumeMounts",
    "initContainers",
    "containers",
    "volumes",
    // Their parts.
    "value",
    "values",
    "valueFrom",
    "containerPort",
    "port",
    "targetPort",
    "protocol",
    "appProtocol",
    "hostPort",
    "hostIP",
    "mountPath",
    "subPath",
    "readOnly",
    "exec",
    "initialDelaySeconds",
    "periodSeconds",
    "timeoutSeconds",
    "failureThreshold",
    "requests",
    "limits",
    "items",
    "mode",
    "defaultMode",
    "sources",
];

/// Maps whose keys belong to the user: they stay as they are.
const FREE: &[&str] = &["labels", "annotations", "matchLabels", "nodeSelector", "data", "stringData", "binaryData", "requests", "limits"];

static RANKS: LazyLock<HashMap<&str, usize>> = LazyLock::new(|| FIELDS.iter().enumerate().map(|(rank, field)| (*field, rank)).collect());

/// The fields of a part of an object, in order.
pub(super) fn entries(fields: &Map<String, Value>) -> Vec<(&String, &Value)> {
    let mut entries: Vec<(&String, &Value)> = fields.iter().collect();
    entries.sort_by_cached_key(|(field, _)| (RANKS.get(field.as_str()).copied().unwrap_or(usize::MAX), field.as_str()));
    entries
}

/// Does what stands under the field have keys of the user's? A list under such a name (`data` of an ExternalSecret) has fields again.
pub(super) fn is_free(field: &str, value: &Value) -> bool {
    value.is_object() && FREE.contains(&field)
}

/// How deep an object may nest; what lies deeper keeps its order. Kubernetes' own objects do not come near.
const DEPTH: usize = 64;

/// The object with its fields in order.
#[must_use]
pub fn for_people(object: &Value) -> Value {
    sorted(object, DEPTH)
}

fn sorted(value: &Value, depth: usize) -> Value {
    let Some(depth) = depth.checked_sub(1) else { return value.clone() };
    match value {
        Value::Array(items) => items.iter().map(|item| sorted(item, depth)).collect(),
        Value::Object(fields) => {
            let each = entries(fields)
                .into_iter()
                .map(|(field, value)| (field.clone(), if is_free(field, value) { value.clone() } else { sorted(value, depth) }));
            Value::Object(each.collect::<Map<_, _>>())
        }
        _ => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn fields_stand_as_people_write_them() {
        let object = json!({
            "kind": "Deployment", "spec": {"template": {"spec": {"volumes": [], "containers": [{"image": "a", "env": [{"value": "1", "name": "N"}], "name": "b"}]}}},
            "metadata": {"labels": {"z": "1", "name": "x"}, "name": "web"}, "apiVersion": "apps/v1",
        });
        let text = for_people(&object).to_string();
        assert_eq!(
            text,
            r#"{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","labels":{"z":"1","name":"x"}},"spec":{"template":{"spec":{"containers":[{"name":"b","image":"a","env":[{"name":"N","value":"1"}]}],"volumes":[]}}}}"#
        );
    }

    #[test]
    fn no_field_stands_twice_in_the_table() {
        assert_eq!(RANKS.len(), FIELDS.len());
    }
}
