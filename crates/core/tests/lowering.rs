//! What a plan made by hand is lowered to: mechanisms that stand between several objects.
#![allow(clippy::expect_used, reason = "a test that meets what it does not expect shall fail")]

use std::collections::BTreeMap;
use transship::compose::Project;
use transship::lower::{Object, lower};
use transship::plan::environment::{EnvValue, EnvVar};
use transship::plan::security::Security;
use transship::plan::storage::store::{Content, Presence, Store};
use transship::plan::storage::{Mount, PodVolume, Populate, VolumeSource};
use transship::plan::workload::container::Container;
use transship::plan::workload::order::Init;
use transship::plan::workload::{Controller, Job, Pod, Rollout, Workload};
use transship::plan::{Plan, security::PodSecurity};
use transship::table::IndexMap;

fn container(name: &str, image: &str) -> Container {
    Container {
        service: name.to_owned(),
        name: name.to_owned(),
        image: image.to_owned(),
        pull: None,
        command: None,
        args: None,
        working_dir: None,
        env: Vec::new(),
        env_from: Vec::new(),
        ports: Vec::new(),
        mounts: Vec::new(),
        readiness: None,
        liveness: None,
        startup: None,
        post_start: None,
        pre_stop: None,
        resources: Default::default(),
        security: Security::default(),
        stdin: false,
        tty: false,
    }
}

fn workload(name: &str, image: &str, controller: Controller, awaited: &[&str]) -> Workload {
    let wait = |job: &&str| Init::WaitJob { name: format!("wait-for-{job}"), job: (*job).to_owned(), image: "kubectl:1".to_owned() };
    Workload {
        name: name.to_owned(),
        service: name.to_owned(),
        controller,
        pod_labels: IndexMap::default(),
        pod_annotations: IndexMap::default(),
        containers: vec![container(name, image)],
        inits: awaited.iter().map(wait).collect(),
        volumes: Vec::new(),
        awaited_jobs: awaited.iter().map(|job| (*job).to_owned()).collect(),
        same_node: Vec::new(),
        security: PodSecurity::default(),
        pod: Pod::default(),
        labels: IndexMap::default(),
        annotations: IndexMap::default(),
        scaler: None,
        budget: None,
    }
}

fn deployment() -> Controller {
    Controller::Deployment { replicas: None, rollout: Rollout::default() }
}

fn plan(workloads: Vec<Workload>) -> Plan {
    Plan { project: "shop".to_owned(), workloads, ..Default::default() }
}

/// The objects by kind and the name without its hash.
fn objects(plan: &Plan) -> BTreeMap<(String, String), Object> {
    let named = |object: Object| {
        let stem = if object.kind == "Job" { object.name.rsplit_once('-').expect("a hash").0.to_owned() } else { object.name.clone() };
        ((object.kind.to_owned(), stem), object)
    };
    let mut objects = Vec::new();
    lower(plan, &Project::default(), &mut |object| objects.push(object));
    objects.into_iter().map(named).collect()
}

fn get<'a>(objects: &'a BTreeMap<(String, String), Object>, kind: &str, name: &str) -> &'a Object {
    &objects[&(kind.to_owned(), name.to_owned())]
}

#[test]
fn a_new_job_renames_what_waits_for_it() {
    let with_tag = |tag: &str| {
        plan(vec![
            workload("app", "app:1", deployment(), &["seed"]),
            workload("seed", "seed:1", Controller::Job(Job::default()), &["migrate"]),
            workload("migrate", tag, Controller::Job(Job::default()), &[]),
        ])
    };
    let (old, new) = (objects(&with_tag("migrate:1")), objects(&with_tag("migrate:2")));
    for job in ["migrate", "seed"] {
        let (old, new) = (&get(&old, "Job", job).name, &get(&new, "Job", job).name);
        assert_ne!(old, new);
        assert_eq!(new.len(), job.len() + 9);
    }
    let seed = &get(&new, "Job", "seed").name;
    let app = &get(&new, "Deployment", "app").value;
    assert_eq!(app["spec"]["template"]["spec"]["initContainers"][0]["args"][3], format!("job/{seed}"));
    assert_eq!(get(&new, "Role", "app").value["rules"][0]["resourceNames"][0], seed.as_str());
    assert_eq!(get(&new, "RoleBinding", "seed").value["subjects"][0]["name"], "seed");
    assert_eq!(objects(&with_tag("migrate:2")), new);
}

#[test]
fn jobs_in_a_circle_come_to_an_end() {
    let job = |name, awaited: &str| workload(name, "image:1", Controller::Job(Job::default()), &[awaited]);
    let objects = objects(&plan(vec![job("a", "b"), job("b", "a"), job("c", "c"), job("d", "gone")]));
    assert_eq!(objects.keys().filter(|(kind, _)| kind == "Job").count(), 4);
}

#[test]
fn pods_roll_when_their_configuration_changes_and_only_then() {
    let with = |password: &str, other: &str, presence: Presence| {
        let mut app = workload("app", "app:1", deployment(), &[]);
        let value = EnvValue::Secret { store: "app-env".to_owned(), key: "PASSWORD".to_owned() };
        app.containers[0].env.push(EnvVar { name: "PASSWORD".to_owned(), value });
        let store = |name: &str, content: &str| Store {
            name: name.to_owned(),
            secret: true,
            entries: IndexMap::from_iter([("PASSWORD".to_owned(), Content::Text(content.to_owned()))]),
            presence: presence.clone(),
            service: None,
            kind: None,
            annotations: IndexMap::default(),
        };
        let plan = Plan { stores: vec![store("app-env", password), store("other", other)], ..plan(vec![app]) };
        let objects = objects(&plan);
        (get(&objects, "Deployment", "app").value.clone(), objects)
    };
    let (before, _) = with("one", "x", Presence::Written);
    assert_ne!(before, with("two", "x", Presence::Written).0);
    assert_eq!(before, with("one", "y", Presence::Written).0);
    // What shall not leave the machine leaves no trace, not even a hash.
    let (hidden, all) = with("one", "x", Presence::Placeholder);
    assert_eq!(hidden, with("two", "x", Presence::Placeholder).0);
    assert_eq!(get(&all, "Secret", "app-env").value["stringData"]["PASSWORD"], "REPLACE_ME");
    let (_, all) = with("one", "x", Presence::External("ClusterSecretStore/vault".to_owned()));
    let external = &get(&all, "ExternalSecret", "app-env").value["spec"];
    assert_eq!(external["secretStoreRef"]["kind"], "ClusterSecretStore");
    assert_eq!(external["data"][0]["remoteRef"]["key"], "app-env");
    assert!(!format!("{all:?}").contains("one"));
}

#[test]
fn volumes_are_filled_beside_what_the_image_has() {
    let mut web = workload("web", "web:1", deployment(), &[]);
    let mount = Mount { volume: "static".to_owned(), path: "/srv/$(app)".to_owned(), read_only: true, ..Mount::default() };
    web.volumes = ["toolbox", "static"]
        .map(|name| PodVolume { name: name.to_owned(), source: VolumeSource::Empty { memory: false, size: None } })
        .to_vec();
    web.inits = vec![
        Init::Toolbox { name: "toolbox".to_owned(), image: "busybox:1".to_owned(), volume: "toolbox".to_owned() },
        Init::Populate {
            name: "populate".to_owned(),
            image: "web:1".to_owned(),
            pull: None,
            toolbox: "toolbox".to_owned(),
            volumes: vec![Populate { mount: mount.clone() }],
            security: Security { user: Some(0), ..Security::default() },
        },
    ];
    web.containers[0].mounts = vec![mount];
    let objects = objects(&plan(vec![web]));
    let pod = &get(&objects, "Deployment", "web").value["spec"]["template"]["spec"];
    let filler = &pod["initContainers"][1];
    assert_eq!(filler["image"], "web:1");
    assert_eq!(filler["command"][0], "/transship/toolbox/busybox");
    assert_eq!(filler["command"][5], "/srv/$$(app)");
    assert_eq!(filler["command"][6], filler["volumeMounts"][1]["mountPath"]);
    assert_eq!(filler["volumeMounts"][1]["readOnly"], serde_json::Value::Null);
    assert_eq!(filler["securityContext"]["runAsUser"], 0);
    assert_eq!(pod["initContainers"][0]["securityContext"]["runAsNonRoot"], true);
}
