//! What the forms of a report look like.

use super::*;
use transship::diag::Definition;
use transship::text::Place;

static LOST: Definition = Definition { name: "socket-dropped", severity: Severity::Warning, doc: "" };
static WRONG: Definition = Definition { name: "port-invalid", severity: Severity::Error, doc: "" };
static CHOSEN: Definition = Definition { name: "port-assumed", severity: Severity::Note, doc: "" };

fn flags(verbose: bool) -> ReportFlags {
    ReportFlags { message_format: MessageFormat::Text, strict: false, quiet: false, verbose, ansi: Ansi::Never }
}

fn text(diagnostics: &[Diagnostic], sources: &Sources, verbose: bool) -> String {
    let told: Vec<&Diagnostic> = diagnostics.iter().collect();
    let report = Report { diagnostics, sources, done: String::new(), outcome: None };
    text::write(&told, &report, &flags(verbose))
}

/// A source, and the place of `word` in it.
fn source(sources: &mut Sources, text: &str, word: &str) -> Place {
    let start = text.find(word).unwrap();
    Place::new(sources.add("compose.yaml", text), start, start + word.len())
}

#[test]
fn a_warning_shows_its_line_its_labels_and_what_to_do() {
    let mut sources = Sources::default();
    let yaml = "services:\n  web:\n    image: nginx\n    volumes:\n      - /var/run/docker.sock:/s\n";
    let place = source(&mut sources, yaml, "/var/run/docker.sock");
    let diagnostic = Diagnostic::new(&LOST, "service \"web\": the Docker socket is not mounted").at_with(place, "this socket");
    let diagnostic = diagnostic.help("ask the Kubernetes API instead").note("a node has no Docker");
    let expected = "  ⚠ warning[socket-dropped]: service \"web\": the Docker socket is not mounted
   ╭─[compose.yaml:5:9]
 4 │     volumes:
 5 │       - /var/run/docker.sock:/s
   ·         ──────────┬─────────
   ·                   ╰── this socket
   ╰────
  help: ask the Kubernetes API instead
  note: a node has no Docker

1 warning
";
    assert_eq!(text(&[diagnostic], &sources, false), expected);
}

#[test]
fn places_far_apart_are_drawn_apart_and_other_files_are_named() {
    let mut sources = Sources::default();
    let yaml = format!("first: 1\n{}second: 2", "x: 0\n".repeat(40));
    let place = source(&mut sources, &yaml, "second");
    let first = Place { start: 0, end: 5, ..place };
    let other = Place::new(sources.add("b.yaml", "a: 1\nb: 2\n"), 5, 6);
    let diagnostic = Diagnostic::new(&WRONG, "twice").at(place).also(first, "here first").also(other, "and here");
    let shown = text(&[diagnostic], &sources, false);
    assert!(shown.contains("[compose.yaml:42:1]") && shown.contains("[compose.yaml:1:1]"), "{shown}");
    assert!(shown.contains(" 42 │ second: 2") && shown.contains("1 │ first: 1"), "{shown}");
    assert!(shown.contains("  see b.yaml:2:1: and here"), "{shown}");
}

#[test]
fn nothing_in_a_file_or_a_message_drives_the_terminal() {
    let mut sources = Sources::default();
    let place = source(&mut sources, "a: \"\u{1b}[2J\u{7}\u{202e}\"\nb:\t\u{9b}x here\r\n", "here");
    let diagnostic = Diagnostic::new(&WRONG, "bad \u{1b}]0;x\u{7}\nline").at_with(place, "\u{1b}[1m").help("\u{1b}c").note("\u{8}");
    for verbose in [false, true] {
        let shown = text(std::slice::from_ref(&diagnostic), &sources, verbose);
        assert!(!shown.chars().any(|c| c.is_control() && c != '\n'), "{shown:?}");
        assert!(shown.contains("\\u{1b}[2J\\u{7}\\u{202e}"), "{shown}");
    }
}

#[test]
fn a_place_at_the_end_of_a_file_or_beyond_is_drawn() {
    for (yaml, start, end) in [("", 0, 0), ("a: 1", 4, 4), ("a: 1\n", 5, 5), ("a: 1\n", 90, 100), ("é", 1, 1), ("\u{1f6a2}", 2, 3)] {
        let mut sources = Sources::default();
        let id = sources.add("compose.yaml", yaml);
        let shown = text(&[Diagnostic::new(&WRONG, "it ends here").at_with(Place::new(id, start, end), "end")], &sources, false);
        assert!(shown.contains("[compose.yaml:") && shown.contains("end"), "{yaml:?}: {shown}");
    }
}

#[test]
fn a_long_line_is_cut_around_its_place() {
    let mut sources = Sources::default();
    let place = source(&mut sources, &format!("{}here{}", "é".repeat(100_000), "x".repeat(100_000)), "here");
    let shown = text(&[Diagnostic::new(&WRONG, "long").at_with(place, "it")], &sources, false);
    assert!(shown.chars().count() < 1000 && shown.contains("…é") && shown.contains("here") && shown.contains("x…"), "{shown}");
    assert!(shown.contains("[compose.yaml:1:100001]"), "{shown}");
}

#[test]
fn a_place_far_along_its_line_is_named_below() {
    let mut sources = Sources::default();
    let place = source(&mut sources, &format!("first: {} second: 2", "x".repeat(500)), "second");
    let first = Place { start: 0, end: 5, ..place };
    for (here, there, named) in [(place, first, "compose.yaml:1:1"), (first, place, "compose.yaml:1:509")] {
        let shown = text(&[Diagnostic::new(&WRONG, "twice").at(here).also(there, "and there")], &sources, false);
        assert!(shown.contains(&format!("  see {named}: and there\n")), "{shown}");
        assert_eq!(shown.matches('·').count(), 1, "{shown}");
    }
}

#[test]
fn what_repeats_is_told_shortly() {
    let mut sources = Sources::default();
    let place = source(&mut sources, "a: 1\n", "a");
    let many = |kind| (0..30).map(move |n| Diagnostic::new(kind, format!("number {n}")).at(place));
    let all: Vec<Diagnostic> = many(&LOST).chain(many(&CHOSEN)).collect();
    let shown = text(&all, &sources, false);
    assert_eq!(shown.matches("╭─[").count(), 1, "{shown}");
    assert!(shown.starts_with("note[port-assumed]: number 0 (compose.yaml:1:1)\n"), "{shown}");
    assert!(shown.contains("… and 22 more note[port-assumed]: --verbose tells them all\n"), "{shown}");
    assert!(shown.ends_with("\n30 warnings, 30 notes\n"), "{shown}");
    assert_eq!(text(&all, &sources, true).matches("╭─[").count(), 60);
}

#[test]
fn every_advice_of_a_kind_is_shown_once() {
    let mut sources = Sources::default();
    let place = source(&mut sources, "a: 1\n", "a");
    let warn = |message: &str, help: &str| Diagnostic::new(&LOST, message).at(place).help(help);
    let shown = text(&[warn("one", "walk"), warn("two", "walk"), warn("three", "swim")], &sources, false);
    assert_eq!((shown.matches("help: walk").count(), shown.matches("help: swim").count()), (1, 1), "{shown}");
    assert!(shown.contains("\nwarning[socket-dropped]: two (compose.yaml:1:1)\n"), "{shown}");
}

#[test]
fn of_many_far_places_one_is_drawn() {
    let mut sources = Sources::default();
    let id = sources.add("compose.yaml", "key: value\n".repeat(100));
    let at = |line: usize| Place::new(id, line * 11, line * 11 + 3);
    let diagnostic = Diagnostic::new(&LOST, "often").at(at(0)).also(at(2), "near").also(at(50), "far").also(at(70), "farther");
    let shown = text(&[diagnostic], &sources, false);
    assert_eq!(shown.matches("╭─[").count(), 2, "{shown}");
    assert!(shown.contains("  see compose.yaml:71:1: farther\n"), "{shown}");
}

#[test]
fn many_diagnostics_take_no_longer_for_each_than_a_few() {
    let mut sources = Sources::default();
    let id = sources.add("compose.yaml", "key: value\n".repeat(5_000));
    let all: Vec<Diagnostic> =
        (0..5_000).map(|n| Diagnostic::new(&WRONG, "x").at_with(Place::new(id, n * 11, n * 11 + 3), "here")).collect();
    let start = std::time::Instant::now();
    assert_eq!(text(&all, &sources, true).matches("╭─[").count(), 5_000);
    assert!(start.elapsed().as_secs() < 15, "{:?}", start.elapsed());
}
