-- What Metabase's PostgreSQL driver asks: when it connects, syncs, looks at samples, and answers.
-- ReplayedQuery.java says how this file is read.

-- pass Metabase: is it there
SELECT 1
;

-- empty Metabase: reads only
SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY
;

-- empty Metabase: a report's time zone
SET SESSION TIMEZONE TO 'Europe/Berlin'
;

-- pass Metabase: the server's time zone
SHOW timezone
;

-- pass Metabase: the server's time zone, as a function
SELECT current_setting('TIMEZONE') AS timezone
;

-- pass Metabase: the server's time
SELECT to_char(current_timestamp, 'YYYY-MM-DD HH24:MI:SS.MS TZ')
;

-- pass Metabase: which server
SELECT version()
;

-- pass Metabase: schemas to sync
SELECT nspname AS table_schem FROM pg_catalog.pg_namespace
WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' AND has_schema_privilege(nspname, 'USAGE')
;

-- pass Metabase: tables with estimated row counts, since 0.49; the counts are NULL
SELECT n.nspname AS schema, c.relname AS name,
  CASE c.relkind WHEN 'r' THEN 'TABLE' WHEN 'p' THEN 'PARTITIONED TABLE' WHEN 'v' THEN 'VIEW'
    WHEN 'f' THEN 'FOREIGN TABLE' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE NULL END AS type,
  d.description AS description, stat.n_live_tup AS estimated_row_count
FROM pg_catalog.pg_class AS c
INNER JOIN pg_catalog.pg_namespace AS n ON c.relnamespace = n.oid
LEFT JOIN pg_catalog.pg_description AS d
  ON c.oid = d.objoid AND d.objsubid = 0 AND d.classoid = 'pg_class'::regclass
LEFT JOIN pg_stat_user_tables AS stat ON n.nspname = stat.schemaname AND c.relname = stat.relname
WHERE c.relnamespace = n.oid AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND c.relkind IN ('r', 'p', 'v', 'f', 'm')
ORDER BY type ASC, schema ASC, name ASC
;

-- pass Metabase: tables without the estimate, before 0.49
SELECT n.nspname AS schema, c.relname AS name, c.relkind AS type, d.description AS description
FROM pg_catalog.pg_class AS c
INNER JOIN pg_catalog.pg_namespace AS n ON c.relnamespace = n.oid
LEFT JOIN pg_catalog.pg_description AS d
  ON c.oid = d.objoid AND d.objsubid = 0 AND d.classoid = 'pg_class'::regclass
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relkind IN ('r', 'p', 'v', 'f', 'm')
ORDER BY type ASC, schema ASC, name ASC
;

-- pass Metabase: what it may do with each table
WITH table_privileges AS (
  SELECT NULL AS role, t.schemaname AS schema, t.objectname AS table,
    pg_catalog.has_any_column_privilege(current_user,
      '"' || replace(t.schemaname, '"', '""') || '"' || '.' || '"' || replace(t.objectname, '"', '""') || '"', 'update') AS update,
    pg_catalog.has_any_column_privilege(current_user,
      '"' || replace(t.schemaname, '"', '""') || '"' || '.' || '"' || replace(t.objectname, '"', '""') || '"', 'select') AS select,
    pg_catalog.has_any_column_privilege(current_user,
      '"' || replace(t.schemaname, '"', '""') || '"' || '.' || '"' || replace(t.objectname, '"', '""') || '"', 'insert') AS insert,
    pg_catalog.has_table_privilege(current_user,
      '"' || replace(t.schemaname, '"', '""') || '"' || '.' || '"' || replace(t.objectname, '"', '""') || '"', 'delete') AS delete
  FROM (
    SELECT schemaname, tablename AS objectname FROM pg_catalog.pg_tables
    UNION
    SELECT schemaname, viewname AS objectname FROM pg_catalog.pg_views
    UNION
    SELECT schemaname, matviewname AS objectname FROM pg_catalog.pg_matviews
  ) AS t
  WHERE t.schemaname !~ '^pg_' AND t.schemaname <> 'information_schema'
    AND pg_catalog.has_schema_privilege(current_user, t.schemaname, 'usage')
)
SELECT t.* FROM table_privileges AS t WHERE t.select OR t.update OR t.insert OR t.delete
;

-- pass Metabase: columns with types, keys and comments
SELECT c.column_name AS name,
  CASE WHEN c.udt_schema IN ('public', 'pg_catalog') THEN format('%s', c.udt_name)
    ELSE format('"%s"."%s"', c.udt_schema, c.udt_name) END AS "database-type",
  c.ordinal_position - 1 AS "database-position", c.table_schema AS "table-schema", c.table_name AS "table-name",
  pk.column_name IS NOT NULL AS "pk?",
  col_description(CAST(CAST(format('%I.%I', CAST(c.table_schema AS TEXT), CAST(c.table_name AS TEXT)) AS REGCLASS) AS OID),
    c.ordinal_position) AS "field-comment",
  (column_default IS NULL OR LOWER(column_default) = 'null') AND is_nullable = 'NO'
    AND NOT (column_default IS NOT NULL AND column_default LIKE '%nextval(%') AND is_identity = 'NO' AS "database-required",
  (column_default IS NOT NULL AND column_default LIKE '%nextval(%') OR is_identity <> 'NO' AS "database-is-auto-increment"
FROM information_schema.columns AS c
LEFT JOIN (
  SELECT tc.table_schema, tc.table_name, kc.column_name
  FROM information_schema.table_constraints AS tc
  INNER JOIN information_schema.key_column_usage AS kc
    ON tc.constraint_name = kc.constraint_name AND tc.table_schema = kc.table_schema AND tc.table_name = kc.table_name
  WHERE tc.constraint_type = 'PRIMARY KEY'
) AS pk ON c.table_schema = pk.table_schema AND c.table_name = pk.table_name AND c.column_name = pk.column_name
WHERE c.table_schema !~ '^information_schema|catalog_history|pg_' AND c.table_schema IN ('{schema}')
UNION ALL
SELECT pa.attname AS name,
  CASE WHEN ptn.nspname IN ('public', 'pg_catalog') THEN format('%s', pt.typname)
    ELSE format('"%s"."%s"', ptn.nspname, pt.typname) END AS "database-type",
  pa.attnum - 1 AS "database-position", pn.nspname AS "table-schema", pc.relname AS "table-name", FALSE AS "pk?",
  NULL AS "field-comment", FALSE AS "database-required", FALSE AS "database-is-auto-increment"
FROM pg_catalog.pg_class AS pc
INNER JOIN pg_catalog.pg_namespace AS pn ON pn.oid = pc.relnamespace
INNER JOIN pg_catalog.pg_attribute AS pa ON pa.attrelid = pc.oid
INNER JOIN pg_catalog.pg_type AS pt ON pt.oid = pa.atttypid
INNER JOIN pg_catalog.pg_namespace AS ptn ON ptn.oid = pt.typnamespace
WHERE pc.relkind = 'm' AND pa.attnum >= 1 AND NOT pa.attisdropped
ORDER BY "table-schema" ASC, "table-name" ASC, "database-position" ASC
;

-- empty Metabase: foreign keys; views have none
SELECT fk_ns.nspname AS "fk-table-schema", fk_table.relname AS "fk-table-name", fk_column.attname AS "fk-column-name",
  pk_ns.nspname AS "pk-table-schema", pk_table.relname AS "pk-table-name", pk_column.attname AS "pk-column-name"
FROM pg_constraint AS c
INNER JOIN pg_class AS fk_table ON c.conrelid = fk_table.oid
INNER JOIN pg_namespace AS fk_ns ON c.connamespace = fk_ns.oid
INNER JOIN pg_attribute AS fk_column ON c.conrelid = fk_column.attrelid
INNER JOIN pg_class AS pk_table ON c.confrelid = pk_table.oid
INNER JOIN pg_namespace AS pk_ns ON pk_table.relnamespace = pk_ns.oid
INNER JOIN pg_attribute AS pk_column ON c.confrelid = pk_column.attrelid
WHERE fk_ns.nspname !~ '^information_schema|catalog_history|pg_' AND c.contype = 'f'::char
  AND fk_column.attnum = ANY(c.conkey) AND pk_column.attnum = ANY(c.confkey) AND fk_ns.nspname IN ('{schema}')
ORDER BY fk_ns.nspname ASC, fk_table.relname ASC
;

-- empty Metabase: indexes; views have none
SELECT tmp."table-schema", tmp."table-name", trim(BOTH '"' FROM pg_get_indexdef(tmp.ci_oid, tmp.pos, false)) AS "field-name"
FROM (
  SELECT n.nspname AS "table-schema", ct.relname AS "table-name", ci.oid AS ci_oid,
    (information_schema._pg_expandarray(i.indkey)).n AS pos
  FROM pg_catalog.pg_class AS ct
  INNER JOIN pg_catalog.pg_namespace AS n ON ct.relnamespace = n.oid
  INNER JOIN pg_catalog.pg_index AS i ON ct.oid = i.indrelid
  INNER JOIN pg_catalog.pg_class AS ci ON ci.oid = i.indexrelid
  WHERE i.indpred IS NULL AND n.nspname = '{schema}'
) AS tmp
WHERE tmp.pos = 1
;

-- empty Metabase: enumerations
SELECT nspname, typname
FROM pg_catalog.pg_type AS t
JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
WHERE t.oid IN (SELECT DISTINCT enumtypid FROM pg_catalog.pg_enum AS e)
;

-- pass Metabase: is there a row, when its privileges were not asked
SELECT TRUE AS "_" FROM "{schema}"."users" WHERE 1 <> 1 OR TRUE LIMIT 1
;

-- pass Metabase: a sample for fingerprints
SELECT "{schema}"."users"."birth_date" AS "birth_date", "{schema}"."users"."is_creator" AS "is_creator",
  SUBSTRING("{schema}"."users"."handle", 1, 1234) AS "substring1",
  SUBSTRING("{schema}"."users"."email", 1, 1234) AS "substring2"
FROM "{schema}"."users" LIMIT 10000
;

-- pass Metabase: values of a field for its filters
SELECT "{schema}"."users"."country" AS "country" FROM "{schema}"."users"
GROUP BY "{schema}"."users"."country" ORDER BY "{schema}"."users"."country" ASC LIMIT 1000
;

-- pass Metabase: a chart by month
-- Metabase:: userID: 1 queryType: MBQL queryHash: 1f
SELECT DATE_TRUNC('month', "{schema}"."users"."created_at") AS "created_at", COUNT(*) AS "count"
FROM "{schema}"."users"
WHERE ("{schema}"."users"."created_at" >= timestamp with time zone '2000-01-01 00:00:00.000Z')
  AND (LOWER("{schema}"."users"."country") LIKE '%u%')
GROUP BY DATE_TRUNC('month', "{schema}"."users"."created_at")
ORDER BY DATE_TRUNC('month', "{schema}"."users"."created_at") ASC
;

-- pass Metabase: a chart with bins and a join
SELECT "source"."bin", COUNT(*) AS "count", AVG("source"."play_time_ms") AS "avg", STDDEV_POP("source"."play_time_ms"),
  COUNT(DISTINCT "source"."user_id"), PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY "source"."play_time_ms")
FROM (
  SELECT FLOOR(("v"."duration_ms" - 0) / 10000.0) * 10000.0 AS "bin", "i"."play_time_ms", "i"."user_id"
  FROM "{schema}"."impressions" AS "i" LEFT JOIN "{schema}"."videos" AS "v" ON "i"."video_id" = "v"."id"
) AS "source"
GROUP BY "source"."bin" ORDER BY "source"."bin" ASC
;

-- pass Metabase: is it a superuser, to warn
SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user
;

-- refuse [nothing can be made] Metabase: model persistence and uploads. The gateway only reads
CREATE SCHEMA IF NOT EXISTS "metabase_cache_1_2"
;
