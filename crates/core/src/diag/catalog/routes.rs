//! Diagnostics of the family `routes`.

family! {
}
