//! Diagnostics of the family `environment`.

family! {
}
