//! What looks secret: variables by name and value, files by name and content.

use crate::text::path;

/// Words that make a name secret wherever they stand, up to the end of the word.
const WORDS: &[&str] = &[
    "PASSWORD",
    "PASSWD",
    "PASSPHRASE",
    "SECRET",
    "TOKEN",
    "API_KEY",
    "APIKEY",
    "ACCESS_KEY",
    "ACCESSKEY",
    "PRIVATE_KEY",
    "PRIVATEKEY",
    "CREDENTIAL",
    "CREDENTIALS",
];

/// Words that make a name secret only where they stand alone.
const SHORT_WORDS: &[&str] = &["PASS", "PWD", "PW", "PSK", "SALT", "COOKIE", "NONCE"];

/// What stands before `KEY` at the end of a secret's name.
const KEYS: &[&str] = &[
    "APP",
    "AUTH",
    "ENCRYPTION",
    "ENCRYPT",
    "CRYPTO",
    "CIPHER",
    "SIGNING",
    "SIGN",
    "MASTER",
    "JWT",
    "HMAC",
    "SESSION",
    "LICENSE",
    "ACCOUNT",
    "ADMIN",
    "DEPLOY",
    "SSH",
    "TLS",
    "SSL",
    "LOGGED_IN",
    "SECURE_AUTH",
    "STORAGE",
    "WEBHOOK",
    "VAULT",
    "AES",
    "RSA",
    "SHARED",
];

/// Does the variable hold something secret?
pub(crate) fn is_secret(name: &str, value: &str) -> bool {
    let value = value.trim();
    if value.is_empty() {
        return false;
    }
    is_secret_value(value) || is_secret_name(name, value)
}

fn is_secret_name(name: &str, value: &str) -> bool {
    let upper = snake(name);
    if ["_FILE", "_PATH", "_DIR"].iter().any(|end| upper.ends_with(end)) || upper == "PWD" || value.starts_with("/run/secrets/") {
        return false;
    }
    let switch = ["true", "false", "yes", "no", "on", "off", "null", "none", "enabled", "disabled"];
    if switch.iter().any(|word| value.eq_ignore_ascii_case(word)) {
        return false;
    }
    let at_end = |word: &str| upper == word || upper.strip_suffix(word).is_some_and(|before| before.ends_with('_'));
    // A short number is a count or a duration (`TOKEN_HOURS`), unless the name says that it is the secret itself.
    if value.len() <= 4 && value.bytes().all(|b| b.is_ascii_digit()) && !WORDS.iter().chain(SHORT_WORDS).any(|word| at_end(word)) {
        return false;
    }
    WORDS.iter().any(|word| has_word(&upper, word, false))
        || SHORT_WORDS.iter().any(|word| has_word(&upper, word, true))
        || KEYS.iter().any(|word| upper.strip_suffix("_KEY").is_some_and(|before| has_word_at_end(before, word)))
}

/// Upper case with `_` between words, also between those of `camelCase`.
fn snake(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    let mut lower = false;
    for c in name.chars() {
        if !c.is_ascii_alphanumeric() {
            out.push('_');
        } else {
            if lower && c.is_ascii_uppercase() {
                out.push('_');
            }
            out.push(c.to_ascii_uppercase());
        }
        lower = c.is_ascii_lowercase();
    }
    out
}

/// Does the word stand in the name, followed by its end, `_` or a digit? With `alone`, nothing but `_` may stand before it either.
fn has_word(name: &str, word: &str, alone: bool) -> bool {
    let mut rest = name;
    while let Some((before, after)) = rest.split_once(word) {
        let free = name.len() - after.len() == word.len() || before.ends_with('_') || !alone;
        if free && after.chars().next().is_none_or(|c| c == '_' || c.is_ascii_digit()) {
            return true;
        }
        rest = after;
    }
    false
}

fn has_word_at_end(name: &str, word: &str) -> bool {
    name.strip_suffix(word).is_some_and(|before| before.is_empty() || before.ends_with('_'))
}

/// Does the value show that it is secret, whatever its name?
fn is_secret_value(value: &str) -> bool {
    is_private_key(value) || has_credentials(value) || has_password_field(value) || is_issued_token(value)
}

/// A private key in PEM form.
pub(crate) fn is_private_key(text: &str) -> bool {
    text.contains("-----BEGIN ") && text.contains("PRIVATE KEY-----")
}

/// `scheme://user:password@host`, or the `user:password@tcp(host)` of Go's drivers.
fn has_credentials(value: &str) -> bool {
    let password = |userinfo: &str| userinfo.split_once(':').is_some_and(|(_, password)| !password.is_empty());
    let mut rest = value;
    while let Some((_, after)) = rest.split_once("://") {
        let authority = after.split(['/', '?', '#', ' ', '"', '\'', '\n']).next().unwrap_or("");
        if authority.rsplit_once('@').is_some_and(|(userinfo, _)| password(userinfo)) {
            return true;
        }
        rest = after;
    }
    ["@tcp(", "@unix("]
        .iter()
        .any(|at| value.split_once(at).is_some_and(|(userinfo, _)| !userinfo.contains(char::is_whitespace) && password(userinfo)))
}

/// `password=…` among the fields of a connection string.
fn has_password_field(value: &str) -> bool {
    let fields = value.split([';', '&', '?', ' ', ',']);
    let mut count = 0;
    let mut found = false;
    for (name, field) in fields.filter_map(|field| field.split_once('=')) {
        count += 1;
        let name = name.trim().to_ascii_lowercase();
        found |= matches!(name.as_str(), "password" | "pwd" | "accountkey" | "sharedaccesskey") && !field.trim().is_empty();
    }
    found && count > 1
}

/// A token in the form of a well-known issuer.
fn is_issued_token(value: &str) -> bool {
    let solid = value.chars().all(|c| c.is_ascii_alphanumeric() || "-_.=+/".contains(c));
    let prefixed = [
        "ghp_",
        "gho_",
        "ghs_",
        "github_pat_",
        "glpat-",
        "xoxb-",
        "xoxp-",
        "xapp-",
        "sk-",
        "sk_live_",
        "sk_test_",
        "rk_live_",
        "SG.",
        "hf_",
        "npm_",
    ]
    .iter()
    .any(|prefix| value.starts_with(prefix) && value.len() >= prefix.len() + 16);
    let amazon = value.len() == 20 && (value.starts_with("AKIA") || value.starts_with("ASIA"));
    let google = value.len() == 39 && value.starts_with("AIza");
    let jwt = value.starts_with("eyJ") && value.len() > 40 && value.split('.').count() == 3;
    solid && (prefixed || amazon || google || jwt)
}

/// Does a mounted file hold something secret? By its name, or because it holds a private key or an environment with secrets.
pub(crate) fn is_secret_file(file: &str, text: Option<&str>) -> bool {
    let name = path::file_name(file).to_ascii_lowercase();
    let (stem, ending) = name.rsplit_once('.').unwrap_or((&name, ""));
    if matches!(
        ending,
        "key" | "pfx" | "p12" | "jks" | "keystore" | "kdbx" | "htpasswd" | "pgpass" | "password" | "passwd" | "secret" | "token"
    ) || matches!(stem, "id_rsa" | "id_ed25519" | "id_ecdsa" | "id_dsa") && ending != "pub"
        || matches!(name.as_str(), "htpasswd" | ".htpasswd" | ".pgpass" | ".netrc" | "acme.json" | "kubeconfig" | "credentials")
        || matches!(ending, "" | "txt") && WORDS.iter().any(|word| has_word(&snake(stem), word, false))
    {
        return true;
    }
    let Some(text) = text else { return false };
    let environment = name == ".env" || ending == "env" || name.starts_with(".env.");
    let secret_line = |line: &str| {
        let line = line.trim_start().trim_start_matches("export ");
        !line.starts_with('#')
            && line.split_once('=').is_some_and(|(name, value)| is_secret(name.trim(), value.trim().trim_matches(['"', '\''])))
    };
    is_private_key(text) || environment && text.lines().any(secret_line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_say_secret() {
        for name in [
            "DB_PASSWORD",
            "MYSQL_ROOT_PASSWORD",
            "PASSWD",
            "JWT_SECRET",
            "SECRET_KEY_BASE",
            "API_TOKEN",
            "apiKey",
            "API_KEY_2",
            "AWS_SECRET_ACCESS_KEY",
            "POSTGRES_PASS",
            "SMTP_PWD",
            "spring.datasource.password",
            "dbPassword",
            "APP_KEY",
            "AUTH_KEY",
            "GOOGLE_CREDENTIALS",
            "RABBITMQ_ERLANG_COOKIE",
        ] {
            assert!(is_secret(name, "s3cr3t"), "{name}");
        }
        for (name, value) in [
            ("DB_PASSWORD", ""),
            ("DB_PASSWORD_FILE", "/run/secrets/db"),
            ("SECRET", "/run/secrets/db"),
            ("ALLOW_EMPTY_PASSWORD", "yes"),
            ("MAX_TOKENS", "4096"),
            ("TOKEN_HOURS", "24"),
            ("PASSENGER_COUNT", "many"),
            ("COMPASS", "north"),
            ("SSH_PUBLIC_KEY", "ssh-ed25519 AAAA"),
            ("PWD", "/app"),
            ("BYPASS", "all"),
            ("POSTGRES_HOST_AUTH_METHOD", "trust"),
        ] {
            assert!(!is_secret(name, value), "{name}");
        }
        assert!(is_secret("DB_PASSWORD", "1234"));
    }

    #[test]
    fn values_that_show_it() {
        for value in [
            "postgres://shop:s3cr%21t@db:5432/shop",
            "amqp://a:b@x,amqp://c:d@y",
            "root:pw@tcp(db:3306)/shop",
            "Server=db;Database=shop;User Id=sa;Password=x;",
            "jdbc:mysql://db/shop?user=a&password=b",
            "-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----",
            "ghp_0123456789abcdefghij",
        ] {
            assert!(is_secret("X", value), "{value}");
        }
        for value in ["redis://cache:6379/0", "https://user@example.com/a:b@c", "mailto:a@b.c", "a=b;c=d", "sk-8"] {
            assert!(!is_secret("X", value), "{value}");
        }
    }

    #[test]
    fn files_that_hold_keys() {
        assert!(is_secret_file("/p/tls/server.key", None));
        assert!(is_secret_file("/p/tls/site.pem", Some("-----BEGIN PRIVATE KEY-----\n")));
        assert!(is_secret_file("/p/app.env", Some("A=1\nexport DB_PASSWORD='x'\n")));
        assert!(!is_secret_file("/p/tls/ca.pem", Some("-----BEGIN CERTIFICATE-----\n")));
        assert!(!is_secret_file("/p/id_rsa.pub", Some("ssh-rsa AAAA")));
        assert!(!is_secret_file("/p/nginx.conf", Some("ssl_certificate_key /x.key;")));
    }
}
