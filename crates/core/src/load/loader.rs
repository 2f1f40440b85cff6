//! What every loading step shares: the input, the texts that were read, and what there is to tell.

use super::Steps;
use super::damage::Damage;
use crate::diag::catalog::load::{COMPOSE_FILE_INVALID, COMPOSE_FILE_MISSING, PROJECT_SIZE_INVALID, UNSET_VARIABLE_APPROXIMATED};
use crate::diag::{Diagnostic, Diagnostics, Severity};
use crate::input::{Input, Kind};
use crate::table::{HashMap, HashSet, IndexMap};
use crate::text::{Place, SourceId, Sources, number, path, similar};
use crate::yaml::{self, Map, Node, Text, Value};
use std::ops::Range;
use std::sync::Arc;

/// Variables by name.
pub(crate) type Environment = IndexMap<String, String>;

/// How many places of an unset variable a warning shows.
const PLACES_SHOWN: usize = 4;

/// How many unset variables are told one by one.
const UNSET_SHOWN: usize = 10_000;

/// How many files between an error and the main file are shown.
const ORIGINS_SHOWN: usize = 8;

/// How many bytes of a Compose file that is parsed again count for a value.
const PARSED_BYTES: usize = 8;

/// How many values that go through all steps once more count for one that is added.
const PASSED_VALUES: usize = 4;

/// How many values copies and ranges may add to what the files say, so that a small file cannot fill the memory: as many as one file
/// could have that is as long as all of them. Ten thousand services stay far below.
pub(crate) struct Budget {
    /// How long the Compose files are together.
    bytes: usize,
    spent: usize,
    told: bool,
}

impl Budget {
    /// Counts a Compose file that was read.
    const fn add(&mut self, text: &str) {
        self.bytes += text.len();
    }

    /// Takes values away. `None`, told once, when there are none left.
    pub(crate) fn spend(&mut self, values: usize, place: Place, diagnostics: &mut Diagnostics) -> Option<()> {
        let most = yaml::most_values(self.bytes);
        match self.spent.checked_add(values).filter(|spent| *spent <= most) {
            Some(spent) => {
                self.spent = spent;
                Some(())
            }
            None if std::mem::replace(&mut self.told, true) => None,
            None => {
                let message = format!("the project grows by more than {} values up to here", number::grouped(most));
                diagnostics.push(
                    Diagnostic::new(&PROJECT_SIZE_INVALID, message)
                        .at(place)
                        .help("copies by `extends` and `include`, env files, ports and mounts multiply what is written: use fewer of them"),
                );
                None
            }
        }
    }

    /// Was more asked for than there is? Then nothing more needs to be read.
    pub(crate) const fn is_spent(&self) -> bool {
        self.told
    }

    /// Takes away what it takes to go through `text` once more, so that a small file cannot have a large one read without end:
    /// one value for so many bytes.
    pub(crate) fn read_again(&mut self, text: &str, bytes: usize, place: Place, diagnostics: &mut Diagnostics) -> Option<()> {
        self.spend(text.len() / bytes, place, diagnostics)
    }

    /// Takes away as many values as a copy of `node` has.
    pub(crate) fn copy(&mut self, node: &Node, place: Place, diagnostics: &mut Diagnostics) -> Option<()> {
        self.spend(count(node), place, diagnostics)
    }

    /// Takes away what it takes to go through all steps once more with what was loaded before, so that many small documents and nested
    /// includes stay in proportion to what they add.
    pub(crate) fn pass(&mut self, model: &Map, place: Place, diagnostics: &mut Diagnostics) -> Option<()> {
        self.spend(count_all(model) / PASSED_VALUES, place, diagnostics)
    }
}

fn count_all(map: &Map) -> usize {
    map.values().map(|entry| count(&entry.value)).sum()
}

fn count(node: &Node) -> usize {
    match &node.value {
        Value::Map(map) => count_all(map) + 1,
        Value::List(items) => items.iter().map(count).sum::<usize>() + 1,
        Value::String(text) => weight(text),
        _ => 1,
    }
}

/// How many values a text counts for: a long one takes the memory of several.
pub(crate) fn weight(text: &str) -> usize {
    text.len() / 64 + 1
}

/// The state of a loading.
pub(crate) struct Loader<'a> {
    /// What to load.
    pub(crate) input: &'a Input<'a>,
    /// Which steps run.
    pub(crate) steps: Steps,
    /// Every text that was read.
    pub(crate) sources: &'a mut Sources,
    /// What there is to tell.
    pub(crate) diagnostics: &'a mut Diagnostics,
    texts: HashMap<String, Result<SourceId, String>>,
    /// The Compose files that were parsed.
    parsed: HashSet<SourceId>,
    /// The place that brought each file in, for those that `include` or `extends` names.
    origins: HashMap<SourceId, Place>,
    unset: IndexMap<String, Vec<Place>>,
    /// Where the first variable is used that is not among them, and how many times such ones are.
    more_unset: Option<(Place, usize)>,
    /// How much the project may still grow.
    pub(crate) budget: Budget,
    /// Variables that only an included project sets and that its configs and secrets take their content from.
    pub(crate) content_variables: Environment,
    /// What errors took away so far.
    pub(crate) damage: Damage,
    /// Jobs whose lists say the same twice in long forms.
    pub(crate) repeated: Vec<Text>,
    /// How many included models were loaded.
    pub(crate) includes: usize,
}

/// A Compose file that was read and parsed.
#[derive(Clone)]
pub(crate) struct ComposeFile {
    /// Absolute, or `-`.
    pub(crate) path: String,
    /// How the user knows it.
    pub(crate) name: String,
    /// Its text.
    pub(crate) source: SourceId,
    /// Its documents.
    pub(crate) documents: Vec<Node>,
}

impl<'a> Loader<'a> {
    /// The state at the beginning.
    pub(crate) fn new(input: &'a Input<'a>, steps: Steps, sources: &'a mut Sources, diagnostics: &'a mut Diagnostics) -> Self {
        Self {
            input,
            steps,
            sources,
            diagnostics,
            texts: HashMap::default(),
            parsed: HashSet::default(),
            origins: HashMap::default(),
            unset: IndexMap::default(),
            more_unset: None,
            budget: Budget { bytes: 0, spent: 0, told: false },
            content_variables: Environment::default(),
            repeated: Vec::new(),
            damage: Damage::None,
            includes: 0,
        }
    }

    /// The folder that `~` stands for.
    pub(crate) fn home(&self) -> Option<&'a str> {
        self.input.environment.get("HOME").map(String::as_str)
    }

    /// A path as the user knows it: relative to the working folder where it lies below it.
    pub(crate) fn display(&self, path: &str) -> String {
        path::relative_to(path, &path::clean(&self.input.working_folder)).unwrap_or_else(|| path.to_owned())
    }

    /// The text of a file; each file is read once.
    ///
    /// # Errors
    /// Why it cannot be read, as a phrase for the user.
    pub(crate) fn read(&mut self, path: &str) -> Result<(SourceId, Arc<str>), String> {
        if !self.texts.contains_key(path) {
            let read = self.read_anew(path);
            self.texts.insert(path.to_owned(), read);
        }
        match self.texts.get(path) {
            Some(Ok(id)) => Ok((*id, self.sources.get(*id).map(|source| source.text.clone()).unwrap_or_default())),
            Some(Err(reason)) => Err(reason.clone()),
            None => Err("no such file or directory".to_owned()),
        }
    }

    fn read_anew(&mut self, path: &str) -> Result<SourceId, String> {
        if path != "-" && matches!(self.input.files.kind(path), Kind::Folder) {
            return Err("it is a folder".to_owned());
        }
        let bytes = self.input.files.read(path)?;
        let text = String::from_utf8(bytes).map_err(|error| format!("it is no UTF-8 text: byte {}", error.utf8_error().valid_up_to()))?;
        let name = self.display(path);
        Ok(self.sources.add(name, text))
    }

    /// Reads and parses a Compose file; `asked` is the place that names it, where a file does. `None` after an error.
    pub(crate) fn compose_file(&mut self, path: &str, asked: Option<Place>) -> Option<ComposeFile> {
        let name = self.display(path);
        match self.read(path) {
            Ok((source, text)) => {
                if let Some(place) = asked.filter(|place| place.source != source) {
                    self.origins.entry(source).or_insert(place);
                }
                match (self.parsed.insert(source), asked) {
                    (true, _) => self.budget.add(&text),
                    (false, Some(place)) => self.budget.read_again(&text, PARSED_BYTES, place, self.diagnostics)?,
                    (false, None) => {}
                }
                let documents = yaml::parse(source, &text, self.diagnostics)?;
                Some(ComposeFile { path: path.to_owned(), name, source, documents })
            }
            Err(reason) => {
                let missing = path != "-" && self.input.files.kind(path) == Kind::Missing;
                let code = if missing { &COMPOSE_FILE_MISSING } else { &COMPOSE_FILE_INVALID };
                let problem = if missing {
                    format!("the Compose file {name:?} does not exist")
                } else {
                    format!("the Compose file {name:?} cannot be read: {reason}")
                };
                let diagnostic = Diagnostic::new(code, problem);
                let diagnostic = match asked {
                    Some(place) => diagnostic.at(place).help(format!("the path leads to {path}; change it, or put the file there")),
                    None => diagnostic.help(format!("the path leads to {path}; give another one, or put the file there")),
                };
                self.diagnostics.push(diagnostic);
                None
            }
        }
    }

    /// Brings what was told into order: one error for each cause, with the way by which its file came in.
    pub(crate) fn settle(&mut self) {
        let mut seen = HashSet::default();
        for mut diagnostic in std::mem::take(self.diagnostics).into_sorted() {
            let Some(place) = diagnostic.primary.as_ref().map(|label| label.place) else {
                self.diagnostics.push(diagnostic);
                continue;
            };
            // `extends` and anchors bring one fault into several services.
            let is_new = seen.insert((diagnostic.code.name, place, without_owner(&diagnostic.message).to_owned()));
            if diagnostic.severity() == Severity::Error && !is_new {
                continue;
            }
            let origins = std::iter::successors(self.origins.get(&place.source), |origin| self.origins.get(&origin.source));
            if diagnostic.severity() == Severity::Error {
                for origin in origins.take(ORIGINS_SHOWN) {
                    diagnostic = diagnostic.also(*origin, "this brings the file in");
                }
            }
            self.diagnostics.push(diagnostic);
        }
    }

    /// Notes the use of a variable that is not set.
    pub(crate) fn note_unset(&mut self, name: &str, place: Place) {
        if self.unset.len() >= UNSET_SHOWN && !self.unset.contains_key(name) {
            self.more_unset.get_or_insert((place, 0)).1 += 1;
            return;
        }
        let places = self.unset.entry(name.to_owned()).or_default();
        if !places.contains(&place) && places.len() <= PLACES_SHOWN {
            places.push(place);
        }
    }

    /// Tells about the variables that are not set, once each; `known` are those that are set.
    pub(crate) fn tell_unset(&mut self, known: &Environment) {
        for (index, (name, places)) in std::mem::take(&mut self.unset).into_iter().enumerate() {
            let mut places = places.into_iter();
            let Some(first) = places.next() else { continue };
            // Short names are near to each other by chance, and comparing many takes long.
            let near = if index < similar::SUGGESTIONS && name.len() > 4 {
                similar::closest(&name, known.keys().map(String::as_str))
            } else {
                None
            };
            let mut diagnostic = Diagnostic::new(
                &UNSET_VARIABLE_APPROXIMATED,
                format!("the variable `{name}` is not set, so an empty text takes its place"),
            )
            .at(first)
            .help(match near {
                Some(other) => {
                    format!("did you mean `{other}`? Else set it in the environment or in `.env`, or write a default: `${{{name}:-…}}`")
                }
                None => format!("set it in the environment or in `.env`, or write a default: `${{{name}:-…}}`"),
            });
            for place in places {
                diagnostic = diagnostic.also(place, "also here");
            }
            self.diagnostics.push(diagnostic);
        }
        if let Some((place, uses)) = self.more_unset.take() {
            let message = format!("more variables are not set, {uses} uses of them from here on, so an empty text takes the place of each");
            let help = "set them in the environment or in `.env`, or write defaults: `${NAME:-…}`";
            self.diagnostics.push(Diagnostic::new(&UNSET_VARIABLE_APPROXIMATED, message).at(place).help(help));
        }
    }

    /// Where the parts of a text stand.
    pub(crate) fn parts<'n>(&self, node: &'n Node) -> Parts<'n> {
        let (value, written) = (node.as_str().unwrap_or_default(), self.sources.slice(node.place).to_owned());
        Parts { node, value, offset: written.find(value), written, searches: 0 }
    }
}

/// A message without the name of the service or job that it begins with.
fn without_owner(message: &str) -> &str {
    let is_owned = message.starts_with("service \"") || message.starts_with("job \"");
    if is_owned { message.splitn(3, '"').nth(2).unwrap_or(message) } else { message }
}

/// How many parts of a text that is written with escapes are looked for; each takes a walk through the text.
const SEARCHES: usize = 100;

/// The parts of a text, and where they are written.
pub(crate) struct Parts<'n> {
    node: &'n Node,
    value: &'n str,
    written: String,
    /// Where the value as a whole stands in what is written; escapes may have made it shorter than that.
    offset: Option<usize>,
    searches: usize,
}

impl Parts<'_> {
    /// The place of a part; `range` counts bytes of the value.
    pub(crate) fn place(&mut self, range: Range<usize>) -> Place {
        let Some(fragment) = self.value.get(range.clone()).filter(|fragment| !fragment.is_empty()) else { return self.node.place };
        let offset = match self.offset {
            Some(offset) => Some(offset + range.start),
            None if self.searches < SEARCHES => {
                self.searches += 1;
                self.written.find(fragment)
            }
            None => None,
        };
        let at = |offset: usize| {
            Place::new(
                self.node.place.source,
                self.node.place.start as usize + offset,
                self.node.place.start as usize + offset + fragment.len(),
            )
        };
        offset.map_or(self.node.place, at)
    }
}
