//! Stacks of any size, made of a mix of services as real projects have them.

use std::fmt::Write as _;
use transship::{Input, MemoryFiles, Selection};

/// Where the stack's files are.
const FOLDER: &str = "/stacks/large";

/// How many services one round of the mix has.
const ROUND: usize = 10;

/// A Compose file of so many services. Every ten of them are a small application of their own: a proxied web server with its
/// configuration, a built API, workers, a migration, a database, a cache and what goes with them, on networks of their own.
pub(crate) fn compose(services: usize) -> String {
    let mut text =
        String::from("name: large\n\nx-common: &common\n  restart: unless-stopped\n  logging:\n    driver: json-file\n\nservices:\n");
    for number in 0..services {
        service(&mut text, number / ROUND, number % ROUND);
    }
    text.push_str("\nvolumes:\n");
    for round in 0..services.div_ceil(ROUND) {
        let _ = writeln!(text, "  data{round}:\n  static{round}:");
    }
    text.push_str("\nnetworks:\n  edge:\n");
    for round in 0..services.div_ceil(ROUND) {
        let _ = writeln!(text, "  back{round}:\n    internal: true");
    }
    text
}

fn service(text: &mut String, r: usize, kind: usize) {
    let _ = match kind {
        0 => write!(
            text,
            "  web{r}:
    <<: *common
    image: nginx:1.27-alpine
    ports: [\"{port}:80\"]
    depends_on: [api{r}]
    volumes:
      - ./nginx.conf:/etc/nginx/conf.d/default.conf:ro
      - static{r}:/usr/share/nginx/html
    networks: [edge, back{r}]
    labels:
      traefik.enable: \"true\"
      traefik.http.routers.web{r}.rule: Host(`app{r}.example.com`) && PathPrefix(`/`)
      traefik.http.services.web{r}.loadbalancer.server.port: \"80\"
",
            port = 8000 + r % 1000
        ),
        1 => write!(
            text,
            "  api{r}:
    <<: *common
    build: {{context: ., target: api}}
    command: [\"serve\", \"--listen\", \"0.0.0.0:${{API_PORT:-8080}}\"]
    environment:
      DATABASE_URL: postgres://app:${{DB_PASSWORD:-secret}}@db{r}:5432/app
      CACHE_HOST: cache{r}
      CACHE_PORT: \"6379\"
      LOG_LEVEL: info
    env_file: [app.env]
    expose: [\"8080\"]
    depends_on:
      db{r}: {{condition: service_healthy}}
      migrate{r}: {{condition: service_completed_successfully}}
    healthcheck:
      test: [\"CMD\", \"wget\", \"-qO-\", \"http://localhost:8080/health\"]
      interval: 10s
      retries: 5
    volumes: [\"static{r}:/app/static\"]
    networks: [back{r}]
"
        ),
        2 => write!(
            text,
            "  db{r}:
    <<: *common
    image: postgres:16-alpine
    environment:
      POSTGRES_USER: app
      POSTGRES_PASSWORD: ${{DB_PASSWORD:-secret}}
      POSTGRES_DB: app
    volumes: [\"data{r}:/var/lib/postgresql/data\"]
    healthcheck:
      test: [\"CMD-SHELL\", \"pg_isready -U app -d app\"]
      interval: 5s
      timeout: 3s
      retries: 10
    networks: [back{r}]
"
        ),
        3 => write!(
            text,
            "  cache{r}:\n    <<: *common\n    image: redis:7-alpine\n    command: redis-server --appendonly yes\n    networks: [back{r}]\n"
        ),
        4 => write!(
            text,
            "  migrate{r}:
    build: {{context: ., target: api}}
    command: migrate --database postgres://app:${{DB_PASSWORD:-secret}}@db{r}:5432/app
    depends_on:
      db{r}: {{condition: service_healthy}}
    networks: [back{r}]
"
        ),
        5 | 6 => write!(
            text,
            "  worker{r}_{kind}:
    <<: *common
    build: {{context: ., target: worker}}
    environment: [\"QUEUE=redis://cache{r}:6379/0\", \"API=http://api{r}:8080/v1\", \"S3_SECRET_KEY=${{S3_KEY:-none}}\"]
    deploy:
      replicas: 2
      resources:
        limits: {{cpus: \"0.50\", memory: 256M}}
    depends_on: [cache{r}, api{r}]
    networks: [back{r}]
"
        ),
        7 => write!(
            text,
            "  mail{r}:\n    image: axllent/mailpit:v1.20\n    ports: [\"{port}:8025\"]\n    networks: [edge, back{r}]\n",
            port = 9000 + r % 1000
        ),
        8 => write!(
            text,
            "  admin{r}:
    image: adminer:4
    environment: {{ADMINER_DEFAULT_SERVER: db{r}}}
    user: \"1000:1000\"
    read_only: true
    tmpfs: [/tmp]
    cap_drop: [ALL]
    networks: [back{r}]
"
        ),
        _ => write!(
            text,
            "  cron{r}:
    <<: *common
    image: alpine:3.20
    command: sh -c 'while true; do wget -qO- http://api{r}:8080/tick; sleep 60; done'
    stop_grace_period: 5s
    extra_hosts: [\"legacy:192.0.2.7\"]
    networks: [back{r}]
"
        ),
    };
}

/// The files of such a stack.
pub(crate) fn files(services: usize) -> MemoryFiles {
    let mut files = MemoryFiles::new();
    files.add(format!("{FOLDER}/compose.yaml"), compose(services), false);
    files.add(format!("{FOLDER}/nginx.conf"), "server {\n  listen 80;\n  location / {\n    root /usr/share/nginx/html;\n  }\n}\n", false);
    files.add(format!("{FOLDER}/app.env"), "FEATURE_A=on\nFEATURE_B=off\nSMTP_PASSWORD=hunter2\n", false);
    files.add(format!("{FOLDER}/Dockerfile"), "FROM alpine AS api\nFROM alpine AS worker\n", false);
    files
}

/// The project of such files.
pub(crate) fn input(files: &MemoryFiles) -> Input<'_> {
    Input { files, environment: Default::default(), working_folder: FOLDER.to_owned(), selection: Selection::default() }
}
