//! Diagnostics of the family `networks`.

family! {
    /// A container can have a fixed address on a Compose network. A pod gets its address from the cluster, and another one each time it
    /// starts. Let its peers use its name; where a program insists on an address, look for a setting that takes a name.
    ADDRESS_DROPPED = "address-dropped";
}
