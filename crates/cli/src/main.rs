//! The `transship` command: reads the disk and the environment, calls the library, and tells people what came of it.

mod args;
mod carry;
mod config;
mod convert;
mod discover;
mod disk;
mod exit;
mod explain;
mod folder;
mod options;
mod report;
mod shell;
mod write;

use args::{Cli, Command};
use clap::{ColorChoice, CommandFactory as _, FromArgMatches as _};
use exit::{Exit, Failure};
use mimalloc::MiMalloc;
use std::process::ExitCode;

/// A large project leaves free pieces of memory all over the place, and the system's allocator walks through them at each request.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    let matches = Cli::command().color(colour_of_usage()).try_get_matches();
    let cli = match matches.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(error) => {
            // Help, the version, or what is wrong with the command line. A reader that went away has seen enough.
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage } else { Exit::Clean }.into();
        }
    };
    let exit = run(&cli).unwrap_or_else(|failure| {
        let colours = report::has_colours(cli.report.ansi);
        let word = if colours { "\u{1b}[1;31merror\u{1b}[0m" } else { "error" };
        let _ = std::io::Write::write_all(&mut std::io::stderr(), format!("{word}: {}\n", failure.message).as_bytes());
        failure.exit
    });
    exit.into()
}

/// Whether a wrong command line is told in colours: `--ansi` counts although the command line could not be read.
fn colour_of_usage() -> ColorChoice {
    let args: Vec<String> = std::env::args().collect();
    let next = args.iter().skip(1).map(String::as_str).chain([""]);
    let values: Vec<&str> =
        args.iter().zip(next).filter_map(|(arg, next)| if arg == "--ansi" { Some(next) } else { arg.strip_prefix("--ansi=") }).collect();
    let said = |when: &str| values.contains(&when);
    if said("never") {
        ColorChoice::Never
    } else if said("always") {
        ColorChoice::Always
    } else {
        ColorChoice::Auto
    }
}

fn run(cli: &Cli) -> Result<Exit, Failure> {
    let Some(command) = &cli.command else {
        write::stdout(Cli::command().render_help().to_string().as_bytes())?;
        return Ok(Exit::Clean);
    };
    match command {
        Command::Convert(flags) => convert::run(flags, &cli.project.and(&flags.project), &cli.report),
        Command::Check(flags) => convert::check(flags, &cli.project.and(&flags.project), &cli.report),
        Command::Carry(flags) => carry::run(flags, &cli.project.and(&flags.project), &cli.report),
        Command::Config(flags) => config::run(flags, &cli.project.and(&flags.project), &cli.report),
        Command::Explain(flags) => explain::run(flags.name.as_deref()),
        Command::Schema => {
            write::stdout(format!("{:#}\n", transship::schema()).as_bytes())?;
            Ok(Exit::Clean)
        }
        Command::Completions { shell } => shell::completions(*shell),
        Command::Man { out } => shell::man(out.as_deref()),
    }
}
