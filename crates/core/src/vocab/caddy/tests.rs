//! Caddyfiles and labels, and what is read from them.

use crate::vocab::tests::{lines, read};

const COMPOSE: &str = "
services:
  proxy:
    image: caddy:2
    ports: ['80:80', '443:443']
    environment: {DOMAIN: a.example, HASH: '$$2a$$14$$x'}
    volumes: ['./Caddyfile:/etc/caddy/Caddyfile', './sites:/etc/caddy/sites']
  app: {image: app}
  api: {image: api}
";

fn caddy(file: &str) -> Vec<String> {
    lines(&[("compose.yaml", COMPOSE), ("Caddyfile", file), ("sites/a.caddy", "b.example {\n reverse_proxy api:1\n}")])
}

/// A site in plain text with these directives.
fn plain(directives: &str) -> Vec<String> {
    let mut read = caddy(&format!("http://a.example {{\n{directives}\n}}"));
    if read.last().is_some_and(|line| line == "without proxy") {
        read.pop();
    }
    read.into_iter().map(|line| line.strip_prefix("http a.example ").unwrap_or(&line).to_owned()).collect()
}

#[test]
fn sites_are_in_tls_unless_they_say_otherwise() {
    let to_https = "-> 308 https://……?…";
    for (address, read) in [
        ("a.example", vec!["https acme=- a.example -> app:3", &format!("http a.example {to_https}"), "without proxy"]),
        ("http://a.example", vec!["http a.example -> app:3", "without proxy"]),
        ("*.a.example", vec!["https acme=- *.a.example -> app:3", &format!("http *.a.example {to_https}"), "without proxy"]),
        (
            "{$DOMAIN}, b.example",
            vec!["https acme=- (a.example|b.example) -> app:3", &format!("http (a.example|b.example) {to_https}"), "without proxy"],
        ),
        (":80", vec!["http any -> app:3"]),
        ("localhost", vec![]),
    ] {
        assert_eq!(caddy(&format!("{address} {{\n reverse_proxy app:3\n}}")), read, "{address}");
    }
    let options =
        "{\n email ann@a.example\n acme_ca https://ca.example\n auto_https disable_redirects\n}\na.example {\n reverse_proxy app:3\n}";
    assert_eq!(caddy(options), ["https acme=ann@a.example+server a.example -> app:3", "without proxy"]);
    let internal = caddy("a.example {\n tls internal\n reverse_proxy app:3\n}");
    assert_eq!(internal.first().map(String::as_str), Some("https self-signed a.example -> app:3"));
}

#[test]
fn directives_go_in_the_order_of_caddy() {
    assert_eq!(
        plain("reverse_proxy app:3\n respond /x 404\n redir /y https://b.example{uri} permanent\n reverse_proxy /api/* api:1"),
        ["=/y -> 301 https://b.example…?…", "=/x -> 404", "/api/* -> api:1", "-> app:3"]
    );
    assert_eq!(
        plain(
            "handle {\n reverse_proxy app:3\n}\n handle_path /api/* {\n reverse_proxy api:1\n}\n handle /api/v1/* {\n reverse_proxy api:2\n}"
        ),
        ["/api/v1/* -> api:2", "/api/* via cut /api -> api:1", "-> app:3"]
    );
    assert_eq!(plain("route {\n reverse_proxy app:3\n respond /x 404\n}"), ["-> app:3"]);
}

#[test]
fn matchers_say_which_requests() {
    for (directives, read) in [
        ("@w method POST PUT\n reverse_proxy @w api:1", vec!["(Method(\"POST\")|Method(\"PUT\")) -> api:1"]),
        ("@w {\n path /a/* /b\n header X-Y z\n}\n reverse_proxy @w api:1", vec!["(/a/*|=/b) Header(\"X-Y\", \"z\") -> api:1"]),
        ("@w not path /a/*\n reverse_proxy @w api:1", vec!["!/a/* -> api:1"]),
        ("@w remote_ip 10.0.0.0/8\n reverse_proxy @w api:1", vec!["ClientIp(\"10.0.0.0/8\") -> api:1"]),
        ("@w expression {path} == 1\n respond @w 404", vec![]),
    ] {
        assert_eq!(plain(directives), read, "{directives}");
    }
}

#[test]
fn what_is_done_on_the_way_goes_along() {
    for (directives, read) in [
        ("basic_auth {\n ann {$HASH}\n}", "via auth ann:$2a$14$x@restricted -> app:3"),
        ("basicauth {\n ann JDJhJDE0JHg=\n}", "via auth ann:$2a$14$x@restricted -> app:3"),
        ("rewrite * /v1{uri}", "via add /v1 -> app:3"),
        ("uri strip_prefix /x", "via cut /x -> app:3"),
        ("header X-A b\n header -Server", "via <X-A=b, <Server= -> app:3"),
        ("request_body {\n max_size 10MB\n}", "via size 10000000 -> app:3"),
        ("request_header X-A b", "via >X-A=b -> app:3"),
        ("encode gzip", "-> app:3"),
    ] {
        assert_eq!(plain(&format!("{directives}\n reverse_proxy app:3")), [read], "{directives}");
    }
    let some = plain("basic_auth /admin/* {\n ann {$HASH}\n}\n reverse_proxy app:3");
    assert_eq!(some, ["/admin/* via auth ann:$2a$14$x@restricted -> app:3", "-> app:3"]);
}

#[test]
fn services_are_spoken_to_as_they_want() {
    for (proxy, read) in [
        ("app", "-> app:80"),
        ("https://app", "-> https://app:443"),
        ("app:3 api:1", "-> app:3+api:1"),
        ("app:3 {\n lb_policy cookie\n}", "-> app:3 sticky"),
        ("app:3 {\n transport http {\n tls_insecure_skip_verify\n }\n}", "-> https://app:3"),
        ("app:3 {\n header_up Host {upstream_hostport}\n header_up X-Real-IP {remote_host}\n}", "via >Host=app:3 -> app:3"),
        ("app:3 {\n health_uri /up\n flush_interval -1\n}", "-> app:3"),
    ] {
        assert_eq!(plain(&format!("reverse_proxy {proxy}")), [read], "{proxy}");
    }
}

#[test]
fn what_only_caddy_can_do_stays_with_it() {
    for directives in
        ["root * /srv\n file_server", "php_fastcgi app:9000", "reverse_proxy b.example:80", "rate_limit x\n reverse_proxy app:3"]
    {
        assert_eq!(plain(directives), ["-> proxy:80"], "{directives}");
    }
    let mixed = plain("root * /srv\n reverse_proxy /api/* api:1\n file_server");
    assert_eq!(mixed, ["/api/* -> api:1", "-> proxy:80"]);
}

#[test]
fn snippets_and_files_are_imported() {
    let file = "(common) {\n header X-A {args[0]}\n}\nimport sites/*\nhttp://a.example {\n import common b\n reverse_proxy app:3\n}";
    let read = caddy(file);
    assert_eq!(
        read,
        ["https acme=- b.example -> api:1", "http b.example -> 308 https://……?…", "http a.example via <X-A=b -> app:3", "without proxy"]
    );
    let (ways, told) = crate::vocab::tests::read(&[("compose.yaml", COMPOSE), ("Caddyfile", "a.example {\n import nobody\n}")]);
    assert!(ways.intents.is_empty());
    assert_eq!(told.len(), 1);
}

#[test]
fn labels_make_a_file() {
    let compose = "
services:
  caddy: {image: 'lucaslorentz/caddy-docker-proxy:ci', labels: {caddy.email: ann@a.example}}
  app:
    image: app
    labels:
      caddy_0: a.example
      caddy_0.handle_path: /x/*
      caddy_0.handle_path.0_reverse_proxy: '{{upstreams 3000}}'
      caddy_0.reverse_proxy: '{{upstreams 80}}'
      caddy_1: http://b.example, http://c.example
      caddy_1.@post.method: POST
      caddy_1.reverse_proxy: '@post {{upstreams https 8443}}'
      caddy_1.redir: https://a.example{uri}
  open:
    image: open
    labels: {caddy: d.example, caddy.rate_limit: x, caddy.reverse_proxy: '{{upstreams}}'}
";
    let (ways, told) = read(&[("compose.yaml", compose)]);
    let read: Vec<String> = ways.intents.iter().map(crate::vocab::tests::line).collect();
    assert_eq!(
        read,
        [
            "https acme=ann@a.example a.example /x/* via cut /x -> app:3000",
            "https acme=ann@a.example a.example -> app:80",
            "http a.example -> 308 https://……?…",
            "http (b.example|c.example) -> 302 https://a.example…?…",
        ]
    );
    assert!(ways.replaced.is_empty());
    assert_eq!(told, ["service \"open\": the way in of `d.example` is not written: `rate_limit` is Caddy's own"]);
}
