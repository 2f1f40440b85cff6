//! Kubernetes Services: the names that resolve.

use super::{Context, Objects, labels, object, some};
use crate::compose::ports::Protocol;
use crate::plan::Endpoint;
use crate::plan::endpoint::{EndpointMarks, EndpointPort, Exposure, Selector};
use k8s_openapi::api::core::v1::{Service, ServicePort, ServiceSpec};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

pub(super) fn lower(context: &Context<'_>, objects: &mut Objects<'_>) {
    objects.extend(context.plan.endpoints.iter().map(|endpoint| object(&service(context, endpoint))));
}

fn service(context: &Context<'_>, endpoint: &Endpoint) -> Service {
    let Endpoint { name, selector, headless, ports, publish_not_ready, exposure, service, marks } = endpoint;
    let EndpointMarks { labels: own_labels, annotations, external_traffic_local } = marks;
    let (mut metadata, selector) = match selector {
        Selector::Workload(workload) => (labels::metadata(context, name, Some(workload)), labels::of_workload(context, workload)),
        Selector::Label { key, value } => {
            (labels::metadata_of(context, name, service.as_deref()), labels::of_project(context, [(key.clone(), value.clone())]))
        }
    };
    metadata.labels.get_or_insert_default().extend(own_labels.clone());
    metadata.annotations = some(annotations.clone());
    let spec = ServiceSpec {
        external_traffic_policy: external_traffic_local.map(|local| if local { "Local" } else { "Cluster" }.to_owned()),
        type_: match exposure {
            Exposure::Cluster => None,
            Exposure::LoadBalancer => Some("LoadBalancer".to_owned()),
            Exposure::NodePort => Some("NodePort".to_owned()),
        },
        cluster_ip: headless.then(|| "None".to_owned()),
        ports: some(ports.iter().map(port)),
        publish_not_ready_addresses: publish_not_ready.then_some(true),
        selector: Some(selector),
        ..Default::default()
    };
    Service { metadata, spec: spec.into(), ..Default::default() }
}

fn port(port: &EndpointPort) -> ServicePort {
    let EndpointPort { name, port, target, protocol, app_protocol, node_port } = port;
    ServicePort {
        name: Some(name.clone()),
        port: i32::from(*port),
        target_port: Some(IntOrString::Int(i32::from(*target))),
        protocol: protocol_field(*protocol),
        app_protocol: app_protocol.clone(),
        node_port: node_port.map(i32::from),
    }
}

/// `protocol`, where it is not TCP.
pub(super) fn protocol_field(protocol: Protocol) -> Option<String> {
    (protocol != Protocol::Tcp).then(|| protocol.word().to_ascii_uppercase())
}
