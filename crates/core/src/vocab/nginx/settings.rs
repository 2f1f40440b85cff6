//! What nginx's directives set for a server or a location, and how the inner ones take over from the outer ones.

use crate::table::HashMap;
use crate::text::{Place, Placed};
use crate::vocab::directive::Directive;
use crate::vocab::middleware::Timeouts;

/// Directives that tune nginx itself, or say what every controller does by itself.
const TUNING: &[&str] = &[
    "absolute_redirect",
    "access_log",
    "aio",
    "charset",
    "chunked_transfer_encoding",
    "client_body_buffer_size",
    "client_body_temp_path",
    "client_body_timeout",
    "client_header_buffer_size",
    "client_header_timeout",
    "directio",
    "error_log",
    "etag",
    "gzip",
    "gzip_buffers",
    "gzip_comp_level",
    "gzip_disable",
    "gzip_http_version",
    "gzip_min_length",
    "gzip_proxied",
    "gzip_static",
    "gzip_types",
    "gzip_vary",
    "brotli",
    "brotli_comp_level",
    "brotli_types",
    "brotli_static",
    "http2",
    "http2_max_concurrent_streams",
    "http2_push_preload",
    "http3",
    "ignore_invalid_headers",
    "keepalive_requests",
    "keepalive_timeout",
    "keepalive_disable",
    "large_client_header_buffers",
    "limit_req_log_level",
    "limit_req_status",
    "limit_conn_log_level",
    "limit_conn_status",
    "lingering_close",
    "lingering_time",
    "log_format",
    "log_not_found",
    "log_subrequest",
    "map_hash_bucket_size",
    "map_hash_max_size",
    "max_ranges",
    "merge_slashes",
    "more_clear_headers",
    "open_file_cache",
    "open_file_cache_errors",
    "open_file_cache_min_uses",
    "open_file_cache_valid",
    "output_buffers",
    "port_in_redirect",
    "postpone_output",
    "proxy_buffer_size",
    "proxy_buffering",
    "proxy_buffers",
    "proxy_busy_buffers_size",
    "proxy_force_ranges",
    "proxy_headers_hash_bucket_size",
    "proxy_headers_hash_max_size",
    "proxy_ignore_client_abort",
    "proxy_max_temp_file_size",
    "proxy_pass_header",
    "proxy_pass_request_body",
    "proxy_pass_request_headers",
    "proxy_redirect",
    "proxy_request_buffering",
    "proxy_socket_keepalive",
    "proxy_ssl_name",
    "proxy_ssl_protocols",
    "proxy_ssl_ciphers",
    "proxy_ssl_server_name",
    "proxy_ssl_session_reuse",
    "proxy_ssl_verify",
    "proxy_ssl_verify_depth",
    "proxy_ssl_trusted_certificate",
    "proxy_temp_file_write_size",
    "proxy_temp_path",
    "proxy_next_upstream",
    "proxy_next_upstream_timeout",
    "proxy_next_upstream_tries",
    "proxy_cache_path",
    "proxy_cache_bypass",
    "proxy_cache_key",
    "proxy_cache_lock",
    "proxy_cache_methods",
    "proxy_cache_min_uses",
    "proxy_cache_revalidate",
    "proxy_cache_use_stale",
    "proxy_cache_valid",
    "proxy_cache_background_update",
    "proxy_no_cache",
    "proxy_ignore_headers",
    "quic_retry",
    "read_ahead",
    "recursive_error_pages",
    "real_ip_header",
    "real_ip_recursive",
    "set_real_ip_from",
    "reset_timedout_connection",
    "resolver_timeout",
    "send_lowat",
    "send_timeout",
    "sendfile",
    "sendfile_max_chunk",
    "server_name_in_redirect",
    "server_names_hash_bucket_size",
    "server_names_hash_max_size",
    "server_tokens",
    "ssl_buffer_size",
    "ssl_ciphers",
    "ssl_conf_command",
    "ssl_dhparam",
    "ssl_early_data",
    "ssl_ecdh_curve",
    "ssl_prefer_server_ciphers",
    "ssl_protocols",
    "ssl_session_cache",
    "ssl_session_tickets",
    "ssl_session_ticket_key",
    "ssl_session_timeout",
    "ssl_stapling",
    "ssl_stapling_verify",
    "ssl_trusted_certificate",
    "subrequest_output_buffer_size",
    "tcp_nodelay",
    "tcp_nopush",
    "types_hash_bucket_size",
    "types_hash_max_size",
    "underscores_in_headers",
    "variables_hash_bucket_size",
    "variables_hash_max_size",
    "vhost_traffic_status_zone",
    "disable_symlinks",
    "msie_padding",
    "proxy_bind",
    "gunzip",
    "auth_delay",
    "grpc_buffer_size",
    "grpc_socket_keepalive",
];

/// Directives that are read elsewhere, or that make no difference to anybody outside.
const STRUCTURE: &[&str] = &[
    "server",
    "upstream",
    "location",
    "listen",
    "server_name",
    "if",
    "return",
    "rewrite",
    "proxy_pass",
    "grpc_pass",
    "break",
    "internal",
    "ssl_certificate",
    "ssl_certificate_key",
    "proxy_http_version",
    "limit_req_zone",
    "limit_conn_zone",
    "map",
    "geo",
    "split_clients",
    "types",
    "resolver",
    "zone",
    "index",
    "default_type",
];

/// Why a directive keeps nginx.
pub(super) fn why_own(directive: &str) -> String {
    match directive {
        "auth_request" => "`auth_request` asks another place of nginx who may come in".to_owned(),
        "fastcgi_pass" => "`fastcgi_pass` speaks FastCGI, and an ingress controller speaks HTTP".to_owned(),
        "uwsgi_pass" => "`uwsgi_pass` speaks uwsgi, and an ingress controller speaks HTTP".to_owned(),
        "scgi_pass" => "`scgi_pass` speaks SCGI, and an ingress controller speaks HTTP".to_owned(),
        other => format!("`{other}` is nginx's own"),
    }
}

/// Directives about files that lie with nginx: they matter where nothing else answers.
const FILES: &[&str] = &["root", "alias", "autoindex", "autoindex_exact_size", "autoindex_localtime", "autoindex_format"];

/// What holds at one place of the configuration.
#[derive(Clone, Debug, Default)]
pub(in crate::vocab) struct Settings {
    /// `proxy_set_header`: name and value.
    pub(super) request_headers: Vec<(Placed<String>, String)>,
    /// `add_header`: name and value.
    pub(super) response_headers: Vec<(Placed<String>, String)>,
    /// `proxy_hide_header`.
    pub(super) hidden: Vec<Placed<String>>,
    /// `client_max_body_size` in bytes; 0 is any.
    pub(super) body_size: Option<Placed<i64>>,
    /// `proxy_*_timeout`.
    pub(super) timeouts: Option<Placed<Timeouts>>,
    /// `auth_basic`: the realm; `None` after `off`.
    pub(super) realm: Option<Placed<String>>,
    /// `auth_basic_user_file`.
    pub(super) users: Option<String>,
    /// `allow` and `deny`, in order: is it allowed, and which range; `all` is any.
    pub(super) access: Vec<Placed<(bool, String)>>,
    /// `limit_req`: the zone and the burst.
    pub(super) rate: Option<Placed<(String, Option<i64>)>>,
    /// `limit_conn`: the zone and how many.
    pub(super) connections: Option<Placed<(String, i64)>>,
    /// The first word about files of its own.
    pub(super) files: Option<Place>,
    /// `root` or `alias`: where it points.
    pub(super) root: Option<String>,
    /// `error_page`: the pages.
    pub(super) error_pages: Vec<String>,
    /// `set`.
    pub(super) variables: HashMap<String, String>,
    /// What only nginx itself can do: the first such directive.
    pub(super) own: Option<Placed<String>>,
    /// What has no effect elsewhere: directives with a value that a route cannot have.
    pub(super) lost: Vec<Placed<String>>,
    /// Directives that only tune nginx.
    pub(super) tuned: Vec<Placed<String>>,
}

impl Settings {
    /// What holds inside, with these directives there.
    pub(in crate::vocab) fn inside(&self, directives: &[Directive]) -> Self {
        let mut out = self.clone();
        // A level that has one directive of these kinds has none of the outer ones.
        for (name, clear) in CLEARED {
            if directives.iter().any(|directive| directive.name() == *name || (*name == "allow" && directive.name() == "deny")) {
                clear(&mut out);
            }
        }
        for directive in directives {
            out.add(directive);
        }
        out
    }

    /// The value of a text with the variables that `set` gives.
    pub(super) fn resolved(&self, text: &str) -> String {
        let mut out = text.to_owned();
        // A variable may be set from another; each round resolves one level.
        for _ in 0..4 {
            let mut next = String::with_capacity(out.len());
            for piece in super::target::pieces(&out) {
                match piece {
                    super::target::Piece::Text(text) => next.push_str(text),
                    super::target::Piece::Variable(name) => match self.variables.get(name) {
                        Some(value) => next.push_str(value),
                        None => next.extend(["${", name, "}"]),
                    },
                }
            }
            if next == out || next.len() > 4096 {
                break;
            }
            out = next;
        }
        out
    }

    fn add(&mut self, directive: &Directive) {
        let name = directive.name();
        let (first, second) = (directive.value(0).unwrap_or_default(), directive.value(1).unwrap_or_default());
        let placed = |text: &str| Placed::new(text.to_owned(), directive.place);
        match name {
            "proxy_set_header" | "grpc_set_header" => self.request_headers.push((placed(first), second.to_owned())),
            "add_header" | "more_set_headers" => self.add_header(directive),
            "proxy_hide_header" => self.hidden.push(placed(first)),
            "client_max_body_size" => match size(first) {
                Some(bytes) => self.body_size = Some(Placed::new(bytes, directive.place)),
                None => self.lost.push(placed(name)),
            },
            "proxy_connect_timeout" | "proxy_read_timeout" | "proxy_send_timeout" => {
                let timeouts = self.timeouts.get_or_insert(Placed::new(Timeouts::default(), directive.place));
                let seconds = seconds(first);
                match name {
                    "proxy_connect_timeout" => timeouts.value.connect = seconds,
                    "proxy_read_timeout" => timeouts.value.read = seconds,
                    _ => timeouts.value.send = seconds,
                }
            }
            "auth_basic" => self.realm = (first != "off").then(|| placed(first)),
            "auth_basic_user_file" => self.users = Some(first.to_owned()),
            "allow" | "deny" => self.access.push(Placed::new((name == "allow", first.to_owned()), directive.place)),
            "satisfy" if first == "all" => {}
            "limit_req" => {
                let part = |key: &str| directive.values().iter().find_map(|word| word.value.strip_prefix(key).map(str::to_owned));
                let burst = part("burst=").and_then(|burst| burst.parse().ok());
                self.rate = part("zone=").map(|zone| Placed::new((zone, burst), directive.place));
            }
            "limit_conn" => self.connections = second.parse().ok().map(|most| Placed::new((first.to_owned(), most), directive.place)),
            "proxy_cache" if first != "off" => self.lost.push(placed(name)),
            "proxy_intercept_errors" if first == "on" => drop(self.own.get_or_insert(placed(name))),
            "proxy_method" | "proxy_set_body" => drop(self.own.get_or_insert(placed(name))),
            "error_page" => {
                let last = directive.values().last().map_or("", |word| word.value.as_str());
                let plain = last.starts_with('/') && !directive.values().iter().any(|word| word.value.starts_with('='));
                if plain {
                    self.error_pages.push(last.to_owned());
                } else {
                    self.own.get_or_insert(placed(name));
                }
            }
            "set" => drop(self.variables.insert(first.trim_start_matches('$').to_owned(), second.to_owned())),
            "ssl_verify_client" if first != "off" => drop(self.own.get_or_insert(placed(name))),
            "proxy_cache" | "proxy_intercept_errors" | "ssl_verify_client" | "auth_request" if first == "off" => {}
            "ssl" => {}
            "expires" if first == "off" => {}
            "expires" => self.lost.push(placed(name)),
            _ if FILES.contains(&name) => {
                self.files.get_or_insert(directive.place);
                if matches!(name, "root" | "alias") {
                    self.root = Some(first.to_owned());
                }
            }
            _ if STRUCTURE.contains(&name) => {}
            _ if TUNING.contains(&name) => self.tuned.push(placed(name)),
            _ => drop(self.own.get_or_insert(placed(name))),
        }
    }

    fn add_header(&mut self, directive: &Directive) {
        if directive.name() == "more_set_headers" {
            for word in directive.values() {
                if let Some((name, value)) = word.value.split_once(':') {
                    self.response_headers.push((Placed::new(name.trim().to_owned(), directive.place), value.trim().to_owned()));
                }
            }
        } else if let (Some(name), Some(value)) = (directive.value(0), directive.value(1)) {
            self.response_headers.push((Placed::new(name.to_owned(), directive.place), value.to_owned()));
        }
    }
}

/// Forgets what the outer levels said.
type Clear = fn(&mut Settings);

/// Directives of which an inner level takes none from the outer ones once it has one itself.
const CLEARED: &[(&str, Clear)] = &[
    ("proxy_set_header", |settings| settings.request_headers.clear()),
    ("add_header", |settings| settings.response_headers.clear()),
    ("proxy_hide_header", |settings| settings.hidden.clear()),
    ("allow", |settings| settings.access.clear()),
    ("error_page", |settings| settings.error_pages.clear()),
    ("limit_req", |settings| settings.rate = None),
    ("limit_conn", |settings| settings.connections = None),
];

/// nginx's sizes: `20m`, `1G`, `512k`, `0`.
pub(super) fn size(text: &str) -> Option<i64> {
    let last = text.chars().last()?;
    let factor = match last.to_ascii_lowercase() {
        'k' => 1 << 10,
        'm' => 1 << 20,
        'g' => 1 << 30,
        _ => return text.parse().ok().filter(|bytes| *bytes >= 0),
    };
    text.strip_suffix(last)?.parse::<i64>().ok().filter(|number| *number >= 0)?.checked_mul(factor)
}

/// nginx's times in seconds: `60`, `60s`, `2m`, `1h 30m`, `500ms`; a part of a second is a whole one.
pub(super) fn seconds(text: &str) -> Option<u32> {
    let (mut total, mut rest) = (0_u64, text.trim());
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (number, behind) = rest.split_at_checked(digits)?;
        let number: u64 = number.parse().ok()?;
        let letters = behind.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(behind.len());
        let (unit, behind) = behind.split_at_checked(letters)?;
        let milliseconds = match unit {
            "ms" => 1,
            "" | "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            "w" => 604_800_000,
            _ => return None,
        };
        total = total.checked_add(number.checked_mul(milliseconds)?)?;
        rest = behind.trim_start();
    }
    u32::try_from(total.div_ceil(1_000)).ok().filter(|_| !text.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_times_have_units() {
        assert_eq!([size("20m"), size("1G"), size("0"), size("x")], [Some(20 << 20), Some(1 << 30), Some(0), None]);
        assert_eq!([seconds("60"), seconds("2m"), seconds("1h 30m"), seconds("500ms")], [Some(60), Some(120), Some(5400), Some(1)]);
        assert_eq!([seconds(""), seconds("soon")], [None, None]);
    }
}
