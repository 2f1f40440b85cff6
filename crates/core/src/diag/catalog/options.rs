//! Diagnostics of the family `options`.

family! {
}
