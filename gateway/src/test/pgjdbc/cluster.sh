# Sourced by ./run: a PostgreSQL set up as pgjdbc's tests want it, in a directory of its own.
# PG_BIN names the server's programs; Debian's have the extensions that the tests use.

: "${PG_BIN:=/usr/lib/postgresql/15/bin}"
: "${PG_OWNER:=nobody}" # who runs it where this script is root's, as PostgreSQL refuses to be

as_owner() {
  if [ "$(id -u)" -eq 0 ]; then
    (cd / && setpriv --reuid "$PG_OWNER" --regid "$(id -g "$PG_OWNER")" --clear-groups -- "$@")
  else
    "$@"
  fi
}

# start_cluster DIRECTORY PORT
start_cluster() {
  mkdir -p "$1"
  [ "$(id -u)" -ne 0 ] || chown "$PG_OWNER" "$1"
  echo postgres >"$1.password"
  chmod a+r "$1.password"
  as_owner "$PG_BIN/initdb" -D "$1/data" -U postgres -E UTF8 --locale=C.UTF-8 \
    --auth=scram-sha-256 --pwfile="$1.password" >"$1.initdb.log"
  cat >"$1.conf" <<SETTINGS
port = $2
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
fsync = off
max_connections = 300
max_prepared_transactions = 64
max_replication_slots = 20
max_wal_senders = 20
wal_level = logical
ssl = off
SETTINGS
  as_owner tee -a "$1/data/postgresql.conf" <"$1.conf" >/dev/null
  as_owner "$PG_BIN/pg_ctl" -D "$1/data" -l "$1/server.log" -w -t 120 start >/dev/null
  PGPASSWORD=postgres "$PG_BIN/psql" -X -q -v ON_ERROR_STOP=1 \
    -d "host=127.0.0.1 port=$2 user=postgres dbname=postgres" <<'SQL'
CREATE ROLE test LOGIN PASSWORD 'test';
CREATE DATABASE test OWNER test;
\connect test
CREATE EXTENSION citext;
CREATE EXTENSION hstore;
CREATE EXTENSION sslinfo;
CREATE EXTENSION "uuid-ossp";
GRANT CREATE ON SCHEMA public TO test;
SQL
}

stop_cluster() {
  as_owner "$PG_BIN/pg_ctl" -D "$1/data" -m immediate stop >/dev/null 2>&1 || true
}
