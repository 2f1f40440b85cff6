//! Claims: which there are, who shares them, and who fills them first.

use crate::diag::catalog::options::STORAGE_SIZE_INVALID;
use crate::diag::catalog::storage::SHARED_VOLUME_APPROXIMATED;
use crate::diag::{Diagnostic, Diagnostics};
use crate::options::{PodSecurity, PopulateVolumes, SharedVolumes};
use crate::plan::context::Context;
use crate::plan::name::Scope;
use crate::plan::operation::most_pods;
use crate::plan::storage::Claim;
use crate::plan::storage::bind;
use crate::plan::storage::carry::{Carry, carry};
use crate::plan::storage::mount::{ClaimKey, What, Wish};
use crate::plan::storage::store::annotations;
use crate::plan::storage::volume;
use crate::plan::workload::image::{is_database_folder, known};
use crate::table::{HashMap, IndexMap, IndexSet};
use crate::vocab::kompose;

/// The folder of a database's claim that holds its data: beside `lost+found`, not around it.
const DATABASE_FOLDER: &str = "data";

/// Every claim of the project.
#[derive(Debug, Default)]
pub(crate) struct Claims {
    decided: IndexMap<ClaimKey, Decided>,
    /// Folders that lie below the folder of another claim: that one, and the way from there.
    below: HashMap<ClaimKey, (ClaimKey, String)>,
}

/// What was decided about a claim.
#[derive(Clone, Debug)]
pub(crate) struct Decided {
    /// Its name.
    pub(crate) name: String,
    /// The folder of the claim that is the volume's root.
    pub(crate) folder: Option<String>,
    /// Several pods mount it.
    pub(crate) shared: bool,
    /// ReadWriteMany.
    pub(crate) many: bool,
    /// The label that keeps its pods on one node.
    pub(crate) same_node: Option<(String, String)>,
    /// Which mount of which service fills it when it is new: the target.
    pub(crate) filler: Option<(String, String)>,
    /// The object to create; `None`: it exists.
    pub(crate) claim: Option<Claim>,
    /// What has to be copied into it.
    pub(crate) carry: Carry,
}

/// One mount of a claim.
pub(super) struct Use<'w, 'a> {
    pub(super) wish: &'w Wish<'a>,
    /// The folder below the claim's own, where the mounted folder lies below another one.
    nested: bool,
}

impl Claims {
    /// Decides the claims behind every wish.
    pub(crate) fn decide(cx: &Context<'_>, wishes: &IndexMap<&str, Vec<Wish<'_>>>, diagnostics: &mut Diagnostics) -> Self {
        let mut claims = Self { below: below(wishes), ..Self::default() };
        let mut uses: IndexMap<ClaimKey, Vec<Use<'_, '_>>> = IndexMap::default();
        for wish in wishes.values().flatten() {
            let What::Claim(key) = &wish.what else { continue };
            let (root, nested) = claims.below.get(key).map_or((key, false), |(root, _)| (root, true));
            uses.entry(root.clone()).or_default().push(Use { wish, nested });
        }
        if !volume::is_quantity(&cx.options.storage_size) && uses.keys().next().is_some() {
            diagnostics.push(
                Diagnostic::new(&STORAGE_SIZE_INVALID, format!("`--storage-size`: {:?} is no size in Kubernetes", cx.options.storage_size))
                    .help("write a number and a unit: `10Gi`"),
            );
        }
        let ranks = ranks(cx);
        for (key, uses) in uses {
            let decided = decide(cx, &key, &uses, &ranks, diagnostics);
            claims.decided.insert(key, decided);
        }
        claims
    }

    /// What was decided about the claim behind a key, and the folder of the claim to mount.
    pub(crate) fn get(&self, key: &ClaimKey) -> Option<(&Decided, Option<String>)> {
        let (root, below) = self.below.get(key).map_or((key, None), |(root, below)| (root, Some(below.as_str())));
        let decided = self.decided.get(root)?;
        let folder = join(decided.folder.as_deref(), below);
        Some((decided, folder))
    }

    /// Every claim.
    pub(super) fn each(&self) -> impl Iterator<Item = &Decided> {
        self.decided.values()
    }

    /// The objects to create.
    pub(crate) fn into_objects(self) -> Vec<Claim> {
        self.decided.into_values().filter_map(|decided| decided.claim).collect()
    }
}

/// Two ways below each other.
pub(crate) fn join(folder: Option<&str>, below: Option<&str>) -> Option<String> {
    match (folder, below) {
        (Some(folder), Some(below)) => Some(format!("{folder}/{below}")),
        (one, other) => one.or(other).map(str::to_owned),
    }
}

/// Folders of the host below each other share the claim of the topmost: who mounts `/srv` sees what another writes to `/srv/media`. Not so
/// below a home or a folder of the system, where things lie side by side that have nothing to do with each other.
fn below(wishes: &IndexMap<&str, Vec<Wish<'_>>>) -> HashMap<ClaimKey, (ClaimKey, String)> {
    let keys = wishes.values().flatten().filter_map(|wish| match &wish.what {
        What::Claim(ClaimKey::Path(path)) => Some(path.as_str()),
        _ => None,
    });
    let paths: IndexSet<&str> = keys.collect();
    let mut out = HashMap::default();
    for path in &paths {
        let folders = path.match_indices('/').map(|(at, _)| path.get(..at).unwrap_or(""));
        let top = folders.filter(|folder| !is_broad(folder)).find(|folder| paths.contains(folder));
        if let Some((top, below)) = top.and_then(|top| Some((top, path.strip_prefix(top)?.trim_start_matches('/')))) {
            out.insert(ClaimKey::Path((*path).to_owned()), (ClaimKey::Path(top.to_owned()), below.to_owned()));
        }
    }
    out
}

/// A home, or a folder of the system.
fn is_broad(folder: &str) -> bool {
    let home = ["/home/", "/Users/"].iter().any(|homes| folder.strip_prefix(homes).is_some_and(|name| !name.contains('/')));
    home || matches!(
        folder,
        "" | "/home" | "/root" | "/Users" | "/etc" | "/var" | "/var/lib" | "/usr" | "/opt" | "/srv" | "/mnt" | "/media" | "/tmp"
    )
}

/// The place of every service in the order in which Compose starts them: dependencies first, then file order.
fn ranks<'a>(cx: &Context<'a>) -> HashMap<&'a str, usize> {
    let mut ranks: HashMap<&str, usize> = HashMap::with_capacity_and_hasher(cx.project.services.len(), Default::default());
    let mut seen: IndexSet<&str> = IndexSet::default();
    for name in cx.project.services.keys() {
        // Each entry is visited twice: to open its dependencies, then to rank it.
        let mut open = vec![(name.as_str(), false)];
        while let Some((name, opened)) = open.pop() {
            if opened {
                let rank = ranks.len();
                ranks.entry(name).or_insert(rank);
            } else if seen.insert(name) {
                open.push((name, true));
                let dependencies = cx.service(name).map(|service| &service.depends_on).into_iter().flat_map(IndexMap::keys);
                let known = dependencies.filter_map(|d| cx.project.services.get_key_value(d)).map(|(name, _)| (name.as_str(), false));
                open.extend(known.collect::<Vec<_>>().into_iter().rev());
            }
        }
    }
    ranks
}

fn decide(cx: &Context<'_>, key: &ClaimKey, uses: &[Use<'_, '_>], ranks: &HashMap<&str, usize>, diagnostics: &mut Diagnostics) -> Decided {
    let volume = match key {
        ClaimKey::Volume(key) => cx.project.volumes.get(key),
        _ => None,
    };
    let external = volume.is_some_and(|volume| volume.external.is_some());
    let name = match (key, uses.first()) {
        (ClaimKey::Volume(key), _) => cx.names.claim(key).to_owned(),
        (_, Some(first)) => {
            let target = first.wish.target.trim_matches('/');
            cx.names.reserve(
                Scope::Claim,
                &crate::plan::name::label(&format!("{}-{}", cx.names.object(&first.wish.service.name), target.replace('.', "-"))),
            )
        }
        _ => String::new(),
    };
    let (shared, many) = sharing(cx, key, uses, diagnostics);
    let same_node = (shared && !many).then(|| (label_key(&name), "shared".to_owned()));
    let database = uses.iter().any(|u| !u.nested && is_database(u.wish));
    let services: IndexSet<&str> = uses.iter().map(|u| u.wish.service.name.as_str()).collect();
    let owner = if services.len() == 1 { services.first().map(|name| (*name).to_owned()) } else { None };
    let place = uses.first().map(|u| u.wish.place);
    let wanted = volume.map(|volume| volume::wanted(cx, volume_key(key), volume, diagnostics)).unwrap_or_default();
    let own = owner.as_ref().map(|name| volume::of_service(cx, name, diagnostics)).unwrap_or_default();
    let labels = volume.map(|v| v.labels.iter().filter(|(key, _)| !volume::reads(key)).map(|(k, v)| (k.clone(), v.clone())).collect());
    let claim = place.filter(|_| !external).map(|place| Claim {
        name: name.clone(),
        place: volume.map_or(place, |volume| volume.key),
        size: wanted.size.or(own.size).unwrap_or_else(|| volume::default_size(cx.options)),
        class: wanted.class.or(own.class).or_else(|| cx.options.storage_class.clone()),
        many,
        service: owner,
        selector: volume.map(kompose::selector).unwrap_or_default(),
        annotations: annotations(&format!("volume {:?}", volume_key(key)), &labels.unwrap_or_default(), diagnostics),
    });
    let folder = (database && !external).then(|| DATABASE_FOLDER.to_owned());
    Decided {
        filler: filler(cx, uses, ranks, services.len() > 1),
        carry: carry(cx, key, &name, folder.as_deref(), uses),
        folder,
        name,
        shared,
        many,
        same_node,
        claim,
    }
}

/// The volume's key in the project.
fn volume_key(key: &ClaimKey) -> &str {
    match key {
        ClaimKey::Volume(key) => key,
        ClaimKey::Path(path) => path,
        ClaimKey::Anonymous(_, target) => target,
    }
}

/// The key of the label that the pods of a shared claim bear.
fn label_key(claim: &str) -> String {
    let name = claim.get(..63).unwrap_or(claim).trim_end_matches(['.', '-']);
    format!("claim.transship.dev/{name}")
}

/// Is this a database at the root of its data folder? An image that nobody knows is one where the folder is a well-known database's.
fn is_database(wish: &Wish<'_>) -> bool {
    let image = wish.service.container.image.as_ref().and_then(|image| known(&image.value));
    let at_root =
        image.map_or_else(|| is_database_folder(&wish.target), |known| known.database && known.folders.contains(&wish.target.as_str()));
    at_root && wish.sub_path.is_none()
}

/// Do several pods mount the claim, and must it be ReadWriteMany? Told, with the sharers.
fn sharing(cx: &Context<'_>, key: &ClaimKey, uses: &[Use<'_, '_>], diagnostics: &mut Diagnostics) -> (bool, bool) {
    let pods: IndexSet<&str> = uses.iter().map(|u| cx.pods.leader(&u.wish.service.name)).collect();
    let everywhere = uses.iter().find(|u| most_pods(cx, u.wish.service).is_none());
    let several = uses.iter().find(|u| most_pods(cx, u.wish.service).is_some_and(|most| most > 1));
    let Some(first) = uses.first() else { return (false, false) };
    if pods.len() < 2 && everywhere.is_none() && several.is_none() {
        return (false, false);
    }
    let many = everywhere.is_some() || cx.options.shared_volumes == SharedVolumes::ReadWriteMany;
    if cx.options.shared_volumes == SharedVolumes::ReadWriteMany {
        return (true, many);
    }
    let what = match key {
        ClaimKey::Volume(key) => format!("volume {key:?}"),
        ClaimKey::Path(folder) => format!("folder {:?}", bind::shown(&cx.project.folder, folder, None)),
        ClaimKey::Anonymous(service, target) => format!("the volume of service {service:?} at {target}"),
    };
    let who = if pods.len() > 1 {
        let mut names: IndexSet<&str> = uses.iter().map(|u| u.wish.service.name.as_str()).collect();
        let more = names.len().saturating_sub(6);
        names.truncate(6);
        let names: Vec<String> = names.iter().map(|name| format!("{name:?}")).collect();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("the services {}{more}", names.join(", "))
    } else {
        format!("the replicas of service {:?}", first.wish.service.name)
    };
    let (message, help) = if many {
        (
            format!("{what}: {who} share it on every node, so its storage class must offer ReadWriteMany"),
            "name such a class with `--storage-class`",
        )
    } else {
        (
            format!("{what}: {who} share it, so their pods are kept on one node"),
            "use `--shared-volumes=read-write-many` where the storage class can do it",
        )
    };
    let mut diagnostic = Diagnostic::new(&SHARED_VOLUME_APPROXIMATED, message).at(first.wish.place).help(help);
    for other in uses.iter().skip(1).take(8) {
        diagnostic = diagnostic.also(other.wish.place, "also mounted here");
    }
    diagnostics.push(diagnostic);
    (true, many)
}

/// Who fills the claim when it is new: the first that Compose starts and whose image has something there.
fn filler(cx: &Context<'_>, uses: &[Use<'_, '_>], ranks: &HashMap<&str, usize>, shared: bool) -> Option<(String, String)> {
    let mut candidates: Vec<&Wish<'_>> =
        uses.iter().map(|u| u.wish).filter(|w| !w.nocopy && w.container == 0 && w.sub_path.is_none()).collect();
    candidates.sort_by_key(|w| ranks.get(w.service.name.as_str()).copied().unwrap_or(usize::MAX));
    let filler = candidates.iter().find(|w| may_have_content(w)).or_else(|| candidates.first())?;
    fills(cx, filler, shared).then(|| (filler.service.name.clone(), filler.target.clone()))
}

/// May the image have files at the mount's target? A well-known one only in the folders that the table lists.
fn may_have_content(wish: &Wish<'_>) -> bool {
    let image = if wish.service.build.is_some() { None } else { wish.service.container.image.as_ref() };
    image.and_then(|image| known(&image.value)).is_none_or(|known| known.owns(&wish.target))
}

/// Must a new volume at this mount be filled from the image?
pub(crate) fn fills(cx: &Context<'_>, wish: &Wish<'_>, shared: bool) -> bool {
    let service = wish.service;
    let image = if service.build.is_some() { None } else { service.container.image.as_ref().and_then(|image| known(&image.value)) };
    // An entrypoint that fills the folder itself does so as root; as another user it needs the owner that the image's folder has.
    let as_root = service
        .container
        .user
        .as_ref()
        .is_none_or(|user| user.value.is_empty() || user.value.starts_with("0") || user.value.starts_with("root"));
    // A database that may not be root gets a folder of its own instead: see `populate`.
    let own_folder = cx.options.pod_security == PodSecurity::Restricted && is_database(wish);
    let fills_itself = image.is_some_and(|known| known.fills && (as_root || own_folder) && known.owns(&wish.target));
    match cx.options.populate_volumes {
        PopulateVolumes::Never => false,
        PopulateVolumes::All => true,
        PopulateVolumes::Shared => shared && !fills_itself,
        PopulateVolumes::Auto => (shared || may_have_content(wish)) && !fills_itself,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_valid() {
        assert_eq!(label_key("data"), "claim.transship.dev/data");
        assert_eq!(label_key(&"a".repeat(100)), format!("claim.transship.dev/{}", "a".repeat(63)));
    }

    #[test]
    fn ways_are_joined() {
        assert_eq!(join(Some("data"), Some("media/tv")).as_deref(), Some("data/media/tv"));
        assert_eq!(join(None, Some("x")).as_deref(), Some("x"));
        assert_eq!(join(None, None), None);
    }
}
