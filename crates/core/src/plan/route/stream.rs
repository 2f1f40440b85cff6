//! Ways in for TCP and UDP: routes of Traefik's own, as no Ingress has them.

use super::at;
use super::model::{RouteTls, Routes, StreamGuard, StreamRoute};
use super::port::entrance;
use crate::diag::catalog::routes as told;
use crate::diag::{Diagnostic, Diagnostics};
use crate::options::IngressController;
use crate::plan::context::Context;
use crate::plan::name::{Scope, label};
use crate::vocab::intent::{StreamIntent, StreamKind};

/// Writes the routes for TCP and UDP.
pub(super) fn write(
    cx: &Context<'_>,
    streams: &[StreamIntent],
    controller: IngressController,
    out: &mut Routes,
    diagnostics: &mut Diagnostics,
) {
    for stream in streams {
        let mut drop = |why: &str, help: &str| {
            let message = format!("service {:?}: the way in of `{}` is not written: {why}", stream.owner, stream.key);
            diagnostics.push(at(Diagnostic::new(&told::ROUTE_DROPPED, message), Some(stream.place)).help(help));
        };
        if controller != IngressController::Traefik {
            drop("no Ingress and no HTTPRoute carries TCP or UDP", "with Traefik in the cluster: `--ingress-controller traefik`");
            continue;
        }
        let Some(port) = stream.backend.1 else {
            drop("no port of its service is known", "list its port under `expose`");
            continue;
        };
        let endpoint = entrance(cx, &stream.backend.0).to_owned();
        out.targets.insert((endpoint.clone(), port));
        let name = cx.names.reserve(Scope::Route, &stream.name);
        let names: Vec<&str> = stream.entries.iter().map(|(name, _)| name.as_str()).collect();
        let message = format!(
            "service {:?}: the way in of `{}` needs {} of the cluster's Traefik, which its installation does not have by itself",
            stream.owner,
            stream.key,
            if names.is_empty() { "an entrypoint".to_owned() } else { format!("the entrypoints {}", names.join(", ")) }
        );
        let message = Diagnostic::new(&told::ENTRYPOINT_ASSUMED, message);
        diagnostics.push(at(message, Some(stream.place)).help("add it where Traefik is installed: `ports` in the values of its chart"));
        let entries = stream.entries.iter().map(|(name, _)| name.clone()).collect();
        let mut route = StreamRoute {
            name: name.clone(),
            service: stream.owner.clone(),
            entries,
            rule: None,
            priority: stream.priority,
            guard: None,
            backend: (endpoint, port),
            tls: None,
            proxy_protocol: None,
            backend_tls: false,
        };
        if let StreamKind::Tcp { rule, hosts, tls, proxy_protocol, backend_tls, allowed, in_flight } = &stream.kind {
            route.rule = Some(rule.clone());
            route.proxy_protocol = *proxy_protocol;
            route.backend_tls = *backend_tls;
            if !allowed.is_empty() || in_flight.is_some() {
                let name = cx.names.reserve(Scope::Middleware, &format!("{name}-allow"));
                route.guard = Some(StreamGuard { name, allowed: allowed.clone(), in_flight: *in_flight });
            }
            route.tls = tls.as_ref().map(|(_, passthrough)| {
                let host = hosts.iter().find(|host| *host != "*").filter(|_| !passthrough);
                let secret = host.map(|host| format!("{}-tls", label(host)));
                (RouteTls { secret, options: None }, *passthrough)
            });
        }
        out.stream_routes.push(route);
    }
}
