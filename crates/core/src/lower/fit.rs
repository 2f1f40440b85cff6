//! Does an object still fit the type of its kind? Asked where raw fields of the user's were merged into it.

use super::Object;
use k8s_openapi::api::{apps, autoscaling, batch, core, networking, policy, rbac};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// Why an object does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// The kind has no such field; the API server refuses it.
    Unknown(String),
    /// A value is not what its field takes: why.
    Value(String),
}

/// What became of an object in its type: fields that the type does not have are gone.
type Reading = fn(&Value) -> Result<Value, String>;

/// Checks an object against the type of its kind. `fields` are those that came in. Kinds of which we know no type are taken as they are.
pub(super) fn check(object: &Object, fields: &Map<String, Value>) -> Result<(), Misfit> {
    let Some(read) = reading(object.kind) else { return Ok(()) };
    let fits = read(&object.value).map_err(Misfit::Value)?;
    let mut path = Vec::new();
    fields.iter().find_map(|(key, value)| missing(key, value, &fits, &mut path)).map_or(Ok(()), |path| Err(Misfit::Unknown(path)))
}

/// How an object of a kind is read.
fn reading(kind: &str) -> Option<Reading> {
    Some(match kind {
        "ConfigMap" => through::<core::v1::ConfigMap>,
        "CronJob" => through::<batch::v1::CronJob>,
        "DaemonSet" => through::<apps::v1::DaemonSet>,
        "Deployment" => through::<apps::v1::Deployment>,
        "HorizontalPodAutoscaler" => through::<autoscaling::v2::HorizontalPodAutoscaler>,
        "Ingress" => through::<networking::v1::Ingress>,
        "Job" => through::<batch::v1::Job>,
        "Namespace" => through::<core::v1::Namespace>,
        "NetworkPolicy" => through::<networking::v1::NetworkPolicy>,
        "PersistentVolumeClaim" => through::<core::v1::PersistentVolumeClaim>,
        "PodDisruptionBudget" => through::<policy::v1::PodDisruptionBudget>,
        "Role" => through::<rbac::v1::Role>,
        "RoleBinding" => through::<rbac::v1::RoleBinding>,
        "Secret" => through::<core::v1::Secret>,
        "Service" => through::<core::v1::Service>,
        "ServiceAccount" => through::<core::v1::ServiceAccount>,
        "StatefulSet" => through::<apps::v1::StatefulSet>,
        _ => return None,
    })
}

fn through<T: DeserializeOwned + Serialize>(value: &Value) -> Result<Value, String> {
    T::deserialize(value).and_then(serde_json::to_value).map_err(|why| why.to_string())
}

/// The path of the first field that came in and is not there.
fn missing(key: &str, value: &Value, fits: &Value, path: &mut Vec<String>) -> Option<String> {
    if value.is_null() {
        return None;
    }
    path.push(key.to_owned());
    let Some(there) = fits.get(key) else { return Some(path.join(".")) };
    let found = within(value, there, path);
    path.pop();
    found
}

fn within(value: &Value, there: &Value, path: &mut Vec<String>) -> Option<String> {
    match value {
        Value::Object(fields) => fields.iter().find_map(|(key, value)| missing(key, value, there, path)),
        Value::Array(items) => items.iter().enumerate().find_map(|(at, item)| {
            path.push(at.to_string());
            let found = there.get(at).and_then(|there| within(item, there, path));
            path.pop();
            found
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn checked(kind: &'static str, value: Value) -> Result<(), Misfit> {
        let fields = value.as_object().cloned().unwrap_or_default();
        let object = Object { api_version: "", kind, name: "web".to_owned(), value };
        check(&object, &fields)
    }

    #[test]
    fn fields_are_looked_for_in_mappings_and_lists() {
        let pod = |container: Value| json!({"spec": {"selector": {}, "template": {"spec": {"containers": [container]}}}});
        assert_eq!(checked("Deployment", pod(json!({"name": "a", "env": [], "image": null}))), Ok(()));
        assert_eq!(
            checked("Deployment", pod(json!({"name": "a", "imgae": "b"}))),
            Err(Misfit::Unknown("spec.template.spec.containers.0.imgae".to_owned()))
        );
        assert!(matches!(checked("Deployment", json!({"spec": {"replicas": "two"}})), Err(Misfit::Value(_))));
        assert_eq!(checked("HTTPRoute", json!({"spec": {"anything": 1}})), Ok(()));
    }
}
