//! The one table of names: every object's name is decided here, because a renamed claim loses its data.

use crate::compose::Project;
use crate::diag::catalog::names;
use crate::diag::{Diagnostic, Diagnostics};
use crate::table::HashMap;
use crate::vocab::kompose;
use std::cell::RefCell;

/// The longest name that a label may have.
const LABEL_LENGTH: usize = 63;
/// The longest name that an object may have.
const SUBDOMAIN_LENGTH: usize = 253;

/// Kinds of objects whose names must not clash among themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Deployments and their kin, and the Kubernetes Service of the same name: DNS-1035 labels.
    Workload,
    /// Further Kubernetes Services; they share their names with [`Scope::Workload`].
    Service,
    /// Containers: DNS-1123 labels.
    Container,
    /// Persistent volume claims.
    Claim,
    /// ConfigMaps.
    ConfigMap,
    /// Secrets.
    Secret,
    /// NetworkPolicies.
    Policy,
    /// Ingresses and other routes.
    Route,
    /// What routes name: middlewares and their kin.
    Middleware,
    /// Volumes of pods, in one scope for the whole project, so that pods can be merged: DNS-1123 labels.
    Volume,
}

/// Who is called what. Nothing is kept of what is called in the cluster as in the Compose file.
#[derive(Debug, Default)]
pub struct Names {
    objects: HashMap<String, String>,
    /// The way back from `objects`.
    services: HashMap<String, String>,
    containers: HashMap<String, String>,
    claims: HashMap<String, String>,
    taken: RefCell<HashMap<Scope, HashMap<String, usize>>>,
}

impl Names {
    /// Names every service and volume of a project, in file order, and tells every service that had to be renamed.
    #[must_use]
    pub fn of(project: &Project, diagnostics: &mut Diagnostics) -> Self {
        let mut names = Self::default();
        for (key, service) in &project.services {
            let asked = kompose::name(service);
            let object = names.reserve(Scope::Workload, asked.map_or(key, |asked| &asked.value));
            if object != *key && asked.is_none_or(|asked| asked.value != object) {
                diagnostics.push(
                    Diagnostic::new(&names::SERVICE_NAME_APPROXIMATED, format!("service {key:?} is called {object:?} in the cluster"))
                        .at(service.place)
                        .note("a Kubernetes Service name has lower-case letters, digits and `-`, and begins with a letter")
                        .help("rename the service, or look through the places where its old name stands"),
                );
            }
            let container = names.reserve(Scope::Container, key);
            if object != *key {
                names.services.insert(object.clone(), key.clone());
                names.objects.insert(key.clone(), object);
            }
            if container != *key {
                names.containers.insert(key.clone(), container);
            }
        }
        for (key, volume) in &project.volumes {
            let wanted = if volume.named { volume.name.value.as_str() } else { key };
            let claim = names.reserve(Scope::Claim, wanted);
            if claim != *key {
                names.claims.insert(key.clone(), claim);
            }
        }
        names
    }

    /// The name of a Compose service's workload and Kubernetes Service; the service's own name where there is no such service.
    #[must_use]
    pub fn object<'n>(&'n self, service: &'n str) -> &'n str {
        self.objects.get(service).map_or(service, String::as_str)
    }

    /// The Compose service whose workload and Kubernetes Service have this name; the name itself where there is none.
    #[must_use]
    pub fn service<'n>(&'n self, object: &'n str) -> &'n str {
        self.services.get(object).map_or(object, String::as_str)
    }

    /// The name of a Compose service's container.
    #[must_use]
    pub fn container<'n>(&'n self, service: &'n str) -> &'n str {
        self.containers.get(service).map_or(service, String::as_str)
    }

    /// The name of the claim of a volume of the project, by the volume's key.
    #[must_use]
    pub fn claim<'n>(&'n self, volume: &'n str) -> &'n str {
        self.claims.get(volume).map_or(volume, String::as_str)
    }

    /// Takes a name that nothing of this scope has: the nearest valid one, with a number behind it where it is taken.
    pub fn reserve(&self, scope: Scope, wanted: &str) -> String {
        let name = match scope {
            Scope::Workload | Scope::Service => service_label(wanted),
            Scope::Container | Scope::Volume => label(wanted),
            _ => subdomain(wanted),
        };
        let limit = match scope {
            Scope::Workload | Scope::Service | Scope::Container | Scope::Volume => LABEL_LENGTH,
            _ => SUBDOMAIN_LENGTH,
        };
        let scope = if scope == Scope::Service { Scope::Workload } else { scope };
        let mut taken = self.taken.borrow_mut();
        unique(taken.entry(scope).or_default(), name, limit)
    }
}

/// `name`, or `name-2`, `name-3` …: the first that `taken` does not hold. Takes it.
pub(crate) fn unique(taken: &mut HashMap<String, usize>, name: String, limit: usize) -> String {
    // The count remembers where the last search for this name ended, so that a thousand equal names stay linear.
    let Some(count) = taken.get(&name).copied() else {
        taken.insert(name.clone(), 1);
        return name;
    };
    let mut next = count + 1;
    loop {
        let suffix = format!("-{next}");
        let candidate = format!("{}{suffix}", cut(&name, limit - suffix.len()));
        if !taken.contains_key(&candidate) {
            taken.insert(name, next);
            taken.insert(candidate.clone(), 1);
            return candidate;
        }
        next += 1;
    }
}

/// The DNS-1123 label nearest to a text: lower-case letters, digits and `-`, at most 63, beginning and ending with a letter or digit.
#[must_use]
pub fn label(text: &str) -> String {
    clean(text, LABEL_LENGTH, |c| c.is_ascii_alphanumeric() || c == '-')
}

/// The DNS-1035 label nearest to a text: as [`label`], beginning with a letter.
#[must_use]
pub fn service_label(text: &str) -> String {
    let name = label(text);
    if name.starts_with(|c: char| c.is_ascii_alphabetic()) { name } else { cut(&format!("svc-{name}"), LABEL_LENGTH).to_owned() }
}

/// The DNS-1123 subdomain nearest to a text: labels with dots between them, at most 253 characters.
#[must_use]
pub fn subdomain(text: &str) -> String {
    let labels: Vec<String> =
        text.split('.').map(|part| clean(part, SUBDOMAIN_LENGTH, |c| c.is_ascii_alphanumeric() || c == '-')).collect();
    cut(&labels.join("."), SUBDOMAIN_LENGTH).to_owned()
}

/// The label value nearest to a text: letters, digits, `-`, `_` and `.`, at most 63, beginning and ending with a letter or digit.
#[must_use]
pub fn label_value(text: &str) -> String {
    let kept: String = text.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' }).collect();
    cut(&kept, LABEL_LENGTH).trim_matches(|c: char| !c.is_ascii_alphanumeric()).to_owned()
}

/// Lower case, each run of other characters one `-`, none of them at the ends; `x` where nothing is left.
fn clean(text: &str, limit: usize, keep: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.chars().map(|c| c.to_ascii_lowercase()) {
        if keep(c) {
            if gap {
                out.push('-');
            }
            out.push(c);
        }
        gap = !keep(c);
    }
    let name = cut(out.trim_matches('-'), limit);
    if name.is_empty() { "x".to_owned() } else { name.to_owned() }
}

/// The first `limit` bytes of an ASCII text, without `-` and `.` at the end.
fn cut(text: &str, limit: usize) -> &str {
    text.get(..limit).unwrap_or(text).trim_end_matches(['-', '.'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_valid() {
        let wanted = [
            ("web", "web"),
            ("my_db", "my-db"),
            ("Web.v2", "web-v2"),
            ("a__b", "a-b"),
            ("3proxy", "svc-3proxy"),
            ("_x-", "x"),
            ("..", "x"),
        ];
        for (text, name) in wanted {
            assert_eq!(service_label(text), name, "{text}");
        }
        assert_eq!(label("3proxy"), "3proxy");
        assert_eq!(subdomain("my_vol.1"), "my-vol.1");
        assert_eq!(label(&"a".repeat(70)).len(), 63);
        assert_eq!(label_value("shop_"), "shop");
    }

    #[test]
    fn the_second_of_a_clash_takes_a_number() {
        let names = Names::default();
        assert_eq!(names.reserve(Scope::Workload, "my_app"), "my-app");
        assert_eq!(names.reserve(Scope::Service, "my-app"), "my-app-2");
        assert_eq!(names.reserve(Scope::Workload, "my-app"), "my-app-3");
        assert_eq!(names.reserve(Scope::Claim, "my_app"), "my-app");
        let long = "b".repeat(80);
        assert_eq!(names.reserve(Scope::Workload, &long).len(), 63);
        assert_eq!(names.reserve(Scope::Workload, &long).len(), 63);
    }
}
