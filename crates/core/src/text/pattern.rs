//! Regular expressions as text: what has a meaning there, and what has not.

/// A text as an expression that finds just it.
#[must_use]
pub fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if r"\.+*?()|[]{}^$".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::quote;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn finds_just_the_text(text in ".{0,20}", other in ".{0,20}") {
            let expression = regex::Regex::new(&format!("^(?:{})$", quote(&text))).unwrap();
            prop_assert!(expression.is_match(&text));
            prop_assert_eq!(expression.is_match(&other), text == other);
        }
    }
}
