//! Did you mean …?: the known name that a wrong one is closest to.

/// How many wrong names of a run are worth a suggestion: comparing takes time, and nobody reads so far.
pub const SUGGESTIONS: usize = 100;

/// How many candidates are compared.
const CANDIDATES: usize = 2_000;

/// The candidate that differs least from `name`, if one is close enough: at most one edit for every three characters.
///
/// An edit adds, removes or replaces a character, or swaps two neighbours; case does not count as much as a letter. The first of equals wins.
/// Of many candidates only the first two thousand are looked at.
pub fn closest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let wanted: Vec<char> = fold(name).collect();
    // Long names are no typing errors, and comparing them takes long.
    if wanted.is_empty() || wanted.len() > 64 {
        return None;
    }
    let most = wanted.len().div_ceil(3);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates.into_iter().take(CANDIDATES) {
        let other: Vec<char> = fold(candidate).collect();
        let limit = best.map_or(most, |(edits, _)| edits.saturating_sub(1));
        if candidate == name || other.len().abs_diff(wanted.len()) > limit {
            continue;
        }
        let edits = distance(&wanted, &other);
        if edits <= limit && edits < wanted.len().max(other.len()) {
            best = Some((edits, candidate));
        }
        if edits == 0 {
            break;
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Without case, and with `-` and `_` the same.
fn fold(name: &str) -> impl Iterator<Item = char> {
    name.chars().map(|c| if c == '-' { '_' } else { c.to_ascii_lowercase() })
}

/// The number of edits between two names.
fn distance(left: &[char], right: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    let mut left_before = None;
    for (row, a) in left.iter().enumerate() {
        let mut this = vec![row + 1];
        let mut right_before = None;
        for (column, b) in right.iter().enumerate() {
            let at = |line: &[usize], index: usize| line.get(index).copied().unwrap_or(usize::MAX / 2);
            let replaced = at(&last, column) + usize::from(a != b);
            let mut least = replaced.min(at(&last, column + 1) + 1).min(at(&this, column) + 1);
            if column > 0 && left_before == Some(b) && right_before == Some(a) {
                least = least.min(at(&before, column - 1) + 1);
            }
            this.push(least);
            right_before = Some(b);
        }
        before = std::mem::replace(&mut last, this);
        left_before = Some(a);
    }
    last.last().copied().unwrap_or(left.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggestions() {
        let known = ["image", "ports", "expose", "environment", "env_file", "networks", "network_mode", "volumes", "tty", "user", "uts"];
        for (name, meant) in [
            ("imag", Some("image")),
            ("iamge", Some("image")),
            ("Image", Some("image")),
            ("port", Some("ports")),
            ("enviroment", Some("environment")),
            ("env-file", Some("env_file")),
            ("envfile", Some("env_file")),
            ("network", Some("networks")),
            ("volume", Some("volumes")),
            ("foo", None),
            ("x", None),
            ("", None),
            ("utx", Some("uts")),
            ("completely_different", None),
        ] {
            assert_eq!(closest(name, known), meant, "{name}");
        }
        assert_eq!(closest("a", ["b"]), None);
        assert_eq!(closest(&"a".repeat(1000), ["b"]), None);
    }
}
