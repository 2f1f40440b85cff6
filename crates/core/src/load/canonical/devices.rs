//! Short forms of devices, `source[:target[:permissions]]`, and of GPUs.

use crate::diag::catalog::load::DEVICE_INVALID;
use crate::diag::{Diagnostic, Diagnostics};
use crate::load::forms::one;
use crate::load::trail::Trail;
use crate::yaml::{Entry, Node, Value};

/// The long form of a device. With `lenient`, one that cannot be read is one of nothing, as Docker Compose prints it.
pub(crate) fn long(item: Node, trail: Trail<'_>, lenient: bool, diagnostics: &mut Diagnostics) -> Option<Node> {
    let place = item.place;
    let Value::String(text) = &item.value else { return Some(item) };
    let parts: Vec<&str> = text.split(':').collect();
    let (source, target, permissions) = match parts.as_slice() {
        [source] => (*source, *source, "rwm"),
        [source, target] => (*source, *target, "rwm"),
        [source, target, permissions] => (*source, *target, *permissions),
        _ if lenient => ("", "", "rwm"),
        _ => {
            diagnostics.push(
                Diagnostic::new(&DEVICE_INVALID, format!("{trail} cannot be read from {text:?}: it has too many colons"))
                    .at(place)
                    .help("write `SOURCE[:TARGET[:PERMISSIONS]]`, or the long form with `source`, `target` and `permissions`"),
            );
            return None;
        }
    };
    let target = if target.is_empty() { source } else { target };
    let mut map = one("source", place, Node::string(source, place));
    map.insert("target".into(), Entry { key: place, value: Node::string(target, place) });
    map.insert("permissions".into(), Entry { key: place, value: Node::string(permissions, place) });
    Some(Node::new(Value::from(map), place))
}

/// `gpus: all` as a list of one request.
pub(crate) fn gpus(node: Node) -> Node {
    let place = node.place;
    if node.as_str() != Some("all") {
        return node;
    }
    let request = Node::new(Value::from(one("count", place, node)), place);
    Node::new(Value::List(vec![request]), place)
}
