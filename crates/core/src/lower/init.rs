//! Init containers: what waits, what fills volumes, what runs first.

use super::container::{container, pull_policy};
use super::text::literals;
use super::{Context, job, pod, probe, resources, security, volume};
use crate::plan::security::Security;
use crate::plan::storage::{Mount, Populate};
use crate::plan::workload::container::Pull;
use crate::plan::workload::order::Init;
use k8s_openapi::api::core::v1::{Container, VolumeMount};

/// Where the static busybox is mounted in containers that fill volumes: a path that no image has.
const TOOLBOX: &str = "/transship/toolbox";

/// Waits until `$1` resolves: a headless Service does as soon as one of its pods is ready. It needs the DNS and nothing else; whether the
/// pod answers a ping is all the same. `bad address` is what busybox says of a name without an address.
const WAIT_READY: &str = r#"while ping -c 1 -W 1 "$1" 2>&1 | grep -q 'bad address'; do sleep 1; done"#;

/// Does for each pair of arguments, a folder of the image and a volume, what Docker does to a new volume: copies the folder with owners
/// and modes, once and only when the volume is empty. The marker tells a copy that was interrupted from content.
const POPULATE: &str = r#"box=/transship/toolbox/busybox
while [ $# -gt 1 ]; do
  from=$1 to=$2
  shift 2
  marker=$to/.transship-populate
  [ -d "$from" ] || continue
  [ -e "$marker" ] || [ -z "$("$box" ls -A "$to" | "$box" grep -vx lost+found)" ] || continue
  "$box" touch "$marker" || continue
  "$box" cp -af "$from/." "$to/" || exit 1
  "$box" rm "$marker" || exit 1
done
"#;

/// Makes each folder that is named, with the owner of the container.
const FOLDERS: &str = r#"mkdir -p -- "$@""#;

pub(super) fn init(context: &Context<'_>, init: &Init) -> Container {
    match init {
        Init::WaitReady { name, endpoint, image } => {
            let words = ["sh", "-c", WAIT_READY, "wait", endpoint];
            Container { command: command(&words), ..own(name, image, "16Mi") }
        }
        Init::WaitJob { name, job, image } => {
            let job = format!("job/{}", job::name(context, job));
            let args = ["wait", "--for=condition=complete", "--timeout=-1s", &job];
            let access = VolumeMount {
                name: pod::API_ACCESS.to_owned(),
                mount_path: "/var/run/secrets/kubernetes.io/serviceaccount".to_owned(),
                read_only: Some(true),
                ..Default::default()
            };
            Container { args: command(&args), volume_mounts: Some(vec![access]), ..own(name, image, "32Mi") }
        }
        Init::Toolbox { name, image, volume } => {
            let target = format!("{TOOLBOX}/busybox");
            let words = ["cp", "/bin/busybox", &target];
            Container { command: command(&words), volume_mounts: Some(vec![toolbox(volume, false)]), ..own(name, image, "16Mi") }
        }
        Init::Populate { name, image, pull, toolbox, volumes, security } => {
            populate(own(name, image, "32Mi"), *pull, toolbox, volumes, security)
        }
        Init::Container(inner) => container(context, inner),
        Init::Sidecar { container: inner, startup } => {
            let mut sidecar = container(context, inner);
            sidecar.restart_policy = Some("Always".to_owned());
            sidecar.startup_probe = startup.as_ref().map(probe::probe).or(sidecar.startup_probe);
            sidecar
        }
        Init::Folders { name, image, mounts, security } => folders(own(name, image, "16Mi"), mounts, security),
    }
}

/// A container of our own that needs nothing.
fn own(name: &str, image: &str, memory: &str) -> Container {
    Container {
        name: name.to_owned(),
        image: Some(image.to_owned()),
        resources: resources::small(memory),
        security_context: Some(security::least()),
        ..Default::default()
    }
}

fn command(words: &[&str]) -> Option<Vec<String>> {
    let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    Some(literals(&words))
}

fn toolbox(volume: &str, read_only: bool) -> VolumeMount {
    VolumeMount { name: volume.to_owned(), mount_path: TOOLBOX.to_owned(), read_only: read_only.then_some(true), ..Default::default() }
}

fn populate(base: Container, pull: Option<Pull>, tools: &str, volumes: &[Populate], security: &Security) -> Container {
    let busybox = format!("{TOOLBOX}/busybox");
    let mut words = vec![busybox.as_str(), "sh", "-c", POPULATE, "populate"];
    let targets: Vec<Mount> = volumes.iter().enumerate().map(|(i, populate)| aside(i, &populate.mount)).collect();
    for (populate, target) in volumes.iter().zip(&targets) {
        words.extend([populate.mount.path.as_str(), target.path.as_str()]);
    }
    let mounts = std::iter::once(toolbox(tools, true)).chain(targets.iter().map(volume::mount));
    Container {
        command: command(&words),
        image_pull_policy: pull.map(pull_policy),
        volume_mounts: Some(mounts.collect()),
        security_context: security::container(security),
        ..base
    }
}

/// A volume mounted beside what the image has at its place, and writable.
fn aside(index: usize, mount: &Mount) -> Mount {
    Mount { path: format!("/transship/volume-{index}"), read_only: false, propagation: None, ..mount.clone() }
}

fn folders(base: Container, mounts: &[Mount], security: &Security) -> Container {
    let paths: Vec<String> = mounts
        .iter()
        .map(|mount| mount.sub_path.as_deref().map_or_else(|| mount.path.clone(), |sub| format!("{}/{sub}", mount.path)))
        .collect();
    let words: Vec<&str> = ["sh", "-c", FOLDERS, "folders"].into_iter().chain(paths.iter().map(String::as_str)).collect();
    let mounts = mounts.iter().map(|mount| volume::mount(&Mount { sub_path: None, ..mount.clone() }));
    Container { command: command(&words), volume_mounts: Some(mounts.collect()), security_context: security::container(security), ..base }
}
