//! `transship config`: flags before and after it, lists, files.
#![cfg(test)]

mod project;

use project::{Done, Project};
use serde_json::Value;

const TWO: &[(&str, &str)] = &[
    (
        "compose.yaml",
        "services:\n  web:\n    image: nginx:${TAG:-1.29}\n    depends_on: [db]\n    profiles: [front]\n    volumes: [\"data:/d\"]\n  db:\n    build: .\n\
         volumes: {data: {}, spare: {}}\n",
    ),
    ("prod.yaml", "services:\n  web:\n    environment: {MODE: \"prod $$1\"}\n"),
    ("tag.env", "TAG=9\n"),
];

fn model(done: &Done) -> Value {
    serde_json::from_str(&done.out).unwrap_or_else(|e| panic!("{e}: {}{}", done.out, done.err))
}

#[test]
fn flags_count_before_and_after_the_command() {
    let project = Project::new(TWO);
    let expected =
        project.run("-f compose.yaml -f prod.yaml -p other --profile front --env-file tag.env config --format json").ends_with(0);
    assert_eq!(model(&expected)["services"]["web"]["image"], "nginx:9");
    assert_eq!(model(&expected)["services"]["web"]["environment"]["MODE"], "prod $$1");
    assert_eq!(model(&expected)["name"], "other");
    for args in [
        "config --format json -f compose.yaml -f prod.yaml -p other --profile front --env-file tag.env",
        "-f compose.yaml --profile front -p first config -f prod.yaml --format=json --project-name=other --env-file=tag.env",
    ] {
        assert_eq!(project.run(args).ends_with(0).out, expected.out, "{args}");
    }
}

#[test]
fn yaml_is_the_default_and_says_the_same_as_json() {
    let project = Project::new(TWO);
    let yaml = project.run("--profile * config").ends_with(0).out;
    assert!(yaml.starts_with("name: shop\nservices:\n"), "{yaml}");
    project.put("again.yaml", &yaml);
    let json = project.run("--profile * config --format json").ends_with(0).out;
    assert_eq!(project.run("--profile * -f again.yaml config --format json").ends_with(0).out, json);
}

#[test]
fn lists_are_one_name_a_line() {
    let project = Project::new(TWO);
    for (args, expected) in [
        ("--profile front config --services", "db\nweb\n"),
        ("config --services", "db\n"),
        ("--profile front config --images", "shop-db\nnginx:1.29\n"),
        ("--profile front config --volumes", "data\n"),
        ("--all-resources config --volumes", "data\nspare\n"),
        ("config --networks", "default\n"),
        ("config --profiles", "front\n"),
        // Only lists that follow services heed the services that are named.
        ("config --services web", "db\n"),
        ("config --images web", "shop-db\nnginx:1.29\n"),
        ("config --no-interpolate --services", "db\nweb\n"),
        ("config --no-interpolate --networks", "default\n"),
    ] {
        assert_eq!(project.run(args).ends_with(0).out, expected, "{args}");
    }
}

#[test]
fn images_are_those_of_services_hooks_and_jobs() {
    let project = Project::new(&[(
        "compose.yaml",
        "services:\n  a: {image: \"i$$1\", pre_start: [{command: x}, {image: z}]}\njobs:\n  k: {build: ., triggers: {manual: true}}\n",
    )]);
    assert_eq!(project.run("-p shop config --images").ends_with(0).out, "i$1\nz\nshop-k\n");
}

#[test]
fn services_are_put_in_order_only_where_all_that_they_need_is_there() {
    let project = Project::new(&[(
        "compose.yaml",
        "services: {a: {image: i, depends_on: [b]}, c: {image: i, depends_on: {d: {condition: service_started, required: false}}}}",
    )]);
    let done = project.run("config --services --no-consistency").ends_with(1);
    assert!(done.err.contains("service \"a\" depends on the service \"b\", which is not declared"), "{}", done.err);
    assert_eq!(project.run("config --services --no-consistency --no-interpolate").ends_with(0).out, "a\nc\n");
    project.run("config --no-consistency").ends_with(0);
}

#[test]
fn variables_of_the_name_are_not_listed() {
    let project = Project::new(&[("compose.yaml", "name: a-${NAMED:-x}\nservices: {a: {image: \"${TAG}\"}}")]);
    let listed = project.run("config --variables").ends_with(0).out;
    assert!(listed.contains("TAG") && !listed.contains("NAMED"), "{listed}");
}

#[test]
fn variables_are_not_listed_of_a_model_in_no_known_form() {
    for text in [
        "services: {a: {image: i, build: 3}}",
        "services: {a: {image: i, depends_on: b}}",
        "services: {a: {image: i, ports: x}}",
        "services: {a: {image: i, environment: [3]}}",
        "services: {a: 3}",
        "services: {a: {image: i}}\nnetworks: {a: 3}",
        "services: {a: {image: i}}\njobs: [3]",
    ] {
        let project = Project::new(&[("compose.yaml", text)]);
        let done = project.run("config --variables").ends_with(1);
        assert!(done.err.contains("attribute-type-invalid"), "{text}: {}", done.err);
    }
    let project = Project::new(&[("compose.yaml", "services: {a: {image: 3, deploy: x, expose: 3, unknown: true}}")]);
    project.run("config --variables").ends_with(0);
}

#[test]
fn variables_and_environment_are_listed() {
    let project = Project::new(TWO);
    let variables = project.run("--profile front config --variables").ends_with(0).out;
    assert!(variables.lines().any(|line| line.split_whitespace().eq(["TAG", "false", "1.29"])), "{variables}");
    let environment = Done::of(project.transship("config --environment").env("B", "2").env("A", "1")).ends_with(0).out;
    assert!(environment.starts_with("A=1\nB=2\n"), "{environment}");
}

#[test]
fn variables_can_be_json() {
    let project = Project::new(TWO);
    let variables = model(&project.run("config --variables --format json").ends_with(0));
    assert_eq!(variables["TAG"]["DefaultValue"], "1.29");
    assert_eq!(variables["TAG"]["Required"], false);
}

#[test]
fn what_only_docker_compose_does_is_said() {
    let project = Project::new(TWO);
    for (flag, reason) in [("--hash *", "inner types"), ("--resolve-image-digests", "registry"), ("--lock-image-digests", "registry")] {
        let done = project.run(&format!("config {flag}")).ends_with(2);
        assert!(done.err.contains(reason), "{}", done.err);
    }
}

#[test]
fn lists_need_no_env_files_where_docker_compose_reads_none() {
    let project = Project::new(&[("compose.yaml", "services: {web: {image: nginx, env_file: nowhere.env}}")]);
    assert_eq!(project.run("config --services").ends_with(0).out, "web\n");
    project.run("config --images").ends_with(1);
    assert_eq!(project.run("config --images --no-env-resolution").ends_with(0).out, "nginx\n");
}

#[test]
fn the_model_can_go_to_a_file() {
    let project = Project::new(TWO);
    let printed = project.run("config").ends_with(0).out;
    assert_eq!(project.run("config -o out.yaml").ends_with(0).out, "");
    assert_eq!(project.get("out.yaml"), printed);
    assert_eq!(project.run("config -o -").ends_with(0).out, printed);
    assert!(project.run("config -o none/out.yaml").ends_with(1).err.contains("error: none/out.yaml cannot be written"));
}

#[test]
fn standard_input_is_a_compose_file() {
    let project = Project::new(&[]);
    let command = project.transship("-f - config --format json").stdin("services: {web: {image: nginx}}");
    assert_eq!(model(&Done::of(command).ends_with(0))["services"]["web"]["image"], "nginx");
}

#[cfg(unix)]
#[test]
fn a_file_of_the_command_line_may_be_a_pipe() {
    let project = Project::new(&[]);
    let binary = snapbox::cmd::cargo_bin!("transship").display().to_string();
    let script = format!(
        "echo 'services: {{web: {{image: \"nginx:$TAG\"}}}}' | TAG= '{binary}' -p x -f /dev/stdin --env-file /dev/null config --images"
    );
    let shell = snapbox::cmd::Command::new("/bin/sh").current_dir(&project.0).args(["-c", &script]);
    assert_eq!(Done::of(shell).ends_with(0).out, "nginx:\n");
}

#[cfg(unix)]
#[test]
fn a_folder_is_known_by_the_name_that_the_shell_shows() {
    let project = Project::new(&[("real/compose.yaml", "services: {web: {image: nginx, env_file: e.env}}"), ("real/e.env", "A=1\n")]);
    let link = project.0.join("link");
    std::os::unix::fs::symlink(project.0.join("real"), &link).unwrap();
    let shown =
        |pwd: &std::path::Path| model(&Done::of(project.transship("config --format json").current_dir(&link).env("PWD", pwd)).ends_with(0));
    assert_eq!(shown(&link)["name"], "link");
    assert_eq!(shown(&project.0)["name"], "real");
}
