//! Whether the parts of a project fit together: references between sections, and attributes that exclude each other.

use super::damage::Damage;
use super::trail::Trail;
use super::values::plain_text;
use crate::diag::catalog::load as kinds;
use crate::diag::{Definition, Diagnostic, Diagnostics};
use crate::table::HashMap;
use crate::text::{Place, similar};
use crate::yaml::{Entry, Map, Node, Text, Value};

/// The printed model, and the services that no active profile brings in.
pub(crate) struct Project<'m> {
    /// Sections of the model.
    pub(crate) model: &'m Map,
    /// Inactive services.
    pub(crate) inactive: &'m Map,
    /// Is the model to be printed as Docker Compose prints it, which asks no job for an image?
    pub(crate) verbatim: bool,
}

/// Checks a project. `None` after an error; all errors are told but those that the damage explains.
pub(crate) fn check(project: &Project<'_>, damage: Damage, diagnostics: &mut Diagnostics) -> Option<()> {
    let mut found = Diagnostics::with_most_errors();
    for (name, entry) in project.section("services") {
        Service { project, entry, trail: Trail::entry("services", name) }.check(&mut found);
    }
    for (name, entry) in project.section("jobs") {
        let job = Service { project, entry, trail: Trail::entry("jobs", name) };
        if !project.verbatim {
            job.check_image(&mut found);
        }
        job.check_job_dependencies(&mut found);
        if project.section("services").contains_key(name) {
            let message = format!("{name:?} is the name of a service and of a job");
            let diagnostic = Diagnostic::new(&kinds::NAME_CONFLICTING, message).at(entry.key).help("rename one of the two");
            found.push(match project.section("services").get(name) {
                Some(service) => diagnostic.also(service.key, "the service"),
                None => diagnostic,
            });
        }
    }
    for (name, entry) in project.section("secrets") {
        let secret = &entry.value;
        if secret.get("external").is_none() && secret.get("file").is_none() && secret.get("environment").is_none() {
            let message = format!("secret {name:?} does not say where its content comes from");
            found.push(
                Diagnostic::new(&kinds::SOURCE_MISSING, message).at(entry.key).help("write `file` or `environment`, or `external: true`"),
            );
        }
    }
    cycle(project, &mut found);
    found.retain(|diagnostic| !damage.explains(diagnostic));
    let passed = found.is_empty();
    diagnostics.append(found);
    passed.then_some(())
}

static NO_ENTRIES: std::sync::LazyLock<Map> = std::sync::LazyLock::new(Map::default);

impl<'m> Project<'m> {
    fn section(&self, name: &str) -> &'m Map {
        self.model.get(name).and_then(|entry| entry.value.as_map()).unwrap_or(&NO_ENTRIES)
    }
}

struct Service<'m> {
    project: &'m Project<'m>,
    entry: &'m Entry,
    trail: Trail<'m>,
}

fn at<'n>(node: &'n Node, keys: &[&str]) -> Option<&'n Node> {
    keys.iter().try_fold(node, |node, key| node.get(key))
}

fn list<'n>(node: &'n Node, keys: &[&str]) -> &'n [Node] {
    at(node, keys).and_then(Node::as_list).unwrap_or_default()
}

impl<'m> Service<'m> {
    fn get(&self, keys: &[&str]) -> Option<&'m Node> {
        at(&self.entry.value, keys)
    }

    fn list(&self, keys: &[&str]) -> &'m [Node] {
        list(&self.entry.value, keys)
    }

    fn text(&self, keys: &[&str]) -> Option<&'m str> {
        self.get(keys).and_then(Node::as_str)
    }

    fn check(&self, found: &mut Diagnostics) {
        self.check_image(found);
        self.check_build(found);
        self.check_networks(found);
        self.check_dependencies(found);
        self.check_references(found);
        self.check_twins(found);
        self.check_replicas(found);
        self.check_mounts(found);
        if let Some(first) = self.list(&["healthcheck", "test"]).first()
            && !matches!(first.as_str(), Some("CMD" | "CMD-SHELL" | "NONE"))
        {
            let message = format!("{}: the test of the health check begins with {:?}", self.trail, plain_text(first));
            let help = "begin the list with \"CMD\", \"CMD-SHELL\" or \"NONE\", or write one string for the shell";
            found.push(Diagnostic::new(&kinds::HEALTHCHECK_INVALID, message).at(first.place).help(help));
        }
        for trigger in self.list(&["develop", "watch"]) {
            let action = trigger.get("action").map(plain_text).unwrap_or_default();
            if !matches!(action.as_str(), "rebuild" | "restart") && trigger.get("target").is_none() {
                let message = format!("{}: the action {action:?} of develop.watch needs a `target`", self.trail);
                found.push(Diagnostic::new(&kinds::WATCH_TARGET_MISSING, message).at(trigger.place).help("name the path in the container"));
            }
        }
    }

    fn check_image(&self, found: &mut Diagnostics) {
        if ["image", "build", "provider"].iter().all(|key| self.get(&[key]).is_none()) {
            let message = format!("{} has neither an image nor a build", self.trail);
            found.push(Diagnostic::new(&kinds::IMAGE_MISSING, message).at(self.entry.key).help("write `image` or `build`"));
        }
    }

    fn check_build(&self, found: &mut Diagnostics) {
        if let (Some(file), Some(inline)) = (self.get(&["build", "dockerfile"]), self.get(&["build", "dockerfile_inline"])) {
            let message = format!("{} has both `dockerfile` and `dockerfile_inline`, which exclude each other", self.trail);
            found.push(exclusive(message, inline.place, file.place));
        }
        for (name, entry) in self.get(&["build", "additional_contexts"]).and_then(Node::as_map).into_iter().flatten() {
            let Some(other) = entry.value.as_str().and_then(|text| text.strip_prefix("service:")) else { continue };
            match self.project.section("services").get(other).or_else(|| self.project.inactive.get(other)) {
                Some(service) if service.value.get("build").is_some() => {}
                Some(service) => found.push(
                    Diagnostic::new(
                        &kinds::BUILD_CONTEXT_UNKNOWN,
                        format!("{}: the build context {name:?} is the service {other:?}, which is not built", self.trail),
                    )
                    .at(entry.value.place)
                    .also(service.key, "has no `build`")
                    .help("name a service with `build`"),
                ),
                None => self.unknown(&kinds::BUILD_CONTEXT_UNKNOWN, "services", other, entry.value.place, found),
            }
        }
        if let Some(platform) = self.text(&["platform"]) {
            let platforms = self.list(&["build", "platforms"]);
            if !platforms.is_empty() && !platforms.iter().any(|item| item.as_str() == Some(platform)) {
                let message = format!("{}: the platform {platform:?} is not one that the image is built for", self.trail);
                let place = self.get(&["platform"]).map_or(self.entry.key, |node| node.place);
                found.push(Diagnostic::new(&kinds::PLATFORM_CONFLICTING, message).at(place).help("add it to `build.platforms`"));
            }
        }
    }

    fn check_networks(&self, found: &mut Diagnostics) {
        if let Some(mode) = self.get(&["network_mode"]) {
            if let Some(networks) = self.get(&["networks"]).filter(|node| node.as_map().is_some_and(|map| !map.is_empty())) {
                let message = format!("{} has both `network_mode` and `networks`, which exclude each other", self.trail);
                found.push(exclusive(message, mode.place, networks.place));
                return;
            }
            if let Some(other) = mode.as_str().and_then(|text| text.strip_prefix("service:"))
                && !self.project.section("services").contains_key(other)
            {
                self.unknown(&kinds::DEPENDENCY_UNKNOWN, "services", other, mode.place, found);
            }
        }
        self.check_names("networks", &kinds::NETWORK_UNKNOWN, found);
        self.check_names("models", &kinds::MODEL_UNKNOWN, found);
    }

    fn check_names(&self, section: &str, code: &'static Definition, found: &mut Diagnostics) {
        for (name, entry) in self.get(&[section]).and_then(Node::as_map).into_iter().flatten() {
            if !self.project.section(section).contains_key(name) {
                self.unknown(code, section, name, entry.key, found);
            }
        }
    }

    /// Tells of a reference to what is not declared.
    fn unknown(&self, code: &'static Definition, section: &str, name: &str, place: Place, found: &mut Diagnostics) {
        let what = section.trim_end_matches('s');
        let known = self.project.section(section).keys().map(Text::as_str);
        // Comparing with every name takes time, and nobody reads so far.
        let near = if found.len() < similar::SUGGESTIONS { similar::closest(name, known) } else { None };
        let help = match near {
            Some(other) => format!("did you mean {other:?}?"),
            None if section == "services" => "name a service of the project".to_owned(),
            None if section == "volumes" => {
                format!("declare it under the top-level `volumes:`, or write `./{name}` for a folder of the host")
            }
            None => format!("declare it under the top-level `{section}:`"),
        };
        let message = match section {
            "services" => format!("{} depends on the service {name:?}, which is not declared", self.trail),
            _ => format!("{} refers to the {what} {name:?}, which is not declared", self.trail),
        };
        found.push(Diagnostic::new(code, message).at(place).help(help));
    }

    fn check_dependencies(&self, found: &mut Diagnostics) {
        let services = self.project.section("services");
        for (other, entry) in self.get(&["depends_on"]).and_then(Node::as_map).into_iter().flatten() {
            if services.contains_key(other) {
                continue;
            }
            let optional = entry.value.get("required").is_some_and(|node| matches!(node.value, Value::Bool(false)));
            match self.project.inactive.get(other) {
                Some(_) if optional => {}
                Some(inactive) => {
                    let profiles = super::profiles::of(&inactive.value).join(", ");
                    found.push(
                        Diagnostic::new(
                            &kinds::DEPENDENCY_INACTIVE_UNKNOWN,
                            format!("{} depends on the service {other:?}, which no active profile brings in", self.trail),
                        )
                        .at(entry.key)
                        .also(inactive.key, "left out by its profiles")
                        .help(format!("activate one of its profiles ({profiles}), or write `required: false`")),
                    );
                }
                None if self.project.section("jobs").contains_key(other) => found.push(
                    Diagnostic::new(
                        &kinds::DEPENDENCY_UNKNOWN,
                        format!("{} depends on {other:?}, which is a job and no service", self.trail),
                    )
                    .at(entry.key)
                    .help("services depend on services only"),
                ),
                None => self.unknown(&kinds::DEPENDENCY_UNKNOWN, "services", other, entry.key, found),
            }
        }
    }

    fn check_job_dependencies(&self, found: &mut Diagnostics) {
        for (other, entry) in self.get(&["depends_on"]).and_then(Node::as_map).into_iter().flatten() {
            if !self.project.section("services").contains_key(other) && !self.project.section("jobs").contains_key(other) {
                self.unknown(&kinds::DEPENDENCY_UNKNOWN, "services", other, entry.key, found);
            }
        }
    }

    fn check_references(&self, found: &mut Diagnostics) {
        // One without a source has no name, and nothing is declared under that.
        let sources = |items: &'m [Node]| items.iter().map(|item| item.get("source").unwrap_or(item)).collect::<Vec<_>>();
        let volumes: Vec<&Node> = self
            .list(&["volumes"])
            .iter()
            .filter(|mount| mount.get("type").and_then(Node::as_str) == Some("volume"))
            .filter_map(|mount| mount.get("source"))
            .collect();
        for (section, code, sources) in [
            ("volumes", &kinds::VOLUME_UNKNOWN, volumes),
            ("secrets", &kinds::SECRET_UNKNOWN, sources(self.list(&["build", "secrets"]))),
            ("configs", &kinds::CONFIG_UNKNOWN, sources(self.list(&["configs"]))),
            ("secrets", &kinds::SECRET_UNKNOWN, sources(self.list(&["secrets"]))),
        ] {
            let known = self.project.section(section);
            for source in sources {
                let name = plain_text(source);
                if name.is_empty() {
                    let message = format!("{} uses a {} without a `source`", self.trail, section.trim_end_matches('s'));
                    let help = format!("say with `source` which of the top-level `{section}` it is");
                    found.push(Diagnostic::new(code, message).at(source.place).help(help));
                } else if !known.contains_key(name.as_str()) {
                    self.unknown(code, section, &name, source.place, found);
                }
            }
        }
    }

    /// Attributes that say the same thing twice must say the same. Limits that are there and leave one out set it to nothing.
    fn check_twins(&self, found: &mut Diagnostics) {
        for (short, above, last) in [
            ("scale", &["deploy"][..], "replicas"),
            ("cpus", &["deploy", "resources", "limits"], "cpus"),
            ("mem_limit", &["deploy", "resources", "limits"], "memory"),
            ("mem_reservation", &["deploy", "resources", "reservations"], "memory"),
            ("pids_limit", &["deploy", "resources", "limits"], "pids"),
        ] {
            let (Some(one), Some(limits)) = (self.get(&[short]), self.get(above)) else { continue };
            let long = format!("{}.{last}", above.join("."));
            if let Some(other) = limits.get(last)
                && !super::compare::same(one, other)
            {
                let message = format!("{}: `{short}` and `{long}` differ", self.trail);
                found.push(
                    Diagnostic::new(&kinds::LIMITS_CONFLICTING, message)
                        .at(one.place)
                        .also(other.place, "the other value")
                        .help("keep one of the two"),
                );
            } else if limits.get(last).is_none() && short != "scale" {
                let message = format!("{}: `{short}` is set, and `{}` leaves `{last}` out", self.trail, above.join("."));
                found.push(
                    Diagnostic::new(&kinds::LIMITS_CONFLICTING, message)
                        .at(one.place)
                        .also(limits.place, "the limits")
                        .help(format!("write `{long}` with the same value, and take `{short}` out")),
                );
            }
        }
    }

    fn check_replicas(&self, found: &mut Diagnostics) {
        let scale = self.get(&["scale"]).or_else(|| self.get(&["deploy", "replicas"]));
        for node in [self.get(&["scale"]), self.get(&["deploy", "replicas"])].into_iter().flatten() {
            if matches!(node.value, Value::Int(count) if count < 0) {
                let message = format!("{}: the number of replicas is negative", self.trail);
                found.push(Diagnostic::new(&kinds::REPLICAS_INVALID, message).at(node.place).help("write 0 or a larger number"));
            }
        }
        if let (Some(name), Some(scale)) = (self.get(&["container_name"]), scale)
            && matches!(scale.value, Value::Int(count) if count > 1)
        {
            let message = format!("{} has a `container_name` and more than one replica, and container names are unique", self.trail);
            found.push(
                Diagnostic::new(&kinds::CONTAINER_NAME_CONFLICTING, message)
                    .at(name.place)
                    .also(scale.place, "more than one")
                    .help("remove `container_name`"),
            );
        }
    }

    fn check_mounts(&self, found: &mut Diagnostics) {
        let (tmpfs, volumes) = (self.list(&["tmpfs"]), self.list(&["volumes"]));
        let mut targets: HashMap<&str, Place> = HashMap::default();
        targets.reserve(tmpfs.len() + volumes.len());
        // Printed values are texts.
        let tmpfs = tmpfs.iter().filter_map(|node| {
            let text = node.as_str()?;
            Some((text.split_once(':').map_or(text, |(path, _)| path), node.place))
        });
        let volumes = volumes.iter().filter_map(|mount| {
            let target = mount.get("target")?;
            Some((target.as_str()?, target.place))
        });
        for (target, place) in tmpfs.chain(volumes) {
            if let Some(first) = targets.get(target) {
                let message = format!("{} mounts two things at {target:?}", self.trail);
                found.push(
                    Diagnostic::new(&kinds::MOUNT_TARGET_CONFLICTING, message)
                        .at(place)
                        .also(*first, "the first one")
                        .help("remove one of them"),
                );
            } else {
                targets.insert(target, place);
            }
        }
    }
}

/// The number of `deploy.replicas` where only `scale` gives one.
pub(crate) fn count_replicas(model: &mut Map) {
    for (_, entry) in super::defaults::entries(model, "services") {
        let Some(service) = entry.value.as_map_mut() else { continue };
        let Some(scale) = service.get("scale").cloned() else { continue };
        if let Some(deploy) = super::defaults::mapping(service, "deploy") {
            deploy.entry("replicas".into()).or_insert(scale);
        }
    }
}

fn exclusive(message: String, place: Place, other: Place) -> Diagnostic {
    Diagnostic::new(&kinds::ATTRIBUTES_CONFLICTING, message).at(place).also(other, "the other one").help("keep one of the two")
}

/// Checks that no two services have the same name of their container. `None` after an error.
pub(crate) fn check_container_names(model: &Map, diagnostics: &mut Diagnostics) -> Option<()> {
    let mut names: HashMap<&str, (&str, Place)> = HashMap::default();
    let mut passed = true;
    for (service, entry) in model.get("services").and_then(|entry| entry.value.as_map()).into_iter().flatten() {
        let Some(node) = entry.value.get("container_name") else { continue };
        let Some(name) = node.as_str() else { continue };
        if let Some((other, place)) = names.get(name) {
            let message = format!("services {other:?} and {service:?} have the same container name {name:?}");
            passed = false;
            diagnostics.push(
                Diagnostic::new(&kinds::CONTAINER_NAME_CONFLICTING, message)
                    .at(node.place)
                    .also(*place, "the first one")
                    .help("rename one, or remove `container_name`"),
            );
        } else {
            names.insert(name, (service, node.place));
        }
    }
    passed.then_some(())
}

/// Looks for a circle of dependencies, in the order of names.
fn cycle(project: &Project<'_>, found: &mut Diagnostics) {
    let services = project.section("services");
    let dependencies = |name: &str| -> Vec<&str> {
        let map = services.get(name).and_then(|entry| entry.value.get("depends_on")).and_then(Node::as_map);
        let mut names: Vec<&str> = map.into_iter().flat_map(Map::keys).map(Text::as_str).collect();
        names.sort_unstable_by(|a, b| b.cmp(a));
        names
    };
    let mut done: HashMap<&str, bool> = HashMap::default();
    let mut roots: Vec<&str> = services.keys().map(Text::as_str).collect();
    roots.sort_unstable();
    for root in roots {
        let mut path: Vec<(&str, Vec<&str>)> = vec![(root, dependencies(root))];
        if done.contains_key(root) {
            continue;
        }
        done.insert(root, false);
        while let Some((name, open)) = path.last_mut() {
            let Some(next) = open.pop() else {
                done.insert(name, true);
                path.pop();
                continue;
            };
            match done.get(next) {
                Some(true) => {}
                None => {
                    if services.contains_key(next) {
                        done.insert(next, false);
                        path.push((next, dependencies(next)));
                    }
                }
                Some(false) => {
                    let names: Vec<&str> = path.iter().map(|(name, _)| *name).skip_while(|name| *name != next).chain([next]).collect();
                    let last = path.last().map_or(next, |(name, _)| name);
                    let place =
                        services.get(last).and_then(|entry| entry.value.get("depends_on")?.as_map()?.get(next)).map(|entry| entry.key);
                    let mut diagnostic = Diagnostic::new(
                        &kinds::DEPENDENCY_CYCLE_INVALID,
                        format!("services depend on each other in a circle: {}", names.join(" → ")),
                    )
                    .help("take one of the dependencies out");
                    if let Some(place) = place {
                        diagnostic = diagnostic.at(place);
                    }
                    found.push(diagnostic);
                    return;
                }
            }
        }
    }
}
