//! What Docker Compose fetches over the network, and nobody here.

use crate::diag::Diagnostic;
use crate::diag::catalog::load::REMOTE_RESOURCE_INVALID;
use crate::text::Place;

/// Does Docker Compose fetch it over the network?
pub(crate) fn is_remote(path: &str) -> bool {
    ["oci://", "https://", "http://", "git://", "ssh://", "git@", "github.com/"].iter().any(|prefix| path.starts_with(prefix))
        || path.contains(".git#")
}

/// What to tell about a resource that is not fetched.
pub(crate) fn remote(path: &str, what: &str, place: Place) -> Diagnostic {
    Diagnostic::new(&REMOTE_RESOURCE_INVALID, format!("`{what}` names {path}, and nothing is fetched over the network"))
        .at(place)
        .help("download it and name the file instead")
}
