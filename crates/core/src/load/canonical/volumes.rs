//! Short forms of mounts: `[source:]target[:options]`.

use crate::diag::Diagnostic;
use crate::diag::catalog::load::VOLUME_MOUNT_INVALID;
use crate::load::trail::Trail;
use crate::text::{Place, path};
use crate::yaml::{Entry, Map, Node, Value};

/// A mount in its parts.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Mount {
    /// The host path or the volume's name.
    pub(crate) source: Option<String>,
    /// The path in the container.
    pub(crate) target: String,
    /// Is the source a host path?
    pub(crate) bind: bool,
    read_only: bool,
    nocopy: bool,
    propagation: Option<String>,
    selinux: Option<String>,
    /// Is it a target of one or two bytes, which Docker Compose takes as it is?
    bare: bool,
}

/// Reads a short form.
///
/// # Errors
/// Why it is none, as a phrase for the user.
pub(crate) fn parse(text: &str) -> Result<Mount, String> {
    if text.is_empty() {
        return Err("it is empty".to_owned());
    }
    if text.len() <= 2 {
        return Ok(Mount { target: text.to_owned(), bare: true, ..Mount::default() });
    }
    let parts = split(text);
    if parts.iter().any(|part| part.is_empty()) {
        return Err("a part between two colons is empty".to_owned());
    }
    let mut mount = match parts.as_slice() {
        [target] => Mount { target: (*target).to_owned(), ..Mount::default() },
        [source, target, ..] => Mount { source: Some((*source).to_owned()), target: (*target).to_owned(), ..Mount::default() },
        [] => Mount::default(),
    };
    match parts.get(2..) {
        None | Some([]) => {}
        Some([options]) => read_options(options, &mut mount),
        Some(_) => return Err("it has too many colons".to_owned()),
    }
    mount.bind = mount.source.as_deref().is_some_and(is_path);
    Ok(mount)
}

/// Splits at the colons that neither follow a drive letter nor stand in a variable that was not replaced.
fn split(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut depth = 0_usize;
    let mut previous = '\0';
    for (index, c) in text.char_indices() {
        match c {
            '{' if previous == '$' || depth > 0 => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ':' if depth == 0 => {
                let part = text.get(start..index).unwrap_or("");
                let drive = part.chars().count() == 1 && part.chars().all(|c| c.is_ascii_alphabetic());
                if !drive {
                    parts.push(part);
                    start = index + 1;
                }
            }
            _ => {}
        }
        previous = c;
    }
    parts.push(text.get(start..).unwrap_or(""));
    parts
}

fn is_path(source: &str) -> bool {
    source.starts_with(['.', '/', '~']) || is_windows_path(source)
}

/// `C:\…`, `C:/…`, `\\server\…`, `\\.\pipe\…`: what starts from no folder.
pub(crate) fn is_windows_absolute(source: &str) -> bool {
    let mut chars = source.chars();
    match (chars.next(), chars.next(), chars.next()) {
        (Some('\\'), Some('\\'), _) => true,
        (Some(letter), Some(':'), Some('/' | '\\')) => letter.is_ascii_alphabetic(),
        _ => false,
    }
}

/// Does it begin as a path of Windows, with a drive or two backslashes?
fn is_windows_path(source: &str) -> bool {
    let mut chars = source.chars();
    match (chars.next(), chars.next()) {
        (Some('\\'), Some('\\')) => true,
        (Some(letter), Some(':')) => letter.is_ascii_alphabetic(),
        _ => false,
    }
}

fn read_options(options: &str, mount: &mut Mount) {
    for option in options.split(',') {
        match option {
            "ro" => mount.read_only = true,
            "rw" => mount.read_only = false,
            "nocopy" => mount.nocopy = true,
            "z" | "Z" => mount.selinux = Some(option.to_owned()),
            "private" | "rprivate" | "shared" | "rshared" | "slave" | "rslave" => mount.propagation = Some(option.to_owned()),
            // Docker Compose passes over words that it does not know.
            _ => {}
        }
    }
}

/// The long form of a mount; every part has the place of the short form.
pub(crate) fn long(mount: Mount, place: Place) -> Node {
    // No more room than most of them take: there may be many.
    let mut map = Map::with_capacity_and_hasher(4, Default::default());
    let mut put = |key: &str, value: Value| {
        map.insert(key.into(), Entry { key: place, value: Node::new(value, place) });
    };
    put("type", Value::String(if mount.bind { "bind" } else { "volume" }.into()));
    if let Some(source) = mount.source {
        put("source", Value::String(source.into()));
    }
    let clean = !mount.bare && !mount.target.is_empty();
    put("target", Value::String(if clean { path::clean(&mount.target).into() } else { mount.target.into() }));
    if mount.bare {
        return Node::new(Value::from(map), place);
    }
    if mount.read_only {
        put("read_only", Value::Bool(true));
    }
    // Docker Compose keeps options of one kind of mount with the other kind, too.
    let details = [
        ("create_host_path", mount.bind.then_some(Value::Bool(true))),
        ("propagation", mount.propagation.map(|text| Value::String(text.into()))),
        ("selinux", mount.selinux.map(|text| Value::String(text.into()))),
    ];
    let bind = some(details, place);
    if mount.bind || !bind.is_empty() {
        put("bind", Value::from(bind));
    }
    let volume = some([("nocopy", mount.nocopy.then_some(Value::Bool(true)))], place);
    if !mount.bind || !volume.is_empty() {
        put("volume", Value::from(volume));
    }
    Node::new(Value::from(map), place)
}

/// The values that are there, by name.
fn some<const N: usize>(values: [(&str, Option<Value>); N], place: Place) -> Map {
    let entry = |value| Entry { key: place, value: Node::new(value, place) };
    let mut map = Map::with_capacity_and_hasher(values.iter().filter(|(_, value)| value.is_some()).count(), Default::default());
    map.extend(values.into_iter().filter_map(|(key, value)| Some((key.into(), entry(value?)))));
    map
}

/// What to tell about a short form that cannot be read.
pub(crate) fn refusal(trail: Trail<'_>, text: &str, reason: &str, place: Place) -> Diagnostic {
    Diagnostic::new(&VOLUME_MOUNT_INVALID, format!("{trail} cannot be read from {text:?}: {reason}"))
        .at(place)
        .help("write `[SOURCE:]TARGET[:OPTIONS]`, such as `./data:/var/lib/data:ro`, or the long form with `type`, `source` and `target`")
}

#[cfg(test)]
mod tests {
    use super::parse;
    use proptest::prelude::*;

    #[test]
    fn one_letter_is_a_drive() {
        let mount = parse("x:/y").unwrap();
        assert_eq!((mount.source, mount.target.as_str()), (None, "x:/y"));
        let mount = parse(r"C:\a:D:\b").unwrap();
        assert_eq!((mount.source.as_deref(), mount.target.as_str(), mount.bind), (Some(r"C:\a"), r"D:\b", true));
    }

    #[test]
    fn variables_are_skipped() {
        let mount = parse("${V:-./a}:/b").unwrap();
        assert_eq!((mount.source.as_deref(), mount.bind), (Some("${V:-./a}"), false));
    }

    #[test]
    fn refuses_empty_parts_and_too_many() {
        assert!(parse("aa::b").is_err());
        assert!(parse("aa:bb:cc:dd").is_err());
        assert!(parse("").is_err());
    }

    proptest! {
        #[test]
        fn any_text(text in "[a-zA-Z0-9./\\\\:~${}é, -]{0,30}") {
            if let Ok(mount) = parse(&text) {
                prop_assert!(text.contains(&mount.target));
            }
        }

        #[test]
        fn what_is_written_is_read(source in "(\\./|/|~/)?[a-z]{2,8}(/[a-z]{1,8}){0,2}", target in "/[a-z]{2,8}(/[a-z]{1,8}){0,2}") {
            for options in ["", ":ro", ":rw", ":z,ro"] {
                let mount = parse(&format!("{source}:{target}{options}")).unwrap();
                prop_assert_eq!(mount.source.as_deref(), Some(source.as_str()));
                prop_assert_eq!(&mount.target, &target);
                prop_assert_eq!(mount.read_only, options.ends_with("ro"));
            }
        }
    }
}
