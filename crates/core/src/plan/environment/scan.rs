//! Finds host names in any text by where they stand, never by equality alone.

use crate::compose::ports::Protocol;
use crate::table::HashSet;
use std::ops::Range;

/// What stands around a text, where it is one of several: the variable it is the value of, the arguments beside it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Around<'a> {
    /// The variable's name, or the flag before an argument.
    pub(crate) key: Option<&'a str>,
    /// The argument that follows.
    pub(crate) next: Option<&'a str>,
    /// The program that takes the argument.
    pub(crate) program: Option<&'a str>,
}

/// A known name in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hit<'t> {
    /// The name as it stands.
    pub(crate) name: &'t str,
    /// Where it stands in the text, in bytes.
    pub(crate) range: Range<usize>,
    /// Does it stand where a host stands? Otherwise it is the whole text.
    pub(crate) certain: bool,
    /// The port that stands beside it or follows from the URL's scheme.
    pub(crate) port: Option<(u16, Protocol)>,
}

/// What stands around each of a list of arguments.
pub(crate) fn arounds<'a>(words: &[&'a str]) -> Vec<Around<'a>> {
    let program = words.first().copied();
    let flags = std::iter::once(None).chain(words.iter().map(|word| Some(*word)));
    let following = words.iter().skip(1).map(|word| Some(*word)).chain(std::iter::once(None));
    flags.zip(following).zip(words).map(|((before, next), _)| Around { key: before.and_then(flag), next, program }).collect()
}

/// The key that a flag gives to the argument after it.
fn flag(word: &str) -> Option<&str> {
    match word {
        "-h" => Some("host"),
        _ => word.strip_prefix('-').filter(|rest| !rest.contains('=')),
    }
}

/// How far to look around a name.
const REACH: usize = 160;

/// Every word of a text that `known` knows and that stands where a host stands, or is the whole text; in order.
pub(crate) fn hits<'t>(text: &'t str, around: Around<'_>, known: impl Fn(&str) -> bool) -> Vec<Hit<'t>> {
    let mut out = Vec::new();
    let mut upstreams = None;
    for (start, name) in words(text) {
        if !known(name) {
            continue;
        }
        let range = start..start + name.len();
        let (Some(before), Some(after)) = (text.get(..start), text.get(range.end..)) else { continue };
        let before = tail(before);
        let after = head(after);
        let (certain, port) = position(before, after, around);
        if certain && port.is_none_or(|p| p.from_scheme) {
            let names = upstreams.get_or_insert_with(|| upstream_names(text));
            if names.contains(name) {
                continue;
            }
        }
        let whole = text.trim() == name;
        if certain || whole {
            out.push(Hit { name, range, certain, port: port.map(|p| (p.port, p.protocol)) });
        }
    }
    out
}

/// Ports of `localhost` and of addresses that mean every interface: what a service says of itself.
pub(crate) fn own_ports(text: &str) -> Vec<u16> {
    let mut out = Vec::new();
    for own in ["localhost", "127.0.0.1", "0.0.0.0", "[::]", "[::1]", "://*"] {
        for (at, _) in text.match_indices(own) {
            let after = head(text.get(at + own.len()..).unwrap_or(""));
            let before = tail(text.get(..at).unwrap_or(""));
            if before.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '.') {
                continue;
            }
            let scheme = if before.ends_with("//") { scheme_port(before) } else { None };
            out.extend(port_after(after).or(scheme.map(|(port, _)| port)));
        }
    }
    out
}

/// A port beside a name.
#[derive(Clone, Copy)]
struct Beside {
    port: u16,
    protocol: Protocol,
    from_scheme: bool,
}

/// Does a host stand between `before` and `after`, and which port belongs to it?
fn position(before: &str, after: &str, around: Around<'_>) -> (bool, Option<Beside>) {
    let shown = port_after(after);
    let with = |port: Option<u16>| port.map(|port| Beside { port, protocol: Protocol::Tcp, from_scheme: false });
    // The run without blanks and quotes before the name, which holds the URL that it may be part of.
    let run = before.rsplit(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '>')).next().unwrap_or("");
    if let Some(at) = run.rfind("//") {
        let authority = run.get(at + 2..).unwrap_or("");
        if !authority.contains(['/', '?', '#']) {
            let rest: &str =
                after.split(|c: char| c.is_whitespace() || matches!(c, '/' | '?' | '#' | '"' | '\'' | '`' | ';')).next().unwrap_or("");
            let user = rest.contains('@');
            let at_start = authority.is_empty() || authority.ends_with(['@', ',']);
            if user || !at_start {
                return (false, None);
            }
            let scheme = scheme_port(run.get(..at).unwrap_or(""));
            let datagram = run.get(..at).unwrap_or("").to_ascii_lowercase().ends_with("udp:");
            let protocol = if datagram { Protocol::Udp } else { Protocol::Tcp };
            let shown = shown.or_else(|| list_port(rest)).or_else(|| comma_port(after));
            let port = shown.map(|port| Beside { port, protocol, from_scheme: false });
            let port = port.or(scheme.map(|(port, protocol)| Beside { port, protocol, from_scheme: true }));
            return (true, port);
        }
    }
    if run.ends_with("/dev/tcp/") || run.ends_with("/dev/udp/") {
        return (true, with(after.strip_prefix('/').and_then(leading_port)));
    }
    if run.ends_with('@') {
        return (true, with(shown));
    }
    if shown.is_some() {
        let opens = run.is_empty() || run.ends_with([',', ';', '=', '(', '[', '{', '|', '&', '!', ':']) || run.ends_with(":-");
        return (opens, with(shown.filter(|_| opens)));
    }
    if !ends_word(after) {
        return (false, None);
    }
    let spaced = leading_port(after.trim_start_matches([' ', '\t'])).filter(|_| after.starts_with([' ', '\t']));
    // The whole text, or one of a list that is the whole text.
    let listed = |c: &str| c.is_empty() || c.ends_with([',', ' ', ';', '\n', '[', '"']);
    if around.key.is_some_and(is_host_key) && before.len() < REACH && listed(before) {
        return (true, with(comma_port(after)));
    }
    if around.program.is_some_and(is_host_program) && before.is_empty() && after.is_empty() {
        return (true, with(around.next.and_then(leading_port)));
    }
    if before.is_empty() && after.is_empty() {
        return (false, None);
    }
    if let Some(key) = key_before(before) {
        if is_host_key(key) {
            return (true, with(comma_port(after).or_else(|| port_nearby(after))));
        }
        return (false, None);
    }
    let line = before.rsplit('\n').next().unwrap_or("");
    let command = line.rsplit([';', '|', '&', '(', '`']).next().unwrap_or("");
    let mut words = command.split_whitespace().rev();
    let previous = words.next().unwrap_or("");
    let blank = before.ends_with(char::is_whitespace);
    if blank && (previous == "-h" || previous.starts_with('-') && is_host_key(previous)) {
        return (true, with(flag_port(after)));
    }
    if blank && (is_host_program(previous) || words.take(6).any(is_host_program)) {
        return (true, with(spaced));
    }
    if blank && is_directive(previous) && after.trim_start().starts_with([';', '\n', '{', '}']) | after.trim().is_empty() {
        return (true, with(Some(80)));
    }
    (false, None)
}

/// Words of letters, digits, `_`, `.` and `-`, without `.` and `-` at their ends, with their offsets.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_word = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-');
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at + bytes.get(at..)?.iter().position(|b| is_word(*b))?;
            let length = bytes.get(start..)?.iter().position(|b| !is_word(*b)).unwrap_or(bytes.len() - start);
            at = start + length;
            let word = text.get(start..at)?;
            let inner = word.trim_start_matches(['.', '-']);
            let start = start + word.len() - inner.len();
            let inner = inner.trim_end_matches(['.', '-']);
            if !inner.is_empty() {
                return Some((start, inner));
            }
        }
    })
}

/// The last [`REACH`] bytes or so.
fn tail(text: &str) -> &str {
    let mut start = text.len().saturating_sub(REACH);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    text.get(start..).unwrap_or("")
}

/// The first [`REACH`] bytes or so.
fn head(text: &str) -> &str {
    let mut end = text.len().min(REACH);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or("")
}

/// The port of `:5432`, where what follows is no more of a word (`redis:7.2`, `postgres:16` and `node:3-alpine` are images).
fn port_after(after: &str) -> Option<u16> {
    let port = leading_port(after.strip_prefix(':')?)?;
    (port >= 100 || matches!(port, 21..=25 | 53 | 69 | 79..=99)).then_some(port)
}

/// The number that a text begins with, if nothing of a word or a fraction follows.
fn leading_port(text: &str) -> Option<u16> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let mut rest = text.get(digits..)?.chars();
    let port: u16 = text.get(..digits).filter(|d| (2..=5).contains(&d.len()))?.parse().ok()?;
    let ends = match rest.next() {
        Some('.') => !rest.next().is_some_and(|c| c.is_ascii_alphanumeric()),
        Some(c) => !(c.is_alphanumeric() || matches!(c, '_' | '-')),
        None => true,
    };
    (ends && port > 0).then_some(port)
}

/// `,1433`, as ADO.NET writes the port of a host.
fn comma_port(after: &str) -> Option<u16> {
    leading_port(after.strip_prefix(',')?).filter(|port| *port >= 100)
}

/// The port of the last of several hosts in an authority, which holds for all of them: `a,b,c:5432`.
fn list_port(rest: &str) -> Option<u16> {
    rest.starts_with(',').then(|| rest.rsplit_once(':'))?.and_then(|(_, port)| leading_port(port))
}

/// `port=5432` or `port: 5432` soon after a host.
fn port_nearby(after: &str) -> Option<u16> {
    let lower = after.to_ascii_lowercase();
    let (_, rest) = lower.split_once("port")?;
    let rest = rest.trim_start_matches(['"', '\'', ' ']);
    let rest = rest.strip_prefix(['=', ':'])?.trim_start_matches(['"', '\'', ' ', '>', '=']);
    leading_port(rest)
}

/// `-p 5432`, `--port 5432`, `-P5432` soon after a host.
fn flag_port(after: &str) -> Option<u16> {
    let line = after.split(['\n', ';', '|', '&']).next()?;
    let (_, rest) = [" -p", " -P", "port"].iter().find_map(|flag| line.split_once(flag))?;
    leading_port(rest.trim_start_matches([' ', '=']))
}

/// Is the name over here? A path or another part of a word may not follow.
fn ends_word(after: &str) -> bool {
    after.chars().next().is_none_or(|c| {
        c.is_whitespace() || matches!(c, '"' | '\'' | '`' | ',' | ';' | ')' | ']' | '}' | '&' | '|' | '/' | '<' | '.' | ':')
    }) && !after.starts_with(":/")
        || after.starts_with(['.', '-']) && after.get(1..).is_none_or(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
}

/// The key of `key=`, `key: "`, `"key": "`, `key => '` right before a value.
fn key_before(before: &str) -> Option<&str> {
    let before = before.trim_end_matches(['"', '\'', '[']).trim_end_matches([' ', '\t']);
    let before = before.trim_end_matches('>');
    let before = before.strip_suffix(['=', ':'])?.trim_end_matches([' ', '\t', '"', '\'']);
    let start = before.rfind(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))).map_or(0, |at| at + 1);
    before.get(start..).filter(|key| !key.is_empty())
}

/// Does a variable, an attribute or a flag of this name hold a host? Told by its last word that is no number.
pub(crate) fn is_host_key(key: &str) -> bool {
    const HOSTS: &[&str] = &[
        "host",
        "hosts",
        "hostname",
        "hostnames",
        "server",
        "servers",
        "addr",
        "addrs",
        "address",
        "addresses",
        "url",
        "urls",
        "uri",
        "uris",
        "endpoint",
        "endpoints",
        "broker",
        "brokers",
        "upstream",
        "upstreams",
        "dsn",
        "datasource",
        "peers",
        "seeds",
        "source",
        "connect",
    ];
    let word = last_word(key).to_ascii_lowercase();
    // `Data Source=` is one, `source:` is none.
    HOSTS.contains(&word.as_str()) && (word != "source" || key.len() > 6 || key == "Source")
}

/// The last word of `DB_HOST`, `db-host`, `dbHost`, `db.host`, `DB_HOST_1`.
fn last_word(key: &str) -> &str {
    let key = key.trim_end_matches(|c: char| !c.is_alphabetic());
    let mut start = 0;
    let mut previous = ' ';
    for (at, c) in key.char_indices() {
        if !c.is_alphanumeric() {
            start = at + c.len_utf8();
        } else if c.is_uppercase() && previous.is_lowercase() {
            start = at;
        }
        previous = c;
    }
    key.get(start..).unwrap_or("")
}

/// Programs that take a host as an argument.
fn is_host_program(word: &str) -> bool {
    const PROGRAMS: &[&str] = &[
        "nc",
        "ncat",
        "netcat",
        "telnet",
        "ping",
        "nslookup",
        "getent",
        "dig",
        "ssh",
        "wait-for",
        "wait-for-it",
        "wait-for-it.sh",
        "wait-for.sh",
        "waitforit",
        "dockerize",
        "tcping",
        "nmap",
        "socat",
    ];
    let name = word.rsplit('/').next().unwrap_or(word);
    PROGRAMS.contains(&name)
}

/// Directives of proxies that name a host: nginx, Caddy.
fn is_directive(word: &str) -> bool {
    matches!(
        word,
        "server" | "fastcgi_pass" | "uwsgi_pass" | "scgi_pass" | "grpc_pass" | "memcached_pass" | "reverse_proxy" | "php_fastcgi"
    )
}

/// Names that an nginx configuration gives to groups of servers: `http://NAME` means the group there.
fn upstream_names(text: &str) -> HashSet<&str> {
    let names = text.split("upstream").skip(1).filter(|rest| rest.starts_with([' ', '\t']));
    names.filter_map(|rest| rest.split(|c: char| c.is_whitespace() || c == '{').find(|word| !word.is_empty())).collect()
}

/// The port that the scheme at the end of a text (`…postgres:`) stands for.
fn scheme_port(before: &str) -> Option<(u16, Protocol)> {
    let before = before.trim_end_matches('/').strip_suffix(':')?;
    let start = before.rfind(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))).map_or(0, |at| at + 1);
    let scheme = before.get(start..)?.to_ascii_lowercase();
    let first = scheme.split('+').next().unwrap_or("");
    let port = match first {
        "http" | "ws" => 80,
        "https" | "wss" => 443,
        "postgres" | "postgresql" | "postgis" | "pgsql" => 5432,
        "mysql" | "mysql2" | "mariadb" => 3306,
        "redis" | "rediss" | "valkey" => 6379,
        "mongodb" => 27017,
        "amqp" => 5672,
        "amqps" => 5671,
        "mqtt" => 1883,
        "mqtts" => 8883,
        "nats" => 4222,
        "ldap" => 389,
        "ldaps" => 636,
        "smtp" => 25,
        "smtps" => 465,
        "ftp" => 21,
        "ssh" | "sftp" => 22,
        "clickhouse" => 9000,
        "sqlserver" | "mssql" => 1433,
        "bolt" | "neo4j" => 7687,
        "memcached" => 11211,
        _ => return None,
    };
    Some((port, Protocol::Tcp))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(usize, bool, Option<u16>)> {
        hits(text, Around::default(), |word| word == "my_db").into_iter().map(|h| (h.range.start, h.certain, h.port.map(|p| p.0))).collect()
    }

    #[test]
    fn hosts_are_told_by_their_position() {
        let yes = [
            ("http://my_db:8080/x", Some(8080)),
            ("http://my_db/x", Some(80)),
            ("postgres://u:p@my_db/app", Some(5432)),
            ("jdbc:postgresql://my_db:5432/my", Some(5432)),
            ("jdbc:mysql://my_db/x?y=z", Some(3306)),
            ("mongodb://a:1000,my_db:27017/x", Some(27017)),
            ("mongodb://a,my_db/x", Some(27017)),
            ("user:pw@tcp(my_db:3306)/x", Some(3306)),
            ("root@my_db", None),
            ("my_db:5432", Some(5432)),
            ("kafka:9092,my_db:9093", Some(9093)),
            ("host=my_db port=5433 user=x", Some(5433)),
            ("Server=my_db,1433;Database=x", Some(1433)),
            ("Data Source=my_db;Initial", None),
            ("  host: my_db\n  port: 5432", Some(5432)),
            ("{\"host\": \"my_db\", \"port\": 99}", Some(99)),
            ("nc -z my_db 5432", Some(5432)),
            ("until nc -z -w 2 my_db 5432; do", Some(5432)),
            ("pg_isready -h my_db -p 5433", Some(5433)),
            ("pg_isready -h my_db -U x", None),
            ("mysqladmin ping --host=my_db", None),
            ("ping -c 1 my_db", None),
            ("echo > /dev/tcp/my_db/5432", Some(5432)),
            ("${DB:-my_db:5432}", Some(5432)),
            ("upstream x { server my_db:5432; }", Some(5432)),
            ("server my_db;", Some(80)),
            ("reverse_proxy my_db:3000", Some(3000)),
            ("- targets: ['my_db:9100']", Some(9100)),
            ("TCP:my_db:5432", Some(5432)),
        ];
        for (text, port) in yes {
            let found = found(text);
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!((found[0].1, found[0].2), (true, port), "{text}");
        }
        let no = [
            "postgres://my_db:5432@host/x",
            "postgres://my_db@host/x",
            "postgres://u:my_db@host/x",
            "postgres://u:p@host/my_db",
            "POSTGRES_DB=my_db",
            "/var/lib/my_db/x",
            "/var/lib/my_db:5432",
            "job_name: my_db",
            "image: my_db:16",
            "my_db:7.2",
            "my_db:3-alpine",
            "a.my_db.b",
            "upstream my_db { server x:80; } proxy_pass http://my_db;",
            "my_db:/var/lib",
        ];
        for text in no {
            assert!(found(text).iter().all(|f| !f.1), "{text}: {:?}", found(text));
        }
        assert_eq!(found("my_db"), [(0, false, None)]);
    }

    #[test]
    fn variables_and_arguments_say_what_their_value_is() {
        let known = |word: &str| word == "db";
        let sure = |text, around| hits(text, around, known).iter().filter(|h| h.certain).count();
        for key in ["DB_HOST", "dbHost", "spring.redis.host", "KAFKA_BROKERS", "DB_HOST_1", "--db-host"] {
            assert_eq!(sure("db", Around { key: Some(key), ..Around::default() }), 1, "{key}");
        }
        for key in ["POSTGRES_DB", "DB_NAME", "USER", "MASTER_NODES"] {
            assert_eq!(sure("db", Around { key: Some(key), ..Around::default() }), 0, "{key}");
        }
        assert_eq!(sure("a,db", Around { key: Some("HOSTS"), ..Around::default() }), 1);
        let around = Around { key: None, next: Some("5432"), program: Some("nc") };
        assert_eq!(hits("db", around, known)[0].port, Some((5432, Protocol::Tcp)));
    }

    #[test]
    fn own_ports_follow_local_addresses() {
        assert_eq!(own_ports("curl -f http://localhost:8080/health || exit 1"), [8080]);
        assert_eq!(own_ports("wget http://localhost/"), [80]);
        assert_eq!(own_ports("gunicorn -b 0.0.0.0:8000 app"), [8000]);
        assert!(own_ports("pg_isready -h localhost").is_empty());
    }
}
