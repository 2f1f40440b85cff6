//! Diagnostics of the family `endpoints`.

family! {
    /// In Compose every port of a container is open to its peers, declared or not. A Kubernetes Service opens the ports that it lists.
    /// This port is declared nowhere; it was found where the message says. If the service does not listen there, nothing is lost; if it
    /// listens on others too, list them under `expose`.
    PORT_ASSUMED = "port-assumed";
    /// In Compose every port of a container is open to its peers. Here a peer uses the service's name and shows no port, or no port is
    /// known at all, so the Kubernetes Service is headless: the name resolves to the pods themselves, and every port is open. To get a
    /// cluster address instead, list the ports under `expose` and write them beside the name.
    EVERY_PORT_ASSUMED = "every-port-assumed";
    /// An entry of `expose` is a port or a range of ports with an optional protocol. This one is none, so it is left out.
    EXPOSE_INVALID = "expose-invalid";
    /// Docker sends a name to its container whether it is healthy or not. Kubernetes takes an unready pod out of its Service. These
    /// services use each other's names (or their own), and each has a health check, so that none might ever become ready: their
    /// Services publish unready pods too.
    UNREADY_ASSUMED = "unready-assumed";
    /// `mode: host` publishes the port on the node where the container runs. The pod asks for that port of its node, so only one such pod
    /// fits on a node, and its address is the node's.
    HOST_PORT_APPROXIMATED = "host-port-approximated";
    /// Two containers that share a pod listen on the same port. Only one of them can. Give them different ports.
    POD_PORT_APPROXIMATED = "pod-port-approximated";
}
