//! Diagnostics of the family `extension`.

family! {
    /// `x-transship` says what Compose cannot say. This key is none of those that it has here: a typing error, or a key that stands in the
    /// wrong place (services, volumes and the top of the file have keys of their own). It has no effect. The reference lists them all.
    EXTENSION_KEY_UNKNOWN = "extension-key-unknown";
    /// A value in `x-transship` is not what its key takes. The key has no effect, the others of the same `x-transship` have.
    EXTENSION_VALUE_INVALID = "extension-value-invalid";
}
