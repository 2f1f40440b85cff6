//! Middlewares: from the tree of one to typed values; chains are unfolded by the caller.

use super::tree::{Tree, is_true};
use crate::table::{HashSet, IndexMap};
use crate::text::Place;
use crate::vocab::headers::Headers;
use crate::vocab::middleware::{
    Auth, Buffering, CircuitBreaker, Compress, ForwardAuth, InFlight, IpAllowList, IpStrategy, Middleware, PassTlsClientCert, RateLimit,
    RedirectRegex, RedirectScheme, Retry, SourceCriterion,
};
use serde_json::{Map, Value};
use std::cell::RefCell;

/// What a middleware of Traefik is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Parsed {
    /// One that stands for itself.
    One(Middleware),
    /// Others, in this order.
    Chain(Vec<String>),
    /// Another service answers in place of errors: the statuses, the query, the name of Traefik's service.
    Errors(Vec<String>, String, String),
}

/// The options of a middleware; remembers which were asked for.
struct Options<'t> {
    tree: &'t Tree,
    known: RefCell<HashSet<String>>,
}

impl<'t> Options<'t> {
    fn get(&self, path: &str) -> Option<&'t Tree> {
        self.known.borrow_mut().insert(path.to_ascii_lowercase());
        self.tree.get(path)
    }

    fn text(&self, path: &str) -> Option<String> {
        let text = self.get(path)?.value.as_ref()?.value.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    fn flag(&self, path: &str) -> bool {
        self.text(path).is_some_and(|text| is_true(&text))
    }

    fn number<T: std::str::FromStr>(&self, path: &str) -> Option<T> {
        self.text(path)?.parse().ok()
    }

    fn list(&self, path: &str) -> Vec<String> {
        self.get(path).map(Tree::entries).unwrap_or_default().into_iter().map(|item| item.value).collect()
    }

    fn map(&self, path: &str) -> IndexMap<String, String> {
        let children = self.get(path).into_iter().flat_map(|tree| tree.children.values());
        children.filter_map(|child| Some((child.spelling.clone(), child.value.as_ref()?.value.clone()))).collect()
    }

    /// What nobody asked for.
    fn unknown(&self) -> Vec<(String, Option<Place>)> {
        let known = self.known.borrow();
        let asked = |path: &str| known.iter().any(|key| path == key || path.strip_prefix(key).is_some_and(|rest| rest.starts_with('.')));
        self.tree.leaves().into_iter().filter(|(path, _)| !asked(path)).collect()
    }

    fn strategy(&self, path: &str) -> Option<IpStrategy> {
        self.get(path)?;
        Some(IpStrategy {
            depth: self.number(&format!("{path}.depth")),
            excluded_ips: self.list(&format!("{path}.excludedips")),
            ipv6_subnet: self.number(&format!("{path}.ipv6subnet")),
        })
    }

    fn criterion(&self) -> Option<SourceCriterion> {
        self.get("sourcecriterion")?;
        Some(SourceCriterion {
            ip_strategy: self.strategy("sourcecriterion.ipstrategy"),
            request_header_name: self.text("sourcecriterion.requestheadername"),
            request_host: self.flag("sourcecriterion.requesthost"),
        })
    }

    fn auth(&self, file: &mut dyn FnMut(&str) -> Option<Vec<String>>) -> Option<Auth> {
        let mut users = self.list("users");
        if let Some(path) = self.text("usersfile") {
            users.extend(file(&path)?);
        }
        let auth =
            Auth { users, realm: self.text("realm"), remove_header: self.flag("removeheader"), header_field: self.text("headerfield") };
        (!auth.users.is_empty()).then_some(auth)
    }
}

/// Reads a middleware: what it is, and which of its options nobody knows. `file` gives the lines of a file of the proxy's container.
pub(super) fn read(tree: &Tree, file: &mut dyn FnMut(&str) -> Option<Vec<String>>) -> (Parsed, Vec<(String, Option<Place>)>) {
    let mut kinds = tree.children.iter();
    let (Some((kind, below)), None) = (kinds.next(), kinds.next()) else {
        return (Parsed::One(Middleware::Unknown { kind: "several types at once".to_owned() }), Vec::new());
    };
    let options = Options { tree: below, known: RefCell::default() };
    let parsed = typed(kind, &options, file).unwrap_or_else(|| Parsed::One(Middleware::Unknown { kind: below.spelling.clone() }));
    let unknown = match &parsed {
        Parsed::One(Middleware::Unknown { .. }) => Vec::new(),
        _ => options.unknown(),
    };
    (parsed, unknown)
}

fn typed(kind: &str, o: &Options<'_>, file: &mut dyn FnMut(&str) -> Option<Vec<String>>) -> Option<Parsed> {
    let one = match kind {
        "chain" => {
            let names = o.list("middlewares");
            return (!names.is_empty()).then_some(Parsed::Chain(names));
        }
        "errors" => return Some(Parsed::Errors(o.list("status"), o.text("query").unwrap_or_default(), o.text("service")?)),
        "addprefix" => Middleware::AddPrefix(o.text("prefix")?),
        "stripprefix" => {
            o.get("forceslash");
            Middleware::StripPrefix(some(o.list("prefixes"))?)
        }
        "stripprefixregex" => Middleware::StripPrefixRegex(some(o.list("regex"))?),
        "replacepath" => Middleware::ReplacePath(o.text("path")?),
        "replacepathregex" => {
            Middleware::ReplacePathRegex { regex: o.text("regex")?, replacement: o.text("replacement").unwrap_or_default() }
        }
        "redirectscheme" => {
            Middleware::RedirectScheme(RedirectScheme { scheme: o.text("scheme")?, port: o.text("port"), permanent: o.flag("permanent") })
        }
        "redirectregex" => Middleware::RedirectRegex(RedirectRegex {
            regex: o.text("regex")?,
            replacement: o.text("replacement")?,
            permanent: o.flag("permanent"),
        }),
        "headers" => Middleware::Headers(Box::new(headers(o))),
        "basicauth" => Middleware::BasicAuth(o.auth(file)?),
        "digestauth" => Middleware::DigestAuth(o.auth(file)?),
        "forwardauth" => Middleware::ForwardAuth(Box::new(forward_auth(o)?)),
        "ipallowlist" | "ipwhitelist" => Middleware::IpAllowList(IpAllowList {
            source_range: some(o.list("sourcerange"))?,
            ip_strategy: o.strategy("ipstrategy"),
            reject_status_code: o.number("rejectstatuscode"),
        }),
        // A counter that several proxies share lives in a database of its own.
        "ratelimit" if o.get("redis").is_some() => return None,
        "ratelimit" => Middleware::RateLimit(RateLimit {
            average: o.number("average"),
            period: o.text("period"),
            burst: o.number("burst"),
            source_criterion: o.criterion(),
        }),
        "inflightreq" => Middleware::InFlight(InFlight { amount: o.number("amount")?, source_criterion: o.criterion() }),
        "buffering" => Middleware::Buffering(Buffering {
            max_request_body_bytes: o.number("maxrequestbodybytes"),
            mem_request_body_bytes: o.number("memrequestbodybytes"),
            max_response_body_bytes: o.number("maxresponsebodybytes"),
            mem_response_body_bytes: o.number("memresponsebodybytes"),
            retry_expression: o.text("retryexpression"),
        }),
        "compress" => Middleware::Compress(Compress {
            excluded_content_types: o.list("excludedcontenttypes"),
            included_content_types: o.list("includedcontenttypes"),
            min_response_body_bytes: o.number("minresponsebodybytes"),
            encodings: o.list("encodings"),
            default_encoding: o.text("defaultencoding"),
        }),
        "retry" => Middleware::Retry(Retry { attempts: o.number("attempts")?, initial_interval: o.text("initialinterval") }),
        "circuitbreaker" => Middleware::CircuitBreaker(CircuitBreaker {
            expression: o.text("expression")?,
            check_period: o.text("checkperiod"),
            fallback_duration: o.text("fallbackduration"),
            recovery_duration: o.text("recoveryduration"),
            response_code: o.number("responsecode"),
        }),
        "contenttype" => {
            o.get("autodetect");
            Middleware::ContentType
        }
        "passtlsclientcert" => {
            let info = o.get("info").map(flags).filter(|info| info.as_object().is_some_and(|map| !map.is_empty()));
            Middleware::PassTlsClientCert(PassTlsClientCert { pem: o.flag("pem"), info })
        }
        "grpcweb" => Middleware::GrpcWeb(o.list("alloworigins")),
        _ => return None,
    };
    Some(Parsed::One(one))
}

/// A list that is not empty.
fn some(list: Vec<String>) -> Option<Vec<String>> {
    (!list.is_empty()).then_some(list)
}

fn forward_auth(o: &Options<'_>) -> Option<ForwardAuth> {
    o.get("tls.insecureskipverify");
    Some(ForwardAuth {
        address: o.text("address")?,
        trust_forward_header: o.flag("trustforwardheader"),
        auth_response_headers: o.list("authresponseheaders"),
        auth_response_headers_regex: o.text("authresponseheadersregex"),
        auth_request_headers: o.list("authrequestheaders"),
        add_auth_cookies_to_response: o.list("addauthcookiestoresponse"),
        header_field: o.text("headerfield"),
        forward_body: o.flag("forwardbody"),
        max_body_size: o.number("maxbodysize"),
        preserve_request_method: o.flag("preserverequestmethod"),
        preserve_location_header: o.flag("preservelocationheader"),
        insecure: o.flag("tls.insecureskipverify"),
        sign_in: None,
    })
}

fn headers(o: &Options<'_>) -> Headers {
    Headers {
        custom_request_headers: o.map("customrequestheaders"),
        custom_response_headers: o.map("customresponseheaders"),
        access_control_allow_credentials: o.flag("accesscontrolallowcredentials"),
        access_control_allow_headers: o.list("accesscontrolallowheaders"),
        access_control_allow_methods: o.list("accesscontrolallowmethods"),
        access_control_allow_origin_list: o.list("accesscontrolalloworiginlist"),
        access_control_allow_origin_list_regex: o.list("accesscontrolalloworiginlistregex"),
        access_control_expose_headers: o.list("accesscontrolexposeheaders"),
        access_control_max_age: o.number("accesscontrolmaxage"),
        add_vary_header: o.flag("addvaryheader"),
        allowed_hosts: o.list("allowedhosts"),
        hosts_proxy_headers: o.list("hostsproxyheaders"),
        ssl_proxy_headers: o.map("sslproxyheaders"),
        sts_seconds: o.number("stsseconds"),
        sts_include_subdomains: o.flag("stsincludesubdomains"),
        sts_preload: o.flag("stspreload"),
        force_sts_header: o.flag("forcestsheader"),
        frame_deny: o.flag("framedeny"),
        custom_frame_options_value: o.text("customframeoptionsvalue"),
        content_type_nosniff: o.flag("contenttypenosniff"),
        browser_xss_filter: o.flag("browserxssfilter"),
        custom_browser_xss_value: o.text("custombrowserxssvalue"),
        content_security_policy: o.text("contentsecuritypolicy"),
        content_security_policy_report_only: o.text("contentsecuritypolicyreportonly"),
        public_key: o.text("publickey"),
        referrer_policy: o.text("referrerpolicy"),
        permissions_policy: o.text("permissionspolicy").or_else(|| o.text("featurepolicy")),
        is_development: o.flag("isdevelopment"),
    }
}

/// Names in the spelling of the certificates' parts; others stay as they are written.
const PARTS: &[&str] = &[
    "notAfter",
    "notBefore",
    "sans",
    "serialNumber",
    "subject",
    "issuer",
    "country",
    "province",
    "locality",
    "organization",
    "organizationalUnit",
    "commonName",
    "domainComponent",
];

/// A tree of flags as it stands.
fn flags(tree: &Tree) -> Value {
    let spelled = |key: &str| PARTS.iter().find(|part| part.eq_ignore_ascii_case(key)).map_or(key, |part| part).to_owned();
    let below = tree.children.iter().map(|(key, child)| {
        let value = match &child.value {
            Some(value) if child.children.is_empty() => Value::Bool(is_true(&value.value)),
            _ => flags(child),
        };
        (spelled(key), value)
    });
    Value::Object(below.collect::<Map<_, _>>())
}
