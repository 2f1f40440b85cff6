//! `import`: snippets and files in its place, with their arguments.

use super::syntax;
use crate::compose::Service;
use crate::table::IndexMap;
use crate::text::{Placed, path};
use crate::vocab::directive::{Directive, Fault, Written};
use crate::vocab::environment::variable;
use crate::vocab::nginx::fits;
use crate::vocab::{MountedFile, Stack};

/// How deep imports go.
const DEPTH: usize = 16;
/// How many directives come of them in all.
const DIRECTIVES: usize = 50_000;

/// A Caddyfile without imports.
#[derive(Debug, Default)]
pub(super) struct Caddyfile {
    /// The global options.
    pub(super) options: Vec<Directive>,
    /// The sites: addresses and directives.
    pub(super) sites: Vec<Directive>,
    /// What cannot be read.
    pub(super) faults: Vec<Fault>,
}

/// The variables of files that Caddy itself is told to read: `--envfile PATH`.
pub(super) fn given(stack: &mut Stack<'_>, service: &Service) -> IndexMap<String, String> {
    let words = [&service.container.entrypoint, &service.container.command].into_iter().flatten().flat_map(|words| &words.value);
    let words: Vec<&str> = words.map(|word| word.value.as_str()).collect();
    let mut out = IndexMap::default();
    for (at, word) in words.iter().enumerate() {
        let next = words.get(at + 1).copied().filter(|_| *word == "--envfile");
        let Some(file) = next.or_else(|| word.strip_prefix("--envfile=")).and_then(|path| stack.file(service, path)) else { continue };
        for line in file.text.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
            if let Some((name, value)) = line.trim_start_matches("export ").split_once('=') {
                out.insert(name.trim().to_owned(), value.trim().trim_matches(['"', '\'']).to_owned());
            }
        }
    }
    out
}

/// A file as a service sees it, with the variables of its environment, and of the files that it is `given`.
pub(super) fn read_file(service: &Service, given: &IndexMap<String, String>, file: &MountedFile) -> Result<Vec<Directive>, Fault> {
    let value = |name: &str| variable(service, name).map(|value| &value.value).or_else(|| given.get(name)).cloned();
    let find = |rest: &str| syntax::variable(rest, value);
    syntax::read(&Written::replacing(&file.text, file.origin(), find)?)
}

/// Puts snippets and files in place of imports. `service` and `home`: who reads them, from which folder.
pub(super) fn unfold(stack: &mut Stack<'_>, service: Option<&Service>, home: &str, blocks: Vec<Directive>) -> Caddyfile {
    let given = service.map(|service| given(stack, service)).unwrap_or_default();
    let mut importer = Importer { service, given, snippets: IndexMap::default(), faults: Vec::new(), left: DIRECTIVES };
    let mut out = Caddyfile::default();
    importer.top(stack, home, blocks, 0, &mut out);
    let sites = std::mem::take(&mut out.sites);
    for mut site in sites {
        let block = site.block.take().unwrap_or_default();
        site.block = Some(importer.block(stack, home, block, 0));
        out.sites.push(site);
    }
    let options = std::mem::take(&mut out.options);
    out.options = importer.block(stack, home, options, 0);
    out.faults = importer.faults;
    out
}

struct Importer<'s> {
    service: Option<&'s Service>,
    given: IndexMap<String, String>,
    snippets: IndexMap<String, Vec<Directive>>,
    faults: Vec<Fault>,
    left: usize,
}

impl Importer<'_> {
    /// Sorts the blocks of a file, and of those it imports, into options, snippets and sites.
    fn top(&mut self, stack: &mut Stack<'_>, home: &str, blocks: Vec<Directive>, depth: usize, out: &mut Caddyfile) {
        for block in blocks {
            let name = block.name();
            if block.words.is_empty() {
                out.options.extend(block.block.unwrap_or_default());
            } else if let Some(snippet) = name.strip_prefix('(').and_then(|name| name.strip_suffix(')')) {
                self.snippets.insert(snippet.to_owned(), block.block.clone().unwrap_or_default());
            } else if name == "import" && block.block.is_none() {
                for (home, directives) in self.files(stack, home, &block) {
                    if depth < DEPTH {
                        self.top(stack, &home, directives, depth + 1, out);
                    }
                }
            } else {
                out.sites.push(block);
            }
        }
    }

    /// The directives of a block without imports.
    fn block(&mut self, stack: &mut Stack<'_>, home: &str, directives: Vec<Directive>, depth: usize) -> Vec<Directive> {
        let mut out = Vec::new();
        for mut directive in directives {
            if self.left == 0 || depth > DEPTH {
                self.faults.push(Fault { why: "it imports too much".to_owned(), place: directive.place });
                break;
            }
            self.left -= 1;
            if directive.name() != "import" {
                if let Some(block) = directive.block.take() {
                    directive.block = Some(self.block(stack, home, block, depth));
                }
                out.push(directive);
                continue;
            }
            let snippet = directive.value(0).and_then(|name| self.snippets.get(name)).cloned();
            let imported = match snippet {
                Some(snippet) => vec![(home.to_owned(), snippet)],
                None => self.files(stack, home, &directive),
            };
            for (home, mut inner) in imported {
                let arguments = directive.values().get(1..).unwrap_or_default();
                inner = inner.iter().flat_map(|one| filled(one, arguments, directive.inner())).collect();
                out.extend(self.block(stack, &home, inner, depth + 1));
            }
        }
        out
    }

    /// The files that an import names, each with the folder that it lies in, as directives.
    fn files(&mut self, stack: &mut Stack<'_>, home: &str, import: &Directive) -> Vec<(String, Vec<Directive>)> {
        let Some(pattern) = import.value(0) else { return Vec::new() };
        let missing = Fault { why: format!("{pattern:?} is neither a snippet nor among the mounted files"), place: import.place };
        let Some(service) = self.service else {
            self.faults.push(missing);
            return Vec::new();
        };
        let pattern = if pattern.starts_with('/') { pattern.to_owned() } else { path::join(home, pattern) };
        let files = if pattern.contains('*') {
            let name = path::file_name(&pattern);
            let inside = stack.folder(service, &path::parent(&pattern));
            inside.into_iter().filter(|file| fits(path::file_name(&file.path), name)).collect()
        } else {
            let file: Vec<MountedFile> = stack.file(service, &pattern).into_iter().collect();
            if file.is_empty() {
                self.faults.push(missing);
            }
            file
        };
        let mut out = Vec::new();
        for file in files {
            match read_file(service, &self.given, &file).or_else(|fault| lines(service, &self.given, &file).ok_or(fault)) {
                Ok(directives) => out.push((path::parent(&file.path), directives)),
                Err(fault) => self.faults.push(fault),
            }
        }
        out
    }
}

/// A file of directives without a site around them: read as if one stood there.
fn lines(service: &Service, given: &IndexMap<String, String>, file: &MountedFile) -> Option<Vec<Directive>> {
    let value = |name: &str| variable(service, name).map(|value| &value.value).or_else(|| given.get(name)).cloned();
    let find = |rest: &str| syntax::variable(rest, value);
    syntax::directives(&Written::replacing(&file.text, file.origin(), find).ok()?).ok()
}

/// A directive of a snippet with its arguments filled in; `{block}` becomes the block of the import.
fn filled(directive: &Directive, arguments: &[Placed<String>], block: &[Directive]) -> Vec<Directive> {
    if directive.words.len() == 1 && directive.name() == "{block}" {
        return block.to_vec();
    }
    let mut words = Vec::with_capacity(directive.words.len());
    for word in &directive.words {
        if word.value == "{args[:]}" || word.value == "{args.*}" {
            words.extend(arguments.iter().cloned());
            continue;
        }
        let mut text = word.value.clone();
        let has = text.contains("{args");
        for (number, argument) in arguments.iter().enumerate().filter(|_| has) {
            text = text.replace(&format!("{{args[{number}]}}"), &argument.value).replace(&format!("{{args.{number}}}"), &argument.value);
        }
        words.push(Placed::new(text, word.place));
    }
    let inner = directive.block.as_ref().map(|inner| inner.iter().flat_map(|one| filled(one, arguments, block)).collect());
    vec![Directive { words, block: inner, place: directive.place }]
}
