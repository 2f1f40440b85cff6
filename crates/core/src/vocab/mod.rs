//! Labels and variables of proxies, read into intents that name no vendor.
//!
//! Each vocabulary has a file of its own and says which keys it reads; what it understands becomes an [`Intent`], what it does not is
//! told.

use crate::compose::Project;
use crate::diag::Diagnostics;
use crate::text::Place;

/// A way in that a stack asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intent {
    /// The Compose service it leads to.
    pub service: String,
    /// The host name; `None`: any.
    pub host: Option<String>,
    /// The path, with a leading `/`.
    pub path: String,
    /// Only this very path, or everything below it as well?
    pub exact: bool,
    /// The container's port; `None`: the usual one.
    pub port: Option<u16>,
    /// Is it encrypted?
    pub tls: bool,
    /// Where it is asked for.
    pub place: Place,
}

/// Reads every vocabulary.
#[must_use]
pub fn read(project: &Project, diagnostics: &mut Diagnostics) -> Vec<Intent> {
    let _ = (project, diagnostics);
    Vec::new()
}

/// Does some vocabulary read a label of this key?
#[must_use]
pub fn reads(key: &str) -> bool {
    let _ = key;
    false
}
