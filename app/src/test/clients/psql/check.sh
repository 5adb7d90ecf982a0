#!/usr/bin/env bash
# psql: its own commands and variables. Sections as for the Python checks (../python/sections.py).
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

ask() { PGOPTIONS='-c domicile.purpose=analytics' psql -X -w -v ON_ERROR_STOP=1 -U parent_analyst "$@" 2>&1; }
at_home() { PGOPTIONS='-c domicile.purpose=support' psql -X -w -v ON_ERROR_STOP=1 -U us_support "$@" 2>&1; }

fail() {
  printf 'FAILED: %s\n' "$*" >&2
  exit 1
}

# has TEXT PATTERN: the text has a line like the pattern.
has() { grep -Eq -- "$2" <<<"$1" || fail "no line like \"$2\" in:" "$1"; }
lacks() { ! grep -Eq -- "$2" <<<"$1" || fail "a line like \"$2\" in:" "$1"; }

# refuses STATEMENT PATTERN: it fails, with a hint, and says something like the pattern.
refuses() {
  local said
  said=$(ask -c "$1") && fail "not refused: $1"
  has "$said" "$2"
  has "$said" '^HINT:'
}

masked_emails() { at_home -At -c 'SELECT email FROM users' | sed -E 's/^.*@(.*)$/*@\L\1/' | LC_ALL=C sort; }

values() {
  local raw
  raw=$(at_home -At -c 'SELECT email FROM users')
  has "$raw" '^[^*@]+@'
  [ "$(wc -l <<<"$raw")" -gt 50 ] || fail 'too few people to prove anything'
  diff <(masked_emails) <(ask -At -c 'SELECT email FROM users' | LC_ALL=C sort) || fail 'masked e-mails differ'
}

describes() {
  local said
  said=$(ask -c '\d')
  has "$said" 'dom_parent_analytics_v[0-9]+ +\| users +\| view'
  lacks "$said" 'public|_subjects'
  said=$(ask -c '\d users')
  has "$said" 'birth_date +\| date'
  lacks "$said" 'bio|domicile'
  has "$(ask -c '\d+ users')" 'domicile.partial'
  has "$(ask -c '\dv')" 'users +\| view'
  has "$(ask -c '\dn')" 'dom_parent_analytics_v'
  has "$(ask -c '\l')" 'shortvideo'
  has "$(ask -c '\df pg_catalog.lower')" 'lower +\| text'
  has "$(ask -c '\df')" '\(0 rows\)'
  has "$(ask -c '\dT pg_catalog.date')" 'date'
  has "$(ask -c '\do pg_catalog.||')" 'concatenate'
  has "$(ask -c '\di')" 'Did not find any relations|\(0 rows\)'
  has "$(ask -c '\ds')" 'Did not find any relations|\(0 rows\)'
  has "$(ask -c '\dm')" 'Did not find any relations|\(0 rows\)'
  has "$(ask -c '\dd')" '\(0 rows\)'
  has "$(ask -c '\dx')" 'plpgsql'
  has "$(ask -c '\sv users')" 'partial'
  has "$(ask -c '\conninfo')" 'parent_analyst'
  has "$(ask -c '\encoding')" 'UTF8'
  # One's own roles, and nobody else's.
  said=$(ask -c '\du')
  has "$said" 'parent_analyst'
  lacks "$said" 'us_support'
  has "$(ask -c '\dp')" 'users +\| view'
  # Sizes count rows.
  has "$(ask -c '\l+' || true)" 'pg_database_size may not be called'
  has "$(ask -c '\dv+' || true)" 'pg_table_size may not be called'
}

formats() {
  has "$(ask -x -c 'SELECT id, email FROM users LIMIT 1')" '^email \| \*@'
  has "$(ask -c '\x' -c 'SELECT id FROM users LIMIT 1')" '^id \| [0-9a-f]{32}'
  has "$(ask --csv -c 'SELECT country, email FROM users LIMIT 1')" '^[A-Z]{2},\*@'
  has "$(ask -H -c 'SELECT email FROM users LIMIT 1')" '<td align="left">\*@'
  ask -At -o "$folder/o.txt" -c 'SELECT email FROM users'
  diff <(masked_emails) <(LC_ALL=C sort "$folder/o.txt") || fail '-o wrote something else'
}

commands() {
  has "$(ask -f - <<<'SELECT id, birth_date, u FROM users u \gdesc')" 'birth_date \| date'
  has "$(ask -At -f - <<<"SELECT country AS c FROM users LIMIT 1 \\gset
SELECT count(*) > 0 FROM users WHERE country = :'c';")" '^t$'
  has "$(ask -At -v who=parent -c '\echo :who' -c "SELECT 1")" 'parent'
  has "$(ask -At -f - <<<"SELECT \$\$SELECT 'made'\$\$ \\gexec")" '^made$'
  has "$(ask -f - <<<"SELECT country, gender, count(*) FROM users GROUP BY 1, 2 \\crosstabview")" 'country'
  has "$(ask -At -c 'SELECT 1; SELECT 2')" '^2$'
  has "$(ask -At -1 -c 'SELECT count(*) FROM users' -c 'SELECT 3')" '^3$'
  has "$(ask -c '\timing on' -c 'SELECT 1')" '^Time:'
  has "$(ask -At -c "SET domicile.purpose = 'analytics'" -c 'SHOW domicile.purpose')" '^analytics$'
  has "$(ask -c '\errverbose' -c 'SELECT 1')" 'no previous error'
}

cancels() {
  local said
  PGOPTIONS='-c domicile.purpose=analytics' timeout --preserve-status -s INT 2 \
    psql -X -w -U parent_analyst -c 'SELECT count(*) FROM generate_series(1, 10000000000)' >"$folder/c" 2>&1 || true
  said=$(cat "$folder/c")
  has "$said" 'canceling statement due to user request'
}

refusals() {
  refuses 'INSERT INTO users VALUES (1)' 'only reads'
  refuses 'EXPLAIN SELECT * FROM users' 'EXPLAIN'
  refuses 'SELECT * FROM public.users' 'does not exist for you'
  refuses 'SELECT body FROM comments' 'body'
  refuses "COPY users TO '/tmp/never'" 'files'
  refuses "COPY users TO PROGRAM 'cat'" 'programs'
  refuses 'COPY users FROM STDIN' 'only reads'
}

copy() {
  diff <(masked_emails) <(ask -At -c 'COPY (SELECT email FROM users) TO STDOUT' | LC_ALL=C sort) || fail COPY
  diff <(masked_emails) <(ask -At -c 'COPY users (email) TO STDOUT' | LC_ALL=C sort) || fail 'COPY of a view'
  ask -At -c "\\copy (SELECT email FROM users) to '$folder/copied.csv' (format csv, header)" >/dev/null
  [ "$(head -n 1 "$folder/copied.csv")" = email ] || fail 'no header'
  diff <(masked_emails) <(tail -n +2 "$folder/copied.csv" | LC_ALL=C sort) || fail '\copy'
  ask -At -c "\\copy (SELECT email, id FROM users) to '$folder/copied' (format binary)" >/dev/null
  head -c 6 "$folder/copied" | grep -q PGCOPY || fail 'no binary file'
}

cursors() {
  # FETCH_COUNT makes psql 15 declare a cursor.
  diff <(masked_emails) <(ask -At -v FETCH_COUNT=7 -c 'SELECT email FROM users' | LC_ALL=C sort) || fail FETCH_COUNT
  local said
  said=$(ask -At -f - <<<'BEGIN; DECLARE c SCROLL CURSOR FOR SELECT id FROM users; FETCH 2 FROM c; MOVE ALL IN c; CLOSE c; COMMIT;')
  [ "$(grep -Ec '^[0-9a-f]{32}$' <<<"$said")" = 2 ] || fail "FETCH 2 gave: $said"
  has "$said" '^MOVE [1-9]'
  has "$(ask -At -c 'FETCH ALL FROM never_declared' || true)" 'does not exist'
}

all='values describes formats commands cancels refusals copy cursors'
for section in ${*:-$all}; do
  "$section"
  echo "ok $section"
done
