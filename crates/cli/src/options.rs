//! The options of a translation as flags, made from the library's own schema: a new option is a flag at once.

use clap::builder::{BoolishValueParser, PossibleValue, PossibleValuesParser, ValueParser};
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches};
use serde_json::{Map, Value};
use std::sync::LazyLock;
use transship::Options;

/// The headings of the help, each with its options and what their value is called.
const HEADINGS: &[(&str, &[(&str, &str)])] = &[
    (
        "Ways in",
        &[
            ("host", "SERVICE[:PORT]=HOST[/PATH]"),
            ("domain", "DOMAIN"),
            ("expose", "HOW"),
            ("ingress", "KIND"),
            ("ingress-controller", "NAME"),
            ("ingress-class", "CLASS"),
            ("gateway", "[NAMESPACE/]NAME"),
            ("gateway-class", "CLASS"),
            ("gateway-api", "VERSION"),
            ("tls-issuer", "[issuer/]NAME"),
            ("acme-email", "ADDRESS"),
            ("keep-proxies", ""),
        ],
    ),
    ("Objects and images", &[("namespace", "NAME"), ("keep-host-names", ""), ("registry", "PREFIX"), ("image-pull-secret", "NAME")]),
    ("Start order and health", &[("depends-on", "HOW"), ("liveness", ""), ("wait-image", "IMAGE"), ("job-wait-image", "IMAGE")]),
    (
        "Storage",
        &[
            ("storage-class", "CLASS"),
            ("storage-size", "QUANTITY"),
            ("shared-volumes", "HOW"),
            ("populate-volumes", "WHICH"),
            ("host-paths", "HOW"),
        ],
    ),
    ("Secrets and security", &[("secrets", "HOW"), ("secret-store", "NAME"), ("pod-security", "STANDARD"), ("network-policy", "WHEN")]),
];

/// The heading of an option that no other heading lists.
const OTHER: &str = "Other options";

/// The flags of [`Options`].
#[derive(Clone, Debug, Default)]
pub(crate) struct OptionFlags(pub(crate) Options);

/// What an option holds.
enum Shape {
    /// Yes or no.
    Switch,
    /// A list of texts.
    Texts,
    /// A text.
    Text,
    /// A whole number.
    Number,
    /// One of a list, each with its documentation.
    Choice(Vec<(String, String)>),
}

/// One option, read from the schema.
struct Flag {
    name: String,
    doc: String,
    default: Option<String>,
    shape: Shape,
}

/// Every option, in the order of the library. Several commands have them, and the schema takes long to make.
static FLAGS: LazyLock<Vec<Flag>> = LazyLock::new(|| {
    let schema = Options::schema();
    let properties = schema.get("properties").and_then(Value::as_object);
    properties.into_iter().flatten().map(|(name, property)| flag(name, property, &schema)).collect()
});

/// An option from its part of the schema.
fn flag(name: &str, property: &Value, schema: &Value) -> Flag {
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).unwrap_or("").to_owned();
    let target = text(property, "$ref");
    let definition = target.rsplit('/').next().and_then(|name| schema.get("$defs")?.get(name)).unwrap_or(property);
    let is = |kind: &str| match definition.get("type") {
        Some(Value::String(one)) => one == kind,
        Some(Value::Array(several)) => several.iter().any(|one| one == kind),
        _ => false,
    };
    let choices = definition
        .get("oneOf")
        .and_then(Value::as_array)
        .map(|list| list.iter().map(|one| (text(one, "const"), text(one, "description"))).collect::<Vec<_>>());
    let shape = match choices {
        Some(choices) => Shape::Choice(choices),
        None if is("boolean") => Shape::Switch,
        None if is("array") => Shape::Texts,
        None if is("integer") => Shape::Number,
        None => Shape::Text,
    };
    let default = match property.get("default") {
        Some(Value::String(text)) => Some(text.clone()),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    Flag { name: name.to_owned(), doc: text(property, "description"), default, shape }
}

/// The heading of an option and what its value is called.
fn placement(name: &str) -> (&'static str, &'static str) {
    let found = HEADINGS.iter().find_map(|(heading, names)| {
        let (_, value) = names.iter().find(|(listed, _)| *listed == name)?;
        Some((*heading, *value))
    });
    found.unwrap_or((OTHER, "VALUE"))
}

/// The documentation as help: one paragraph, without the full stop at its end and without Markdown, the default as the parser writes it.
fn help(doc: &str) -> String {
    let text = doc.split_whitespace().collect::<Vec<_>>().join(" ").replace('`', "");
    let text = text.strip_suffix('.').unwrap_or(&text);
    match text.split_once(". Default: ") {
        Some((text, "none")) => text.to_owned(),
        Some((text, default)) => format!("{text} [default: {default}]"),
        None => text.to_owned(),
    }
}

impl Flag {
    /// The flag for the parser.
    fn arg(&self) -> Arg {
        let (heading, value) = placement(&self.name);
        let arg = Arg::new(self.name.clone()).long(self.name.clone()).help(help(&self.doc)).help_heading(heading).value_name(value);
        let arg = match &self.default {
            Some(default) => arg.default_value(default.clone()),
            None => arg,
        };
        match &self.shape {
            Shape::Switch => arg
                .action(ArgAction::Set)
                .num_args(0..=1)
                .require_equals(true)
                .default_missing_value("true")
                .hide_possible_values(true)
                .value_name("true|false")
                .value_parser(BoolishValueParser::new()),
            Shape::Texts => arg.action(ArgAction::Append),
            Shape::Text => arg.action(ArgAction::Set).overrides_with(self.name.clone()),
            Shape::Number => arg.action(ArgAction::Set).overrides_with(self.name.clone()).value_parser(clap::value_parser!(i64)),
            Shape::Choice(values) => {
                let values = values.iter().map(|(name, doc)| PossibleValue::new(name.clone()).help(help(doc)));
                let parser = ValueParser::from(PossibleValuesParser::new(values));
                arg.action(ArgAction::Set).overrides_with(self.name.clone()).value_parser(parser)
            }
        }
    }

    /// What the command line says about this option, if it does.
    fn value(&self, matches: &ArgMatches) -> Option<Value> {
        let name = self.name.as_str();
        // A default is nothing that was said: a Compose file may say something else.
        matches.value_source(name).filter(|source| *source == ValueSource::CommandLine)?;
        match self.shape {
            Shape::Switch => matches.get_one::<bool>(name).copied().map(Value::from),
            Shape::Texts => matches.get_many::<String>(name).map(|all| all.cloned().collect()),
            Shape::Number => matches.get_one::<i64>(name).copied().map(Value::from),
            Shape::Text | Shape::Choice(_) => matches.get_one::<String>(name).cloned().map(Value::from),
        }
    }
}

impl Args for OptionFlags {
    fn augment_args(command: Command) -> Command {
        let mut flags: Vec<&Flag> = FLAGS.iter().collect();
        let order: Vec<&str> = HEADINGS.iter().flat_map(|(_, names)| names.iter().map(|(name, _)| *name)).collect();
        flags.sort_by_key(|flag| order.iter().position(|name| *name == flag.name).unwrap_or(usize::MAX));
        flags.iter().fold(command, |command, flag| command.arg(flag.arg()))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for OptionFlags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let options: Map<String, Value> = FLAGS.iter().filter_map(|flag| Some((flag.name.clone(), flag.value(matches)?))).collect();
        Options::asking(options).map(Self).map_err(|e| Error::raw(clap::error::ErrorKind::ValueValidation, format!("{e}\n")))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_option_stands_under_a_heading_and_every_listed_option_exists() {
        let mut listed: Vec<&str> = HEADINGS.iter().flat_map(|(_, names)| names.iter().map(|(name, _)| *name)).collect();
        let mut known: Vec<&str> = FLAGS.iter().map(|flag| flag.name.as_str()).collect();
        listed.sort_unstable();
        known.sort_unstable();
        assert_eq!(listed, known);
    }

    #[test]
    fn no_flags_are_the_default_options() {
        let matches = OptionFlags::augment_args(Command::new("t")).get_matches_from(["t"]);
        assert_eq!(OptionFlags::from_arg_matches(&matches).unwrap().0, Options::default());
    }

    #[test]
    fn every_option_can_be_set() {
        for flag in FLAGS.iter() {
            let values: Vec<String> = match &flag.shape {
                Shape::Switch => vec!["=true".into(), "=false".into(), String::new()],
                Shape::Number => vec!["=7".into()],
                Shape::Text | Shape::Texts => vec!["=some".into()],
                Shape::Choice(values) => values.iter().map(|(name, _)| format!("={name}")).collect(),
            };
            for value in values {
                let argument = format!("--{}{value}", flag.name);
                let matches = OptionFlags::augment_args(Command::new("t")).try_get_matches_from(["t", &argument]).unwrap();
                OptionFlags::from_arg_matches(&matches).unwrap_or_else(|e| panic!("{argument}: {e}"));
            }
        }
    }
}
