//! Patches: raw fields of the user's, merged into finished objects as data.

use super::fit::{self, Misfit};
use super::{Object, labels};
use crate::plan::{Patch, Plan};
use serde_json::Value;

/// How deep a patch is merged; what lies deeper is replaced. Kubernetes' own objects do not come near.
const DEPTH: usize = 64;

/// Why a patch was left out.
#[derive(Clone, Debug, PartialEq)]
pub enum Rejected {
    /// No object is of its kind and name; the kinds that its workload has.
    WithoutTarget(Vec<String>),
    /// What it makes of this object does not fit the object's kind.
    Unfit(String, Misfit),
}

/// Merges every patch of the plan into its objects. Gives the patches that were left out, with the reason.
pub fn patch<'p>(plan: &'p Plan, objects: &mut [Object]) -> Vec<(&'p Patch, Rejected)> {
    let mut rejected = Vec::new();
    for patch in &plan.patches {
        let mut found = false;
        let mut kinds: Vec<String> = Vec::new();
        for object in objects.iter_mut().filter(|object| belongs(object, patch)) {
            let shown = format!("{} {:?}", object.kind, object.name);
            if object.kind == patch.kind && patch.name.as_ref().is_none_or(|name| *name == object.name) {
                found = true;
                let mut merged = object.clone();
                merge(&mut merged.value, &patch.fields.clone().into(), DEPTH);
                match fit::check(&merged, &patch.fields) {
                    Ok(()) => *object = merged,
                    Err(misfit) => {
                        rejected.push((patch, Rejected::Unfit(shown, misfit)));
                        break;
                    }
                }
            } else if !kinds.contains(&shown) {
                kinds.push(shown);
            }
        }
        if !found {
            rejected.push((patch, Rejected::WithoutTarget(kinds)));
        }
    }
    rejected
}

/// Was the object made for the workload of the patch? What several workloads share is found by its name alone.
fn belongs(object: &Object, patch: &Patch) -> bool {
    let owner = object.value.pointer("/metadata/labels").and_then(|all| all.get(labels::NAME)).and_then(Value::as_str);
    owner == Some(patch.workload.as_str()) || owner.is_none() && patch.name.as_ref() == Some(&object.name)
}

/// A JSON merge patch (RFC 7386).
fn merge(target: &mut Value, patch: &Value, depth: usize) {
    let Some((Value::Object(fields), depth)) = Some(patch).zip(depth.checked_sub(1)) else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(serde_json::Map::new());
    }
    let Some(target) = target.as_object_mut() else { return };
    for (key, value) in fields {
        if value.is_null() {
            target.shift_remove(key);
        } else {
            merge(target.entry(key.clone()).or_insert(Value::Null), value, depth);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_merge_patch_merges_as_the_standard_says() {
        // Cases of RFC 7386, appendix A.
        for (target, patch, result) in [
            (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "b"}), json!({"b": "c"}), json!({"a": "b", "b": "c"})),
            (json!({"a": "b", "b": "c"}), json!({"a": null}), json!({"b": "c"})),
            (json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": {"b": "c"}}), json!({"a": {"b": "d", "c": null}}), json!({"a": {"b": "d"}})),
            (json!({}), json!({"a": {"bb": {"ccc": null}}}), json!({"a": {"bb": {}}})),
            (json!([1, 2]), json!({"a": "b", "c": null}), json!({"a": "b"})),
        ] {
            let mut merged = target;
            merge(&mut merged, &patch, DEPTH);
            assert_eq!(merged, result);
        }
    }
}
