//! `transship explain`: the catalogue of diagnostics, for people.

use crate::exit::{Exit, Failure};
use crate::write;
use std::fmt::Write as _;
use transship::diag::{Definition, catalog};

/// Prints what the catalogue says of a kind, or the list of all kinds.
pub(crate) fn run(name: Option<&str>) -> Result<Exit, Failure> {
    let Some(name) = name else {
        write::stdout(list().as_bytes())?;
        return Ok(Exit::Clean);
    };
    // People paste `warning[docker-socket-dropped]` as the message shows it.
    let bare = name.split_once('[').map_or(name, |(_, rest)| rest.trim_end_matches([']', ':']));
    let Some(kind) = catalog::find(bare) else {
        let close = closest(bare).map(|kind| format!("; did you mean \"{}\"?", kind.name));
        let hint = close.unwrap_or_else(|| "; `transship explain` lists them all".to_owned());
        return Err(Failure::usage(format!("there is no diagnostic \"{bare}\"{hint}")));
    };
    write::stdout(format!("{} ({})\n\n{}\n", kind.name, kind.severity.word(), paragraphs(kind.doc)).as_bytes())?;
    Ok(Exit::Clean)
}

/// The documentation without the blank that each line begins with.
fn paragraphs(doc: &str) -> String {
    let lines: Vec<&str> = doc.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    lines.join("\n").trim().to_owned()
}

/// Every kind with its first sentence, family by family.
fn list() -> String {
    let mut out = String::new();
    for (family, kinds) in catalog::families().into_iter().filter(|(_, kinds)| !kinds.is_empty()) {
        let _ = writeln!(out, "{family}");
        let width = kinds.iter().map(|kind| kind.name.len()).max().unwrap_or(0);
        for kind in kinds {
            let text = paragraphs(kind.doc).replace('\n', " ");
            let first = text.split_once(". ").map_or(text.as_str(), |(first, _)| first);
            let _ = writeln!(out, "  {:width$}  {}", kind.name, first.trim_end_matches('.'));
        }
        out.push('\n');
    }
    out.push_str("The last word of a name says how bad it is: -dropped and -approximated are warnings, -assumed is a note, all others are errors.\n");
    out
}

/// The kind whose name is written most alike, if one is close.
fn closest(name: &str) -> Option<&'static Definition> {
    let limit = name.chars().count() / 3 + 1;
    let near = catalog::all().map(|kind| (distance(name, kind.name), kind)).filter(|(distance, _)| *distance <= limit);
    let near = near.min_by_key(|(distance, _)| *distance).map(|(_, kind)| kind);
    near.or_else(|| catalog::all().find(|kind| name.len() > 3 && kind.name.contains(name)))
}

/// How many letters have to be put in, taken away or replaced to get from one text to the other.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.chars().take(100).enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (cell, b) in row.iter_mut().skip(1).zip(&to) {
            let best = (*cell + 1).min(left + 1).min(diagonal + usize::from(a != *b));
            diagonal = std::mem::replace(cell, best);
            left = best;
        }
        row.first_mut().into_iter().for_each(|cell| *cell = i + 1);
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_count_edits() {
        for (a, b, d) in [("", "abc", 3), ("kitten", "sitting", 3), ("same", "same", 0), ("ab", "ba", 2)] {
            assert_eq!(distance(a, b), d, "{a} {b}");
        }
    }
}
