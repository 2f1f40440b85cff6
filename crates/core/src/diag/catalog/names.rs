//! Diagnostics of the family `names`.

family! {
}
