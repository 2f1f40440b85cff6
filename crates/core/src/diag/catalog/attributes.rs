//! Diagnostics of the family `attributes`.

family! {
    /// The attribute is not part of the Compose specification at this place, so Docker Compose refuses the file as well.
    ///
    /// Most often it is misspelt or indented too far or too little. An attribute of your own begins with `x-`.
    ATTRIBUTE_UNKNOWN = "attribute-unknown";

    /// The value has another type than the Compose specification asks for: a list where a text belongs, say. Docker Compose
    /// refuses the file as well.
    ///
    /// Write the value as one of the types that the message names. A text that looks like a number or like `true` needs quotes.
    ATTRIBUTE_TYPE_INVALID = "attribute-type-invalid";

    /// The value has the right type, but the Compose specification does not allow it: it is not one of a closed list of words, or
    /// out of range. Docker Compose refuses the file as well.
    ATTRIBUTE_VALUE_INVALID = "attribute-value-invalid";

    /// An attribute that the Compose specification requires here is not there. Docker Compose refuses the file as well.
    ATTRIBUTE_MISSING = "attribute-missing";

    /// A list holds the same item twice where the Compose specification asks for different items. Docker Compose refuses the
    /// file as well. Remove one of them; look into `extends` and `include` as well, whose lists are joined.
    ITEM_REPEATED_INVALID = "item-repeated-invalid";

    /// A service, network, volume, config, secret, model or job is named by letters, digits, `.`, `_` and `-` only; and a variable or a
    /// label has some name at all. Docker Compose refuses the file as well.
    NAME_CHARACTERS_INVALID = "name-characters-invalid";

    /// Kubernetes has nothing that does what the attribute does under Compose, so nothing of it is in the output.
    ///
    /// The note says why and the help what to do instead. The reference of attributes lists them all.
    ATTRIBUTE_DROPPED = "attribute-dropped";

    /// The attribute has no effect in a cluster: it is about the Docker engine, the developer's machine or the command line of
    /// Docker Compose. The cluster's own way is assumed to be right.
    NO_EFFECT_ASSUMED = "no-effect-assumed";
}
