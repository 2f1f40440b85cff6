//! TOML as a tree: tables, tables in lists, keys with dots, texts, lists and tables on one line.
//!
//! What Traefik's files have of it; dates are texts, and numbers stay as they are written.

use super::tree::Tree;
use crate::text::{Place, Placed};

/// How deep lists and tables lie in each other.
const DEPTH: usize = 32;

/// Reads a file. `place` tells where a range of its text stands.
///
/// # Errors
/// The line, counted from 1, that cannot be read.
pub(super) fn read(text: &str, place: &dyn Fn(usize, usize) -> Place) -> Result<Tree, usize> {
    let mut reader = Reader { text, at: 0, place, tree: Tree::default() };
    reader.file().ok_or_else(|| text.get(..reader.at).unwrap_or(text).matches('\n').count() + 1)?;
    Ok(reader.tree)
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    place: &'t dyn Fn(usize, usize) -> Place,
    tree: Tree,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Goes past a text, if it stands here.
    fn eat(&mut self, text: &str) -> bool {
        let here = self.rest().starts_with(text);
        if here {
            self.at += text.len();
        }
        here
    }

    /// Goes past blanks; past line breaks and comments as well where `lines`.
    fn blanks(&mut self, lines: bool) {
        loop {
            let rest = self.rest();
            let blank = rest.find(|c: char| !(matches!(c, ' ' | '\t' | '\r') || lines && c == '\n')).unwrap_or(rest.len());
            let comment = rest.get(blank..).filter(|rest| rest.starts_with('#')).map_or(0, |rest| rest.find('\n').unwrap_or(rest.len()));
            self.at += blank + comment;
            if comment == 0 || !lines {
                return;
            }
        }
    }

    fn file(&mut self) -> Option<()> {
        let mut table: Vec<String> = Vec::new();
        loop {
            self.blanks(true);
            if self.rest().is_empty() {
                return Some(());
            }
            let start = self.at;
            if self.eat("[[") {
                table = self.key()?;
                self.eat("]]").then_some(())?;
                let number = self.tree.reach(&table, (self.place)(start, self.at)).children.len();
                table.push(number.to_string());
                self.tree.reach(&table, (self.place)(start, self.at));
            } else if self.eat("[") {
                table = self.within()?;
                self.eat("]").then_some(())?;
                self.tree.reach(&table, (self.place)(start, self.at));
            } else {
                self.entry(&table, DEPTH)?;
            }
            self.blanks(false);
            (self.rest().is_empty() || self.rest().starts_with('\n')).then_some(())?;
        }
    }

    /// The keys of a table; one that lies in a list lies in its last item.
    fn within(&mut self) -> Option<Vec<String>> {
        let mut out: Vec<String> = Vec::new();
        for key in self.key()? {
            out.push(key);
            let place = (self.place)(self.at, self.at);
            let children = &self.tree.reach(&out, place).children;
            let last = children.len().checked_sub(1).map(|last| last.to_string());
            if let Some(last) =
                last.filter(|last| children.get_index(0).is_some_and(|(first, _)| first == "0") && children.contains_key(last))
            {
                out.push(last);
            }
        }
        Some(out)
    }

    /// `a.b."c.d"`.
    fn key(&mut self) -> Option<Vec<String>> {
        let mut out = Vec::new();
        loop {
            self.blanks(false);
            let part = match self.rest().chars().next()? {
                '"' | '\'' => self.quoted()?,
                _ => {
                    let rest = self.rest();
                    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-')).unwrap_or(rest.len());
                    let part = rest.get(..end).filter(|part| !part.is_empty())?.to_owned();
                    self.at += end;
                    part
                }
            };
            out.push(part);
            self.blanks(false);
            if !self.eat(".") {
                return Some(out);
            }
        }
    }

    /// `key = value` in a table.
    fn entry(&mut self, table: &[String], depth: usize) -> Option<()> {
        let mut keys = table.to_vec();
        keys.extend(self.key()?);
        self.eat("=").then_some(())?;
        self.blanks(false);
        self.value(&keys, depth)
    }

    fn value(&mut self, keys: &[String], depth: usize) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        let start = self.at;
        if self.eat("[") {
            let mut number = 0_usize;
            loop {
                self.blanks(true);
                if self.eat("]") {
                    return Some(());
                }
                let start = self.at;
                if self.rest().starts_with(['{', '[']) {
                    let mut item = keys.to_vec();
                    item.push(number.to_string());
                    self.value(&item, depth)?;
                } else {
                    let text = self.scalar()?;
                    let place = (self.place)(start, self.at);
                    self.tree.reach(keys, place).add(Placed::new(text, place));
                }
                number += 1;
                self.blanks(true);
                if !self.eat(",") {
                    self.blanks(true);
                    return self.eat("]").then_some(());
                }
            }
        }
        if self.eat("{") {
            self.tree.reach(keys, (self.place)(start, self.at));
            loop {
                self.blanks(true);
                if self.eat("}") {
                    return Some(());
                }
                self.entry(keys, depth)?;
                self.blanks(true);
                if !self.eat(",") {
                    return self.eat("}").then_some(());
                }
            }
        }
        let text = self.scalar()?;
        let place = (self.place)(start, self.at);
        self.tree.insert_at(keys.iter().map(String::as_str), Placed::new(text, place));
        Some(())
    }

    fn scalar(&mut self) -> Option<String> {
        if self.rest().starts_with(['"', '\'']) {
            return self.quoted();
        }
        let rest = self.rest();
        let end = rest.find([',', ']', '}', '#', '\n', '\r']).unwrap_or(rest.len());
        let text = rest.get(..end)?.trim().to_owned();
        self.at += end;
        (!text.is_empty()).then_some(text)
    }

    /// `"…"`, `'…'`, and both with three quotes.
    fn quoted(&mut self) -> Option<String> {
        let quote = self.rest().get(..1)?.to_owned();
        let triple = quote.repeat(3);
        let long = self.eat(&triple);
        if long {
            let _ = self.eat("\r\n") || self.eat("\n");
        } else {
            self.eat(&quote);
        }
        let end = if long { &triple } else { &quote };
        let mut out = String::new();
        loop {
            if self.eat(end) {
                return Some(out);
            }
            let c = self.rest().chars().next().filter(|c| long || *c != '\n')?;
            self.at += c.len_utf8();
            if c != '\\' || quote == "'" {
                out.push(c);
                continue;
            }
            let escaped = self.rest().chars().next()?;
            self.at += escaped.len_utf8();
            match escaped {
                'n' => out.push('\n'),
                't' => out.push('\t'),
                'r' => out.push('\r'),
                'u' | 'U' => {
                    let digits = self.rest().get(..if escaped == 'u' { 4 } else { 8 })?.to_owned();
                    self.at += digits.len();
                    out.push(char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?);
                }
                '\n' | ' ' => self.blanks(true),
                other => out.push(other),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::text::{Place, Sources};
    use proptest::prelude::*;

    fn tree(text: &str) -> Result<super::Tree, usize> {
        let id = Sources::default().add("x", text);
        read(text, &|start, end| Place::new(id, start, end))
    }

    #[test]
    fn tables_lists_and_texts_are_read() {
        let tree = tree(
            "# top\n[http.routers.\"my.app\"]\n rule = 'Host(`a`)' # why\n priority = 12\n middlewares = [\"a\", # one\n 'b',]\n\
             [[http.services.x.loadBalancer.servers]]\n url = \"http://x:1\"\n[[http.services.x.loadBalancer.servers]]\nurl = \"http://y:2\\n\"\n\
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
        for (text, line) in [("a = 1\nb", 2), ("[a", 1), ("a = \"x\n", 1), ("a = [1, 2", 1), ("\n\na = {b = 1", 3)] {
            assert_eq!(tree(text).err(), Some(line), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[\\[\\]{}=\"'.,#a-c1 \n\\\\]{0,60}") {
            let _ = tree(&text);
        }
    }
}
