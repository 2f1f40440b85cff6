//! Diagnostics of the family `yaml`.

family! {
    /// The file is no YAML, so Docker Compose refuses it as well. The place is where the reader stumbled; the cause may stand a line above.
    SYNTAX = "yaml-syntax-invalid";
    /// A mapping has the same key twice. YAML forbids it and Docker Compose refuses the file: keep one of the two.
    DUPLICATE_KEY = "yaml-key-conflicting";
    /// A key of a mapping is a number, a boolean, null, a date, a list or a mapping. Compose takes only text: put the key in quotes.
    KEY = "yaml-key-invalid";
    /// A value has a tag such as `!!int`, and cannot be read that way. Change the value or take the tag away.
    TAG = "yaml-tag-invalid";
    /// A merge key `<<` has a value that is no mapping and no list of mappings.
    MERGE = "yaml-merge-invalid";
    /// An alias `*name` stands inside the value with the anchor `&name`, so the value would contain itself.
    ALIAS_CYCLE = "yaml-alias-invalid";
    /// An alias `*name` names an anchor that no value before it in the same document has. Write `&name` before the value to repeat.
    ALIAS_UNKNOWN = "yaml-alias-unknown";
    /// Aliases of aliases multiply a document to more than 100,000 values. Docker Compose refuses such a file, too.
    TOO_MANY_ALIASES = "yaml-aliases-invalid";
    /// Lists and mappings are nested deeper than any Compose file needs.
    TOO_DEEP = "yaml-nesting-invalid";
}
