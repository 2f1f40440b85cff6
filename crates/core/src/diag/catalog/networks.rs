//! Diagnostics of the family `networks`.

family! {}
