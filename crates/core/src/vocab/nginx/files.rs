//! The files of an nginx: its main file, what it includes, and templates that its image fills in.

use super::syntax;
use crate::compose::Service;
use crate::text::{Place, path};
use crate::vocab::directive::{Directive, Fault, Written};
use crate::vocab::environment::variable;
use crate::vocab::{MountedFile, Stack};

/// Where the image keeps its configuration, and the file that it starts from.
const PLACES: &[(&str, &str)] = &[
    ("/etc/nginx", "/etc/nginx/nginx.conf"),
    ("/usr/local/openresty/nginx/conf", "/usr/local/openresty/nginx/conf/nginx.conf"),
    ("/usr/local/nginx/conf", "/usr/local/nginx/conf/nginx.conf"),
    ("/opt/bitnami/nginx/conf", "/opt/bitnami/nginx/conf/nginx.conf"),
];

/// Folders whose files the images' own main file includes.
const INCLUDED: &[&str] = &["/etc/nginx/conf.d/*.conf", "/etc/nginx/http.d/*.conf", "/opt/bitnami/nginx/conf/server_blocks/*.conf"];

/// How deep files include each other.
const DEPTH: usize = 16;
/// How many directives are read in all.
const DIRECTIVES: usize = 100_000;

/// What an nginx reads.
#[derive(Debug, Default)]
pub(super) struct Configuration {
    /// The directives of its `http` block, includes unfolded.
    pub(super) http: Vec<Directive>,
    /// Blocks beside `http` that do something: `stream`, `mail`.
    pub(super) others: Vec<Directive>,
    /// Files that cannot be read.
    pub(super) faults: Vec<Fault>,
}

/// What a service's nginx reads from files of the project; `None` where it has none.
pub(super) fn gather(stack: &mut Stack<'_>, service: &Service) -> Option<Configuration> {
    let mut reader = Reader { service, files: templates(stack, service), configuration: Configuration::default(), left: DIRECTIVES };
    let words = [&service.container.entrypoint, &service.container.command].into_iter().flatten().flat_map(|words| &words.value);
    let words: Vec<&str> = words.map(|word| word.value.as_str()).collect();
    let named = words.iter().position(|word| *word == "-c").and_then(|at| words.get(at + 1)).map(|word| (*word).to_owned());
    let main = named.into_iter().chain(PLACES.iter().map(|(_, main)| (*main).to_owned())).find_map(|main| {
        let file = stack.file(service, &main)?;
        Some(file)
    });
    if let Some(main) = main {
        for directive in reader.file(stack, &main, 0) {
            match directive.name() {
                "http" => reader.configuration.http.extend(directive.block.unwrap_or_default()),
                "stream" | "mail" | "rtmp" => reader.configuration.others.push(directive),
                _ => {}
            }
        }
    } else {
        for pattern in INCLUDED {
            let found = reader.matching(stack, pattern);
            for file in found {
                let more = reader.file(stack, &file, 0);
                reader.configuration.http.extend(more);
            }
        }
    }
    let configuration = reader.configuration;
    let nothing = configuration.http.is_empty() && configuration.others.is_empty() && configuration.faults.is_empty();
    (!nothing).then_some(configuration)
}

/// A file with its variables filled in.
struct Filled {
    path: String,
    text: Written,
}

impl Filled {
    /// A file of this path, whose text is read from here.
    fn file(&self, mount: Place) -> MountedFile {
        MountedFile { path: self.path.clone(), text: "".into(), source: None, mount }
    }
}

/// `/etc/nginx/templates/*.template`, which the official image fills in with the environment and writes to `conf.d`.
fn templates(stack: &mut Stack<'_>, service: &Service) -> Vec<Filled> {
    let setting = |name: &str, usual: &str| variable(service, name).map_or_else(|| usual.to_owned(), |value| value.value.clone());
    let from = setting("NGINX_ENVSUBST_TEMPLATE_DIR", "/etc/nginx/templates");
    let suffix = setting("NGINX_ENVSUBST_TEMPLATE_SUFFIX", ".template");
    let to = setting("NGINX_ENVSUBST_OUTPUT_DIR", "/etc/nginx/conf.d");
    let mut out = Vec::new();
    for file in stack.folder(service, &from) {
        let Some(name) = path::file_name(&file.path).strip_suffix(&suffix) else { continue };
        let find = |rest: &str| placeholder(rest, |name| variable(service, name).map(|value| value.value.clone()));
        if let Ok(text) = Written::replacing(&file.text, file.origin(), find) {
            out.push(Filled { path: format!("{}/{name}", to.trim_end_matches('/')), text });
        }
    }
    out
}

/// The first `$NAME` or `${NAME}` whose variable is set; others stay, as they are nginx's own.
fn placeholder(rest: &str, value: impl Fn(&str) -> Option<String>) -> Option<(usize, usize, String)> {
    for (start, _) in rest.match_indices('$') {
        let behind = rest.get(start + 1..)?;
        let (inside, braces) = behind.strip_prefix('{').map_or((behind, 0), |inside| (inside, 2));
        let length = inside.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(inside.len());
        let name = inside.get(..length)?;
        let closed = braces == 0 || inside.get(length..).is_some_and(|end| end.starts_with('}'));
        if let Some(value) = Some(name).filter(|_| closed).and_then(&value) {
            return Some((start, start + 1 + length + braces, value));
        }
    }
    None
}

struct Reader<'s> {
    service: &'s Service,
    /// Files that do not lie in a mount as they stand.
    files: Vec<Filled>,
    configuration: Configuration,
    left: usize,
}

impl Reader<'_> {
    /// The directives of a file, with what it includes in their places.
    fn file(&mut self, stack: &mut Stack<'_>, file: &MountedFile, depth: usize) -> Vec<Directive> {
        let filled = self.files.iter().find(|filled| filled.path == file.path);
        let read = match filled {
            Some(filled) => syntax::read(&filled.text),
            None => syntax::read(&Written::plain(&file.text, file.origin())),
        };
        match read {
            Ok(directives) => self.unfold(stack, directives, depth),
            Err(fault) => {
                self.configuration.faults.push(fault);
                Vec::new()
            }
        }
    }

    /// Puts included files in place of `include`.
    fn unfold(&mut self, stack: &mut Stack<'_>, directives: Vec<Directive>, depth: usize) -> Vec<Directive> {
        let mut out = Vec::new();
        for mut directive in directives {
            if self.left == 0 {
                break;
            }
            self.left -= 1;
            if directive.name() == "include" {
                let pattern = directive.value(0).unwrap_or_default();
                let pattern = if pattern.starts_with('/') { pattern.to_owned() } else { format!("{}/{pattern}", self.home()) };
                let files = if depth < DEPTH { self.matching(stack, &pattern) } else { Vec::new() };
                if files.is_empty() && !pattern.contains(['*', '?']) && !is_of_the_image(&pattern) {
                    let why = format!("{pattern} is not among the mounted files");
                    self.configuration.faults.push(Fault { why, place: directive.place });
                }
                for file in files {
                    out.extend(self.file(stack, &file, depth + 1));
                }
                continue;
            }
            if let Some(block) = directive.block.take() {
                directive.block = Some(self.unfold(stack, block, depth));
            }
            out.push(directive);
        }
        out
    }

    /// The folder that relative paths start from.
    fn home(&self) -> &'static str {
        let image = self.service.container.image.as_ref().map_or("", |image| image.value.as_str());
        let place = if image.contains("openresty") {
            1
        } else if image.contains("bitnami") {
            3
        } else {
            0
        };
        PLACES.get(place).map_or("/etc/nginx", |(home, _)| home)
    }

    /// The files that a pattern names, in order.
    fn matching(&self, stack: &mut Stack<'_>, pattern: &str) -> Vec<MountedFile> {
        if !pattern.contains(['*', '?', '[']) {
            let filled = self.files.iter().find(|filled| filled.path == pattern);
            let mounted = stack.file(self.service, pattern);
            return mounted.or_else(|| filled.map(|filled| filled.file(self.service.place))).into_iter().collect();
        }
        let (folder, name) = (path::parent(pattern), path::file_name(pattern));
        let mut files = stack.folder(self.service, &folder);
        for filled in &self.files {
            if path::parent(&filled.path) == folder && !files.iter().any(|file| file.path == filled.path) {
                files.push(filled.file(self.service.place));
            }
        }
        files.retain(|file| fits(path::file_name(&file.path), name));
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files
    }
}

/// Does the image bring this file itself, with nothing in it that leads requests anywhere?
fn is_of_the_image(path: &str) -> bool {
    let name = path::file_name(path);
    name == "mime.types"
        || name.ends_with("_params")
        || name.ends_with("fastcgi.conf")
        || name.starts_with("options-ssl-nginx")
        || path.contains("/modules")
        || name.starts_with("koi-")
        || name.starts_with("win-")
}

/// Does a name fit a pattern with `*` and `?`?
pub(in crate::vocab) fn fits(name: &str, pattern: &str) -> bool {
    let (name, pattern): (Vec<char>, Vec<char>) = (name.chars().collect(), pattern.chars().collect());
    let (mut n, mut p, mut back) = (0, 0, None);
    while n < name.len() {
        match pattern.get(p) {
            Some('*') => {
                back = Some((p, n));
                p += 1;
            }
            Some(c) if *c == '?' || name.get(n) == Some(c) => (n, p) = (n + 1, p + 1),
            _ => match back {
                Some((star, at)) => {
                    back = Some((star, at + 1));
                    (p, n) = (star + 1, at + 1);
                }
                None => return false,
            },
        }
    }
    pattern.get(p..).is_some_and(|rest| rest.iter().all(|c| *c == '*'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_names() {
        for (name, pattern, holds) in [
            ("a.conf", "*.conf", true),
            ("a.conf", "*", true),
            ("a.conf", "?.conf", true),
            ("a.conf.bak", "*.conf", false),
            ("", "*", true),
            ("ab", "a*b*", true),
            ("b", "a*", false),
        ] {
            assert_eq!(fits(name, pattern), holds, "{name} {pattern}");
        }
    }

    #[test]
    fn only_variables_of_the_environment_are_filled_in() {
        let value = |name: &str| (name == "HOST").then(|| "a.example".to_owned());
        assert_eq!(placeholder("x $uri ${HOST};", value), Some((7, 14, "a.example".to_owned())));
        assert_eq!(placeholder("$HOST", value), Some((0, 5, "a.example".to_owned())));
        assert_eq!(placeholder("$host ${HOST", value), None);
    }
}
