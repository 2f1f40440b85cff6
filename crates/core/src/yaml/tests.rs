//! What YAML texts give, and what wrong ones say.

use super::*;
use crate::diag::text::plain;
use crate::text::Sources;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

fn read(text: &str) -> (Option<Vec<Node>>, Diagnostics, Sources) {
    let mut sources = Sources::default();
    let id = sources.add("f", text);
    let mut diagnostics = Diagnostics::default();
    let nodes = parse(id, text, &mut diagnostics);
    assert_eq!(nodes.is_none(), diagnostics.has_errors());
    (nodes, diagnostics, sources)
}

fn documents(text: &str) -> Vec<Node> {
    let (nodes, diagnostics, sources) = read(text);
    nodes.unwrap_or_else(|| panic!("{text}: {}", diagnostics.iter().map(|d| plain(d, &sources)).collect::<String>()))
}

fn node(text: &str) -> Node {
    let mut documents = documents(text);
    assert_eq!(documents.len(), 1, "{text}");
    documents.remove(0)
}

fn json(node: &Node) -> Json {
    match &node.value {
        Value::Null => Json::Null,
        Value::Bool(value) => json!(value),
        Value::Int(value) => json!(i64::try_from(*value).unwrap()),
        Value::Float(value) => json!(value),
        Value::String(text) | Value::Time(text) => json!(text.as_str()),
        Value::List(list) => list.iter().map(json).collect(),
        Value::Map(map) => map.iter().map(|(key, entry)| (key.to_string(), json(&entry.value))).collect::<serde_json::Map<_, _>>().into(),
    }
}

/// The diagnostics of a wrong text, each on one line: place, message, labels, help.
fn wrong(text: &str) -> String {
    let (_, diagnostics, sources) = read(text);
    let all: String = diagnostics.iter().map(|d| plain(d, &sources)).collect();
    all.replace("\n  ", " | ").trim_end().to_owned()
}

#[test]
fn values() {
    for (text, expected) in [
        ("", json!([])),
        ("# only a comment\n", json!([])),
        ("a: 1", json!([{"a": 1}])),
        ("\u{feff}a: 1\r\nb:\r\n  - x\r\n", json!([{"a": 1, "b": ["x"]}])),
        ("a:\nb: ~\nc: ''\nd: \"\"\n", json!([{"a": null, "b": null, "c": "", "d": ""}])),
        ("a: '1'\nb: \"true\"\nc: |-\n  1\n", json!([{"a": "1", "b": "true", "c": "1"}])),
        ("a: {b: [1, {c: d}], e}\n", json!([{"a": {"b": [1, {"c": "d"}], "e": null}}])),
        ("a:\n- 1\n-\n- - x\n  - y\n", json!([{"a": [1, null, ["x", "y"]]}])),
        ("? a\n: b\n", json!([{"a": "b"}])),
        ("a: x\n---\n---\nb: y\n...\n", json!([{"a": "x"}, null, {"b": "y"}])),
        ("a: one\n  two\n\n  three\n", json!([{"a": "one two\nthree"}])),
        ("a: |\n  x\n\n  y\n\nb: >-\n  x\n  y\n", json!([{"a": "x\n\ny\n", "b": "x y"}])),
        ("a: |\n  x\n", json!([{"a": "x\n"}])),
        ("a: |\n  x", json!([{"a": "x"}])),
        ("a: >\n  x\n  y", json!([{"a": "x y"}])),
        ("a: |+\n  x\n\n", json!([{"a": "x\n\n"}])),
        ("a: |+\n  x", json!([{"a": "x"}])),
        ("a:\tb\n", json!([{"a": "b"}])),
        ("a: b # c\nd: e#f\n", json!([{"a": "b", "d": "e#f"}])),
        ("a: \"\\u00e9\\n\\x41\"\n", json!([{"a": "é\nA"}])),
        ("\"a b\": 1\n'<<': 2\n", json!([{"a b": 1, "<<": 2}])),
        ("yes: no\non: off\n", json!([{"yes": "no", "on": "off"}])),
        (
            "a: !foo 12\nb: !foo [1]\nc: !!str 12\nd: !!int '12'\ne: !!binary aGVsbG8=\n",
            json!([{"a": "12", "b": [1], "c": "12", "d": 12, "e": "hello"}]),
        ),
        ("!!str 1: a\n", json!([{"1": "a"}])),
    ] {
        assert_eq!(Json::from_iter(documents(text).iter().map(json)), expected, "{text}");
    }
}

#[test]
fn comments_need_no_blank_behind_a_quote() {
    assert_eq!(json(&node("a: 'x'#c\nb: [1]#c\nc: y#z\n")), json!({"a": "x", "b": [1], "c": "y#z"}));
}

/// Docker Compose takes the further lines of a quoted text wherever they begin.
#[test]
fn quoted_lines_need_no_indentation() {
    let text = "a:\n  b: \"x\ny\n\n\tz\"\n  c: '{\n}'\nd: 1\n";
    let mut sources = Sources::default();
    let id = sources.add("f", text);
    let root = parse(id, text, &mut Diagnostics::default()).unwrap().remove(0);
    assert_eq!(json(&root), json!({"a": {"b": "x y\nz", "c": "{ }"}, "d": 1}));
    let slice = |node: Option<&Node>| sources.slice(node.unwrap().place).to_owned();
    let a = root.get("a").unwrap();
    assert_eq!(slice(a.get("b")), "\"x\ny\n\n\tz\"");
    assert_eq!(slice(a.get("c")), "'{\n}'");
    assert_eq!(slice(root.get("d")), "1");
    assert_eq!(sources.slice(root.as_map().unwrap()["d"].key), "d");
}

#[test]
fn aliases_and_merge_keys() {
    for (text, expected) in [
        ("a: &x [1]\nb: *x\nc: *x\n", json!({"a": [1], "b": [1], "c": [1]})),
        ("a: &x 1\nb: &x 2\nc: *x\n", json!({"a": 1, "b": 2, "c": 2})),
        ("a: &x {k: &y v}\nb: *x\nc: *y\n", json!({"a": {"k": "v"}, "b": {"k": "v"}, "c": "v"})),
        ("a: &x k\n*x : v\n", json!({"a": "k", "k": "v"})),
        ("a: &x {p: 1, q: 2}\nb: {q: 3, <<: *x}\n", json!({"a": {"p": 1, "q": 2}, "b": {"q": 3, "p": 1}})),
        ("a: &x {p: 1}\nb: &y {p: 2, q: 3}\nc: {<<: [*x, *y]}\n", json!({"a": {"p": 1}, "b": {"p": 2, "q": 3}, "c": {"p": 1, "q": 3}})),
        ("l: &l [{p: 1}, {q: 2}]\nc: {<<: *l}\n", json!({"l": [{"p": 1}, {"q": 2}], "c": {"p": 1, "q": 2}})),
        ("c: {<<: {p: 1}, r: 2}\n", json!({"c": {"r": 2, "p": 1}})),
        ("a: &x {e: {p: 1}}\nb: {<<: *x, e: {q: 2}}\n", json!({"a": {"e": {"p": 1}}, "b": {"e": {"q": 2}}})),
        ("a: &x {p: 1}\nb: &y {<<: *x, q: 2}\nc:\n  <<: *y\n", json!({"a": {"p": 1}, "b": {"q": 2, "p": 1}, "c": {"q": 2, "p": 1}})),
    ] {
        assert_eq!(json(&node(text)), expected, "{text}");
    }
}

#[test]
fn tags_of_the_loader() {
    let root = node("a: !reset\nb: !override [1]\nc: &c {d: !reset x}\ne: *c\nf: {<<: *c}\ng: [!reset 1]\nh: !override\n  i: j\n");
    let at = |path: &[&str]| path.iter().try_fold(&root, |node, key| node.get(key)).unwrap();
    assert_eq!(at(&["a"]).tag, Some(Tag::Reset));
    assert_eq!(at(&["b"]).tag, Some(Tag::Override));
    for map in ["c", "e", "f"] {
        assert_eq!(at(&[map]).tag, None);
        assert_eq!(at(&[map, "d"]).tag, Some(Tag::Reset));
    }
    assert_eq!(at(&["g"]).as_list().unwrap()[0].tag, Some(Tag::Reset));
    assert_eq!(at(&["h"]).tag, Some(Tag::Override));
}

#[test]
fn places() {
    let text = "svc:\n  web: # c\n    image: \"é x\" # c\n    ports:\n      - 80:80\n      - { a: 'b' }\n\n    env: {A: 1, B}\n    text: |\n      one\n      two\n\n    none:\n    list: [\n      x ]\nlast: z\n";
    let mut sources = Sources::default();
    let id = sources.add("f", text);
    let root = parse(id, text, &mut Diagnostics::default()).unwrap().remove(0);
    let web = root.get("svc").unwrap().get("web").unwrap();
    let slice = |key: &str| sources.slice(web.get(key).unwrap().place);
    assert_eq!(slice("image"), "\"é x\"");
    assert_eq!(slice("ports"), "- 80:80\n      - { a: 'b' }");
    assert_eq!(slice("env"), "{A: 1, B}");
    assert_eq!(slice("text"), "one\n      two");
    assert_eq!(slice("none"), "");
    assert_eq!(sources.line_and_column(id, web.get("none").unwrap().place.start), (13, 10));
    assert_eq!(slice("list"), "[\n      x ]");
    assert!(sources.slice(web.place).starts_with("image:") && sources.slice(web.place).ends_with("x ]"));
    assert_eq!(sources.slice(web.as_map().unwrap()["ports"].key), "ports");
    assert_eq!(sources.slice(web.get("ports").unwrap().as_list().unwrap()[1].get("a").unwrap().place), "'b'");
}

#[test]
fn places_of_aliases() {
    let text = "a: &x {k: &y v}\nb: *x\nc: {<<: *x, m: 1}\nd: [*y]\n";
    let mut sources = Sources::default();
    let id = sources.add("f", text);
    let root = parse(id, text, &mut Diagnostics::default()).unwrap().remove(0);
    let told = |node: &Node| (sources.slice(node.place).to_owned(), node.alias.map(|place| (place.start, sources.slice(place).to_owned())));
    let x = |start| Some((start, "*x".to_owned()));
    assert_eq!(told(root.get("a").unwrap()), ("{k: &y v}".to_owned(), None));
    assert_eq!(told(root.get("b").unwrap()), ("{k: &y v}".to_owned(), x(19)));
    assert_eq!(told(root.get("b").unwrap().get("k").unwrap()), ("v".to_owned(), x(19)));
    assert_eq!(told(root.get("c").unwrap()), ("{<<: *x, m: 1}".to_owned(), None));
    assert_eq!(told(root.get("c").unwrap().get("k").unwrap()), ("v".to_owned(), x(30)));
    assert_eq!(told(root.get("c").unwrap().get("m").unwrap()), ("1".to_owned(), None));
    assert_eq!(told(root.get("d").unwrap()), ("[*y]".to_owned(), None));
    assert_eq!(sources.slice(root.place), text.trim_end());
}

#[test]
fn keys_are_checked() {
    for (text, expected) in [
        (
            "a: 1\nb: {c: 1,\n c: 2}\n",
            "f:3:2: error[yaml-key-conflicting]: the key `c` stands here for the second time | f:2:5: first here | help: keep one of them",
        ),
        (
            "a: &x {}\nb:\n  <<: *x\n  <<: *x\n",
            "f:4:3: error[yaml-key-conflicting]: the key `<<` stands here for the second time | f:3:3: first here | help: merge several: `<<: [*first, *second]`",
        ),
        (
            "e: {1: x}\n",
            "f:1:5: error[yaml-key-invalid]: the key `1` is not text, and Compose takes no other keys | help: put it in quotes: \"1\" | fix: write \"1\"",
        ),
        (
            "2024-01-01: x\n",
            "f:1:1: error[yaml-key-invalid]: the key `2024-01-01` is not text, and Compose takes no other keys | help: put it in quotes: \"2024-01-01\" | fix: write \"2024-01-01\"",
        ),
        (": x\n", "f:1:2: error[yaml-key-invalid]: a key is missing before the colon | help: write a key, or `\"\"` for an empty one"),
        (
            "{a: 1}: x\n",
            "f:1:1: error[yaml-key-invalid]: a list or mapping stands where a key is expected | help: put text that contains braces or brackets in quotes",
        ),
        (
            "a: {<<: 1}\n",
            "f:1:5: error[yaml-merge-invalid]: `<<` takes a mapping or a list of mappings | f:1:9: this is none | help: name an anchor of a mapping: `<<: *name`",
        ),
        ("a: !!int x\n", "f:1:10: error[yaml-tag-invalid]: `x` cannot be read as !!int | help: change the value, or take the tag away"),
        (
            "a: &a\n  b: *a\n",
            "f:2:6: error[yaml-alias-invalid]: this alias stands inside the value that it repeats | f:2:3: the value begins here | help: repeat a value that ends before the alias",
        ),
    ] {
        assert_eq!(wrong(text), expected, "{text}");
    }
    assert_eq!(wrong("true: 1\nnull: 2\n1.5: 3\na: 4\na: 5\n").lines().count(), 4, "all are told");
}

#[test]
fn bounds() {
    let bomb = format!("a0: &a0 x\n{}", (1..40).map(|i| format!("a{i}: &a{i} [*a{0}, *a{0}]\n", i - 1)).collect::<String>());
    assert!(wrong(&bomb).contains("error[yaml-aliases-invalid]"), "{}", wrong(&bomb));
    let many = format!("x: &x {{a: 1, b: 2}}\ns:\n{}", (0..10_000).map(|i| format!("  s{i}: {{<<: *x}}\n")).collect::<String>());
    assert!(read(&many).0.is_some());
    for deep in ["[".repeat(100_000), "- ".repeat(100_000), "a: {".repeat(50_000)] {
        assert!(wrong(&deep).contains("error[yaml-"), "{}", wrong(&deep));
    }
    let nest = |depth: usize, inner: &str| format!("{}{inner}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(read(&nest(250, "")).0.is_some());
    let chained = format!("a: &a {}\nb: &b {}\nc: {}\n", nest(100, ""), nest(100, "*a"), nest(100, "*b"));
    assert!(wrong(&chained).contains("error[yaml-nesting-invalid]"), "{}", wrong(&chained));
    let large =
        format!("services:\n{}", (0..20_000).map(|i| format!("  s{i}:\n    image: i\n    ports: [\"{i}:80\"]\n")).collect::<String>());
    assert_eq!(node(&large).get("services").unwrap().as_map().unwrap().len(), 20_000, "size alone is no error");
}

#[test]
fn syntax_errors() {
    for (text, expected) in SYNTAX {
        assert_eq!(wrong(text), *expected, "{text}");
    }
}

const SYNTAX: &[(&str, &str)] = &[
    (
        "services:\n\tweb:\n",
        "f:2:1: error[yaml-syntax-invalid]: this line is indented with a tab | help: indent with spaces: YAML takes no tabs there",
    ),
    (
        "services:\n  web:\n    image: x\n\tports: y\n",
        "f:4:1: error[yaml-syntax-invalid]: this line is indented with a tab | help: indent with spaces: YAML takes no tabs there",
    ),
    (
        "services:\n  web:\n    image:x\n    ports: []\n",
        "f:3:10: error[yaml-syntax-invalid]: a blank is missing behind this colon | help: write `key: value` | fix: put a blank behind the colon",
    ),
    (
        "a:\n  - image:x\n    ports: []\n",
        "f:2:10: error[yaml-syntax-invalid]: a blank is missing behind this colon | help: write `key: value` | fix: put a blank behind the colon",
    ),
    (
        "a: b: c\n",
        "f:1:4: error[yaml-syntax-invalid]: this value holds `: `, which begins another value | help: put it in quotes: \"b: c\" | fix: put it in quotes",
    ),
    (
        "a: foo bar: \"baz\"\nx: y\n",
        "f:1:4: error[yaml-syntax-invalid]: this value holds `: `, which begins another value | help: put it in quotes: 'foo bar: \"baz\"' | fix: put it in quotes",
    ),
    (
        "a: b\n  c: d\n",
        "f:2:4: error[yaml-syntax-invalid]: this key is indented deeper than the key above it, which has a value already | f:1:1: the key above | help: indent it like the key above, or take that value away",
    ),
    (
        "a:\n  b: 1\n   c: 2\n",
        "f:3:5: error[yaml-syntax-invalid]: this key is indented deeper than the key above it, which has a value already | f:2:3: the key above | help: indent it like the key above, or take that value away",
    ),
    (
        "env:\n  A=1\n  B: 2\n",
        "f:2:3: error[yaml-syntax-invalid]: this line is no `key: value`, although keys stand beside it | help: write `key: value`, or put `- ` before every line to make a list",
    ),
    (
        "env:\n  A: 1\n  B=2\n",
        "f:3:3: error[yaml-syntax-invalid]: this line is no `key: value` | help: write `B: 2` in a mapping, or `- B=2` in a list; never both in one",
    ),
    (
        "env:\n  - A=1\n  B=2\n",
        "f:3:3: error[yaml-syntax-invalid]: this line is no `key: value` | help: write `B: 2` in a mapping, or `- B=2` in a list; never both in one",
    ),
    (
        "a: b\nfoo\nc: d\n",
        "f:2:1: error[yaml-syntax-invalid]: this line is no `key: value` | help: write `key: value`; indent the further lines of a longer text deeper than its key",
    ),
    (
        "a: b\nfoo:bar\nc: d\n",
        "f:2:1: error[yaml-syntax-invalid]: this line is no `key: value` | help: put a blank behind the colon | fix: put a blank behind the colon",
    ),
    (
        "a: {b\nc: d\n",
        "f:1:4: error[yaml-syntax-invalid]: this `{` is not closed | help: close it; put text that begins with a bracket in quotes",
    ),
    (
        "a: [b, c\nc: d\n",
        "f:1:4: error[yaml-syntax-invalid]: this `[` is not closed | f:2:2: another key stands here | help: close it before the next key",
    ),
    (
        "a: [b c\n",
        "f:1:4: error[yaml-syntax-invalid]: this `[` is not closed | help: close it; put text that begins with a bracket in quotes",
    ),
    ("a: [x]]\n", "f:1:7: error[yaml-syntax-invalid]: this `]` closes nothing | help: take it away, or put the text around it in quotes"),
    (
        "a: {{ x }}:80\n",
        "f:1:11: error[yaml-syntax-invalid]: text follows `}`, which ends the value | help: put it in quotes: \"{{ x }}:80\" | fix: put it in quotes",
    ),
    (
        "a: [a b] c\n",
        "f:1:10: error[yaml-syntax-invalid]: text follows `]`, which ends the value | help: put it in quotes: \"[a b] c\" | fix: put it in quotes",
    ),
    ("a: }\n", "f:1:4: error[yaml-syntax-invalid]: this `}` closes nothing | help: take it away, or put the text around it in quotes"),
    (
        "a: @x # c\n",
        "f:1:4: error[yaml-syntax-invalid]: a value cannot begin with `@` | help: put it in quotes: \"@x\" | fix: put it in quotes",
    ),
    (
        "a: %x\n",
        "f:1:4: error[yaml-syntax-invalid]: a value cannot begin with `%` | help: put it in quotes: \"%x\" | fix: put it in quotes",
    ),
    (
        "a: `x \"y\"`\n",
        "f:1:4: error[yaml-syntax-invalid]: a value cannot begin with a backtick | help: put it in quotes: '`x \"y\"`' | fix: put it in quotes",
    ),
    (
        "a: \u{1}\n",
        "f:1:4: error[yaml-syntax-invalid]: a control character (\\u{1}) stands in the file | help: take it away, or write it as an escape between double quotes",
    ),
    (
        "a: & b\n",
        "f:1:4: error[yaml-syntax-invalid]: a value cannot begin with `&` | help: put it in quotes: \"& b\" | fix: put it in quotes",
    ),
    (
        "a: \"x\nb: y\n",
        "f:1:4: error[yaml-syntax-invalid]: a quoted text is not closed | help: close the quote at the end of the text, and indent the further lines of a longer text deeper than its key",
    ),
    (
        "a: 'x\n  y",
        "f:1:4: error[yaml-syntax-invalid]: a quoted text is not closed | help: close the quote at the end of the text, and indent the further lines of a longer text deeper than its key",
    ),
    (
        "ports:\n  - \"80:80\n  - \"90:90\"\n",
        "f:2:5: error[yaml-syntax-invalid]: a quoted text is not closed | help: close the quote at the end of the text, and indent the further lines of a longer text deeper than its key",
    ),
    (
        "a: 'it's'\n",
        "f:1:8: error[yaml-syntax-invalid]: text follows the closing quote | help: put the whole value in quotes; a quote inside single quotes is written twice, inside double quotes behind a backslash",
    ),
    (
        "a: \"x\" y\n",
        "f:1:8: error[yaml-syntax-invalid]: text follows the closing quote | help: put the whole value in quotes; a quote inside single quotes is written twice, inside double quotes behind a backslash",
    ),
    (
        "a: \"\\d\"\n",
        "f:1:4: error[yaml-syntax-invalid]: this text has an escape that Docker Compose does not know | help: take the backslash away, write two for one, or use single quotes, which know no escapes",
    ),
    (
        "a:\n  b: 1\n c: 2\n",
        "f:3:2: error[yaml-syntax-invalid]: the indentation of this line fits no line above it | help: indent it by as many spaces as the keys that it belongs to",
    ),
    (
        "a:\n  - b\n - c\n",
        "f:3:2: error[yaml-syntax-invalid]: a list item stands among keys | help: a value is a list or a mapping, never both: take the keys or the `- ` away, or indent the item below its key",
    ),
    (
        "a:\n  - b\n  c: d\n",
        "f:3:3: error[yaml-syntax-invalid]: this line is no list item, although it is indented like one | help: begin the line with `- `, or indent it by as many spaces as the keys that it belongs to",
    ),
    (
        "a:\n  b: c\n  - d\n",
        "f:3:5: error[yaml-syntax-invalid]: a list item stands among keys | help: a value is a list or a mapping, never both: take the keys or the `- ` away, or indent the item below its key",
    ),
    (
        "a: - b\n",
        "f:1:4: error[yaml-syntax-invalid]: a list item stands where none can be | help: write each `- ` on a line of its own below the key, or put a value that begins with `- ` in quotes",
    ),
    (
        "a: *x\n",
        "f:1:4: error[yaml-alias-unknown]: the alias `*x` has no anchor `&x` before it | help: write `&x ` before the value to repeat, earlier in the same document; put a value that begins with `*` in quotes",
    ),
    (
        "a: [*.example.com, b]\n",
        "f:1:5: error[yaml-alias-unknown]: the alias `*.example.com` has no anchor `&.example.com` before it | help: write `&.example.com ` before the value to repeat, earlier in the same document; put a value that begins with `*` in quotes",
    ),
    (
        "a: |x\n  b\n",
        "f:1:4: error[yaml-syntax-invalid]: text follows the `|` or `>` that announces a block of text | help: begin the text on the next line; put a value that begins with `|` or `>` in quotes",
    ),
    (
        "a: |\n  x\n y\n",
        "f:3:2: error[yaml-syntax-invalid]: the indentation of this line fits no line above it | help: indent it by as many spaces as the keys that it belongs to",
    ),
    (
        "a: x #c\n  y: z\n",
        "f:1:6: error[yaml-syntax-invalid]: a text goes on behind a comment | help: put the comment above the text, or indent the next line like its key",
    ),
    ("%YAML 3.0\n---\na: b\n", "f:1:1: error[yaml-syntax-invalid]: unsupported YAML major version"),
    (
        "- a\nb: c\n",
        "f:2:1: error[yaml-syntax-invalid]: this line is no list item, although it is indented like one | help: begin the line with `- `, or indent it by as many spaces as the keys that it belongs to",
    ),
    (
        "a: b\n...\n]",
        "f:3:1: error[yaml-syntax-invalid]: this `]` closes nothing | help: take it away, or put the text around it in quotes",
    ),
    (
        "a: [x, {b: c]\n",
        "f:1:8: error[yaml-syntax-invalid]: this `{` is not closed | help: close it; put text that begins with a bracket in quotes",
    ),
    (
        "a: [b,\n",
        "f:1:4: error[yaml-syntax-invalid]: this `[` is not closed | help: close it; put text that begins with a bracket in quotes",
    ),
    (
        "a: {b: c, {d: e}\n",
        "f:1:4: error[yaml-syntax-invalid]: this `{` is not closed | help: close it; put text that begins with a bracket in quotes",
    ),
    (
        "x: \"a\n---\nb\"\n",
        "f:1:4: error[yaml-syntax-invalid]: a quoted text is not closed | help: close the quote at the end of the text, and indent the further lines of a longer text deeper than its key",
    ),
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_text(text in "([a-c]|[:#&*!|>'\"%@`,?{}\\[\\]-]|[ \n\t]|: |- |<<: |\\*a|&a |!!int |\n  |é|\r\n|---\n){0,40}") {
        let (nodes, diagnostics, sources) = read(&text);
        for diagnostic in diagnostics.iter() {
            let label = diagnostic.primary.as_ref().unwrap();
            prop_assert!(label.place.end as usize <= text.len() && text.is_char_boundary(label.place.start as usize));
            let _ = plain(diagnostic, &sources);
        }
        for node in nodes.iter().flatten() {
            prop_assert!(node.place.end as usize <= text.len() && node.place.start <= node.place.end);
        }
    }
}
