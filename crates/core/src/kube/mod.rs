//! Custom resources that `k8s-openapi` does not have, as small structs of our own.

pub mod external_secret;
