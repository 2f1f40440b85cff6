//! The words of the NGINX Ingress Controller of F5: `nginx.org`.

use super::{Dialect, Draft, Said, cut, wordless};
use crate::plan::context::Context;
use crate::table::IndexMap;
use crate::vocab::intent::{Redirect, Scheme};
use crate::vocab::middleware::{Auth, Middleware};

/// Its words.
pub(super) const DIALECT: Dialect = Dialect {
    middleware,
    backend,
    redirect,
    elsewhere,
    users,
    users_key: "nginx.org/basic-auth-secret",
    below_one: Some(("nginx.org/mergeable-ingress-type", &["nginx.org/ssl-redirect", "nginx.org/hsts"])),
};

fn middleware(_: &Context<'_>, draft: &mut Draft<'_>, middleware: &Middleware) -> Said {
    match middleware {
        Middleware::StripPrefix(prefixes) => {
            if cut(&draft.line, prefixes).is_none() {
                return wordless(middleware);
            }
            let rewrite = format!("serviceName={} rewrite=/", draft.backend.endpoint);
            draft.set("nginx.org/rewrites", rewrite);
            // With a slash at the end on both sides one takes the place of the other.
            draft.line.path = format!("{}/", draft.line.path.trim_end_matches('/'));
            draft.line.bytes = false;
            Said::Yes
        }
        Middleware::AddPrefix(prefix) if draft.line.path == "/" => {
            let rewrite = format!("serviceName={} rewrite={}/", draft.backend.endpoint, prefix.trim_end_matches('/'));
            draft.set("nginx.org/rewrites", rewrite);
            Said::Yes
        }
        Middleware::BasicAuth(auth) if auth.header_field.is_none() => {
            draft.set("nginx.org/basic-auth-realm", auth.realm.clone().unwrap_or_else(|| "traefik".to_owned()));
            draft.auth = Some(auth.clone());
            Said::Yes
        }
        Middleware::RateLimit(limit) => {
            let (Some(average), None) = (limit.average, &limit.source_criterion) else { return wordless(middleware) };
            let unit = match limit.period.as_deref() {
                None | Some("1s" | "1") => "r/s",
                Some("1m" | "60s" | "60") => "r/m",
                Some(_) => return wordless(middleware),
            };
            draft.set("nginx.org/limit-req-rate", format!("{average}{unit}"));
            draft.set("nginx.org/limit-req-key", "${binary_remote_addr}");
            draft.set("nginx.org/limit-req-zone-size", "10m");
            if let Some(burst) = limit.burst {
                draft.set("nginx.org/limit-req-burst", burst.to_string());
                draft.set("nginx.org/limit-req-no-delay", "true");
            }
            Said::Yes
        }
        Middleware::Buffering(buffering) => {
            if let Some(bytes) = buffering.max_request_body_bytes {
                draft.set("nginx.org/client-max-body-size", bytes.to_string());
            }
            Said::Yes
        }
        Middleware::Timeouts(timeouts) => {
            for (key, seconds) in [
                ("nginx.org/proxy-connect-timeout", timeouts.connect),
                ("nginx.org/proxy-read-timeout", timeouts.read),
                ("nginx.org/proxy-send-timeout", timeouts.send),
            ] {
                if let Some(seconds) = seconds {
                    draft.set(key, format!("{seconds}s"));
                }
            }
            Said::Yes
        }
        Middleware::Headers(headers) => {
            if let Some(seconds) = headers.sts_seconds.filter(|seconds| *seconds > 0) {
                draft.set("nginx.org/hsts", "true");
                draft.set("nginx.org/hsts-max-age", seconds.to_string());
                draft.set("nginx.org/hsts-include-subdomains", headers.sts_include_subdomains.to_string());
            }
            let more = !headers.custom_request_headers.is_empty() || !headers.fixed_response().is_empty() || headers.has_cors();
            if more { wordless(middleware) } else { Said::Yes }
        }
        other => wordless(other),
    }
}

fn backend(draft: &mut Draft<'_>) -> Said {
    let name = draft.backend.endpoint.clone();
    match draft.backend.scheme {
        Scheme::Http => {}
        Scheme::Https => draft.set("nginx.org/ssl-services", name.clone()),
        Scheme::Grpc | Scheme::H2c => draft.set("nginx.org/grpc-services", name.clone()),
        Scheme::Grpcs => {
            draft.set("nginx.org/grpc-services", name.clone());
            draft.set("nginx.org/ssl-services", name.clone());
        }
        Scheme::FastCgi | Scheme::Uwsgi => return Said::No("the service speaks neither HTTP nor gRPC".to_owned()),
    }
    if let Some(sticky) = &draft.backend.sticky {
        if sticky.by_address {
            draft.set("nginx.org/lb-method", "ip_hash");
        } else {
            let cookie = sticky.name.as_deref().unwrap_or("srv_id");
            let path = sticky.path.as_deref().unwrap_or("/");
            draft.set("nginx.com/sticky-cookie-services", format!("serviceName={name} {cookie} path={path}"));
            return Said::Without("a cookie that keeps a browser at one pod, unless the controller is NGINX Plus".to_owned());
        }
    }
    if draft.backend.pass_host_header { Said::Yes } else { Said::Without("hiding the host from its service".to_owned()) }
}

fn redirect(draft: &mut Draft<'_>, to_https: bool) -> Said {
    draft.set("nginx.org/ssl-redirect", to_https.to_string());
    Said::Yes
}

fn elsewhere(_: &mut Draft<'_>, _: &Redirect) -> Said {
    Said::No("the controller has no annotation for a redirect".to_owned())
}

fn users(auth: &Auth) -> (Option<&'static str>, IndexMap<String, String>) {
    let lines = auth.users.iter().map(|user| format!("{user}\n")).collect();
    (Some("nginx.org/htpasswd"), IndexMap::from_iter([("htpasswd".to_owned(), lines)]))
}
