//! Diagnostics of the family `load`.

family! {
    /// A Compose file that was named is not there, or none was found. Docker Compose looks for `compose.yaml`, `compose.yml`,
    /// `docker-compose.yml` and `docker-compose.yaml` in the folder and in those above it.
    COMPOSE_FILE_MISSING = "compose-file-missing";
    /// A Compose file cannot be read, or holds something else than a mapping at its top.
    COMPOSE_FILE_INVALID = "compose-file-invalid";
    /// `services` is not a mapping of names to services.
    SERVICES_INVALID = "services-invalid";
    /// The Compose file is empty, or holds only comments. Docker Compose refuses it: write `services:` with at least one service.
    COMPOSE_CONTENT_MISSING = "compose-content-missing";
    /// A folder has several files with names that Compose takes. Docker Compose reads the first: `compose.yaml`, `compose.yml`,
    /// `docker-compose.yml`, `docker-compose.yaml`, in this order. Name the file with `--file` to choose another.
    COMPOSE_FILE_ASSUMED = "compose-file-assumed";
    /// A folder has several override files. Docker Compose merges the first over the Compose file and leaves the others.
    OVERRIDE_FILE_ASSUMED = "override-file-assumed";
    /// A project name from `--project-name` or `COMPOSE_PROJECT_NAME` has characters that Docker Compose refuses there. Use lower-case
    /// letters, digits, `-` and `_`, and begin with a letter or a digit.
    PROJECT_NAME_INVALID = "project-name-invalid";
    /// Nothing is left of the project's name once Compose has dropped what it does not take. Write `name:` or give `--project-name`.
    PROJECT_NAME_MISSING = "project-name-missing";
    /// The attribute `version` has had no effect since Compose V2. Remove the line.
    VERSION_DROPPED = "version-dropped";

    /// A `${…}` has a form that Compose does not know, such as `${NAME:=text}`, or is not closed on its line. Write `$$` where a dollar
    /// sign is meant.
    VARIABLE_INVALID = "variable-invalid";
    /// The file demands a variable with `${NAME:?…}`, and it is not set. Set it in the environment or in `.env`.
    REQUIRED_VARIABLE_MISSING = "required-variable-missing";
    /// A variable that the file uses is not set and has no default. Docker Compose puts an empty text in its place, and so is it here.
    /// Set it in the environment or in `.env`, or write a default: `${NAME:-text}`.
    UNSET_VARIABLE_APPROXIMATED = "unset-variable-approximated";
    /// The attribute takes a number or a boolean, and the text there, once its variables are replaced, is none.
    VARIABLE_VALUE_INVALID = "variable-value-invalid";
    /// A boolean is written as `yes`, `no`, `on`, `off`, `y` or `n`. YAML 1.2 has only `true` and `false`; Docker Compose takes the old
    /// words in boolean attributes and warns.
    YAML_BOOLEAN_APPROXIMATED = "yaml-boolean-approximated";

    /// An env file is not there: one of `--env-file`, `env_file` or `include`. Docker Compose refuses to start without it, unless
    /// `env_file` says `required: false`.
    ENV_FILE_MISSING = "env-file-missing";
    /// An env file cannot be read: a quote is not closed, a name has a character that names cannot have, or it sets more than 100,000
    /// variables.
    ENV_FILE_INVALID = "env-file-invalid";
    /// An entry of `env_file` has no `path`, or a `format` that Docker Compose does not know.
    ENV_FILE_ENTRY_INVALID = "env-file-entry-invalid";
    /// A file of `label_file` cannot be read.
    LABEL_FILE_MISSING = "label-file-missing";
    /// A variable of a service ends with a space before its `=`. Docker Compose refuses it.
    ENVIRONMENT_KEY_INVALID = "environment-key-invalid";

    /// `include` is not a list of paths, or an entry names no file.
    INCLUDE_INVALID = "include-invalid";
    /// Files include each other in a circle.
    INCLUDE_CYCLE_INVALID = "include-cycle-invalid";
    /// Includes are nested more than 64 deep, or there are more than 2,000 of them.
    INCLUDE_NESTING_INVALID = "include-nesting-invalid";
    /// `include` or `extends` names something that Docker Compose fetches over the network: a Git repository, an OCI artifact, a URL.
    /// Nothing is fetched here. Download it and name the file.
    REMOTE_RESOURCE_INVALID = "remote-resource-invalid";
    /// A file has more than 1,000,000 values, ten times what Docker Compose reads, and more than one for every ten bytes; or copies by
    /// `extends` and `include`, env files, ports and mounts make the project grow by as many.
    PROJECT_SIZE_INVALID = "project-size-invalid";
    /// `extends` names no service, or a file without services.
    EXTENDS_INVALID = "extends-invalid";
    /// `extends` names a service that is not there. It can extend one of the same document, of an included file, or of the file that it
    /// names, and none of an earlier `--file`.
    EXTENDED_SERVICE_MISSING = "extended-service-missing";
    /// Services extend each other in a circle, or more than a thousand of them in a row.
    EXTENDS_CYCLE_INVALID = "extends-cycle-invalid";
    /// A later file gives an attribute another form than an earlier one, such as a string in place of a list, so they cannot be merged.
    MERGE_INVALID = "merge-invalid";

    /// A short syntax has the wrong type.
    SHORT_SYNTAX_INVALID = "short-syntax-invalid";
    /// An entry of a list of `key=value` has no `=`.
    KEY_VALUE_INVALID = "key-value-invalid";
    /// A port cannot be read. The short form is `[[ADDRESS:]HOST:]CONTAINER[/PROTOCOL]`; HOST and CONTAINER are ports or ranges of the
    /// same length.
    PORT_INVALID = "port-invalid";
    /// A mount cannot be read. The short form is `[SOURCE:]TARGET[:OPTIONS]`; the long form needs `type` and `target`.
    VOLUME_MOUNT_INVALID = "volume-mount-invalid";
    /// A device cannot be read. The short form is `SOURCE[:TARGET[:PERMISSIONS]]`; the long form needs `source` and `target`.
    DEVICE_INVALID = "device-invalid";
    /// A value is not of the type that the attribute has.
    VALUE_INVALID = "value-invalid";
    /// A duration has no unit, or one that there is not. Write `1m30s`, with the units ns, us, ms, s, m, h, d and w.
    DURATION_INVALID = "duration-invalid";
    /// A size has a unit that there is not. Write bytes, or one of the units b, k, m, g, t and p: `512m`.
    SIZE_INVALID = "size-invalid";
    /// A size is written as a number with a fraction or an exponent. Docker Compose passes over it without a word: the attribute has no
    /// effect. Write whole bytes, or a string with a unit.
    FRACTIONAL_SIZE_DROPPED = "fractional-size-dropped";
    /// A key that begins with `x-` stands among labels, variables, options or limits. Docker Compose takes it for an extension there, too:
    /// it sets no label, variable or option of that name, and puts one that is called `#extensions` in its place. Here it is left out. Take
    /// another name, or write a list of `KEY=VALUE`, in which nothing is an extension.
    EXTENSION_ENTRY_DROPPED = "extension-entry-dropped";
    /// A command that is written as one string cannot be split into words: a quote is not closed, or a parenthesis stands alone.
    COMMAND_INVALID = "command-invalid";
    /// A command that is written as one string holds a shell operator outside quotes. Docker Compose splits the string itself, without
    /// a shell, and loses everything from the operator on. Write `["sh", "-c", "…"]`.
    SHELL_OPERATOR_DROPPED = "shell-operator-dropped";
    /// An entry of `extra_hosts` has no host name or no address.
    HOST_ENTRY_INVALID = "host-entry-invalid";
    /// The test of a health check is a list that begins with something else than `CMD`, `CMD-SHELL` or `NONE`.
    HEALTHCHECK_INVALID = "healthcheck-invalid";
    /// An external resource is named in the old form `external: {name: …}`. Write `external: true` and `name: …`.
    EXTERNAL_NAME_APPROXIMATED = "external-name-approximated";
    /// A resource has two different names, as `name` and as `external.name`.
    EXTERNAL_NAME_CONFLICTING = "external-name-conflicting";
    /// An external volume has attributes that would shape a new one. It exists already: only `name` has a meaning.
    EXTERNAL_CONFLICTING = "external-conflicting";
    /// A config or secret has several sources.
    SOURCE_CONFLICTING = "source-conflicting";
    /// A config or secret has no source: `file`, `environment` or, for a config, `content`.
    SOURCE_MISSING = "source-missing";
    /// A request for devices has both `count` and `device_ids`.
    DEVICE_REQUEST_CONFLICTING = "device-request-conflicting";
    /// An entry of `develop.watch` has an empty path.
    WATCH_PATH_MISSING = "watch-path-missing";
    /// An entry of `develop.watch` needs a target for its action.
    WATCH_TARGET_MISSING = "watch-target-missing";

    /// A service has neither an image nor a build, so there is nothing to run.
    IMAGE_MISSING = "image-missing";
    /// A service takes another one as build context that is not there, or is not built.
    BUILD_CONTEXT_UNKNOWN = "build-context-unknown";
    /// A service runs on a platform that its image is not built for.
    PLATFORM_CONFLICTING = "platform-conflicting";
    /// Two attributes exclude each other.
    ATTRIBUTES_CONFLICTING = "attributes-conflicting";
    /// A service joins a network that the top level does not declare.
    NETWORK_UNKNOWN = "network-unknown";
    /// A service mounts a named volume that the top level does not declare. A source without `/` or `.` in front is the name of a volume.
    VOLUME_UNKNOWN = "volume-unknown";
    /// A service uses a config that the top level does not declare.
    CONFIG_UNKNOWN = "config-unknown";
    /// A service uses a secret that the top level does not declare.
    SECRET_UNKNOWN = "secret-unknown";
    /// A service uses a model that the top level does not declare.
    MODEL_UNKNOWN = "model-unknown";
    /// A service depends on one that is not declared. Dependencies come from `depends_on`, and from `links`, `volumes_from` and modes
    /// such as `network_mode: service:NAME`.
    DEPENDENCY_UNKNOWN = "dependency-unknown";
    /// A service depends on one that no active profile brings in. Activate a profile of it, or write `required: false`.
    DEPENDENCY_INACTIVE_UNKNOWN = "inactive-dependency-unknown";
    /// Services depend on each other in a circle, so none can be the first to start.
    DEPENDENCY_CYCLE_INVALID = "dependency-cycle-invalid";
    /// A service that the command line names is not in the project.
    SELECTED_SERVICE_UNKNOWN = "selected-service-unknown";
    /// Two attributes that set the same limit differ: `cpus`, `mem_limit`, `mem_reservation`, `pids_limit` or `scale`, and the one under
    /// `deploy`.
    LIMITS_CONFLICTING = "limits-conflicting";
    /// A number of replicas is negative.
    REPLICAS_INVALID = "replicas-invalid";
    /// A container name is used twice, or by a service with more than one replica. Docker has one container of a name.
    CONTAINER_NAME_CONFLICTING = "container-name-conflicting";
    /// A service mounts two things at the same path.
    MOUNT_TARGET_CONFLICTING = "mount-target-conflicting";
    /// A service and a job have the same name.
    NAME_CONFLICTING = "name-conflicting";
}
