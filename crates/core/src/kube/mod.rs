//! Custom resources that `k8s-openapi` does not have, as small structs of our own.

pub mod certificate;
pub mod external_secret;
pub mod gateway;
pub mod resource;
pub mod traefik;
