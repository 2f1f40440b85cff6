//! Hostile files: bombs, depths, circles, sizes and bytes that no person writes. Each is read, or refused with an error that names
//! the reason, and none takes more than a walk through its bytes: what were quadratic would not end here.

use transship::{Input, MemoryFiles, Options, Selection, Translation, translate};

/// A service, and room for something of one's own.
const HEAD: &str = "name: hostile\nservices:\n  a:\n    image: nginx:1.29\n";

fn run(files: &[(&str, Vec<u8>)]) -> Translation {
    let mut all = MemoryFiles::new();
    for (name, content) in files {
        all.add(format!("/project/{name}"), content.clone(), false);
    }
    let input =
        Input { files: &all, environment: Default::default(), working_folder: "/project".to_owned(), selection: Selection::default() };
    translate(&input, &Options::default())
}

fn compose(text: impl Into<Vec<u8>>) -> Translation {
    run(&[("compose.yaml", text.into())])
}

fn codes(translation: &Translation) -> Vec<&'static str> {
    translation.diagnostics.iter().map(|diagnostic| diagnostic.code.name).collect()
}

/// Refused, for this reason among others.
fn refused(translation: &Translation, code: &str) {
    assert!(translation.objects.is_empty(), "{code}: written all the same");
    assert!(codes(translation).contains(&code), "{code}: {:?}", codes(translation).first());
}

/// Read, and written.
fn written(translation: &Translation) {
    assert!(!translation.objects.is_empty(), "{:?}", translation.diagnostics.first().map(|diagnostic| &diagnostic.message));
}

#[test]
fn aliases_that_multiply() {
    let mut text = String::from("x-a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1]\n");
    for (before, name) in "abcdefghij".chars().zip("bcdefghijk".chars()) {
        let nine = vec![format!("*{before}"); 9].join(", ");
        text.push_str(&format!("x-{name}: &{name} [{nine}]\n"));
    }
    refused(&compose(format!("{text}{HEAD}")), "yaml-aliases-invalid");
    let merged =
        "x-a: &a {b: 1}\n".to_owned() + HEAD + "x-many:\n" + &(0..20_000).map(|i| format!("  k{i}: {{<<: *a}}\n")).collect::<String>();
    written(&compose(merged));
}

#[test]
fn ten_thousand_deep() {
    let deep = 10_000;
    refused(&compose(format!("{HEAD}x-a: {}{}\n", "[".repeat(deep), "]".repeat(deep))), "yaml-nesting-invalid");
    refused(&compose(format!("{HEAD}x-a: {}{}\n", "{a: ".repeat(deep), "}".repeat(deep))), "yaml-nesting-invalid");
    refused(&compose((0..deep / 5).map(|i| format!("{}a:\n", " ".repeat(i))).collect::<String>()), "yaml-nesting-invalid");
    refused(&compose(format!("{HEAD}    command: \"{}\"\n", "${A:-".repeat(deep))), "variable-invalid");
}

#[test]
fn circles() {
    let include = |name: &str| format!("include: [{name}]\n{HEAD}").into_bytes();
    refused(&run(&[("compose.yaml", include("b.yaml")), ("b.yaml", include("compose.yaml"))]), "include-cycle-invalid");
    refused(&run(&[("compose.yaml", include("compose.yaml"))]), "include-cycle-invalid");
    let services: String = (0..2_000).map(|i| format!("  s{i}: {{extends: s{}}}\n", (i + 1) % 2_000)).collect();
    refused(&compose(format!("services:\n{services}")), "extends-cycle-invalid");
    let services: String = (0..2_000).map(|i| format!("  s{i}: {{image: a, depends_on: [s{}]}}\n", (i + 1) % 2_000)).collect();
    refused(&compose(format!("services:\n{services}")), "dependency-cycle-invalid");
}

#[test]
fn much_of_everything() {
    let many = 100_000;
    written(&compose(format!("{HEAD}#{}\n", "#".repeat(100_000_000))));
    written(&compose(format!("{HEAD}x-scalar: {}\n", "a".repeat(1_000_000))));
    written(&compose(format!("{HEAD}x-number: {}\n", "9".repeat(1_000_000))));
    written(&compose(format!("{HEAD}x-list:\n{}", "- a\n".repeat(many))));
    refused(&compose(format!("{HEAD}x-list:\n{}", "- a\n".repeat(10 * many))), "project-size-invalid");
    // Long files may have more values than that: what counts is how densely they stand.
    written(&compose(format!("{HEAD}x-list:\n{}", "- aaaaaaaaaaaa\n".repeat(11 * many))));
    let mounts: String = (0..2 * many).map(|i| format!("      - ./{i}:/{i}\n")).collect();
    refused(&compose(format!("{HEAD}    volumes:\n{mounts}")), "project-size-invalid");
    written(&compose(format!("{HEAD}    environment:\n      A: \"{}\"\n", "$$".repeat(many))));
    written(&compose(format!(
        "{HEAD}    environment:\n      A: \"\\t{}\"\n",
        (0..many).map(|i| format!("${{A{i}}} ")).collect::<String>()
    )));
    written(&compose(format!("{HEAD}    environment:\n      A: {}\n", "${A} ".repeat(many))));
    written(&compose(vec!["services: {a: {image: nginx}}\n"; 5_000].join("---\n")));
    let unknown: String = (0..many / 5).map(|i| format!("    k{i}: 1\n")).collect();
    refused(&compose(format!("{HEAD}{unknown}")), "attribute-unknown");
    let names: Vec<String> = (0..many / 5).map(|i| format!("n{i}")).collect();
    let declared: String = (0..many / 5).map(|i| format!("  m{i}: {{environment: A}}\n")).collect();
    refused(&compose(format!("{HEAD}    secrets: [{}]\nsecrets:\n{declared}", names.join(","))), "secret-unknown");
}

#[test]
fn long_lists_of_every_kind() {
    let many = 20_000;
    let list = |item: &dyn Fn(usize) -> String| (0..many).map(|i| format!("\n      - {}", item(i))).collect::<String>();
    for key in ["tmpfs", "profiles", "cap_add", "labels", "environment", "dns_search"] {
        let loaded = compose(format!("{HEAD}    {key}:{}\n  b: {{image: b}}\n", list(&|i| format!("a{i}=b"))));
        assert!(!codes(&loaded).contains(&"project-size-invalid"), "{key}");
    }
    refused(&compose(format!("{HEAD}    networks:{}\n", list(&|i| format!("n{i}")))), "network-unknown");
    refused(&compose(format!("{HEAD}    volumes:{}\n", list(&|i| format!("v{i}:/{i}")))), "volume-unknown");
    // Each becomes a mapping, and takes the memory of several values.
    let names: String = (0..220_000).map(|i| format!("s{i},")).collect();
    refused(&compose(format!("{HEAD}    depends_on: [{names}]\n")), "project-size-invalid");
    let pairs: String = (0..many / 2).map(|i| format!("      - A={i}\n")).collect();
    written(&compose(format!("{HEAD}    environment:\n{pairs}")));
}

/// Faults by the hundred thousand: told up to a number that nobody reads.
#[test]
fn more_faults_than_anybody_reads() {
    let many = 15_000;
    let told = |text: String, code: &str| {
        let translation = compose(text);
        refused(&translation, code);
        assert_eq!(codes(&translation).len(), 10_000, "{code}");
    };
    let lines = |line: &dyn Fn(usize) -> String| (0..many).map(|i| format!("      {}\n", line(i))).collect::<String>();
    told(format!("{HEAD}    environment:\n{}", lines(&|_| "A: b".to_owned())), "yaml-key-conflicting");
    told(format!("{HEAD}    environment:\n{}", lines(&|i| format!("{i}: b"))), "yaml-key-invalid");
    told(format!("{HEAD}    environment:\n{}", lines(&|i| format!("A{i}: ${{B{i}:?no}}"))), "required-variable-missing");
    told(format!("{HEAD}    environment:\n{}", lines(&|i| format!("A{i}: ${{B!}}"))), "variable-invalid");
    told(format!("services:\n{}", (0..many).map(|i| format!("  s{i}: {{}}\n")).collect::<String>()), "image-missing");
    let unset = compose(format!("{HEAD}    environment:\n{}", lines(&|i| format!("A{i}: $B{i}"))));
    written(&unset);
    let of_unset = unset.diagnostics.iter().filter(|diagnostic| diagnostic.code.name == "unset-variable-approximated");
    let messages: Vec<&str> = of_unset.map(|diagnostic| diagnostic.message.as_str()).collect();
    assert_eq!(messages.len(), 10_001);
    assert!(messages.last().is_some_and(|last| last.contains("5000 uses")), "{:?}", messages.last());
    // Each gets a network, a command and so on by default.
    let services: String = (0..340_000).map(|i| format!("  s{i}: {{}}\n")).collect();
    refused(&compose(format!("services:\n{services}")), "project-size-invalid");
    let includes = (0..many).map(|i| format!("  - b{i}.yaml\n")).collect::<String>();
    refused(&compose(format!("include:\n{includes}{HEAD}")), "include-nesting-invalid");
}

/// A large file beside a small one that has it read over and over.
#[test]
fn files_that_are_read_again_and_again() {
    let comment = "#".repeat(2_000_000);
    let service = format!("services: {{b: {{image: b}}}}\n{comment}\n");
    let services = |with: &str| (0..2_000).map(|i| format!("  s{i}: {{image: x, {with}}}\n")).collect::<String>();
    for (text, other, content) in [
        (format!("include:\n{}{HEAD}", "  - b.yaml\n".repeat(2_000)), "b.yaml", service.clone()),
        (format!("include:\n{}{HEAD}", "  - {path: b.yaml, env_file: e.env}\n".repeat(2_000)), "e.env", comment.clone()),
        ("services: {a: {extends: {file: b.yaml, service: b}}}\n---\n".repeat(2_000), "b.yaml", service),
        (format!("services:\n{}", services("env_file: e.env")), "e.env", comment.clone()),
        (format!("services:\n{}", services("label_file: e.env")), "e.env", comment),
        (format!("services:\n{}", services("label_file: e.env")), "e.env", (0..50_000).map(|i| format!("A{i}=b\n")).collect()),
    ] {
        let mut files = vec![("b.yaml", b"services: {b: {image: b}}\n".to_vec()), ("compose.yaml", text.into_bytes())];
        files.retain(|(name, _)| *name != other);
        files.push((other, content.into_bytes()));
        refused(&run(&files), "project-size-invalid");
    }
    let documents = (0..10_000).map(|i| format!("services: {{s{i}: {{image: x}}}}\n---\n")).collect::<String>();
    let extending = "services: {a: {extends: {file: b.yaml, service: s7}}}\n";
    written(&run(&[("compose.yaml", extending.into()), ("b.yaml", documents.into_bytes())]));
    let variables = (0..100_001).map(|i| format!("A{i}=b\n")).collect::<String>();
    refused(&run(&[("compose.yaml", HEAD.into()), (".env", variables.into_bytes())]), "env-file-invalid");
}

#[test]
fn tools_with_many_labels() {
    let jobs: String = (0..40_000)
        .map(|i| format!("      ofelia.job-exec.j{i}.schedule: \"@daily\"\n      ofelia.job-exec.j{i}.command: date\n"))
        .collect();
    let engine = "  ofelia: {image: mcuadros/ofelia, command: daemon --docker, volumes: [/var/run/docker.sock:/var/run/docker.sock]}\n";
    written(&compose(format!("{HEAD}    labels:\n      ofelia.enabled: \"true\"\n{jobs}{engine}")));
}

/// What a conversion does once for each of these must not go through all the others.
#[test]
fn many_labels_hooks_and_patches() {
    let many = 20_000;
    let lines = |line: &dyn Fn(usize) -> String| (0..many).map(|i| format!("      {}\n", line(i))).collect::<String>();
    let unknown = compose(format!("{HEAD}    labels:\n{}", lines(&|i| format!("kompose.service.k{i}: a"))));
    assert_eq!(codes(&unknown).iter().filter(|code| **code == "kompose-label-unknown").count(), many);
    written(&compose(format!("{HEAD}    labels:\n{}", lines(&|i| format!("caddy_{i}: a{i}.example.com")))));
    let keys = compose(format!("{HEAD}    x-transship:\n{}", lines(&|i| format!("k{i}: a"))));
    assert_eq!(codes(&keys).iter().filter(|code| **code == "extension-key-unknown").count(), 10_000);
    written(&compose(format!("{HEAD}    pre_start:\n{}", (0..5_000).map(|_| "      - {image: b, command: c}\n").collect::<String>())));
    let patch = "x-transship: {patches: [{kind: Deployment, patch: {metadata: {annotations: {a: b}}}}]}";
    let patched: String = (0..2_000).map(|i| format!("  s{i}: {{image: b, {patch}}}\n")).collect();
    written(&compose(format!("services:\n{patched}")));
}

#[test]
fn bytes_that_are_no_text() {
    refused(&compose(b"services:\n  a: {image: \xff\xfe}\n".to_vec()), "compose-file-invalid");
    refused(&compose(format!("{HEAD}x-a: \0\0\0\n")), "yaml-syntax-invalid");
    refused(&compose("\0"), "yaml-syntax-invalid");
}

#[test]
fn line_ends_and_marks_of_other_systems() {
    let plain = compose(format!("{HEAD}    environment: {{A: b}}\n    command: |\n      one\n      two\n"));
    let windows = compose(format!("\u{feff}{HEAD}    environment: {{A: b}}\n    command: |\n      one\n      two\n").replace('\n', "\r\n"));
    assert_eq!(plain.objects, windows.objects);
    written(&plain);
}
