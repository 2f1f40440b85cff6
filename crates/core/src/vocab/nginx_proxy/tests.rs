//! Variables of nginx-proxy and its companion, and what is read from them.

use crate::vocab::tests::{lines, read};

/// A service with these variables, behind a proxy.
fn service(variables: &str) -> Vec<String> {
    let compose = format!(
        "
services:
  proxy: {{image: nginxproxy/nginx-proxy, volumes: ['./vhost.d:/etc/nginx/vhost.d', './htpasswd:/etc/nginx/htpasswd', './certs:/etc/nginx/certs']}}
  acme: {{image: nginxproxy/acme-companion, environment: {{DEFAULT_EMAIL: all@a.example}}}}
  app: {{image: app, expose: ['3000'], environment: {{{variables}}}}}
"
    );
    let pem = "-----BEGIN CERTIFICATE-----\n";
    let files = [
        ("compose.yaml", compose.as_str()),
        ("vhost.d/big.example", "client_max_body_size 1m;\n"),
        ("vhost.d/other.example", "location /x { return 403; }\n"),
        ("htpasswd/closed.example", "ann:$apr1$x\n"),
        ("certs/files.example.crt", pem),
        ("certs/files.example.key", pem),
    ];
    lines(&files).into_iter().filter(|line| !line.starts_with("without")).collect()
}

#[test]
fn variables_say_hosts_paths_and_services() {
    for (variables, read) in [
        ("VIRTUAL_HOST: 'a.example, b.example'", vec!["http a.example -> app:3000", "http b.example -> app:3000"]),
        ("VIRTUAL_HOST: '*.a.example'", vec!["http **.a.example -> app:3000"]),
        ("VIRTUAL_HOST: 'www.a.*'", vec!["http host~^www\\.a\\.[^.]+(?:\\.[^.]+)*$ -> app:3000"]),
        ("VIRTUAL_HOST: '~^(x|y)\\.example$$'", vec!["http host~(?i)^(x|y)\\.example$ -> app:3000"]),
        ("VIRTUAL_HOST: here", vec![]),
        ("VIRTUAL_HOST: a.example, VIRTUAL_PORT: '5'", vec!["http a.example -> app:5"]),
        ("VIRTUAL_HOST: a.example, VIRTUAL_PATH: /x/, VIRTUAL_DEST: /", vec!["http a.example /x/* via cut /x -> app:3000"]),
        ("VIRTUAL_HOST: a.example, VIRTUAL_PROTO: https, VIRTUAL_PORT: '443'", vec!["http a.example -> https://app:443"]),
        ("VIRTUAL_HOST: a.example, VIRTUAL_PROTO: uwsgi", vec![]),
        (
            "VIRTUAL_HOST: a.example, NETWORK_ACCESS: internal",
            vec!["http a.example via from 127.0.0.0/8,10.0.0.0/8,192.168.0.0/16,172.16.0.0/12 -> app:3000"],
        ),
        ("VIRTUAL_HOST: big.example", vec!["http big.example via size 1048576 -> app:3000"]),
        ("VIRTUAL_HOST: other.example", vec![]),
        ("VIRTUAL_HOST: closed.example", vec!["http closed.example via auth ann:$apr1$x@Restricted closed.example -> app:3000"]),
        (
            "VIRTUAL_HOST_MULTIPORTS: '{a.example: {/: {port: 1}, /x: {port: 2, dest: /}}, b.example: }'",
            vec!["http a.example -> app:1", "http a.example /x* via cut /x -> app:2", "http b.example -> app:3000"],
        ),
    ] {
        assert_eq!(service(variables), read, "{variables}");
    }
}

#[test]
fn the_companion_fetches_certificates() {
    let host = "VIRTUAL_HOST: a.example, LETSENCRYPT_HOST: a.example";
    let hsts = "via hsts max-age=31536000 -> app:3000";
    let redirect = "http a.example -> 301 https://……?…";
    for (variables, read) in [
        (host.to_owned(), vec![format!("https acme=all@a.example a.example {hsts}"), redirect.to_owned()]),
        (
            format!("{host}, LETSENCRYPT_EMAIL: ann@a.example, LETSENCRYPT_TEST: 'true', HSTS: 'off'"),
            vec!["https acme=ann@a.example+server a.example -> app:3000".to_owned(), redirect.to_owned()],
        ),
        (format!("{host}, HTTPS_METHOD: noredirect"), vec!["both acme=all@a.example a.example -> app:3000".to_owned()]),
        (format!("{host}, HTTPS_METHOD: nohttp"), vec![format!("https acme=all@a.example a.example {hsts}")]),
        (format!("{host}, HTTPS_METHOD: nohttps"), vec!["http a.example -> app:3000".to_owned()]),
        (
            "VIRTUAL_HOST: www.files.example, HSTS: 'off', HTTPS_METHOD: nohttp".to_owned(),
            vec!["https files=files.example www.files.example -> app:3000".to_owned()],
        ),
    ] {
        assert_eq!(service(&variables), read, "{variables}");
    }
}

#[test]
fn services_share_a_host_and_the_proxy_is_left_out() {
    let compose = "
services:
  proxy: {image: jwilder/nginx-proxy, environment: {DEFAULT_HOST: a.example}}
  one: {image: one, expose: ['1'], environment: [VIRTUAL_HOST=a.example]}
  two: {image: two, expose: ['2'], environment: [VIRTUAL_HOST=a.example]}
";
    assert_eq!(lines(&[("compose.yaml", compose)]), ["http a.example -> one:1+two:2", "http any -> one:1+two:2", "without proxy"]);
    let unknown = compose.replace("nginx-proxy,", "nginx-proxy, volumes: ['passwords:/etc/nginx/htpasswd'],") + "volumes: {passwords: }\n";
    let (ways, told) = read(&[("compose.yaml", &unknown)]);
    assert!(ways.intents.is_empty() && ways.replaced.is_empty());
    assert_eq!(told.len(), 1);
}
