//! Volumes of pods and what containers mount.

use super::some;
use crate::plan::storage::{Mount, PodVolume, StoreFile, StoreFiles, VolumeSource};
use k8s_openapi::api::core::v1::{
    ConfigMapProjection, ConfigMapVolumeSource, EmptyDirVolumeSource, HostPathVolumeSource, ImageVolumeSource, KeyToPath, NFSVolumeSource,
    PersistentVolumeClaimVolumeSource, ProjectedVolumeSource, SecretProjection, SecretVolumeSource, Volume, VolumeMount, VolumeProjection,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

/// The permission bits that Kubernetes gives to files without any: not worth a line.
const DEFAULT_MODE: i32 = 0o644;

pub(super) fn mounts(mounts: &[Mount]) -> Option<Vec<VolumeMount>> {
    some(mounts.iter().map(mount))
}

pub(super) fn mount(mount: &Mount) -> VolumeMount {
    let Mount { volume, path, sub_path, read_only, propagation, recursive_read_only } = mount;
    VolumeMount {
        name: volume.clone(),
        mount_path: path.clone(),
        sub_path: sub_path.clone(),
        read_only: read_only.then_some(true),
        mount_propagation: propagation.map(str::to_owned),
        recursive_read_only: recursive_read_only.map(str::to_owned),
        ..Default::default()
    }
}

pub(super) fn volume(volume: &PodVolume) -> Volume {
    let PodVolume { name, source } = volume;
    let mut volume = Volume { name: name.clone(), ..Default::default() };
    match source {
        VolumeSource::Claim { claim, read_only } => {
            volume.persistent_volume_claim =
                Some(PersistentVolumeClaimVolumeSource { claim_name: claim.clone(), read_only: read_only.then_some(true) });
        }
        VolumeSource::Empty { memory, size } => {
            volume.empty_dir = Some(EmptyDirVolumeSource {
                medium: memory.then(|| "Memory".to_owned()),
                size_limit: size.map(|bytes| Quantity(quantity(bytes))),
                ..Default::default()
            });
        }
        VolumeSource::Host { path, kind } => {
            volume.host_path = Some(HostPathVolumeSource { path: path.clone(), type_: kind.map(str::to_owned) });
        }
        VolumeSource::Nfs { server, path, read_only } => {
            volume.nfs = Some(NFSVolumeSource { server: server.clone(), path: path.clone(), read_only: read_only.then_some(true) });
        }
        VolumeSource::Store(files) if files.secret => {
            volume.secret = Some(SecretVolumeSource {
                secret_name: Some(files.store.clone()),
                items: items(files),
                default_mode: mode(files.mode).filter(|mode| *mode != DEFAULT_MODE),
                ..Default::default()
            });
        }
        VolumeSource::Store(files) => {
            volume.config_map = Some(ConfigMapVolumeSource {
                name: files.store.clone(),
                items: items(files),
                default_mode: mode(files.mode).filter(|mode| *mode != DEFAULT_MODE),
                ..Default::default()
            });
        }
        VolumeSource::Projected { sources, mode: bits } => {
            let sources = Some(sources.iter().map(projection).collect());
            volume.projected = Some(ProjectedVolumeSource {
                sources,
                default_mode: mode(*bits).filter(|mode| *mode != DEFAULT_MODE),
                ..Default::default()
            });
        }
        VolumeSource::Image { reference } => {
            volume.image = Some(ImageVolumeSource { reference: Some(reference.clone()), ..Default::default() });
        }
    }
    volume
}

fn projection(files: &StoreFiles) -> VolumeProjection {
    let name = files.store.clone();
    if files.secret {
        let secret = SecretProjection { name, items: items(files), ..Default::default() };
        VolumeProjection { secret: Some(secret), ..Default::default() }
    } else {
        let config_map = ConfigMapProjection { name, items: items(files), ..Default::default() };
        VolumeProjection { config_map: Some(config_map), ..Default::default() }
    }
}

fn items(files: &StoreFiles) -> Option<Vec<KeyToPath>> {
    some(files.items.iter().map(|StoreFile { key, path, mode: bits }| KeyToPath {
        key: key.clone(),
        path: path.clone(),
        mode: bits.and_then(mode),
        ..Default::default()
    }))
}

/// Permission bits as the API wants them.
fn mode(bits: u32) -> Option<i32> {
    i32::try_from(bits & 0o777).ok()
}

/// Bytes in the largest binary unit that divides them.
fn quantity(bytes: i64) -> String {
    for (power, unit) in [(40, "Ti"), (30, "Gi"), (20, "Mi"), (10, "Ki")] {
        if bytes != 0 && bytes % (1 << power) == 0 {
            return format!("{}{unit}", bytes >> power);
        }
    }
    bytes.to_string()
}

#[cfg(test)]
mod tests {
    #[test]
    fn sizes_are_written_short() {
        for (bytes, text) in [(0, "0"), (1000, "1000"), (1024, "1Ki"), (64 << 20, "64Mi"), (3 << 29, "1536Mi"), (2 << 30, "2Gi")] {
            assert_eq!(super::quantity(bytes), text);
        }
    }
}
