# The real server: PostgreSQL passes the hidden tests, so they ask for nothing that it does not do.
# needs: pg_createcluster, socat, unshare
#
# PostgreSQL listens before it accepts clients, so it gets a Unix socket, and socat the port, once
# the password is set. Its files are below TMPDIR, copied from what initdb made the first time.
# unshare gives root another name, because PostgreSQL refuses to run as root, and a namespace for
# shared memory, so that none is left behind.
set -eu
user="${POSTGRES_USER:-alice}" database="${POSTGRES_DB:-shop}" owner="$(id -u)"
bin="$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)"
kept="/tmp/accept-loop-$owner-postgres-$(basename "$(dirname "$bin")")-$user-$database"
data="$(mktemp -d)/data"
run() { unshare --user --map-user=1000 --map-group=1000 --ipc "$@"; }

if [ ! -d "$kept" ]; then
  echo template >"$data.password"
  run "$bin/initdb" -D "$data" -U template --pwfile="$data.password" -A scram-sha-256 -E UTF8 --locale=C --no-sync --wal-segsize=1 >/dev/null
  printf 'create role "%s" superuser login;\ncreate database "%s" owner "%s";\n' "$user" "$database" "$user" |
    run "$bin/postgres" --single -F -D "$data" postgres >/dev/null 2>&1
  # If another was faster, its copy stays.
  mv -T "$data" "$kept" 2>/dev/null || rm -rf "$data"
fi
[ -O "$kept" ] || { echo "$kept belongs to somebody else" >&2; exit 1; }
cp -a "$kept" "$data"
cd "$data"

run "$bin/postgres" -D . -F -h '' -k . -c autovacuum=off -c wal_level=minimal -c max_wal_senders=0 -c max_connections=300 \
  -c shared_buffers=16MB -c dynamic_shared_memory_type=mmap >log 2>&1 &
until echo "alter role \"$user\" password '${POSTGRES_PASSWORD:-wonderland}'" |
  PGPASSWORD=template "$bin/psql" -q -h "$data" -U template postgres 2>/dev/null; do sleep 0.02; done
exec socat -t 60 -b 65536 "TCP-LISTEN:$PORT,bind=$HOST,reuseaddr,fork,backlog=128,nodelay" UNIX-CONNECT:.s.PGSQL.5432
