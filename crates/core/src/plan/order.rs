//! Start order: what an init container waits for, and what else runs before a container.

use super::container::Container;
use super::probe::Probe;
use super::security::Security;
use super::storage::{Mount, Populate};

/// One init container.
#[derive(Clone, Debug)]
pub enum Init {
    /// Waits until a headless Service that publishes ready pods only resolves.
    WaitReady {
        /// The container's name: `wait-for-<dependency>`.
        name: String,
        /// The name to resolve: `<dependency>-ready`.
        endpoint: String,
        /// The image: a static busybox.
        image: String,
    },
    /// Waits for a Job to complete.
    WaitJob {
        /// The container's name: `wait-for-<dependency>`.
        name: String,
        /// The Compose service that leads the Job's workload.
        job: String,
        /// The image: kubectl.
        image: String,
    },
    /// Puts a static busybox on the volume `volume`, for the containers that fill volumes.
    Toolbox {
        /// The container's name.
        name: String,
        /// The image: a static busybox.
        image: String,
        /// The pod's volume that takes the busybox.
        volume: String,
    },
    /// Fills empty volumes from the image of a service, with the busybox of [`Init::Toolbox`].
    Populate {
        /// The container's name.
        name: String,
        /// The service's image.
        image: String,
        /// `imagePullPolicy` of that image.
        pull: Option<super::container::Pull>,
        /// The volume that holds the busybox.
        toolbox: String,
        /// The volumes to fill.
        volumes: Vec<Populate>,
        /// How it may run: as root unless Pod Security forbids it.
        security: Security,
    },
    /// A container that runs to its end: `pre_start`.
    Container(Box<Container>),
    /// A container that starts before the others and stays: `depends_on` inside one pod. The probe says when the next may start.
    Sidecar {
        /// The container.
        container: Box<Container>,
        /// What must succeed before the next container starts; `None`: nothing.
        startup: Option<Probe>,
    },
    /// Creates folders on volumes, for `subPath` mounts that must exist with the right owner.
    Folders {
        /// The container's name.
        name: String,
        /// The image: a static busybox.
        image: String,
        /// The volumes, each mounted where it is to be prepared.
        mounts: Vec<Mount>,
        /// How it may run.
        security: Security,
    },
}
