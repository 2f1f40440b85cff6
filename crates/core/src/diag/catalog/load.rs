//! Diagnostics of the family `load`.

family! {
}
