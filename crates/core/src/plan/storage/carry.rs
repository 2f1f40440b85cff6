//! What has to be copied into the claims: the content of Docker's volumes and of folders of the host.

use crate::plan::context::Context;
use crate::plan::storage::claim::{Claims, Use};
use crate::plan::storage::mount::ClaimKey;
use crate::plan::workload::image::{Dialect, known};
use crate::table::IndexSet;

/// One claim and where its content lies today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carry {
    /// The claim.
    pub claim: String,
    /// The folder of the claim that takes the content; `None`: its root.
    pub folder: Option<String>,
    /// Where the content lies.
    pub source: CarrySource,
    /// The Compose services that mount it.
    pub services: Vec<String>,
    /// The database that keeps its data there, and the service that runs it.
    pub database: Option<(Dialect, String)>,
}

/// Where the content of a claim lies today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CarrySource {
    /// A volume of the Docker engine, by its name there.
    Volume(String),
    /// A folder of the host: absolute.
    Folder(String),
    /// A volume without a name: the engine knows it by its container alone.
    Unnamed {
        /// The service that mounts it.
        service: String,
        /// The path in its container.
        path: String,
    },
}

/// What has to be copied into a claim that these mounts share.
pub(super) fn carry(cx: &Context<'_>, key: &ClaimKey, name: &str, folder: Option<&str>, uses: &[Use<'_, '_>]) -> Carry {
    let source = match key {
        ClaimKey::Volume(key) => {
            CarrySource::Volume(cx.project.volumes.get(key).map_or_else(|| key.clone(), |volume| volume.name.value.clone()))
        }
        ClaimKey::Path(path) => CarrySource::Folder(path.clone()),
        ClaimKey::Anonymous(service, path) => CarrySource::Unnamed { service: service.clone(), path: path.clone() },
    };
    let services: IndexSet<&str> = uses.iter().map(|u| u.wish.service.name.as_str()).collect();
    let database = uses.iter().filter(|u| !u.wish.read_only).find_map(|u| {
        let known = known(&u.wish.service.container.image.as_ref()?.value).filter(|known| known.owns(&u.wish.target))?;
        Some((known.dialect?, u.wish.service.name.clone()))
    });
    Carry {
        claim: name.to_owned(),
        folder: folder.map(str::to_owned),
        source,
        services: services.into_iter().map(str::to_owned).collect(),
        database,
    }
}

impl Claims {
    /// What has to be copied, claim by claim.
    pub(crate) fn carries(&self) -> Vec<Carry> {
        self.each().map(|decided| decided.carry.clone()).collect()
    }
}
