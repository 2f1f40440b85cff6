//! `transship explain`: the catalogue of diagnostics, for people.

use crate::exit::{Exit, Failure};
use crate::write;
use std::fmt::Write as _;
use transship::diag::catalog;
use transship::text::similar;

/// Prints what the catalogue says of a kind, or the list of all kinds.
pub(crate) fn run(name: Option<&str>) -> Result<Exit, Failure> {
    let Some(name) = name else {
        write::stdout(list().as_bytes())?;
        return Ok(Exit::Clean);
    };
    // People paste `warning[docker-socket-dropped]` as the message shows it.
    let bare = name.split_once('[').map_or(name, |(_, rest)| rest.trim_end_matches([']', ':']));
    let Some(kind) = catalog::find(bare) else {
        let close = closest(bare).map(|known| format!("; did you mean \"{known}\"?"));
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
    out.push_str(
        "The last word of a name says how bad it is: -dropped and -approximated are warnings, -assumed is a note, all others are errors.\n",
    );
    out
}

/// The name that is written most alike, else one that contains the text.
fn closest(name: &str) -> Option<&'static str> {
    let names = || catalog::all().map(|kind| kind.name);
    similar::closest(name, names()).or_else(|| names().find(|known| name.len() > 3 && known.contains(name)))
}
