//! The command line: subcommands, flags and their help.

use crate::options::OptionFlags;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use transship::Selection;

const ABOUT: &str = "Carries Docker Compose stacks over to Kubernetes";

const LONG_ABOUT: &str = "\
Carries Docker Compose stacks over to Kubernetes: reads the Compose files of a project as Docker Compose does, and writes \
Kubernetes manifests that behave the same. What cannot be the same is told, with the line that asks for it.";

const EXAMPLES: &str = "\
Examples:
  transship convert                      print the manifests of the project in this folder
  transship convert -o k8s               write them to the folder k8s, one file an object
  kubectl apply -f k8s                   … and start the stack
  transship -f compose.yaml -f prod.yaml convert --host web=app.example.com
  transship explain docker-socket-dropped

Exit status:
  0  no errors (there may be warnings: --strict counts them as errors)
  1  errors in the project, or a file that cannot be read or written
  2  the command line is wrong

Manifests go to standard output or a folder; everything else goes to standard error.";

/// The command line.
#[derive(Parser)]
#[command(name = "transship", version, about = ABOUT, long_about = LONG_ABOUT, after_help = EXAMPLES, max_term_width = 120)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) project: ProjectFlags,
    #[command(flatten)]
    pub(crate) report: ReportFlags,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// What to do.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Write the Kubernetes manifests of a project
    Convert(Box<ConvertFlags>),
    /// Tell what a conversion would report, and write nothing
    Check(Box<CheckFlags>),
    /// Print a script that copies the data of Docker's volumes and folders into the claims of the cluster
    #[command(name = "data")]
    Carry(Box<CarryFlags>),
    /// Print the project as Docker Compose understands it: merged, with variables replaced
    Config(Box<ConfigFlags>),
    /// Explain a diagnostic: what Compose does, what Kubernetes does, what to do
    Explain(ExplainFlags),
    /// Print the JSON Schema of x-transship in a Compose file, for editors
    Schema,
    /// Print the completions of a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man {
        /// Write one page for each command into this folder instead
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
}

/// How the project is found: the global flags of Docker Compose. They may stand before or after the subcommand; where a flag that takes
/// one value stands in both places, the later wins.
#[derive(Args, Clone, Default)]
#[command(next_help_heading = "Project")]
pub(crate) struct ProjectFlags {
    /// A Compose file; repeat it to merge several, `-` reads standard input [default: compose.yaml and its like, here or in a folder above]
    #[arg(short, long, value_name = "FILE")]
    file: Vec<String>,
    /// The name of the project [default: the name in the files, else the folder's]
    #[arg(short, long, value_name = "NAME", overrides_with = "project_name")]
    project_name: Option<String>,
    /// The folder that relative paths start from [default: the folder of the first Compose file]
    #[arg(long, value_name = "DIR", alias = "workdir", overrides_with = "project_directory")]
    project_directory: Option<String>,
    /// Activate the services of a profile; repeat it for several, `*` activates all
    #[arg(long, value_name = "NAME")]
    profile: Vec<String>,
    /// Take variables from this file; repeat it for several [default: .env beside the project]
    #[arg(long, value_name = "FILE")]
    env_file: Vec<String>,
    /// Keep volumes, networks, configs and secrets that no service uses
    #[arg(long)]
    all_resources: bool,
    #[command(flatten)]
    ignored: IgnoredFlags,
}

/// Flags of Docker Compose that mean nothing here. They are taken so that a command line can be reused as it is.
#[derive(Args, Clone, Default)]
struct IgnoredFlags {
    #[arg(long, hide = true)]
    compatibility: bool,
    #[arg(long, hide = true, value_name = "TYPE", overrides_with = "progress")]
    progress: Option<String>,
    #[arg(long, hide = true, value_name = "N", allow_hyphen_values = true, overrides_with = "parallel")]
    parallel: Option<String>,
}

impl ProjectFlags {
    /// These flags, which stood before the subcommand, and those that stood after it.
    pub(crate) fn and(&self, later: &Self) -> Self {
        let both = |a: &[String], b: &[String]| a.iter().chain(b).cloned().collect();
        Self {
            file: both(&self.file, &later.file),
            project_name: later.project_name.clone().or_else(|| self.project_name.clone()),
            project_directory: later.project_directory.clone().or_else(|| self.project_directory.clone()),
            profile: both(&self.profile, &later.profile),
            env_file: both(&self.env_file, &later.env_file),
            all_resources: self.all_resources || later.all_resources,
            ignored: IgnoredFlags::default(),
        }
    }

    /// The selection that the flags describe, limited to `services` unless there are none.
    pub(crate) fn selection(&self, services: &[String]) -> Selection {
        Selection {
            files: self.file.clone(),
            env_files: self.env_file.clone(),
            project_directory: self.project_directory.clone(),
            project_name: self.project_name.clone(),
            profiles: self.profile.clone(),
            all_resources: self.all_resources,
            services: services.to_vec(),
        }
    }
}

/// How diagnostics are told.
#[derive(Args, Clone)]
#[command(next_help_heading = "Messages")]
pub(crate) struct ReportFlags {
    /// The form of the diagnostics
    #[arg(long, global = true, value_enum, value_name = "FORMAT", default_value = "text")]
    pub(crate) message_format: MessageFormat,
    /// Count warnings as errors
    #[arg(long, global = true)]
    pub(crate) strict: bool,
    /// Tell errors only
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Tell everything in full: every note, every repetition
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    pub(crate) verbose: bool,
    /// When to use colours; NO_COLOR and CLICOLOR are honoured too
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value = "auto")]
    pub(crate) ansi: Ansi,
}

/// The form of the diagnostics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum MessageFormat {
    /// For people, with the lines of the files
    Text,
    /// One JSON object a line
    Json,
    /// Annotations of GitHub Actions
    Github,
    /// One SARIF 2.1.0 document, for code scanning
    Sarif,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Ansi {
    /// Where standard error is a terminal
    Auto,
    /// Never
    Never,
    /// Always
    Always,
}

/// `convert`.
#[derive(Args)]
#[command(after_help = "Exit status: 0 no errors, 1 errors, 2 wrong command line. `transship --help` has examples.")]
pub(crate) struct ConvertFlags {
    /// Convert these services and what they depend on [default: all]
    #[arg(value_name = "SERVICE")]
    pub(crate) services: Vec<String>,
    #[command(flatten)]
    pub(crate) output: OutputFlags,
    #[command(flatten)]
    pub(crate) options: OptionFlags,
    #[command(flatten)]
    pub(crate) project: ProjectFlags,
}

/// Where manifests go.
#[derive(Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputFlags {
    /// Write one file an object into this folder; `-` prints one stream [default: -]
    ///
    /// The folder stays yours: a file is replaced, or removed when the project does not need it any more, only when it is exactly what
    /// an earlier run wrote (the folder's list `.transship` knows). Nothing at all is written when the project does not load, or when a
    /// file that was edited or written by something else stands in the way.
    #[arg(short, long, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
    /// The form of the manifests
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "yaml")]
    pub(crate) format: ManifestFormat,
    /// Replace files in the folder that were edited or that something else wrote
    #[arg(long, requires = "output")]
    pub(crate) force: bool,
    /// Tell what would be written into the folder, and write nothing
    #[arg(long, requires = "output")]
    pub(crate) dry_run: bool,
}

/// The form of the manifests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ManifestFormat {
    /// YAML
    Yaml,
    /// JSON: one List of all objects
    Json,
}

/// `check`.
#[derive(Args)]
#[command(after_help = "Text goes to standard error as always; the json, github and sarif forms go to standard output here.")]
pub(crate) struct CheckFlags {
    /// Check these services and what they depend on [default: all]
    #[arg(value_name = "SERVICE")]
    pub(crate) services: Vec<String>,
    #[command(flatten)]
    pub(crate) options: OptionFlags,
    #[command(flatten)]
    pub(crate) project: ProjectFlags,
}

/// `data`.
#[derive(Args)]
#[command(after_help = "The script needs docker and kubectl. It tells with --help how it is called, and with --dry-run what it would do.")]
pub(crate) struct CarryFlags {
    /// Copy what these services and what they depend on mount [default: all]
    #[arg(value_name = "SERVICE")]
    pub(crate) services: Vec<String>,
    /// Write the script to this file, ready to be run
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(crate) script: Option<PathBuf>,
    /// Replace a file that was edited or that something else wrote
    #[arg(long, requires = "script", help_heading = "Output")]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) options: OptionFlags,
    #[command(flatten)]
    pub(crate) project: ProjectFlags,
}

/// `config`.
#[derive(Args)]
pub(crate) struct ConfigFlags {
    /// Print these services and what they depend on [default: all]
    #[arg(value_name = "SERVICE")]
    pub(crate) services: Vec<String>,
    /// The form of the model
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "yaml", overrides_with = "format")]
    pub(crate) format: ConfigFormat,
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) steps: StepFlags,
    #[command(flatten)]
    pub(crate) part: PartFlags,
    #[command(flatten)]
    pub(crate) refused: RefusedFlags,
    #[command(flatten)]
    pub(crate) project: ProjectFlags,
}

/// The form of the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ConfigFormat {
    /// YAML
    Yaml,
    /// JSON
    Json,
}

/// Which loading steps are left out.
#[derive(Args)]
#[command(next_help_heading = "Steps to leave out")]
pub(crate) struct StepFlags {
    /// Leave variables as they stand
    #[arg(long)]
    pub(crate) no_interpolate: bool,
    /// Fill in no defaults and names
    #[arg(long)]
    pub(crate) no_normalize: bool,
    /// Leave paths relative
    #[arg(long)]
    pub(crate) no_path_resolution: bool,
    /// Leave env files and variables without a value as they stand
    #[arg(long)]
    pub(crate) no_env_resolution: bool,
    /// Do not check references between sections
    #[arg(long)]
    pub(crate) no_consistency: bool,
}

/// What `docker compose config` does and this command does not: understood, so that the reason can be told.
#[derive(Args)]
pub(crate) struct RefusedFlags {
    /// Print checksums of services
    #[arg(long, value_name = "SERVICE", hide = true)]
    pub(crate) hash: Option<String>,
    /// Put digests in the place of tags of images
    #[arg(long, hide = true)]
    pub(crate) resolve_image_digests: bool,
    /// Print an override file with the digests of images
    #[arg(long, hide = true)]
    pub(crate) lock_image_digests: bool,
}

/// Which part of the model is printed instead of the whole.
#[derive(Args)]
#[command(next_help_heading = "Lists instead of the model")]
#[group(multiple = false)]
pub(crate) struct PartFlags {
    /// The names of the services, dependencies first
    #[arg(long = "services", id = "service_names")]
    pub(crate) services: bool,
    /// The images
    #[arg(long)]
    pub(crate) images: bool,
    /// The names of the volumes
    #[arg(long)]
    pub(crate) volumes: bool,
    /// The names of the networks
    #[arg(long)]
    pub(crate) networks: bool,
    /// The models
    #[arg(long)]
    pub(crate) models: bool,
    /// The names of the profiles
    #[arg(long)]
    pub(crate) profiles: bool,
    /// The variables that the files interpolate
    #[arg(long)]
    pub(crate) variables: bool,
    /// The environment that variables are taken from
    #[arg(long)]
    pub(crate) environment: bool,
}

/// `explain`.
#[derive(Args)]
pub(crate) struct ExplainFlags {
    /// The name that stands in brackets in the message: docker-socket-dropped [default: list them all]
    pub(crate) name: Option<String>,
}
