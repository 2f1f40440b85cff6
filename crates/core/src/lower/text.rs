//! Literal text where Kubernetes would expand it: commands, arguments, values of variables, exec probes.

/// The text in a form that the kubelet expands to the text itself.
///
/// The kubelet reads `$(NAME)` as a variable and `$$` as one `$`. Of what else may follow a `$` it takes one byte for a character,
/// which spoils everything beyond ASCII. So a `$` is doubled before those three and stays alone elsewhere.
pub(super) fn literal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        out.push(c);
        if c == '$' && chars.peek().is_some_and(|next| matches!(next, '$' | '(') || !next.is_ascii()) {
            out.push('$');
        }
    }
    out
}

/// Every word in the form of [`literal`].
pub(super) fn literals(words: &[String]) -> Vec<String> {
    words.iter().map(|word| literal(word)).collect()
}

#[cfg(test)]
mod tests {
    use super::literal;
    use proptest::prelude::*;

    /// What the kubelet makes of it, byte by byte as it does; no variable is known.
    fn expand(text: &str) -> Vec<u8> {
        let bytes = text.as_bytes();
        let (mut out, mut at) = (Vec::new(), 0);
        while at < bytes.len() {
            let next = bytes.get(at + 1).copied();
            match (bytes[at], next) {
                (b'$', Some(b'$')) => out.push(b'$'),
                (b'$', Some(b'(')) if bytes[at..].contains(&b')') => panic!("a variable in {text:?}"),
                (b'$', Some(byte)) => out.extend(format!("${}", char::from(byte)).into_bytes()),
                (byte, _) => {
                    out.push(byte);
                    at += 1;
                    continue;
                }
            }
            at += 2;
        }
        out
    }

    #[test]
    fn only_what_would_be_expanded_is_doubled() {
        for (text, written) in
            [("$HOME", "$HOME"), ("$(id)", "$$(id)"), ("a$$b", "a$$$b"), ("$$(x)", "$$$$(x)"), ("5$", "5$"), ("$é", "$$é")]
        {
            assert_eq!(literal(text), written);
        }
    }

    proptest! {
        #[test]
        fn the_kubelet_reads_the_text_itself(text in "[$()aé ]{0,12}") {
            prop_assert_eq!(expand(&literal(&text)), text.into_bytes());
        }
    }
}
