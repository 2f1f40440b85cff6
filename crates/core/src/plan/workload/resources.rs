//! Requests and limits.

use crate::compose::Service;
use crate::compose::gpu::DeviceRequest;
use crate::diag::catalog::resources::{DEVICE_COUNT_APPROXIMATED, DEVICE_REQUEST_DROPPED, RESERVATION_APPROXIMATED};
use crate::diag::{Diagnostic, Diagnostics};
use crate::text::{Place, Placed};
use crate::vocab::kompose;

use crate::table::IndexMap;

/// The resources of a container: resource name (`cpu`, `memory`, `nvidia.com/gpu`) to a Kubernetes quantity.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resources {
    /// `requests`.
    pub requests: IndexMap<String, String>,
    /// `limits`.
    pub limits: IndexMap<String, String>,
}

/// What a container asks for that only has a limit: enough to be scheduled, little enough to fit anywhere.
const SMALL_CPU: f64 = 0.05;
/// The same for memory, in bytes.
const SMALL_MEMORY: i64 = 64 << 20;
/// Docker's own period of the CPU quota, in microseconds.
const CPU_PERIOD: i64 = 100_000;

/// Decides the requests and limits of a service's container.
#[must_use]
pub fn plan(service: &Service, diagnostics: &mut Diagnostics) -> Resources {
    let mut out = Resources::default();
    let c = &service.container;
    let deploy = service.deploy.as_ref();
    let (limits, reservations) = (deploy.map(|d| &d.limits), deploy.map(|d| &d.reservations));
    let positive = |value: Option<&Placed<f64>>| value.filter(|v| v.value > 0.0 && v.value.is_finite()).copied();
    let quota = c.cpu_quota.as_ref().filter(|quota| quota.value > 0).map(|quota| {
        let period = c.cpu_period.as_ref().map(|p| p.value).filter(|p| *p > 0).unwrap_or(CPU_PERIOD);
        #[allow(clippy::cast_precision_loss, reason = "microseconds of a period are far below 2^52")]
        Placed::new(quota.value as f64 / period as f64, quota.place)
    });
    let count = c.cpu_count.as_ref().filter(|count| count.value > 0).map(|count| {
        #[allow(clippy::cast_precision_loss, reason = "nobody has 2^52 processors")]
        Placed::new(count.value as f64, count.place)
    });
    let cpu = positive(limits.and_then(|l| l.cpus.as_ref())).or_else(|| positive(c.cpus.as_ref())).or(quota).or(count);
    let reserved_cpu = positive(reservations.and_then(|r| r.cpus.as_ref()));
    let bytes = |value: Option<&Placed<i64>>| value.filter(|v| v.value > 0).copied();
    let memory = bytes(limits.and_then(|l| l.memory.as_ref())).or_else(|| bytes(c.mem_limit.as_ref()));
    let reserved_memory = bytes(reservations.and_then(|r| r.memory.as_ref())).or_else(|| bytes(c.mem_reservation.as_ref()));

    let above = |reserved: Option<Place>, what: &str, diagnostics: &mut Diagnostics| {
        if let Some(place) = reserved {
            diagnostics.push(
                Diagnostic::new(
                    &RESERVATION_APPROXIMATED,
                    format!("service {:?}: more {what} is reserved than its limit allows, so the limit is reserved", service.name),
                )
                .at(place),
            );
        }
    };
    let too_much = reserved_cpu.zip(cpu).filter(|(reserved, limit)| reserved.value > limit.value).map(|(reserved, _)| reserved.place);
    above(too_much, "CPU", diagnostics);
    let too_much = reserved_memory.zip(memory).filter(|(reserved, limit)| reserved.value > limit.value).map(|(reserved, _)| reserved.place);
    above(too_much, "memory", diagnostics);

    let at_most = cpu.map_or(f64::INFINITY, |limit| limit.value);
    if let Some(request) = reserved_cpu.map(|r| r.value).or(cpu.map(|_| SMALL_CPU)) {
        out.requests.insert("cpu".to_owned(), cpu_quantity(request.min(at_most)));
    }
    let at_most = memory.map_or(i64::MAX, |limit| limit.value);
    if let Some(request) = reserved_memory.map(|r| r.value).or(memory.map(|_| SMALL_MEMORY)) {
        out.requests.insert("memory".to_owned(), bytes_quantity(request.min(at_most)));
    }
    if let Some(limit) = cpu {
        out.limits.insert("cpu".to_owned(), cpu_quantity(limit.value));
    }
    if let Some(limit) = memory {
        out.limits.insert("memory".to_owned(), bytes_quantity(limit.value));
    }
    let kompose::EphemeralStorage { request, limit } = kompose::ephemeral_storage(service);
    out.requests.extend(request.map(|request| ("ephemeral-storage".to_owned(), request)));
    out.limits.extend(limit.map(|limit| ("ephemeral-storage".to_owned(), limit)));
    for request in c.gpus.iter().chain(deploy.map_or(&[][..], |d| d.devices.as_slice())) {
        device(service, request, &mut out, diagnostics);
    }
    out
}

/// A request for devices becomes a limit of the device plugin's resource.
fn device(service: &Service, request: &DeviceRequest, out: &mut Resources, diagnostics: &mut Diagnostics) {
    let driver = request.driver.as_ref().map_or("", |driver| driver.value.as_str());
    let capable = |names: &[&str]| request.capabilities.iter().any(|c| names.contains(&c.value.as_str()));
    let resource = match driver {
        "amd" | "amd.com/gpu" | "rocm" => "amd.com/gpu",
        "intel" | "intel.com/gpu" => "gpu.intel.com/i915",
        "" | "nvidia" | "nvidia.com/gpu"
            if driver.contains("nvidia") || capable(&["gpu", "nvidia", "compute", "utility"]) || request.capabilities.is_empty() =>
        {
            "nvidia.com/gpu"
        }
        _ => {
            diagnostics.push(
                Diagnostic::new(
                    &DEVICE_REQUEST_DROPPED,
                    format!("service {:?}: the cluster's name of the requested device is not known", service.name),
                )
                .at(request.place)
                .help("install the device plugin of its vendor and add its resource to the container's `resources.limits`"),
            );
            return;
        }
    };
    let (count, told) = match &request.count {
        Some(count) if count.value > 0 => (count.value, None),
        Some(count) => (1, Some((count.place, "all devices of a host cannot be asked for in a cluster"))),
        None if request.device_ids.is_empty() => (1, Some((request.place, "all devices of a host cannot be asked for in a cluster"))),
        None => (
            i64::try_from(request.device_ids.len()).unwrap_or(1),
            request.device_ids.first().map(|id| (id.place, "the device plugin chooses the devices, not their ids")),
        ),
    };
    if let Some((place, why)) = told {
        diagnostics.push(
            Diagnostic::new(
                &DEVICE_COUNT_APPROXIMATED,
                format!("service {:?}: the container gets {count} of {resource}: {why}", service.name),
            )
            .at(place)
            .help("set `count` to the number of devices that the container needs"),
        );
    }
    out.limits.insert(resource.to_owned(), count.to_string());
}

/// Cores as a Kubernetes quantity: whole ones, or thousandths, at least one.
fn cpu_quantity(cores: f64) -> String {
    #[allow(clippy::cast_possible_truncation, reason = "the cast saturates, and nobody has that many cores")]
    let thousandths = (cores * 1000.0).round().max(1.0) as i64;
    if thousandths % 1000 == 0 { (thousandths / 1000).to_string() } else { format!("{thousandths}m") }
}

/// Bytes as a Kubernetes quantity.
pub(crate) fn bytes_quantity(bytes: i64) -> String {
    let units = [(1_i64 << 40, "Ti"), (1 << 30, "Gi"), (1 << 20, "Mi"), (1 << 10, "Ki")];
    let whole = units.iter().find(|(unit, _)| bytes % unit == 0 && bytes != 0);
    whole.map_or_else(|| bytes.to_string(), |(unit, name)| format!("{}{name}", bytes / unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities() {
        assert_eq!(cpu_quantity(0.5), "500m");
        assert_eq!(cpu_quantity(2.0), "2");
        assert_eq!(cpu_quantity(0.000_01), "1m");
        assert_eq!(bytes_quantity(64 << 20), "64Mi");
        assert_eq!(bytes_quantity(3 << 30), "3Gi");
        assert_eq!(bytes_quantity(100_000_000), "100000000");
    }
}
