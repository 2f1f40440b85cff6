//! Diagnostics of the family `routes`.

family! {
    /// A way in that the stack or an option asks for is not written: the message says why.
    ROUTE_DROPPED = "route-dropped";
    /// Two services ask for the same host and path. A proxy answers with one of them; the first keeps it.
    ROUTE_CONFLICTING = "route-conflicting";
    /// A label or variable that speaks to a proxy says more than a route of Kubernetes can: this part of it is left out. The message names it.
    ROUTE_LABEL_DROPPED = "route-label-dropped";
    /// A proxy, a certificate bot or an updater that only serves Docker finds its work through the engine's socket, which a cluster does not
    /// have. It stays in the output, but it will find nothing to do.
    PROXY_APPROXIMATED = "proxy-approximated";
}
