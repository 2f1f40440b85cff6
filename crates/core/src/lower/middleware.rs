//! Traefik's middlewares.

use super::{Context, Objects, labels, object};
use crate::kube::resource::Custom;
use crate::kube::traefik::MiddlewareSpec;
use crate::plan::route::model::NamedMiddleware;
use crate::vocab::middleware::{Auth, Middleware};
use serde::Serialize;
use serde_json::{Map, Value, json};

pub(super) fn lower(context: &Context<'_>, objects: &mut Objects<'_>) {
    for planned in &context.plan.routes.middlewares {
        let NamedMiddleware { name, service, content, secret, endpoint } = planned;
        let Some((key, value)) = content_of(content, secret.as_deref(), endpoint.as_ref()) else { continue };
        let spec = MiddlewareSpec(Map::from_iter([(key.to_owned(), value)]));
        objects.push(object(&Custom { metadata: labels::metadata_of(context, name, Some(service)), spec }));
    }
}

/// The key that says what it does, and the options.
fn content_of(content: &Middleware, secret: Option<&str>, endpoint: Option<&(String, u16)>) -> Option<(&'static str, Value)> {
    Some(match content {
        Middleware::RedirectScheme(redirect) => ("redirectScheme", value(redirect)),
        Middleware::RedirectRegex(redirect) => ("redirectRegex", value(redirect)),
        Middleware::StripPrefix(prefixes) => ("stripPrefix", json!({ "prefixes": prefixes })),
        Middleware::StripPrefixRegex(expressions) => ("stripPrefixRegex", json!({ "regex": expressions })),
        Middleware::AddPrefix(prefix) => ("addPrefix", json!({ "prefix": prefix })),
        Middleware::ReplacePath(path) => ("replacePath", json!({ "path": path })),
        Middleware::ReplacePathRegex { regex, replacement } => ("replacePathRegex", json!({ "regex": regex, "replacement": replacement })),
        Middleware::Headers(headers) => ("headers", value(headers)),
        Middleware::BasicAuth(auth) => ("basicAuth", users(auth, secret)),
        Middleware::DigestAuth(auth) => ("digestAuth", users(auth, secret)),
        Middleware::ForwardAuth(auth) => {
            let mut out = value(auth);
            if let (true, Some(fields)) = (auth.insecure, out.as_object_mut()) {
                fields.insert("tls".to_owned(), json!({ "insecureSkipVerify": true }));
            }
            ("forwardAuth", out)
        }
        Middleware::IpAllowList(list) => ("ipAllowList", value(list)),
        Middleware::RateLimit(limit) => ("rateLimit", value(limit)),
        Middleware::InFlight(limit) => ("inFlightReq", value(limit)),
        Middleware::Buffering(buffering) => ("buffering", value(buffering)),
        Middleware::Compress(compress) => ("compress", value(compress)),
        Middleware::Retry(retry) => ("retry", value(retry)),
        Middleware::CircuitBreaker(breaker) => ("circuitBreaker", value(breaker)),
        Middleware::Errors(errors) => {
            let (name, port) = endpoint?;
            let service = json!({ "name": name, "port": port });
            ("errors", json!({ "status": errors.status, "query": errors.query, "service": service }))
        }
        Middleware::ContentType => ("contentType", json!({})),
        Middleware::PassTlsClientCert(options) => ("passTLSClientCert", value(options)),
        Middleware::GrpcWeb(origins) => ("grpcWeb", json!({ "allowOrigins": origins })),
        Middleware::Timeouts(_) | Middleware::Unknown { .. } => return None,
    })
}

fn value(typed: &impl Serialize) -> Value {
    serde_json::to_value(typed).unwrap_or_default()
}

fn users(auth: &Auth, secret: Option<&str>) -> Value {
    let mut out = Map::new();
    out.extend(secret.map(|secret| ("secret".to_owned(), json!(secret))));
    out.extend(auth.realm.as_ref().map(|realm| ("realm".to_owned(), json!(realm))));
    if auth.remove_header {
        out.insert("removeHeader".to_owned(), json!(true));
    }
    out.extend(auth.header_field.as_ref().map(|field| ("headerField".to_owned(), json!(field))));
    Value::Object(out)
}
