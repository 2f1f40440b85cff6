//! `extends`: a service begins as a copy of another one, from this file or another.

use super::aliases::promote;
use super::canonical;
use super::context::Context;
use super::damage::Damage;
use super::forms::one;
use super::interpolate::interpolate;
use super::loader::Loader;
use super::merge::{merge, merge_maps};
use super::parts::{put_back, take};
use super::paths;
use super::remote::{is_remote, remote};
use super::reset::Resets;
use super::trail::Trail;
use super::values::{kind, plain_text};
use super::{schema, unique};
use crate::diag::Diagnostic;
use crate::diag::catalog::load::{EXTENDED_SERVICE_MISSING, EXTENDS_CYCLE_INVALID, EXTENDS_INVALID, SERVICES_INVALID};
use crate::table::{HashMap, HashSet};
use crate::text::{Place, path, similar};
use crate::yaml::{Map, Node, Text, Value};

/// How many services may extend each other in a row.
const LONGEST: usize = 1_000;

/// After how many services that cannot be resolved the others are left.
const FAILURES: usize = 100;

/// The services of one file, some of them with `extends` resolved already.
struct Pool {
    services: Map,
    resets: Resets,
    resolved: HashSet<String>,
    /// How the user knows the file.
    name: String,
}

/// What a service extends.
struct Target {
    service: String,
    file: Option<String>,
    place: Place,
}

/// A service in a file; the document itself is the file "".
type Link = (String, String);

/// Resolves `extends` of every service of a document. Where that fails it is told, and the service stays without it.
pub(crate) fn apply(document: &mut Map, file: &str, resets: &Resets, context: &Context, loader: &mut Loader<'_>) {
    let Some(entry) = document.get_mut("services") else { return };
    let Value::Map(services) = &mut entry.value.value else {
        let message = format!("`services` is {}, not a mapping", kind(&entry.value.value));
        let diagnostic = Diagnostic::new(&SERVICES_INVALID, message).at(entry.key);
        loader.diagnostics.push(diagnostic.help("write the name of each service under it, and its attributes under the name"));
        loader.damage.add(Damage::Entries);
        document.shift_remove("services");
        return;
    };
    let extending: Vec<String> = services
        .iter()
        .filter(|(_, entry)| entry.value.get("extends").is_some_and(|node| !node.is_null()))
        .map(|(name, _)| name.to_string())
        .collect();
    if extending.is_empty() {
        return;
    }
    let name = loader.display(file);
    let own = Pool { services: std::mem::take(services), resets: resets.clone(), resolved: HashSet::default(), name };
    let mut pools = HashMap::from_iter([(String::new(), own)]);
    let mut failed = Vec::new();
    for service in extending {
        if resolve(service.clone(), &mut pools, context, loader).is_none() {
            failed.push(service);
        }
        if failed.len() >= FAILURES {
            break;
        }
    }
    if !failed.is_empty() {
        loader.damage.add(Damage::Attributes);
    }
    let Some(mut own) = pools.remove("") else { return };
    for service in failed {
        own.services.get_mut(service.as_str()).and_then(|entry| entry.value.as_map_mut()?.shift_remove("extends"));
    }
    if let Some(entry) = document.get_mut("services") {
        entry.value.value = Value::from(own.services);
    }
}

/// Follows `extends` from a service of the document to the one that extends nothing, and merges on the way back.
fn resolve(service: String, pools: &mut HashMap<String, Pool>, context: &Context, loader: &mut Loader<'_>) -> Option<()> {
    let mut chain: Vec<Link> = Vec::new();
    let mut seen: HashSet<Link> = HashSet::default();
    let mut link: Link = (String::new(), service);
    loop {
        let pool = pools.get(&link.0)?;
        let node = pool.services.get(link.1.as_str()).map(|entry| &entry.value);
        let next = match node.and_then(|node| node.get("extends")) {
            Some(extends) if !pool.resolved.contains(&link.1) => target(extends, &link.1, loader)?,
            _ => None,
        };
        let Some(next) = next else {
            chain.push(link);
            break;
        };
        if !seen.insert(link.clone()) || chain.len() >= LONGEST {
            loader.diagnostics.push(circle(&chain, &link, pools, next.place));
            // Told once is enough, not once for each service of the circle.
            for (file, service) in chain {
                if let Some(pool) = pools.get_mut(&file) {
                    pool.resolved.insert(service);
                }
            }
            return None;
        }
        let pool_key = match &next.file {
            Some(file) if is_remote(file) => {
                loader.diagnostics.push(remote(file, "extends", next.place));
                return None;
            }
            Some(file) => {
                let path = path::join(&context.folder, file);
                if !pools.contains_key(&path) {
                    let pool = open(&path, next.place, context, loader)?;
                    pools.insert(path.clone(), pool);
                }
                path
            }
            None => link.0.clone(),
        };
        let pool = pools.get(&pool_key)?;
        if !pool.services.contains_key(next.service.as_str()) {
            loader.diagnostics.push(missing(&link.1, &next, pool));
            return None;
        }
        chain.push(link);
        link = (pool_key, next.service);
    }
    let (last_file, last_service) = chain.pop()?;
    let last = &pools.get(&last_file)?.services.get(last_service.as_str())?.value;
    loader.budget.copy(last, last.place, loader.diagnostics)?;
    let mut base = last.clone();
    if !matches!(base.value, Value::Map(_) | Value::Null) {
        let message = format!("service {last_service:?} is extended, and it is {}, not a mapping", kind(&base.value));
        loader.diagnostics.push(Diagnostic::new(&EXTENDS_INVALID, message).at(base.place).help("write the attributes of the service"));
        return None;
    }
    while let Some((file, service)) = chain.pop() {
        let pool = pools.get_mut(&file)?;
        let slot = &mut pool.services.get_mut(service.as_str())?.value;
        // A service that says nothing is nothing to copy: Docker Compose leaves `extends` where it is.
        if !base.is_null() {
            let mut over = std::mem::replace(slot, Node::new(Value::Null, base.place));
            if let Some(map) = over.as_map_mut() {
                map.shift_remove("extends");
            }
            let place = over.place;
            pool.resets.apply_to_entry("services", &service, &mut base);
            if let Some(map) = base.as_map_mut() {
                map.shift_remove("extends");
            }
            let merged = merge(base, over, Trail::entry("services", &service), loader.diagnostics);
            *slot = Node { place, ..merged.unwrap_or_else(|| Node::new(Value::from(Map::default()), place)) };
        }
        if chain.is_empty() {
            base = Node::new(Value::Null, slot.place);
        } else {
            loader.budget.copy(slot, slot.place, loader.diagnostics)?;
            base = slot.clone();
        }
        pool.resolved.insert(service);
    }
    Some(())
}

fn target(node: &Node, service: &str, loader: &mut Loader<'_>) -> Option<Option<Target>> {
    let text = |key: &str| node.get(key).filter(|node| !node.is_null()).map(plain_text);
    let found = match &node.value {
        Value::Null => return Some(None),
        Value::String(name) => Some(Target { service: name.to_string(), file: None, place: node.place }),
        Value::Map(_) => {
            let place = node.get("service").map_or(node.place, |node| node.place);
            text("service").map(|name| Target { service: name, file: text("file"), place })
        }
        _ => None,
    };
    if found.is_none() {
        loader.diagnostics.push(
            Diagnostic::new(&EXTENDS_INVALID, format!("service {service:?}: `extends` names no service"))
                .at(node.place)
                .help("write the name of a service, or a mapping with `service` and perhaps `file`"),
        );
        return None;
    }
    Some(found)
}

fn circle(chain: &[Link], link: &Link, pools: &HashMap<String, Pool>, place: Place) -> Diagnostic {
    let begin = chain.iter().position(|known| known == link);
    let Some(begin) = begin else {
        return Diagnostic::new(&EXTENDS_CYCLE_INVALID, format!("more than {LONGEST} services extend each other in a row"))
            .at(place)
            .help("extend the first of them directly");
    };
    let describe = |(file, service): &Link| pools.get(file).map_or_else(|| service.clone(), |pool| format!("{service} in {}", pool.name));
    let names: Vec<String> = chain.iter().skip(begin).chain([link]).map(describe).collect();
    Diagnostic::new(&EXTENDS_CYCLE_INVALID, format!("services extend each other in a circle: {}", names.join(" → ")))
        .at(place)
        .help("take one of the `extends` out")
}

fn missing(service: &str, target: &Target, pool: &Pool) -> Diagnostic {
    let message = format!("service {service:?} extends {:?}, which is not in {}", target.service, pool.name);
    let help = match similar::closest(&target.service, pool.services.keys().map(Text::as_str)) {
        Some(name) => format!("did you mean {name:?}?"),
        None if target.file.is_none() => {
            "a service can extend one of the same document, of an included file, or of a `file` that it names".to_owned()
        }
        None => "name a service of that file".to_owned(),
    };
    Diagnostic::new(&EXTENDED_SERVICE_MISSING, message).at(target.place).help(help)
}

/// Loads the services of another file, in long forms, with paths as seen from the project's folder.
fn open(path: &str, asked: Place, context: &Context, loader: &mut Loader<'_>) -> Option<Pool> {
    let file = loader.compose_file(path, Some(asked))?;
    let mut model = Map::default();
    let mut resets = Resets::default();
    for mut document in file.documents {
        let mut collected = Resets::default();
        collected.collect(&mut document);
        if loader.steps.interpolate {
            interpolate(&mut document, Trail::TOP, &context.environment, loader);
        }
        if let Value::Map(mut document) = document.value {
            promote(&mut document);
            canonical::admit(&mut document, loader);
            collected.apply(&mut model);
            // Only what the document names is merged and looked at again, so that many documents stay linear.
            let base = take(&mut model, &document);
            loader.budget.pass(&base, asked, loader.diagnostics)?;
            let mut merged = merge_maps(base, *document, Trail::TOP, loader.diagnostics)?;
            if unique::enforce(&mut merged, loader.diagnostics).is_none() {
                loader.damage.add(Damage::Attributes);
            }
            put_back(&mut model, merged);
        }
        resets = collected;
    }
    model.retain(|key, _| key == "services");
    check_forms(&mut model, loader);
    canonical::transform(&mut model, true, loader);
    let folder = path::parent(path);
    let base = path::relative_to(&folder, &context.folder).unwrap_or(folder);
    paths::resolve(&mut model, &base, loader.home());
    let services = match model.swap_remove("services").map(|entry| entry.value.value) {
        Some(Value::Map(services)) => services,
        _ => {
            loader.diagnostics.push(
                Diagnostic::new(&EXTENDS_INVALID, format!("{} has no services to extend", file.name)).at(asked).help("name another file"),
            );
            return None;
        }
    };
    Some(Pool { services: *services, resets, resolved: HashSet::default(), name: file.name })
}

/// Checks that what has several forms is in one of them, in every service, extended or not. Nothing else is checked in another file.
fn check_forms(model: &mut Map, loader: &mut Loader<'_>) {
    let Some(entry) = model.get_mut("services") else { return };
    let (key, place) = (entry.key, entry.value.place);
    let Value::Map(services) = &mut entry.value.value else { return };
    let (mappings, others): (Map, Map) = std::mem::take(&mut **services).into_iter().partition(|(_, entry)| entry.value.as_map().is_some());
    let checked = Node::new(Value::from(mappings), place);
    let mut part = Node::new(Value::from(one("services", key, checked)), place);
    let damage = loader.damage;
    loader.damage.add(schema::validate(&mut part, true, damage, loader.diagnostics));
    if let Value::Map(part) = part.value {
        put_back(model, *part);
        put_back(model, one("services", key, Node::new(Value::from(others), place)));
    }
}
