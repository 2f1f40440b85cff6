//! What is done with a request on its way, as typed values.
//!
//! The fields and their names are those of Traefik, whose words are the richest. `None` and empty: the source does not say.

use super::headers::Headers;
use serde::{Deserialize, Serialize};

/// What is done with a request on its way.
#[derive(Clone, Debug, PartialEq)]
pub enum Middleware {
    /// The browser is sent to the same address with another scheme.
    RedirectScheme(RedirectScheme),
    /// The browser is sent elsewhere where an expression finds the whole address.
    RedirectRegex(RedirectRegex),
    /// The first of these prefixes that fits is cut off the path.
    StripPrefix(Vec<String>),
    /// The first of these expressions that finds the path's beginning is cut off.
    StripPrefixRegex(Vec<String>),
    /// Something is put in front of the path.
    AddPrefix(String),
    /// The path becomes this.
    ReplacePath(String),
    /// Where the expression finds the path, it becomes the replacement.
    ReplacePathRegex {
        /// The expression.
        regex: String,
        /// The replacement, with `$1` or `${1}` for what it found.
        replacement: String,
    },
    /// Headers of the request and of the answer.
    Headers(Box<Headers>),
    /// A name and a password.
    BasicAuth(Auth),
    /// A name and a password, as a digest.
    DigestAuth(Auth),
    /// Another service says who may come in.
    ForwardAuth(Box<ForwardAuth>),
    /// Only these addresses may come in; none: nobody.
    IpAllowList(IpAllowList),
    /// So many requests in a time.
    RateLimit(RateLimit),
    /// So many requests at once.
    InFlight(InFlight),
    /// Bodies are kept in between, up to a size.
    Buffering(Buffering),
    /// How long the proxy waits for the service.
    Timeouts(Timeouts),
    /// Answers are compressed.
    Compress(Compress),
    /// A request that fails is sent again.
    Retry(Retry),
    /// A service that fails is left alone for a while.
    CircuitBreaker(CircuitBreaker),
    /// Another service answers in place of errors.
    Errors(Errors),
    /// The kind of a body is guessed where the service does not say.
    ContentType,
    /// The service learns of the browser's certificate.
    PassTlsClientCert(PassTlsClientCert),
    /// gRPC for browsers.
    GrpcWeb(Vec<String>),
    /// A plugin, or what a later version has: nothing is known of it.
    Unknown {
        /// Its type.
        kind: String,
    },
}

impl Middleware {
    /// Does it keep somebody out?
    #[must_use]
    pub const fn guards(&self) -> bool {
        matches!(
            self,
            Self::BasicAuth(_)
                | Self::DigestAuth(_)
                | Self::ForwardAuth(_)
                | Self::IpAllowList(_)
                | Self::RateLimit(_)
                | Self::InFlight(_)
                | Self::PassTlsClientCert(_)
                | Self::Unknown { .. }
        )
    }

    /// Does it change what the service sees or what the browser gets?
    #[must_use]
    pub const fn changes(&self) -> bool {
        matches!(
            self,
            Self::RedirectScheme(_)
                | Self::RedirectRegex(_)
                | Self::StripPrefix(_)
                | Self::StripPrefixRegex(_)
                | Self::AddPrefix(_)
                | Self::ReplacePath(_)
                | Self::ReplacePathRegex { .. }
                | Self::Errors(_)
                | Self::GrpcWeb(_)
        )
    }
}

/// The browser is sent to the same address with another scheme.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RedirectScheme {
    /// `https`.
    pub scheme: String,
    /// The port, where it is not the scheme's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<String>,
    /// 301 or 308 instead of 302 or 307.
    #[serde(skip_serializing_if = "is_false")]
    pub permanent: bool,
}

/// The browser is sent elsewhere where an expression finds the whole address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RedirectRegex {
    /// The expression.
    pub regex: String,
    /// The address, with `$1` or `${1}` for what it found.
    pub replacement: String,
    /// 301 or 308 instead of 302 or 307.
    #[serde(skip_serializing_if = "is_false")]
    pub permanent: bool,
}

/// Names and passwords.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Auth {
    /// `name:hash` each.
    pub users: Vec<String>,
    /// The realm.
    pub realm: Option<String>,
    /// Is the header taken away before the service sees it?
    pub remove_header: bool,
    /// A header that tells the service who it is.
    pub header_field: Option<String>,
}

/// Another service says who may come in.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ForwardAuth {
    /// Its address.
    pub address: String,
    /// Are `X-Forwarded-*` headers of the browser believed?
    #[serde(skip_serializing_if = "is_false")]
    pub trust_forward_header: bool,
    /// Headers of its answer that go to the service.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub auth_response_headers: Vec<String>,
    /// The same, by an expression.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_response_headers_regex: Option<String>,
    /// Headers of the request that it sees; none: all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub auth_request_headers: Vec<String>,
    /// Cookies of its answer that the browser gets.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub add_auth_cookies_to_response: Vec<String>,
    /// A header that tells the service who it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header_field: Option<String>,
    /// Does it see the body?
    #[serde(skip_serializing_if = "is_false")]
    pub forward_body: bool,
    /// The largest body that it sees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_body_size: Option<i64>,
    /// Does it see the method?
    #[serde(skip_serializing_if = "is_false")]
    pub preserve_request_method: bool,
    /// Does its `Location` stay as it is?
    #[serde(skip_serializing_if = "is_false")]
    pub preserve_location_header: bool,
    /// Is its certificate not checked?
    #[serde(skip)]
    pub insecure: bool,
    /// Where a browser signs in, where the source says it (nginx's `error_page 401`).
    #[serde(skip)]
    pub sign_in: Option<String>,
}

/// How the browser's address is found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct IpStrategy {
    /// The so-manieth address of `X-Forwarded-For`, from the right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub depth: Option<i64>,
    /// The first address that is none of these.
    #[serde(skip_serializing_if = "Vec::is_empty", rename = "excludedIPs")]
    pub excluded_ips: Vec<String>,
    /// Addresses of version 6 are one by this many bits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ipv6_subnet: Option<i64>,
}

/// Only these addresses may come in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct IpAllowList {
    /// Ranges; none: nobody.
    pub source_range: Vec<String>,
    /// How the address is found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_strategy: Option<IpStrategy>,
    /// The status for the others; 403.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reject_status_code: Option<u16>,
}

/// By what requests are counted together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SourceCriterion {
    /// The address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_strategy: Option<IpStrategy>,
    /// A header.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_header_name: Option<String>,
    /// The host that is asked for.
    #[serde(skip_serializing_if = "is_false")]
    pub request_host: bool,
}

/// So many requests in a time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RateLimit {
    /// How many in a period.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub average: Option<i64>,
    /// The period: `1s`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
    /// How many at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub burst: Option<i64>,
    /// By what they are counted together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_criterion: Option<SourceCriterion>,
}

/// So many requests at once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct InFlight {
    /// How many.
    pub amount: i64,
    /// By what they are counted together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_criterion: Option<SourceCriterion>,
}

/// Bodies are kept in between, up to a size in bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Buffering {
    /// The largest request; 0: any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_request_body_bytes: Option<i64>,
    /// What of a request stays in memory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mem_request_body_bytes: Option<i64>,
    /// The largest answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_response_body_bytes: Option<i64>,
    /// What of an answer stays in memory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mem_response_body_bytes: Option<i64>,
    /// When a request is sent again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_expression: Option<String>,
}

/// How long the proxy waits for the service, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timeouts {
    /// For the connection.
    pub connect: Option<u32>,
    /// For an answer, or the next piece of it.
    pub read: Option<u32>,
    /// For the next piece of the request to be taken.
    pub send: Option<u32>,
}

/// Answers are compressed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Compress {
    /// Kinds of bodies that are not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub excluded_content_types: Vec<String>,
    /// Kinds of bodies that are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub included_content_types: Vec<String>,
    /// From this size on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_response_body_bytes: Option<i64>,
    /// The ways: `gzip`, `br`, `zstd`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub encodings: Vec<String>,
    /// The way where the browser names none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_encoding: Option<String>,
}

/// A request that fails is sent again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Retry {
    /// How often.
    pub attempts: i64,
    /// How long in between.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initial_interval: Option<String>,
}

/// A service that fails is left alone for a while.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CircuitBreaker {
    /// When it fails.
    pub expression: String,
    /// How often that is looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check_period: Option<String>,
    /// How long it is left alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fallback_duration: Option<String>,
    /// How long it takes to come back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recovery_duration: Option<String>,
    /// The status in between.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_code: Option<u16>,
}

/// Another service answers in place of errors.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Errors {
    /// Which: `500-599`.
    pub status: Vec<String>,
    /// What it is asked, with `{status}`.
    pub query: String,
    /// The Compose service, and its port.
    pub service: String,
    /// Its port; `None`: the usual one.
    pub port: Option<u16>,
}

/// The service learns of the browser's certificate.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PassTlsClientCert {
    /// The certificate itself.
    #[serde(skip_serializing_if = "is_false")]
    pub pem: bool,
    /// Parts of it: fields of `info`, as they stand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub info: Option<serde_json::Value>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
pub(super) const fn is_false(value: &bool) -> bool {
    !*value
}
