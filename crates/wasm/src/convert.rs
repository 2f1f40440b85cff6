//! The values that cross the border to JavaScript, as plain records.

use serde_json::{Map, Value, json};
use std::collections::HashMap;
use transship::diag::{self, Diagnostic, Fix, Label};
use transship::options::Output;
use transship::table::IndexMap;
use transship::text::{Place, SourceId, Sources};
use transship::translation::Summary;
use transship::{Options, Selection};

/// What the options object of a caller says.
pub(crate) struct Settings {
    /// How the project is translated.
    pub(crate) options: Options,
    /// How it is found and read.
    pub(crate) selection: Selection,
    /// The variables.
    pub(crate) environment: IndexMap<String, String>,
}

/// Reads the options object: the selection's keys, and everything else as [`Options`].
pub(crate) fn settings(value: Value) -> Result<Settings, String> {
    let Value::Object(mut map) = value else { return Err("an object is expected".to_owned()) };
    let selection = Selection {
        files: take(&mut map, "files")?,
        env_files: take(&mut map, "env-files")?,
        project_directory: take(&mut map, "project-directory")?,
        project_name: take(&mut map, "project-name")?,
        profiles: take(&mut map, "profiles")?,
        all_resources: take(&mut map, "all-resources")?,
        services: take(&mut map, "services")?,
    };
    let environment = take(&mut map, "env")?;
    let options = Options::asking(map).map_err(|e| e.to_string())?;
    let options = Options { output: Output::Folder, ..options };
    Ok(Settings { options, selection, environment })
}

/// Takes one key out of the object; its type's default where it is absent.
fn take<T: serde::de::DeserializeOwned + Default>(map: &mut Map<String, Value>, key: &str) -> Result<T, String> {
    map.shift_remove(key).map_or_else(|| Ok(T::default()), |v| serde_json::from_value(v).map_err(|e| format!("`{key}`: {e}")))
}

/// `Translation` of `types.d.ts`.
pub(crate) fn translation(translation: &transship::Translation) -> Value {
    let places = Places::new(&translation.sources);
    let Summary { builds, forwards, levels, .. } = &translation.summary;
    json!({
        "files": translation.files.iter().map(|f| json!({ "path": f.path, "content": f.content })).collect::<Vec<_>>(),
        "diagnostics": translation.diagnostics.iter().map(|d| diagnostic(d, &places)).collect::<Vec<_>>(),
        "summary": {
            "builds": builds.iter().map(|b| json!({ "service": b.service, "image": b.image })).collect::<Vec<_>>(),
            "forwards": forwards.iter().map(|f| json!({ "endpoint": f.endpoint, "local": f.local, "port": f.port })).collect::<Vec<_>>(),
            "levels": levels.iter().map(|(workload, level)| json!({ "workload": workload, "level": level.word() })).collect::<Vec<_>>(),
        },
    })
}

fn diagnostic(diagnostic: &Diagnostic, places: &Places<'_>) -> Value {
    let label = |label: &Label| json!({ "place": places.range(label.place), "text": label.text });
    let fix = |fix: &Fix| json!({ "title": fix.title, "place": places.range(fix.place), "replacement": fix.replacement });
    json!({
        "name": diagnostic.code.name,
        "severity": diagnostic.severity().word(),
        "message": diagnostic.message,
        "place": diagnostic.primary.as_ref().map(|l| places.range(l.place)),
        "label": diagnostic.primary.as_ref().map_or("", |l| &l.text),
        "labels": diagnostic.secondary.iter().map(label).collect::<Vec<_>>(),
        "help": diagnostic.help,
        "note": diagnostic.note,
        "fixes": diagnostic.fixes.iter().map(fix).collect::<Vec<_>>(),
        "text": diag::text::plain(diagnostic, places.sources),
    })
}

/// The sources, and for each line of them the code units of UTF-16 before it, counted once: a diagnostic then costs one line.
struct Places<'a> {
    sources: &'a Sources,
    lines: HashMap<SourceId, Vec<(usize, usize)>>,
}

impl<'a> Places<'a> {
    fn new(sources: &'a Sources) -> Self {
        let lines = sources.iter().map(|(id, source)| {
            let mut starts = vec![(0, 0)];
            let (mut bytes, mut units) = (0, 0);
            for line in source.text.split_inclusive('\n') {
                bytes += line.len();
                units += line.encode_utf16().count();
                starts.push((bytes, units));
            }
            (id, starts)
        });
        Self { sources, lines: lines.collect() }
    }

    fn range(&self, place: Place) -> Value {
        let file = self.sources.get(place.source).map_or("", |s| &s.name);
        json!({ "file": file, "start": self.position(place.source, place.start), "end": self.position(place.source, place.end) })
    }

    fn position(&self, source: SourceId, byte: u32) -> Value {
        let (line, column) = self.sources.line_and_column(source, byte);
        let text = self.sources.get(source).map_or("", |s| &s.text);
        let (start, units) = self.lines.get(&source).and_then(|l| l.get(line.saturating_sub(1))).copied().unwrap_or_default();
        // The column counts whole characters, so the prefix of the line ends at a character boundary.
        let before = text.get(start..).unwrap_or("").chars().take(column.saturating_sub(1));
        json!({ "line": line, "column": column, "offset": units + before.map(char::len_utf16).sum::<usize>() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_and_selection_are_told_apart() {
        let settings = settings(serde_json::json!({ "profiles": ["dev"], "env": {"TAG": "1"}, "namespace": "shop" })).unwrap();
        assert_eq!(settings.selection.profiles, ["dev"]);
        assert_eq!(settings.environment.get("TAG").map(String::as_str), Some("1"));
        assert_eq!(settings.options.namespace.as_deref(), Some("shop"));
    }

    #[test]
    fn an_unknown_option_is_named() {
        let error = settings(serde_json::json!({ "name-space": "shop" })).err().unwrap();
        assert!(error.contains("unknown field `name-space`"), "{error}");
    }

    #[test]
    fn offsets_count_utf16_code_units() {
        let mut sources = Sources::default();
        let id = sources.add("compose.yaml", "# 🚢é\nname: x\n");
        let places = Places::new(&sources);
        let at = |byte| places.position(id, byte);
        assert_eq!(at(0), json!({"line": 1, "column": 1, "offset": 0}));
        assert_eq!(at(6), json!({"line": 1, "column": 4, "offset": 4}));
        assert_eq!(at(9), json!({"line": 2, "column": 1, "offset": 6}));
        assert_eq!(at(1000), json!({"line": 3, "column": 1, "offset": 14}));
    }
}
