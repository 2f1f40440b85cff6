//! Headers that a proxy sets: of the request, of the answer, and those that tell browsers what they may do.

use super::middleware::is_false;
use crate::table::IndexMap;
use serde::{Deserialize, Serialize};

/// Headers of the request and of the answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Headers {
    /// Set before the service sees the request; an empty value takes the header away.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub custom_request_headers: IndexMap<String, String>,
    /// Set before the browser sees the answer; an empty value takes the header away.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub custom_response_headers: IndexMap<String, String>,
    /// CORS: may cookies go along?
    #[serde(skip_serializing_if = "is_false")]
    pub access_control_allow_credentials: bool,
    /// CORS: headers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub access_control_allow_headers: Vec<String>,
    /// CORS: methods.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub access_control_allow_methods: Vec<String>,
    /// CORS: origins.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub access_control_allow_origin_list: Vec<String>,
    /// CORS: expressions of origins.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub access_control_allow_origin_list_regex: Vec<String>,
    /// CORS: headers that a script may read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub access_control_expose_headers: Vec<String>,
    /// CORS: how long an answer holds, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_control_max_age: Option<i64>,
    /// CORS: `Vary: Origin`.
    #[serde(skip_serializing_if = "is_false")]
    pub add_vary_header: bool,
    /// Hosts that may be asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allowed_hosts: Vec<String>,
    /// Headers that name the host behind another proxy.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hosts_proxy_headers: Vec<String>,
    /// Headers that say that a request came in TLS.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub ssl_proxy_headers: IndexMap<String, String>,
    /// HSTS: for how long, in seconds.
    #[serde(skip_serializing_if = "Option::is_none", rename = "stsSeconds")]
    pub sts_seconds: Option<i64>,
    /// HSTS: names below as well.
    #[serde(skip_serializing_if = "is_false", rename = "stsIncludeSubdomains")]
    pub sts_include_subdomains: bool,
    /// HSTS: browsers may know it before.
    #[serde(skip_serializing_if = "is_false", rename = "stsPreload")]
    pub sts_preload: bool,
    /// HSTS: in plain text as well.
    #[serde(skip_serializing_if = "is_false", rename = "forceSTSHeader")]
    pub force_sts_header: bool,
    /// `X-Frame-Options: DENY`.
    #[serde(skip_serializing_if = "is_false")]
    pub frame_deny: bool,
    /// `X-Frame-Options`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_frame_options_value: Option<String>,
    /// `X-Content-Type-Options: nosniff`.
    #[serde(skip_serializing_if = "is_false")]
    pub content_type_nosniff: bool,
    /// `X-XSS-Protection: 1; mode=block`.
    #[serde(skip_serializing_if = "is_false")]
    pub browser_xss_filter: bool,
    /// `X-XSS-Protection`.
    #[serde(skip_serializing_if = "Option::is_none", rename = "customBrowserXSSValue")]
    pub custom_browser_xss_value: Option<String>,
    /// `Content-Security-Policy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_security_policy: Option<String>,
    /// `Content-Security-Policy-Report-Only`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_security_policy_report_only: Option<String>,
    /// `Public-Key-Pins`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_key: Option<String>,
    /// `Referrer-Policy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub referrer_policy: Option<String>,
    /// `Permissions-Policy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permissions_policy: Option<String>,
    /// Switches off what stands in the way while developing.
    #[serde(skip_serializing_if = "is_false")]
    pub is_development: bool,
}

impl Headers {
    /// Is there a word about CORS?
    #[must_use]
    pub fn has_cors(&self) -> bool {
        !self.access_control_allow_origin_list.is_empty()
            || !self.access_control_allow_origin_list_regex.is_empty()
            || !self.access_control_allow_methods.is_empty()
            || !self.access_control_allow_headers.is_empty()
            || !self.access_control_expose_headers.is_empty()
            || self.access_control_allow_credentials
            || self.access_control_max_age.is_some()
    }

    /// The host that the service is told, where nothing else is set.
    #[must_use]
    pub fn only_host(&self) -> Option<&str> {
        let (name, host) = self.custom_request_headers.first().filter(|(name, _)| name.eq_ignore_ascii_case("host"))?;
        let alone = Self { custom_request_headers: IndexMap::from_iter([(name.clone(), host.clone())]), ..Self::default() };
        (*self == alone && !host.is_empty()).then_some(host)
    }

    /// The headers that every answer gets, whatever the service says; an empty value takes the header away. HSTS and CORS are not among
    /// them.
    #[must_use]
    pub fn fixed_response(&self) -> IndexMap<String, String> {
        let frame = self.custom_frame_options_value.clone().or_else(|| self.frame_deny.then(|| "DENY".to_owned()));
        let filter = self.custom_browser_xss_value.clone().or_else(|| self.browser_xss_filter.then(|| "1; mode=block".to_owned()));
        let named = [
            ("X-Frame-Options", frame),
            ("X-Content-Type-Options", self.content_type_nosniff.then(|| "nosniff".to_owned())),
            ("X-XSS-Protection", filter),
            ("Content-Security-Policy", self.content_security_policy.clone()),
            ("Content-Security-Policy-Report-Only", self.content_security_policy_report_only.clone()),
            ("Public-Key-Pins", self.public_key.clone()),
            ("Referrer-Policy", self.referrer_policy.clone()),
            ("Permissions-Policy", self.permissions_policy.clone()),
        ];
        let named = named.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        named.chain(self.custom_response_headers.clone()).collect()
    }

    /// `Strict-Transport-Security`, if it is set.
    #[must_use]
    pub fn sts(&self) -> Option<String> {
        let seconds = self.sts_seconds.filter(|seconds| *seconds > 0)?;
        let below = if self.sts_include_subdomains { "; includeSubDomains" } else { "" };
        let preload = if self.sts_preload { "; preload" } else { "" };
        Some(format!("max-age={seconds}{below}{preload}"))
    }
}
