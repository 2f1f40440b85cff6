//! What is too big for a snapshot: big files, many mounts, folders that must not be read.

use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use transship::{Files, Input, Kind, MemoryFiles, Options, Selection, Translation, translate};

fn run(files: &dyn Files) -> Translation {
    let input = Input { files, environment: Default::default(), working_folder: "/work/shop".to_owned(), selection: Selection::default() };
    translate(&input, &Options::default())
}

fn names(translation: &Translation) -> Vec<&'static str> {
    translation.diagnostics.iter().map(|diagnostic| diagnostic.code.name).collect()
}

fn kinds(translation: &Translation) -> Vec<&str> {
    translation.objects.iter().map(|object| object.kind).collect()
}

fn one_mount(entry: &str) -> MemoryFiles {
    let mut files = MemoryFiles::new();
    files.add("/work/shop/compose.yaml", format!("services: {{web: {{image: nginx, volumes: ['{entry}']}}}}"), false);
    files
}

#[test]
fn a_file_over_a_quarter_of_a_mebibyte_is_told_and_mounted() {
    let mut files = one_mount("./big.txt:/big.txt:ro");
    files.add("/work/shop/big.txt", "x".repeat(300 * 1024), false);
    let translation = run(&files);
    assert!(names(&translation).contains(&"mounted-files-approximated"));
    assert!(kinds(&translation).contains(&"ConfigMap"));
}

#[test]
fn a_file_over_a_mebibyte_is_an_error_and_the_rest_is_translated() {
    let mut files = one_mount("./big.txt:/big.txt:ro");
    files.add("/work/shop/big.txt", "x".repeat(2 * 1024 * 1024), false);
    let translation = run(&files);
    assert!(names(&translation).contains(&"mounted-files-invalid"));
    assert!(kinds(&translation).contains(&"Deployment") && !kinds(&translation).contains(&"ConfigMap"));
}

#[test]
fn a_folder_with_thousands_of_files_is_an_error() {
    let mut files = one_mount("./site:/site:ro");
    for i in 0..5_000 {
        files.add(format!("/work/shop/site/{i}/page.html"), "x", false);
    }
    assert!(names(&run(&files)).contains(&"mounted-files-invalid"));
}

/// Files that remember where somebody looked.
struct Watched {
    inner: MemoryFiles,
    seen: Mutex<Vec<String>>,
}

impl Watched {
    fn note(&self, path: &str) {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).push(path.to_owned());
    }
}

impl Files for Watched {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        self.note(path);
        self.inner.read(path)
    }

    fn list(&self, path: &str) -> Vec<String> {
        self.note(path);
        self.inner.list(path)
    }

    fn kind(&self, path: &str) -> Kind {
        self.inner.kind(path)
    }
}

#[test]
fn nothing_outside_of_the_project_is_read() {
    let mut inner = MemoryFiles::new();
    let mounts = ["/:/all", "/etc:/host-etc", "/root/.ssh:/ssh:ro", "..:/around", "../..:/further", "/tmp:/tmp:ro", "./conf:/conf:ro"];
    inner.add("/work/shop/compose.yaml", format!("services: {{web: {{image: nginx, volumes: {mounts:?}}}}}"), false);
    inner.add("/work/shop/conf/a.conf", "a", false);
    for path in ["/etc/shadow", "/root/.ssh/id_rsa", "/work/other/secret", "/tmp/secret"] {
        inner.add(path, "secret", false);
    }
    let files = Watched { inner, seen: Mutex::default() };
    let translation = run(&files);
    assert!(kinds(&translation).contains(&"ConfigMap"), "{:?}", names(&translation));
    let seen = files.seen.into_inner().expect("no other thread");
    let outside: Vec<_> = seen.iter().filter(|path| !path.starts_with("/work/shop/")).filter(|path| *path != "/work/shop").collect();
    assert!(outside.is_empty(), "{outside:?}");
}

#[test]
fn each_of_many_mounts_and_sharers_gets_its_claim() {
    let mut text = String::from("services:\n  one:\n    image: nginx\n    volumes:\n");
    for i in 0..1_000 {
        let _ = writeln!(text, "      - ./data{i}:/data{i}\n      - v{i}:/v{i}");
    }
    for i in 0..500 {
        let _ = writeln!(text, "  s{i}:\n    image: nginx\n    env_file: common.env\n    volumes: ['shared:/s', './f.conf:/f.conf']");
    }
    text.push_str("volumes:\n  shared:\n");
    for i in 0..1_000 {
        let _ = writeln!(text, "  v{i}:");
    }
    let mut files = MemoryFiles::new();
    files.add("/work/shop/compose.yaml", text, false);
    files.add("/work/shop/common.env", "A=1\nB_PASSWORD=2\n", false);
    files.add("/work/shop/f.conf", "f", false);
    let translation = run(&files);
    let claims = kinds(&translation).iter().filter(|kind| **kind == "PersistentVolumeClaim").count();
    assert_eq!(claims, 2_001);
}
