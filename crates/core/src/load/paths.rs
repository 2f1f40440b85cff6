//! Relative paths of a model, joined to the folder that they start from.

use super::canonical::volumes::is_windows_absolute;
use super::defaults::{entries, list, mapping};
use crate::text::path;
use crate::yaml::{Map, Node, Value};

/// Joins every relative path to `base`, and puts `home` for `~`. The model is in long forms.
pub(crate) fn resolve(model: &mut Map, base: &str, home: Option<&str>) {
    let paths = Paths { base, home };
    for section in ["services", "jobs"] {
        for (_, entry) in entries(model, section) {
            if let Some(service) = entry.value.as_map_mut() {
                paths.service(service);
            }
        }
    }
    for section in ["configs", "secrets"] {
        for (_, entry) in entries(model, section) {
            if let Some(file) = entry.value.as_map_mut().and_then(|map| map.get_mut("file")) {
                paths.change_any(&mut file.value, |text| paths.file(text));
            }
        }
    }
    for (_, entry) in entries(model, "volumes") {
        if let Some(volume) = entry.value.as_map_mut() {
            paths.volume(volume);
        }
    }
}

struct Paths<'a> {
    base: &'a str,
    home: Option<&'a str>,
}

impl Paths<'_> {
    /// Resolves a path; an empty one stays.
    fn change(&self, node: &mut Node, resolve: impl Fn(&str) -> String) {
        if node.as_str() != Some("") {
            self.change_any(node, resolve);
        }
    }

    /// Resolves a path; an empty one is the folder itself.
    fn change_any(&self, node: &mut Node, resolve: impl Fn(&str) -> String) {
        if let Value::String(text) = &mut node.value {
            *text = resolve(text).into();
        }
    }

    /// `~` and `~name` lead into the home folder, as Docker Compose reads them.
    fn expand(&self, text: &str) -> Option<String> {
        let rest = text.strip_prefix('~')?;
        Some(path::clean(&format!("{}/{rest}", self.home?)))
    }

    fn absolute(&self, text: &str) -> String {
        match self.expand(text) {
            Some(expanded) => expanded,
            None if path::is_absolute(text) => text.to_owned(),
            None => path::join(self.base, text),
        }
    }

    /// Like [`Self::absolute`], and a Windows path stays.
    fn file(&self, text: &str) -> String {
        if is_windows_absolute(text) { text.to_owned() } else { self.absolute(text) }
    }

    fn context(&self, text: &str) -> String {
        let remote = ["https://", "http://", "git://", "ssh://", "github.com/", "git@"];
        if text.contains("://") || text.starts_with("service:") || remote.iter().any(|prefix| text.starts_with(prefix)) {
            return text.to_owned();
        }
        self.absolute(text)
    }

    fn service(&self, service: &mut Map) {
        self.container(service);
        for hook in list(service, "pre_start").into_iter().flatten().filter_map(Node::as_map_mut) {
            self.container(hook);
        }
        if let Some(build) = mapping(service, "build") {
            if let Some(context) = build.get_mut("context") {
                self.change(&mut context.value, |text| self.context(text));
            }
            for (_, entry) in entries(build, "additional_contexts") {
                self.change(&mut entry.value, |text| self.context(text));
            }
            for (_, entry) in entries(build, "ssh") {
                self.change_any(&mut entry.value, |text| self.file(text));
            }
            // Lists that could not be read stay as they are written.
            for context in list(build, "additional_contexts").into_iter().flatten() {
                self.change(context, |text| self.context(text));
            }
            for key in list(build, "ssh").into_iter().flatten() {
                self.change_any(key, |text| self.file(text));
            }
        }
        if let Some(file) = mapping(service, "extends").and_then(|extends| extends.get_mut("file")) {
            self.change(&mut file.value, |text| if super::remote::is_remote(text) { text.to_owned() } else { self.absolute(text) });
        }
        let watch = mapping(service, "develop").and_then(|develop| list(develop, "watch"));
        for trigger in watch.into_iter().flatten().filter_map(Node::as_map_mut) {
            if let Some(watched) = trigger.get_mut("path") {
                self.change(&mut watched.value, |text| self.absolute(text));
            }
        }
    }

    fn container(&self, map: &mut Map) {
        for file in list(map, "env_file").into_iter().flatten().filter_map(Node::as_map_mut) {
            if let Some(file) = file.get_mut("path") {
                self.change(&mut file.value, |text| self.absolute(text));
            }
        }
        for file in list(map, "label_file").into_iter().flatten() {
            self.change(file, |text| self.absolute(text));
        }
        for mount in list(map, "volumes").into_iter().flatten().filter_map(Node::as_map_mut) {
            let bind = mount.get("type").and_then(|entry| entry.value.as_str()) == Some("bind");
            if let Some(source) = mount.get_mut("source").filter(|_| bind) {
                self.change_any(&mut source.value, |text| self.file(text));
            }
        }
    }

    /// A volume of the driver `local` that binds a folder.
    fn volume(&self, volume: &mut Map) {
        let local = volume.get("driver").and_then(|entry| entry.value.as_str()) == Some("local");
        if let Some(options) = mapping(volume, "driver_opts").filter(|_| local)
            && options.get("o").and_then(|entry| entry.value.as_str()) == Some("bind")
            && let Some(device) = options.get_mut("device")
        {
            self.change_any(&mut device.value, |text| self.absolute(text));
        }
    }
}
