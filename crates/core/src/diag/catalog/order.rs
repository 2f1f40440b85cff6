//! Diagnostics of the family `order`.

family! {
}
