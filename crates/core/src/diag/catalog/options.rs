//! Diagnostics of the family `options`.

family! {
    /// The option `host` is written `SERVICE[:PORT]=HOST[/PATH]`, such as `web:8080=shop.example.com/admin`. This one is not.
    HOST_OPTION_INVALID = "host-option-invalid";
    /// The option `host` names a service that the project does not have, or that no active profile selects.
    HOST_OPTION_UNKNOWN = "host-option-unknown";
    /// The option `host` names a service without a port, and transship knows none of it. Write the port behind the service's name.
    HOST_OPTION_MISSING = "host-option-missing";
    /// With `--ingress=gateway` a Gateway is written, and its class says which controller of the cluster serves it. Name the class with
    /// `--gateway-class`, or a Gateway that the cluster has already with `--gateway`.
    GATEWAY_CLASS_MISSING = "gateway-class-missing";
    /// With `--secrets=external` a Secret is not written; an ExternalSecret reads its values from a store (Vault, a cloud's secret
    /// manager) through the External Secrets operator, and has to name that store. Give its name with `--secret-store`.
    SECRET_STORE_MISSING = "secret-store-missing";
    /// The option `storage-size` is a Kubernetes quantity: a number and perhaps a unit (`500Mi`, `10Gi`).
    STORAGE_SIZE_INVALID = "storage-size-invalid";
}
