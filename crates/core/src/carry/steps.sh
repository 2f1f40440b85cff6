usage() {
  cat <<'END'
Copies Docker's volumes and data folders into Kubernetes claims. The claims must exist: apply the manifests first.

  -n, --namespace NAME  the namespace of the claims [default: see the top of this file]
      --context NAME    the context of kubectl [default: the current one]
      --only CLAIM      copy this claim alone; repeat it for several
      --replace         empty claims that hold something already
      --dump            take dumps of databases that have tools for it; their containers must run
      --live            copy although containers of the stack run: what they write meanwhile may be torn
      --restricted      copy without root: files belong to the user of the pod afterwards
      --image IMAGE     the image of the pod that copies: a busybox
      --timeout SECONDS how long to wait for pods [default: 300]
      --dry-run         tell what would be done, and do nothing
  -h, --help            print this
END
}

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "error: $*"
  exit 1
}

wrong() {
  say "error: $*"
  say "try --help"
  exit 2
}

context='' only='' replace=no dump=no live=no dry_run=no timeout=300
while [ $# -gt 0 ]; do
  case $1 in
  -n | --namespace | --context | --only | --image | --timeout) [ $# -gt 1 ] || wrong "$1 needs a value" ;;
  esac
  case $1 in
  -n | --namespace) namespace=$2; shift ;;
  --context) context=$2; shift ;;
  --only) only="$only $2 "; shift ;;
  --image) image=$2; shift ;;
  --timeout) timeout=$2; shift ;;
  --replace) replace=yes ;;
  --dump) dump=yes ;;
  --live) live=yes ;;
  --restricted) restricted=yes ;;
  --dry-run) dry_run=yes ;;
  -h | --help) usage; exit 0 ;;
  *) wrong "unknown argument $1" ;;
  esac
  shift
done
case $timeout in
'' | *[!0-9]*) wrong "--timeout takes a number of seconds" ;;
esac

# kubectl in the right place.
k() {
  if [ -n "$namespace" ]; then set -- --namespace "$namespace" "$@"; fi
  if [ -n "$context" ]; then set -- --context "$context" "$@"; fi
  kubectl "$@"
}

# kubectl, or only what it would do.
act() {
  if [ "$dry_run" = yes ]; then
    say "would run: kubectl $*"
  else
    k "$@" >/dev/null
  fi
}

pod=transship-copy
pod_runs=no
work=''

# At the end, whatever the end is: no pod is left, and everything runs again that ran before.
clean_up() {
  status=$?
  trap - EXIT INT TERM HUP
  set +e
  stop_pod
  start_workloads
  if [ -n "$work" ]; then rm -rf "$work"; fi
  exit "$status"
}

# The objects of a workload, one a line: name, replicas, suspended or not.
objects() {
  k get "$1" --selector "app.kubernetes.io/instance=$project,app.kubernetes.io/name=$2" \
    --output 'jsonpath={range .items[*]}{.metadata.name}{" "}{.spec.replicas}{" "}{.spec.suspend}{"\n"}{end}'
}

# stop_workload KIND NAME
stop_workload() {
  objects "$1" "$2" >"$work/objects" || fail "the cluster does not answer"
  while read -r name count suspended <&3; do
    case $1 in
    Deployment | StatefulSet)
      # Without replicas of its own the second word is the third.
      case $count in '' | *[!0-9]*) count=1 ;; esac
      if [ "$count" = 0 ]; then continue; fi
      if [ "$dry_run" = no ]; then printf '%s %s %s\n' "$1" "$name" "$count" >>"$work/stopped"; fi
      act scale "$1/$name" --replicas=0
      ;;
    DaemonSet)
      if [ "$dry_run" = no ]; then printf '%s %s -\n' "$1" "$name" >>"$work/stopped"; fi
      act patch "$1/$name" --type=merge --patch '{"spec":{"template":{"spec":{"nodeSelector":{"transship.dev/stopped":"yes"}}}}}'
      ;;
    *)
      if [ "$count$suspended" = true ]; then continue; fi
      if [ "$dry_run" = no ]; then printf '%s %s -\n' "$1" "$name" >>"$work/stopped"; fi
      act patch "$1/$name" --type=merge --patch '{"spec":{"suspend":true}}'
      ;;
    esac
  done 3<"$work/objects"
}

# Waits until no pod of a workload is left: wait_stopped KIND NAME
wait_stopped() {
  if [ "$dry_run" = yes ]; then return; fi
  waited=0
  while [ -n "$(k get pods --selector "app.kubernetes.io/instance=$project,app.kubernetes.io/name=$2" \
    --field-selector status.phase!=Succeeded,status.phase!=Failed --output name)" ]; do
    if [ "$waited" -ge "$timeout" ]; then fail "the pods of $2 do not stop"; fi
    sleep 1
    waited=$((waited + 1))
  done
}

# start_one KIND NAME REPLICAS
start_one() {
  case $1 in
  Deployment | StatefulSet) k scale "$1/$2" --replicas="$3" >/dev/null ;;
  DaemonSet)
    k patch "$1/$2" --type=merge --patch '{"spec":{"template":{"spec":{"nodeSelector":{"transship.dev/stopped":null}}}}}' >/dev/null
    ;;
  *) k patch "$1/$2" --type=merge --patch '{"spec":{"suspend":false}}' >/dev/null ;;
  esac || say "warning: $1 $2 was not started again: it had $3 replicas"
}

# Starts what was stopped, or of it only one: start_workloads [NAME]
start_workloads() {
  if [ ! -e "$work/stopped" ]; then return; fi
  : >"$work/rest"
  while read -r kind name count <&3; do
    if [ $# -eq 0 ] || [ "$1" = "$name" ]; then
      start_one "$kind" "$name" "$count"
    else
      printf '%s %s %s\n' "$kind" "$name" "$count" >>"$work/rest"
    fi
  done 3<"$work/stopped"
  mv "$work/rest" "$work/stopped"
}

# The running container of a service, if there is one.
container_of() {
  docker ps --quiet --filter "label=com.docker.compose.project=$compose_project" --filter "label=com.docker.compose.service=$1" | head -n 1
}

# start_pod CLAIM USER GROUP: a pod that mounts the claim at /to
start_pod() {
  if [ "$restricted" = yes ]; then
    identity="runAsNonRoot: true
    runAsUser: $2
    runAsGroup: $3
    fsGroup: $3
    fsGroupChangePolicy: OnRootMismatch"
    added=''
  else
    identity="runAsUser: 0
    runAsGroup: 0"
    added="
        add: [CHOWN, DAC_OVERRIDE, FOWNER, FSETID]"
  fi
  k create --filename - <<END >/dev/null || fail "the pod $pod was not created: does another run still use it?"
apiVersion: v1
kind: Pod
metadata:
  name: $pod
  labels:
    app.kubernetes.io/component: copy
    app.kubernetes.io/managed-by: transship
    app.kubernetes.io/part-of: $project
spec:
  restartPolicy: Never
  automountServiceAccountToken: false
  enableServiceLinks: false
  terminationGracePeriodSeconds: 0
  securityContext:
    $identity
    seccompProfile:
      type: RuntimeDefault
  containers:
  - name: copy
    image: $image
    command: [sleep, "86400"]
    resources:
      requests: {cpu: 50m, memory: 64Mi}
    securityContext:
      allowPrivilegeEscalation: false
      readOnlyRootFilesystem: true
      capabilities:
        drop: [ALL]$added
    volumeMounts:
    - name: to
      mountPath: /to
  volumes:
  - name: to
    persistentVolumeClaim:
      claimName: $1
END
  pod_runs=yes
  k wait "pod/$pod" --for=condition=Ready "--timeout=${timeout}s" >/dev/null || fail "the pod for claim $1 does not start: kubectl describe pod $pod"
}

stop_pod() {
  if [ "$pod_runs" = yes ]; then
    k delete pod "$pod" --wait=true --ignore-not-found >/dev/null
    pod_runs=no
  fi
}

# These run inside of containers, so nothing of them is for this shell.
# shellcheck disable=SC2016
{
  # The folder as a stream.
  send='tar -c -f - --numeric-owner -C /from .'
  # The stream into folder $1; $2 says whether owners are kept. Without root the folder itself belongs to somebody else: what arrives goes
  # to a folder beside it first.
  receive='if [ "$2" = no ]; then
    tar -x -p -f - --numeric-owner -C "$1"
  else
    mkdir "$1/.transship-incoming" && cd "$1/.transship-incoming" && tar -x -p -o -f - &&
      find . -mindepth 1 -maxdepth 1 -exec sh -c "mv \"\$@\" .." sh {} + && cd .. && chmod 700 .transship-incoming && rmdir .transship-incoming
  fi'
  # One number for names, modes, links and contents below folder $1, and for owners unless $2 is yes. Then folders take over the group of
  # the claim as well, so that bit does not count.
  sum='cd "$1" || exit 1
  format="%f %u:%g %N" mask="s/^//"
  if [ "$2" = yes ]; then format="%a %F %N" mask="s/^[0-7]*\([0-7][0-7][0-7]\) /\1 /"; fi
  {
    find . -mindepth 1 ! -path ./lost+found ! -path "./lost+found/*" ! -type s -print0 | sort -z | xargs -0 -r stat -c "$format" | sed "$mask"
    find . -type f ! -path "./lost+found/*" -print0 | sort -z | xargs -0 -r sha256sum
  } | sha256sum'
  # Something that lies in folder $1, which is made where it is missing.
  peek='mkdir -p "$1" && find "$1" -mindepth 1 -maxdepth 1 ! -name lost+found | head -n 1'
  empty='find "$1" -mindepth 1 -maxdepth 1 ! -name lost+found -exec rm -rf {} +'
}

# Reads the source in a container: from_docker COMMAND [ARGUMENT…]
from_docker() {
  command=$1
  shift
  docker run --rm --network none --mount "type=$kind,source=$source,target=/from,readonly" "$image" sh -c "$command" sh "$@"
}

# Is the claim wanted?
is_wanted() {
  case $only in
  '' | *" $1 "*) ;;
  *) return 1 ;;
  esac
}

# Is the claim restored from a dump instead?
is_dumped() {
  [ "$dump" = yes ] || return 1
  case $1 in
  postgresql | mysql | mongodb) ;;
  *) return 1 ;;
  esac
}

# copy_claim CLAIM FOLDER KIND SOURCE USER GROUP DIALECT DATABASE WORKLOAD-KIND WORKLOAD CONTAINER SERVICE…
copy_claim() {
  claim=$1 folder=$2 kind=$3 source=$4 user=$5 group=$6 dialect=$7 database=$8
  shift 11
  is_wanted "$claim" || return 0
  if is_dumped "$dialect"; then return 0; fi
  if [ "$kind" = unnamed ]; then
    # Docker knows a volume without a name by its container.
    container=$(docker ps --all --quiet --filter "label=com.docker.compose.project=$compose_project" \
      --filter "label=com.docker.compose.service=${source%%:*}" | head -n 1)
    source=$([ -z "$container" ] || docker inspect --format "{{range .Mounts}}{{if eq .Destination \"${source#*:}\"}}{{.Name}}{{end}}{{end}}" "$container")
    kind=volume
  fi
  case $kind in
  volume) { [ -n "$source" ] && docker volume inspect "$source" >/dev/null 2>&1; } || missing=yes ;;
  *) [ -d "$source" ] || missing=yes ;;
  esac
  if [ "${missing:-no}" = yes ]; then
    missing=no
    say "$claim: nothing to copy, as there is no $kind ${source:-without a name}"
    return 0
  fi
  for service in "$@"; do
    if [ -z "$(container_of "$service")" ]; then continue; fi
    if [ "$live" = no ]; then fail "$claim: the container of service $service runs: docker compose stop, or --live"; fi
    say "warning: $claim: the container of service $service runs"
  done
  k get persistentvolumeclaim "$claim" --output name >/dev/null || fail "$claim: the claim does not exist: apply the manifests first"
  if [ "$dry_run" = yes ]; then
    say "would copy $kind $source into claim $claim${folder:+, folder $folder}"
    return 0
  fi
  say "$claim: copying $kind $source"
  if [ "$dialect" = redis ]; then
    # It is asked to write down what it holds in memory.
    container=$(container_of "$database")
    if [ -n "$container" ]; then docker exec "$container" sh -c "redis-cli save || valkey-cli save" >/dev/null || say "warning: $claim: $database did not save"; fi
  fi
  to=/to${folder:+/$folder}
  start_pod "$claim" "$user" "$group"
  found=$(k exec "$pod" -- sh -c "$peek" sh "$to") || fail "$claim: user $user may not read and write the claim"
  if [ -n "$found" ]; then
    if [ "$replace" = no ]; then fail "$claim: the claim holds something already: --replace empties it"; fi
    k exec "$pod" -- sh -c "$empty" sh "$to"
  fi
  { from_docker "$send" || : >"$work/failed"; } | k exec --stdin "$pod" -- sh -c "$receive" sh "$to" "$restricted" || fail "$claim: the copy failed"
  if [ -e "$work/failed" ]; then fail "$claim: the source could not be read"; fi
  here=$(from_docker "$sum" /from "$restricted") || fail "$claim: the source could not be read again"
  there=$(k exec "$pod" -- sh -c "$sum" sh "$to" "$restricted") || fail "$claim: the copy could not be read"
  if [ "$here" != "$there" ]; then fail "$claim: the copy differs from the source: does something still write to it?"; fi
  stop_pod
  say "$claim: copied and compared"
}

# A command in the container of the database in Docker, and in its pod.
in_docker() { docker exec --interactive "$container" sh -c "$@"; }
in_pod() { k exec --stdin "$workload_kind/$workload" --container "$pod_container" -- sh -c "$@"; }

# pipe READ WRITE [ARGUMENT]: what READ prints in Docker, WRITE takes in the cluster
pipe() {
  { in_docker "$1" sh "${3:-}" </dev/null || : >"$work/failed"; } | in_pod "$2" sh "${3:-}" || fail "$claim: the dump was not restored"
  if [ -e "$work/failed" ]; then fail "$claim: the dump was not taken"; fi
}

# same COMMAND: does it print the same on both sides?
same() {
  here=$(in_docker "$1" sh </dev/null) || fail "$claim: the source does not answer"
  there=$(in_pod "$1" sh </dev/null) || fail "$claim: the copy does not answer"
  if [ "$here" != "$there" ]; then fail "$claim: the copy differs from the source: $here, and $there"; fi
}

# These run inside of containers as well.
# shellcheck disable=SC2016
{
  pg='export PGUSER="${POSTGRES_USER:-${POSTGRESQL_USERNAME:-postgres}}"
  export PGPASSWORD="${POSTGRES_PASSWORD:-${POSTGRESQL_PASSWORD:-$(cat "${POSTGRES_PASSWORD_FILE:-${POSTGRESQL_PASSWORD_FILE:-/dev/null}}")}}"
  '
  my='export MYSQL_PWD="${MARIADB_ROOT_PASSWORD:-${MYSQL_ROOT_PASSWORD:-$(cat "${MARIADB_ROOT_PASSWORD_FILE:-${MYSQL_ROOT_PASSWORD_FILE:-/dev/null}}")}}"
  client=$(command -v mariadb || command -v mysql) && taker=$(command -v mariadb-dump || command -v mysqldump) || exit 1
  '
  mongo='user="${MONGO_INITDB_ROOT_USERNAME:-$(cat "${MONGO_INITDB_ROOT_USERNAME_FILE:-/dev/null}")}"
  password="${MONGO_INITDB_ROOT_PASSWORD:-$(cat "${MONGO_INITDB_ROOT_PASSWORD_FILE:-/dev/null}")}"
  set --
  if [ -n "$user" ]; then set -- --username "$user" --password "$password" --authenticationDatabase admin; fi
  '
  databases="$pg"'psql -XAtq -d postgres -c "SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate ORDER BY 1"'
  globals="$pg"'pg_dumpall --globals-only'
  # The database itself, without anything in it: owner, encoding, rights and settings.
  shell="$pg"'pg_dump --create --schema-only --exclude-schema="*" "$1"'
  # Roles and databases that exist already are no harm.
  take_plain="$pg"'psql -Xq -d postgres >/dev/null 2>&1 || true'
  pg_read="$pg"'pg_dump --format=custom "$1"'
  pg_write="$pg"'createdb "$1" 2>/dev/null
  pg_restore --clean --if-exists --single-transaction --exit-on-error --dbname "$1"'
  my_count="$my"'"$client" -uroot -N -e "SELECT table_schema, COUNT(*) FROM information_schema.tables WHERE table_schema NOT IN (\"mysql\", \"sys\", \"performance_schema\", \"information_schema\") GROUP BY 1 ORDER BY 1"'
  my_read="$my"'"$taker" -uroot --all-databases --single-transaction --quick --routines --events --triggers'
  my_write="$my"'{ cat; echo "FLUSH PRIVILEGES;"; } | "$client" -uroot'
  mongo_read="$mongo"'mongodump --quiet --archive "$@"'
  mongo_write="$mongo"'mongorestore --quiet --archive --drop "$@"'
  pg_ready="$pg"'psql -XAtq -d postgres -c "SELECT 1"'
  my_ready="$my"'"$client" -uroot -N -e "SELECT 1"'
  mongo_ready='mongosh --quiet --eval 1 || mongo --quiet --eval 1'
}

# restore_dump, with the arguments of copy_claim
restore_dump() {
  claim=$1 dialect=$7 database=$8 workload_kind=$9
  shift 9
  workload=$1 pod_container=$2
  is_wanted "$claim" && is_dumped "$dialect" || return 0
  container=$(container_of "$database")
  if [ -z "$container" ]; then fail "$claim: a dump is taken from the running container of service $database: docker compose up -d $database"; fi
  if [ "$dry_run" = yes ]; then
    say "would take a dump of service $database and restore it in $workload_kind $workload"
    return 0
  fi
  say "$claim: restoring a dump of service $database"
  start_workloads "$workload"
  k rollout status "$workload_kind/$workload" "--timeout=${timeout}s" >/dev/null || fail "$claim: $workload does not start"
  case $dialect in
  postgresql) ready=$pg_ready ;;
  mysql) ready=$my_ready ;;
  *) ready=$mongo_ready ;;
  esac
  # A new database prepares itself first, and starts anew once it is ready.
  answers=0 waited=0
  while [ "$answers" -lt 3 ]; do
    if in_pod "$ready" </dev/null >/dev/null 2>&1; then answers=$((answers + 1)); else answers=0; fi
    if [ "$waited" -ge "$timeout" ]; then fail "$claim: the database in $workload does not answer"; fi
    sleep 1
    waited=$((waited + 1))
  done
  case $dialect in
  postgresql)
    in_docker "$databases" </dev/null >"$work/databases" || fail "$claim: service $database does not answer"
    pipe "$globals" "$take_plain"
    while IFS= read -r name <&4; do
      pipe "$shell" "$take_plain" "$name"
      pipe "$pg_read" "$pg_write" "$name"
    done 4<"$work/databases"
    same "$databases"
    ;;
  mysql)
    pipe "$my_read" "$my_write"
    same "$my_count"
    ;;
  *) pipe "$mongo_read" "$mongo_write" ;;
  esac
  say "$claim: restored"
}

main() {
  command -v docker >/dev/null || fail "docker is not installed"
  command -v kubectl >/dev/null || fail "kubectl is not installed"
  work=$(mktemp -d)
  trap clean_up EXIT
  trap 'exit 1' INT TERM HUP
  each_workload stop_workload
  each_workload wait_stopped
  each_claim copy_claim
  if [ "$dump" = yes ]; then each_claim restore_dump; fi
}

main
