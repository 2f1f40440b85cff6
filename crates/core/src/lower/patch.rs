//! Patches: raw fields of the user's, merged into finished objects as data.

use super::fit::{self, Misfit};
use super::{Object, labels};
use crate::plan::{Patch, Plan};
use crate::table::HashMap;
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
    /// The numbers of those for each workload.
    of_workload: HashMap<&'p str, Vec<usize>>,
    /// The numbers of those that name an object, by its name.
    of_object: HashMap<&'p str, Vec<usize>>,
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
        let mut patches = Self { all: Vec::new(), of_workload: HashMap::default(), of_object: HashMap::default() };
        for (number, patch) in plan.patches.iter().enumerate() {
            patches.all.push((patch, Outcome::default()));
            patches.of_workload.entry(&patch.workload).or_default().push(number);
            if let Some(name) = &patch.name {
                patches.of_object.entry(name).or_default().push(number);
            }
        }
        patches
    }

    /// Merges those that are meant for an object into it: those of the workload that it was made for. What several workloads share is
    /// found by its name alone.
    pub fn apply(&mut self, object: &mut Object) {
        let owner = object.value.pointer("/metadata/labels").and_then(|all| all.get(labels::NAME)).and_then(Value::as_str);
        let numbers = owner.map_or_else(|| self.of_object.get(object.name.as_str()), |workload| self.of_workload.get(workload));
        for number in numbers.into_iter().flatten() {
            let Some((patch, outcome)) = self.all.get_mut(*number).filter(|(_, outcome)| outcome.unfit.is_none()) else { continue };
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

/// The patches of Jobs, by their workload.
pub(super) fn of_jobs(plan: &Plan) -> HashMap<&str, Vec<&Patch>> {
    let mut patches: HashMap<&str, Vec<&Patch>> = HashMap::default();
    for patch in plan.patches.iter().filter(|patch| patch.kind == "Job") {
        patches.entry(&patch.workload).or_default().push(patch);
    }
    patches
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
