//! Diagnostics of the family `extension`.

family! {
    /// `x-transship` says what Compose cannot say. This key is none of those that it has here: a typing error, or a key that stands in the
    /// wrong place (services, volumes and the top of the file have keys of their own). It has no effect. The reference lists them all.
    EXTENSION_KEY_UNKNOWN = "extension-key-unknown";
    /// A value in `x-transship` is not what its key takes. The key has no effect, the others of the same `x-transship` have.
    EXTENSION_VALUE_INVALID = "extension-value-invalid";
    /// Two keys of `x-transship`, or a key and the rest of the service, contradict each other: `replicas` beside `autoscaling`, a `schedule`
    /// of something that is no CronJob. The message says which one has no effect.
    EXTENSION_KEY_CONFLICTING = "extension-key-conflicting";
    /// A key of `x-transship` needs another one beside it: a CronJob its `schedule`, `autoscaling` its `max`.
    EXTENSION_KEY_MISSING = "extension-key-missing";
    /// A key of `x-transship` speaks of something that the service does not have, such as a port that is published.
    EXTENSION_KEY_DROPPED = "extension-key-dropped";
    /// An autoscaler compares what pods use with what they request. A container without a request has nothing to compare with, and the
    /// autoscaler would never do anything. Reserve resources for it, or name an amount instead of a share.
    AUTOSCALING_REQUEST_MISSING = "autoscaling-request-missing";
    /// `autoscaling` says from how many to how many pods, but not when: the usual share of processor time is assumed.
    AUTOSCALING_TARGET_ASSUMED = "autoscaling-target-assumed";
    /// A patch names a kind, and perhaps a name, of which the service has no object. Look into the manifests for what there is.
    PATCH_TARGET_MISSING = "patch-target-missing";
    /// A patch sets a field that objects of this kind do not have: a typing error, or a field at the wrong depth. Kubernetes refuses an
    /// object with such a field, so the patch is left out. `kubectl explain deployment.spec.template.spec` lists the fields there are.
    PATCH_FIELD_UNKNOWN = "patch-field-unknown";
    /// A patch sets a field to a value of the wrong type, such as a text where a number is wanted, or a mapping where a list is wanted. Lists
    /// are replaced as a whole, so an item of a list needs all that it needs in Kubernetes. The patch is left out.
    PATCH_VALUE_INVALID = "patch-value-invalid";
}
