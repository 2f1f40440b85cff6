//! Bind mounts: what stands behind a path of the host, and what becomes of it.

use crate::compose::Service;
use crate::input::{Files, Kind};
use crate::plan::workload::image::{is_below, known};
use crate::text::path;

/// What becomes of a bind mount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bind {
    /// A file of the project: a key of a ConfigMap or Secret.
    File,
    /// A folder of the project: keys of a ConfigMap.
    Folder,
    /// A folder of the project that the service writes to: a claim.
    Data(Data),
    /// A file of the project that does not exist.
    MissingFile,
    /// What the image is built from: the image has it.
    Code,
    /// A folder that the project lies in.
    AroundProject,
    /// A socket or device of the project, or a link out of it.
    Unreadable,
    /// The container engine's socket or folder.
    Engine,
    /// The host's time zone.
    Clock,
    /// A part of the host that only the host has: its processes, devices, logs.
    Node,
    /// The host's shared memory.
    SharedMemory,
    /// Any other folder of the host.
    HostFolder,
    /// Any other file of the host.
    HostFile,
}

/// Why a folder of the project holds data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Data {
    /// It does not exist.
    Missing,
    /// It has no files.
    Empty,
    /// It has files, and its name or target says that the service writes there.
    Kept,
}

/// Parts of the host that only the host has. With `true`, everything below as well.
const NODE: &[(&str, bool)] = &[
    ("/proc", true),
    ("/sys", true),
    ("/dev", true),
    ("/cgroup", true),
    ("/lib/modules", true),
    ("/usr/src", false),
    ("/boot", false),
    ("/run", false),
    ("/var/run", false),
    ("/run/udev", true),
    ("/run/dbus", true),
    ("/var/run/dbus", true),
    ("/run/systemd", true),
    ("/run/log/journal", true),
    ("/var/log", false),
    ("/var/log/journal", true),
    ("/var/log/pods", true),
    ("/var/log/containers", true),
    ("/etc/machine-id", false),
    ("/etc/os-release", false),
];

/// Names of folders that a service writes to.
const DATA_NAMES: &[&str] = &[
    "data",
    "db",
    "database",
    "databases",
    "dbdata",
    "datadir",
    "storage",
    "store",
    "uploads",
    "upload",
    "media",
    "logs",
    "log",
    "cache",
    "backup",
    "backups",
    "dump",
    "dumps",
    "volumes",
    "volume",
    "state",
    "tmp",
    "temp",
    "run",
    "persist",
    "persistent",
    "pgdata",
    "downloads",
    "letsencrypt",
    "acme",
    "recordings",
];

/// Folders of a container that hold data.
const DATA_TARGETS: &[&str] =
    &["/var/lib", "/data", "/var/log", "/var/backups", "/backup", "/backups", "/var/cache", "/var/spool", "/var/mail"];

/// Folders of a container that hold the code of an image that a project builds.
const CODE_TARGETS: &[&str] = &[
    "/app",
    "/usr/src",
    "/src",
    "/code",
    "/workspace",
    "/workdir",
    "/var/www",
    "/srv",
    "/go/src",
    "/opt/app",
    "/usr/app",
    "/home",
    "/usr/share/nginx/html",
];

/// Files without an extension.
const FILE_NAMES: &[&str] = &[
    "hosts",
    "hostname",
    "passwd",
    "group",
    "shadow",
    "resolv.conf",
    "machine-id",
    "localtime",
    "timezone",
    "os-release",
    "Caddyfile",
    "Dockerfile",
    "Makefile",
    "Corefile",
    "Gemfile",
    "Procfile",
    "Jenkinsfile",
    "htpasswd",
    ".htpasswd",
    ".env",
    ".bashrc",
    ".bash_history",
    ".profile",
    ".gitconfig",
    ".gitignore",
    ".netrc",
    ".npmrc",
    ".pgpass",
    ".my.cnf",
    ".vimrc",
    ".zshrc",
    "id_rsa",
    "id_ed25519",
    "known_hosts",
    "authorized_keys",
    "kubeconfig",
    "crontab",
    "sudoers",
    "docker-entrypoint",
    "entrypoint",
    "ash_history",
];

/// Endings of folder names that look like extensions.
const FOLDER_ENDINGS: &[&str] = &["d", "com", "org", "net", "io", "dev", "local", "lan", "app", "git", "wants", "localhost"];

/// Endings of files that people write.
const CONFIG_ENDINGS: &[&str] = &[
    "json",
    "yml",
    "yaml",
    "conf",
    "cfg",
    "cnf",
    "toml",
    "ini",
    "env",
    "xml",
    "properties",
    "sh",
    "sql",
    "js",
    "ts",
    "css",
    "html",
    "htm",
    "py",
    "rb",
    "php",
    "lua",
    "tmpl",
    "tpl",
    "template",
    "j2",
    "rules",
    "md",
    "txt",
    "vcl",
    "hcl",
    "config",
    "service",
    "cypher",
    "graphql",
    "proto",
    "groovy",
];

/// What becomes of the path `source` of the host that `service` mounts at `target`.
///
/// `written` is the path as it stands in the user's file: a relative one belongs to the project even outside of its folder.
pub(crate) fn classify(
    files: &dyn Files,
    folder: &str,
    service: &Service,
    source: &str,
    written: &str,
    target: &str,
    read_only: bool,
) -> Bind {
    if let Some(bind) = classify_host(source, target) {
        return bind;
    }
    if !in_project(folder, source, written) {
        let file = names_file(source) || names_file(target);
        return if file { Bind::HostFile } else { Bind::HostFolder };
    }
    if source != folder && is_below(folder, source) && !is_code(service, source, target) {
        return Bind::AroundProject;
    }
    match files.kind(source) {
        Kind::File { .. } => Bind::File,
        Kind::Other => Bind::Unreadable,
        Kind::Missing if names_file(source) || names_file(target) => Bind::MissingFile,
        Kind::Missing => Bind::Data(Data::Missing),
        Kind::Folder if is_code(service, source, target) => Bind::Code,
        Kind::Folder if is_empty(files, source) => Bind::Data(Data::Empty),
        Kind::Folder if !read_only && is_data(files, service, source, target) => Bind::Data(Data::Kept),
        Kind::Folder => Bind::Folder,
    }
}

/// Paths that mean the same on every host.
pub(crate) fn classify_host(source: &str, target: &str) -> Option<Bind> {
    let name = path::file_name(source);
    let engine_socket = name.ends_with(".sock") && ["docker", "podman", "containerd"].iter().any(|engine| name.contains(engine));
    if engine_socket || ["/var/lib/docker", "/var/lib/containerd", "/var/lib/containers", "/etc/docker"].iter().any(|f| is_below(source, f))
    {
        return Some(Bind::Engine);
    }
    let clock = |path: &str| matches!(path, "/etc/localtime" | "/etc/timezone") || is_below(path, "/usr/share/zoneinfo");
    if clock(source) || matches!(target, "/etc/localtime" | "/etc/timezone") {
        return Some(Bind::Clock);
    }
    if source == "/dev/shm" {
        return Some(Bind::SharedMemory);
    }
    // Monitoring agents look at their host under these paths.
    let agent = ["/host", "/hostfs", "/rootfs"].iter().any(|folder| is_below(target, folder)) && source.starts_with('/');
    let node = |(path, below): &(&str, bool)| if *below { is_below(source, path) } else { source.trim_end_matches('/') == *path };
    let system = ["/etc", "/var", "/usr", "/run", "/sys", "/lib"].iter().any(|folder| is_below(source, folder));
    (source == "/" || agent && system || NODE.iter().any(node)).then_some(Bind::Node)
}

/// Does the path belong to the project: because it lies in its folder, or because it is written relative to a file of the project?
fn in_project(folder: &str, source: &str, written: &str) -> bool {
    let written = written.trim_start_matches(['"', '\'', '-', ' ']);
    let relative = match written.chars().next() {
        None | Some('/' | '~') => false,
        Some('$') => written.contains("./"),
        Some(_) => written.starts_with('.'),
    };
    relative || folder != "/" && is_below(source, folder)
}

/// Is it what the service's image is built from? The context itself or around it; below it only where the image has its code.
fn is_code(service: &Service, source: &str, target: &str) -> bool {
    let Some(context) = service.build.as_ref().and_then(|build| build.context.as_ref()) else { return false };
    if is_below(&context.value, source) {
        return true;
    }
    let code = |folder: &str| is_below(target, folder);
    let at_code = CODE_TARGETS.iter().any(|folder| code(folder))
        || service.container.working_dir.as_ref().is_some_and(|w| w.value != "/" && code(&w.value));
    is_below(source, &context.value) && at_code && !names_data(source) && !names_data(target)
}

/// Has the folder no files but those that keep it in version control? Looks at a few levels and names only.
fn is_empty(files: &dyn Files, folder: &str) -> bool {
    let mut left = 64_usize;
    let mut folders = vec![(folder.to_owned(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        for name in files.list(&folder) {
            left = left.saturating_sub(1);
            if left == 0 {
                return false;
            }
            let path = path::join(&folder, &name);
            match files.kind(&path) {
                Kind::Folder if depth < 4 => folders.push((path, depth + 1)),
                Kind::File { .. }
                    if matches!(name.as_str(), ".gitkeep" | ".keep" | ".gitignore" | ".placeholder" | ".empty" | ".DS_Store") => {}
                Kind::Missing | Kind::Other => {}
                _ => return false,
            }
        }
    }
    true
}

/// Does the service write to the folder, rather than read what people wrote there?
fn is_data(files: &dyn Files, service: &Service, source: &str, target: &str) -> bool {
    let known = service.container.image.as_ref().and_then(|image| known(&image.value));
    let target = target.trim_end_matches('/');
    if known
        .is_some_and(|k| (k.fills || k.stateful) && k.folders.iter().any(|f| *f == target && !f.starts_with("/etc") && !f.contains("conf")))
    {
        return true;
    }
    let name = path::file_name(target).to_ascii_lowercase();
    if target.starts_with("/etc/") && !is_below(target, "/etc/letsencrypt") || name.contains("conf") || name.contains("init") {
        return false;
    }
    if names_data(source) || names_data(target) {
        return true;
    }
    DATA_TARGETS.iter().any(|folder| is_below(target, folder)) && !is_written_by_people(files, source)
}

/// Is the last part of the path a name for data?
pub(crate) fn names_data(path: &str) -> bool {
    let name = path::file_name(path).trim_start_matches('.').to_ascii_lowercase();
    let last = name.rsplit(['-', '_']).next().unwrap_or(&name);
    DATA_NAMES.contains(&name.as_str()) || DATA_NAMES.contains(&last)
}

/// Has the folder only files that people write? Looks at the names of its first level and the next.
fn is_written_by_people(files: &dyn Files, folder: &str) -> bool {
    let known =
        |name: &str| name.rsplit_once('.').is_some_and(|(_, ending)| CONFIG_ENDINGS.contains(&ending.to_ascii_lowercase().as_str()));
    let all = |folder: &str, deeper: &dyn Fn(&str) -> bool| {
        files.list(folder).iter().take(64).all(|name| match files.kind(&path::join(folder, name)) {
            Kind::File { .. } => known(name) || name.starts_with('.'),
            Kind::Folder => deeper(&path::join(folder, name)),
            _ => true,
        })
    };
    all(folder, &|below| all(below, &|_| true))
}

/// A path as the user knows it: a path of the project as seen from its folder, any other one whole.
pub(crate) fn shown(folder: &str, path: &str, bind: Option<Bind>) -> String {
    let of_project = matches!(bind, Some(Bind::File | Bind::Folder | Bind::Data(_) | Bind::MissingFile | Bind::Code | Bind::Unreadable));
    let mut base = folder.to_owned();
    let mut up = ".".to_owned();
    for _ in 0..3 {
        if let Some(below) = path::relative_to(path, &base) {
            return if below == "." { up } else { format!("{up}/{below}") };
        }
        base = path::parent(&base);
        if !of_project || base == "/" {
            break;
        }
        up = if up == "." { "..".to_owned() } else { format!("{up}/..") };
    }
    path.to_owned()
}

/// Does the last part of the path name a file rather than a folder?
pub(crate) fn names_file(path: &str) -> bool {
    let name = path::file_name(path);
    if FILE_NAMES.contains(&name) || name.ends_with(".sock") {
        return true;
    }
    // `.kube/config` and `.docker/config` are files without an ending.
    if name == "config" && [".kube", ".aws", ".ssh"].contains(&path::file_name(&path::parent(path))) {
        return true;
    }
    let Some((stem, ending)) = name.rsplit_once('.') else { return false };
    let plausible = !ending.is_empty()
        && ending.len() <= 10
        && ending.chars().all(|c| c.is_ascii_alphanumeric())
        && !ending.chars().all(|c| c.is_ascii_digit());
    !stem.is_empty() && plausible && !FOLDER_ENDINGS.contains(&ending)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_file_or_folder() {
        for file in
            ["/etc/hosts", "/x/a.conf", "/acme.json", "/h/.kube/config", "/x/.env", "/run/x.sock", "/x/prometheus.yml", "/b/server.key"]
        {
            assert!(names_file(file), "{file}");
        }
        for folder in ["/srv/data", "/etc/conf.d", "/srv/example.com", "/opt/app-1.2", "/h/.ssh", "/", "/h/.config", "/x/postgres.16"] {
            assert!(!names_file(folder), "{folder}");
        }
    }

    #[test]
    fn a_relative_path_belongs_to_the_project() {
        for (source, written, expected) in [
            ("/p/conf", "./conf", true),
            ("/shared/conf", "../shared/conf", true),
            ("/shared/conf", "\"../shared/conf:/etc/app\"", true),
            ("/shared/conf", "${DIR:-../shared/conf}", true),
            ("/srv/conf", "/srv/conf", false),
            ("/srv/conf", "${DIR}", false),
            ("/p/conf", "${PWD}/conf", true),
            ("/home/me/.ssh", "~/.ssh", false),
        ] {
            assert_eq!(in_project("/p", source, written), expected, "{written}");
        }
    }

    #[test]
    fn paths_are_shown_as_the_user_knows_them() {
        for (path, bind, expected) in [
            ("/a/p", Some(Bind::Code), "."),
            ("/a/p/conf", Some(Bind::Folder), "./conf"),
            ("/a/shared/x", Some(Bind::File), "../shared/x"),
            ("/srv/x", Some(Bind::HostFolder), "/srv/x"),
            ("/srv/x", Some(Bind::File), "/srv/x"),
        ] {
            assert_eq!(shown("/a/p", path, bind), expected, "{path}");
        }
    }

    #[test]
    fn paths_of_the_host_are_told_apart() {
        for (source, target, expected) in [
            ("/var/run/docker.sock", "/var/run/docker.sock", Some(Bind::Engine)),
            ("/run/user/1000/docker.sock", "/x", Some(Bind::Engine)),
            ("/etc/localtime", "/etc/localtime", Some(Bind::Clock)),
            ("/usr/share/zoneinfo/Europe/Berlin", "/etc/localtime", Some(Bind::Clock)),
            ("/", "/rootfs", Some(Bind::Node)),
            ("/proc", "/host/proc", Some(Bind::Node)),
            ("/dev/ttyUSB0", "/dev/ttyUSB0", Some(Bind::Node)),
            ("/dev/shm", "/transcode", Some(Bind::SharedMemory)),
            ("/etc/passwd", "/host/etc/passwd", Some(Bind::Node)),
            ("/var/log/app", "/var/log/app", None),
            ("/processes", "/x", None),
        ] {
            assert_eq!(classify_host(source, target), expected, "{source}");
        }
    }
}
