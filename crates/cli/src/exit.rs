//! How the command ends: its exit statuses and the failures that are not about the user's Compose files.

use std::process::ExitCode;

/// The exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// 0: no error. There may be warnings, unless `--strict` counts them.
    Clean,
    /// 1: errors, or something could not be read or written.
    Errors,
    /// 2: the command line is wrong.
    Usage,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Clean => 0,
            Exit::Errors => 1,
            Exit::Usage => 2,
        })
    }
}

/// Why the command could not do its work, in one lower-case sentence for the user.
#[derive(Debug)]
pub(crate) struct Failure {
    /// What to say.
    pub(crate) message: String,
    /// The status to end with.
    pub(crate) exit: Exit,
}

impl Failure {
    /// Something could not be read or written.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), exit: Exit::Errors }
    }

    /// The command line asks for something that does not exist.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self { message: message.into(), exit: Exit::Usage }
    }
}
