//! How many pods there are when the load changes (HorizontalPodAutoscaler), and how many may be missing (PodDisruptionBudget).

use crate::compose::Service;
use crate::diag::catalog::extension::{AUTOSCALING_REQUEST_MISSING, AUTOSCALING_TARGET_ASSUMED, EXTENSION_KEY_MISSING};
use crate::diag::{Diagnostic, Diagnostics};
use crate::plan::Container;
use crate::plan::context::Context;
use crate::plan::operation::{conflicting, invalid};
use crate::plan::storage::volume::is_quantity;
use crate::plan::workload::controller::Kind;
use crate::plan::workload::model::Amount;
use crate::text::{Place, Placed};

/// Adds and removes pods by their load.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scaler {
    /// Of a StatefulSet, or of a Deployment?
    pub stateful: bool,
    /// The fewest pods.
    pub least: i32,
    /// The most pods.
    pub most: i32,
    /// What their load is measured by.
    pub metrics: Vec<Metric>,
}

/// What the load of pods is measured by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metric {
    /// `cpu` or `memory`.
    pub resource: &'static str,
    /// What one pod shall use on average.
    pub target: Target,
}

/// What one pod shall use on average.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// So many of a hundred of what it requests.
    Share(i32),
    /// A quantity.
    Amount(String),
}

/// How many pods may be missing while nodes are emptied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Budget {
    /// So many stay.
    Stay(Amount),
    /// So many may be missing.
    Missing(Amount),
}

/// What most autoscalers aim at where nothing is said.
const USUAL_SHARE: i32 = 80;

/// The autoscaler of a pod with these containers, if one is asked for and can work.
pub(in crate::plan) fn scaler(
    cx: &Context<'_>,
    leader: &Service,
    kind: Kind,
    containers: &[Container],
    diagnostics: &mut Diagnostics,
) -> Option<Scaler> {
    let (service, said) = (leader.name.as_str(), cx.pod_operation(&leader.name));
    let autoscaling = said.autoscaling.as_ref()?;
    if !matches!(kind, Kind::Deployment | Kind::StatefulSet) {
        diagnostics.push(conflicting(service, "autoscaling", autoscaling.place, "only a Deployment or a StatefulSet can be scaled"));
        return None;
    }
    let bounds = &autoscaling.value;
    let Some(most) = &bounds.max else {
        diagnostics.push(missing(service, "autoscaling", "max", autoscaling.place));
        return None;
    };
    let least = bounds.min.as_ref().map_or(1, |min| min.value);
    if least == 0 || most.value < least {
        let wanted = format!("at least {}, the fewest pods, which are at least 1", least.max(1));
        diagnostics.push(invalid(service, "autoscaling.max", most.place, &wanted));
        return None;
    }
    if let Some(replicas) = &said.replicas {
        diagnostics.push(conflicting(service, "replicas", replicas.place, "`autoscaling` decides how many pods there are"));
    }
    let mut metrics = Vec::new();
    for (resource, given) in [("cpu", &bounds.cpu), ("memory", &bounds.memory)] {
        let Some(given) = given else { continue };
        match target(&given.value, resource) {
            Some(target) => metrics.push((Metric { resource, target }, given.place)),
            None => {
                diagnostics.push(
                    invalid(service, &format!("autoscaling.{resource}"), given.place, "a share or an amount").help(if resource == "cpu" {
                        "write `80%`, or `500m`"
                    } else {
                        "write `80%`, or `512Mi`"
                    }),
                );
                return None;
            }
        }
    }
    if bounds.cpu.is_none() && bounds.memory.is_none() {
        diagnostics.push(
            Diagnostic::new(
                &AUTOSCALING_TARGET_ASSUMED,
                format!(
                    "service {service:?}: pods are added when they use more than {USUAL_SHARE} % of the processor time that they request"
                ),
            )
            .at(autoscaling.place)
            .help("say what one pod shall use: `cpu: 80%`"),
        );
        metrics.push((Metric { resource: "cpu", target: Target::Share(USUAL_SHARE) }, autoscaling.place));
    }
    metrics.retain(|(metric, place)| has_request(service, metric, *place, containers, diagnostics));
    let metrics: Vec<Metric> = metrics.into_iter().map(|(metric, _)| metric).collect();
    (!metrics.is_empty()).then(|| Scaler { stateful: kind == Kind::StatefulSet, least: whole(least), most: whole(most.value), metrics })
}

/// A share needs something to be a share of: every container of the pod must request the resource.
fn has_request(service: &str, metric: &Metric, place: Place, containers: &[Container], diagnostics: &mut Diagnostics) -> bool {
    let Target::Share(_) = metric.target else { return true };
    let Some(without) = containers.iter().find(|c| !c.resources.requests.contains_key(metric.resource)) else { return true };
    let (attribute, what) = if metric.resource == "cpu" { ("cpus", "processor time") } else { ("memory", "memory") };
    diagnostics.push(
        Diagnostic::new(
            &AUTOSCALING_REQUEST_MISSING,
            format!("service {service:?}: a share of {what} is asked for, but service {:?} requests none", without.service),
        )
        .at(place)
        .help(format!("say `deploy.resources.reservations.{attribute}`, or name an amount instead of a share")),
    );
    false
}

/// Reads `80%`, `80` (a share as well) or a quantity.
fn target(text: &str, resource: &str) -> Option<Target> {
    let text = text.trim();
    let share = text.strip_suffix('%').unwrap_or(text).trim();
    if let Ok(share) = share.parse::<i32>() {
        return (share > 0).then_some(Target::Share(share));
    }
    let thousandths = resource == "cpu" && text.strip_suffix('m').is_some_and(|n| n.parse::<u32>().is_ok_and(|n| n > 0));
    (thousandths || is_quantity(text)).then(|| Target::Amount(text.to_owned()))
}

/// The disruption budget of a pod, if one is asked for.
pub(in crate::plan) fn budget(cx: &Context<'_>, leader: &Service, kind: Kind, diagnostics: &mut Diagnostics) -> Option<Budget> {
    let service = leader.name.as_str();
    let budget = cx.pod_operation(service).disruption_budget.as_ref()?;
    if matches!(kind, Kind::Job | Kind::CronJob | Kind::DaemonSet) {
        diagnostics.push(conflicting(service, "disruption-budget", budget.place, "only a Deployment or a StatefulSet has one"));
        return None;
    }
    let (given, make): (&Placed<String>, fn(Amount) -> Budget) = match (&budget.value.min_available, &budget.value.max_unavailable) {
        (Some(_), Some(both)) => {
            diagnostics.push(conflicting(service, "max-unavailable", both.place, "`min-available` says the same the other way round"));
            return None;
        }
        (Some(min), None) => (min, Budget::Stay),
        (None, Some(max)) => (max, Budget::Missing),
        (None, None) => {
            diagnostics.push(missing(service, "disruption-budget", "min-available", budget.place));
            return None;
        }
    };
    let amount = amount(&given.value);
    if amount.is_none() {
        diagnostics.push(invalid(service, "disruption-budget", given.place, "a number of pods, or a share such as `50%`"));
    }
    amount.map(make)
}

fn missing(service: &str, key: &str, needed: &str, place: Place) -> Diagnostic {
    Diagnostic::new(&EXTENSION_KEY_MISSING, format!("service {service:?}: `{key}` needs `{needed}`")).at(place)
}

/// Reads `2` or `50%`.
fn amount(text: &str) -> Option<Amount> {
    let text = text.trim();
    match text.strip_suffix('%') {
        Some(share) => share.trim().parse().ok().filter(|share| (0..=100).contains(share)).map(Amount::Percent),
        None => text.parse().ok().filter(|count| *count >= 0).map(Amount::Count),
    }
}

fn whole(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_shares_or_amounts() {
        let amount = |text: &str| Some(Target::Amount(text.to_owned()));
        assert_eq!((target("80%", "cpu"), target("80", "memory")), (Some(Target::Share(80)), Some(Target::Share(80))));
        assert_eq!((target("500m", "cpu"), target("512Mi", "memory")), (amount("500m"), amount("512Mi")));
        assert_eq!((target("500m", "memory"), target("0%", "cpu"), target("much", "cpu")), (None, None, None));
    }

    #[test]
    fn amounts_of_pods() {
        assert_eq!((amount("2"), amount("50%")), (Some(Amount::Count(2)), Some(Amount::Percent(50))));
        assert_eq!((amount("-1"), amount("101%"), amount("half")), (None, None, None));
    }
}
