//! Data comes along: a shell script that copies Docker's volumes and data folders into the claims of a plan.
//!
//! What differs from stack to stack stands at the top of the script: its name, and one line for each workload and claim. Everything else is
//! `steps.sh`, which is the same for all, so that who has read it once knows it.

use crate::plan::storage::VolumeSource;
use crate::plan::storage::carry::CarrySource;
use crate::plan::workload::Controller;
use crate::plan::workload::image::Dialect;
use crate::plan::{Carry, Plan, Workload};
use std::fmt::Write as _;

/// The part that is the same for every stack.
const STEPS: &str = include_str!("steps.sh");

/// Whom files belong to where nobody says it and root is not allowed: nobody.
const NOBODY: i64 = 65534;

/// How the script is to work.
#[derive(Clone, Copy, Debug)]
pub struct Settings<'a> {
    /// The project's name, as Docker Compose labels its containers.
    pub project: &'a str,
    /// The image of the pods that copy: a busybox.
    pub image: &'a str,
    /// Without root, as the Pod Security Standard `restricted` asks?
    pub restricted: bool,
}

/// The script for a plan; `None` where there is nothing to copy.
#[must_use]
pub fn script(plan: &Plan, settings: Settings<'_>) -> Option<String> {
    if plan.carries.is_empty() {
        return None;
    }
    let Settings { project, image, restricted } = settings;
    let mut out = String::from("#!/bin/sh\n");
    let _ = writeln!(out, "# Copies the data of the Compose project {} into its Kubernetes claims.", comment(project));
    out.push_str("# Written by transship. Read it before you run it; it needs docker and kubectl, and --help tells how to call it.\n");
    out.push_str("set -eu\n\n# The project in Compose, and its name in the cluster.\n");
    for (name, value) in [("compose_project", project), ("project", &plan.project)] {
        let _ = writeln!(out, "{name}={}", quoted(value));
    }
    let _ =
        writeln!(out, "# Where the claims are; empty: where kubectl is.\nnamespace={}", quoted(plan.namespace.as_deref().unwrap_or("")));
    let _ = writeln!(out, "# A busybox for both sides.\nimage={}", quoted(image));
    let _ = writeln!(out, "# Does the namespace forbid root?\nrestricted={}\n", if restricted { "yes" } else { "no" });
    out.push_str("# What runs on the claims, and is stopped while they are copied: kind and name.\neach_workload() {\n");
    let claims: Vec<&str> = plan.carries.iter().map(|carry| carry.claim.as_str()).collect();
    let mut any = false;
    for workload in plan.workloads.iter().filter(|workload| mounts(workload, &claims)) {
        let _ = writeln!(out, "  \"$1\" {} {}", kind(&workload.controller), quoted(&workload.name));
        any = true;
    }
    if !any {
        out.push_str("  :\n");
    }
    out.push_str(
        "}\n\n# The claims: name, folder in it, where its content is, user and group, database and its service, kind, name and container of that\n\
         # in the cluster, and the services that mount it.\neach_claim() {\n",
    );
    for carry in &plan.carries {
        let _ = writeln!(out, "  \"$1\" {}", claim_words(plan, carry).join(" "));
    }
    out.push_str("}\n\n");
    out.push_str(STEPS);
    Some(out)
}

/// Does a workload mount one of the claims?
fn mounts(workload: &Workload, claims: &[&str]) -> bool {
    workload.volumes.iter().any(|volume| matches!(&volume.source, VolumeSource::Claim { claim, .. } if claims.contains(&claim.as_str())))
}

fn kind(controller: &Controller) -> &'static str {
    match controller {
        Controller::Deployment { .. } => "Deployment",
        Controller::StatefulSet { .. } => "StatefulSet",
        Controller::DaemonSet { .. } => "DaemonSet",
        Controller::Job(_) => "Job",
        Controller::CronJob { .. } => "CronJob",
    }
}

/// The words of a claim's line.
fn claim_words(plan: &Plan, carry: &Carry) -> Vec<String> {
    let Carry { claim, folder, source, services, database } = carry;
    let (place, source) = match source {
        CarrySource::Volume(name) => ("volume", name.clone()),
        CarrySource::Folder(path) => ("bind", path.clone()),
        CarrySource::Unnamed { service, path } => ("unnamed", format!("{service}:{path}")),
    };
    let (user, group) = owner(plan, carry);
    let mut words = vec![quoted(claim), quoted(folder.as_deref().unwrap_or("")), place.to_owned(), quoted(&source)];
    words.extend([user.to_string(), group.to_string()]);
    let server = database.as_ref().and_then(|(dialect, service)| {
        let home = plan.workloads.iter().find_map(|workload| {
            let container = workload.containers.iter().find(|container| container.service == *service)?;
            Some((workload, container))
        });
        Some((*dialect, service, home?))
    });
    match server {
        Some((dialect, service, (workload, container))) => {
            words.extend([word(dialect).to_owned(), quoted(service), kind(&workload.controller).to_owned()]);
            words.extend([quoted(&workload.name), quoted(&container.name)]);
        }
        None => words.extend(["-"; 5].map(str::to_owned)),
    }
    words.extend(services.iter().map(|service| quoted(service)));
    words
}

const fn word(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::PostgreSql => "postgresql",
        Dialect::MySql => "mysql",
        Dialect::MongoDb => "mongodb",
        Dialect::Redis => "redis",
    }
}

/// Whom the files of a claim belong to where they cannot keep their owners: the user of the first container that mounts it.
fn owner(plan: &Plan, carry: &Carry) -> (i64, i64) {
    let mounting = plan.workloads.iter().filter(|workload| mounts(workload, &[&carry.claim]));
    let found = mounting.flat_map(|workload| {
        let group = workload.security.fs_group;
        workload.containers.iter().filter(|container| carry.services.contains(&container.service)).map(move |container| {
            let user = container.security.user.filter(|user| *user > 0).or(group);
            (user, group.or(container.security.group).or(user))
        })
    });
    let (user, group) = found.into_iter().find(|(user, _)| user.is_some()).unwrap_or((None, None));
    (user.unwrap_or(NOBODY), group.filter(|group| *group > 0).unwrap_or(NOBODY))
}

/// A text as one word of the shell: as it is where it is plain, else in quotes.
fn quoted(text: &str) -> String {
    let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'/' | b':' | b'@'));
    if plain && !text.starts_with('-') { text.to_owned() } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

/// A text that stays within its line.
fn comment(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_shell() {
        for (text, word) in
            [("shop_data", "shop_data"), ("", "''"), ("/a b", "'/a b'"), ("it's", "'it'\\''s'"), ("$(x)", "'$(x)'"), ("-n", "'-n'")]
        {
            assert_eq!(quoted(text), word);
        }
    }
}
