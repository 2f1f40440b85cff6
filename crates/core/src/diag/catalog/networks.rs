//! Diagnostics of the family `networks`.

family! {
    /// A service that stands on internal networks only has no way out in Compose. Here it waits for a Job, for which it asks the cluster's
    /// API server, whose address is not known beforehand: its policy lets it reach the ports of API servers, 443 and 6443, at any address.
    /// Narrow the policy to the address of your API server, or start the service only when the Job is done.
    INTERNAL_APPROXIMATED = "internal-approximated";
}
