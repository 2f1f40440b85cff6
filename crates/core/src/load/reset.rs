//! `!reset` and `!override`: what a later file takes away from the files before it.

use crate::table::{HashMap, IndexSet};
use crate::yaml::{Map, Node, Tag, Text, Value};

/// The paths that a document clears in what was loaded before it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Resets {
    /// From the top of the model.
    paths: Vec<Vec<Text>>,
    /// The same below each service, network and so on, by section and name.
    below_entry: HashMap<(Text, Text), Vec<Vec<Text>>>,
}

fn visit(node: &mut Node, keys: &mut Vec<Text>, paths: &mut Vec<Vec<Text>>) {
    match &mut node.value {
        Value::Map(map) => map.retain(|key, entry| {
            keys.push(key.clone());
            let tag = entry.value.tag.take();
            if tag.is_some() {
                paths.push(keys.clone());
            }
            descend(&mut entry.value, tag, keys, paths);
            keys.pop();
            tag != Some(Tag::Reset)
        }),
        Value::List(items) => items.retain_mut(|item| {
            let tag = item.tag.take();
            descend(item, tag, &mut Vec::new(), &mut Vec::new());
            tag != Some(Tag::Reset)
        }),
        _ => {}
    }
}

/// Goes on below a value. Below `!override` Docker Compose looks for no further tags: they have no effect there.
fn descend(node: &mut Node, tag: Option<Tag>, keys: &mut Vec<Text>, paths: &mut Vec<Vec<Text>>) {
    match tag {
        None => visit(node, keys, paths),
        Some(Tag::Override) => untag(node),
        Some(Tag::Reset) => {}
    }
}

/// Takes every tag out.
fn untag(node: &mut Node) {
    node.tag = None;
    match &mut node.value {
        Value::Map(map) => map.values_mut().for_each(|entry| untag(&mut entry.value)),
        Value::List(items) => items.iter_mut().for_each(untag),
        _ => {}
    }
}

impl Resets {
    /// Takes the tags out of a document, or of a part of it. A value under `!reset` is dropped from the document, one under `!override`
    /// stays.
    ///
    /// A tagged item of a list clears nothing: items of earlier files cannot be named.
    pub(crate) fn collect(&mut self, document: &mut Node) {
        let mut paths = Vec::new();
        let tag = document.tag.take();
        descend(document, tag, &mut Vec::new(), &mut paths);
        for path in &mut paths {
            // By its old name it clears the attribute all the same.
            if let [section, _, attribute, ..] = path.as_mut_slice()
                && section == "services"
                && attribute == "x-develop"
            {
                *attribute = "develop".into();
            }
            if let [section, name, below @ ..] = path.as_slice()
                && !below.is_empty()
            {
                self.below_entry.entry((section.clone(), name.clone())).or_default().push(below.to_vec());
            }
        }
        self.paths.extend(paths);
    }

    /// Removes the values from `model`.
    pub(crate) fn apply(&self, model: &mut Map) {
        remove(&self.paths, model);
    }

    /// Removes from another form of the service, network and so on what the document clears in it.
    pub(crate) fn apply_to_entry(&self, section: &str, name: &str, node: &mut Node) {
        let paths = self.below_entry.get(&(section.into(), name.into()));
        if let (Some(paths), Some(map)) = (paths, node.as_map_mut()) {
            remove(paths, map);
        }
    }
}

/// Marks every value first and then sweeps each parent once, so that many removals stay linear.
fn remove(paths: &[Vec<Text>], model: &mut Map) {
    let mut parents_touched: IndexSet<&[Text]> = IndexSet::default();
    for path in paths {
        let Some((last, parents)) = path.split_last() else { continue };
        if let Some(entry) = find(model, parents).and_then(|map| map.get_mut(last)) {
            entry.value.tag = Some(Tag::Reset);
            parents_touched.insert(parents);
        }
    }
    for parents in parents_touched {
        if let Some(map) = find(model, parents) {
            map.retain(|_, entry| entry.value.tag.is_none());
        }
    }
}

fn find<'m>(model: &'m mut Map, parents: &[Text]) -> Option<&'m mut Map> {
    parents.iter().try_fold(model, |map, key| map.get_mut(key)?.value.as_map_mut())
}
