//! The words of the HAProxy Kubernetes Ingress Controller: `haproxy.org`.

use super::{Dialect, Draft, Said, cut, wordless};
use crate::plan::context::Context;
use crate::table::IndexMap;
use crate::text::pattern::quote;
use crate::vocab::intent::{PathChange, Redirect, Scheme};
use crate::vocab::middleware::{Auth, Middleware};

/// Its words.
pub(super) const DIALECT: Dialect =
    Dialect { middleware, backend, redirect, elsewhere, users, users_key: "haproxy.org/auth-secret", below_one: None };

fn middleware(_: &Context<'_>, draft: &mut Draft<'_>, middleware: &Middleware) -> Said {
    match middleware {
        Middleware::StripPrefix(prefixes) => {
            let Some(prefix) = cut(&draft.line, prefixes).map(str::to_owned) else { return wordless(middleware) };
            rewrite(draft, &format!(r"{}/?(.*) /\1", quote(&prefix)))
        }
        Middleware::AddPrefix(prefix) => rewrite(draft, &format!(r"(.*) {}\1", prefix.trim_end_matches('/'))),
        Middleware::ReplacePath(path) => rewrite(draft, path),
        Middleware::ReplacePathRegex { regex, replacement } if !replacement.contains(' ') && !regex.contains(' ') => {
            let numbered = (1..10).fold(replacement.clone(), |text, n| {
                text.replace(&format!("${{{n}}}"), &format!("\\{n}")).replace(&format!("${n}"), &format!("\\{n}"))
            });
            rewrite(draft, &format!("{regex} {numbered}"))
        }
        Middleware::BasicAuth(auth) if auth.header_field.is_none() => {
            draft.set("haproxy.org/auth-type", "basic-auth");
            draft.set("haproxy.org/auth-realm", auth.realm.clone().unwrap_or_else(|| "traefik".to_owned()));
            draft.auth = Some(auth.clone());
            Said::Yes
        }
        Middleware::IpAllowList(list) if list.ip_strategy.is_none() && !list.source_range.is_empty() => {
            draft.set("haproxy.org/allow-list", list.source_range.join(","));
            Said::Yes
        }
        Middleware::RateLimit(limit) => {
            let (Some(average), None) = (limit.average, &limit.source_criterion) else { return wordless(middleware) };
            draft.set("haproxy.org/rate-limit-requests", average.to_string());
            draft.set("haproxy.org/rate-limit-period", limit.period.clone().unwrap_or_else(|| "1s".to_owned()));
            Said::Yes
        }
        Middleware::Timeouts(timeouts) => {
            if let Some(seconds) = timeouts.read.or(timeouts.send) {
                draft.set("haproxy.org/timeout-server", format!("{seconds}s"));
            }
            if let Some(seconds) = timeouts.connect {
                draft.set("haproxy.org/timeout-connect", format!("{seconds}s"));
            }
            Said::Yes
        }
        Middleware::Headers(headers) => {
            let lines = |map: &IndexMap<String, String>| {
                let set = map.iter().filter(|(_, value)| !value.is_empty());
                set.map(|(name, value)| format!("{name} \"{}\"", value.replace('"', "\\\""))).collect::<Vec<_>>().join("\n")
            };
            let removed = headers.custom_request_headers.values().chain(headers.fixed_response().values()).any(String::is_empty);
            let mut response = headers.fixed_response();
            response.extend(headers.sts().map(|sts| ("Strict-Transport-Security".to_owned(), sts)));
            for (key, map) in
                [("haproxy.org/request-set-header", &headers.custom_request_headers), ("haproxy.org/response-set-header", &response)]
            {
                let lines = lines(map);
                if !lines.is_empty() {
                    draft.set(key, lines);
                }
            }
            if headers.has_cors() {
                cors(draft, headers);
            }
            if removed { Said::Without("headers that are taken away".to_owned()) } else { Said::Yes }
        }
        other => wordless(other),
    }
}

fn cors(draft: &mut Draft<'_>, headers: &crate::vocab::headers::Headers) {
    draft.set("haproxy.org/cors-enable", "true");
    for (key, items) in [
        ("haproxy.org/cors-allow-origin", &headers.access_control_allow_origin_list),
        ("haproxy.org/cors-allow-methods", &headers.access_control_allow_methods),
        ("haproxy.org/cors-allow-headers", &headers.access_control_allow_headers),
    ] {
        if !items.is_empty() {
            draft.set(key, items.join(", "));
        }
    }
    draft.set("haproxy.org/cors-allow-credentials", headers.access_control_allow_credentials.to_string());
    if let Some(age) = headers.access_control_max_age {
        draft.set("haproxy.org/cors-max-age", format!("{age}s"));
    }
}

fn rewrite(draft: &mut Draft<'_>, text: &str) -> Said {
    if draft.annotations.contains_key("haproxy.org/path-rewrite") {
        return Said::No("it changes the path more than once".to_owned());
    }
    draft.set("haproxy.org/path-rewrite", text);
    Said::Yes
}

fn backend(draft: &mut Draft<'_>) -> Said {
    match draft.backend.scheme {
        Scheme::Http => {}
        Scheme::Https => draft.set("haproxy.org/server-ssl", "true"),
        Scheme::Grpc | Scheme::H2c => draft.set("haproxy.org/server-proto", "h2"),
        Scheme::Grpcs => {
            draft.set("haproxy.org/server-ssl", "true");
            draft.set("haproxy.org/server-proto", "h2");
        }
        Scheme::FastCgi | Scheme::Uwsgi => return Said::No("the service speaks neither HTTP nor gRPC".to_owned()),
    }
    if !draft.backend.pass_host_header {
        let name = draft.backend.endpoint.clone();
        draft.set("haproxy.org/set-host", name);
    }
    if let Some(sticky) = draft.backend.sticky.clone() {
        if sticky.by_address {
            draft.set("haproxy.org/load-balance", "source");
        } else {
            draft.set("haproxy.org/cookie-persistence", sticky.name.unwrap_or_else(|| "SERVERID".to_owned()));
        }
    }
    Said::Yes
}

fn redirect(draft: &mut Draft<'_>, to_https: bool) -> Said {
    draft.set("haproxy.org/ssl-redirect", to_https.to_string());
    if to_https {
        draft.set("haproxy.org/ssl-redirect-code", "301");
    }
    Said::Yes
}

fn elsewhere(draft: &mut Draft<'_>, redirect: &Redirect) -> Said {
    let (Some(host), PathChange::Keep) = (&redirect.host, &redirect.path) else {
        return Said::No("the controller redirects to another host only".to_owned());
    };
    let scheme = redirect.scheme.as_ref().map_or(String::new(), |scheme| format!("{scheme}://"));
    draft.set("haproxy.org/request-redirect", format!("{scheme}{host}"));
    draft.set("haproxy.org/request-redirect-code", redirect.status.to_string());
    Said::Yes
}

fn users(auth: &Auth) -> (Option<&'static str>, IndexMap<String, String>) {
    (None, auth.users.iter().filter_map(|user| user.split_once(':')).map(|(name, hash)| (name.to_owned(), hash.to_owned())).collect())
}
