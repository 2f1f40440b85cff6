//! The keys that lead to a node: what rules by path match on, and how messages name a value.

use std::fmt;

/// How many keys a trail remembers. Rules reach nine deep; a trail that is longer matches none.
const DEPTH: usize = 14;

/// The keys from the top of the model to a node; `[]` stands for an item of a list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Trail<'a> {
    keys: [&'a str; DEPTH],
    length: usize,
}

/// What stands for an item of a list.
pub(crate) const ITEM: &str = "[]";

impl<'a> Trail<'a> {
    /// The top of the model.
    pub(crate) const TOP: Trail<'static> = Trail { keys: [""; DEPTH], length: 0 };

    /// The trail to `section.name`.
    pub(crate) fn entry(section: &'a str, name: &'a str) -> Self {
        Trail::TOP.then(section).then(name)
    }

    /// One key further down.
    pub(crate) fn then<'b>(self, key: &'b str) -> Trail<'b>
    where
        'a: 'b,
    {
        let mut next: Trail<'b> = self;
        if let Some(slot) = next.keys.get_mut(next.length) {
            *slot = key;
        }
        next.length += 1;
        next
    }

    /// An item of the list that stands here.
    pub(crate) fn item(self) -> Self {
        self.then(ITEM)
    }

    /// The keys, for slice patterns; empty when there are more than any rule reaches.
    pub(crate) fn keys(&self) -> &[&'a str] {
        self.keys.get(..self.length).unwrap_or_default()
    }

    /// The keys below a service or a job; none elsewhere.
    pub(crate) fn below_service(&self) -> Option<&[&'a str]> {
        match self.keys() {
            ["services" | "jobs", _, rest @ ..] => Some(rest),
            _ => None,
        }
    }
}

/// How a message opens: ``service "web": `ports` ``, `network "back"`. Items are not counted: the place shows which one it is.
impl fmt::Display for Trail<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kept = self.keys.get(..self.length.min(DEPTH)).unwrap_or_default();
        let rest = match kept {
            [section @ ("services" | "jobs" | "networks" | "volumes" | "configs" | "secrets" | "models"), name, rest @ ..] => {
                write!(f, "{} {name:?}", section.trim_end_matches('s'))?;
                if rest.is_empty() {
                    return Ok(());
                }
                f.write_str(": ")?;
                rest
            }
            all => all,
        };
        let attributes: Vec<&str> = rest.iter().copied().filter(|key| *key != ITEM).collect();
        write!(f, "`{}`", attributes.join("."))
    }
}

#[cfg(test)]
mod tests {
    use super::Trail;

    #[test]
    fn names_a_value_as_a_reader_would() {
        let service = Trail::entry("services", "web");
        assert_eq!(service.to_string(), "service \"web\"");
        assert_eq!(service.then("deploy").then("labels").to_string(), "service \"web\": `deploy.labels`");
        assert_eq!(service.then("ports").item().then("target").to_string(), "service \"web\": `ports.target`");
        assert_eq!(Trail::TOP.then("x-a").then("b").to_string(), "`x-a.b`");
    }

    #[test]
    fn remembers_no_more_than_rules_need() {
        let deep = (0..40).fold(Trail::TOP, |trail, _| trail.then("a"));
        assert!(deep.keys().is_empty());
    }
}
