//! The coverage table cannot lie: it names every attribute of the specification, once, and what it says of an attribute shows in
//! the output when the attribute is taken away (the ablation test).

#![allow(clippy::disallowed_methods, reason = "tests read the disk; the core does not")]

mod common;

use common::{Disk, Stack, cases, compare, files_below, root};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use transship::coverage::{self, Support};
use transship::diag::{Diagnostics, Severity, catalog};
use transship::text::Sources;
use transship::yaml::{self, Node, Tag, Value};
use transship::{Files, Kind, Translation, coverage::Row};

/// The paths of the specification that Docker Compose v5.6.1 reads, in its order.
fn specification() -> Vec<String> {
    let list = root().join("testdata/attributes.txt");
    std::fs::read_to_string(list).unwrap_or_default().lines().map(str::to_owned).collect()
}

#[test]
fn every_attribute_has_one_row_in_the_order_of_the_specification() {
    let rows: Vec<&str> = coverage::rows().iter().map(|row| row.path.as_str()).collect();
    assert_eq!(rows, specification());
}

#[test]
fn every_row_says_what_becomes_of_the_attribute() {
    for row in coverage::rows() {
        let texts: Vec<&str> = match &row.support {
            Support::Parts => Vec::new(),
            Support::Translated { into } => vec![into],
            Support::Approximated { into, diagnostics } => {
                assert!(!diagnostics.is_empty(), "{}: approximated, but no diagnostic says how", row.path);
                for diagnostic in *diagnostics {
                    assert!(catalog::find(diagnostic.name).is_some(), "{}: {} is not in the catalogue", row.path, diagnostic.name);
                }
                vec![into]
            }
            Support::Unsupported { diagnostic, why, instead } => {
                assert!(catalog::find(diagnostic.name).is_some(), "{}: {} is not in the catalogue", row.path, diagnostic.name);
                vec![why, instead]
            }
            Support::Ignored { why } => vec![why],
            Support::Resolved { by } => vec![by],
            Support::Same => panic!("{}: the table spells out what `Same` stands for", row.path),
        };
        for text in texts {
            assert!(!text.trim().is_empty() && !text.ends_with('.'), "{}: {text:?}", row.path);
        }
    }
}

/// Takes away each attribute of each case in turn. What is translated must change the output in some case; what Kubernetes cannot
/// do, or has no meaning, may change nothing but its own diagnostic. Attributes that no case shows are listed in
/// `testdata/unwitnessed.txt`, which `TRANSSHIP_BLESS=1` writes anew; no file is best.
#[test]
fn what_the_table_says_shows_when_the_attribute_is_taken_away() {
    let table = Table::new();
    let cases = cases();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut found = (BTreeSet::new(), Vec::new());
        while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
            table.ablate(case, &mut found.0, &mut found.1);
        }
        found
    };
    let (mut witnessed, mut lies) = (BTreeSet::new(), Vec::new());
    std::thread::scope(|scope| {
        let count = std::thread::available_parallelism().map_or(2, usize::from);
        let threads: Vec<_> = (0..count).map(|_| scope.spawn(work)).collect();
        for thread in threads {
            let (more, other) = thread.join().unwrap();
            witnessed.extend(more);
            lies.extend(other);
        }
    });
    lies.sort();
    assert!(lies.is_empty(), "\n{}", lies.join("\n"));

    let needs_witness = |row: &&Row| !matches!(row.support, Support::Parts | Support::Resolved { .. } | Support::Same);
    let missing = coverage::rows().iter().filter(needs_witness).filter(|row| !witnessed.contains(row.path.as_str()));
    let missing: String = missing.map(|row| format!("{}\n", row.path)).collect();
    let path = root().join("testdata/unwitnessed.txt");
    if compare(&path, &missing).is_none() {
        return;
    }
    let known = std::fs::read_to_string(&path).unwrap_or_default();
    let difference = |left: &str, right: &str| -> String {
        let right: BTreeSet<&str> = right.lines().collect();
        left.lines().filter(|line| !right.contains(line)).map(|line| format!("  {line}\n")).collect()
    };
    panic!(
        "testdata/unwitnessed.txt is not exact (TRANSSHIP_BLESS=1 writes it)\nno case shows any more:\n{}a case shows now:\n{}",
        difference(&missing, &known),
        difference(&known, &missing),
    );
}

/// The table by path, with what each row has of the row above.
struct Table(BTreeMap<&'static str, &'static Row>);

/// What is compared of a translation: its files, and its diagnostics without their places.
#[derive(PartialEq, Eq)]
struct Outcome {
    files: Vec<(String, String)>,
    told: BTreeMap<(&'static str, String), usize>,
    failed: bool,
}

impl Outcome {
    fn new(translation: Translation) -> Self {
        let mut told = BTreeMap::new();
        let failed = translation.files.is_empty() && translation.diagnostics.iter().any(|d| d.severity() == Severity::Error);
        for diagnostic in translation.diagnostics {
            *told.entry((diagnostic.code.name, diagnostic.message)).or_default() += 1;
        }
        Self { files: translation.files.into_iter().map(|file| (file.path, file.content)).collect(), told, failed }
    }

    /// The diagnostics that are not of this kind.
    fn told_except(&self, name: &str) -> Vec<&(&'static str, String)> {
        self.told.keys().filter(|(code, _)| *code != name).collect()
    }
}

impl Table {
    fn new() -> Self {
        Self(coverage::rows().iter().map(|row| (row.path.as_str(), row)).collect())
    }

    /// Takes away each attribute of a case: adds the rows that it shows, and what it shows the table to lie about.
    fn ablate(&self, case: &Stack, witnessed: &mut BTreeSet<&'static str>, lies: &mut Vec<String>) {
        for (path, tree) in self.compose_files(case) {
            let translate = |tree: &Node| {
                let files = Changed { disk: Disk::new(&case.folder), path: &path, text: emit(tree) };
                Outcome::new(case.translate_from(&files, &case.options))
            };
            let whole = translate(&tree);
            if whole.failed {
                // What does not load shows nothing.
                continue;
            }
            let mut uses = Vec::new();
            self.uses(&tree, "", &mut Vec::new(), &mut uses);
            for (steps, row) in uses {
                let mut less = tree.clone();
                remove(&mut less, &steps);
                match self.shows(row, &whole, &translate(&less)) {
                    Ok(true) => {
                        witnessed.insert(row.path.as_str());
                    }
                    Ok(false) => {}
                    Err(lie) => lies.push(format!("{}: `{}` is {lie}", case.name, row.path)),
                }
            }
        }
    }

    /// Does the outcome without the attribute show what the row says? An error where it shows the opposite.
    fn shows(&self, row: &Row, whole: &Outcome, less: &Outcome) -> Result<bool, String> {
        // A part of what is left out as a whole needs no diagnostic of its own.
        let is_part = above(&row.path).and_then(|path| self.0.get(path)).is_some_and(|above| above.support == row.support);
        let own = match row.support {
            Support::Parts | Support::Resolved { .. } | Support::Same => return Ok(false),
            Support::Translated { .. } | Support::Approximated { .. } => return Ok(whole != less),
            Support::Unsupported { diagnostic, .. } => diagnostic.name,
            Support::Ignored { .. } => catalog::attributes::NO_EFFECT_ASSUMED.name,
        };
        if less.failed {
            // What holds the attribute cannot be without it.
            return Ok(is_part || whole.told.keys().any(|(code, _)| *code == own));
        }
        if whole.files != less.files {
            return Err("said to have no effect, but the output changes without it".to_owned());
        }
        if whole.told_except(own) != less.told_except(own) {
            return Err(format!("said to be told by {own} alone, but other diagnostics change without it"));
        }
        Ok(is_part || whole.told != less.told)
    }

    /// The Compose files of a case, read: by the ends of their paths.
    fn compose_files(&self, case: &Stack) -> Vec<(String, Node)> {
        let paths = files_below(&case.folder).into_iter().filter(|path| path.extension().is_some_and(|end| end == "yaml" || end == "yml"));
        let read = paths.filter_map(|path| {
            let text = std::fs::read_to_string(case.folder.join(&path)).ok()?;
            let tree = parse(&text).filter(|tree| self.is_compose(tree))?;
            Some((format!("/{}", path.to_str()?), tree))
        });
        read.collect()
    }

    fn is_compose(&self, tree: &Node) -> bool {
        tree.as_map().is_some_and(|map| map.keys().any(|key| key.as_str() != "version" && self.0.contains_key(key.as_str())))
    }

    /// The attributes of a tree with the steps to them.
    fn uses<'t>(&self, node: &'t Node, path: &str, steps: &mut Vec<Step<'t>>, uses: &mut Vec<(Vec<Step<'t>>, &'static Row)>) {
        let below: Vec<(Step<'t>, String, &Node)> = match &node.value {
            Value::Map(map) => {
                let dot = if path.is_empty() { "" } else { "." };
                let named = |name: &str| Some(format!("{path}{dot}{name}")).filter(|path| self.0.contains_key(path.as_str()));
                let path_of = |name: &str| named(name).unwrap_or_else(|| format!("{path}{dot}*"));
                map.iter().map(|(name, entry)| (Step::Name(name), path_of(name), &entry.value)).collect()
            }
            Value::List(list) => list.iter().enumerate().map(|(index, item)| (Step::Item(index), format!("{path}[]"), item)).collect(),
            _ => Vec::new(),
        };
        for (step, path, value) in below {
            let Some(row) = self.0.get(path.as_str()) else { continue };
            steps.push(step);
            uses.push((steps.clone(), row));
            self.uses(value, &path, steps, uses);
            steps.pop();
        }
    }
}

/// The files of a case, one of them changed.
struct Changed<'a> {
    disk: Disk,
    /// The end of its path.
    path: &'a str,
    text: String,
}

impl Changed<'_> {
    /// Is it the file that is changed? Cases are folders below one that they do not share.
    fn is(&self, path: &str) -> bool {
        path.strip_suffix(self.path).is_some_and(|folder| folder.matches('/').count() == 2)
    }
}

impl Files for Changed<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        if self.is(path) { Ok(self.text.clone().into_bytes()) } else { self.disk.read(path) }
    }

    fn list(&self, path: &str) -> Vec<String> {
        self.disk.list(path)
    }

    fn kind(&self, path: &str) -> Kind {
        self.disk.kind(path)
    }
}

/// The path of the attribute that holds this one.
fn above(path: &str) -> Option<&str> {
    path.strip_suffix("[]").or_else(|| path.rsplit_once('.').map(|(above, _)| above))
}

/// One step from the root of a tree.
#[derive(Clone, Copy)]
enum Step<'t> {
    Name(&'t str),
    Item(usize),
}

/// Takes away what the steps lead to.
fn remove(tree: &mut Node, steps: &[Step<'_>]) {
    let Some((first, rest)) = steps.split_first() else { return };
    match (&mut tree.value, first) {
        (Value::Map(map), Step::Name(name)) if rest.is_empty() => {
            map.shift_remove(*name);
        }
        (Value::List(list), Step::Item(index)) if rest.is_empty() => {
            list.remove(*index);
        }
        (Value::Map(map), Step::Name(name)) => {
            if let Some(entry) = map.get_mut(*name) {
                remove(&mut entry.value, rest);
            }
        }
        (Value::List(list), Step::Item(index)) => {
            if let Some(item) = list.get_mut(*index) {
                remove(item, rest);
            }
        }
        _ => {}
    }
}

/// The only document of a file.
fn parse(text: &str) -> Option<Node> {
    let id = Sources::default().add("", text);
    let mut documents = yaml::parse(id, text, &mut Diagnostics::default())?;
    if documents.len() == 1 { documents.pop() } else { None }
}

/// A tree as a flow of YAML.
fn emit(node: &Node) -> String {
    fn write(node: &Node, out: &mut String) {
        out.push_str(match node.tag {
            Some(Tag::Reset) => "!reset ",
            Some(Tag::Override) => "!override ",
            None => "",
        });
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        let _ = match &node.value {
            Value::Null => write!(out, "null"),
            Value::Bool(flag) => write!(out, "{flag}"),
            Value::Int(number) => write!(out, "{number}"),
            Value::Float(number) => write!(out, "{number:?}"),
            Value::String(text) | Value::Time(text) => write!(out, "{}", quoted(text)),
            Value::List(list) => {
                out.push('[');
                for item in list {
                    write(item, out);
                    out.push_str(", ");
                }
                write!(out, "]")
            }
            Value::Map(map) => {
                out.push('{');
                for (name, entry) in map.iter() {
                    let _ = write!(out, "{}: ", quoted(name));
                    write(&entry.value, out);
                    out.push_str(", ");
                }
                write!(out, "}}")
            }
        };
    }
    let mut out = String::new();
    write(node, &mut out);
    out
}
