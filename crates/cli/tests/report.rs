//! The forms of a report, and which stream takes what.
#![cfg(test)]

mod project;

use project::{Done, Project};
use serde_json::Value;

/// A variable that is not set: a warning. Nothing else.
const WARNING: &[(&str, &str)] = &[("compose.yaml", "services:\n  web:\n    image: nginx:1.29\n    working_dir: \"/a${NOT_SET}\"\n")];
/// A reference that leads nowhere: an error.
const ERROR: &[(&str, &str)] = &[("compose.yaml", "services:\n  web:\n    image: nginx:1.29\n    networks: [nowhere]\n")];

/// Each line as a JSON object.
fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"))).collect()
}

#[test]
fn warnings_end_with_0_and_with_1_under_strict() {
    let project = Project::new(WARNING);
    let done = project.run("config").ends_with(0);
    assert!(done.out.starts_with("name: shop\n"), "{}", done.out);
    assert!(
        done.err.contains("⚠ warning[") && done.err.contains("[compose.yaml:4:21]") && done.err.ends_with("\n1 warning\n"),
        "{}",
        done.err
    );
    project.run("config --strict").ends_with(1);
    project.run("--strict config").ends_with(1);
    assert_eq!(project.run("config -q").ends_with(0).err, "");
    project.run("config -q --strict").ends_with(1);
}

#[test]
fn an_error_ends_with_1_and_leaves_standard_output_empty() {
    let project = Project::new(ERROR);
    for args in ["config", "config --format json", "config -q", "convert", "convert -q", "check"] {
        let done = project.run(args).ends_with(1);
        assert_eq!(done.out, "", "{args}");
        assert!(done.err.contains("× error[") && done.err.contains("nowhere"), "{args}: {}", done.err);
    }
}

#[test]
fn json_is_one_object_a_line() {
    for (files, severity) in [(WARNING, "warning"), (ERROR, "error")] {
        let done = Project::new(files).run("config --message-format json");
        let found = lines(&done.err);
        let [diagnostic] = found.as_slice() else { panic!("{}", done.err) };
        assert_eq!(diagnostic["severity"], severity);
        assert_eq!(diagnostic["place"]["file"], "compose.yaml");
        assert_eq!(diagnostic["place"]["start"]["line"], 4);
        assert!(diagnostic["message"].as_str().is_some_and(|message| !message.is_empty()));
    }
}

#[test]
fn github_gets_annotations() {
    let done = Project::new(WARNING).run("config --message-format github").ends_with(0);
    assert!(done.err.starts_with("::warning file=compose.yaml,line=4,endLine=4,col=21,"), "{}", done.err);
    assert_eq!(done.err.lines().count(), 1);
    let done = Project::new(ERROR).run("check --message-format github").ends_with(1);
    assert!(done.out.starts_with("::error file=compose.yaml,line=4,"), "{}", done.out);
    assert_eq!(done.err, "");
}

#[test]
fn sarif_is_one_document_whose_results_have_rules() {
    let done = Project::new(ERROR).run("check --message-format=sarif").ends_with(1);
    let sarif: Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    let run = &sarif["runs"][0];
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 1);
    for result in results {
        let rule = &run["tool"]["driver"]["rules"][usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
        assert_eq!(rule["id"], result["ruleId"]);
        assert_eq!(rule["defaultConfiguration"]["level"], result["level"]);
        assert!(rule["help"]["text"].as_str().is_some_and(|text| !text.is_empty()));
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "compose.yaml");
        assert_eq!(place["region"]["startLine"], 4);
    }
    let clean = Project::new(&[("compose.yaml", "services: {web: {image: nginx:1.29}}")]);
    let sarif: Value = serde_json::from_str(&clean.run("config -q --message-format=sarif").ends_with(0).err).unwrap();
    assert_eq!(sarif["runs"][0]["results"].as_array().map(Vec::len), Some(0));
}

#[test]
fn no_byte_of_a_file_drives_the_terminal() {
    let escape =
        "services:\n  web:\n    image: \"nginx\"\n    working_dir: \"\u{1b}[2J${NOT_SET}\u{7}\"\n    networks: [\"\\e]0;title\\a\"]\n";
    let raw = "services:\n  web: {\u{1b}[31mimage: x\n";
    let key = "services:\n  web:\n    image: x\n    \"\\e[2Jbad\\nkey\": 1\n";
    for yaml in [escape, raw, key] {
        let project = Project::new(&[("compose.yaml", yaml)]);
        for args in [
            "config",
            "convert",
            "check -v",
            "config --message-format json",
            "check --message-format github",
            "check --message-format sarif",
        ] {
            let done = project.run(args);
            let told = if args.starts_with("check") { done.out + &done.err } else { done.err };
            assert!(!told.chars().any(|c| c.is_control() && c != '\n'), "{args}: {told:?}");
            assert!(!told.is_empty(), "{args}");
        }
    }
}

#[test]
fn colours_are_for_terminals_and_for_those_who_ask() {
    let project = Project::new(WARNING);
    let coloured = |args: &str, variables: &[(&str, &str)]| {
        let command = variables.iter().fold(project.transship(args), |command, (name, value)| command.env(name, value));
        Done::of(command).err.contains('\u{1b}')
    };
    assert!(!coloured("config", &[]));
    assert!(coloured("config --ansi always", &[]));
    assert!(coloured("--ansi=always config", &[("NO_COLOR", "1")]));
    assert!(coloured("config", &[("CLICOLOR_FORCE", "1")]));
    assert!(!coloured("config", &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(!coloured("config --ansi never", &[("CLICOLOR_FORCE", "1")]));
    assert!(coloured("config", &[("COMPOSE_ANSI", "always")]));
}
