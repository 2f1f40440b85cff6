//! Diagnostics of the family `names`.

family! {
    /// Compose lets a service be called almost anything (`my_db`, `Web`, `store.v2`, `3proxy`). A Kubernetes Service name is a DNS
    /// label: lower-case letters, digits and `-`, at most 63, beginning with a letter. The service gets the nearest valid name, with a
    /// number behind it where two would be the same. Where the old name stands as a host in texts that transship can read, it is
    /// rewritten (see `host-name-approximated`); inside images it cannot be. Rename the service to be sure.
    SERVICE_NAME_APPROXIMATED = "service-name-approximated";
    /// A service, an alias or a container has another name in the cluster than in Compose, and this text uses the old one as a host: it
    /// gets the new one. Hosts are told by where they stand (in a URL, before a port, in a variable called `*_HOST` and its like), never
    /// because a word is the same. The option `keep-host-names` leaves every text as it is.
    HOST_NAME_APPROXIMATED = "host-name-approximated";
    /// In Compose a network alias may have any form, dots included, and may be the name of another service. The name of a Kubernetes
    /// Service is one DNS label and belongs to one object. This alias does not lead to the service. Let its clients use the service's
    /// name, or give the alias another one.
    ALIAS_DROPPED = "alias-dropped";
}
