//! `transship data`: the script is what was asked for, and does what it says, with stand-ins for docker and kubectl that work on folders.
#![cfg(test)]
#![cfg(target_os = "linux")]

mod project;

use project::{Done, Project};
use snapbox::cmd::Command;
use std::os::unix::fs::PermissionsExt as _;
use std::{env, fs};

const SHOP: &str = "\
services:
  web:
    image: example/web:1
    restart: always
    volumes: [\"files:/files\", \"./data:/var/lib/things\"]
  db:
    image: postgres:16
    restart: always
    volumes: [\"db:/var/lib/postgresql/data\"]
volumes: {files: {}, db: {}}
";

/// Containers are this machine: a mounted folder is one below `docker/` or `cluster/`, put into commands by its path.
const DOCKER: &str = r#"#!/bin/sh
case $1 in
ps) cat "$ROOT/running" 2>/dev/null; exit 0 ;;
volume) test -d "$ROOT/docker/$3"; exit ;;
exec) shift; [ "$1" != --interactive ] || shift; shift; SIDE=docker exec "$@" ;;
esac
shift
while :; do
  case $1 in
  --rm) shift ;;
  --network) shift 2 ;;
  --mount) mount=$2; shift 2 ;;
  *) break ;;
  esac
done
source=${mount#*source=}
source=${source%%,*}
case $mount in type=volume*) source=$ROOT/docker/$source ;; esac
command=$(printf '%s' "$4" | sed "s#/from#$source#g")
shift 4
arguments=$(printf '%s' "${2:-}" | sed "s#/from#$source#g")
sh -c "$command" sh "$arguments" "${3:-}"
if [ -e "$ROOT/torn" ]; then echo more >>"$source/plain"; fi
"#;
const KUBECTL: &str = r#"#!/bin/sh
while :; do case $1 in --namespace | --context) shift 2 ;; *) break ;; esac; done
echo "$*" | head -n 1 >>"$ROOT/log"
case $1 in
get)
  case $2 in
  Deployment) echo "web 2 " ;;
  StatefulSet) echo "db 1 " ;;
  persistentvolumeclaim) test -d "$ROOT/cluster/$3" ;;
  esac ;;
create) sed -n 's/.*claimName: //p' >"$ROOT/claim" ;;
exec)
  shift
  [ "$1" != --stdin ] || shift
  case $1 in
  transship-copy)
    to=$ROOT/cluster/$(cat "$ROOT/claim")
    command=$(printf '%s' "$5" | sed "s#/to#$to#g")
    shift 6
    folder=$(printf '%s' "$1" | sed "s#/to#$to#g")
    sh -c "$command" sh "$folder" "${2:-}" ;;
  *) shift 4; SIDE=cluster exec "$@" ;;
  esac ;;
esac
"#;

/// Databases are files: `<side>-<name>`; what is said to a server is in `<side>-said`.
const PSQL: &str = "#!/bin/sh\ncase $* in *datname*) echo shop ;; *) cat >>\"$ROOT/$SIDE-said\" ;; esac\n";
const PG_DUMP: &str =
    "#!/bin/sh\nfor name; do :; done\ncase $* in *--create*) echo \"create $name\" ;; *) cat \"$ROOT/docker-$name\" ;; esac\n";
const PG_RESTORE: &str = "#!/bin/sh\nfor name; do :; done\ncat >\"$ROOT/cluster-$name\"\n";

/// A project with its script, and the machine that the script works on.
fn shop() -> Project {
    let project = Project::new(&[("compose.yaml", SHOP), ("data/file", "data\n")]);
    for (path, content) in [
        ("docker/shop_files/plain", "a\n"),
        ("docker/shop_files/deep/with space", "b\n"),
        ("docker/shop_db/PG_VERSION", "16\n"),
        ("cluster/files/lost+found/x", ""),
        ("cluster/web-var-lib-things/lost+found/x", ""),
        ("cluster/db/lost+found/x", ""),
    ] {
        project.put(path, content);
    }
    let program = |name: &str, text: &str| {
        project.put(&format!("bin/{name}"), text);
        fs::set_permissions(project.0.join("bin").join(name), fs::Permissions::from_mode(0o755)).unwrap();
    };
    let nothing = "#!/bin/sh\nexit 0\n";
    for (name, text) in [
        ("docker", DOCKER),
        ("kubectl", KUBECTL),
        ("psql", PSQL),
        ("pg_dump", PG_DUMP),
        ("pg_dumpall", nothing),
        ("createdb", nothing),
        ("pg_restore", PG_RESTORE),
    ] {
        program(name, text);
    }
    fs::set_permissions(project.0.join("docker/shop_files/plain"), fs::Permissions::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink("plain", project.0.join("docker/shop_files/link")).unwrap();
    project.run("data --script copy.sh").ends_with(0);
    project
}

fn copy(project: &Project, args: &str) -> Done {
    let path = format!("{}:{}", project.0.join("bin").display(), env::var("PATH").unwrap());
    let script = Command::new(project.0.join("copy.sh")).current_dir(&project.0).env_clear();
    Done::of(script.env("PATH", path).env("ROOT", &project.0).args(args.split_whitespace()))
}

/// How often kubectl was asked for something that begins so.
fn asked(project: &Project, for_what: &str) -> usize {
    project.get("log").lines().filter(|line| line.starts_with(for_what)).count()
}

#[test]
fn the_script_goes_to_standard_output_or_to_a_file_that_can_be_run() {
    let project = Project::new(&[("compose.yaml", SHOP)]);
    let printed = project.run("data").ends_with(0);
    assert!(printed.out.starts_with("#!/bin/sh\n") && printed.err.is_empty(), "{}", printed.err);
    let told = project.run("data --script copy.sh").ends_with(0).err;
    assert!(told.contains("wrote copy.sh"), "{told}");
    assert_eq!(project.get("copy.sh"), printed.out);
    assert!(fs::metadata(project.0.join("copy.sh")).unwrap().permissions().mode() & 0o100 != 0);
    let checked = Done::of(Command::new("sh").arg("-n").arg(project.0.join("copy.sh"))).ends_with(0);
    assert_eq!(checked.err, "");
    project.run("data --script copy.sh").ends_with(0);
    project.put("copy.sh", "mine\n");
    let refused = project.run("data --script copy.sh").ends_with(1).err;
    assert!(refused.contains("--force replaces it") && project.get("copy.sh") == "mine\n", "{refused}");
    project.run("data --script copy.sh --force").ends_with(0);
    assert_eq!(project.get("copy.sh"), printed.out);
}

#[test]
fn a_project_without_claims_has_no_script() {
    let project = Project::new(&[("compose.yaml", "services: {web: {image: nginx}}\n")]);
    let done = project.run("data").ends_with(0);
    assert!(done.out.is_empty() && done.err.contains("nothing to copy"), "{}", done.err);
    let broken = Project::new(&[("compose.yaml", "services: {web: {imagee: nginx}}\n")]);
    assert!(broken.run("data").ends_with(1).err.contains("attribute-unknown"));
}

#[test]
fn everything_is_copied_and_runs_again() {
    let project = shop();
    let done = copy(&project, "--namespace demo --context here").ends_with(0);
    assert_eq!(done.err.matches("copied and compared").count(), 3, "{}", done.err);
    assert_eq!(project.get("cluster/files/deep/with space"), "b\n");
    assert_eq!(project.get("cluster/files/link"), "a\n");
    assert_eq!(fs::metadata(project.0.join("cluster/files/plain")).unwrap().permissions().mode() & 0o7777, 0o640);
    assert_eq!(project.get("cluster/web-var-lib-things/file"), "data\n");
    assert_eq!(project.get("cluster/db/data/PG_VERSION"), "16\n");
    for (what, times) in [
        ("scale Deployment/web --replicas=0", 1),
        ("scale Deployment/web --replicas=2", 1),
        ("scale StatefulSet/db --replicas=1", 1),
        ("create", 3),
        ("delete pod transship-copy", 3),
    ] {
        assert_eq!(asked(&project, what), times, "{what}:\n{}", project.get("log"));
    }
}

#[test]
fn what_is_there_already_stays_unless_it_may_go() {
    let project = shop();
    project.put("cluster/files/old", "old\n");
    let refused = copy(&project, "").ends_with(1).err;
    assert!(refused.contains("files: the claim holds something already: --replace empties it"), "{refused}");
    // Nothing is left behind, and everything runs again.
    assert_eq!((asked(&project, "create"), asked(&project, "delete pod"), asked(&project, "scale Deployment/web --replicas=2")), (1, 1, 1));
    copy(&project, "--replace --only files").ends_with(0);
    assert_eq!(project.names("cluster/files"), ["deep", "link", "lost+found", "plain"]);
    assert_eq!(project.names("cluster/db"), ["lost+found"]);
}

#[test]
fn a_source_that_changes_meanwhile_is_told() {
    let project = shop();
    project.put("torn", "");
    let told = copy(&project, "--only files").ends_with(1).err;
    assert!(told.contains("files: the copy differs from the source"), "{told}");
    assert_eq!(asked(&project, "delete pod"), 1);
}

#[test]
fn containers_that_run_are_told() {
    let project = shop();
    project.put("running", "4711\n");
    let told = copy(&project, "").ends_with(1).err;
    assert!(told.contains("files: the container of service web runs: docker compose stop, or --live"), "{told}");
    assert_eq!(asked(&project, "create"), 0);
    copy(&project, "--live --only files").ends_with(0);
}

#[test]
fn a_dry_run_changes_nothing() {
    let project = shop();
    let done = copy(&project, "--dry-run --dump").ends_with(1);
    assert!(done.err.contains("docker compose up -d db"), "{}", done.err);
    let done = copy(&project, "--dry-run").ends_with(0);
    assert!(done.err.contains("would copy volume shop_db into claim db, folder data"), "{}", done.err);
    assert_eq!((asked(&project, "scale"), asked(&project, "create"), asked(&project, "exec")), (0, 0, 0));
}

#[test]
fn a_database_can_be_dumped_and_restored() {
    let project = shop();
    project.put("running", "4711\n");
    project.put("docker-shop", "tables\n");
    let done = copy(&project, "--dump --only db").ends_with(0);
    assert!(done.err.contains("db: restored"), "{}", done.err);
    assert_eq!(project.get("cluster-shop"), "tables\n");
    assert_eq!(project.get("cluster-said"), "create shop\n");
    assert_eq!(asked(&project, "create"), 0);
    fs::remove_file(project.0.join("docker-shop")).unwrap();
    let told = copy(&project, "--dump --only db").ends_with(1).err;
    assert!(told.contains("db: the dump was not taken"), "{told}");
}

#[test]
fn a_wrong_command_line_is_told() {
    let project = shop();
    for args in ["--what", "--only", "--timeout soon"] {
        assert!(copy(&project, args).ends_with(2).err.contains("try --help"), "{args}");
    }
    assert!(copy(&project, "--help").ends_with(0).out.contains("--dry-run"));
    assert!(!project.0.join("log").exists());
}
