//! Ofelia: `ofelia.job-exec.NAME.schedule` and its kin in labels, and the same in its file.

use super::task::{Task, write};
use super::{CONTROLLER, dropped, lost};
use crate::compose::{Project, Service};
use crate::diag::Diagnostics;
use crate::table::{HashMap, HashSet, IndexMap};
use crate::text::Placed;
use crate::vocab::peer::Peers;
use crate::vocab::{Stack, Ways, labels, repository};

/// What its labels begin with.
pub(super) const PREFIX: &str = "ofelia.";

/// How many variables, labels and mounts of services the jobs of a stack may repeat. No real one comes near.
const COPIES: usize = 1_000_000;

/// Where the image reads its file.
const FILE: &str = "/etc/ofelia/config.ini";

/// What kind of a job it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// A command in a container that runs.
    Exec,
    /// A container of its own, or one that is started again.
    Run,
    /// A command in Ofelia's own container.
    Local,
    /// A Swarm service of its own.
    ServiceRun,
}

impl Kind {
    fn read(word: &str) -> Option<Self> {
        Some(match word {
            "job-exec" => Self::Exec,
            "job-run" => Self::Run,
            "job-local" => Self::Local,
            "job-service-run" => Self::ServiceRun,
            _ => return None,
        })
    }
}

/// Settings of a job, each perhaps several times.
pub(super) type Settings = IndexMap<String, Vec<Placed<String>>>;

/// A job as it is asked for.
pub(super) struct Asked<'p> {
    pub(super) kind: Kind,
    pub(super) name: String,
    /// The key, as messages name it.
    pub(super) key: String,
    pub(super) settings: Settings,
    /// Whose label it is, or whose file.
    pub(super) owner: &'p Service,
}

/// Reads the labels of every service, and Ofelia's file.
pub(super) fn read(stack: &mut Stack<'_>, diagnostics: &mut Diagnostics) -> Ways {
    let project = stack.project;
    let scheduler = project.services.values().find(|service| is_ofelia(service));
    let before = diagnostics.iter().count();
    let mut all = Vec::new();
    if let Some(scheduler) = scheduler {
        of_file(stack, scheduler, &mut all, diagnostics);
    }
    of_labels(project, scheduler, &mut all, diagnostics);
    let mut ways = Ways::default();
    if all.is_empty() {
        return ways;
    }
    let peers = Peers::of(project);
    let mut names = Names { taken: project.services.keys().cloned().collect(), last: HashMap::default() };
    let mut left = COPIES;
    for asked in &all {
        match write(project, scheduler, &peers, asked, &mut left, diagnostics) {
            Some(Task::New(service)) => ways.tasks.push(Service { name: names.free(&service.name), ..*service }),
            Some(Task::Existing(name, triggers)) => match ways.timed.get_mut(&name) {
                Some(known) => known.schedule.extend(triggers.schedule),
                None => drop(ways.timed.insert(name, *triggers)),
            },
            None => {}
        }
    }
    let missed = diagnostics.iter().skip(before).any(|told| told.code.name == super::SCHEDULED_JOB_DROPPED.name);
    if let Some(scheduler) = scheduler.filter(|_| !missed && !all.is_empty()) {
        ways.replaced.insert(scheduler.name.clone(), CONTROLLER.to_owned());
    }
    ways
}

/// The names of services.
struct Names {
    taken: HashSet<String>,
    /// The last number behind each name.
    last: HashMap<String, u32>,
}

impl Names {
    /// A name that no service has: the one that is wanted, or that with a number.
    fn free(&mut self, wanted: &str) -> String {
        let mut name = wanted.to_owned();
        while !self.taken.insert(name.clone()) {
            let last = self.last.entry(wanted.to_owned()).or_insert(1);
            *last += 1;
            name = format!("{wanted}-{last}");
        }
        name
    }
}

/// Is it Ofelia, or a fork of it?
fn is_ofelia(service: &Service) -> bool {
    let image = service.container.image.as_ref().map_or("", |image| image.value.as_str());
    repository(image).rsplit('/').next() == Some("ofelia")
}

fn of_labels<'p>(project: &'p Project, scheduler: Option<&'p Service>, all: &mut Vec<Asked<'p>>, diagnostics: &mut Diagnostics) {
    // A label of Ofelia's own may add to any job of its name, one of another service to its own jobs.
    let mut known: HashMap<(Kind, String, Option<&str>), usize> = HashMap::default();
    for (at, asked) in all.iter().enumerate() {
        known.entry((asked.kind, asked.name.clone(), None)).or_insert(at);
        known.entry((asked.kind, asked.name.clone(), Some(&asked.owner.name))).or_insert(at);
    }
    for service in project.services.values() {
        let own = scheduler.is_some_and(|scheduler| scheduler.name == service.name);
        let mine: Vec<(&str, &Placed<String>)> =
            labels(service).filter_map(|(key, value)| Some((key.strip_prefix(PREFIX)?, value))).collect();
        let enabled = mine.iter().find(|(key, _)| *key == "enabled").map(|(_, value)| value.value.as_str());
        if let Some((key, value)) = mine.iter().find(|(key, _)| key.starts_with("job-")).filter(|_| !own && enabled != Some("true")) {
            lost(
                service,
                &format!("{PREFIX}{key}"),
                value.place,
                "Ofelia passes over containers without `ofelia.enabled: \"true\"`",
                diagnostics,
            );
            continue;
        }
        for (key, value) in mine {
            let mut words = key.splitn(3, '.');
            let (kind, name, setting) = (words.next().unwrap_or_default(), words.next(), words.next());
            let (Some(name), Some(setting)) = (name, setting) else {
                if !matches!(key, "enabled" | "service") {
                    lost(service, &format!("{PREFIX}{key}"), value.place, "a cluster reports of Jobs in its own events", diagnostics);
                }
                continue;
            };
            let key = format!("{PREFIX}{kind}.{name}");
            let Some(kind) = Kind::read(kind) else {
                dropped(service, &key, value.place, "it is of no kind that is known here", diagnostics);
                continue;
            };
            let setting = setting.to_ascii_lowercase();
            let at = known.get(&(kind, name.to_owned(), (!own).then_some(service.name.as_str()))).copied().unwrap_or_else(|| {
                all.push(Asked { kind, name: name.to_owned(), key, settings: Settings::default(), owner: service });
                let at = all.len() - 1;
                known.entry((kind, name.to_owned(), None)).or_insert(at);
                known.insert((kind, name.to_owned(), Some(&service.name)), at);
                at
            });
            if let Some(asked) = all.get_mut(at) {
                asked.settings.insert(setting, several(value));
            }
        }
    }
}

/// The items of a label: a JSON list, or itself.
fn several(value: &Placed<String>) -> Vec<Placed<String>> {
    match serde_json::from_str::<Vec<String>>(&value.value) {
        Ok(items) => items.into_iter().map(|item| Placed::new(item, value.place)).collect(),
        Err(_) => vec![value.clone()],
    }
}

/// `[job-exec "NAME"]` and lines of `setting = value`.
fn of_file<'p>(stack: &mut Stack<'_>, scheduler: &'p Service, all: &mut Vec<Asked<'p>>, diagnostics: &mut Diagnostics) {
    let words = scheduler.container.command.iter().flat_map(|words| &words.value);
    let words: Vec<&str> = words.map(|word| word.value.as_str()).collect();
    let joined = words.iter().find_map(|word| word.strip_prefix("--config="));
    let apart = words.iter().position(|word| matches!(*word, "--config" | "-c")).and_then(|at| words.get(at + 1).copied());
    let Some(file) = stack.file(scheduler, joined.or(apart).unwrap_or(FILE)) else { return };
    let mut current: Option<usize> = None;
    let mut start = 0;
    for line in file.text.split_inclusive('\n') {
        let place = file.place(start, start + line.trim_end().len());
        start += line.len();
        let line = line.trim();
        if line.is_empty() || line.starts_with([';', '#']) {
            continue;
        }
        if let Some(section) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            let (kind, name) = section.split_once(char::is_whitespace).unwrap_or((section, ""));
            let name = name.trim().trim_matches('"');
            current = None;
            if let Some(kind) = Kind::read(kind) {
                current = Some(all.len());
                all.push(Asked { kind, name: name.to_owned(), key: section.to_owned(), settings: Settings::default(), owner: scheduler });
            } else if kind != "global" {
                dropped(scheduler, section, place, "it is of no kind that is known here", diagnostics);
            }
            continue;
        }
        let Some((setting, value)) = line.split_once('=') else { continue };
        let (setting, value) = (setting.trim().to_ascii_lowercase(), value.trim().trim_matches('"').to_owned());
        match current.and_then(|at| all.get_mut(at)) {
            Some(asked) => asked.settings.entry(setting).or_default().push(Placed::new(value, place)),
            None => lost(scheduler, &setting, place, "a cluster reports of Jobs in its own events", diagnostics),
        }
    }
}
