//! `if`: which requests its block takes, where that can be said.

use super::target::is_portable;
use crate::vocab::directive::Directive;
use crate::vocab::intent::Matcher;

/// Which requests.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Condition {
    /// Those for this host, or for any other.
    Host {
        /// The host.
        name: String,
        /// That one, or any other?
        same: bool,
    },
    /// Those in plain text, or those in TLS.
    Plain(bool),
    /// Those that match.
    Request(Matcher),
}

/// The condition of an `if` whose block only answers; `None` where only nginx can tell.
pub(super) fn read(directive: &Directive) -> Option<Condition> {
    let answers = directive.inner().iter().any(|inner| inner.name() == "return");
    let known = ["return", "add_header", "more_set_headers"];
    if !answers || directive.inner().iter().any(|inner| !known.contains(&inner.name())) {
        return None;
    }
    let words: Vec<&str> = directive.values().iter().map(|word| word.value.as_str()).collect();
    let text = words.join(" ");
    let text = text.trim().strip_prefix('(')?.strip_suffix(')')?.trim();
    let (variable, rest) = text.split_once(' ').unwrap_or((text, ""));
    let variable = variable.strip_prefix('$')?;
    let (operator, value) = rest.trim().split_once(' ').unwrap_or((rest.trim(), ""));
    let value = value.trim().trim_matches(['"', '\'']);
    of(variable, operator, value)
}

fn of(variable: &str, operator: &str, value: &str) -> Option<Condition> {
    let same = match operator {
        "=" | "~" | "~*" => true,
        "!=" | "!~" | "!~*" => false,
        _ => return None,
    };
    let exact = matches!(operator, "=" | "!=");
    if value.contains('$') && exact {
        return None;
    }
    let expression = match operator {
        "~*" | "!~*" => format!("(?i){value}"),
        _ => value.to_owned(),
    };
    if !exact && !is_portable(value) {
        return None;
    }
    let matcher = match variable {
        "host" | "http_host" | "server_name" if exact => return Some(Condition::Host { name: value.to_ascii_lowercase(), same }),
        "host" | "http_host" => Matcher::HostRegexp(expression),
        "scheme" if exact => return Some(Condition::Plain((value == "http") == same)),
        "https" if exact => return Some(Condition::Plain((value != "on") == same)),
        "server_port" if exact && matches!(value, "80" | "443") => return Some(Condition::Plain((value == "80") == same)),
        "request_method" if exact => Matcher::Method(value.to_owned()),
        "request_method" => {
            let words = value.trim_start_matches('^').trim_end_matches('$').trim_start_matches('(').trim_end_matches(')');
            let plain = words.chars().all(|c| c.is_ascii_uppercase() || c == '|');
            Matcher::Any(words.split('|').filter(|_| plain).map(|word| Matcher::Method(word.to_owned())).collect())
        }
        "uri" | "document_uri" | "request_uri" if exact => Matcher::Path(value.to_owned()),
        "uri" | "document_uri" | "request_uri" => Matcher::PathRegexp(expression),
        "remote_addr" if exact => Matcher::ClientIp(value.to_owned()),
        _ => {
            let header = variable.strip_prefix("http_").map(|name| name.replace('_', "-"));
            let parameter = variable.strip_prefix("arg_").map(str::to_owned);
            match (header, parameter) {
                (Some(name), _) if exact && !value.is_empty() => Matcher::Header(name, value.to_owned()),
                (Some(name), _) if !exact => Matcher::HeaderRegexp(name, expression),
                (_, Some(name)) if exact && !value.is_empty() => Matcher::Query(name, value.to_owned()),
                (_, Some(name)) if !exact => Matcher::QueryRegexp(name, expression),
                _ => return None,
            }
        }
    };
    // Behind another proxy these say how it was asked; here nobody stands in front.
    let foreign = matches!(variable, "http_x_forwarded_proto" | "http_x_forwarded_host" | "http_cookie");
    let empty = matcher == Matcher::Any(Vec::new());
    (!foreign && !empty).then(|| Condition::Request(if same { matcher } else { Matcher::Not(Box::new(matcher)) }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_hosts_schemes_or_matchers() {
        let host = |same| Some(Condition::Host { name: "a.example".to_owned(), same });
        assert_eq!(of("host", "=", "a.example"), host(true));
        assert_eq!(of("http_host", "!=", "A.example"), host(false));
        assert_eq!(of("scheme", "!=", "https"), Some(Condition::Plain(true)));
        let methods = Matcher::Any(vec![Matcher::Method("PUT".to_owned()), Matcher::Method("POST".to_owned())]);
        assert_eq!(of("request_method", "~", "^(PUT|POST)$"), Some(Condition::Request(methods)));
        assert_eq!(of("http_x_forwarded_proto", "=", "http"), None);
        assert_eq!(of("slow", "=", "1"), None);
        assert_eq!(of("host", "~", "(?!x)"), None);
    }
}
