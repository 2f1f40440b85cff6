//! transship for the browser and Node: the library's one function, over JavaScript values.

mod convert;

use js_sys::{Object, Uint8Array};
use transship::text::path;
use transship::{Input, MemoryFiles};
use wasm_bindgen::prelude::*;

/// The folder that relative paths of `files` start from; its name is the project's name where nothing else names it.
const PROJECT: &str = "/project";

/// The types of the values that cross the border.
#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("types.d.ts");

#[wasm_bindgen]
extern "C" {
    /// `Files` of `types.d.ts`.
    #[wasm_bindgen(typescript_type = "Files")]
    pub type Files;
    /// `Options` of `types.d.ts`.
    #[wasm_bindgen(typescript_type = "Options | undefined | null")]
    pub type Options;
    /// `Translation` of `types.d.ts`.
    #[wasm_bindgen(typescript_type = "Translation")]
    pub type Translation;
}

/// Translates the Compose project in `files` (path → string or `Uint8Array`) into Kubernetes manifests.
///
/// # Errors
/// Throws only where `files` or `options` is no such thing; whatever is wrong with a Compose file is a diagnostic.
#[wasm_bindgen]
pub fn translate(files: &Files, options: &Options) -> Result<Translation, JsError> {
    let files = memory_files(files)?;
    let settings: serde_json::Value = if options.is_null() || options.is_undefined() {
        serde_json::Value::Object(serde_json::Map::default())
    } else {
        serde_wasm_bindgen::from_value(options.into()).map_err(|e| JsError::new(&format!("options: {e}")))?
    };
    let settings = convert::settings(settings).map_err(|e| JsError::new(&format!("options: {e}")))?;
    let input =
        Input { files: &files, environment: settings.environment, working_folder: PROJECT.to_owned(), selection: settings.selection };
    let result = convert::translation(&transship::translate(&input, &settings.options));
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    serde::Serialize::serialize(&result, &serializer).map(JsCast::unchecked_into).map_err(|e| JsError::new(&e.to_string()))
}

/// What a kind of diagnostic means, as Markdown; `undefined` where there is no such name.
#[must_use]
#[wasm_bindgen]
pub fn explain(name: &str) -> Option<String> {
    transship::diag::catalog::find(name).map(transship::diag::Definition::markdown)
}

/// The version of transship.
#[must_use]
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// The files of a JavaScript object. A browser knows no file modes: a script (`#!`) counts as executable.
fn memory_files(object: &JsValue) -> Result<MemoryFiles, JsError> {
    let object = object.dyn_ref::<Object>().ok_or_else(|| JsError::new("files: an object of path → content is expected"))?;
    let mut files = MemoryFiles::new();
    for entry in Object::entries(object).iter().map(|entry| js_sys::Array::from(&entry)) {
        let path = entry.get(0).as_string().unwrap_or_default();
        let content = entry.get(1);
        let content = match (content.as_string(), content.dyn_ref::<Uint8Array>()) {
            (Some(text), _) => text.into_bytes(),
            (None, Some(bytes)) => bytes.to_vec(),
            (None, None) => return Err(JsError::new(&format!("files: the content of {path:?} is neither a string nor a Uint8Array"))),
        };
        let executable = content.starts_with(b"#!");
        files.add(path::join(PROJECT, &path), content, executable);
    }
    Ok(files)
}
