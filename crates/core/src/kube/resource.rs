//! A custom resource: metadata and a spec, whose type says which kind it is.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use k8s_openapi::{Metadata, Resource, ResourceScope};
use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

/// What a spec says about the kind that it belongs to.
pub trait Spec: Serialize {
    /// `apiVersion`.
    const API_VERSION: &'static str;
    /// The part of it before the `/`.
    const GROUP: &'static str;
    /// The part of it behind the `/`.
    const VERSION: &'static str;
    /// `kind`.
    const KIND: &'static str;
    /// The name in addresses.
    const PLURAL: &'static str;
    /// In a namespace, or in the cluster as a whole.
    type Scope: ResourceScope;
}

/// An object with such a spec.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Custom<S> {
    /// `metadata`.
    pub metadata: ObjectMeta,
    /// `spec`.
    pub spec: S,
}

impl<S: Spec> Resource for Custom<S> {
    const API_VERSION: &'static str = S::API_VERSION;
    const GROUP: &'static str = S::GROUP;
    const KIND: &'static str = S::KIND;
    const VERSION: &'static str = S::VERSION;
    const URL_PATH_SEGMENT: &'static str = S::PLURAL;
    type Scope = S::Scope;
}

impl<S: Spec> Metadata for Custom<S> {
    type Ty = ObjectMeta;

    fn metadata(&self) -> &Self::Ty {
        &self.metadata
    }

    fn metadata_mut(&mut self) -> &mut Self::Ty {
        &mut self.metadata
    }
}

impl<S: Spec> Serialize for Custom<S> {
    fn serialize<Z: Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
        let mut fields = serializer.serialize_struct(S::KIND, 4)?;
        fields.serialize_field("apiVersion", S::API_VERSION)?;
        fields.serialize_field("kind", S::KIND)?;
        fields.serialize_field("metadata", &self.metadata)?;
        fields.serialize_field("spec", &self.spec)?;
        fields.end()
    }
}

/// Says of a spec which kind it belongs to.
macro_rules! kinds {
    ($group:literal / $version:literal: $($(#[doc = $doc:literal])* $spec:ident = $kind:literal, $plural:literal, $scope:ident;)+) => {
        $(
            impl $crate::kube::resource::Spec for $spec {
                const API_VERSION: &'static str = concat!($group, "/", $version);
                const GROUP: &'static str = $group;
                const VERSION: &'static str = $version;
                const KIND: &'static str = $kind;
                const PLURAL: &'static str = $plural;
                type Scope = k8s_openapi::$scope;
            }
        )+
    };
}

pub(crate) use kinds;
