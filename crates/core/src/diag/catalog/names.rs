//! Diagnostics of the family `names`.

family! {
    /// Compose lets a service be called almost anything (`my_db`, `Web`, `store.v2`, `3proxy`). A Kubernetes Service name is a DNS
    /// label: lower-case letters, digits and `-`, at most 63, beginning with a letter. The service gets the nearest valid name, with a
    /// number behind it where two would be the same. Where the old name stands as a host in texts that transship can read, it is
    /// rewritten (see `host-name-approximated`); inside images it cannot be. Rename the service to be sure.
    SERVICE_NAME_APPROXIMATED = "service-name-approximated";
}
