//! `transship convert`: where manifests go, and what happens to what lies there already.
#![cfg(test)]

mod project;

use project::Project;

const SHOP: &[(&str, &str)] = &[(
    "compose.yaml",
    "services:\n  web:\n    image: nginx:1.29\n    ports: [\"8080:80\"]\n    depends_on: [db]\n  db:\n    image: postgres:18\n\
     \x20   volumes: [\"data:/var/lib/postgresql\"]\nvolumes: {data: {}}\n",
)];
const LESS: &str = "services:\n  web:\n    image: nginx:1.30\n    ports: [\"8080:80\"]\n";
const BROKEN: &str = "services:\n  web:\n    image: nginx:1.29\n    networks: [nowhere]\n";

#[test]
fn manifests_go_to_standard_output_and_words_to_standard_error() {
    let done = Project::new(SHOP).run("convert").ends_with(0);
    assert!(done.out.starts_with("---\napiVersion: ") || done.out.starts_with("apiVersion: "), "{}", done.out);
    assert!(done.out.contains("kind: Deployment\n") && done.out.contains("name: web\n"), "{}", done.out);
    assert!(!done.out.contains("⚠") && !done.err.contains("apiVersion"), "{}", done.err);
    let last = done.err.lines().last().unwrap();
    assert!(last.starts_with("2 services → "), "{last}");
}

#[test]
fn a_folder_gets_one_file_an_object() {
    let project = Project::new(SHOP);
    let done = project.run("convert -o k8s/base").ends_with(0);
    assert_eq!(done.out, "");
    let names = project.names("k8s/base");
    assert!(names.contains(&"web-deployment.yaml".to_owned()) && names.contains(&"web-service.yaml".to_owned()), "{names:?}");
    let all: String = names.iter().map(|name| project.get(&format!("k8s/base/{name}"))).collect();
    assert_eq!(all.matches("apiVersion: ").count(), names.len(), "{names:?}");
    assert!(done.err.contains(&format!("wrote {} files to k8s/base\n", names.len())), "{}", done.err);
    assert!(project.run("convert -o k8s/base").ends_with(0).err.contains("wrote 0 files to k8s/base"));
    assert_eq!(project.run("convert -o -").ends_with(0).out, project.run("convert").out);
}

#[test]
fn a_later_run_takes_away_what_nothing_needs() {
    let project = Project::new(SHOP);
    project.run("convert -o k8s").ends_with(0);
    project.put("k8s/mine.yaml", "kind: Mine\n");
    project.put("compose.yaml", LESS);
    let done = project.run("convert -o k8s").ends_with(0);
    assert!(done.err.contains("removed k8s/db-") && done.err.contains("mine.yaml"), "{}", done.err);
    let names = project.names("k8s");
    assert!(names.iter().all(|name| name.starts_with("web-") || name == "mine.yaml"), "{names:?}");
    assert!(project.get("k8s/web-deployment.yaml").contains("nginx:1.30"));
}

#[test]
fn a_project_that_does_not_load_changes_nothing() {
    let project = Project::new(SHOP);
    project.run("convert -o k8s").ends_with(0);
    let before = project.names("k8s");
    let web = project.get("k8s/web-deployment.yaml");
    project.put("compose.yaml", BROKEN);
    project.run("convert -o k8s").ends_with(1);
    assert_eq!((project.names("k8s"), project.get("k8s/web-deployment.yaml")), (before, web));
    project.run("convert -o new").ends_with(1);
    assert!(!project.0.join("new").exists());
}

#[test]
fn edited_and_foreign_files_are_not_replaced() {
    let project = Project::new(SHOP);
    project.run("convert -o k8s").ends_with(0);
    project.put("k8s/web-deployment.yaml", "edited\n");
    project.put("compose.yaml", LESS);
    let before = project.names("k8s");
    let done = project.run("convert -o k8s").ends_with(1);
    assert!(done.err.contains("web-deployment.yaml was edited") && done.err.contains("--force"), "{}", done.err);
    assert_eq!(project.names("k8s"), before);
    project.run("convert -o k8s --force").ends_with(0);
    assert!(project.get("k8s/web-deployment.yaml").contains("nginx:1.30"));
}

#[test]
fn a_dry_run_tells_and_writes_nothing() {
    let project = Project::new(SHOP);
    let done = project.run("convert -o k8s --dry-run").ends_with(0);
    assert!(done.err.contains("would write k8s/web-deployment.yaml\n"), "{}", done.err);
    assert!(!project.0.join("k8s").exists());
}

#[test]
fn check_writes_nothing() {
    let project = Project::new(SHOP);
    let done = project.run("check").ends_with(0);
    assert_eq!(done.out, "");
    assert_eq!(project.names(""), ["compose.yaml"]);
}

#[test]
fn options_reach_the_translation() {
    let project = Project::new(SHOP);
    let done = project
        .run("convert --namespace stage --image-pull-secret a --image-pull-secret b --storage-size=7Gi --host web=shop.example.com")
        .ends_with(0);
    for part in ["kind: Namespace\n", "namespace: stage\n", "name: b\n", "storage: 7Gi\n", "host: shop.example.com\n"] {
        assert!(done.out.contains(part), "{part}: {}", done.out);
    }
    project.put("compose.yaml", LESS);
    assert_eq!(project.run("convert web").ends_with(0).out, project.run("convert").out);
}

#[cfg(unix)]
#[test]
fn no_link_of_a_stack_carries_a_file_of_the_machine_into_the_manifests() {
    let yaml = "services:\n  web:\n    image: nginx:1.29\n    volumes: [\"./a.conf:/etc/a.conf\", \"./d:/etc/d\", \"./e:/etc/e\"]\n";
    let project = Project::new(&[("compose.yaml", yaml), ("e/ok.conf", "fine"), ("../outside/x.conf", "TOP SECRET")]);
    let link = |to: &str, from: &str| std::os::unix::fs::symlink(to, project.0.join(from)).unwrap();
    link("../outside/x.conf", "a.conf");
    link("../outside", "d");
    link("../../outside/x.conf", "e/x.conf");
    let done = project.run("convert").ends_with(0);
    assert!(done.out.contains("fine") && !done.out.contains("TOP SECRET"), "{}", done.out);
    for told in ["./a.conf", "./d", "x.conf"] {
        assert!(done.err.contains(&format!("\"{told}\"")), "{told}: {}", done.err);
    }
    project.put("compose.yaml", "services: {web: {image: nginx, env_file: a.conf}}");
    assert!(project.run("config").ends_with(1).err.contains("leads out of the project"));
}

#[test]
fn what_is_left_to_do_is_told_in_short() {
    let service = |n: usize| format!("  s{n}:\n    build: .\n    ports: [\"{}:80\", \"{}:81\"]\n", 2000 + n, 3000 + n);
    let project = Project::new(&[("compose.yaml", &format!("services:\n{}", (1..=20).map(service).collect::<String>()))]);
    let done = project.run("convert --registry r.example/x --namespace stage").ends_with(0);
    assert!(done.err.contains("  r.example/x/shop-s1 (service \"s1\")\n"), "{}", done.err);
    assert!(done.err.contains("  kubectl port-forward -n stage service/s1 2001:80 3001:81\n"), "{}", done.err);
    assert_eq!(done.err.matches("  … and 12 more: --verbose tells them all\n").count(), 2, "{}", done.err);
    let verbose = project.run("convert -v --registry r.example/x").ends_with(0);
    assert_eq!(verbose.err.matches("kubectl port-forward").count(), 20, "{}", verbose.err);
    assert!(!project.run("convert -q").err.contains("kubectl"));
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let project = Project::new(SHOP);
    let first = project.run("convert").ends_with(0);
    for _ in 0..5 {
        let again = project.run("convert");
        assert_eq!((&again.out, &again.err), (&first.out, &first.err));
    }
}
