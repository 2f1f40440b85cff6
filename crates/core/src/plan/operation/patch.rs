//! Patches: raw fields that are merged into finished objects.

use crate::diag::Diagnostic;
use crate::diag::Diagnostics;
use crate::diag::catalog::extension::{PATCH_FIELD_UNKNOWN, PATCH_TARGET_MISSING, PATCH_VALUE_INVALID};
use crate::plan::context::Context;
use crate::plan::operation::{conflicting, invalid};
use crate::text::Place;
use serde_json::{Map, Value};

/// Fields that are merged into the objects of a workload.
#[derive(Clone, Debug, PartialEq)]
pub struct Patch {
    /// The Compose service that asks for it.
    pub service: String,
    /// The workload that the service runs in.
    pub workload: String,
    /// The kind of the objects.
    pub kind: String,
    /// The name of the object, if it is only one.
    pub name: Option<String>,
    /// Where it is asked for.
    pub place: Place,
    /// A JSON merge patch.
    pub fields: Map<String, Value>,
}

/// The patches that services ask for, in file order. What would make another object of an object is told and left out.
pub(in crate::plan) fn plan(cx: &Context<'_>, diagnostics: &mut Diagnostics) -> Vec<Patch> {
    let mut out = Vec::new();
    for service in cx.project.services.keys() {
        for patch in &cx.operation(service).patches {
            let fields = &patch.value.patch;
            let metadata = fields.get("metadata").and_then(Value::as_object);
            let renames = ["name", "namespace"].into_iter().find(|key| metadata.is_some_and(|m| m.contains_key(*key)));
            let changed = ["apiVersion", "kind"].into_iter().find(|key| fields.contains_key(*key)).or(renames);
            if let Some(field) = changed {
                let why = format!("`{field}` says which object it is, and other objects rely on it");
                diagnostics.push(conflicting(service, "patches", patch.place, &why));
                continue;
            }
            if fields.is_empty() {
                diagnostics.push(invalid(service, "patches", patch.place, "fields to merge, under `patch`"));
                continue;
            }
            out.push(Patch {
                service: service.clone(),
                workload: cx.names.object(cx.pods.leader(service)).to_owned(),
                kind: patch.value.kind.value.clone(),
                name: patch.value.name.as_ref().map(|name| name.value.clone()),
                place: patch.value.kind.place,
                fields: fields.clone(),
            });
        }
    }
    out
}

impl Patch {
    /// Tells that no object is of this kind and name; `kinds` are those that the service has.
    #[must_use]
    pub fn without_target(&self, kinds: &[String]) -> Diagnostic {
        let name = self.name.as_ref().map(|name| format!(" {name:?}")).unwrap_or_default();
        let told = Diagnostic::new(
            &PATCH_TARGET_MISSING,
            format!("service {:?}: a patch is for the {}{name}, and it has none", self.service, self.kind),
        )
        .at(self.place);
        if kinds.is_empty() { told } else { told.help(format!("it has {}", kinds.join(", "))) }
    }

    /// Tells that the kind of an object has no such field.
    #[must_use]
    pub fn with_unknown_field(&self, object: &str, field: &str) -> Diagnostic {
        Diagnostic::new(
            &PATCH_FIELD_UNKNOWN,
            format!("service {:?}: a patch of {object} sets `{field}`, which does not exist", self.service),
        )
        .at(self.place)
        .help("the patch is left out; see `kubectl explain` for the fields that there are")
    }

    /// Tells that an object with these fields is none of its kind any more.
    #[must_use]
    pub fn with_invalid_value(&self, object: &str, why: &str) -> Diagnostic {
        Diagnostic::new(
            &PATCH_VALUE_INVALID,
            format!("service {:?}: a patch of {object} sets what its field cannot hold: {why}", self.service),
        )
        .at(self.place)
        .help("the patch is left out; see `kubectl explain` for what the field takes")
    }
}
