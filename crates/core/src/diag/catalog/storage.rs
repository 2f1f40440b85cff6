//! Diagnostics of the family `storage`.

family! {
}
