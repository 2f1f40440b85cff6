//! The diagnostics for attributes that Kubernetes cannot do or that have no meaning in a cluster.

use super::definition::Support;
use super::table::{Attribute, Row, kind_of_entry};
use crate::diag::catalog::attributes::{ATTRIBUTE_DROPPED, NO_EFFECT_ASSUMED};
use crate::diag::{Diagnostic, Diagnostics};
use crate::table::{HashSet, IndexMap};
use crate::text::Place;
use crate::yaml::{Entry, Node, Value};

/// How many further places a note names.
const PLACES: usize = 4;

/// Values that ask for nothing else than the engine's default, by the ends of paths.
const DEFAULTS: &[(&str, &[&str])] =
    &[("networks.*.driver", &["bridge", "overlay", "default"]), (".devices[].permissions", &["rwm"]), (".attach", &["true"])];

/// Attributes that the loader adds to what the user wrote, by the ends of paths.
const IMPLIED: &[&str] = &[".depends_on.*.restart"];

/// Reports each attribute of a canonical tree that does not reach the cluster: a warning wherever Kubernetes cannot do it, one note
/// for a project where it has no meaning.
#[derive(Default)]
pub struct Report {
    ignored: IndexMap<&'static str, Uses>,
}

impl Report {
    /// Looks at a tree, or at a part of one, and warns of what Kubernetes cannot do.
    pub fn look(&mut self, tree: &Node, diagnostics: &mut Diagnostics) {
        let Some(root) = Attribute::root() else { return };
        Walk { owner: None, path: Vec::new(), ignored: &mut self.ignored, diagnostics }.attributes(tree, root, None);
    }

    /// Notes what has no meaning in a cluster, once all parts were looked at.
    pub fn tell(self, diagnostics: &mut Diagnostics) {
        for uses in self.ignored.into_values() {
            diagnostics.push(uses.note());
        }
    }
}

/// Whose attribute it is.
#[derive(Clone, Copy)]
struct Owner<'a> {
    /// `service`, `network`, …
    kind: &'static str,
    name: &'a str,
}

impl Owner<'_> {
    fn subject(&self) -> String {
        format!("{} {:?}", self.kind, self.name)
    }
}

/// The uses of one attribute without a meaning.
struct Uses {
    why: &'static str,
    /// The path below the owner.
    path: String,
    first: Place,
    owner: String,
    others: Vec<(Place, String)>,
    /// All owners.
    owners: HashSet<String>,
}

impl Uses {
    fn note(self) -> Diagnostic {
        let whose = if self.owners.len() > 1 { format!("{} and {} more", self.owner, self.owners.len() - 1) } else { self.owner };
        let message = if whose.is_empty() {
            format!("`{}` has no effect in a cluster", self.path)
        } else {
            format!("{whose}: `{}` has no effect in a cluster", self.path)
        };
        let mut diagnostic = Diagnostic::new(&NO_EFFECT_ASSUMED, message).at(self.first).note(self.why);
        for (place, owner) in self.others {
            diagnostic = diagnostic.also(place, format!("also {owner}"));
        }
        diagnostic
    }
}

struct Walk<'a, 'd> {
    owner: Option<Owner<'a>>,
    path: Vec<&'a str>,
    ignored: &'d mut IndexMap<&'static str, Uses>,
    diagnostics: &'d mut Diagnostics,
}

impl<'a> Walk<'a, '_> {
    /// Looks at what a node holds. `like` is a node from which the loader has taken over what the user did not write here.
    fn attributes(&mut self, node: &'a Node, attribute: Attribute, like: Option<&'a Node>) {
        match &node.value {
            Value::Map(map) => {
                for (name, entry) in map.iter() {
                    let Some(below) = attribute.attribute(name).or_else(|| attribute.named()) else { continue };
                    let inherited = like.and_then(Node::as_map).and_then(|map| map.get(name));
                    if inherited == Some(entry) {
                        continue;
                    }
                    let owner = self.owner;
                    if self.path.len() == 1 && attribute.named().is_some() {
                        self.owner = self.path.first().and_then(|section| kind_of_entry(section)).map(|kind| Owner { kind, name });
                    }
                    self.path.push(name);
                    self.value(&entry.value, below, own_place(entry, inherited), node);
                    self.path.pop();
                    self.owner = owner;
                }
            }
            Value::List(list) => {
                let Some(below) = attribute.item() else { return };
                for item in list {
                    self.path.push("[]");
                    self.value(item, below, item.place, node);
                    self.path.pop();
                }
            }
            _ => {}
        }
    }

    /// Looks at one value of an attribute.
    fn value(&mut self, node: &'a Node, attribute: Attribute, place: Place, parent: &'a Node) {
        let row = attribute.row();
        let asks = asks(row, node) && !is_implied(row, place, parent);
        match row.support {
            Support::Unsupported { diagnostic, why, instead } if *diagnostic == ATTRIBUTE_DROPPED && asks => {
                self.dropped(place, why, instead);
            }
            Support::Ignored { why } if asks => self.ignored(place, row, why),
            Support::Unsupported { .. } | Support::Ignored { .. } | Support::Resolved { .. } => {}
            Support::Parts | Support::Translated { .. } | Support::Approximated { .. } | Support::Same => {
                // Hooks take over what the service says.
                let like = if row.path == "services.*.pre_start" { Some(parent) } else { None };
                match (like, &node.value) {
                    (Some(service), Value::List(hooks)) => {
                        let Some(hook) = attribute.item() else { return };
                        self.path.push("[]");
                        for node in hooks {
                            self.attributes(node, hook, Some(service));
                        }
                        self.path.pop();
                    }
                    _ => self.attributes(node, attribute, None),
                }
            }
        }
    }

    /// The path below the owner, in the words of the specification.
    fn shown(&self) -> String {
        let skip = if self.owner.is_some() { 2 } else { 0 };
        let mut out = String::new();
        for step in self.path.iter().skip(skip) {
            if !out.is_empty() && *step != "[]" {
                out.push('.');
            }
            out.push_str(step);
        }
        out
    }

    fn dropped(&mut self, place: Place, why: &str, instead: &str) {
        let path = self.shown();
        let message = match (&self.owner, path.as_str()) {
            (Some(owner), "") => format!("{} has no counterpart in Kubernetes", owner.subject()),
            (Some(owner), path) => format!("{}: `{path}` has no counterpart in Kubernetes", owner.subject()),
            (None, path) => format!("`{path}` has no counterpart in Kubernetes"),
        };
        self.diagnostics.push(Diagnostic::new(&ATTRIBUTE_DROPPED, message).at(place).note(why).help(instead));
    }

    fn ignored(&mut self, place: Place, row: &'static Row, why: &'static str) {
        let path = self.shown();
        let owner = self.owner.map(|owner| owner.subject()).unwrap_or_default();
        let uses = self.ignored.entry(row.path.as_str()).or_insert_with(|| Uses {
            why,
            path,
            first: place,
            owner: owner.clone(),
            others: Vec::new(),
            owners: HashSet::default(),
        });
        if place != uses.first && uses.others.len() < PLACES {
            uses.others.push((place, owner.clone()));
        }
        uses.owners.insert(owner);
    }
}

/// Where the user wrote it: a mapping that the loader joined with the service's stands at the service, its own entries do not.
fn own_place(entry: &Entry, inherited: Option<&Entry>) -> Place {
    let Some(inherited) = inherited.filter(|other| other.key == entry.key) else { return entry.key };
    let own = entry
        .value
        .as_map()
        .into_iter()
        .flatten()
        .find(|(name, own)| inherited.value.as_map().and_then(|map| map.get(*name)) != Some(*own));
    own.map_or(entry.key, |(_, own)| own.key)
}

/// Does the value ask for anything? An empty one, a switch that is off, or the engine's default does not.
fn asks(row: &Row, node: &Node) -> bool {
    let default = DEFAULTS.iter().find(|(end, _)| row.path.ends_with(end)).map(|(_, values)| *values);
    match (&node.value, default) {
        (Value::Null, _) => false,
        (Value::Bool(flag), Some(values)) => !values.contains(&if *flag { "true" } else { "false" }),
        (Value::Bool(flag), None) => *flag,
        (Value::String(text), values) => !text.is_empty() && !values.is_some_and(|values| values.contains(&text.as_str())),
        (Value::Map(map), _) => !map.is_empty(),
        (Value::List(list), _) => !list.is_empty(),
        (Value::Int(_) | Value::Float(_) | Value::Time(_), _) => true,
    }
}

/// Did the loader add it? Then it stands where all of the mapping stands that the loader made up.
fn is_implied(row: &Row, key: Place, parent: &Node) -> bool {
    key == parent.place && IMPLIED.iter().any(|end| row.path.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::Report;
    use crate::diag::Diagnostics;
    use crate::text::Sources;

    fn messages(text: &str) -> Vec<String> {
        let mut diagnostics = Diagnostics::default();
        let id = Sources::default().add("compose.yaml", text);
        let mut report = Report::default();
        for tree in crate::yaml::parse(id, text, &mut diagnostics).unwrap() {
            report.look(&tree, &mut diagnostics);
        }
        report.tell(&mut diagnostics);
        diagnostics.iter().map(|d| format!("{}: {}", d.code.name, d.message)).collect()
    }

    #[test]
    fn warns_of_each_attribute_that_kubernetes_lacks() {
        let text =
            "{services: {a: {ulimits: {nofile: 1}, post_start: [{command: [a]}], gpus: [{options: {a: b}}]}}, models: {m: {model: x}}}";
        let expected = [
            "attribute-dropped: service \"a\": `ulimits` has no counterpart in Kubernetes",
            "attribute-dropped: service \"a\": `gpus[].options` has no counterpart in Kubernetes",
            "attribute-dropped: model \"m\" has no counterpart in Kubernetes",
        ];
        assert_eq!(messages(text), expected);
    }

    #[test]
    fn notes_once_what_has_no_effect() {
        let text = "{services: {a: {logging: {driver: x}}, b: {logging: {driver: x}}, c: {logging: {}, init: false}}}";
        assert_eq!(messages(text), ["no-effect-assumed: service \"a\" and 1 more: `logging` has no effect in a cluster"]);
    }

    #[test]
    fn passes_over_what_is_translated_or_asks_for_nothing() {
        let text = "{services: {a: {image: i, ulimits: {}, oom_kill_disable: false, x-a: 1}}, networks: {n: {driver: bridge}}}";
        assert_eq!(messages(text), Vec::<String>::new());
    }
}
