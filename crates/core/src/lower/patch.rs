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

/// The patches of a plan, and what became of them.
pub struct Patches<'p> {
    all: Vec<(&'p Patch, Outcome)>,
}

/// What became of a patch so far.
#[derive(Default)]
struct Outcome {
    /// Was an object found that it is meant for?
    found: bool,
    /// Why it does not fit one of them. No further object is patched then.
    unfit: Option<Rejected>,
    /// Other objects of its workload.
    kinds: Vec<String>,
}

impl<'p> Patches<'p> {
    /// Those of a plan.
    #[must_use]
    pub fn of(plan: &'p Plan) -> Self {
        Self { all: plan.patches.iter().map(|patch| (patch, Outcome::default())).collect() }
    }

    /// Merges those that are meant for an object into it.
    pub fn apply(&mut self, object: &mut Object) {
        for (patch, outcome) in &mut self.all {
            if outcome.unfit.is_some() || !belongs(object, patch) {
                continue;
            }
            let shown = format!("{} {:?}", object.kind, object.name);
            if object.kind == patch.kind && patch.name.as_ref().is_none_or(|name| *name == object.name) {
                outcome.found = true;
                let mut merged = object.clone();
                merge(&mut merged.value, &patch.fields.clone().into(), DEPTH);
                match fit::check(&merged, &patch.fields) {
                    Ok(()) => *object = merged,
                    Err(misfit) => outcome.unfit = Some(Rejected::Unfit(shown, misfit)),
                }
            } else if !outcome.kinds.contains(&shown) {
                outcome.kinds.push(shown);
            }
        }
    }

    /// The patches that were left out of some object, with the reason, once all objects are made.
    pub fn rejected(self) -> impl Iterator<Item = (&'p Patch, Rejected)> {
        self.all.into_iter().filter_map(|(patch, outcome)| {
            let without = (!outcome.found).then_some(Rejected::WithoutTarget(outcome.kinds));
            Some((patch, outcome.unfit.or(without)?))
        })
    }
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
