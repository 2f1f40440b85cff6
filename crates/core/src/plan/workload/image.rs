//! Well-known images: what they listen on, where they keep their data, and whom they run as.

use crate::table::HashMap;
use std::sync::LazyLock;

use crate::compose::ports::Protocol;

/// The table, one image a line; its head says what the columns mean.
static TABLE: &str = include_str!("images.tsv");

/// What is known of an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The repository without registry: `postgres`, `grafana/grafana`.
    pub repository: &'static str,
    /// The ports that it listens on unless it is told otherwise.
    pub ports: Vec<(u16, Protocol)>,
    /// The one of them that a browser talks to.
    pub web: Option<u16>,
    /// Folders that hold its data, or files that the image brings.
    pub folders: Vec<&'static str>,
    /// User and group that own its data.
    owner: Option<(i64, i64)>,
    /// The same where the tag says `alpine`.
    owner_alpine: Option<(i64, i64)>,
    /// The user that its main process starts as; 0 is root.
    pub starts_as: i64,
    /// Does it keep state that makes it a StatefulSet?
    pub stateful: bool,
    /// Does it fill its own data folders when they are empty?
    pub fills: bool,
    /// Is it a database that wants its data folder empty, without `lost+found`?
    pub database: bool,
    /// Which database it is, where a dump of it can be taken and restored.
    pub dialect: Option<Dialect>,
    /// What it does for a Docker host, if that is all it does.
    pub docker_only: Option<DockerRole>,
    /// Where the facts are written: the repository that builds the image.
    pub source: &'static str,
}

/// A database with tools of its own for taking a dump and restoring it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// PostgreSQL.
    PostgreSql,
    /// MySQL and MariaDB.
    MySql,
    /// MongoDB.
    MongoDb,
    /// Redis and its kin: asked to write what it holds in memory.
    Redis,
}

/// What an image that only serves a Docker host does there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DockerRole {
    /// Routes requests to containers by their labels or variables.
    Proxy,
    /// Fetches certificates for such a proxy.
    Certificates,
    /// Replaces containers when their image changes.
    Updater,
    /// Watches, restarts or lists containers through the engine's socket.
    Watcher,
}

impl Known {
    /// User and group that own the data of an image with this reference.
    #[must_use]
    pub fn owner(&self, reference: &str) -> Option<(i64, i64)> {
        let alpine = tag(reference).is_some_and(|tag| tag.contains("alpine"));
        if alpine { self.owner_alpine.or(self.owner) } else { self.owner }
    }

    /// Does `path` lie in one of the image's folders, or hold one?
    #[must_use]
    pub fn owns(&self, path: &str) -> bool {
        self.folders.iter().any(|folder| is_below(path, folder) || is_below(folder, path))
    }
}

/// Is `path` the folder itself or something below it?
pub(crate) fn is_below(path: &str, folder: &str) -> bool {
    let folder = folder.trim_end_matches('/');
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// What the table knows of an image, whatever its registry, tag and digest.
///
/// An image without an owner, or below `library/`, is an official one: `postgres` and `mirror.example/library/postgres`, but not
/// `example/postgres`.
#[must_use]
pub fn known(reference: &str) -> Option<&'static Known> {
    table().get(repository(reference))
}

/// Is this a folder in which a well-known database keeps its data? Images that are made from one keep theirs there as well.
#[must_use]
pub fn is_database_folder(path: &str) -> bool {
    table().values().any(|known| known.database && known.folders.contains(&path))
}

/// The table, by repository.
fn table() -> &'static HashMap<&'static str, Known> {
    static KNOWN: LazyLock<HashMap<&'static str, Known>> =
        LazyLock::new(|| TABLE.lines().filter_map(row).map(|known| (known.repository, known)).collect());
    &KNOWN
}

/// The repository of a reference: no registry, no `library/`, no tag, no digest.
#[must_use]
pub fn repository(reference: &str) -> &str {
    let name = reference.split_once('@').map_or(reference, |(name, _)| name);
    let name = match name.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => name,
        _ => name,
    };
    let path = match name.split_once('/') {
        Some((registry, path)) if registry.contains(['.', ':']) || registry == "localhost" => path,
        _ => name,
    };
    match path.split_once("library/") {
        Some((before, official)) if (before.is_empty() || before.ends_with('/')) && !official.contains('/') => official,
        _ => path,
    }
}

/// The tag of a reference, if it has one.
#[must_use]
pub fn tag(reference: &str) -> Option<&str> {
    let name = reference.split_once('@').map_or(reference, |(name, _)| name);
    name.rsplit_once(':').map(|(_, tag)| tag).filter(|tag| !tag.contains('/'))
}

/// One line of the table; `None` for a comment.
fn row(line: &'static str) -> Option<Known> {
    if line.starts_with('#') {
        return None;
    }
    let mut columns = line.split('\t');
    let mut next = || columns.next().unwrap_or("");
    let (repository, ports, web, folders, owner, owner_alpine, starts_as, traits, role, source) =
        (next(), next(), next(), next(), next(), next(), next(), next(), next(), next());
    let has = |name: &str| traits.split(',').any(|each| each == name);
    Some(Known {
        repository,
        ports: ports.split(',').filter_map(port).collect(),
        web: web.parse().ok(),
        folders: folders.split(',').filter(|folder| !folder.is_empty()).collect(),
        owner: user_and_group(owner),
        owner_alpine: user_and_group(owner_alpine),
        starts_as: starts_as.parse().unwrap_or(0),
        stateful: has("stateful"),
        fills: has("fills"),
        database: has("database"),
        dialect: [("postgresql", Dialect::PostgreSql), ("mysql", Dialect::MySql), ("mongodb", Dialect::MongoDb), ("redis", Dialect::Redis)]
            .into_iter()
            .find_map(|(name, dialect)| has(name).then_some(dialect)),
        docker_only: match role {
            "proxy" => Some(DockerRole::Proxy),
            "certificates" => Some(DockerRole::Certificates),
            "updater" => Some(DockerRole::Updater),
            "watcher" => Some(DockerRole::Watcher),
            _ => None,
        },
        source,
    })
}

/// `53` or `53/udp`.
fn port(text: &str) -> Option<(u16, Protocol)> {
    let (number, protocol) = text.split_once('/').unwrap_or((text, "tcp"));
    Some((number.parse().ok()?, Protocol::parse(protocol)?))
}

/// `999:999`.
fn user_and_group(text: &str) -> Option<(i64, i64)> {
    let (user, group) = text.split_once(':')?;
    Some((user.parse().ok()?, group.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repositories_are_found_whatever_the_registry_and_tag() {
        for (reference, expected) in [
            ("postgres", "postgres"),
            ("postgres:16-alpine", "postgres"),
            ("docker.io/library/postgres:16@sha256:0123", "postgres"),
            ("localhost:5000/redis", "redis"),
            ("public.ecr.aws/docker/library/redis:7", "redis"),
            ("bitnami/postgresql:15", "bitnami/postgresql"),
            ("quay.io/prometheus/prometheus:v3", "prometheus/prometheus"),
            ("example/library/tools", "tools"),
            ("", ""),
        ] {
            assert_eq!(repository(reference), expected, "{reference}");
        }
        assert!(known("example/postgres").is_none());
        assert!(known("registry.example.com/team/app:1").is_none());
    }

    #[test]
    fn every_row_of_the_table_is_whole() {
        let rows: Vec<_> = TABLE.lines().filter(|line| !line.starts_with('#')).collect();
        for line in &rows {
            let columns: Vec<_> = line.split('\t').collect();
            assert_eq!(columns.len(), 10, "{line}");
            let known = known(columns[0]).expect(line);
            assert_eq!(known.ports.len(), columns[1].split(',').filter(|p| !p.is_empty()).count(), "{line}");
            assert!(known.web.is_none_or(|web| known.ports.contains(&(web, Protocol::Tcp))), "{line}");
            assert!(known.folders.iter().all(|folder| folder.starts_with('/')), "{line}");
            assert_eq!(known.owner.is_some(), !columns[4].is_empty(), "{line}");
            assert!(columns[6] == "root" || known.starts_as > 0, "{line}");
            assert!(known.source.contains('/'), "{line}");
        }
        assert!(rows.len() >= 60);
    }

    #[test]
    fn the_owner_follows_the_tag() {
        let postgres = known("postgres:16").expect("known");
        assert_eq!(postgres.owner("postgres:16"), Some((999, 999)));
        assert_eq!(postgres.owner("postgres:16-alpine3.20"), Some((70, 70)));
        assert!(postgres.owns("/var/lib/postgresql/data/pgdata") && !postgres.owns("/var/lib/postgresql-backup"));
    }
}
