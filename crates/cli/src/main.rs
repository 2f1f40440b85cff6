//! The `transship` command: reads the disk and the environment, calls the library, and tells people what came of it.

mod args;
mod config;
mod convert;
mod discover;
mod disk;
mod exit;
mod explain;
mod options;
mod report;
mod shell;
mod write;

use args::{Cli, Command};
use clap::{CommandFactory as _, Parser as _};
use exit::{Exit, Failure};
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let exit = run(&cli).unwrap_or_else(|failure| {
        let colours = report::has_colours(cli.report.ansi);
        let word = if colours { "\u{1b}[1;31merror\u{1b}[0m" } else { "error" };
        let _ = std::io::Write::write_all(&mut std::io::stderr(), format!("{word}: {}\n", failure.message).as_bytes());
        failure.exit
    });
    exit.into()
}

fn run(cli: &Cli) -> Result<Exit, Failure> {
    let Some(command) = &cli.command else {
        write::stdout(Cli::command().render_help().to_string().as_bytes())?;
        return Ok(Exit::Clean);
    };
    match command {
        Command::Convert(flags) => convert::run(flags, &cli.project.and(&flags.project), &cli.report),
        Command::Check(flags) => convert::check(flags, &cli.project.and(&flags.project), &cli.report),
        Command::Config(flags) => config::run(flags, &cli.project.and(&flags.project), &cli.report),
        Command::Explain(flags) => explain::run(flags.name.as_deref()),
        Command::Completions { shell } => shell::completions(*shell),
        Command::Man { out } => shell::man(out.as_deref()),
    }
}
