//! The Namespace, where one is asked for.

use super::{Context, Objects, labels, object};
use k8s_openapi::api::core::v1::Namespace;

pub(super) fn lower(context: &Context<'_>, objects: &mut Objects<'_>) {
    let Some(name) = &context.plan.namespace else { return };
    let mut metadata = labels::metadata(context, name, None);
    metadata.namespace = None;
    objects.push(object(&Namespace { metadata, ..Default::default() }));
}
