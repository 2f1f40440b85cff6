//! Diagnostics of the family `yaml`.

family! {
}
