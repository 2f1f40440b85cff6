//! Configurations of nginx and what is read from them.

use crate::vocab::tests::{lines, read};

const COMPOSE: &str = "
services:
  proxy: {image: 'nginx:1.27', ports: ['80:80', '443:443'], volumes: ['./c.conf:/etc/nginx/conf.d/default.conf', './x:/etc/nginx/x']}
  app: {image: app}
  api: {image: api, container_name: the-api}
";

/// What is read of a configuration whose services see the host that the browser asked for.
fn nginx(config: &str) -> Vec<String> {
    bare(&format!("proxy_set_header Host $host; {config}"))
}

fn bare(config: &str) -> Vec<String> {
    lines(&[("compose.yaml", COMPOSE), ("c.conf", config), ("x/users", "ann:$apr1$x\n# none\nbob:{SHA}y:comment\n")])
}

/// A server of one name with these places.
fn places(config: &str) -> Vec<String> {
    nginx(&format!("server {{ listen 80; server_name a.example; {config} }}"))
}

#[test]
fn services_see_their_own_address_as_the_host() {
    for (settings, seen) in [
        ("proxy_pass http://app:3000/x/;", "cut /, front /x/, >Host=app:3000"),
        ("proxy_pass http://app:80;", ">Host=app"),
        ("proxy_pass https://app:443;", ">Host=app"),
        ("proxy_set_header X-Oven hot; proxy_pass http://both;", ">Host=both >X-Oven=hot"),
        ("proxy_set_header host $http_host; proxy_pass http://app;", ""),
        ("proxy_set_header Host other.example; proxy_pass http://app;", ">Host=other.example"),
    ] {
        let config =
            format!("upstream both {{ server app:3000; }} server {{ listen 80; server_name a.example; location / {{ {settings} }} }}");
        let read = bare(&config);
        let line = read.first().cloned().unwrap_or_default();
        assert_eq!(line.contains(">Host"), seen.contains(">Host"), "{settings}: {line}");
        assert!(line.contains(seen.rsplit(", ").next().unwrap_or_default()), "{settings}: {line}");
    }
}

#[test]
fn names_are_hosts() {
    let location = "location / { proxy_pass http://app:3000; }";
    for (names, hosts) in [
        ("a.example b.example", "(a.example|b.example)"),
        ("*.a.example", "**.a.example"),
        (".a.example", "(a.example|**.a.example)"),
        ("www.a.*", "host~^www\\.a\\.[^.]+(?:\\.[^.]+)*$"),
        ("~^(www\\.)?a\\.example$", "host~(?i)^(www\\.)?a\\.example$"),
    ] {
        let read = nginx(&format!("server {{ listen 80; server_name {names}; {location} }}"));
        assert_eq!(read, [format!("http {hosts} -> app:3000"), "without proxy".to_owned()], "{names}");
    }
    assert_eq!(nginx(&format!("server {{ listen 80; server_name _; {location} }}")), ["http any -> app:3000"]);
    assert_eq!(nginx("server { listen 80 default_server; return 404; }"), Vec::<String>::new());
    assert_eq!(nginx(&format!("server {{ listen 8080; server_name a.example; {location} }}")), Vec::<String>::new());
}

#[test]
fn the_default_server_sends_to_https_what_is_known_there() {
    let read = nginx(
        "server { listen 80 default_server; server_name _; return 301 https://$host$request_uri; }
         server { listen 443 ssl; server_name a.example; ssl_certificate /etc/letsencrypt/live/a/fullchain.pem;
                  ssl_certificate_key /etc/letsencrypt/live/a/privkey.pem; location / { proxy_pass http://app; } }",
    );
    assert_eq!(
        read,
        ["https acme=- a.example -> app:80", "http a.example -> 301 https://…:…?…".replace(":…", "…").as_str(), "without proxy"]
    );
}

#[test]
fn a_bot_puts_conditions_into_servers() {
    let read = nginx(
        "server { if ($host = www.a.example) { return 301 https://$host$request_uri; } if ($host = a.example) { return 301 https://$host$request_uri; }
                  listen 80; server_name a.example www.a.example; return 404; }",
    );
    assert_eq!(read, ["http www.a.example -> 301 https://……?…", "http a.example -> 301 https://……?…", "without proxy"]);
}

#[test]
fn places_go_in_the_order_of_nginx() {
    let read = places(
        "location / { proxy_pass http://app; } location ^~ /v1/ { proxy_pass http://api; } location = /x { return 204; }
         location ~ \\.php$ { return 403; } location ~* ^/y { proxy_pass http://api; }",
    );
    assert_eq!(
        read,
        [
            "http a.example -> app:80 #1000010",
            "http a.example =/v1 -> 301 //…/v1/?… #1050040",
            "http a.example /v1/* -> api:80 #1050040",
            "http a.example =/x -> proxy:80 #1070000",
            "http a.example path~\\.php$ -> 403 #1039970",
            "http a.example path~(?i)^/y -> api:80 #1039960",
        ]
    );
}

#[test]
fn paths_are_cut_and_changed() {
    for (location, changed) in [
        ("/ { proxy_pass http://app/; }", "a.example -> app:80"),
        ("/ { proxy_pass http://app/v1/; }", "a.example via add /v1 -> app:80"),
        ("/x { proxy_pass http://app/; }", "a.example /x* via cut /x -> app:80"),
        ("/x { proxy_pass http://app/y; }", "a.example /x* via cut /x, add /y -> app:80"),
        ("= /x { proxy_pass http://app/y; }", "a.example =/x via path /y -> app:80"),
        ("/x { rewrite ^/x/(.*)$ /$1 break; proxy_pass http://app; }", "a.example /x* via cut /x -> app:80"),
        ("/x { set $up http://app:3; proxy_pass $up; }", "a.example /x* -> app:3"),
        ("/x { set $up app; proxy_pass http://$up:3$request_uri; }", "a.example /x* -> app:3"),
        ("/x { proxy_pass http://the-api:5; }", "a.example /x* -> api:5"),
        ("/x { proxy_pass https://app; }", "a.example /x* -> https://app:443"),
        ("/x { return 302 /y?z=1; }", "a.example /x* -> 302 //…/y?z=1"),
        ("/x { return 410 'it is gone'; add_header Content-Type text/plain; }", "a.example /x* -> 410 text/plain \"it is gone\""),
        ("/x { deny all; proxy_pass http://app; }", "a.example /x* -> 403"),
        ("/x { deny all; }", "a.example /x* -> 403"),
    ] {
        assert_eq!(places(&format!("location {location}")), [format!("http {changed}"), "without proxy".to_owned()], "{location}");
    }
    let cut = "http a.example /x/* via path ^/x/(.*) → /y${1} -> app:80";
    assert_eq!(places("location /x/ { proxy_pass http://app/y; }").get(1).map(String::as_str), Some(cut));
}

#[test]
fn guards_and_headers_go_along() {
    for (settings, ways) in [
        ("client_max_body_size 2m;", "size 2097152"),
        ("auth_basic Closed; auth_basic_user_file x/users;", "auth ann:$apr1$x,bob:{SHA}y@Closed"),
        ("allow 10.0.0.0/8; allow 192.168.0.1; deny all;", "from 10.0.0.0/8,192.168.0.1"),
        ("proxy_read_timeout 2m;", "timeouts Some(120)"),
        ("proxy_set_header Host $host; proxy_set_header X-Oven hot; proxy_set_header X-Real-IP $remote_addr;", ">X-Oven=hot"),
        ("add_header X-Frame-Options DENY always; proxy_hide_header X-Powered-By;", "<X-Frame-Options=DENY <X-Powered-By="),
    ] {
        let read = places(&format!("{settings} location / {{ proxy_pass http://app; }}"));
        assert_eq!(read, [format!("http a.example via {ways} -> app:80"), "without proxy".to_owned()], "{settings}");
    }
    let limited = nginx(
        "limit_req_zone $binary_remote_addr zone=one:10m rate=5r/s;
         server { listen 80; server_name a.example; location / { limit_req zone=one burst=9; proxy_pass http://app; } }",
    );
    assert_eq!(limited, ["http a.example via rate 5/1s+10 -> app:80", "without proxy"]);
}

#[test]
fn what_only_nginx_can_do_stays_with_it() {
    for location in [
        "/ { root /usr/share/nginx/html; }",
        "/ { return 200 well; }",
        "/ { fastcgi_pass app:9000; }",
        "/ { include uwsgi_params; uwsgi_pass app:9000; }",
        "/ { proxy_pass http://elsewhere.example; }",
        "/ { try_files $uri @app; }",
        "/ { auth_request /auth; proxy_pass http://app; }",
        "/ { if ($slow) { return 403; } proxy_pass http://app; }",
        "/ { proxy_pass http://$http_x; }",
        "/ { auth_basic x; auth_basic_user_file missing; proxy_pass http://app; }",
    ] {
        assert_eq!(places(&format!("location {location}")), ["http a.example -> proxy:80"], "{location}");
    }
    let mixed = places("root /srv; location /api/ { proxy_pass http://api/; } location /media/ { alias /media/; }");
    assert_eq!(
        mixed,
        ["http a.example =/api -> 301 //…/api/?…", "http a.example /api/* via cut /api -> api:80", "http a.example -> proxy:80"]
    );
}

#[test]
fn what_a_cluster_does_by_itself_is_left_out() {
    let read = places(
        "location /.well-known/acme-challenge/ { root /var/www/certbot; } location / { proxy_pass http://app; }
         error_page 500 502 /50x.html; location = /50x.html { root /usr/share/nginx/html; }",
    );
    assert_eq!(read, ["http a.example -> app:80", "without proxy"]);
}

#[test]
fn upstreams_have_servers() {
    let read = nginx(
        "upstream both { ip_hash; server app:3000 weight=3; server api:4000; server api:5000 backup; }
         server { listen 80; server_name a.example; location / { proxy_pass http://both; } }",
    );
    assert_eq!(read, ["http a.example -> app:3000*3 sticky+api:4000 sticky", "without proxy"]);
}

#[test]
fn templates_are_filled_in_and_files_included() {
    let compose = "
services:
  proxy:
    image: nginx
    ports: ['80:80']
    environment: {DOMAIN: a.example, APP: 'app:3000'}
    volumes: ['./templates:/etc/nginx/templates', './common:/etc/nginx/common']
  app: {image: app}
";
    let template = "server { listen 80; server_name ${DOMAIN}; include common/*.conf; location / { proxy_pass http://$APP; } }";
    let files = [("compose.yaml", compose), ("templates/site.conf.template", template), ("common/size.conf", "client_max_body_size 1k;")];
    assert_eq!(lines(&files), ["http a.example via size 1024, >Host=app:3000 -> app:3000", "without proxy"]);
}

#[test]
fn what_cannot_be_read_is_told() {
    let files = [("compose.yaml", COMPOSE), ("c.conf", "server { location / { "), ("x/users", "")];
    let (ways, told) = read(&files);
    assert!(ways.intents.is_empty() && ways.replaced.is_empty());
    assert_eq!(told, ["service \"proxy\": its configuration cannot be read here: a block is not closed"]);
}
