//! Diagnostics of the family `routes`.

family! {
    /// A way in that the stack or an option asks for is not written: the message says why.
    ROUTE_DROPPED = "route-dropped";
    /// Two services ask for the same host and path. A proxy answers with one of them; the first keeps it.
    ROUTE_CONFLICTING = "route-conflicting";
    /// A label or variable that speaks to a proxy says more than a route of Kubernetes can: this part of it is left out. The message names it.
    ROUTE_LABEL_DROPPED = "route-label-dropped";
    /// A way in is encrypted, and no issuer of certificates is known. The Ingress names a Secret that must hold the certificate. With
    /// cert-manager, name its issuer with `--tls-issuer`; else create the Secret with `kubectl create secret tls`.
    CERTIFICATE_ASSUMED = "certificate-assumed";
    /// A proxy, a certificate bot, an updater or a watcher that only serves Docker finds its work through the engine's socket, which a
    /// cluster does not have. It stays in the output, but it finds nothing to do. Leave it out with a profile or an override file: the
    /// cluster's ingress controller, cert-manager and its own controllers do that work.
    PROXY_APPROXIMATED = "proxy-approximated";
}
