//! The words of ingress-nginx: `nginx.ingress.kubernetes.io`.

use super::{Dialect, Draft, Said, cut, wordless};
use crate::plan::context::Context;
use crate::plan::route::middleware::Address;
use crate::plan::route::model::PathKind;
use crate::table::IndexMap;
use crate::text::pattern::quote;
use crate::vocab::intent::{PathChange, Redirect, Scheme};
use crate::vocab::middleware::{Auth, Middleware};

/// What its annotations begin with.
macro_rules! key {
    ($name:literal) => {
        concat!("nginx.ingress.kubernetes.io/", $name)
    };
}

/// Its words.
pub(super) const DIALECT: Dialect =
    Dialect { middleware, backend, redirect, elsewhere, users, users_key: key!("auth-secret"), below_one: None };

fn middleware(cx: &Context<'_>, draft: &mut Draft<'_>, middleware: &Middleware) -> Said {
    match middleware {
        Middleware::StripPrefix(prefixes) => {
            let Some(prefix) = cut(&draft.line, prefixes).map(str::to_owned) else { return wordless(middleware) };
            expression(draft, format!("{}(/|$)(.*)", quote(&prefix)), "/$2")
        }
        Middleware::AddPrefix(prefix) if draft.line.path == "/" && draft.line.kind == PathKind::Prefix => {
            expression(draft, "/(.*)".to_owned(), &format!("{}/$1", prefix.trim_end_matches('/')))
        }
        Middleware::ReplacePath(path) => {
            draft.set(key!("rewrite-target"), path.clone());
            Said::Yes
        }
        Middleware::BasicAuth(auth) | Middleware::DigestAuth(auth) => {
            if auth.header_field.is_some() {
                return Said::No("an annotation cannot tell the service who came in".to_owned());
            }
            let kind = if matches!(middleware, Middleware::DigestAuth(_)) { "digest" } else { "basic" };
            draft.set(key!("auth-type"), kind);
            draft.set(key!("auth-realm"), auth.realm.clone().unwrap_or_else(|| "traefik".to_owned()));
            draft.auth = Some(auth.clone());
            Said::Yes
        }
        Middleware::ForwardAuth(auth) => {
            let address = match (Address::of(cx, &auth.address), &cx.options.namespace) {
                (Address::Elsewhere, _) => auth.address.clone(),
                (Address::Ours { endpoint, port, before, behind }, Some(namespace)) => {
                    format!("{before}{endpoint}.{namespace}.svc.cluster.local:{port}{behind}")
                }
                (Address::Ours { .. }, None) => {
                    return Said::No(
                        "the controller reaches a service of the stack by its namespace only: name that with `--namespace`".to_owned(),
                    );
                }
            };
            draft.set(key!("auth-url"), address);
            if !auth.auth_response_headers.is_empty() {
                draft.set(key!("auth-response-headers"), auth.auth_response_headers.join(","));
            }
            if let Some(sign_in) = &auth.sign_in {
                draft.set(key!("auth-signin"), sign_in.clone());
            }
            Said::Yes
        }
        Middleware::IpAllowList(list) if list.ip_strategy.is_none() => {
            let ranges = if list.source_range.is_empty() { "255.255.255.255/32".to_owned() } else { list.source_range.join(",") };
            draft.set(key!("whitelist-source-range"), ranges);
            Said::Yes
        }
        Middleware::RateLimit(limit) => {
            let (Some(average), None) = (limit.average, &limit.source_criterion) else { return wordless(middleware) };
            match limit.period.as_deref() {
                None | Some("1s" | "1") => draft.set(key!("limit-rps"), average.to_string()),
                Some("1m" | "60s" | "60") => draft.set(key!("limit-rpm"), average.to_string()),
                Some(_) => return wordless(middleware),
            }
            Said::Yes
        }
        Middleware::InFlight(limit) if limit.source_criterion.as_ref().is_some_and(|by| by.ip_strategy.is_some()) => {
            draft.set(key!("limit-connections"), limit.amount.to_string());
            Said::Yes
        }
        Middleware::Buffering(buffering) => {
            if let Some(bytes) = buffering.max_request_body_bytes {
                draft.set(key!("proxy-body-size"), bytes.to_string());
            }
            Said::Yes
        }
        Middleware::Timeouts(timeouts) => {
            for (key, seconds) in [
                (key!("proxy-connect-timeout"), timeouts.connect),
                (key!("proxy-read-timeout"), timeouts.read),
                (key!("proxy-send-timeout"), timeouts.send),
            ] {
                if let Some(seconds) = seconds {
                    draft.set(key, seconds.to_string());
                }
            }
            Said::Yes
        }
        Middleware::Retry(retry) => {
            draft.set(key!("proxy-next-upstream-tries"), retry.attempts.to_string());
            Said::Yes
        }
        Middleware::Headers(headers) => {
            if let Some(host) = headers.only_host() {
                draft.set(key!("upstream-vhost"), host);
                return Said::Yes;
            }
            if !headers.has_cors() {
                return wordless(middleware);
            }
            draft.set(key!("enable-cors"), "true");
            let mut list = |key: &str, items: &[String]| {
                if !items.is_empty() {
                    draft.set(key, items.join(", "));
                }
            };
            list(key!("cors-allow-origin"), &headers.access_control_allow_origin_list);
            list(key!("cors-allow-methods"), &headers.access_control_allow_methods);
            list(key!("cors-allow-headers"), &headers.access_control_allow_headers);
            list(key!("cors-expose-headers"), &headers.access_control_expose_headers);
            draft.set(key!("cors-allow-credentials"), headers.access_control_allow_credentials.to_string());
            if let Some(age) = headers.access_control_max_age {
                draft.set(key!("cors-max-age"), age.to_string());
            }
            let more = !headers.custom_request_headers.is_empty() || !headers.fixed_response().is_empty() || headers.sts().is_some();
            if more { wordless(middleware) } else { Said::Yes }
        }
        Middleware::RedirectScheme(_) => Said::Yes,
        other => wordless(other),
    }
}

/// The path becomes an expression, and what it finds another path.
fn expression(draft: &mut Draft<'_>, path: String, target: &str) -> Said {
    draft.line.path = path;
    draft.line.kind = PathKind::Specific;
    draft.line.bytes = false;
    draft.set(key!("use-regex"), "true");
    draft.set(key!("rewrite-target"), target);
    Said::Yes
}

fn backend(draft: &mut Draft<'_>) -> Said {
    let protocol = match draft.backend.scheme {
        Scheme::Http => None,
        Scheme::Https => Some("HTTPS"),
        Scheme::Grpc | Scheme::H2c => Some("GRPC"),
        Scheme::Grpcs => Some("GRPCS"),
        Scheme::FastCgi => Some("FCGI"),
        Scheme::Uwsgi => return Said::No("the service speaks uwsgi, which the controller does not".to_owned()),
    };
    if let Some(protocol) = protocol {
        draft.set(key!("backend-protocol"), protocol);
    }
    if !draft.backend.pass_host_header {
        let name = draft.backend.endpoint.clone();
        draft.set(key!("upstream-vhost"), name);
    }
    if let Some(sticky) = draft.backend.sticky.clone() {
        if sticky.by_address {
            draft.set(key!("upstream-hash-by"), "$binary_remote_addr");
            return Said::Yes;
        }
        draft.set(key!("affinity"), "cookie");
        for (key, value) in [
            (key!("session-cookie-name"), sticky.name),
            (key!("session-cookie-path"), sticky.path),
            (key!("session-cookie-domain"), sticky.domain),
            (key!("session-cookie-samesite"), sticky.same_site),
            (key!("session-cookie-max-age"), sticky.max_age.map(|age| age.to_string())),
            (key!("session-cookie-secure"), sticky.secure.map(|secure| secure.to_string())),
        ] {
            if let Some(value) = value {
                draft.set(key, value);
            }
        }
    }
    Said::Yes
}

fn redirect(draft: &mut Draft<'_>, to_https: bool) -> Said {
    draft.set(key!("ssl-redirect"), to_https.to_string());
    Said::Yes
}

fn elsewhere(draft: &mut Draft<'_>, redirect: &Redirect) -> Said {
    let path = match &redirect.path {
        PathChange::Keep if redirect.keep_query => "$request_uri".to_owned(),
        PathChange::Keep => "$uri".to_owned(),
        PathChange::Replace(path) => path.clone() + if redirect.keep_query { "$is_args$args" } else { "" },
        PathChange::ReplacePrefix { .. } => return Said::No("an annotation cannot redirect to another prefix".to_owned()),
    };
    let scheme = redirect.scheme.as_deref().unwrap_or("$scheme");
    let host = redirect.host.as_deref().unwrap_or("$host");
    let port = redirect.port.map_or(String::new(), |port| format!(":{port}"));
    let permanent = matches!(redirect.status, 301 | 308);
    draft.set(if permanent { key!("permanent-redirect") } else { key!("temporal-redirect") }, format!("{scheme}://{host}{port}{path}"));
    if redirect.status == 308 {
        draft.set(key!("permanent-redirect-code"), "308");
    }
    Said::Yes
}

fn users(auth: &Auth) -> (Option<&'static str>, IndexMap<String, String>) {
    (None, IndexMap::from_iter([("auth".to_owned(), auth.users.iter().map(|user| format!("{user}\n")).collect())]))
}
