//! The Gateway API's resources, as far as they are written.
