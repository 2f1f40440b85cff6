//! Traefik's rules: the hosts and paths of an expression such as ``Host(`a`) && PathPrefix(`/x`)``.

/// The deepest nesting of parentheses and negations that is read.
const DEPTH: usize = 32;
/// The most alternatives that a rule is unfolded into.
const MOST: usize = 64;

/// One alternative of a rule: every part of it must match.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Match {
    /// The host; `None`: any.
    pub(super) host: Option<String>,
    /// The path and whether it is exact; `None`: any.
    pub(super) path: Option<(String, bool)>,
}

/// The alternatives of a rule.
///
/// # Errors
/// Why the rule cannot be a route: a few words.
pub(super) fn read(rule: &str) -> Result<Vec<Match>, String> {
    let mut parser = Parser { rest: rule.trim(), depth: 0 };
    let matches = parser.any()?;
    if parser.rest.is_empty() { Ok(matches) } else { Err(format!("{:?} stands behind its end", parser.rest)) }
}

/// Every host that a rule names, in lower case, whether it can be read as a whole or not.
pub(super) fn hosts(rule: &str) -> Vec<String> {
    let mut out = Vec::new();
    for (at, _) in rule.to_ascii_lowercase().match_indices("host") {
        let Some((_, arguments)) = rule.get(at..).and_then(|rest| rest.split_once('(')) else { continue };
        let arguments = arguments.split(')').next().unwrap_or("");
        out.extend(arguments.split(['`', '"']).skip(1).step_by(2).map(str::to_ascii_lowercase));
    }
    out
}

struct Parser<'r> {
    rest: &'r str,
    depth: usize,
}

impl<'r> Parser<'r> {
    /// Takes `token` and the blanks behind it, if it comes next.
    fn take(&mut self, token: &str) -> bool {
        let rest = self.rest.strip_prefix(token);
        if let Some(rest) = rest {
            self.rest = rest.trim_start();
        }
        rest.is_some()
    }

    /// `ALL || ALL …`
    fn any(&mut self) -> Result<Vec<Match>, String> {
        let mut out = self.all()?;
        while self.take("||") {
            out.extend(self.all()?);
            bounded(&out)?;
        }
        Ok(out)
    }

    /// `ONE && ONE …`
    fn all(&mut self) -> Result<Vec<Match>, String> {
        let mut out = self.one()?;
        while self.take("&&") {
            let more = self.one()?;
            let both = out.iter().flat_map(|a| more.iter().map(move |b| both(a, b)));
            out = both.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
            bounded(&out)?;
        }
        Ok(out)
    }

    /// A matcher, or an expression in parentheses.
    fn one(&mut self) -> Result<Vec<Match>, String> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err("it is nested too deeply".to_owned());
        }
        let out = if self.take("(") {
            let inner = self.any()?;
            if !self.take(")") {
                return Err("a parenthesis is not closed".to_owned());
            }
            inner
        } else if self.take("!") {
            return Err("a route cannot say what must not match".to_owned());
        } else {
            self.matcher()?
        };
        self.depth -= 1;
        Ok(out)
    }

    /// ``Name(`value`, …)``.
    fn matcher(&mut self) -> Result<Vec<Match>, String> {
        let end = self.rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at_checked(end).ok_or("it ends too early")?;
        self.rest = rest.trim_start();
        if name.is_empty() || !self.take("(") {
            return Err("it is no expression of matchers".to_owned());
        }
        let mut values = vec![self.value()?];
        while self.take(",") {
            values.push(self.value()?);
        }
        if !self.take(")") {
            return Err("a parenthesis is not closed".to_owned());
        }
        let each = |make: fn(String) -> Match| Ok(values.iter().map(|value| make((*value).to_owned())).collect());
        match name.to_ascii_lowercase().as_str() {
            "host" | "hostheader" => each(|host| Match { host: Some(host), path: None }),
            _ if values.iter().any(|value| value.contains('{')) => Err(format!("a route cannot have the pattern in {name}")),
            "path" => each(|path| Match { host: None, path: Some((path, true)) }),
            "pathprefix" => each(|path| Match { host: None, path: Some((path, false)) }),
            _ => Err(format!("a route has hosts and paths, no {name}")),
        }
    }

    /// A text in back-ticks or double quotes.
    fn value(&mut self) -> Result<&'r str, String> {
        let quote = self.rest.chars().next().filter(|c| matches!(c, '`' | '"')).ok_or("a value stands without quotes")?;
        let (value, rest) = self.rest.get(1..).and_then(|rest| rest.split_once(quote)).ok_or("a quote is not closed")?;
        self.rest = rest.trim_start();
        Ok(value)
    }
}

fn bounded(matches: &[Match]) -> Result<(), String> {
    if matches.len() > MOST { Err("it has too many alternatives".to_owned()) } else { Ok(()) }
}

/// What matches both; `None` where nothing can.
fn both(a: &Match, b: &Match) -> Result<Option<Match>, String> {
    let host = match (&a.host, &b.host) {
        (Some(a), Some(b)) if a != b => return Ok(None),
        (a, b) => a.clone().or_else(|| b.clone()),
    };
    let path = match (&a.path, &b.path) {
        (Some(a), Some(b)) if a != b => return Err("a route has one path".to_owned()),
        (a, b) => a.clone().or_else(|| b.clone()),
    };
    Ok(Some(Match { host, path }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(host: Option<&str>, path: Option<(&str, bool)>) -> Match {
        Match { host: host.map(str::to_owned), path: path.map(|(path, exact)| (path.to_owned(), exact)) }
    }

    #[test]
    fn rules_unfold_into_hosts_and_paths() {
        let cases = [
            ("Host(`a.example`)", vec![one(Some("a.example"), None)]),
            ("host(\"a\") && PathPrefix(`/x`)", vec![one(Some("a"), Some(("/x", false)))]),
            ("Host(`a`, `b`)", vec![one(Some("a"), None), one(Some("b"), None)]),
            (
                "(Host(`a`) || Host(`b`)) && (Path(`/x`)||PathPrefix(`/y/`))",
                vec![
                    one(Some("a"), Some(("/x", true))),
                    one(Some("a"), Some(("/y/", false))),
                    one(Some("b"), Some(("/x", true))),
                    one(Some("b"), Some(("/y/", false))),
                ],
            ),
            ("PathPrefix(`/`)", vec![one(None, Some(("/", false)))]),
            ("Host(`a`) && Host(`b`)", vec![]),
        ];
        for (rule, matches) in cases {
            assert_eq!(read(rule), Ok(matches), "{rule}");
        }
        for rule in ["", "Host(`a`", "Host(a)", "!Host(`a`)", "Method(`GET`)", "Path(`/{id}`)", "Host(`a`) x", "HostRegexp(`.*`)"] {
            assert!(read(rule).is_err(), "{rule}");
        }
        assert!(read(&"(".repeat(100)).is_err());
        assert_eq!(hosts("Host(`a`, `b`) && !Header(`x`, `y`) || HOST(\"c\")"), ["a", "b", "c"]);
        let wide = vec!["(Host(`a`)||Host(`b`))"; 20].join("&&");
        assert!(read(&wide).is_ok_and(|matches| matches.len() <= MOST) || read(&wide).is_err());
    }
}
