//! Diagnostics of the family `environment`.

family! {
    /// Docker takes any name without `=` for a variable. Kubernetes up to 1.33 allows letters, digits, `-`, `_` and `.` only, and no digit
    /// at the beginning, so the variable is not set in the cluster. Rename it, or set it in the container's own start script.
    VARIABLE_NAME_DROPPED = "variable-name-dropped";

    /// Compose keeps passwords and tokens among the other variables. In a cluster everybody who may read a workload would see them there,
    /// so values that look secret, by the name of the variable or by themselves (a password in a URL, a private key), stand in a Secret.
    ///
    /// `--secrets` decides what is written: the values, placeholders, ExternalSecret objects, or nothing. A Secret with its values
    /// does not belong into version control.
    SECRET_VALUES_ASSUMED = "secret-values-assumed";
}
