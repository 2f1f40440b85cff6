//! A way in on its way to an object: an intent whose services, ports and alternatives are known.

use super::model::RouteBackend;
use super::normal::{Alternative, Condition, apart};
use crate::vocab::intent::{Action, Intent, Matcher, Priority};

/// An intent whose services and ports are known.
#[derive(Clone, Debug)]
pub(crate) struct Way {
    /// What the stack asks for.
    pub(crate) intent: Intent,
    /// What its objects are named after.
    pub(crate) name: String,
    /// The alternatives of its matcher; `None`: too many.
    pub(crate) alternatives: Option<Vec<Alternative>>,
    /// Who answers; none: the proxy itself.
    pub(crate) backends: Vec<RouteBackend>,
    /// What an object names that must name a service, where none answers.
    pub(crate) stand_in: Option<RouteBackend>,
    /// The larger is asked first.
    pub(crate) number: i64,
}

impl Way {
    /// The alternatives, as far as there are any.
    pub(crate) fn alternatives(&self) -> &[Alternative] {
        self.alternatives.as_deref().unwrap_or_default()
    }

    /// Is somebody kept out?
    pub(crate) fn is_guarded(&self) -> bool {
        self.intent.middlewares.iter().any(|middleware| middleware.value.guards())
            || matches!(self.intent.action, Action::Respond { status: 400.., .. })
    }

    /// May one request be meant for both?
    pub(crate) fn meets(&self, other: &Self) -> bool {
        let (a, b) = (self.intent.listen, other.intent.listen);
        if !(a.plain && b.plain || a.encrypted && b.encrypted) {
            return false;
        }
        match (&self.alternatives, &other.alternatives) {
            (Some(mine), Some(theirs)) => mine.iter().any(|one| theirs.iter().any(|other| !apart(one, other))),
            _ => true,
        }
    }

    /// The hosts that its alternatives name and a certificate can bear: names and `*.` names, each once.
    pub(crate) fn hosts(&self) -> Vec<String> {
        let mut out = Vec::new();
        for host in self.alternatives().iter().filter_map(|alternative| Site::of(alternative).host) {
            if !out.contains(&host) {
                out.push(host);
            }
        }
        out
    }
}

/// An alternative, taken apart.
#[derive(Clone, Debug, Default)]
pub(crate) struct Site<'a> {
    /// The host as an Ingress names it; `None`: any, or one that no Ingress can name.
    pub(crate) host: Option<String>,
    /// The path.
    pub(crate) path: Option<&'a Matcher>,
    /// What else must hold.
    pub(crate) more: Vec<&'a Condition>,
}

impl<'a> Site<'a> {
    pub(crate) fn of(alternative: &'a Alternative) -> Self {
        let mut site = Self::default();
        for condition in alternative {
            match &condition.matcher {
                Matcher::Host(name) if !condition.negated && site.host.is_none() => site.host = Some(name.clone()),
                Matcher::HostBelow { domain, .. } if !condition.negated && site.host.is_none() => site.host = Some(format!("*.{domain}")),
                Matcher::Path(_) | Matcher::PathPrefix(_) | Matcher::PathElements(_) | Matcher::PathRegexp(_)
                    if !condition.negated && site.path.is_none() =>
                {
                    site.path = Some(&condition.matcher);
                }
                _ => site.more.push(condition),
            }
        }
        site
    }
}

/// How soon an intent is asked: as it says itself, else by how narrow it is.
pub(crate) fn number(priority: Priority, alternatives: Option<&[Alternative]>) -> i64 {
    let Priority::Narrowest = priority else {
        let Priority::Number(number) = priority else { return 0 };
        return number;
    };
    let Some(first) = alternatives.and_then(<[_]>::first) else { return 1 };
    let mut out = 1_i64;
    for condition in first.iter().filter(|condition| !condition.negated) {
        let length = |text: &str| i64::try_from(text.len()).unwrap_or(i64::MAX).min(10_000);
        out += match &condition.matcher {
            Matcher::Host(_) => 1_000_000,
            Matcher::HostBelow { domain, .. } => 300_000 + length(domain) * 10,
            Matcher::HostRegexp(_) => 200_000,
            Matcher::Path(path) => 100 * length(path.trim_end_matches('/')) + 50,
            Matcher::PathPrefix(path) | Matcher::PathElements(path) => 100 * length(path),
            Matcher::PathRegexp(expression) => 100 * length(expression),
            _ => 1,
        };
    }
    out
}

/// More ways than this are not compared pair by pair.
const MOST: usize = 1_000;

/// Must priorities be said, because what an object says by itself (`natural`, from and to) would ask the ways in another order?
pub(crate) fn must_say(ways: &[&Way], natural: &[(usize, usize)]) -> bool {
    if ways.len() > MOST {
        return true;
    }
    ways.iter().enumerate().any(|(at, way)| {
        ways.iter().zip(natural).skip(at + 1).any(|(other, theirs)| {
            let Some(mine) = natural.get(at) else { return false };
            let wrong = match way.number.cmp(&other.number) {
                std::cmp::Ordering::Greater => mine.0 <= theirs.1,
                std::cmp::Ordering::Less => theirs.0 <= mine.1,
                std::cmp::Ordering::Equal => false,
            };
            wrong && way.meets(other)
        })
    })
}
