//! Ways in that options ask for: `--host` and `--domain`.

use super::port::{usual_port, web_ports};
use crate::diag::catalog::options;
use crate::diag::{Diagnostic, Diagnostics};
use crate::plan::context::Context;
use crate::plan::endpoint::model::Reachable;
use crate::vocab::intent::{Action, Backend, Intent, Listen, Matcher, Priority, Tls};

/// What options ask for.
pub(super) fn intents(cx: &Context<'_>, reachable: &Reachable, diagnostics: &mut Diagnostics) -> Vec<Intent> {
    let mut out = Vec::new();
    for option in &cx.options.host {
        out.extend(from_option(cx, reachable, option, diagnostics));
    }
    if let Some(domain) = &cx.options.domain {
        let domain = domain.trim_matches('.');
        for (key, service) in &cx.project.services {
            if let Some(port) = web_ports(service).find(|port| !port.is_local()) {
                out.push(intent(cx, key, &format!("{}.{domain}", cx.names.object(key)), "/", port.target.value));
            }
        }
    }
    out
}

/// A way in to a port; encrypted where the options name who issues certificates.
fn intent(cx: &Context<'_>, service: &str, host: &str, path: &str, port: u16) -> Intent {
    let tls = cx.options.tls_issuer.is_some() || cx.options.acme_email.is_some();
    Intent {
        name: service.to_owned(),
        key: "host".to_owned(),
        place: None,
        owner: service.to_owned(),
        matcher: Matcher::site(Some(host), path, false),
        action: Action::Forward(vec![Backend::new(service, Some(port))]),
        listen: if tls { Listen::BOTH } else { Listen::PLAIN },
        tls: tls.then(Tls::default),
        middlewares: Vec::new(),
        priority: Priority::Narrowest,
    }
}

/// Reads `SERVICE[:PORT]=HOST[/PATH]`.
fn from_option(cx: &Context<'_>, reachable: &Reachable, option: &str, diagnostics: &mut Diagnostics) -> Option<Intent> {
    let invalid = |why: &str| {
        Diagnostic::new(&options::HOST_OPTION_INVALID, format!("the option `host` with {option:?} {why}"))
            .help("write SERVICE[:PORT]=HOST[/PATH]")
    };
    let Some((from, to)) = option.split_once('=') else {
        diagnostics.push(invalid("has no `=`"));
        return None;
    };
    let (name, port) = from.split_once(':').map_or((from, None), |(name, port)| (name, Some(port)));
    let Some(service) = cx.service(name) else {
        let message = Diagnostic::new(
            &options::HOST_OPTION_UNKNOWN,
            format!("the option `host` names the service {name:?}, which the project does not have"),
        );
        let near = crate::text::similar::closest(name, cx.project.services.keys().map(String::as_str));
        diagnostics.push(match near {
            Some(near) => message.help(format!("did you mean {near:?}?")),
            None => message.help("look which services are active: `docker compose config --services`"),
        });
        return None;
    };
    let (host, path) = to.find('/').and_then(|at| to.split_at_checked(at)).unwrap_or((to, "/"));
    if !is_host(host) {
        diagnostics.push(invalid("has no valid host name"));
        return None;
    }
    let port = match port {
        Some(text) => text.parse().ok().filter(|port| *port > 0),
        None => usual_port(service, reachable.ports(name)),
    };
    let Some(port) = port else {
        diagnostics.push(if from.contains(':') {
            invalid("has no valid port")
        } else {
            Diagnostic::new(
                &options::HOST_OPTION_MISSING,
                format!("the option `host` names the service {name:?}, of which no port is known"),
            )
            .help("write the port behind the service: SERVICE:PORT=HOST")
        });
        return None;
    };
    Some(intent(cx, name, host, path, port))
}

/// May this be the host of a route? A first label `*` stands for any.
pub(super) fn is_host(host: &str) -> bool {
    let rest = host.strip_prefix("*.").unwrap_or(host);
    let part = |p: &str| {
        !p.is_empty()
            && p.len() <= 63
            && p.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !p.starts_with('-')
            && !p.ends_with('-')
    };
    !rest.is_empty() && rest.len() <= 253 && rest.split('.').all(part)
}
