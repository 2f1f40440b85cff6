//! Env files: `.env` beside the project, `--env-file`, and those of included projects.

use super::dotenv::{self, Dotenv, DotenvError, Problem};
use super::loader::{Environment, Loader};
use crate::diag::Diagnostic;
use crate::diag::catalog::load::{ENV_FILE_INVALID, ENV_FILE_MISSING};
use crate::input::Kind;
use crate::text::{Place, SourceId};

/// How many bytes of a file of variables count for a value each time that a service reads it.
pub(crate) const ENV_BYTES: usize = 256;

/// Reads env files for interpolation: a later file wins over an earlier one, and values may use `environment` and what stands above.
/// `asked` is the place that names them, where a file does. `None` after an error.
pub(crate) fn read(files: &[String], environment: &Environment, asked: Option<Place>, loader: &mut Loader<'_>) -> Option<Environment> {
    let mut found = Environment::default();
    for file in files {
        let (source, text) = open(file, asked, loader)?;
        if let Some(place) = asked {
            loader.budget.read_again(&text, ENV_BYTES, place, loader.diagnostics)?;
        }
        let parsed = dotenv::parse(&text, &mut |name| environment.get(name).cloned(), &|name| found.get(name).cloned());
        let variables = accept(parsed, file, source, loader)?;
        found.extend(variables.variables.into_iter().map(|variable| (variable.key, variable.value)));
    }
    Some(found)
}

fn open(file: &str, asked: Option<Place>, loader: &mut Loader<'_>) -> Option<(SourceId, std::sync::Arc<str>)> {
    match loader.read(file) {
        Ok(read) => Some(read),
        Err(reason) => {
            let missing = loader.input.files.kind(file) == Kind::Missing;
            let name = loader.display(file);
            let mut diagnostic = if missing {
                Diagnostic::new(&ENV_FILE_MISSING, format!("the env file {name:?} does not exist"))
            } else {
                Diagnostic::new(&ENV_FILE_INVALID, format!("the env file {name:?} cannot be read: {reason}"))
            };
            if let Some(place) = asked {
                diagnostic = diagnostic.at(place);
            }
            loader.diagnostics.push(diagnostic.help(format!("the path leads to {file}; give another one, or put the file there")));
            None
        }
    }
}

/// Tells what is wrong with an env file, and notes the variables that it uses and that are not set.
pub(crate) fn accept(parsed: Result<Dotenv, DotenvError>, file: &str, source: SourceId, loader: &mut Loader<'_>) -> Option<Dotenv> {
    match parsed {
        Ok(dotenv) => {
            for unset in &dotenv.unset {
                loader.note_unset(&unset.name, Place::new(source, unset.range.start, unset.range.end));
            }
            Some(dotenv)
        }
        Err(error) => {
            let name = loader.display(file);
            let message = format!("the env file {name:?} cannot be read: line {}: {error}", error.line);
            let help = match error.problem {
                Problem::UnclosedQuote(_) => "close the quote, or write `'…'` around a value that holds one",
                Problem::Template(_) => "write `$$` for a dollar sign, or `'…'` around a value without variables",
                _ => "write `NAME=value`, one a line; names have letters, digits and `_ . - [ ]`",
            };
            loader
                .diagnostics
                .push(Diagnostic::new(&ENV_FILE_INVALID, message).at(Place::new(source, error.range.start, error.range.end)).help(help));
            None
        }
    }
}
