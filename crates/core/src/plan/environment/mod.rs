//! The environment of containers: which values stand in the pod, which in a ConfigMap, which in a Secret.

pub(in crate::plan) mod scan;
pub(crate) mod secret;

use crate::compose::environment::EnvFile;
use crate::compose::{Container, Service};
use crate::diag::catalog::environment::{SECRET_VALUES_ASSUMED, VARIABLE_NAME_DROPPED};
use crate::diag::{Diagnostic, Diagnostics};
use crate::options::Secrets;
use crate::plan::context::Context;
use crate::plan::endpoint::host::Hosts;
use crate::plan::environment::secret::is_secret;
use crate::plan::name::Scope;
use crate::plan::storage::store::{Content, Store, check_secret_store, check_size};
use crate::table::{HashMap, IndexMap};
use crate::text::{Place, path};

/// One entry of `env`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvVar {
    /// The name.
    pub name: String,
    /// Where the value is.
    pub value: EnvValue,
}

/// Where the value of a variable is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EnvValue {
    /// Here, literally: lowering escapes `$`.
    Literal(String),
    /// Under a key of a Secret.
    Secret {
        /// The Secret's name.
        store: String,
        /// The key.
        key: String,
    },
    /// Under a key of a ConfigMap.
    ConfigMap {
        /// The ConfigMap's name.
        store: String,
        /// The key.
        key: String,
    },
}

/// One entry of `envFrom`: every key of a ConfigMap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvFrom {
    /// The ConfigMap's name.
    pub store: String,
}

/// The environment of every service, and the objects behind it.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// The environment of each service; every service of the project has an entry.
    pub services: IndexMap<String, ServiceEnvironment>,
    /// ConfigMaps of env files and Secrets of secret values.
    pub stores: Vec<Store>,
}

/// The environment of one service.
#[derive(Clone, Debug, Default)]
pub struct ServiceEnvironment {
    /// `env`, in order.
    pub env: Vec<EnvVar>,
    /// `envFrom`, in order.
    pub env_from: Vec<EnvFrom>,
    /// `env` and `envFrom` of its `pre_start` containers, one pair each.
    pub pre_start: Vec<(Vec<EnvVar>, Vec<EnvFrom>)>,
}

/// Decides where the value of each variable stands.
pub fn plan(cx: &Context<'_>, hosts: &mut Hosts, diagnostics: &mut Diagnostics) -> Environment {
    let mut planner = Planner { cx, hosts, diagnostics, files: HashMap::default(), stores: IndexMap::default() };
    let mut services = IndexMap::with_capacity_and_hasher(cx.project.services.len(), Default::default());
    for (name, service) in &cx.project.services {
        let mut environment = ServiceEnvironment::default();
        for (number, container) in service.containers().enumerate() {
            if number == 0 {
                (environment.env, environment.env_from) = planner.container(service, container);
            } else if container.environment.is_empty() && container.env_files.is_empty() {
                environment.pre_start.push((environment.env.clone(), environment.env_from.clone()));
            } else {
                let own = planner.container(service, container);
                environment.pre_start.push(own);
            }
        }
        services.insert(name.clone(), environment);
    }
    let stores: Vec<Store> = planner.stores.into_values().collect();
    check_secret_store(cx.options, &stores, diagnostics);
    Environment { services, stores }
}

/// What an env file sets for a service: names and values, hosts rewritten.
type Values = Vec<(String, String)>;

/// The objects of one env file.
#[derive(Clone)]
struct FileStores {
    config_map: Option<String>,
    secret: Option<String>,
}

struct Planner<'p, 'a> {
    cx: &'p Context<'a>,
    hosts: &'p mut Hosts,
    diagnostics: &'p mut Diagnostics,
    /// The objects of each env file, by its path and what it sets: hosts may be rewritten for one service only.
    files: HashMap<(String, Values), FileStores>,
    stores: IndexMap<(bool, String), Store>,
}

impl Planner<'_, '_> {
    fn container(&mut self, service: &Service, container: &Container) -> (Vec<EnvVar>, Vec<EnvFrom>) {
        let mut env = self.variables(service, container);
        // Which file has the last word on a name that `environment` does not set.
        let mut winners: IndexMap<&str, usize> = IndexMap::default();
        for (number, file) in container.env_files.iter().enumerate() {
            winners.extend(file.variables.keys().map(|name| (name.as_str(), number)));
        }
        // `NAME:` without a value takes a variable of an env file away again, which `envFrom` cannot do.
        let hidden = |name: &str| container.environment.get(name).is_some_and(|variable| variable.value.is_none());
        let mut env_from = Vec::new();
        for (number, file) in container.env_files.iter().enumerate() {
            let values = self.values(service, file);
            let stores = self.file(service, file, &values);
            let whole = !values.iter().any(|(name, value)| hidden(name) && !is_secret(name, value));
            let wins = |name: &str| winners.get(name) == Some(&number) && !container.environment.contains_key(name);
            for (name, value) in &values {
                let secret = is_secret(name, value);
                let store = match (if secret { &stores.secret } else { &stores.config_map }, secret || !whole) {
                    (Some(store), true) if wins(name) => store.clone(),
                    _ => continue,
                };
                let key = name.clone();
                let value = if secret { EnvValue::Secret { store, key } } else { EnvValue::ConfigMap { store, key } };
                env.push(EnvVar { name: name.clone(), value });
            }
            env_from.extend(stores.config_map.filter(|_| whole).map(|store| EnvFrom { store }));
        }
        (env, env_from)
    }

    /// The variables of `environment`: secret ones in a Secret of the service, the others here.
    fn variables(&mut self, service: &Service, container: &Container) -> Vec<EnvVar> {
        let mut env = Vec::with_capacity(container.environment.len());
        let mut secrets = Vec::new();
        for (name, variable) in &container.environment {
            let Some(value) = &variable.value else { continue };
            if !self.is_valid(service, name, variable.key) {
                continue;
            }
            let text = self.hosts.rewrite_value(&service.name, name, &value.value, value.place).into_owned();
            if is_secret(name, &value.value) {
                secrets.push((name.clone(), text, value.place));
                // The name of the Secret follows.
                env.push(EnvVar { name: name.clone(), value: EnvValue::Secret { store: String::new(), key: name.clone() } });
            } else {
                env.push(EnvVar { name: name.clone(), value: EnvValue::Literal(text) });
            }
        }
        if let Some((_, _, place)) = secrets.first() {
            let wanted = format!("{}-env", self.cx.names.object(&service.name));
            let mut store = Store::secret(self.cx.names.reserve(Scope::Secret, &wanted), &service.name, self.cx.options);
            self.tell_secrets(&format!("service {:?}", service.name), &store.name, &secrets);
            let place = *place;
            for (name, text, _) in secrets {
                store.insert(name, Content::Text(text));
            }
            check_size(&store, &service.name, "the secret values", place, self.diagnostics);
            for variable in &mut env {
                if let EnvValue::Secret { store: name, .. } = &mut variable.value {
                    name.clone_from(&store.name);
                }
            }
            self.stores.insert((true, store.name.clone()), store);
        }
        env
    }

    /// What an env file sets, with valid names.
    fn values(&mut self, service: &Service, file: &EnvFile) -> Values {
        let mut values = Vec::with_capacity(file.variables.len());
        for (name, value) in &file.variables {
            if self.is_valid(service, name, value.place) {
                let text = self.hosts.rewrite_value(&service.name, name, &value.value, value.place);
                values.push((name.clone(), text.into_owned()));
            }
        }
        values
    }

    /// The ConfigMap and the Secret of an env file: one pair for all services that see the same values.
    fn file(&mut self, service: &Service, file: &EnvFile, values: &Values) -> FileStores {
        let key = (file.path.clone(), values.clone());
        if let Some(stores) = self.files.get(&key) {
            for (secret, name) in [(false, &stores.config_map), (true, &stores.secret)] {
                if let Some(store) = name.as_ref().and_then(|name| self.stores.get_mut(&(secret, name.clone()))) {
                    store.used_by(&service.name);
                }
            }
            return stores.clone();
        }
        let wanted = file_store_name(&file.path, &self.cx.project.folder);
        let (secrets, plain): (Values, Values) = values.iter().cloned().partition(|(name, value)| is_secret(name, value));
        let config_map = (!plain.is_empty()).then(|| {
            let mut store = Store::config_map(self.cx.names.reserve(Scope::ConfigMap, &wanted), &service.name);
            plain.into_iter().for_each(|(name, value)| store.insert(name, Content::Text(value)));
            self.keep(store, service, file)
        });
        let secret = (!secrets.is_empty()).then(|| {
            let mut store = Store::secret(self.cx.names.reserve(Scope::Secret, &wanted), &service.name, self.cx.options);
            let placed: Vec<_> = secrets
                .into_iter()
                .map(|(name, value)| {
                    let place = file.variables.get(&name).map_or(file.place, |v| v.place);
                    (name, value, place)
                })
                .collect();
            self.tell_secrets(&format!("env file {:?}", path::file_name(&file.path)), &store.name, &placed);
            placed.into_iter().for_each(|(name, value, _)| store.insert(name, Content::Text(value)));
            self.keep(store, service, file)
        });
        let stores = FileStores { config_map, secret };
        self.files.insert(key, stores.clone());
        stores
    }

    fn keep(&mut self, store: Store, service: &Service, file: &EnvFile) -> String {
        check_size(&store, &service.name, &format!("env file {:?}", path::file_name(&file.path)), file.place, self.diagnostics);
        let name = store.name.clone();
        self.stores.insert((store.secret, name.clone()), store);
        name
    }

    /// Tells a name that Kubernetes refuses.
    fn is_valid(&mut self, service: &Service, name: &str, place: Place) -> bool {
        let valid = is_valid_name(name);
        if !valid {
            self.diagnostics.push(
                Diagnostic::new(
                    &VARIABLE_NAME_DROPPED,
                    format!("service {:?}: Kubernetes allows no variable of the name {name:?}", service.name),
                )
                .at(place)
                .note("the name of a variable has letters, digits, `-`, `_` and `.`, and does not begin with a digit")
                .help("rename the variable, or set it in the container's own start script"),
            );
        }
        valid
    }

    /// Tells which values are taken for secrets and what has to be done about the Secret.
    fn tell_secrets(&mut self, whose: &str, store: &str, secrets: &[(String, String, Place)]) {
        let Some((_, _, place)) = secrets.first() else { return };
        let names: Vec<&str> = secrets.iter().map(|(name, _, _)| name.as_str()).collect();
        let what = look_secret(&names);
        let be = |one: &'static str, several: &'static str| if names.len() == 1 { one } else { several };
        let (message, help) = match self.cx.options.secrets {
            Secrets::Inline => (
                format!("{whose}: {what} and {} in the Secret {store:?}", be("stands", "stand")),
                "keep the file of this Secret out of version control, or choose another way with `--secrets`",
            ),
            Secrets::Placeholder => (
                format!("{whose}: {what} and {} left out of the Secret {store:?}", be("is", "are")),
                "replace every `REPLACE_ME` before you apply the Secret",
            ),
            Secrets::External => (
                format!("{whose}: {what} and {} read into the Secret {store:?} from a secret store", be("is", "are")),
                "put the values into the secret store",
            ),
            Secrets::Reference => (
                format!("{whose}: {what} and {} read from the Secret {store:?}, which must exist", be("is", "are")),
                "create the Secret with these keys before you apply the manifests",
            ),
        };
        let mut diagnostic = Diagnostic::new(&SECRET_VALUES_ASSUMED, message).at(*place).help(help);
        for (name, _, place) in secrets.iter().skip(1).take(8) {
            diagnostic = diagnostic.also(*place, name.clone());
        }
        self.diagnostics.push(diagnostic);
    }
}

/// `A, B and C look secret`, at most four names.
fn look_secret(names: &[&str]) -> String {
    match names {
        [one] => format!("the value of {one} looks secret"),
        [first, second, third, fourth, rest @ ..] if !rest.is_empty() => {
            format!("{first}, {second}, {third}, {fourth} and {} more look secret", rest.len())
        }
        [all @ .., last] => format!("{} and {last} look secret", all.join(", ")),
        [] => String::new(),
    }
}

/// May Kubernetes call a variable like this, in every version since 1.29? As a key of a ConfigMap as well.
fn is_valid_name(name: &str) -> bool {
    let start = name.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '-' | '_' | '.'));
    let rest = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    start && rest && name != "." && !name.starts_with("..") && name.len() <= 253
}

/// `base.env` → `base-env`, `db/.env` → `db-env`, `.env` → `env`.
fn file_store_name(file: &str, folder: &str) -> String {
    let name = path::file_name(file);
    let stem = name.trim_start_matches('.').trim_start_matches("env.");
    let stem = stem.strip_suffix(".env").unwrap_or(if stem == "env" { "" } else { stem });
    if !stem.is_empty() {
        return crate::plan::name::label(&format!("{}-env", stem.replace('.', "-")));
    }
    let parent = path::parent(file);
    if parent == folder { "env".to_owned() } else { crate::plan::name::label(&format!("{}-env", path::file_name(&parent))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_named_after_their_file() {
        for (file, name) in [
            ("/p/base.env", "base-env"),
            ("/p/.env", "env"),
            ("/p/.env.production", "production-env"),
            ("/p/conf/db/.env", "db-env"),
            ("/p/web.conf.env", "web-conf-env"),
            ("/p/settings", "settings-env"),
        ] {
            assert_eq!(file_store_name(file, "/p"), name, "{file}");
        }
    }

    #[test]
    fn names_that_kubernetes_refuses() {
        for name in ["discovery.type", "my-flag", "_X", ".a", "a9"] {
            assert!(is_valid_name(name), "{name}");
        }
        for name in ["9a", "a b", "", "..x", "ä", "a/b", "."] {
            assert!(!is_valid_name(name), "{name}");
        }
    }
}
