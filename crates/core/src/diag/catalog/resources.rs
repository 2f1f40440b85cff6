//! Diagnostics of the family `resources`.

family! {
    /// A reservation over the limit is refused by Kubernetes, and by Docker for memory. The limit is reserved instead.
    RESERVATION_APPROXIMATED = "reservation-approximated";

    /// Docker can give a container all devices of a host, or some by their ids. In a cluster a container asks for a number, and the device
    /// plugin chooses which. Set `count` to the number that the container needs.
    DEVICE_COUNT_APPROXIMATED = "device-count-approximated";

    /// The devices of a cluster are resources of a device plugin (`nvidia.com/gpu`), and for this driver or capability no such name is known.
    /// Add the plugin's resource to the container's `resources.limits`.
    DEVICE_REQUEST_DROPPED = "device-request-dropped";
}
