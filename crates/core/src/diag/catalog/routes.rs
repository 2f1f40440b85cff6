//! Diagnostics of the family `routes`.

family! {
    /// A way in that the stack or an option asks for is not written: the message says why.
    ROUTE_DROPPED = "route-dropped";
    /// Two services ask for the same host and path. A proxy answers with one of them; the first keeps it.
    ROUTE_CONFLICTING = "route-conflicting";
    /// A way in is written without something that it has in the stack: what carries it has no words for that. Who may come in is never
    /// left out: such a way in is not written at all.
    ROUTE_APPROXIMATED = "route-approximated";
    /// A way in leads to a service of which no port is known: neither a label nor `expose` nor `ports` names one, and the image is unknown.
    /// A proxy would ask the image. Port 80 is taken; list the right one under `expose`.
    ROUTE_PORT_ASSUMED = "route-port-assumed";
    /// A way in for TCP or UDP comes in through a port of its own. The cluster's Traefik must have an entrypoint of this name on it; its
    /// usual installation has `web` and `websecure` only.
    ENTRYPOINT_ASSUMED = "entrypoint-assumed";
    /// A certificate for all names below a domain is issued only to who can write records of that domain (DNS-01). The issuer must have
    /// such a solver; a file behind port 80 (HTTP-01) is not enough.
    WILDCARD_CERTIFICATE_APPROXIMATED = "wildcard-certificate-approximated";
    /// The stack shows through a provider of the DNS that its hosts are its own. The issuer that is written names the provider, but not
    /// what it is reached with: fill that in.
    DNS_CHALLENGE_APPROXIMATED = "dns-challenge-approximated";
    /// A label or variable that speaks to a proxy says more than a route of Kubernetes can: this part of it is left out. The message names it.
    ROUTE_LABEL_DROPPED = "route-label-dropped";
    /// A way in is encrypted, and no issuer of certificates is known. The Ingress names a Secret that must hold the certificate. With
    /// cert-manager, name its issuer with `--tls-issuer`; else create the Secret with `kubectl create secret tls`.
    CERTIFICATE_ASSUMED = "certificate-assumed";
    /// A proxy with a configuration of its own does something that the cluster's ingress controller has no word for. It stays, and its ways
    /// in are its own: they are not written as routes. Another controller may be able to (`--ingress-controller traefik` says the most).
    PROXY_NEEDED_APPROXIMATED = "proxy-needed-approximated";
    /// A proxy, a fetcher of certificates, an updater or a watcher that only serves Docker has no place in a cluster: its ingress
    /// controller, cert-manager and its own controllers do that work. Everything that the service did was understood, so it is left out.
    /// `--keep-proxies` keeps it.
    PROXY_ASSUMED = "proxy-assumed";
    /// A proxy, a certificate bot, an updater or a watcher that only serves Docker finds its work through the engine's socket, which a
    /// cluster does not have. It stays in the output, but it finds nothing to do. Leave it out with a profile or an override file: the
    /// cluster's ingress controller, cert-manager and its own controllers do that work.
    PROXY_APPROXIMATED = "proxy-approximated";
    /// The configuration of a proxy that the stack brings cannot be read, or lies in a file that is not part of the project. Its ways in
    /// are not written, and it stays. Name them with `--host` or `x-transship`.
    PROXY_FILE_DROPPED = "proxy-file-dropped";
    /// A proxy that the stack brings stays, although its ways in were read: it does something that the cluster's ingress controller does
    /// not do, such as serving files of its own. Requests for that are led to it.
    PROXY_KEPT_ASSUMED = "proxy-kept-assumed";
    /// A setting of a proxy that the stack brings has no effect in the cluster's ingress controller.
    PROXY_SETTING_DROPPED = "proxy-setting-dropped";
    /// Settings of a proxy that the stack brings tune the proxy itself: buffers, compression, logs, caches of its own. The cluster's ingress
    /// controller has settings of its own for that.
    PROXY_TUNING_ASSUMED = "proxy-tuning-assumed";
    /// A label of Kompose has no effect here: the message says why.
    KOMPOSE_LABEL_DROPPED = "kompose-label-dropped";
    /// A label begins with `kompose.`, and Kompose has none of that name. Kompose takes it without a word, and nothing comes of it.
    KOMPOSE_LABEL_UNKNOWN = "kompose-label-unknown";
    /// A label of Kompose has a value that it cannot have.
    KOMPOSE_VALUE_INVALID = "kompose-value-invalid";
}
