//! Slash paths as text: cleaned, joined and made relative, without looking at any disk.

/// Does the path start at the root?
#[must_use]
pub fn is_absolute(path: &str) -> bool {
    path.starts_with('/')
}

/// The shortest path that means the same: no `.`, no `//`, no `..` behind a name, no slash at the end. An empty path is `.`.
#[must_use]
pub fn clean(path: &str) -> String {
    let absolute = is_absolute(path);
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if absolute => {}
            part => parts.push(part),
        }
    }
    match (absolute, parts.is_empty()) {
        (true, _) => format!("/{}", parts.join("/")),
        (false, true) => ".".to_owned(),
        (false, false) => parts.join("/"),
    }
}

/// `path` as seen from the folder `base`, cleaned; an absolute `path` stays as it is.
#[must_use]
pub fn join(base: &str, path: &str) -> String {
    if is_absolute(path) { clean(path) } else { clean(&format!("{base}/{path}")) }
}

/// The folder that a path lies in, cleaned: `.` for a bare name, `/` for the root.
#[must_use]
pub fn parent(path: &str) -> String {
    let cleaned = clean(path);
    match cleaned.rsplit_once('/') {
        None => ".".to_owned(),
        Some(("", _)) => "/".to_owned(),
        Some((folder, _)) => folder.to_owned(),
    }
}

/// The last part of a path, slashes at its end aside; empty for the root and for an empty path.
#[must_use]
pub fn file_name(path: &str) -> &str {
    path.trim_end_matches('/').rsplit('/').next().unwrap_or("")
}

/// `path` below the folder `base`, both cleaned: `.` when they are the same, `None` when it does not lie there.
#[must_use]
pub fn relative_to(path: &str, base: &str) -> Option<String> {
    let (path, base) = (clean(path), clean(base));
    if path == base {
        return Some(".".to_owned());
    }
    if base == "." {
        return (!is_absolute(&path) && path != ".." && !path.starts_with("../")).then_some(path);
    }
    let rest = path.strip_prefix(&base)?;
    let rest = if base == "/" { rest } else { rest.strip_prefix('/')? };
    Some(rest.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cleaning() {
        for (path, cleaned) in [
            ("", "."),
            (".", "."),
            ("./", "."),
            ("/", "/"),
            ("//a//b/", "/a/b"),
            ("a/./b/../c", "a/c"),
            ("a/..", "."),
            ("..", ".."),
            ("../../a", "../../a"),
            ("a/../../b", "../b"),
            ("/../a", "/a"),
            ("/..", "/"),
            ("./a", "a"),
        ] {
            assert_eq!(clean(path), cleaned, "{path}");
        }
    }

    #[test]
    fn joining() {
        for (base, path, joined) in
            [("/p", "./a", "/p/a"), ("/p", "../a", "/a"), ("/p", "/a/../b", "/b"), ("/", "a", "/a"), ("/p", "", "/p"), ("p", "a", "p/a")]
        {
            assert_eq!(join(base, path), joined, "{base} {path}");
        }
    }

    #[test]
    fn parts() {
        for (path, folder, name) in
            [("/a/b.c", "/a", "b.c"), ("/a", "/", "a"), ("a", ".", "a"), ("a/b/", "a", "b"), ("/", "/", ""), ("", ".", "")]
        {
            assert_eq!((parent(path).as_str(), file_name(path)), (folder, name), "{path}");
        }
    }

    #[test]
    fn relation() {
        for (path, base, below) in [
            ("/p/a/b", "/p", Some("a/b")),
            ("/p", "/p/", Some(".")),
            ("/pq", "/p", None),
            ("/q", "/p", None),
            ("/q", "/", Some("q")),
            ("a/b", "a", Some("b")),
            ("a", ".", Some("a")),
            ("../a", ".", None),
            ("/a", ".", None),
        ] {
            assert_eq!(relative_to(path, base).as_deref(), below, "{path} {base}");
        }
    }
}
