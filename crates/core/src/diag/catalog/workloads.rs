//! Diagnostics of the family `workloads`.

family! {
}
