//! Diagnostics of the family `endpoints`.

family! {
}
