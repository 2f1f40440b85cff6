//! Short forms of mounts: `[source:]target[:options]`.

use crate::diag::Diagnostic;
use crate::diag::catalog::load::VOLUME_MOUNT_INVALID;
use crate::load::merge::one;
use crate::load::trail::Trail;
use crate::text::Place;
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
}

/// Reads a short form.
///
/// # Errors
/// Why it is none, as a phrase for the user.
pub(crate) fn parse(text: &str) -> Result<Mount, String> {
    if text.is_empty() {
        return Err("it is empty".to_owned());
    }
    if text.chars().count() <= 2 {
        return Ok(Mount { target: text.to_owned(), ..Mount::default() });
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

/// `C:\…`, `C:/…`, `\\server\…`, `\\.\pipe\…`.
pub(crate) fn is_windows_path(source: &str) -> bool {
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
    let mut map = one("type", place, Node::string(if mount.bind { "bind" } else { "volume" }, place));
    let mut put = |key: &str, value: Value| {
        map.insert(key.into(), Entry { key: place, value: Node::new(value, place) });
    };
    if let Some(source) = mount.source {
        put("source", Value::String(source.into()));
    }
    put("target", Value::String(mount.target.into()));
    if mount.read_only {
        put("read_only", Value::Bool(true));
    }
    let mut details = Map::default();
    let mut detail = |key: &str, value: Value| {
        details.insert(key.into(), Entry { key: place, value: Node::new(value, place) });
    };
    if mount.bind {
        detail("create_host_path", Value::Bool(true));
        if let Some(propagation) = mount.propagation {
            detail("propagation", Value::String(propagation.into()));
        }
        if let Some(selinux) = mount.selinux {
            detail("selinux", Value::String(selinux.into()));
        }
        put("bind", Value::from(details));
    } else {
        if mount.nocopy {
            detail("nocopy", Value::Bool(true));
        }
        put("volume", Value::from(details));
    }
    Node::new(Value::from(map), place)
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
