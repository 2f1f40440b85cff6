//! Diagnostics of the family `attributes`.

family! {
}
