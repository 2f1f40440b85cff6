//! Diagnostics of the family `storage`.

family! {
    /// The container engine's socket (`/var/run/docker.sock`) or folder gives a container the power over all containers of its host. The
    /// nodes of a cluster have no Docker engine that runs these containers, so nothing is mounted.
    ///
    /// A program that routes, restarts or updates containers has its place in the cluster itself: Ingress, probes, controllers. A program
    /// that starts containers needs the Kubernetes API instead; many can use it when they are told to.
    ENGINE_SOCKET_DROPPED = "engine-socket-dropped";

    /// `/etc/localtime` and `/etc/timezone` give a container the time zone of the machine that Compose runs on. Nodes of a cluster run in
    /// UTC, so nothing is mounted. Set the variable `TZ` to a zone (`Europe/Berlin`) where the container should use one.
    HOST_CLOCK_ASSUMED = "host-clock-assumed";

    /// A part of the host that only the host has (its processes, devices, logs) is mounted from the node that the pod happens to run on.
    /// Pod Security `baseline` refuses such pods, and each node shows something else: a monitoring agent wants `deploy.mode: global`.
    HOST_PATH_APPROXIMATED = "host-path-approximated";

    /// `--host-paths=drop` leaves out every folder of the host. The container sees what its image has there.
    HOST_PATH_DROPPED = "host-path-dropped";

    /// An absolute path belongs to the machine that Compose runs on; the nodes of a cluster do not have it. A claim takes its place, which
    /// is empty at first: copy the files into it (`transship data`), or choose `--host-paths=host-path` where every node has the folder.
    HOST_FOLDER_ASSUMED = "host-folder-assumed";

    /// A single file of the host, outside of the project, cannot be carried over: its content belongs to that machine. Nothing is mounted.
    /// Put the file into the project folder and mount it from there, or use a config or a secret.
    HOST_FILE_DROPPED = "host-file-dropped";

    /// A file that is mounted does not exist in the project. Docker makes an empty folder in its place, which is rarely what anybody wants;
    /// in the cluster nothing is mounted. Create the file (often there is an example beside it) and translate again.
    MOUNTED_FILE_DROPPED = "mounted-file-dropped";

    /// A folder around the project, a socket, or a link that leads out of the project: nothing of it is read or mounted.
    MOUNTED_FOLDER_DROPPED = "mounted-folder-dropped";

    /// Some entries of a mounted folder are not carried along: the history of version control, links out of the project, sockets.
    MOUNTED_ENTRIES_DROPPED = "mounted-entries-dropped";

    /// Files of the project are carried along in ConfigMaps and Secrets, which hold 1 MiB at most. More than that cannot be mounted.
    ///
    /// Copy the files into the image with its Dockerfile; or mount a volume instead and copy the files into it with `kubectl cp`.
    MOUNTED_FILES_INVALID = "mounted-files-invalid";

    /// An object over 256 KiB cannot be applied by a plain `kubectl apply`, which keeps a copy of it in an annotation. Apply the manifests
    /// with `kubectl apply --server-side`.
    MOUNTED_FILES_APPROXIMATED = "mounted-files-approximated";

    /// Files of a ConfigMap or Secret are read-only. Docker lets a container write to a mounted file that is not `:ro`; the translation
    /// assumes that it does not. A service that writes there needs a volume, or a copy of the file made when it starts.
    MOUNTED_FILES_ASSUMED = "mounted-files-assumed";

    /// While developing, the source code is mounted over the copy in the image. In a cluster the image's own copy runs, so nothing is mounted:
    /// build the image anew after each change.
    SOURCE_CODE_DROPPED = "source-code-dropped";

    /// A folder of the project that does not exist or is empty is where a service keeps its data. A claim takes its place.
    DATA_FOLDER_ASSUMED = "data-folder-assumed";

    /// A folder of the project that looks like data (by its name, its target or the image) becomes a claim, which is empty at first. Copy the files
    /// into it with `transship data`. A folder that the service only reads should be mounted with `:ro`: then its files are carried along.
    DATA_FOLDER_APPROXIMATED = "data-folder-approximated";

    /// An anonymous volume lives as long as its container under Compose, and outlives it when it is replaced. In the cluster it is a folder that
    /// lives as long as its pod. Name the volume where its data has to stay.
    ANONYMOUS_VOLUME_ASSUMED = "anonymous-volume-assumed";

    /// Under Compose all containers of a host may use a volume at the same time. In most clusters a claim is bound to one node, so the pods that
    /// share it are kept on the same node (`--shared-volumes` has other ways: `read-write-many` needs a storage class that can do it).
    SHARED_VOLUME_APPROXIMATED = "shared-volume-approximated";

    /// A volume driver of the Docker engine has no counterpart: the storage class decides where a claim's data is. Name one with
    /// `--storage-class` that keeps the data where the driver did.
    VOLUME_DRIVER_APPROXIMATED = "volume-driver-approximated";

    /// The size of a claim is a Kubernetes quantity: a number and perhaps a unit (`500Mi`, `10Gi`). The default size is used.
    VOLUME_SIZE_INVALID = "volume-size-invalid";

    /// An external volume exists before the stack starts. So must the claim in the cluster: the manifests use it and do not create it.
    EXTERNAL_VOLUME_ASSUMED = "external-volume-assumed";

    /// `volumes_from` may name any container of the Docker host. Only a service of this project can be meant in a cluster.
    VOLUMES_FROM_DROPPED = "volumes-from-dropped";

    /// Windows pipes and cluster volumes of Docker Swarm have no counterpart in Kubernetes: nothing is mounted.
    VOLUME_TYPE_DROPPED = "volume-type-dropped";

    /// The content of an image is mounted as a volume of type `image`, which Kubernetes has by default since 1.35 (before, it has to be
    /// switched on for the cluster).
    IMAGE_VOLUME_ASSUMED = "image-volume-assumed";

    /// Options of a tmpfs besides its size (owner, mode, …) have no field: a folder in memory is open to everybody in the container.
    TMPFS_OPTIONS_DROPPED = "tmpfs-options-dropped";

    /// A device of the host is mounted from the node, but a container may only open it when it runs `privileged`, or when a device plugin
    /// gives it the device. The node must have it as well: place the service with `deploy.placement`.
    DEVICE_APPROXIMATED = "device-approximated";

    /// A CDI device is given to containers by a device plugin or by dynamic resource allocation in a cluster. Nothing is mounted.
    DEVICE_DROPPED = "device-dropped";

    /// The content of a config or secret is not there: the file does not exist, or the variable is not set. Docker Compose refuses to start the
    /// service. The object is written with `REPLACE_ME` in its place: add the content and translate again, or create the object by hand.
    FILE_CONTENT_MISSING = "file-content-missing";

    /// Compose gives a mounted config or secret an owner. In Kubernetes the files of a ConfigMap or Secret belong to root, and to the `fsGroup` of
    /// the pod. So the file is made readable for everybody in the container.
    FILE_OWNER_APPROXIMATED = "file-owner-approximated";

    /// An external config or secret exists before the stack starts. So must the ConfigMap or Secret in the cluster, with the key that is mounted.
    EXTERNAL_FILE_ASSUMED = "external-file-assumed";

    /// Mount options of an NFS volume cannot be given in a pod; the node's defaults apply. A PersistentVolume with `mountOptions` can have them.
    NFS_OPTIONS_DROPPED = "nfs-options-dropped";
}
