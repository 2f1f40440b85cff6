//! Expressions of calls: `A("x") && !(B("y", "z") || C("w"))`, in which Traefik writes rules and constraints.

/// The deepest nesting that is read.
const DEPTH: usize = 64;
/// The longest expression that is read.
const LENGTH: usize = 64 * 1024;

/// An expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expression {
    /// Every one of them.
    All(Vec<Expression>),
    /// Some of them.
    Any(Vec<Expression>),
    /// Not that.
    Not(Box<Expression>),
    /// A call.
    Call {
        /// Its name as written.
        name: String,
        /// Its arguments.
        arguments: Vec<String>,
    },
}

/// Reads an expression.
///
/// # Errors
/// What is wrong with it: a few words.
pub(super) fn parse(text: &str) -> Result<Expression, String> {
    if text.len() > LENGTH {
        return Err("it is too long".to_owned());
    }
    let mut parser = Parser { rest: text.trim_start(), depth: 0 };
    let expression = parser.any()?;
    if parser.rest.is_empty() { Ok(expression) } else { Err(format!("{:?} stands behind its end", shorten(parser.rest))) }
}

fn shorten(text: &str) -> String {
    text.chars().take(40).collect()
}

struct Parser<'e> {
    rest: &'e str,
    depth: usize,
}

impl Parser<'_> {
    /// Takes `token` and the blanks behind it, if it comes next.
    fn take(&mut self, token: &str) -> bool {
        let rest = self.rest.strip_prefix(token);
        if let Some(rest) = rest {
            self.rest = rest.trim_start();
        }
        rest.is_some()
    }

    fn any(&mut self) -> Result<Expression, String> {
        let first = self.all()?;
        let mut parts = vec![first];
        while self.take("||") {
            parts.push(self.all()?);
        }
        Ok(single(parts, Expression::Any))
    }

    fn all(&mut self) -> Result<Expression, String> {
        let first = self.one()?;
        let mut parts = vec![first];
        while self.take("&&") {
            parts.push(self.one()?);
        }
        Ok(single(parts, Expression::All))
    }

    fn one(&mut self) -> Result<Expression, String> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err("it is nested too deeply".to_owned());
        }
        let out = if self.take("!") {
            Expression::Not(Box::new(self.one()?))
        } else if self.take("(") {
            let inner = self.any()?;
            self.close()?;
            inner
        } else {
            self.call()?
        };
        self.depth -= 1;
        Ok(out)
    }

    fn close(&mut self) -> Result<(), String> {
        if self.take(")") { Ok(()) } else { Err("a parenthesis is not closed".to_owned()) }
    }

    fn call(&mut self) -> Result<Expression, String> {
        let end = self.rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at_checked(end).ok_or("it ends too early")?;
        if name.is_empty() {
            let found = shorten(self.rest);
            return Err(if found.is_empty() { "it ends too early".to_owned() } else { format!("no matcher begins with {found:?}") });
        }
        let name = name.to_owned();
        self.rest = rest.trim_start();
        if !self.take("(") {
            return Err(format!("`{name}` has no arguments"));
        }
        let mut arguments = Vec::new();
        if !self.take(")") {
            arguments.push(self.argument()?);
            while self.take(",") {
                arguments.push(self.argument()?);
            }
            self.close()?;
        }
        Ok(Expression::Call { name, arguments })
    }

    /// A text in back-ticks as it stands, or in double quotes with escapes.
    fn argument(&mut self) -> Result<String, String> {
        if let Some(rest) = self.rest.strip_prefix('`') {
            let (value, rest) = rest.split_once('`').ok_or("a back-tick is not closed")?;
            self.rest = rest.trim_start();
            return Ok(value.to_owned());
        }
        let rest = self.rest.strip_prefix('"').ok_or("a value stands without quotes")?;
        let mut value = String::new();
        let mut chars = rest.char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    self.rest = rest.get(at + 1..).unwrap_or("").trim_start();
                    return Ok(value);
                }
                '\\' => value.push(escaped(chars.next().map(|(_, c)| c), &mut chars)?),
                _ => value.push(c),
            }
        }
        Err("a quote is not closed".to_owned())
    }
}

/// The character that an escape of Go stands for.
fn escaped(letter: Option<char>, rest: &mut std::str::CharIndices<'_>) -> Result<char, String> {
    let digits = match letter {
        Some(c @ ('\\' | '"' | '\'')) => return Ok(c),
        Some('n') => return Ok('\n'),
        Some('t') => return Ok('\t'),
        Some('r') => return Ok('\r'),
        Some('x') => 2,
        Some('u') => 4,
        Some('U') => 8,
        _ => return Err("an escape in quotes is unknown: write the value in back-ticks".to_owned()),
    };
    let code = (0..digits)
        .map(|_| rest.next().and_then(|(_, c)| c.to_digit(16)))
        .try_fold(0_u32, |sum, digit| sum.checked_mul(16)?.checked_add(digit?));
    code.and_then(char::from_u32).ok_or_else(|| "an escape in quotes is no character".to_owned())
}

fn single(mut parts: Vec<Expression>, join: fn(Vec<Expression>) -> Expression) -> Expression {
    if parts.len() == 1 { parts.pop().unwrap_or(Expression::All(Vec::new())) } else { join(parts) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_bind_as_in_go() {
        let call = |name: &str| Expression::Call { name: name.to_owned(), arguments: vec!["x".to_owned()] };
        let wanted = Expression::Any(vec![call("A"), Expression::All(vec![call("B"), Expression::Not(Box::new(call("C")))])]);
        assert_eq!(parse("A(`x`) || B(\"x\")&&! C( `x` ) "), Ok(wanted));
        assert_eq!(parse("((A(\"\\x78\")))"), Ok(call("A")));
        for wrong in ["", "A", "A(", "A(`x`", "A(x)", "A(`x`) B(`x`)", "&& A(`x`)", "(A(`x`)", "A(`x`) ||", "A(\"\\q\")", "A(\"\\u12\")"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
        assert!(parse(&"(".repeat(100_000)).is_err());
        assert!(parse(&"!".repeat(1_000)).is_err());
    }
}
