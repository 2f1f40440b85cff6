//! The command line itself: help, wrong usage, exit statuses, completions and manual pages.
#![cfg(test)]

mod project;

use project::{Done, Project};

const ONE: &[(&str, &str)] = &[("compose.yaml", "services:\n  web:\n    image: nginx:1.29\n")];

#[test]
fn without_arguments_the_help_goes_to_standard_output() {
    let done = Project::new(&[]).run("").ends_with(0);
    for part in ["Usage: transship", "convert", "Examples:", "Exit status:", "--project-name"] {
        assert!(done.out.contains(part), "{part}: {}", done.out);
    }
    assert_eq!(done.err, "");
}

#[test]
fn every_command_has_help() {
    let project = Project::new(&[]);
    for command in ["convert", "check", "config", "explain", "completions", "man"] {
        let done = project.run(&format!("{command} --help")).ends_with(0);
        assert!(done.out.contains(&format!("Usage: transship {command}")), "{}", done.out);
    }
    let help = project.run("convert -h").out;
    for heading in ["Output:", "Ways in:", "Start order and health:", "Storage:", "Secrets and security:", "Project:", "Messages:"] {
        assert!(help.contains(heading), "{heading}: {help}");
    }
}

#[test]
fn a_wrong_command_line_ends_with_2_and_says_what_is_wrong() {
    let project = Project::new(ONE);
    for (args, word) in [
        ("--nope", "--nope"),
        ("convert --expos none", "--expose"),
        ("convert --expose sideways", "load-balancer"),
        ("translate", "translate"),
        ("config --images --volumes", "--volumes"),
        ("convert -q -v", "--verbose"),
        ("convert --force", "--output"),
        ("completions klingon", "klingon"),
        ("explain no-such-thing-at-all", "no-such-thing-at-all"),
        ("--ansi sometimes convert", "sometimes"),
    ] {
        let done = project.run(args).ends_with(2);
        assert!(done.err.contains(word), "{args}: {}", done.err);
        assert_eq!(done.out, "", "{args}");
    }
}

#[test]
fn a_wrong_command_line_is_coloured_only_when_asked() {
    let project = Project::new(&[]);
    for args in ["--nope", "--nope --ansi=never"] {
        assert!(!project.run(args).err.contains('\u{1b}'), "{args}");
    }
    for args in ["--nope --ansi=always", "--ansi always --nope"] {
        assert!(project.run(args).err.contains('\u{1b}'), "{args}");
    }
}

#[test]
fn flags_of_docker_compose_without_a_meaning_are_taken() {
    let project = Project::new(ONE);
    for args in ["--compatibility --progress plain --parallel -1 config -q", "config -q --progress=quiet --parallel 4"] {
        project.run(args).ends_with(0);
    }
}

#[test]
fn completions_know_the_commands_and_the_options() {
    let project = Project::new(&[]);
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let done = project.run(&format!("completions {shell}")).ends_with(0);
        assert!(done.out.contains("convert") && done.out.contains("shared-volumes"), "{shell}");
    }
}

#[test]
fn the_manual_is_one_page_or_one_for_each_command() {
    let project = Project::new(&[]);
    assert!(project.run("man").ends_with(0).out.contains(".TH transship 1"));
    project.run("man --out pages").ends_with(0);
    assert!(project.names("pages").contains(&"transship-convert.1".to_owned()), "{:?}", project.names("pages"));
}

#[test]
fn explain_lists_and_explains_the_catalogue() {
    let project = Project::new(&[]);
    let list = project.run("explain").ends_with(0).out;
    let name = list.lines().find_map(|line| line.strip_prefix("  ")?.split(' ').next()).unwrap();
    let explained = project.run(&format!("explain {name}")).ends_with(0).out;
    assert!(explained.starts_with(name), "{explained}");
    assert_eq!(project.run(&format!("explain warning[{name}]:")).ends_with(0).out, explained);
    let almost = name.get(1..).unwrap();
    let done = project.run(&format!("explain {almost}")).ends_with(2);
    assert!(done.err.contains(&format!("did you mean \"{name}\"?")), "{}", done.err);
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let project = Project::new(ONE);
    let binary = snapbox::cmd::cargo_bin!("transship").display().to_string();
    for args in ["completions bash", "explain", "man", "--help", "convert --help", "config"] {
        let script = format!("{{ '{binary}' {args}; echo $? >&2; }} | true");
        let shell = snapbox::cmd::Command::new("/bin/sh").current_dir(&project.0).args(["-c", &script]);
        let done = Done::of(shell);
        assert_eq!(done.err.lines().last(), Some("0"), "{args}: {}", done.err);
        assert!(!done.err.contains("panicked"), "{args}: {}", done.err);
    }
}
