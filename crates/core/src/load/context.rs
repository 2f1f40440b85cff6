//! What a model is assembled in.

use super::loader::Environment;
use std::rc::Rc;

/// What a model is assembled in: the project itself, or an included one.
pub(crate) struct Context {
    /// The folder that its file names start from: absolute.
    pub(crate) folder: String,
    /// What its relative paths are joined to; `None` leaves them as they are.
    pub(crate) base: Option<String>,
    /// What its interpolation sees.
    pub(crate) environment: Rc<Environment>,
    /// The files that lead here by `include`, this model's own main file last.
    pub(crate) chain: Vec<String>,
    /// Is it the project itself?
    pub(crate) main: bool,
}
