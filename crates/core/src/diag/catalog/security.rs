//! Diagnostics of the family `security`.

family! {
}
