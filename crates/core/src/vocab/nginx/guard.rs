//! What is done with requests on their way: sizes, limits, addresses, passwords, headers, timeouts.

use super::settings::{Settings, why_own};
use crate::compose::Service;
use crate::text::Placed;
use crate::vocab::Stack;
use crate::vocab::directive::Directive;
use crate::vocab::headers::Headers;
use crate::vocab::intent::Matcher;
use crate::vocab::middleware::{Auth, Buffering, InFlight, IpAllowList, Middleware, RateLimit};

/// What the settings of a place do with requests that a service answers.
///
/// # Errors
/// What cannot be said: then nginx itself has to do it.
pub(super) fn guards(
    settings: &Settings,
    stack: &mut Stack<'_>,
    service: &Service,
    http: &[Directive],
) -> Result<Vec<Placed<Middleware>>, Placed<String>> {
    let mut out = Vec::new();
    if let Some(rate) = &settings.rate {
        let (zone, burst) = &rate.value;
        let limit = rate_limit(zone, *burst, http).ok_or_else(|| Placed::new("its zone cannot be read".to_owned(), rate.place))?;
        out.push(Placed::new(Middleware::RateLimit(limit), rate.place));
    }
    if let Some(most) = &settings.connections {
        out.push(Placed::new(Middleware::InFlight(InFlight { amount: most.value.1, source_criterion: None }), most.place));
    }
    if let Some(list) = allowed(settings) {
        out.push(list);
    }
    if let Some(realm) = &settings.realm {
        let path = settings.users.as_deref().unwrap_or_default();
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/etc/nginx/{path}") };
        let file = stack.file(service, &path);
        let file =
            file.ok_or_else(|| Placed::new(format!("its passwords lie in {path}, which is not among the mounted files"), realm.place))?;
        let lines = file.text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        // A line may have a comment behind a second colon.
        let users =
            lines.filter_map(|line| line.split_once(':')).map(|(name, rest)| format!("{name}:{}", rest.split(':').next().unwrap_or(rest)));
        let auth = Auth { users: users.collect(), realm: Some(realm.value.clone()), ..Auth::default() };
        out.push(Placed::new(Middleware::BasicAuth(auth), realm.place));
    }
    if let Some(bytes) = settings.body_size.as_ref().filter(|bytes| bytes.value > 0) {
        let buffering = Buffering { max_request_body_bytes: Some(bytes.value), ..Buffering::default() };
        out.push(Placed::new(Middleware::Buffering(buffering), bytes.place));
    }
    if let Some(timeouts) = &settings.timeouts {
        out.push(Placed::new(Middleware::Timeouts(timeouts.value), timeouts.place));
    }
    Ok(out)
}

/// Everything that settings do with requests which a service answers, where no location stands around them.
///
/// # Errors
/// What only nginx itself can do.
pub(in crate::vocab) fn settings_ways(
    settings: &Settings,
    stack: &mut Stack<'_>,
    service: &Service,
    http: &[Directive],
    findings: &mut super::Findings,
) -> Result<Vec<Placed<Middleware>>, String> {
    if let Some(own) = &settings.own {
        return Err(why_own(&own.value));
    }
    if is_closed(settings) || !matches!(denied(settings), Ok(None)) {
        return Err("it keeps addresses out".to_owned());
    }
    let mut out = guards(settings, stack, service, http).map_err(|why| why.value)?;
    let (headers, lost) = headers(settings, None, false, true, None);
    out.extend(headers);
    findings.lost.extend(lost);
    findings.lost.extend(settings.lost.iter().cloned());
    findings.tuned.extend(settings.tuned.iter().cloned());
    Ok(out)
}

/// The addresses that may come in: `allow …; deny all;`.
fn allowed(settings: &Settings) -> Option<Placed<Middleware>> {
    let last = settings.access.last().filter(|last| !last.value.0 && last.value.1 == "all")?;
    let source_range: Vec<String> = settings.access.iter().filter(|one| one.value.0).map(|one| one.value.1.clone()).collect();
    let open = source_range.is_empty() || source_range.iter().any(|range| range == "all");
    (!open).then(|| Placed::new(Middleware::IpAllowList(IpAllowList { source_range, ..IpAllowList::default() }), last.place))
}

/// Is nobody allowed to come in?
pub(super) fn is_closed(settings: &Settings) -> bool {
    settings.access.first().is_some_and(|first| !first.value.0 && first.value.1 == "all")
}

/// The addresses that may not come in while others may: `deny …; allow all;`.
///
/// # Errors
/// Where allowed and denied ranges stand in an order that no list has.
pub(super) fn denied(settings: &Settings) -> Result<Option<Placed<Matcher>>, Placed<String>> {
    let Some(first) = settings.access.iter().find(|one| !one.value.0 && one.value.1 != "all") else { return Ok(None) };
    let before = settings.access.iter().take_while(|one| !one.value.0 && one.value.1 != "all");
    let ranges: Vec<Matcher> = before.map(|one| Matcher::ClientIp(one.value.1.clone())).collect();
    let denials = settings.access.iter().filter(|one| !one.value.0 && one.value.1 != "all").count();
    if denials == ranges.len() {
        Ok(Some(Placed::new(Matcher::Any(ranges), first.place)))
    } else {
        Err(Placed::new("`deny` stands behind `allow`".to_owned(), first.place))
    }
}

/// The limit of a zone: `limit_req_zone $binary_remote_addr zone=one:10m rate=10r/s`.
fn rate_limit(zone: &str, burst: Option<i64>, http: &[Directive]) -> Option<RateLimit> {
    let begins = format!("zone={zone}");
    let named = |word: &Placed<String>| word.value.strip_prefix(&begins).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'));
    let definition = http.iter().find(|directive| directive.name() == "limit_req_zone" && directive.values().iter().any(named))?;
    if !matches!(definition.value(0), Some("$binary_remote_addr" | "$remote_addr")) {
        return None;
    }
    let rate = definition.values().iter().find_map(|word| word.value.strip_prefix("rate="))?;
    let (number, unit) = rate.split_once("r/")?;
    let period = match unit {
        "s" => "1s",
        "m" => "1m",
        _ => return None,
    };
    // nginx counts what may wait besides the one that goes through.
    let burst = burst.unwrap_or(0).saturating_add(1);
    Some(RateLimit { average: Some(number.parse().ok()?), period: Some(period.to_owned()), burst: Some(burst), source_criterion: None })
}

/// The headers of a place, and the names of those whose value only nginx knows. `host`: what the service sees as the host by itself.
pub(super) fn headers(
    settings: &Settings,
    name: Option<&str>,
    encrypted: bool,
    forward: bool,
    host: Option<Placed<String>>,
) -> (Option<Placed<Middleware>>, Vec<Placed<String>>) {
    let (mut headers, mut lost, mut place) = (Headers::default(), Vec::new(), None);
    let says_host = settings.request_headers.iter().any(|(key, _)| key.value.eq_ignore_ascii_case("host"));
    if let Some(host) = host.filter(|_| forward && !says_host) {
        place.get_or_insert(host.place);
        headers.custom_request_headers.insert("Host".to_owned(), host.value);
    }
    for (key, value) in settings.request_headers.iter().filter(|_| forward) {
        match request_header(&key.value, &settings.resolved(value), name, encrypted) {
            Sent::Already => {}
            Sent::Fixed(value) => {
                place.get_or_insert(key.place);
                headers.custom_request_headers.insert(key.value.clone(), value);
            }
            Sent::Unknown => lost.push(Placed::new(format!("proxy_set_header {}", key.value), key.place)),
        }
    }
    for (key, value) in &settings.response_headers {
        let value = settings.resolved(value);
        if value.contains('$') {
            lost.push(Placed::new(format!("add_header {}", key.value), key.place));
            continue;
        }
        place.get_or_insert(key.place);
        if !(key.value.eq_ignore_ascii_case("strict-transport-security") && encrypted && sts(&mut headers, &value)) {
            headers.custom_response_headers.insert(key.value.clone(), value);
        }
    }
    for key in settings.hidden.iter().filter(|_| forward) {
        place.get_or_insert(key.place);
        headers.custom_response_headers.entry(key.value.clone()).or_default();
    }
    (place.map(|place| Placed::new(Middleware::Headers(Box::new(headers)), place)), lost)
}

/// `max-age=N; includeSubDomains; preload`, if it is nothing else.
pub(in crate::vocab) fn sts(headers: &mut Headers, value: &str) -> bool {
    let (mut seconds, mut below, mut preload) = (None, false, false);
    for part in value.split(';').map(str::trim).filter(|part| !part.is_empty()) {
        match part.split_once('=') {
            Some((key, number)) if key.eq_ignore_ascii_case("max-age") => seconds = number.trim_matches('"').parse().ok(),
            None if part.eq_ignore_ascii_case("includesubdomains") => below = true,
            None if part.eq_ignore_ascii_case("preload") => preload = true,
            _ => return false,
        }
    }
    let Some(seconds) = seconds.filter(|seconds: &i64| *seconds > 0) else { return false };
    (headers.sts_seconds, headers.sts_include_subdomains, headers.sts_preload) = (Some(seconds), below, preload);
    true
}

/// What a service sees of a header.
enum Sent {
    /// Every controller sends it so.
    Already,
    /// Always this; empty: it is taken away.
    Fixed(String),
    /// Only nginx knows the value.
    Unknown,
}

fn request_header(key: &str, value: &str, name: Option<&str>, encrypted: bool) -> Sent {
    let key = key.to_ascii_lowercase();
    // What the browser sent goes through as it is.
    let own = format!("${{http_{}}}", key.replace('-', "_"));
    let value_name = value.strip_prefix("${").and_then(|value| value.strip_suffix('}')).filter(|inner| !inner.contains('$'));
    match key.as_str() {
        "connection" | "upgrade" | "x-real-ip" | "x-forwarded-for" | "x-forwarded-port" | "x-scheme"
            if value.is_empty() || value.contains('$') =>
        {
            Sent::Already
        }
        "connection" | "upgrade" => Sent::Already,
        "host" | "x-forwarded-host"
            if matches!(value_name, Some("host" | "http_host")) || value.starts_with("${host}:") || value.starts_with("${http_host}:") =>
        {
            Sent::Already
        }
        "host" | "x-forwarded-host" | "x-forwarded-server" if value_name == Some("server_name") => match name {
            Some(name) if key == "host" => Sent::Fixed(name.to_owned()),
            _ => Sent::Already,
        },
        "x-forwarded-proto" | "x-forwarded-scheme" | "x-forwarded-protocol" if value_name == Some("scheme") => {
            if key == "x-forwarded-proto" { Sent::Already } else { Sent::Unknown }
        }
        "x-forwarded-host" | "x-forwarded-server" if value.contains('$') => Sent::Already,
        "x-forwarded-proto" if value.contains('$') => Sent::Already,
        "x-forwarded-proto" if value == if encrypted { "https" } else { "http" } => Sent::Already,
        "x-forwarded-port" if value == if encrypted { "443" } else { "80" } => Sent::Already,
        _ if value == own => Sent::Already,
        _ if value.contains('$') => Sent::Unknown,
        _ => Sent::Fixed(value.to_owned()),
    }
}
