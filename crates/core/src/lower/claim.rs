//! Persistent volume claims.

use super::{Context, Objects, labels, object, some};
use crate::plan::Claim;
use k8s_openapi::api::core::v1::{PersistentVolumeClaim, PersistentVolumeClaimSpec, VolumeResourceRequirements};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use std::collections::BTreeMap;

pub(super) fn lower(context: &Context<'_>, objects: &mut Objects<'_>) {
    for claim in &context.plan.claims {
        let Claim { name, place: _, size, class, many, service, selector, annotations } = claim;
        let mut metadata = labels::metadata_of(context, name, service.as_deref());
        metadata.annotations = some(annotations.clone());
        let mode = if *many { "ReadWriteMany" } else { "ReadWriteOnce" };
        let requests = BTreeMap::from([("storage".to_owned(), Quantity(size.clone()))]);
        let spec = PersistentVolumeClaimSpec {
            access_modes: Some(vec![mode.to_owned()]),
            resources: Some(VolumeResourceRequirements { requests: Some(requests), ..Default::default() }),
            storage_class_name: class.clone(),
            selector: (!selector.is_empty()).then(|| LabelSelector { match_labels: some(selector.clone()), ..Default::default() }),
            ..Default::default()
        };
        objects.push(object(&PersistentVolumeClaim { metadata, spec: spec.into(), ..Default::default() }));
    }
}
