//! Large models in parts: a few services at a time go through several steps while the processor has them at hand.
//!
//! A step that goes through thousands of services waits for memory at each of them. Steps that look at one service at a time are
//! therefore taken together, part by part; what needs the whole model waits until the parts are together again.

use super::forms::one;
use super::sections::SECTIONS;
use crate::yaml::{Entry, Map, Node, Value};

/// How many services a part has.
const SERVICES: usize = 64;

/// The parts of a model: its services, so many at a time, and last everything else. A small model is one part.
pub(crate) fn parts(mut model: Map) -> Vec<Map> {
    let mut parts = Vec::new();
    if let Some(Entry { key, value }) = model.get_mut("services")
        && let Node { value: Value::Map(services), place, alias, tag } = value
        && services.len() > SERVICES
    {
        let (place, alias, tag) = (*place, *alias, *tag);
        let mut rest = std::mem::take(&mut **services).into_iter();
        while rest.len() > 0 {
            let part: Map = rest.by_ref().take(SERVICES).collect();
            parts.push(one("services", *key, Node { value: Value::from(part), place, alias, tag }));
        }
    }
    parts.push(model);
    parts
}

/// Puts a part back to the others, or into the model that it was merged over.
pub(crate) fn put_back(model: &mut Map, part: Map) {
    for (key, entry) in part {
        let section = SECTIONS.contains(&key.as_str());
        match (model.get_mut(&key).map(|present| &mut present.value.value), entry.value.value) {
            (Some(Value::Map(entries)), Value::Map(part)) if section => entries.extend(*part),
            (_, value) => {
                model.insert(key, Entry { key: entry.key, value: Node { value, ..entry.value } });
            }
        }
    }
}

/// Takes out of the model what the document names, and leaves null in its place.
pub(crate) fn take(model: &mut Map, document: &Map) -> Map {
    let mut taken = Map::default();
    for (key, entry) in document {
        let Some(present) = model.get_mut(key) else { continue };
        match (&mut present.value.value, &entry.value.value) {
            (Value::Map(entries), Value::Map(named)) if SECTIONS.contains(&key.as_str()) => {
                let mut part = Map::default();
                for name in named.keys() {
                    if let Some(old) = entries.get_mut(name) {
                        part.insert(name.clone(), Entry { key: old.key, value: vacate(&mut old.value) });
                    }
                }
                let value = Node::new(Value::from(part), present.value.place);
                taken.insert(key.clone(), Entry { key: present.key, value });
            }
            _ => {
                let key_place = present.key;
                taken.insert(key.clone(), Entry { key: key_place, value: vacate(&mut present.value) });
            }
        }
    }
    taken
}

fn vacate(node: &mut Node) -> Node {
    let place = node.place;
    std::mem::replace(node, Node::new(Value::Null, place))
}

#[cfg(test)]
mod tests {
    use super::SERVICES;
    use crate::diag::Diagnostics;
    use crate::input::{Input, MemoryFiles, Selection};
    use crate::load::{Steps, load, model};
    use crate::text::Sources;
    use serde_json::Value;

    /// The model of a project with these services, each in a file and in an override of it.
    fn loaded(numbers: impl Iterator<Item = usize> + Clone) -> Value {
        let join = |service: &dyn Fn(usize) -> String| numbers.clone().map(service).collect::<String>();
        let first = |n: usize| {
            let on = if n.is_multiple_of(3) { "[back]" } else { "[default]" };
            format!("  s{n}:\n    image: a:{n}\n    ports: [\"{n}:80\"]\n    environment: [A={n}, B]\n    tmpfs: /t\n    networks: {on}\n")
        };
        let over = |n: usize| match n % 4 {
            0 => format!("  s{n}:\n    ports: !reset null\n    environment: {{C: \"{n}\"}}\n"),
            1 => format!("  s{n}:\n    ports: !override [\"9{n}:90\"]\n"),
            2 => format!("  s{n}:\n    extends: base\n    links: [base]\n"),
            _ => String::new(),
        };
        let base = "  base: {image: b, cpus: 2, profiles: [never, always]}\n";
        let mut files = MemoryFiles::new();
        let rest = "networks: {back: {}, unused: {}}\n";
        files.add("/p/compose.yaml", format!("name: p\n{rest}services:\n{base}{}", join(&first)), false);
        files.add("/p/compose.override.yaml", format!("services:\n{base}{}", join(&over)), false);
        let selection = Selection { profiles: vec!["always".to_owned()], ..Selection::default() };
        let input = Input { files: &files, environment: Default::default(), working_folder: "/p".to_owned(), selection };
        let mut diagnostics = Diagnostics::default();
        let loaded = load(&input, Steps::TRANSLATION, &mut Sources::default(), &mut diagnostics);
        assert!(!diagnostics.has_errors(), "{:?}", diagnostics.iter().next());
        model::to_json(&loaded.unwrap().tree, true)
    }

    #[test]
    fn many_services_load_as_each_of_them_alone() {
        let many = loaded(0..3 * SERVICES);
        assert_eq!(many["services"].as_object().unwrap().len(), 3 * SERVICES + 1);
        assert_eq!(many["networks"], loaded(0..4)["networks"]);
        for number in 0..3 * SERVICES {
            let alone = loaded(number..number + 1);
            let name = format!("s{number}");
            assert_eq!(many["services"][&name], alone["services"][&name], "{name}");
        }
    }
}
