//! TOML files as trees.

use super::tree::Tree;
use crate::text::Place;
use crate::yaml::{Entry, Map, Node, Value};
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

/// Reads a file. `place` tells where a range of its text stands.
///
/// # Errors
/// The line, counted from 1, that cannot be read.
pub(super) fn read(text: &str, place: &dyn Fn(usize, usize) -> Place) -> Result<Tree, usize> {
    let line = |at: usize| text.get(..at).unwrap_or(text).matches('\n').count() + 1;
    let file = DeTable::parse(text).map_err(|error| line(error.span().map_or(0, |span| span.start)))?;
    let at = at(&file, place);
    Ok(Tree::of_yaml(&Node::new(map(file.into_inner(), place), at)))
}

/// Numbers and dates are texts, as they are read in labels.
fn node(value: Spanned<DeValue<'_>>, place: &dyn Fn(usize, usize) -> Place) -> Node {
    let at = at(&value, place);
    let value = match value.into_inner() {
        DeValue::String(text) => Value::String(text.as_ref().into()),
        DeValue::Integer(number) => Value::String(number.to_string().into()),
        DeValue::Float(number) => Value::String(number.to_string().into()),
        DeValue::Boolean(value) => Value::Bool(value),
        DeValue::Datetime(date) => Value::String(date.to_string().into()),
        DeValue::Array(items) => Value::List(items.into_iter().map(|item| node(item, place)).collect()),
        DeValue::Table(table) => map(table, place),
    };
    Node::new(value, at)
}

fn map(table: DeTable<'_>, place: &dyn Fn(usize, usize) -> Place) -> Value {
    let entry = |(key, value): (Spanned<DeString<'_>>, Spanned<DeValue<'_>>)| {
        let at = at(&key, place);
        (key.get_ref().as_ref().into(), Entry { key: at, value: node(value, place) })
    };
    Value::from(table.into_iter().map(entry).collect::<Map>())
}

fn at<T>(spanned: &Spanned<T>, place: &dyn Fn(usize, usize) -> Place) -> Place {
    let span = spanned.span();
    place(span.start, span.end)
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::text::{Place, Sources};

    fn tree(text: &str) -> Result<super::Tree, usize> {
        let id = Sources::default().add("x", text);
        read(text, &|start, end| Place::new(id, start, end))
    }

    #[test]
    fn tables_lists_and_texts_are_read() {
        let tree = tree(
            "# top\n[http.routers.\"my.app\"]\n rule = 'Host(`a`)' # why\n priority = 12\n middlewares = [\"a\", # one\n 'b',]\n\
             [[http.services.x.loadBalancer.servers]]\n url = \"http://x:1\"\n[[http.services.x.loadBalancer.servers]]\nurl = \"http://y:2\"\n\
             [http.services.x.loadBalancer.healthCheck]\npath = \"\"\"\n/up\"\"\"\nheaders = {a = \"b\", c.d = true}\n",
        )
        .unwrap();
        let routers: Vec<_> =
            tree.below("http.routers").map(|(name, router)| (name.to_owned(), router.text("rule").map(str::to_owned))).collect();
        assert_eq!(routers, [("my.app".to_owned(), Some("Host(`a`)".to_owned()))]);
        let router = tree.below("http.routers").next().unwrap().1;
        assert_eq!(router.list("middlewares").len(), 2);
        assert_eq!(router.text("priority"), Some("12"));
        assert_eq!(tree.text("http.services.x.loadbalancer.servers.1.url"), Some("http://y:2"));
        assert_eq!(tree.text("http.services.x.loadbalancer.healthcheck.path"), Some("/up"));
        assert_eq!(tree.text("http.services.x.loadbalancer.healthcheck.headers.c.d"), Some("true"));
    }

    #[test]
    fn what_is_no_toml_has_a_line() {
        for (text, line) in [("a = 1\nb", 2), ("[a", 1), ("a = \"x\n", 1), ("a = 1\na = 2", 2)] {
            assert_eq!(tree(text).err(), Some(line), "{text:?}");
        }
        assert!(tree(&format!("a = {}", "[".repeat(100_000))).is_err());
    }
}
