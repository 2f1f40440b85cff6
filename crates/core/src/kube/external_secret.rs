//! `ExternalSecret` of the External Secrets Operator: a Secret that is read from a store outside the cluster.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use k8s_openapi::{Metadata, NamespaceResourceScope, Resource};
use serde::ser::SerializeStruct as _;
use serde::{Deserialize, Serialize, Serializer};

/// The object.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct ExternalSecret {
    /// `metadata`.
    pub metadata: ObjectMeta,
    /// `spec`.
    pub spec: ExternalSecretSpec,
}

/// What is read, and from where.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExternalSecretSpec {
    /// The store.
    pub secret_store_ref: StoreRef,
    /// The Secret that is made.
    pub target: Target,
    /// Each of its keys.
    pub data: Vec<Datum>,
}

/// A store by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreRef {
    /// `SecretStore` or `ClusterSecretStore`.
    pub kind: String,
    /// Its name.
    pub name: String,
}

/// The Secret that is made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Its name.
    pub name: String,
}

/// One key of the Secret.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Datum {
    /// The key in the Secret.
    pub secret_key: String,
    /// The value in the store.
    pub remote_ref: RemoteRef,
}

/// A value in a store.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoteRef {
    /// The entry.
    pub key: String,
    /// The property of the entry.
    pub property: String,
}

impl ExternalSecret {
    /// The Secret of that name, key by key from the entry of the same name in a store: `NAME`, or `KIND/NAME`.
    pub fn of_keys<'a>(metadata: ObjectMeta, store: &str, keys: impl Iterator<Item = &'a String>) -> Self {
        let (kind, store) = store.split_once('/').unwrap_or(("SecretStore", store));
        let name = metadata.name.clone().unwrap_or_default();
        let datum = |key: &String| Datum { secret_key: key.clone(), remote_ref: RemoteRef { key: name.clone(), property: key.clone() } };
        let spec = ExternalSecretSpec {
            secret_store_ref: StoreRef { kind: kind.to_owned(), name: store.to_owned() },
            data: keys.map(datum).collect(),
            target: Target { name: name.clone() },
        };
        Self { metadata, spec }
    }
}

impl Resource for ExternalSecret {
    const API_VERSION: &'static str = "external-secrets.io/v1";
    const GROUP: &'static str = "external-secrets.io";
    const KIND: &'static str = "ExternalSecret";
    const VERSION: &'static str = "v1";
    const URL_PATH_SEGMENT: &'static str = "externalsecrets";
    type Scope = NamespaceResourceScope;
}

impl Metadata for ExternalSecret {
    type Ty = ObjectMeta;

    fn metadata(&self) -> &Self::Ty {
        &self.metadata
    }

    fn metadata_mut(&mut self) -> &mut Self::Ty {
        &mut self.metadata
    }
}

impl Serialize for ExternalSecret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct(Self::KIND, 4)?;
        fields.serialize_field("apiVersion", Self::API_VERSION)?;
        fields.serialize_field("kind", Self::KIND)?;
        fields.serialize_field("metadata", &self.metadata)?;
        fields.serialize_field("spec", &self.spec)?;
        fields.end()
    }
}
