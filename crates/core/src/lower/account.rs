//! Accounts of the workloads that wait for Jobs: each may watch its own Jobs and nothing else.

use super::{Context, Objects, job, labels, object};
use k8s_openapi::api::core::v1::ServiceAccount;
use k8s_openapi::api::rbac::v1::{PolicyRule, Role, RoleBinding, RoleRef, Subject};

pub(super) fn lower(context: &Context<'_>, objects: &mut Objects<'_>) {
    for workload in context.plan.workloads.iter().filter(|w| !w.awaited_jobs.is_empty()) {
        let name = &workload.name;
        let metadata = || labels::metadata(context, name, Some(name));
        let named = workload.pod.service_account.as_ref();
        let account = ServiceAccount { metadata: metadata(), automount_service_account_token: Some(false), ..Default::default() };
        let rule = PolicyRule {
            api_groups: Some(vec!["batch".to_owned()]),
            resources: Some(vec!["jobs".to_owned()]),
            resource_names: Some(workload.awaited_jobs.iter().map(|service| job::name(context, service)).collect()),
            verbs: ["get", "list", "watch"].map(str::to_owned).to_vec(),
            ..Default::default()
        };
        let role = Role { metadata: metadata(), rules: Some(vec![rule]) };
        let binding = RoleBinding {
            metadata: metadata(),
            role_ref: RoleRef { api_group: "rbac.authorization.k8s.io".to_owned().into(), kind: "Role".to_owned(), name: name.clone() },
            subjects: Some(vec![Subject {
                kind: "ServiceAccount".to_owned(),
                name: named.unwrap_or(name).clone(),
                namespace: context.plan.namespace.clone(),
                ..Default::default()
            }]),
        };
        // An account that is named exists already.
        objects.extend(named.is_none().then(|| object(&account)));
        objects.extend([object(&role), object(&binding)]);
    }
}
